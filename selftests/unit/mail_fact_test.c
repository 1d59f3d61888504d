// SPDX-License-Identifier: GPL-2.0-only
/* What postfix 3.7, dovecot 2.3 and exim 4.96 log of a connection, and what that says. */
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "mail_fact.h"

#include "kselftest_harness.h"

#define LAST	(INT64_C(1795736486) * 1000000)

/**
 * struct known - a line, and what has to be read out of it
 * @line:    as logged, without a time
 * @addr:    of the client; NULL: the line says nothing; "": it has no address
 * @port:    same
 * @signs:   all of them
 * @service: name
 * @stage:   after which command
 * @tls:     why TLS failed
 */
struct known {
	const char *line;
	const char *addr;
	unsigned int port;
	unsigned int signs;
	const char *service;
	const char *stage;
	enum mail_tls tls;
};

static bool read_line(const char *text, struct mail_fact *fact)
{
	struct mail_line line;

	maillog_parse(text, LAST, &line);
	return mail_fact(&line, fact);
}

static void check(struct __test_metadata *_metadata, const struct known *k)
{
	char addr[INET6_ADDRSTRLEN] = "";
	struct mail_fact f;
	bool good = read_line(k->line, &f);

	EXPECT_EQ(!!k->addr, good) TH_LOG("%s", k->line);
	if (!good || !k->addr)
		return;
	if (f.has_addr)
		fmt_addr(addr, &f.addr);
	EXPECT_STREQ(k->addr, addr) TH_LOG("%s", k->line);
	EXPECT_EQ(k->port, f.port) TH_LOG("%s", k->line);
	EXPECT_EQ(k->signs, f.signs) TH_LOG("%s", k->line);
	EXPECT_STREQ(k->service, f.service) TH_LOG("%s", k->line);
	EXPECT_STREQ(k->stage, f.stage) TH_LOG("%s", k->line);
	EXPECT_EQ(k->tls, f.tls) TH_LOG("%s", k->line);
}

#define CHECK_ALL(list) do {						\
	size_t i;							\
									\
	for (i = 0; i < ARRAY_SIZE(list); i++)				\
		check(_metadata, &(list)[i]);				\
} while (0)

#define SSL	"warning: TLS library problem: error:"

TEST(postfix)
{
	static const struct known lines[] = {
		{ "postfix/smtpd[1]: connect from unknown[149.254.186.120]",
		  "149.254.186.120", 0, MAIL_BEGIN, "smtp", "", 0 },
		{ "postfix/submission/smtpd[1]: connect from a.example[192.0.2.7]:40112",
		  "192.0.2.7", 40112, MAIL_BEGIN, "submission", "", 0 },
		{ "postfix/smtps/smtpd[1]: connect from unknown[2001:db8::7]",
		  "2001:db8::7", 0, MAIL_BEGIN, "submissions", "", 0 },
		{ "postfix-in/submissions/smtpd[1]: connect from unknown[2001:db8::7]:9",
		  "2001:db8::7", 9, MAIL_BEGIN, "submissions", "", 0 },
		{ "postfix/smtpd[1]: connect from unknown[::ffff:192.0.2.7]",
		  "192.0.2.7", 0, MAIL_BEGIN, "smtp", "", 0 },
		{ .line = "postfix/smtpd[1]: connect from unknown[unknown]" },
		{ "postfix/smtpd[1]: lost connection after STARTTLS from x[192.0.2.7]",
		  "192.0.2.7", 0, MAIL_LOST, "smtp", "STARTTLS", 0 },
		{ "postfix/smtpd[1]: lost connection after DATA (1234 bytes) from x[192.0.2.7]",
		  "192.0.2.7", 0, MAIL_LOST, "smtp", "DATA", 0 },
		{ "postfix/smtpd[1]: lost connection after CONNECT from x[192.0.2.7]",
		  "192.0.2.7", 0, MAIL_LOST | MAIL_STRANGER, "smtp", "CONNECT", 0 },
		{ "postfix/smtpd[1]: lost connection after UNKNOWN from x[192.0.2.7]",
		  "192.0.2.7", 0, MAIL_LOST | MAIL_STRANGER, "smtp", "UNKNOWN", 0 },
		{ "postfix/smtpd[1]: timeout after END-OF-MESSAGE from x[192.0.2.7]",
		  "192.0.2.7", 0, MAIL_TIMEOUT, "smtp", "END-OF-MESSAGE", 0 },
		{ "postfix/smtpd[1]: too many errors after AUTH from x[192.0.2.7]",
		  "192.0.2.7", 0, MAIL_REFUSED, "smtp", "AUTH", 0 },
		{ "postfix/smtpd[1]: SSL_accept error from x[192.0.2.7]: -1",
		  "192.0.2.7", 0, MAIL_TLS, "smtp", "", 0 },
		{ "postfix/smtpd[1]: SSL_accept error from x[192.0.2.7]:-1",
		  "192.0.2.7", 0, MAIL_TLS, "smtp", "", 0 },
		{ "postfix/smtpd[1]: SSL_accept error from x[192.0.2.7]:587: Connection reset "
		  "by peer",
		  "192.0.2.7", 587, MAIL_TLS | MAIL_RESET, "smtp", "", 0 },
		{ "postfix/smtpd[1]: SSL_accept error from x[192.0.2.7]: Connection timed out",
		  "192.0.2.7", 0, MAIL_TLS | MAIL_TIMEOUT, "smtp", "", 0 },
		{ "postfix/smtpd[1]: warning: network_biopair_interop: error reading 11 bytes from "
		  "the network: Connection reset by peer",
		  "", 0, MAIL_RESET, "smtp", "", 0 },
		{ "postfix/smtpd[1]: warning: non-SMTP command from x[192.0.2.7]: GET / HTTP/1.1",
		  "192.0.2.7", 0, MAIL_STRANGER | MAIL_REFUSED, "smtp", "", 0 },
		{ "postfix/postscreen[1]: HANGUP after 0.21 from [192.0.2.7]:40112 in tests "
		  "before SMTP handshake",
		  "192.0.2.7", 40112, MAIL_END | MAIL_LOST | MAIL_STRANGER, "smtp", "", 0 },
		{ "postfix/postscreen[1]: HANGUP after 7.1 from [2001:db8::7]:9 in tests after "
		  "SMTP handshake",
		  "2001:db8::7", 9, MAIL_END | MAIL_LOST, "smtp", "", 0 },
		{ .line = "postfix/postscreen[1]: CONNECT from [192.0.2.7]:40112 to "
		  "[198.51.100.25]:25" },
		{ .line = "postfix/postscreen[1]: PASS NEW [192.0.2.7]:40112" },
		{ "postfix/smtpd[1]: 4BfQ2x3Zq9zK: client=x[192.0.2.7], sasl_method=PLAIN",
		  "192.0.2.7", 0, MAIL_USED, "smtp", "", 0 },
		{ .line = "postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.7]: 554" },
		{ "postfix/smtpd[1]: disconnect from x[192.0.2.7]",
		  "192.0.2.7", 0, MAIL_END, "smtp", "", 0 },
		{ "postfix/smtpd[1]: disconnect from x[192.0.2.7] ehlo=2 starttls=1 quit=1 "
		  "commands=4",
		  "192.0.2.7", 0, MAIL_END, "smtp", "", 0 },
		{ "postfix/smtpd[1]: disconnect from x[192.0.2.7] ehlo=1 starttls=0/1 commands=1/2",
		  "192.0.2.7", 0, MAIL_END, "smtp", "", 0 },
		{ "postfix/smtpd[1]: disconnect from x[192.0.2.7] commands=0/0",
		  "192.0.2.7", 0, MAIL_END | MAIL_STRANGER, "smtp", "", 0 },
		{ .line = "postfix/smtp[1]: connect from x[192.0.2.7]" },
		{ .line = "postfix/cleanup[1]: lost connection after STARTTLS from x[192.0.2.7]" },
		{ .line = "postfixes[1]: connect from x[192.0.2.7]" },
	};

	CHECK_ALL(lines);
}

TEST(postfix_tls)
{
	static const struct known lines[] = {
		{ "postfix/smtpd[1]: " SSL "0A000102:SSL routines::unsupported protocol:"
		  "../ssl/statem/statem_srvr.c:1657:",
		  "", 0, MAIL_TLS, "smtp", "", MAIL_TLS_VERSION },
		{ "postfix/smtpd[1]: " SSL "1417D18C:SSL "
		  "routines:tls_process_client_hello:version too low",
		  "", 0, MAIL_TLS, "smtp", "", MAIL_TLS_VERSION },
		{ "postfix/smtpd[1]: " SSL "0A000418:SSL routines::tlsv1 alert unknown ca:"
		  "../ssl/record/rec_layer_s3.c:1584:SSL alert number 48:",
		  "", 0, MAIL_TLS, "smtp", "", MAIL_TLS_UNKNOWN_CA },
		{ "postfix/smtpd[1]: " SSL "0A000412:SSL routines::sslv3 alert bad certificate:"
		  "../ssl/record/rec_layer_s3.c:1584:SSL alert number 42:",
		  "", 0, MAIL_TLS, "smtp", "", MAIL_TLS_BAD_CERTIFICATE },
		{ "postfix/smtpd[1]: " SSL "0A0000C1:SSL routines::no shared cipher:"
		  "../ssl/statem/statem_srvr.c:2220:",
		  "", 0, MAIL_TLS, "smtp", "", MAIL_TLS_NO_CIPHER },
		{ "postfix/smtpd[1]: " SSL "0A00010B:SSL routines::wrong version number:"
		  "../ssl/record/ssl3_record.c:354:",
		  "", 0, MAIL_TLS, "smtp", "", MAIL_TLS_NO_TLS },
		{ "postfix/smtpd[1]: " SSL "0A00042A:SSL routines::tlsv1 alert internal error:"
		  "../ssl/record/rec_layer_s3.c:1584:SSL alert number 80:",
		  "", 0, MAIL_TLS, "smtp", "", MAIL_TLS_OTHER },
		/* so ends what was cut from outside as well */
		{ "postfix/smtpd[1]: " SSL "0A000126:SSL routines::unexpected eof while reading:"
		  "../ssl/record/rec_layer_s3.c:309:",
		  "", 0, 0, "smtp", "", 0 },
	};

	CHECK_ALL(lines);
}

#define PEER	"rip=192.0.2.7, lip=198.51.100.25"

TEST(dovecot)
{
	static const struct known lines[] = {
		{ "dovecot: imap-login: Login: user=<bob>, method=PLAIN, " PEER
		  ", mpid=12, TLS, session=<ek3VukYVN8hervMa>",
		  "192.0.2.7", 0, MAIL_USED, "imap", "", 0 },
		{ "dovecot: imap-login: Login: user=<bob>, " PEER ", rport=40112, lport=993, TLS",
		  "192.0.2.7", 40112, MAIL_USED, "imap", "", 0 },
		{ "dovecot: imap-login: Disconnected: Connection closed (no auth attempts in "
		  "0 secs): "
		  "user=<>, " PEER ", session=<a>",
		  "192.0.2.7", 0, MAIL_END | MAIL_STRANGER | MAIL_LOST, "imap", "", 0 },
		{ "dovecot: pop3-login: Disconnected (no auth attempts in 0 secs): user=<>, " PEER,
		  "192.0.2.7", 0, MAIL_END | MAIL_STRANGER | MAIL_LOST, "pop3", "", 0 },
		{ "dovecot: imap-login: Disconnected: Connection closed: SSL_accept() failed: "
		  "error:0A000102:SSL routines::unsupported protocol (no auth attempts in 0 secs): "
		  "user=<>, " PEER ", TLS handshaking: SSL_accept() failed: error:0A000102:"
		  "SSL routines::unsupported protocol, session=<a>",
		  "192.0.2.7", 0, MAIL_END | MAIL_TLS, "imap", "", MAIL_TLS_VERSION },
		{ "dovecot: imap-login: Disconnected: Connection closed: read(size=1003) failed: "
		  "Connection reset by peer (no auth attempts in 1 secs): user=<>, " PEER
		  ", TLS handshaking: read(size=1003) failed: Connection reset by peer, "
		  "session=<a>",
		  "192.0.2.7", 0, MAIL_END | MAIL_TLS | MAIL_RESET, "imap", "", 0 },
		{ "dovecot: imap-login: Disconnected: Inactivity (no auth attempts in 180 secs): "
		  "user=<>, " PEER ", session=<a>",
		  "192.0.2.7", 0, MAIL_END | MAIL_TIMEOUT | MAIL_STRANGER, "imap", "", 0 },
		{ "dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 "
		  "attempts in "
		  "2 secs): user=<bob>, method=PLAIN, " PEER ", TLS, session=<a>",
		  "192.0.2.7", 0, MAIL_END | MAIL_REFUSED, "imap", "", 0 },
		{ "dovecot: managesieve-login: Disconnected: Connection closed (disconnected while "
		  "authenticating, waited 2 secs): user=<>, method=PLAIN, " PEER ", TLS",
		  "192.0.2.7", 0, MAIL_END | MAIL_LOST, "sieve", "", 0 },
		{ "dovecot: imap(bob)<1234><ek3VukYVN8hervMa>: Disconnected: Logged out in=10 "
		  "out=20",
		  "", 0, MAIL_END, "imap", "", 0 },
		{ "dovecot: imap(bob)<1234><a>: Disconnected: Connection closed (IDLE running for "
		  "0.001 + waiting input for 60.3 secs, 2 B in + 10 B out) in=1 out=2",
		  "", 0, MAIL_END, "imap", "", 0 },
		{ "imap(bob)<1234><a>: Info: Disconnected: Connection closed: read(size=1003) "
		  "failed: "
		  "Connection reset by peer in=1 out=2",
		  "", 0, MAIL_END | MAIL_RESET, "imap", "", 0 },
		{ "dovecot: pop3(bob)<1234><a>: Disconnected for inactivity top=0/0",
		  "", 0, MAIL_END | MAIL_TIMEOUT, "pop3", "", 0 },
		{ .line = "dovecot: imap(bob)<1234><a>: Error: Mailbox INBOX: x" },
		{ .line = "dovecot: lmtp(12): Connect from local" },
		{ .line = "dovecot: imap-login: Error: net_connect_unix(imap) failed" },
	};
	struct mail_fact f;

	CHECK_ALL(lines);
	EXPECT_TRUE(read_line(lines[0].line, &f));
	EXPECT_STREQ("ek3VukYVN8hervMa", f.id);
	EXPECT_EQ(180, f.before);
	EXPECT_TRUE(read_line(lines[9].line, &f));
	EXPECT_STREQ("ek3VukYVN8hervMa", f.id);
	EXPECT_TRUE(read_line(lines[1].line, &f));
	EXPECT_EQ(993, f.server_port);
	EXPECT_TRUE(read_line(lines[7].line, &f));
	EXPECT_EQ(2, f.before);
}

#define EXIM	"2026-11-26 23:41:26 "

TEST(exim)
{
	static const struct known lines[] = {
		{ EXIM "SMTP connection from [192.0.2.7]:40112 (TCP/IP connection count = 1)",
		  "192.0.2.7", 40112, MAIL_BEGIN, "smtp", "", 0 },
		{ EXIM "SMTP connection from a.example (phone) [192.0.2.7]:40112 "
		  "I=[198.51.100.25]:587 closed by QUIT",
		  "192.0.2.7", 40112, MAIL_END, "smtp", "", 0 },
		{ EXIM "SMTP connection from (phone) [192.0.2.7] lost D=2m",
		  "192.0.2.7", 0, MAIL_END | MAIL_LOST, "smtp", "", 0 },
		{ EXIM "SMTP connection from [192.0.2.7]:40112 lost D=0s",
		  "192.0.2.7", 40112, MAIL_END | MAIL_LOST | MAIL_STRANGER, "smtp", "", 0 },
		{ EXIM "SMTP connection from (phone) [192.0.2.7]:40112 closed by EOF",
		  "192.0.2.7", 40112, MAIL_END | MAIL_LOST, "smtp", "", 0 },
		{ EXIM "SMTP connection from (phone) [192.0.2.7] lost while reading message "
		  "data (header)",
		  "192.0.2.7", 0, MAIL_END | MAIL_LOST, "smtp", "DATA", 0 },
		{ EXIM "SMTP connection from (phone) [192.0.2.7] closed by DROP in ACL",
		  "192.0.2.7", 0, MAIL_END | MAIL_REFUSED, "smtp", "", 0 },
		{ EXIM "unexpected disconnection while reading SMTP command from (phone) "
		  "[192.0.2.7] "
		  "(error: Connection reset by peer) D=0s",
		  "192.0.2.7", 0, MAIL_END | MAIL_LOST | MAIL_RESET, "smtp", "", 0 },
		{ EXIM "unexpected disconnection while reading SMTP command from "
		  "[192.0.2.7]:9 D=1s",
		  "192.0.2.7", 9, MAIL_END | MAIL_LOST, "smtp", "", 0 },
		{ EXIM "TLS error on connection from (phone) [192.0.2.7] (gnutls_handshake): "
		  "The TLS connection was non-properly terminated.",
		  "192.0.2.7", 0, MAIL_TLS, "smtp", "STARTTLS", 0 },
		{ EXIM "TLS error on connection from (phone) [192.0.2.7] (gnutls_handshake): "
		  "A TLS fatal alert has been received: Certificate is bad",
		  "192.0.2.7", 0, MAIL_TLS, "smtp", "STARTTLS", MAIL_TLS_BAD_CERTIFICATE },
		{ EXIM "TLS error on connection from (phone) [192.0.2.7] (gnutls_handshake): "
		  "Decryption has failed.",
		  "192.0.2.7", 0, MAIL_TLS, "smtp", "STARTTLS", MAIL_TLS_UNREADABLE },
		{ EXIM "TLS error on connection from [192.0.2.7] (recv): A TLS fatal alert "
		  "has been "
		  "received: CA is unknown",
		  "192.0.2.7", 0, MAIL_TLS, "smtp", "", MAIL_TLS_UNKNOWN_CA },
		{ EXIM "SMTP command timeout on connection from x [2001:db8::7]:5 D=5m1s",
		  "2001:db8::7", 5, MAIL_END | MAIL_TIMEOUT, "smtp", "", 0 },
		{ EXIM "SMTP command timeout on TLS connection from x [192.0.2.7] D=5m1s",
		  "192.0.2.7", 0, MAIL_END | MAIL_TIMEOUT, "smtp", "", 0 },
		{ EXIM "SMTP protocol synchronization error (input sent without waiting for "
		  "greeting): "
		  "rejected connection from H=[192.0.2.7]:5 input=\"GET / HTTP/1.1\\r\\n\"",
		  "192.0.2.7", 5, MAIL_END | MAIL_STRANGER | MAIL_REFUSED, "smtp", "", 0 },
		{ EXIM "no MAIL in SMTP connection from x [192.0.2.7] D=0s C=EHLO,STARTTLS",
		  "192.0.2.7", 0, MAIL_END, "smtp", "", 0 },
		{ EXIM "SMTP call from [192.0.2.7] dropped: too many syntax or protocol errors",
		  "192.0.2.7", 0, MAIL_END | MAIL_REFUSED, "smtp", "", 0 },
		{ EXIM "1tFkZa-0001Ab-2c <= bob@example.org H=(phone) [192.0.2.7] P=esmtpsa S=700",
		  "192.0.2.7", 0, MAIL_USED, "smtp", "", 0 },
		{ .line = EXIM "1tFkZa-0001Ab-2c => bob@example.org R=x H=mx [192.0.2.7] X=y" },
		{ .line = EXIM "1tFkZa-0001Ab-2c <= bob@example.org U=bob P=local S=700" },
		{ .line = EXIM "Start queue run: pid=12" },
	};
	struct mail_fact f;

	CHECK_ALL(lines);
	EXPECT_TRUE(read_line(lines[1].line, &f));
	EXPECT_EQ(587, f.server_port);
}

/* What a client sends is quoted in lines: it must not speak for somebody else. */
TEST(quoted)
{
	static const struct known lines[] = {
		{ "postfix/smtpd[1]: warning: non-SMTP command from x[192.0.2.7]: lost connection "
		  "after STARTTLS from y[198.51.100.9]",
		  "192.0.2.7", 0, MAIL_STRANGER | MAIL_REFUSED, "smtp", "", 0 },
		{ "dovecot: imap-login: Disconnected: Connection closed (auth failed, 1 "
		  "attempts in "
		  "2 secs): user=<a, rip=198.51.100.9, session=<z>, unsupported protocol>, "
		  "method=PLAIN, " PEER ", session=<a>",
		  "192.0.2.7", 0, MAIL_END | MAIL_REFUSED, "imap", "", 0 },
		{ EXIM "unexpected disconnection while reading SMTP command from "
		  "([198.51.100.9]) [192.0.2.7] D=0s",
		  "192.0.2.7", 0, MAIL_END | MAIL_LOST, "smtp", "", 0 },
		{ EXIM "1tFkZa-0001Ab-2c <= \"a H=[198.51.100.9] b\"@example.org H=x "
		  "[192.0.2.7] P=smtp",
		  "192.0.2.7", 0, MAIL_USED, "smtp", "", 0 },
	};
	struct mail_fact f;

	CHECK_ALL(lines);
	EXPECT_TRUE(read_line(lines[1].line, &f));
	EXPECT_STREQ("a", f.id);
}

TEST(bracket)
{
	static const char *const bad[] = {
		"", "[", "[]", "192.0.2.7", "[192.0.2.7", "[192.0.2.256]", "[::1::2]", "[x]",
	};
	struct rstg_addr addr;
	uint16_t port;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *behind = mail_bracket(bad[i], &addr, &port);

		EXPECT_EQ(NULL, behind) TH_LOG("%s", bad[i]);
	}
	EXPECT_STREQ(" x", mail_bracket("[192.0.2.7]:65535 x", &addr, &port));
	EXPECT_EQ(65535, port);
	EXPECT_STREQ(":65536", mail_bracket("[192.0.2.7]:65536", &addr, &port));
	EXPECT_EQ(0, port);
	EXPECT_STREQ("", mail_bracket("[fe80::1%eth0]", &addr, &port));
}

TEST_HARNESS_MAIN
