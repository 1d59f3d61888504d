/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RSTG_TTL_H
#define _RSTG_TTL_H

#include "env.h"

#define RSTG_TTL_SLOTS	3

/**
 * struct rstg_ttl - the TTLs that one sender's packets arrive with
 * @val: the values; slots fill from 0
 * @n:   packets seen with each, saturating; 0 marks a free slot
 *
 * A set and not a value: a SYN proxy or a load balancer answers the SYN at
 * another distance than the server sends its data from.
 */
struct rstg_ttl {
	u8 val[RSTG_TTL_SLOTS];
	u8 n[RSTG_TTL_SLOTS];
};

enum rstg_ttl_fit {
	RSTG_TTL_UNKNOWN,	/* no baseline */
	RSTG_TTL_SAME,		/* in the set */
	RSTG_TTL_BESIDE,	/* one hop off */
	RSTG_TTL_ALIAS,		/* same distance, another initial TTL */
	RSTG_TTL_MOVED,		/* as far off as a route change */
	RSTG_TTL_STRANGE,	/* none of these */
};

void rstg_ttl_learn(struct rstg_ttl *t, u8 ttl);
void rstg_ttl_vouch(struct rstg_ttl *t, u8 ttl);
enum rstg_ttl_fit rstg_ttl_check(const struct rstg_ttl *t, u8 ttl);

#endif /* _RSTG_TTL_H */
