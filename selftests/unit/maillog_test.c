// SPDX-License-Identifier: GPL-2.0-only
/* Who wrote a line, and what is left of it when somebody else wants to see it. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "maillog.h"

#include "kselftest_harness.h"

#define LAST	(INT64_C(1795736486) * 1000000)	/* 2026-11-26 23:41:26 UTC */

TEST(beginnings)
{
	static const struct {
		const char *line;
		bool timed;
		const char *program;
		unsigned int pid;
		const char *text;
	} lines[] = {
		{ "Jan 12 18:27:10 mx postfix/smtpd[28089]: connect from x[192.0.2.1]",
		  true, "postfix/smtpd", 28089, "connect from x[192.0.2.1]" },
		{ "2026-11-26T23:41:26.123456+00:00 mx postfix/submission/smtpd[7]: x",
		  true, "postfix/submission/smtpd", 7, "x" },
		{ "2026-11-26 23:41:26 mx postfix/smtpd[7]: x", true, "postfix/smtpd", 7, "x" },
		{ "2026-11-26T23:41:26.123456+00:00 mx dovecot: imap-login: Login: user=<a>",
		  true, "dovecot", 0, "imap-login: Login: user=<a>" },
		{ "Nov 26 23:41:26 mx dovecot[99]: imap(a)<1><b>: Disconnected",
		  true, "dovecot", 99, "imap(a)<1><b>: Disconnected" },
		{ "Nov 26 23:41:26 imap-login: Info: Disconnected",
		  true, "dovecot", 0, "imap-login: Info: Disconnected" },
		{ "Nov 26 23:41:26 imap(a)<1><b>: Info: Logged out",
		  true, "dovecot", 0, "imap(a)<1><b>: Info: Logged out" },
		{ "2026-11-26 23:41:26 pop3-login: Info: Disconnected",
		  true, "dovecot", 0, "pop3-login: Info: Disconnected" },
		{ "2026-11-26 23:41:26 SMTP connection from [192.0.2.1]:5",
		  true, "exim", 0, "SMTP connection from [192.0.2.1]:5" },
		{ "2026-11-26 23:41:26 +0000 [4711] SMTP connection from",
		  true, "exim", 4711, "SMTP connection from" },
		{ "2026-11-26 23:41:26 H=(a: b) [192.0.2.1]: x",
		  true, "exim", 0, "H=(a: b) [192.0.2.1]: x" },
		{ "Nov 26 23:41:26 mx exim[4711]: 2026-11-26 23:41:26 TLS error on",
		  true, "exim", 4711, "TLS error on" },
		{ "postfix/smtpd[28089]: connect from x[192.0.2.1]",
		  false, "postfix/smtpd", 28089, "connect from x[192.0.2.1]" },
		{ "dovecot: imap-login: Login", false, "dovecot", 0, "imap-login: Login" },
		{ "imap-login: Login", false, "dovecot", 0, "imap-login: Login" },
		{ "", false, "", 0, "" },
		{ "Nov 26 23:41:26", true, "", 0, "" },
		{ "Nov 26 23:41:26 ", true, "", 0, "" },
		{ "Nov 26 23:41:26 mx", true, "", 0, "mx" },
		{ ": x", false, "", 0, ": x" },
		{ "just words", false, "", 0, "just words" },
	};
	struct mail_line out;
	size_t i;

	setenv("TZ", "UTC", 1);
	tzset();
	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		maillog_parse(lines[i].line, LAST, &out);
		EXPECT_EQ(lines[i].timed, out.timed) TH_LOG("%s", lines[i].line);
		EXPECT_STREQ(lines[i].program, out.program);
		EXPECT_EQ(lines[i].pid, out.pid) TH_LOG("%s", lines[i].line);
		EXPECT_STREQ(lines[i].text, out.text);
	}
}

TEST(long_program)
{
	char line[200];
	struct mail_line out;

	memset(line, 'p', 150);
	snprintf(line + 150, sizeof(line) - 150, "[5]: text");
	maillog_parse(line, LAST, &out);
	EXPECT_EQ(MAILLOG_PROGRAM - 1, strlen(out.program));
	EXPECT_EQ(5, out.pid);
	EXPECT_STREQ("text", out.text);
}

/* What a client has said must not reach a terminal as it is. */
TEST(escape)
{
	char out[32];

	EXPECT_EQ(5, maillog_escape(out, sizeof(out), "a b~!"));
	EXPECT_STREQ("a b~!", out);
	maillog_escape(out, sizeof(out), "\033[2J\r\n\t\x7f");
	EXPECT_STREQ("\\x1b[2J\\x0d\\x0a\\x09\\x7f", out);
	maillog_escape(out, sizeof(out), "\xc2\x9b\xff\\");
	EXPECT_STREQ("\\xc2\\x9b\\xff\\", out);
	EXPECT_EQ(0, maillog_escape(out, sizeof(out), ""));
	EXPECT_STREQ("", out);
}

/* Cut between escapes, never within one, and said so. */
TEST(escape_cut)
{
	char out[12];

	maillog_escape(out, sizeof(out), "0123456789abcdef");
	EXPECT_STREQ("01234567...", out);
	maillog_escape(out, sizeof(out), "0\n1\n2\n");
	EXPECT_STREQ("0\\x0a1...", out);
	EXPECT_EQ(strlen(out), maillog_escape(out, sizeof(out), "0\n1\n2\n"));
}

TEST_HARNESS_MAIN
