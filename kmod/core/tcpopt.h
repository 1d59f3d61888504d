/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RSTG_TCPOPT_H
#define _RSTG_TCPOPT_H

#include "env.h"

/**
 * struct rstg_tcpopt - the TCP options that tell one sender from another
 * @ts_val: TSval, valid when @has_ts
 * @has_ts: a well-formed timestamp option was there (RFC 7323)
 * @has_ws: so was a window scale option, which only a SYN may carry
 * @bad:    the list ended in an option whose length does not fit
 */
struct rstg_tcpopt {
	u32 ts_val;
	bool has_ts;
	bool has_ws;
	bool bad;
};

void rstg_tcpopt_walk(struct rstg_tcpopt *opt, const u8 *p, u32 len);

/* NOP, NOP, kind 8, length 10: how all large stacks send timestamps (RFC 7323 A). */
#define RSTG_TS_ALIGNED	0x0101080a

/**
 * rstg_tcpopt_parse() - read the options behind a TCP header
 * @opt: result; what was read before a bad option is kept
 * @p:   first octet of the options
 * @len: their length in octets, 0..40
 */
static inline void rstg_tcpopt_parse(struct rstg_tcpopt *opt, const u8 *p, u32 len)
{
	if (likely(len == 12 && get_unaligned_be32(p) == RSTG_TS_ALIGNED))
		*opt = (struct rstg_tcpopt){
			.ts_val = get_unaligned_be32(p + 4),
			.has_ts = true,
		};
	else
		rstg_tcpopt_walk(opt, p, len);
}

#endif /* _RSTG_TCPOPT_H */
