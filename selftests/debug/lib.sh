# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# For the scripts in this folder that run in the machine, sourced first: what those of
# ../net have, and the failures that the debug kernel can inject.

debug_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck source=../net/common.sh
. "$debug_dir/../net/common.sh"
# shellcheck source=../net/kernel.sh
. "$net_dir/kernel.sh"
PATH=$build/debug:$PATH

debugfs=/sys/kernel/debug

require_debug_kernel()
{
	require_root
	[ -e $kmemleak ] && [ -d $debugfs/failslab ] ||
		skip_all "not the debug kernel: see build-kernel"
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
	faults_of_all
	on_exit faults_of_all
	on_exit faults_percent 0
	# That an allocation failed is told with a trace, which is no complaint here: each
	# point looks for those. The machine still looks at the taint.
	on_exit dmesg -n 5
	dmesg -n 1
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
	# Half of all addresses are negative to a shell, which the kernel does not take.
	faults_range "$text" "$(printf '0x%x' $((text + size)))"
}

# Only below this function of the kernel.
faults_of_function() # NAME
{
	local start end

	# By address, as the kernel lists them.
	read -r start end < <(awk -v name="$1" '$3 == name { start = $1; next }
		start && $1 != start { print "0x" start, "0x" $1; exit }' /proc/kallsyms)
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
