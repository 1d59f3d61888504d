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

void rstg_tcpopt_parse(struct rstg_tcpopt *opt, const u8 *p, u32 len);

#endif /* _RSTG_TCPOPT_H */
