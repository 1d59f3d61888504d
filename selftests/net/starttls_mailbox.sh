#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2034,SC2154
#
# As starttls.sh, where mail is fetched: dovecot's IMAP and POP3, and vsftpd, with curl
# for their client, cut at the moment that the injector waits for; and a box in the path
# that rewrites what dovecot says of STARTTLS.
. "$(dirname "$(realpath "$0")")/common.sh"
# shellcheck source=stories.sh
. "$net_dir/stories.sh"

TOPO_DELAY=30
TOPO_NEAR=none	# nobody answers before the injector has shot
net_load
require openssl dovecot vsftpd curl tlstalk socat nft
net_topology
demo_dir=$work
chmod 755 "$work"	# the servers read there with less than root's rights
# shellcheck source=../demo/mail.sh
. "$net_dir/../demo/mail.sh"
# shellcheck source=mailbox.sh
. "$net_dir/mailbox.sh"
# shellcheck source=ftp.sh
. "$net_dir/ftp.sh"
mailbox_start || skip_all "no IMAP and POP3 server"
ftp_start || skip_all "no FTP server"

# PROTOCOL [ADDRESS]: a list of what is there, all of it in TLS
fetch()
{
	in_client timeout 60 curl -sv --ssl-reqd --insecure --max-time 60 "$1://${2:-$server4}/" \
		--user "$mail_user:$mail_password" >"$work/dialog" 2>&1
}

# A login in TLS and a listing, which has a connection of its own, in the clear. curl says
# AUTH SSL, as of old.
fetch_ftp()
{
	in_client timeout 60 curl -s --ftp-ssl-control --insecure --max-time 60 "ftp://$server4/"
}

login_ftp()
{
	in_client tlstalk -t 60 "$server4" 21 hear='220 ' say='AUTH TLS' hear=234 tls \
		say='USER anonymous' hear=331 say='PASS a@example.test' hear=230 say=QUIT hear=221
}

# How these end is up to the box.
imap() { fetch imap || true; }
pop3() { fetch pop3 || true; }

tap_plan 27
listen client server
for end in client server; do
	in_ns $end rstguard set mode hold hold-min-ms 1500
done
tap "IMAP, cut at STARTTLS" cut 143 starttls starttls client fetch imap
tap "IMAP, cut at the answer" cut 143 starttls-reply starttls-accepted server fetch imap
tap "IMAP, cut at ClientHello" cut 143 client-hello tls-client-hello client fetch imap
tap "IMAP in TLS, cut at ClientHello" cut 993 client-hello tls-client-hello client fetch imaps
tap "POP3, cut at STLS" cut 110 starttls starttls client fetch pop3
tap "POP3, cut at the answer" cut 110 starttls-reply starttls-accepted server fetch pop3
tap "POP3, cut at ClientHello" cut 110 client-hello tls-client-hello client fetch pop3
tap "POP3 in TLS, cut at ClientHello" cut 995 client-hello tls-client-hello client fetch pop3s
tap "FTP, cut at AUTH SSL" cut 21 starttls starttls client fetch_ftp
tap "FTP, cut at AUTH TLS" cut 21 starttls starttls client login_ftp
tap "FTP, cut at the answer" cut 21 starttls-reply starttls-accepted server login_ftp
tap "FTP, cut at ClientHello" cut 21 client-hello tls-client-hello client fetch_ftp

tap "IMAP left alone" unchanged imap 'A002 OK'
tap "IMAP, STARTTLS taken away" rewritten 143 '' 's/ STARTTLS//' imap client starttls-absent
tap "IMAP, STARTTLS masked" rewritten 143 '' 's/STARTTLS/XXXXXXXX/' imap \
	client capability-masked
tap "IMAP, let in by the greeting" rewritten 143 '' '1s/^\* OK/* PREAUTH/' imap \
	client starttls-absent
tap "IMAP, the command mangled" rewritten 143 's/ STARTTLS/ XXXXXXXX/' '' imap \
	client starttls-refused server command-mangled
tap "IMAP, refused by the box" rewritten 143 's/ STARTTLS/ NOOP/' \
	's/OK NOOP completed/BAD No such command/' imap client starttls-refused
tap "IMAP, refused for now" rewritten 143 's/ STARTTLS/ NOOP/' \
	's/OK NOOP completed/NO Not now/' imap
tap "IMAP left alone again" unchanged imap 'A002 OK'

tap "POP3 left alone" unchanged pop3 '+OK Begin TLS'
tap "POP3, STLS taken away" rewritten 110 '' '/^STLS/d' pop3 client starttls-absent
tap "POP3, STLS masked" rewritten 110 '' 's/^STLS/XXXX/' pop3 client capability-masked
tap "POP3, the command mangled" rewritten 110 's/^STLS/XXXX/' '' pop3 \
	client starttls-refused server command-mangled
tap "POP3, refused by the box" rewritten 110 's/^STLS/NOOP/' '' pop3 \
	client starttls-refused
tap "POP3 left alone again" unchanged pop3 '+OK Begin TLS'
tap "it is counted" test "$(at_both starttls_tampered)" = 11
tap_done
