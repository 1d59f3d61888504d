#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# A table of one bucket and few places: whose flows may take them, what is given up for
# a new one and in which order, and what never is.
. "$(dirname "$(realpath "$0")")/common.sh"

own=8		# places of the first namespace
common=12	# of all others together

[ ! -d /sys/module/rstguard ] || skip_all "the module is in use here"
[ -n "${RSTGUARD_KO:-}" ] || skip_all "RSTGUARD_KO must name the module to load"
require unshare nc socat iptables
net_load hashsize=1 max_flows=$own guest_flows=$common
TOPO_DELAY=0
net_topology
talk_serve 3000 || skip_all "no server"
# The machine itself, which is the first namespace, is one more customer of the router.
home4=10.77.9.2
ip link add rstg-home type veth peer name home netns rstg-isp || skip_all "no veth"
on_exit ip link del rstg-home
ip addr add $home4/24 dev rstg-home
ip link set rstg-home up
ip -n rstg-isp addr add 10.77.9.1/24 dev home
ip -n rstg-isp link set home up
ip route add 10.77.2.0/24 via 10.77.9.1
# Spoofed sources are not answered: each answer would begin a flow that was given up anew.
in_server iptables -A INPUT -s 10.192.0.0/10 -j DROP

# in_end END COMMAND...: "home" is no namespace of the path
in_end()
{
	if [ "$1" = home ]; then
		"${@:2}"
	else
		in_ns "$1" "${@:2}"
	fi
}

followed() { in_end $1 rstguard list flows | sed 's/.* sport=\([0-9]*\).*/\1/' | sort -n | xargs; }
count() { in_end $1 rstguard list flows | wc -l; }
stat_of() { in_end $1 rstguard show stats | awk -v n=$2 '$1 == n { print $2 }'; }
status_of() { in_end $1 rstguard status -j | jq .$2; }

# is WANTED COMMAND...
is()
{
	local got

	got=$("${@:2}")
	echo "${*:2}: $got, expected $1"
	[ "$got" = "$1" ]
}

# connect END PORT [STEP...]: an open conversation from there, ended by done_with
connect()
{
	local end=$1 port=$2
	local log=$work/conn.$port
	shift 2

	in_end $end timeout 900 tcptalk -t 800 -p $port $server4 $talk_port talk=2,5 "$@" \
		touch=$log.up until=$log.down >$log 2>&1 &
	disown
	busywait "$BUSYWAIT_TIMEOUT" test -e $log.up
}

# ended PORT: was it ended in order?
ended()
{
	touch $work/conn.$1.down
	busywait "$BUSYWAIT_TIMEOUT" grep -q ok $work/conn.$1
}

# spoof FIRST_SOURCE COUNT: SYNs to the server, each of a connection of its own
spoof() { in_isp flood -k syn -d $server4 -p $talk_port -s $1 -n $2; }

# as_user COMMAND...: root of a user namespace of its own, which any user may be
as_user() { unshare -Urn -- "$@"; }

# --- shares ---------------------------------------------------------------------------

shares_are_as_asked()
{
	is $own status_of home max_flows && is $common status_of server max_flows &&
		is $((own + common)) status_of server max_flows_global
}

user_may_take_less()
{
	as_user sh -c "rstguard set max-flows 3 && rstguard set max-flows $common"
}

user_may_not_take_more()
{
	! as_user rstguard set max-flows $((common + 1)) >"$work/refusal" 2>&1 || return
	cat "$work/refusal"
	grep -q 'CAP_NET_ADMIN in the initial user namespace' "$work/refusal"
}

root_may_give_more()
{
	in_server rstguard set max-flows $((common + 1)) &&
		is $((common + 1)) status_of server max_flows &&
		! in_server rstguard set max-flows $((own + common + 1)) &&
		in_server rstguard set max-flows $common
}

# One flow at each end, until their common share is full of open ones; one more has no place.
guests_fill_their_share()
{
	local port

	for ((port = 6001; port <= 6001 + common / 2; port++)); do
		connect client $port || return
	done
	is $common eval 'echo $(($(count client) + $(count server)))' &&
		[ "$(stat_of client flow_table_full)" -ge 1 ] &&
		[ "$(stat_of server flow_table_full)" -ge 1 ]
}

first_has_all_of_its_own()
{
	local port

	for ((port = 6101; port < 6101 + own; port++)); do
		connect home $port || return
	done
	is $own count home && is 0 stat_of home flow_table_full && is 0 stat_of home flow_evicted
}

first_is_bounded_too()
{
	connect home 6199 && is $own count home &&
		[ "$(stat_of home flow_table_full)" -ge 1 ] && is 0 stat_of home flow_evicted
}

# All that the client has is closed and might go, but it is not the server's to give up.
guest_takes_from_itself_only()
{
	local port evicted before

	for ((port = 6001; port <= 6001 + common / 2; port++)); do
		ended $port || return
	done
	sleep 2
	before=$(count client)
	evicted=$(stat_of client flow_evicted)
	spoof 10.200.0.1 100 || return
	is $evicted stat_of client flow_evicted && is $before count client &&
		is $((common - before)) count server &&
		[ "$(stat_of server flow_evicted)" -ge 50 ]
}

first_lost_nothing()
{
	is $own count home && is 0 stat_of home flow_evicted
}

# Netlink would load a module for anyone who asks for its family by name.
no_alias() { [ -z "$(modinfo -F alias "$RSTGUARD_KO")" ]; }

# --- what is given up -------------------------------------------------------------------

places=6	# of the server, all of them taken below

half_closed()
{
	# The server's host acknowledges the FIN; its program does not look.
	connect client 7002 tell=hold shut || return
	# And one that goes on talking.
	in_server timeout 900 socat -u SYSTEM:'while sleep 3; do echo x; done' \
		TCP4-LISTEN:7008 >/dev/null 2>&1 &
	disown
	wait_port rstg-server 7008 || return
	in_client timeout 900 nc -N -p 7003 $server4 7008 </dev/null >$work/half 2>&1 &
	disown
	busywait "$BUSYWAIT_TIMEOUT" grep -q x $work/half
}

# Six of six kinds. The last one is forgotten of itself after 10 s.
six_kinds()
{
	local log

	mode off client server && mode monitor server || return
	in_server rstguard set max-flows $places || return
	connect client 7001 && half_closed || return
	sleep 65	# one of the half-closed ones is silent for that long
	spoof 10.200.1.1 1 || return
	connect client 7004 && ended 7004 || return
	in_client timeout 60 tcptalk -t 30 -p 7005 $server4 $talk_port talk=2,5 tell=abort wait
	is $places count server && is "7001 7002 7003 7004 7005" eval 'followed server | sed "s/^[0-9]* //"'
	sleep 1.5	# they may rest for one second
}

# replaced NEW... -- OLD...: connections from new ports take the places of those, and of no
# others. A spoofed one is called "embryo".
replaced()
{
	local before after port old

	before=$(followed server)
	while [ $1 != -- ]; do
		connect client $1 || return
		before+=" $1"
		shift
	done
	after=$(followed server)
	for old in "${@:2}"; do
		[ $old != embryo ] || old=$(tr ' ' '\n' <<<"$before" | grep -vE '^70..$')
		before=$(tr ' ' '\n' <<<"$before" | grep -vx "$old" | xargs)
	done
	is "$(tr ' ' '\n' <<<"$before" | sort -n | xargs)" echo "$after"
}

nothing_more_goes()
{
	local before full

	before=$(followed server)
	full=$(stat_of server flow_table_full)
	connect client 7015 && spoof 10.200.2.1 20 || return
	is "$before" followed server && is "7001 7003 7011 7012 7013 7014" followed server &&
		[ "$(stat_of server flow_table_full)" -ge $((full + 20)) ]
}

rstguard set mode monitor
mode monitor client server
tap_plan 16
tap "the shares are as the module was told" shares_are_as_asked
tap "an ordinary user's namespace may take less" user_may_take_less
tap "it may not take more" user_may_not_take_more
tap "root may give it more, up to all there is" root_may_give_more
tap "guests fill what they have together" guests_fill_their_share
tap "the first namespace still has all of its own" first_has_all_of_its_own
tap "which is bounded as well" first_is_bounded_too
tap "a guest makes room among its own flows only" guest_takes_from_itself_only
tap "the first namespace lost nothing" first_lost_nothing
tap "no user can have the module loaded by its name" no_alias
tap "six flows, one of each kind" six_kinds
tap "first what was closed or reset, which was silent for longest" replaced 7011 -- 7004
tap "then the other of these" replaced 7012 -- 7005
tap "then the one that was never open" replaced 7013 -- embryo
tap "then the half-closed one that is silent" replaced 7014 -- 7002
tap "then none: open, or half-closed with data" nothing_more_goes
tap_done
