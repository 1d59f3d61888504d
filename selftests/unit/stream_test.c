// SPDX-License-Identifier: GPL-2.0-only
/* Directions of a stream: where they begin, in what order they come, how far they are read. */
#include "ear.h"

#include "kselftest_harness.h"

#define GREETING	"220 mx ESMTP\r\n"
#define EHLO		"EHLO client\r\n"
#define BACK		"250-mx\r\n250 STARTTLS\r\n"

#define SAY(ear, d, text)		ear_next(ear, d, text, sizeof(text) - 1)
#define AT(ear, d, offset, text)	\
	ear_segment(ear, d, (ear)->seq[d] + (offset), text, sizeof(text) - 1)

#define EXPECT_STAGE(which, ear)					\
	EXPECT_STREQ(rstg_stages[RSTG_STAGE_##which].name,		\
		     rstg_stages[rstg_stream_stage(&(ear)->s)].name)

static u32 wanted(struct ear *ear, unsigned int d, u32 seq, u32 len)
{
	u32 at;

	return rstg_stream_wanted(&ear->s, d, seq, len, &at);
}

FIXTURE(stream) {
	struct ear ear;
};

FIXTURE_SETUP(stream)
{
	ear_open(&self->ear);
}

FIXTURE_TEARDOWN(stream)
{
}

/* --- beginnings ---------------------------------------------------------------------- */

TEST_F(stream, zeroed_is_mid_stream)
{
	struct ear *ear = &self->ear;

	memset(&ear->s, 0, sizeof(ear->s));
	EXPECT_STAGE(UNKNOWN, ear);
	EXPECT_TRUE(rstg_stream_done(&ear->s));
	EXPECT_EQ(0, wanted(ear, CLIENT, 1, 100));
	EXPECT_EQ(0, rstg_stream_feed(&ear->s, CLIENT, (const u8 *)EHLO, 5));
	EXPECT_STAGE(UNKNOWN, ear);
}

TEST_F(stream, syn_and_handshake)
{
	struct ear *ear = &self->ear;

	memset(&ear->s, 0, sizeof(ear->s));
	rstg_stream_begin(&ear->s, CLIENT, 100);
	EXPECT_STAGE(SYN, ear);
	EXPECT_FALSE(rstg_stream_done(&ear->s));
	EXPECT_EQ(CLIENT, rstg_stream_client(&ear->s));
	EXPECT_EQ(CLIENT, rstg_stream_speaker(&ear->s));
	rstg_stream_begin(&ear->s, SERVER, 500);
	EXPECT_STAGE(HANDSHAKE, ear);
	EXPECT_EQ(CLIENT, rstg_stream_client(&ear->s));
	EXPECT_EQ(SERVER, rstg_stream_speaker(&ear->s));
}

/* which side has the higher number says nothing */
TEST_F(stream, client_is_who_began)
{
	struct ear *ear = &self->ear;

	memset(&ear->s, 0, sizeof(ear->s));
	rstg_stream_begin(&ear->s, SERVER, 100);
	rstg_stream_begin(&ear->s, CLIENT, 500);
	EXPECT_EQ(SERVER, rstg_stream_client(&ear->s));
	ear->seq[SERVER] = 100;
	SAY(ear, SERVER, EHLO);
	EXPECT_STAGE(SMTP_EHLO, ear);
}

/* a SYN sent again, even one with another number, changes nothing that was read */
TEST_F(stream, syn_again)
{
	struct ear *ear = &self->ear;

	SAY(ear, SERVER, GREETING);
	rstg_stream_begin(&ear->s, CLIENT, CLIENT_ISN);
	rstg_stream_begin(&ear->s, SERVER, 4711);
	EXPECT_STAGE(SMTP_GREETING, ear);
	SAY(ear, CLIENT, EHLO);
	SAY(ear, SERVER, BACK);
	EXPECT_STAGE(SMTP_CAPABILITIES, ear);
}

/* TCP fast open: data with the SYN, before the other side has answered */
TEST_F(stream, data_before_the_answer)
{
	struct ear *ear = &self->ear;

	memset(&ear->s, 0, sizeof(ear->s));
	rstg_stream_begin(&ear->s, CLIENT, CLIENT_ISN);
	SAY(ear, CLIENT, HELLO_C);
	EXPECT_STAGE(TLS_CLIENT_HELLO, ear);
	rstg_stream_begin(&ear->s, SERVER, SERVER_ISN);
	EXPECT_STAGE(TLS_CLIENT_HELLO, ear);
	EXPECT_EQ(CLIENT, rstg_stream_speaker(&ear->s));
	SAY(ear, SERVER, HELLO_S);
	EXPECT_STAGE(TLS_SERVER_HELLO, ear);
}

/* one direction takes another way */
TEST_F(stream, one_side_only)
{
	struct ear *ear = &self->ear;

	memset(&ear->s, 0, sizeof(ear->s));
	rstg_stream_begin(&ear->s, CLIENT, CLIENT_ISN);
	EXPECT_EQ(0, wanted(ear, SERVER, SERVER_ISN, 100));
	SAY(ear, CLIENT, HELLO_C);
	EXPECT_STAGE(TLS_CLIENT_HELLO, ear);
}

TEST_F(stream, methods_of_http)
{
	static const char *const methods[] = {
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
	};
	struct ear *ear = &self->ear;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(methods); i++) {
		ear_open(ear);
		ear_next(ear, CLIENT, methods[i], (u32)strlen(methods[i]));
		EXPECT_STAGE(HANDSHAKE, ear);
		SAY(ear, CLIENT, " ");
		EXPECT_STAGE(HTTP_REQUEST, ear);
	}
}

/* --- order --------------------------------------------------------------------------- */

TEST_F(stream, old_octets_are_not_wanted)
{
	struct ear *ear = &self->ear;
	u32 at;

	SAY(ear, SERVER, GREETING);
	EXPECT_EQ(0, wanted(ear, SERVER, SERVER_ISN, 14));
	EXPECT_EQ(0, wanted(ear, SERVER, SERVER_ISN - 5, 6));
	EXPECT_EQ(0, wanted(ear, SERVER, SERVER_ISN - 0x70000000, 6));
	EXPECT_EQ(0, wanted(ear, SERVER, SERVER_ISN + 14, 0));
	EXPECT_EQ(1, rstg_stream_wanted(&ear->s, SERVER, SERVER_ISN, 15, &at));
	EXPECT_EQ(14, at);
	EXPECT_EQ(1, rstg_stream_wanted(&ear->s, SERVER, SERVER_ISN + 14, 1, &at));
	EXPECT_EQ(0, at);
}

/* what came behind the gap is not put together with what came before it */
TEST_F(stream, behind_a_gap)
{
	struct ear *ear = &self->ear;

	AT(ear, SERVER, 4, "mx ESMTP\r\n");
	EXPECT_STAGE(HANDSHAKE, ear);
	SAY(ear, SERVER, "220 ");
	EXPECT_STAGE(HANDSHAKE, ear);
	SAY(ear, SERVER, "mx ESMTP\r\n");
	EXPECT_STAGE(SMTP_GREETING, ear);
}

/* two octets one after the other, each behind the other's gap */
TEST_F(stream, gap_is_filled_octet_by_octet_from_behind)
{
	struct ear *ear = &self->ear;
	static const char text[] = GREETING;
	u32 i;

	for (i = sizeof(text) - 1; i--; )
		ear_segment(ear, SERVER, SERVER_ISN + i, text + i, 1);
	EXPECT_STAGE(HANDSHAKE, ear);
	SAY(ear, SERVER, GREETING);
	EXPECT_STAGE(SMTP_GREETING, ear);
}

/* Octets in @len pieces until just that many have come behind a gap. */
static void flood(struct ear *ear, u32 octets)
{
	static const char nothing[1024];
	u32 n, at = 1;

	for (; octets; octets -= n, at += n) {
		n = min_t(u32, octets, sizeof(nothing));
		ear_segment(ear, SERVER, ear->seq[SERVER] + at, nothing, n);
	}
}

TEST_F(stream, gap_may_last)
{
	struct ear *ear = &self->ear;

	SAY(ear, SERVER, "220");
	flood(ear, RSTG_STREAM_GAP);
	EXPECT_FALSE(rstg_stream_done(&ear->s));
	/* what is filled is forgotten */
	SAY(ear, SERVER, " ");
	flood(ear, RSTG_STREAM_GAP);
	EXPECT_STAGE(HANDSHAKE, ear);
	SAY(ear, SERVER, "mx\r\n");
	EXPECT_STAGE(SMTP_GREETING, ear);
}

TEST_F(stream, gap_too_long)
{
	struct ear *ear = &self->ear;

	SAY(ear, SERVER, GREETING);
	SAY(ear, CLIENT, EHLO);
	flood(ear, RSTG_STREAM_GAP + 1);
	EXPECT_STAGE(UNKNOWN, ear);
	EXPECT_EQ(SERVER, rstg_stream_speaker(&ear->s));
	EXPECT_TRUE(rstg_stream_done(&ear->s));
	EXPECT_EQ(0, wanted(ear, SERVER, ear->seq[SERVER], 20));
	EXPECT_EQ(0, wanted(ear, CLIENT, ear->seq[CLIENT], 20));
}

/* however far ahead: a segment with any number is not yet a stream that moves on */
TEST_F(stream, gap_is_counted_in_octets)
{
	struct ear *ear = &self->ear;

	AT(ear, SERVER, 0x7fffff00, "forged");
	AT(ear, SERVER, 1 << 20, "forged");
	EXPECT_FALSE(rstg_stream_done(&ear->s));
	SAY(ear, SERVER, GREETING);
	EXPECT_STAGE(SMTP_GREETING, ear);
}

TEST_F(stream, gap_of_one_large_segment)
{
	struct ear *ear = &self->ear;

	EXPECT_EQ(0, wanted(ear, SERVER, SERVER_ISN + 1, RSTG_STREAM_GAP));
	EXPECT_STAGE(HANDSHAKE, ear);
	EXPECT_EQ(0, wanted(ear, SERVER, SERVER_ISN + 1, 1));
	EXPECT_STAGE(UNKNOWN, ear);
}

/* A server's hello in a record of 16,384 octets, as far as it is read. */
#define HELLO_16K	"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03"

/* inside a record nothing is missed */
TEST_F(stream, gap_within_a_record)
{
	struct ear *ear = &self->ear;
	char inside[1024] = {};

	SAY(ear, CLIENT, HELLO_C);
	SAY(ear, SERVER, HELLO_16K);			/* 16,378 octets to go */
	EXPECT_EQ(0, wanted(ear, SERVER, ear->seq[SERVER], 400));
	/* the next 600 are lost, this ends just before the end of the record */
	ear_segment(ear, SERVER, ear->seq[SERVER] + 1000, inside, sizeof(inside));
	EXPECT_EQ(0, wanted(ear, SERVER, ear->seq[SERVER] + 2024, 14354));
	AT(ear, SERVER, 16378, APPDATA);
	SAY(ear, CLIENT, APPDATA);
	EXPECT_STAGE(TLS_ESTABLISHED, ear);
}

/* the gap reaches one octet beyond the record */
TEST_F(stream, gap_at_the_end_of_a_record)
{
	struct ear *ear = &self->ear;

	SAY(ear, CLIENT, HELLO_C);
	SAY(ear, SERVER, HELLO_16K);
	AT(ear, SERVER, 16379, ALERT);
	EXPECT_STAGE(TLS_SERVER_HELLO, ear);
	EXPECT_FALSE(rstg_stream_done(&ear->s));
	AT(ear, SERVER, 16378, ALERT);
	EXPECT_STAGE(TLS_ALERT, ear);
}

/* a record's header is all that is asked for, of a hello also its version, and of a
 * beginning no more than tells
 */
TEST_F(stream, wants_headers_only)
{
	struct ear *ear = &self->ear;
	u32 at;

	EXPECT_EQ(RSTG_STREAM_WORD, wanted(ear, CLIENT, CLIENT_ISN, 1400));
	SAY(ear, CLIENT, "\x16\x03\x01\x02\x00\x01");
	EXPECT_EQ(5, wanted(ear, CLIENT, ear->seq[CLIENT], 511));
	SAY(ear, CLIENT, "\x00\x01\xfc\x03\x03");
	EXPECT_EQ(0, wanted(ear, CLIENT, ear->seq[CLIENT], 506));
	ear->seq[CLIENT] += 506;
	EXPECT_EQ(5, rstg_stream_wanted(&ear->s, CLIENT, ear->seq[CLIENT] - 506, 1400, &at));
	EXPECT_EQ(506, at);
	SAY(ear, CLIENT, "\x14\x03\x03\x00\x01");
	EXPECT_EQ(1, rstg_stream_wanted(&ear->s, CLIENT, ear->seq[CLIENT] - 5, 1400, &at));
	EXPECT_EQ(5, at);
}

/* the caller may give less than was asked for, and more: a whole segment at once */
TEST_F(stream, fed_more_than_wanted)
{
	static const char hello[] = HELLO_C CCS APPDATA;
	struct ear *ear = &self->ear;

	SAY(ear, SERVER, HELLO_S);
	EXPECT_EQ(RSTG_STREAM_SAID, rstg_stream_feed(&ear->s, CLIENT, (const u8 *)hello,
						     sizeof(hello) - 1));
	EXPECT_STAGE(TLS_ESTABLISHED, ear);
}

/* --- bounds -------------------------------------------------------------------------- */

/* A line that does not end. */
static void drone(struct ear *ear, u32 octets)
{
	static const char text[] = "x";

	while (octets--)
		ear_next(ear, CLIENT, text, 1);
}

TEST_F(stream, read_to_its_bound)
{
	struct ear *ear = &self->ear;

	SAY(ear, SERVER, GREETING);
	SAY(ear, CLIENT, EHLO);
	drone(ear, RSTG_STREAM_OCTETS - sizeof(EHLO));
	EXPECT_STAGE(SMTP_EHLO, ear);
	EXPECT_EQ(1, wanted(ear, CLIENT, ear->seq[CLIENT], 1000));
	drone(ear, 1);
	EXPECT_STAGE(DATA, ear);
	EXPECT_EQ(CLIENT, rstg_stream_speaker(&ear->s));
	EXPECT_TRUE(rstg_stream_done(&ear->s));
	EXPECT_EQ(0, wanted(ear, CLIENT, ear->seq[CLIENT], 1000));
	EXPECT_EQ(0, wanted(ear, SERVER, ear->seq[SERVER], 1000));
	SAY(ear, SERVER, BACK);
	EXPECT_STAGE(DATA, ear);
}

/* the last octet that may be read ends a line */
TEST_F(stream, bound_at_the_end_of_a_line)
{
	struct ear *ear = &self->ear;

	SAY(ear, SERVER, GREETING);
	drone(ear, RSTG_STREAM_OCTETS - 6);
	SAY(ear, CLIENT, "\r\nDATA");
	EXPECT_STAGE(DATA, ear);
}

/* a certificate of any size does not use it up */
TEST_F(stream, what_is_stepped_over_is_free)
{
	static const char handshake[6 + 16383] = "\x16\x03\x03\x40\x00\x0b";
	struct ear *ear = &self->ear;
	unsigned int i;

	SAY(ear, CLIENT, HELLO_C);
	SAY(ear, SERVER, HELLO_S);
	for (i = 0; i < 100; i++)
		ear_next(ear, SERVER, handshake, sizeof(handshake));
	SAY(ear, CLIENT, CCS);
	SAY(ear, SERVER, APPDATA);
	EXPECT_STAGE(TLS_ESTABLISHED, ear);
}

TEST_F(stream, but_not_for_ever)
{
	static const char handshake[6 + 16383] = "\x16\x03\x03\x40\x00\x0b";
	struct ear *ear = &self->ear;
	unsigned int i;

	SAY(ear, CLIENT, HELLO_C);
	SAY(ear, SERVER, HELLO_S);
	for (i = 0; i <= RSTG_STREAM_OCTETS / 6; i++)
		ear_next(ear, SERVER, handshake, sizeof(handshake));
	EXPECT_STAGE(DATA, ear);
	EXPECT_TRUE(rstg_stream_done(&ear->s));
}

/* words longer than what is kept of them */
TEST_F(stream, long_words)
{
	struct ear *ear = &self->ear;
	char word[300];

	memset(word, 'X', sizeof(word));
	SAY(ear, SERVER, GREETING);
	ear_next(ear, CLIENT, word, sizeof(word));
	SAY(ear, CLIENT, "\r\n");
	EXPECT_STAGE(SMTP_COMMAND, ear);
	SAY(ear, SERVER, "500 what?\r\n");
	EXPECT_EQ(BIT(RSTG_NOTICE_MANGLED), ear->notices);
	SAY(ear, CLIENT, "STARTTLSSTARTTLSSTARTTLS\r\n");
	EXPECT_STAGE(SMTP_COMMAND, ear);
}

/* --- the end ------------------------------------------------------------------------- */

TEST_F(stream, done_when_nothing_more_can_be_learned)
{
	struct ear *ear = &self->ear;

	SAY(ear, CLIENT, HELLO_C);
	SAY(ear, SERVER, HELLO_S);
	SAY(ear, CLIENT, CCS);
	EXPECT_FALSE(rstg_stream_done(&ear->s));
	SAY(ear, CLIENT, APPDATA);
	EXPECT_TRUE(rstg_stream_done(&ear->s));
	EXPECT_EQ(0, rstg_stream_feed(&ear->s, SERVER, (const u8 *)APPDATA, 5));
	EXPECT_STAGE(TLS_ESTABLISHED, ear);
	EXPECT_EQ(CLIENT, rstg_stream_speaker(&ear->s));
}

TEST_F(stream, request_is_not_read_to_its_end)
{
	struct ear *ear = &self->ear;

	SAY(ear, CLIENT, "POST / HTTP/1.1\r\n");
	EXPECT_EQ(0, wanted(ear, CLIENT, ear->seq[CLIENT], 1000));
	EXPECT_EQ(0, rstg_stream_feed(&ear->s, CLIENT, (const u8 *)"\r\n", 2));
	EXPECT_FALSE(rstg_stream_done(&ear->s));
	SAY(ear, SERVER, "HTTP/");
	EXPECT_TRUE(rstg_stream_done(&ear->s));
}

/* each turn is told as news, a second one of the same kind as well */
TEST_F(stream, news)
{
	static const char noop[] = "NOOP\r\n";
	struct ear *ear = &self->ear;
	unsigned int i;

	SAY(ear, SERVER, GREETING);
	for (i = 0; i < 2; i++) {
		EXPECT_EQ(0, rstg_stream_feed(&ear->s, CLIENT, (const u8 *)noop, 5));
		EXPECT_EQ(RSTG_STREAM_SAID,
			  rstg_stream_feed(&ear->s, CLIENT, (const u8 *)noop + 5, 1));
	}
	EXPECT_EQ(0, rstg_stream_feed(&ear->s, CLIENT, (const u8 *)noop, 0));
}

TEST_HARNESS_MAIN
