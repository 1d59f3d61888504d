#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154
#
# Does the debug kernel find what it is for? One bug of each kind (bugs.c), and the
# report must name the function that has it. The console of this machine is full of
# complaints, so it has a boot of its own.
. "$(dirname "$(realpath "$0")")/lib.sh"

require_debug_kernel
bugs=$build/debug/bugs/$(uname -r)/bugs.ko
[ -e "$bugs" ] || skip_all "no $bugs"

# found NAME PATTERN: load the bug; the complaint fits the pattern and names it
found()
{
	local name=$1 pattern=$2

	dmesg -C
	insmod "$bugs" bug="$name" || return
	rmmod bugs
	dmesg | tee "$work/dmesg" | "$splat" >"$work/splat"
	cat "$work/splat"
	head -n 1 "$work/splat" | grep -qE "$pattern" && grep -q "bug_$name" "$work/dmesg"
}

found_leak()
{
	leaks_forget
	insmod "$bugs" bug=leak && rmmod bugs
	! leaks_none >"$work/leak" || return
	cat "$work/leak"
	# The frames of a module that has gone are bare addresses.
	grep -q unreferenced "$work/leak"
}

# The tracker says who took the reference that is not given back.
found_device()
{
	ip link add doomed type dummy || return
	dmesg -C
	insmod "$bugs" bug=device || return
	ip link del doomed	# comes back when the bug's work gives up the device
	rmmod bugs
	dmesg | tee "$work/dmesg" | "$splat" | tee "$work/splat"
	grep -q 'unregister_netdevice: waiting for doomed' "$work/splat" &&
		grep -q bug_device "$work/dmesg"
}

work=$(mktemp -d)
on_exit rm -rf "$work"

# Lockdep switches itself off at its first report of a lock, and at KASAN's.
tap_plan 8
tap "kmemleak finds a leak" found_leak
tap "the reference tracker names who holds a device" found_device
tap "a counter that was 0 is told" found refcount 'refcount_t: addition on 0'
tap "a timer that is freed while armed" found timer 'ODEBUG: free active'
tap "sleeping under a spinlock" found sleep 'BUG: sleeping function called from invalid context'
tap "a RCU pointer read outside" found rcu 'suspicious RCU usage'
tap "locks taken in two orders" found lock_order 'possible circular locking'
tap "use after free" found use_after_free 'KASAN: slab-use-after-free'
tap_done
