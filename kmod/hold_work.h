/* SPDX-License-Identifier: GPL-2.0-only */
/* What hold.c and hold_work.c share of a hold's inside. */
#ifndef _RSTG_HOLD_WORK_H
#define _RSTG_HOLD_WORK_H

#include <linux/siphash.h>

#include "case.h"
#include "hold.h"

/* A sender's network, hashed; two networks meet in one by chance. */
#define RSTG_NETWORKS	256

/**
 * struct rstg_crowd - the open cases of senders in one network
 * @cases:   oldest first
 * @packets: held in them
 */
struct rstg_crowd {
	struct list_head cases;
	u32 packets;
};

/**
 * struct rstg_cases - the cases of a hold
 * @key:    whoever can choose addresses and ports must not choose the bucket
 * @crowds: the open ones by network
 * @mask:   buckets less one
 * @bucket: all of them by flow and sender
 */
struct rstg_cases {
	hsiphash_key_t key;
	struct rstg_crowd crowds[RSTG_NETWORKS];
	u32 mask;
	struct hlist_head bucket[];
};

/* In the time of the hold's clock. */
static inline u64 rstg_hold_time(const struct rstg_hold *hold)
{
	return rstg_clock_time(&hold->clock, ktime_get_ns());
}

/* All of these under the hold's lock. */
struct rstg_case *rstg_hold_find(struct rstg_hold *hold, const struct rstg_key *key,
				 unsigned int d);
void rstg_hold_set_end(struct rstg_hold *hold, struct rstg_case *c, u64 at);
void rstg_hold_set_ask(struct rstg_hold *hold, struct rstg_case *c, u64 at);
void rstg_hold_take(struct rstg_hold *hold, struct rstg_case *c, struct list_head *packets);
void rstg_hold_forget(struct rstg_hold *hold, struct rstg_case *c);

void rstg_hold_run_all(struct rstg_hold *hold);
void rstg_hold_work(struct work_struct *work);

#endif /* _RSTG_HOLD_WORK_H */
