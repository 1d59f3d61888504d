#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What run promises: no program fails, crashes, hangs or does less than it planned
# without being called failed, and in CI nothing is skipped that nobody named.
selftests=$(dirname "$(realpath "$0")")
. "$selftests/lib.sh"
require python3

# run finds settings and skips beside itself: a copy, so that the test has its own.
work=$(mktemp -d)
on_exit rm -rf "$work"
mkdir "$work/selftests" "$work/selftests/slow" "$work/selftests/both"
cp "$selftests/run" "$work/selftests/"
echo "known.sh because of *" >"$work/selftests/skips"
echo "timeout=30" >"$work/selftests/settings"
echo "timeout=1" >"$work/selftests/slow/settings"

# program NAME: a test program, its text on standard input
program()
{
	{ echo '#!/bin/sh'; cat; } >"$work/selftests/$1"
	chmod +x "$work/selftests/$1"
}

# said STATUS LAST TEXT... -- PROGRAM...: run ends with that status and closing line,
# and has said each text
said()
{
	local status=$1 last=$2 got
	local texts=()
	shift 2

	while [ "$1" != -- ]; do
		texts+=("$1")
		shift
	done
	shift
	out=$(CI=${ci:-} "$work/selftests/run" -o "$work/results" "${@/#/$work/selftests/}" 2>&1)
	got=$?
	echo "$out"
	if [ "$got" != "$status" ] || [ "${out##*$'\n'}" != "$last" ]; then
		echo "wanted status $status and: $last; got $got"
		return 1
	fi
	for text in "${texts[@]}"; do
		[[ $out == *"$text"* ]] || { echo "does not say: $text"; return 1; }
	done
}

# gone MARK: no process has that mark in its arguments
gone()
{
	busywait 2000 nobody "$1"
}

nobody()
{
	! grep -qsF "$1" /proc/[0-9]*/cmdline
}

program good.sh <<'END'
echo "TAP version 13"
echo "1..2"
echo "ok 1 one"
echo "# a remark"
echo "    ok 7 a subtest"
echo "ok 2 two"
END
program bad.sh <<'END'
echo "1..2"; echo "ok 1 one"; echo "# this is why"; echo "not ok 2 the second"; exit 1
END
program unsaid.sh <<'END'
echo "1..1"; echo "not ok 1 one"
END
program unexplained.sh <<'END'
echo "1..1"; echo "ok 1 one"; exit 3
END
program few.sh <<'END'
echo "1..3"; echo "ok 1 one"; echo "ok 2 two"
END
program many.sh <<'END'
echo "1..1"; echo "ok 1 one"; echo "ok 2 two"
END
program jump.sh <<'END'
echo "1..2"; echo "ok 1 one"; echo "ok 3 two"
END
program twice.sh <<'END'
echo "1..1"; echo "ok 1 one"; echo "1..1"
END
program planless.sh <<'END'
echo "ok 1 one"
END
program silent.sh <<'END'
:
END
program crash.sh <<'END'
echo "1..1"; echo "ok 1 one"; kill -SEGV $$
END
program bail.sh <<'END'
echo "1..2"; echo "ok 1 one"; echo "Bail out! no more memory"; exit 1
END
program slow/late.sh <<'END'
echo "1..1"; sleep 60.125
END
program leaves.sh <<'END'
echo "1..1"; sleep 60.875 & echo "ok 1 one"
END
program skips.sh <<'END'
echo "no quantum computer here"; exit 4
END
program known.sh <<'END'
echo "1..0 # SKIP because of the weather"; exit 4
END
program one.sh <<'END'
echo "1..2"; echo "ok 1 one"; echo "ok 2 two # SKIP because of rain"
END
program todo.sh <<'END'
echo "1..2"; echo "ok 1 one"; echo "not ok 2 two # TODO some day"
END
# Each waits for the other one.
echo "parallel=1" >"$work/selftests/both/settings"
for i in 1 2; do
	program both/$i.sh <<-END
		echo "1..1"; touch $work/$i
		for n in 1 2 3 4 5 6 7 8 9 10; do [ -e $work/$((3 - i)) ] && echo "ok 1 met" && exit; sleep 0.5; done
	END
done
echo "no program" >"$work/selftests/unrunnable.sh"

tap_plan 22
tap "all is well" said 0 "2 passed, 0 failed, 0 skipped" "ok   good.sh: 2 passed" -- good.sh
tap "several programs add up" said 0 "4 passed, 0 failed, 0 skipped" -- good.sh good.sh
tap "a failed point fails, and is shown with what led to it" said 1 \
	"1 passed, 1 failed, 0 skipped" "FAIL bad.sh" "# this is why" "failed: the second" -- bad.sh
tap "after a failure the others run still" said 1 "3 passed, 1 failed, 0 skipped" -- bad.sh good.sh
tap "a failed point with status 0" said 1 "0 passed, 2 failed, 0 skipped" \
	"exit status 0, though a point failed" -- unsaid.sh
tap "a status that no point explains" said 1 "1 passed, 1 failed, 0 skipped" \
	"exit status 3, though no point failed" -- unexplained.sh
tap "fewer points than planned" said 1 "2 passed, 1 failed, 0 skipped" \
	"planned 3 points, printed 2" -- few.sh
tap "more points than planned" said 1 "2 passed, 1 failed, 0 skipped" \
	"planned 1 points, printed 2" -- many.sh
tap "a point left out" said 1 "2 passed, 1 failed, 0 skipped" "point 3 where 2 was due" -- jump.sh
tap "two plans" said 1 "1 passed, 1 failed, 0 skipped" "two plans" -- twice.sh
tap "no plan" said 1 "1 passed, 1 failed, 0 skipped" "no plan" -- planless.sh
tap "no output at all" said 1 "0 passed, 1 failed, 0 skipped" "no plan" -- silent.sh
tap "a crash" said 1 "1 passed, 1 failed, 0 skipped" "killed by SIGSEGV" -- crash.sh
tap "bailing out" said 1 "1 passed, 2 failed, 0 skipped" "Bail out! no more memory" -- bail.sh
tap "being late, by the settings of the folder" said 1 "0 passed, 2 failed, 0 skipped" \
	"not done after 1 s" -- slow/late.sh
tap "nothing is left of it" gone 60.125
tap "nor of what a program left behind" eval \
	'said 0 "1 passed, 0 failed, 0 skipped" -- leaves.sh && gone 60.875'
tap "what cannot be run" said 1 "0 passed, 1 failed, 0 skipped" "cannot be run" -- unrunnable.sh
tap "status 4 is a skip, and a point may be one" said 0 "1 passed, 0 failed, 2 skipped" \
	"no quantum computer here" "two: because of rain" -- skips.sh one.sh
tap "a point still to be done is no failure" said 0 "2 passed, 0 failed, 0 skipped" -- todo.sh
tap "side by side, by the settings of the folder" said 0 "4 passed, 0 failed, 0 skipped" -- \
	good.sh both/1.sh both/2.sh
ci=true
tap "in CI a skip has to be named" said 1 "0 passed, 1 failed, 2 skipped" \
	"skip not named in selftests/skips" -- known.sh skips.sh
tap_done
