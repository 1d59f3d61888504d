#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# Resets that were really sent arrive in drop mode, at once and with the right errno:
# judged by the hosts themselves, and by the router between them. A box that cuts the
# connection and silences the peer is in hold_genuine.sh: here the router's queue still
# delivers what the peer had sent, and that proves, rightly, that it lived.
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
require iptables ip6tables
net_topology
talk_serve || skip_all "no server"

firewall() # -A or -D, CHAIN and rule
{
	if [[ $address == *:* ]]; then
		in_server ip6tables "$@"
	else
		in_server iptables "$@"
	fi
}

closed_port()
{
	[[ $(in_client timeout 20 tcptalk -t 8 "$address" 7008) == *ECONNREFUSED* ]]
}

server_aborts() { ends_with ECONNRESET "$address" talk=3,20 tell=abort wait; }
server_leaves_unread() { ends_with ECONNRESET "$address" talk=3,20 tell=unread sleep=200 tell=x wait; }
server_killed() { ends_with ECONNRESET "$address" talk=3,20 tell=kill sleep=200 tell=x wait; }

# SO_LINGER 0 from the side that the test cannot ask: the server's log says it.
client_aborts()
{
	: >"$work/server"
	ends_with ok "$address" talk=3,20 abort || return
	busywait "$BUSYWAIT_TIMEOUT" grep -q '3 lines, ECONNRESET' "$work/server"
}

# A host that has forgotten the connection, as after a reboot: its FIN never left.
server_forgets()
{
	talk_then=(tell=y wait)
	talk_begin "$address" talk=3,20 || return
	firewall -A OUTPUT -p tcp --sport $talk_port -j DROP
	in_server ss -K state established sport = :$talk_port >/dev/null
	firewall -D OUTPUT -p tcp --sport $talk_port -j DROP
	reset_seen
}

# `ss -K`: the administrator's axe.
socket_destroyed()
{
	talk_then=(wait)
	talk_begin "$address" talk=3,20 || return
	in_server ss -K state established sport = :$talk_port >/dev/null
	reset_seen
}

# The server's own firewall begins to refuse, as fail2ban does in mid-conversation.
firewall_rejects()
{
	local status

	talk_then=(tell=x wait)
	talk_begin "$address" talk=3,20 || return
	firewall -A INPUT -p tcp --dport $talk_port -j REJECT --reject-with tcp-reset || return
	reset_seen
	status=$?
	firewall -D INPUT -p tcp --dport $talk_port -j REJECT --reject-with tcp-reset
	return $status
}

reset_seen()
{
	local end

	end=$(talk_go)
	echo "$end"
	[[ $end == *ECONNRESET ]]
}

# A socket that lives 136 hops nearer than the RST which the host sends without it.
other_ttl_then_bare()
{
	: >"$work/server"
	# The client's socket closes with data on its way: bare RSTs, of the system's TTL.
	in_client timeout 20 tcptalk -T 200 -O 0x28 -t 8 "$address" $talk_port \
		talk=3,20 tell='send 300000' unread=1000 >/dev/null
	busywait "$BUSYWAIT_TIMEOUT" grep -q '4 lines, E' "$work/server"
}

checks=(closed_port server_aborts server_leaves_unread server_killed client_aborts
	server_forgets socket_destroyed firewall_rejects other_ttl_then_bare)
tap_plan $((2 * 2 * ${#checks[@]} + 2))
for where in "client server" isp; do
	mode off client isp server
	# shellcheck disable=SC2086 # one or two words
	mode drop $where
	for address in $server_addresses; do
		for check in "${checks[@]}"; do
			tap "$check, $(version_of "$address"), judged by $where" "$check"
		done
	done
	dropped=0
	for end in $where; do
		dropped=$((dropped + $(counter "$end" rst_dropped)))
	done
	tap "nothing was dropped by $where" test $dropped = 0
done
tap_done
