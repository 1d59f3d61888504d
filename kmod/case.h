/* SPDX-License-Identifier: GPL-2.0-only */
/* One decision about the resets in one sender's name; used by hold.c alone. */
#ifndef _RSTG_CASE_H
#define _RSTG_CASE_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>

#include "event.h"
#include "net.h"
#include "table.h"

/*
 * A burst is three or four; more different ones in one case are a flood, of which
 * one that its receiver takes for the end is enough.
 */
#define RSTG_CASE_MAX		8
/*
 * Linux answers one such segment every 500 ms (tcp_invalid_ratelimit); the rest is
 * for the path's jitter. With 520 ms a question now and then had no answer on
 * a loaded machine, and a mimic that shoots at each packet needs only one such.
 */
#define RSTG_PROBE_GAP_NS	(600 * NSEC_PER_MSEC)
/* The first answer may get lost, or have been used up by somebody else. */
#define RSTG_PROBES_MAX		2

/* No question is due. */
#define RSTG_NEVER		U64_MAX

enum rstg_case_state {
	RSTG_CASE_OPEN,		/* waiting */
	RSTG_CASE_PROVEN,	/* its resets are forged: drop them */
	RSTG_CASE_CLOSED,	/* decided; kept to space the questions */
};

/**
 * struct rstg_held - one parked packet
 * @node:    in its case, in order of arrival
 * @skb:     the packet
 * @state:   where it was on its way; @state.in is held
 * @tracker: names a reference that leaks, on debug kernels
 * @seq:     its sequence number
 * @flags:   its TCP flags
 */
struct rstg_held {
	struct list_head node;
	struct sk_buff *skb;
	struct nf_hook_state state;
	netdevice_tracker tracker;
	u32 seq;
	u16 flags;
};

/**
 * struct rstg_case - one decision
 * @node:     in the namespace's list
 * @key:      flow
 * @d:        alleged sender in that flow
 * @state:    enum rstg_case_state
 * @attacked: an earlier reset on the flow was proven forged
 * @probes:   questions sent
 * @resets:   held, merged and replaced
 * @n:        held
 * @held:     the packets
 * @came:     when the first came
 * @asked:    when the last question was sent, 0 before
 * @first:    when the first one since it opened was, valid with @probes
 * @ask_at:   when the next question is due, or %RSTG_NEVER
 * @deadline: when all are released
 * @wait:     time that one question gets, from the RTT
 * @stalled:  of the time until @deadline, how much does not count
 * @ev:       the first reset, for reports
 */
struct rstg_case {
	struct list_head node;
	struct rstg_key key;
	u8 d;
	u8 state;
	bool attacked;
	u8 probes;
	u32 resets;
	u32 n;
	struct list_head held;
	u64 came;
	u64 asked;
	u64 first;
	u64 ask_at;
	u64 deadline;
	u64 wait;
	u64 stalled;
	struct rstg_event ev;
};

struct rstg_held *rstg_held_new(struct sk_buff *skb, const struct nf_hook_state *state,
				const struct rstg_pkt *pkt);
void rstg_held_free(struct rstg_held *h);
void rstg_held_drop(struct rstg_held *h);

struct rstg_case *rstg_case_new(const struct rstg_cfg *cfg, const struct rstg_entry *e,
				unsigned int d);
void rstg_case_open(struct rstg_case *c, const struct rstg_cfg *cfg,
		    const struct rstg_entry *e, const struct rstg_event *ev, u64 now);
void rstg_case_extend(struct rstg_case *c, const struct rstg_cfg *cfg,
		      const struct rstg_event *ev);
void rstg_case_stall(struct rstg_case *c, u64 ns);
bool rstg_case_has(const struct rstg_case *c, const struct rstg_pkt *pkt);
struct rstg_held *rstg_case_spare(const struct rstg_case *c, const struct rstg_flow *f);

#endif /* _RSTG_CASE_H */
