// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "mail_count.h"

/* The first address of the network. */
static void network_of(struct rstg_addr *net, const struct rstg_addr *addr)
{
	bool v4 = rstg_addr_is_v4(addr);

	*net = *addr;
	if (v4) {
		net->w[3] &= htonl(0xffffff00);
		return;
	}
	net->w[1] &= htonl(0xffff0000);
	net->w[2] = 0;
	net->w[3] = 0;
}

/**
 * mail_network_text() - "192.0.2.0/24"
 * @out:  result
 * @addr: first address
 */
void mail_network_text(char out[MAIL_NETWORK_TEXT], const struct rstg_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	fmt_addr(text, addr);
	snprintf(out, MAIL_NETWORK_TEXT, "%s/%d", text, rstg_addr_is_v4(addr) ? 24 : 48);
}

/**
 * mail_network_bad() - is there anything to tell of it?
 * @net: network
 */
bool mail_network_bad(const struct mail_network *net)
{
	return net->cut || net->forged || net->suspect;
}

static int by_addr(const void *a, const void *b)
{
	const struct mail_session *x = *(const struct mail_session *const *)a;
	const struct mail_session *y = *(const struct mail_session *const *)b;

	return memcmp(&x->addr, &y->addr, sizeof(x->addr));
}

/* Equal ones by address, so that the order is always the same. */
static int by_harm(const void *a, const void *b)
{
	const struct mail_network *x = a, *y = b;

	if (x->forged != y->forged)
		return x->forged < y->forged ? 1 : -1;
	if (x->suspect != y->suspect)
		return x->suspect < y->suspect ? 1 : -1;
	if (x->cut != y->cut)
		return x->cut < y->cut ? 1 : -1;
	return memcmp(&x->addr, &y->addr, sizeof(x->addr));
}

static void count_session(struct mail_count *n, const struct mail_session *s,
			  const struct mail_match *m)
{
	enum mail_ending ending = mail_session_ending(s);

	n->sessions++;
	n->ended[ending]++;
	n->classes[mail_class(s, m->c)][ending != MAIL_ENDED_CUT]++;
	n->went_on += mail_went_on(s, m->c);
	n->untimed += !s->timed;
	n->guessed += m->of > 1;
}

static void count_network(struct mail_network *net, const struct mail_session *s,
			  const struct mail_match *m)
{
	enum mail_class class = mail_class(s, m->c);

	net->sessions++;
	net->cut += mail_session_ending(s) == MAIL_ENDED_CUT;
	net->forged += class == MAIL_CLASS_FORGED;
	net->suspect += class == MAIL_CLASS_SUSPECT;
}

/* Sessions of one network stand together. */
static void count_networks(struct mail_count *n, const struct mail_report *r,
			   const struct mail_session **list)
{
	const struct mail_session *first = n->sessions ? mail_sessions_get(r->sessions, 0) : NULL;
	struct mail_network *net = NULL;
	struct rstg_addr addr;
	unsigned int i;

	for (i = 0; i < n->sessions; i++) {
		network_of(&addr, &list[i]->addr);
		if (!net || memcmp(&net->addr, &addr, sizeof(addr))) {
			net = &n->networks[n->nr_networks++];
			net->addr = addr;
		}
		if (!i || by_addr(&list[i - 1], &list[i]))
			n->clients++;
		count_network(net, list[i], &r->matches[list[i] - first]);
	}
	qsort(n->networks, n->nr_networks, sizeof(*n->networks), by_harm);
}

/**
 * mail_count() - count
 * @n: result, for mail_count_free()
 * @r: what was found
 *
 * Return: false without memory.
 */
bool mail_count(struct mail_count *n, const struct mail_report *r)
{
	unsigned int i, all = mail_sessions_count(r->sessions);
	const struct mail_session **list = calloc(all ? all : 1, sizeof(*list));

	memset(n, 0, sizeof(*n));
	n->networks = calloc(all ? all : 1, sizeof(*n->networks));
	if (!list || !n->networks) {
		free(list);
		mail_count_free(n);
		return false;
	}
	for (i = 0; i < all; i++) {
		list[i] = mail_sessions_get(r->sessions, i);
		count_session(n, list[i], &r->matches[i]);
	}
	qsort(list, all, sizeof(*list), by_addr);
	count_networks(n, r, list);
	free(list);
	return true;
}

/**
 * mail_count_free() - forget the counts
 * @n: counted
 */
void mail_count_free(struct mail_count *n)
{
	free(n->networks);
	n->networks = NULL;
}
