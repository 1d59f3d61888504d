// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a connection's first packet says must not be lost, though no flow is made of it
 * before there is a second one. Judgements are tested with captures: selftests/replay.
 */
#include "env.h"
#include "glimpse.h"
#include "replay.h"

#include "kselftest_harness.h"

#define LINKTYPE_RAW	101
#define NS_PER_MS	1000000ULL
#define NS_PER_SEC	(1000 * NS_PER_MS)
#define HLEN		40

struct tap {
	struct replay *r;
	struct report rep;	/* the latest */
	uint64_t now_ns;
	uint64_t frames;
};

FIXTURE(replay) {
	struct tap tap;
};

static void take_report(const struct report *rep, void *arg)
{
	*(struct report *)arg = *rep;
}

FIXTURE_SETUP(replay)
{
	self->tap.now_ns = 1000 * NS_PER_SEC;
	self->tap.r = replay_new(take_report, &self->tap.rep, NULL);
	ASSERT_NE(NULL, self->tap.r);
}

FIXTURE_TEARDOWN(replay)
{
	replay_free(self->tap.r);
}

static void put(uint8_t *p, uint32_t v, unsigned int octets)
{
	while (octets--) {
		p[octets] = (uint8_t)v;
		v >>= 8;
	}
}

/* Client @i or the server says @text, which may be nothing. */
static void say(struct tap *tap, uint32_t i, bool server, uint16_t flags, uint32_t seq,
		uint32_t ack, const char *text)
{
	const uint32_t client = 0x0a000000 | i, web = 0xc0000201;
	uint32_t n = (uint32_t)strlen(text);
	uint8_t p[100] = { 0x45 };
	struct pcapio_pkt frame = {
		.data = p,
		.frame = ++tap->frames,
		.time_ns = tap->now_ns,
		.caplen = HLEN + n,
		.wirelen = HLEN + n,
		.link = LINKTYPE_RAW,
	};

	put(p + 2, HLEN + n, 2);
	p[8] = server ? 50 : 64;
	p[9] = 6;
	put(p + 12, server ? web : client, 4);
	put(p + 16, server ? client : web, 4);
	put(p + 20, server ? 80 : 40000, 2);
	put(p + 22, server ? 40000 : 80, 2);
	put(p + 24, seq, 4);
	put(p + 28, ack, 4);
	put(p + 32, 5 << 12 | flags, 2);
	memcpy(p + HLEN, text, n);
	replay_packet(tap->r, &frame);
}

static uint64_t flows(struct tap *tap)
{
	return replay_finish(tap->r)->flows;
}

TEST_F(replay, syn_again)
{
	say(&self->tap, 1, false, RSTG_SYN, 100, 0, "");
	self->tap.now_ns += 29 * NS_PER_SEC;
	say(&self->tap, 1, false, RSTG_SYN, 100, 0, "");
	EXPECT_EQ(1, flows(&self->tap));
}

TEST_F(replay, syn_again_too_late)
{
	say(&self->tap, 1, false, RSTG_SYN, 100, 0, "");
	self->tap.now_ns += 31 * NS_PER_SEC;
	say(&self->tap, 1, false, RSTG_SYN, 100, 0, "");
	EXPECT_EQ(2, flows(&self->tap));
}

/* Neither SYN nor ACK: nothing is learned, so each is the first. */
TEST_F(replay, teaches_nothing)
{
	say(&self->tap, 1, false, RSTG_FIN, 100, 0, "");
	say(&self->tap, 1, false, RSTG_FIN, 100, 0, "");
	EXPECT_EQ(2, flows(&self->tap));
}

TEST_F(replay, refused)
{
	say(&self->tap, 1, false, RSTG_SYN, 100, 0, "");
	self->tap.now_ns += 40 * NS_PER_MS;
	say(&self->tap, 1, true, RSTG_RST | RSTG_ACK, 0, 101, "");
	EXPECT_EQ(1, flows(&self->tap));
	EXPECT_EQ(RSTG_STAGE_SYN, self->tap.rep.trigger);
	EXPECT_TRUE(self->tap.rep.by_client);
	EXPECT_EQ(40, self->tap.rep.trigger_ms);
}

/* TCP Fast Open (RFC 7413) */
TEST_F(replay, request_in_the_syn)
{
	say(&self->tap, 1, false, RSTG_SYN, 100, 0, "GET / HTTP/1.0\r\n");
	self->tap.now_ns += 40 * NS_PER_MS;
	say(&self->tap, 1, true, RSTG_RST | RSTG_ACK, 0, 101, "");
	EXPECT_EQ(1, flows(&self->tap));
	EXPECT_EQ(RSTG_STAGE_HTTP_REQUEST, self->tap.rep.trigger);
	EXPECT_EQ(40, self->tap.rep.trigger_ms);
}

/* Its round trip was long, and a scan went by meanwhile. */
TEST_F(replay, handshake_in_a_scan)
{
	uint32_t i;

	say(&self->tap, 0, false, RSTG_SYN, 100, 0, "");
	for (i = 1; i < GLIMPSES_MAX; i++)
		say(&self->tap, i, false, RSTG_SYN, 100, 0, "");
	self->tap.now_ns += 40 * NS_PER_MS;
	say(&self->tap, 0, true, RSTG_SYN | RSTG_ACK, 500, 101, "");
	self->tap.now_ns += 1 * NS_PER_MS;
	say(&self->tap, 0, false, RSTG_ACK, 101, 501, "");
	say(&self->tap, 0, true, RSTG_RST, 501, 0, "");
	EXPECT_EQ(GLIMPSES_MAX, flows(&self->tap));
	EXPECT_EQ(RSTG_STAGE_HANDSHAKE, self->tap.rep.trigger);
	EXPECT_EQ(1, self->tap.rep.trigger_ms);
	EXPECT_GT(self->tap.rep.rtt_us, 39000);
}

TEST_HARNESS_MAIN
