# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# For the scripts in this folder that run in the machine, sourced first: what
# ../net/common.sh has, and the detectors of the debug kernel.

debug_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=../net/common.sh
. "$debug_dir/../net/common.sh"
PATH=$build/debug:$PATH

debugfs=/sys/kernel/debug

require_debug_kernel()
{
	require_root
	[ -e $debugfs/kmemleak ] && [ -d $debugfs/failslab ] ||
		skip_all "not the debug kernel: see build-kernel"
}

# --- complaints ------------------------------------------------------------------------

# quiet COMMAND...: it succeeds, and the kernel does not complain meanwhile; if it does,
# the complaint's title and top frames are printed
quiet()
{
	local status

	dmesg -C
	"$@"
	status=$?
	[ $status = 0 ] || echo "status $status: $*"
	dmesg | "$debug_dir/../vm/splat" && [ $status = 0 ]
}

# --- leaks -------------------------------------------------------------------------------

# What was lost before we came is not ours.
leaks_forget()
{
	echo scan >$debugfs/kmemleak
	echo clear >$debugfs/kmemleak
}

# leaks_none: what is lost now, whoever allocated it: a packet that we dropped on the floor
# is the sender's allocation. An object is told when it is 5 s old and no scan found a
# pointer to it; the second scan clears up what was on its way to be freed at the first.
leaks_none()
{
	sleep 6
	echo scan >$debugfs/kmemleak
	sleep 6
	echo scan >$debugfs/kmemleak
	leaks_show
	! grep -q unreferenced $debugfs/kmemleak
}

leaks_show()
{
	grep -c unreferenced $debugfs/kmemleak
	head -n 60 $debugfs/kmemleak
}

# --- allocations that fail -----------------------------------------------------------------

# Both kinds of allocation, sleeping ones too, one page too, no line about each.
faults_setup()
{
	local kind

	for kind in failslab fail_page_alloc; do
		fault $kind probability 0
		fault $kind interval 1
		fault $kind times -1
		fault $kind space 0
		fault $kind verbose 0
		fault $kind task-filter N
		fault $kind ignore-gfp-wait N
		fault $kind stacktrace-depth 32
	done
	fault failslab cache-filter N
	fault fail_page_alloc ignore-gfp-highmem N
	fault fail_page_alloc min-order 0
	on_exit faults_of_all
	on_exit faults_percent 0
}

fault() # KIND NAME VALUE
{
	echo "$3" >"$debugfs/$1/$2"
}

faults_range() # START END
{
	local kind

	for kind in failslab fail_page_alloc; do
		fault $kind require-start "$1"
		fault $kind require-end "$2"
	done
}

# Only what is allocated by the module or on its behalf, in whatever context.
faults_of_module()
{
	local text size

	text=$(cat /sys/module/rstguard/sections/.text)
	size=$(cat /sys/module/rstguard/coresize)
	faults_range "$text" "$((text + size))"
}

# Only below this function of the kernel.
faults_of_function() # NAME
{
	local start end

	read -r start end < <(sort /proc/kallsyms |
		awk -v name="$1" '$3 == name { start = $1; next }
			start && $1 != start { print "0x" start, "0x" $1; exit }')
	[ -n "$end" ] || return
	faults_range "$start" "$end"
}

faults_of_all()
{
	faults_range 0 18446744073709551615
}

# faults_percent N: so many of them fail, in every task and outside of tasks
faults_percent()
{
	fault failslab probability "$1"
	fault fail_page_alloc probability "$1"
}
