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

server() { echo "nsenter --net=/run/netns/rstg-server rstguard $*"; }

# That memory ran out is what the kernel may say, with a trace: not a complaint here.
fails_well()
{
	quiet_but 'Call Trace:' "$@"
}

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
		talk_then=(tell=abort wait)
		talk_begin "$address" talk=5,20 || return
		faults_percent 100
		talk_go | tee "$work/talk"
		faults_percent 0
		grep -q ECONNRESET "$work/talk" || status=1
	done
	after=$(counter client hold_no_memory)
	echo "$((after - before)) times no memory to hold"
	[ $status = 0 ] && [ "$after" -ge $((before + 2)) ]
}

# Some succeed, some not, at any place and in any order: forged and genuine resets,
# questions and their answers, events and their reader.
everything_at_random()
{
	local round reader rounds=${RSTGUARD_FAULT_ROUNDS:-3}

	nsenter --net=/run/netns/rstg-client rstguard monitor -j >"$work/events" 2>&1 &
	reader=$!
	faults_percent 30
	for ((round = 0; round < rounds; round++)); do
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
	[ $round = $rounds ]
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
leaks_forget
# What it needs must be there already, or a sweep would be about that.
for module in $(modinfo -F depends "$RSTGUARD_KO" | tr , ' '); do
	modprobe "$module"
done

off=$(server set mode off) hold=$(server set mode hold)
# A closed flow is forgotten after a minute, which a sweep takes longer than.
known="nsenter --net=/run/netns/rstg-client tcptalk -t 8 $server4 $talk_port talk=2"
mail=$(server policy add mail) flush=$(server policy flush)
tap_plan 20
faults_of_function do_one_initcall
tap "load" fails_well failnth -l "$RSTGUARD_KO" hashsize=1024
faults_of_all
tap "unload" fails_well failnth -u "$RSTGUARD_KO" hashsize=1024

net_load
export TOPO_DELAY=0
net_topology
talk_serve 20000 || { tap_note "no server"; exit 1; }
mode hold client server
in_client rstguard set hold-scope all
faults_of_module
tap "new flows pass when there is no memory" fails_well new_flows_pass
tap "resets pass when there is no memory" fails_well resets_pass
tap "three in ten fail, everywhere" fails_well everything_at_random
tap "then it works as before" quiet works

tap "set mode off" fails_well request netlink_sendmsg "$hold" set mode off
tap "set mode hold" fails_well request netlink_sendmsg "$off" set mode hold
$hold
tap "status" fails_well request netlink_sendmsg true status
tap "show stats" fails_well request netlink_sendmsg true show stats
tap "list flows" fails_well request netlink_sendmsg "$known" list flows
tap "list flows, going on" fails_well request netlink_recvmsg "$known" list flows
tap "policy add" fails_well request netlink_sendmsg "$flush" policy add mail
tap "list policies" fails_well request netlink_sendmsg "$mail" list policies
tap "policy del" fails_well request netlink_sendmsg "$mail" policy del mail
tap "list held" fails_well request netlink_sendmsg true list held
tap "a new namespace" fails_well namespaces
tap "as before, it lets go of a namespace" quiet unshare -n true
mode off client server
tap "it unloads" quiet rmmod rstguard
tap_leaks
tap_done
