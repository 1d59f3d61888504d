#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# Modes belong to a network namespace: monitor in the first one, off in others until
# somebody asks; only an administrator of the namespace may ask.
. "$(dirname "$(realpath "$0")")/common.sh"

[ ! -d /sys/module/rstguard ] || skip_all "the module is in use: its first mode may have been changed"
net_load
require setpriv unshare
net_topology
talk_serve || skip_all "no server"

mode_of() { in_ns "$1" rstguard status | awk '$1 == "mode" { print $2 }'; }
mode_is() { [ "$(mode_of "$1")" = "$2" ]; }

# COMMAND...: refused with status 2 and one line that has a text after the program's name?
refused()
{
	local why status pattern=$1
	shift

	why=$("$@" 2>&1)
	status=$?
	echo "status $status: $why"
	[ $status = 2 ] && [[ $why == rstguard:*$pattern* ]] && [ "$(wc -l <<<"$why")" = 1 ]
}

attacked_in()
{
	local want=$1 status
	shift

	mode "$1" client server || return
	inject_start "$work/inject" -p gfw-2 -t bytes=80 -P $talk_port || return
	ends_with "$want" $server4 talk=10,30
	status=$?
	inject_stop
	return $status
}

seen_by()
{
	counter "$1" rst_genuine rst_suspect rst_unscored rst_no_flow
}

off_sees_nothing()
{
	local before

	before=$(seen_by client)
	attacked_in "E*" off && [ "$(seen_by client)" = "$before" ] &&
		[ "$(in_client rstguard list flows -j | wc -l)" -le 1 ]
}

monitor_only_looks()
{
	local before

	before=$(counter client rst_suspect)
	attacked_in "E*" monitor && [ "$(counter client rst_suspect)" -gt "$before" ] &&
		[ "$(counter client rst_dropped)" = 0 ]
}

drop_drops()
{
	attacked_in ok drop && [ "$(counter client rst_dropped)" -gt 0 ]
}

# One namespace's mode, flows and counters are no other's.
apart()
{
	mode drop client && mode monitor server && mode_is client drop && mode_is server monitor &&
		mode_is isp off && [ "$(seen_by isp)" = 0 ]
}

# What the module knows is not for everybody: not how many flows there are, nor what was
# counted. Of an own namespace only that one's is to be seen.
reads_nothing()
{
	local what

	for what in status "show stats" "list flows" "list held" "list policies" "policy save"; do
		refused CAP_NET_ADMIN as_nobody rstguard $what || return
	done
	refused CAP_NET_ADMIN as_nobody timeout 10 rstguard monitor
}

writes_nothing()
{
	local what

	for what in "set mode off" "policy add mail" "policy insert mail" "policy flush" \
			"policy del mail" "policy restore /dev/null"; do
		refused CAP_NET_ADMIN as_nobody rstguard $what || return
	done
	[ -z "$(in_client rstguard policy list)" ]
}

# Root of an own user namespace, in the client's network and in one of its own.
reads_only_its_own()
{
	local own

	refused CAP_NET_ADMIN as_nobody unshare -Ur rstguard show stats || return
	own=$(as_nobody unshare -Urn rstguard show stats) || return
	awk '$2 ~ /^[0-9]+$/ && $2 { print; n++ } END { exit n > 0 }' <<<"$own" &&
		as_nobody unshare -Urn rstguard status | grep '^mode *off'
}

all_or_none()
{
	local before

	before=$(in_client rstguard status)
	refused hold-m ip netns exec rstg-client rstguard set mode monitor hold-max-ms 10 \
		hold-min-ms 3000 || return
	[ "$(in_client rstguard status)" = "$before" ]
}

# None goes back, and none begins anew.
counters_stay()
{
	local before after

	before=$(in_client rstguard show stats)
	mode off client && mode drop client || return
	after=$(in_client rstguard show stats)
	[ "$(counter client rst_dropped)" -gt 0 ] &&
		awk 'NR == FNR { was[$1] = $2; next } $2 + 0 < was[$1] + 0 { print; bad = 1 }
		     END { exit bad }' <(echo "$before") <(echo "$after")
}

as_nobody() { in_client setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

tap_plan 17
tap "the first namespace monitors" test "$(rstguard status -j | jq -r .mode)" = monitor
tap "others are off" mode_is client off
tap "off: the attack works and nothing is counted" off_sees_nothing
tap "monitor: the attack works and is counted" monitor_only_looks
tap "drop: the attack fails" drop_drops
tap "namespaces do not share modes" apart
tap "hold is taken, and drop again" bash -c \
	'ip netns exec rstg-client rstguard set mode hold && ip netns exec rstg-client rstguard set mode drop'
tap "an unknown mode is refused" refused mode ip netns exec rstg-client rstguard set mode sideways
tap "settings that do not fit each other are refused, and none is taken" all_or_none
tap "counters stay when it is off for a while" counters_stay
tap "no setting without the right to" writes_nothing
tap "and the mode stays" mode_is client drop
tap "nor anything to read" reads_nothing
tap "but of an own namespace" reads_only_its_own
tap "and the mode still stays" mode_is client drop
tap "a new namespace is off" bash -c 'ip netns add rstg-new &&
	ip netns exec rstg-new rstguard status | grep -q "^mode *off"'
on_exit ip netns del rstg-new
tap "mode off again takes the hooks away" mode off client server
tap_done
