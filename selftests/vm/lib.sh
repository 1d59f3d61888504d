# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Where things are and which kernels are meant; sourced by the scripts beside it.

vm_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
top=$(realpath "$vm_dir/../..")
build=$top/build
kernels_file=$vm_dir/kernels

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

# list_kernels [LANE]: the pinned kernels of one lane, or all, default first
list_kernels()
{
	if [ -n "${RSTGUARD_KERNELS:-}" ]; then
		tr -s ' ' '\n' <<<"$RSTGUARD_KERNELS"
	else
		awk -v lane="${1:-}" '!/^#/ && NF && (lane == "" || $2 == lane) { print $1 }' \
			"$kernels_file"
	fi
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

# apt_knows PACKAGE: has a version that can be installed
apt_knows()
{
	[[ $(apt-cache policy "$1" 2>/dev/null) == *"  Candidate: "[!\(]* ]]
}

# A fresh CI machine has no package lists yet.
apt_update_once()
{
	[ "$(id -u)" = 0 ] && [ -z "${apt_updated:-}" ] || return 0
	apt_updated=1
	echo "${0##*/}: apt-get update" >&2
	apt-get -q update >&2
}
