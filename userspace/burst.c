// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>

#include "burst.h"
#include "env.h"

static_assert(BURST_MAX <= 32, "@notable has a bit for each");

/**
 * burst_new() - a burst without RSTs, with one reference
 * @now_ns: when its first one comes
 *
 * Return: NULL without memory.
 */
struct burst *burst_new(uint64_t now_ns)
{
	struct burst *b = calloc(1, sizeof(*b));

	if (b) {
		b->start = now_ns;
		b->refs = 1;
	}
	return b;
}

/**
 * burst_open() - does a RST that comes now belong to it?
 * @b:      may be NULL
 * @now_ns: clock
 */
bool burst_open(const struct burst *b, uint64_t now_ns)
{
	return b && !b->done && b->n < BURST_MAX && now_ns - b->start <= BURST_NS;
}

/**
 * burst_add() - one more RST
 * @b:    open
 * @shot: RST
 *
 * Return: its index, or -ENOMEM.
 */
int burst_add(struct burst *b, const struct shot *shot)
{
	struct shot *shots = b->shots;

	if (!(b->n & (b->n - 1))) {	/* 1, 2, 4...: most bursts are one RST */
		shots = realloc(shots, (b->n ? 2 * b->n : 1) * sizeof(*shots));
		if (!shots)
			return -ENOMEM;
		b->shots = shots;
	}
	shots[b->n] = *shot;
	return (int)b->n++;
}

/**
 * burst_name() - who has sent one of the RSTs?
 * @b:   burst; closed by this
 * @all: fingerprints
 * @i:   index of the RST
 *
 * Genuine RSTs get no name, unless they are part of a match with one that is not.
 *
 * Return: NULL where there is nothing to say, or no memory.
 */
const struct named *burst_name(struct burst *b, const struct injectors *all, unsigned int i)
{
	unsigned int j;

	if (!b->done) {
		b->done = true;
		b->named = calloc(b->n, sizeof(*b->named));
		if (b->named)
			injectors_name(all, b->shots, b->n, b->named);
	}
	if (!b->named)
		return NULL;
	for (j = 0; j < b->n; j++)
		if (b->named[j].match == b->named[i].match && b->notable & 1U << j)
			return &b->named[i];
	return NULL;
}

/**
 * burst_get() - one more who needs it
 * @b: burst
 *
 * Return: @b
 */
struct burst *burst_get(struct burst *b)
{
	b->refs++;
	return b;
}

/**
 * burst_put() - one less
 * @b: may be NULL
 */
void burst_put(struct burst *b)
{
	if (!b || --b->refs)
		return;
	free(b->shots);
	free(b->named);
	free(b);
}
