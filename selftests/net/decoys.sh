#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154
#
# An injector that has read the guard's source: before each reset of a perfect mimic it
# sends what no receiver believes (inject -l: decoys), in either name, so that the guard
# remembers a lie. The connection has to live on and to end in order, with mode hold as it
# is, without any policy: once with a guard at both ends, once with one in a router before
# each end. All decoys of a lane run side by side, each on a connection of its own, idle
# when it is attacked; both profiles, IPv4 and IPv6. A few are of connections without
# timestamps (plain).
#
# A decoy is one only if it is harmless by itself, and its reset only if it would end the
# connection: both is tried without a guard.
#
#	RSTGUARD_DECOYS=NAMES     only these
#	RSTGUARD_DECOYS_ONLY=1    no guard: are they harmless, do their resets cut?
#	RSTGUARD_DECOYS_LONG=1    both, and all also on connections in use, and on plain ones
#	RSTGUARD_DECOYS_LANES=LANE  only host, or only router
. "$(dirname "$(realpath "$0")")/common.sh"

only=${RSTGUARD_DECOYS_ONLY:-}
long=${RSTGUARD_DECOYS_LONG:-}
port=20000	# of the next connection
delay=1500	# ms after the trigger: what was said is answered by then, on a busy host too
patience=6000	# ms more, until the reset was held for as long as it may be

net_load
mkfifo "$work/never"
declare -A what ms ip
names=()
while read -r word name place version length words; do
	[ "$word" = decoy ] || continue
	[ -z "${RSTGUARD_DECOYS:-}" ] || [[ " $RSTGUARD_DECOYS " == *" $name "* ]] || continue
	names+=("$name:$place")
	what[$name]=$words ms[$name]=$length ip[$name]=$version
done < <(inject -l)

# decoys LANE idle|used|plain: those that are some there. What a timestamp makes harmless
# is none without, and in the short form only what is about timestamps is tried without.
decoys()
{
	local entry

	for entry in "${names[@]}"; do
		case $1.${entry#*:} in
		host.router | router.host) continue ;;
		esac
		case $2.${entry%:*} in
		plain.*-paws) ;;
		plain.nothing | plain.ts-*) echo "${entry%:*}" ;;
		plain.*) [ -z "$long" ] || echo "${entry%:*}" ;;
		*) echo "${entry%:*}" ;;
		esac
	done
}

# Where a lane's guards are.
guards()
{
	case $1 in
	host) echo client server ;;
	router) echo client-door server-door ;;
	esac
}

# converse: the conversations of $work/conversations, PORT NAME ADDRESS STEP..., begun one
# after the other; how each ended is in $work/end.PORT
converse()
{
	# Words and variables are its own. To read from where nothing comes is to wait,
	# without another process.
	# shellcheck disable=SC2016
	in_client timeout 600 bash -c '
		exec 9<>"$1/never"
		while read -r port _ address steps; do
			tcptalk -t 120 -p "$port" "$address" "$2" $steps >"$1/end.$port" 2>&1 &
			read -rt 0.03 -u 9
		done <"$1/conversations"
		wait' - "$work" "$talk_port"
}

# plan LANE PROFILE HOW: one conversation for each decoy and IP version, into
# $work/conversations; sets ${options[@]}, those of the injector
plan()
{
	local name address version talk

	options=()
	for name in $(decoys "$1" "$3"); do
		steps "$3" "${ms[$name]}"
		for address in $server_addresses; do
			version=v4
			[[ $address != *:* ]] || version=v6
			[[ ${ip[$name]} == "$version" || ${ip[$name]} == both ]] || continue
			port=$((port + 1))
			options+=(-Y "$name@$port")
			echo "$port $name/$2/$version $address $talk"
		done
	done >>"$work/conversations"
}

# steps HOW MS: sets $talk, a conversation that is attacked after 50 octets by a decoy
# of that duration
steps()
{
	local more=$(($2 + delay + patience))

	talk="talk=4,20 sleep=$more talk=2,20 tell=close wait"
	[ "$1" != used ] || talk="talk=$((more / 200)),200 tell=close wait"
}

# play LANE PROFILES HOW: all its decoys at once, followed by these profiles' shots;
# sets ${ended[DECOY]}, what did not end as it should
declare -A ended attacked
declare -a shot
play()
{
	local lane=$1 profiles=$2 how=$3 pids=() wanted='6 lines, EOF' pause=$delay
	local profile own name end options from=$port begun=$SECONDS

	[ "$how" != used ] || { wanted='* lines, EOF'; pause=0; }
	in_client sysctl -qw net.ipv4.tcp_timestamps=1
	[ "$how" != plain ] || in_client sysctl -qw net.ipv4.tcp_timestamps=0
	: >"$work/conversations"
	for profile in $profiles; do
		plan "$lane" "$profile" "$how"
		inject_start "$work/inject.$profile" -p "$profile" -t bytes=50 -d "$pause" \
			"${options[@]}" || return
		pids+=("$inject_pid")
	done
	converse
	for inject_pid in "${pids[@]}"; do
		inject_stop
	done
	ended=()
	attacked=()
	shot=()
	# Both ends of each connection, the client's port tells which.
	while read -r own; do
		shot[$own]=both
	done < <(awk '$1 == "shot" {
			end = $2 == "at=client" ? $5 : $3
			sub(/.*:/, "", end)
			seen[end, $2] = 1
			if (seen[end, "at=client"] && seen[end, "at=server"])
				print end
		}' "$work"/inject.*)
	while read -r name; do
		attacked[$name]=$((${attacked[$name]:-0} + 1))
	done < <(sed -n 's/^trigger .* decoy //p' "$work"/inject.*)
	while read -r own name _; do
		read -r end <"$work/end.$own"
		end=${end#client: }
		# shellcheck disable=SC2053 # a pattern
		[[ ${end% after *} == $wanted ]] || ended[${name%%/*}]+="${name#*/} ${end% after *}; "
		[[ $profiles == none || ${shot[own]:-} ]] || ended[${name%%/*}]+="${name#*/} not shot; "
		attacked[${name%%/*}]=$((${attacked[${name%%/*}]:-0} - 1))
	done <"$work/conversations"
	# What was not attacked has not survived.
	for name in "${!attacked[@]}"; do
		[ "${attacked[$name]}" = 0 ] || ended[$name]+="${attacked[$name]} attacks; "
	done
	rm "$work"/end.* "$work"/inject.*
	tap_note "$lane, $how, $profiles: $((port - from)) connections, $((SECONDS - begun)) s"
}

# Of the last play: all lived, or (cut) none did.
lived()
{
	local name status=0

	for name in "${!ended[@]}"; do
		echo "$name: ${ended[$name]}"
		status=1
	done
	return $status
}

cut()
{
	local name status=0

	for name in $(decoys "$1" "$2"); do
		[ -z "${ended[$name]:-}" ] && echo "$name: nothing was cut" && status=1
	done
	return $status
}

# One decoy of the last play
survived() { [ -z "${ended[$1]:-}" ] || { echo "${ended[$1]}"; return 1; }; }

guard() # off|hold NAMESPACE...
{
	local mode=$1 end
	shift

	for end; do
		in_ns "$end" rstguard set mode "$mode" || return
		[ "$mode" = off ] || in_ns "$end" rstguard set hold-min-ms "$floor" || return
	done
}

lane()
{
	local lane=$1 name how

	TOPO_DOORS=
	[ "$lane" = host ] || TOPO_DOORS=y
	net_topology
	talk_serve 1500 || { not_ok "$lane: a server"; return; }
	# shellcheck disable=SC2046 # words
	guard off $(guards "$lane")
	for how in $([ -z "$only$long" ] || echo "$hows"); do
		play "$lane" none "$how"
		tap "$lane, $how: by themselves they are harmless" lived
		play "$lane" mimic-ra "$how"
		tap "$lane, $how: without a guard each reset cuts" cut "$lane" "$how"
	done
	[ -z "$only" ] || return
	# shellcheck disable=SC2046 # words
	guard hold $(guards "$lane")
	for how in $hows; do
		play "$lane" "mimic-ra mimic-r" "$how"
		for name in $(decoys "$lane" "$how"); do
			tap "$lane, $how, $name: ${what[$name]}" survived "$name"
		done
		tap_note "$(for end in $(guards "$lane"); do in_ns "$end" rstguard show stats; done |
			awk '$2 { sum[$1] += $2 } END { for (name in sum) print name, sum[name] }' |
			sort | tr '\n' ';')"
	done
}

# How the connections are: idle when attacked, in use, or without timestamps.
hows="idle plain"
[ -z "$long" ] || hows="idle used plain"
lanes=${RSTGUARD_DECOYS_LANES:-host router}
points=0
for lane in $lanes; do
	for how in $hows; do
		[ -n "$only" ] || points=$((points + $(decoys "$lane" "$how" | wc -l)))
		[ -z "$only$long" ] || points=$((points + 2))
	done
done
tap_plan $points
for lane in $lanes; do
	lane "$lane"
done
tap_done
