// SPDX-License-Identifier: GPL-2.0-only
/* SMTP: what leads to STARTTLS, what becomes of it, and what firewalls make of it. */
#include "script.h"

#define GREETING_POSTFIX	"220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n"
#define EHLO			"EHLO client.example.net\r\n"
#define CAPS_POSTFIX		"250-mail.example.org\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n" \
				"250-ETRN\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n" \
				"250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n250 CHUNKING\r\n"
#define READY			"220 2.0.0 Ready to start TLS\r\n"

#define OPENING	S(GREETING_POSTFIX, SMTP_GREETING), C(EHLO, SMTP_EHLO)
#define TO_CAPS	OPENING, S(CAPS_POSTFIX, SMTP_CAPABILITIES, OFFERED)

FIXTURE_VARIANT_ADD(dialog, postfix_tls13) { .turn = {
	TO_CAPS,
	C("STARTTLS\r\n", STARTTLS),
	S(READY, STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
	S(HELLO_S CCS APPDATA APPDATA, TLS_SERVER_HELLO),
	C(CCS APPDATA APPDATA, TLS_ESTABLISHED),
	S_(APPDATA),
} };
/* the server speaks first once TLS 1.2 is on */
FIXTURE_VARIANT_ADD(dialog, exim_tls12) { .turn = {
	S("220 mx.example.org ESMTP Exim 4.96 Sun, 22 Nov 2026 07:00:00 +0000\r\n", SMTP_GREETING),
	C(EHLO, SMTP_EHLO),
	S("250-mx.example.org Hello client.example.net [192.0.2.7]\r\n250-SIZE 52428800\r\n"
	  "250-8BITMIME\r\n250-PIPELINING\r\n250-PIPECONNECT\r\n250-AUTH PLAIN LOGIN\r\n"
	  "250-CHUNKING\r\n250-STARTTLS\r\n250 HELP\r\n", SMTP_CAPABILITIES, OFFERED),
	C("STARTTLS\r\n", STARTTLS),
	S("220 TLS go ahead\r\n", STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
	S(HELLO_S HANDSHAKE HANDSHAKE, TLS_SERVER_HELLO),
	C_(HANDSHAKE CCS HANDSHAKE),
	S_(CCS HANDSHAKE),
	S(APPDATA, TLS_ESTABLISHED),
} };
FIXTURE_VARIANT_ADD(dialog, dovecot_submission) { .turn = {
	S("220 mail.example.org Dovecot (Debian) ready.\r\n", SMTP_GREETING),
	C(EHLO, SMTP_EHLO),
	S("250-mail.example.org\r\n250-8BITMIME\r\n250-AUTH\r\n250-BURL imap\r\n250-CHUNKING\r\n"
	  "250-ENHANCEDSTATUSCODES\r\n250-SIZE\r\n250-STARTTLS\r\n250 PIPELINING\r\n",
	  SMTP_CAPABILITIES, OFFERED),
	C("STARTTLS\r\n", STARTTLS),
	S("220 2.0.0 Begin TLS negotiation now.\r\n", STARTTLS_ACCEPTED),
} };
/* names of its own with an X before them are not overwritten ones */
FIXTURE_VARIANT_ADD(dialog, exchange) { .turn = {
	S("220 EX01.example.org Microsoft ESMTP MAIL Service ready at Sun, 22 Nov 2026\r\n",
	  SMTP_GREETING),
	C(EHLO, SMTP_EHLO),
	S("250-EX01.example.org Hello [192.0.2.7]\r\n250-SIZE 37748736\r\n250-PIPELINING\r\n"
	  "250-DSN\r\n250-ENHANCEDSTATUSCODES\r\n250-STARTTLS\r\n250-X-ANONYMOUSTLS\r\n"
	  "250-AUTH NTLM\r\n250-X-EXPS GSSAPI NTLM\r\n250-8BITMIME\r\n250-BINARYMIME\r\n"
	  "250-CHUNKING\r\n250-XEXCH50\r\n250-XX\r\n250 XRDST\r\n", SMTP_CAPABILITIES, OFFERED),
} };
FIXTURE_VARIANT_ADD(dialog, no_tls_offered) { .turn = {
	OPENING,
	S("250-mail.example.org\r\n250-PIPELINING\r\n250 8BITMIME\r\n", SMTP_CAPABILITIES, ABSENT),
	C("MAIL FROM:<a@example.net>\r\n", SMTP_COMMAND),
	S_("250 2.1.0 Ok\r\n"),
	C("RCPT TO:<b@example.org>\r\n", SMTP_COMMAND),
	S_("250 2.1.5 Ok\r\n"),
	C("DATA\r\n", SMTP_DATA),
	S_("354 End data with <CR><LF>.<CR><LF>\r\n"),
	C_("Subject: STARTTLS\r\n\r\nSTARTTLS\r\n.\r\n"),
	S_("250 2.0.0 Ok: queued as 4XXXXXXXA\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, chunking) { .turn = {
	OPENING, S("250-a\r\n250 CHUNKING\r\n", SMTP_CAPABILITIES, ABSENT),
	C("MAIL FROM:<>\r\nRCPT TO:<b@example.org>\r\nBDAT 9 LAST\r\nSTARTTLS\n", SMTP_DATA),
} };
/* the only reply line is the server's name, whatever it is called */
FIXTURE_VARIANT_ADD(dialog, name_is_no_capability) { .turn = {
	OPENING, S("250 STARTTLS\r\n", SMTP_CAPABILITIES, ABSENT),
} };
FIXTURE_VARIANT_ADD(dialog, name_is_no_capability_2) { .turn = {
	OPENING, S("250-XXXXXXXA\r\n250-STARTTLS\r\n250 HELP\r\n", SMTP_CAPABILITIES, OFFERED),
} };
/* not a keyword but the argument of one */
FIXTURE_VARIANT_ADD(dialog, argument_is_no_capability) { .turn = {
	OPENING, S("250-a\r\n250-AUTH STARTTLS XXXXXXXA TLS\r\n250 STARTTLSX\r\n",
		   SMTP_CAPABILITIES, ABSENT),
} };
FIXTURE_VARIANT_ADD(dialog, lists_twice) { .turn = {
	TO_CAPS, C(EHLO, SMTP_EHLO), S(CAPS_POSTFIX, SMTP_CAPABILITIES),
	C(EHLO, SMTP_EHLO), S("250 a\r\n", SMTP_CAPABILITIES),
} };
FIXTURE_VARIANT_ADD(dialog, old_server) { .turn = {
	S("220 old.example.org Sendmail 5.0\r\n", SMTP_GREETING),
	C(EHLO, SMTP_EHLO),
	S_("500-Command unrecognized:\r\n500-XXXXXXXA\r\n500 STARTTLS\r\n"),
	C("HELO client\r\n", SMTP_EHLO),
	S_("250 old.example.org\r\n"),
	C("MAIL FROM:<a@example.net>\r\n", SMTP_COMMAND),
} };
FIXTURE_VARIANT_ADD(dialog, lower_case_and_blanks) { .turn = {
	S("220 a esmtp\n", SMTP_GREETING),
	C("ehlo b\x20\n", SMTP_EHLO),
	S("250-a\n250-starttls \t\r\n250 dsn\n", SMTP_CAPABILITIES, OFFERED),
	C("  starttls\x20\t\x20\n", STARTTLS),
	S("220\n", STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
} };
/* a greeting that comes in parts, to see who does not wait for its end */
FIXTURE_VARIANT_ADD(dialog, postscreen) { .turn = {
	S("220-mail.example.org ESMTP\r\n", SMTP_GREETING),
	S("220 mail.example.org ESMTP Postfix\r\n", SMTP_GREETING),
	C(EHLO, SMTP_EHLO),
	S(CAPS_POSTFIX, SMTP_CAPABILITIES, OFFERED),
	C("STARTTLS\r\n", STARTTLS),
	S(READY, STARTTLS_ACCEPTED),
} };
FIXTURE_VARIANT_ADD(dialog, talks_before_the_greeting) { .turn = {
	C(EHLO, SMTP_EHLO),
	S(GREETING_POSTFIX, SMTP_GREETING),
	S(CAPS_POSTFIX, SMTP_CAPABILITIES, OFFERED),
	C("STARTTLS\r\n", STARTTLS),
	S(READY, STARTTLS_ACCEPTED),
} };
/* four replies under way: it is their number that tells which one means STARTTLS */
FIXTURE_VARIANT_ADD(dialog, pipelined) { .turn = {
	S(GREETING_POSTFIX, SMTP_GREETING),
	C(EHLO "NOOP\r\n\r\nSTARTTLS\r\n", STARTTLS),
	S(CAPS_POSTFIX, SMTP_CAPABILITIES, OFFERED),
	S_("250 2.0.0 Ok\r\n"),
	S_("500 5.5.2 Error: bad syntax\r\n"),
	S(READY, STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
} };
/* what was sent behind STARTTLS in the clear is no TLS, and does not keep it from coming */
FIXTURE_VARIANT_ADD(dialog, injected_behind_starttls) { .turn = {
	TO_CAPS,
	C("STARTTLS\r\nRSET\r\n", SMTP_COMMAND),
	S(READY, STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
} };
FIXTURE_VARIANT_ADD(dialog, refused_for_now) { .turn = {
	TO_CAPS,
	C("STARTTLS\r\n", STARTTLS),
	S("454 4.7.0 TLS not available due to local problem\r\n", STARTTLS_REFUSED),
	C("QUIT\r\n", SMTP_COMMAND),
	S_("221 2.0.0 Bye\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, refused_though_offered) { .turn = {
	TO_CAPS,
	C("STARTTLS\r\n", STARTTLS),
	S("502 5.5.2 Error: command not recognized\r\n", STARTTLS_REFUSED, REFUSED),
} };
FIXTURE_VARIANT_ADD(dialog, refused_and_never_offered) { .turn = {
	OPENING, S("250 a\r\n", SMTP_CAPABILITIES, ABSENT),
	C("STARTTLS\r\n", STARTTLS),
	S("502 5.5.1 Not implemented\r\n", STARTTLS_REFUSED),
} };
/* the second request is accepted */
FIXTURE_VARIANT_ADD(dialog, asks_again) { .turn = {
	TO_CAPS,
	C("STARTTLS now\r\n", STARTTLS),
	S("501 5.5.4 Syntax: STARTTLS\r\n", STARTTLS_REFUSED, REFUSED),
	C("STARTTLS\r\n", STARTTLS),
	S(READY, STARTTLS_ACCEPTED),
} };
/* the server gives up by itself: that answers nothing */
FIXTURE_VARIANT_ADD(dialog, timeout_is_no_answer) { .turn = {
	TO_CAPS,
	S_("421 4.4.2 mail.example.org Error: timeout exceeded\r\n"),
	C("STARTTLS\r\n", STARTTLS),
	S(READY, STARTTLS_ACCEPTED),
} };
FIXTURE_VARIANT_ADD(dialog, asks_before_ehlo) { .turn = {
	S(GREETING_POSTFIX, SMTP_GREETING),
	C("STARTTLS\r\n", STARTTLS),
	S("530 5.7.0 EHLO first\r\n", STARTTLS_REFUSED),
	C("NOOP\r\n", SMTP_COMMAND),
} };
FIXTURE_VARIANT_ADD(dialog, answered_with_a_question) { .turn = {
	TO_CAPS, C("STARTTLS\r\n", STARTTLS), S("334 what?\r\n", STARTTLS_REFUSED),
} };
FIXTURE_VARIANT_ADD(dialog, full) { .turn = {
	S("421 too many connections\r\n", SMTP_GREETING),
} };
FIXTURE_VARIANT_ADD(dialog, turned_away) { .turn = {
	S("554 5.7.1 Service unavailable; client blocked\r\n", SMTP_GREETING),
	C("QUIT\r\n", SMTP_COMMAND),
} };
FIXTURE_VARIANT_ADD(dialog, tls_at_the_wrong_port) { .turn = {
	S(GREETING_POSTFIX, SMTP_GREETING),
	C(HELLO_C, TLS_CLIENT_HELLO),
	S_("500 5.5.2 Error: bad syntax\r\n"),
} };
/* not where a line begins; and a server does not begin a handshake */
FIXTURE_VARIANT_ADD(dialog, octets_of_tls_in_lines) { .turn = {
	TO_CAPS, C("NOOP " HELLO_C "\n", SMTP_COMMAND), S_("500 what?\r\n"), S_(HELLO_S),
	C("USER alice\r\n", SMTP_COMMAND),
} };
FIXTURE_VARIANT_ADD(dialog, half_a_command_at_the_go_ahead) { .turn = {
	TO_CAPS, C("STARTTLS\r\nRS", STARTTLS), S(READY, STARTTLS_ACCEPTED), C_("ET\r\n"),
	C(HELLO_C, TLS_CLIENT_HELLO),
} };
FIXTURE_VARIANT_ADD(dialog, plain_text_after_the_go_ahead) { .turn = {
	TO_CAPS, C("STARTTLS\r\n", STARTTLS), S(READY, STARTTLS_ACCEPTED),
	S("250 Ok\r\n", DATA),
} };

/* --- what firewalls write over it ---------------------------------------------------- */

FIXTURE_VARIANT_ADD(dialog, asa) { .turn = {
	S("220 ****************************2**0*0*\r\n", SMTP_GREETING, GREETING),
	C(EHLO, SMTP_EHLO),
	S("250-mail.example.org\r\n250-8BITMIME\r\n250-XXXXXXXA\r\n"
	  "250-XXXXXXXXXXXXXXXXXB\r\n250 SIZE 10240000\r\n", SMTP_CAPABILITIES, MASKED),
	C("MAIL FROM:<a@example.net>\r\n", SMTP_COMMAND),
} };
FIXTURE_VARIANT_ADD(dialog, capability_all_x) { .turn = {
	OPENING, S("250-a\r\n250 XXXXXXXX\r\n", SMTP_CAPABILITIES, MASKED),
} };
FIXTURE_VARIANT_ADD(dialog, short_capability_masked) { .turn = {
	OPENING, S("250-a\r\n250-STARTTLS\r\n250 XXXC\r\n", SMTP_CAPABILITIES, (MASKED | OFFERED)),
} };
FIXTURE_VARIANT_ADD(dialog, capability_with_x) { .turn = {
	OPENING, S("250-a\r\n250-XXX\r\n250-XXXXXX1\r\n250-XXAX\r\n250-XXXXXXXXX-Y\r\n"
		   "250-XXXXXXXXXXXYZ\r\n250 X-XXXXXXX\r\n", SMTP_CAPABILITIES, ABSENT),
} };
FIXTURE_VARIANT_ADD(dialog, greeting_with_x) { .turn = {
	S("220 xxxxxxxx.example.com ESMTP XXXXXXXA\r\n", SMTP_GREETING),
} };
/* stars for ornament */
FIXTURE_VARIANT_ADD(dialog, greeting_with_stars) { .turn = {
	S("220-*******************\r\n220-* welcome *\r\n220 *******************\r\n",
	  SMTP_GREETING),
} };
FIXTURE_VARIANT_ADD(dialog, greeting_with_stars_and_name) { .turn = {
	S("220 ******** mail.example.org\r\n", SMTP_GREETING),
} };
FIXTURE_VARIANT_ADD(dialog, greeting_of_digits) { .turn = {
	S("220 2020202\r\n", SMTP_GREETING),
} };
/* as the server's side sees it */
FIXTURE_VARIANT_ADD(dialog, command_masked) { .turn = {
	TO_CAPS,
	C("XXXXXXXX\r\n", SMTP_COMMAND),
	S_("502 5.5.2 Error: command not recognized\r\n", MANGLED),
	C("MAIL FROM:<a@example.net>\r\n", SMTP_COMMAND),
} };
FIXTURE_VARIANT_ADD(dialog, ehlo_masked) { .turn = {
	S(GREETING_POSTFIX, SMTP_GREETING),
	C("XXXX client.example.net\r\n", SMTP_COMMAND),
	S_("502 5.5.2 Error: command not recognized\r\n", MANGLED),
} };
FIXTURE_VARIANT_ADD(dialog, command_masked_with_t) { .turn = {
	TO_CAPS, C("TTTTTTTT\r\n", SMTP_COMMAND), S_("500 unrecognized command\r\n", MANGLED),
} };
FIXTURE_VARIANT_ADD(dialog, understood_all_the_same) { .turn = {
	TO_CAPS, C("XXXXXXXX\r\n", SMTP_COMMAND), S_("250 Ok\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, command_with_x) { .turn = {
	TO_CAPS, C("XFORWARD NAME=a\r\n", SMTP_COMMAND), S_("503 5.5.1 Error\r\n"),
	C(EHLO, SMTP_EHLO), S(CAPS_POSTFIX, SMTP_CAPABILITIES),
	C("XXX\r\n", SMTP_COMMAND), S_("500 5.5.1 Error\r\n"),
	C(EHLO, SMTP_EHLO), S(CAPS_POSTFIX, SMTP_CAPABILITIES),
	C("STARTTSL\r\n", SMTP_COMMAND), S_("500 5.5.1 Error\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, command_of_no_letters) { .turn = {
	TO_CAPS, C("********\r\n", SMTP_COMMAND), S_("500 5.5.1 Error\r\n"),
} };
/* base64 of zeros, where STARTTLS does not belong */
FIXTURE_VARIANT_ADD(dialog, password_of_one_letter) { .turn = {
	TO_CAPS, C("AUTH LOGIN\r\n", SMTP_COMMAND), S_("334 VXNlcm5hbWU6\r\n"),
	C("AAAAAAAA\r\n", SMTP_COMMAND), S_("535 5.7.8 Error: authentication failed\r\n"),
} };
/* of two that one counts which is understood */
FIXTURE_VARIANT_ADD(dialog, masked_before_starttls) { .turn = {
	TO_CAPS,
	C("XXXXXXXX\r\nSTARTTLS\r\n", STARTTLS),
	S_("500 5.5.1 Error\r\n"),
	S(READY, STARTTLS_ACCEPTED),
} };
FIXTURE_VARIANT_ADD(dialog, greeting_with_stars_around) { .turn = {
	S("220 ****mail.example.org****\r\n", SMTP_GREETING),
} };

TEST_HARNESS_MAIN
