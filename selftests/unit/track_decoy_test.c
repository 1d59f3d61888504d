// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets that their receiver ignores, sent by somebody who has read core/: none of them
 * may change what becomes of the next RST. Each is said just before a RST that has every
 * field right; it has to be judged, held and proven forged as if nothing had been said.
 */
#include <stdlib.h>

#include "talk.h"

#include "kselftest_harness.h"

#define QUESTION_LEN	1

/* What became of a mimic's RST in the server's name, and of what the server said to it. */
struct fate {
	bool matters;
	bool may_end;
	s16 score;
	u8 verdict;
	bool answered;	/* the server's answer to our question is proof */
	bool named;	/* so is one that names it */
	bool acked;	/* so is its ACK of what the client said after the RST */
	bool spoke;	/* so are its new data */
};

static bool answers(struct talk t, bool named)
{
	struct rstg_asked asked = talk_asked(&t, QUESTION_LEN);
	struct rstg_opinion op;
	struct rstg_pkt pkt;

	talk_wait_ms(&t, t.host[SERVER].rtt_ms);
	pkt = talk_mimic(&t, SERVER, RSTG_ACK);
	if (named) {
		pkt.bits |= RSTG_PKT_SACK;
		pkt.sack_start = asked.seq;
		pkt.sack_end = asked.seq + asked.len;
	}
	return rstg_feed_answer(&t.flow, &pkt, SERVER, &asked, t.now, &op) == RSTG_NEWS_LIFE;
}

static bool acks(struct talk t)
{
	talk_send(&t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	return talk_send(&t, SERVER, RSTG_ACK, 0) == RSTG_NEWS_LIFE;
}

static bool speaks(struct talk t)
{
	return talk_send(&t, SERVER, RSTG_ACK | RSTG_PSH, 100) == RSTG_NEWS_LIFE;
}

/* In copies of it all, so that one thing can be tried after the other. */
static void shoot(const struct talk *before, u16 flags, struct fate *fate)
{
	struct talk t = *before;
	struct rstg_pkt rst;

	memset(fate, 0, sizeof(*fate));
	talk_wait_ms(&t, 1);
	rst = talk_mimic(&t, SERVER, flags);
	fate->matters = rstg_judge_matters(&t.flow);
	fate->may_end = rstg_track_may_end(&t.flow, SERVER, rst.seq);
	t.dropping = true;
	talk_feed(&t, SERVER, &rst);
	fate->score = t.op.score;
	fate->verdict = t.op.verdict;
	fate->answered = answers(t, false);
	fate->named = answers(t, true);
	fate->acked = acks(t);
	fate->spoke = speaks(t);
}

static bool same_fate(const struct fate *a, const struct fate *b)
{
	return a->matters == b->matters && a->may_end == b->may_end &&
	       a->verdict == b->verdict && a->answered == b->answered &&
	       a->named == b->named && a->acked == b->acked && a->spoke == b->spoke;
}

/* --- one by one -------------------------------------------------------------- */

/* As an injector makes it: from what it has seen, all else like the victim's peer. */
static struct rstg_pkt fake(const struct talk *t, unsigned int d, u16 flags, u32 len)
{
	struct rstg_pkt pkt = talk_mimic(t, d, flags);

	pkt.len = len;
	return pkt;
}

static void say(struct talk *t, unsigned int d, struct rstg_pkt pkt)
{
	talk_wait_ms(t, 1);
	talk_feed(t, d, &pkt);
}

static void stale_fin(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_FIN | RSTG_ACK, 0);

	pkt.seq -= 100;
	say(t, SERVER, pkt);
}

static void fin_ahead_of_a_gap(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_FIN | RSTG_ACK, 0);

	pkt.seq += 9000;
	say(t, SERVER, pkt);
}

static void fin_that_acks_nothing(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_FIN | RSTG_ACK, 0);

	pkt.ack += 70000;
	say(t, SERVER, pkt);
}

static void fin_with_an_old_clock(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_FIN | RSTG_ACK, 0);

	pkt.ts_val -= 1000000;
	say(t, SERVER, pkt);
}

static void fin_from_elsewhere(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_FIN | RSTG_ACK, 0);

	pkt.ttl = FORGED_TTL;
	say(t, SERVER, pkt);
}

static void handshake_in_mid_stream(struct talk *t)
{
	struct rstg_pkt syn = fake(t, CLIENT, RSTG_SYN, 0);
	struct rstg_pkt syn_ack = fake(t, SERVER, RSTG_SYN | RSTG_ACK, 0);

	syn.seq += 0x12345678;
	syn_ack.seq += 0x23456789;
	syn_ack.ack = syn.seq + 1;
	say(t, CLIENT, syn);
	say(t, SERVER, syn_ack);
}

static void handshake_after_silence(struct talk *t)
{
	talk_wait_ms(t, 31000);
	handshake_in_mid_stream(t);
}

static void octet_far_ahead(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_ACK | RSTG_PSH, 1);

	pkt.seq += RSTG_SEQ_JUMP - 10;
	say(t, SERVER, pkt);
}

static void octet_from_elsewhere(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_ACK | RSTG_PSH, 1);

	pkt.seq += 20000;
	pkt.ttl = FORGED_TTL;
	say(t, SERVER, pkt);
}

static void stale_from_elsewhere(struct talk *t)
{
	unsigned int i;

	for (i = 0; i < 50; i++) {
		struct rstg_pkt pkt = fake(t, SERVER, RSTG_ACK | RSTG_PSH, 10);

		pkt.seq -= 50;
		pkt.ttl = FORGED_TTL;
		say(t, SERVER, pkt);
	}
}

static void stale_clock(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_ACK | RSTG_PSH, 10);

	pkt.seq -= 50;
	pkt.ts_val += 100000000;
	say(t, SERVER, pkt);
}

static void ack_of_nothing(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_ACK, 0);

	pkt.ack += 70000;
	say(t, SERVER, pkt);
}

static void stale_in_the_victims_name(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, CLIENT, RSTG_FIN | RSTG_ACK, 10);

	pkt.seq -= 50;
	say(t, CLIENT, pkt);
}

static void rst_that_misses(struct talk *t)
{
	struct rstg_pkt pkt = fake(t, SERVER, RSTG_RST, 0);

	pkt.seq += 0x10000000;
	say(t, SERVER, pkt);
}

static void many_kinds(struct talk *t)
{
	stale_fin(t);
	fin_that_acks_nothing(t);
	stale_clock(t);
	stale_from_elsewhere(t);
	octet_far_ahead(t);
	ack_of_nothing(t);
	stale_in_the_victims_name(t);
}

FIXTURE(decoy) {
	struct talk t;
	struct fate plain, decoyed;
};

FIXTURE_VARIANT(decoy) {
	void (*say)(struct talk *t);
};

#define DECOY(name) FIXTURE_VARIANT_ADD(decoy, name) { .say = name }
DECOY(stale_fin);
DECOY(fin_ahead_of_a_gap);
DECOY(fin_that_acks_nothing);
DECOY(fin_with_an_old_clock);
DECOY(fin_from_elsewhere);
DECOY(handshake_in_mid_stream);
DECOY(handshake_after_silence);
DECOY(octet_far_ahead);
DECOY(octet_from_elsewhere);
DECOY(stale_from_elsewhere);
DECOY(stale_clock);
DECOY(ack_of_nothing);
DECOY(stale_in_the_victims_name);
DECOY(rst_that_misses);
DECOY(many_kinds);

FIXTURE_SETUP(decoy)
{
}

FIXTURE_TEARDOWN(decoy)
{
}

static void begin(struct talk *t, bool local)
{
	talk_init(t);
	t->host[SERVER].ts = true;
	t->host[CLIENT].ts = true;
	if (local)
		t->host[CLIENT].where = RSTG_OUTBOUND;
	talk_smtp(t);
	talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 1000);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 200);
	talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 100);
	talk_send(t, CLIENT, RSTG_ACK, 0);
}

/* As the guarded host, whose own words leave by POST_ROUTING, and as a router. */
TEST_F(decoy, changes_nothing)
{
	struct talk *t = &self->t;
	unsigned int local, flags;

	for (local = 0; local < 2; local++) {
		for (flags = 0; flags < 2; flags++) {
			u16 rst = flags ? RSTG_RST | RSTG_ACK : RSTG_RST;

			begin(t, local);
			shoot(t, rst, &self->plain);
			EXPECT_TRUE(self->plain.matters);
			EXPECT_TRUE(self->plain.may_end);
			EXPECT_TRUE(self->plain.answered);
			EXPECT_TRUE(self->plain.named);
			EXPECT_TRUE(self->plain.acked);
			EXPECT_TRUE(self->plain.spoke);
			/* What is said in this host's name arrives all the same. */
			t->host[CLIENT].where = RSTG_INBOUND;
			variant->say(t);
			t->host[CLIENT].where = local ? RSTG_OUTBOUND : RSTG_INBOUND;
			shoot(t, rst, &self->decoyed);
			EXPECT_TRUE(same_fate(&self->plain, &self->decoyed)) {
				TH_LOG("local %u flags %x: %d %d %d %d %d %d",
				       local, rst, self->decoyed.matters,
				       self->decoyed.may_end, self->decoyed.answered,
				       self->decoyed.named, self->decoyed.acked,
				       self->decoyed.spoke);
			}
		}
	}
}

/* --- any number of any kind ---------------------------------------------------- */

static u64 dice_x;

static u32 roll(u32 sides)
{
	dice_x ^= dice_x >> 12;
	dice_x ^= dice_x << 25;
	dice_x ^= dice_x >> 27;
	return (u32)((dice_x * 0x2545f4914f6cdd1dULL) >> 32) % sides;
}

/*
 * A segment that its receiver ignores for at least one reason, and that has anything else:
 * all of it received before, beyond the largest window, an ACK of what was never sent, a
 * clock that goes back, or a SYN.
 */
static struct rstg_pkt ignorable(const struct talk *t, unsigned int d)
{
	static const u16 flags[] = {
		RSTG_ACK, RSTG_ACK | RSTG_PSH, RSTG_FIN | RSTG_ACK, RSTG_ACK | RSTG_URG,
		RSTG_FIN | RSTG_ACK | RSTG_PSH,
	};
	struct rstg_pkt pkt = talk_mimic(t, d, flags[roll(ARRAY_SIZE(flags))]);
	bool fin = pkt.flags & RSTG_FIN;

	pkt.len = roll(2) ? 0 : roll(1460);
	pkt.ack -= roll(4) ? 0 : roll(2000);
	switch (roll(5)) {
	case 0:
		pkt.seq -= pkt.len + fin + 1 + roll(100000);
		pkt.ts_val += roll(2) ? roll(100000000) : 0;
		break;
	case 1:
		pkt.seq += RSTG_SEQ_JUMP + 1 + roll(0x10000000);
		break;
	case 2:
		pkt.ack = t->host[d].rcv_nxt + 70000 + roll(0x10000000);
		break;
	case 3:
		pkt.ts_val -= 100000 + roll(100000000);
		break;
	default:
		pkt.flags = roll(2) ? RSTG_SYN : RSTG_SYN | RSTG_ACK;
		pkt.seq += roll(3) ? roll(0xffffffff) : 0;
		pkt.ack += roll(3) ? roll(0xffffffff) : 0;
		break;
	}
	if (roll(2))
		pkt.ttl = (u8)roll(256);
	if (roll(2))
		pkt.ip_id = (u16)roll(65536);
	if (roll(2))
		pkt.win = (u16)roll(65536);
	if (roll(2))
		pkt.bits ^= RSTG_PKT_DF;
	return pkt;
}

TEST(nothing_ignorable_changes_anything)
{
	unsigned int round, i, n;

	for (round = 0; round < 3000; round++) {
		bool local = round & 1;
		u16 rst = round & 2 ? RSTG_RST | RSTG_ACK : RSTG_RST;
		struct fate plain, decoyed;
		struct talk t;

		dice_x = round * 2654435761U + 1;
		begin(&t, local);
		shoot(&t, rst, &plain);
		n = 1 + roll(20);
		t.host[CLIENT].where = RSTG_INBOUND;
		for (i = 0; i < n; i++) {
			unsigned int d = roll(2);
			struct rstg_pkt pkt = ignorable(&t, d);

			/* In no time, or the RST would be less early than without them. */
			talk_feed(&t, d, &pkt);
		}
		t.host[CLIENT].where = local ? RSTG_OUTBOUND : RSTG_INBOUND;
		shoot(&t, rst, &decoyed);
		ASSERT_TRUE(plain.matters && plain.may_end && plain.answered && plain.acked);
		ASSERT_TRUE(same_fate(&plain, &decoyed) && plain.score == decoyed.score) {
			TH_LOG("round %u, %u decoys: %d %d %d %d %d %d, score %d for %d",
			       round, n, decoyed.matters, decoyed.may_end, decoyed.answered,
			       decoyed.named, decoyed.acked, decoyed.spoke, decoyed.score,
			       plain.score);
		}
	}
}

/* --- what does count ------------------------------------------------------------- */

TEST(a_fin_counts_once_it_is_acknowledged)
{
	struct talk t;

	begin(&t, false);
	talk_fin(&t, SERVER);
	EXPECT_TRUE(rstg_judge_matters(&t.flow));
	talk_send(&t, CLIENT, RSTG_ACK, 0);
	EXPECT_FALSE(rstg_judge_matters(&t.flow));
}

/* Data where it was said to have ended: it was not its sender that closed. */
TEST(a_fin_that_is_passed_by_is_none)
{
	struct rstg_pkt pkt;
	struct talk t;

	begin(&t, false);
	pkt = fake(&t, SERVER, RSTG_FIN | RSTG_ACK, 0);
	say(&t, SERVER, pkt);
	talk_send(&t, SERVER, RSTG_ACK | RSTG_PSH, 100);
	talk_send(&t, CLIENT, RSTG_ACK, 0);
	EXPECT_TRUE(rstg_judge_matters(&t.flow));
	EXPECT_FALSE(rstg_flow_fin_seen(&t.flow));
}

/* The server has moved, and answers so many times, each after so long. */
static void from_elsewhere(struct talk *t, unsigned int answers, unsigned int ms)
{
	t->host[SERVER].ttl = FORGED_TTL;
	while (answers--) {
		talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
		talk_wait_ms(t, ms);
		talk_send(t, SERVER, RSTG_ACK, 0);
	}
}

/* A new route: three segments in a row that say something new, and nothing of the old one. */
TEST(a_new_route_is_learned)
{
	struct talk t;

	begin(&t, false);
	from_elsewhere(&t, 6, 100);
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(&t, SERVER, FORGED_TTL));
}

/* ... but not within a moment: the sender's own packet may be on its way. */
TEST(a_new_route_takes_its_time)
{
	struct talk t;

	begin(&t, false);
	from_elsewhere(&t, 6, 0);
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(&t, SERVER, FORGED_TTL));
	talk_wait_ms(&t, 400);
	from_elsewhere(&t, 1, 0);
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(&t, SERVER, FORGED_TTL));
}

/* ... nor while packets still come by the old one. */
TEST(an_injector_beside_the_sender_is_no_route)
{
	unsigned int i;
	struct talk t;

	begin(&t, false);
	for (i = 0; i < 60; i++) {
		struct rstg_pkt pkt;

		talk_send(&t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
		pkt = fake(&t, SERVER, RSTG_ACK, 0);
		pkt.ttl = FORGED_TTL;
		say(&t, SERVER, pkt);
		talk_send(&t, SERVER, RSTG_ACK, 0);
	}
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(&t, SERVER, FORGED_TTL));
}

/* Data from another distance that the other side acknowledges: a SYN proxy's server. */
TEST(what_is_acknowledged_is_learned_from)
{
	struct talk t;

	talk_init(&t);
	t.host[SERVER].syn_ttl = 239;
	t.host[SERVER].ttl = 50;
	talk_open(&t);
	talk_send(&t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_send(&t, SERVER, RSTG_ACK | RSTG_PSH, 1000);
	EXPECT_NE(RSTG_TTL_SAME, talk_fit(&t, SERVER, 50));
	talk_send(&t, CLIENT, RSTG_ACK, 0);
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(&t, SERVER, 50));
}

/* One side's words, by the interface that the other side is behind. */
TEST(each_side_speaks_from_its_own)
{
	struct rstg_pkt pkt;
	struct talk t;

	begin(&t, false);
	t.flow.dir[CLIENT].iif = 2;
	t.flow.dir[SERVER].iif = 3;
	pkt = fake(&t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	pkt.iif = 3;
	EXPECT_TRUE(rstg_track_foreign(&t.flow, &pkt, CLIENT, RSTG_INBOUND));
	talk_feed(&t, CLIENT, &pkt);
	EXPECT_EQ(pkt.seq, t.flow.dir[CLIENT].max_end);
	/* another uplink is none of the other side's */
	pkt.iif = 4;
	EXPECT_FALSE(rstg_track_foreign(&t.flow, &pkt, CLIENT, RSTG_INBOUND));
	talk_feed(&t, CLIENT, &pkt);
	EXPECT_EQ(rstg_pkt_seq_end(&pkt), t.flow.dir[CLIENT].max_end);
}

/* A RST in our own name that arrives ends nothing here, so the next one still matters. */
TEST(a_foreign_rst_ends_nothing)
{
	struct rstg_pkt rst;
	struct talk t;

	begin(&t, true);
	t.host[CLIENT].where = RSTG_INBOUND;
	rst = talk_mimic(&t, CLIENT, RSTG_RST | RSTG_ACK);
	talk_feed(&t, CLIENT, &rst);
	EXPECT_TRUE(rstg_judge_matters(&t.flow));
}

/* --- which RSTs could end it ------------------------------------------------------ */

static void in_the_window_only(struct __test_metadata *_metadata, bool local)
{
	struct talk t;
	u32 next;

	begin(&t, local);
	next = t.host[SERVER].snd_nxt;
	EXPECT_TRUE(rstg_track_may_end(&t.flow, SERVER, next));
	/* What it overtook may come by another CPU before the receiver sees it. */
	EXPECT_TRUE(rstg_track_may_end(&t.flow, SERVER, next + 1));
	EXPECT_TRUE(rstg_track_may_end(&t.flow, SERVER, next + RSTG_WINDOW_MIN - 1));
	EXPECT_FALSE(rstg_track_may_end(&t.flow, SERVER,
					next + rstg_flow_window(&t.flow, CLIENT)));
	EXPECT_FALSE(rstg_track_may_end(&t.flow, SERVER, next + 0x40000000));
	EXPECT_FALSE(rstg_track_may_end(&t.flow, SERVER, next - 2000));

	/* Sent, not yet acknowledged: the receiver may have any part of it. */
	talk_send(&t, SERVER, RSTG_ACK | RSTG_PSH, 1000);
	EXPECT_TRUE(rstg_track_may_end(&t.flow, SERVER, next));
	EXPECT_TRUE(rstg_track_may_end(&t.flow, SERVER, next + 500));
	EXPECT_TRUE(rstg_track_may_end(&t.flow, SERVER, next + 1000));
}

TEST(within_the_window_of_this_host)
{
	in_the_window_only(_metadata, true);
}

TEST(within_the_window_of_another)
{
	in_the_window_only(_metadata, false);
}

/*
 * On a router with one interface an injector may have said what both sides did: then what was
 * acknowledged is no bound.
 */
TEST(near_its_numbers_where_one_may_speak_for_both)
{
	struct talk t;
	u32 next;

	begin(&t, false);
	t.flow.dir[CLIENT].iif = 2;
	t.flow.dir[SERVER].iif = 2;
	next = t.host[SERVER].snd_nxt;
	EXPECT_TRUE(rstg_track_may_end(&t.flow, SERVER, next - 2000));
	EXPECT_TRUE(rstg_track_may_end(&t.flow, SERVER,
				       next + rstg_flow_window(&t.flow, CLIENT)));
	EXPECT_FALSE(rstg_track_may_end(&t.flow, SERVER, next + 0x40000000));
}

TEST_HARNESS_MAIN
