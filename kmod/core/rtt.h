/* SPDX-License-Identifier: GPL-2.0-only */
/* How long a host takes to answer: RFC 6298's estimate in four octets. */
#ifndef _RSTG_RTT_H
#define _RSTG_RTT_H

#include "env.h"
#include "limits.h"

/**
 * struct rstg_rtt - estimate of one host's time to answer
 * @srtt: smoothed round trip in units of 131 us (128 ticks), 0: never timed
 * @var:  its mean deviation, same unit
 */
struct rstg_rtt {
	u16 srtt;
	u16 var;
};

#define RSTG_RTT_SHIFT	7	/* from ticks of 1.024 us to the unit of struct rstg_rtt */

void rstg_rtt_sample(struct rstg_rtt *r, u32 ticks);
bool rstg_rtt_slept(const struct rstg_rtt *r, u32 ticks);
u64 rstg_rtt_wait_ns(const struct rstg_rtt *r);

#endif /* _RSTG_RTT_H */
