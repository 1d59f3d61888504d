#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# A server that is asked a thousand times a second whether it lives, by balancers and
# scanners that end each connection with a reset: all are delivered, nobody is told of
# them more than they can read, and what waits is bounded. Then a thousand resets a second
# with numbers out of the air, at a thousand connections. And each time one that matters.
# RSTGUARD_RATE (1000) a second for RSTGUARD_SECONDS (3), as far as the machine can: an
# emulated one makes 60 to 300 connections in a second. What it was is in the notes.
here=$(dirname "$(realpath "$0")")
. "$here/../net/common.sh"
. "$here/../net/kernel.sh"

rate=${RSTGUARD_RATE:-1000}
seconds=${RSTGUARD_SECONDS:-3}
count=$((rate * seconds / 2))	# of each IP version
crowd_port=7012
idle=1000
idle_port=20000

TOPO_DELAY=${TOPO_DELAY:-20}
# Both ends are guests, and a connection that was reset is remembered for a while: a first
# namespace with more than 1 GiB has this many as well.
net_load guest_flows=65536
require crowd flood inject
net_topology
talk_serve 1500 || skip_all "no server"
ip netns exec rstg-server crowd -l $crowd_port >"$work/crowd" 2>&1 &
disown
wait_port rstg-server $crowd_port || skip_all "no crowd"

# --- what is measured meanwhile -----------------------------------------------------------

sockets() { in_server ss -Htn state established "sport = :$crowd_port" | wc -l; }
slab_kb() { awk '$1 == "Slab:" { print $2 }' /proc/meminfo; }

# The most that was seen at once: sockets, held, memory. Not looked at often, which would
# take the time that the rest needs.
look()
{
	local n most=0 held=0 slab=0 first

	first=$(slab_kb)
	while [ ! -e "$work/looked" ]; do
		n=$(sockets)
		[ "$n" -le $most ] || most=$n
		n=$(in_server rstguard list held -j | wc -l)
		[ "$n" -le $held ] || held=$n
		n=$(($(slab_kb) - first))
		[ $n -le $slab ] || slab=$n
		echo "$most $held $slab" >"$work/most"
		sleep 2
	done
}

# during COMMAND...: with a look at it. A test point is a shell of its own: what is to be
# known after it is in files.
during()
{
	local status start=$EPOCHSECONDS looker

	rm -f "$work/looked"
	forget_events
	dmesg -C
	sums >"$work/before"
	look &
	looker=$!
	"$@"
	status=$?
	touch "$work/looked"
	wait $looker
	echo $((EPOCHSECONDS - start + 1)) >"$work/took"
	sums >"$work/after"
	dmesg >"$work/dmesg"
	return $status
}

# grown NAME: in that time
grown() { jq --slurpfile b "$work/before" ".$1 - \$b[0].$1" "$work/after"; }
took() { cat "$work/took"; }
from() { jq -s "map($2) | add" "$1"; }

# --- health checks ----------------------------------------------------------------------

# A conversation that goes on all the while, with a mimic on its path, is left alone.
while_attacked()
{
	local inject_more=(-b both) shots_least=2

	survives mimic-ra "$1" bytes=60 talk=7,100 \
		sleep=1000 talk=7,100 >"$work/attacked.$(version_of "$1")" 2>&1
	echo $? >"$work/survived.$(version_of "$1")"
}

# Half are closed without a word, half after the first answer.
checks()
{
	local address words=0 pids=() pid status=0

	: >"$work/checks"
	for address in $server_addresses; do
		in_client timeout 600 crowd -n $count -c 1000 -r $((rate / 2)) -e A -m $words \
			"$address" $crowd_port >"$work/checks.$(version_of "$address")" &
		pids+=($!)
		words=1
	done
	sleep 1
	for address in $server_addresses; do
		while_attacked "$address"
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	cat "$work"/checks.v? >"$work/checks"
	# The last ones may be held.
	busywait "$BUSYWAIT_TIMEOUT" none_held
	return $status
}

# Resets that its sockets have seen, asked for with a connection more.
server_resets()
{
	in_client timeout 60 crowd -n 1 -e o -m 0 $server4 $crowd_port | jq .server.reset
}

# On two busy processors a reset may overtake the last segment of its own handshake, which was
# sent by another one: it meets no socket, and the connection stays. The guard counts it as
# not scored. Without a guard as many stay: of 3,000 at 140 a second 532 in mode monitor, 452
# in mode hold (6.1).
checks_arrive()
{
	local first last early

	first=$(server_resets)
	during checks || { cat "$work/checks"; return 1; }
	last=$(server_resets)
	early=$(grown rst_unscored)
	cat "$work/checks"
	echo "$((last - first)) resets of $((2 * count)) at the server's sockets, $early too early for one"
	[ $((last - first)) -le $((2 * count)) ] && [ $((last - first + early)) -ge $((2 * count)) ] &&
		[ "$(grown rst_held)" = $(($(grown rst_released) + $(grown rst_dropped))) ] &&
		[ "$(from "$work/checks" .late)" = 0 ] &&
		[ "$(from "$work/checks" .other)" = 0 ]
}

no_socket_left()
{
	busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(sockets)" -le "$(grown rst_unscored)" ]' ||
		{ sockets; return 1; }
}

# What waits does so for 3 s at most: as many sockets, each with its reset, and no more.
bounded()
{
	local sockets held slab

	read -r sockets held slab <"$work/most"
	echo "$sockets sockets, $held held, $slab KiB of slab more than before"
	[ "$sockets" -le $((rate * 4)) ] && [ "$held" -le $((rate * 4)) ] && [ "$slab" -le 65536 ]
}

# At most as many as a person's terminal and the daemon's log take; what was kept back is
# counted. The kernel's log has a line for what was suspect or proven forged, ten in a minute,
# and nothing else.
quiet_events()
{
	local told

	told=$(cat "$work"/events.* | wc -l)
	echo "$told events told in $(took) s, $(grown event_rate_limited) not"
	grep rstguard "$work/dmesg"
	[ "$told" -le $((2 * 50 * $(took) + 200)) ] &&
		[ "$(grep -c rstguard "$work/dmesg")" -le $((2 * 12 * ($(took) / 60 + 2))) ] &&
		! grep rstguard "$work/dmesg" | grep -vqE 'forged RST|suspect RST|suppressed'
}

nobody_accused()
{
	echo "$(grown rst_held) held, $(grown rst_released) released, $(grown hold_budget) had no room"
	echo "$(grown rst_suspect) suspect, $(grown rst_dropped) dropped"
	[ "$(grown rst_suspect)" = 0 ]
}

stood_it()
{
	cat "$work/attacked.$1"
	[ "$(cat "$work/survived.$1")" = 0 ]
}

# --- junk ---------------------------------------------------------------------------------

# So many connections from known ports, which say something now and then.
idlers_come()
{
	{
		in_client timeout 900 crowd -n $idle -c $idle -p $idle_port -e o -m 4 -g 20000 \
			$server4 $crowd_port >"$work/idle"
	} >/dev/null 2>&1 &	# not the output of the test point, which would wait for it
	busywait $((4 * BUSYWAIT_TIMEOUT)) eval '[ "$(sockets)" = '$idle' ]'
}

idlers_end_well()
{
	busywait $((4 * BUSYWAIT_TIMEOUT)) test -s "$work/idle" || return
	cat "$work/idle"
	[ "$(jq .eof "$work/idle")" = $idle ]
}

junk()
{
	in_isp timeout 300 flood -k junk -d $server4 -p $crowd_port -s $client4 -S $idle_port \
		-N $idle -n $((rate * seconds)) -r "$rate" >"$work/flood" &
	flooder=$!
	sleep 1
	while_attacked $server4
	while_attacked $server6
	wait $flooder || return
	cat "$work/flood"
}

# Of 2^32 numbers a window is 1 in 65,536: by chance one of them may fall into it.
junk_is_not_held()
{
	local held seen

	local held seen shots

	held=$(grown rst_held)
	seen=$(($(grown rst_genuine) + $(grown rst_suspect) + $(grown rst_unscored) +
		$(grown rst_no_flow)))
	shots=$(cat "$work"/attacked.v? | awk '$2 == "shots" { sum += $1 } END { print sum + 0 }')
	echo "$seen resets seen, $held held, of them $shots shots that matter at the most"
	[ "$seen" -ge $((rate * seconds)) ] && [ "$held" -le $((shots + 2)) ] &&
		[ "$(grown hold_budget)" = 0 ]
}

tap_plan 14
listen client server
for end in client server; do
	in_ns $end rstguard set mode hold hold-scope all
done
tap "$((2 * count)) health checks: all their resets arrive" checks_arrive
tap_note "$(jq -c '{rate, late, server}' "$work/checks" | tr '\n' ' ')"
tap "no socket of those is left" no_socket_left
tap "what waits is bounded" bounded
tap "nobody was accused" nobody_accused
tap "the events can be read" quiet_events
tap "a forged one among them is stopped, v4" stood_it v4
tap "a forged one among them is stopped, v6" stood_it v6
tap_note "at the most sockets, held, KiB of slab: $(cat "$work/most"); in $(took) s $(grown \
	rst_held) held, $(grown rst_genuine) looked at, $(grown flow_table_full) without room"

tap "$idle connections" idlers_come
tap "junk at $idle connections" during junk
tap "it is neither held nor late" junk_is_not_held
tap "a forged one among it is stopped, v4" stood_it v4
tap "a forged one among it is stopped, v6" stood_it v6
tap "the $idle connections end in order" idlers_end_well
tap "the events can be read" quiet_events
tap_note "$(cat "$work/flood") in $(took) s"
tap_done
