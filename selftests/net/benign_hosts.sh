#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154,SC2317 # functions run by name
#
# Mode hold, and the hosts' own kernels end connections in every way they have. Numbers
# are those of the list of benign scenarios; the other ones are in benign_path.sh and
# benign_peers.sh.
here=$(dirname "$(realpath "$0")")
. "$here/common.sh"
. "$here/resets.sh"
. "$here/benign.sh"

net_load
require iptables ip6tables flood
net_topology
talk_serve 1500 || skip_all "no server"
# These are spoken to at ports of their own.
mptcp_port=7010 md5_port=7011
in_server tcptalk -l -M -t 600 $mptcp_port >"$work/mptcp" 2>&1 &
in_server tcptalk -l -b $server4 -5 $client4 -t 600 $md5_port >"$work/md5" 2>&1 &
in_server tcptalk -l -b $server6 -5 $client6 -t 600 $md5_port >"$work/md5" 2>&1 &
disown -a
wait_port rstg-server $mptcp_port || skip_all "no MPTCP"
wait_port rstg-server $md5_port || skip_all "no TCP_MD5SIG"

# COUNT: the module begins to look in the middle of a conversation, of which it then sees
# so many lines
picked_up()
{
	in_client rstguard set mode off
	in_server rstguard set mode off
	talk_then=(talk="$1,20" tell=abort wait)
	talk_begin "$address" talk=3,20 || return
	in_client rstguard set mode hold
	in_server rstguard set mode hold
	reset_seen
}

no_socket() { [ -z "$(in_server ss -Htn state all sport = ":$talk_port" | grep -v LISTEN)" ]; }

# The server answers when the client has closed. Its FIN came first: nothing waits.
quit_race()
{
	in_server ss -K sport = ":$talk_port" >/dev/null
	ends_with ok "$address" talk=3,20 tell='say bye' &&
		busywait "$BUSYWAIT_TIMEOUT" no_socket
}

# A scanner's kernel knows nothing of the SYN.
half_open()
{
	local from=$client4

	[[ $address != *:* ]] || from=$client6
	in_client flood -k syn -d "$address" -p $talk_port -s $from -S 40001 -n 1 &&
		busywait "$BUSYWAIT_TIMEOUT" no_socket
}

# Happy Eyeballs: the slower attempt is given up before it is answered.
loser()
{
	in_client tcptalk -t 0 "$address" $talk_port
	sleep 0.5
	busywait "$BUSYWAIT_TIMEOUT" no_socket
}

client_destroyed()
{
	: >"$work/server"
	talk_then=(wait)
	talk_begin "$address" talk=3,20 || return
	in_client ss -K state established dport = ":$talk_port" >/dev/null
	server_says '3 lines, ECONNRESET'
	touch "$talk_files/go"
}

cut() # -A or -D, host: what comes from it is lost on the way
{
	if [[ $address == *:* ]]; then
		in_isp ip6tables "$1" FORWARD -i "$2" -p tcp -j DROP
	else
		in_isp iptables "$1" FORWARD -i "$2" -p tcp -j DROP
	fi
}

# WORD...: a conversation by tcptalk WORD..., whose way back is cut after 0.9 s; what is
# said of it is in $work/talk
cut_off()
{
	local end

	{
		in_client timeout 60 tcptalk "$@" >"$work/talk"
	} &
	end=$!
	sleep 0.9
	cut -A server
	wait $end
	cut -D server
	cat "$work/talk"
}

# The client's keep-alives die; its RST|ACK reaches the server.
keep_alive_dies()
{
	: >"$work/server"
	in_client sysctl -qw net.ipv4.tcp_keepalive_time=1 net.ipv4.tcp_keepalive_intvl=1 \
		net.ipv4.tcp_keepalive_probes=2
	cut_off -k -t 40 "$address" $talk_port talk=3,20 wait
	grep -q ETIMEDOUT "$work/talk" && server_says '3 lines, ECONNRESET'
}

# TCP_USER_TIMEOUT: it ends without a word.
user_timeout()
{
	cut_off -u 1000 -t 40 "$address" $talk_port talk=3,20 sleep=800 tell=x wait
	grep -q ETIMEDOUT "$work/talk"
}

# PORT OPTION... STEP...: a conversation with the server there
by_option()
{
	local port=$1 got
	shift

	got=$(in_client timeout 60 tcptalk -t 8 "${options[@]}" "$address" "$port" talk=3,20 "$@")
	echo "$got"
	[[ $got == *ECONNRESET* ]]
}

mptcp_aborts() { options=(-M); by_option $mptcp_port tell=abort wait; }
mptcp_killed() { options=(-M); by_option $mptcp_port tell=kill sleep=200 tell=x wait; }
md5_aborts() { options=(-5 "$address"); by_option $md5_port tell=abort wait; }
md5_unread() { options=(-5 "$address"); by_option $md5_port tell=unread sleep=200 tell=x wait; }

is_mptcp() { in_server nstat -az MPTcpExtMPCapableSYNRX | awk '/MPCapable/ { n = $2 } END { exit !n }'; }

# Segmentation offload: one packet here stands for many, and took as many IP-IDs.
burst_then_abort()
{
	ends_with ECONNRESET "$address" talk=3,20 tell='send 200000' read=200000 tell=abort wait
}

tap_plan $((2 * 23 + 1 + benign_points))
benign_begin || skip_all "no events"
for address in $server_addresses; do
	benign 1 server_leaves_unread
	benign 1 server_aborts
	benign 1 client_aborts
	benign 2 other_ttl_then_bare
	benign 3 server_forgets
	benign 3 server_killed
	benign 4 client_closes_early
	benign 5 not_held quit_race
	benign 14 burst_then_abort
	benign 18 not_held closed_port
	benign 18 not_held half_open
	benign 18 not_held loser
	benign 19 firewall_rejects
	benign 21 picked_up 1
	benign 21 picked_up 5
	benign 23 socket_destroyed
	benign 23 client_destroyed
	benign 23 keep_alive_dies
	benign 23 no_reset user_timeout
	benign 24 mptcp_aborts
	benign 24 mptcp_killed
	benign 24 md5_aborts
	benign 24 md5_unread
done
tap "it was MPTCP" is_mptcp
benign_done
