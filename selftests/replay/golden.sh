#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Generated captures against what must come out of them.
#   golden.sh [NAME...]     only these scenarios
#   RSTGUARD                the binary (default: build/rstguard)
#
# scenarios/NAME.txt says what happens, NAME.golden, reasoned and not recorded,
# has one line per RST: frame, verdict, reasons, and a trigger where one is meant. A golden that begins with a
# line {"todo": "..."} is what the judge ought to say and does not yet.
# Exit 4: nothing to run.

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
rstguard=${RSTGUARD:-$top/build/rstguard}
out=${RSTGUARD_OUT:-$top/build/replay}

echo "TAP version 13"
if ! [ -x "$rstguard" ]; then
	echo "1..0 # SKIP no $rstguard: build it first"
	exit 4
fi
if ! command -v python3 >/dev/null; then
	echo "1..0 # SKIP no python3 to generate captures with"
	exit 4
fi

if [ $# -eq 0 ]; then
	for f in "$here"/scenarios/*.txt; do
		f=${f##*/}
		set -- "$@" "${f%.txt}"
	done
fi
mkdir -p "$out" || exit 1
list=
for name; do
	list="$list scenarios/$name.txt"
done
# shellcheck disable=SC2086	# no name has a space; the path to them may
if ! (cd "$here" && python3 gen.py "$out" ${list}); then
	echo "Bail out! a scenario cannot be generated"
	exit 1
fi

echo "1..$#"
n=0
failed=0
for name; do
	n=$((n + 1))
	golden=$here/scenarios/$name.golden
	todo=$(sed -n '1s/^{"todo": *"\(.*\)"}$/ # TODO \1/p' "$golden")

	if timeout 20 "$rstguard" analyze -j --all "$out/$name.pcap" >"$out/$name.json" &&
	   python3 "$here/compare.py" "$golden" "$out/$name.json" >"$out/$name.diff"
	then
		echo "ok $n $name$todo"
	else
		echo "not ok $n $name$todo"
		sed 's/^/# /' "$out/$name.diff"
		[ -n "$todo" ] || failed=1
	fi
done
exit $failed
