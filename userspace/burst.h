/* SPDX-License-Identifier: GPL-2.0-only */
/* RSTs in one sender's name on one connection, close together: what gets a name as a whole. */
#ifndef _BURST_H
#define _BURST_H

#include <stdbool.h>
#include <stdint.h>

#include "injectors.h"
#include "shot.h"

/*
 * From the first to the last one. Injectors send within milliseconds, and once
 * more 7 to 35 ms later; a sender that answers one RST for each segment takes longer.
 */
#define BURST_NS	2000000000ULL

/**
 * struct burst - RSTs, and what was found out about them
 * @shots:   RSTs in order
 * @named:   for each, with @done
 * @n:       how many
 * @refs:    who needs it
 * @start:   when the first came
 * @notable: bit for each: it is suspect or forged
 * @done:    names were looked for: nothing is added any more
 */
struct burst {
	struct shot *shots;
	struct named *named;
	unsigned int n;
	unsigned int refs;
	uint64_t start;
	uint32_t notable;
	bool done;
};

struct burst *burst_new(uint64_t now_ns);
bool burst_open(const struct burst *b, uint64_t now_ns);
int burst_add(struct burst *b, const struct shot *shot);
const struct named *burst_name(struct burst *b, const struct injectors *all, unsigned int i);
struct burst *burst_get(struct burst *b);
void burst_put(struct burst *b);

#endif /* _BURST_H */
