#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# The price of hold-scope all: every genuine reset of an established connection waits
# and then arrives. Refusals do not wait at all.
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
net_topology
talk_serve || skip_all "no server"

# ADDRESS [OPTION]: a box silences the server and resets the client: nothing proves that
# the server lives, and the reset is delivered.
cut_in_path()
{
	local address=$1 status
	shift

	{
		sleep 2
		in_isp nft add table inet cut
		in_isp nft add chain inet cut forward '{ type filter hook forward priority 0; }'
		in_isp nft add rule inet cut forward tcp sport $talk_port drop
		inject_start "$work/inject" -p mimic-r -b client -t any "$@" -P $talk_port
		sleep 8
		inject_stop
	} &
	ends_with ECONNRESET "$address" talk=3,20 sleep=5000 tell=x wait
	status=$?
	wait $!
	in_isp nft delete table inet cut
	grep '^shot' "$work/inject" && return $status
}

any_held() { in_client rstguard list held | grep -q .; }

# The machine may be slow to look: let it wait longer for once.
held_is_listed()
{
	local status

	in_client rstguard set hold-min-ms 2500
	talk "$1" talk=3,20 tell=abort wait >"$work/talk" &
	busywait 8000 any_held
	status=$?
	wait $!
	in_client rstguard set hold-min-ms 250
	[ $status = 0 ] && grep -q ECONNRESET "$work/talk"
}

told_why() { grep -q "\"why\":\"$1\"" "$work/events.client"; }

# WHY STEP...: the server has aborted; how the client goes on decides why its reset is let go
let_go_for()
{
	local why=$1
	shift

	: >"$work/events.client"
	ends_with ECONNRESET $server4 talk=3,20 tell=abort "$@" &&
		busywait "$BUSYWAIT_TIMEOUT" told_why '[a-z]*' && told_why "$why" ||
		{ cat "$work/events.client"; return 1; }
}

# The FIN must leave when the reset has come, after 82 ms, and before the client repeats
# what the server has not acknowledged, after 280: then it keeps the FIN back. A machine
# that was late for that tries again.
let_go_for_closing()
{
	local i status=1

	in_client rstguard set hold-min-ms 2000
	for ((i = 0; i < 5 && status; i++)); do
		let_go_for closing sleep=170 shut wait
		status=$?
	done
	in_client rstguard set hold-min-ms 250
	return $status
}

let_go_for_stopped()
{
	local status

	in_client rstguard set hold-min-ms 3000
	{ busywait 8000 any_held; in_client rstguard set mode off; } &
	let_go_for stopped wait
	status=$?
	wait $!
	in_client rstguard set mode hold hold-min-ms 250
	return $status
}

balanced()
{
	local end held ended

	for end in client server; do
		held=$(counter $end rst_held)
		ended=$(($(counter $end rst_released) + $(counter $end rst_dropped)))
		echo "$end: $held held, $ended released or dropped"
		[ "$held" = "$ended" ] || return
	done
}

tap_plan 9
listen client
for end in client server; do
	ip netns exec rstg-$end rstguard set mode hold hold-scope all
done
for address in $server_addresses; do
	v=$(version_of "$address")
	tap "while it is held it is listed, $v" held_is_listed "$address"
done
tap "cut in the path, v4" cut_in_path $server4
# More than are held, and most do not end it.
tap "cut in the path by one reset of many, v4" cut_in_path $server4 -c12
tap "let go for want of an answer, and it says so" let_go_for silence wait
tap "let go when its connection was being closed" let_go_for_closing
tap "let go with all that was held" let_go_for_stopped
busywait 4000 eval '[ -z "$(in_client rstguard list held)$(in_server rstguard list held)" ]'
tap "as many ended as were held" balanced
tap "nothing was dropped" test "$(counter client rst_dropped)" = 0
tap_done
