// SPDX-License-Identifier: GPL-2.0-only
/*
 * A log names the client's address, rarely its port: time and what happened have to tell
 * which of a client's connections a session was. All pairs that are possible get a cost;
 * the cheapest are joined first, each connection to one session at most. Where several
 * were as cheap, we say so instead of choosing in silence.
 */
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "mail_join.h"
#include "mail_service.h"

/* Two hosts whose clocks NTP keeps: the events may come from a router's rstguard. */
#define CLOCKS		LOGTIME_SECOND

/* A proof of life is waited for that long, and may be all that is told of a RST. */
#define PROOF		((int64_t)(RSTG_LIFE_BEATS + 1) * (1 << 20) / 1000)

/*
 * A server finds out when it reads next: after its lookups and filters, and after the
 * second that postfix sleeps for each error (smtpd_error_sleep_time), 20 at most.
 */
#define LATE		(30 * LOGTIME_SECOND)

/* Of two lines that a busy server writes closer together, each may be the first. */
#define JITTER		(LOGTIME_SECOND / 10)

/* The beginning stands in an older log: postfix gives up after 5 minutes of silence. */
#define BEGAN_BEFORE	(600 * LOGTIME_SECOND)

/* What is looked at for a session, and what is kept: a scanner has thousands. */
#define LOOKED_AT	1024U
#define CANDIDATES	16U

/* A different answer to what the log says is worse than any distance in time. */
#define COST_KIND	1000000U
#define COST_PORT	500000U
#define COST_TIME_MAX	499999U

/**
 * struct end - one end of a connection
 * @addr: its address; what they are sorted by, and by time within
 * @us:   when the connection ended; or the last time that it was heard of
 * @c:    the connection
 * @end:  0 or 1
 */
struct end {
	const struct rstg_addr *addr;
	int64_t us;
	struct connection *c;
	unsigned int end;
};

/**
 * struct pair - a session, and a connection that it may have been
 * @session: its number
 * @cost:    how badly they fit
 * @end:     of the connection
 */
struct pair {
	uint32_t session;
	uint32_t cost;
	const struct end *end;
};

/**
 * struct join - what is being done
 * @ends:    of all connections, sorted
 * @nr_ends: how many
 * @pairs:   all that are possible
 * @n:       how many
 * @size:    room for how many
 */
struct join {
	struct end *ends;
	size_t nr_ends;
	struct pair *pairs;
	size_t n;
	size_t size;
};

static int by_addr_and_time(const void *a, const void *b)
{
	const struct end *x = a, *y = b;
	int cmp = memcmp(x->addr, y->addr, sizeof(*x->addr));

	if (cmp)
		return cmp;
	if (x->us != y->us)
		return x->us < y->us ? -1 : 1;
	return x->c < y->c ? -1 : x->c > y->c;
}

static bool sort_ends(struct join *j, struct sessionlog *log)
{
	unsigned int i, end;

	j->ends = malloc((log->n ? log->n : 1) * 2 * sizeof(*j->ends));
	if (!j->ends)
		return false;
	for (i = 0; i < log->n; i++) {
		struct connection *c = &log->list[i];

		for (end = 0; end < 2; end++)
			j->ends[j->nr_ends++] = (struct end){
				.addr = &c->addr[end],
				.us = c->ended ? c->end : c->last,
				.c = c,
				.end = end,
			};
	}
	qsort(j->ends, j->nr_ends, sizeof(*j->ends), by_addr_and_time);
	return true;
}

/* --- what fits ------------------------------------------------------------------- */

static bool reset(const struct connection *c)
{
	return c->passed || c->genuine;
}

static bool closed_by(const struct connection *c, const char *who)
{
	return c->closed && !strcmp(c->close.by, who);
}

/* 0: what was seen explains what the log says; more: less. */
static uint32_t kind(const struct mail_session *s, const struct connection *c)
{
	if (s->signs & MAIL_RESET)
		return reset(c) ? 0 : 2;
	if (s->signs & MAIL_TIMEOUT)
		return closed_by(c, "server") ? 0 : reset(c) ? 2 : 1;
	if (s->tls || (s->signs & MAIL_REFUSED))
		return c->closed ? 0 : 1;
	if (s->signs & MAIL_CUT)
		return reset(c) || closed_by(c, "client") ? 0 : c->closed ? 1 : 2;
	return reset(c) ? 1 : 0;
}

static int64_t earliest(const struct mail_session *s, const struct connection *c)
{
	int64_t begin = s->begin - CLOCKS;

	if (!s->begun && s->daemon == MAIL_POSTFIX)
		begin -= BEGAN_BEFORE;
	/* what ended the connection did not do so long before the server knew */
	if (c->ended && (s->signs & MAIL_END) && s->end - LATE > begin)
		return s->end - LATE;
	return begin;
}

static int64_t latest(const struct mail_session *s)
{
	return s->signs & MAIL_END ? s->end + s->step + PROOF + CLOCKS : INT64_MAX;
}

/* What came too late was not even looked at. */
static bool in_time(const struct mail_session *s, const struct end *e)
{
	return !s->timed || e->us >= earliest(s, e->c);
}

/* Away from the last line, in steps that can be told apart. */
static uint32_t distance(const struct mail_session *s, const struct end *e)
{
	int64_t unit = s->step > JITTER ? s->step : JITTER, gap = 0;

	/* of one that lived on any moment will do */
	if (!s->timed || !e->c->ended)
		return 0;
	if (e->us < s->end)
		gap = s->end - e->us;
	else if (e->us >= s->end + s->step)
		gap = e->us - s->end - s->step + 1;
	gap = (gap + unit - 1) / unit;
	return gap > COST_TIME_MAX ? COST_TIME_MAX : (uint32_t)gap;
}

/* False: they cannot be the same. */
static bool cost_of(const struct mail_session *s, const struct end *e, uint32_t *cost)
{
	uint16_t server = e->c->port[!e->end];
	enum mail_fit fit = mail_service_fit(s->service, server);

	if (s->port && s->port != e->c->port[e->end])
		return false;
	if (s->server_port ? s->server_port != server : fit == MAIL_FIT_WRONG)
		return false;
	if (!in_time(s, e))
		return false;
	*cost = kind(s, e->c) * COST_KIND + distance(s, e);
	if (!s->server_port && fit == MAIL_FIT_ODD)
		*cost += COST_PORT;
	return true;
}

/* --- pairs ------------------------------------------------------------------------- */

/* Behind the last one of the client that came before a time. */
static size_t behind(const struct join *j, const struct rstg_addr *addr, int64_t us)
{
	size_t low = 0, high = j->nr_ends;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int cmp = memcmp(j->ends[mid].addr, addr, sizeof(*addr));

		if (cmp < 0 || (!cmp && j->ends[mid].us <= us))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool pair_add(struct join *j, const struct pair *p)
{
	struct pair *pairs;

	if (j->n == j->size) {
		j->size = j->size ? j->size * 2 : 256;
		pairs = realloc(j->pairs, j->size * sizeof(*pairs));
		if (!pairs)
			return false;
		j->pairs = pairs;
	}
	j->pairs[j->n++] = *p;
	return true;
}

static void keep_cheapest(struct pair *best, unsigned int *n, const struct pair *p)
{
	unsigned int i, worst = 0;

	if (*n < CANDIDATES) {
		best[(*n)++] = *p;
		return;
	}
	for (i = 1; i < *n; i++)
		if (best[i].cost > best[worst].cost)
			worst = i;
	if (p->cost < best[worst].cost)
		best[worst] = *p;
}

/* From the latest that is possible backwards. */
static bool pair_session(struct join *j, const struct mail_session *s, uint32_t number)
{
	size_t i = behind(j, &s->addr, s->timed ? latest(s) : INT64_MAX);
	struct pair best[CANDIDATES], p = { .session = number };
	unsigned int n = 0, looked;

	for (looked = 0; i && looked < LOOKED_AT; looked++) {
		p.end = &j->ends[--i];
		if (memcmp(p.end->addr, &s->addr, sizeof(s->addr)))
			break;
		if (cost_of(s, p.end, &p.cost))
			keep_cheapest(best, &n, &p);
	}
	while (n)
		if (!pair_add(j, &best[--n]))
			return false;
	return true;
}

/* Then by session and connection, so that the result is the same each time. */
static int by_cost(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->cost != y->cost)
		return x->cost < y->cost ? -1 : 1;
	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return x->end->us < y->end->us ? -1 : x->end->us > y->end->us;
}

/* How many are as cheap, for the session of the first of @p. Sorted: they are together. */
static unsigned int equals(const struct join *j, size_t p)
{
	const struct pair *this = &j->pairs[p];
	unsigned int n = 1;
	size_t i;

	for (i = p; i && j->pairs[i - 1].cost == this->cost &&
	     j->pairs[i - 1].session == this->session; i--)
		n++;
	for (i = p + 1; i < j->n && j->pairs[i].cost == this->cost &&
	     j->pairs[i].session == this->session; i++)
		n++;
	return n;
}

static void assign(struct join *j, struct mail_match *matches)
{
	size_t i;

	if (j->n)
		qsort(j->pairs, j->n, sizeof(*j->pairs), by_cost);
	for (i = 0; i < j->n; i++) {
		const struct pair *p = &j->pairs[i];
		struct mail_match *m = &matches[p->session];

		if (m->c || p->end->c->used)
			continue;
		p->end->c->used = true;
		m->c = p->end->c;
		m->client = p->end->end;
		m->of = equals(j, i);
	}
}

/**
 * mail_join() - find the connection of each session
 * @sessions: of the mail server's log
 * @log:      of rstguard; marks what was used
 *
 * Return: one match for each session, to be freed; NULL without memory.
 */
struct mail_match *mail_join(const struct mail_sessions *sessions, struct sessionlog *log)
{
	unsigned int i, n = mail_sessions_count(sessions);
	struct mail_match *matches = calloc(n ? n : 1, sizeof(*matches));
	struct join j = { };
	bool good = matches && sort_ends(&j, log);

	for (i = 0; good && i < n; i++)
		good = pair_session(&j, mail_sessions_get(sessions, i), i);
	if (good) {
		assign(&j, matches);
	} else {
		free(matches);
		matches = NULL;
	}
	free(j.pairs);
	free(j.ends);
	return matches;
}
