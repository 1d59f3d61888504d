// SPDX-License-Identifier: GPL-2.0-only
/* What an open connection does not learn from. */
#include "talk.h"

#include "kselftest_harness.h"

/* A stray SYN is noted beside what is known, in case that a handshake takes it up. */
static bool same_but_for_time(const struct rstg_dir *a, const struct rstg_dir *b)
{
	struct rstg_dir x = *a, y = *b;

	x.last = 0;
	y.last = 0;
	x.flags &= ~RSTG_D_CLAIM;
	y.flags &= ~RSTG_D_CLAIM;
	return !memcmp(&x, &y, sizeof(x));
}

FIXTURE(stray) {
	struct talk t;
	struct rstg_flow before;
};

FIXTURE_VARIANT(stray) {
	u16 flags;
	s32 seq_off;
	s32 ack_off;
};

/* A SYN gets a challenge ACK (RFC 5961 4.2) and changes nothing. */
FIXTURE_VARIANT_ADD(stray, syn)		{ .flags = RSTG_SYN };
FIXTURE_VARIANT_ADD(stray, syn_elsewhere) { .flags = RSTG_SYN, .seq_off = 0x10000000 };
FIXTURE_VARIANT_ADD(stray, syn_ack)	{ .flags = RSTG_SYN | RSTG_ACK };
/* Every segment of a connection has ACK; a NULL or FIN scan has not. */
FIXTURE_VARIANT_ADD(stray, no_flags)	{ .flags = 0 };
FIXTURE_VARIANT_ADD(stray, fin_only)	{ .flags = RSTG_FIN };
/* No path holds so much unseen: another connection's, or a guess. */
FIXTURE_VARIANT_ADD(stray, far_ahead)	{ .flags = RSTG_ACK, .seq_off = RSTG_SEQ_JUMP + 100 };
FIXTURE_VARIANT_ADD(stray, far_behind)	{ .flags = RSTG_ACK, .seq_off = -RSTG_SEQ_JUMP - 100 };
FIXTURE_VARIANT_ADD(stray, far_fin)	{
	.flags = RSTG_FIN | RSTG_ACK, .seq_off = RSTG_SEQ_JUMP + 100,
};
FIXTURE_VARIANT_ADD(stray, old_ack_far_ahead) {
	.flags = RSTG_ACK, .seq_off = RSTG_SEQ_JUMP + 100, .ack_off = -1,
};
/* A receiver drops what acknowledges data that was never sent (RFC 9293 3.10.7.4). */
FIXTURE_VARIANT_ADD(stray, far_ack)	{
	.flags = RSTG_ACK, .ack_off = 0x20000000,
};
/* It closes nothing either: the receiver would not take it. */
FIXTURE_VARIANT_ADD(stray, far_ack_fin)	{
	.flags = RSTG_FIN | RSTG_ACK, .seq_off = -1, .ack_off = 0x20000000,
};
FIXTURE_VARIANT_ADD(stray, far_seq_and_ack) {
	.flags = RSTG_ACK, .seq_off = 0x30000000, .ack_off = 0x20000000,
};
FIXTURE_VARIANT_ADD(stray, syn_ack_with_ack_ahead) {
	.flags = RSTG_SYN | RSTG_ACK, .ack_off = 1000,
};

FIXTURE_SETUP(stray)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt;

	talk_init(t);
	talk_smtp(t);
	self->before = t->flow;
	talk_wait_ms(t, 5);
	pkt = talk_mimic(t, SERVER, variant->flags);
	pkt.ack = t->host[SERVER].rcv_nxt + (u32)variant->ack_off;
	pkt.seq += (u32)variant->seq_off;
	pkt.ttl = FORGED_TTL;
	pkt.ip_id ^= 0x5555;
	pkt.win = 31337;
	talk_feed(t, SERVER, &pkt);
}

FIXTURE_TEARDOWN(stray)
{
}

TEST_F(stray, teaches_nothing)
{
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(&self->t, SERVER, FORGED_TTL));
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(&self->t, SERVER, self->t.host[SERVER].ttl));
	EXPECT_TRUE(same_but_for_time(&self->before.dir[SERVER], &self->t.flow.dir[SERVER]));
	EXPECT_TRUE(same_but_for_time(&self->before.dir[CLIENT], &self->t.flow.dir[CLIENT]));
}

TEST_F(stray, leaves_it_open)
{
	EXPECT_TRUE(talk_is_open(&self->t));
}

/* --- from elsewhere, though in order --------------------------------------------- */

static void from_elsewhere(struct talk *t)
{
	struct rstg_pkt pkt = talk_pkt(t, SERVER, RSTG_ACK, 0);

	pkt.ttl = FORGED_TTL;
	pkt.ip_id = 31337;
	pkt.win = 31337;
	pkt.bits &= ~RSTG_PKT_DF;
	talk_feed(t, SERVER, &pkt);
}

/* The SYN-ACK that was vouched for is enough to know a stranger by. */
TEST(stranger_right_after_the_handshake)
{
	struct rstg_dir *s;
	struct talk t;

	talk_init(&t);
	talk_open(&t);
	from_elsewhere(&t);
	s = &t.flow.dir[SERVER];
	EXPECT_EQ(0, s->pkts);
	EXPECT_EQ(0, s->ipid.seen);
	EXPECT_NE(31337, s->win[0]);
	EXPECT_FALSE(s->flags & RSTG_D_NODF);
}

/* Picked up in mid-stream, nobody is a stranger yet. */
TEST(no_stranger_in_mid_stream)
{
	struct talk t;

	talk_init(&t);
	talk_midstream(&t, 1);
	from_elsewhere(&t);
	EXPECT_EQ(2, t.flow.dir[SERVER].pkts);
	EXPECT_EQ(31337, t.flow.dir[SERVER].win[0]);
}

/*
 * Of an exchange the router has missed the first segment, its answer, or both; each further
 * one acknowledges what was never seen. Two exchanges later all is as it was, and a RST with
 * the next number is where it belongs.
 */
static void missed(struct talk *t, bool segment, bool answer)
{
	unsigned int i;

	talk_init(t);
	talk_smtp(t);
	for (i = 0; i < 5; i++) {
		struct rstg_pkt pkt = talk_pkt(t, CLIENT, RSTG_PSH | RSTG_ACK, 30);

		talk_wait_ms(t, 20);
		if (i || !segment)
			talk_feed(t, CLIENT, &pkt);
		t->host[SERVER].rcv_nxt = pkt.seq + 30;
		pkt = talk_pkt(t, SERVER, RSTG_PSH | RSTG_ACK, 200);
		talk_wait_ms(t, 20);
		if (i || !answer)
			talk_feed(t, SERVER, &pkt);
		t->host[CLIENT].rcv_nxt = pkt.seq + 200;
	}
}

FIXTURE(caught_up) {
};

FIXTURE_VARIANT(caught_up) {
	bool segment, answer;
};

FIXTURE_SETUP(caught_up)
{
}

FIXTURE_TEARDOWN(caught_up)
{
}

FIXTURE_VARIANT_ADD(caught_up, with_a_segment) { .segment = true };
FIXTURE_VARIANT_ADD(caught_up, with_its_answer) { .answer = true };
FIXTURE_VARIANT_ADD(caught_up, with_both) { .segment = true, .answer = true };

TEST_F(caught_up, after_two_exchanges)
{
	struct rstg_opinion op;
	struct rstg_pkt rst;
	struct talk t;

	missed(&t, variant->segment, variant->answer);
	EXPECT_EQ(t.host[CLIENT].snd_nxt, t.flow.dir[CLIENT].max_end);
	EXPECT_EQ(t.host[SERVER].snd_nxt, t.flow.dir[SERVER].max_end);
	EXPECT_FALSE((t.flow.dir[CLIENT].flags | t.flow.dir[SERVER].flags) & RSTG_D_CLAIM);
	rst = talk_rst_socket(&t, SERVER);
	rstg_judge(&t.flow, &rst, SERVER, t.now, &op);
	EXPECT_LT(op.score, 0);
	EXPECT_FALSE(op.reasons & (BIT_ULL(RSTG_R_SEQ_BEYOND) | BIT_ULL(RSTG_R_ACK_AHEAD)));
}

TEST_HARNESS_MAIN
