#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# A gateway with SNAT, in mode drop and in mode hold: a forged RST from the WAN side must
# not reach conntrack, which would close the entry and with it the mapping, nor any rule
# behind it; a genuine one must, as part of an established connection.
#
#   rstg-lan ---- [lan  rstg-client = gateway  eth0] ---- rstg-isp ---- rstg-server
#   10.77.9.2     10.77.9.1      masquerade 10.77.1.2
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
require nft conntrack
net_topology

lan_up()
{
	ip netns add rstg-lan
	on_exit cleanup_ns rstg-lan
	ip link add name eth0 netns rstg-lan type veth peer name lan netns rstg-client || return
	ip -n rstg-lan addr add 10.77.9.2/24 dev eth0
	ip -n rstg-lan addr add fd77:9::2/64 dev eth0 nodad
	ip -n rstg-client addr add 10.77.9.1/24 dev lan
	ip -n rstg-client addr add fd77:9::1/64 dev lan nodad
	ip -n rstg-lan link set lo up
	ip -n rstg-lan link set eth0 up
	ip -n rstg-client link set lan up
	ip -n rstg-lan route add default via 10.77.9.1
	ip -n rstg-lan route add default via fd77:9::1
	in_client sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	in_client nft -f - <<-NFT
		table inet nat {
			chain post {
				type nat hook postrouting priority srcnat;
				oifname eth0 masquerade
			}
			counter resets {}
			counter established {}
			counter aborts_before {}
			counter aborts_behind {}
			chain before_all {
				type filter hook prerouting priority raw;
				tcp flags & (rst | ack) == rst | ack counter name aborts_before
			}
			chain behind_conntrack {
				type filter hook prerouting priority mangle;
				tcp flags & rst == rst counter name resets
				tcp flags & rst == rst ct state established counter name established
				tcp flags & (rst | ack) == rst | ack counter name aborts_behind
			}
		}
	NFT
}

from_lan()
{
	ip netns exec rstg-lan timeout 40 tcptalk -t 8 "$address" $talk_port "$@" |
		sed 's/^client: //; s/ after .*//'
}

# The state of the connection that is or was open, as the gateway's conntrack sees it.
entry()
{
	local family=ipv4

	[[ $address != *:* ]] || family=ipv6
	in_client conntrack -L -f $family -p tcp --orig-port-dst $talk_port 2>/dev/null |
		awk '{ print $4 }' | sort -u
}

forget()
{
	in_client conntrack -F >/dev/null 2>&1
	in_client nft reset counters table inet nat >/dev/null
}

# How many resets got as far as the rules.
ruled() { in_client nft -j list counter inet nat "$1" | jq '.nftables[1].counter.packets'; }

# attacked PROFILE TRIGGER STEP...: a conversation from the LAN while an injector shoots
# at both ends. After the first shots $state is what conntrack then has of it, and $passed
# how many resets got to the rules; the steps end with until="$work/looked" and what is
# to go on after that.
attacked()
{
	local profile=$1 trigger=$2
	shift 2

	forget
	rm -f "$work/looked"
	inject_start "$work/inject" -p "$profile" -t "$trigger" -P $talk_port || return
	{
		from_lan "$@" >"$work/lan"
	} &
	busywait 15000 grep -q 'at=client' "$work/inject"
	sleep 0.7
	state=$(entry)
	passed=$(ruled resets)
	touch "$work/looked"
	wait $!
	inject_stop
	echo "conntrack: $state, $passed resets, LAN: $(cat "$work/lan")"
}

# STATE PATTERN; the server is guarded, the gateway's mode decides.
attacked_entry_is()
{
	local state passed

	attacked gfw-2 bytes=80 talk=10,30 until="$work/looked" talk=2 || return
	echo "wanted $1"
	# shellcheck disable=SC2053 # a pattern
	[ "$state" = "$1" ] && [[ $(cat "$work/lan") == $2 ]] || return
	[ "$state" = CLOSE ] || [ "$passed" = 0 ]
}

# Resets that the gateway would have held, or did, and that went on.
let_go() { counter client rst_released hold_budget hold_no_memory hold_unfit; }

# A perfect mimic fires at every segment of a download, and at those of its end: a reset
# after a FIN ends nothing, and passes. So does one that the download has overtaken.
download_survives()
{
	local state passed before harmless

	before=$(let_go)
	harmless=$(counter client rst_harmless)
	attacked mimic-r each talk=3,20 tell='send 300000' read=300000 \
		until="$work/looked" talk=2 || return
	[ "$state" = ESTABLISHED ] && grep -q '5 lines, ok' "$work/lan" &&
		[ "$passed" -le $(($(counter client rst_harmless) - harmless)) ] &&
		[ "$(let_go)" = "$before" ]
}

# The server's own is one RST|ACK (its answer to a question is a RST): what was held goes on
# behind our hook, and nobody sees it twice.
genuine_closes()
{
	local got

	forget
	got=$(from_lan talk=3,20 tell=abort wait)
	echo "LAN: $got, conntrack: $(entry), $(ruled established) resets of an established one"
	echo "$(ruled aborts_before) and $(ruled aborts_behind) RST|ACK"
	[[ $got == *ECONNRESET ]] && [ "$(entry)" = CLOSE ] && [ "$(ruled established)" -ge 1 ] &&
		[ "$(ruled aborts_before)" = 1 ] && [ "$(ruled aborts_behind)" = 1 ]
}

lan_up || skip_all "no LAN"
# An emulated machine on a busy host stands still for longer than a live peer may take
# to say so.
in_client rstguard set hold-min-ms 1500
in_server rstguard set hold-min-ms 1500
talk_serve || skip_all "no server"
tap_plan 12
mode drop server
for address in $server_addresses; do
	v=$(version_of "$address")
	mode off client
	tap "without the module the mapping closes, $v" attacked_entry_is CLOSE '*, E*'
	for mode in drop hold; do
		in_client rstguard set mode $mode hold-scope all hold-min-ms "$floor"
		tap "in mode $mode the mapping and the session live, $v" \
			attacked_entry_is ESTABLISHED '12 lines, ok'
		tap "in mode $mode a genuine RST passes the gateway and closes the mapping, $v" \
			genuine_closes
	done
	in_server rstguard set hold-scope all
	tap "in mode hold a download survives a mimic, $v" download_survives
done
tap_done
