// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "flowmap.h"

#define BUCKETS		(1 << 19)	/* half a flow in each at the default cap */
#define CACHE_LINE	64
#define EVICT_LOOK	8	/* open flows looked at before one that never opened goes */

/* Doubly linked by last use. */
struct use_list {
	struct flowmap_entry *oldest;
	struct flowmap_entry *newest;
	unsigned int n;
};

/**
 * struct flowmap - the map
 * @bucket: chains
 * @by_use: flows that are not open, and those that are
 * @forget: told of each flow before it goes
 * @seed:   so that nobody can make a capture that fills one bucket
 * @n:      flows
 * @max:    most flows
 */
struct flowmap {
	struct flowmap_entry **bucket;
	struct use_list by_use[2];
	flowmap_forget_fn forget;
	uint64_t seed[2];
	unsigned int n;
	unsigned int max;
};

/**
 * flowmap_new() - an empty map
 * @max:    most flows it may hold
 * @forget: called with a flow that expires or is evicted
 *
 * Return: NULL without memory.
 */
struct flowmap *flowmap_new(unsigned int max, flowmap_forget_fn forget)
{
	struct flowmap *map = calloc(1, sizeof(*map));

	if (!map)
		return NULL;
	map->bucket = calloc(BUCKETS, sizeof(*map->bucket));
	if (!map->bucket) {
		free(map);
		return NULL;
	}
	/* Without a seed it works as well, only predictably. */
	if (getrandom(map->seed, sizeof(map->seed), GRND_NONBLOCK) < 0)
		map->seed[0] = 1;
	map->forget = forget;
	map->max = max;
	return map;
}

static struct flowmap_entry **bucket_of(const struct flowmap *map,
					const struct flowmap_key *key)
{
	return &map->bucket[key->hash % BUCKETS];
}

static void use_unlink(struct flowmap *map, struct flowmap_entry *e)
{
	struct use_list *l = &map->by_use[e->open];

	*(e->older ? &e->older->newer : &l->oldest) = e->newer;
	*(e->newer ? &e->newer->older : &l->newest) = e->older;
	l->n--;
}

static void use_append(struct flowmap *map, struct flowmap_entry *e)
{
	struct use_list *l = &map->by_use[e->open];

	e->older = l->newest;
	e->newer = NULL;
	*(l->newest ? &l->newest->newer : &l->oldest) = e;
	l->newest = e;
	l->n++;
}

static void entry_forget(struct flowmap *map, struct flowmap_entry *e)
{
	*e->at = e->next;
	if (e->next)
		e->next->at = e->at;
	use_unlink(map, e);
	map->forget(e);
	map->n--;
	free(e);
}

/**
 * flowmap_free() - forget every flow, and the map
 * @map: may be NULL
 */
void flowmap_free(struct flowmap *map)
{
	unsigned int i;

	if (!map)
		return;
	for (i = 0; i < ARRAY_SIZE(map->by_use); i++)
		while (map->by_use[i].oldest)
			entry_forget(map, map->by_use[i].oldest);
	free(map->bucket);
	free(map);
}

static uint32_t hash_of(const struct flowmap *map, const struct flowmap_key *key)
{
	uint64_t h = map->seed[0], w[5] = { };
	unsigned int i;

	static_assert(offsetof(struct flowmap_key, hash) == 36, "hashed as a whole: no padding");
	memcpy(w, key, offsetof(struct flowmap_key, hash));
	for (i = 0; i < ARRAY_SIZE(w); i++) {
		h = (h ^ w[i]) * (map->seed[1] | 1);
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

/**
 * flowmap_sender() - which endpoint, 0 or 1, sent a packet?
 * @pkt: packet
 */
unsigned int flowmap_sender(const struct rstg_pkt *pkt)
{
	int order = memcmp(&pkt->saddr, &pkt->daddr, sizeof(pkt->saddr));

	return order ? order > 0 : pkt->sport > pkt->dport;
}

/**
 * flowmap_key() - the tuple of a packet
 * @map: where it is to be looked up
 * @key: result
 * @pkt: packet
 *
 * Return: as flowmap_sender().
 */
unsigned int flowmap_key(const struct flowmap *map, struct flowmap_key *key,
			 const struct rstg_pkt *pkt)
{
	unsigned int d = flowmap_sender(pkt);

	key->addr[d] = pkt->saddr;
	key->addr[!d] = pkt->daddr;
	key->port[d] = pkt->sport;
	key->port[!d] = pkt->dport;
	key->hash = hash_of(map, key);
	return d;
}

/**
 * flowmap_find() - look a flow up
 * @map:    the map
 * @key:    its tuple
 * @now_ns: clock
 *
 * Return: NULL where there is none, or none any more.
 */
struct flowmap_entry *flowmap_find(struct flowmap *map, const struct flowmap_key *key,
				   uint64_t now_ns)
{
	struct flowmap_entry *e = *bucket_of(map, key);

	while (e && memcmp(&e->key, key, sizeof(*key)))
		e = e->next;
	if (e && rstg_flow_expired(&e->flow, rstg_beat(now_ns))) {
		entry_forget(map, e);
		return NULL;
	}
	return e;
}

/* Those that are closed expire sooner than others, which may be older. */
static struct flowmap_entry *expired_open(const struct flowmap *map, uint64_t now_ns)
{
	struct flowmap_entry *e = map->by_use[true].oldest;
	unsigned int n;

	for (n = 0; e && n < EVICT_LOOK; e = e->newer, n++)
		if (rstg_flow_expired(&e->flow, rstg_beat(now_ns)))
			return e;
	return NULL;
}

/*
 * A scan that is answered pushes out one flow for each that it begins, and none of them is
 * in a cache any more. So what the next two will need is asked for ahead.
 */
static void push_out(struct flowmap *map)
{
	struct flowmap_entry *e = map->by_use[false].oldest, *next = e->newer;
	unsigned int at;

	entry_forget(map, e);
	__builtin_prefetch(next->at);
	for (at = 0; at < sizeof(*e); at += CACHE_LINE)
		__builtin_prefetch((const char *)next->newer + at);
}

static void make_room(struct flowmap *map, uint64_t now_ns)
{
	struct flowmap_entry *e = expired_open(map, now_ns);

	if (!e)
		e = map->by_use[false].oldest;
	if (!e)
		e = map->by_use[true].oldest;
	entry_forget(map, e);
}

/**
 * flowmap_add() - begin a flow that flowmap_find() did not find
 * @map:    the map
 * @key:    its tuple
 * @now_ns: clock
 *
 * More than so many that never opened push out the oldest of these. At the cap an open
 * flow that has expired makes room, else the oldest that never opened, expired or not,
 * else the oldest.
 *
 * Return: NULL without memory.
 */
struct flowmap_entry *flowmap_add(struct flowmap *map, const struct flowmap_key *key,
				  uint64_t now_ns)
{
	struct flowmap_entry **bucket = bucket_of(map, key);
	struct flowmap_entry *e;

	if (map->n >= map->max)
		make_room(map, now_ns);
	else if (map->by_use[false].n >= FLOWMAP_UNOPENED_MAX)
		push_out(map);
	e = calloc(1, sizeof(*e));
	if (!e)
		return NULL;
	e->key = *key;
	e->next = *bucket;
	e->at = bucket;
	if (e->next)
		e->next->at = &e->next;
	*bucket = e;
	use_append(map, e);
	map->n++;
	return e;
}

/**
 * flowmap_used() - a packet was fed to a flow
 * @map: the map
 * @e:   the flow, now the newest of its kind
 */
void flowmap_used(struct flowmap *map, struct flowmap_entry *e)
{
	use_unlink(map, e);
	e->open = rstg_flow_open(&e->flow);
	use_append(map, e);
}
