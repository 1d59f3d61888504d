#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# What holds packets ends in every way it can: the module, the mode, the link, the
# namespace, $RSTGUARD_CYCLES (20) times each, under traffic. The resets that are held are
# genuine, so unless their device or namespace is gone they must arrive.
. "$(dirname "$(realpath "$0")")/lib.sh"

cycles=${RSTGUARD_CYCLES:-20}
parked=4	# resets on their way to be held when each end comes

require_debug_kernel
[ ! -d /sys/module/rstguard ] || skip_all "the module is in use here"
[ -n "${RSTGUARD_KO:-}" ] || skip_all "RSTGUARD_KO must name the module to load and unload"
net_load
export TOPO_DELAY=0
net_topology
talk_serve 7000 || skip_all "no server"

in_doomed() { ip netns exec rstg-doomed "$@"; }

# As long as settings allow: time to see that they are held, and to act.
hold() # END
{
	ip netns exec "rstg-$1" rstguard set mode hold hold-scope all \
		hold-max-ms 3000 hold-min-ms 3000
}

hold client >/dev/null 2>&1 || skip_all "this rstguard does not hold"

loaded()
{
	[ -d /sys/module/rstguard ] || insmod "$RSTGUARD_KO"
}

# A namespace with a link of its own to the router, for the ends that leave none.
doomed_up()
{
	ip netns add rstg-doomed || return
	ip link add name eth0 netns rstg-doomed type veth peer name doomed netns rstg-isp || return
	ip -n rstg-doomed link set lo up
	ip -n rstg-doomed link set eth0 up
	ip -n rstg-isp link set doomed up
	ip -n rstg-doomed addr add 10.77.5.2/24 dev eth0
	ip -n rstg-isp addr add 10.77.5.1/24 dev doomed
	ip -n rstg-doomed addr add fd77:5::2/64 dev eth0 nodad
	ip -n rstg-isp addr add fd77:5::1/64 dev doomed nodad
	ip -n rstg-doomed route add default via 10.77.5.1
	ip -n rstg-doomed route add default via fd77:5::1
}

doomed_down()
{
	[ -e /run/netns/rstg-doomed ] || return 0
	ip netns del rstg-doomed
}
on_exit doomed_down

open_flows() # HOLDER
{
	ip netns exec "rstg-$1" rstguard list flows -j | jq -s \
		"map(select(.state == \"open\" and .dest_port == $talk_port)) | length"
}

held() { ip netns exec "rstg-$1" rstguard list held -j | grep -c .; }

# talkers END HOLDER: conversations of END, all reset by the server at once; returns when
# HOLDER has the first of their resets: the others come as the end does. Sets $talkers.
talkers()
{
	local end=$1 holder=$2 i address before

	rm -f "$work/now" "$work"/talk.*
	talkers=()
	before=$(open_flows "$holder")
	for ((i = 0; i < parked; i++)); do
		address=$server4
		[ $((i % 2)) = 0 ] || address=$server6
		ip netns exec "rstg-$end" timeout 120 tcptalk -t 100 "$address" $talk_port \
			talk=2,10 until="$work/now" tell=abort wait >"$work/talk.$i" 2>&1 &
		talkers+=($!)
	done
	busywait 30000 eval "[ \$(open_flows $holder) -ge $((before + parked)) ]" ||
		{ echo "the conversations did not start"; return 1; }
	touch "$work/now"
	busywait 20000 eval "[ \$(held $holder) -ge 1 ]" || { echo "none is held"; return 1; }
}

# Each got its reset, held or not.
all_reset()
{
	local status=0

	wait "${talkers[@]}"
	grep -L ECONNRESET "$work"/talk.* | grep -q . && status=1
	[ $status = 0 ] || tail -n 1 "$work"/talk.*
	return $status
}

talkers_end()
{
	kill "${talkers[@]}"
	wait "${talkers[@]}"
	return 0
} 2>/dev/null

# Who holds: alternately the one that is addressed, and the router on the way.
holder_of() # CYCLE END
{
	[ $(($1 % 2)) = 0 ] && echo "$2" || echo isp
}

unload()
{
	local holder

	loaded || return
	holder=$(holder_of "$1" client)
	hold "$holder" && talkers client "$holder" || return
	rmmod rstguard || return
	all_reset
}

mode_off()
{
	local holder

	loaded || return
	holder=$(holder_of "$1" client)
	hold "$holder" && talkers client "$holder" || return
	ip netns exec "rstg-$holder" rstguard set mode off || return
	all_reset
}

link_deleted()
{
	local holder

	loaded && doomed_up || return
	holder=$(holder_of "$1" doomed)
	hold "$holder" && talkers doomed "$holder" || return
	timeout 60 ip -n rstg-isp link del doomed || return
	ip netns exec "rstg-$holder" rstguard set mode off
	talkers_end
	netns_gone
}

# Its work is done in the background; the end of the link in the router goes with it.
netns_gone()
{
	ip netns del rstg-doomed || return
	busywait 60000 eval '! ip -n rstg-isp link show doomed >/dev/null 2>&1'
}

netns_deleted()
{
	loaded && doomed_up && hold doomed && talkers doomed doomed || return
	ip netns del rstg-doomed
	talkers_end	# the last to keep it
	busywait 60000 eval '! ip -n rstg-isp link show doomed >/dev/null 2>&1'
}

# The module goes while the namespace is on its way out.
netns_deleted_unload()
{
	loaded && doomed_up && hold doomed && talkers doomed doomed || return
	ip netns del rstg-doomed
	talkers_end
	rmmod rstguard || return
	busywait 60000 eval '! ip -n rstg-isp link show doomed >/dev/null 2>&1'
}

repeat()
{
	local what=$1 i

	for ((i = 0; i < cycles; i++)); do
		"$what" "$i" && continue
		echo "cycle $i"
		return 1
	done
}

traffic()
{
	while [ ! -e "$work/stop" ]; do
		talk $server4 talk=5,10
		talk $server6 talk=5,10 tell=abort wait
		talk $server4 talk=3 tell='send 300000' read=300000
	done >"$work/traffic" 2>&1
}

leaks_forget
traffic &
traffic_pid=$!
tap_plan 8
for end in unload mode_off link_deleted netns_deleted netns_deleted_unload; do
	tap "$cycles times $end with resets held" quiet repeat $end
done
touch "$work/stop"
wait $traffic_pid
tap "the traffic went on" grep -q '5 lines, ok' "$work/traffic"
loaded
tap "it unloads" quiet rmmod rstguard
tap "nothing is lost" leaks_none
tap_done
