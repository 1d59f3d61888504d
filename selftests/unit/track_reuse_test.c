// SPDX-License-Identifier: GPL-2.0-only
/* The same ports again: when a SYN begins a new connection. */
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

static void talk_again(struct talk *t)
{
	t->host[CLIENT].snd_nxt += 0x12345678;
	t->host[SERVER].snd_nxt -= 0x12345678;
	t->host[SERVER].ttl = 120;
	t->host[SERVER].syn_ttl = 120;
	talk_open(t);
}

TEST_F(flow, reused_after_fins)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_fin(t, CLIENT);
	talk_fin(t, SERVER);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_again(t);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, SERVER, 120));
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(t, SERVER, 52));
	EXPECT_EQ(t->host[SERVER].snd_nxt, t->flow.dir[SERVER].max_end);
}

TEST_F(flow, reused_after_a_rst)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_smtp(t);
	rst = talk_rst_socket(t, SERVER);
	talk_feed(t, SERVER, &rst);
	talk_again(t);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(t, SERVER, 52));
	EXPECT_FALSE(t->flow.dir[SERVER].flags & RSTG_D_WATCH);
}

/* A refused client tries again at once from the same port. */
TEST_F(flow, reused_after_a_refusal)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_syn(t);
	rst = talk_rst_socket(t, SERVER);
	talk_feed(t, SERVER, &rst);
	talk_again(t);
	EXPECT_TRUE(talk_is_open(t));
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_send(t, SERVER, RSTG_ACK, 100);
	EXPECT_EQ(0, t->lives);		/* the refusal was none the less real */
}

TEST_F(flow, unanswered_syn_makes_room)
{
	struct talk *t = &self->t;

	talk_syn(t);
	talk_wait_ms(t, 5000);
	talk_again(t);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_EQ(t->host[CLIENT].snd_nxt, t->flow.dir[CLIENT].max_end);
}

TEST_F(flow, half_closed_is_still_the_same)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_fin(t, CLIENT);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_TRUE(rstg_flow_fin_seen(&t->flow));
	EXPECT_FALSE(rstg_flow_closing(&t->flow));	/* nobody has acknowledged it */
	talk_send(t, SERVER, RSTG_ACK, 1000);
	EXPECT_TRUE(t->flow.dir[CLIENT].flags & RSTG_D_FIN);
	EXPECT_FALSE(t->flow.dir[SERVER].flags & RSTG_D_FIN);
	EXPECT_EQ(t->host[SERVER].snd_nxt, t->flow.dir[SERVER].max_end);
}

/*
 * Both ends gave up long ago without a word that we saw; behind a carrier's NAT the
 * same ports come back within the two hours that an open flow is kept.
 */
TEST_F(flow, reused_after_silence)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_wait_ms(t, 15 * 60 * 1000);
	talk_again(t);
	talk_send(t, SERVER, RSTG_ACK, 61);
	EXPECT_EQ(t->host[SERVER].snd_nxt, t->flow.dir[SERVER].max_end);
	EXPECT_EQ(t->host[CLIENT].snd_nxt, t->flow.dir[CLIENT].max_end);
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, SERVER, 120));
}

/* --- on an open connection: a SYN, taken up or not ----------------------------------- */

FIXTURE(strange) {
	struct talk t;
};

FIXTURE_VARIANT(strange) {
	u32 idle_ms;
	s32 ack_off;	/* of the SYN-ACK */
	bool no_syn;
	bool no_ack;
	bool starts;
};

FIXTURE_VARIANT_ADD(strange, taken_up) { .idle_ms = 31000, .starts = true };
FIXTURE_VARIANT_ADD(strange, not_taken_up) { .idle_ms = 31000, .no_ack = true };
FIXTURE_VARIANT_ADD(strange, too_soon) { .idle_ms = 29000 };
FIXTURE_VARIANT_ADD(strange, at_once) { .idle_ms = 0 };
FIXTURE_VARIANT_ADD(strange, other_ack) { .idle_ms = 31000, .ack_off = 1 };
FIXTURE_VARIANT_ADD(strange, old_ack) { .idle_ms = 31000, .ack_off = -1 };
FIXTURE_VARIANT_ADD(strange, syn_ack_alone) { .idle_ms = 31000, .no_syn = true };

FIXTURE_SETUP(strange)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt;

	talk_init(t);
	talk_smtp(t);
	talk_wait_ms(t, variant->idle_ms);
	pkt = talk_mimic(t, CLIENT, RSTG_SYN);
	pkt.seq += 0x12345678;
	if (!variant->no_syn)
		talk_feed(t, CLIENT, &pkt);
	pkt.flags = RSTG_SYN | RSTG_ACK;
	pkt.ack = rstg_pkt_seq_end(&pkt) + (u32)variant->ack_off;
	pkt.seq = 0x0badcafe;
	talk_wait_ms(t, 40);
	talk_feed(t, SERVER, &pkt);
	if (variant->no_ack)
		return;
	pkt.flags = RSTG_ACK;
	pkt.seq = pkt.ack;
	pkt.ack = 0x0badcafe + 1;
	talk_feed(t, CLIENT, &pkt);
}

FIXTURE_TEARDOWN(strange)
{
}

TEST_F(strange, starts_anew)
{
	struct talk *t = &self->t;

	EXPECT_TRUE(talk_is_open(t));
	EXPECT_EQ(variant->starts, t->flow.dir[SERVER].max_end == 0x0badcafe + 1);
	EXPECT_EQ(variant->starts, t->flow.dir[SERVER].pkts == 0);
	/* the client is who begins it */
	if (variant->starts) {
		EXPECT_TRUE(t->flow.dir[CLIENT].flags & RSTG_D_FIRST);
		EXPECT_FALSE(t->flow.dir[SERVER].flags & RSTG_D_FIRST);
	}
}

/* The SYN was noted, but not when: no round trip can be had of it. */
TEST_F(strange, teaches_no_round_trip)
{
	EXPECT_GE(50000, talk_rtt_us(&self->t, SERVER));
}

/* Its peer still has the connection, says so (RFC 5961 4.2), and is believed. */
TEST_F(flow, challenge_ack_keeps_it)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt;
	u32 isn = 0x12345678;

	talk_smtp(t);
	talk_wait_ms(t, 60000);
	pkt = talk_mimic(t, CLIENT, RSTG_SYN);
	pkt.seq = isn;
	talk_feed(t, CLIENT, &pkt);
	talk_send(t, SERVER, RSTG_ACK, 0);
	pkt = talk_mimic(t, SERVER, RSTG_SYN | RSTG_ACK);
	pkt.seq = 0x0badcafe;
	pkt.ack = isn + 1;
	talk_feed(t, SERVER, &pkt);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, SERVER, 52));
}

TEST_HARNESS_MAIN
