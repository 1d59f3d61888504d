#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The netlink specification, laid out as those of the kernel are.
. "$(dirname "$(realpath "$0")")/tree"
require yamllint

# As Documentation/netlink/ in Linux has it, but for our line length.
rules='{
	extends: default,
	rules: {
		document-start: disable,
		brackets: { max-spaces-inside: 1 },
		line-length: { max: 100 },
	},
}'

check()
{
	silent yamllint --strict --format parsable --config-data "${rules//$'\t'/ }" "$1"
}

mapfile -t files < <(files_like '*.yaml' '*.yml')
tap_each check "${files[@]}"
