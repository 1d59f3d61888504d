#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# Answers that come late, and still in time: over a long way, and because the machine
# stood still. It hears no answer then, and that is not held against a peer that lives.
. "$(dirname "$(realpath "$0")")/common.sh"

[ -n "${RSTGUARD_STALL_KO:-}" ] || skip_all "RSTGUARD_STALL_KO must name the module of vm/stall.c"
# The round trip is 700 ms, longer than what lies between two questions, and a reset is
# held for 1100: when the machine stands still, a little more than 100 ms after the
# shots, no answer can have come, and when it goes on the time is up.
TOPO_DELAY=350
still=2500
net_load
net_topology
talk_serve || skip_all "no server"

# Idle, so that only the answer to our question proves anything.
survives_idle() # ADDRESS
{
	survives mimic-r "$1" bytes=60 talk=4,20 sleep=3500 talk=1,20
}

survives_stall()
{
	local inject_more=(-x "{ sleep 0.1; insmod $RSTGUARD_STALL_KO ms=$still 2>$work/insmod; } &")

	: >"$work/events.client"
	survives_idle "$1"
}

# A proof that came after the machine had stood still: it was held meanwhile.
proven_behind()
{
	cat "$work/events.client"
	jq -se "any(.rst.proof.after_ms >= $still)" "$work/events.client"
}

for end in client server; do
	ip netns exec rstg-$end rstguard set mode hold hold-scope all
done
listen client
tap_plan 7
for address in $server_addresses; do
	v=$(version_of "$address")
	tap "a mimic, and a long way, $v" survives_idle "$address"
	tap "a mimic, and the machine stands still, $v" survives_stall "$address"
	tap "it was held meanwhile, $v" proven_behind
done
tap "nothing was let through" nothing_released
tap_done
