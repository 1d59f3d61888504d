# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Sourced, after common.sh: sessions whose line is cut at a moment of their story, and a
# box in the path that rewrites what is said. The client and the server are listened to.

# --- the line is cut --------------------------------------------------------------------------

# Did the END tell of a reset, STAGE having been said last by SIDE?
told_stage()
{
	jq -se --arg stage "$2" --arg by "$3" \
		'any(.rst.trigger.stage == $stage and .rst.trigger.by == $by)' \
		"$work/events.$1" >/dev/null
}

# PORT TRIGGER STAGE SIDE SESSION...: the session lives, and the end which knew what its
# peer had not yet heard says what was said last. An injector that slept while the two went
# on talking is told to try again; the session has to live each time.
cut()
{
	local port=$1 trigger=$2 stage=$3 side=$4 attempt status
	shift 4

	for attempt in 1 2 3; do
		forget_events
		inject_start "$work/inject" -p t-mobile -P "$port" -t "$trigger" || return
		"$@"
		status=$?
		inject_stop
		echo "attempt $attempt: $* ended with $status; $(grep -c '^shot' "$work/inject") shots"
		[ $status = 0 ] || break
		busywait 5000 told_stage "$side" "$stage" "$side" && return
	done
	cat "$work"/events.*
	return 1
}

# --- the line is rewritten ----------------------------------------------------------------------

# Line by line, in both directions: what sed makes of it.
box_rewrites() # PORT TO_SERVER TO_CLIENT
{
	cat >"$work/box" <<-END
		#!/bin/sh
		sed -u '$2' | socat -t 5 - TCP:$server4:$1 | sed -u '$3'
	END
	chmod +x "$work/box"
	ip netns exec rstg-isp socat -t 5 TCP-LISTEN:2600,fork,reuseaddr EXEC:"$work/box" \
		2>/dev/null &
	box_pid=$!
	in_isp nft -f - <<-END && wait_port rstg-isp 2600
		table ip box {
			chain in {
				type nat hook prerouting priority -100;
				iifname client tcp dport $1 redirect to :2600
			}
		}
	END
}

box_gone()
{
	in_isp nft delete table ip box
	kill "$box_pid"
	wait "$box_pid"
} 2>/dev/null

told_notice() { grep -q "\"notice\":\"$2\"" "$work/events.$1"; } # END NOTICE

nothing_noticed()
{
	sleep 0.5
	! grep -h '"event_type":"starttls"' "$work"/events.*
}

# PORT TO_SERVER TO_CLIENT DIALOG [END NOTICE]...: is all of it told, and nothing without
# any? The dialog leaves what was said in $work/dialog.
rewritten()
{
	local dialog=$4 status=0

	forget_events
	box_rewrites "$1" "$2" "$3" || return
	shift 4
	"$dialog"
	box_gone
	[ $# -gt 0 ] || nothing_noticed || status=1
	while [ $# -gt 0 ]; do
		busywait 5000 told_notice "$1" "$2" || { echo "the $1 did not tell of $2"; status=1; }
		shift 2
	done
	cat "$work/dialog" "$work"/events.*
	return $status
}

# DIALOG TEXT: without a box it comes to this, and nothing is noticed
unchanged()
{
	forget_events
	"$1"
	grep -q "$2" "$work/dialog" && nothing_noticed
}
