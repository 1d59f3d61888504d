/* SPDX-License-Identifier: GPL-2.0-only */
/* What is said on a flow: read while it is young, from then on only remembered. */
#ifndef _RSTG_TALK_H
#define _RSTG_TALK_H

#include <uapi/linux/rstguard.h>

#include "pkt.h"
#include "stages.h"

struct rstg_entry;
struct sk_buff;

/**
 * struct rstg_trigger - what was last said when a reset came
 * @stage: enum rstg_stage
 * @by:    enum rstguard_side that said it
 * @phase: enum rstg_phase that the client had come to
 * @tls:   as in struct rstg_stream
 * @services: bits of enum rstg_service, each that the flow has spoken
 * @beats: since @stage was said
 */
struct rstg_trigger {
	u8 stage;
	u8 by;
	u8 phase;
	u8 tls;
	u8 services;
	u32 beats;
};

u8 rstg_talk_hear(struct rstg_entry *e, struct sk_buff *skb,
		  const struct rstg_pkt *pkt, unsigned int d);
void rstg_talk_trigger(const struct rstg_entry *e, u64 now_ns, struct rstg_trigger *trigger);
enum rstguard_side rstg_talk_side(const struct rstg_entry *e, unsigned int d);
void rstg_talk_forget(struct rstg_entry *e);

int rstg_talk_init(void);
void rstg_talk_exit(void);

#endif /* _RSTG_TALK_H */
