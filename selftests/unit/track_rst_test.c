// SPDX-License-Identifier: GPL-2.0-only
/* What is remembered of a RST, and which one ends the connection. */
#include "talk.h"

#include "kselftest_harness.h"

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

TEST_F(flow, rst_is_not_learned_from)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;
	struct rstg_dir before;

	talk_smtp(t);
	before = t->flow.dir[SERVER];
	t->dropping = true;
	rst = talk_mimic(t, SERVER, RSTG_RST | RSTG_ACK);
	rst.ttl = FORGED_TTL;
	rst.ip_id = 1;
	rst.win = 1;
	rst.seq += 1000;
	rst.ack += 1000;
	talk_feed(t, SERVER, &rst);
	before.flags |= RSTG_D_WATCH;
	EXPECT_EQ(0, memcmp(&before, &t->flow.dir[SERVER], sizeof(before)));
}

/* Two seconds make a burst; the other side's resets are none of it. */
TEST_F(flow, salvo)
{
	struct talk *t = &self->t;
	struct rstg_pkt ack, bare;

	talk_smtp(t);
	t->dropping = true;
	ack = talk_mimic(t, SERVER, RSTG_RST | RSTG_ACK);
	bare = talk_mimic(t, SERVER, RSTG_RST);
	talk_feed(t, SERVER, &ack);
	EXPECT_EQ(RSTG_SALVO_RST_ACK, t->op.salvo);
	talk_feed(t, SERVER, &ack);
	EXPECT_EQ(RSTG_SALVO_RST_ACKS, t->op.salvo);
	talk_feed(t, SERVER, &bare);
	EXPECT_EQ(RSTG_SALVO_MIXED, t->op.salvo);
	talk_feed(t, SERVER, &bare);
	EXPECT_EQ(RSTG_SALVO_MIXED, t->op.salvo);
	bare = talk_mimic(t, CLIENT, RSTG_RST);
	talk_feed(t, CLIENT, &bare);
	EXPECT_EQ(RSTG_SALVO_RST, t->op.salvo);
	talk_feed(t, CLIENT, &bare);
	EXPECT_EQ(RSTG_SALVO_RSTS, t->op.salvo);
	talk_wait_ms(t, 2100);
	bare = talk_mimic(t, SERVER, RSTG_RST);
	talk_feed(t, SERVER, &bare);
	EXPECT_EQ(RSTG_SALVO_RST, t->op.salvo);
}

TEST_F(flow, rst_burst_is_remembered)
{
	struct talk *t = &self->t;
	struct rstg_rst *r = &t->flow.rst[SERVER];
	struct rstg_pkt rst;
	u32 first_end;

	talk_smtp(t);
	first_end = t->host[CLIENT].snd_nxt;
	rst = talk_rst_socket(t, SERVER);
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(1, r->n);
	EXPECT_EQ(1, r->copies);
	EXPECT_EQ(first_end, r->peer_end);
	EXPECT_EQ(talk_beat(t), r->beat);

	/* what the other side sends in between does not move the mark */
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(2, r->n);
	EXPECT_EQ(2, r->copies);
	EXPECT_EQ(first_end, r->peer_end);

	rst.ip_id++;
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(3, r->n);
	EXPECT_EQ(1, r->copies);

	/* long after, another cause and another burst */
	talk_wait_ms(t, 2100);
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(1, r->n);
	EXPECT_EQ(1, r->copies);
	EXPECT_EQ(t->host[CLIENT].snd_nxt, r->peer_end);
}

TEST_F(flow, rst_counts_saturate)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;
	unsigned int i;

	talk_smtp(t);
	rst = talk_rst_socket(t, SERVER);
	for (i = 0; i < 1000; i++) {
		talk_feed(t, SERVER, &rst);
		ASSERT_LE(i < 255 ? i + 1 : 255, t->flow.rst[SERVER].n);
		ASSERT_LE(i < 254 ? i + 1 : 254, t->flow.rst[SERVER].copies);
	}
}

/* Linux sends IP-ID 0 with every RST of no socket: alike, but no copies. */
TEST_F(flow, rst_with_id_0_has_no_copies)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;
	unsigned int i;

	talk_smtp(t);
	rst = talk_rst_nosocket(t, SERVER);
	for (i = 0; i < 5; i++)
		talk_feed(t, SERVER, &rst);
	EXPECT_EQ(1, t->flow.rst[SERVER].copies);
	EXPECT_EQ(5, t->flow.rst[SERVER].n);
}

/* A RST that the receiver does not take ends nothing (RFC 5961 3.2). */
FIXTURE(ending) {
	struct talk t;
};

FIXTURE_VARIANT(ending) {
	s32 seq_off;
	bool acked;	/* the number that the other side waits for, data being under way */
	bool ends;
};

FIXTURE_VARIANT_ADD(ending, exact) { .ends = true };
FIXTURE_VARIANT_ADD(ending, acked) { .acked = true, .ends = true };
FIXTURE_VARIANT_ADD(ending, one_more) { .seq_off = 1 };
FIXTURE_VARIANT_ADD(ending, one_less) { .seq_off = -1 };

FIXTURE_SETUP(ending)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_init(t);
	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	if (variant->acked) {
		rst = talk_pkt(t, SERVER, RSTG_ACK, 1000);
		talk_feed(t, SERVER, &rst);
	}
	rst = talk_mimic(t, SERVER, RSTG_RST);
	if (variant->acked)
		rst.seq = t->host[CLIENT].rcv_nxt;
	rst.seq += (u32)variant->seq_off;
	talk_feed(t, SERVER, &rst);
}

FIXTURE_TEARDOWN(ending)
{
}

TEST_F(ending, is_over)
{
	EXPECT_EQ(variant->ends, !!(self->t.flow.dir[SERVER].flags & RSTG_D_RST));
}

/* Our own RST ends the connection as well, though nobody judges it. */
TEST_F(flow, outbound_rst_ends_it)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	t->host[CLIENT].where = RSTG_OUTBOUND;
	talk_smtp(t);
	rst = talk_mimic(t, CLIENT, RSTG_RST | RSTG_ACK);
	EXPECT_EQ(RSTG_NEWS_NONE, talk_feed(t, CLIENT, &rst));
	EXPECT_TRUE(t->flow.dir[CLIENT].flags & RSTG_D_RST);
}

TEST_HARNESS_MAIN
