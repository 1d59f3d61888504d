#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# Injectors against conversations in progress: each kills without the module, none
# does with it on both ends in drop mode.
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
net_topology
talk_serve || skip_all "no server"

# Those whose RSTs are suspect by themselves. What the hold must save (mimic-r and
# the like) is not tested here.
profiles4="gfw-1 gfw-2 gfw-3 gfw-1-and-2 gfw-2-twice gfw-spaced gfw-id-64 gfw-2010 gfw-seq-1460
	gfw-rae gfw-id-26 gfw-2025 china-2012 henan packetlogic tajikistan russia-passive airtel
	t-mobile ipv6"
# Without IP-ID and DF there is less to go by.
profiles6="gfw-1 gfw-2 gfw-spaced gfw-seq-1460 china-2012 henan tajikistan russia-passive"

# PATTERN PROFILE ADDRESS: does a conversation of seven lines end like that?
attacked()
{
	local want=$1 profile=$2 status
	shift 2

	inject_start "$work/inject" -p "$profile" -t bytes=60 -P $talk_port || return
	ends_with "$want" "$1" talk=7,20
	status=$?
	inject_stop
	grep -q '^shot' "$work/inject" || return
	return $status
}

# Without the module. A forged number is right only until the next segment, and on a
# busy host the injector loses that race now and then: the test's fault, not ours.
kills() # PROFILE ADDRESS
{
	attacked "E*" "$@" || attacked "E*" "$@" || attacked "E*" "$@"
}

# By the events that were told: no question was asked where three families say enough.
overwhelming_is_not_held()
{
	grep -h '^{' "$work/events.client" | jq -rs 'map(select(.event_type == "rst" and
		.rst.score >= 45 and .rst.families >= 3 and .rst.proof == null) | .action) |
		group_by(.)[] | "\(length) \(.[0])"' >"$work/overwhelming"
	cat "$work/overwhelming"
	[ "$(sed 's/^[0-9]* //' "$work/overwhelming")" = dropped ]
}

listen client
# shellcheck disable=SC2086 # words
set -- $profiles4 $profiles6
tap_plan $((2 * $# + 3))
mode off client server
for address in $server_addresses; do
	profiles=$profiles4
	[[ $address != *:* ]] || profiles=$profiles6
	for profile in $profiles; do
		mode off client server
		tap "$profile kills, $(version_of "$address")" kills "$profile" "$address"
		mode drop client server
		tap "$profile is dropped, $(version_of "$address")" attacked ok "$profile" "$address"
	done
done
tap "what is overwhelming is dropped and not held" overwhelming_is_not_held
for end in client server; do
	tap "the counters of the $end agree" test "$(counter $end rst_dropped)" -ge $#
done
tap_done
