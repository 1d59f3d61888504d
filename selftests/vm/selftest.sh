#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# selftest.sh [KERNEL...]	does "run" tell the truth: statuses, splats, arguments, results
#
# The first kernel (default: those of lane "check") gets every test, the others the two
# that differ by kernel. TAP; each boot is 7 s on an idle host, the machine limits them all.
set -uo pipefail
. "$(dirname "$(realpath "$0")")/lib.sh"

seconds=240	# a boot with a command of a moment, on a host under load
point=0 failed=0

# ok STATUS NAME: one TAP point; on failure what the machine said follows as comment
ok()
{
	point=$((point + 1))
	if [ "$1" = 0 ]; then
		echo "ok $point - $2"
	else
		failed=$((failed + 1))
		echo "not ok $point - $2"
		sed 's/^/# /' "$work/said"
	fi
}

# boot STATUS ARGUMENT...: does "run ARGUMENT..." end with that status
boot()
{
	local want=$1 status=0

	shift
	"$vm_dir/run" -k "$kernel" "$@" >"$work/said" 2>&1 || status=$?
	[ $status = "$want" ] && return
	echo "selftest: wanted status $want, got $status" >>"$work/said"
	return 1
}

says()
{
	grep -qE -- "$1" "$work/said"
}

test_facilities()
{
	boot 0 -t $seconds -r "$work/results" -- "$vm_dir/guest-selftest.sh" &&
		[ -s "$work/results/rs.pcap" ] && [ -s "$work/results/console.log" ]
	ok $? "$kernel: namespaces, netem, NAT, conntrack, servers, results"
	rm -rf "$work/results"
}

test_warning()
{
	boot 99 -t $seconds -- insmod "$complain" && says 'splat:.*WARNING:' &&
		says 'splat: .*complain_warn'
	ok $? "$kernel: a WARNING is status 99 and its place is named"
}

test_arguments()
{
	# shellcheck disable=SC2016 # for the guest
	(cd "$vm_dir" && boot 7 -t $seconds -- bash -c \
		'echo WARNING: BUG: "($#)($1)($2)($3)($PWD)"; exit 7' sh 'a  b' '' $'$c\n*"\\') &&
		says "WARNING: BUG: \(3\)\(a  b\)\(\)\(.c\$" &&
		says "^\*\"\\\\\)\($vm_dir\)"
	ok $? "status, arguments, directory pass; what the command prints is no splat"
}

test_false()
{
	boot 1 -t $seconds -- false
	ok $? "false is 1"
}

test_missing()
{
	boot 127 -t $seconds -- no-such-program
	ok $? "no such program is 127"
}

test_oops()
{
	# shellcheck disable=SC2016 # for the guest
	boot 99 -t $seconds -- bash -c 'insmod "$1" oops=1; true' sh "$complain" &&
		says 'splat: .*complain_oops'
	ok $? "an oops is 99 although the command said 0"
}

test_panic()
{
	boot 99 -t $seconds -- bash -c 'echo c >/proc/sysrq-trigger' &&
		says 'splat: .*(panic|BUG|Oops)'
	ok $? "a panic is 99"
}

test_no_status()
{
	boot 125 -t $seconds -- bash -c 'echo b >/proc/sysrq-trigger; sleep 60'
	ok $? "a machine that just ends is 125"
}

test_timeout()
{
	boot 124 -t 5 -- sleep 1000 && says 'timeout after 5 s'
	ok $? "too slow is 124"
}

test_no_script()
{
	local status=0

	"$vm_dir/check" "$kernel" volume.sh >"$work/said" 2>&1 || status=$?
	[ $status = 2 ] && says '^check: volume.sh: no such script'
	ok $? "a test script that is not there is refused"
}

for kernel; do
	[[ $kernel != -* ]] || usage
done
kernels=${*:-$("$vm_dir/fetch-kernel" -l check)} || exit
# shellcheck disable=SC2086 # names without spaces
set -- $kernels

mkdir -p "$build/vm"
work=$(mktemp -d "$build/vm/selftest.XXXXXX")
trap 'rm -rf "$work"' EXIT

# What this host lacks is found out before anything counts as a failure.
kernel=$1 status=0
boot 0 -t $seconds -- true || status=$?
if grep -q 'got 4$' "$work/said"; then
	echo "1..0 # SKIP $(head -n 1 "$work/said")"
	exit 4
fi

first=(arguments false missing oops panic no_status timeout no_script)
echo TAP version 13
echo "1..$((1 + $# * 2 + ${#first[@]}))"
ok $status "true is 0"
for kernel; do
	complain=$(test_module complain "$kernel") || complain=/does/not/build
	test_facilities
	test_warning
	for name in "${first[@]}"; do
		"test_$name"
	done
	first=()
done
[ $failed = 0 ]
