# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Sourced, after demo/mail.sh: sessions with the mail server, each by a client address of
# its own and ended in one way; what rstguardd keeps of them; what mail-report says of each.

record_start()
{
	in_server rstguard policy add mail || return
	ip netns exec rstg-server rstguardd -f -l "$work/eve.json" 2>"$work/daemon" &
	on_exit kill $!
	disown
	busywait "$BUSYWAIT_TIMEOUT" watched server 1
}

# from NUMBER SESSION...: the session comes from 10.77.1.NUMBER, however it ends
from()
{
	local number=$1
	shift

	ip -n rstg-client addr add "10.77.1.$number/24" dev eth0 2>/dev/null
	ip -n rstg-client route replace default via 10.77.1.1 src "10.77.1.$number"
	"$@"
	return 0
}

# cut_from NUMBER INJECTOR TRIGGER PORT SESSION...
cut_from()
{
	local number=$1 injector=$2 trigger=$3 port=$4
	shift 4

	# shellcheck disable=SC2086 # words
	inject_start "$work/inject" -p $injector -P "$port" -t "$trigger" || return
	from "$number" "$@"
	inject_stop
	grep -c '^shot' "$work/inject"
}

smtp() # STEP...
{
	in_client tlstalk -t 50 "$server4" 587 hear='220 ' say='EHLO c.example.test' hear='250 ' "$@"
}

# Without TLS 1.2, which the server wants at least.
old_tls()
{
	echo QUIT | timeout 60 ip netns exec rstg-client openssl s_client -starttls smtp \
		-connect "$server4:587" -tls1_1 -cipher 'DEFAULT:@SECLEVEL=0' >"$work/old" 2>&1
}

report() { rstguard mail-report "$@" --events "$work/sessions.json"; }

# classed NUMBER CLASS [JQ]: the one session of that client, in the logs of all servers
classed()
{
	grep "\"10.77.1.$1\"" "$work/report" | tee "$work/one"
	[ "$(wc -l <"$work/one")" = 1 ] &&
		jq -e --arg class "$2" ".class == \$class and (${3:-true})" "$work/one" >/dev/null
}

# one_forged NUMBER...: the reset of one of these sessions was let through and is proven forged
one_forged()
{
	local number

	for number; do
		classed "$number" forged '.rst.action == "passed" and .ended == "cut"' && return
	done
	return 1
}
