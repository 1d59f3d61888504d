// SPDX-License-Identifier: GPL-2.0-only
/*
 * TTL and hop limit of one direction.
 *
 * "The TTL differs from the last packet" misfires on a third of genuine routed
 * RSTs. A set that tolerates one hop and knows that 64 and 255 may be the same
 * host misfires on none of 65, and still rejects every injection captured.
 */
#include "env.h"
#include "limits.h"
#include "ttl.h"

/* Initial TTLs in use: Linux and BSD, Windows, routers and Solaris, old stacks. */
static const u8 initial[] = { 32, 64, 128, 255 };

/*
 * A slot counts once RSTG_TTL_TRUST packets used it, while nothing else is
 * known, or when at least two and a quarter of all did: data sent at another
 * TTL than a SYN proxy's SYN-ACK must count before its third packet.
 */
static bool slot_trusted(const struct rstg_ttl *t, unsigned int i)
{
	unsigned int j, total = 0;

	if (t->n[i] >= RSTG_TTL_TRUST)
		return true;
	for (j = 0; j < RSTG_TTL_SLOTS; j++)
		total += t->n[j];
	if (total < RSTG_TTL_TRUST)
		return t->n[i];
	return t->n[i] >= 2 && t->n[i] * 4 >= total;
}

/**
 * rstg_ttl_learn() - one more packet of this sender
 * @t:   the set
 * @ttl: what the packet arrived with
 *
 * With all slots taken the least used one makes room, so that a route that
 * keeps changing is followed and a single stray packet soon forgotten.
 */
void rstg_ttl_learn(struct rstg_ttl *t, u8 ttl)
{
	unsigned int i, least = 0;

	for (i = 0; i < RSTG_TTL_SLOTS; i++) {
		if (t->n[i] && t->val[i] == ttl) {
			if (t->n[i] < U8_MAX)
				t->n[i]++;
			return;
		}
		if (t->n[i] < t->n[least])
			least = i;
	}
	/* A trusted value leaves only by ageing: each stranger takes one from it. */
	if (t->n[least] > RSTG_TTL_TRUST) {
		t->n[least]--;
		return;
	}
	t->val[least] = ttl;
	t->n[least] = 1;
}

/**
 * rstg_ttl_vouch() - learn a value at full trust
 * @t:   the set
 * @ttl: TTL of a SYN or SYN-ACK whose sequence number the other side has
 *       acknowledged, so that it came from the host that now talks
 */
void rstg_ttl_vouch(struct rstg_ttl *t, u8 ttl)
{
	unsigned int i;

	rstg_ttl_learn(t, ttl);
	for (i = 0; i < RSTG_TTL_SLOTS; i++)
		if (t->val[i] == ttl && t->n[i] && t->n[i] < RSTG_TTL_TRUST)
			t->n[i] = RSTG_TTL_TRUST;
}

static bool same_distance(u8 a, u8 b)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(initial); i++) {
		int hops_a = initial[i] - a;

		if (hops_a < 0 || hops_a > RSTG_HOPS_MAX)
			continue;
		for (j = 0; j < ARRAY_SIZE(initial); j++) {
			int diff = initial[j] - b - hops_a;

			if (i != j && diff >= -RSTG_TTL_NEAR && diff <= RSTG_TTL_NEAR)
				return true;
		}
	}
	return false;
}

/**
 * rstg_ttl_check() - does this TTL belong to that sender?
 * @t:   the set
 * @ttl: TTL of the RST
 *
 * Return: the best fit among the trusted values.
 */
enum rstg_ttl_fit rstg_ttl_check(const struct rstg_ttl *t, u8 ttl)
{
	enum rstg_ttl_fit best = RSTG_TTL_UNKNOWN, fit;
	unsigned int i;

	for (i = 0; i < RSTG_TTL_SLOTS; i++) {
		int off = t->val[i] - ttl;

		if (!slot_trusted(t, i))
			continue;
		if (!off)
			return RSTG_TTL_SAME;
		if (off >= -RSTG_TTL_NEAR && off <= RSTG_TTL_NEAR)
			fit = RSTG_TTL_BESIDE;
		else if (same_distance(t->val[i], ttl))
			fit = RSTG_TTL_ALIAS;
		else if (off >= -RSTG_TTL_OFF && off <= RSTG_TTL_OFF)
			fit = RSTG_TTL_MOVED;
		else
			fit = RSTG_TTL_STRANGE;
		if (best == RSTG_TTL_UNKNOWN || fit < best)
			best = fit;
	}
	return best;
}
