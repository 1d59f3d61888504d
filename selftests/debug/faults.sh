#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# Memory runs out at every place where the module asks for some. Each time the kernel
# goes on without complaint, connections pass, and afterwards the module works.
. "$(dirname "$(realpath "$0")")/lib.sh"

require_debug_kernel
require failnth inject
[ ! -d /sys/module/rstguard ] || skip_all "the module is in use here"
[ -n "${RSTGUARD_KO:-}" ] || skip_all "RSTGUARD_KO must name the module to load and unload"

server() { echo "ip netns exec rstg-server rstguard $*"; }

# request FUNCTION BEFORE WORD...: a command of the CLI; what its request allocates in
# that function of the kernel, ours and netlink's, fails one by one
request()
{
	local function=$1 before=$2
	shift 2

	faults_of_function "$function" || return
	# shellcheck disable=SC2046 # words
	failnth -b "$before" $(server "$@")
}

namespaces()
{
	faults_of_module && failnth unshare -n true
}

# A conversation that is not recorded is one that passes.
new_flows_pass()
{
	local before after

	before=$(counter server flow_no_memory)
	faults_percent 100
	ends_with ok $server4 talk=3,20 && ends_with ok $server6 talk=3,20
	local status=$?
	faults_percent 0
	after=$(counter server flow_no_memory)
	echo "$((after - before)) times no memory for a flow"
	[ $status = 0 ] && [ "$after" -gt "$before" ]
}

# A reset that cannot be held goes on at once: the flow was known before memory ran out.
resets_pass()
{
	local address before after status=0

	before=$(counter client hold_no_memory)
	for address in $server_addresses; do
		rm -f "$work/now" "$work/ready"
		in_client timeout 60 tcptalk -t 50 "$address" $talk_port \
			talk=5,20 until="$work/now" tell=abort wait >"$work/talk" &
		busywait 20000 eval '[ "$(in_client rstguard list flows -j |
			jq -s "map(select(.state == \"open\")) | length")" -ge 1 ]' || status=1
		faults_percent 100
		touch "$work/now"
		wait $!
		faults_percent 0
		grep -q ECONNRESET "$work/talk" || { status=1; cat "$work/talk"; }
	done
	after=$(counter client hold_no_memory)
	echo "$((after - before)) times no memory to hold"
	[ $status = 0 ] && [ "$after" -ge $((before + 2)) ]
}

# Some succeed, some not, at any place and in any order: forged and genuine resets,
# questions and their answers, events and their reader.
everything_at_random()
{
	local round reader

	ip netns exec rstg-client rstguard monitor -j >"$work/events" 2>&1 &
	reader=$!
	faults_percent 30
	for ((round = 0; round < ${RSTGUARD_FAULT_ROUNDS:-10}; round++)); do
		inject_start "$work/inject" -p gfw-1 -t bytes=80 -P $talk_port || break
		talk $server4 talk=10,30
		talk $server6 talk=3,20 tell=abort wait
		inject_stop
		in_client rstguard list flows >/dev/null
		in_client rstguard list held >/dev/null
	done
	faults_percent 0
	kill $reader
	wait $reader
	[ "$round" = "${RSTGUARD_FAULT_ROUNDS:-10}" ]
}

works()
{
	local status

	inject_start "$work/inject" -p gfw-1 -t bytes=80 -P $talk_port || return
	ends_with ok $server4 talk=10,30
	status=$?
	inject_stop
	grep -q '^shot' "$work/inject" || return
	[ $status = 0 ] && ends_with ECONNRESET $server6 talk=3,20 tell=abort wait
}

faults_setup
faults_of_all
leaks_forget
# What it needs must be there already, or a sweep would be about that.
for module in $(modinfo -F depends "$RSTGUARD_KO" | tr , ' '); do
	modprobe "$module"
done

off=$(server set mode off) hold=$(server set mode hold)
tap_plan 18
tap "load" quiet failnth -l "$RSTGUARD_KO" hashsize=1024
tap "unload" quiet failnth -u "$RSTGUARD_KO" hashsize=1024

net_load
net_topology
talk_serve 2000 || { tap_note "no server"; exit 1; }
tap "set mode hold" quiet request netlink_sendmsg "$off" set mode hold
tap "set mode off" quiet request netlink_sendmsg "$hold" set mode off
tap "set several" quiet request netlink_sendmsg true set hold-scope all max-flows 500
tap "status" quiet request netlink_sendmsg true status
tap "show stats" quiet request netlink_sendmsg true show stats
$hold
talk $server4 talk=3,20
tap "list flows" quiet request netlink_sendmsg true list flows
tap "list flows, going on" quiet request netlink_recvmsg true list flows
tap "list held" quiet request netlink_sendmsg true list held
tap "a new namespace" quiet namespaces

for end in client server; do
	ip netns exec rstg-$end rstguard set mode hold hold-scope all
done
faults_of_module
tap "new flows pass when there is no memory" quiet new_flows_pass
tap "resets pass when there is no memory" quiet resets_pass
tap "three in ten fail, everywhere" quiet everything_at_random
tap "then it works as before" quiet works
tap "as before, it lets go of a namespace" quiet unshare -n true
mode off client server
tap "it unloads" quiet rmmod rstguard
tap "nothing is lost" leaks_none
tap_done
