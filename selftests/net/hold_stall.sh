#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# A machine that stands still hears no answer. That time is not held against a peer that
# lives, or whatever is held at that moment would pass.
. "$(dirname "$(realpath "$0")")/common.sh"

[ -n "${RSTGUARD_STALL_KO:-}" ] || skip_all "RSTGUARD_STALL_KO must name the module of vm/stall.c"
# The round trip is 600 ms and a reset is held for 950: when the machine stands still, a
# little more than 100 ms after the shots, no answer can have come, and when it goes on
# the time is up.
TOPO_DELAY=300
still=2500
net_load
net_topology
talk_serve || skip_all "no server"

survives_stall()
{
	local status

	: >"$work/events"
	inject_start "$work/inject" -p mimic-r -t bytes=60 -P $talk_port \
		-x "{ sleep 0.1; insmod $RSTGUARD_STALL_KO ms=$still 2>$work/insmod; } &" || return
	# Idle, so that only the answer to our question proves anything.
	ends_with ok "$1" talk=4,20 sleep=3500 talk=1,20
	status=$?
	inject_stop
	cat "$work/insmod"
	return $status
}

# A proof that came after the machine had stood still: it was held meanwhile.
proven_behind()
{
	cat "$work/events"
	jq -se "any(.rst.proof.after_ms >= $still)" "$work/events"
}

nothing_released()
{
	[ "$(counter client rst_released)$(counter server rst_released)" = 00 ]
}

for end in client server; do
	ip netns exec rstg-$end rstguard set mode hold hold-scope all
done
in_client rstguard monitor -j >>"$work/events" &
on_exit kill $!
busywait "$BUSYWAIT_TIMEOUT" watched client 1
tap_plan 5
for address in $server_addresses; do
	v=$(version_of "$address")
	tap "a mimic, and the machine stands still, $v" survives_stall "$address"
	tap "it was held meanwhile, $v" proven_behind
done
tap "nothing was let through" nothing_released
tap_done
