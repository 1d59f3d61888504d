# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For test scripts, sourced first: TAP with one plan, network namespaces that are
# gone afterwards, waiting for states instead of seconds.
#
#	. "$(dirname "$(realpath "$0")")/../lib.sh"
#	require ip tc
#	setup_ns client router server
#	tap_plan 2
#	tap "ping arrives" ip netns exec "$client" ping -c 1 192.0.2.1
#	...
#	tap_done

KSFT_PASS=0
KSFT_FAIL=1
KSFT_SKIP=4

# What is not a state to wait for gets this long, in ms; a slow machine gets more.
BUSYWAIT_TIMEOUT=$((${RSTGUARD_SLOW:-1} * 5000))

# --- TAP ---------------------------------------------------------------------------

tap_number=0
tap_planned=
tap_failed=0

# tap_plan COUNT
tap_plan()
{
	tap_planned=$1
	echo "TAP version 13"
	echo "1..$1"
}

# tap_note TEXT...: a line for people
tap_note()
{
	printf '# %s\n' "$@"
}

# tap_notes: standard input, for people
tap_notes()
{
	sed 's/^/# /'
}

# ok NAME, not_ok NAME [WHY...]
ok()
{
	echo "ok $((++tap_number)) $1"
}

not_ok()
{
	echo "not ok $((++tap_number)) $1"
	tap_failed=$((tap_failed + 1))
	shift
	[ $# = 0 ] || tap_note "$@"
}

# tap_skip NAME WHY: this point only
tap_skip()
{
	echo "ok $((++tap_number)) $1 # SKIP $2"
}

# skip_all WHY: before a plan; nothing here can be tested
skip_all()
{
	echo "1..0 # SKIP $1"
	exit "$KSFT_SKIP"
}

# tap NAME COMMAND...: ok when the command succeeds; its output is shown when not
tap()
{
	local name=$1 output
	shift

	if output=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "failed: $*" "${output//$'\n'/$'\n'# }"
	fi
}

# tap_done: exit with the status that fits
tap_done()
{
	if [ "$tap_number" != "$tap_planned" ]; then
		tap_note "planned $tap_planned points, came to $tap_number"
		exit "$KSFT_FAIL"
	fi
	[ "$tap_failed" = 0 ] || exit "$KSFT_FAIL"
	exit "$KSFT_PASS"
}

# --- what has to be there --------------------------------------------------------------

# require TOOL...: each in PATH, else skip
require()
{
	local tool

	for tool; do
		command -v "$tool" >/dev/null || skip_all "no $tool on this machine"
	done
}

require_root()
{
	[ "$(id -u)" = 0 ] || skip_all "needs root"
}

# require_module: loaded, or loadable from $RSTGUARD_KO, or installed
require_module()
{
	[ -d /sys/module/rstguard ] && return
	if [ -n "${RSTGUARD_KO:-}" ]; then
		insmod "$RSTGUARD_KO" || skip_all "cannot load $RSTGUARD_KO"
	else
		modprobe -q rstguard || skip_all "the module rstguard is not installed"
	fi
	on_exit rmmod rstguard
}

# --- undoing ------------------------------------------------------------------------------

exit_commands=()

# on_exit COMMAND...: run at the end in reverse order, however the script ends
on_exit()
{
	exit_commands+=("$(printf '%q ' "$@")")
}

run_exit_commands()
{
	local status=$? i

	trap - EXIT
	for ((i = ${#exit_commands[@]} - 1; i >= 0; i--)); do
		eval "${exit_commands[i]}" >/dev/null 2>&1
	done
	exit "$status"
}
trap run_exit_commands EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- network namespaces ---------------------------------------------------------------------

# setup_ns NAME...: for each a namespace of its own; the variable NAME says which
setup_ns()
{
	local name ns

	require_root
	for name; do
		ns=$name-$(mktemp -u XXXXXX)
		ip netns add "$ns" || skip_all "no network namespaces here"
		on_exit cleanup_ns "$ns"
		printf -v "$name" '%s' "$ns"
		ip -n "$ns" link set lo up
	done
}

# A process left in a namespace keeps it, and its links, alive.
cleanup_ns()
{
	ip netns pids "$1" 2>/dev/null | xargs -r kill -9
	ip netns del "$1"
}

# link_ns NS IF NS IF: a cable between two namespaces, both ends up
link_ns()
{
	ip -n "$1" link add "$2" type veth peer name "$4" netns "$3"
	ip -n "$1" link set "$2" up
	ip -n "$3" link set "$4" up
}

# --- waiting -----------------------------------------------------------------------------------

# busywait MS COMMAND...: until it succeeds; its output is passed on
busywait()
{
	local deadline=$((${EPOCHREALTIME/./} + $1 * 1000)) output
	shift

	until output=$("$@" 2>/dev/null); do
		[ "${EPOCHREALTIME/./}" -lt "$deadline" ] || return 1
		sleep 0.05
	done
	[ -z "$output" ] || echo "$output"
}

# wait_port NS PORT: until something listens there
wait_port()
{
	busywait "$BUSYWAIT_TIMEOUT" port_is_open "$1" "$2"
}

port_is_open()
{
	ip netns exec "$1" ss -Hltn "sport = :$2" | grep -q .
}
