#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# A small table under 100,000 spoofed SYNs and 100,000 spoofed ACKs of each IP version:
# it stays within its limit, and the connections that were there stay guarded.
. "$(dirname "$(realpath "$0")")/common.sh"

packets=${RSTGUARD_FLOOD:-100000}
fewer=$((packets / 5))	# the second IP version shares all but the parser
limit=1000
conversations=6

net_load hashsize=1024
TOPO_DELAY=0
net_topology
talk_serve || skip_all "no server"
# Answers to nobody: neither routed on nor refused.
in_isp ip route add blackhole 10.192.0.0/10
in_isp ip route add blackhole fd99::/16
in_server rstguard set mode drop max-flows $limit
mode drop client

talks=()
conversations_start()
{
	local i address

	talk_then=("talk=30,30")
	for ((i = 0; i < conversations; i++)); do
		address=$server4
		[ $((i % 2)) = 0 ] || address=$server6
		talk_begin $address talk=5,20 || return
		talks+=("$talk_files")
	done
}

open_flows()
{
	in_server rstguard list flows -j | jq -s \
		"map(select(.state == \"open\" and .dest_port == $talk_port and
			(.src_ip == \"$client4\" or .src_ip == \"$client6\"))) | length"
}

# KIND FIRST_SOURCE ADDRESS COUNT
flooded()
{
	local kind=$1 source=$2 address=$3 packets=$4 before after

	before=$(counter server flow_evicted flow_table_full)
	in_isp flood -k "$kind" -d "$address" -p $talk_port -s "$source" -n "$packets" || return
	after=$(counter server flow_evicted flow_table_full)
	echo "$(flows server) flows; evicted or full: $((after - before))"
	[ "$(flows server)" -le $limit ] && [ $((after - before)) -ge $((packets / 2)) ]
}

all_still_there()
{
	echo "$(open_flows) of $conversations"
	[ "$(open_flows)" = $conversations ]
}

# Entries that were kept are of use only if they still know the peers.
still_guarded()
{
	local files good=0

	inject_start "$work/inject" -p gfw-2 -t any -P $talk_port || return
	for files in "${talks[@]}"; do
		touch "$files/go"
	done
	for files in "${talks[@]}"; do
		[ "$(talk_go "$files")" != "35 lines, ok" ] || good=$((good + 1))
	done
	inject_stop
	echo "$good of $conversations lived through $(grep -c '^shot' "$work/inject") forged RSTs"
	[ $good = $conversations ] && [ "$(grep -c '^shot' "$work/inject")" -ge $((6 * conversations)) ]
}

new_ones_pass()
{
	ends_with ok $server4 talk=3,20 && ends_with ok $server6 talk=3,20
}

conversations_start || skip_all "the conversations did not start"
tap_plan 8
tap "$packets SYNs, v4" flooded syn 10.200.0.1 $server4 $packets
tap "$fewer SYNs, v6" flooded syn fd99::1 $server6 $fewer
tap "the open flows are still there" all_still_there
tap "$packets ACKs, v4" flooded ack 10.210.0.1 $server4 $packets
tap "$fewer ACKs, v6" flooded ack fd99:1::1 $server6 $fewer
tap "the open flows are still there" all_still_there
tap "new connections pass" new_ones_pass
tap "the old ones are still guarded" still_guarded
tap_done
