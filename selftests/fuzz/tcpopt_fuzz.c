// SPDX-License-Identifier: GPL-2.0-only
/* Any octets as TCP options. */
#include <stdlib.h>

#include "env.h"
#include "tcpopt.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct rstg_tcpopt opt, longer;
	u8 *exact;

	/* A header has room for 40; the parser need not know. */
	if (size > 256)
		return 0;
	exact = malloc(size + 1);
	memcpy(exact, data, size);
	exact = realloc(exact, size + !size);
	memset(&opt, 0xa5, sizeof(opt));
	rstg_tcpopt_walk(&opt, exact, (u32)size);
	/* A timestamp takes 10 octets, as does a SACK block; a window scale 3, SACK permitted 2. */
	if ((opt.has_ts && size < 10) || (opt.has_sack && size < 10) ||
	    (opt.has_ws && size < 3) || (opt.sack_ok && size < 2) ||
	    opt.wscale > RSTG_WSCALE_MAX)
		abort();
	/* The short way may only say what the walk says. */
	if (rstg_tcpopt_only_ts(exact, (u32)size) &&
	    (!opt.has_ts || opt.ts_val != get_unaligned_be32(exact + 4) || opt.has_ws ||
	     opt.has_sack || opt.sack_ok || opt.bad))
		abort();

	/* What comes after the end of the list is padding, whatever it is. */
	exact = realloc(exact, size + 5);
	memcpy(exact + size, "\0\10\12\3\3", 5);
	memset(&longer, 0x5a, sizeof(longer));
	rstg_tcpopt_walk(&longer, exact, (u32)size + 5);
	if (!opt.bad && (longer.has_ts != opt.has_ts || longer.has_ws != opt.has_ws || longer.bad ||
			 longer.has_sack != opt.has_sack || longer.sack_ok != opt.sack_ok ||
			 (opt.has_ts && longer.ts_val != opt.ts_val)))
		abort();
	free(exact);
	return 0;
}
