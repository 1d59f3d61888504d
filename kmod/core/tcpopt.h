/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RSTG_TCPOPT_H
#define _RSTG_TCPOPT_H

#include "env.h"

/**
 * struct rstg_tcpopt - the TCP options that say something about their sender
 * @ts_val:     TSval, valid when @has_ts
 * @sack_start: left edge of the first SACK block, valid when @has_sack
 * @sack_end:   its right edge
 * @wscale:     shift count, valid when @has_ws, at most %RSTG_WSCALE_MAX
 * @has_ts:     a well-formed timestamp option was there (RFC 7323)
 * @has_ws:     so was a window scale option, which only a SYN may carry
 * @has_sack:   so was a SACK option (RFC 2018 3); its first block is the newest, or the
 *              segment that came twice (RFC 2883 4)
 * @sack_ok:    so was SACK permitted, which only a SYN may carry (RFC 2018 2)
 * @bad:        the list ended in an option whose length does not fit
 */
struct rstg_tcpopt {
	u32 ts_val;
	u32 sack_start;
	u32 sack_end;
	u8 wscale;
	bool has_ts;
	bool has_ws;
	bool has_sack;
	bool sack_ok;
	bool bad;
};

/* A greater shift count is taken for this one (RFC 7323 2.3). */
#define RSTG_WSCALE_MAX	14

void rstg_tcpopt_walk(struct rstg_tcpopt *opt, const u8 *p, u32 len);

/* NOP, NOP, kind 8, length 10: how all large stacks send timestamps (RFC 7323 A). */
#define RSTG_TS_ALIGNED	0x0101080a

/**
 * rstg_tcpopt_only_ts() - are the options a timestamp in its usual place and nothing else?
 * @p:   first octet of the options
 * @len: their length in octets, 0..40
 *
 * Nearly all segments of an open connection are like this, and need no walk: TSval is
 * at @p + 4 then.
 */
static inline bool rstg_tcpopt_only_ts(const u8 *p, u32 len)
{
	return len == 12 && get_unaligned_be32(p) == RSTG_TS_ALIGNED;
}

#endif /* _RSTG_TCPOPT_H */
