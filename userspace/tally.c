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
#define NAMES_MAX	64	/* different injectors in one capture; the rest is "unknown" */

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
 * struct name - an injector
 * @name: its name; the fingerprints keep it
 * @n:    RSTs that it has sent
 */
struct name {
	const char *name;
	uint64_t n;
};

/**
 * struct tally - all counts
 * @peers:   hashed by address, open addressing; unused: both counts 0
 * @n:       how many are used
 * @beyond:  RSTs in the name of peers that found no place
 * @reasons: RSTs by reason
 * @names:   RSTs by injector; the first is who is unknown
 * @nr_names: how many of these
 * @named:   there were fingerprints to look for
 */
struct tally {
	struct peer peers[PEERS_MAX];
	unsigned int n;
	uint64_t beyond;
	uint64_t reasons[64];
	struct name names[NAMES_MAX];
	unsigned int nr_names;
	bool named;
};

/**
 * tally_new() - all counts zero
 *
 * Return: NULL without memory.
 */
struct tally *tally_new(void)
{
	struct tally *t = calloc(1, sizeof(*t));

	if (t) {
		t->names[0].name = "unknown";
		t->nr_names = 1;
	}
	return t;
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

static void count_name(struct tally *t, const char *name)
{
	unsigned int i;

	t->named = true;
	for (i = 1; name && i < t->nr_names; i++)
		if (!strcmp(t->names[i].name, name))
			break;
	if (!name || i == NAMES_MAX)
		i = 0;
	else if (i == t->nr_names)
		t->names[t->nr_names++].name = name;
	t->names[i].n++;
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

	if (!report_notable(r) || !report_of_rst(r))
		return;
	for (i = 0; i < ARRAY_SIZE(t->reasons); i++)
		if (r->reasons & BIT_ULL(i))
			t->reasons[i]++;
	if (r->named)
		count_name(t, r->injector);
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
 * @summary: gets "peers", "other_peers", "injectors" and "reasons"
 */
void tally_json(const struct tally *t, json_t *summary)
{
	const struct peer **list = sorted(t);
	json_t *peers = json_array(), *names = json_object(), *reasons = json_object();
	char addr[INET6_ADDRSTRLEN];
	unsigned int i;

	for (i = 0; i < shown(t, list); i++) {
		fmt_addr(addr, &list[i]->addr);
		json_array_append_new(peers, json_pack("{ss sI sI}", "ip", addr,
						       "suspect", (json_int_t)list[i]->suspect,
						       "forged", (json_int_t)list[i]->forged));
	}
	for (i = 0; i < t->nr_names; i++)
		if (t->names[i].n)
			json_object_set_new(names, t->names[i].name,
					    json_integer((json_int_t)t->names[i].n));
	for (i = 0; i < RSTG_R_MAX; i++)
		if (t->reasons[i])
			json_object_set_new(reasons, rstg_reasons[i].name,
					    json_integer((json_int_t)t->reasons[i]));
	json_object_set_new(summary, "peers", peers);
	json_object_set_new(summary, "other_peers",
			    json_integer((json_int_t)count_rest(t, list)));
	json_object_set_new(summary, "injectors", names);
	json_object_set_new(summary, "reasons", reasons);
	free(list);
}

static void text_names(const struct tally *t, FILE *out)
{
	unsigned int i;

	if (!t->named)
		return;
	fprintf(out, "  %17s  %s\n", "resets", "sent by");
	for (i = 0; i < t->nr_names; i++)
		if (t->names[i].n)
			fprintf(out, "  %17" PRIu64 "  %s\n", t->names[i].n, t->names[i].name);
}

static void text_reasons(const struct tally *t, FILE *out)
{
	unsigned int i;

	fprintf(out, "  %17s  %s\n", "resets", "because of");
	for (i = 0; i < RSTG_R_MAX; i++)
		if (t->reasons[i])
			fprintf(out, "  %17" PRIu64 "  %s: %s\n", t->reasons[i],
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
	text_names(t, out);
	text_reasons(t, out);
	free(list);
}
