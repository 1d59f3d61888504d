#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2154,SC2317 # functions run by name, words
#
# A daemon that runs for months: the module goes and comes back, its disk is full for a while,
# its files are rotated, and one day they cannot be.
. "$(dirname "$(realpath "$0")")/common.sh"

[ ! -d /sys/module/rstguard ] || skip_all "the module is in use here"
[ -n "${RSTGUARD_KO:-}" ] || skip_all "RSTGUARD_KO must name the module to load and unload"
net_load
rmmod rstguard
TOPO_DELAY=0
net_topology
require rstguardd
talk_serve || skip_all "no server"

logs=$work/logs
log=$logs/eve.json
sessions=$logs/sessions.json
mkdir "$logs"
on_exit umount -l "$logs"
mount -t tmpfs -o size=64k tmpfs "$logs" || skip_all "no tmpfs"

said() { grep -c "$1" "$work/daemon.err"; }	# PATTERN: how often
says() { busywait "$BUSYWAIT_TIMEOUT" grep -q "$1" "$work/daemon.err"; }
lives() { kill -0 "$(cat "$work/daemon.pid")"; }

start_daemon()
{
	{
		ip netns exec rstg-server sh -c 'umask 0; echo $$ >"$1.pid"; exec rstguardd -f -l "$2"' \
			sh "$work/daemon" "$log" 2>"$work/daemon.err"
		echo $? >"$work/daemon.status"
	} >/dev/null 2>&1 &	# not the output of the test point, which would wait for it
	on_exit eval 'kill $(cat "$work/daemon.pid")'
	busywait "$BUSYWAIT_TIMEOUT" test -s "$work/daemon.pid"
}

# One reset arrives at the server, which is looked at and told.
one_reset()
{
	local before

	before=$(counter server event_sent event_rate_limited)
	talk $server4 talk=2 abort >/dev/null
	busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(counter server event_sent event_rate_limited)" -gt '$before' ]'
}

lines() { grep -c '"event_type":"rst"' "$log"; }
grows_to() { busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(lines)" -ge '"$1"' ]'; }

load()
{
	module_load && in_server rstguard set mode monitor
}

waits_for_the_module()
{
	start_daemon && says 'waiting for it' && lives
}

goes_on_when_it_comes()
{
	load && says 'the module is there' || return
	one_reset && grows_to 1
}

# With a policy, and one that watches.
module_goes()
{
	in_server rstguard policy add mail && in_server rstguard list policies | grep -q . || return
	{ in_server rstguard monitor -a; echo $? >"$work/monitor.status"; } >"$work/monitor" 2>&1 &
	busywait "$BUSYWAIT_TIMEOUT" watched server 2 || return
	rmmod rstguard || return
	busywait "$BUSYWAIT_TIMEOUT" test -s "$work/monitor.status" || return
	cat "$work/monitor" "$work/monitor.status"
	grep -q 'unloaded' "$work/monitor" && says 'was unloaded' && lives
}

comes_back_without_policies()
{
	local before

	before=$(lines)
	load && busywait "$BUSYWAIT_TIMEOUT" watched server 1 || return
	in_server rstguard list policies
	[ -z "$(in_server rstguard list policies)" ] && one_reset && grows_to $((before + 1))
}

for_owner_and_group()
{
	stat -c '%a %n' "$log" "$sessions"
	[ "$(stat -c %a "$log" "$sessions" | sort -u)" = 640 ]
}

# Two events do not fit: one complaint, and the file says how many when there is room again.
disk_is_full()
{
	dd if=/dev/zero of="$logs/fill" bs=1k 2>/dev/null
	# What is left of the file's last page takes some lines yet.
	busywait "$BUSYWAIT_TIMEOUT" eval 'one_reset && [ "$(said "cannot write")" = 1 ]' || return
	one_reset && one_reset && sleep 1 || return
	[ "$(said 'cannot write')" = 1 ] && lives || return
	rm "$logs/fill"
	one_reset && says 'can be written again' || return
	grep '"event_type":"lost"' "$log"
	jq -se 'map(select(.event_type == "lost") | .unwritten) | add >= 3' "$log" &&
		[ "$(said 'cannot write')" = 1 ]
}

rotated()
{
	mv "$log" "$log.1" && mv "$sessions" "$sessions.1" &&
		kill -HUP "$(cat "$work/daemon.pid")" &&
		busywait "$BUSYWAIT_TIMEOUT" test -e "$log" -a -e "$sessions" &&
		one_reset && grows_to 1
}

# A directory in its place.
cannot_be_rotated()
{
	mv "$log" "$log.2" && mkdir "$log" || return
	kill -HUP "$(cat "$work/daemon.pid")"
	says "cannot open $log again: .*the old file stays in use" || return
	rmdir "$log"
	mv "$log.2" "$log"
	one_reset && grows_to 2
}

ends_in_order()
{
	kill -TERM "$(cat "$work/daemon.pid")"
	busywait "$BUSYWAIT_TIMEOUT" test -s "$work/daemon.status" || return
	tail -n 1 "$work/daemon.err"
	[ "$(cat "$work/daemon.status")" = 0 ]
}

on_exit rmmod rstguard
tap_plan 9
tap "waits while there is no module" waits_for_the_module
tap "goes on when it comes" goes_on_when_it_comes
tap "the module goes: monitor ends, the daemon waits" module_goes
tap "it comes back: policies are gone, the daemon goes on" comes_back_without_policies
tap "its files are for owner and group" for_owner_and_group
tap "a full disk: one complaint, and what is missing is said" disk_is_full
tap "SIGHUP opens both files anew" rotated
tap "one that cannot be opened stays in use" cannot_be_rotated
tap "SIGTERM ends it in order" ends_in_order
tap_done
