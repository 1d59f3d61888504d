/* SPDX-License-Identifier: GPL-2.0-only */
/* A network of addresses. */
#ifndef _RSTG_PREFIX_H
#define _RSTG_PREFIX_H

#include <linux/types.h>
#include <net/ipv6.h>

#include "pkt.h"

/**
 * struct rstg_prefix - a network; one of IPv4 is mapped like its addresses
 * @addr: an address in it
 * @len:  leading bits that all of them have in common, 0 to 128
 */
struct rstg_prefix {
	struct rstg_addr addr;
	u8 len;
};

static inline bool rstg_prefix_has(const struct rstg_prefix *p, const struct rstg_addr *addr)
{
	return ipv6_prefix_equal((const struct in6_addr *)p->addr.w,
				 (const struct in6_addr *)addr->w, p->len);
}

#endif /* _RSTG_PREFIX_H */
