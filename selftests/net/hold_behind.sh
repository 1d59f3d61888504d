#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# A forged reset is held, and then the server sends data and resets in one breath: the data
# prove the forged one, and the genuine one comes right behind them, before anybody but the
# packet's own path has run. It is another decision, and it is delivered.
. "$(dirname "$(realpath "$0")")/common.sh"

times=${RSTGUARD_BEHIND:-6}

net_load
net_topology
talk_serve || skip_all "no server"

# A server that has reset answers our question by a reset of its own, which would stand in
# for a genuine one that got lost. It has no ACK; what ends a conversation has.
for command in iptables ip6tables; do
	in_server $command -A OUTPUT -p tcp --tcp-flags RST,ACK RST -j DROP ||
		skip_all "no $command"
done

# ADDRESS: the injector answers the client's order to the server
behind()
{
	local address=$1 i status=0 dropped released

	for ((i = 0; i < times && !status; i++)); do
		dropped=$(counter client rst_dropped)
		released=$(counter client rst_released)
		talk_then=(tell=$'send 500\nabort' wait)
		talk_begin "$address" talk=3,20 || return
		inject_start "$work/inject" -p mimic-ra -b client -t any -n 1 -P $talk_port || return
		end=$(talk_go)
		inject_stop
		echo "$end; $(($(counter client rst_dropped) - dropped)) dropped," \
			"$(($(counter client rst_released) - released)) released"
		grep -q '^shot' "$work/inject" || { echo "no shot"; return 1; }
		[[ $end == *ECONNRESET ]] && [ "$(counter client rst_dropped)" -gt "$dropped" ] &&
			[ "$(counter client rst_released)" -gt "$released" ]
		status=$?
	done
	return $status
}

in_client rstguard set mode hold hold-scope all
tap_plan 2
for address in $server_addresses; do
	tap "$times times, $(version_of "$address")" behind "$address"
done
tap_done
