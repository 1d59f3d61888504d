// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a packet to its readers: token buckets, a bounded ring, a work item.
 *
 * The packet path copies a flat struct under a short lock and goes on. Message
 * building, allocation and printing happen in the work item. What does not fit
 * is counted, and every event carries the count.
 *
 * Whoever sends resets by the thousand must not use up what others need to be told: of a
 * burst not each one is told, the connections between two networks have a share, and
 * only then do all take from the same bucket. Nor is a namespace that anybody may make
 * served ahead of the first one.
 */
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/random.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/user_namespace.h>

#include "event.h"
#include "net.h"

/* A person reads at most a few a second; a daemon is served by the burst. */
#define TOKENS_PER_SECOND	50
#define TOKENS_MAX		200
/* Genuine resets must not use up what a forged one needs to be told. */
#define TOKENS_RESERVED		100
/*
 * Of these one pair of networks gets a quarter in the long run, and no more than half of
 * what is reserved at once: enough for a burst of three on each of 16 connections.
 */
#define SHARE_PER_SECOND	12
#define SHARE_MAX		50
#define SHARE_RESERVED		25
/*
 * Of one burst each is told up to here, then those whose number is a power of two: a host
 * that closed with a window of data on its way resets some ten times, known injectors up to
 * five times, and each is evidence. What is more is a flood.
 */
#define BURST_TOLD		16
/* Then the work item goes behind those of other namespaces. */
#define EVENTS_A_RUN		16
/* Closings have their own: a mail server under load must not fall silent about resets. */
#define CLOSINGS_PER_SECOND	100
#define CLOSINGS_MAX		200

static_assert((int)RSTG_GENUINE == (int)RSTGUARD_VERDICT_GENUINE);
static_assert((int)RSTG_SUSPECT == (int)RSTGUARD_VERDICT_SUSPECT);
static_assert((int)RSTG_FORGED == (int)RSTGUARD_VERDICT_FORGED);
static_assert((int)RSTG_PROOF_NONE == (int)RSTGUARD_PROOF_NONE);
static_assert((int)RSTG_PROOF_DATA == (int)RSTGUARD_PROOF_DATA);
static_assert((int)RSTG_PROOF_ACK == (int)RSTGUARD_PROOF_ACK);
static_assert((int)RSTG_PROOF_SYNACK == (int)RSTGUARD_PROOF_SYNACK);
static_assert((int)RSTG_PROOF_PROBE == (int)RSTGUARD_PROOF_PROBE);

/* Something that its reader does not expect? */
static bool notable(const struct rstg_event *ev)
{
	return ev->op.verdict != RSTG_GENUINE || ev->type == RSTGUARD_EVENT_TYPE_STARTTLS;
}

/* One more of the same, which tells nothing new? A life event has their number. */
static bool repeated(const struct rstg_event *ev)
{
	return ev->type == RSTGUARD_EVENT_TYPE_RST && ev->nth > BURST_TOLD &&
	       !is_power_of_2(ev->nth);
}

/* A network: what one household or provider has as a whole, /24 or /48. */
static u32 hash_network(const struct rstg_addr *a, const hsiphash_key_t *key)
{
	if (rstg_addr_is_v4(a))
		return hsiphash_1u32(ntohl((__force __be32)a->w[3]) >> 8, key);
	return hsiphash_2u32(a->w[0], ntohl((__force __be32)a->w[1]) >> 16, key);
}

/* The same for both directions. */
static struct rstg_bucket *share_of(struct rstg_events *evs, const struct rstg_pkt *pkt)
{
	u32 hash = hash_network(&pkt->saddr, &evs->key) + hash_network(&pkt->daddr, &evs->key);

	return &evs->share[hash % RSTG_EVENT_SHARES];
}

static bool take_token(struct rstg_events *evs, const struct rstg_event *ev, bool plain)
{
	if (ev->type == RSTGUARD_EVENT_TYPE_CLOSE)
		return rstg_bucket_take(&evs->closings, CLOSINGS_PER_SECOND, CLOSINGS_MAX, 0);
	if (!rstg_bucket_take(share_of(evs, &ev->pkt), SHARE_PER_SECOND, SHARE_MAX,
			      plain ? SHARE_RESERVED : 0))
		return false;
	return rstg_bucket_take(&evs->bucket, TOKENS_PER_SECOND, TOKENS_MAX,
				plain ? TOKENS_RESERVED : 0);
}

/* dmesg is for the machine's owner: not for what a container does to itself. */
static bool owned_by_host(const struct net *net)
{
	return net->user_ns == &init_user_ns;
}

/* What others do to their own namespaces waits in a queue of its own. */
static void queue(struct rstg_events *evs)
{
	queue_work(owned_by_host(evs->rnet->net) ? system_power_efficient_wq : system_unbound_wq,
		   &evs->work);
}

/**
 * rstg_event_post() - queue an event
 * @rnet: namespace
 * @ev:   event; @ev->seq is filled in here
 *
 * One of a burst that is not told by itself has no number and is not lost.
 *
 * Context: any but hard interrupt; no lock of ours may be held.
 */
void rstg_event_post(struct rstg_net *rnet, struct rstg_event *ev)
{
	bool plain = !notable(ev);
	struct rstg_events *evs = &rnet->events;
	enum rstg_stat missed = RSTG_STAT_MAX;

	/* Nobody asked; and dmesg is for what is notable. */
	if (plain && !rstg_netlink_listened(rnet))
		return;

	if (repeated(ev)) {
		rstg_count(rnet, RSTG_STAT_EVENT_REPEATED);
		return;
	}
	spin_lock_bh(&evs->lock);
	ev->seq = ++evs->seq;
	if (!take_token(evs, ev, plain))
		missed = RSTG_STAT_EVENT_LIMITED;
	else if (evs->n == RSTG_EVENT_RING)
		missed = RSTG_STAT_EVENT_FULL;
	else
		evs->ring[(evs->head + evs->n++) % RSTG_EVENT_RING] = *ev;
	if (missed != RSTG_STAT_MAX)
		evs->lost++;
	spin_unlock_bh(&evs->lock);

	if (missed != RSTG_STAT_MAX)
		rstg_count(rnet, missed);
	else
		queue(evs);
}

static bool next_event(struct rstg_events *evs, struct rstg_event *ev, u32 *lost)
{
	bool any;

	spin_lock_bh(&evs->lock);
	any = evs->n;
	if (any) {
		*ev = evs->ring[evs->head];
		evs->head = (evs->head + 1) % RSTG_EVENT_RING;
		evs->n--;
		*lost = evs->lost;
	}
	spin_unlock_bh(&evs->lock);
	return any;
}

static void print_ends(const char *what, const struct rstg_pkt *pkt, const char *sep,
		       const char *text)
{
	if (rstg_addr_is_v4(&pkt->saddr))
		pr_info("%s %pI4:%u > %pI4:%u%s%s\n", what, &pkt->saddr.w[3], pkt->sport,
			&pkt->daddr.w[3], pkt->dport, sep, text);
	else
		pr_info("%s [%pI6c]:%u > [%pI6c]:%u%s%s\n", what, pkt->saddr.w, pkt->sport,
			pkt->daddr.w, pkt->dport, sep, text);
}

static void print(const struct rstg_event *ev)
{
	static DEFINE_RATELIMIT_STATE(limit, 60 * HZ, 10);
	static const char *const life[] = {
		[RSTG_PROOF_DATA] = ", proof: it sent new data",
		[RSTG_PROOF_ACK] = ", proof: it acknowledged later data",
		[RSTG_PROOF_SYNACK] = ", proof: it accepted the connection",
		[RSTG_PROOF_PROBE] = ", proof: it answered when asked",
	};
	const struct rstg_pkt *pkt = &ev->pkt;
	const char *after = rstg_stages[ev->trigger.stage].name;
	const char *what, *done;

	if (!___ratelimit(&limit, KBUILD_MODNAME))
		return;
	if (ev->type == RSTGUARD_EVENT_TYPE_STARTTLS) {
		print_ends("STARTTLS", pkt, ": ", rstg_notices[ev->notice].text);
		return;
	}
	if (ev->type == RSTGUARD_EVENT_TYPE_FIN) {
		print_ends("forged FIN", pkt, ", ", "proof: it sent more data");
		return;
	}

	what = ev->op.verdict == RSTG_FORGED ? "forged" : "suspect";
	done = ev->action == RSTGUARD_ACTION_DROPPED ? " dropped" : "";
	if (ev->type == RSTGUARD_EVENT_TYPE_LIFE)
		done = life[ev->op.proof];
	if (rstg_addr_is_v4(&pkt->saddr))
		pr_info("%s RST %pI4:%u > %pI4:%u ttl %u score %d families %u after %s%s\n",
			what, &pkt->saddr.w[3], pkt->sport, &pkt->daddr.w[3], pkt->dport,
			pkt->ttl, ev->op.score, ev->op.families, after, done);
	else
		pr_info("%s RST [%pI6c]:%u > [%pI6c]:%u hlim %u score %d families %u after %s%s\n",
			what, pkt->saddr.w, pkt->sport, pkt->daddr.w, pkt->dport,
			pkt->ttl, ev->op.score, ev->op.families, after, done);
}

static void tell(struct rstg_events *evs, const struct rstg_event *ev, u32 lost)
{
	const struct rstg_net *rnet = evs->rnet;

	if (notable(ev) && owned_by_host(rnet->net))
		print(ev);
	if (!rstg_netlink_listened(rnet))
		return;
	if (!rstg_netlink_send(rnet, ev, lost)) {
		rstg_count(rnet, RSTG_STAT_EVENT_SENT);
		return;
	}
	rstg_count(rnet, RSTG_STAT_EVENT_NOMEM);
	spin_lock_bh(&evs->lock);
	evs->lost++;
	spin_unlock_bh(&evs->lock);
}

static void events_work_fn(struct work_struct *work)
{
	struct rstg_events *evs = container_of(work, struct rstg_events, work);
	struct rstg_event ev;
	unsigned int n;
	u32 lost;

	for (n = 0; n < EVENTS_A_RUN; n++) {
		if (!next_event(evs, &ev, &lost))
			return;
		tell(evs, &ev, lost);
	}
	queue(evs);
}

/**
 * rstg_events_init() - set up the queue of a namespace
 * @evs:  queue
 * @rnet: namespace that it is part of
 */
int rstg_events_init(struct rstg_events *evs, struct rstg_net *rnet)
{
	unsigned int i;

	evs->ring = kvcalloc(RSTG_EVENT_RING, sizeof(*evs->ring), GFP_KERNEL);
	if (!evs->ring)
		return -ENOMEM;
	spin_lock_init(&evs->lock);
	rstg_bucket_init(&evs->bucket, TOKENS_MAX);
	rstg_bucket_init(&evs->closings, CLOSINGS_MAX);
	for (i = 0; i < RSTG_EVENT_SHARES; i++)
		rstg_bucket_init(&evs->share[i], SHARE_MAX);
	get_random_bytes(&evs->key, sizeof(evs->key));
	evs->rnet = rnet;
	INIT_WORK(&evs->work, events_work_fn);
	return 0;
}

/**
 * rstg_events_exit() - send no more
 * @evs: queue of a namespace that no packet reaches any more
 */
void rstg_events_exit(struct rstg_events *evs)
{
	cancel_work_sync(&evs->work);
	kvfree(evs->ring);
}
