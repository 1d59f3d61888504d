#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# The client is in the first network namespace. Ordinary users of the same machine make
# namespaces of their own, as anybody may, and fill there what the module has: its table,
# its hold, its questions, its events. The first namespace's part stays what it was.
#
#   the first namespace            rstg-isp                      rstg-server
#   rstg0 ----------------- client      server ------------------ eth0
here=$(dirname "$(realpath "$0")")
. "$here/../net/common.sh"

flows=${RSTGUARD_FLOWS:-65000}
resets=${RSTGUARD_HELD:-4096}
guests=${RSTGUARD_GUESTS:-16}
crowd_port=7012

# The client of all that is sourced.
in_ns()
{
	if [ "$1" = client ]; then
		"${@:2}"
	else
		nsenter --net="/run/netns/rstg-$1" -- "${@:2}"
	fi
}
in_client() { "$@"; }

[ ! -d /sys/module/rstguard ] || skip_all "the module is in use: this test fills its tables"
net_load
require neighbour crowd inject setpriv unshare depmod
net_topology

first_namespace_joins()
{
	ip -n rstg-client link set eth0 down &&
		ip -n rstg-client link set eth0 name rstg0 netns 1 &&
		ip addr add $client4/24 dev rstg0 &&
		ip addr add $client6/64 dev rstg0 nodad &&
		ip link set rstg0 up &&
		ip route add 10.77.2.0/24 via 10.77.1.1 &&
		ip route add fd77:2::/64 via fd77:1::1
}

nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
as_nobody() { "${nobody[@]}" "$@"; }

first_namespace_joins || skip_all "the first namespace cannot join the path"
talk_serve 1500 || skip_all "no server"
ip netns exec rstg-server crowd -l $crowd_port >"$work/crowd" 2>&1 &
disown
wait_port rstg-server $crowd_port || skip_all "no crowd"
as_nobody unshare -Urn true || skip_all "nobody may make user namespaces here"
# udev's rule 50-udev-default.rules, where there is no udev.
modprobe -q tun
[ ! -c /dev/net/tun ] || chmod 0666 /dev/net/tun
as_nobody sh -c ': <>/dev/net/tun' 2>/dev/null || skip_all "nobody may open /dev/net/tun here"

# --- the neighbours ---------------------------------------------------------------------

neighbour_pids=() many=()

# neighbours_come FLOWS/RESETS...: one after the other, and each takes what it can get;
# what they said is in $work/neighbour.N
neighbours_come()
{
	local spec i=0

	neighbour_pids=()
	for spec; do
		# Not the function, which would be a shell of its own with another number.
		# shellcheck disable=SC2016 # for the inner shell
		"${nobody[@]}" nice -n 19 unshare -Urn sh -c '
			ip link set lo up
			rstguard set max-flows "$(rstguard status -j | jq .max_flows_global)"
			rstguard set hold-min-ms 3000
			rstguard set mode hold hold-scope all || exit
			exec neighbour -f "$1" -r "$2"' sh "${spec%/*}" "${spec#*/}" \
			>"$work/neighbour.$i" 2>&1 &
		neighbour_pids+=($!)
		on_exit kill $!
		busywait $((60 * BUSYWAIT_TIMEOUT)) grep -q ready "$work/neighbour.$i" ||
			{ cat "$work/neighbour.$i"; return 1; }
		i=$((i + 1))
	done
}

neighbours_go()
{
	local i pid

	kill "${neighbour_pids[@]}"
	for pid in "${neighbour_pids[@]}"; do
		wait "$pid" 2>/dev/null
	done
	for ((i = 0; i < ${#neighbour_pids[@]}; i++)); do
		tail -n 1 "$work/neighbour.$i"
	done | sort | uniq -c | tap_notes
}

# guests NAME...: the sum of these counters over all of them
guests_counted()
{
	local pid

	for pid in "${neighbour_pids[@]}"; do
		nsenter --net="/proc/$pid/ns/net" rstguard show stats
	done | awk -v names=" $* " 'index(names, " " $1 " ") { sum += $2 } END { print sum + 0 }'
}

guests_now() { # held: at this moment
	local pid

	for pid in "${neighbour_pids[@]}"; do
		nsenter --net="/proc/$pid/ns/net" rstguard list held -j
	done | grep -c '"src_ip"'
}

# --- what the first namespace has to have all the while ------------------------------------

lost="flow_table_full flow_no_memory hold_budget hold_no_memory"
lost="$lost event_rate_limited event_queue_full event_no_memory"

new_flows_are_tracked()
{
	local address before full

	full=$(counter client $lost)
	before=$(counter client flow_new)
	for address in $server_addresses; do
		timeout 300 crowd -n 20 -c 4 -e o -m 2 "$address" $crowd_port >>"$work/new" ||
			return
	done
	before=$(($(counter client flow_new) - before))
	full=$(($(counter client $lost) - full))
	cat "$work/new"
	echo "$before new flows of 40, $full times was there no room"
	rstguard show stats
	[ $before -ge 40 ] && [ $full = 0 ]
}

# A perfect mimic, on a connection that begins now, is held and proven, and that is told.
forged_is_stopped()
{
	local inject_more=(-b client) status proven budget

	forget_events
	proven=$(counter client rst_proven_forged)
	budget=$(counter client hold_budget)
	survives mimic-ra "$1" bytes=60 talk=7,20 sleep=1500 talk=2,20
	status=$?
	proven=$(($(counter client rst_proven_forged) - proven))
	budget=$(($(counter client hold_budget) - budget))
	echo "$proven times proven, $budget times was there no room"
	[ $status = 0 ] && [ $proven -ge 1 ] && [ $budget = 0 ] &&
		busywait "$BUSYWAIT_TIMEOUT" grep -q '"verdict":"forged"' "$work/events.client"
}

genuine_arrives()
{
	ends_with ECONNRESET $server4 talk=3,20 tell=abort wait &&
		ends_with ECONNRESET $server6 talk=3,20 tell=abort wait
}

# A connection that was there before they came.
old_one_is_guarded()
{
	local status end

	inject_start "$work/inject" -p mimic-r -b client -t any -n 1 -P $talk_port || return
	end=$(talk_go)
	status=$?
	inject_stop
	echo "$end"
	grep '^shot' "$work/inject"
	[ $status = 0 ] && [ "$end" = "8 lines, ok" ] && grep -q '^shot' "$work/inject"
}

pressure() # FLOWS RESETS: have they really done that much?
{
	local opened seen

	opened=$(guests_counted flow_new flow_table_full)
	seen=$(guests_counted rst_genuine rst_suspect rst_unscored rst_no_flow)
	echo "$opened flows begun or refused, $seen resets, $(guests_now) held now"
	[ "$opened" -ge "$1" ] && [ "$seen" -ge "$2" ]
}

under_pressure() # NAME
{
	tap "$1: new flows are tracked" new_flows_are_tracked
	tap "$1: a forged reset is held and proven, v4" forged_is_stopped $server4
	tap "$1: a forged reset is held and proven, v6" forged_is_stopped $server6
	tap "$1: a connection from before is guarded" old_one_is_guarded
	tap "$1: a genuine reset arrives" genuine_arrives
}

# --- what nobody may ----------------------------------------------------------------------

refused()
{
	local output

	if output=$("$@" 2>&1); then
		echo "was not refused: $*"
		head -n 5 <<<"$output"
		return 1
	fi
	echo "$output"
	[[ $output == rstguard:* ]]
}

reads_nothing()
{
	rstguard show stats >/dev/null && refused as_nobody rstguard show stats &&
		refused as_nobody rstguard list flows && refused as_nobody rstguard list held
}

# Lower is their own business, and so is back to what it was.
raises_nothing()
{
	# shellcheck disable=SC2016 # for the inner shell
	refused as_nobody unshare -Urn sh -c '
		default=$(rstguard status -j | jq .max_flows)
		rstguard set max-flows 10 && rstguard set max-flows "$default" || exit 0
		rstguard set max-flows $((default + 1))'
}

# The kernel's request_module() with our own directory of modules: is one loaded because
# somebody asks for the family by its name?
loads_nothing()
{
	local modules kernel

	kernel=$(uname -r)
	modules=$work/lib/modules/$kernel
	mkdir -p "$modules/extra"
	cp "${RSTGUARD_KO:-$(modinfo -n rstguard)}" "$modules/extra/" && depmod -b "$work" 2>/dev/null
	printf '#!/bin/sh\nexec %s -d %s "$@"\n' "$(command -v modprobe)" "$work" >"$work/modprobe"
	chmod 755 "$work" "$work/modprobe"
	modprobe -d "$work" -n rstguard || return
	rmmod rstguard || return
	cat /proc/sys/kernel/modprobe >"$work/modprobe.was"
	echo "$work/modprobe" >/proc/sys/kernel/modprobe
	as_nobody unshare -Urn rstguard status
	as_nobody rstguard status
	cat "$work/modprobe.was" >/proc/sys/kernel/modprobe
	[ ! -d /sys/module/rstguard ]
}

tap_plan $((6 + 6 + 3))
rstguard set mode hold hold-scope all
rstguard monitor -a -j >>"$work/events.client" 2>&1 &
on_exit kill $!
disown
busywait "$BUSYWAIT_TIMEOUT" watched client 1 || skip_all "no events"

talk_seconds=1500
talk_then=("talk=3,20" sleep=1500 "talk=2,20")
talk_begin $server4 talk=3,20
# The second one's connections stay open: none of them makes room.
neighbours_come "$flows/$resets" "$flows/1" ||
	tap_note "no neighbour" "$(cat "$work"/neighbour.*)"
under_pressure "two neighbours"
tap "two neighbours: $flows flows each and $resets resets" pressure $((2 * flows)) "$resets"
neighbours_go
talk_begin $server4 talk=3,20
for ((i = 0; i < guests; i++)); do
	many+=("$((flows / guests))/$((resets / guests))")
done
neighbours_come "${many[@]}" ||
	tap_note "no neighbours" "$(cat "$work"/neighbour.*)"
under_pressure "$guests neighbours"
tap "$guests neighbours: $flows flows and $resets resets" \
	pressure $((flows / guests * guests)) $((resets / guests * guests))
neighbours_go
tap "who has no right to reads nothing" reads_nothing
tap "a namespace of one's own cannot have more than its part" raises_nothing
tap "nobody loads the module by asking for it" loads_nothing
tap_done
