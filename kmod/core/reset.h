/* SPDX-License-Identifier: GPL-2.0-only */
/* RSTs of a connection: what is remembered of them, and which of them could end it. */
#ifndef _RSTG_RESET_H
#define _RSTG_RESET_H

#include "env.h"
#include "flow.h"

/* What has come in one sender's name within a burst, the latest RST included. */
enum rstg_salvo {
	RSTG_SALVO_NONE,
	RSTG_SALVO_RST,		/* one */
	RSTG_SALVO_RST_ACK,
	RSTG_SALVO_RSTS,	/* several alike */
	RSTG_SALVO_RST_ACKS,
	RSTG_SALVO_MIXED,	/* of both kinds */
	RSTG_SALVO_MAX
};

void rstg_track_rst(struct rstg_flow *f, const struct rstg_pkt *pkt,
		    unsigned int d, bool plain, u64 now_ns);
enum rstg_salvo rstg_salvo(const struct rstg_flow *f, const struct rstg_pkt *pkt,
			   unsigned int d, u32 beat);
bool rstg_rst_past(const struct rstg_rst *r, u32 beat);
bool rstg_track_ends(const struct rstg_flow *f, unsigned int d, u32 seq);
bool rstg_track_acked(const struct rstg_dir *dir, u32 seq);
bool rstg_track_may_end(const struct rstg_flow *f, unsigned int d, u32 seq);
void rstg_track_reset(struct rstg_flow *f, unsigned int d, u32 seq, u64 now_ns);

/**
 * rstg_track_released() - a RST was let through, now or after a while
 * @f:      flow
 * @d:      its alleged sender
 * @seq:    its sequence number
 * @now_ns: clock
 *
 * Routing drops what comes from where its sender cannot be (a martian): such a one has
 * ended nothing.
 */
static inline void rstg_track_released(struct rstg_flow *f, unsigned int d, u32 seq, u64 now_ns)
{
	if (!(f->rst[d].flags & RSTG_RST_FOREIGN))
		rstg_track_reset(f, d, seq, now_ns);
}

/**
 * rstg_track_delivered() - the RST just judged was let through
 * @f:      flow
 * @d:      its alleged sender
 * @now_ns: clock
 */
static inline void rstg_track_delivered(struct rstg_flow *f, unsigned int d, u64 now_ns)
{
	rstg_track_released(f, d, f->rst[d].seq, now_ns);
}

#endif /* _RSTG_RESET_H */
