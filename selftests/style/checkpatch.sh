#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's checkpatch --strict over all C; a complaint of any level fails.
. "$(dirname "$(realpath "$0")")/tree"
require perl
kernel=$(source_of_kernel) || exit
work=$(mktemp -d)
on_exit rm -rf "$work"
mkdir "$work/include"

# What checkpatch cannot know. Lists are X-macros, whose elements are no statements.
ignore_all=COMPLEX_MACRO,MACRO_ARG_REUSE,MACRO_ARG_UNUSED,BRACKET_SPACE
# It means the kernel's own helpers; stdint and inttypes are at home outside.
ignore_user=$ignore_all,PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,CAMELCASE
ignore_user+=,ARRAY_SIZE,BIT_MACRO,USE_NEGATIVE_ERRNO,VOLATILE
# Names of commands are no function names, alignas() is no statement, and a sentence
# for people may take two lines.
ignore_user+=,EMBEDDED_FUNCTION_NAME,LINE_SPACING,SPLIT_STRING
# kselftest_harness.h: each variant is a definition of its own.
ignore_tests=$ignore_user,TRAILING_SEMICOLON,MULTISTATEMENT_MACRO_USE_DO_WHILE

# in_group NAME FILE: which of the three lists above goes for it
in_group()
{
	case $2 in
	selftests/*)			[ "$1" = tests ] ;;
	userspace/*|*/env_user.h)	[ "$1" = user ] ;;
	*)				[ "$1" = kernel ] ;;
	esac
}

# One run for many files: to start it costs as much as to check a file.
check()
{
	local group=$1 ignore=$2 file
	local files=()

	while read -r file; do
		! in_group "$group" "$file" || is_generated "$file" || files+=("$file")
	done < <(files_like '*.[ch]')
	[ ${#files[@]} -gt 0 ] || return
	silent checkpatch --ignore "$ignore" -f "${files[@]/#/$top/}"
}

# It leaves a file of names where it is run, and wants them from a kernel tree.
checkpatch()
{
	cd "$work" || return
	perl "$kernel/scripts/checkpatch.pl" --root="$work" --no-tree --strict --terse \
		--show-types --no-summary --max-line-length=100 "$@" | sed "s,^$top/,,"
}

tap_plan 3
tap "kernel" check kernel "$ignore_all"
tap "userspace" check user "$ignore_user"
tap "tests and tools" check tests "$ignore_tests"
tap_done
