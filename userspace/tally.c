// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counts of the RSTs that are suspect or forged. Genuine ones are not counted
 * by peer: a scan has a million of them, and nobody asks.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "reasons.h"
#include "tally.h"

/*
 * A power of two. Whoever makes up a capture can forge from more addresses: the
 * rest is counted together, in 2 MB in all.
 */
#define PEERS_MAX	32768
#define PEERS_SHOWN	20	/* what fits on a screen */

/**
 * struct peer - who is said to have sent RSTs
 * @addr:    its address
 * @suspect: RSTs in its name
 * @forged:  same, with proof
 */
struct peer {
	struct rstg_addr addr;
	uint32_t suspect;
	uint32_t forged;
};

/**
 * struct tally - all counts
 * @peers:   hashed by address, open addressing; unused: both counts 0
 * @n:       how many are used
 * @beyond:  RSTs in the name of peers that found no place
 * @reasons: RSTs by reason
 */
struct tally {
	struct peer peers[PEERS_MAX];
	unsigned int n;
	uint64_t beyond;
	uint64_t reasons[64];
};

/**
 * tally_new() - all counts zero
 *
 * Return: NULL without memory.
 */
struct tally *tally_new(void)
{
	return calloc(1, sizeof(struct tally));
}

/**
 * tally_free() - forget the counts
 * @t: may be NULL
 */
void tally_free(struct tally *t)
{
	free(t);
}

static bool used(const struct peer *p)
{
	return p->suspect || p->forged;
}

/* A quarter stays free, so that a search ends soon. NULL: no room. */
static struct peer *peer_find(struct tally *t, const struct rstg_addr *addr)
{
	uint32_t h = 2166136261U;
	size_t i;

	for (i = 0; i < sizeof(*addr); i++)
		h = (h ^ ((const uint8_t *)addr)[i]) * 16777619U;
	for (h %= PEERS_MAX; used(&t->peers[h]); h = (h + 1) % PEERS_MAX)
		if (!memcmp(&t->peers[h].addr, addr, sizeof(*addr)))
			return &t->peers[h];
	if (t->n >= PEERS_MAX / 4 * 3)
		return NULL;
	t->n++;
	t->peers[h].addr = *addr;
	return &t->peers[h];
}

/**
 * tally_add() - count a RST
 * @t: counts
 * @r: what was found; whatever is not notable is not counted
 */
void tally_add(struct tally *t, const struct report *r)
{
	struct peer *p;
	unsigned int i;

	if (!report_notable(r))
		return;
	for (i = 0; i < ARRAY_SIZE(t->reasons); i++)
		if (r->reasons & BIT_ULL(i))
			t->reasons[i]++;
	p = peer_find(t, &r->saddr);
	if (!p)
		t->beyond++;
	else if (r->verdict == RSTG_FORGED)
		p->forged++;
	else
		p->suspect++;
}

/* Most RSTs first; equal ones by address, so that the order is always the same. */
static int by_count(const void *a, const void *b)
{
	const struct peer *x = *(const struct peer *const *)a;
	const struct peer *y = *(const struct peer *const *)b;
	uint64_t nx = (uint64_t)x->suspect + x->forged, ny = (uint64_t)y->suspect + y->forged;

	if (nx != ny)
		return nx < ny ? 1 : -1;
	return memcmp(&x->addr, &y->addr, sizeof(x->addr));
}

/* To be freed; NULL without memory, or without peers. */
static const struct peer **sorted(const struct tally *t)
{
	const struct peer **list = t->n ? malloc(t->n * sizeof(*list)) : NULL;
	unsigned int i, n = 0;

	if (!list)
		return NULL;
	for (i = 0; i < PEERS_MAX; i++)
		if (used(&t->peers[i]))
			list[n++] = &t->peers[i];
	qsort(list, n, sizeof(*list), by_count);
	return list;
}

/* RSTs in the name of peers beyond those that are listed. */
static uint64_t count_rest(const struct tally *t, const struct peer **list)
{
	uint64_t n = t->beyond;
	unsigned int i;

	for (i = PEERS_SHOWN; list && i < t->n; i++)
		n += (uint64_t)list[i]->suspect + list[i]->forged;
	return n;
}

static unsigned int shown(const struct tally *t, const struct peer **list)
{
	if (!list)
		return 0;
	return t->n < PEERS_SHOWN ? t->n : PEERS_SHOWN;
}

/**
 * tally_json() - into the summary
 * @t:       counts
 * @summary: gets "peers", "other_peers" and "reasons"
 */
void tally_json(const struct tally *t, json_t *summary)
{
	const struct peer **list = sorted(t);
	json_t *peers = json_array(), *reasons = json_object();
	char addr[INET6_ADDRSTRLEN];
	unsigned int i;

	for (i = 0; i < shown(t, list); i++) {
		fmt_addr(addr, &list[i]->addr);
		json_array_append_new(peers, json_pack("{ss sI sI}", "ip", addr,
						       "suspect", (json_int_t)list[i]->suspect,
						       "forged", (json_int_t)list[i]->forged));
	}
	for (i = 0; i < RSTG_R_MAX; i++)
		if (t->reasons[i])
			json_object_set_new(reasons, rstg_reasons[i].name,
					    json_integer((json_int_t)t->reasons[i]));
	json_object_set_new(summary, "peers", peers);
	json_object_set_new(summary, "other_peers",
			    json_integer((json_int_t)count_rest(t, list)));
	json_object_set_new(summary, "reasons", reasons);
	free(list);
}

static void text_reasons(const struct tally *t, FILE *out)
{
	unsigned int i;

	fprintf(out, "  %8s  %s\n", "resets", "because of");
	for (i = 0; i < RSTG_R_MAX; i++)
		if (t->reasons[i])
			fprintf(out, "  %8" PRIu64 "  %s: %s\n", t->reasons[i],
				rstg_reasons[i].name, rstg_reasons[i].text);
}

/**
 * tally_text() - tables for people; nothing where nothing was counted
 * @t:   counts
 * @out: where to
 */
void tally_text(const struct tally *t, FILE *out)
{
	const struct peer **list = sorted(t);
	char addr[INET6_ADDRSTRLEN];
	uint64_t rest;
	unsigned int i;

	if (!list)
		return;
	fprintf(out, "  %8s %8s  %s\n", "forged", "suspect", "in the name of");
	for (i = 0; i < shown(t, list); i++) {
		fmt_addr(addr, &list[i]->addr);
		fprintf(out, "  %8" PRIu32 " %8" PRIu32 "  %s\n", list[i]->forged,
			list[i]->suspect, addr);
	}
	rest = count_rest(t, list);
	if (rest)
		fprintf(out, "  %17" PRIu64 "  others\n", rest);
	text_reasons(t, out);
	free(list);
}
