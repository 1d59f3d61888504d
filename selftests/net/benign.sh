# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced, after common.sh, by the tests in which everything is genuine. Both ends are
# in mode hold with hold-scope $RSTGUARD_SCOPE (all): every reset of an established
# connection waits, its sender is asked, and nobody may be found alive who is not.
#
# A point for each way to end a connection; at the end two for the counters, and a
# table of what was said of each, from the events.

scope=${RSTGUARD_SCOPE:-all}
benign_points=2

benign_begin()
{
	local end

	for end in client server; do
		in_ns "$end" rstguard set mode hold hold-scope "$scope" || return
	done
	listen client server
}

# benign NUMBER CHECK...: one of the list of scenarios, to $address, if it has one
benign()
{
	local name client server

	name="$1 ${*:2}${address:+, $(version_of "$address")}"
	mapfile -t client <"$work/events.client"
	mapfile -t server <"$work/events.server"
	printf '{"name":"%s","client":%d,"server":%d}\n' \
		"$name" ${#client[@]} ${#server[@]} >>"$work/marks"
	tap "$name" "${@:2}"
}

# All resets of a connection belong to where the first was told of: those that were
# held are told of again when they are released.
table()
{
	local end

	for end in client server; do
		jq -rs --slurpfile mark "$work/marks" --arg to $end '
			to_entries | map(select(.value.event_type == "rst")) |
			group_by(.value | [.src_ip, .src_port, .dest_ip, .dest_port] | sort) | .[] |
			.[0].key as $line | map(.value) |
			map(select(.action == "released").rst.after_ms) as $late |
			map(select(.rst.verdict != "genuine") | "\(.rst.verdict) \(.action)") as $bad |
			([$mark[] | select(.[$to] <= $line).name] | last) +
			" | to the \($to): \(map(select(.action != "released")) | length) told" +
			", score \(map(.rst.score) | max) (\(map(.rst.reasons[]) | unique | join(" ")))" +
			if $late == [] then "" else ", held \($late | max) ms" end +
			if $bad == [] then "" else ", " + ($bad | join(", ")) end
		' "$work/events.$end"
	done | sort -k 1,1n -k 2
}

nobody_accused()
{
	sums | tee "$work/sums" |
		jq -e '.rst_suspect == 0 and .rst_dropped == 0 and .rst_proven_forged == 0' >/dev/null ||
		{ cat "$work/sums"; return 1; }
}

# What had nowhere to go, or found no room, was not held.
all_released()
{
	busywait "$BUSYWAIT_TIMEOUT" none_held
	sums | tee "$work/sums" |
		jq -e '.rst_held == .rst_released and .hold_device_gone == 0' >/dev/null ||
		{ cat "$work/sums"; return 1; }
}

benign_done()
{
	tap "what was held was released" all_released
	tap "nobody was accused" nobody_accused
	table | tap_notes
	tap_done
}

# For what is over without a reset that reaches anybody.
no_reset()
{
	local seen=(rst_genuine rst_unscored rst_no_flow rst_suspect) before after

	before=$(at_both "${seen[@]}")
	"$@" || return
	after=$(at_both "${seen[@]}")
	[ "$before" = "$after" ] || { echo "$before resets before, $after after"; return 1; }
}

# Refusals, and what comes after a FIN: resets that save nobody by waiting.
not_held()
{
	local before

	before=$(at_both rst_held)
	"$@" && [ "$(at_both rst_held)" = "$before" ]
}
