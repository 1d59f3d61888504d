// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must hold of any packets in any order: random conversations, partly sensible
 * so that they get somewhere, are fed and each step is checked. A round is told
 * again by its number alone.
 */
#include "sound.h"
#include "talk.h"

#include "kselftest_harness.h"

#define ROUNDS	2000
#define STEPS	120

/* xorshift64*: the same on every machine, unlike rand(). */
struct dice {
	u64 x;
};

static u32 roll(struct dice *d, u32 sides)
{
	d->x ^= d->x >> 12;
	d->x ^= d->x << 25;
	d->x ^= d->x >> 27;
	return (u32)((d->x * 0x2545f4914f6cdd1dULL) >> 32) % sides;
}

/* One packet, its alleged sender, where it is seen and how long after the one before. */
struct step {
	struct rstg_pkt pkt;
	unsigned int d;
	enum rstg_where where;
	u64 wait_ns;
	bool deliver;
};

static const u16 flag_sets[] = {
	RSTG_ACK, RSTG_ACK, RSTG_ACK | RSTG_PSH, RSTG_ACK | RSTG_PSH,
	RSTG_SYN, RSTG_SYN | RSTG_ACK, RSTG_FIN | RSTG_ACK,
	RSTG_RST, RSTG_RST, RSTG_RST | RSTG_ACK, RSTG_RST | RSTG_ACK,
	RSTG_RST | RSTG_SYN | RSTG_FIN | RSTG_ACK, RSTG_FIN, RSTG_URG, 0, 0x1ff,
};

static const u16 handshake[] = { RSTG_SYN, RSTG_SYN | RSTG_ACK, RSTG_ACK };

static u32 off(struct dice *dice)
{
	static const s32 near_by[] = { 0, 0, 0, 0, 0, 1, -1, 2, 100, 1460, -1460, 12503 };

	if (roll(dice, 40))
		return (u32)near_by[roll(dice, ARRAY_SIZE(near_by))];
	return roll(dice, 2) ? roll(dice, 0xffffffff) : (RSTG_SEQ_JUMP - 1) + roll(dice, 3);
}

/* A talk to begin with, then whatever the dice say, now and then by the rules. */
static unsigned int script(struct step *steps, u64 seed)
{
	struct dice dice = { .x = seed * 2654435761U + 1 };
	struct host h[2] = {
		{ .snd_nxt = 1000000, .rcv_nxt = 2000000, .ttl = 63, .id = 100, .win = 500 },
		{ .snd_nxt = 2000000, .rcv_nxt = 1000000, .ttl = 52, .id = 900, .win = 600 },
	};
	unsigned int i;

	for (i = 0; i < STEPS; i++) {
		struct step *s = &steps[i];
		struct host *me;
		bool begin = i < ARRAY_SIZE(handshake), lawful = begin || roll(&dice, 2);

		memset(s, 0, sizeof(*s));
		s->d = begin ? i == 1 : roll(&dice, 2);
		me = &h[s->d];
		/* On the host that is side 0, or between the two; now and then as it cannot be. */
		s->where = !(seed % 3) && !s->d ? RSTG_OUTBOUND : RSTG_INBOUND;
		if (!roll(&dice, 100))
			s->where = s->where == RSTG_OUTBOUND ? RSTG_INBOUND : RSTG_OUTBOUND;
		s->deliver = roll(&dice, 2);
		s->wait_ns = roll(&dice, 8) ? roll(&dice, 50000000) : roll(&dice, 4000000000U);
		if (!roll(&dice, 200))
			s->wait_ns += 20000000000ULL;

		s->pkt.flags = begin && seed % 4 ?
			handshake[i] : flag_sets[roll(&dice, ARRAY_SIZE(flag_sets))];
		/* The next segment by the rules, now and then a RST; else whatever the dice say. */
		if (lawful && !begin)
			s->pkt.flags = roll(&dice, 10) ? RSTG_ACK : RSTG_RST | RSTG_ACK;
		s->pkt.seq = me->snd_nxt + (lawful ? 0 : off(&dice));
		s->pkt.ack = me->rcv_nxt + (lawful ? begin && i == 1 : off(&dice));
		s->pkt.len = roll(&dice, 3) || begin ? 0 : roll(&dice, 3000);
		s->pkt.ttl = (u8)(roll(&dice, 10) ? me->ttl : roll(&dice, 256));
		s->pkt.ip_id = (u16)(roll(&dice, 10) ? me->id++ : roll(&dice, 65536));
		s->pkt.win = (u16)(roll(&dice, 10) ? me->win : roll(&dice, 65536));
		s->pkt.n_segs = (u16)(roll(&dice, 10) ? 1 : 1 + roll(&dice, 60));
		s->pkt.bits = (u8)(RSTG_PKT_HAS_ID | (roll(&dice, 10) ? RSTG_PKT_DF : 0) |
				   (roll(&dice, 10) ? 0 : RSTG_PKT_TS) |
				   (roll(&dice, 10) ? 0 : RSTG_PKT_FIXID));
		s->pkt.ts_val = i;
		/* Its receiver takes only what is lawful. */
		if (!(s->pkt.flags & RSTG_RST) && lawful) {
			me->snd_nxt = rstg_pkt_seq_end(&s->pkt);
			h[!s->d].rcv_nxt = me->snd_nxt;
		}
	}
	return STEPS;
}

static u64 sender_flags(const struct rstg_flow *f)
{
	return (f->dir[0].flags | f->dir[1].flags) & RSTG_D_SEEN;
}

TEST(each_step)
{
	static struct step steps[STEPS];
	unsigned long rsts = 0, scored = 0, suspects = 0, lives = 0;
	unsigned int round, i;
	u64 seen = 0;

	for (round = 0; round < ROUNDS; round++) {
		unsigned int n = script(steps, round);
		struct rstg_flow f = {}, before;
		u64 now = 1000000000000ULL;

		for (i = 0; i < n; i++) {
			struct step *s = &steps[i];
			struct rstg_opinion op;
			enum rstg_news news;

			now += s->wait_ns;
			before = f;
			memset(&op, 0xff, sizeof(op));
			news = rstg_feed(&f, &s->pkt, s->d, s->where, now, &op);

			if (s->pkt.flags & RSTG_RST && s->where == RSTG_INBOUND) {
				ASSERT_EQ(RSTG_NEWS_RST, news);
				ASSERT_TRUE(sound_lesson(&before, &f)) {
					TH_LOG("round %u step %u", round, i);
				}
			} else {
				ASSERT_NE(RSTG_NEWS_RST, news);
			}
			/* nothing of an IP header from where it is not final yet */
			if (s->where == RSTG_OUTBOUND && sender_flags(&f) &&
			    f.dir[s->d].pkts)
				ASSERT_EQ(0, memcmp(&before.dir[s->d].ttl, &f.dir[s->d].ttl,
						    sizeof(f.dir[s->d].ttl)));
			if (news == RSTG_NEWS_NONE)
				continue;
			ASSERT_TRUE(sound_opinion(&op, news)) {
				TH_LOG("round %u step %u", round, i);
			}
			rsts += news == RSTG_NEWS_RST;
			lives += news == RSTG_NEWS_LIFE;
			scored += news == RSTG_NEWS_RST && rstg_scored(&op);
			suspects += op.verdict == RSTG_SUSPECT;
			seen |= op.reasons;
			if (news == RSTG_NEWS_RST && s->deliver)
				rstg_track_delivered(&f, s->d, now);
			rstg_flow_expired(&f, rstg_beat(now));
		}
	}
	TH_LOG("%lu RSTs, %lu scored, %lu suspect, %lu lives, reasons %llx",
	       rsts, scored, suspects, lives, (unsigned long long)seen);
	/* Else nothing above has been tested. */
	EXPECT_GT(scored, rsts / 4);
	EXPECT_GT(suspects, 1000);
	EXPECT_GT(lives, 200);
}

/* --- the same told otherwise ------------------------------------------------------- */

struct telling {
	u32 seq[2];	/* added to the sequence numbers of each side */
	u64 ns;		/* added to the clock */
	bool swap;	/* the other side is number 0 */
};

/*
 * Any two tellings of one script must give the same opinions: no number is special
 * by itself, only by its distance from others.
 */
static bool same_opinions(const struct step *steps, unsigned int n,
			  const struct telling *how, unsigned int *where)
{
	struct rstg_flow a = {}, b = {};
	u64 now = 1ULL << 40;	/* far from any wrap, and a whole beat */
	unsigned int i;

	for (i = 0; i < n; i++) {
		const struct step *s = &steps[i];
		struct rstg_opinion op_a = {}, op_b = {};
		struct rstg_pkt pkt = s->pkt;
		unsigned int d = how->swap ? !s->d : s->d;
		enum rstg_news news_a, news_b;

		*where = i;
		now += s->wait_ns;
		pkt.seq += how->seq[s->d];
		pkt.ack += how->seq[!s->d];
		news_a = rstg_feed(&a, &s->pkt, s->d, s->where, now, &op_a);
		news_b = rstg_feed(&b, &pkt, d, s->where, now + how->ns, &op_b);
		if (news_a != news_b)
			return false;
		if (news_a && memcmp(&op_a, &op_b, sizeof(op_a)))
			return false;
		if (news_a == RSTG_NEWS_RST && s->deliver) {
			rstg_track_delivered(&a, s->d, now);
			rstg_track_delivered(&b, d, now + how->ns);
		}
		if (rstg_flow_expired(&a, rstg_beat(now)) !=
		    rstg_flow_expired(&b, rstg_beat(now + how->ns)))
			return false;
	}
	return true;
}

FIXTURE(retold) {
};

FIXTURE_VARIANT(retold) {
	struct telling how;
};

FIXTURE_VARIANT_ADD(retold, as_it_was) {};
FIXTURE_VARIANT_ADD(retold, other_side_first) { .how.swap = true };
/* 2000000 and 1000000 plus these come close to 2^32 or 2^31 */
FIXTURE_VARIANT_ADD(retold, server_seq_wraps) { .how.seq = { 0, -2000500U } };
FIXTURE_VARIANT_ADD(retold, client_seq_wraps) { .how.seq = { -1000100U, 0 } };
FIXTURE_VARIANT_ADD(retold, seq_crosses_the_sign) {
	.how.seq = { 0x80000000 - 1000100, 0x80000000 - 2000500 },
};
FIXTURE_VARIANT_ADD(retold, elsewhere) { .how.seq = { 0x13579bdf, 0xfdb97531 } };
FIXTURE_VARIANT_ADD(retold, tick_wraps) { .how.ns = (1ULL << 42) - (1ULL << 40) - (1ULL << 33) };
FIXTURE_VARIANT_ADD(retold, beat_wraps) { .how.ns = (1ULL << 52) - (1ULL << 40) - (1ULL << 33) };
FIXTURE_VARIANT_ADD(retold, after_584_years) { .how.ns = 0ULL - (1ULL << 40) - (1ULL << 33) };

FIXTURE_SETUP(retold)
{
}

FIXTURE_TEARDOWN(retold)
{
}

TEST_F(retold, same_opinions)
{
	static struct step steps[STEPS];
	unsigned int round, where;

	for (round = 0; round < ROUNDS / 4; round++) {
		unsigned int n = script(steps, round);

		ASSERT_TRUE(same_opinions(steps, n, &variant->how, &where)) {
			TH_LOG("round %u step %u", round, where);
		}
	}
}

TEST_HARNESS_MAIN
