# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
#
# Sourced: the path that a connection takes, in network namespaces of our own.
#
#   rstg-client                    rstg-isp                      rstg-server
#    eth0 ------------------ client      server ------------------ eth0
#    10.77.1.2            10.77.1.1      10.77.2.1            10.77.2.2
#    fd77:1::2            fd77:1::1      fd77:2::1            fd77:2::2
#
# The long way, $TOPO_DELAY ms in each direction, lies between the router and the server
# ($TOPO_NEAR=client, a box of the client's provider), or half of it on each side of
# the router ($TOPO_NEAR=none). The router takes $TOPO_HOPS off each TTL, itself included:
# client and server see each other that far away. What the injector sends there escapes
# that, and the way before it.
#
# With $TOPO_DOORS each end has a router of its own, which whatever the injector sends
# to it passes:
#
#   rstg-client         rstg-client-door            rstg-isp
#    eth0 ------------ host          isp ---------- client     and so on to the server
#    10.77.1.2    10.77.1.1   10.77.11.2            10.77.11.1

TOPO_DELAY=${TOPO_DELAY:-40}
TOPO_NEAR=${TOPO_NEAR:-client}
TOPO_HOPS=${TOPO_HOPS:-10}
TOPO_INJECTOR_HOPS=${TOPO_INJECTOR_HOPS:-4}
TOPO_DOORS=${TOPO_DOORS:-}

client4=10.77.1.2 client6=fd77:1::2
server4=10.77.2.2 server6=fd77:2::2

# Not `ip netns exec`, which mounts a /sys of its own for each command: that is most of
# what a short one takes in an emulated machine.
in_ns() { nsenter --net="/run/netns/rstg-$1" -- "${@:2}"; }
in_client() { in_ns client "$@"; }
in_isp() { in_ns isp "$@"; }
in_server() { in_ns server "$@"; }

# cable NS IF NET ROUTER IF: the first end is .2 of its network, the second .1
topo_cable()
{
	local ns=$1 if=$2 n=$3 router=$4 port=$5

	ip link add name "$if" netns "rstg-$ns" type veth peer name "$port" netns "rstg-$router"
	ip -n "rstg-$ns" addr add "10.77.$n.2/24" dev "$if"
	ip -n "rstg-$ns" addr add "fd77:$n::2/64" dev "$if" nodad
	ip -n "rstg-$router" addr add "10.77.$n.1/24" dev "$port"
	ip -n "rstg-$router" addr add "fd77:$n::1/64" dev "$port" nodad
	ip -n "rstg-$ns" link set "$if" up
	ip -n "rstg-$router" link set "$port" up
	ip -n "rstg-$ns" route add default via "10.77.$n.1"
	ip -n "rstg-$ns" route add default via "fd77:$n::1"
}

# ns NAME [router]
topo_ns()
{
	ip netns add "rstg-$1"
	ip -n "rstg-$1" link set lo up
	[ -z "${2:-}" ] || in_ns "$1" sysctl -qw net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
}

# link NS NUMBER: join a host to the router
topo_link()
{
	local ns=$1 n=$2

	topo_ns "$ns"
	if [ -z "$TOPO_DOORS" ]; then
		topo_cable "$ns" eth0 "$n" isp "$ns"
		return
	fi
	topo_ns "$ns-door" router
	topo_cable "$ns-door" isp "1$n" isp "$ns"
	topo_cable "$ns" eth0 "$n" "$ns-door" host
	ip -n rstg-isp route add "10.77.$n.0/24" via "10.77.1$n.2"
	ip -n rstg-isp route add "fd77:$n::/64" via "fd77:1$n::2"
}

topo_up()
{
	topo_down
	topo_ns isp router
	topo_link client 1
	topo_link server 2
	if [ "$TOPO_DELAY" -gt 0 ]; then
		in_isp tc qdisc add dev server root netem delay "${TOPO_DELAY}ms" limit 10000
		if [ "$TOPO_NEAR" = client ]; then
			in_server tc qdisc add dev eth0 root netem delay "${TOPO_DELAY}ms" limit 10000
		else
			in_isp tc qdisc add dev client root netem delay "${TOPO_DELAY}ms" limit 10000
		fi
	fi
	if [ "$TOPO_HOPS" -gt 1 ]; then
		in_isp iptables -t mangle -A PREROUTING -j TTL --ttl-dec $((TOPO_HOPS - 1))
		# Neighbour discovery insists on 255.
		in_isp ip6tables -t mangle -A PREROUTING -p tcp -j HL --hl-dec $((TOPO_HOPS - 1))
	fi
}

# Whatever was left behind, by an earlier run too.
topo_down()
{
	local ns pids

	for ns in rstg-{client,isp,server}{,-door}; do
		[ -e "/run/netns/$ns" ] || continue
		pids=$(ip netns pids "$ns")
		# shellcheck disable=SC2086 # one word each
		[ -z "$pids" ] || kill -9 $pids 2>/dev/null
		ip netns del "$ns"
	done
	return 0
}

# inject_start LOG OPTION...: the injector, in the router; sets $inject_pid
inject_start()
{
	local log=$1 i
	shift

	: >"$log"
	# Not in_isp: a function in the background is a shell of its own, which would get
	# the signal meant for the injector.
	ip netns exec rstg-isp inject -i client -j server -H "$TOPO_INJECTOR_HOPS" "$@" >"$log" 2>&1 &
	inject_pid=$!
	for ((i = 0; i < 100; i++)); do
		[[ $'\n'$(<"$log") != *$'\n'ready* ]] || return 0
		sleep 0.05
	done
	echo "inject did not start: $(cat "$log")" >&2
	return 1
}

inject_stop()
{
	kill "$inject_pid" 2>/dev/null
	wait "$inject_pid" 2>/dev/null
	return 0
}
