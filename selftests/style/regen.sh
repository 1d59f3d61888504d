#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The generated netlink code is what its specification generates, and the reasons in
# it and in their page are those of the one list.
. "$(dirname "$(realpath "$0")")/tree"
require python3
python3 -c 'import yaml' 2>/dev/null || skip_all "python3 has no yaml here"
source_of_kernel >/dev/null || exit

tap_plan 2
tap "netlink code as specified" "$selftests/style/regen"
tap "reasons as listed" "$selftests/style/reasons"
tap_done
