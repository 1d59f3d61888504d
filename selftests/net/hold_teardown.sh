#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# Mode off, unloading, and the end of a link or a namespace while resets are held: what
# can still be delivered is, what cannot is freed, nothing stays behind.
# RSTGUARD_CYCLES (5) of each.
. "$(dirname "$(realpath "$0")")/common.sh"

cycles=${RSTGUARD_CYCLES:-5}

[ ! -d /sys/module/rstguard ] || skip_all "the module is in use here"
[ -n "${RSTGUARD_KO:-}" ] || skip_all "RSTGUARD_KO must name the module to load and unload"
net_load
net_topology
talk_serve 3000 || skip_all "no server"

hold() { in_client rstguard set mode hold hold-scope all hold-min-ms 3000; }
any_held() { in_client rstguard list held | grep -q .; }

# One reset on its way to the client, parked there.
reset_held()
{
	talk $server4 talk=2,20 tell=abort wait >"$work/talk" &
	talk_pid=$!
	busywait 8000 any_held
}

reset_arrived()
{
	wait $talk_pid
	grep -q ECONNRESET "$work/talk" || { cat "$work/talk"; return 1; }
}

mode_off()
{
	local i

	for ((i = 0; i < cycles; i++)); do
		hold && reset_held || return
		in_client rstguard set mode off
		reset_arrived || return
	done
}

unload()
{
	local i

	for ((i = 0; i < cycles; i++)); do
		hold && reset_held || return
		rmmod rstguard || return
		reset_arrived || return
		insmod "$RSTGUARD_KO" || return
	done
}

link_down()
{
	local i

	for ((i = 0; i < cycles; i++)); do
		hold && reset_held || return
		ip -n rstg-client link set eth0 down
		any_held && { echo "still held"; return 1; }
		ip -n rstg-client link set eth0 up
		ip -n rstg-client addr add fd77:1::2/64 dev eth0 nodad
		ip -n rstg-client route add default via 10.77.1.1
		ip -n rstg-client route add default via fd77:1::1
		pkill -f "tcptalk -t" ; wait $talk_pid
	done
	[ "$(counter client hold_device_gone)" -ge "$cycles" ]
}

link_deleted()
{
	local i

	for ((i = 0; i < cycles; i++)); do
		hold && reset_held || return
		ip -n rstg-client link del eth0
		pkill -f "tcptalk -t"; wait $talk_pid
		topo_up && talk_serve 3000 || return
	done
}

namespace_deleted()
{
	local i

	for ((i = 0; i < cycles; i++)); do
		hold && reset_held || return
		pkill -f "tcptalk -t"; wait $talk_pid
		ip netns del rstg-client
		topo_up && talk_serve 3000 || return
	done
}

no_splat()
{
	! dmesg | tail -n "+$((first_line + 1))" |
		grep -E 'BUG|WARNING|Oops|Call Trace|remaining on|still has objects|unregister_netdevice: waiting'
}

first_line=$(dmesg | wc -l)
tap_plan 7
tap "mode off delivers what is held, $cycles times" mode_off
tap "unloading delivers what is held, $cycles times" unload
tap "a link that goes down frees what came by it, $cycles times" link_down
tap "so does a link that is deleted" link_deleted
tap "and a namespace that is" namespace_deleted
tap "it unloads" rmmod rstguard
tap "the kernel had nothing to say" no_splat
tap_done
