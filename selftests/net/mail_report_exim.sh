#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2154,SC2317 # functions run by name
#
# rstguard mail-report over what exim writes here, and what rstguardd keeps beside it: each
# session by an address of its own, ended in one way each. First with the log as it is by
# default, then with all connections in it.
. "$(dirname "$(realpath "$0")")/common.sh"

TOPO_DELAY=20
net_load
require openssl rstguardd tlstalk
net_topology
demo_dir=$work
chmod 755 "$work"	# the server reads there with less than root's rights
for part in ../demo/mail exim mailsessions; do
	# shellcheck source=/dev/null
	. "$net_dir/$part.sh"
done
require "$exim"

# exim_with [LINE...]
exim_with()
{
	exim_start 'smtp_receive_timeout = 15s' \
		'tls_require_ciphers = NORMAL:-VERS-TLS1.1:-VERS-TLS1.0' "$@"
}

mail=(say='EHLO c.example.test' hear='250 ' say='MAIL FROM:<sam@example.test>' hear=250
	say='RCPT TO:<alex@example.test>' hear=250 say=DATA hear=354
	say='Subject: exim' say= say=Hello say=. hear=250 say=QUIT hear=221 wait)

# sessions BASE: the clients have the numbers BASE + 1 to BASE + 15
sessions()
{
	local i

	mode monitor client server
	from $(($1 + 1)) smtp say=STARTTLS hear='220 ' tls "${mail[@]}"
	# The client gets the answer and goes on within 2 s: at the server that is the proof.
	for i in 3 14 15; do
		cut_from $(($1 + i)) "iran-2013 -b server" starttls-reply 587 \
			smtp say=STARTTLS hear='220 ' tls
	done
	cut_from $(($1 + 4)) t-mobile starttls 587 smtp say=STARTTLS hear='220 ' tls "${mail[@]}"
	# Reset behind its ClientHello, the client has nothing to say that would prove it.
	cut_from $(($1 + 5)) "iran-2013 -b server" client-hello 465 \
		in_client tlstalk -t 50 "$server4" 465 tls
	from $(($1 + 6)) smtp abort
	from $(($1 + 7)) old_tls
	from $(($1 + 8)) smtp say=STARTTLS hear='220 ' distrust
	from $(($1 + 9)) in_client tlstalk -t 50 "$server4" 25 hear='220 '
	from $(($1 + 10)) smtp wait	# smtp_receive_timeout
	mode hold client server
	for end in client server; do
		in_ns $end rstguard set hold-min-ms 1500
	done
	cut_from $(($1 + 11)) t-mobile starttls 587 smtp say=STARTTLS hear='220 ' tls "${mail[@]}"
	cut_from $(($1 + 12)) t-mobile client-hello 465 in_client tlstalk -t 50 "$server4" 465 \
		tls hear='220 ' "${mail[@]}"
	mode off server
	from $(($1 + 13)) in_client tlstalk -t 50 "$server4" 25 hear='220 '
}

# in_log BASE: what exim tells of in any case
in_log()
{
	tap "a mail that was sent" classed $(($1 + 1)) closed '.ended == "well"'
	tap "forged, and let through" one_forged $(($1 + 3)) $(($1 + 14)) $(($1 + 15))
	tap "forged or suspect, where both ends were reset" \
		eval "classed $(($1 + 4)) forged || classed $(($1 + 4)) suspect"
	tap "forged, and nobody to prove it" classed $(($1 + 5)) suspect
	tap "a TLS that is too old" classed $(($1 + 7)) closed '.why == "tls-version"'
	# The client closes with the rest of the handshake unread.
	tap "a certificate that is not trusted" classed $(($1 + 8)) reset '.why == "tls-unreadable"'
	tap "a client that fell silent" classed $(($1 + 10)) timeout
	tap "a mail that lived on" classed $(($1 + 11)) forged '.rst.action == "dropped" and .went_on'
	tap "another one" classed $(($1 + 12)) forged '.rst.action == "dropped" and .went_on'
}

exim_with || skip_all "no mail server"
record_start || skip_all "the daemon did not start: $(cat "$work/daemon")"
sessions 10 >"$work/sessions.out" 2>&1
exim_stop
exim_with 'log_selector = +smtp_connection +incoming_port' || exit
sessions 110 >>"$work/sessions.out" 2>&1
sleep 2	# for the last lines of the log

tap_plan 23
tap "its log and the daemon's make a report" \
	eval 'report --log "$exim_log" -j >"$work/report" && cat "$work/report" |
		jq -se ".[-1].event_type == \"mail-summary\""'
in_log 10
in_log 110
tap "a genuine reset" classed 116 reset
tap "a scanner" classed 119 closed '.why == "scanner"'
tap "nothing, where nothing was watched" classed 123 nothing
# All 14 with all connections in the log. By default the three that are reset at STARTTLS are
# mentioned only if the TLS handshake had begun; one of them was asked for above.
tap "each session is there once" \
	eval 'jq -se "map(select(.event_type == \"mail-session\").client_ip) |
		length == (unique | length) and (length | . >= 23 and . <= 25) and
		(map(select(test(\"^10.77.1.1[0-9][0-9]$\"))) | length == 14)" <(grep -v "\"127.0.0.1\"" "$work/report")'
tap_note "the log:"
tap_notes <"$exim_log"
report --log "$exim_log" >"$work/text"
tap_note "the report:"
tap_notes <"$work/text"
tap_done
