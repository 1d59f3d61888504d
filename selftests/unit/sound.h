/* SPDX-License-Identifier: GPL-2.0-only */
/* What must hold of any opinion, whatever was fed: for random and for fuzzed input. */
#ifndef _SOUND_H
#define _SOUND_H

#include "env.h"
#include "limits.h"
#include "model.h"

/* The least that all reasons together can sum up to. */
static inline int sound_lowest(void)
{
	int i, sum = 0;

	for (i = 0; i < RSTG_R_MAX; i++)
		sum += min_t(int, rstg_reasons[i].db, 0);
	return sum;
}

/* What its reasons sum up to, one family to a limit; a QUIET discount is left out. */
static inline int sound_sum(const struct rstg_opinion *op)
{
	int i, fam[RSTG_FAM_MAX] = {}, sum = 0;

	for (i = 0; i < RSTG_R_MAX; i++)
		if (op->reasons >> i & 1)
			fam[rstg_reasons[i].family] += rstg_reasons[i].db;
	for (i = 0; i < RSTG_FAM_MAX; i++)
		sum += min_t(int, fam[i], RSTG_FAMILY_CAP);
	return sum;
}

static inline bool sound_opinion(const struct rstg_opinion *op, enum rstg_news news)
{
	if (op->reasons >> RSTG_R_MAX || op->score < sound_lowest() ||
	    op->score > RSTG_FAM_MAX * RSTG_FAMILY_CAP + RSTG_FAMILY_CAP ||
	    op->families > RSTG_FAM_MAX)
		return false;
	if (news == RSTG_NEWS_LIFE)
		return op->verdict == RSTG_FORGED && op->proof && op->rsts;
	if (news == RSTG_NEWS_FIN)
		return op->verdict == RSTG_FORGED && op->proof == RSTG_PROOF_DATA;
	if (op->proof || op->verdict == RSTG_FORGED)
		return false;
	if (!(op->reasons >> RSTG_R_QUIET & 1) && op->score != sound_sum(op))
		return false;
	if (!rstg_scored(op))
		return !op->score && op->verdict == RSTG_GENUINE;
	return (op->verdict == RSTG_SUSPECT) == (op->score >= RSTG_SCORE_SUSPECT &&
						 op->families >= RSTG_SUSPECT_FAMILIES);
}

/* A RST must leave all alone but the watch for what comes after it. */
static inline bool sound_lesson(const struct rstg_flow *before, const struct rstg_flow *after)
{
	struct rstg_flow x = *before, y = *after;
	unsigned int d;

	for (d = 0; d < 2; d++) {
		x.dir[d].flags &= ~RSTG_D_WATCH;
		y.dir[d].flags &= ~RSTG_D_WATCH;
	}
	return !memcmp(x.dir, y.dir, sizeof(x.dir));
}

#endif /* _SOUND_H */
