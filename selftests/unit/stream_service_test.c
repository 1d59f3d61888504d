// SPDX-License-Identifier: GPL-2.0-only
/* Which protocols a conversation has shown, and what an injector can do about that. */
#include "ear.h"

#include "kselftest_harness.h"

FIXTURE(ear) {
	struct ear ear;
};

FIXTURE_SETUP(ear)
{
	ear_open(&self->ear);
}

FIXTURE_TEARDOWN(ear)
{
}

#define S(name)		BIT(RSTG_SERVICE_##name)
#define SAY(d, text)	ear_next(&self->ear, d, text, sizeof(text) - 1)
/* One that its receiver does not take: what is really said has the same number. */
#define FORGE(d, text)	ear_segment(&self->ear, d, self->ear.seq[d], text, sizeof(text) - 1)
#define SERVICES()	self->ear.s.services

#define GREETING	"220 mx ESMTP\r\n"

static bool settled(const struct ear *ear, u32 acked0, u32 acked1)
{
	return rstg_stream_settled(&ear->s, ear->s.first[0] + acked0, ear->s.first[1] + acked1);
}

TEST_F(ear, none_at_first)
{
	EXPECT_EQ(0, SERVICES());
	SAY(CLIENT, HELLO_C);
	SAY(SERVER, HELLO_S);
	EXPECT_EQ(0, SERVICES());
}

TEST_F(ear, mail_stays_mail)
{
	SAY(SERVER, GREETING);
	EXPECT_EQ(S(SMTP), SERVICES());
	SAY(CLIENT, "EHLO c\r\n");
	SAY(SERVER, "250-mx\r\n250 STARTTLS\r\n");
	SAY(CLIENT, "STARTTLS\r\n");
	SAY(SERVER, "220 go on\r\n");
	SAY(CLIENT, HELLO_C);
	SAY(SERVER, HELLO_S);
	SAY(CLIENT, CCS APPDATA);
	SAY(SERVER, CCS APPDATA);
	EXPECT_TRUE(rstg_stream_done(&self->ear.s));
	EXPECT_EQ(RSTG_STAGE_TLS_ESTABLISHED, rstg_stream_stage(&self->ear.s));
	EXPECT_EQ(S(SMTP), SERVICES());
}

TEST_F(ear, an_ambiguous_greeting)
{
	SAY(SERVER, "220 host ready\r\n");
	SAY(CLIENT, "USER sam\r\n");
	EXPECT_EQ(S(SMTP) | S(FTP), SERVICES());
}

/* Each opening of each side, forged ahead of what is said; what is said counts as well. */
static const char *const forged[] = {
	"x", "\r\n", "\x16", "\x16\x03\x01\x00\x08\x02\x00\x00\x04\x03\x03zz",
	"HTTP/1.1 200 OK\r\n", "SSH-2.0-x\r\n", "+OK\r\n", "* OK x\r\n", "<?xml version='1.0'?>",
	"2", "220", "GET / HTTP/1.1\r\n", "\x00\x0e\x40\x01\x02\x03\x04\x05\x06\x07\x08\x00\x00",
};

TEST_F(ear, nothing_forged_ahead_takes_it_back)
{
	unsigned int d, i, j;

	for (d = 0; d < 2; d++)
		for (i = 0; i < ARRAY_SIZE(forged); i++)
			for (j = 0; j < ARRAY_SIZE(forged); j++) {
				u32 len = forged[i][0] ? (u32)strlen(forged[i]) : 13;

				ear_open(&self->ear);
				ear_segment(&self->ear, d, self->ear.seq[d], forged[i], len);
				len = forged[j][0] ? (u32)strlen(forged[j]) : 13;
				ear_segment(&self->ear, !d, self->ear.seq[!d], forged[j], len);
				SAY(SERVER, GREETING);
				SAY(CLIENT, "EHLO c\r\n");
				ASSERT_TRUE(SERVICES() & S(SMTP));
			}
}

/* More ahead than the parser waits for. */
TEST_F(ear, nor_a_gap)
{
	static const char far[1400];
	u32 i;

	for (i = 0; i < 20; i++)
		ear_segment(&self->ear, SERVER, self->ear.seq[SERVER] + 1400 * (i + 1), far,
			    sizeof(far));
	EXPECT_TRUE(rstg_stream_done(&self->ear.s));
	SAY(SERVER, GREETING);
	EXPECT_EQ(S(SMTP), SERVICES());
}

TEST_F(ear, nothing_said_later_takes_it_back)
{
	SAY(SERVER, GREETING);
	FORGE(SERVER, "HTTP/1.1 200 OK\r\n");
	FORGE(CLIENT, "GET / HTTP/1.1\r\n");
	FORGE(CLIENT, "xxxxxxxxxxxxx");
	EXPECT_TRUE(SERVICES() & S(SMTP));
}

/* Sent again is the same, and the inside of a stream is no beginning. */
TEST_F(ear, only_the_beginning_counts)
{
	SAY(SERVER, GREETING);
	FORGE(SERVER, "SSH-2.0-x\r\n");
	ear_segment(&self->ear, SERVER, SERVER_ISN, GREETING, sizeof(GREETING) - 1);
	ear_segment(&self->ear, SERVER, SERVER_ISN + 4, "SSH-2.0-x\r\n", 11);
	EXPECT_EQ(S(SMTP), SERVICES());
}

TEST_F(ear, mid_stream)
{
	memset(&self->ear.s, 0, sizeof(self->ear.s));
	ear_segment(&self->ear, SERVER, 0, GREETING, sizeof(GREETING) - 1);
	EXPECT_EQ(0, SERVICES());
}

TEST_F(ear, settled_when_both_are_acknowledged)
{
	SAY(CLIENT, "\1\2\3\4");
	EXPECT_TRUE(rstg_stream_done(&self->ear.s));
	EXPECT_FALSE(settled(&self->ear, 0, 0));
	EXPECT_FALSE(settled(&self->ear, 1, 0));
	EXPECT_FALSE(settled(&self->ear, 0, 1));
	EXPECT_TRUE(settled(&self->ear, 1, 1));
}

TEST_F(ear, settled_when_one_says_nothing)
{
	EXPECT_FALSE(settled(&self->ear, RSTG_STREAM_GAP, 0));
	EXPECT_TRUE(settled(&self->ear, RSTG_STREAM_GAP + 1, 0));
	EXPECT_TRUE(settled(&self->ear, 0, RSTG_STREAM_GAP + 1));
}

TEST_HARNESS_MAIN
