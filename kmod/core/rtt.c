// SPDX-License-Identifier: GPL-2.0-only
/*
 * RFC 6298 section 2, in small integers.
 *
 * One forged sample does not shorten the wait: the smoothed value moves by an eighth of the
 * difference, the deviation by a quarter of it, and four deviations are waited for.
 */
#include "env.h"
#include "limits.h"
#include "rtt.h"

static u32 units(u32 ticks)
{
	u32 u = ticks >> RSTG_RTT_SHIFT;

	return min_t(u32, max_t(u32, u, 1), U16_MAX);
}

/**
 * rstg_rtt_sample() - one more answer was timed
 * @r:     estimate
 * @ticks: how long it took, in ticks of 1.024 us
 *
 * A first deviation of a tenth, where RFC 6298 takes half: what is waited for here is not a
 * retransmission, and a handshake gives two samples before there is data. With a quarter the
 * genuine reset of a young connection was held for 180 ms at a round trip of 80, and for 820
 * at 400.
 */
void rstg_rtt_sample(struct rstg_rtt *r, u32 ticks)
{
	s32 now = (s32)units(ticks), off;

	if (!r->srtt) {
		r->srtt = (u16)now;
		r->var = (u16)(now / 10);
		return;
	}
	off = now - r->srtt;
	r->srtt = (u16)max_t(s32, r->srtt + off / 8, 1);
	if (off < 0)
		off = -off;
	r->var = (u16)(r->var + (off - r->var) / 4);
}

/**
 * rstg_rtt_slept() - did it take far longer than its path explains?
 * @r:     estimate before this sample
 * @ticks: sample
 *
 * A phone whose radio has to be woken up, or a filled uplink.
 */
bool rstg_rtt_slept(const struct rstg_rtt *r, u32 ticks)
{
	return r->srtt && units(ticks) > r->srtt + 4U * r->var + RSTG_RTT_SLEEP;
}

/**
 * rstg_rtt_wait_ns() - how long to wait for an answer that is due at once
 * @r: estimate
 *
 * Return: ns; RFC 6298 2.1's first timeout where nothing was ever timed.
 */
u64 rstg_rtt_wait_ns(const struct rstg_rtt *r)
{
	u64 wait;

	if (!r->srtt)
		return RSTG_WAIT_UNKNOWN_NS;
	wait = r->srtt + r->srtt / 4 + 4U * r->var;
	return (wait << (RSTG_RTT_SHIFT + 10)) + RSTG_WAIT_HOST_NS;
}
