/* SPDX-License-Identifier: GPL-2.0-only */
/* Resets that wait for proof. */
#ifndef _RSTG_HOLD_H
#define _RSTG_HOLD_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "bucket.h"
#include "event.h"
#include "table.h"

struct rstg_net;

/**
 * struct rstg_hold - the held packets of one namespace
 * @lock:  protects all below; taken inside an entry's lock
 * @cases: one for each alleged sender, oldest first
 * @n:     packets held
 * @dead:  takes no more
 * @ran:   when the work item last looked, 0 with nothing held
 * @probes: how many questions may still be sent
 * @rnet:  whose they are
 * @work:  asks, releases and drops, in process context
 */
struct rstg_hold {
	spinlock_t lock; /* protects the cases and what they hold */
	struct list_head cases;
	unsigned int n;
	bool dead;
	u64 ran;
	struct rstg_bucket probes;
	struct rstg_net *rnet;
	struct delayed_work work;
};

enum rstg_park {
	RSTG_PARKED,		/* the packet is ours */
	RSTG_PARK_BUDGET,	/* as many are held as may be */
	RSTG_PARK_NOMEM,
	RSTG_PARK_UNFIT,	/* a packet that cannot wait */
};

/**
 * struct rstg_held_info - one held packet, for readers
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
void rstg_hold_start(struct rstg_hold *hold);
void rstg_hold_stop(struct rstg_hold *hold);
void rstg_hold_free(struct rstg_hold *hold);

enum rstg_park rstg_hold_park(struct rstg_hold *hold, struct sk_buff *skb,
			      const struct nf_hook_state *state,
			      const struct rstg_entry *e, unsigned int d,
			      const struct rstg_event *ev, u64 now_ns);
u64 rstg_hold_asked(struct rstg_hold *hold, const struct rstg_key *key,
		    unsigned int d);
unsigned int rstg_hold_prove(struct rstg_hold *hold, const struct rstg_key *key,
			     unsigned int d);
bool rstg_hold_get(struct rstg_hold *hold, unsigned int nth, struct rstg_held_info *info);
void rstg_hold_dev_down(struct rstg_hold *hold, const struct net_device *dev);

void rstg_hold_stop_all(void);
int rstg_hold_register(void);
void rstg_hold_unregister(void);

/* probe.c APIs: */
int rstg_probe_send(struct net *net, const struct rstg_entry *e,
		    const struct rstg_flow *flow, unsigned int d);

#endif /* _RSTG_HOLD_H */
