/* SPDX-License-Identifier: GPL-2.0-only */
/* A token bucket: so many at once, so many a second. */
#ifndef _RSTG_BUCKET_H
#define _RSTG_BUCKET_H

#include <linux/jiffies.h>
#include <linux/minmax.h>

/**
 * struct rstg_bucket - tokens left; the caller keeps others out
 * @tokens: how many may be taken
 * @filled: when some were last added, in jiffies
 */
struct rstg_bucket {
	u32 tokens;
	unsigned long filled;
};

static inline void rstg_bucket_init(struct rstg_bucket *b, u32 max)
{
	b->tokens = max;
	b->filled = jiffies;
}

/**
 * rstg_bucket_take() - take one
 * @b:          bucket
 * @per_second: added each second
 * @max:        held at most
 * @leave:      how many must stay behind for more important callers
 *
 * Return: whether there was one.
 */
static inline bool rstg_bucket_take(struct rstg_bucket *b, u32 per_second, u32 max, u32 leave)
{
	/* After a minute it is full whatever the product would say. */
	unsigned long passed = min_t(unsigned long, jiffies - b->filled, 60 * HZ);
	u32 add = passed * per_second / HZ;

	if (add) {
		b->tokens = min_t(u32, b->tokens + add, max);
		b->filled = jiffies;
	}
	if (b->tokens <= leave)
		return false;
	b->tokens--;
	return true;
}

#endif /* _RSTG_BUCKET_H */
