# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced: the ways in which the hosts of the path themselves end a connection to
# $address with a reset. Each function succeeds when whoever was meant saw it end.

reset_seen()
{
	local end

	end=$(talk_go)
	echo "$end"
	[[ $end == *ECONNRESET ]]
}

# What the server's process says of the connection, after the step that ends it.
server_says() { busywait "$BUSYWAIT_TIMEOUT" grep -aq "$1" "$work/server" || { cat "$work/server"; return 1; }; }

firewall() # -A or -D, CHAIN and rule: of the server
{
	if [[ $address == *:* ]]; then
		in_server ip6tables "$@"
	else
		in_server iptables "$@"
	fi
}

closed_port()
{
	[[ $(in_client timeout 20 tcptalk -t 8 "$address" 7099) == *ECONNREFUSED* ]]
}

server_aborts() { ends_with ECONNRESET "$address" talk=3,20 tell=abort wait; }
server_leaves_unread() { ends_with ECONNRESET "$address" talk=3,20 tell=unread sleep=200 tell=x wait; }
server_killed() { ends_with ECONNRESET "$address" talk=3,20 tell=kill sleep=200 tell=x wait; }

# SO_LINGER 0 from the side that the test cannot ask: the server's log says it.
client_aborts()
{
	: >"$work/server"
	ends_with ok "$address" talk=3,20 abort || return
	server_says '3 lines, ECONNRESET'
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

# With a window of data on its way to it: one RST|ACK, then a bare RST for each segment.
client_closes_early()
{
	: >"$work/server"
	in_client timeout 20 tcptalk "$@" -t 8 "$address" $talk_port \
		talk=3,20 tell='send 300000' unread=1000 >/dev/null
	server_says '4 lines, E'
}

# A socket that lives 136 hops nearer than the RST which the host sends without it.
other_ttl_then_bare() { client_closes_early -T 200 -O 0x28; }
