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
};

enum rstg_news rstg_feed_answer(struct rstg_flow *f, const struct rstg_pkt *pkt,
				unsigned int d, u64 asked_ns, u64 now_ns,
				struct rstg_opinion *op);
enum rstg_news rstg_feed(struct rstg_flow *f, const struct rstg_pkt *pkt,
			 unsigned int d, enum rstg_where where, u64 now_ns,
			 struct rstg_opinion *op);

#endif /* _RSTG_MODEL_H */
