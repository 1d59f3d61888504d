#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154
#
# Nobody is accused: RSTGUARD_SESSIONS (40) sessions of each of postfix, exim and dovecot,
# with STARTTLS, in TLS from the start and in the clear, some of them given up by the
# client as clients do. Nothing is noticed or suspected, all that is held is let go; and then
# something is noticed, to see that it would have been.
. "$(dirname "$(realpath "$0")")/common.sh"
# shellcheck source=stories.sh
. "$net_dir/stories.sh"

sessions=${RSTGUARD_SESSIONS:-40}
ways=20		# shares of them, below

TOPO_DELAY=20
net_load
require openssl dovecot postconf socat nft jq tlstalk
net_topology
demo_dir=$work
chmod 755 "$work"	# the servers read there with less than root's rights
for part in ../demo/mail mailbox exim; do
	# shellcheck source=/dev/null
	. "$net_dir/$part.sh"
done
require "$exim"

# --- the sessions -----------------------------------------------------------------------------

# SHARE PORT STEP...: as many sessions as that share is, half of them by each IP version
have()
{
	local n=$(((sessions * $1 + 2 * ways - 1) / (2 * ways))) port=$2 address pids=() pid good=y
	shift 2

	for address in $server_addresses; do
		in_client tlstalk -n $n "$address" "$port" "$@" >"$work/had.$address" 2>&1 &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || good=
	done
	had=$((had + 2 * n))
	[ -z "$good" ] || return
	echo "at $port, as told: $*"
	cat "$work"/had.*
	status=1
}

ehlo=(hear='220 ' say='EHLO client.example.test' hear='250 ')
starttls=("${ehlo[@]}" say=STARTTLS hear='220 ')
ehlo_in_tls=(say='EHLO client.example.test' hear='250 ')
goodbye=(say=QUIT hear=221 wait)
login=(say="AUTH PLAIN $(printf '\0%s\0%s' sam correct-horse | base64)" hear=235)
mail=(say='MAIL FROM:<sam@example.test>' hear=250 say='RCPT TO:<alex@example.test>' hear=250
	say=DATA hear=354 say='Subject: STARTTLS' say= say=XXXXXXXX say=. hear=250)

# [STEP...]: how the server wants to be logged in to
smtp_sessions()
{
	local had=0 status=0

	have 4 587 "${starttls[@]}" tls "${ehlo_in_tls[@]}" "$@" "${mail[@]}" "${goodbye[@]}"
	have 4 465 tls "${ehlo[@]}" "$@" "${mail[@]}" "${goodbye[@]}"
	have 2 25 "${starttls[@]}" tls "${ehlo_in_tls[@]}" "${goodbye[@]}"
	have 2 587 "${starttls[@]}" tls
	have 1 465 tls "${ehlo[@]}"
	have 1 25 "${ehlo[@]}" "${goodbye[@]}"
	have 1 25 "${ehlo[@]}"
	have 1 587 hear=220
	have 1 25 "${starttls[@]}" distrust
	have 1 465 distrust
	have 1 25 "${ehlo[@]}" abort
	have 1 587 "${starttls[@]}" tls "${ehlo_in_tls[@]}" abort
	echo "$had sessions"
	return $status
}

list=(hear='* OK' say='a1 CAPABILITY' hear='a1 OK')
imap_starttls=("${list[@]}" say='a2 STARTTLS' hear='a2 OK')
imap_login=(say='a3 LOGIN sam correct-horse' hear='a3 OK' say='a4 SELECT INBOX' hear='a4 OK')
logout=(say='a9 LOGOUT' hear='a9 OK' wait)
capa=(hear=+OK say=CAPA hear=.)
stls=("${capa[@]}" say=STLS hear=+OK)
pop3_login=(say='USER sam' hear=+OK say='PASS correct-horse' hear=+OK say=STAT hear=+OK)
quit=(say=QUIT hear=+OK wait)

mailbox_sessions()
{
	local had=0 status=0

	have 3 143 "${imap_starttls[@]}" tls "${imap_login[@]}" "${logout[@]}"
	have 2 993 tls hear='* OK' "${imap_login[@]}" "${logout[@]}"
	have 1 143 "${imap_starttls[@]}" tls
	have 1 143 "${list[@]}" "${logout[@]}"
	have 1 143 "${list[@]}"
	have 1 143 "${imap_starttls[@]}" distrust
	have 1 143 "${list[@]}" abort
	have 3 110 "${stls[@]}" tls "${pop3_login[@]}" "${quit[@]}"
	have 2 995 tls hear=+OK "${pop3_login[@]}" "${quit[@]}"
	have 1 110 hear=+OK say=STLS hear=+OK tls
	have 1 110 "${capa[@]}" "${quit[@]}"
	have 1 110 "${capa[@]}"
	have 1 110 "${stls[@]}" distrust
	have 1 110 "${capa[@]}" abort
	echo "$had sessions"
	return $status
}

# --- what is said of them -----------------------------------------------------------------------

# SESSIONS: were so many seen, and nothing wrong with any? Not twice as many, at both ends:
# of those which take the ports of another soon after it some are not counted as new.
nobody_accused()
{
	local wrong=(starttls_tampered rst_suspect rst_proven_forged rst_dropped)

	busywait "$BUSYWAIT_TIMEOUT" none_held
	sums
	grep -hE '"action":"dropped"|"verdict":"(suspect|forged)"' "$work"/events.* | head -n 20
	nothing_noticed && [ "$(at_both "${wrong[@]}")" = 0 ] &&
		[ "$(at_both rst_held)" = "$(at_both rst_released)" ] &&
		[ "$(at_both flow_new)" -ge "$1" ]
}

port_is_closed() { ! port_is_open rstg-server "$1"; }
make_way() { mail_stop; busywait 20000 port_is_closed 25; }

# EHLO, as far as it goes
ehlo()
{
	in_client tlstalk -t 20 "$server4" 25 "${ehlo[@]}" "${goodbye[@]}" >"$work/dialog" 2>&1
}

on_exit mail_stop
mailbox_start || skip_all "no IMAP and POP3 server"
mail_start || skip_all "no mail server"

tap_plan 8
listen client server
mode hold client server
tap "IMAP and POP3, by dovecot" mailbox_sessions
tap "nobody is accused" nobody_accused "$sessions"
tap "SMTP, by postfix" smtp_sessions "${login[@]}"
tap "nobody is accused" nobody_accused $((2 * sessions))
make_way
exim_start || tap_note "no other mail server"
tap "SMTP, by exim" smtp_sessions
tap "nobody is accused" nobody_accused $((3 * sessions))
tap "STARTTLS taken away" rewritten 25 '' '/STARTTLS/d' ehlo client starttls-absent
tap "it is counted" test "$(at_both starttls_tampered)" = 1
tap_note "$(at_both rst_held) resets were held, and let go"
tap_done
