#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every file says in its first line, after "#!" if there is one, what licence it is
# under, in the kind of comment that the kernel asks for.
. "$(dirname "$(realpath "$0")")/tree"

both='((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)'

check()
{
	local licence='GPL-2.0-only' before='# ' after='' line

	case $1 in
	*.c)		before='// ' ;;
	*.h)		before='/* ' after=' */' ;;
	*.rst)		before='.. ' ;;
	*/man/*)	before='.\" ' ;;
	esac
	if [[ $1 == *.yaml ]] || is_generated "$1"; then
		licence=$both
	fi
	line=$(sed -n '/^#!/d; p; q' "$1")
	[ "$line" = "${before}SPDX-License-Identifier: $licence$after" ] ||
		{ echo "$line"; return 1; }
}

# Texts for people, outputs to compare with, inputs for fuzzers: no place for it.
mapfile -t files < <(all_files |
	grep -v -e '^COPYING$' -e '^README$' -e '\.golden$' -e '/corpus/' \
		-e '^selftests/replay/mail/')
tap_each check "${files[@]}"
