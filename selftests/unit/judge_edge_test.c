// SPDX-License-Identifier: GPL-2.0-only
/* Sums of evidence, and where each rule begins and ends. */
#include "talk.h"

#include "kselftest_harness.h"

/* --- relations between IP-ID and window ---------------------------------------- */

static bool is_pattern(u16 flags, bool df, u16 id, u16 win)
{
	struct rstg_pkt rst;
	struct talk t;

	talk_init(&t);
	talk_smtp(&t);
	rst = talk_mimic(&t, SERVER, flags);
	rst.bits &= ~RSTG_PKT_DF;
	rst.bits |= df ? RSTG_PKT_DF : 0;
	rst.ip_id = id;
	rst.win = win;
	talk_feed(&t, SERVER, &rst);
	return HAS(&t.op, PATTERN);
}

#define BOTH	(RSTG_RST | RSTG_ACK)

TEST(pattern_of_gfw_2)
{
	EXPECT_TRUE(is_pattern(BOTH, true, 65535 - 12000, 1000));
	EXPECT_TRUE(is_pattern(BOTH, true, 65535 - 12999, 1000));
	EXPECT_FALSE(is_pattern(BOTH, true, 65535 - 11999, 1000));
	EXPECT_FALSE(is_pattern(BOTH, true, 65535 - 13001, 1000));
	EXPECT_FALSE(is_pattern(BOTH, false, 65535 - 12500, 1000));
	EXPECT_FALSE(is_pattern(RSTG_RST, true, 65535 - 12500, 1000));
	/* 12 windows are more than there are numbers */
	EXPECT_FALSE(is_pattern(BOTH, true, 0, 5462));
	EXPECT_FALSE(is_pattern(BOTH, true, 65535, 0));
}

TEST(pattern_of_2010)
{
	EXPECT_TRUE(is_pattern(BOTH, true, 65535 - 13 * 1000, 1000));
	EXPECT_TRUE(is_pattern(BOTH, true, (u16)(65535 - 13 * 9000), 9000));
	EXPECT_TRUE(is_pattern(BOTH, true, (u16)(62753 - 79 * 9000), 9000));
	EXPECT_FALSE(is_pattern(BOTH, true, (u16)(62754 - 79 * 9000), 9000));
}

TEST(pattern_of_2009)
{
	EXPECT_TRUE(is_pattern(RSTG_RST, false, 64, 17 * 60));
	EXPECT_FALSE(is_pattern(RSTG_RST, false, 64, 17 * 60 + 1));
	EXPECT_FALSE(is_pattern(RSTG_RST, false, 65, 17 * 60));
	EXPECT_FALSE(is_pattern(RSTG_RST, true, 64, 17 * 60));
	EXPECT_FALSE(is_pattern(RSTG_RST, false, 64, 0));
}

/* --- IP-ID and DSCP of the other side -------------------------------------------- */

static bool is_taken(int off)
{
	struct rstg_pkt rst;
	struct talk t;

	talk_init(&t);
	talk_smtp(&t);
	rst = talk_mimic(&t, SERVER, RSTG_RST);
	rst.ip_id = (u16)(t.flow.dir[CLIENT].ipid.last + off);
	talk_feed(&t, SERVER, &rst);
	return HAS(&t.op, ID_OURS);
}

TEST(id_taken)
{
	EXPECT_TRUE(is_taken(0));
	EXPECT_TRUE(is_taken(-26));
	EXPECT_FALSE(is_taken(1));
	EXPECT_FALSE(is_taken(-1));
	EXPECT_FALSE(is_taken(-25));
	EXPECT_FALSE(is_taken(26));
}

/* Firewalls send 0, whatever the two sides do. */
TEST(dscp_zero_is_not_odd)
{
	struct rstg_pkt rst;
	struct talk t;

	talk_init(&t);
	t.host[CLIENT].tos = 0x48;
	t.host[SERVER].tos = 0x28;
	talk_smtp(&t);
	rst = talk_mimic(&t, SERVER, RSTG_RST);
	rst.tos = 0;
	talk_feed(&t, SERVER, &rst);
	EXPECT_FALSE(HAS(&t.op, DSCP_BARE));
}

#define RA	(RSTG_RST | RSTG_ACK)

static void feed(struct talk *t, struct rstg_pkt rst)
{
	talk_feed(t, SERVER, &rst);
}

/* A perfect RST in mid session, for a test to spoil. */
static struct rstg_pkt forged(struct talk *t, u16 flags)
{
	talk_smtp(t);
	return talk_mimic(t, SERVER, flags);
}

/* The server's socket resets in the middle of a mail session: nothing is odd. */
static void plain(struct talk *t)
{
	talk_smtp(t);
	feed(t, talk_rst_socket(t, SERVER));
}

/* So does a server that has lost the socket, after a restart for example. */
static void plain_bare(struct talk *t)
{
	talk_smtp(t);
	feed(t, talk_rst_nosocket(t, SERVER));
}

static void spoil_id(struct talk *t, u16 flags, u16 id)
{
	struct rstg_pkt rst = forged(t, flags);

	rst.ip_id = id;
	feed(t, rst);
}

/* The client sends; @us later a RST|ACK says that the server has it. */
static void answer_after(struct talk *t, u64 us)
{
	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_wait_us(t, us);
	feed(t, talk_mimic(t, SERVER, RA));
}

/* --- sums ------------------------------------------------------------------ */

FIXTURE(sum) {
	struct talk t;
};

FIXTURE_SETUP(sum)
{
	talk_init(&self->t);
}

FIXTURE_TEARDOWN(sum)
{
}

static int db(enum rstg_reason r)
{
	return rstg_reasons[r].db;
}

TEST_F(sum, adds_up)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = forged(t, RA);

	rst.ttl = FORGED_TTL;
	rst.win = 9300;
	feed(t, rst);
	EXPECT_EQ(db(RSTG_R_TTL_FAR) + db(RSTG_R_WIN_ODD) + db(RSTG_R_ID_NEAR) +
		  db(RSTG_R_OPENING), t->op.score);
	EXPECT_EQ(2, t->op.families);
	EXPECT_EQ(RSTG_GENUINE, t->op.verdict);	/* 20: not enough */
}

/*
 * A reset whose IP-ID and DF are the client's and whose DSCP is 0: four reasons of one family.
 * With a window of 1000 of the server the IP-ID is a pattern as well, a fifth.
 */
static void spoil_all_of_id(struct talk *t, u16 win)
{
	struct rstg_pkt rst;

	talk_init(t);
	t->host[SERVER].win = win;
	t->host[SERVER].df = false;
	t->host[SERVER].tos = 0x28;
	talk_smtp(t);
	t->host[CLIENT].id = 65535 - 12500;
	talk_send(t, CLIENT, RSTG_ACK, 10);
	talk_send(t, SERVER, RSTG_ACK, 0);
	rst = talk_mimic(t, SERVER, RA);
	rst.ip_id = 65535 - 12500;
	rst.bits |= RSTG_PKT_DF;
	rst.tos = 0;
	feed(t, rst);
}

/* Four weigh 40, and so do five, which would be 52: no family weighs more. */
TEST_F(sum, a_family_weighs_40_at_most)
{
	struct talk *t = &self->t;
	const u64 four = BIT_ULL(RSTG_R_ID_FAR) | BIT_ULL(RSTG_R_ID_OURS) |
			 BIT_ULL(RSTG_R_DF_DIFF) | BIT_ULL(RSTG_R_DSCP);
	const u64 others = BIT_ULL(RSTG_R_TTL_SAME) | BIT_ULL(RSTG_R_OPENING);

	spoil_all_of_id(t, 900);
	EXPECT_EQ(four | others, t->op.reasons);
	EXPECT_EQ(40, db(RSTG_R_ID_FAR) + db(RSTG_R_ID_OURS) + db(RSTG_R_DF_DIFF) +
		  db(RSTG_R_DSCP));
	EXPECT_EQ(40 + db(RSTG_R_TTL_SAME) + db(RSTG_R_OPENING), t->op.score);
	spoil_all_of_id(t, 1000);
	EXPECT_EQ(four | others | BIT_ULL(RSTG_R_PATTERN), t->op.reasons);
	EXPECT_EQ(40 + db(RSTG_R_TTL_SAME) + db(RSTG_R_OPENING), t->op.score);
}

/* A proof weighs 80 or less, and a second one, in the same packet or later, adds nothing. */
TEST_F(sum, life_weighs_80_at_most)
{
	struct talk *t = &self->t;
	unsigned int r;

	for (r = 0; r < RSTG_R_MAX; r++)
		if (rstg_reasons[r].family == RSTG_FAM_LIFE)
			EXPECT_GE(80, db(r));
	plain_bare(t);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	ASSERT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 100));
	EXPECT_EQ(80, t->op.score);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(t, SERVER, RSTG_ACK, 100));
}

/* The score is reached, but by one kind of evidence only. */
TEST_F(sum, one_family_is_not_enough)
{
	struct talk *t = &self->t;

	t->host[SERVER].ids = ID_RANDOM;
	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_wait_ms(t, 1);
	feed(t, talk_mimic(t, SERVER, RA));
	EXPECT_EQ(1, t->op.families);
	EXPECT_EQ(RSTG_GENUINE, t->op.verdict);
	EXPECT_EQ(db(RSTG_R_EARLY_HALF) + db(RSTG_R_TTL_SAME) + db(RSTG_R_OPENING), t->op.score);
}

/* Exactly at the threshold, and one below: TTL 17 + window 8, with and without OPENING. */
TEST_F(sum, threshold)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;
	unsigned int i;

	t->host[SERVER].ids = ID_RANDOM;
	talk_smtp(t);
	for (i = 0; i < RSTG_OPENING_PKTS; i++) {
		talk_send(t, CLIENT, RSTG_ACK, 100);
		talk_send(t, SERVER, RSTG_ACK, 100);
	}
	t->dropping = true;
	rst = talk_mimic(t, SERVER, RA);
	rst.ttl = FORGED_TTL;
	rst.win = 9300;
	feed(t, rst);
	EXPECT_EQ(RSTG_SCORE_SUSPECT, t->op.score);
	EXPECT_EQ(RSTG_SUSPECT, t->op.verdict);

	talk_init(t);
	t->host[SERVER].ids = ID_NONE;
	talk_smtp(t);
	rst = talk_mimic(t, SERVER, RA);
	rst.ttl = 56;
	rst.ack += 517;
	feed(t, rst);
	/* 6 + 20 + 3: the weakest family that counts */
	EXPECT_EQ(2, t->op.families);
	EXPECT_EQ(RSTG_SUSPECT, t->op.verdict);
}

/* A load balancer's farewell after a long silence: its fields speak for itself. */
TEST_F(sum, quiet_discounts_the_fields)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_wait_ms(t, 181000);
	rst = talk_mimic(t, SERVER, RA);
	rst.ttl = FORGED_TTL;
	rst.ip_id += 20000;
	rst.win = 9300;
	feed(t, rst);
	EXPECT_EQ(17 * 2 / 5 + 8 * 2 / 5 + 8 * 2 / 5 + db(RSTG_R_QUIET), t->op.score);
	EXPECT_EQ(RSTG_GENUINE, t->op.verdict);
}

/* ... but not what speaks for the sender, nor the sequence space. */
TEST_F(sum, quiet_discounts_nothing_else)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_wait_ms(t, 181000);
	rst = talk_mimic(t, SERVER, RA);
	rst.ack += 517;
	feed(t, rst);
	EXPECT_EQ(db(RSTG_R_TTL_SAME) + db(RSTG_R_ID_NEAR) + db(RSTG_R_ACK_AHEAD) +
		  db(RSTG_R_QUIET), t->op.score);
}

TEST_F(sum, quiet_begins_after_30_s)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_wait_ms(t, 29900);
	feed(t, talk_mimic(t, SERVER, RA));
	EXPECT_FALSE(HAS(&t->op, QUIET));
	talk_init(t);
	talk_smtp(t);
	talk_wait_ms(t, 30000);
	feed(t, talk_mimic(t, SERVER, RA));
	EXPECT_TRUE(HAS(&t->op, QUIET));
}

TEST_F(sum, opinion_shows_the_baseline)
{
	struct talk *t = &self->t;
	u16 last;

	talk_smtp(t);
	last = t->flow.dir[SERVER].ipid.last;
	feed(t, talk_rst_socket(t, SERVER));
	EXPECT_EQ(52, t->op.ttl.val[0]);
	EXPECT_EQ(RSTG_IPID_COUNTER, t->op.ipid_class);
	EXPECT_EQ(last, t->op.ipid_last);
	EXPECT_EQ((u32)t->flow.dir[SERVER].rtt, t->op.rtt);
	EXPECT_EQ(RSTG_PROOF_NONE, t->op.proof);
}

/* --- edges of single rules ------------------------------------------------- */

FIXTURE(edge) {
	struct talk t;
};

FIXTURE_VARIANT(edge) {
	u16 flags;	/* 0: RST|ACK */
	s32 id_off;	/* from the next IP-ID */
	u16 win;	/* 0: as the flow */
	s32 seq_off;
	s32 ack_off;
	u64 has;
	u64 lacks;
};

#define B(e)	BIT_ULL(RSTG_R_##e)

FIXTURE_VARIANT_ADD(edge, id_next) { .id_off = 0, .has = B(ID_NEAR), .lacks = B(ID_FAR) };
/* the last one again: no stack does that */
FIXTURE_VARIANT_ADD(edge, id_repeated) { .id_off = -1, .has = B(ID_FAR), .lacks = B(ID_NEAR) };
FIXTURE_VARIANT_ADD(edge, id_back) { .id_off = -2, .has = B(ID_FAR) };
FIXTURE_VARIANT_ADD(edge, id_near_last) { .id_off = RSTG_IPID_NEAR - 1, .has = B(ID_NEAR) };
FIXTURE_VARIANT_ADD(edge, id_near_no_more) {
	.id_off = RSTG_IPID_NEAR, .lacks = B(ID_NEAR) | B(ID_FAR),
};
FIXTURE_VARIANT_ADD(edge, id_not_far_yet) {
	.id_off = RSTG_IPID_FAR - 1, .lacks = B(ID_NEAR) | B(ID_FAR),
};
FIXTURE_VARIANT_ADD(edge, id_far) { .id_off = RSTG_IPID_FAR, .has = B(ID_FAR) };
/* what a bare RST is compared with is not the socket's */
FIXTURE_VARIANT_ADD(edge, bare_id_is_free) {
	.flags = RSTG_RST, .id_off = 20000, .lacks = B(ID_FAR) | B(ID_NEAR) | B(ID_NONZERO),
};
FIXTURE_VARIANT_ADD(edge, bare_window) {
	.flags = RSTG_RST, .win = 501, .has = B(WIN_ODD),
};
FIXTURE_VARIANT_ADD(edge, seq_one_beyond) { .seq_off = 1, .has = B(SEQ_BEYOND) };
FIXTURE_VARIANT_ADD(edge, seq_one_behind) { .seq_off = -1, .has = B(SEQ_BEHIND) };
FIXTURE_VARIANT_ADD(edge, seq_exact) { .lacks = B(SEQ_BEYOND) | B(SEQ_BEHIND) };
FIXTURE_VARIANT_ADD(edge, ack_one_ahead) { .ack_off = 1, .has = B(ACK_AHEAD) };
FIXTURE_VARIANT_ADD(edge, bare_seq_one_beyond) {
	.flags = RSTG_RST, .seq_off = 1, .has = B(SEQ_BEYOND),
};
/* a bare RST has no ACK number, whatever stands in the field (Windows leaves one) */
FIXTURE_VARIANT_ADD(edge, bare_ack_is_none) {
	.flags = RSTG_RST, .ack_off = 5000, .lacks = B(ACK_AHEAD),
};
FIXTURE_VARIANT_ADD(edge, bare_seq_far_behind) {
	.flags = RSTG_RST, .seq_off = -RSTG_SEQ_JUMP - 1, .has = B(SEQ_BEHIND),
};
FIXTURE_VARIANT_ADD(edge, bare_seq_behind) {
	.flags = RSTG_RST, .seq_off = -RSTG_SEQ_JUMP, .lacks = B(SEQ_BEHIND),
};
/* flags beside RST and ACK change nothing of what kind it is */
FIXTURE_VARIANT_ADD(edge, rae) {
	.flags = RA | RSTG_AE, .has = B(ID_NEAR), .lacks = B(ID_BARE),
};

FIXTURE_SETUP(edge)
{
	struct talk *t = &self->t;
	u16 flags = variant->flags ? variant->flags : RA;
	struct rstg_pkt rst;

	talk_init(t);
	rst = forged(t, flags);
	if (variant->id_off || flags & RSTG_ACK)
		rst.ip_id = t->host[SERVER].id + (u16)variant->id_off;
	if (variant->win)
		rst.win = variant->win;
	rst.seq += (u32)variant->seq_off;
	rst.ack += (u32)variant->ack_off;
	feed(t, rst);
}

FIXTURE_TEARDOWN(edge)
{
}

TEST_F(edge, reasons)
{
	EXPECT_EQ(variant->has, variant->has & self->t.op.reasons);
	EXPECT_EQ(0, variant->lacks & self->t.op.reasons);
}

FIXTURE(more) {
	struct talk t;
};

FIXTURE_SETUP(more)
{
	talk_init(&self->t);
}

FIXTURE_TEARDOWN(more)
{
}

/* 65535 and then 0: a counter that wraps, not a sender that leaves it out. */
TEST_F(more, id_0_after_65535)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	t->host[SERVER].id = 65533;
	talk_send(t, SERVER, RSTG_ACK, 10);
	talk_send(t, SERVER, RSTG_ACK, 10);
	talk_send(t, SERVER, RSTG_ACK, 10);
	feed(t, talk_rst_socket(t, SERVER));
	EXPECT_TRUE(HAS(&t->op, ID_NEAR));
	EXPECT_FALSE(HAS(&t->op, ID_ZERO));
}

TEST_F(more, ipv6_has_no_id_evidence)
{
	struct talk *t = &self->t;

	t->host[SERVER].ids = ID_NONE;
	t->host[CLIENT].ids = ID_NONE;
	plain(t);
	EXPECT_EQ(B(TTL_SAME) | B(OPENING), t->op.reasons);
	talk_init(t);
	t->host[SERVER].ids = ID_NONE;
	t->host[CLIENT].ids = ID_NONE;
	plain_bare(t);
	EXPECT_EQ(B(TTL_SAME) | B(OPENING), t->op.reasons);
}

/* A bare RST of a side that sends 0 always, with another ID. */
TEST_F(more, bare_nonzero_from_a_zero_sender)
{
	struct talk *t = &self->t;

	t->host[SERVER].ids = ID_ZERO;
	spoil_id(t, RSTG_RST, 64);
	EXPECT_TRUE(HAS(&t->op, ID_NONZERO));
}

/* Random and constant IDs say nothing by going on in any way. */
TEST_F(more, random_ids_are_no_evidence)
{
	struct talk *t = &self->t;

	t->host[SERVER].ids = ID_RANDOM;
	spoil_id(t, RA, 12345);
	EXPECT_EQ(B(TTL_SAME) | B(OPENING), t->op.reasons);
	talk_init(t);
	t->host[SERVER].ids = ID_CONST;
	spoil_id(t, RA, 12345);
	EXPECT_EQ(B(TTL_SAME) | B(OPENING), t->op.reasons);
}

/* A sender that sets DF now and then: neither way is odd. */
TEST_F(more, mixed_df_is_no_evidence)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;
	unsigned int df;

	t->dropping = true;
	talk_smtp(t);
	t->host[SERVER].df = false;
	talk_send(t, SERVER, RSTG_ACK, 10);
	for (df = 0; df < 2; df++) {
		rst = talk_mimic(t, SERVER, RSTG_RST);
		rst.ip_id = 4711;
		rst.bits = RSTG_PKT_HAS_ID | (df ? RSTG_PKT_DF : 0);
		feed(t, rst);
		EXPECT_FALSE(HAS(&t->op, DF_DIFF_BARE));
	}
}

/* ACK numbers of a whole window come back, rising but beyond nothing that was sent. */
TEST_F(more, seq_change_within_the_window)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;
	unsigned int i;

	t->dropping = true;
	talk_smtp(t);
	for (i = 0; i < 4; i++)
		talk_send(t, SERVER, RSTG_ACK, 1448);
	for (i = 0; i < 4; i++) {
		rst = talk_mimic(t, SERVER, RSTG_RST);
		rst.seq -= (3 - i) * 1448;
		feed(t, rst);
		EXPECT_FALSE(HAS(&t->op, SEQ_CHANGE));
	}
}

/* A socket that has gone does not come back for a third. */
TEST_F(more, mixed_again)
{
	struct talk *t = &self->t;

	t->dropping = true;
	talk_smtp(t);
	feed(t, talk_mimic(t, SERVER, RA));
	feed(t, talk_mimic(t, SERVER, RSTG_RST));
	EXPECT_FALSE(HAS(&t->op, MIXED));
	feed(t, talk_mimic(t, SERVER, RA));
	EXPECT_TRUE(HAS(&t->op, MIXED));
}

TEST_F(more, window_before_the_last)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_smtp(t);
	t->host[SERVER].win = 480;
	talk_send(t, SERVER, RSTG_ACK, 10);
	rst = talk_mimic(t, SERVER, RA);
	rst.win = 501;
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, WIN_ODD));
}

/* dovecot's list of capabilities was not acknowledged yet when its client gave up */
TEST_F(more, window_of_what_came_last)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK, 200);
	rst = talk_rst_socket(t, SERVER);
	rst.win--;
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, WIN_ODD));
}

/* By more than came, and with nothing to acknowledge: the edge has moved back. */
TEST_F(more, window_that_shrinks)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	t->dropping = true;
	talk_smtp(t);
	rst = talk_mimic(t, SERVER, RA);
	rst.win--;
	feed(t, rst);
	EXPECT_TRUE(HAS(&t->op, WIN_ODD));
	talk_send(t, CLIENT, RSTG_ACK, 200);
	rst = talk_mimic(t, SERVER, RA);
	rst.win -= 201;
	feed(t, rst);
	EXPECT_TRUE(HAS(&t->op, WIN_ODD));
	rst.win += 1;
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, WIN_ODD));
}

/* Two of one kind from two distances: two senders. */
TEST_F(more, mixed_ttls)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = forged(t, RSTG_RST);

	/* let through, the first would have ended it and excused the rest */
	t->dropping = true;
	feed(t, rst);
	rst.ttl += 2;
	feed(t, rst);
	EXPECT_TRUE(HAS(&t->op, MIXED));
	rst.ttl -= 2;
	feed(t, rst);
	EXPECT_TRUE(HAS(&t->op, MIXED));
	rst.ttl -= 1;
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, MIXED));
}

/* Once a plain one has ended it, nothing that a second box sends does harm. */
TEST_F(more, after_rst_excuses_the_burst)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = forged(t, RSTG_RST);

	feed(t, rst);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	rst = talk_mimic(t, SERVER, RA);
	rst.ttl += 2;
	feed(t, rst);
	EXPECT_TRUE(HAS(&t->op, AFTER_RST));
	EXPECT_FALSE(HAS(&t->op, MIXED));
	EXPECT_FALSE(HAS(&t->op, EARLY_HALF));
	rst.ttl += 1;
	rst.win += 1;
	feed(t, rst);
	EXPECT_TRUE(HAS(&t->op, AFTER_RST));
	EXPECT_FALSE(HAS(&t->op, TTL_WIN));
}

TEST_F(more, copies_come_together)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = forged(t, RA);

	feed(t, rst);
	feed(t, rst);
	talk_wait_ms(t, 120);
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, COPIES));
	talk_wait_ms(t, 90);
	feed(t, rst);
	EXPECT_TRUE(HAS(&t->op, COPIES));
}

TEST_F(more, copies_differ_in_nothing)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = forged(t, RA);

	feed(t, rst);
	feed(t, rst);
	rst.ip_id++;
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, COPIES));
	rst.ttl++;
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, COPIES));
}

/* A burst is 2 s: later RSTs have a cause of their own. */
TEST_F(more, bursts_end)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = forged(t, RSTG_RST);

	feed(t, rst);
	talk_wait_ms(t, 2100);
	rst = talk_mimic(t, SERVER, RA);
	rst.seq += 1460;
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, MIXED));
	EXPECT_FALSE(HAS(&t->op, SEQ_CHANGE));
}

/* Weaver et al. allow for 2: a FIN and a SYN. */
TEST_F(more, seq_change_by_two)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = forged(t, RSTG_RST);

	feed(t, rst);
	rst.seq += 2;
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, SEQ_CHANGE));
	rst.seq += 3;
	feed(t, rst);
	EXPECT_TRUE(HAS(&t->op, SEQ_CHANGE));
}

/* More data between two resets: the second knows of it. */
TEST_F(more, seq_change_explained_by_data)
{
	struct talk *t = &self->t;

	t->dropping = true;
	talk_smtp(t);
	feed(t, talk_rst_nosocket(t, SERVER));
	talk_send(t, SERVER, RSTG_ACK, 1000);
	feed(t, talk_rst_nosocket(t, SERVER));
	EXPECT_FALSE(HAS(&t->op, SEQ_CHANGE));
}

/* On a LAN the jitter of a loaded host is as long as the round trip. */
TEST_F(more, short_round_trips_are_not_timed)
{
	struct talk *t = &self->t;

	t->host[SERVER].rtt_ms = 3;
	answer_after(t, 100);
	EXPECT_FALSE(HAS(&t->op, EARLY_HALF));
	EXPECT_FALSE(HAS(&t->op, EARLY));
}

/* An ACK for older data may come at any time. */
TEST_F(more, old_acks_are_not_timed)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	talk_smtp(t);
	rst = talk_mimic(t, SERVER, RA);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_wait_us(t, 100);
	feed(t, rst);
	EXPECT_FALSE(HAS(&t->op, EARLY_HALF));
	EXPECT_FALSE(HAS(&t->op, EARLY));
}

/* The tick wraps: nothing old may look like just now. */
TEST_F(more, old_packets_are_not_timed)
{
	struct talk *t = &self->t;

	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	t->now += 1ULL << 42;
	feed(t, talk_mimic(t, SERVER, RA));
	EXPECT_FALSE(HAS(&t->op, EARLY_HALF));
	EXPECT_FALSE(HAS(&t->op, EARLY));
}

TEST_HARNESS_MAIN
