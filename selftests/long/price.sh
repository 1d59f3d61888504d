#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# What a genuine reset costs the programs that meet it: the time from when the server
# ends a connection until its client has what it wanted, or says that it cannot have it.
#
#   http	curl asks for two pages on one connection, which the server resets when it reads
#		the second request: until curl has that page, over another connection
#   ssh	somebody before sshd resets a session that is idle: until ssh has ended
#   mail	the server resets after the sender's address: until swaks has ended
#   tcp	a socket that waits for data: until it has its ECONNRESET
#
# Guarded is the client, in each of the columns. RSTGUARD_RTTS (2 10 80 400) ms,
# RSTGUARD_TIMES (9) of each; RSTGUARD_MODES (monitor suspicious all) are the columns. A second
# table has for how long the module itself says that it held the resets.
# What a busy host takes from an emulated machine is in the figures too; counted instructions
# (selftests/vm/run -i) do not help, their clock leaps at each file that is read. Every single
# time goes to $RSTGUARD_RAW, if that is set: program, rtt, column, ms; to $RSTGUARD_RAW.held
# the module's.
here=$(dirname "$(realpath "$0")")
. "$here/../net/common.sh"

rtts=${RSTGUARD_RTTS:-2 10 80 400}
times=${RSTGUARD_TIMES:-9}
columns=${RSTGUARD_MODES:-monitor suspicious all}
raw=${RSTGUARD_RAW:-}
programs="http ssh mail tcp"
http_port=8080 mail_port=2525 ssh_port=2222

net_load
require curl ssh sshd ssh-keygen swaks python3
[ -n "$raw" ] || raw=$work/raw
net_topology
ip netns exec rstg-server python3 "$here/aborts.py" $http_port $mail_port $ssh_port \
	>"$work/ended" 2>&1 &
aborts=$!
disown
wait_port rstg-server $ssh_port || skip_all "no server that resets: $(cat "$work/ended")"

ssh_serve()
{
	mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f "$work/host_key" &&
		ssh-keygen -q -t ed25519 -N '' -f "$work/key" || return
	install -m 600 -D "$work/key.pub" "$work/ssh/authorized_keys"
	in_server "$(command -v sshd)" -f /dev/null -h "$work/host_key" -p 22 \
		-o PidFile="$work/sshd.pid" -o StrictModes=no -o PermitRootLogin=yes \
		-o AuthorizedKeysFile="$work/ssh/authorized_keys" || return
	on_exit sh -c "kill \$(cat $work/sshd.pid)"
	wait_port rstg-server 22
}
ssh_serve || skip_all "no SSH server"

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

# round_trip MS: half of it on each way, but for the little that is there without
round_trip()
{
	in_isp tc qdisc replace dev server root netem delay "$(($1 * 500))us" limit 10000 &&
		in_server tc qdisc replace dev eth0 root netem delay "$(($1 * 500))us" limit 10000
}

column() # NAME
{
	case $1 in
	monitor) in_client rstguard set mode monitor ;;
	default) in_client rstguard set mode hold ;;
	*) in_client rstguard set mode hold hold-scope "$1" ;;
	esac
}

# since_ended: what the server's line about its reset says, against now
since_ended() { echo $(($(now_ms) - $(tail -n 1 "$work/ended"))); }

# Each prints how long one reset took; the server notes when it sends one.
http()
{
	in_client timeout 30 curl -sS -o /dev/null -o /dev/null "http://$server4:$http_port/a" \
		"http://$server4:$http_port/b" >"$work/http" 2>&1 || { cat "$work/http"; return 1; }
	since_ended
}

mail()
{
	in_client timeout 30 swaks --server $server4:$mail_port --helo a.example \
		--from a@a.example --to b@b.example >"$work/mail" 2>&1
	grep -q 'Remote host closed\|reset\|\*\*\*' "$work/mail" || { cat "$work/mail"; return 1; }
	since_ended
}

tcp()
{
	in_client timeout 30 tcptalk -t 20 $server4 $mail_port tell='MAIL x' wait >"$work/tcp"
	grep -q ECONNRESET "$work/tcp" || { cat "$work/tcp"; return 1; }
	since_ended
}

ssh()
{
	local client before

	before=$(wc -l <"$work/ended")
	ip netns exec rstg-client ssh -i "$work/key" -p $ssh_port -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null -o BatchMode=yes -o LogLevel=ERROR \
		root@$server4 'echo ready; exec sleep 100' >"$work/ssh.out" 2>&1 &
	client=$!
	busywait $((2 * BUSYWAIT_TIMEOUT)) grep -q ready "$work/ssh.out" ||
		{ cat "$work/ssh.out"; return 1; }
	sleep 1
	kill -USR1 $aborts
	wait $client
	[ "$(wc -l <"$work/ended")" -gt "$before" ] ||
		{ cat "$work/ssh.out" "$work/ended"; return 1; }
	since_ended
}

# What the events of one cell say.
held_for()
{
	jq -r 'select(.action == "released").rst.after_ms' "$work/events.client" |
		sed "s/^/$* /" >>"$raw.held"
}

# measure PROGRAM RTT COLUMN
measure()
{
	local i ms

	forget_events
	for ((i = 0; i < times; i++)); do
		ms=$("$1") || { echo "$1, $2 ms, $3: $ms"; return 1; }
		echo "$1 $2 $3 $ms" >>"$raw"
	done
	busywait "$BUSYWAIT_TIMEOUT" none_held
	sleep 0.5
	held_for "$@"
}

measure_all() # RTT
{
	local name program status=0

	round_trip "$1" || return
	for name in $columns; do
		column "$name" || return
		for program in $programs; do
			measure "$program" "$1" "$name" || status=1
		done
	done
	return $status
}

# median and worst of each cell
table() # FILE
{
	sort -k1,1 -k2,2n -k3,3 -k4,4n "$1" | awk -v columns="$columns" '
		function flush() {
			if (n) cell[key] = ms[int((n + 1) / 2)] " / " ms[n]
			n = 0
		}
		{
			if ($1 " " $2 " " $3 != key) { flush(); key = $1 " " $2 " " $3 }
			ms[++n] = $4
			if (!($1 " " $2 in seen)) { seen[$1 " " $2] = 1; row[++rows] = $1 " " $2 }
		}
		END {
			flush()
			c = split(columns, column, " ")
			printf "%-6s %6s", "", "rtt"
			for (i = 1; i <= c; i++) printf "  %-16s", column[i]
			print ""
			for (r = 1; r <= rows; r++) {
				split(row[r], word, " ")
				printf "%-6s %6d", word[1], word[2]
				for (i = 1; i <= c; i++)
					printf "  %-16s", cell[row[r] " " column[i]]
				print ""
			}
		}'
}

# shellcheck disable=SC2086 # words
count() { echo $#; }
# shellcheck disable=SC2086 # words
tap_plan "$(count $rtts)"
listen client || skip_all "no events"
: >"$raw"
: >"$raw.held"
for rtt in $rtts; do
	tap "at a round trip of $rtt ms each program met $times resets in each column" \
		measure_all "$rtt"
done
tap_note "until the program has ended, in ms, median / longest of $times"
table "$raw" | tap_notes
tap_note "of that, held by the module, where it held at all"
table "$raw.held" | tap_notes
tap_done
