// SPDX-License-Identifier: GPL-2.0-only
/* Following a connection: when it counts as open, what is learned, when it is forgotten. */
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

static bool is_open(const struct talk *t)
{
	return rstg_flow_open(&t->flow);
}

static enum rstg_ttl_fit fit(const struct talk *t, unsigned int d, u8 ttl)
{
	return rstg_ttl_check(&t->flow.dir[d].ttl, ttl);
}

static u32 beat(const struct talk *t)
{
	return rstg_beat(t->now);
}

/* --- opening ----------------------------------------------------------------- */

TEST_F(flow, opens_with_the_third_segment)
{
	struct talk *t = &self->t;

	talk_syn(t);
	EXPECT_FALSE(is_open(t));
	talk_syn_ack(t);
	EXPECT_FALSE(is_open(t));
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(is_open(t));
	EXPECT_TRUE(t->flow.dir[CLIENT].flags & RSTG_D_VOUCHED);
	EXPECT_TRUE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
	EXPECT_EQ(RSTG_TTL_SAME, fit(t, SERVER, 52));
	EXPECT_EQ(RSTG_TTL_SAME, fit(t, CLIENT, 63));
}

TEST_F(flow, opens_when_the_third_segment_carries_data)
{
	struct talk *t = &self->t;

	talk_syn(t);
	talk_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 517);
	EXPECT_TRUE(is_open(t));
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
	EXPECT_TRUE(is_open(t));
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
	EXPECT_TRUE(is_open(t));
}

TEST_F(flow, a_scan_does_not_open)
{
	struct talk *t = &self->t;
	struct rstg_pkt ack;

	/* an ACK that no side asked for, and what a host without socket says to it */
	ack = talk_mimic(t, CLIENT, RSTG_ACK);
	talk_feed(t, CLIENT, &ack);
	talk_feed(t, CLIENT, &ack);
	EXPECT_FALSE(is_open(t));
	ack = talk_mimic(t, SERVER, RSTG_RST);
	talk_feed(t, SERVER, &ack);
	EXPECT_FALSE(is_open(t));
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

/* --- picked up in mid-stream --------------------------------------------------- */

TEST_F(flow, midstream_opens_with_both_sides)
{
	struct talk *t = &self->t;

	talk_midstream(t, 0);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	EXPECT_FALSE(is_open(t));
	talk_send(t, SERVER, RSTG_ACK, 100);
	EXPECT_TRUE(is_open(t));
	EXPECT_FALSE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
}

/* Two senders that do not talk of the same thing: one of them is spoofed. */
TEST_F(flow, midstream_needs_matching_numbers)
{
	struct talk *t = &self->t;

	talk_midstream(t, 0);
	t->host[SERVER].rcv_nxt += 0x10000000;
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_FALSE(is_open(t));
}

TEST_F(flow, one_direction_never_opens)
{
	struct talk *t = &self->t;
	unsigned int i;

	talk_midstream(t, 0);
	for (i = 0; i < 20; i++)
		talk_send(t, SERVER, RSTG_ACK, 1000);
	EXPECT_FALSE(is_open(t));
}

/* The SYN was missed: its acknowledgment and what follows will do. */
TEST_F(flow, opens_from_the_syn_ack_on)
{
	struct talk *t = &self->t;
	struct rstg_pkt syn = talk_pkt(t, CLIENT, RSTG_SYN, 0);

	t->host[SERVER].rcv_nxt = rstg_pkt_seq_end(&syn);
	talk_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(is_open(t));
	EXPECT_TRUE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
	EXPECT_FALSE(t->flow.dir[CLIENT].flags & RSTG_D_VOUCHED);
}

/* --- forged SYN-ACKs ------------------------------------------------------------ */

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
	EXPECT_TRUE(is_open(t));
	EXPECT_NE(RSTG_TTL_SAME, fit(t, SERVER, FORGED_TTL));
	EXPECT_EQ(RSTG_TTL_SAME, fit(t, SERVER, 52));
}

TEST_F(flow, forged_syn_ack_after_the_real_one)
{
	struct talk *t = &self->t;

	talk_syn(t);
	talk_syn_ack(t);
	forge_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(is_open(t));
	EXPECT_NE(RSTG_TTL_SAME, fit(t, SERVER, FORGED_TTL));
	talk_send(t, SERVER, RSTG_ACK, 61);
	EXPECT_EQ(t->host[SERVER].snd_nxt, t->flow.dir[SERVER].max_end);
}

TEST_F(flow, forged_syn_ack_alone_is_no_baseline)
{
	struct talk *t = &self->t;

	talk_syn(t);
	forge_syn_ack(t);
	EXPECT_FALSE(is_open(t));
	EXPECT_EQ(RSTG_TTL_UNKNOWN, fit(t, SERVER, FORGED_TTL));
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
	EXPECT_NE(RSTG_TTL_SAME, fit(t, SERVER, FORGED_TTL));
	EXPECT_EQ(RSTG_TTL_SAME, fit(t, SERVER, 52));
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

/* --- what an open connection does not learn from --------------------------------- */

static bool same_but_for_time(const struct rstg_dir *a, const struct rstg_dir *b)
{
	struct rstg_dir x = *a, y = *b;

	x.last = 0;
	y.last = 0;
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
FIXTURE_VARIANT_ADD(stray, far_ack)	{ .flags = RSTG_ACK, .ack_off = 0x20000000 };
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
	EXPECT_TRUE(same_but_for_time(&self->before.dir[SERVER], &self->t.flow.dir[SERVER]));
	EXPECT_TRUE(same_but_for_time(&self->before.dir[CLIENT], &self->t.flow.dir[CLIENT]));
}

TEST_F(stray, leaves_it_open)
{
	EXPECT_TRUE(is_open(&self->t));
}

/* --- a RST ------------------------------------------------------------------------ */

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
	EXPECT_EQ(beat(t), r->beat);

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

/* --- the same ports again ----------------------------------------------------------- */

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
	EXPECT_TRUE(is_open(t));
	EXPECT_EQ(RSTG_TTL_SAME, fit(t, SERVER, 120));
	EXPECT_NE(RSTG_TTL_SAME, fit(t, SERVER, 52));
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
	EXPECT_TRUE(is_open(t));
	EXPECT_NE(RSTG_TTL_SAME, fit(t, SERVER, 52));
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
	EXPECT_TRUE(is_open(t));
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
	EXPECT_TRUE(is_open(t));
	EXPECT_EQ(t->host[CLIENT].snd_nxt, t->flow.dir[CLIENT].max_end);
}

TEST_F(flow, half_closed_is_still_the_same)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_fin(t, CLIENT);
	EXPECT_TRUE(is_open(t));
	EXPECT_TRUE(t->flow.dir[CLIENT].flags & RSTG_D_FIN);
	talk_send(t, SERVER, RSTG_ACK, 1000);
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
	EXPECT_EQ(RSTG_TTL_SAME, fit(t, SERVER, 120));
}

/* --- sequence space, ACKs, windows ---------------------------------------------------- */

TEST_F(flow, max_end_follows_what_is_new)
{
	struct talk *t = &self->t;
	const struct rstg_dir *s = &t->flow.dir[SERVER];
	struct rstg_pkt early, late;
	u32 tick;

	talk_smtp(t);
	early = talk_pkt(t, SERVER, RSTG_ACK, 1000);
	late = talk_pkt(t, SERVER, RSTG_ACK, 1000);
	talk_wait_ms(t, 10);
	talk_feed(t, SERVER, &late);
	EXPECT_EQ(rstg_pkt_seq_end(&late), s->max_end);
	tick = s->end_tick;
	EXPECT_EQ(rstg_tick(t->now), tick);

	talk_wait_ms(t, 10);
	talk_feed(t, SERVER, &early);	/* reordered */
	talk_feed(t, SERVER, &late);	/* sent again */
	EXPECT_EQ(rstg_pkt_seq_end(&late), s->max_end);
	EXPECT_EQ(tick, s->end_tick);
}

TEST_F(flow, acks_newest_first_each_once)
{
	struct talk *t = &self->t;
	const struct rstg_dir *c = &t->flow.dir[CLIENT];
	struct rstg_pkt old;
	u32 acks[5];
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 5; i++) {
		talk_send(t, SERVER, RSTG_ACK, 100);
		acks[i] = t->host[CLIENT].rcv_nxt;
		talk_send(t, CLIENT, RSTG_ACK, 0);
		talk_send(t, CLIENT, RSTG_ACK, 0);	/* a duplicate is not new */
	}
	for (i = 0; i < RSTG_ACKS; i++)
		EXPECT_EQ(acks[4 - i], c->ack[i]);

	old = talk_mimic(t, CLIENT, RSTG_ACK);
	old.ack = acks[3];
	talk_feed(t, CLIENT, &old);
	EXPECT_EQ(acks[4], c->ack[0]);
	EXPECT_EQ(acks[3], c->ack[1]);
}

/* Software or hardware that forwards past the hooks: the next ACK tells how far it got. */
TEST_F(flow, catches_up_after_offload)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	t->host[SERVER].snd_nxt += 0x08000000;
	t->host[CLIENT].rcv_nxt += 0x08000000;
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_send(t, SERVER, RSTG_ACK, 100);
	EXPECT_EQ(t->host[SERVER].snd_nxt, t->flow.dir[SERVER].max_end);
}

TEST_F(flow, two_latest_windows)
{
	struct talk *t = &self->t;
	const struct rstg_dir *s = &t->flow.dir[SERVER];
	u16 win;

	talk_open(t);
	EXPECT_EQ(0, s->win[0]);	/* that of the SYN-ACK has another scale */
	for (win = 500; win < 504; win++) {
		t->host[SERVER].win = win;
		talk_send(t, SERVER, RSTG_ACK, 10);
		talk_send(t, SERVER, RSTG_ACK, 10);
	}
	EXPECT_EQ(503, s->win[0]);
	EXPECT_EQ(502, s->win[1]);
}

/* Without scaling it means the same as in every later segment (RFC 7323 2.2). */
TEST_F(flow, window_of_an_unscaled_syn)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt = talk_pkt(t, CLIENT, RSTG_SYN, 0);

	pkt.bits &= ~RSTG_PKT_WS;
	pkt.win = 8192;
	talk_feed(t, CLIENT, &pkt);
	EXPECT_EQ(8192, t->flow.dir[CLIENT].win[0]);
}

TEST_F(flow, df_and_timestamps)
{
	struct talk *t = &self->t;
	const struct rstg_dir *s = &t->flow.dir[SERVER], *c = &t->flow.dir[CLIENT];

	t->host[SERVER].df = false;
	t->host[SERVER].ts = true;
	talk_smtp(t);
	EXPECT_EQ(RSTG_D_NODF, s->flags & (RSTG_D_DF | RSTG_D_NODF));
	EXPECT_EQ(RSTG_D_DF, c->flags & (RSTG_D_DF | RSTG_D_NODF));
	EXPECT_TRUE(s->flags & RSTG_D_TS);
	EXPECT_FALSE(c->flags & RSTG_D_TS);
	EXPECT_EQ((u32)(t->now / 1000000), s->ts_val);
}

TEST_F(flow, merged_segments_reach_the_id_model)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt;
	u16 id;

	talk_smtp(t);
	id = t->flow.dir[SERVER].ipid.last;
	pkt = talk_pkt(t, SERVER, RSTG_ACK, 14480);
	pkt.n_segs = 10;
	talk_feed(t, SERVER, &pkt);
	EXPECT_EQ((u16)(id + 10), t->flow.dir[SERVER].ipid.last);

	pkt = talk_pkt(t, SERVER, RSTG_ACK, 14480);
	pkt.n_segs = 10;
	pkt.bits |= RSTG_PKT_FIXID;
	talk_feed(t, SERVER, &pkt);
	EXPECT_EQ(pkt.ip_id, t->flow.dir[SERVER].ipid.last);
}

TEST_F(flow, ipv6_has_no_id_model)
{
	struct talk *t = &self->t;

	t->host[SERVER].ids = ID_NONE;
	talk_smtp(t);
	EXPECT_EQ(0, t->flow.dir[SERVER].ipid.seen);
	EXPECT_EQ(RSTG_TTL_SAME, fit(t, SERVER, 52));
}

/* As it leaves, TTL and IP-ID are not what the peer will see. */
TEST_F(flow, outbound_teaches_no_ip_header)
{
	struct talk *t = &self->t;
	const struct rstg_dir *c = &t->flow.dir[CLIENT];

	t->host[CLIENT].where = RSTG_OUTBOUND;
	talk_smtp(t);
	EXPECT_TRUE(is_open(t));
	EXPECT_EQ(t->host[CLIENT].snd_nxt, c->max_end);
	EXPECT_EQ(t->host[CLIENT].rcv_nxt, c->ack[0]);
	EXPECT_EQ(0, c->pkts);
	EXPECT_EQ(0, c->ipid.seen);
	EXPECT_EQ(0, c->flags & (RSTG_D_DF | RSTG_D_NODF));
	EXPECT_EQ(501, c->win[0]);
	EXPECT_EQ(RSTG_TTL_UNKNOWN, fit(t, CLIENT, 63));
	EXPECT_EQ(RSTG_TTL_SAME, fit(t, SERVER, 52));
	/* and the server's round trip is known from it */
	EXPECT_NE(0, t->flow.dir[SERVER].rtt);
}

/* A router sees a forwarded packet twice: as it arrives and as it leaves. */
TEST_F(flow, seen_twice_is_the_same)
{
	struct talk *t = &self->t;
	struct rstg_flow before;
	struct rstg_opinion op;
	struct rstg_pkt pkt;

	talk_smtp(t);
	talk_wait_ms(t, 10);
	pkt = talk_pkt(t, SERVER, RSTG_ACK, 100);
	talk_feed(t, SERVER, &pkt);
	before = t->flow;
	pkt.ttl--;
	talk_wait_us(t, 1);
	rstg_feed(&t->flow, &pkt, SERVER, RSTG_OUTBOUND, t->now, &op);
	EXPECT_TRUE(same_but_for_time(&before.dir[SERVER], &t->flow.dir[SERVER]));
	EXPECT_TRUE(same_but_for_time(&before.dir[CLIENT], &t->flow.dir[CLIENT]));
}

TEST_F(flow, packet_count_goes_on)
{
	struct talk *t = &self->t;
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 1000; i++) {
		talk_send(t, SERVER, RSTG_ACK, 10);
		ASSERT_NE(0, t->flow.dir[SERVER].pkts);
	}
	EXPECT_LE(192, t->flow.dir[SERVER].pkts);
}

/* --- round trips ------------------------------------------------------------------------ */

static u32 rtt_us(const struct talk *t, unsigned int d)
{
	return (u32)(((u64)t->flow.dir[d].rtt << 10) / 1000);
}

TEST_F(flow, rtt_of_the_handshake)
{
	struct talk *t = &self->t;

	talk_open(t);
	EXPECT_LT(39900, rtt_us(t, SERVER));
	EXPECT_GT(40100, rtt_us(t, SERVER));
	EXPECT_LT(1900, rtt_us(t, CLIENT));
	EXPECT_GT(2100, rtt_us(t, CLIENT));
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
	EXPECT_LT(29900, rtt_us(t, SERVER));
	EXPECT_GT(30100, rtt_us(t, SERVER));
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
	EXPECT_LT(39900, rtt_us(t, SERVER));
}

TEST_F(flow, rtt_of_a_late_answer_is_none)
{
	struct talk *t = &self->t;

	talk_midstream(t, 0);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_wait_ms(t, 11000);
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_EQ(0, t->flow.dir[SERVER].rtt);
}

/* --- time wraps --------------------------------------------------------------------------- */

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
	EXPECT_TRUE(is_open(t));
	EXPECT_TRUE(t->flow.dir[SERVER].flags & RSTG_D_VOUCHED);
	EXPECT_LT(39900, rtt_us(t, SERVER));
	EXPECT_GT(40100, rtt_us(t, SERVER));
	EXPECT_EQ(t->host[SERVER].snd_nxt, t->flow.dir[SERVER].max_end);
	EXPECT_EQ(t->host[CLIENT].snd_nxt, t->flow.dir[CLIENT].max_end);
	EXPECT_FALSE(rstg_flow_expired(&t->flow, beat(t)));
	EXPECT_EQ(0, rstg_flow_idle(&t->flow, beat(t)));

	rst = talk_rst_socket(t, SERVER);
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(BIT_ULL(RSTG_R_TTL_SAME) | BIT_ULL(RSTG_R_ID_NEAR) | BIT_ULL(RSTG_R_OPENING),
		  t->op.reasons);
}

/* --- how long it is remembered -------------------------------------------------------------- */

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
	EXPECT_FALSE(rstg_flow_expired(&self->t.flow, beat(&self->t)));
}

TEST_F(age, beyond)
{
	talk_wait_ms(&self->t, (variant->seconds + 1) * 1000ULL);
	EXPECT_TRUE(rstg_flow_expired(&self->t.flow, beat(&self->t)));
}

TEST_F(flow, idle_is_the_younger_side)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_wait_ms(t, 5000);
	talk_send(t, CLIENT, RSTG_ACK, 10);
	talk_wait_ms(t, 1000);
	EXPECT_GT(2 * BEATS_PER_S, rstg_flow_idle(&t->flow, beat(t)));
	EXPECT_LT(BEATS_PER_S - 10, rstg_flow_idle(&t->flow, beat(t)));
}

TEST(nothing_seen_is_expired)
{
	struct rstg_flow f = {};

	EXPECT_EQ(U32_MAX, rstg_flow_idle(&f, 12345));
	EXPECT_TRUE(rstg_flow_expired(&f, 12345));
}

TEST(beats_to_ms)
{
	EXPECT_EQ(0, rstg_beats_to_ms(0));
	EXPECT_EQ(1, rstg_beats_to_ms(1));
	EXPECT_EQ(1999, rstg_beats_to_ms(RSTG_BURST_BEATS));
	/* the longest difference there is: 52 days */
	EXPECT_EQ((u32)(((u64)U32_MAX << 20) / 1000000), rstg_beats_to_ms(U32_MAX));
}

TEST_HARNESS_MAIN
