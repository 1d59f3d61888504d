#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# Which connections are guarded: by port, by what was said, in the order of the policies;
# whose resets are left alone; and what is told of how a guarded connection is closed.
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
require rstguardd
net_topology
talk_serve 1500 || skip_all "no server"

# both WORD...: a command of rstguard at both ends
both()
{
	local end

	for end in client server; do
		in_ns $end rstguard "$@" || return
	done
}

# only COMMAND...: with no other policies than those that the commands make
only()
{
	local command

	both policy flush || return
	for command; do
		both policy $command || return
	done
}

# --- what is told and kept ----------------------------------------------------------------

listed() # LINE...: are these the policies, in that order?
{
	diff <(printf '%s\n' "$@") <(in_server rstguard list policies)
}

presets_are_taken()
{
	both policy flush
	in_server rstguard policy presets >"$work/presets"
	for name in mail vpn ssh web all; do
		in_server rstguard policy add $name || return
	done
	in_server rstguard list policies | diff "$work/presets" -
}

in_their_order()
{
	in_server rstguard policy flush &&
		in_server rstguard policy add a ports 25,smtp,587 hold all &&
		in_server rstguard policy add b stages 'tls-*,starttls' &&
		in_server rstguard policy add c ports 993 stages tls-alert hold none closings yes &&
		in_server rstguard policy add a ports 2525 &&
		listed "a ports 2525 hold all wait quick closings no" \
			"b stages starttls,tls-client-hello,tls-server-hello,tls-alert,tls-established hold all wait quick closings no" \
			"c ports 993 stages tls-alert hold none wait quick closings yes" &&
		in_server rstguard policy del b &&
		listed "a ports 2525 hold all wait quick closings no" \
			"c ports 993 stages tls-alert hold none wait quick closings yes" &&
		in_server rstguard list policies -j | jq -se 'length == 2 and .[1] == {name: "c",
			rules: [{ports: [993], stages: ["tls-alert"], hold: "none", wait: "quick", closings: true}]}'
}

# refused TEXT WORD...: with these words, and nothing has changed
refused()
{
	local text=$1 before after
	shift

	before=$(in_server rstguard policy list; in_server rstguard status)
	! in_server rstguard "$@" >"$work/refusal" 2>&1 || return
	cat "$work/refusal"
	after=$(in_server rstguard policy list; in_server rstguard status)
	grep -qF -- "$text" "$work/refusal" && [ "$before" = "$after" ]
}

bad_words_are_refused()
{
	refused "known: mail vpn ssh web all" policy add maill &&
		refused "known: syn handshake" policy add x stages smtp-hello &&
		refused "known: all suspicious none" policy add x ports 25 hold yes &&
		refused "known: quick patient" policy add x ports 25 wait long &&
		refused "known: any ports stages hold wait closings or" policy add x port 25 &&
		refused "no such port" policy add x ports 25,70000 &&
		refused "at most 15" policy add a-name-that-is-far-too-long ports 25 &&
		refused "letters, digits" policy add 'a b' ports 25 &&
		refused "no policy of that name" policy del nobody &&
		refused "no policy of that name" policy insert before nobody x ports 25 &&
		refused "before itself" policy insert before a a ports 25 &&
		refused "no such network" set exempt 192.0.2.0/33 &&
		refused "no such network" set exempt 192.0.2.0/24,nobody
}

# 32 rules; presets have two each.
too_many_are_refused()
{
	local i

	in_server rstguard policy flush
	for i in {1..31}; do
		in_server rstguard policy add p$i ports $i || return
	done
	refused "32 rules" policy add mail && in_server rstguard policy add p32 ports 32 &&
		refused "32 rules" policy add p33 ports 33 &&
		in_server rstguard policy add p1 ports 1000 && in_server rstguard policy flush &&
		[ -z "$(in_server rstguard list policies)" ]
}

# What is listed is what policy add takes: each by itself, in another order, and back.
given_back_word_for_word()
{
	local line

	in_server rstguard policy flush
	in_server rstguard policy add all closings yes &&
		in_server rstguard policy insert mail &&
		in_server rstguard policy add two ports 25,26 stages tls-* hold none or any wait patient &&
		in_server rstguard policy add ssh wait quick || return
	in_server rstguard policy list >"$work/before"
	cat "$work/before"
	in_server rstguard policy flush
	while read -r line; do
		in_server rstguard policy add $line || return
	done <"$work/before"
	in_server rstguard policy list | diff "$work/before" - || return
	# The first of all again, and so on: the order is turned round.
	while read -r line; do
		in_server rstguard policy insert first $line || return
	done <"$work/before"
	in_server rstguard policy list | diff <(tac "$work/before") -
}

order() { [ "$(in_server rstguard policy list | cut -d' ' -f1 | tr -d '\n')" = "$1" ]; }

inserted_where_it_was_said()
{
	in_server rstguard policy flush
	in_server rstguard policy add a any && in_server rstguard policy add b any or ports 1 &&
		in_server rstguard policy insert c any && order cab &&
		in_server rstguard policy insert before b d any or ports 2 or ports 3 && order cadb &&
		in_server rstguard policy insert before a b any && order cbad &&
		in_server rstguard policy insert before d c ports 9 && order bacd &&
		in_server rstguard policy insert first first any && order firstbacd &&
		in_server rstguard policy add a ports 7 && order firstbacd &&
		in_server rstguard policy insert first b any && order bfirstacd
}

# Saved and restored: in another namespace, over what is there, and word for word.
saved_and_restored()
{
	in_server rstguard policy flush
	in_server rstguard policy add mail && in_server rstguard policy add b any or ports 1 &&
		in_server rstguard policy save >"$work/saved" || return
	cat "$work/saved"
	in_client rstguard policy add x ports 1 &&
		in_client rstguard policy restore "$work/saved" &&
		in_client rstguard policy save | diff "$work/saved" - || return
	# The rest of the language, without a flush: what is there stays.
	printf '%s\n' '# mine' '' '  add  z ports 9 # and this' 'insert before b first any' 'del mail' |
		in_client rstguard policy restore - || return
	in_client rstguard policy list | cut -d' ' -f1 | tr '\n' ' ' | grep '^first b z $' &&
		in_client rstguard policy restore /dev/null && [ "$(in_client rstguard policy list | wc -l)" = 3 ] &&
		echo flush | in_client rstguard policy restore - && [ -z "$(in_client rstguard policy list)" ]
}

# not_restored TEXT LINE...: refused with that text, and nothing has changed
not_restored()
{
	local text=$1
	shift

	printf '%s\n' "$@" >"$work/lines"
	refused "$text" policy restore "$work/lines"
}

all_or_nothing()
{
	local i many=()

	for i in {1..33}; do
		many+=("add p$i ports $i")
	done
	in_server rstguard policy flush && in_server rstguard policy add mail &&
		not_restored "lines:3: no such hold: yes" 'flush' 'add a any' 'add b any hold yes' &&
		not_restored "lines:2: no such stage: \"smtp-hello\"" '# x' 'add a stages smtp-hello' &&
		not_restored "lines:2: policy: no such word: remove" 'add a any' 'remove a' &&
		not_restored "lines:1: policy: no policy of the name b" 'del b' &&
		not_restored "lines:1: policy: no policy of the name b to be before" 'insert before b a any' &&
		not_restored "lines:1: policy: flush takes no more words" 'flush all' &&
		not_restored "lines:34: policy: all policies together may have 32 rules" flush "${many[@]}" &&
		not_restored "letters, digits" 'add a any' 'add b/c any' &&
		refused "No such file" policy restore "$work/nothing"
}

exempt_is_listed()
{
	in_server rstguard set exempt 192.0.2.7,198.51.100.77/24,2001:db8::1/32,::/0 &&
		in_server rstguard status | grep '^exempt   192.0.2.7,198.51.100.0/24,2001:db8::/32,::/0$' &&
		in_server rstguard set exempt none && ! in_server rstguard status | grep exempt
}

another_namespace_has_none()
{
	only "add mail" && [ -z "$(in_isp rstguard list policies)" ] &&
		! in_isp rstguard status | grep exempt
}

# --- what is held ---------------------------------------------------------------------------

# dies PROFILE ADDRESS: a forged number is right only until the next segment, and on a busy
# host the injector loses that race now and then
dies()
{
	local try

	for try in 1 2 3; do
		inject_start "$work/inject" -p "$1" -t bytes=60 -P $talk_port || return
		ends_with 'E*' "$2" talk=7,20 && { inject_stop; return; }
		inject_stop
	done
	return 1
}

lives() { survives "$1" "$2" bytes=60 talk=7,20; }

# with COMMAND AGAINST PROFILE ADDRESS OUTCOME
guards() { only "$1" && lives "$2" "$3"; }
does_not_guard() { only "$1" && dies "$2" "$3"; }

# said COMMAND ADDRESS: a mail client that has gone on to something else by the time of the
# shot; 5,000 octets are more than the parser reads.
# shellcheck disable=SC2054 # the steps are tcptalk's
said=(tell='EHLO client' tell='send 5000' read=5000 talk=10,20)
remembers() { only "$1" && survives mimic-ra "$2" bytes=5060 "${said[@]}"; }
does_not_remember()
{
	local try

	only "$1" || return
	for try in 1 2 3; do
		inject_start "$work/inject" -p mimic-ra -t bytes=5060 -P $talk_port || return
		ends_with 'E*' "$2" "${said[@]}" && { inject_stop; return; }
		inject_stop
	done
	return 1
}

first_that_fits()
{
	only "add this ports $talk_port hold none" "add all hold all" && dies mimic-ra $server4 &&
		only "add all hold all" "add this ports $talk_port hold none" &&
		lives mimic-ra $server4
}

# A name in the events: whose rule it was.
names_the_policy()
{
	: >"$work/events.client"
	guards "add talk ports $talk_port hold all" mimic-r $server4 &&
		busywait 5000 grep -q '"policy":"talk"' "$work/events.client" &&
		jq -se 'map(select(.event_type == "rst")) | all(.policy == "talk") and
			any(.rst.class == "psh+ack;data->rst")' "$work/events.client"
}

# dies_but_is_told ADDRESS: nothing is held or dropped, and what was forged is told of
dies_but_is_told()
{
	local before after told

	before=$(at_both rst_held rst_dropped)
	told=$(at_both rst_suspect)
	dies gfw-1 "$1" || return
	after=$(at_both rst_held rst_dropped)
	told=$(($(at_both rst_suspect) - told))
	echo "$((after - before)) held or dropped, $told told"
	[ "$before" = "$after" ] && [ $told -ge 1 ]
}

# Exempt, at both ends; then no longer, with nothing else changed.
exempt_is_left_alone() # NETWORK ADDRESS
{
	local status

	only "add all hold all" && both set mode drop exempt "$1" && dies_but_is_told "$2"
	status=$?
	both set mode hold exempt none
	[ $status = 0 ] && lives gfw-1 "$2"
}

# Not even in mode drop, where so much is against it.
none_is_none()
{
	local status

	only "add this ports $talk_port hold none" "add all hold all" && both set mode drop &&
		dies_but_is_told $v4
	status=$?
	only "add all hold all"
	[ $status = 0 ] && lives gfw-1 $v4
	status=$?
	both set mode hold
	return $status
}

# --- what is told of closings ------------------------------------------------------------------

# closed SIDE STEP...: is that told, once, by both ends?
closed()
{
	local side=$1 end
	shift

	: >"$work/events.client"
	: >"$work/events.server"
	talk $server4 "$@"
	for end in client server; do
		busywait 5000 grep -q '"event_type":"close"' "$work/events.$end" || return
	done
	sleep 0.3
	cat "$work"/events.*
	for end in client server; do
		jq -se --arg side $side 'map(select(.event_type == "close")) | length == 1 and
			.[0].close.by == $side and .[0].policy == "talk" and
			.[0].close.trigger.stage == "data" and
			(.[0].src_port == '$talk_port') == ($side == "server")' "$work/events.$end" || return
	done
}

# Without a policy that asks for it.
no_closing() # STEP...
{
	: >"$work/events.client"
	: >"$work/events.server"
	talk $server4 "$@"
	sleep 1
	! grep -h '"event_type":"close"' "$work"/events.*
}

# The daemon's two files: what guarded connections came to, and all else.
daemon_keeps_sessions()
{
	local pid

	only "add talk ports $talk_port hold all closings yes" || return
	ip netns exec rstg-client rstguardd -f -l "$work/eve.json" 2>"$work/daemon" &
	pid=$!
	busywait "$BUSYWAIT_TIMEOUT" watched client 2 || return
	talk $server4 talk=3,20
	talk $server4 talk=3,20 tell=abort wait
	busywait 5000 grep -q released "$work/sessions.json"
	local status=$?
	kill $pid
	wait $pid
	cat "$work/daemon" "$work/eve.json" "$work/sessions.json"
	[ $status = 0 ] && grep -q '"event_type":"close"' "$work/sessions.json" &&
		grep -q '"event_type":"rst"' "$work/eve.json" &&
		! grep '"event_type":"close"' "$work/eve.json"
}

v4=$server4 v6=$server6
tap_plan 35
listen client server
mode hold client server
# These tests are about which resets are held, not for how long: a busy host answers late.
both set hold-scope suspicious hold-min-ms 1500
tap "the presets are taken as they are printed" presets_are_taken
tap "policies keep their order" in_their_order
tap "unknown words are refused with the known ones" bad_words_are_refused
tap "too many rules are refused as a whole" too_many_are_refused
tap "what is listed can be given back" given_back_word_for_word
tap "policies are inserted where it was said" inserted_where_it_was_said
tap "policies are saved and restored" saved_and_restored
tap "all of a file, or nothing" all_or_nothing
tap "exempt networks are listed" exempt_is_listed
tap "another namespace has none of it" another_namespace_has_none
tap "a mimic kills what no policy guards" does_not_guard "add vpn" mimic-ra $v4
tap "a policy guards its port, v4" guards "add talk ports $talk_port hold all" mimic-ra $v4
tap "a policy guards its port, v6" guards "add talk ports $talk_port hold all" mimic-ra $v6
tap "hold suspicious is not for mimics" \
	does_not_guard "add talk ports $talk_port hold suspicious" mimic-ra $v4
tap "a policy guards what was said" guards "add said stages data hold all" mimic-ra $v4
tap "and not what was not" does_not_guard "add said stages tls-* hold all" mimic-ra $v4
tap "mail stays mail, v4" remembers "add said stages smtp-* hold all" $v4
tap "mail stays mail, v6" remembers "add mail" $v6
tap "by each stage of it" remembers "add said stages smtp-data hold all" $v4
tap "but is nothing else" does_not_remember "add said stages imap-*,starttls hold all" $v4
tap "nor on another port" does_not_guard "add both ports 25 stages data hold all" mimic-ra $v4
tap "the first policy that fits decides" first_that_fits
tap "events name the policy" names_the_policy
both set hold-scope none
tap "hold-scope none leaves it to the policies" does_not_guard "add vpn" gfw-1 $v4
tap "which say what is guarded" guards "add talk ports $talk_port" gfw-1 $v4
both set hold-scope ports hold-ports 25,$talk_port
tap "hold-scope ports holds all of them, v4" guards "add vpn" mimic-ra $v4
tap "hold-scope ports holds all of them, v6" guards "add vpn" mimic-ra $v6
both set hold-ports 25
tap "and nothing that only looks genuine elsewhere" does_not_guard "add vpn" mimic-ra $v4
both set hold-scope suspicious
tap "what a policy holds none of passes in mode drop, too" none_is_none
tap "exempt networks are left alone, v4" exempt_is_left_alone 10.77.2.0/24 $v4
tap "exempt networks are left alone, v6" exempt_is_left_alone fd77:1::/64 $v6
only "add talk ports $talk_port hold all"
tap "a closing is told to who asks for it" no_closing talk=3,20
only "add talk ports $talk_port hold all closings yes"
tap "a closing by the client is told" closed client talk=3,20
tap "a closing by the server is told" closed server talk=3,20 tell=close wait
tap "the daemon keeps what came of sessions" daemon_keeps_sessions
tap_done
