// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a packet to its readers: a token bucket, a bounded ring, a work item.
 *
 * The packet path copies a flat struct under a short lock and goes on. Message
 * building, allocation and printing happen in the work item. What does not fit
 * is counted, and every event carries the count.
 */
#include <linux/ktime.h>
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

static bool take_token(struct rstg_events *evs, const struct rstg_event *ev, bool plain)
{
	if (ev->type == RSTGUARD_EVENT_TYPE_CLOSE)
		return rstg_bucket_take(&evs->closings, CLOSINGS_PER_SECOND, CLOSINGS_MAX, 0);
	return rstg_bucket_take(&evs->bucket, TOKENS_PER_SECOND, TOKENS_MAX,
				plain ? TOKENS_RESERVED : 0);
}

/**
 * rstg_event_post() - queue an event
 * @rnet: namespace
 * @ev:   event; @ev->seq is filled in here
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
		queue_work(system_power_efficient_wq, &evs->work);
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

/* dmesg is for the machine's owner: not for what a container does to itself. */
static bool prints(const struct net *net)
{
	return net->user_ns == &init_user_ns;
}

static void print_notice(const struct rstg_event *ev)
{
	const struct rstg_pkt *pkt = &ev->pkt;
	const char *text = rstg_notices[ev->notice].text;

	if (rstg_addr_is_v4(&pkt->saddr))
		pr_info("STARTTLS %pI4:%u > %pI4:%u: %s\n", &pkt->saddr.w[3], pkt->sport,
			&pkt->daddr.w[3], pkt->dport, text);
	else
		pr_info("STARTTLS [%pI6c]:%u > [%pI6c]:%u: %s\n", pkt->saddr.w, pkt->sport,
			pkt->daddr.w, pkt->dport, text);
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
		print_notice(ev);
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

static void events_work_fn(struct work_struct *work)
{
	struct rstg_events *evs = container_of(work, struct rstg_events, work);
	const struct rstg_net *rnet = evs->rnet;
	struct rstg_event ev;
	u32 lost;

	while (next_event(evs, &ev, &lost)) {
		if (notable(&ev) && prints(rnet->net))
			print(&ev);
		if (!rstg_netlink_listened(rnet))
			continue;
		if (!rstg_netlink_send(rnet, &ev, lost)) {
			rstg_count(rnet, RSTG_STAT_EVENT_SENT);
			continue;
		}
		rstg_count(rnet, RSTG_STAT_EVENT_NOMEM);
		spin_lock_bh(&evs->lock);
		evs->lost++;
		spin_unlock_bh(&evs->lock);
	}
}

/**
 * rstg_events_init() - set up the queue of a namespace
 * @evs:  queue
 * @rnet: namespace that it is part of
 */
int rstg_events_init(struct rstg_events *evs, struct rstg_net *rnet)
{
	evs->ring = kvcalloc(RSTG_EVENT_RING, sizeof(*evs->ring), GFP_KERNEL);
	if (!evs->ring)
		return -ENOMEM;
	spin_lock_init(&evs->lock);
	rstg_bucket_init(&evs->bucket, TOKENS_MAX);
	rstg_bucket_init(&evs->closings, CLOSINGS_MAX);
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
