// SPDX-License-Identifier: GPL-2.0-only
/* When a connection counts as established. */
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

/* --- opening -------------------------------------------------------------- */

TEST_F(flow, opens_with_the_third_segment)
{
	struct talk *t = &self->t;

	talk_syn(t);
	EXPECT_FALSE(talk_is_open(t));
	talk_syn_ack(t);
	EXPECT_FALSE(talk_is_open(t));
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_TRUE(t->flow.dir[CLIENT].flags & RSTG_D_VOUCHED);
	EXPECT_TRUE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
	EXPECT_TRUE(t->flow.dir[CLIENT].flags & RSTG_D_OPEN);
	EXPECT_TRUE(t->flow.dir[SERVER].flags & RSTG_D_OPEN);
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, SERVER, 52));
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, CLIENT, 63));
}

TEST_F(flow, opens_when_the_third_segment_carries_data)
{
	struct talk *t = &self->t;

	talk_syn(t);
	talk_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 517);
	EXPECT_TRUE(talk_is_open(t));
}

TEST_F(flow, opens_after_lost_and_repeated_segments)
{
	struct talk *t = &self->t;
	struct rstg_pkt syn = talk_pkt(t, CLIENT, RSTG_SYN, 0), syn_ack;

	t->host[SERVER].rcv_nxt = rstg_pkt_seq_end(&syn);
	talk_feed(t, CLIENT, &syn);
	talk_wait_ms(t, 1000);
	talk_feed(t, CLIENT, &syn);
	talk_wait_ms(t, 40);
	syn_ack = talk_pkt(t, SERVER, RSTG_SYN | RSTG_ACK, 0);
	t->host[CLIENT].rcv_nxt = rstg_pkt_seq_end(&syn_ack);
	talk_feed(t, SERVER, &syn_ack);
	talk_wait_ms(t, 1000);
	talk_feed(t, SERVER, &syn_ack);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_TRUE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
}

/* Fast open: the server may take the SYN's data or not (RFC 7413 4.1.2). */
TEST_F(flow, opens_with_data_in_the_syn)
{
	struct talk *t = &self->t;

	talk_send(t, CLIENT, RSTG_SYN, 100);
	t->host[SERVER].rcv_nxt -= 100;
	t->host[CLIENT].snd_nxt -= 100;
	talk_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_TRUE(talk_is_open(t));
}

TEST_F(flow, a_scan_does_not_open)
{
	struct talk *t = &self->t;
	struct rstg_pkt ack;

	/* an ACK that no side asked for, and what a host without socket says to it */
	ack = talk_mimic(t, CLIENT, RSTG_ACK);
	talk_feed(t, CLIENT, &ack);
	talk_feed(t, CLIENT, &ack);
	EXPECT_FALSE(talk_is_open(t));
	ack = talk_mimic(t, SERVER, RSTG_RST);
	talk_feed(t, SERVER, &ack);
	EXPECT_FALSE(talk_is_open(t));
}

TEST_F(flow, an_ack_for_another_syn_ack_does_not_open)
{
	struct talk *t = &self->t;
	struct rstg_pkt ack;

	talk_syn(t);
	talk_syn_ack(t);
	ack = talk_mimic(t, SERVER, RSTG_ACK);
	ack.flags = RSTG_ACK;
	talk_feed(t, SERVER, &ack);
	EXPECT_FALSE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
}

/*
 * Near will do where no SYN was seen. Where one was, and data from the same host
 * after it (RFC 7413 4.2 lets a server not wait), only its own number does.
 */
TEST_F(flow, an_ack_near_the_syn_ack_does_not_open)
{
	struct talk *t = &self->t;
	struct rstg_pkt ack;

	talk_syn(t);
	talk_syn_ack(t);
	talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 61);
	ack = talk_mimic(t, CLIENT, RSTG_ACK);
	ack.ack += 100;
	talk_feed(t, CLIENT, &ack);
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_FALSE(talk_is_open(t));
}

/* --- picked up in mid-stream ---------------------------------------------- */

TEST_F(flow, midstream_opens_with_both_sides)
{
	struct talk *t = &self->t;

	talk_midstream(t, 0);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	EXPECT_FALSE(talk_is_open(t));
	talk_send(t, SERVER, RSTG_ACK, 100);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_FALSE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
	EXPECT_FALSE(t->flow.dir[CLIENT].flags & RSTG_D_VOUCHED);
}

/* Two senders that do not talk of the same thing: one of them is spoofed. */
TEST_F(flow, midstream_needs_matching_numbers)
{
	struct talk *t = &self->t;

	talk_midstream(t, 0);
	t->host[SERVER].rcv_nxt += 0x10000000;
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_FALSE(talk_is_open(t));
}

TEST_F(flow, one_direction_never_opens)
{
	struct talk *t = &self->t;
	unsigned int i;

	talk_midstream(t, 0);
	for (i = 0; i < 20; i++)
		talk_send(t, SERVER, RSTG_ACK, 1000);
	EXPECT_FALSE(talk_is_open(t));
}

/* The SYN was missed: its acknowledgment and what follows will do. */
TEST_F(flow, opens_from_the_syn_ack_on)
{
	struct talk *t = &self->t;
	struct rstg_pkt syn = talk_pkt(t, CLIENT, RSTG_SYN, 0);

	t->host[SERVER].rcv_nxt = rstg_pkt_seq_end(&syn);
	talk_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_TRUE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
	EXPECT_FALSE(t->flow.dir[CLIENT].flags & RSTG_D_VOUCHED);
}

/* --- forged SYN-ACKs ------------------------------------------------------ */

/* An injector races the server. It cannot know the number that the server chooses. */
static void forge_syn_ack(struct talk *t)
{
	struct rstg_pkt pkt = talk_mimic(t, SERVER, RSTG_SYN | RSTG_ACK);

	pkt.seq = 0x5a5a5a5a;
	pkt.ttl = FORGED_TTL;
	talk_feed(t, SERVER, &pkt);
}

TEST_F(flow, forged_syn_ack_before_the_real_one)
{
	struct talk *t = &self->t;

	talk_syn(t);
	forge_syn_ack(t);
	talk_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(t, SERVER, FORGED_TTL));
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, SERVER, 52));
}

TEST_F(flow, forged_syn_ack_after_the_real_one)
{
	struct talk *t = &self->t;

	talk_syn(t);
	talk_syn_ack(t);
	forge_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(t, SERVER, FORGED_TTL));
	talk_send(t, SERVER, RSTG_ACK, 61);
	EXPECT_EQ(t->host[SERVER].snd_nxt, t->flow.dir[SERVER].max_end);
}

TEST_F(flow, forged_syn_ack_alone_is_no_baseline)
{
	struct talk *t = &self->t;

	talk_syn(t);
	forge_syn_ack(t);
	EXPECT_FALSE(talk_is_open(t));
	EXPECT_EQ(RSTG_TTL_UNKNOWN, talk_fit(t, SERVER, FORGED_TTL));
}

/* On the path it can copy the number from the real one, a moment later. */
TEST_F(flow, copied_syn_ack_after_the_real_one)
{
	struct talk *t = &self->t;
	struct rstg_pkt copy;

	talk_syn(t);
	talk_syn_ack(t);
	copy = talk_mimic(t, SERVER, RSTG_SYN | RSTG_ACK);
	copy.seq = t->host[SERVER].snd_nxt - 1;
	copy.ttl = FORGED_TTL;
	talk_feed(t, SERVER, &copy);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(t, SERVER, FORGED_TTL));
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, SERVER, 52));
}

/* The client answers it with a RST and goes on (RFC 9293 3.10.7.3): so must we. */
TEST_F(flow, forged_syn_ack_with_a_wrong_ack)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt;

	talk_syn(t);
	pkt = talk_mimic(t, SERVER, RSTG_SYN | RSTG_ACK);
	pkt.seq = 0x5a5a5a5a;
	pkt.ack = t->host[CLIENT].snd_nxt + 0x20000000;
	talk_feed(t, SERVER, &pkt);
	talk_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_send(t, CLIENT, RSTG_ACK, 517);
	EXPECT_TRUE(t->flow.dir[CLIENT].flags & RSTG_D_VOUCHED);
	EXPECT_EQ(t->host[CLIENT].snd_nxt, t->flow.dir[CLIENT].max_end);
}

TEST_HARNESS_MAIN
