// SPDX-License-Identifier: GPL-2.0-only
#include "env.h"
#include "tcpopt.h"

#define TCPOPT_EOL	0
#define TCPOPT_NOP	1
#define TCPOPT_WS	3
#define TCPOLEN_WS	3
#define TCPOPT_SACKOK	4
#define TCPOLEN_SACKOK	2
#define TCPOPT_SACK	5
#define TCPOLEN_SACK1	10	/* one block; each further one takes 8 octets */
#define TCPOLEN_BLOCK	8
#define TCPOPT_TS	8
#define TCPOLEN_TS	10

/* One option whose length fits. Of two of a kind the last one counts, as with Linux. */
static void read_option(struct rstg_tcpopt *opt, const u8 *p, u32 olen)
{
	switch (p[0]) {
	case TCPOPT_WS:
		if (olen != TCPOLEN_WS)
			break;
		opt->has_ws = true;
		opt->wscale = min_t(u8, p[2], RSTG_WSCALE_MAX);
		break;
	case TCPOPT_SACKOK:
		if (olen == TCPOLEN_SACKOK)
			opt->sack_ok = true;
		break;
	case TCPOPT_SACK:
		if (olen < TCPOLEN_SACK1 || (olen - TCPOLEN_SACK1) % TCPOLEN_BLOCK)
			break;
		opt->has_sack = true;
		opt->sack_start = get_unaligned_be32(p + 2);
		opt->sack_end = get_unaligned_be32(p + 6);
		break;
	case TCPOPT_TS:
		if (olen != TCPOLEN_TS)
			break;
		opt->has_ts = true;
		opt->ts_val = get_unaligned_be32(p + 2);
		break;
	}
}

/**
 * rstg_tcpopt_walk() - read the options behind a TCP header
 * @opt: result; what was read before a bad option is kept
 * @p:   first octet of the options
 * @len: their length in octets, 0..40
 *
 * Most segments need no walk: see rstg_tcpopt_only_ts().
 */
void rstg_tcpopt_walk(struct rstg_tcpopt *opt, const u8 *p, u32 len)
{
	u32 i = 0;

	*opt = (struct rstg_tcpopt){};
	while (i < len && p[i] != TCPOPT_EOL) {
		if (p[i] == TCPOPT_NOP) {
			i++;
			continue;
		}
		if (len - i < 2 || p[i + 1] < 2 || p[i + 1] > len - i) {
			opt->bad = true;
			return;
		}
		read_option(opt, p + i, p[i + 1]);
		i += p[i + 1];
	}
}
