/* SPDX-License-Identifier: GPL-2.0-only */
/* As many connections as a test wants, by number. */
#ifndef _TUPLES_H
#define _TUPLES_H

#include "flowmap.h"

/* A SYN of connection @i. */
static inline struct rstg_pkt tuple_pkt(uint32_t i)
{
	return (struct rstg_pkt) {
		.saddr.w = { 1, 2, 3, i },
		.daddr.w = { 4, 5, 6, 7 },
		.sport = 40000,
		.dport = 25,
		.seq = i,
		.flags = RSTG_SYN,
		.ttl = 64,
		.n_segs = 1,
	};
}

static inline struct flowmap_key tuple_key(const struct flowmap *map, uint32_t i)
{
	const struct rstg_pkt pkt = tuple_pkt(i);
	struct flowmap_key key;

	flowmap_key(map, &key, &pkt);
	return key;
}

#endif /* _TUPLES_H */
