/* SPDX-License-Identifier: GPL-2.0-only */
/* All flows of all namespaces. */
#ifndef _RSTG_TABLE_H
#define _RSTG_TABLE_H

#include <linux/rculist.h>
#include <linux/spinlock.h>

#include "flow.h"

struct net;
struct rstg_net;

/**
 * struct rstg_key - what identifies a flow, the same for both directions
 * @addr:   endpoints; the lower one, by address then port, is 0
 * @port:   their ports
 * @inum:   network namespace (net->ns.inum, unique while it lives)
 * @l3mdev: VRF, or 0: two of them may use one tuple
 */
struct rstg_key {
	struct rstg_addr addr[2];
	u16 port[2];
	u32 inum;
	u32 l3mdev;
};

/**
 * struct rstg_entry - one flow in the table
 * @node: in its bucket; writers hold the bucket's lock, readers RCU
 * @key:  never changes
 * @lock: protects @flow
 * @flow: what the core knows
 * @talk: what is said on it; talk.c's, under @lock
 * @rnet: whose flow count it is part of
 * @rcu:  frees it, once it is part of none
 *
 * Laid out by cache line: a packet of an open flow reads the first and writes
 * the one of its direction.
 */
struct rstg_entry {
	struct hlist_node node;
	struct rstg_key key;
	spinlock_t lock; /* protects @flow and @talk; taken inside a bucket's lock */
	struct rstg_flow flow;
	unsigned long talk;
	union {
		struct rstg_net *rnet;
		struct rcu_head rcu;
	};
};

struct rstg_entry *rstg_table_lookup(const struct rstg_net *rnet, const struct rstg_pkt *pkt,
				     u32 l3mdev, unsigned int *d);
struct rstg_entry *rstg_table_find(const struct rstg_key *key);
struct rstg_entry *rstg_table_insert(struct rstg_net *rnet, const struct rstg_pkt *pkt,
				     u32 l3mdev, u32 max_flows);
void rstg_entry_renew(struct rstg_entry *e, unsigned int d, u32 beat);
void rstg_table_flush(struct rstg_net *rnet);

/* Walks the table in steps: see rstg_table_walk(). */
typedef int (*rstg_walk_fn)(const struct rstg_key *key,
			    const struct rstg_flow *flow, void *arg);
int rstg_table_walk(const struct rstg_net *rnet, unsigned long cursor[2],
		    rstg_walk_fn fn, void *arg);

bool rstg_key_equal(const struct rstg_key *a, const struct rstg_key *b);
u32 rstg_table_share(const struct net *net);
u32 rstg_table_max_flows(void);
u32 rstg_table_hashsize(void);

/**
 * rstg_table_init() - allocate the table
 * @hashsize:    buckets, 0 to size it by the memory of the machine
 * @max_flows:   limit of the first namespace, 0 for one per bucket
 * @guest_flows: limit of all others together, besides; below 0 for a quarter of it
 */
int rstg_table_init(u32 hashsize, u32 max_flows, s32 guest_flows);
void rstg_table_exit(void);

#endif /* _RSTG_TABLE_H */
