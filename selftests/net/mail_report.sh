#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2016,SC2034,SC2154,SC2317 # functions run by name
#
# rstguard mail-report over what postfix and dovecot write here, and what rstguardd keeps
# beside it: each session by an address of its own, ended in one way each.
. "$(dirname "$(realpath "$0")")/common.sh"

TOPO_DELAY=20
net_load
require openssl swaks postconf dovecot curl rstguardd tlstalk
net_topology
demo_dir=$work
chmod 755 "$work"	# the servers read there with less than root's rights
# shellcheck source=../demo/mail.sh
. "$net_dir/../demo/mail.sh"
# shellcheck source=mailbox.sh
. "$net_dir/mailbox.sh"
# shellcheck source=mailsessions.sh
. "$net_dir/mailsessions.sh"

mail_wants_tls12()
{
	in_server postconf -c "$demo_dir/postfix" -e 'smtpd_tls_protocols = >=TLSv1.2' \
		'smtpd_tls_mandatory_protocols = >=TLSv1.2' &&
		in_server kill -HUP "$(tr -d ' ' <"$demo_dir/postfix/queue/pid/master.pid")"
}

# With postscreen in front of 25, as a server has it that other servers send mail to.
mail_wants_postscreen()
{
	in_server postconf -c "$demo_dir/postfix" -M 'smtp/inet=smtp inet n - n - 1 postscreen' \
		'smtpd/pass=smtpd pass - - n - - smtpd' &&
		in_server postconf -c "$demo_dir/postfix" -e 'postscreen_greet_wait = 4s' &&
		in_server kill -HUP "$(tr -d ' ' <"$demo_dir/postfix/queue/pid/master.pid")"
}

on_exit mail_stop
mail_start || skip_all "no mail server"
mail_wants_tls12 || skip_all "the mail server does not take its settings"
mailbox_start || skip_all "no IMAP and POP3 server"

fetch()
{
	in_client timeout 60 curl -s --ssl-reqd --insecure --max-time 25 "$1://$server4/" \
		--user "$mail_user:$mail_password"
}

sessions()
{
	mode monitor client server
	from 11 mail_send 587
	# Not curl, which leaves behind its LOGOUT without the answer, and may so reset.
	from 12 in_client tlstalk -t 50 "$server4" 143 hear='* OK' say='a1 CAPABILITY' \
		hear='a1 OK' say='a2 STARTTLS' hear='a2 OK' tls \
		say="a3 LOGIN $mail_user $mail_password" hear='a3 OK' \
		say='a9 LOGOUT' hear='a9 OK' wait
	# The client gets the answer and goes on within 2 s: at the server that is the proof.
	# The injector takes what a stalled machine sends again for that answer now and then,
	# so there are three.
	for number in 13 31 32; do
		cut_from $number "iran-2013 -b server" starttls-reply 587 \
			smtp say=STARTTLS hear='220 ' tls
	done
	cut_from 14 t-mobile starttls 587 mail_send 587
	cut_from 15 "iran-2013 -b server" client-hello 993 fetch imaps
	from 16 smtp abort
	from 17 old_tls
	from 18 smtp say=STARTTLS hear='220 ' distrust
	from 19 in_client tlstalk -t 50 "$server4" 25 hear='220 '
	from 20 smtp wait	# smtpd_timeout is 30 s
	mode hold client server
	for end in client server; do
		in_ns $end rstguard set hold-min-ms 1500
	done
	cut_from 21 t-mobile starttls 587 mail_send 587
	cut_from 22 t-mobile client-hello 993 fetch imaps
	mode off server
	from 23 in_client tlstalk -t 50 "$server4" 25 hear='220 '
	mode monitor server
	mail_wants_postscreen
	sleep 2
	from 24 in_client tlstalk -t 50 "$server4" 25 hear='220 ' say='EHLO c.example.test' \
		hear='250 ' say=QUIT hear=221 wait
	# Gone within postscreen_greet_wait, what was said to it unread.
	from 25 in_client timeout 1 bash -c "exec 3<>/dev/tcp/$server4/25; sleep 50"
}

tap_plan 19
record_start || skip_all "the daemon did not start: $(cat "$work/daemon")"
sessions >"$work/sessions.out" 2>&1
sleep 2	# for the last lines of the logs
cat "$mail_log" "$mailbox_dir/log" >"$work/maillog"
tap "both logs and the daemon's make a report" \
	eval 'report --log "$work/maillog" -j >"$work/report" && cat "$work/report" |
		jq -se ".[-1].event_type == \"mail-summary\""'
tap "a mail that was sent" classed 11 closed '.ended == "well"'
tap "a mailbox that was looked into" classed 12 closed
tap "forged, and let through" one_forged 13 31 32
tap "forged or suspect, where both ends were reset" \
	eval 'classed 14 forged || classed 14 suspect'
# Reset behind its ClientHello, the client has nothing to say that would prove it.
tap "forged, and nobody to prove it" classed 15 suspect
tap "a genuine reset" classed 16 reset
tap "a TLS that is too old" classed 17 closed '.why == "tls-version"'
# It closes with the rest of the handshake unread.
tap "a certificate that is not trusted" classed 18 reset '.why == "unknown-ca"'
tap "a scanner" classed 19 closed '.why == "scanner"'
tap "a client that fell silent" classed 20 timeout
tap "a mail that lived on" classed 21 forged '.rst.action == "dropped" and .went_on'
tap "a mailbox as well" classed 22 forged '.rst.action == "dropped" and .went_on'
tap "nothing, where nothing was watched" classed 23 nothing
tap "whom postscreen lets pass" classed 24 closed '.ended == "well"'
tap "a scanner that it sees" classed 25 reset '.why == "scanner"'
tap "for people" eval 'report --log "$work/maillog" | tee "$work/text" | grep -q forged'
tap "nor can it be of the host itself" grep -q '"127.0.0.1".*from this host itself' "$work/report"
tap "no other session is there" \
	eval 'jq -se "map(select(.event_type == \"mail-session\")) | length == 17" <(grep -v "\"127.0.0.1\"" "$work/report")'
tap_note "the report:"
tap_notes <"$work/text"
tap_done
