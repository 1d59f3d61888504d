/* SPDX-License-Identifier: GPL-2.0-only */
/* The one entry into the core: tracks, judges and learns in the right order. */
#ifndef _RSTG_MODEL_H
#define _RSTG_MODEL_H

#include "env.h"
#include "judge.h"
#include "pkt.h"
#include "track.h"

enum rstg_news {
	RSTG_NEWS_NONE,
	RSTG_NEWS_RST,		/* a RST was judged: the opinion says what of it */
	RSTG_NEWS_LIFE,		/* the sender of earlier RSTs lives: they were forged */
	RSTG_NEWS_FIN,		/* the sender of an earlier FIN spoke on: it was forged */
};

enum rstg_news rstg_feed_answer(struct rstg_flow *f, const struct rstg_pkt *pkt,
				unsigned int d, const struct rstg_asked *asked, u64 now_ns,
				struct rstg_opinion *op);
enum rstg_news rstg_feed_rare(struct rstg_flow *f, const struct rstg_pkt *pkt,
			      unsigned int d, enum rstg_where where, u64 now_ns,
			      struct rstg_opinion *op);

/* What makes a packet's sender worth a closer look: see rstg_feed_rare(). */
#define RSTG_D_LOOK	(RSTG_D_WATCH | RSTG_D_CLAIM | RSTG_D_FIN)

/**
 * rstg_feed() - one packet of a connection
 * @f:      flow; zeroed for a new one. The caller keeps others out
 * @pkt:    packet
 * @d:      its alleged sender, 0 or 1
 * @where:  where it was seen
 * @now_ns: monotonic clock; packet time offline
 * @op:     filled unless %RSTG_NEWS_NONE is returned
 *
 * A RST is judged and remembered, never learned from. Whoever lets it through
 * then calls rstg_track_delivered() or rstg_track_released().
 */
static inline enum rstg_news rstg_feed(struct rstg_flow *f, const struct rstg_pkt *pkt,
				       unsigned int d, enum rstg_where where, u64 now_ns,
				       struct rstg_opinion *op)
{
	if (unlikely(pkt->flags & RSTG_RST) || unlikely(f->dir[d].flags & RSTG_D_LOOK))
		return rstg_feed_rare(f, pkt, d, where, now_ns, op);
	rstg_track(f, pkt, d, where, now_ns);
	return RSTG_NEWS_NONE;
}

#endif /* _RSTG_MODEL_H */
