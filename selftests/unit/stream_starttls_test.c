// SPDX-License-Identifier: GPL-2.0-only
/* STARTTLS elsewhere: IMAP, POP3, FTP, XMPP. SMTP has a file of its own. */
#include "script.h"

/* --- IMAP ------------------------------------------------------------------------------ */

#define DOVECOT	"* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ " \
		"STARTTLS LOGINDISABLED] Dovecot (Debian) ready.\r\n"

FIXTURE_VARIANT_ADD(dialog, dovecot) { .turn = {
	S(DOVECOT, IMAP_GREETING, OFFERED),
	C("a001 STARTTLS\r\n", STARTTLS),
	S("a001 OK Begin TLS negotiation now.\r\n", STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
	S(HELLO_S CCS APPDATA, TLS_SERVER_HELLO),
	C(CCS APPDATA, TLS_ESTABLISHED),
} };
FIXTURE_VARIANT_ADD(dialog, imap_asks_for_capabilities) { .turn = {
	S("* OK IMAP4rev1 STARTTLS CAPABILITY server ready\r\n", IMAP_GREETING),
	C(". CAPABILITY\r\n", IMAP_COMMAND),
	S_("* CAPABILITY IMAP4rev1 AUTH=GSSAPI STARTTLS\r\n", OFFERED),
	S_(". OK CAPABILITY completed\r\n"),
	C(". starttls\x20\n", STARTTLS),
	S(". OK go on\n", STARTTLS_ACCEPTED),
} };
/* answers are told by tag, not by number: other lines come between */
FIXTURE_VARIANT_ADD(dialog, imap_pipelined) { .turn = {
	S(DOVECOT, IMAP_GREETING, OFFERED),
	C("a1 NOOP\r\na2 STARTTLS\r\n", STARTTLS),
	S_("* 3 EXISTS\r\na1 OK NOOP completed.\r\n* OK still here\r\na22 OK no\r\n"),
	S("a2 OK Begin TLS negotiation now.\r\n", STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
} };
FIXTURE_VARIANT_ADD(dialog, imap_without_starttls) { .turn = {
	S("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] use STARTTLS\r\n", IMAP_GREETING, ABSENT),
	C_("\r\n"),
	C("1 LOGIN alice {6}\r\n", IMAP_COMMAND),
	S_("+ OK\r\n"),
	C_("1 STARTTLS\r\n"),
	S_("1 OK [CAPABILITY IMAP4rev1 IDLE] Logged in\r\n"),
} };
/* after the login a server has no reason to list it any more */
FIXTURE_VARIANT_ADD(dialog, imap_logs_in_without) { .turn = {
	S("* OK PREAUTH is not meant\r\n", IMAP_GREETING),
	C("0 CAPABILITY\r\n", IMAP_COMMAND),
	S_("0 OK nothing to tell\r\n* 1 RECENT CAPABILITY\r\n"),
	C("1 authenticate PLAIN\r\n", IMAP_COMMAND),
	S_("1 OK [CAPABILITY IMAP4rev1 IDLE] Logged in\r\n"),
} };
/* RFC 9051 7.1.4: who is let in by the greeting may not ask for STARTTLS any more */
FIXTURE_VARIANT_ADD(dialog, imap_preauth) { .turn = {
	S("* PREAUTH hello root\r\n", IMAP_GREETING, ABSENT),
	C_("1 STARTTLS\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, imap_preauth_with_capabilities) { .turn = {
	S("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hello root\r\n", IMAP_GREETING, ABSENT),
	C_("1 STARTTLS\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, imap_bye) { .turn = {
	S("* BYE too many connections\r\n", IMAP_GREETING),
} };
FIXTURE_VARIANT_ADD(dialog, imap_not_now) { .turn = {
	S(DOVECOT, IMAP_GREETING, OFFERED),
	C("a STARTTLS\r\n", STARTTLS),
	S("a NO not now\r\n", STARTTLS_REFUSED),
	C("b LOGOUT\r\n", IMAP_COMMAND),
	S_("a BAD once more\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, imap_refused) { .turn = {
	S(DOVECOT, IMAP_GREETING, OFFERED),
	C("a STARTTLS\r\n", STARTTLS),
	S("a BAD unknown command\r\n", STARTTLS_REFUSED, REFUSED),
} };
FIXTURE_VARIANT_ADD(dialog, imap_masked) { .turn = {
	S("* OK [CAPABILITY IMAP4rev1 XXXXXXXX XLIST XYZZY] ready\r\n", IMAP_GREETING,
	  MASKED),
	C("a XXXXXXXX\r\n", IMAP_COMMAND),
	S_("a BAD unknown command\r\n", MANGLED),
} };
FIXTURE_VARIANT_ADD(dialog, imap_with_x) { .turn = {
	S("* OK [CAPABILITY IMAP4rev1 XLIST XYZZY X-GM-EXT-1 STARTTLS] XXXXXXXX\r\n", IMAP_GREETING,
	  OFFERED),
	C("XXXX XLIST \"\" *\r\n", IMAP_COMMAND),
	S_("XXXX BAD unknown command\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, imap_lists_without) { .turn = {
	S("* OK ready\r\n", IMAP_GREETING),
	C("a CAPABILITY\r\n", IMAP_COMMAND),
	S_("* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", ABSENT),
} };
/* of two that one counts which is understood */
FIXTURE_VARIANT_ADD(dialog, imap_masked_after_starttls) { .turn = {
	S(DOVECOT, IMAP_GREETING, OFFERED),
	C("a STARTTLS\r\nb XXXXXXXX\r\n", IMAP_COMMAND),
	S("a OK Begin TLS negotiation now.\r\n", STARTTLS_ACCEPTED),
} };
/* of a tag a digest is kept: one that only begins alike is another */
FIXTURE_VARIANT_ADD(dialog, imap_long_tags) { .turn = {
	S(DOVECOT, IMAP_GREETING, OFFERED),
	C("abcdefghijklmnop STARTTLS\r\n", STARTTLS),
	S_("abcdefghijklmno OK no\r\n"),
	S("abcdefghijklmnop OK Begin TLS negotiation now.\r\n", STARTTLS_ACCEPTED),
} };

/* --- POP3 ------------------------------------------------------------------------------ */

FIXTURE_VARIANT_ADD(dialog, pop3) { .turn = {
	S("+OK Dovecot (Debian) ready. <4711.1@mail.example.org>\r\n", POP3_GREETING),
	C("CAPA\r\n", POP3_COMMAND),
	S_("+OK\r\nCAPA\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nPIPELINING\r\nAUTH-RESP-CODE\r\nSTLS\r\n"
	   "USER\r\nSASL PLAIN\r\n.\r\n", OFFERED),
	C("STLS\r\n", STARTTLS),
	S("+OK Begin TLS negotiation now.\r\n", STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
	S(HELLO_S, TLS_SERVER_HELLO),
} };
FIXTURE_VARIANT_ADD(dialog, pop3_pipelined) { .turn = {
	S("+OK\r\n", POP3_GREETING),
	S_("-ERR nobody has asked for this\r\n"),
	C("capa\r\nNOOP\r\nstls\x20\n", STARTTLS),
	S_("+OK list follows\r\nIMPLEMENTATION +OK STLS\r\n+OK\r\nSTLS\r\n.\r\n", OFFERED),
	S_("what?\r\n-ERR what?\r\n"),
	S("+OK begin\n", STARTTLS_ACCEPTED),
} };
FIXTURE_VARIANT_ADD(dialog, pop3_without_stls) { .turn = {
	S("+OK ready\r\n", POP3_GREETING),
	C("CAPA\r\n", POP3_COMMAND),
	S_("+OK\r\nTOP\r\nSASL STLS\r\n"),
	S_(".\r\n", ABSENT),
	C("USER STLS\r\n", POP3_COMMAND),
	S_("+OK\r\n"),
	C("PASS XXXXXXXX\r\n", POP3_COMMAND),
	S_("-ERR no\r\n"),
	C_("STLS\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, pop3_without_capa) { .turn = {
	S("+OK ready\r\n", POP3_GREETING),
	C("CAPA\r\n", POP3_COMMAND),
	S_("-ERR unknown command\r\n"),
	C("STLS\r\n", STARTTLS),
	S("-ERR unknown command\r\n", STARTTLS_REFUSED),
	C("QUIT\r\n", POP3_COMMAND),
} };
FIXTURE_VARIANT_ADD(dialog, pop3_refused) { .turn = {
	S("+OK ready\r\n", POP3_GREETING),
	C("CAPA\r\n", POP3_COMMAND),
	S_("+OK\r\nSTLS\r\n.\r\n", OFFERED),
	C("STLS\r\n", STARTTLS),
	S("-ERR Command not permitted\r\n", STARTTLS_REFUSED, REFUSED),
} };
FIXTURE_VARIANT_ADD(dialog, pop3_masked) { .turn = {
	S("+OK ready\r\n", POP3_GREETING),
	C("CAPA\r\n", POP3_COMMAND),
	S_("+OK\r\nXXXX\r\n", MASKED),
	S_("USER\r\n.\r\n"),
	C("XXXX\r\n", POP3_COMMAND),
	S_("-ERR unknown command\r\n", MANGLED),
} };
FIXTURE_VARIANT_ADD(dialog, pop3_with_x) { .turn = {
	S("+OK XXXXXXXA\r\n", POP3_GREETING),
	C("CAPA\r\n", POP3_COMMAND),
	S_("+OK\r\nXTND\r\nX-XXXX\r\nSTLS\r\n.\r\n", OFFERED),
	C("XTND XMIT\r\n", POP3_COMMAND),
	S_("-ERR unknown command\r\n"),
} };

/* --- FTP ------------------------------------------------------------------------------- */

FIXTURE_VARIANT_ADD(dialog, vsftpd) { .turn = {
	S("220 (vsFTPd 3.0.3)\r\n", FTP_GREETING),
	C("FEAT\r\n", FTP_COMMAND),
	S_("211-Features:\r\n AUTH SSL\r\n AUTH TLS\r\n EPRT\r\n PBSZ\r\n PROT\r\n211 End\r\n",
	   OFFERED),
	C("AUTH TLS\r\n", STARTTLS),
	S("234 Proceed with negotiation.\r\n", STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
	S(HELLO_S, TLS_SERVER_HELLO),
} };
/* text of all sorts within a greeting; the command comes without a question before it */
FIXTURE_VARIANT_ADD(dialog, pure_ftpd) { .turn = {
	S("220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\r\n"
	  "220-You are user number 1 of 50 allowed.\r\n\r\n 220 not yet\r\n421 not this one\r\n"
	  "220 You will be disconnected after 15 minutes of inactivity.\r\n", FTP_GREETING),
	C("auth ssl\r\n", STARTTLS),
	S("234 AUTH TLS OK.\r\n", STARTTLS_ACCEPTED),
} };
FIXTURE_VARIANT_ADD(dialog, proftpd_lists_them_in_one) { .turn = {
	S("220 ProFTPD Server (Debian)\r\n", FTP_GREETING),
	C("FEAT\r\n", FTP_COMMAND),
	S_("211-Features:\r\n MDTM\r\n AUTH TLS-C;TLS;SSL\r\n211 End\r\n", OFFERED),
} };
FIXTURE_VARIANT_ADD(dialog, ftp_code_on_each_line) { .turn = {
	S("220 FTP\r\n", FTP_GREETING),
	C("FEAT\r\n", FTP_COMMAND),
	S_("211-Features\r\n211-AUTH SSL TLS\r\n211 End\r\n", OFFERED),
} };
/* only the first command tells that it is not a mail server */
FIXTURE_VARIANT_ADD(dialog, filezilla) { .turn = {
	S("220-FileZilla Server 1.8.2\r\n220 Please visit https://filezilla-project.org/\r\n",
	  SMTP_GREETING),
	C("AUTH TLS\r\n", STARTTLS),
	S("234 Using authentication type TLS.\r\n", STARTTLS_ACCEPTED),
} };
FIXTURE_VARIANT_ADD(dialog, ftp_plain) { .turn = {
	S("220 ready\r\n", SMTP_GREETING),
	C("USER anonymous\r\n", FTP_COMMAND),
	S_("331 Please specify the password.\r\n"),
	C("FEAT\r\n", FTP_COMMAND),
	S_("211-Features:\r\n REST STREAM\r\n TLS AUTH\r\n PROT TLS\r\n AUTH-X TLS\r\n"
	   " AUTH SSL-TLS\r\n211 End\r\n", ABSENT),
	C("PASS STARTTLS\r\n", FTP_COMMAND),
	S_("230 Login successful.\r\n"),
	C_("AUTH TLS\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, ftp_refused) { .turn = {
	S("220 FTP\r\n", FTP_GREETING),
	C("FEAT\r\n", FTP_COMMAND),
	S_("211-Features:\r\n AUTH TLS\r\n211 End\r\n", OFFERED),
	C("AUTH TLS\r\n", STARTTLS),
	S("530 Please login with USER and PASS.\r\n", STARTTLS_REFUSED, REFUSED),
	C("AUTH GSSAPI TLS\r\n", FTP_COMMAND),
} };
/* what looks like the end of a list and is none */
FIXTURE_VARIANT_ADD(dialog, ftp_list_of_all_sorts) { .turn = {
	S("220 ready\r\n", SMTP_GREETING),
	C("FEAT\r\n", FTP_COMMAND),
	S_("211-Features:\r\n2110 no\r\n20; no\r\n250 no\r\n MLST 211 no\r\n\r\n"),
	S_("auth TLS\r\n", OFFERED),
	S_("211 End\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, mail_after_all) { .turn = {
	S("220 ftp.example.org ready\r\n", FTP_GREETING),
	C("EHLO a\r\n", SMTP_EHLO),
} };
/* the name of a host that has both: mail says so in its greeting */
FIXTURE_VARIANT_ADD(dialog, mail_server_called_ftp) { .turn = {
	S("220 ftp.example.org ESMTP ready\r\n", SMTP_GREETING),
	C("EHLO a\r\n", SMTP_EHLO),
} };

/* --- XMPP ------------------------------------------------------------------------------ */

#define STREAM	"<?xml version='1.0'?><stream:stream xmlns='jabber:client' " \
		"xmlns:stream='http://etherx.jabber.org/streams' to='im.example.org' version='1.0'>"
#define REQUEST	"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

FIXTURE_VARIANT_ADD(dialog, xmpp) { .turn = {
	C(STREAM, XMPP_STREAM),
	S(STREAM, XMPP_STREAM),
	S_("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/>"
	   "</starttls></stream:features>", OFFERED),
	C(REQUEST, STARTTLS),
	S("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", STARTTLS_ACCEPTED),
	C(HELLO_C, TLS_CLIENT_HELLO),
	S(HELLO_S CCS APPDATA, TLS_SERVER_HELLO),
	C(CCS APPDATA, TLS_ESTABLISHED),
} };
FIXTURE_VARIANT_ADD(dialog, xmpp_without_starttls) { .turn = {
	C("<stream:stream to='a'>\n", XMPP_STREAM),
	S("<stream:stream from='a'>", XMPP_STREAM),
	S_(HELLO_S),
	S_("<stream:features><mechanisms><mechanism>starttls</mechanism></mechanisms>"),
	S_("</stream:features>", ABSENT),
	C_("<auth mechanism='PLAIN'>AGEAYg==</auth>"),
	S_("<starttls/>"),
} };
FIXTURE_VARIANT_ADD(dialog, xmpp_refused) { .turn = {
	C(STREAM, XMPP_STREAM),
	S(STREAM "<stream:features><starttls/></stream:features>", XMPP_STREAM, OFFERED),
	S_("<proceed/><failure/>"),	/* with what nobody has asked for */
	C(" " REQUEST, STARTTLS),
	S("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", STARTTLS_REFUSED, REFUSED),
	C(REQUEST, STARTTLS),
	S_("<presence/>"),
} };
FIXTURE_VARIANT_ADD(dialog, other_xml) { .turn = {
	C("<?xml version='1.0'?><starttls/>", DATA),
} };

TEST_HARNESS_MAIN
