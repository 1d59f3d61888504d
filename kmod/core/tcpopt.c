// SPDX-License-Identifier: GPL-2.0-only
#include "env.h"
#include "tcpopt.h"

#define TCPOPT_EOL	0
#define TCPOPT_NOP	1
#define TCPOPT_WS	3
#define TCPOLEN_WS	3
#define TCPOPT_TS	8
#define TCPOLEN_TS	10

/* NOP, NOP, kind 8, length 10: how all large stacks send timestamps (RFC 7323 A). */
#define TS_ALIGNED	0x0101080a

/**
 * rstg_tcpopt_parse() - read the options behind a TCP header
 * @opt: result; what was read before a bad option is kept
 * @p:   first octet of the options
 * @len: their length in octets, 0..40
 */
void rstg_tcpopt_parse(struct rstg_tcpopt *opt, const u8 *p, u32 len)
{
	u32 i = 0;

	opt->has_ts = false;
	opt->has_ws = false;
	opt->bad = false;

	if (likely(len >= 12 && get_unaligned_be32(p) == TS_ALIGNED)) {
		opt->has_ts = true;
		opt->ts_val = get_unaligned_be32(p + 4);
		i = 12;
	}

	while (i < len && p[i] != TCPOPT_EOL) {
		u32 olen;

		if (p[i] == TCPOPT_NOP) {
			i++;
			continue;
		}
		if (len - i < 2 || p[i + 1] < 2 || p[i + 1] > len - i) {
			opt->bad = true;
			return;
		}
		olen = p[i + 1];
		if (p[i] == TCPOPT_TS && olen == TCPOLEN_TS) {
			opt->has_ts = true;
			opt->ts_val = get_unaligned_be32(p + i + 2);
		}
		if (p[i] == TCPOPT_WS && olen == TCPOLEN_WS)
			opt->has_ws = true;
		i += olen;
	}
}
