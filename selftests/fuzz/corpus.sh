#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each fuzzer repeats what it knows: generated seeds, every beginning of each of them,
# and what was found before (corpus/). Nothing new is looked for: see `make fuzz`.
selftests=$(realpath "$(dirname "$(realpath "$0")")/..")
. "$selftests/lib.sh"
require make clang python3

fuzz=$selftests/fuzz
out=$(realpath "$selftests/..")/build/fuzz
# What make was called with for the tests is not meant for this build.
unset MAKEFLAGS MFLAGS
work=$(mktemp -d)
on_exit rm -rf "$work"

# An input cut short anywhere must not be read beyond its end.
cut_all()
{
	python3 - "$1" "$2" <<-'END'
		import sys
		from pathlib import Path
		for seed in Path(sys.argv[1]).iterdir():
		    octets = seed.read_bytes()
		    for end in range(len(octets)):
		        (Path(sys.argv[2]) / f"{seed.name}.{end}").write_bytes(octets[:end])
	END
}

repeat()
{
	local name=$1 dirs=("$out/seeds/$1" "$work/$1")

	mkdir -p "$work/$name"
	cut_all "$out/seeds/$name" "$work/$name"
	[ ! -d "$fuzz/corpus/$name" ] || dirs+=("$fuzz/corpus/$name")
	# artifacts of a failure are of no use here: the input has a name already
	"$out/${name}_fuzz" -runs=0 -timeout=10 -artifact_prefix="$work/" "${dirs[@]}"
}

mapfile -t names < <(cd "$fuzz" && printf '%s\n' *_fuzz.c | sed 's/_fuzz\.c$//')
tap_plan $((${#names[@]} + 1))
tap "fuzzers build" make -s -C "$fuzz" O="${out%/fuzz}"
for name in "${names[@]}"; do
	tap "$name" repeat "$name"
done
tap_done
