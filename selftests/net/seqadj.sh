#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2119,SC2120,SC2154
#
# A router whose conntrack changes sequence numbers behind our hook (SYNPROXY): there the two
# sides' numbers do not fit each other, so nothing is scored, held or proven, and it is
# said why. Conversations work, and genuine resets pass at once.
. "$(dirname "$(realpath "$0")")/common.sh"

net_load
require nft
net_topology
talk_serve || skip_all "no server"

synproxy()
{
	in_isp nft -f - <<-NFT || return
		table inet proxy {
			chain pre {
				type filter hook prerouting priority raw;
				tcp dport $talk_port tcp flags & (syn | ack) == syn notrack
			}
			chain forward {
				type filter hook forward priority filter;
				tcp dport $talk_port ct state invalid,untracked synproxy \
					mss 1460 wscale 7 timestamp sack-perm
				ct state invalid drop
			}
		}
	NFT
	in_isp sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0 net.ipv4.tcp_syncookies=1 \
		net.ipv4.tcp_timestamps=1
}

router_counts() { counter isp "$@"; }

talks()
{
	ends_with ok "$address" talk=12,10 &&
		[ "$(router_counts flow_not_comparable)" = $((flows_before + 1)) ]
}

resets_heard() { grep -c ECONNRESET "$work/server"; }
one_more_heard() { [ "$(resets_heard)" -gt "$heard" ]; }

# The client's: what the server resets SYNPROXY itself gives another number.
reset_arrives()
{
	local heard

	heard=$(resets_heard)
	ends_with ok "$address" talk=3,10 abort && busywait "$BUSYWAIT_TIMEOUT" one_more_heard
}

passes_at_once()
{
	local held

	held=$(router_counts rst_held rst_suspect)
	reset_arrives || return
	busywait "$BUSYWAIT_TIMEOUT" grep -q '"reasons":\["not-comparable"\]' "$work/events.isp" ||
		return
	[ "$(router_counts rst_held rst_suspect)" = "$held" ] &&
		[ "$(router_counts rst_dropped)" = 0 ]
}

is_held()
{
	local held

	held=$(router_counts rst_held)
	reset_arrives && [ "$(router_counts rst_held)" -gt "$held" ]
}

synproxy || skip_all "no SYNPROXY in this kernel"
tap_plan 5
listen isp
mode hold isp
for address in $server_addresses; do
	v=$(version_of "$address")
	flows_before=$(router_counts flow_not_comparable)
	tap "a conversation behind SYNPROXY, and it is counted, $v" talks
	tap "a reset passes at once, and it is said why nothing was compared, $v" passes_at_once
	forget_events
done
in_isp nft delete table inet proxy
tap "without SYNPROXY the same reset is held" is_held
tap_done
