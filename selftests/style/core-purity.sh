#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The core takes nothing from its surroundings but what env.h gives it, does not
# depend on which one that is, and divides nothing by 64 bits: no 32-bit kernel can.
. "$(dirname "$(realpath "$0")")/tree"
require gcc nm

core=$top/kmod/core
tmp=$(mktemp -d)
on_exit rm -rf "$tmp"
mapfile -t sources < <(cd "$core" && ls ./*.c)
mapfile -t headers < <(cd "$core" && ls ./*.h)

# All that a kernel without a C library has of <string.h>, and gcc itself needs.
allowed='memcmp|memcpy|memmove|memset'
cat >"$tmp/string.h" <<-'END'
	void *memcpy(void *, const void *, __SIZE_TYPE__);
	void *memmove(void *, const void *, __SIZE_TYPE__);
	void *memset(void *, int, __SIZE_TYPE__);
	int memcmp(const void *, const void *, __SIZE_TYPE__);
END

# compile OUT FLAG...: with no header but the compiler's and that one
compile()
{
	local out=$1 source
	shift

	mkdir -p "$tmp/$out"
	for source in "${sources[@]}"; do
		gcc "$@" -std=gnu11 -O2 -Wall -Wextra -Werror -Wno-unused-parameter \
			-ffreestanding -fno-pic -fno-stack-protector -mgeneral-regs-only \
			-nostdinc -isystem "$(gcc -print-file-name=include)" -isystem "$tmp" \
			-I"$core" -include "$core/env_user.h" \
			-c -o "$tmp/$out/${source%.c}.o" "$core/$source" || return
	done
}

# wants OUT: nothing that is not of the core itself
wants()
{
	local defined

	defined=$(nm -g --defined-only "$tmp/$1"/*.o | awk 'NF == 3 { print $3 }' | paste -sd'|')
	silent sh -c "nm -u '$tmp/$1'/*.o | awk 'NF == 2 { print \$2 }' | sort -u |
		grep -vxE '$allowed|$defined' || true"
}

# A list, so that a new name in one env is not forgotten in the other.
includes()
{
	local file

	for file in "${sources[@]}" "${headers[@]}"; do
		case $file in
		./env.h|./env_user.h|./limits.h) continue ;;	# limits.h: numbers only
		esac
		grep -H '^ *# *include' "$core/$file" | grep -v '#include "[a-z]*\.h"$'
		grep -q '^#include "env.h"$' "$core/$file" || echo "$file: does not include env.h"
	done
	return 0
}

# What would tell one world from the other, and what has no place in either.
conditionals()
{
	grep -nE '__KERNEL__|CONFIG_|LINUX_VERSION|\b(float|double|printk?|printf|malloc|kmalloc)\b' \
		"$core"/*.c "$core"/*.h || true
}

# Nothing that is kept between two packets may live outside of what it is given.
state()
{
	nm "$tmp/64"/*.o | grep -E ' [bBdDC] ' || true
}

can_32()
{
	case $(gcc -dumpmachine) in
	x86_64-*|i?86-*) echo 'int f;' | gcc -m32 -x c -c -o /dev/null - 2>/dev/null ;;
	*) return 1 ;;
	esac
}

tap_plan 7
tap "includes its own headers only" silent includes
tap "no word of one world only" silent conditionals
tap "compiles without a C library" compile 64
tap "calls nothing from outside" wants 64
tap "keeps no state of its own" silent state
if can_32; then
	tap "compiles for 32 bits" compile 32 -m32
	tap "needs no 64-bit division" wants 32
else
	tap_skip "compiles for 32 bits" "this compiler is not for x86"
	tap_skip "needs no 64-bit division" "this compiler is not for x86"
fi
tap_done
