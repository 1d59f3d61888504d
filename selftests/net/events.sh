#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2154,SC2317 # functions run by name, words
#
# What others need to be told is not used up by one: neither by what two networks do to each
# other, nor by genuine resets, nor by closings.
. "$(dirname "$(realpath "$0")")/common.sh"

crowd=60
crowd_port=7008
share=50	# events of two networks at once (SHARE_MAX in kmod/event.c)
a_second=12	# and in each second (SHARE_PER_SECOND)
plain=25	# of these for genuine resets (SHARE_RESERVED)
closings=200	# at once, of a whole namespace (CLOSINGS_MAX)

TOPO_DELAY=0
net_load
require crowd flood
net_topology
talk_serve || skip_all "no server"
ip netns exec rstg-server crowd -l $crowd_port >"$work/crowd-server" 2>&1 &
on_exit kill $!
disown
wait_port rstg-server $crowd_port || skip_all "no crowd: $(cat "$work/crowd-server")"
# Before a crowd is counted: all tokens are back, in as many seconds as they take.
rest=$((share / a_second + 2))

in_server rstguard set mode monitor || skip_all "no mode"
listen server

# PORT: some RSTs in the client's name with random numbers. One far ahead of the connection is
# not judged, any other looks forged.
some=16	# of a burst so many are told one by one
some_junk() { in_isp flood -k junk -d $server4 -p $talk_port -s $client4 -S "$1" -n $some; }

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }
told() { grep -c "$1" "$work/events.server"; }
hears() { busywait "$BUSYWAIT_TIMEOUT" grep -q "$1" "$work/events.server"; }

# FLOWS: each takes its turn, and each RST looks forged
all_of_the_crowd() { in_isp flood -k rst -d $server4 -p $crowd_port -s $client4 -S "$first" -N $crowd -n "$1"; }

crowd_is_there()
{
	[ "$(in_client ss -Htn state established dport = :$crowd_port | wc -l)" = $crowd ]
}

# ENDS MS: a crowd from consecutive ports; each asks once more after so long, and ends
crowd_begin()
{
	first=$((20000 + RANDOM % 20000))
	{
		in_client timeout 200 crowd -n $crowd -c $crowd -e "$1" -m 2 -g "$2" -p $first \
			$server4 $crowd_port
	} >"$work/crowd" 2>&1 &
	client=$!
}

crowd_ends()
{
	wait $client
	cat "$work/crowd"
}

# What two networks do to each other does not silence a third.
share_of_two_networks()
{
	local begin limited spent

	sleep $rest
	crowd_begin o 20000
	busywait "$BUSYWAIT_TIMEOUT" crowd_is_there || return
	forget_events
	limited=$(counter server event_rate_limited)
	begin=$(now_ms)
	all_of_the_crowd $((crowd * 10)) || return
	talk $server6 talk=2 abort
	hears '"src_ip":"fd77' || return
	spent=$((($(now_ms) - begin) / 1000 + 1))
	limited=$(($(counter server event_rate_limited) - limited))
	echo "$(told '"src_ip":"10\.') told in $spent s, $limited not"
	[ "$limited" -gt 0 ] && [ "$(told '"src_ip":"10\.')" -ge $share ] &&
		[ "$(told '"src_ip":"10\.')" -le $((share + spent * a_second)) ]
	begin=$?
	crowd_ends
	return $begin
}

# A crowd's genuine resets, then one that looks forged.
genuine_are_left_out_first()
{
	local begin spent genuine

	sleep $rest
	# One more connection, of the same two networks, that stays.
	talk_begin $server4 talk=10 || return
	port=$(talk_from)
	forget_events
	begin=$(now_ms)
	crowd_begin A 1000
	crowd_ends
	some_junk "$port" || return
	hears '"verdict":"suspect"' || return
	spent=$((($(now_ms) - begin) / 1000 + 1))
	genuine=$(told '"verdict":"genuine"')
	echo "$genuine genuine of $crowd told in $spent s"
	talk_go
	[ "$genuine" -ge 1 ] && [ "$genuine" -le $((plain + spent * a_second)) ]
}

resets_from() { told "\"event_type\":\"rst\".*\"src_port\":$1,"; } # PORT

# More closings than are told, and then resets: each of these is.
closings_have_their_own()
{
	sleep $rest
	in_server rstguard policy add all closings yes || return
	talk_begin $server4 talk=10 || return
	port=$(talk_from)
	forget_events
	in_client timeout 200 crowd -n $((closings + crowd)) -c $crowd -e o -m 1 $server4 $crowd_port
	some_junk "$port" || return
	busywait "$BUSYWAIT_TIMEOUT" eval '[ "$(resets_from $port)" -ge $some ]'
	echo "$(told '"event_type":"close"') closings, $(resets_from "$port") resets"
	talk_go
	in_server rstguard policy flush
	[ "$(resets_from "$port")" = $some ] && [ "$(told '"event_type":"close"')" -gt $share ]
}

tap_plan 3
tap "two networks do not silence a third" share_of_two_networks
tap "genuine resets are left out first" genuine_are_left_out_first
tap "closings take nothing from resets" closings_have_their_own
tap_done
