#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# Resets that were really sent arrive in drop mode, at once and with the right errno:
# judged by the hosts themselves, and by the router between them. A box that cuts the
# connection and silences the peer is in hold_genuine.sh: here the router's queue still
# delivers what the peer had sent, and that proves, rightly, that it lived.
here=$(dirname "$(realpath "$0")")
. "$here/common.sh"
. "$here/resets.sh"

net_load
require iptables ip6tables
net_topology
talk_serve || skip_all "no server"

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
