#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154,SC2317 # functions run by name
#
# Mode hold, and hosts of other makes end connections: what they put into their packets
# is in selftests/tools/peer.c. They live at addresses that no kernel here has.
# RSTGUARD_IDLE (32) seconds of silence before a balancer ends it: more than 30 count.
here=$(dirname "$(realpath "$0")")
. "$here/common.sh"
. "$here/benign.sh"
. "$here/peers.sh"

idle=${RSTGUARD_IDLE:-32}

net_load
require iptables ip6tables
net_topology

# speak MAKE OPTION... STEP...: with a host of that make; prints how it ended
speak()
{
	local port

	port=$(peer_port "$1")
	in_client timeout $((idle + 60)) tcptalk -t $((idle + 20)) "${options[@]}" "$address" "$port" \
		talk=5,20 "${@:2}" | sed 's/^client: //; s/ after .*//'
}

# ended MAKE STEP...: by a reset?
ended()
{
	local got

	options=()
	got=$(speak "$@" wait)
	echo "$got"
	[[ $got == *ECONNRESET ]]
}

# A RST|ACK of the socket, a RST of none: as that make sends them.
aborts() { ended "$1" tell='reset RA'; }
forgets() { ended "$1" tell=forget sleep=100 tell=x; }

# 200 packets for others in between, on a counter that the whole host shares.
busy_counter() { ended linux tell='reset RA id=200'; }

# The last data, overtaken by the reset behind them, are no sign of life.
overtaken() { ended linux tell='reset RA seq=100; data len=100'; }

# The same, where a bare RST is first.
overtaken_by_bare() { ended linux tell='reset R seq=100; data len=100; reset R'; }

behind_hole() { ended linux tell='reset RA seq=1000' sleep=300 tell=x; }
copied() { ended linux tell='reset RA; again; again'; }

# On ports used before, a late RST of the former connection: the new one lives on, and
# that proves nothing.
ports_used_again()
{
	local got

	options=(-p 40022)
	got=$(speak linux tell=forget abort)
	[[ $got == *ok ]] || { echo "the first: $got"; return 1; }
	got=$(speak linux tell='stray' talk=5,20 sleep=300 talk=2 tell='reset RA' wait)
	echo "$got"
	[[ $got == "12 lines, ECONNRESET" ]]
}

# Silence, then: a balancer with fields of its own ends it; our packet meets a box near
# us that has forgotten it.
balancer() { ended balancer tell="wait $((idle * 1000)); reset RA ttl=255 id==40000 win=9300 ts=0"; }

near_box()
{
	local got

	options=(-p "$1")
	got=$(speak linux sleep=$((idle * 1000)) tell=x wait)
	echo "$got"
	[[ $got == *ECONNRESET ]]
}

# All at once, for they wait.
after_silence()
{
	local address pids=() pid status=0

	for address in $peer4 $peer6; do
		balancer &
		pids+=($!)
		near_box 40009 &
		pids+=($!)
	done
	sleep $((idle / 2))
	in_isp iptables -A FORWARD -p tcp --sport 40009 -j REJECT --reject-with tcp-reset
	in_isp ip6tables -A FORWARD -p tcp --sport 40009 -j REJECT --reject-with tcp-reset
	for pid in "${pids[@]}"; do
		wait "$pid" || status=1
	done
	return $status
}

peers_up || skip_all "no other makes: $(cat "$work/peer")"
tap_plan $((2 * 17 + 1 + benign_points))
benign_begin || skip_all "no events"
for address in $peer4 $peer6; do
	benign 6 aborts windows
	benign 6 forgets windows
	benign 7 aborts bsd
	benign 7 forgets bsd
	benign 8 forgets linux3
	benign 10 aborts syn-proxy
	benign 10 forgets syn-proxy
	benign 13 forgets alias-255
	benign 13 forgets alias-128
	benign 15 busy_counter
	benign 16 overtaken
	benign 16 overtaken_by_bare
	benign 17 behind_hole
	benign 22 ports_used_again
	benign 25 copied
	benign 3 aborts linux
	benign 3 forgets linux
done
address=
benign 9 after_silence
benign_done
