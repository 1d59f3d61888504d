// SPDX-License-Identifier: GPL-2.0-only
/* Lines and events joined to sessions, and what is said to have become of each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mail_class.h"
#include "mail_join.h"

#include "kselftest_harness.h"

#define LAST	(INT64_C(1795736486) * 1000000)	/* 2026-11-26 23:41:26 UTC */

FIXTURE(join) {
	struct mail_sessions *sessions;
	struct sessionlog *log;
	struct mail_match *matches;
	char said[512];
};

FIXTURE_SETUP(join)
{
	setenv("TZ", "UTC", 1);
	tzset();
	self->sessions = mail_sessions_new();
	self->log = sessionlog_new();
	self->matches = NULL;
}

FIXTURE_TEARDOWN(join)
{
	free(self->matches);
	sessionlog_free(self->log);
	mail_sessions_free(self->sessions);
}

#define JOIN	FIXTURE_DATA(join)

/* @time: hh:mm:ss of that day; NULL: a log without times */
static void line(JOIN *self, const char *time, const char *text)
{
	struct mail_line out;
	char whole[1024];

	snprintf(whole, sizeof(whole), "%s%s%s%s", time ? "2026-11-26T" : "", time ? time : "",
		 time ? "Z mx " : "", text);
	maillog_parse(whole, LAST, &out);
	mail_sessions_add(self->sessions, &out);
}

static bool any(const void *arg, const struct rstg_addr *addr)
{
	return mail_sessions_know(arg, addr);
}

static int event(JOIN *self, const char *json)
{
	const struct sessionlog_wants wants = { .client = any, .arg = self->sessions };
	char err[SESSIONLOG_ERROR];

	return sessionlog_line(self->log, json, &wants, err);
}

/* A RST of 192.0.2.7:@port to 198.51.100.25:@server. */
static void rst(JOIN *self, const char *time, unsigned int port, unsigned int server,
		const char *verdict, const char *action)
{
	char json[1024];

	snprintf(json, sizeof(json), "{\"timestamp\":\"2026-11-26T%s+0000\","
		 "\"event_type\":\"rst\",\"src_ip\":\"192.0.2.7\",\"src_port\":%u,\"dest_ip\":\"198.51.100.25\","
		 "\"dest_port\":%u,\"live\":true,\"action\":\"%s\",\"rst\":{\"verdict\":\"%s\","
		 "\"score\":33,\"reasons\":[\"ttl-far\"],\"proof\":%s}}", time, port, server,
		 action, verdict,
		 strcmp(verdict, "forged") ? "null" : "{\"kind\":\"data\",\"after_ms\":45}");
	event(self, json);
}

/* The first FIN, of either. */
static void fin(JOIN *self, const char *time, unsigned int port, unsigned int server,
		const char *by, const char *trigger)
{
	char json[1024];

	snprintf(json, sizeof(json), "{\"timestamp\":\"2026-11-26T%s+0000\","
		 "\"event_type\":\"close\",\"src_ip\":\"192.0.2.7\",\"src_port\":%u,\"dest_ip\":\"198.51.100.25\","
		 "\"dest_port\":%u,\"close\":{\"by\":\"%s\"%s%s}}", time, port, server, by,
		 *trigger ? ",\"trigger\":" : "", trigger);
	event(self, json);
}

/* "forged/40112 closed/40113*2 nothing": class, client's port, and of how many if a guess */
static const char *verdict(JOIN *self)
{
	unsigned int i;
	size_t n = 0;

	free(self->matches);
	for (i = 0; i < self->log->n; i++)
		self->log->list[i].used = false;
	self->matches = mail_join(self->sessions, self->log);
	self->said[0] = '\0';
	for (i = 0; i < mail_sessions_count(self->sessions); i++) {
		const struct mail_session *s = mail_sessions_get(self->sessions, i);
		const struct mail_match *m = &self->matches[i];

		n += sprintf(self->said + n, "%s%s", n ? " " : "",
			     mail_classes[mail_class(s, m->c)].name);
		if (m->c)
			n += sprintf(self->said + n, "/%u", m->c->port[m->client]);
		if (m->of > 1)
			n += sprintf(self->said + n, "*%u", m->of);
	}
	return self->said;
}

static const char *evidence(JOIN *self)
{
	static char said[MAIL_EVIDENCE];

	verdict(self);
	mail_evidence(said, mail_sessions_get(self->sessions, 0), &self->matches[0]);
	return said;
}

#define C	"x[192.0.2.7]"
#define SMTPD	"postfix/submission/smtpd[9]: "

/* Connected at 12:00:00, lost at 12:00:05. */
static void lost(JOIN *self)
{
	line(self, "12:00:00", SMTPD "connect from " C);
	line(self, "12:00:05", SMTPD "lost connection after STARTTLS from " C);
	line(self, "12:00:05", SMTPD "disconnect from " C " ehlo=1 starttls=0/1 commands=1/2");
}

static void quit(JOIN *self)
{
	line(self, "12:00:00", SMTPD "connect from " C);
	line(self, "12:00:05", SMTPD "disconnect from " C " ehlo=2 quit=1 commands=3");
}

TEST_F(join, nothing)
{
	lost(self);
	EXPECT_STREQ("nothing", verdict(self));
	fin(self, "12:00:05.1", 1, 587, "client", "");
	EXPECT_STREQ("closed/1", verdict(self));
}

TEST_F(join, forged)
{
	lost(self);
	rst(self, "12:00:04.900000", 1, 587, "suspect", "none");
	EXPECT_STREQ("suspect/1", verdict(self));
	rst(self, "12:00:04.945000", 1, 587, "forged", "none");
	EXPECT_STREQ("forged/1", verdict(self));
	EXPECT_STREQ("passed", mail_action(self->matches[0].c));
	EXPECT_FALSE(mail_went_on(mail_sessions_get(self->sessions, 0), self->matches[0].c));
}

TEST_F(join, forged_and_dropped)
{
	quit(self);
	rst(self, "12:00:01.900000", 1, 587, "suspect", "held");
	rst(self, "12:00:01.945000", 1, 587, "forged", "dropped");
	fin(self, "12:00:05.1", 1, 587, "client", "");
	EXPECT_STREQ("forged/1", verdict(self));
	EXPECT_STREQ("dropped", mail_action(self->matches[0].c));
	EXPECT_TRUE(mail_went_on(mail_sessions_get(self->sessions, 0), self->matches[0].c));
	EXPECT_STREQ("reset in the client's name, dropped, session went on; proof: data, 45 ms "
		     "after it; score 33: ttl-far; closed by the client", evidence(self));
}

/* One of them came through: whatever kept the session alive, it was not that. */
TEST_F(join, not_all_dropped)
{
	quit(self);
	rst(self, "12:00:01.900000", 1, 587, "forged", "dropped");
	rst(self, "12:00:05.900000", 1, 587, "suspect", "released");
	EXPECT_STREQ("forged/1", verdict(self));
	EXPECT_FALSE(mail_went_on(mail_sessions_get(self->sessions, 0), self->matches[0].c));
}

/* Dropped, and yet it did not end well: that is not living on. */
TEST_F(join, dropped_in_vain)
{
	lost(self);
	rst(self, "12:00:01.900000", 1, 587, "forged", "dropped");
	EXPECT_STREQ("forged/1", verdict(self));
	EXPECT_FALSE(mail_went_on(mail_sessions_get(self->sessions, 0), self->matches[0].c));
	rst(self, "12:00:02.900000", 1, 587, "suspect", "released");
	EXPECT_STREQ("partly-dropped", mail_action(&self->log->list[0]));
}

TEST_F(join, genuine)
{
	lost(self);
	rst(self, "12:00:05.000000", 1, 587, "genuine", "none");
	EXPECT_STREQ("reset/1", verdict(self));
}

/* What is closing already is not ended by a reset. */
TEST_F(join, genuine_after_fin)
{
	lost(self);
	fin(self, "12:00:05.000000", 1, 587, "client", "");
	rst(self, "12:00:05.100000", 1, 587, "genuine", "none");
	EXPECT_STREQ("closed/1", verdict(self));
}

TEST_F(join, timeout)
{
	line(self, "12:00:00", SMTPD "connect from " C);
	line(self, "12:05:00", SMTPD "timeout after DATA (12 bytes) from " C);
	EXPECT_STREQ("timeout", verdict(self));
	fin(self, "12:05:00.1", 1, 587, "server", "");
	EXPECT_STREQ("timeout/1", verdict(self));
}

/* The log does not say so, but the wire: nothing was said for minutes. */
TEST_F(join, gave_up)
{
	line(self, "12:00:00", SMTPD "connect from " C);
	line(self, "12:05:00", SMTPD "SSL_accept error from " C ": lost connection");
	line(self, "12:05:00", SMTPD "disconnect from " C);
	fin(self, "12:05:00.1", 1, 587, "server",
	    "{\"stage\":\"starttls-accepted\",\"by\":\"server\",\"ms\":9999}");
	EXPECT_STREQ("closed/1", verdict(self));
	sessionlog_free(self->log);
	self->log = sessionlog_new();
	fin(self, "12:05:00.1", 1, 587, "server",
	    "{\"stage\":\"starttls-accepted\",\"by\":\"server\",\"ms\":10000}");
	EXPECT_STREQ("timeout/1", verdict(self));
}

/* The event of a proof: no RST of this connection was told before it. */
TEST_F(join, as_late_as_a_proof_may_be)
{
	lost(self);
	rst(self, "12:00:09.900000", 1, 587, "forged", "none");
	EXPECT_STREQ("forged/1", verdict(self));
}

/* Events of another time, another port or another client are of something else. */
TEST_F(join, not_this_one)
{
	lost(self);
	rst(self, "11:59:30.000000", 1, 587, "forged", "none");	/* before it began */
	rst(self, "12:00:11.100000", 2, 587, "forged", "none");	/* long after its end */
	rst(self, "12:00:05.000000", 3, 993, "forged", "none");	/* IMAP */
	rst(self, "12:00:05.000000", 4, 465, "forged", "none");	/* another service, known */
	EXPECT_STREQ("nothing", verdict(self));
	rst(self, "12:00:05.000000", 5, 10587, "genuine", "none"); /* a port of one's own */
	EXPECT_STREQ("reset/5", verdict(self));
}

TEST_F(join, port_in_log)
{
	line(self, "12:00:00", SMTPD "connect from " C ":40112");
	line(self, "12:00:05", SMTPD "lost connection after STARTTLS from " C ":40112");
	rst(self, "12:00:05.000000", 40111, 587, "forged", "none");
	EXPECT_STREQ("nothing", verdict(self));
	fin(self, "12:00:05.000000", 40112, 587, "client", "");
	EXPECT_STREQ("closed/40112", verdict(self));
}

/* The log says that a RST came: then that explains it better than a FIN that is nearer. */
TEST_F(join, kind)
{
	line(self, "12:00:00", SMTPD "connect from " C);
	line(self, "12:00:05", SMTPD "SSL_accept error from " C ": Connection reset by peer");
	line(self, "12:00:05", SMTPD "lost connection after STARTTLS from " C);
	line(self, "12:00:05", SMTPD "disconnect from " C);
	fin(self, "12:00:05.000000", 1, 587, "client", "");
	rst(self, "12:00:03.000000", 2, 587, "genuine", "none");
	EXPECT_STREQ("reset/2", verdict(self));
}

/* Two sessions of one client, one after the other: each has its own. */
TEST_F(join, nearest)
{
	lost(self);
	line(self, "12:00:10", SMTPD "connect from " C);
	line(self, "12:00:12", SMTPD "lost connection after STARTTLS from " C);
	line(self, "12:00:12", SMTPD "disconnect from " C);
	rst(self, "12:00:12.300000", 2, 587, "genuine", "none");
	fin(self, "12:00:05.200000", 1, 587, "client", "");
	EXPECT_STREQ("closed/1 reset/2", verdict(self));
}

/* The same side by side: the one that was first to come is the last to go. */
TEST_F(join, nearest_of_two)
{
	line(self, "12:00:00", SMTPD "connect from " C);
	line(self, "12:00:01", "postfix/submission/smtpd[10]: connect from " C);
	line(self, "12:00:05", "postfix/submission/smtpd[10]: lost connection after STARTTLS "
	     "from " C);
	line(self, "12:00:05", "postfix/submission/smtpd[10]: disconnect from " C);
	line(self, "12:00:12", SMTPD "lost connection after STARTTLS from " C);
	line(self, "12:00:12", SMTPD "disconnect from " C);
	fin(self, "12:00:05.200000", 1, 587, "client", "");
	rst(self, "12:00:12.300000", 2, 587, "genuine", "none");
	EXPECT_STREQ("reset/2 closed/1", verdict(self));
}

/* Two phones behind one NAT, in the same second: that is a guess, and said to be. */
TEST_F(join, ambiguous)
{
	lost(self);
	line(self, "12:00:01", "postfix/submission/smtpd[10]: connect from " C);
	line(self, "12:00:05", "postfix/submission/smtpd[10]: lost connection after STARTTLS "
	     "from " C);
	rst(self, "12:00:05.100000", 1, 587, "genuine", "none");
	rst(self, "12:00:05.200000", 2, 587, "genuine", "none");
	EXPECT_STREQ("reset/1*2 reset/2*2", verdict(self));
}

/* One connection is one session, even without any time. */
TEST_F(join, used_once)
{
	line(self, NULL, SMTPD "connect from " C);
	line(self, NULL, SMTPD "lost connection after STARTTLS from " C);
	line(self, NULL, SMTPD "disconnect from " C);
	line(self, NULL, SMTPD "connect from " C);
	line(self, NULL, SMTPD "lost connection after STARTTLS from " C);
	line(self, NULL, SMTPD "disconnect from " C);
	rst(self, "12:00:05.100000", 1, 587, "genuine", "none");
	EXPECT_STREQ("reset/1 nothing", verdict(self));
}

/* The same ports again: another connection, but for what belongs to the first one's end. */
TEST_F(join, ports_again)
{
	lost(self);
	rst(self, "12:00:05.100000", 1, 587, "genuine", "none");
	fin(self, "12:01:05.100000", 1, 587, "client", "");
	EXPECT_EQ(1, self->log->n);
	fin(self, "12:02:05.200000", 1, 587, "client", "");
	EXPECT_EQ(2, self->log->n);
}

/* Both directions are one connection; IPv4 in IPv6 is IPv4; strangers are not kept. */
TEST_F(join, connections)
{
	lost(self);
	rst(self, "12:00:05.100000", 1, 587, "genuine", "none");
	EXPECT_EQ(0, event(self, "{\"timestamp\":\"2026-11-26T12:00:05.2+0000\","
			   "\"event_type\":\"rst\",\"src_ip\":\"::ffff:198.51.100.25\","
			   "\"src_port\":587,\"dest_ip\":\"::ffff:192.0.2.7\",\"dest_port\":1,"
			   "\"rst\":{\"verdict\":\"suspect\"}}"));
	EXPECT_EQ(1, self->log->n);
	EXPECT_STREQ("suspect/1", verdict(self));
	EXPECT_EQ(0, event(self, "{\"timestamp\":\"2026-11-26T12:00:05.2+0000\","
			   "\"event_type\":\"rst\",\"src_ip\":\"198.51.100.26\","
			   "\"src_port\":587,\"dest_ip\":\"203.0.113.9\",\"dest_port\":1,"
			   "\"rst\":{\"verdict\":\"suspect\"}}"));
	EXPECT_EQ(1, self->log->n);
	EXPECT_EQ(3, self->log->events);
}

#define EVENT(rest)	"{\"timestamp\":\"2026-11-26T12:00:05+0000\",\"src_ip\":\"192.0.2.7\"," \
			"\"src_port\":1,\"dest_ip\":\"192.0.2.8\"," rest "}"

#define FORGED	"\"event_type\":\"rst\",\"rst\":{\"verdict\":\"forged\"},"

TEST_F(join, bad_events)
{
	static const char *const bad[] = {
		"x", "{", "[]", "7", "{} x",
		"{\"event_type\":\"rst\"}",
		EVENT("\"event_type\":\"rst\",\"dest_port\":2"),
		EVENT("\"event_type\":\"rst\",\"dest_port\":2,\"rst\":{\"verdict\":\"so-so\"}"),
		EVENT(FORGED "\"dest_port\":\"2\""),
		EVENT(FORGED "\"dest_port\":65536"),
		EVENT("\"event_type\":\"close\",\"dest_port\":2"),
	};
	static const char *const good[] = {
		"", "{}", "{\"event_type\":\"summary\"}", "{\"event_type\":7}",
		EVENT(FORGED "\"dest_port\":65535"),
		EVENT("\"event_type\":\"close\",\"dest_port\":2,\"close\":{\"by\":\"client\"}"),
		EVENT("\"event_type\":\"starttls\",\"dest_port\":2,\"notice\":\"masked\""),
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		int ret = event(self, bad[i]);

		EXPECT_EQ(-EINVAL, ret) TH_LOG("%s", bad[i]);
	}
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		int ret = event(self, good[i]);

		EXPECT_EQ(0, ret) TH_LOG("%s", good[i]);
	}
	EXPECT_EQ(3, self->log->events);
}

/* Names that are none do not get out of an event again. */
TEST_F(join, names)
{
	lost(self);
	fin(self, "12:00:05.100000", 1, 587, "client",
	    "{\"stage\":\"\\u001b[2J\",\"by\":\"a very long name indeed\",\"ms\":-5}");
	EXPECT_STREQ("closed by the client; last said: unknown by the unknown, 0 ms before",
		     evidence(self));
}

/* --- sessions ------------------------------------------------------------------------ */

#define IMAP	"dovecot: imap-login: "

TEST_F(join, dovecot)
{
	line(self, "12:00:00", IMAP "Login: user=<b>, rip=192.0.2.7, lip=198.51.100.25, "
	     "session=<s>");
	line(self, "12:00:01", IMAP "Login: user=<b>, rip=192.0.2.7, lip=198.51.100.25, "
	     "session=<t>");
	line(self, "12:30:00", "dovecot: imap(b)<1><s>: Disconnected: Connection closed: "
	     "read(size=1003) failed: Connection reset by peer in=1 out=2");
	line(self, "12:40:00", "dovecot: imap(b)<2><t>: Disconnected: Logged out in=1 out=2");
	rst(self, "12:30:00.100000", 1, 993, "genuine", "none");
	fin(self, "12:40:00.100000", 2, 993, "client", "");
	EXPECT_STREQ("reset/1 closed/2", verdict(self));
	EXPECT_EQ(MAIL_ENDED_CUT, mail_session_ending(mail_sessions_get(self->sessions, 0)));
	EXPECT_EQ(MAIL_ENDED_WELL, mail_session_ending(mail_sessions_get(self->sessions, 1)));
}

/* exim tells of one ending twice. */
TEST_F(join, exim)
{
	line(self, "12:00:00", "exim[5]: TLS error on connection from (p) [192.0.2.7] "
	     "(gnutls_handshake): The TLS connection was non-properly terminated.");
	line(self, "12:00:01", "exim[5]: unexpected disconnection while reading SMTP command from "
	     "(p) [192.0.2.7] (error: Connection reset by peer) D=1s");
	EXPECT_EQ(1, mail_sessions_count(self->sessions));
	line(self, "12:00:09", "exim[6]: TLS error on connection from (p) [192.0.2.7] "
	     "(gnutls_handshake): The TLS connection was non-properly terminated.");
	EXPECT_EQ(2, mail_sessions_count(self->sessions));
	/* the process is not told, but the time */
	line(self, "12:00:12", "exim: TLS error on connection from (p) [192.0.2.7] "
	     "(gnutls_handshake): The TLS connection was non-properly terminated.");
	EXPECT_EQ(3, mail_sessions_count(self->sessions));
	rst(self, "12:00:01.000000", 1, 25, "genuine", "none");
	EXPECT_STREQ("reset/1 nothing nothing", verdict(self));
}

/* With +smtp_connection there is a line about the end as well, which tells less. */
TEST_F(join, exim_connection)
{
	line(self, "12:00:00", "exim[5]: SMTP connection from [192.0.2.7]:1 (TCP/IP connection "
	     "count = 1)");
	line(self, "12:00:01", "exim[6]: TLS error on connection from (p) [192.0.2.7]:1 "
	     "(gnutls_handshake): Decryption has failed.");
	line(self, "12:00:01", "exim[6]: SMTP connection from (p) [192.0.2.7]:1 closed by EOF");
	EXPECT_EQ(1, mail_sessions_count(self->sessions));
	EXPECT_STREQ("TLS error on connection from (p) [192.0.2.7]:1 (gnutls_handshake): "
		     "Decryption has failed.", mail_sessions_get(self->sessions, 0)->said);
}

TEST_F(join, exim_accepted)
{
	line(self, "12:00:00", "exim[5]: 1tFkZa-0001Ab-2c <= b@example.org H=(p) [192.0.2.7] "
	     "P=esmtp");
	rst(self, "12:00:02.000000", 1, 25, "forged", "dropped");
	EXPECT_STREQ("forged/1", verdict(self));
	EXPECT_TRUE(mail_went_on(mail_sessions_get(self->sessions, 0), self->matches[0].c));
}

/* A process that serves one client after the other, and warnings between. */
TEST_F(join, postfix_process)
{
	lost(self);
	line(self, "12:00:06", SMTPD "warning: TLS library problem: error:0A000102:SSL routines::"
	     "unsupported protocol:");
	line(self, "12:00:07", SMTPD "connect from y[192.0.2.8]");
	line(self, "12:00:08", SMTPD "disconnect from y[192.0.2.8] quit=1 commands=1");
	EXPECT_EQ(2, mail_sessions_count(self->sessions));
	EXPECT_EQ(MAIL_TLS_NONE, mail_sessions_get(self->sessions, 0)->tls);
	EXPECT_STREQ("lost connection after STARTTLS from " C,
		     mail_sessions_get(self->sessions, 0)->said);
}

TEST_HARNESS_MAIN
