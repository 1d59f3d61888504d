#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154,SC2317 # functions run by name
#
# One capture, read by `rstguard analyze` and sent past the module: same verdicts, same
# scores, same reasons. The captures are those of selftests/replay; in RSTGUARD_CAPTURES
# others may be named, files or folders below the tree.
#
#    rstg-agree
#	far ------------------- near
#	playback sends		PRE_ROUTING, and playback's recording
#
# What analyze gets is the recording, so that both have the same times of arrival. All
# captures are sent side by side: one machine, one table, one recording.
. "$(dirname "$(realpath "$0")")/common.sh"

# Longer pauses are cut to this many ms: enough for a flow that was reset to expire, and
# for silence of minutes there is no time.
longest=12000
# ms from one capture's beginning to the next one's: 50 events a second are sent.
step=100
# A packet that was more us off than this may have changed what is made of timing: half
# of the shortest time that means something in the scenarios.
late_max=2000

net_load
require playback python3
# The same two hosts are in most scenarios: each gets a client of its own.
mkdir "$work/scenarios"
awk -v to="$work/scenarios" '
	FNR == 1 { n++; first = 1; file = FILENAME; sub(".*/", to "/", file) }
	$1 == "host" && first {
		sub(/ [0-9.]+:/, " 10.77." n ".2:")
		sub(/ \[.*\]:/, " [fd77:" n "::2]:")
		first = 0
	}
	{ print >file }' "$net_dir"/../replay/scenarios/*.txt
python3 "$net_dir/../replay/gen.py" "$work" "$work"/scenarios/*.txt
captures=("$work"/*.pcap)
mend=()
if [ -n "${RSTGUARD_CAPTURES:-}" ]; then
	# shellcheck disable=SC2086 # several
	mapfile -t captures < <(find $RSTGUARD_CAPTURES -type f | sort)
	# Those of others were cut short, and their addresses exchanged.
	mend=(-m)
	step=1000
fi

wire_up()
{
	ip netns add rstg-agree || return
	on_exit cleanup_ns rstg-agree
	ip -n rstg-agree link add name far mtu 65535 type veth peer name near mtu 65535 &&
		in_ns agree sysctl -qw net.ipv6.conf.far.disable_ipv6=1 &&
		ip -n rstg-agree link set far up &&
		ip -n rstg-agree link set near up &&
		mode monitor agree
}

stats_say() { in_ns agree rstguard show stats -j | jq -e "$1" >/dev/null; }

# Each reset that was sent is counted, and each event written down?
all_told()
{
	local sent

	sent=$(jq -s 'map(.resets | length) | add' "$work/sent")
	stats_say ".rst_genuine + .rst_suspect + .rst_unscored + .rst_no_flow == $sent and
		.rst_genuine + .rst_suspect + .rst_unscored + .rst_proven_forged == .event_sent and
		.event_sent == $(wc -l <"$work/live")"
}

nothing_lost()
{
	in_ns agree rstguard show stats
	stats_say '.event_rate_limited + .event_queue_full + .event_no_memory +
		.bad_checksum + .bad_header + .flow_table_full == 0'
}

# What analyze says of what has arrived, and of the captures themselves.
judge()
{
	local i refused files=()

	mapfile -t refused < <(jq -r 'has("refused")' "$work/sent")
	for i in "${!captures[@]}"; do
		[ "${refused[i]}" = true ] || files+=("${captures[i]}")
	done
	rstguard analyze -j -a "$work/wire" >"$work/wire.json"
	rstguard analyze -j -a "${files[@]}" >"$work/file.json"
	jq -nr --argjson late_max $late_max --argjson no_flow "$(counter agree rst_no_flow)" \
		--slurpfile sent "$work/sent" --slurpfile live "$work/live" \
		--slurpfile wire "$work/wire.json" --slurpfile file "$work/file.json" \
		-f "$net_dir/agree.jq"
}

# Where the two are not alike: a capture's checksums may be nobody's fault (rstguard(8)).
checksum_matters()
{
	local file=$work/gfw-1.pcap before
	before=$(wc -l <"$work/live")

	# Its last packet ends in the checksum of a reset and the urgent pointer.
	printf '\0\0' | dd of="$file" bs=1 seek=$(($(stat -c %s "$file") - 4)) conv=notrunc status=none
	in_ns agree playback -p 10 -w "$work/spoilt" far near "$file" &&
		busywait "$BUSYWAIT_TIMEOUT" test "$(counter agree bad_checksum)" = 1 &&
		[ "$(wc -l <"$work/live")" = "$before" ] &&
		rstguard analyze -j -a "$work/spoilt" | grep '"rsts":1,'
}

wire_up || skip_all "no wire"
in_ns agree rstguard monitor -j -a >"$work/live" &
on_exit kill $!
busywait "$BUSYWAIT_TIMEOUT" watched agree 1

tap_plan $((${#captures[@]} + 6))
tap_note "$SECONDS s: sending"
send_all()
{
	in_ns agree playback "${mend[@]}" -p $longest -s $step -w "$work/wire" far near \
		"${captures[@]}" >"$work/sent"
}
tap "what is sent arrives" send_all
tap_note "$SECONDS s: sent"
tap "each reset is seen and told of" busywait "$BUSYWAIT_TIMEOUT" all_told
tap "nothing was lost on the way" nothing_lost
while IFS=$'\t' read -r status name why; do
	case $status in
	ok) ok "$name" ;;
	skip) tap_skip "$name" "$why" ;;
	note) tap_note "$name" ;;
	*) not_ok "$name" "${why//\\n/$'\n'# }" ;;
	esac
done < <(judge)
tap "a reset with a wrong checksum: not judged live, but offline" checksum_matters
tap_note "$SECONDS s"
tap_done
