#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All scripts for bash and sh through shellcheck, down to warnings.
. "$(dirname "$(realpath "$0")")/tree"
require shellcheck

check()
{
	silent shellcheck --severity=warning --external-sources --source-path=SCRIPTDIR \
		--format=gcc "$1"
}

mapfile -t files < <(all_files | while read -r file; do
	! is_shell "$file" || echo "$file"
done)
tap_each check "${files[@]}"
