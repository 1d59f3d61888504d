#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# An injector cuts a download by a FIN that nothing gives away. Its victim believes it, and
# rstguard does not prevent that: but as the alleged sender speaks on, it is said. (In a
# dialogue it does not: the victim's ACK of the FIN is one of what was never sent, and its
# sender ignores all that comes with it.) A conversation that ends in order, or is half
# closed for a while, is not blamed.
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
net_topology
talk_serve || skip_all "no server"

forged() { counter client fin_forged; }

cut_and_told() # ADDRESS
{
	local before got

	before=$(forged)
	forget_events
	inject_start "$work/inject" -p mimic-fin -b client -t bytes=60000 -P $talk_port ||
		return
	got=$(talk "$1" talk=2,20 tell='send 300000' read=300000)
	inject_stop
	busywait "$BUSYWAIT_TIMEOUT" grep -q '"event_type":"fin"' "$work/events.client"
	echo "$got"
	cat "$work/events.client"
	[[ $got == *", EOF" || $got == *", EPIPE" || $got == *", ECONNRESET" ]] &&
		[ "$(forged)" = $((before + 1)) ] &&
		jq -se --arg from "${1}" 'map(select(.event_type == "fin")) | length == 1 and
			(.[0] | .src_ip == $from and .fin.verdict == "forged" and
			 .fin.proof == "data")' "$work/events.client" >/dev/null
}

in_dmesg() { dmesg | grep -q "rstguard: forged FIN .*$1"; }

nobody_blamed()
{
	local before

	before=$(forged)
	ends_with 'E*' "$1" talk=5,20 tell=close wait
	ends_with ok "$1" talk=5,20
	talk "$1" talk=5,20 tell='send 20000' shut wait
	[ "$(forged)" = "$before" ]
}

mode monitor client
listen client
tap_plan 6
for address in $server_addresses; do
	v=$(version_of "$address")
	tap "the end is forged, and told, $v" cut_and_told "$address"
	tap "so does the kernel's log, $v" in_dmesg "$address"
	tap "an end in order is nobody's fault, $v" nobody_blamed "$address"
done
tap_done
