#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The generated netlink code is what its specification generates.
. "$(dirname "$(realpath "$0")")/tree"
require python3
python3 -c 'import yaml' 2>/dev/null || skip_all "python3 has no yaml here"
source_of_kernel >/dev/null || exit

tap_plan 1
tap "netlink code as specified" "$selftests/style/regen"
tap_done
