/* SPDX-License-Identifier: GPL-2.0-only */
/* Connections of which one packet was seen. */
#ifndef _GLIMPSE_H
#define _GLIMPSE_H

#include <stdint.h>

#include "flowmap.h"
#include "pkt.h"

/*
 * So many are remembered, 8 MB: a third of what they would take as flows. To push out a
 * handshake that is under way takes as many SYNs within its round trip.
 */
#define GLIMPSES_MAX	65536

/**
 * struct glimpse - a connection's only packet so far
 * @key:    its tuple
 * @pkt:    the packet, without its payload
 * @now_ns: when it came, by the replay's clock
 * @older:  the one before in its bucket, by number; 0: none
 */
struct glimpse {
	struct flowmap_key key;
	struct rstg_pkt pkt;
	uint64_t now_ns;
	uint64_t older;
};

struct glimpses;

struct glimpses *glimpses_new(void);
void glimpses_free(struct glimpses *g);
void glimpses_add(struct glimpses *g, const struct flowmap_key *key,
		  const struct rstg_pkt *pkt, uint64_t now_ns);
const struct glimpse *glimpses_take(struct glimpses *g, const struct flowmap_key *key);

#endif /* _GLIMPSE_H */
