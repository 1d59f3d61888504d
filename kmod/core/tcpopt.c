// SPDX-License-Identifier: GPL-2.0-only
#include "env.h"
#include "tcpopt.h"

#define TCPOPT_EOL	0
#define TCPOPT_NOP	1
#define TCPOPT_WS	3
#define TCPOLEN_WS	3
#define TCPOPT_TS	8
#define TCPOLEN_TS	10

/* Any options at all; most packets never get here. */
void rstg_tcpopt_walk(struct rstg_tcpopt *opt, const u8 *p, u32 len)
{
	u32 i = 0;

	opt->has_ts = false;
	opt->has_ws = false;
	opt->bad = false;

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
