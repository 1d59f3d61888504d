/* SPDX-License-Identifier: GPL-2.0-only */
/* One decision about the resets in one sender's name; used by the hold alone. */
#ifndef _RSTG_CASE_H
#define _RSTG_CASE_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/timerqueue.h>

#include "event.h"
#include "net.h"
#include "question.h"
#include "table.h"

/*
 * A burst is three or four; more different ones in one case are a flood, of which
 * one that its receiver takes for the end is enough.
 */
#define RSTG_CASE_MAX		8

/**
 * struct rstg_held - one parked packet
 * @node:    in its case, in order of arrival
 * @skb:     the packet
 * @state:   where it was on its way; @state.in is held
 * @tracker: names a reference that leaks, on debug kernels
 * @bytes:   of memory that it takes
 * @resets:  how many it stands for: itself, those alike, and those it took the place of
 * @seq:     its sequence number
 * @flags:   its TCP flags
 */
struct rstg_held {
	struct list_head node;
	struct sk_buff *skb;
	struct nf_hook_state state;
	netdevice_tracker tracker;
	u32 bytes;
	u32 resets;
	u32 seq;
	u16 flags;
};

/**
 * struct rstg_case - one decision
 * @node:    by flow and sender
 * @age:     among those that are open, oldest first
 * @crowd:   among those that are open, of senders in one network
 * @end:     when it is decided; once it is, when it may be forgotten
 * @ask:     when the next question is due, queued only then
 * @key:     flow
 * @d:       alleged sender in that flow
 * @network: of the alleged sender: which crowd
 * @open:    waiting; else decided, and kept to space the questions
 * @patient: it waits as long as settings allow
 * @leaving: it has to make room: neither asked about any more nor waited for
 * @again:   its time was up when the machine was late, and it was looked at once more
 * @tries:   questions sent, or found impossible
 * @probes:  questions sent
 * @n:       packets held
 * @resets:  that they stand for
 * @score:   of the worst of them
 * @held:    the packets
 * @came:    when the first came; of two cases of one sender not the same
 * @limit:   when it is decided at the latest
 * @quick:   how long it takes the sender to answer
 * @wait:    how long it is waited for, from the first question
 * @max:     how long it may wait in all
 * @asked:   when the last question was sent, 0 before the first
 * @first:   when the first of this decision was, with @probes
 * @q_seq:   the number that they ask with
 * @q_len:   octets of the last one
 * @mark:    for them, see struct rstg_probe
 * @ev:      the first reset, for reports
 *
 * Times are of the hold's clock, but for @came and @first, which are real.
 */
struct rstg_case {
	struct hlist_node node;
	struct list_head age;
	struct list_head crowd;
	struct timerqueue_node end;
	struct timerqueue_node ask;
	struct rstg_key key;
	u8 d;
	u8 network;
	bool open;
	bool patient;
	bool leaving;
	bool again;
	u8 tries;
	u8 probes;
	u32 n;
	u32 resets;
	s16 score;
	struct list_head held;
	u64 came;
	u64 limit;
	u64 quick;
	u64 wait;
	u64 max;
	u64 asked;
	u64 first;
	u32 q_seq;
	u8 q_len;
	u32 mark;
	struct rstg_event ev;
};

struct rstg_held *rstg_held_new(struct sk_buff *skb, const struct nf_hook_state *state,
				const struct rstg_pkt *pkt);
void rstg_held_free(struct rstg_held *h);
void rstg_held_drop(struct rstg_held *h);

struct rstg_case *rstg_case_new(const struct rstg_entry *e, unsigned int d);
void rstg_case_open(struct rstg_case *c, const struct rstg_cfg *cfg,
		    const struct rstg_entry *e, const struct rstg_event *ev, u64 now_ns,
		    u64 time);
void rstg_case_extend(struct rstg_case *c, const struct rstg_event *ev, bool patient);
u64 rstg_case_first_ask(const struct rstg_case *c, u64 time);
u64 rstg_case_next_ask(const struct rstg_case *c);
u64 rstg_case_deadline(const struct rstg_case *c, u64 time);
u64 rstg_case_forget(const struct rstg_case *c);
struct rstg_held *rstg_case_alike(const struct rstg_case *c, const struct rstg_pkt *pkt);
struct rstg_held *rstg_case_spare(const struct rstg_case *c, const struct rstg_flow *f);

#endif /* _RSTG_CASE_H */
