// SPDX-License-Identifier: GPL-2.0-only
#include "env.h"
#include "limits.h"
#include "model.h"

/* What both kinds of proof say of a sender: something was forged in its name. */
static void forged(const struct rstg_dir *me, enum rstg_reason why, enum rstg_proof proof,
		   struct rstg_opinion *op)
{
	memset(op, 0, sizeof(*op));
	op->reasons = BIT_ULL(why);
	op->families = 1;
	op->verdict = RSTG_FORGED;
	op->proof = proof;
	op->rtt = me->rtt;
	op->ttl = me->ttl;
}

static void proven(struct rstg_flow *f, unsigned int d, enum rstg_proof proof,
		   u64 now_ns, struct rstg_opinion *op)
{
	static const u8 why_life[] = {
		[RSTG_PROOF_DATA] = RSTG_R_LIFE_DATA,
		[RSTG_PROOF_ACK] = RSTG_R_LIFE_ACK,
		[RSTG_PROOF_SYNACK] = RSTG_R_LIFE_SYNACK,
		[RSTG_PROOF_PROBE] = RSTG_R_LIFE_PROBE,
	};
	enum rstg_reason why = why_life[proof];
	struct rstg_dir *me = &f->dir[d];

	forged(me, why, proof, op);
	op->score = rstg_reasons[why].db;
	op->after = rstg_beat(now_ns) - f->rst[d].beat;
	op->rsts = f->rst[d].n;
	me->flags &= ~(RSTG_D_WATCH | RSTG_D_RST);
}

static enum rstg_news life(struct rstg_flow *f, const struct rstg_pkt *pkt, unsigned int d,
			   enum rstg_where where, u64 now_ns, struct rstg_opinion *op)
{
	enum rstg_proof proof = rstg_judge_life(f, pkt, d, where, now_ns);

	if (proof != RSTG_PROOF_NONE) {
		proven(f, d, proof, now_ns, op);
		return RSTG_NEWS_LIFE;
	}
	if (rstg_rst_past(&f->rst[d], rstg_beat(now_ns)))
		f->dir[d].flags &= ~RSTG_D_WATCH;
	return RSTG_NEWS_NONE;
}

/**
 * rstg_feed_answer() - a packet that may answer a question; before rstg_feed()
 * @f:        flow
 * @pkt:      packet
 * @d:        its alleged sender
 * @asked:    what that sender was asked, and when
 * @now_ns:   clock
 * @op:       filled unless %RSTG_NEWS_NONE is returned
 *
 * The packet has still to be fed to rstg_feed().
 */
enum rstg_news rstg_feed_answer(struct rstg_flow *f, const struct rstg_pkt *pkt,
				unsigned int d, const struct rstg_asked *asked, u64 now_ns,
				struct rstg_opinion *op)
{
	if (!(f->dir[d].flags & RSTG_D_WATCH) ||
	    !rstg_judge_answer(f, pkt, d, asked, now_ns))
		return RSTG_NEWS_NONE;
	proven(f, d, RSTG_PROOF_PROBE, now_ns, op);
	return RSTG_NEWS_LIFE;
}

static enum rstg_news feed_rst(struct rstg_flow *f, const struct rstg_pkt *pkt,
			       unsigned int d, enum rstg_where where, u64 now_ns,
			       struct rstg_opinion *op)
{
	if (where == RSTG_OUTBOUND) {
		/* Our own: it ends the connection here. */
		rstg_track_reset(f, d, pkt->seq, now_ns);
		return RSTG_NEWS_NONE;
	}
	rstg_judge(f, pkt, d, now_ns, op);
	rstg_track_rst(f, pkt, d, rstg_scored(op) && op->score < RSTG_SCORE_DOUBT, now_ns);
	return RSTG_NEWS_RST;
}

/* Behind a FIN of its name: was that its own? */
static enum rstg_news fin_false(struct rstg_flow *f, const struct rstg_pkt *pkt, unsigned int d,
				enum rstg_where where, struct rstg_opinion *op)
{
	if (!rstg_judge_fin_false(f, pkt, d, where))
		return RSTG_NEWS_NONE;
	forged(&f->dir[d], RSTG_R_LIFE_DATA, RSTG_PROOF_DATA, op);
	f->side[d].flags |= RSTG_S_FIN_FALSE;
	return RSTG_NEWS_FIN;
}

/* A RST or FIN of this sender was seen: does it live? */
static enum rstg_news feed_watched(struct rstg_flow *f, const struct rstg_pkt *pkt,
				   unsigned int d, enum rstg_where where, u64 now_ns,
				   struct rstg_opinion *op)
{
	enum rstg_news news = RSTG_NEWS_NONE;

	if (f->dir[d].flags & RSTG_D_WATCH)
		news = life(f, pkt, d, where, now_ns, op);
	if (news == RSTG_NEWS_NONE)
		news = fin_false(f, pkt, d, where, op);
	rstg_track(f, pkt, d, where, now_ns);
	return news;
}

/* The part of rstg_feed() that few packets need. */
enum rstg_news rstg_feed_rare(struct rstg_flow *f, const struct rstg_pkt *pkt,
			      unsigned int d, enum rstg_where where, u64 now_ns,
			      struct rstg_opinion *op)
{
	if (pkt->flags & RSTG_RST)
		return feed_rst(f, pkt, d, where, now_ns, op);
	return feed_watched(f, pkt, d, where, now_ns, op);
}
