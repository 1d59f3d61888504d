#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The long tests in a virtual machine with the pinned kernel 6.12.
exec "$(dirname "$(realpath "$0")")/check" 6.12
