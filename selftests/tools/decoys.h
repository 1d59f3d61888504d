/* SPDX-License-Identifier: GPL-2.0-only */
/* Lies that precede a reset: what an injector sends that knows a guard's source. */
#ifndef _DECOYS_H
#define _DECOYS_H

#include "profiles.h"

#define LIES	6	/* most different packets in one decoy */

/* Where it works. */
enum place {
	ANYWHERE,
	AT_ROUTER,	/* its receiver is behind the guard, and must not get it */
	AT_HOST,	/* behind the guard it would do harm */
};

/* IP versions that have it. */
#define IN_BOTH	0
#define IN_V4	4
#define IN_V6	6

/*
 * struct twist - what the decoy changes in the profile's shots
 * @flags:   more TCP_*
 * @seq:     added
 * @ttl:     instead, if its rule is not FIXED
 * @any_id:  a random IP-ID
 * @odd:     ODD_*; @headers: as in struct segment
 * @gap_us:  pause before the first
 */
struct twist {
	uint16_t flags;
	int32_t seq;
	struct field ttl;
	bool any_id;
	uint8_t odd, headers;
	unsigned int gap_us;
};

/*
 * struct decoy - what to send so that a guard lets the next reset through
 * @name:   for -Y
 * @what:   one line for people: the lie
 * @place:  where it is none that its receiver could believe
 * @ip:     IN_*
 * @at_once: when the trigger is pulled, whatever -d says
 * @lie:    packets, in order; those that have "after" follow the shots
 * @twist:  of the shots
 */
struct decoy {
	const char *name, *what;
	enum place place;
	uint8_t ip;
	bool at_once;
	struct shot lie[LIES];
	struct twist twist;
};

extern const struct decoy decoys[];
extern const size_t decoys_n;

const struct decoy *decoy_find(const char *name, size_t len);
unsigned int decoy_ms(const struct decoy *d);

#endif /* _DECOYS_H */
