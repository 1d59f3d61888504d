/* SPDX-License-Identifier: GPL-2.0-only */
/* Events on their way from a packet to the readers. */
#ifndef _RSTG_EVENT_H
#define _RSTG_EVENT_H

#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "bucket.h"
#include "judge.h"
#include "pkt.h"
#include "policy.h"
#include "talk.h"

struct rstg_net;

/**
 * struct rstg_event - what happened to one packet; flat, no pointers
 * @time_ns: wall clock
 * @seq:     number of the event in its namespace
 * @ifindex: where the packet came in
 * @type:    enum rstguard_event_type
 * @action:  enum rstguard_action
 * @release: enum rstguard_release, why it was
 * @notice:  enum rstg_notice, in an event of that type
 * @closed_by: enum rstguard_side, who closes, in an event of that type
 * @nth:     which of its burst, in an event of a reset; saturating, 0 is one not counted
 * @trigger: what was last said, in the others
 * @policy:  whose rule it fits, or ""
 * @pkt:     the packet
 * @op:      what is thought of it
 */
struct rstg_event {
	u64 time_ns;
	u32 seq;
	u32 ifindex;
	u8 type;
	u8 action;
	u8 release;
	u8 notice;
	u8 closed_by;
	u8 nth;
	struct rstg_trigger trigger;
	char policy[RSTG_POLICY_NAME];
	struct rstg_pkt pkt;
	struct rstg_opinion op;
};

/* A burst of RSTs on every flow of a mail server fits; 10 KiB a namespace. */
#define RSTG_EVENT_RING	64
/* A few busy networks rarely share one; 1 KiB a namespace. */
#define RSTG_EVENT_SHARES	64

/**
 * struct rstg_events - the bounded queue of one namespace
 * @lock:   protects all below except @work and @ring's address
 * @ring:   events between the packet and @work
 * @head:   next to send
 * @n:      how many wait
 * @seq:    events so far, sent or not
 * @lost:   of these, not sent
 * @bucket: how many more may be sent now
 * @closings: how many more that tell how a connection was closed
 * @share:  how many more of the connections between two networks, by a hash of these
 * @key:    of that hash, so that nobody can choose to share with another
 * @rnet:   whose they are
 * @work:   sends them in process context
 */
struct rstg_events {
	spinlock_t lock; /* protects the queue and the token buckets */
	struct rstg_event *ring;
	unsigned int head;
	unsigned int n;
	u32 seq;
	u32 lost;
	struct rstg_bucket bucket;
	struct rstg_bucket closings;
	struct rstg_bucket share[RSTG_EVENT_SHARES];
	hsiphash_key_t key;
	struct rstg_net *rnet;
	struct work_struct work;
};

int rstg_events_init(struct rstg_events *evs, struct rstg_net *rnet);
void rstg_events_exit(struct rstg_events *evs);
void rstg_event_post(struct rstg_net *rnet, struct rstg_event *ev);

/* netlink.c APIs: */
bool rstg_netlink_listened(const struct rstg_net *rnet);
int rstg_netlink_send(const struct rstg_net *rnet, const struct rstg_event *ev, u32 lost);

#endif /* _RSTG_EVENT_H */
