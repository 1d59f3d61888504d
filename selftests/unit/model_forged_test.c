// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets as injectors send them, by what has been published of each. Those that
 * show themselves must become suspects; those that mimic the peer perfectly must
 * not, and like all others are proven forged as soon as the peer goes on.
 */
#include "talk.h"

#include "kselftest_harness.h"

#define RA	(RSTG_RST | RSTG_ACK)

/* Where a field of the variant stands for "as the real host would". */
#define REAL	-1

FIXTURE(forged) {
	struct talk t;
	s16 top;	/* highest score of the burst */
};

/*
 * One burst in the server's name in answer to the ClientHello. The fields of the
 * first RST, and what is added to them from one to the next.
 */
FIXTURE_VARIANT(forged) {
	u16 flags;
	unsigned int count;
	int ttl;
	int id;
	int df;
	int win;
	u32 len;
	s32 ack_off;
	u32 seq_step;
	int ttl_step;
	int id_step;
	int win_step;
	u32 gap_us;
	void (*dress)(struct talk *t);	/* what kind of host is impersonated */
	int second_flags;	/* from the second on, when not 0 */
	bool suspect;
	bool doubt;	/* not a suspect, but worth asking its alleged sender */
};

static void df_off(struct talk *t)
{
	t->host[SERVER].df = false;
}

static void syn_proxy(struct talk *t)
{
	t->host[SERVER].syn_ttl = 229;
	t->host[SERVER].ttl = 101;
	t->host[SERVER].rst_ttl = 101;
	t->host[SERVER].df = false;
}

static void ipv6(struct talk *t)
{
	t->host[SERVER].ids = ID_NONE;
	t->host[CLIENT].ids = ID_NONE;
}

static void timestamps(struct talk *t)
{
	t->host[SERVER].ts = true;
	t->host[CLIENT].ts = true;
}

/* --- GFW, by the table of S&P 2025 and captures of 2017 ------------------------- */

/* I: bare, ID 0 without DF, a window where none belongs */
FIXTURE_VARIANT_ADD(forged, gfw_1) {
	.flags = RSTG_RST, .count = 1, .ttl = 99, .id = 0, .df = 0, .win = 20092,
	.suspect = true,
};
/* II: three alike, 12 <= (65535 - ID) / window < 13 */
FIXTURE_VARIANT_ADD(forged, gfw_2) {
	.flags = RA, .count = 3, .ttl = 180, .id = 65535 - 15000, .df = 1, .win = 1200,
	.suspect = true,
};
FIXTURE_VARIANT_ADD(forged, gfw_2_behind_syn_proxy) {
	.flags = RA, .count = 3, .ttl = 180, .id = 65535 - 15000, .df = 1, .win = 1200,
	.dress = syn_proxy, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, gfw_2_without_df) {
	.flags = RA, .count = 1, .ttl = 180, .id = 65535 - 15000, .df = 1, .win = 1200,
	.dress = df_off, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, gfw_3) {
	.flags = RA, .count = 1, .ttl = 248, .id = 39200, .df = 0, .win = REAL,
	.suspect = true,
};
/* I and II at one tap */
FIXTURE_VARIANT_ADD(forged, gfw_1_and_2) {
	.flags = RSTG_RST, .count = 2, .ttl = 99, .id = 0, .df = 1, .win = 0,
	.second_flags = RA, .gap_us = 2000, .suspect = true,
};
/* a second burst: TTL + 1, window + 3 to 5 */
FIXTURE_VARIANT_ADD(forged, gfw_2_rising) {
	.flags = RA, .count = 2, .ttl = 180, .id = 65535 - 15000, .df = 1, .win = 1200,
	.ttl_step = 1, .win_step = 4, .id_step = -50, .gap_us = 20000, .suspect = true,
};
/* 2007 to 2017: ready for data that may overtake */
FIXTURE_VARIANT_ADD(forged, gfw_train) {
	.flags = RA, .count = 3, .ttl = REAL, .id = REAL, .df = REAL, .win = REAL,
	.seq_step = 1460, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, gfw_ipid_64) {
	.flags = RSTG_RST, .count = 1, .ttl = 41, .id = 64, .df = 0, .win = 17 * 200,
	.suspect = true,
};
FIXTURE_VARIANT_ADD(forged, gfw_2010) {
	.flags = RA, .count = 1, .ttl = 48 + 1234 % 64 - 9, .id = (u16)(-1 - 13 * 1234),
	.df = 1, .win = 1234, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, gfw_seq_1460) {
	.flags = RSTG_RST, .count = 3, .ttl = 41, .id = 20000, .df = 1, .win = 0,
	.seq_step = 1460, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, gfw_rae) {
	.flags = RA | RSTG_AE, .count = 1, .ttl = 41, .id = 30000, .df = 1, .win = REAL,
	.suspect = true,
};
/* 2025: TTL and window rise from one to the next */
FIXTURE_VARIANT_ADD(forged, gfw_2025) {
	.flags = RA, .count = 3, .ttl = 75, .id = 4000, .df = 1, .win = 700,
	.ttl_step = 1, .win_step = 2, .suspect = true,
};

/* --- others ----------------------------------------------------------------------- */

FIXTURE_VARIANT_ADD(forged, henan) {
	.flags = RA, .count = 1, .ttl = 58, .id = 1, .df = 0, .win = REAL, .len = 10,
	.suspect = true,
};
/* Sandvine at Comcast: near, but the second is 12503 on */
FIXTURE_VARIANT_ADD(forged, sandvine) {
	.flags = RSTG_RST, .count = 2, .ttl = REAL, .id = 47012, .df = 1, .win = 0,
	.seq_step = 12503, .id_step = 1, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, packetlogic) {
	.flags = RA, .count = 1, .ttl = 60, .id = 13330, .df = 1, .win = REAL,
	.suspect = true,
};
FIXTURE_VARIANT_ADD(forged, bezeqint) {
	.flags = RSTG_RST, .count = 2, .ttl = 60, .id = 16448, .df = 1, .win = 0,
	.ack_off = 100, .doubt = true,
};
FIXTURE_VARIANT_ADD(forged, victor) {
	.flags = RSTG_RST, .count = 2, .ttl = 52 + 38, .id = 305, .df = 1, .win = 0,
	.doubt = true,
};
FIXTURE_VARIANT_ADD(forged, iran_2013) {
	.flags = RSTG_RST, .count = 3, .ttl = 60, .id = 5000, .df = 1, .win = 0,
	.suspect = true,
};
FIXTURE_VARIANT_ADD(forged, iran_2021) {
	.flags = RA | RSTG_PSH, .count = 1, .ttl = 60, .id = 5000, .df = 1, .win = REAL,
	.suspect = true,
};
FIXTURE_VARIANT_ADD(forged, tajikistan) {
	.flags = RA, .count = 1, .ttl = 60, .id = 5000, .df = 1, .win = REAL, .len = 22,
	.suspect = true,
};
FIXTURE_VARIANT_ADD(forged, russia_wrong_ack) {
	.flags = RA, .count = 1, .ttl = 60, .id = 1, .df = 0, .win = 0, .ack_off = 1000,
	.suspect = true,
};
FIXTURE_VARIANT_ADD(forged, russia_bare) {
	.flags = RSTG_RST, .count = 1, .ttl = 60, .id = 1, .df = 1, .win = 0,
	.doubt = true,
};
FIXTURE_VARIANT_ADD(forged, airtel) {
	.flags = RA, .count = 1, .ttl = 60, .id = 242, .df = 1, .win = REAL,
	.suspect = true,
};
/* T-Mobile 2011: the fields were never published; a family of models */
FIXTURE_VARIANT_ADD(forged, mobile_ack) {
	.flags = RA, .count = 1, .ttl = 60, .id = 0, .df = 1, .win = 0, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, mobile_ack_timestamps) {
	.flags = RA, .count = 1, .ttl = 60, .id = 0, .df = 1, .win = 0,
	.dress = timestamps, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, mobile_bare) {
	.flags = RSTG_RST, .count = 1, .ttl = 60, .id = 0, .df = 1, .win = 0, .doubt = true,
};
FIXTURE_VARIANT_ADD(forged, ipv6_window) {
	.flags = RA, .count = 1, .ttl = 60, .id = REAL, .df = REAL, .win = 1000,
	.dress = ipv6, .suspect = true,
};
FIXTURE_VARIANT_ADD(forged, ipv6_bare) {
	.flags = RSTG_RST, .count = 1, .ttl = 60, .id = REAL, .df = REAL, .win = 0,
	.dress = ipv6, .doubt = true,
};

/* --- nothing to see ------------------------------------------------------------------- */

FIXTURE_VARIANT_ADD(forged, perfect_ack) {
	.flags = RA, .count = 1, .ttl = REAL, .id = REAL, .df = REAL, .win = REAL,
};
FIXTURE_VARIANT_ADD(forged, perfect_bare) {
	.flags = RSTG_RST, .count = 1, .ttl = REAL, .id = REAL, .df = REAL, .win = REAL,
};
FIXTURE_VARIANT_ADD(forged, perfect_ipv6) {
	.flags = RA, .count = 1, .ttl = REAL, .id = REAL, .df = REAL, .win = REAL,
	.dress = ipv6,
};

#define BURST	FIXTURE_VARIANT(forged)

/* The n-th RST of the burst. */
static struct rstg_pkt make(const struct talk *t, const BURST *v, unsigned int n)
{
	u16 flags = n && v->second_flags ? (u16)v->second_flags : v->flags;
	struct rstg_pkt rst = talk_mimic(t, SERVER, flags);

	rst.bits &= ~RSTG_PKT_TS;
	if (v->ttl != REAL)
		rst.ttl = (u8)(v->ttl + (int)n * v->ttl_step);
	if (v->id != REAL)
		rst.ip_id = (u16)(v->id + (int)n * v->id_step);
	if (v->df == 0)
		rst.bits &= ~RSTG_PKT_DF;
	if (v->df == 1)
		rst.bits |= RSTG_PKT_DF;
	if (v->win != REAL)
		rst.win = (u16)(v->win + (int)n * v->win_step);
	rst.len = v->len;
	rst.ack += (u32)v->ack_off;
	rst.seq += n * v->seq_step;
	return rst;
}

FIXTURE_SETUP(forged)
{
	struct talk *t = &self->t;
	unsigned int n;

	talk_init(t);
	/* The hosts do not get to see the forged RSTs, and go on. */
	t->dropping = true;
	if (variant->dress)
		variant->dress(t);
	talk_smtp(t);
	self->top = -100;
	for (n = 0; n < variant->count; n++) {
		struct rstg_pkt rst = make(t, variant, n);

		talk_wait_us(t, variant->gap_us + 100);
		talk_feed(t, SERVER, &rst);
		if (t->op.score > self->top)
			self->top = t->op.score;
	}
}

FIXTURE_TEARDOWN(forged)
{
}

TEST_F(forged, verdict)
{
	EXPECT_EQ(variant->suspect, self->t.suspects > 0);
	EXPECT_EQ(variant->suspect || variant->doubt, self->top >= RSTG_SCORE_DOUBT) {
		TH_LOG("score %d", self->top);
	}
}

TEST_F(forged, proven_by_an_ack)
{
	struct talk *t = &self->t;

	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	ASSERT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 0));
	EXPECT_EQ(RSTG_FORGED, t->op.verdict);
	EXPECT_EQ(variant->count, t->op.rsts);
}

TEST_F(forged, proven_by_data)
{
	struct talk *t = &self->t;

	ASSERT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 1448));
	EXPECT_EQ(RSTG_FORGED, t->op.verdict);
}

/* And what it left behind must not discredit the genuine one that ends the session. */
TEST_F(forged, then_a_genuine_one)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_send(t, SERVER, RSTG_ACK, 100);
	talk_wait_ms(t, 2500);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	rst = talk_rst_socket(t, SERVER);
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(RSTG_GENUINE, t->op.verdict);
	EXPECT_GT(RSTG_SCORE_DOUBT, t->op.score);
}

/* --- an injector that prepares the ground ------------------------------------------------ */

FIXTURE(prepared) {
	struct talk t;
};

FIXTURE_SETUP(prepared)
{
	talk_init(&self->t);
	talk_smtp(&self->t);
	self->t.dropping = true;
}

FIXTURE_TEARDOWN(prepared)
{
}

static struct rstg_pkt russia(const struct talk *t)
{
	struct rstg_pkt rst = talk_mimic(t, SERVER, RA);

	rst.ttl = FORGED_TTL;
	rst.ip_id = 1;
	rst.win = 7;
	return rst;
}

/* Two forged segments do not make its distance one of the peer's. */
TEST_F(prepared, by_two_segments)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt = talk_mimic(t, SERVER, RSTG_ACK);
	unsigned int i;

	for (i = 0; i < 6; i++)
		talk_send(t, SERVER, RSTG_ACK, 100);
	pkt.ttl = FORGED_TTL;
	talk_feed(t, SERVER, &pkt);
	talk_feed(t, SERVER, &pkt);
	pkt = russia(t);
	talk_feed(t, SERVER, &pkt);
	EXPECT_TRUE(HAS(&t->op, TTL_FAR));
}

/* RSTs teach nothing, however many. */
TEST_F(prepared, by_a_hundred_rsts)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;
	unsigned int i;

	for (i = 0; i < 100; i++) {
		rst = russia(t);
		talk_feed(t, SERVER, &rst);
		ASSERT_EQ(RSTG_SUSPECT, t->op.verdict);
		talk_wait_ms(t, 10);
	}
}

/* A RST elsewhere in sequence space kills nobody and must not end the watch either. */
TEST_F(prepared, by_a_harmless_rst)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = talk_mimic(t, SERVER, RSTG_RST);

	t->dropping = false;
	rst.seq += 500;
	talk_feed(t, SERVER, &rst);
	rst = talk_mimic(t, SERVER, RSTG_SYN);
	rst.seq ^= 0x55555555;
	talk_feed(t, SERVER, &rst);
	EXPECT_TRUE(rstg_flow_open(&t->flow));
	rst = russia(t);
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(RSTG_SUSPECT, t->op.verdict);
}

/* One ACK for data never sent, which the client ignores, and no ACK is new ever after. */
TEST_F(prepared, by_an_ack_of_nothing)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt = talk_mimic(t, SERVER, RSTG_ACK);

	pkt.ack += 0x20000000;
	talk_feed(t, SERVER, &pkt);
	pkt = russia(t);
	talk_feed(t, SERVER, &pkt);
	EXPECT_EQ(RSTG_SUSPECT, t->op.verdict);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	EXPECT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 0));
	EXPECT_EQ(RSTG_PROOF_ACK, t->op.proof);
}

/* One ACK with the IP-ID that its RST then goes on from, no DF and a window of 7. */
TEST_F(prepared, by_one_ack)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt = talk_mimic(t, SERVER, RSTG_ACK);

	pkt.ttl = FORGED_TTL;
	pkt.ip_id = 0;
	pkt.win = 7;
	talk_feed(t, SERVER, &pkt);
	pkt = russia(t);
	talk_feed(t, SERVER, &pkt);
	EXPECT_EQ(RSTG_SUSPECT, t->op.verdict);
}

TEST_HARNESS_MAIN
