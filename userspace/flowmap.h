/* SPDX-License-Identifier: GPL-2.0-only */
/* Flows by wire tuple: what kmod/table.c is to the kernel, for one thread. */
#ifndef _FLOWMAP_H
#define _FLOWMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "stream.h"
#include "flow.h"

/*
 * Most flows that are remembered at once: 100 MB. A busy mail exchanger has a
 * tenth of it open; a capture of a scan has more, and they are evicted first.
 */
#define FLOWMAP_MAX	262144
/*
 * Of these, such as never opened: a scan that is answered, or asks twice, makes millions.
 * A quarter, for the speed, since a cache holds more of them: their resets are not scored
 * anyway. What a scan sends once never gets here, see glimpse.c.
 */
#define FLOWMAP_UNOPENED_MAX	65536

struct burst;
struct flowmap;
struct pending;

/**
 * struct flowmap_key - both endpoints, the lower one first
 * @addr: addresses
 * @port: ports
 * @hash: of these, by the map's secret
 */
struct flowmap_key {
	struct rstg_addr addr[2];
	uint16_t port[2];
	uint32_t hash;
};

/**
 * struct flowmap_entry - one flow
 * @key:     its tuple
 * @next:    in the bucket
 * @at:      what points to this one there
 * @older:   neighbours by last use, within the open flows or within the others
 * @newer:   same
 * @open:    which of the two
 * @flow:    what the core knows of it
 * @pending: its RSTs that wait for a sign of life; the map's user owns them
 * @burst:   latest RSTs by sender; same
 * @said_ns: when the last of @stream was said
 * @stream:  what is said on it
 *
 * In the order in which a packet reads it: the rest may stay out of the cache.
 */
struct flowmap_entry {
	struct flowmap_key key;
	struct flowmap_entry *next;
	struct flowmap_entry **at;
	struct flowmap_entry *older;
	struct flowmap_entry *newer;
	bool open;
	struct rstg_flow flow;
	struct pending *pending;
	struct burst *burst[2];
	uint64_t said_ns;
	struct rstg_stream stream;
};

typedef void (*flowmap_forget_fn)(struct flowmap_entry *e);

struct flowmap *flowmap_new(unsigned int max, flowmap_forget_fn forget);
void flowmap_free(struct flowmap *map);
unsigned int flowmap_sender(const struct rstg_pkt *pkt);
unsigned int flowmap_key(const struct flowmap *map, struct flowmap_key *key,
			 const struct rstg_pkt *pkt);
struct flowmap_entry *flowmap_find(struct flowmap *map, const struct flowmap_key *key,
				   uint64_t now_ns);
struct flowmap_entry *flowmap_add(struct flowmap *map, const struct flowmap_key *key,
				  uint64_t now_ns);
void flowmap_used(struct flowmap *map, struct flowmap_entry *e);

#endif /* _FLOWMAP_H */
