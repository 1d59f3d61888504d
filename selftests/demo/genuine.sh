# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Sourced: resets that the peer really sent, and what the client makes of them.

genuine_port=7007

genuine_start()
{
	ip netns exec rstg-server tcptalk -l -t 3000 $genuine_port >"$demo_dir/tcptalk" 2>&1 &
	disown
	for ((i = 0; i < 50; i++)); do
		grep -qs ready "$demo_dir/tcptalk" && return
		sleep 0.1
	done
	return 1
}

# The client gives up after 5 s; prints the errno and how long it waited for it.
genuine_ask()
{
	timeout 20 ip netns exec rstg-client tcptalk -t 5 "$server4" "$@" | sed 's/.*, //'
}

# What happened | port and steps | what the client must see
genuine_cases=(
	"closed port|7008|ECONNREFUSED"
	"server aborts (SO_LINGER 0)|$genuine_port talk=2,50 tell=abort wait|ECONNRESET"
	"server process killed|$genuine_port talk=2,50 tell=kill sleep=200 tell=bye wait|ECONNRESET"
)
