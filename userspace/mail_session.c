// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mail_session.h"

#define BUCKETS		65536U	/* a power of two */

/* A client with thousands of sessions: the one that goes on is among the last. */
#define LOOK_BACK	64U

/*
 * exim tells in several lines that a connection has ended ("TLS error on", "unexpected
 * disconnection"), and has no line for that nothing more will come. Its timeouts are of
 * five minutes; what comes later is about another connection.
 */
#define EXIM_TOGETHER	(2 * LOGTIME_SECOND)
#define EXIM_SILENT	(600 * LOGTIME_SECOND)

/**
 * struct mail_sessions - all of a log
 * @list:   in the order of their first lines
 * @n:      how many
 * @size:   room for how many
 * @heads:  by key, the newest first: index in @list plus 1
 * @known:  by client's address, one bit for each hash: may say yes too often
 * @beyond: lines that would have begun one more than %MAIL_SESSIONS
 */
struct mail_sessions {
	struct mail_session *list;
	unsigned int n;
	unsigned int size;
	uint32_t heads[BUCKETS];
	uint64_t known[BUCKETS / 64];
	uint64_t beyond;
};

static uint32_t hash(uint32_t h, const void *octets, size_t n)
{
	const uint8_t *p = octets;

	while (n--)
		h = (h ^ *p++) * 16777619U;	/* FNV-1a */
	return h;
}

/**
 * mail_addr_hash() - for tables of addresses
 * @addr: address
 */
uint32_t mail_addr_hash(const struct rstg_addr *addr)
{
	return hash(2166136261U, addr->w, sizeof(addr->w));
}

/**
 * mail_sessions_new() - none so far
 *
 * Return: NULL without memory.
 */
struct mail_sessions *mail_sessions_new(void)
{
	return calloc(1, sizeof(struct mail_sessions));
}

/**
 * mail_sessions_free() - forget them
 * @all: may be NULL
 */
void mail_sessions_free(struct mail_sessions *all)
{
	if (!all)
		return;
	free(all->list);
	free(all);
}

/* What lines of one session have in common. */
static uint32_t key(const struct mail_fact *f)
{
	uint32_t h = hash(2166136261U, &f->daemon, sizeof(f->daemon));

	if (f->daemon == MAIL_POSTFIX)
		h = hash(h, &f->pid, sizeof(f->pid));
	else if (f->id[0])
		h = hash(h, f->id, strlen(f->id));
	else
		h = hash(h, &f->addr, sizeof(f->addr));
	return h % BUCKETS;
}

static bool same_addr(const struct mail_session *s, const struct mail_fact *f)
{
	return !f->has_addr || !s->has_addr || !memcmp(&s->addr, &f->addr, sizeof(f->addr));
}

/* Where the log does not tell, anything fits. */
static bool fits(unsigned int a, unsigned int b)
{
	return !a || !b || a == b;
}

static bool goes_on_exim(const struct mail_session *s, const struct mail_fact *f,
			 const struct mail_line *line)
{
	int64_t gap;

	if (!f->has_addr || !same_addr(s, f) || !fits(s->port, f->port) || !fits(s->pid, f->pid))
		return false;
	if ((s->signs & MAIL_END) && (f->signs & MAIL_USED))
		return false;
	gap = s->timed && line->timed ? line->time.us - s->end : 0;
	return gap <= (s->signs & (MAIL_END | MAIL_TLS) ? EXIM_TOGETHER : EXIM_SILENT);
}

/* Is the line about that session? */
static bool goes_on(const struct mail_session *s, const struct mail_fact *f,
		    const struct mail_line *line)
{
	if (s->daemon != f->daemon || (f->signs & MAIL_BEGIN))
		return false;
	if (f->daemon == MAIL_POSTFIX)
		return s->pid == f->pid && same_addr(s, f) && fits(s->port, f->port) &&
		       !(s->signs & MAIL_END);
	if (f->daemon == MAIL_DOVECOT)
		return f->id[0] && !strcmp(s->id, f->id) && !(s->signs & MAIL_END);
	return goes_on_exim(s, f, line);
}

static struct mail_session *find(struct mail_sessions *all, const struct mail_fact *f,
				 const struct mail_line *line)
{
	uint32_t i = all->heads[key(f)];
	unsigned int steps;

	for (steps = 0; i && steps < LOOK_BACK; steps++) {
		struct mail_session *s = &all->list[i - 1];

		if (goes_on(s, f, line))
			return s;
		i = s->next;
	}
	return NULL;
}

static bool make_room(struct mail_sessions *all)
{
	struct mail_session *list;
	unsigned int size;

	if (all->n < all->size)
		return true;
	size = all->size ? all->size * 2 : 256;
	list = realloc(all->list, size * sizeof(*list));
	if (!list)
		return false;
	all->list = list;
	all->size = size;
	return true;
}

static struct mail_session *begin(struct mail_sessions *all, const struct mail_fact *f,
				  const struct mail_line *line)
{
	struct mail_session *s = &all->list[all->n++];

	memset(s, 0, sizeof(*s));
	s->daemon = f->daemon;
	s->pid = f->pid;
	s->timed = line->timed;
	s->begun = f->signs & MAIL_BEGIN;
	s->step = line->time.step;
	s->begin = line->time.us - f->before * LOGTIME_SECOND;
	memcpy(s->service, f->service, sizeof(s->service));
	memcpy(s->id, f->id, sizeof(s->id));
	s->next = all->heads[key(f)];
	all->heads[key(f)] = all->n;
	return s;
}

/* How much a line tells of how it ended. */
static unsigned int weight(const struct mail_fact *f)
{
	if (f->signs & (MAIL_LOST | MAIL_TIMEOUT))
		return f->tls || f->stage[0] || (f->signs & MAIL_RESET) ? 6 : 5;
	if (f->signs & MAIL_TLS)
		return f->stage[0] ? 5 : 4;
	if (f->signs & (MAIL_REFUSED | MAIL_STRANGER | MAIL_RESET))
		return 3;
	return f->signs & MAIL_END ? 2 : 1;
}

static void take(struct mail_session *s, const struct mail_fact *f,
		 const struct mail_line *line)
{
	if (f->has_addr) {
		s->addr = f->addr;
		s->has_addr = true;
	}
	if (f->port)
		s->port = f->port;
	if (f->server_port)
		s->server_port = f->server_port;
	if (f->pid)
		s->pid = f->pid;
	if (f->tls)
		s->tls = f->tls;
	if (f->stage[0])
		memcpy(s->stage, f->stage, sizeof(s->stage));
	if (line->timed) {
		s->end = line->time.us;
		s->timed = true;
	}
	s->signs |= f->signs;
	if (weight(f) > s->weight) {
		s->weight = weight(f);
		maillog_escape(s->said, sizeof(s->said), line->text);
	}
}

static void remember_client(struct mail_sessions *all, const struct rstg_addr *addr)
{
	uint32_t h = mail_addr_hash(addr) % BUCKETS;

	all->known[h / 64] |= BIT_ULL(h % 64);
}

/* A line of another service, or of what a process says while it serves nobody. */
static bool begins_nothing(const struct mail_fact *f)
{
	return !f->has_addr;
}

/**
 * mail_sessions_add() - one more line
 * @all:  sessions so far
 * @line: line
 *
 * Return: 1 it is about a session, 0 it is not, -ENOMEM.
 */
int mail_sessions_add(struct mail_sessions *all, const struct mail_line *line)
{
	struct mail_session *s;
	struct mail_fact f;

	if (!mail_fact(line, &f))
		return 0;
	s = find(all, &f, line);
	if (!s) {
		if (begins_nothing(&f))
			return 0;
		if (all->n == MAIL_SESSIONS) {
			all->beyond++;
			return 1;
		}
		if (!make_room(all))
			return -ENOMEM;
		s = begin(all, &f, line);
	}
	take(s, &f, line);
	if (f.has_addr)
		remember_client(all, &f.addr);
	return 1;
}

/**
 * mail_sessions_count() - how many are there?
 * @all: sessions
 */
unsigned int mail_sessions_count(const struct mail_sessions *all)
{
	return all->n;
}

/**
 * mail_sessions_get() - one of them
 * @all: sessions
 * @i:   from 0, in the order of their first lines
 */
const struct mail_session *mail_sessions_get(const struct mail_sessions *all, unsigned int i)
{
	return &all->list[i];
}

/**
 * mail_sessions_know() - has this client any session?
 * @all:    sessions
 * @client: its address
 *
 * Return: false: it has none. True: it may have.
 */
bool mail_sessions_know(const struct mail_sessions *all, const struct rstg_addr *client)
{
	uint32_t h = mail_addr_hash(client) % BUCKETS;

	return all->known[h / 64] & BIT_ULL(h % 64);
}

/**
 * mail_sessions_beyond() - what found no room
 * @all: sessions
 *
 * Return: lines about sessions that are not kept.
 */
uint64_t mail_sessions_beyond(const struct mail_sessions *all)
{
	return all->beyond;
}

/**
 * mail_session_ending() - how did it end?
 * @s: session
 */
enum mail_ending mail_session_ending(const struct mail_session *s)
{
	if (s->signs & MAIL_CUT)
		return MAIL_ENDED_CUT;
	/* of a mail that was accepted exim tells no end, unless it was not well */
	if (s->daemon == MAIL_EXIM && (s->signs & MAIL_USED))
		return MAIL_ENDED_WELL;
	return s->signs & MAIL_END ? MAIL_ENDED_WELL : MAIL_ENDED_OPEN;
}
