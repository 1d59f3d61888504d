# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Sourced after common.sh: what the kernel itself has to say, its complaints and what is
# lost in it.

splat=$net_dir/../vm/splat
kmemleak=/sys/kernel/debug/kmemleak

# quiet COMMAND...: it succeeds, and the kernel does not complain meanwhile; if it does,
# the complaint's title and top frames are printed
quiet()
{
	quiet_but '^$' "$@"
}

# quiet_but PATTERN COMMAND...: the same, where lines like that are none
quiet_but()
{
	local but=$1 status
	shift

	dmesg -C
	"$@"
	status=$?
	[ $status = 0 ] || echo "status $status: $*"
	dmesg | grep -v "$but" | "$splat" && [ $status = 0 ]
}

# --- leaks, where the kernel looks for them (see ../debug) ----------------------------

# What was lost before we came is not ours.
leaks_forget()
{
	[ -e $kmemleak ] || return
	echo scan >$kmemleak
	echo clear >$kmemleak
}

# What the kernel itself loses where allocations fail: left out by a function of the
# backtrace.
#   sysfs_slab_add	mm/slub.c: without the kobject_put() that kobject_init_and_add() asks
#			for when it fails, the copy of the cache's name is lost (seen on 6.12)
kernels_own=sysfs_slab_add

# leaks: what kmemleak has found of the others
leaks()
{
	awk -v own="$kernels_own" '
		function tell() { if (object !~ own) printf "%s", object; object = "" }
		/^unreferenced/ { tell() }
		{ object = object $0 "\n" }
		END { tell() }' $kmemleak
}

# leaks_none: what is lost now, whoever allocated it: a packet that we dropped on the floor
# is the sender's allocation. An object is told when it is 5 s old and no scan found a
# pointer to it; the second scan clears up what was on its way to be freed at the first.
leaks_none()
{
	local found

	lockdep_on || return
	sleep 6
	echo scan >$kmemleak
	sleep 6
	echo scan >$kmemleak
	found=$(leaks)
	grep -c unreferenced <<<"$found"
	head -n 60 <<<"$found"
	[ -z "$found" ]
}

# It goes off at its first report, and when its tables are full: what came after that has
# not been looked at.
lockdep_on()
{
	[ ! -e /proc/lockdep_stats ] || grep -q 'debug_locks: *1' /proc/lockdep_stats
}

# tap_leaks: a point of its own
tap_leaks()
{
	if [ -e $kmemleak ]; then
		tap "nothing is lost" leaks_none
	else
		tap_skip "nothing is lost" "this kernel does not look for leaks"
	fi
}
