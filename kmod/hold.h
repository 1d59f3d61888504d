/* SPDX-License-Identifier: GPL-2.0-only */
/* Resets that wait for proof. */
#ifndef _RSTG_HOLD_H
#define _RSTG_HOLD_H

#include <linux/hrtimer.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/timerqueue.h>
#include <linux/workqueue.h>

#include "budget.h"
#include "clock.h"
#include "event.h"
#include "table.h"

struct rstg_net;
struct rstg_cases;

/**
 * struct rstg_hold - the held packets of one namespace
 * @lock:    protects all below but @timer and @work; taken inside an entry's lock
 * @cases:   by flow and sender; NULL until something may be held for the first time
 * @n_open:  of these, how many wait
 * @ages:    those, oldest first
 * @ends:    all of them by when they are decided or forgotten
 * @asks:    those that have a question to ask, by when
 * @clock:   what @ends and @asks go by
 * @dry:     there was a question to send and as many are sent as may be
 * @budget:  how much may be held and asked
 * @leaving: packets of cases that have to make room, no more counted in @budget
 * @dead:    takes no more
 * @asker:   the socket of our questions, while something may be held
 * @rnet:    whose they are
 * @timer:   brings @work about
 * @work:    asks and releases, in process context
 */
struct rstg_hold {
	spinlock_t lock; /* protects the cases, what they hold and when they are due */
	struct rstg_cases *cases;
	unsigned int n_open;
	struct list_head ages;
	struct timerqueue_head ends;
	struct timerqueue_head asks;
	struct rstg_clock clock;
	bool dry;
	struct rstg_budget budget;
	u32 leaving;
	bool dead;
	struct sock *asker;
	struct rstg_net *rnet;
	struct hrtimer timer;
	struct work_struct work;
};

enum rstg_park {
	RSTG_PARKED,		/* the packet is ours */
	RSTG_PARK_BUDGET,	/* as many are held as may be */
	RSTG_PARK_NOMEM,
	RSTG_PARK_UNFIT,	/* a packet that cannot wait */
};

/**
 * struct rstg_held_info - one decision that is waited for, for readers
 * @ev:      the reset and what is thought of it
 * @held_ms: for how long it is held
 * @left_ms: until it is released
 * @probes:  how often its alleged sender was asked
 */
struct rstg_held_info {
	struct rstg_event ev;
	u32 held_ms;
	u32 left_ms;
	u32 probes;
};

void rstg_hold_init(struct rstg_hold *hold, struct rstg_net *rnet);
int rstg_hold_start(struct rstg_hold *hold);
void rstg_hold_stop(struct rstg_hold *hold);
void rstg_hold_free(struct rstg_hold *hold);

enum rstg_park rstg_hold_park(struct rstg_hold *hold, struct sk_buff *skb,
			      const struct nf_hook_state *state,
			      const struct rstg_entry *e, unsigned int d,
			      const struct rstg_event *ev, bool patient, u64 now_ns);
bool rstg_hold_asked(struct rstg_hold *hold, const struct rstg_key *key, unsigned int d,
		     struct rstg_asked *asked);
unsigned int rstg_hold_prove(struct rstg_hold *hold, struct rstg_entry *e, unsigned int d);
bool rstg_hold_get(struct rstg_hold *hold, unsigned long cursor[2],
		   struct rstg_held_info *info);

void rstg_hold_stop_all(void);
int rstg_hold_register(void);
void rstg_hold_unregister(void);

/**
 * rstg_hold_asks() - is this a question of ours on its way out?
 * @hold: of the namespace
 * @skb:  packet
 */
static inline bool rstg_hold_asks(const struct rstg_hold *hold, const struct sk_buff *skb)
{
	return skb->sk && skb->sk == READ_ONCE(hold->asker);
}

#endif /* _RSTG_HOLD_H */
