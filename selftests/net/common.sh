# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# For the tests in this folder, sourced first: the TAP functions, the path through a
# router (topology.sh), the module, and conversations across it.

# A busy host starves an emulated machine for seconds.
RSTGUARD_SLOW=${RSTGUARD_SLOW:-6}
net_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=../lib.sh
. "$net_dir/../lib.sh"
# shellcheck source=topology.sh
. "$net_dir/topology.sh"

build=${RSTGUARD_BUILD:-$net_dir/../../build}
PATH=$build:$build/tools:$PATH
talk_port=7007
talk_seconds=280	# of a conversation that waits, at most

# For tests of resets that must not get through: an emulated machine stands still now and
# then for longer than a quick wait on a path of 80 ms, 116 ms, with either end in it.
# RSTGUARD_FLOOR=20 is the module's own. (When all waits had a floor it was 250 ms, and 850
# on a connection that was attacked before.)
floor=${RSTGUARD_FLOOR:-850}

# module_load [PARAMETER...]: from $RSTGUARD_KO, else as installed
module_load()
{
	local needs

	if [ -z "${RSTGUARD_KO:-}" ]; then
		modprobe rstguard "$@"
		return
	fi
	# Not installed, so nothing knows what it needs.
	needs=$(modinfo -F depends "$RSTGUARD_KO")
	# shellcheck disable=SC2086 # a comma-separated list
	[ -z "$needs" ] || modprobe -a ${needs//,/ } || return
	insmod "$RSTGUARD_KO" "$@"
}

# net_load [PARAMETER...]: the module, for the time of the test; one that is there
# already stays as it is
net_load()
{
	require_root
	require ip tc ss jq rstguard inject tcptalk
	if [ ! -d /sys/module/rstguard ]; then
		module_load "$@" || skip_all "the module cannot be loaded"
		on_exit rmmod rstguard
	fi
	work=$(mktemp -d)
	on_exit rm -rf "$work"
}

net_topology()
{
	on_exit topo_down
	topo_up || skip_all "cannot build the path: $*"
}

# mode MODE END...: in these namespaces of the path
mode()
{
	local mode=$1 end
	shift

	for end; do
		in_ns "$end" rstguard set mode "$mode" hold-min-ms "$floor" || return
	done
}

# counter END NAME...: their sum. Not by jq, which takes longer to start than all else
# here: a test that waits for a counter is as late as that.
counter()
{
	local name value found=0 sum=0

	while read -r name value; do
		[[ " ${*:2} " == *" $name "* ]] || continue
		found=$((found + 1))
		sum=$((sum + value))
	done < <(in_ns "$1" rstguard show stats)
	[ $found = $(($# - 1)) ] && echo $sum
}

# flows END: how many are known there
flows() { in_ns "$1" rstguard status | awk '$1 == "flows" { print $2 }'; }

# at_both NAME...: what the client and the server have counted
at_both() { echo $(($(counter client "$@") + $(counter server "$@"))); }

# The counters of both ends as one object.
sums()
{
	{
		in_client rstguard show stats -j
		in_server rstguard show stats -j
	} | jq -cs '.[0] as $c | .[1] | with_entries(.value += $c[.key])'
}

none_held() { [ -z "$(in_client rstguard list held; in_server rstguard list held)" ]; }

# watched END COUNT: do so many sockets wait there for generic netlink's news?
watched()
{
	[ "$(in_ns "$1" awk '$2 == 16 && $4 !~ /^0*$/' /proc/net/netlink | wc -l)" -ge "$2" ]
}

# talk_serve: one that obeys the client, in the server's namespace
talk_serve()
{
	ip netns exec rstg-server tcptalk -l -t "${1:-280}" $talk_port >"$work/server" 2>&1 &
	disown
	wait_port rstg-server $talk_port
}

# talk ADDRESS STEP...: prints how it ended, without the time it took
talk()
{
	in_client timeout 60 tcptalk -t 8 "$1" $talk_port "${@:2}" |
		sed 's/^client: //; s/ after .*//'
}

# talk_begin ADDRESS STEP...: a conversation that waits for talk_go after these steps,
# when both directions are known, and then takes those of talk_go
talk_begin()
{
	talk_files=$(mktemp -d -p "$work")
	{
		in_client timeout "$talk_seconds" tcptalk -t "$talk_seconds" "$1" $talk_port "${@:2}" \
			touch="$talk_files/ready" until="$talk_files/go" "${talk_then[@]}" |
			sed 's/^client: //; s/ after .*//' >"$talk_files/end"
	} 2>/dev/null &	# not the output of the test point, which would wait for it
	busywait "$BUSYWAIT_TIMEOUT" test -e "$talk_files/ready"
}

# talk_from: the client's port of the conversation that is open
talk_from()
{
	in_client ss -Htn state established dport = :$talk_port |
		awk '{ sub(/.*:/, "", $3); print $3; exit }'
}

# talk_go [FILES]: let it go on; prints how it ended
talk_go()
{
	local files=${1:-$talk_files}

	touch "$files/go"
	busywait 15000 grep . "$files/end"
}

# ends_with PATTERN ADDRESS STEP...: does it end like that?
ends_with()
{
	local want=$1 got
	shift

	got=$(talk "$@")
	echo "wanted $want, got $got"
	# shellcheck disable=SC2053 # a pattern
	[[ $got == *", "$want ]]
}

# PROFILE ADDRESS TRIGGER STEP...: is the conversation left alone? And was it attacked, by
# $shots_least (1) shots at least? ${inject_more[@]} are more options of inject.
survives()
{
	local profile=$1 address=$2 trigger=$3 status shots
	shift 3

	inject_start "$work/inject" -p "$profile" -t "$trigger" "${inject_more[@]}" \
		-P $talk_port || return
	ends_with ok "$address" "$@"
	status=$?
	inject_stop
	shots=$(grep -c '^shot' "$work/inject")
	echo "$shots shots"
	[ "$shots" -ge "${shots_least:-1}" ] || return
	return $status
}

# listen END...: the module's news there go into $work/events.END from now on
listen()
{
	local end

	for end; do
		nsenter --net="/run/netns/rstg-$end" rstguard monitor -a -j >>"$work/events.$end" 2>&1 &
		on_exit kill $!
		disown
		busywait "$BUSYWAIT_TIMEOUT" watched "$end" 1 || return
	done
}

# What was heard so far does not matter.
forget_events()
{
	local events

	for events in "$work"/events.*; do
		: >"$events"
	done
}

# stories [PATTERN]: all that was heard of the first connections of which an event fits it;
# without, of which a reset was released
# shellcheck disable=SC2120 # by those who source this
stories()
{
	local port pattern=${1:-'"why":"(silence|stopped)"'}

	cat "$work"/events.* >"$work/heard"
	grep -E "$pattern" "$work/heard" | head -n 3 | grep -oE '"(src|dest)_port":[0-9]+' |
		grep -v ":\($talk_port\|${crowd_port:-none}\)\$" | sort -u |
		while IFS= read -r port; do
			grep "_port\":${port#*:}," "$work/heard"
		done
}

# Since the module was loaded, of a connection in use; with listen, which they were. An
# injector that never stops also shoots at the end of a connection, where a reset behind
# a FIN passes, takes the peer away, and leaves the last one before it without an answer.
nothing_released()
{
	local end

	for end in client server; do
		[ "$(counter $end rst_released)" = "$(counter $end rst_released_closing)" ] ||
			{ echo "at the $end"; stories; return 1; }
	done
}

# Both IP versions of the path, for loops: the server's addresses.
server_addresses="$server4 $server6"
version_of() { [[ $1 == *:* ]] && echo v6 || echo v4; }
