#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# More connections are reset at once than resets may be held: those held longest give way,
# none is lost, and no more are held than may be. Then as many again: what was taken was
# given back.
. "$(dirname "$(realpath "$0")")/common.sh"

guest_max=256	# of a namespace that is not the first
leaving_max=64	# beside these, on their way out (LEAVING_SHARE in kmod/hold.c)
crowd=400
crowd_port=7012

TOPO_DELAY=0
net_load
require crowd
net_topology
ip netns exec rstg-server crowd -l $crowd_port >"$work/crowd" 2>&1 &
disown
wait_port rstg-server $crowd_port || skip_all "no crowd"
# See hold_behind.sh.
for command in iptables ip6tables; do
	in_server $command -A OUTPUT -p tcp --tcp-flags RST,ACK RST -j DROP ||
		skip_all "no $command"
done
in_client rstguard set mode hold hold-scope all hold-max-ms 3000 hold-min-ms 3000

held() { in_client rstguard list held | wc -l; }

# How many are held at most, until there is $work/done.
watch_held()
{
	local most=0 now

	while [ ! -e "$work/done" ]; do
		now=$(held)
		[ "$now" -le $most ] || most=$now
	done
	echo $most >"$work/most"
}

all_arrive() # ADDRESS
{
	local before most

	before=$(counter client hold_budget)
	rm -f "$work/done"
	watch_held &
	in_client timeout 250 crowd -n $crowd -c $crowd -e a -m 2 -g 3000 "$1" $crowd_port \
		>"$work/result"
	touch "$work/done"
	wait $!
	most=$(cat "$work/most")
	cat "$work/result"
	echo "$most held at most, $(($(counter client hold_budget) - before)) gave way"
	[ "$(jq .reset "$work/result")" = $crowd ] && [ "$most" -le $((guest_max + leaving_max)) ]
}

# A crowd of one network, and a few of another: these stay until their time is over.
few=10
few_are_told() { [ "$(grep -c '"src_ip":"fd77.*"action":"released"' "$work/events.client")" -ge $few ]; }
all_are_there()
{
	[ "$(in_server ss -Htn state established sport = :$crowd_port | wc -l)" = $((crowd + few)) ]
}

lets_go_of_its_own()
{
	local pressed first second

	pressed=$(counter client hold_pressure)
	: >"$work/events.client"
	in_client timeout 200 crowd -n $crowd -c $crowd -e o -m 2 -g 150000 \
		$server4 $crowd_port >"$work/result" &
	first=$!
	in_client timeout 200 crowd -n $few -c $few -e o -m 2 -g 150000 \
		$server6 $crowd_port >"$work/result6" &
	second=$!
	busywait 100000 all_are_there || return
	in_server ss -K state established sport = :$crowd_port >/dev/null
	wait $first $second
	cat "$work/result" "$work/result6"
	busywait "$BUSYWAIT_TIMEOUT" few_are_told || return
	grep '"src_ip":"fd77.*"action":"released"' "$work/events.client" | grep -o '"why":"[a-z]*"' |
		sort | uniq -c >"$work/why6"
	pressed=$(($(counter client hold_pressure) - pressed))
	echo "$pressed of the crowd made room; the few: $(cat "$work/why6")"
	[ $pressed -ge 1 ] && [ "$(awk '{ print $2 }' "$work/why6")" = '"why":"silence"' ]
}

gave_way() { [ "$(counter client hold_budget)" -ge $(((crowd - guest_max) / 2)) ]; }

made_room()
{
	local pressed

	pressed=$(counter client hold_pressure)
	echo "$pressed of $(counter client hold_budget) had been held"
	[ "$pressed" -ge 1 ] && [ "$pressed" -le "$(counter client hold_budget)" ]
}

# Of a crowd's events few are told, so those that gave way may not be among them: what is told
# has the right reason. Who was let go before the time was over made room, nobody else did.
reasons_fit()
{
	# beside the events the monitor says how many it missed
	grep '^{' "$work/events.client" | jq -sc 'map(select(.action == "released").rst |
		[.after_ms < 3000, .why]) | group_by(.)[] | [length] + .[0]' >"$work/reasons"
	cat "$work/reasons"
	grep -q 'false,"silence"' "$work/reasons" &&
		! grep -v 'false,"silence"\|true,"pressure"' "$work/reasons"
}

balanced()
{
	local held

	busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(held)" = 0 ]'
	held=$(counter client rst_held)
	echo "$held held, $(counter client rst_released) released, $(counter client rst_dropped) dropped"
	[ "$held" = "$(counter client rst_released)" ]
}

tap_plan 7
listen client
for address in $server_addresses; do
	tap "$crowd at once, $(version_of "$address")" all_arrive "$address"
done
tap "some gave way" gave_way
tap "to others of their network, and not one of another" lets_go_of_its_own
tap "of these some had been held" made_room
tap "as many ended as were held" balanced
tap "the events say why they went" reasons_fit
tap_done
