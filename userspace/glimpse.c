// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scan is millions of connections of one packet. To make each of them a flow, and to
 * forget it again, costs more than all else that is done for a packet. So the first
 * packet is only kept, in a ring, and becomes a flow when a second one comes.
 *
 * They are numbered from 1 as they come. Nothing is unlinked when one is written over:
 * a number too old to be in the ring ends its bucket's chain, as all behind it are older.
 */
#include <stdlib.h>
#include <string.h>

#include "glimpse.h"

#define BUCKETS		(2 * GLIMPSES_MAX)

/**
 * struct glimpses - the ring
 * @ring:   glimpse i is at i % GLIMPSES_MAX
 * @newest: of each bucket, by number; 0: none
 * @n:      number of the latest one
 */
struct glimpses {
	struct glimpse ring[GLIMPSES_MAX];
	uint64_t newest[BUCKETS];
	uint64_t n;
};

/**
 * glimpses_new() - nothing seen yet
 *
 * Return: NULL without memory.
 */
struct glimpses *glimpses_new(void)
{
	return calloc(1, sizeof(struct glimpses));
}

/**
 * glimpses_free() - forget them all
 * @g: may be NULL
 */
void glimpses_free(struct glimpses *g)
{
	free(g);
}

/**
 * glimpses_add() - a packet of a connection of which nothing else is known
 * @g:      ring; its oldest is written over when it is full
 * @key:    tuple of the connection
 * @pkt:    packet, the payload of which need not be remembered
 * @now_ns: clock
 */
void glimpses_add(struct glimpses *g, const struct flowmap_key *key,
		  const struct rstg_pkt *pkt, uint64_t now_ns)
{
	uint64_t *newest = &g->newest[key->hash % BUCKETS];
	struct glimpse *one = &g->ring[++g->n % GLIMPSES_MAX];

	one->key = *key;
	one->pkt = *pkt;
	one->now_ns = now_ns;
	one->older = *newest;
	*newest = g->n;
}

/**
 * glimpses_take() - look a connection up, and forget it here
 * @g:   ring
 * @key: its tuple
 *
 * Return: NULL where there is none, or none any more; else valid until the next is added.
 */
const struct glimpse *glimpses_take(struct glimpses *g, const struct flowmap_key *key)
{
	uint64_t *at = &g->newest[key->hash % BUCKETS];
	struct glimpse *one;

	for (; *at && g->n - *at < GLIMPSES_MAX; at = &one->older) {
		one = &g->ring[*at % GLIMPSES_MAX];
		if (!memcmp(&one->key, key, sizeof(*key))) {
			*at = one->older;
			return one;
		}
	}
	return NULL;
}
