// SPDX-License-Identifier: GPL-2.0-only
/*
 * A small cache: what is forgotten costs a report that nobody could be sure of, and
 * whoever fills it from outside has to offer STARTTLS himself.
 */
#include <linux/jhash.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "offers.h"

/* 256 servers in 6 KiB: more than one host or household writes to in a month. */
#define SETS	64
#define WAYS	4
/* Certificates are renewed, servers move and are taken down: a month is evidence enough. */
#define AGE_MAX	(30 * 24 * 3600)

/**
 * struct rstg_offer - a server
 * @addr: its address
 * @port: its port; 0 is an empty place
 * @seen: when it last offered STARTTLS, in seconds
 */
struct rstg_offer {
	struct rstg_addr addr;
	u16 port;
	u32 seen;
};

static u32 now_seconds(void)
{
	return (u32)ktime_get_seconds();
}

static struct rstg_offer *set_of(const struct rstg_offers *offers,
				 const struct rstg_addr *addr, u16 port)
{
	return &offers->sets[jhash2(addr->w, ARRAY_SIZE(addr->w), port) % SETS * WAYS];
}

/* Its place in the set, or NULL. */
static struct rstg_offer *find(struct rstg_offer *set, const struct rstg_addr *addr, u16 port)
{
	unsigned int i;

	for (i = 0; i < WAYS; i++)
		if (set[i].port == port && !memcmp(&set[i].addr, addr, sizeof(*addr)))
			return &set[i];
	return NULL;
}

/* An empty place, or that of the one not seen for longest. */
static struct rstg_offer *oldest(struct rstg_offer *set, u32 now)
{
	struct rstg_offer *victim = &set[0];
	unsigned int i;

	for (i = 0; i < WAYS; i++) {
		if (!set[i].port)
			return &set[i];
		if (now - set[i].seen > now - victim->seen)
			victim = &set[i];
	}
	return victim;
}

/**
 * rstg_offers_add() - this server offers STARTTLS
 * @offers: of the namespace
 * @addr:   its address
 * @port:   its port
 *
 * Without memory it is not remembered.
 *
 * Context: bottom halves are off.
 */
void rstg_offers_add(struct rstg_offers *offers, const struct rstg_addr *addr, u16 port)
{
	const u32 now = now_seconds();
	struct rstg_offer *set, *o;

	spin_lock(&offers->lock);
	if (!offers->sets)
		offers->sets = kcalloc(SETS * WAYS, sizeof(*offers->sets),
				       GFP_ATOMIC | __GFP_NOWARN);
	if (offers->sets) {
		set = set_of(offers, addr, port);
		o = find(set, addr, port) ?: oldest(set, now);
		o->addr = *addr;
		o->port = port;
		o->seen = now;
	}
	spin_unlock(&offers->lock);
}

/**
 * rstg_offers_know() - has this server offered STARTTLS within the last month?
 * @offers: of the namespace
 * @addr:   its address
 * @port:   its port
 *
 * Context: bottom halves are off.
 */
bool rstg_offers_know(struct rstg_offers *offers, const struct rstg_addr *addr, u16 port)
{
	const struct rstg_offer *o = NULL;
	bool known;

	spin_lock(&offers->lock);
	if (offers->sets)
		o = find(set_of(offers, addr, port), addr, port);
	known = o && now_seconds() - o->seen <= AGE_MAX;
	spin_unlock(&offers->lock);
	return known;
}

/**
 * rstg_offers_init() - an empty memory
 * @offers: of a new namespace
 */
void rstg_offers_init(struct rstg_offers *offers)
{
	spin_lock_init(&offers->lock);
}

/**
 * rstg_offers_exit() - free it
 * @offers: of a namespace without packets
 */
void rstg_offers_exit(struct rstg_offers *offers)
{
	kfree(offers->sets);
}
