#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# The question that the sender of a held reset is asked: every make of host answers it, it
# does no harm to one that takes the ACK of an old segment, and nobody can use up the
# answer. What comes right behind the answer is another matter.
here=$(dirname "$(realpath "$0")")
. "$here/common.sh"
. "$here/peers.sh"

rounds=${RSTGUARD_ROUNDS:-5}

net_load
require spend inject iptables ip6tables tc
net_topology
talk_serve 1500 || skip_all "no server"
peers_up || skip_all "no other makes: $(cat "$work/peer")"

# attacked PORT TRIGGER STEP...: a conversation with $address, whose client is shot at with
# a reset that no field gives away; prints how it ended. ${more[@]} are options of inject.
more=()
attacked()
{
	local port=$1 trigger=$2
	shift 2

	proven=$(counter client rst_proven_forged)
	inject_start "$work/inject" -p mimic-r -b client -t "$trigger" "${more[@]}" -P "$port" || return
	got=$(in_client timeout 60 tcptalk -t 15 "$address" "$port" "$@" |
		sed 's/^client: //; s/ after .*//')
	inject_stop
	shots=$(grep -c '^shot' "$work/inject")
	proven=$(($(counter client rst_proven_forged) - proven))
	echo "$got; $shots shots, $proven times proven"
}

# The same, and it lives on, because it was proven that its peer does.
lives()
{
	attacked "$@"
	[[ $got == *", ok" ]] && [ "$shots" -ge 1 ] && [ "$proven" -ge 1 ]
}

# PORT: nobody says anything when the reset comes, nor for 2 s after it
lives_idle()
{
	local more=(-d 1000)

	lives "$1" bytes=60 talk=5,20 sleep=3000 talk=2,20
}

answers() { lives_idle "$(peer_port "$1")"; }

# The injector waits for this word of the client, or for its answer: octets that are
# counted come sooner where the machine is slow and segments are sent twice.
word=STARTTLS

# MAKE: "one" is lost before it comes to us, "two" is not, and then comes the reset, with
# the number that the client waits for
keeps_what_never_came()
{
	local more=(-s -8)

	lives "$(peer_port "$1")" starttls-reply talk=5,20 tell='set rto=2500' \
		tell="lose; say one; say two; set $word" read=3 read=3 talk=2,20
}

receive() # -A or -D: the first segment with "three" in it is lost behind us
{
	local tables=iptables

	[[ $address != *:* ]] || tables=ip6tables
	in_client $tables "$1" INPUT -p tcp -m string --algo bm --string three \
		-m statistic --mode nth --every 1000 --packet 0 -j DROP
}

keeps_what_was_lost_here()
{
	local more=(-s -6) status

	receive -A || return
	lives "$(peer_port "$1")" starttls-reply talk=5,20 tell='set rto=2500' \
		tell="say three; set $word" read=5 talk=2,20
	status=$?
	receive -D
	return $status
}

# MAKE: its radio sleeps when the reset comes, and for 2.5 s after it; a policy gives it time
sleeps()
{
	local port status

	port=$(peer_port "$1")
	in_client rstguard policy add phone ports "$port" hold all wait patient || return
	lives "$port" starttls talk=5,20 tell="nap 2500; say up; set $word" read=2 talk=2,20
	status=$?
	in_client rstguard policy flush
	return $status
}

# delay MS: that much each way
delay()
{
	in_isp tc qdisc replace dev server root netem delay "${1}ms" limit 10000
	in_server tc qdisc replace dev eth0 root netem delay "${1}ms" limit 10000
}

# An injector that shoots at every segment shoots at questions and answers, too. From one
# decision to the next question it has to wait, 100 ms, or it would use up all questions.
asked_in_moderation()
{
	local more=(-r "1,0") before since sent status

	before=$(counter client probe_sent)
	since=${EPOCHREALTIME/./}
	delay 2
	lives $talk_port each talk=5,20 sleep=3000 talk=2,20
	status=$?
	delay $TOPO_DELAY
	sent=$(($(counter client probe_sent) - before))
	since=$(((${EPOCHREALTIME/./} - since) / 100000))
	echo "$sent questions in $since tenths of a second"
	# Twice for one decision: the second in case the first was lost.
	[ $status = 0 ] && [ "$sent" -le $((2 * since)) ]
}

# PORT: $rounds times
cannot_be_spent()
{
	local port=$1 i good=0

	ip netns exec rstg-isp spend -i server -P "$port" >"$work/spend" 2>&1 &
	spender=$!
	busywait "$BUSYWAIT_TIMEOUT" grep -q ready "$work/spend" || return
	for ((i = 0; i < rounds; i++)); do
		lives_idle "$port" && good=$((good + 1))
	done
	kill $spender
	wait $spender 2>/dev/null
	echo "$good of $rounds"
	[ $good = "$rounds" ]
}

# R|RA: the peer's answer, and its own reset right behind it. What comes to the client comes
# in bursts, as over a radio or a cable: both in one go.
ends_behind_proof()
{
	local i good=0 proofs=0

	in_server tc qdisc change dev eth0 root netem delay "${TOPO_DELAY}ms" slot 20ms 20ms \
		limit 10000 || return
	for ((i = 0; i < rounds; i++)); do
		forget_events
		attacked "$(peer_port linux)" starttls talk=5,20 tell="die $1 $word" wait
		if [[ $got == *ECONNRESET ]]; then
			good=$((good + 1))
		else
			cat "$work/events.client"
		fi
		[ "$proven" = 0 ] || proofs=$((proofs + 1))
	done
	delay "$TOPO_DELAY"
	echo "$good of $rounds ended by the genuine one, $proofs behind a proof"
	[ $good = "$rounds" ] && [ $proofs = "$rounds" ]
}

# The same without haste: a second later, in a case of its own.
ends_after_proof()
{
	attacked "$(peer_port linux)" starttls talk=5,20 tell="wait 1000; reset RA $word" wait
	[[ $got == *ECONNRESET ]] && [ "$proven" -ge 1 ]
}

makes="linux linux3 windows bsd balancer syn-proxy no-sack no-ts plain"
count() { echo $#; }
tap_plan $((2 * $(count $makes) + 8 + 4 + 4 + 3 + 1))

listen client
in_client rstguard set mode hold hold-scope all hold-min-ms "$floor"
for address in $peer4 $peer6; do
	v=$(version_of "$address")
	for make in $makes; do
		tap "$make answers, $v" answers "$make"
	done
	for make in bsd linux; do
		tap "$make keeps what never came, $v" keeps_what_never_came $make
		tap "$make keeps what was lost behind us, $v" keeps_what_was_lost_here $make
		tap "a phone that sleeps for 2.5 s, $make, $v" sleeps $make
	done
done
address=$server4
tap "who uses up the answers of this kernel, v4" cannot_be_spent $talk_port
address=$server6
tap "who uses up the answers of this kernel, v6" cannot_be_spent $talk_port
address=$server4
tap "who shoots at every segment cannot have us ask all the time" asked_in_moderation
address=$peer4
tap "who uses up the answers of linux" cannot_be_spent "$(peer_port linux)"
tap "a genuine RST|ACK a second after the proof arrives" ends_after_proof
tap "a genuine RST|ACK right behind the proof arrives" ends_behind_proof RA
tap "a genuine RST right behind the proof arrives" ends_behind_proof R
busywait "$BUSYWAIT_TIMEOUT" none_held
tap "nothing is held any more" none_held
tap_done
