#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The long tests in a virtual machine with the pinned kernel 6.12.
here=$(dirname "$(realpath "$0")")
exec "$here/check" "$("$here/../vm/fetch-kernel" -l check | grep '^6[.]12[.]')"
