/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RSTG_IPID_H
#define _RSTG_IPID_H

#include "env.h"
#include "limits.h"

/**
 * struct rstg_ipid - how one sender fills the IPv4 identification field
 * @last:  of the last segment seen
 * @n:     steps from packet to packet, at most %RSTG_IPID_WINDOW
 * @zero:  steps from 0 to 0
 * @same:  steps from one value to itself, other than 0
 * @up:    steps of 1..%RSTG_IPID_NEAR
 * @up_swapped: the same when the octets are swapped (Windows' old counters)
 * @seen:  @last is valid
 */
struct rstg_ipid {
	u16 last;
	u8 n;
	u8 zero;
	u8 same;
	u8 up;
	u8 up_swapped;
	u8 seen;
};

enum rstg_ipid_class {
	RSTG_IPID_UNKNOWN,	/* too few packets, or IPv6 */
	RSTG_IPID_ZERO,		/* always 0: macOS, FreeBSD (RFC 6864) */
	RSTG_IPID_CONST,	/* one value */
	RSTG_IPID_COUNTER,	/* per connection or host, Linux and Windows */
	RSTG_IPID_SWAPPED,	/* a counter in the wrong byte order */
	RSTG_IPID_RANDOM,	/* none of these: OpenBSD, or several hosts behind one address */
};

/**
 * rstg_ipid_goes_on() - is this the next step of what has been a counter all along?
 * @m:      model
 * @id:     identification of one segment
 * @n_segs: segments merged into this packet
 *
 * Then its counts need not move: half of a full window says as much, as it does when they
 * are halved. Most packets of Linux and Windows are such.
 */
static inline bool rstg_ipid_goes_on(const struct rstg_ipid *m, u16 id, u16 n_segs)
{
	return m->up >= RSTG_IPID_WINDOW / 2 && m->up == m->n && n_segs == 1 &&
	       (u16)(id - m->last - 1) < RSTG_IPID_NEAR;
}

void rstg_ipid_learn(struct rstg_ipid *m, u16 id, u16 n_segs, bool fixed);
enum rstg_ipid_class rstg_ipid_class(const struct rstg_ipid *m);
u16 rstg_ipid_gap(const struct rstg_ipid *m, u16 id);

#endif /* _RSTG_IPID_H */
