#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# Events and their readers: none is lost unsaid, whether the kernel held it back or the
# reader was too slow; the daemon survives both, a rotated log and a module that goes.
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
require rstguardd python3
TOPO_DELAY=0
net_topology
talk_serve || skip_all "no server"
mode drop client server

conversation_ends_well()
{
	local end

	end=$(talk_go)
	echo "$end"
	[ "$end" = "8 lines, ok" ]
}

# Of one flow's burst only the first are told: a crowd that says one thing and then nothing.
crowd=40
crowd_port=7008

crowd_ports()
{
	in_client ss -Htn state established dport = :$crowd_port | awk '{ sub(/.*:/, "", $3); print $3 }'
}

crowd_is_there() { [ "$(crowd_ports | wc -l)" = $crowd ]; }

crowd_begin()
{
	ip netns exec rstg-server crowd -l $crowd_port >"$work/crowd-server" 2>&1 &
	on_exit kill $!
	disown
	wait_port rstg-server $crowd_port || return
	ip netns exec rstg-client crowd -n $crowd -c $crowd -e o -m 2 -g 250000 \
		$server4 $crowd_port >"$work/crowd" 2>&1 &
	on_exit kill $!
	disown
	busywait "$BUSYWAIT_TIMEOUT" crowd_is_there || return
	sleep 1	# until each has its answer
	mapfile -t ports < <(crowd_ports)
}

# FLOWS [COUNT]: so many (1) RSTs on each, in the client's name, that the server's host
# would not heed
spoofed()
{
	local port

	for port in "${ports[@]:0:$1}"; do
		in_isp flood -k rst -d $server4 -p $crowd_port -s $client4 -S "$port" -n "${2:-1}" || return
	done
}

rst_lines() { grep '"event_type":"rst"' "$1"; }

numbered_without_gap()
{
	local n

	spoofed 20 || return
	busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(rst_lines "$work/reader1" | wc -l)" -ge 20 ]' || return
	n=$(rst_lines "$work/reader1" | jq -s 'map(.seq) | . as $s | [range(1; length) |
		select($s[.] != $s[. - 1] + 1)] | length')
	echo "$n gaps"
	[ "$n" = 0 ]
}

two_readers_agree()
{
	busywait "$BUSYWAIT_TIMEOUT" cmp "$work/reader1" "$work/reader2"
}

# Stopped, with a buffer for four events: what does not fit is counted, and the buffer grows.
slow_daemon_says_so()
{
	local daemon before

	daemon=$(cat "$work/daemon.pid")
	before=$(rst_lines "$work/reader1" | wc -l)
	kill -STOP "$daemon"
	spoofed 40 || return
	busywait "$BUSYWAIT_TIMEOUT" eval \
		'[ "$(rst_lines "$work/reader1" | wc -l)" -ge '$((before + 40))' ]' || return
	kill -CONT "$daemon"
	spoofed 1 || return
	busywait "$BUSYWAIT_TIMEOUT" grep '"missed":[1-9]' "$work/daemon.log" || return
	grep 'grown to' "$work/daemon.err"
}

# Events that the token bucket or the ring kept back: the next one tells.
held_back_is_told()
{
	local sent limited full repeated before told

	sleep 3	# so that it is a burst of its own
	repeated=$(counter server event_repeated)
	before=$(counter server event_sent event_rate_limited event_queue_full event_repeated)
	spoofed $crowd 24 || return
	sleep 2
	spoofed 1 || return
	sleep 1
	sent=$(($(counter server event_sent event_rate_limited event_queue_full event_repeated) - before))
	limited=$(counter server event_rate_limited)
	full=$(counter server event_queue_full)
	repeated=$(($(counter server event_repeated) - repeated))
	told=$(rst_lines "$work/reader1" | tail -n 1 | jq .lost)
	echo "$sent of $((crowd * 24 + 1)) counted; $repeated repeated, $limited limited," \
		"$full did not fit; the reader was told $told"
	[ "$sent" -ge $((crowd * 24 + 1)) ] && [ "$limited" -gt 0 ] && [ "$repeated" -gt 0 ] &&
		[ "$told" = $((limited + full)) ]
}

# 200 on one flow: 1 to 16, then 32, 64, 128, and each other of ten flows still has its own.
one_flow_silences_none()
{
	local before lines repeated

	sleep 5
	before=$(rst_lines "$work/reader1" | wc -l)
	repeated=$(counter server event_repeated)
	spoofed 1 200 && spoofed 10 || return
	busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(rst_lines "$work/reader1" | wc -l)" -ge '$((before + 28))' ]'
	sleep 0.5
	lines=$(($(rst_lines "$work/reader1" | wc -l) - before))
	repeated=$(($(counter server event_repeated) - repeated))
	echo "$lines told, $repeated not"
	[ "$((lines + repeated))" = 210 ] && [ $lines -ge 28 ] && [ $lines -le 30 ]
}

daemon_goes_on()
{
	local before

	before=$(wc -l <"$work/daemon.log")
	sleep 2
	spoofed 5
	busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(wc -l <"$work/daemon.log")" -ge '$((before + 5))' ]'
}

log_is_rotated()
{
	mv "$work/daemon.log" "$work/daemon.log.1"
	kill -HUP "$(cat "$work/daemon.pid")"
	busywait "$BUSYWAIT_TIMEOUT" test -e "$work/daemon.log" || return
	spoofed 5
	busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(wc -l <"$work/daemon.log")" -ge 5 ]' &&
		jq -e . "$work/daemon.log" >/dev/null && jq -e . "$work/daemon.log.1" >/dev/null
}

# Every number is in one of its two logs, or the daemon has said how many are not.
nothing_unsaid()
{
	cat "$work/daemon.log.1" "$work/daemon.log" | jq -se '
		map(select(.event_type == "rst")) as $e |
		($e[-1].seq - $e[0].seq + 1 - ($e | length)) as $gaps |
		($e[-1].lost - $e[0].lost) as $unsent |
		(map(select(.event_type != "rst") | [.missed // 0, .suppressed // 0] | add) | add // 0)
			as $said |
		{$gaps, $unsent, $said}, ($said >= $gaps)' | tee "$work/sums" | tail -n 1 | grep -q true
	cat "$work/sums"
	tail -n 1 "$work/sums" | grep -q true
}

others_see_nothing() { [ "$(rst_lines "$work/router" | wc -l)" = 0 ]; }

ends_when_told()
{
	kill -TERM "$(cat "$work/daemon.pid")"
	busywait "$BUSYWAIT_TIMEOUT" test -e "$work/daemon.status" || return
	tail -n 1 "$work/daemon.err"
	[ "$(cat "$work/daemon.status")" = 0 ] && grep -q stopped "$work/daemon.err"
}

reader_start() # NAMESPACE FILE
{
	ip netns exec "rstg-$1" rstguard monitor -a -j >"$work/$2" 2>&1 &
	disown
}

start_readers()
{
	reader_start server reader1
	reader_start server reader2
	reader_start isp router
	{
		# shellcheck disable=SC2016 # for the inner shell
		ip netns exec rstg-server sh -c 'echo $$ >"$1.pid"; exec rstguardd -f -b 2 -l "$1.log"' \
			sh "$work/daemon" 2>"$work/daemon.err"
		echo $? >"$work/daemon.status"
	} &
	busywait "$BUSYWAIT_TIMEOUT" watched server 3 && busywait "$BUSYWAIT_TIMEOUT" watched isp 1
}

start_readers || skip_all "the readers did not start: $(cat "$work"/reader? "$work/router")"
talk_then=(talk=3)
talk_begin $server4 talk=5,20 || skip_all "no conversation"
crowd_begin || skip_all "no crowd: $(cat "$work/crowd" "$work/crowd-server")"
# get COMMAND PORT: what the module says of the conversation from that port
get() { in_client "$net_dir/nlget.py" "$1" $client4 $server4 "$2" $talk_port; }

one_by_one()
{
	local port

	port=$(talk_from)
	[ -n "$port" ] || return
	echo "$(get get-flow "$port"), $(get get-flow 1), $(get get-held "$port")"
	[ "$(get get-flow "$port")" = found ] &&
		[ "$(get get-flow 1)" = 'ENOENT: no such flow in this namespace' ] &&
		[ "$(get get-held "$port")" = 'ENOENT: no reset of that sender is held' ]
}

tap_plan 12
tap "events are numbered without a gap" numbered_without_gap
tap "two readers get the same lines" two_readers_agree
tap "another namespace gets none" others_see_nothing
tap "a daemon that was too slow says what it missed" slow_daemon_says_so
tap "what the kernel holds back is counted, and told" held_back_is_told
tap "one flow does not silence the others" one_flow_silences_none
tap "the daemon goes on after it" daemon_goes_on
tap "SIGHUP opens the log anew; both are JSON to the last line" log_is_rotated
tap "no number is missing unsaid" nothing_unsaid
tap "one flow, and one held reset, can be asked for" one_by_one
tap "the conversation was never cut" conversation_ends_well
tap "SIGTERM ends it in order" ends_when_told
tap_done
