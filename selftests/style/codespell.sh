#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Spelling of everything that people read.
. "$(dirname "$(realpath "$0")")/tree"
require codespell

# Not misspelt: OPT-IN of tools, a plural of many keep-alive segments.
words=keep-alives,iif

mapfile -t files < <(all_files | grep -v -e '^COPYING$' -e '\.golden$' -e '/corpus/')
tap_plan 1
tap "${#files[@]} files" silent codespell --ignore-words-list="$words" "${files[@]}"
tap_done
