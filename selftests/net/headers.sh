#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2086,SC2119,SC2120,SC2154,SC2317 # functions run by name, words
#
# A RST that its receiver acts on is judged whatever stands before it: extension headers
# by the hundred, IP options, fragments that end anywhere. Each shape kills a connection
# when nobody looks, and is held and shown to be forged when somebody does. And one that no
# host takes, for its header lies or its checksum is wrong, is nobody's to hold.
. "$(dirname "$(realpath "$0")")/common.sh"

shapes6=(plain seven hundred long medley split far-split)
shapes4=(plain options split all-split)

faults=(beyond short sum)

require python3 nft
net_load
TOPO_DELAY=5
net_topology
talk_serve 3000 || skip_all "no server"

in_client nft -f - <<-NFT || skip_all "no nft"
	table inet behind {
		counter resets {}
		chain behind_the_hook {
			type filter hook prerouting priority mangle;
			meta l4proto tcp @th,109,1 1 counter name resets
		}
	}
NFT
behind() { in_client nft -j list counter inet behind resets | jq '.nftables[1].counter.packets'; }

# shot ADDRESS SHAPE [FAULT]: what becomes of a connection that such a RST is sent to
shot()
{
	local files

	files=$(mktemp -d -p "$work")
	in_client timeout 120 python3 "$net_dir/headers.py" talk $1 $talk_port \
		$files/says $files/go >$files/end 2>&1 &
	disown
	busywait 60000 test -e $files/says || return
	in_isp timeout 60 python3 "$net_dir/headers.py" shoot $files/says "${@:2}" || return
	sleep 1
	touch $files/go
	busywait 60000 grep . $files/end
}

kills() { [ "$(shot $1 $2 | tee "$work/end")" = "Connection reset by peer" ] || { cat "$work/end"; false; }; }

is_held()
{
	local before after

	before=$(counter client rst_held)
	[ "$(shot $1 $2 | tee "$work/end")" = alive ] || { cat "$work/end"; return 1; }
	after=$(counter client rst_held)
	echo "$((after - before)) held"
	[ "$after" -gt "$before" ]
}

# It goes on as if nobody looked, and a counter says so; its receiver drops it.
is_passed()
{
	local name=bad_header counted seen

	[ $2 != sum ] || name=bad_checksum
	counted=$(counter client $name)
	seen=$(behind)
	[ "$(shot $1 plain $2 | tee "$work/end")" = alive ] || { cat "$work/end"; return 1; }
	counted=$(($(counter client $name) - counted))
	seen=$(($(behind) - seen))
	echo "$counted in $name, $seen behind the hook"
	[ $counted = 1 ] && [ $seen = 1 ]
}

tap_plan $((2 * (${#shapes6[@]} + ${#shapes4[@]} + ${#faults[@]})))
in_client rstguard set mode off
for shape in "${shapes4[@]}"; do
	tap "v4 $shape: its receiver acts on it" kills $server4 $shape
done
for shape in "${shapes6[@]}"; do
	tap "v6 $shape: its receiver acts on it" kills $server6 $shape
done
in_client rstguard set mode hold hold-scope all hold-min-ms "$floor"
for shape in "${shapes4[@]}"; do
	tap "v4 $shape: it is held" is_held $server4 $shape
done
for shape in "${shapes6[@]}"; do
	tap "v6 $shape: it is held" is_held $server6 $shape
done
for fault in "${faults[@]}"; do
	for address in $server_addresses; do
		tap "$(version_of $address) $fault: it is passed on" is_passed $address $fault
	done
done
tap_done
