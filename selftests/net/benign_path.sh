#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154,SC2317 # functions run by name
#
# Mode hold, and the path does what paths do before and while a host ends a connection:
# another route, several at once, loss, copies, a SYN proxy, a firewall, a bridge.
here=$(dirname "$(realpath "$0")")
. "$here/common.sh"
. "$here/resets.sh"
. "$here/benign.sh"

net_load
require iptables ip6tables nft
net_topology
talk_serve 1500 || skip_all "no server"

# farther -A|-D HOPS [MATCH...]: the server's packets come from so many hops further off
farther()
{
	local action=$1 hops=$2
	shift 2

	if [[ $address == *:* ]]; then
		in_isp ip6tables -t mangle "$action" FORWARD -i server -p tcp "$@" -j HL --hl-dec "$hops"
	else
		in_isp iptables -t mangle "$action" FORWARD -i server -p tcp "$@" -j TTL --ttl-dec "$hops"
	fi
}

# rule -A|-D MATCH...: in the router's way from one side to the other
rule()
{
	if [[ $address == *:* ]]; then
		in_isp ip6tables "$1" FORWARD -p tcp "${@:2}"
	else
		in_isp iptables "$1" FORWARD -p tcp "${@:2}"
	fi
}

# moved HOPS STEP...: the route changes in mid-conversation, then these steps
moved()
{
	local hops=$1 status
	shift

	talk_then=("$@")
	talk_begin "$address" talk=5,20 || return
	farther -A "$hops"
	reset_seen
	status=$?
	farther -D "$hops"
	return $status
}

moved_then_aborts() { moved "$1" tell=abort wait; }
moved_for_good() { moved "$1" talk=4,20 tell=abort wait; }

# Every other packet comes by a router more; the SYN-ACK by none of the two.
flapping()
{
	local status

	farther -A 1 -m statistic --mode nth --every 2 --packet 0
	farther -A 1 --tcp-flags SYN SYN
	ends_with ECONNRESET "$address" talk=9,20 tell=abort wait
	status=$?
	farther -D 1 -m statistic --mode nth --every 2 --packet 0
	farther -D 1 --tcp-flags SYN SYN
	return $status
}

# A SYN proxy in the router answers in each side's name, from where it is. The client
# aborts: a RST of the server's gets the proxy's first number from nf_synproxy.c, whatever
# it had (case TCP_CONNTRACK_CLOSE), and the client ignores it, guarded or not.
syn_proxy()
{
	local status

	modprobe nf_conntrack	# brings the setting
	in_isp sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0
	in_isp nft -f - <<-NFT
		table inet proxy {
			chain raw {
				type filter hook prerouting priority raw;
				iifname client tcp dport $talk_port tcp flags syn notrack
			}
			chain forward {
				type filter hook forward priority filter;
				tcp dport $talk_port ct state invalid,untracked \
					synproxy mss 1460 wscale 7 timestamp sack-perm
				ct state invalid drop
			}
		}
	NFT
	: >"$work/server"
	ends_with ok "$address" talk=5,20 abort && server_says '5 lines, ECONNRESET'
	status=$?
	in_isp nft delete table inet proxy
	return $status
}

# Loss, and packets that overtake others, the reset among them. What gets lost with it
# is asked for again.
lossy()
{
	local status

	in_server tc qdisc change dev eth0 root netem delay "${TOPO_DELAY}ms" 8ms loss 3% limit 10000
	ends_with ECONNRESET "$address" talk=10,20 tell='send 100000' read=100000 tell=abort \
		sleep=400 tell=x wait
	status=$?
	in_server tc qdisc replace dev eth0 root netem delay "${TOPO_DELAY}ms" limit 10000
	return $status
}

# The last data are lost: the RST|ACK behind them does not fit, the client asks what
# that was (RFC 5961 3.2), and the host says it again.
behind_hole()
{
	local status

	rule -A -i server -m length --length 500: -j DROP
	ends_with ECONNRESET "$address" talk=3,20 tell='send 900' tell=abort wait
	status=$?
	rule -D -i server -m length --length 500: -j DROP
	return $status
}

# The firewall of the client's own network, one hop away, begins to refuse.
lan_rejects()
{
	local status

	talk_then=("$@" tell=x wait)
	talk_begin "$address" talk=3,20 || return
	rule -A -i client -j REJECT --reject-with tcp-reset
	reset_seen
	status=$?
	rule -D -i client -j REJECT --reject-with tcp-reset
	return $status
}

# CHECK...: each packet comes twice
copied()
{
	local status

	in_isp tc qdisc add dev client root netem duplicate 100%
	"$@"
	status=$?
	in_isp tc qdisc del dev client root
	return $status
}

# The client's device becomes a port of a bridge, and bridged packets pass netfilter: its
# resets are not ours to park.
bridge_up()
{
	modprobe br_netfilter || return
	ip -n rstg-client link add br0 type bridge
	ip -n rstg-client addr flush dev eth0
	ip -n rstg-client link set eth0 master br0
	ip -n rstg-client link set br0 up
	ip -n rstg-client addr add 10.77.1.2/24 dev br0
	ip -n rstg-client addr add fd77:1::2/64 dev br0 nodad
	ip -n rstg-client route add default via 10.77.1.1
	ip -n rstg-client route add default via fd77:1::1
	in_client sysctl -qw net.bridge.bridge-nf-call-iptables=1 net.bridge.bridge-nf-call-ip6tables=1
	busywait "$BUSYWAIT_TIMEOUT" in_client ping -qc 1 -W 1 $server4 >/dev/null
}

bridged()
{
	local before

	before=$(counter client hold_unfit)
	server_aborts || return
	[ "$scope" != all ] || [ "$(counter client hold_unfit)" -gt "$before" ]
}

tap_plan $((2 * 12 + 1 + 2 + benign_points))
benign_begin || skip_all "no events"
for address in $server_addresses; do
	benign 10 syn_proxy
	benign 11 flapping
	benign 12 moved_then_aborts 1
	benign 12 moved_then_aborts 4
	benign 12 moved_then_aborts 9
	benign 15 lossy
	benign 17 behind_hole
	benign 19 lan_rejects
	benign 19 lan_rejects sleep=300
	benign 20 moved_for_good 12
	benign 25 copied server_aborts
	benign 25 copied server_forgets
done
tap "the client's device becomes a bridge's" bridge_up
for address in $server_addresses; do
	benign 25 bridged
done
benign_done
