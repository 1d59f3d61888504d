#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# The module comes and goes under traffic and under attack, and namespaces are deleted
# with connections in them: no splat, and nothing stays in the slab.
# RSTGUARD_LOADS (20) loads, RSTGUARD_NETNS (10) deletions.
. "$(dirname "$(realpath "$0")")/common.sh"

loads=${RSTGUARD_LOADS:-20}
deletions=${RSTGUARD_NETNS:-10}

[ ! -d /sys/module/rstguard ] || skip_all "the module is in use here"
[ -n "${RSTGUARD_KO:-}" ] || skip_all "RSTGUARD_KO must name the module to load and unload"
net_load
rmmod rstguard
TOPO_DELAY=0
net_topology
talk_serve 3000 || skip_all "no server"

# One conversation after the other, both IP versions, some aborted: until told to stop.
traffic()
{
	while [ ! -e "$work/stop" ]; do
		talk $server4 talk=20,10
		talk $server6 talk=5,10 tell=abort wait
		talk $server4 talk=3 tell='send 500000' read=500000
	done >"$work/traffic.$1" 2>&1
}

lines_since_boot() { dmesg | wc -l; }

no_splat()
{
	dmesg | tail -n "+$((first_line + 1))" |
		grep -E 'BUG|WARNING|Oops|Call Trace|remaining on|still has objects|general protection' &&
		return 1
	return 0
}

come_and_go()
{
	local i

	for ((i = 0; i < loads; i++)); do
		# Into the kernel's log: what a test says is shown when it is over.
		[ $((i % 100)) != 99 ] || echo "load_unload: $((i + 1)) loads" >/dev/kmsg
		# net_load has brought what it needs.
		insmod "$RSTGUARD_KO" || return
		mode drop client server || return
		mode monitor isp || return
		# Sometimes at once, sometimes with flows in the table.
		[ $((i % 3)) = 0 ] || sleep "0.$((i % 5))"
		rmmod rstguard || return
	done
}

# A namespace with its own guarded traffic, deleted in the middle of it.
delete_namespaces()
{
	local i

	for ((i = 0; i < deletions; i++)); do
		ip netns add rstg-doomed || return
		ip link add name eth0 netns rstg-doomed type veth peer name doomed netns rstg-isp
		ip -n rstg-doomed link set lo up
		ip -n rstg-doomed link set eth0 up
		ip -n rstg-isp link set doomed up
		ip -n rstg-doomed addr add 10.77.5.2/24 dev eth0
		ip -n rstg-isp addr add 10.77.5.1/24 dev doomed
		ip -n rstg-doomed route add default via 10.77.5.1
		# A socket that nobody holds any more keeps a namespace for as long as it tries
		# to end its connection: a minute and more without a path (tcp_orphan_retries).
		in_ns doomed sysctl -qw net.ipv4.tcp_orphan_retries=1 || return
		in_ns doomed rstguard set mode drop || return
		for _ in 1 2 3; do
			in_ns doomed tcptalk -t 60 $server4 $talk_port \
				talk=20000,5 >/dev/null 2>&1 &
		done
		busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(flows doomed)" -ge 3 ]' || return
		# By name only: the processes inside keep it alive. The cable is cut first, so
		# that flows without a path wait in it, then the processes end.
		ip netns pids rstg-doomed >"$work/pids"
		[ "$(wc -l <"$work/pids")" = 3 ] || return
		ip netns del rstg-doomed
		ip -n rstg-isp link del doomed || return
		xargs kill -9 <"$work/pids" || return
	done
}

# Flows are freed after a grace period, and what SLUB keeps at hand only by shrinking.
slab_empty()
{
	local slab=/sys/kernel/slab/rstguard_flow

	echo 1 >$slab/shrink
	grep -q '^0\b' $slab/objects
}

# SLUB merges caches of one size, and then tells nothing of ours.
slab_is_ours() { [ -d $1 ] && [ ! -L $1 ]; }

traffic_works() { grep -q '20 lines, ok' "$work/traffic.1" "$work/traffic.2"; }

first_line=$(lines_since_boot)
traffic 1 &
traffic 2 &
tap_plan 6
tap "$loads loads and unloads under traffic" come_and_go
tap "the traffic went on" traffic_works
module_load
mode drop client server
tap "$deletions namespaces deleted under traffic" delete_namespaces
touch "$work/stop"
wait
mode off client server isp
rstguard set mode off
if slab_is_ours /sys/kernel/slab/rstguard_flow; then
	tap "no flow is left when all modes are off" busywait 20000 slab_empty
else
	tap_skip "no flow is left when all modes are off" "slabs are merged: boot with slab_nomerge"
fi
tap "it unloads" rmmod rstguard
tap "the kernel had nothing to say" no_splat
tap_done
