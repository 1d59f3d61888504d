/* SPDX-License-Identifier: GPL-2.0-only */
/* Mail servers that were seen to offer STARTTLS: one that no longer does was tampered with. */
#ifndef _RSTG_OFFERS_H
#define _RSTG_OFFERS_H

#include <linux/spinlock.h>

#include "pkt.h"

struct rstg_offer;

/**
 * struct rstg_offers - memory of one namespace
 * @lock: protects @sets and what it points to
 * @sets: allocated with the first offer
 */
struct rstg_offers {
	spinlock_t lock; /* protects @sets; nothing is taken inside */
	struct rstg_offer *sets;
};

void rstg_offers_init(struct rstg_offers *offers);
void rstg_offers_exit(struct rstg_offers *offers);
void rstg_offers_add(struct rstg_offers *offers, const struct rstg_addr *addr, u16 port);
bool rstg_offers_know(struct rstg_offers *offers, const struct rstg_addr *addr, u16 port);

#endif /* _RSTG_OFFERS_H */
