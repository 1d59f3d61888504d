#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154
#
# A forged reset is held, and then the server sends data and resets in one breath: the data
# prove the forged one, and the genuine one comes right behind them, before anybody but the
# packet's own path has run. It is another decision, and it is delivered.
. "$(dirname "$(realpath "$0")")/common.sh"

times=${RSTGUARD_BEHIND:-3}

net_load
net_topology
talk_serve || skip_all "no server"

# A server that has reset answers our question by a reset of its own, which would stand in
# for a genuine one that got lost. It has no ACK; what ends a conversation has.
for command in iptables ip6tables; do
	in_server $command -A OUTPUT -p tcp --tcp-flags RST,ACK RST -j DROP ||
		skip_all "no $command"
done

# The data are the proof, and nothing before them: our question is lost, which has this
# length with its one octet and timestamps, and so is each ACK of the server's without data.
lose() # iptables|ip6tables OCTETS
{
	in_isp "$1" -A FORWARD -p tcp --dport $talk_port -m length --length $(($2 + 1)) -j DROP &&
		in_isp "$1" -A FORWARD -p tcp --sport $talk_port --tcp-flags ALL ACK \
			-m length --length "$2" -j DROP
}
lose iptables 52 && lose ip6tables 72 || skip_all "no match for lengths"

# ADDRESS: the injector shoots at the answer to the last line, when it has seen both sides.
# What counts is a connection with a reset that was proven forged, in time for that.
behind()
{
	local address=$1 tries=0 proven=0 end dropped released

	while [ $proven -lt "$times" ]; do
		[ $((tries++)) -lt $((4 * times)) ] || { echo "too slow"; return 1; }
		dropped=$(counter client rst_dropped)
		released=$(counter client rst_released)
		talk_then=(talk=1 tell=$'send 500\nabort' wait)
		talk_begin "$address" talk=3,20 || return
		inject_start "$work/inject" -p mimic-ra -b client -t any -n 1 -P $talk_port || return
		end=$(talk_go)
		inject_stop
		echo "$end; $(($(counter client rst_dropped) - dropped)) dropped," \
			"$(($(counter client rst_released) - released)) released"
		[[ $end == *ECONNRESET ]] && [ "$(counter client rst_released)" -gt "$released" ] ||
			return
		[ "$(counter client rst_dropped)" = "$dropped" ] || proven=$((proven + 1))
	done
}

# The server may be slow to obey.
in_client rstguard set mode hold hold-scope all hold-min-ms 2000
tap_plan 2
for address in $server_addresses; do
	tap "proven $times times, $(version_of "$address")" behind "$address"
done
tap_done
