/* SPDX-License-Identifier: GPL-2.0-only */
/* Fingerprints of injectors, and which of them a burst of RSTs has: rstguard.injectors(5). */
#ifndef _INJECTORS_H
#define _INJECTORS_H

#include <stdio.h>

#include "shot.h"

/* Where they are installed. */
#ifndef RSTGUARD_DATADIR
#define RSTGUARD_DATADIR "/usr/local/share/rstguard"
#endif
#define INJECTORS_PATH	RSTGUARD_DATADIR "/injectors"

#define INJECTORS_ERROR	400	/* octets that a complaint needs at most */
#define INJECTORS_NAME	32	/* octets of a name, its NUL included */

#define BURST_MAX	16	/* RSTs that are looked at together; the longest known has 6 */
#define HOPS_UNKNOWN	(-1)

/**
 * struct named - what is said of one RST of a burst
 * @name:  of the injector; NULL: none known has sent this
 * @match: index of the first RST that the same match explains
 * @hops:  how far away it was sent, or HOPS_UNKNOWN
 */
struct named {
	const char *name;
	unsigned int match;
	int hops;
};

struct injectors;

struct injectors *injectors_read(FILE *file, const char *path, char err[INJECTORS_ERROR]);
struct injectors *injectors_load(const char *path, char err[INJECTORS_ERROR]);
void injectors_name(const struct injectors *all, const struct shot *shots, unsigned int n,
		    struct named *named);
void injectors_free(struct injectors *all);

/* What a TTL says by itself. */
int hops_of(unsigned int ttl);

#endif /* _INJECTORS_H */
