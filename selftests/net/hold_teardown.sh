#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# What holds resets ends in every way it can, under traffic: the mode, the module, the
# link, the namespace. The resets are genuine, so what can still be delivered must arrive;
# what cannot is freed, and nobody waits for it. $RSTGUARD_CYCLES (5) times each, held
# alternately by the end that is addressed and by the router on the way.
. "$(dirname "$(realpath "$0")")/common.sh"
. "$net_dir/kernel.sh"

cycles=${RSTGUARD_CYCLES:-5}
talkers=4	# whose resets come as the end does, half of them by IPv6
hold_ms=3000	# as long as settings allow

[ ! -d /sys/module/rstguard ] || skip_all "the module is in use here"
[ -n "${RSTGUARD_KO:-}" ] || skip_all "RSTGUARD_KO must name the module to load and unload"
net_load
TOPO_DELAY=0
net_topology
talk_serve 20000 || skip_all "no server"

# Asked whether it lives, a host without the socket answers with a RST of its own, which
# would stand in for a held one that got lost. It has no ACK; what ends a conversation has.
for command in iptables ip6tables; do
	in_server $command -A OUTPUT -p tcp --tcp-flags RST,ACK RST -j DROP ||
		skip_all "no $command"
done

loaded()
{
	[ -d /sys/module/rstguard ] || insmod "$RSTGUARD_KO"
}

# --- a namespace for the ends that leave none ---------------------------------------------

doomed4=10.77.5.2 doomed6=fd77:5::2

in_doomed() { in_ns doomed "$@"; }
cable_gone() { ! ip -n rstg-isp link show doomed; }

# With a cable of its own to the router; the last one's goes some time after its namespace.
doomed_up()
{
	doomed_down
	busywait $((RSTGUARD_SLOW * 10000)) cable_gone || { echo "the cable stays"; return 1; }
	ip netns add rstg-doomed || return
	ip -n rstg-isp -batch - <<-END || return
		link add name doomed type veth peer name eth0 netns rstg-doomed
		addr add 10.77.5.1/24 dev doomed
		addr add fd77:5::1/64 dev doomed nodad
		link set doomed up
	END
	ip -n rstg-doomed -batch - <<-END
		link set lo up
		addr add $doomed4/24 dev eth0
		addr add $doomed6/64 dev eth0 nodad
		link set eth0 up
		route add default via 10.77.5.1
		route add default via fd77:5::1
	END
}

doomed_serve()
{
	nsenter --net=/run/netns/rstg-doomed tcptalk -l -t 600 $talk_port >/dev/null 2>&1 &
	disown
	wait_port rstg-doomed $talk_port
}

# The cable first: sockets in there whose end cannot be told to anybody live on for minutes.
doomed_down()
{
	local pids

	[ -e /run/netns/rstg-doomed ] || return 0
	pids=$(ip netns pids rstg-doomed)
	ip -n rstg-isp link del doomed
	ip netns del rstg-doomed
	# shellcheck disable=SC2086 # one word each
	[ -z "$pids" ] || kill -9 $pids
} 2>/dev/null
on_exit doomed_down

# --- resets that are held -------------------------------------------------------------------

hold() # END
{
	in_ns "$1" rstguard set mode hold hold-scope all \
		hold-max-ms $hold_ms hold-min-ms $hold_ms
}

# Not what is held now: a machine that looks too late would miss that.
held_since() { [ "$(counter "$1" rst_held)" -gt "$2" ]; } # END BEFORE

# resets_held HOLDER FROM ADDRESS4 ADDRESS6: conversations of FROM, all reset by the other
# side at once; returns when HOLDER has the first of the resets, the others come as the end
# does.
resets_held()
{
	local holder=$1 from=$2 addresses=("$3" "$4") i before

	before=$(counter "$holder" rst_held)
	rm -f "$work"/{talk,ready}.* "$work/now"
	talker_pids=()
	for ((i = 0; i < talkers; i++)); do
		nsenter --net="/run/netns/rstg-$from" tcptalk -t 100 "${addresses[i % 2]}" \
			$talk_port talk=2,10 touch="$work/ready.$i" until="$work/now" \
			tell=abort wait >"$work/talk.$i" 2>&1 &
		talker_pids+=($!)
	done
	busywait $((RSTGUARD_SLOW * 5000)) all_ready ||
		{ echo "the conversations did not start"; return 1; }
	sent_us=${EPOCHREALTIME/./}
	touch "$work/now"
	busywait $((RSTGUARD_SLOW * 5000)) held_since "$holder" "$before" ||
		{ echo "none is held"; return 1; }
}

all_ready() { [ "$(find "$work" -name 'ready.*' | wc -l)" = $talkers ]; }

# in_time [MS]: nothing was released yet because its time was up, nor will be for so long,
# so the end that came before this found what was held. A machine that stood still
# meanwhile has proved nothing: the cycle is repeated.
in_time()
{
	local left_us=$((sent_us + hold_ms * 1000 - ${EPOCHREALTIME/./}))

	[ $left_us -le $((${1:-0} * 1000)) ] || proven=y
}

# Each conversation was reset, its reset held or not.
all_reset()
{
	local lost

	wait "${talker_pids[@]}"
	lost=$(grep -L ECONNRESET "$work"/talk.*)
	[ -z "$lost" ] || { tail -n 1 "$work"/talk.*; return 1; }
}

talkers_end()
{
	kill "${talker_pids[@]}"
	wait "${talker_pids[@]}"
	return 0
} 2>/dev/null

# --- the ends ---------------------------------------------------------------------------------

# addressed_or_router CYCLE: who holds what the server sends to the client
addressed_or_router()
{
	[ $(($1 % 2)) = 0 ] && holder=client || holder=isp
	loaded && hold $holder && resets_held $holder client $server4 $server6
}

mode_off()
{
	addressed_or_router "$1" || return
	in_ns $holder rstguard set mode off || return
	in_time
	all_reset
}

unload()
{
	addressed_or_router "$1" || return
	rmmod rstguard || return
	in_time
	all_reset
}

# end_of_link CYCLE WORD...: `ip link set|del DEVICE WORD...` for the device by which the
# resets came, in the namespace addressed, or in the router on their way from there
end_of_link()
{
	local cycle=$1 device=eth0 before
	shift

	loaded && doomed_up || return
	before=0
	if [ $((cycle % 2)) = 0 ]; then
		holder=doomed
		hold doomed && resets_held doomed doomed $server4 $server6 || return
	else
		holder=isp device=doomed
		before=$(counter isp hold_device_gone)
		hold isp && doomed_serve && resets_held isp client $doomed4 $doomed6 || return
	fi
	# Who waits for a reference of ours waits for as long as it is held.
	timeout 60 ip -n rstg-$holder link "${@/DEVICE/$device}" || return
	in_time
	if [ "$(counter $holder hold_device_gone)" -gt "$before" ]; then
		proven=y
	elif [ -n "$proven" ]; then
		echo "none went with its device"
		return 1
	fi
	talkers_end
	in_ns $holder rstguard set mode off
	doomed_down
}

link_down() { end_of_link "$1" set DEVICE down; }
link_deleted() { end_of_link "$1" del DEVICE; }

# doomed_dies: at once, with what is held in it. Sockets would keep it alive until their
# reset has arrived, so they are destroyed.
doomed_dies()
{
	loaded && doomed_up && hold doomed && resets_held doomed doomed $server4 $server6 || return
	in_doomed ss -HtK dport = :$talk_port >/dev/null
	wait "${talker_pids[@]}"
	ip netns del rstg-doomed || return
	in_time 500	# its end is a work item's, which has only begun
}

namespace_deleted()
{
	doomed_dies || return
	busywait $((RSTGUARD_SLOW * 10000)) cable_gone || { echo "the cable stays"; return 1; }
}

# The module goes while the namespace is on its way out.
namespace_deleted_unload()
{
	doomed_dies && rmmod rstguard
}

repeat()
{
	local what=$1 i late=0

	for ((i = 0; i < cycles; )); do
		proven=
		"$what" "$i" || { echo "cycle $i"; return 1; }
		[ -z "$proven" ] || { i=$((i + 1)); continue; }
		late=$((late + 1))
		[ $late -le $((cycles + 5)) ] || { echo "cycle $i: never in time"; return 1; }
	done
}

traffic()
{
	while [ ! -e "$work/stop" ]; do
		talk $server4 talk=200,10
		talk $server6 talk=200,10
	done >"$work/traffic" 2>&1
}

leaks_forget
traffic &
traffic_pid=$!
tap_plan 9
tap "mode off delivers what is held, $cycles times" quiet repeat mode_off
tap "unloading delivers what is held, $cycles times" quiet repeat unload
tap "a link that goes down frees what came by it" quiet repeat link_down
tap "so does a link that is deleted" quiet repeat link_deleted
tap "and a namespace that is" quiet repeat namespace_deleted
tap "and one that is while the module goes" quiet repeat namespace_deleted_unload
touch "$work/stop"
wait $traffic_pid
tap "the traffic went on" grep -q '200 lines, ok' "$work/traffic"
loaded
tap "it unloads" quiet rmmod rstguard
tap_leaks
tap_done
