#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Does the machine have what the tests lean on? Run in the guest by selftest.sh; the first
# thing that is missing ends it, with its command on the console.
#
#   client 10.9.1.2 --- 10.9.1.1 router 10.9.2.1 --- 10.9.2.2 server
#                              netem 20 ms
set -eux

for ns in client router server; do
	ip netns add $ns
	ip -n $ns link set lo up
done
ip link add c netns client type veth peer name rc netns router
ip link add s netns server type veth peer name rs netns router
ip -n client addr add 10.9.1.2/24 dev c
ip -n router addr add 10.9.1.1/24 dev rc
ip -n router addr add 10.9.2.1/24 dev rs
ip -n server addr add 10.9.2.2/24 dev s
for end in client/c router/rc router/rs server/s; do
	ip -n ${end%/*} link set ${end#*/} up
done
ip -n client route add default via 10.9.1.1
ip -n server route add default via 10.9.2.1
ip netns exec router sysctl -qw net.ipv4.ip_forward=1

# netem, conntrack and NAT: modules of their own, loaded on demand
ip netns exec router tc qdisc add dev rs root netem delay 20ms
ip netns exec router nft -f - <<-EOF
	table ip nat {
		chain out {
			type nat hook postrouting priority srcnat;
			oif rs masquerade
		}
	}
EOF
ip netns exec router iptables -A FORWARD -p tcp --tcp-flags RST RST -j DROP
rtt=$(ip netns exec client ping -c 3 -q 10.9.2.2 | sed -n 's,^rtt.*= [^/]*/\([0-9]*\).*,\1,p')
[ "$rtt" -ge 20 ]

# a TCP connection through all of it, seen by conntrack, tcpdump, and the host
ip netns exec server timeout 30 nc -l 10.9.2.2 7000 >/results/received &
ip netns exec router timeout 30 tcpdump -q -U -i rs -w /results/rs.pcap tcp 2>/results/tcpdump.log &
tcpdump=$!
for _ in $(seq 100); do
	[ "$(ip netns exec server ss -Hltn 'sport = 7000' | wc -l)" = 1 ] &&
		grep -q 'listening on' /results/tcpdump.log && break
	sleep 0.1
done
echo over the net | ip netns exec client timeout 20 nc -N 10.9.2.2 7000
ip netns exec router conntrack -L -p tcp | grep 'dport=7000'
grep -x 'over the net' /results/received
sleep 0.5	# tcpdump writes behind
kill $tcpdump
wait $tcpdump || true
[ "$(tcpdump -nr /results/rs.pcap 2>/dev/null | wc -l)" -ge 6 ]

for program in postfix doveadm openvpn swaks sshd iperf3 nginx; do
	command -v $program
done
dovecot --version
openssl version
[ -w /root ]
! touch "$(dirname "$0")/must-stay-clean"
