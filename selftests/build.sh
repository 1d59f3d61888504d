#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything that is shipped builds without a warning: the module for each pinned
# kernel with W=1 and sparse, the programs with gcc and clang.
selftests=$(dirname "$(realpath "$0")")
. "$selftests/lib.sh"
require make gcc clang sparse

top=$(realpath "$selftests/..")
out=$top/build/check-build
# What make was called with for the tests is not meant for these builds.
unset MAKEFLAGS MFLAGS
kernels=$("$selftests/vm/fetch-kernel" -l check) || exit
mapfile -t kernels <<<"$kernels"

# build_module KERNEL: from nothing, or what was fine before would not be looked at
build_module()
{
	local log=$out/$1.log

	rm -rf "${out:?}/$1"
	make -C "$top" modules KERNEL="$1" MODULE="$out/$1" \
		KBUILD_ARGS="W=1 C=2 CF=-D__CHECK_ENDIAN__" >"$log" 2>&1 ||
		{ tail -n 40 "$log"; return 1; }
	clean "$log"
}

# build_programs COMPILER
build_programs()
{
	local log=$out/programs-$1.log

	rm -rf "$out/programs-$1"
	make -C "$top/userspace" O="$out/programs-$1" CC="$1" >"$log" 2>&1 ||
		{ tail -n 40 "$log"; return 1; }
	clean "$log"
}

# clean LOG: no warning but that the kernel had another release of the same compiler
clean()
{
	! grep -i -A 5 -e 'warning' "$1" | grep -v 'the compiler differs from'
}

mkdir -p "$out"
tap_plan $((${#kernels[@]} + 2))
for kernel in "${kernels[@]}"; do
	if "$selftests/vm/kdir" "$kernel" >/dev/null; then
		tap "module for $kernel" build_module "$kernel"
	else
		tap_skip "module for $kernel" "its headers cannot be had"
	fi
done
for compiler in gcc clang; do
	tap "programs with $compiler" build_programs "$compiler"
done
tap_done
