#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each kernel-doc comment fits what it stands above: names, parameters, members.
. "$(dirname "$(realpath "$0")")/tree"
require perl
kernel=$(source_of_kernel) || exit

check()
{
	silent perl "$kernel/scripts/kernel-doc" -none -Werror "$1"
}

mapfile -t files < <(files_like '*.[ch]' | while read -r file; do
	! grep -q '^/\*\*$' "$file" || echo "$file"
done)
tap_each check "${files[@]}"
