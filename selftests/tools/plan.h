/* SPDX-License-Identifier: GPL-2.0-only */
/* What is fired at one connection: a decoy, a profile, and what the options change. */
#ifndef _PLAN_H
#define _PLAN_H

#include "decoys.h"
#include "profiles.h"

#define MISSES		32	/* most shots that miss, before and after a burst */
#define PLAN_SHOTS	(LIES + 2 * SHOTS + 2 * MISSES)

/*
 * struct plan - all packets of one burst at one victim, in order
 * @port:  of either end; 0 is any
 * @decoy: that it begins with, or NULL
 * @shot:  the last one has no copies
 */
struct plan {
	unsigned int port;
	const struct decoy *decoy;
	struct shot shot[PLAN_SHOTS + 1];
};

/* What options change in each shot of the profile; NULL and 0 leave it. */
struct change {
	const char *flags, *ttl, *id, *df, *win, *seq;
	unsigned int misses;
};

bool plan_make(struct plan *plan, const struct profile *profile, const struct change *change);
bool plan_decoy(struct plan *plan, const char *text);

#endif /* _PLAN_H */
