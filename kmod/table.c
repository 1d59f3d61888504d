// SPDX-License-Identifier: GPL-2.0-only
/*
 * The flow table: fixed buckets, RCU readers, bounded in every direction.
 *
 * Two budgets: one of the first network namespace, one of all others together. Neither
 * can take anything of the other. Anyone may create a namespace, become root in it and
 * open connections to himself, but those of the host still find room.
 *
 * Not rhashtable, which grows under a flood and cannot evict; not an extension
 * of conntrack, whose ids are a compile-time enum.
 *
 * Lock order: bucket lock, then entry->lock. Both are taken with bottom halves
 * off, since a packet sent by a process meets its flow outside of softirq.
 */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/ratelimit.h>
#include <linux/siphash.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "limits.h"
#include "net.h"
#include "table.h"
#include "talk.h"

/*
 * As many as conntrack has today (nf_conntrack_init_start()): 1/16384 of the memory up to
 * 1 GiB, and then a fixed number. With its flow each takes 264 octets, which is 66 MiB
 * above 4 GiB, 17 MiB above 1 GiB and 2 MiB at 1 GiB if the first namespace has all the
 * flows that it may have; a quarter more for the others, and a quarter of that again when a
 * flood is waiting for a grace period.
 */
#define BUCKETS_MIN		1024
#define BUCKETS_1G		65536
#define BUCKETS_4G		262144
#define BUCKETS_HARD_MAX	BIT(24)
#define MEMORY_SHARE		16384
/* Both budgets, and a quarter more each, still fit into an atomic_t. */
#define FLOWS_HARD_MAX		((u32)S32_MAX / 4)

/* Namespaces other than the first have this part of what the first has, together. */
#define GUEST_SHARE		4

/* Bucket locks; two CPUs meet on one by chance only. A power of two. */
#define STRIPES			256
/*
 * Buckets with flows of the owner that are searched for a victim, as many as by
 * conntrack's early_drop(). And steps on the way there: an empty bucket is one, one that
 * has only flows of others is as many as the cache lines that looking into it costs more.
 */
#define EVICT_BUCKETS		8
#define EVICT_WALK		512
#define EVICT_FOREIGN		8
/*
 * In beats of 1.05 ms. What is over may rest a second: the last ACK and a second RST still
 * belong to it. One side that has closed and hears nothing for as long as Linux keeps
 * FIN-WAIT-2 is hardly waiting for an answer.
 */
#define EVICT_REST		954	/* 1 s */
#define EVICT_HALF		57220	/* 60 s */
/*
 * Entries that were unlinked still take memory until a grace period has passed. A flood
 * may not make that backlog larger than this part of a budget, or this many.
 */
#define BACKLOG_SHARE		4
#define BACKLOG_MIN		64
/* The collector sees the whole table once in 32 s, a slice a second. */
#define GC_SLICES		32
#define GC_INTERVAL		HZ

static struct hlist_head *buckets __read_mostly;
static u32 bucket_mask __read_mostly;
static struct kmem_cache *entry_cache __read_mostly;
/*
 * HalfSipHash is made for this: a table whose hashes nobody ever sees
 * (Documentation/security/siphash.rst), at 60 instructions less than SipHash.
 * IPv6 is folded to IPv4's size before it is hashed: with secret multipliers two
 * addresses meet by chance only (Carter and Wegman 1979).
 */
static hsiphash_key_t hash_key __read_mostly;
static u64 hash_mix[6] __read_mostly;

static struct {
	spinlock_t lock; /* protects the lists of its buckets */
} ____cacheline_aligned_in_smp stripes[STRIPES];

/**
 * struct budget - what owners of one kind may have of the table
 * @flows:     linked
 * @allocated: these, and those that wait for a grace period
 * @max:       bound of @flows
 * @limit:     when it was last said that there is no room
 * @advice:    and what can be done about it
 */
struct budget {
	atomic_t flows;
	atomic_t allocated;
	u32 max;
	struct ratelimit_state limit;
	const char *advice;
} ____cacheline_aligned_in_smp;

/* A flood fills it for as long as it lasts; once a minute says as much. */
static struct budget first = {
	.limit = RATELIMIT_STATE_INIT(first.limit, 60 * HZ, 1),
	.advice = "new connections pass unguarded; raise max_flows",
};

static struct budget guests = {
	.limit = RATELIMIT_STATE_INIT(guests.limit, 60 * HZ, 1),
	.advice = "new connections of namespaces other than the first pass unguarded; "
		  "raise guest_flows",
};

static void gc_work_fn(struct work_struct *work);
static DECLARE_DEFERRABLE_WORK(gc_work, gc_work_fn);
static u32 gc_cursor; /* of gc_work_fn() alone */

/* By what a flow's key says: its namespace is not known any more when it is freed. */
static struct budget *budget_of(u32 inum)
{
	return inum == init_net.ns.inum ? &first : &guests;
}

/**
 * rstg_table_share() - how many flows may a namespace have at most?
 * @net: namespace; others than the first share with each other
 */
u32 rstg_table_share(const struct net *net)
{
	return budget_of(net->ns.inum)->max;
}

/**
 * rstg_table_max_flows() - how many flows may all namespaces have together?
 */
u32 rstg_table_max_flows(void)
{
	return first.max + guests.max;
}

u32 rstg_table_hashsize(void)
{
	return bucket_mask + 1;
}

static spinlock_t *stripe_of(u32 bucket)
{
	return &stripes[bucket & (STRIPES - 1)].lock;
}

/*
 * A key whose addresses are still where the packet was parsed: nothing is copied
 * to look a flow up.
 */
struct lookup {
	const struct rstg_addr *addr[2];
	u32 port[2];	/* not u16: the compiler would join two in memory */
	u32 inum;
	u32 l3mdev;
};

/* Any order of two endpoints will do that is the same for both directions. */
static __always_inline bool in_order(const struct rstg_pkt *pkt)
{
	int order;

	if (likely(pkt->saddr.w[3] != pkt->daddr.w[3]))
		return pkt->saddr.w[3] < pkt->daddr.w[3];
	order = memcmp(&pkt->saddr, &pkt->daddr, sizeof(pkt->saddr));
	return order ? order < 0 : pkt->sport <= pkt->dport;
}

/* Returns which endpoint of the key is the sender. */
static __always_inline unsigned int lookup_packet(struct lookup *l, const struct rstg_pkt *pkt,
						  const struct rstg_net *rnet, u32 l3mdev)
{
	const bool ordered = in_order(pkt);

	l->addr[0] = ordered ? &pkt->saddr : &pkt->daddr;
	l->addr[1] = ordered ? &pkt->daddr : &pkt->saddr;
	l->port[0] = ordered ? pkt->sport : pkt->dport;
	l->port[1] = ordered ? pkt->dport : pkt->sport;
	l->inum = rnet->net->ns.inum;
	l->l3mdev = l3mdev;
	return !ordered;
}

static void lookup_key(struct lookup *l, const struct rstg_key *key)
{
	l->addr[0] = &key->addr[0];
	l->addr[1] = &key->addr[1];
	l->port[0] = key->port[0];
	l->port[1] = key->port[1];
	l->inum = key->inum;
	l->l3mdev = key->l3mdev;
}

/* The part of an IPv6 address that IPv4 does not have; see hash_mix. */
static u32 mix(const struct rstg_addr *a, const u64 *k)
{
	return (k[0] * a->w[0] + k[1] * a->w[1] + k[2] * a->w[2]) >> 32;
}

static __always_inline u32 bucket_of(const struct lookup *l)
{
	const struct rstg_addr *a = l->addr[0], *b = l->addr[1];
	u32 low = a->w[3], high = b->w[3];

	/* IPv4 differs in the last words only. */
	if (unlikely(a->w[0] | a->w[1])) {
		low += mix(a, &hash_mix[0]);
		high += mix(b, &hash_mix[3]);
	}
	return hsiphash_4u32(low, high, l->port[0] << 16 | l->port[1],
			     l->inum ^ l->l3mdev, &hash_key) & bucket_mask;
}

static __always_inline bool key_is(const struct rstg_key *key, const struct lookup *l)
{
	/* Ports and last words differ most: memcmp() is left to the rest, which
	 * is nearly always equal by then.
	 */
	return key->port[0] == l->port[0] && key->port[1] == l->port[1] &&
	       key->addr[0].w[3] == l->addr[0]->w[3] &&
	       key->addr[1].w[3] == l->addr[1]->w[3] &&
	       key->inum == l->inum && key->l3mdev == l->l3mdev &&
	       !memcmp(key->addr[0].w, l->addr[0]->w, 12) &&
	       !memcmp(key->addr[1].w, l->addr[1]->w, 12);
}

/**
 * rstg_key_equal() - do two keys name the same flow?
 * @a: key
 * @b: key
 */
bool rstg_key_equal(const struct rstg_key *a, const struct rstg_key *b)
{
	struct lookup l;

	lookup_key(&l, b);
	return key_is(a, &l);
}

static __always_inline struct rstg_entry *find(u32 bucket, const struct lookup *l)
{
	struct rstg_entry *e;

	hlist_for_each_entry_rcu(e, &buckets[bucket], node,
				 lockdep_is_held(stripe_of(bucket)))
		if (key_is(&e->key, l))
			return e;
	return NULL;
}

/**
 * rstg_table_lookup() - find a packet's flow
 * @rnet:   where it was seen
 * @pkt:    packet
 * @l3mdev: VRF or 0
 * @d:      result, also without a flow: which endpoint of the key is its sender
 *
 * Context: RCU read side; the entry is valid until it ends, though it may be
 *          unlinked meanwhile. Take its lock to look at the flow.
 * Return: the entry or NULL.
 */
struct rstg_entry *rstg_table_lookup(const struct rstg_net *rnet, const struct rstg_pkt *pkt,
				     u32 l3mdev, unsigned int *d)
{
	struct lookup l;

	*d = lookup_packet(&l, pkt, rnet, l3mdev);
	return find(bucket_of(&l), &l);
}

/**
 * rstg_table_find() - find a flow again
 * @key: its key
 *
 * Context, return: as rstg_table_lookup().
 */
struct rstg_entry *rstg_table_find(const struct rstg_key *key)
{
	struct lookup l;

	lookup_key(&l, key);
	return find(bucket_of(&l), &l);
}

static void entry_free_rcu(struct rcu_head *rcu)
{
	struct rstg_entry *e = container_of(rcu, struct rstg_entry, rcu);

	atomic_dec(&budget_of(e->key.inum)->allocated);
	rstg_talk_forget(e);
	kmem_cache_free(entry_cache, e);
}

/* Under the bucket's lock. */
static void entry_unlink(struct rstg_entry *e)
{
	hlist_del_rcu(&e->node);
	atomic_dec(&e->rnet->flows);
	atomic_dec(&budget_of(e->key.inum)->flows);
	call_rcu(&e->rcu, entry_free_rcu);
}

static bool has_held(const struct rstg_flow *flow)
{
	return (flow->rst[0].flags | flow->rst[1].flags) & RSTG_RST_HELD;
}

/**
 * rstg_entry_renew() - begin a flow anew that has expired
 * @e:    entry
 * @d:    sender of the packet that found it
 * @beat: its time
 *
 * The collector comes by once in 32 s. What a flow remembers must not depend on
 * when: the packet is the first of another connection, whoever's it is.
 *
 * Context: @e's lock is held.
 */
void rstg_entry_renew(struct rstg_entry *e, unsigned int d, u32 beat)
{
	if (has_held(&e->flow) || !rstg_flow_expired(&e->flow, beat))
		return;
	rstg_flow_begin(&e->flow, d);
	rstg_talk_forget(e);
}

/*
 * How gladly a flow is given up: by these, then by how long nothing was heard of it.
 * An open flow never is, or a flood of spoofed SYNs would take what it is there to take.
 */
enum worth {
	WORTH_KEEPING,
	WORTH_HALF,	/* one side has closed, and the other has been silent for a minute */
	WORTH_EMBRYO,	/* never established */
	WORTH_OVER,	/* both have closed, or one was reset */
	WORTH_NOTHING,	/* expired */
};

#define WORTH_SHIFT	28

static u32 rank(enum worth worth, u32 idle)
{
	return worth << WORTH_SHIFT | min_t(u32, idle, BIT(WORTH_SHIFT) - 1);
}

static bool is_over(const struct rstg_flow *f)
{
	const u16 a = f->dir[0].flags, b = f->dir[1].flags;

	return (a | b) & RSTG_D_RST || a & b & RSTG_D_FIN;
}

static u32 rank_flow(const struct rstg_flow *f, u32 beat)
{
	const u32 idle = rstg_flow_idle(f, beat);

	/* The proof that its reset waits for would find no flow. */
	if (has_held(f))
		return 0;
	if (rstg_flow_expired(f, beat))
		return rank(WORTH_NOTHING, idle);
	if (is_over(f) && idle > EVICT_REST)
		return rank(WORTH_OVER, idle);
	if (!rstg_flow_open(f))
		return rank(WORTH_EMBRYO, idle);
	if (rstg_flow_closing(f) && idle > EVICT_HALF)
		return rank(WORTH_HALF, idle);
	return 0;
}

static u32 rank_entry(struct rstg_entry *e, u32 beat)
{
	u32 r;

	spin_lock(&e->lock);
	r = rank_flow(&e->flow, beat);
	spin_unlock(&e->lock);
	return r;
}

static bool is_expired(u32 r)
{
	return r >= rank(WORTH_NOTHING, 0);
}

/**
 * struct eviction - a search for a flow to give up for a new one
 * @rnet:   whose new one
 * @others: another owner's flow on the same budget will do, if it has expired
 * @beat:   now
 * @found:  there was one that could have been asked for, in the bucket looked into last
 */
struct eviction {
	const struct rstg_net *rnet;
	bool others;
	u32 beat;
	bool found;
};

static u32 rank_for(struct eviction *v, struct rstg_entry *e)
{
	u32 r;

	if (e->rnet == v->rnet) {
		v->found = true;
		return rank_entry(e, v->beat);
	}
	if (!v->others || budget_of(e->key.inum) != budget_of(v->rnet->net->ns.inum))
		return 0;
	v->found = true;
	r = rank_entry(e, v->beat);
	return is_expired(r) ? r : 0;
}

/* Give up the least worth of a bucket if its rank is @least or more. Returns its rank. */
static u32 evict_from(struct eviction *v, u32 bucket, u32 least)
{
	struct rstg_entry *e, *victim = NULL;
	u32 r, best = 0;

	v->found = false;
	spin_lock_bh(stripe_of(bucket));
	hlist_for_each_entry(e, &buckets[bucket], node) {
		r = rank_for(v, e);
		if (r > best) {
			best = r;
			victim = e;
		}
	}
	if (victim && best >= least) {
		rstg_count(victim->rnet, RSTG_STAT_FLOW_EVICTED);
		entry_unlink(victim);
	}
	spin_unlock_bh(stripe_of(bucket));
	return best;
}

/*
 * Make room near a bucket: the first that has expired, else the least worth of all that
 * were looked at, which by then may be somewhat more worth than it was.
 */
static bool evict(struct eviction *v, u32 bucket)
{
	u32 r, best = 0, best_bucket = 0, steps, seen = 0;

	for (steps = 0; steps < EVICT_WALK && seen < EVICT_BUCKETS; steps++) {
		bucket = (bucket + 1) & bucket_mask;
		if (hlist_empty(&buckets[bucket]))
			continue;
		r = evict_from(v, bucket, rank(WORTH_NOTHING, 0));
		if (is_expired(r))
			return true;
		if (r > best) {
			best = r;
			best_bucket = bucket;
		}
		seen += v->found;
		steps += EVICT_FOREIGN * !v->found;
	}
	return best && evict_from(v, best_bucket, 1);
}

static void warn_full(struct budget *b)
{
	if (___ratelimit(&b->limit, KBUILD_MODNAME))
		pr_warn("flow table full: %s\n", b->advice);
}

static u32 backlog_max(const struct budget *b)
{
	return max_t(u32, b->max / BACKLOG_SHARE, BACKLOG_MIN);
}

/*
 * Count first, then look: two CPUs must not both take the last place. A guest that is at
 * the end of the common budget gives up flows of its own, so that it cannot make those of
 * other guests go.
 */
static bool reserve(struct rstg_net *rnet, u32 bucket, u32 max_flows, u32 beat)
{
	struct budget *b = budget_of(rnet->net->ns.inum);
	struct eviction v = { .rnet = rnet, .beat = beat };

	/* First, lest a flow is given up for one that there is no memory for. */
	if (atomic_inc_return(&b->allocated) > b->max + backlog_max(b))
		goto undo_allocated;
	if (atomic_inc_return(&rnet->flows) > max_flows && !evict(&v, bucket))
		goto undo_net;
	v.others = true;
	if (atomic_inc_return(&b->flows) > b->max && !evict(&v, bucket))
		goto undo_flows;
	return true;

undo_flows:
	atomic_dec(&b->flows);
undo_net:
	atomic_dec(&rnet->flows);
undo_allocated:
	atomic_dec(&b->allocated);
	return false;
}

static void unreserve(struct rstg_net *rnet)
{
	struct budget *b = budget_of(rnet->net->ns.inum);

	atomic_dec(&b->allocated);
	atomic_dec(&b->flows);
	atomic_dec(&rnet->flows);
}

/**
 * rstg_table_insert() - begin a flow
 * @rnet:      where the packet was seen
 * @pkt:       its first packet
 * @l3mdev:    VRF or 0
 * @max_flows: limit of this namespace
 *
 * Context: RCU read side, softirq or process; takes bucket locks.
 * Return: the entry, also when another CPU was quicker; NULL when there is no
 *         room, which is counted. The packet then passes untracked.
 */
struct rstg_entry *rstg_table_insert(struct rstg_net *rnet, const struct rstg_pkt *pkt,
				     u32 l3mdev, u32 max_flows)
{
	u32 bucket, beat = rstg_beat(ktime_get_ns());
	struct rstg_entry *e, *other;
	unsigned int first;
	struct lookup l;

	first = lookup_packet(&l, pkt, rnet, l3mdev);
	bucket = bucket_of(&l);
	if (!reserve(rnet, bucket, max_flows, beat)) {
		rstg_count(rnet, RSTG_STAT_FLOW_FULL);
		warn_full(budget_of(rnet->net->ns.inum));
		return NULL;
	}
	e = kmem_cache_zalloc(entry_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!e) {
		unreserve(rnet);
		rstg_count(rnet, RSTG_STAT_FLOW_NOMEM);
		return NULL;
	}
	e->key.addr[0] = *l.addr[0];
	e->key.addr[1] = *l.addr[1];
	e->key.port[0] = l.port[0];
	e->key.port[1] = l.port[1];
	e->key.inum = l.inum;
	e->key.l3mdev = l.l3mdev;
	e->rnet = rnet;
	spin_lock_init(&e->lock);
	e->flow.dir[first].flags = RSTG_D_FIRST;

	spin_lock_bh(stripe_of(bucket));
	other = find(bucket, &l);
	if (unlikely(other)) {
		spin_unlock_bh(stripe_of(bucket));
		kmem_cache_free(entry_cache, e);
		unreserve(rnet);
		return other;
	}
	hlist_add_head_rcu(&e->node, &buckets[bucket]);
	spin_unlock_bh(stripe_of(bucket));
	rstg_count(rnet, RSTG_STAT_FLOW_NEW);
	return e;
}

/* Unlink what @rnet owns or, with NULL, what has expired. Returns how many. */
static u32 sweep_bucket(u32 bucket, const struct rstg_net *rnet, u32 beat)
{
	struct rstg_entry *e;
	struct hlist_node *next;
	u32 n = 0;

	if (hlist_empty(&buckets[bucket]))
		return 0;

	spin_lock_bh(stripe_of(bucket));
	hlist_for_each_entry_safe(e, next, &buckets[bucket], node) {
		if (rnet ? e->rnet != rnet : !is_expired(rank_entry(e, beat)))
			continue;
		if (!rnet)
			rstg_count(e->rnet, RSTG_STAT_FLOW_EXPIRED);
		entry_unlink(e);
		n++;
	}
	spin_unlock_bh(stripe_of(bucket));
	return n;
}

static void gc_work_fn(struct work_struct *work)
{
	u32 slice = max_t(u32, (bucket_mask + 1) / GC_SLICES, 1);
	u32 beat = rstg_beat(ktime_get_ns());

	while (slice--) {
		sweep_bucket(gc_cursor, NULL, beat);
		gc_cursor = (gc_cursor + 1) & bucket_mask;
		cond_resched();
	}
	queue_delayed_work(system_power_efficient_wq, &gc_work, GC_INTERVAL);
}

/**
 * rstg_table_flush() - forget a namespace's flows
 * @rnet: namespace whose hooks are gone, so that nothing is inserted meanwhile
 *
 * Context: process; may sleep.
 */
void rstg_table_flush(struct rstg_net *rnet)
{
	u32 i;

	for (i = 0; i <= bucket_mask && atomic_read(&rnet->flows); i++) {
		sweep_bucket(i, rnet, 0);
		cond_resched();
	}
}

/**
 * rstg_table_walk() - show the flows of a namespace
 * @rnet:   namespace
 * @cursor: where to begin, all 0 at first; on return where to go on
 * @fn:     called with a copy of each flow; non-zero stops before it
 * @arg:    for @fn
 *
 * What is inserted or removed between two steps may be missed or shown twice.
 *
 * Context: process; @fn runs on the RCU read side and must not sleep.
 * Return: 0 at the end of the table, else what @fn returned.
 */
int rstg_table_walk(const struct rstg_net *rnet, unsigned long cursor[2],
		    rstg_walk_fn fn, void *arg)
{
	struct rstg_flow flow;
	struct rstg_entry *e;
	unsigned long i;
	int err;

	for (; cursor[0] <= bucket_mask; cursor[0]++, cursor[1] = 0) {
		i = 0;
		rcu_read_lock();
		hlist_for_each_entry_rcu(e, &buckets[cursor[0]], node) {
			if (e->rnet != rnet || i++ < cursor[1])
				continue;
			spin_lock_bh(&e->lock);
			flow = e->flow;
			spin_unlock_bh(&e->lock);
			err = fn(&e->key, &flow, arg);
			if (err) {
				rcu_read_unlock();
				return err;
			}
			cursor[1] = i;
		}
		rcu_read_unlock();
		cond_resched();
	}
	return 0;
}

static u32 default_hashsize(void)
{
	u64 bytes = (u64)totalram_pages() << PAGE_SHIFT;

	/* A 32-bit kernel has less than 1 GiB for what it allocates itself. */
	if (IS_ENABLED(CONFIG_64BIT) && bytes > 4ULL * SZ_1G)
		return BUCKETS_4G;
	if (bytes > SZ_1G)
		return BUCKETS_1G;
	do_div(bytes, MEMORY_SHARE * (u32)sizeof(struct hlist_head));
	return max_t(u32, bytes, BUCKETS_MIN);
}

static int __init set_budgets(u32 n, u32 max_flows, s32 guest_flows)
{
	first.max = max_flows ?: n;
	guests.max = guest_flows < 0 ? max_t(u32, first.max / GUEST_SHARE, 1) : guest_flows;
	if (first.max > FLOWS_HARD_MAX) {
		pr_err("max_flows=%u: at most %u\n", first.max, FLOWS_HARD_MAX);
		return -EINVAL;
	}
	if (guests.max > FLOWS_HARD_MAX) {
		pr_err("guest_flows=%u: at most %u\n", guests.max, FLOWS_HARD_MAX);
		return -EINVAL;
	}
	return 0;
}

int __init rstg_table_init(u32 hashsize, u32 max_flows, s32 guest_flows)
{
	u32 i, n = hashsize ?: default_hashsize();
	int err;

	/* Five cache lines, of which an ordinary packet touches two. */
	BUILD_BUG_ON(sizeof(spinlock_t) == 4 && sizeof(struct rstg_entry) > 320);
	/* The hot path reads the key and writes one direction: a line each. */
	BUILD_BUG_ON(sizeof(spinlock_t) == 4 &&
		     offsetof(struct rstg_entry, flow) != 64);

	if (n > BUCKETS_HARD_MAX) {
		pr_err("hashsize=%u: at most %lu buckets\n", n, BUCKETS_HARD_MAX);
		return -EINVAL;
	}
	n = roundup_pow_of_two(n);
	err = set_budgets(n, max_flows, guest_flows);
	if (err)
		return err;

	buckets = kvcalloc(n, sizeof(*buckets), GFP_KERNEL);
	if (!buckets)
		return -ENOMEM;
	entry_cache = kmem_cache_create("rstguard_flow", sizeof(struct rstg_entry),
					0, SLAB_HWCACHE_ALIGN, NULL);
	if (!entry_cache) {
		kvfree(buckets);
		return -ENOMEM;
	}
	for (i = 0; i < STRIPES; i++)
		spin_lock_init(&stripes[i].lock);
	get_random_bytes(&hash_key, sizeof(hash_key));
	get_random_bytes(hash_mix, sizeof(hash_mix));
	bucket_mask = n - 1;
	queue_delayed_work(system_power_efficient_wq, &gc_work, GC_INTERVAL);
	return 0;
}

/* After the last namespace: every bucket is empty. */
void rstg_table_exit(void)
{
	cancel_delayed_work_sync(&gc_work);
	/* entry_free_rcu() is our code and frees into our cache. */
	rcu_barrier();
	WARN_ON_ONCE(atomic_read(&first.allocated) || atomic_read(&guests.allocated));
	kmem_cache_destroy(entry_cache);
	kvfree(buckets);
}
