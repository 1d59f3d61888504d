// SPDX-License-Identifier: GPL-2.0-only
/* Any octets as a datagram: what is said of it must lie within it. */
#include <stdlib.h>

#include "env.h"
#include "pkt.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Input: how many more octets the wire had (2), the datagram as captured. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct rstg_pkt pkt, apart;
	u32 caplen, wirelen;
	u8 *exact;

	if (size < 2 || size > 4096)
		return 0;
	caplen = (u32)size - 2;
	wirelen = caplen + get_unaligned_be16(data);

	/* A copy of just that size: one octet further is somebody else's. */
	exact = malloc(caplen + !caplen);
	memcpy(exact, data + 2, caplen);
	memset(&pkt, 0xa5, sizeof(pkt));
	if (rstg_pkt_parse(&pkt, exact, caplen, wirelen) == RSTG_PKT_OK) {
		if (pkt.thoff < 20 || pkt.hlen < pkt.thoff + 20 || pkt.hlen > caplen ||
		    pkt.len > wirelen - pkt.hlen || pkt.n_segs != 1 ||
		    pkt.flags > 0x1ff || pkt.flow_label > 0xfffff)
			abort();
		/* From two places the same. */
		memset(&apart, 0xa5, sizeof(apart));
		if (rstg_pkt_parse_apart(&apart, exact, pkt.thoff, exact + pkt.thoff,
					 caplen - pkt.thoff, pkt.thoff, wirelen) != RSTG_PKT_OK ||
		    memcmp(&apart, &pkt, sizeof(pkt)))
			abort();
	}
	free(exact);
	return 0;
}
