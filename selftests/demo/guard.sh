# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced: the module, on both ends of the path.

guard_load()
{
	local needs

	# Not installed, so modprobe does not know what it needs.
	needs=$(modinfo -F depends "$RSTGUARD_KO")
	# shellcheck disable=SC2086 # a comma-separated list
	modprobe -a ${needs//,/ } && insmod "$RSTGUARD_KO" || return
	# An emulated machine on a busy host stands still for longer than a peer that lives
	# may take to say so.
	in_client rstguard set hold-min-ms 1500 && in_server rstguard set hold-min-ms 1500 &&
		guard_mode drop && guard_watch
}

# MODE: for both ends; the router never gets one
guard_mode()
{
	in_server rstguard set mode "$1" && in_client rstguard set mode "$1"
}

# `rstguard monitor` on both ends, one JSON line for each RST it judged.
guard_watch()
{
	local end

	for end in client server; do
		: >"$demo_dir/events.$end"
		ip netns exec "rstg-$end" rstguard monitor -j >>"$demo_dir/events.$end" \
			2>"$demo_dir/monitor.$end" &
		disown
	done
	sleep 2	# until both have subscribed: no line says so
}

guard_events() { cat "$demo_dir"/events.* 2>/dev/null; }

# Put away what was shown so far: events are counted for one attack at a time.
guard_clear()
{
	local end

	for end in client server; do
		[ -e "$demo_dir/events.$end" ] || continue
		cat "$demo_dir/events.$end" >>"$demo_dir/all-events.$end"
		: >"$demo_dir/events.$end"
	done
}

# INJECT_LOG: what became of each RST in there, by the events since guard_clear:
# "6 held, 6 proven" or "4 dropped at once, 2 let through (score 17..20), 4 proven".
guard_summary()
{
	sleep 0.3	# events come from a work queue
	guard_events | jq -rs --arg log "$(grep '^shot' "$1" | sed 's/.* seq=\([0-9]*\).*/\1/')" '
		($log | split("\n")) as $forged |
		map(select(.event_type == "rst")) |
		(map(select(.rst.proof != null)) | length) as $proven |
		map(select((.rst.tcp.flags | startswith("RST")) and
			(.rst.tcp.seq | tostring | IN($forged[])))) |
		map(select(.action == "none" or .action == "released") | .rst.score) as $passed |
		def told($action; $words): map(select(.action == $action)) | length |
			if . == 0 then empty else "\(.) \($words)" end;
		[told("dropped"; "dropped at once"), told("held"; "held"),
		if $passed == [] then empty else
			"\($passed | length) let through (score \($passed | min)..\($passed | max))" end,
		if $proven == 0 then empty else "\($proven) proven" end] | join(", ")'
}
