# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced after common.sh: hosts of other makes (../tools/peer.c), beside the server, at
# addresses that no kernel here has.

peer4=10.77.2.3 peer6=fd77:2::3

peers_up()
{
	local mac

	require peer
	mac=$(ip -n rstg-server -j link show dev eth0 | jq -r '.[0].address')
	ip -n rstg-isp neigh replace $peer4 lladdr "$mac" dev server nud permanent
	ip -n rstg-isp neigh replace $peer6 lladdr "$mac" dev server nud permanent
	ip netns exec rstg-server peer -i eth0 -a $peer4 -a $peer6 -t 1500 >"$work/peer" 2>&1 &
	disown
	busywait "$BUSYWAIT_TIMEOUT" grep -q ready "$work/peer"
}

# peer_port MAKE: where such a host listens
peer_port() { peer -l | awk -v make="$1" '$2 == make { print $1 }'; }
