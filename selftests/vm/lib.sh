# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Where things are, and what ends a script; sourced by the scripts beside it.

vm_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
top=$(realpath "$vm_dir/../..")
build=$top/build

# die TEXT: the caller or the archive is at fault
die()
{
	echo "${0##*/}: $*" >&2
	exit 2
}

# skip TEXT: this host cannot do it (kselftest's skip)
skip()
{
	echo "${0##*/}: $*" >&2
	exit 4
}

# usage: the comment block at the top of the script, without the licence line
usage()
{
	awk 'NR > 2 && !/^#/ { exit } NR > 2 { sub(/^# ?/, ""); print }' "$0" >&2
	exit 2
}

need()
{
	local tool

	for tool; do
		command -v "$tool" >/dev/null ||
			skip "needs $tool on this host: see $vm_dir/host-deps"
	done
}

# test_module NAME KERNEL: build the module that is NAME.c here for it, print its path
test_module()
{
	local dir=$build/vm/$1/$2

	mkdir -p "$dir"
	cp -u "$vm_dir/$1.c" "$dir"
	echo "obj-m := $1.o" >"$dir/Kbuild"
	make -s -C "$("$vm_dir/kdir" "$2")" M="$dir" modules >"$dir/log" 2>&1 && echo "$dir/$1.ko"
}

kernel_dir()
{
	echo "$build/kernels/$1"
}

. "$vm_dir/apt.sh"
