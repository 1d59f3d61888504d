// SPDX-License-Identifier: GPL-2.0-only
/*
 * A case: resets of one flow in the name of one sender, which wait for one decision.
 *
 * All of it happens under the lock of the hold that the case is in, but for what is
 * done to packets that were taken out.
 */
#include <linux/ktime.h>
#include <linux/slab.h>

#include "case.h"
#include "limits.h"

/* Longer ones have not been seen, on a host with three machines on two CPUs. */
#define STALL_MAX_NS	(5ULL * NSEC_PER_SEC)

/**
 * rstg_held_new() - park a packet
 * @skb:   the packet; the caller's until this has succeeded
 * @state: its hook
 * @pkt:   the same, parsed
 *
 * Context: any.
 * Return: it, or NULL without memory.
 */
struct rstg_held *rstg_held_new(struct sk_buff *skb, const struct nf_hook_state *state,
				const struct rstg_pkt *pkt)
{
	struct rstg_held *h = kmalloc(sizeof(*h), GFP_ATOMIC | __GFP_NOWARN);

	if (!h)
		return NULL;
	h->skb = skb;
	h->state = *state;
	h->seq = pkt->seq;
	h->flags = pkt->flags;
	netdev_hold(h->state.in, &h->tracker, GFP_ATOMIC);
	return h;
}

/**
 * rstg_held_free() - forget a packet that went on, or was never ours
 * @h: in no case
 */
void rstg_held_free(struct rstg_held *h)
{
	netdev_put(h->state.in, &h->tracker);
	kfree(h);
}

/**
 * rstg_held_drop() - the end of a packet
 * @h: in no case
 */
void rstg_held_drop(struct rstg_held *h)
{
	kfree_skb(h->skb);
	rstg_held_free(h);
}

/**
 * rstg_case_new() - an empty case, closed
 * @cfg: of the namespace
 * @e:   flow, locked
 * @d:   alleged sender
 *
 * Return: it, in no list; NULL without memory.
 */
struct rstg_case *rstg_case_new(const struct rstg_cfg *cfg, const struct rstg_entry *e,
				unsigned int d)
{
	struct rstg_case *c = kzalloc(sizeof(*c), GFP_ATOMIC | __GFP_NOWARN);
	u64 rtt = (u64)e->flow.dir[d].rtt << 10;
	u64 wait;

	if (!c)
		return NULL;
	/* Where no answer was ever timed, allow what TCP itself would (RFC 6298 2.1). */
	wait = rtt ? rtt + rtt / 2 + 50 * NSEC_PER_MSEC : NSEC_PER_SEC;
	c->wait = clamp_t(u64, wait, (u64)cfg->hold_min_ms * NSEC_PER_MSEC,
			  (u64)cfg->hold_max_ms * NSEC_PER_MSEC);
	c->key = e->key;
	c->d = d;
	INIT_LIST_HEAD(&c->held);
	c->state = RSTG_CASE_CLOSED;
	return c;
}

/*
 * One answer may get lost, or its sender be too busy for a moment (seen on a loaded
 * machine: 266 ms at a round trip of 113 ms). With evidence against a reset, or a
 * forged one before it, the second question is worth waiting for; without, a
 * genuine one would pay for it.
 */
static u64 deadline_of(const struct rstg_case *c, const struct rstg_cfg *cfg,
		       const struct rstg_event *ev)
{
	u64 first = max(c->asked, c->came), wait = c->wait;

	if (c->ask_at != RSTG_NEVER && !c->probes)
		first = c->ask_at;
	if (ev->op.score >= RSTG_SCORE_DOUBT || c->attacked)
		wait += RSTG_PROBE_GAP_NS;
	return min(first + wait, c->came + (u64)cfg->hold_max_ms * NSEC_PER_MSEC) + c->stalled;
}

/**
 * rstg_case_open() - from now on it waits
 * @c:   closed
 * @cfg: of the namespace
 * @e:   its flow, locked
 * @ev:  the reset that opens it
 * @now: ns
 *
 * Its question may have to keep the gap to that of the decision before.
 */
void rstg_case_open(struct rstg_case *c, const struct rstg_cfg *cfg,
		    const struct rstg_entry *e, const struct rstg_event *ev, u64 now)
{
	c->state = RSTG_CASE_OPEN;
	c->attacked = rstg_flow_attacked(&e->flow);
	c->ev = *ev;
	c->came = now;
	c->resets = 0;
	c->probes = 0;
	c->stalled = 0;
	c->ask_at = c->asked ? max(now, c->asked + RSTG_PROBE_GAP_NS) : now;
	c->deadline = deadline_of(c, cfg, ev);
}

/**
 * rstg_case_extend() - one more reset: the first may have looked better
 * @c:   case
 * @cfg: of the namespace
 * @ev:  the reset
 */
void rstg_case_extend(struct rstg_case *c, const struct rstg_cfg *cfg,
		      const struct rstg_event *ev)
{
	c->deadline = max(c->deadline, deadline_of(c, cfg, ev));
}

/**
 * rstg_case_stall() - some time does not count
 * @c:  open
 * @ns: for so long the machine stood still, and heard no answer
 *
 * Up to a limit: a reset must not be late for ever where it always stands still.
 */
void rstg_case_stall(struct rstg_case *c, u64 ns)
{
	ns = min(ns, STALL_MAX_NS - c->stalled);
	c->stalled += ns;
	c->deadline += ns;
}

/**
 * rstg_case_has() - is one alike held?
 * @c:   case
 * @pkt: a reset
 *
 * The receiver's answer to a second reset alike is the same as to the first, so
 * one of them stands for both: none is lost, and a flood is one packet.
 */
bool rstg_case_has(const struct rstg_case *c, const struct rstg_pkt *pkt)
{
	const struct rstg_held *h;

	list_for_each_entry(h, &c->held, node)
		if (h->seq == pkt->seq && h->flags == pkt->flags)
			return true;
	return false;
}

/**
 * rstg_case_spare() - which of its packets could one more take the place of?
 * @c: full case
 * @f: its flow
 *
 * A full case must not let the next one pass: eight resets beside the mark would
 * open the way for the ninth. The oldest that cannot end the connection goes, else
 * the oldest: what remains ends it as well, and to any other the receiver answers
 * with a challenge, which a dead sender resets (RFC 5961 3.2).
 */
struct rstg_held *rstg_case_spare(const struct rstg_case *c, const struct rstg_flow *f)
{
	struct rstg_held *h;

	list_for_each_entry(h, &c->held, node)
		if (!rstg_track_ends(f, c->d, h->seq))
			return h;
	return list_first_entry(&c->held, struct rstg_held, node);
}
