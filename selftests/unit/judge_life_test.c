// SPDX-License-Identifier: GPL-2.0-only
/* What proves that the alleged sender of a RST lives, and what does not. */
#include "talk.h"

#include "kselftest_harness.h"

#define RA	(RSTG_RST | RSTG_ACK)

static void feed(struct talk *t, struct rstg_pkt rst)
{
	talk_feed(t, SERVER, &rst);
}

/* So does a server that has lost the socket, after a restart for example. */
static void plain_bare(struct talk *t)
{
	talk_smtp(t);
	feed(t, talk_rst_nosocket(t, SERVER));
}

/* The server's socket resets in the middle of a mail session: nothing is odd. */
static void plain(struct talk *t)
{
	talk_smtp(t);
	feed(t, talk_rst_socket(t, SERVER));
}

FIXTURE(life) {
	struct talk t;
};

FIXTURE_SETUP(life)
{
	talk_init(&self->t);
	plain_bare(&self->t);
	talk_wait_ms(&self->t, 10);
}

FIXTURE_TEARDOWN(life)
{
}

TEST_F(life, new_data)
{
	struct talk *t = &self->t;

	ASSERT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 100));
	EXPECT_EQ(RSTG_FORGED, t->op.verdict);
	EXPECT_EQ(RSTG_PROOF_DATA, t->op.proof);
	EXPECT_EQ(40, t->op.score);
	EXPECT_EQ(1, t->op.rsts);
	EXPECT_LE(50, rstg_beats_to_ms(t->op.after) + 2);
	EXPECT_GE(50, rstg_beats_to_ms(t->op.after));
	EXPECT_EQ(52, t->op.ttl.val[0]);
	EXPECT_EQ((u32)t->flow.dir[SERVER].rtt, t->op.rtt);
	EXPECT_NE(0, t->op.rtt);
}

TEST_F(life, ack)
{
	struct talk *t = &self->t;

	talk_send(t, CLIENT, RSTG_ACK, 100);
	ASSERT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 0));
	EXPECT_EQ(RSTG_FORGED, t->op.verdict);
	EXPECT_EQ(RSTG_PROOF_ACK, t->op.proof);
	EXPECT_EQ(80, t->op.score);
}

/* The stronger of two proofs in one packet. */
TEST_F(life, ack_with_data)
{
	struct talk *t = &self->t;

	talk_send(t, CLIENT, RSTG_ACK, 100);
	ASSERT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 100));
	EXPECT_EQ(RSTG_PROOF_ACK, t->op.proof);
}

/* One octet of ours first sent after the RST is enough. */
TEST_F(life, ack_for_one_octet)
{
	struct talk *t = &self->t;

	talk_send(t, CLIENT, RSTG_ACK, 1);
	EXPECT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 0));
}

/* A close is a sign of life too. */
TEST_F(life, fin)
{
	talk_fin(&self->t, SERVER);
	EXPECT_EQ(RSTG_NEWS_LIFE, self->t.news);
}

TEST_F(life, one_hop_off)
{
	self->t.host[SERVER].ttl++;
	EXPECT_EQ(RSTG_NEWS_LIFE, talk_send(&self->t, SERVER, RSTG_ACK, 100));
}

TEST_F(life, is_told_once)
{
	struct talk *t = &self->t;

	talk_send(t, SERVER, RSTG_ACK, 100);
	talk_send(t, SERVER, RSTG_ACK, 100);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_send(t, SERVER, RSTG_ACK, 0);
	EXPECT_EQ(1, t->lives);
}

TEST_F(life, counts_the_burst)
{
	struct talk *t = &self->t;

	feed(t, talk_rst_nosocket(t, SERVER));
	feed(t, talk_rst_nosocket(t, SERVER));
	talk_send(t, SERVER, RSTG_ACK, 100);
	EXPECT_EQ(3, t->op.rsts);
}

TEST_F(life, just_in_time)
{
	talk_wait_ms(&self->t, rstg_beats_to_ms(RSTG_LIFE_BEATS) - 100);
	EXPECT_EQ(RSTG_NEWS_LIFE, talk_send(&self->t, SERVER, RSTG_ACK, 100));
}

/* The burst rises (X, X + 1460, X + 4380) so as to be beyond what the peer says next. */
TEST_F(life, data_after_a_rising_burst)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst = talk_mimic(t, SERVER, RSTG_RST);

	rst.seq += 1460;
	feed(t, rst);
	rst.seq += 2920;
	feed(t, rst);
	EXPECT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 100));
}

/* What comes by after the RST and proves nothing. */
static void dead_nothing(struct talk *t, struct rstg_pkt *pkt)
{
}

static void dead_retransmission(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->seq -= 30;
	pkt->len = 30;
}

static void dead_keep_alive(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->seq -= 1;
}

static void dead_keep_alive_with_octet(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->seq -= 1;
	pkt->len = 1;
}

static void dead_reordered_below(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->seq -= 20;
	pkt->len = 10;
}

/* of another machine on its address, as in a replayed trace */
static void dead_data_behind_a_gap(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->seq += 1035;
	pkt->len = 10;
}

static void dead_data_that_acks_less(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->len = 10;
	pkt->ack -= 100;
}

static void dead_far_data(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->seq += RSTG_SEQ_JUMP;
	pkt->len = 10;
}

static void dead_wrong_ttl(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->len = 100;
	pkt->ttl = 55;
}

static void dead_alias_ttl(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->len = 100;
	pkt->ttl = 116;
}

static void dead_no_ack_flag(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->len = 100;
	pkt->flags = RSTG_PSH;
}

static void dead_too_late(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->len = 100;
	talk_wait_ms(t, rstg_beats_to_ms(RSTG_LIFE_BEATS) + 10);
}

/* acknowledges more than was ever sent: a blind guess */
static void dead_ack_of_nothing(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->ack += 1;
}

static void dead_syn_ack(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->flags = RSTG_SYN | RSTG_ACK;
}

static void dead_syn_ack_on_open(struct talk *t, struct rstg_pkt *pkt)
{
	pkt->flags = RSTG_SYN | RSTG_ACK;
	pkt->ack = t->flow.rst[SERVER].peer_end;
}

FIXTURE(dead) {
	struct talk t;
};

FIXTURE_VARIANT(dead) {
	void (*edit)(struct talk *t, struct rstg_pkt *pkt);
};

FIXTURE_VARIANT_ADD(dead, duplicate_ack) { .edit = dead_nothing };
FIXTURE_VARIANT_ADD(dead, retransmission) { .edit = dead_retransmission };
FIXTURE_VARIANT_ADD(dead, keep_alive) { .edit = dead_keep_alive };
FIXTURE_VARIANT_ADD(dead, keep_alive_with_octet) { .edit = dead_keep_alive_with_octet };
FIXTURE_VARIANT_ADD(dead, reordered_below) { .edit = dead_reordered_below };
FIXTURE_VARIANT_ADD(dead, data_behind_a_gap) { .edit = dead_data_behind_a_gap };
FIXTURE_VARIANT_ADD(dead, data_that_acks_less) { .edit = dead_data_that_acks_less };
FIXTURE_VARIANT_ADD(dead, far_data) { .edit = dead_far_data };
FIXTURE_VARIANT_ADD(dead, wrong_ttl) { .edit = dead_wrong_ttl };
FIXTURE_VARIANT_ADD(dead, alias_ttl) { .edit = dead_alias_ttl };
FIXTURE_VARIANT_ADD(dead, no_ack_flag) { .edit = dead_no_ack_flag };
FIXTURE_VARIANT_ADD(dead, too_late) { .edit = dead_too_late };
FIXTURE_VARIANT_ADD(dead, ack_of_nothing) { .edit = dead_ack_of_nothing };
FIXTURE_VARIANT_ADD(dead, syn_ack) { .edit = dead_syn_ack };
FIXTURE_VARIANT_ADD(dead, syn_ack_on_open) { .edit = dead_syn_ack_on_open };

FIXTURE_SETUP(dead)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt;

	talk_init(t);
	plain(t);
	talk_wait_ms(t, 10);
	pkt = talk_mimic(t, SERVER, RSTG_ACK);
	variant->edit(t, &pkt);
	talk_feed(t, SERVER, &pkt);
}

FIXTURE_TEARDOWN(dead)
{
}

TEST_F(dead, no_proof)
{
	EXPECT_EQ(RSTG_NEWS_NONE, self->t.news);
	EXPECT_EQ(0, self->t.lives);
}

/* The other side's packets prove nothing of the RST's alleged sender. */
TEST_F(life, not_of_the_other_side)
{
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(&self->t, CLIENT, RSTG_ACK, 100));
}

/* What this host sends itself has no TTL of a path yet, and needs none. */
TEST_F(life, outbound)
{
	self->t.host[SERVER].where = RSTG_OUTBOUND;
	EXPECT_EQ(RSTG_NEWS_LIFE, talk_send(&self->t, SERVER, RSTG_ACK, 100));
}

/* A new RST starts the time anew; what the first found is still the mark. */
TEST_F(life, mark_is_the_first_of_the_burst)
{
	struct talk *t = &self->t;

	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_wait_ms(t, 1000);
	feed(t, talk_mimic(t, SERVER, RSTG_RST));
	talk_wait_ms(t, 1500);
	ASSERT_EQ(RSTG_NEWS_LIFE, talk_send(t, SERVER, RSTG_ACK, 0));
	EXPECT_EQ(RSTG_PROOF_ACK, t->op.proof);
}

/*
 * It was asked with a keep-alive. Only an ACK that cannot have been under way
 * already is an answer.
 */
FIXTURE(answer) {
	struct talk t;
	struct rstg_opinion op;
	enum rstg_news news;
};

FIXTURE_VARIANT(answer) {
	u32 after_ms;
	u16 flags;
	s32 seq_off;
	s32 ack_off;
	s32 ts_off;
	u8 ttl;
	bool no_ts;
	bool no_rst;
	bool life;
};

FIXTURE_VARIANT_ADD(answer, in_time) { .after_ms = 40, .life = true };
/* 0.8 of the shortest round trip */
FIXTURE_VARIANT_ADD(answer, just_possible) { .after_ms = 33, .life = true };
FIXTURE_VARIANT_ADD(answer, too_early) { .after_ms = 31 };
FIXTURE_VARIANT_ADD(answer, at_once) { .after_ms = 0 };
FIXTURE_VARIANT_ADD(answer, one_hop_off) { .after_ms = 40, .ttl = 51, .life = true };
FIXTURE_VARIANT_ADD(answer, from_elsewhere) { .after_ms = 40, .ttl = FORGED_TTL };
FIXTURE_VARIANT_ADD(answer, from_an_alias) { .after_ms = 40, .ttl = 116 };
FIXTURE_VARIANT_ADD(answer, rst) { .after_ms = 40, .flags = RSTG_RST | RSTG_ACK };
FIXTURE_VARIANT_ADD(answer, fin) { .after_ms = 40, .flags = RSTG_FIN | RSTG_ACK };
FIXTURE_VARIANT_ADD(answer, syn_ack) { .after_ms = 40, .flags = RSTG_SYN | RSTG_ACK };
FIXTURE_VARIANT_ADD(answer, no_ack) { .after_ms = 40, .flags = RSTG_PSH };
FIXTURE_VARIANT_ADD(answer, old_seq) { .after_ms = 40, .seq_off = -1 };
FIXTURE_VARIANT_ADD(answer, old_ack) { .after_ms = 40, .ack_off = -1 };
FIXTURE_VARIANT_ADD(answer, ack_of_nothing) { .after_ms = 40, .ack_off = 1 };
FIXTURE_VARIANT_ADD(answer, clock_stands) { .after_ms = 40, .ts_off = -1 };
FIXTURE_VARIANT_ADD(answer, clock_went_back) { .after_ms = 40, .ts_off = -100 };
FIXTURE_VARIANT_ADD(answer, clock_left_out) { .after_ms = 40, .no_ts = true };
FIXTURE_VARIANT_ADD(answer, nothing_to_disprove) { .after_ms = 40, .no_rst = true };

FIXTURE_SETUP(answer)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt;
	struct rstg_asked asked;

	talk_init(t);
	t->host[SERVER].ts = true;
	if (variant->no_rst)
		talk_smtp(t);
	else
		plain_bare(t);
	asked = talk_asked(t, 0);
	talk_wait_ms(t, variant->after_ms);
	pkt = talk_mimic(t, SERVER, variant->flags ? variant->flags : RSTG_ACK);
	pkt.seq += (u32)variant->seq_off;
	pkt.ack = t->host[SERVER].rcv_nxt + (u32)variant->ack_off;
	if (variant->ttl)
		pkt.ttl = variant->ttl;
	if (variant->ts_off)
		pkt.ts_val = t->flow.dir[SERVER].ts_val + (u32)variant->ts_off + 1;
	if (variant->no_ts)
		pkt.bits &= ~RSTG_PKT_TS;
	self->news = rstg_feed_answer(&t->flow, &pkt, SERVER,
				      &asked, t->now, &self->op);
}

FIXTURE_TEARDOWN(answer)
{
}

TEST_F(answer, proof)
{
	ASSERT_EQ(variant->life ? RSTG_NEWS_LIFE : RSTG_NEWS_NONE, self->news);
	if (!variant->life)
		return;
	EXPECT_EQ(RSTG_PROOF_PROBE, self->op.proof);
	EXPECT_EQ(RSTG_FORGED, self->op.verdict);
	EXPECT_EQ(BIT_ULL(RSTG_R_LIFE_PROBE), self->op.reasons);
	EXPECT_FALSE(self->t.flow.dir[SERVER].flags & (RSTG_D_WATCH | RSTG_D_RST));
}

/* An answer that names the octet it was asked with is proof whatever else it looks like. */
static enum rstg_news named(struct talk *t, s32 start_off, u32 len, u32 after_ms, u8 ttl)
{
	struct rstg_asked asked;
	struct rstg_opinion op;
	struct rstg_pkt pkt;

	talk_init(t);
	plain_bare(t);
	asked = talk_asked(t, 1);
	talk_wait_ms(t, after_ms);
	pkt = talk_mimic(t, SERVER, RSTG_ACK);
	if (ttl)
		pkt.ttl = ttl;
	pkt.bits |= RSTG_PKT_SACK;
	pkt.sack_start = asked.seq + (u32)start_off;
	pkt.sack_end = pkt.sack_start + len;
	return rstg_feed_answer(&t->flow, &pkt, SERVER, &asked, t->now, &op);
}

TEST(an_answer_that_names_its_question)
{
	struct talk t;

	EXPECT_EQ(RSTG_NEWS_LIFE, named(&t, 0, 1, 40, 0));
	/* sooner than the shortest round trip: nothing else can have made it */
	EXPECT_EQ(RSTG_NEWS_LIFE, named(&t, 0, 1, 1, 0));
	/* what is under way may have blocks of its own */
	EXPECT_EQ(RSTG_NEWS_NONE, named(&t, 1, 1, 1, 0));
	EXPECT_EQ(RSTG_NEWS_NONE, named(&t, 0, 2, 1, 0));
	EXPECT_EQ(RSTG_NEWS_NONE, named(&t, 0, 1, 40, FORGED_TTL));
}

/* Nobody knows how long it takes, and it has no clock: any ACK could be an answer. */
TEST(without_a_round_trip_only_a_named_answer_counts)
{
	struct rstg_asked asked;
	struct rstg_opinion op;
	struct rstg_pkt pkt;
	struct talk t;

	talk_init(&t);
	plain_bare(&t);
	t.flow.dir[SERVER].rtt = 0;
	asked = talk_asked(&t, 1);
	talk_wait_ms(&t, 40);
	pkt = talk_mimic(&t, SERVER, RSTG_ACK);
	EXPECT_EQ(RSTG_NEWS_NONE,
		  rstg_feed_answer(&t.flow, &pkt, SERVER, &asked, t.now, &op));
	pkt.bits |= RSTG_PKT_SACK;
	pkt.sack_start = asked.seq;
	pkt.sack_end = asked.seq + 1;
	EXPECT_EQ(RSTG_NEWS_LIFE,
		  rstg_feed_answer(&t.flow, &pkt, SERVER, &asked, t.now, &op));
}

/* A conversation in which what is held is not delivered. */
static void held_begin(struct talk *t, bool ts)
{
	talk_init(t);
	t->host[SERVER].ts = ts;
	t->dropping = true;
	talk_smtp(t);
}

/*
 * What the client said before the RST is not acknowledged yet. An ACK of it answers if it
 * was sent after the question; sent before the RST, it was overtaken for so long because a
 * processor stood still.
 */
static enum rstg_news acked_after(bool ts, u32 sent_before_ms, u32 spoke_after_ms)
{
	struct rstg_opinion op;
	struct rstg_pkt pkt;
	struct talk t;
	struct rstg_asked asked;

	held_begin(&t, ts);
	talk_wait_ms(&t, 2000);
	talk_send(&t, CLIENT, RSTG_PSH | RSTG_ACK, 30);
	talk_wait_ms(&t, 20);
	feed(&t, talk_rst_nosocket(&t, SERVER));
	asked = talk_asked(&t, 0);
	if (spoke_after_ms) {
		/* overtaken as well, and an ACK of nothing new */
		talk_wait_ms(&t, spoke_after_ms);
		pkt = talk_mimic(&t, SERVER, RSTG_ACK);
		pkt.ack = t.flow.dir[SERVER].ack[0];
		pkt.ts_val -= spoke_after_ms + 21;
		talk_feed(&t, SERVER, &pkt);
	}
	talk_wait_ms(&t, 45 - spoke_after_ms);
	pkt = talk_mimic(&t, SERVER, RSTG_ACK);
	pkt.ts_val -= sent_before_ms;
	return rstg_feed_answer(&t.flow, &pkt, SERVER,
				&asked, t.now, &op);
}

TEST(an_ack_that_was_overtaken_is_no_answer)
{
	EXPECT_EQ(RSTG_NEWS_LIFE, acked_after(true, 0, 0));
	EXPECT_EQ(RSTG_NEWS_LIFE, acked_after(true, 20, 0));
	EXPECT_EQ(RSTG_NEWS_NONE, acked_after(true, 45, 0));
	EXPECT_EQ(RSTG_NEWS_LIFE, acked_after(true, 20, 10));
	EXPECT_EQ(RSTG_NEWS_NONE, acked_after(true, 65, 10));
	/* Without a clock there is nothing to tell it by. */
	EXPECT_EQ(RSTG_NEWS_LIFE, acked_after(false, 0, 0));
}

/*
 * The path is a few dozen microseconds long, as between two containers. The server's last ACK
 * and its reset were sent by two processors, and one stood still for 5 ms.
 */
static enum rstg_news unnamed_after(bool ts, u32 said, u32 after_ms, u32 sent_before_ms)
{
	struct rstg_asked asked;
	struct rstg_opinion op;
	struct rstg_pkt pkt;
	struct talk t;

	held_begin(&t, ts);
	t.flow.dir[SERVER].rtt = 35;
	talk_wait_ms(&t, 3000);
	talk_send(&t, CLIENT, RSTG_PSH | RSTG_ACK, said);
	feed(&t, talk_mimic(&t, SERVER, RSTG_RST | RSTG_ACK));
	asked = talk_asked(&t, 1);
	talk_wait_ms(&t, after_ms);
	pkt = talk_mimic(&t, SERVER, RSTG_ACK);
	pkt.ts_val -= sent_before_ms;
	return rstg_feed_answer(&t.flow, &pkt, SERVER, &asked, t.now, &op);
}

TEST(on_a_short_path_an_ack_is_no_answer_at_once)
{
	u32 said;

	/* an ACK of what the client said last, and one of nothing new */
	for (said = 0; said <= 30; said += 30) {
		EXPECT_EQ(RSTG_NEWS_NONE, unnamed_after(true, said, 2, 2));
		EXPECT_EQ(RSTG_NEWS_NONE, unnamed_after(true, said, 5, 5));
		EXPECT_EQ(RSTG_NEWS_NONE, unnamed_after(false, said, 9, 0));
		/* the second question is not asked before that */
		EXPECT_EQ(RSTG_NEWS_LIFE, unnamed_after(true, said, 11, 0));
		EXPECT_EQ(RSTG_NEWS_LIFE, unnamed_after(false, said, 11, 0));
		/* with a clock it is told whatever the processor did */
		EXPECT_EQ(RSTG_NEWS_NONE, unnamed_after(true, said, 100, 100));
	}
}

/* On a path of 40 ms, by a clock that counts one for each 100 ms. */
static enum rstg_news slow_clock(u32 said)
{
	struct rstg_asked asked;
	struct rstg_opinion op;
	struct rstg_pkt pkt;
	struct talk t;

	held_begin(&t, true);
	talk_wait_ms(&t, 2000);
	talk_send(&t, CLIENT, RSTG_PSH | RSTG_ACK, said);
	feed(&t, talk_rst_nosocket(&t, SERVER));
	asked = talk_asked(&t, 1);
	talk_wait_ms(&t, 45);
	pkt = talk_mimic(&t, SERVER, RSTG_ACK);
	pkt.ts_val = t.flow.dir[SERVER].ts_val + 20;
	return rstg_feed_answer(&t.flow, &pkt, SERVER, &asked, t.now, &op);
}

TEST(a_slow_clock_is_believed_that_has_nothing_new_to_say)
{
	EXPECT_EQ(RSTG_NEWS_LIFE, slow_clock(0));
	EXPECT_EQ(RSTG_NEWS_NONE, slow_clock(30));
}

/* One more RST, so far from what the server has sent; then it is asked and answers. */
static enum rstg_news answered_after_far_rst(struct talk *t, u32 off)
{
	struct rstg_opinion op;
	struct rstg_pkt pkt;
	struct rstg_asked asked;

	pkt = talk_mimic(t, SERVER, RSTG_RST);
	pkt.seq += off;
	talk_feed(t, SERVER, &pkt);
	asked = talk_asked(t, 0);
	talk_wait_ms(t, 40);
	pkt = talk_mimic(t, SERVER, RSTG_ACK);
	return rstg_feed_answer(&t->flow, &pkt, SERVER,
				&asked, t->now, &op);
}

/* A late RST of the connection before: that this one lives says nothing of it. */
TEST(answer_says_nothing_of_a_former_connection)
{
	struct talk t;

	talk_init(&t);
	talk_smtp(&t);
	EXPECT_EQ(RSTG_NEWS_NONE, answered_after_far_rst(&t, -(RSTG_SEQ_JUMP + 1U)));
}

/* An injector may not hide a fitting RST behind one that fits no connection at all. */
TEST(a_far_rst_covers_no_near_one)
{
	struct talk t;

	talk_init(&t);
	plain_bare(&t);
	EXPECT_EQ(RSTG_NEWS_LIFE, answered_after_far_rst(&t, RSTG_SEQ_JUMP + 1));
}

/* Held for longer than a RST is thought of: its sender's life still says what it was. */
TEST(a_held_rst_is_not_past)
{
	enum rstg_news news[2];
	struct talk t;

	for (int held = 0; held < 2; held++) {
		talk_init(&t);
		plain_bare(&t);
		if (held)
			t.flow.rst[SERVER].flags |= RSTG_RST_HELD;
		talk_wait_ms(&t, rstg_beats_to_ms(RSTG_LIFE_BEATS) + 10);
		news[held] = talk_send(&t, SERVER, RSTG_PSH | RSTG_ACK, 20);
	}
	EXPECT_EQ(RSTG_NEWS_NONE, news[0]);
	EXPECT_EQ(RSTG_NEWS_LIFE, news[1]);
}

/* --- what is worth holding, and what is clear without ---------------------------- */

TEST(overwhelming)
{
	struct rstg_opinion op = { .score = RSTG_SCORE_DROP, .families = RSTG_DROP_FAMILIES };

	EXPECT_TRUE(rstg_judge_overwhelming(&op));
	op.score--;
	EXPECT_FALSE(rstg_judge_overwhelming(&op));
	op.score++;
	op.families--;
	EXPECT_FALSE(rstg_judge_overwhelming(&op));
}

static void matters_smtp(struct talk *t)
{
	talk_smtp(t);
}

static void matters_refused(struct talk *t)
{
	talk_syn(t);
}

/* Nobody has acknowledged it: it may be an injector's. */
static void matters_fin(struct talk *t)
{
	talk_smtp(t);
	talk_fin(t, CLIENT);
}

static void matters_fin_of_sender(struct talk *t)
{
	talk_smtp(t);
	talk_fin(t, SERVER);
}

static void matters_fin_acked(struct talk *t)
{
	talk_smtp(t);
	talk_fin(t, CLIENT);
	talk_send(t, SERVER, RSTG_ACK, 0);
}

static void matters_fin_of_sender_acked(struct talk *t)
{
	matters_fin_of_sender(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
}

static void matters_after_rst(struct talk *t)
{
	plain(t);
}

static void matters_thin(struct talk *t)
{
	talk_midstream(t, 1);
}

FIXTURE(matters) {
	struct talk t;
};

FIXTURE_VARIANT(matters) {
	void (*live)(struct talk *t);
	bool matters;
};

FIXTURE_VARIANT_ADD(matters, in_session) { .live = matters_smtp, .matters = true };
FIXTURE_VARIANT_ADD(matters, refused) { .live = matters_refused };
FIXTURE_VARIANT_ADD(matters, closing) { .live = matters_fin, .matters = true };
FIXTURE_VARIANT_ADD(matters, closing_acked) { .live = matters_fin_acked };
FIXTURE_VARIANT_ADD(matters, closed_by_sender) {
	.live = matters_fin_of_sender, .matters = true,
};
FIXTURE_VARIANT_ADD(matters, closed_by_sender_acked) { .live = matters_fin_of_sender_acked };
FIXTURE_VARIANT_ADD(matters, reset_before) { .live = matters_after_rst };
/* too little to weigh a RST by, but a connection that it would end */
FIXTURE_VARIANT_ADD(matters, thin) { .live = matters_thin, .matters = true };

FIXTURE_SETUP(matters)
{
	talk_init(&self->t);
	variant->live(&self->t);
}

FIXTURE_TEARDOWN(matters)
{
}

TEST_F(matters, asked)
{
	EXPECT_EQ(variant->matters, rstg_judge_matters(&self->t.flow));
}

TEST_HARNESS_MAIN
