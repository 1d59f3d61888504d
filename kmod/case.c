// SPDX-License-Identifier: GPL-2.0-only
/*
 * A case: resets of one flow in the name of one sender, which wait for one decision.
 *
 * What is here decides nothing and queues nothing, it says when what is due. All of it
 * happens under the lock of the hold that the case is in, but for what is done to packets
 * that were taken out.
 */
#include <linux/ktime.h>
#include <linux/slab.h>

#include "case.h"
#include "limits.h"

/*
 * A question or its answer may get lost: it is asked again. Within a quick wait that makes
 * sense once, and early enough for the answer. A patient one goes on, for a peer that sleeps
 * and whose network throws away what comes meanwhile.
 */
#define QUICK_TRIES	2
#define PATIENT_TRIES	6
#define PATIENT_GAP_NS	(250 * NSEC_PER_MSEC)	/* doubles each time */
/*
 * Linux answers an empty old segment once in 500 ms (tcp_invalid_ratelimit); the rest is
 * for the path's jitter. With 520 ms a question now and then had no answer on a loaded
 * machine, and a mimic that shoots at each packet needs only one such.
 */
#define EMPTY_GAP_NS	(600 * NSEC_PER_MSEC)
/* What has an octet is always answered; so that one flow does not use up all questions. */
#define OCTET_GAP_NS	(10 * NSEC_PER_MSEC)
/*
 * From one decision about a sender to the first question of the next: an injector that
 * shoots at every segment shoots at questions and answers, too, and would have us ask as
 * fast as it can, until there is no question left for others (seen: 612 shots at an idle
 * connection within 3 s, and the last of its resets let go unasked).
 */
#define DECISION_GAP_NS	(100 * NSEC_PER_MSEC)

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
	h->bytes = skb->truesize;
	h->resets = 1;
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
 * rstg_case_new() - an empty case, decided
 * @e: flow
 * @d: alleged sender
 *
 * Return: it, in no list; NULL without memory.
 */
struct rstg_case *rstg_case_new(const struct rstg_entry *e, unsigned int d)
{
	struct rstg_case *c = kzalloc(sizeof(*c), GFP_ATOMIC | __GFP_NOWARN);

	if (!c)
		return NULL;
	c->key = e->key;
	c->d = d;
	INIT_LIST_HEAD(&c->held);
	timerqueue_init(&c->end);
	timerqueue_init(&c->ask);
	return c;
}

/**
 * rstg_case_open() - from now on it waits
 * @c:      decided
 * @cfg:    of the namespace
 * @e:      its flow, locked
 * @ev:     the reset that opens it
 * @now_ns: real time
 * @time:   of the hold's clock
 */
void rstg_case_open(struct rstg_case *c, const struct rstg_cfg *cfg,
		    const struct rstg_entry *e, const struct rstg_event *ev, u64 now_ns,
		    u64 time)
{
	c->max = (u64)cfg->hold_max_ms * NSEC_PER_MSEC;
	c->quick = clamp_t(u64, rstg_rtt_wait_ns(&e->flow.side[c->d].est),
			   (u64)cfg->hold_min_ms * NSEC_PER_MSEC, c->max);
	c->wait = c->quick;
	c->limit = time + c->max;
	/* Two that begin within one tick of the clock are still two. */
	c->came = max(now_ns, c->came + 1);
	c->open = true;
	c->patient = false;
	c->leaving = false;
	c->again = false;
	c->tries = 0;
	c->probes = 0;
	c->resets = 0;
	c->score = ev->op.score;
	c->ev = *ev;
}

/**
 * rstg_case_extend() - one more reset: it may look worse, and be worth a longer wait
 * @c:       open
 * @ev:      the reset
 * @patient: wait for it as long as settings allow
 */
void rstg_case_extend(struct rstg_case *c, const struct rstg_event *ev, bool patient)
{
	c->score = max(c->score, ev->op.score);
	if (!patient)
		return;
	c->patient = true;
	c->wait = c->max;
}

static u64 gap_of(const struct rstg_case *c)
{
	return c->q_len ? OCTET_GAP_NS : EMPTY_GAP_NS;
}

/* From the last question of one decision to the first of the next. */
static u64 decision_gap(const struct rstg_case *c)
{
	return max_t(u64, gap_of(c), DECISION_GAP_NS);
}

/**
 * rstg_case_first_ask() - when is the first question due?
 * @c:    just opened
 * @time: of the hold's clock
 *
 * It keeps the gap to the last one of the decision before.
 */
u64 rstg_case_first_ask(const struct rstg_case *c, u64 time)
{
	return c->asked ? max(time, c->asked + decision_gap(c)) : time;
}

/**
 * rstg_case_next_ask() - when is the next one due?
 * @c: asked just now
 *
 * Return: time, %U64_MAX when there is none.
 */
u64 rstg_case_next_ask(const struct rstg_case *c)
{
	u64 after;

	if (c->tries >= (c->patient ? PATIENT_TRIES : QUICK_TRIES))
		return U64_MAX;
	/*
	 * 0.3 of the wait: then the second answer comes within it as well. And when an answer
	 * that does not name its question is believed.
	 */
	after = max(c->quick / 4 + c->quick / 16, RSTG_OVERTAKEN_NS);
	if (c->tries > 1)
		after = (u64)PATIENT_GAP_NS << (c->tries - 2);
	return c->asked + max(after, gap_of(c));
}

/**
 * rstg_case_deadline() - until when is an answer waited for?
 * @c:    case
 * @time: when the first question was sent, or found impossible
 */
u64 rstg_case_deadline(const struct rstg_case *c, u64 time)
{
	return min(c->limit, time + c->wait);
}

/**
 * rstg_case_forget() - until when must the question be remembered?
 * @c: decided
 *
 * Return: time, 0 when it need not be.
 */
u64 rstg_case_forget(const struct rstg_case *c)
{
	return c->asked ? c->asked + decision_gap(c) : 0;
}

/**
 * rstg_case_alike() - is one alike held?
 * @c:   open
 * @pkt: a reset
 *
 * The receiver's answer to a second reset alike is the same as to the first, so
 * one of them stands for both: none is lost, and a flood is one packet.
 */
struct rstg_held *rstg_case_alike(const struct rstg_case *c, const struct rstg_pkt *pkt)
{
	struct rstg_held *h;

	list_for_each_entry(h, &c->held, node)
		if (h->seq == pkt->seq && h->flags == pkt->flags)
			return h;
	return NULL;
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
