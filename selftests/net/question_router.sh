#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# A router asks in its client's name, by a socket of its own. If it learned from that, the
# client's packets would be nobody's from then on: they arrive, and what this host itself
# sends does not. They are counted on, and a second reset is found out as the first was.
. "$(dirname "$(realpath "$0")")/common.sh"

TOPO_DOORS=y
net_load
require nft
net_topology
talk_serve || skip_all "no server"

packets_of_client()
{
	in_ns client-door rstguard list flows |
		sed -n "s/.*sport=$port .*\[orig\] packets=\([0-9]*\) .*/\1/p"
}

proven() { counter client-door rst_proven_forged; }
another_proof() { [ "$(proven)" -gt "$before_proof" ]; }

asks_and_goes_on() # ADDRESS
{
	local before after talking status=0

	before_proof=$(proven)
	rm -f "$work/go"
	inject_start "$work/inject" -p mimic-r -b client -t every=120 -P $talk_port || return
	in_client timeout 60 tcptalk -t 40 -p $port "$1" $talk_port talk=10,20 \
		until="$work/go" talk=20,5 >"$work/end" &
	talking=$!
	busywait "$BUSYWAIT_TIMEOUT" another_proof || status=1
	before=$(packets_of_client)
	touch "$work/go"
	wait $talking || status=1
	after=$(packets_of_client)
	inject_stop
	echo "$(cat "$work/end"), $(grep -c '^shot' "$work/inject") shots"
	echo "$(($(proven) - before_proof)) proven; $before packets of the client, then $after"
	[ $status = 0 ] && [ $(($(proven) - before_proof)) -ge 2 ] &&
		[ "$after" -ge $((before + 20)) ]
}

# Questions go the way of packets that this host sends itself.
in_ns client-door nft -f - <<-NFT || skip_all "no nft"
	table inet questions {
		counter sent {}
		counter marked {}
		chain output {
			type filter hook output priority raw;
			tcp dport $talk_port counter name sent
			meta mark != 0 counter name marked
		}
	}
NFT

seen() { in_ns client-door nft -j list counter inet questions "$1" | jq '.nftables[1].counter.packets'; }

no_marks()
{
	echo "$(seen sent) seen, $(seen marked) of them marked, $(counter client-door probe_sent) questions"
	[ "$(seen sent)" -ge 1 ] && [ "$(seen sent)" = "$(counter client-door probe_sent)" ] &&
		[ "$(seen marked)" = 0 ]
}

mode hold client-door
port=40000
tap_plan 4
for address in $server_addresses; do
	port=$((port + 1))
	tap "it asks, and follows the client as before, $(version_of "$address")" \
		asks_and_goes_on "$address"
done
tap "rules see the questions, and no mark on them" no_marks
tap "nothing was let go" test "$(counter client-door rst_released)" = 0
tap_done
