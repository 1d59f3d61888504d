// SPDX-License-Identifier: GPL-2.0-only
/* How far the client has come, and which TLS it speaks. */
#include "ear.h"
#include "stages.h"

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

#define C(text)		ear_next(&self->ear, CLIENT, text, sizeof(text) - 1)
#define S(text)		ear_next(&self->ear, SERVER, text, sizeof(text) - 1)
#define PHASE()		((int)rstg_stream_phase(&self->ear.s))

TEST_F(ear, counts_what_the_client_sends)
{
	EXPECT_EQ(RSTG_PHASE_ACK, PHASE());
	S("220 mail.example.test\r\n");
	EXPECT_EQ(RSTG_PHASE_ACK, PHASE());
	C("EHLO c\r\n");
	EXPECT_EQ(RSTG_PHASE_PSH, PHASE());
	S("250-mail.example.test\r\n250 STARTTLS\r\n");
	EXPECT_EQ(RSTG_PHASE_PSH, PHASE());
	C("STARTTLS\r\n");
	EXPECT_EQ(RSTG_PHASE_DATA, PHASE());
	C("x");
	EXPECT_EQ(RSTG_PHASE_DATA, PHASE());
}

TEST_F(ear, one_sent_again_is_the_same)
{
	u32 seq = self->ear.seq[CLIENT];

	C("EHLO c\r\n");
	ear_segment(&self->ear, CLIENT, seq, "EHLO c\r\n", 8);
	ear_segment(&self->ear, CLIENT, seq + 2, "LO c\r\n", 6);
	ear_segment(&self->ear, CLIENT, seq + 8, "", 0);
	EXPECT_EQ(RSTG_PHASE_PSH, PHASE());
	ear_segment(&self->ear, CLIENT, seq, "EHLO c\r\nS", 9);
	EXPECT_EQ(RSTG_PHASE_DATA, PHASE());
}

/* Whatever it is, and however soon the parser has had enough of it. */
TEST_F(ear, counts_when_the_parser_is_done)
{
	C("\1\2\3\4\5\6\7\10\11\12\13\14\15");
	EXPECT_TRUE(rstg_stream_done(&self->ear.s));
	EXPECT_EQ(RSTG_PHASE_PSH, PHASE());
	C("x");
	EXPECT_EQ(RSTG_PHASE_DATA, PHASE());
}

#define HELLO(type, record, minor, len)	\
	"\x16\x03" record "\x00" len type "\x00\x00\x04\x03" minor "zz"

TEST_F(ear, version_of_the_latest_hello)
{
	EXPECT_EQ(0, self->ear.s.tls);
	C(HELLO("\x01", "\x01", "\x03", "\x08"));
	EXPECT_EQ(4, self->ear.s.tls);
	S(HELLO("\x02", "\x03", "\x01", "\x08"));
	EXPECT_EQ(2, self->ear.s.tls);
	/* encrypted, whatever it looks like */
	C(HELLO("\x01", "\x01", "\x02", "\x08"));
	EXPECT_EQ(2, self->ear.s.tls);
}

TEST_F(ear, version_of_an_old_client)
{
	C(HELLO("\x01", "\x00", "\x00", "\x08"));
	EXPECT_EQ(1, self->ear.s.tls);
	S(ALERT);
	EXPECT_EQ(RSTG_STAGE_TLS_ALERT, rstg_stream_stage(&self->ear.s));
	EXPECT_EQ(1, self->ear.s.tls);
}

TEST_F(ear, version_of_the_future)
{
	C(HELLO("\x01", "\x01", "\x7f", "\x08"));
	EXPECT_EQ(4, self->ear.s.tls);
}

TEST_F(ear, version_by_octets)
{
	static const char text[] = HELLO("\x01", "\x01", "\x02", "\x08");
	u32 i;

	for (i = 0; i < sizeof(text) - 1; i++) {
		ear_next(&self->ear, CLIENT, text + i, 1);
		EXPECT_EQ(i < 5 ? RSTG_STAGE_HANDSHAKE : RSTG_STAGE_TLS_CLIENT_HELLO,
			  rstg_stream_stage(&self->ear.s));
		EXPECT_EQ(i < 10 ? 0 : 3, self->ear.s.tls);
	}
	/* and the next record begins where this one ends */
	S(HELLO("\x02", "\x03", "\x03", "\x08"));
	C(CCS APPDATA);
	EXPECT_EQ(RSTG_STAGE_TLS_ESTABLISHED, rstg_stream_stage(&self->ear.s));
}

/* A hello that ends before its version says none, and what follows it is read rightly. */
TEST_F(ear, version_beyond_the_record)
{
	C("\x16\x03\x01\x00\x05\x01\x00\x00\x04\x03");
	C("\x16\x03\x01\x00\x03\x02zz");
	EXPECT_EQ(0, self->ear.s.tls);
	S(HELLO_S);
	C(CCS APPDATA);
	EXPECT_EQ(RSTG_STAGE_TLS_ESTABLISHED, rstg_stream_stage(&self->ear.s));
}

TEST_HARNESS_MAIN
