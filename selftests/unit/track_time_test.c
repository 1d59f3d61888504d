// SPDX-License-Identifier: GPL-2.0-only
/* Round trips, clocks that wrap, and how long a flow is remembered. */
#include "talk.h"

#include "kselftest_harness.h"

#define BEATS_PER_S	954	/* rounded up */

FIXTURE(flow) {
	struct talk t;
};

FIXTURE_SETUP(flow)
{
	talk_init(&self->t);
}

FIXTURE_TEARDOWN(flow)
{
}

/* --- round trips ---------------------------------------------------------- */

TEST_F(flow, rtt_of_the_handshake)
{
	struct talk *t = &self->t;

	talk_open(t);
	EXPECT_LT(39900, talk_rtt_us(t, SERVER));
	EXPECT_GT(40100, talk_rtt_us(t, SERVER));
	EXPECT_LT(1900, talk_rtt_us(t, CLIENT));
	EXPECT_GT(2100, talk_rtt_us(t, CLIENT));
}

TEST_F(flow, rtt_is_the_shortest)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	t->host[SERVER].rtt_ms = 30;
	talk_send(t, CLIENT, RSTG_ACK, 10);
	talk_send(t, SERVER, RSTG_ACK, 0);
	t->host[SERVER].rtt_ms = 300;
	talk_send(t, CLIENT, RSTG_ACK, 10);
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_LT(29900, talk_rtt_us(t, SERVER));
	EXPECT_GT(30100, talk_rtt_us(t, SERVER));
}

/* Only the latest data was just sent: an ACK for less says nothing of now. */
TEST_F(flow, rtt_needs_the_latest_byte)
{
	struct talk *t = &self->t;
	struct rstg_pkt ack;

	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	ack = talk_pkt(t, SERVER, RSTG_ACK, 0);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_wait_ms(t, 1);
	talk_feed(t, SERVER, &ack);
	EXPECT_LT(39900, talk_rtt_us(t, SERVER));
}

TEST_F(flow, rtt_of_a_late_answer_is_none)
{
	struct talk *t = &self->t;

	talk_midstream(t, 0);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_wait_ms(t, 11000);
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_EQ(0, (u32)t->flow.dir[SERVER].rtt);
}

/* The latest byte may be older than the latest packet: the field must not wrap. */
TEST_F(flow, rtt_longer_than_its_field)
{
	struct talk *t = &self->t;
	unsigned int i;

	talk_midstream(t, 0);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	for (i = 0; i < 4; i++) {
		talk_wait_ms(t, 5000);
		talk_send(t, CLIENT, RSTG_ACK, 0);
	}
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_EQ(RSTG_RTT_MAX, (u32)t->flow.dir[SERVER].rtt);
}

/*
 * The server sends for more than the 73 minutes after which a tick comes again, and the client
 * has nothing to say: the server's segments all acknowledge what the client said last, and
 * none of them is an answer to that.
 */
TEST_F(flow, rtt_of_one_way_data)
{
	struct talk *t = &self->t;
	u32 rtt, minutes;

	talk_smtp(t);
	rtt = t->flow.dir[SERVER].rtt;
	for (minutes = 0; minutes < 150 * 10; minutes++) {
		talk_wait_ms(t, 6000 - 42);
		talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 100);
		talk_send(t, CLIENT, RSTG_ACK, 0);
	}
	EXPECT_EQ(rtt, (u32)t->flow.dir[SERVER].rtt);
	EXPECT_GE(200, rstg_rtt_wait_ns(&t->flow.side[SERVER].est) / 1000000);
}

/* --- time wraps ----------------------------------------------------------- */

FIXTURE(wrap) {
	struct talk t;
};

FIXTURE_VARIANT(wrap) {
	u64 start;	/* ns */
	u32 client_isn;
	u32 server_isn;
};

#define TICK_WRAP	(1ULL << 42)
#define BEAT_WRAP	(1ULL << 52)
#define MS		1000000ULL

FIXTURE_VARIANT_ADD(wrap, nothing) { .start = 5 * BEAT_WRAP + 3 * TICK_WRAP };
FIXTURE_VARIANT_ADD(wrap, tick_in_handshake) { .start = TICK_WRAP - 30 * MS };
FIXTURE_VARIANT_ADD(wrap, tick_in_data) { .start = 7 * TICK_WRAP - 100 * MS };
FIXTURE_VARIANT_ADD(wrap, beat_in_handshake) { .start = BEAT_WRAP - 30 * MS };
FIXTURE_VARIANT_ADD(wrap, beat_in_data) { .start = BEAT_WRAP - 100 * MS };
FIXTURE_VARIANT_ADD(wrap, isn_minus_2) {
	.start = 1, .client_isn = 0xfffffffe, .server_isn = 0xfffffffe,
};
FIXTURE_VARIANT_ADD(wrap, seq_in_data) {
	.start = 1, .client_isn = 0xffffff00, .server_isn = 0xffffff00,
};
FIXTURE_VARIANT_ADD(wrap, seq_across_the_sign) {
	.start = 1, .client_isn = 0x7fffff00, .server_isn = 0x7fffff00,
};
/* the number after the SYN is 0, as is an ACK never seen */
FIXTURE_VARIANT_ADD(wrap, isn_minus_1) {
	.start = 1, .client_isn = 0xffffffff, .server_isn = 0xffffffff,
};

FIXTURE_SETUP(wrap)
{
	struct talk *t = &self->t;

	talk_init(t);
	t->now = variant->start;
	t->host[CLIENT].snd_nxt = variant->client_isn;
	t->host[SERVER].snd_nxt = variant->server_isn;
}

FIXTURE_TEARDOWN(wrap)
{
}

TEST_F(wrap, is_not_noticed)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 3; i++) {
		talk_send(t, CLIENT, RSTG_ACK, 1000);
		talk_send(t, SERVER, RSTG_ACK, 1000);
	}
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_TRUE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
	EXPECT_LT(39900, talk_rtt_us(t, SERVER));
	EXPECT_GT(40100, talk_rtt_us(t, SERVER));
	EXPECT_EQ(t->host[SERVER].snd_nxt, t->flow.dir[SERVER].max_end);
	EXPECT_EQ(t->host[CLIENT].snd_nxt, t->flow.dir[CLIENT].max_end);
	EXPECT_FALSE(rstg_flow_expired(&t->flow, talk_beat(t)));
	EXPECT_EQ(0, rstg_flow_idle(&t->flow, talk_beat(t)));

	rst = talk_rst_socket(t, SERVER);
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(BIT_ULL(RSTG_R_TTL_SAME) | BIT_ULL(RSTG_R_ID_NEAR) | BIT_ULL(RSTG_R_OPENING),
		  t->op.reasons);
}

/* --- how long it is remembered -------------------------------------------- */

static void age_embryo(struct talk *t)
{
	talk_syn(t);
}

static void age_half_open(struct talk *t)
{
	talk_syn(t);
	talk_syn_ack(t);
}

static void age_half_closed(struct talk *t)
{
	talk_smtp(t);
	talk_fin(t, SERVER);
}

static void age_closed(struct talk *t)
{
	talk_smtp(t);
	talk_fin(t, CLIENT);
	talk_fin(t, SERVER);
	talk_send(t, CLIENT, RSTG_ACK, 0);
}

static void age_reset(struct talk *t)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	rst = talk_rst_socket(t, SERVER);
	talk_feed(t, SERVER, &rst);
}

static void age_reset_after_close(struct talk *t)
{
	struct rstg_pkt rst;

	age_closed(t);
	rst = talk_rst_nosocket(t, SERVER);
	talk_feed(t, SERVER, &rst);
}

/* A forged RST that we let through, and its alleged sender goes on. */
static void age_reset_and_alive(struct talk *t)
{
	age_reset(t);
	talk_send(t, SERVER, RSTG_ACK, 100);
}

static void age_reset_dropped(struct talk *t)
{
	t->dropping = true;
	age_reset(t);
}

FIXTURE(age) {
	struct talk t;
};

FIXTURE_VARIANT(age) {
	void (*live)(struct talk *t);
	u32 seconds;
};

FIXTURE_VARIANT_ADD(age, embryo)	{ .live = age_embryo, .seconds = 30 };
FIXTURE_VARIANT_ADD(age, half_open)	{ .live = age_half_open, .seconds = 30 };
FIXTURE_VARIANT_ADD(age, open)		{ .live = talk_smtp, .seconds = 7200 };
FIXTURE_VARIANT_ADD(age, half_closed)	{ .live = age_half_closed, .seconds = 7200 };
FIXTURE_VARIANT_ADD(age, closed)	{ .live = age_closed, .seconds = 60 };
FIXTURE_VARIANT_ADD(age, reset)		{ .live = age_reset, .seconds = 10 };
FIXTURE_VARIANT_ADD(age, reset_after_close) { .live = age_reset_after_close, .seconds = 10 };
FIXTURE_VARIANT_ADD(age, reset_and_alive) { .live = age_reset_and_alive, .seconds = 7200 };
FIXTURE_VARIANT_ADD(age, reset_dropped)	{ .live = age_reset_dropped, .seconds = 7200 };

FIXTURE_SETUP(age)
{
	talk_init(&self->t);
	variant->live(&self->t);
}

FIXTURE_TEARDOWN(age)
{
}

TEST_F(age, within)
{
	talk_wait_ms(&self->t, (variant->seconds - 1) * 1000ULL);
	EXPECT_FALSE(rstg_flow_expired(&self->t.flow, talk_beat(&self->t)));
}

TEST_F(age, beyond)
{
	talk_wait_ms(&self->t, (variant->seconds + 1) * 1000ULL);
	EXPECT_TRUE(rstg_flow_expired(&self->t.flow, talk_beat(&self->t)));
}

TEST_F(flow, idle_is_the_younger_side)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_wait_ms(t, 5000);
	talk_send(t, CLIENT, RSTG_ACK, 10);
	talk_wait_ms(t, 1000);
	EXPECT_GT(2 * BEATS_PER_S, rstg_flow_idle(&t->flow, talk_beat(t)));
	EXPECT_LT(BEATS_PER_S - 10, rstg_flow_idle(&t->flow, talk_beat(t)));
}

/*
 * Whoever asks has read the clock before: another CPU, or the collector at the start of
 * its round. A flow in use that was asked about so was forgotten.
 */
TEST_F(flow, younger_than_the_question)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK, 10);
	talk_send(t, SERVER, RSTG_ACK, 10);
	EXPECT_EQ(0, rstg_flow_idle(&t->flow, talk_beat(t) - 500));
	EXPECT_FALSE(rstg_flow_expired(&t->flow, talk_beat(t) - 500));
}

TEST(nothing_seen_is_expired)
{
	struct rstg_flow f = {};

	EXPECT_EQ(U32_MAX, rstg_flow_idle(&f, 12345));
	EXPECT_TRUE(rstg_flow_expired(&f, 12345));
}

/* 4295 / 4096 is 1.0485840 where 1.0485760 is meant: 8 in a million. */
TEST(beats_to_ms)
{
	u32 beats;

	EXPECT_EQ(0, rstg_beats_to_ms(0));
	EXPECT_EQ(1, rstg_beats_to_ms(1));
	EXPECT_EQ(1999, rstg_beats_to_ms(RSTG_BURST_BEATS));
	EXPECT_EQ(4000, rstg_beats_to_ms(RSTG_LIFE_BEATS));
	EXPECT_EQ(30000, rstg_beats_to_ms(RSTG_QUIET_BEATS) + 1);
	/* up to the longest difference whose milliseconds fit in 32 bits, 49 days */
	for (beats = 1; beats < 4095000000U; beats += 1 + beats / 7) {
		u64 exact = ((u64)beats << 20) / 1000000;
		u64 said = rstg_beats_to_ms(beats);

		ASSERT_LE(exact, said + 1);
		ASSERT_LE(said, exact + 1 + exact / 100000);
	}
}

TEST_HARNESS_MAIN
