// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fmt.h"
#include "logsource.h"
#include "logtime.h"
#include "mail_session.h"
#include "sessionlog.h"

#define BUCKETS		65536U	/* a power of two */

/* An event has 1 kB; a longer line is no event, whatever it is. */
#define LINE		16384

/*
 * When a connection is over, its ports may begin a new one: Linux keeps them that long
 * (TCP_TIMEWAIT_LEN). What comes sooner belongs to the end that was seen: a proof of
 * life, a second reset, the other side's FIN.
 */
#define LINGER		(60 * LOGTIME_SECOND)

/**
 * sessionlog_new() - no connections so far
 *
 * Return: NULL without memory.
 */
struct sessionlog *sessionlog_new(void)
{
	struct sessionlog *log = calloc(1, sizeof(*log));

	if (!log)
		return NULL;
	log->heads = calloc(BUCKETS, sizeof(*log->heads));
	if (log->heads)
		return log;
	free(log);
	return NULL;
}

/**
 * sessionlog_free() - forget them
 * @log: may be NULL
 */
void sessionlog_free(struct sessionlog *log)
{
	if (!log)
		return;
	free(log->heads);
	free(log->list);
	free(log);
}

/* --- connections ------------------------------------------------------------------- */

/**
 * struct event - what one line says
 * @addr: source and destination
 * @port: same
 * @us:   when
 * @type: "rst", "close" or "starttls"
 * @json: the whole
 */
struct event {
	struct rstg_addr addr[2];
	uint16_t port[2];
	int64_t us;
	const char *type;
	const json_t *json;
};

/* The same for both directions. */
static uint32_t bucket(const struct event *ev)
{
	uint32_t h = mail_addr_hash(&ev->addr[0]) + mail_addr_hash(&ev->addr[1]);

	h += (uint32_t)(ev->port[0] + ev->port[1]) * 2654435761U;
	return (h >> 16 ^ h) % BUCKETS;
}

static bool is_end(const struct connection *c, unsigned int end, const struct event *ev,
		   unsigned int side)
{
	return c->port[end] == ev->port[side] &&
	       !memcmp(&c->addr[end], &ev->addr[side], sizeof(c->addr[end]));
}

/* 0 or 1: which end of the connection is the event's source; -1: it is another one. */
static int source_end(const struct connection *c, const struct event *ev)
{
	int end;

	for (end = 0; end < 2; end++)
		if (is_end(c, (unsigned int)end, ev, 0) && is_end(c, (unsigned int)!end, ev, 1))
			return end;
	return -1;
}

static bool goes_on(const struct connection *c, const struct event *ev)
{
	/* files may come in any order */
	int64_t gap = ev->us > c->last ? ev->us - c->last : c->first - ev->us;

	return !c->ended || gap <= LINGER;
}

static struct connection *add(struct sessionlog *log, const struct event *ev)
{
	struct connection *c;
	unsigned int size;

	if (log->n == log->size) {
		size = log->size ? log->size * 2 : 256;
		c = realloc(log->list, size * sizeof(*c));
		if (!c)
			return NULL;
		log->list = c;
		log->size = size;
	}
	c = &log->list[log->n++];
	memset(c, 0, sizeof(*c));
	memcpy(c->addr, ev->addr, sizeof(c->addr));
	memcpy(c->port, ev->port, sizeof(c->port));
	c->first = ev->us;
	c->last = ev->us;
	c->older = log->heads[bucket(ev)];
	log->heads[bucket(ev)] = log->n;
	return c;
}

/* --- what the events say ------------------------------------------------------------ */

/* Names are ours, but the file may be anybody's: no other letters go to a terminal. */
static void take_name(char *out, size_t size, const char *name)
{
	size_t n = name ? strlen(name) : 0;

	if (n >= size || n != strspn(name ? name : "", "abcdefghijklmnopqrstuvwxyz0123456789-.+"))
		name = "unknown";
	snprintf(out, size, "%s", name ? name : "");
}

static const char *text(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static uint32_t milliseconds(const json_t *o, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(o, key));

	return n < 0 ? 0 : n > U32_MAX ? U32_MAX : (uint32_t)n;
}

static void take_said(struct said *said, const json_t *trigger)
{
	said->known = json_is_object(trigger);
	take_name(said->by, sizeof(said->by), text(trigger, "by"));
	take_name(said->stage, sizeof(said->stage), text(trigger, "stage"));
	said->ms = milliseconds(trigger, "ms");
}

static void append_name(char *list, size_t size, const char *name)
{
	char one[SESSIONLOG_NAME];
	size_t n = strlen(list);

	take_name(one, sizeof(one), name);
	if (*one && !strstr(list, one) && n + strlen(one) + 2 < size)
		snprintf(list + n, size - n, "%s%s", n ? "," : "", one);
}

static uint64_t reasons_of(const json_t *names)
{
	uint64_t bits = 0;
	size_t i;

	for (i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		int bit = name ? fmt_reason_find(name) : -1;

		if (bit >= 0)
			bits |= 1ULL << bit;
	}
	return bits;
}

static int verdict_of(const char *name)
{
	int v;

	for (v = RSTG_GENUINE; name && v <= RSTG_FORGED; v++)
		if (!strcmp(name, fmt_verdict((uint32_t)v)))
			return v;
	return -1;
}

static void take_rst(struct rst_seen *seen, const json_t *rst, unsigned int src, int64_t us)
{
	const json_t *proof = json_object_get(rst, "proof");

	seen->src = src;
	seen->us = us;
	seen->score = (int)json_integer_value(json_object_get(rst, "score"));
	seen->proof[0] = '\0';
	if (json_is_object(proof)) {
		take_name(seen->proof, sizeof(seen->proof), text(proof, "kind"));
		seen->after_ms = milliseconds(proof, "after_ms");
	}
	seen->reasons = reasons_of(json_object_get(rst, "reasons"));
	take_said(&seen->said, json_object_get(rst, "trigger"));
}

static void end_at(struct connection *c, int64_t us)
{
	if (!c->ended || us < c->end)
		c->end = us;
	c->ended = true;
}

/* What was done with it. Without a word of that (a capture) it went its way. */
static void take_action(struct connection *c, const struct event *ev, int verdict)
{
	const char *action = text(ev->json, "action");
	const json_t *rst = json_object_get(ev->json, "rst");
	bool proof = json_is_object(json_object_get(rst, "proof"));

	if (action && !strcmp(action, "dropped")) {
		c->dropped = true;
		return;
	}
	if (action && !strcmp(action, "held")) {
		c->held = true;
		return;
	}
	/* a proof that comes after everything was dropped in mode drop has nothing to do */
	if (proof && c->dropped && !c->passed)
		return;
	if (verdict != RSTG_GENUINE)
		c->passed = true;
	else if (!c->genuine)
		c->genuine = ev->us;
	end_at(c, ev->us);
}

static void add_rst(struct connection *c, const struct event *ev, int verdict, unsigned int src)
{
	const json_t *rst = json_object_get(ev->json, "rst");
	bool first = !(c->rsts[RSTG_GENUINE] + c->rsts[RSTG_SUSPECT] + c->rsts[RSTG_FORGED]);

	c->rsts[verdict]++;
	take_action(c, ev, verdict);
	if (!first && (unsigned int)verdict <= c->rst.verdict)
		return;
	c->rst.verdict = (unsigned int)verdict;
	take_rst(&c->rst, rst, src, ev->us);
}

static void add_close(struct connection *c, const struct event *ev)
{
	const json_t *close = json_object_get(ev->json, "close");

	if (c->closed)
		return;
	c->closed = true;
	c->close.us = ev->us;
	take_name(c->close.by, sizeof(c->close.by), text(close, "by"));
	take_name(c->close.tls, sizeof(c->close.tls), text(close, "tls"));
	take_said(&c->close.said, json_object_get(close, "trigger"));
	end_at(c, ev->us);
}

/* --- lines ------------------------------------------------------------------------- */

static bool take_end(const json_t *o, const char *ip, const char *port,
		     struct rstg_addr *addr, uint16_t *number)
{
	const char *name = text(o, ip);
	json_int_t n = json_integer_value(json_object_get(o, port));

	if (!name || n < 1 || n > U16_MAX || !mail_addr(name, strlen(name), addr))
		return false;
	*number = (uint16_t)n;
	return true;
}

/* NULL, or what is missing. */
static const char *take_event(const json_t *o, struct event *ev)
{
	const char *time = text(o, "timestamp");
	struct logtime t;

	memset(ev, 0, sizeof(*ev));
	ev->json = o;
	ev->type = text(o, "event_type");
	if (!time || !logtime_read(time, 0, &t) || !t.iso)
		return "timestamp, as 2026-11-26T23:41:26.123456+0000";
	ev->us = t.us;
	if (!take_end(o, "src_ip", "src_port", &ev->addr[0], &ev->port[0]))
		return "src_ip and src_port";
	if (!take_end(o, "dest_ip", "dest_port", &ev->addr[1], &ev->port[1]))
		return "dest_ip and dest_port";
	if (!strcmp(ev->type, "rst") &&
	    verdict_of(text(json_object_get(o, "rst"), "verdict")) < 0)
		return "rst.verdict, one of genuine, suspect and forged";
	if (!strcmp(ev->type, "close") && !text(json_object_get(o, "close"), "by"))
		return "close.by, one of client, server and unknown";
	return NULL;
}

static struct connection *find(const struct sessionlog *log, const struct event *ev)
{
	uint32_t i = log->heads[bucket(ev)];

	for (; i; i = log->list[i - 1].older) {
		struct connection *c = &log->list[i - 1];

		if (source_end(c, ev) >= 0 && goes_on(c, ev))
			return c;
	}
	return NULL;
}

static int keep(struct sessionlog *log, const struct event *ev)
{
	struct connection *c = find(log, ev);
	unsigned int src;

	if (!c) {
		if (log->n == CONNECTIONS) {
			log->beyond++;
			return 0;
		}
		c = add(log, ev);
		if (!c)
			return -ENOMEM;
	}
	if (ev->us > c->last)
		c->last = ev->us;
	if (ev->us < c->first)
		c->first = ev->us;
	src = (unsigned int)source_end(c, ev);
	if (!strcmp(ev->type, "rst"))
		add_rst(c, ev, verdict_of(text(json_object_get(ev->json, "rst"), "verdict")),
			src);
	else if (!strcmp(ev->type, "close"))
		add_close(c, ev);
	else
		append_name(c->notices, sizeof(c->notices), text(ev->json, "notice"));
	return 0;
}

static bool of_use(const char *type)
{
	return type && (!strcmp(type, "rst") || !strcmp(type, "close") ||
			!strcmp(type, "starttls"));
}

static bool wanted(const struct sessionlog_wants *wants, const struct event *ev)
{
	return ev->us >= wants->since && (wants->client(wants->arg, &ev->addr[0]) ||
					  wants->client(wants->arg, &ev->addr[1]));
}

static int take_json(struct sessionlog *log, const json_t *o,
		     const struct sessionlog_wants *wants, char err[SESSIONLOG_ERROR])
{
	const char *missing;
	struct event ev;

	if (!json_is_object(o)) {
		snprintf(err, SESSIONLOG_ERROR, "a JSON object was expected");
		return -EINVAL;
	}
	if (!of_use(text(o, "event_type")))
		return 0;
	missing = take_event(o, &ev);
	if (missing) {
		snprintf(err, SESSIONLOG_ERROR, "an event without %s", missing);
		return -EINVAL;
	}
	if (!log->events || ev.us < log->first)
		log->first = ev.us;
	if (!log->events || ev.us > log->last)
		log->last = ev.us;
	log->events++;
	return wanted(wants, &ev) ? keep(log, &ev) : 0;
}

/**
 * sessionlog_line() - one more event
 * @log:   connections so far
 * @line:  JSON
 * @wants: which events are of interest
 * @err:   what is wrong with the line
 *
 * Return: 0, -EINVAL for a bad line, -ENOMEM.
 */
int sessionlog_line(struct sessionlog *log, const char *line,
		    const struct sessionlog_wants *wants, char err[SESSIONLOG_ERROR])
{
	json_error_t why;
	json_t *o;
	int ret;

	if (!*line)
		return 0;
	o = json_loads(line, 0, &why);
	if (!o) {
		char said[120];

		maillog_escape(said, sizeof(said), why.text);
		snprintf(err, SESSIONLOG_ERROR, "no JSON: %s", said);
		return -EINVAL;
	}
	ret = take_json(log, o, wants, err);
	json_decref(o);
	return ret;
}

static void complain(const struct sessionlog_wants *wants, const char *path, uint64_t line,
		     const char *why)
{
	char complaint[SESSIONLOG_ERROR + 200];

	snprintf(complaint, sizeof(complaint), "%.150s:%" PRIu64 ": %s", path, line, why);
	wants->bad(complaint);
}

/**
 * sessionlog_file() - all events of a file
 * @log:   connections so far
 * @path:  its name, or - for standard input
 * @wants: which events are of interest
 * @err:   why it could not be read
 *
 * Return: 0, also with bad lines, which are counted; or a negative errno.
 */
int sessionlog_file(struct sessionlog *log, const char *path,
		    const struct sessionlog_wants *wants, char err[SESSIONLOG_ERROR])
{
	FILE *in = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char line[LINE], why[SESSIONLOG_ERROR];
	enum readline got = READLINE_END;
	uint64_t number = 0;
	bool odd;
	int ret = 0;

	if (!in)
		ret = -errno;
	while (in && ret != -ENOMEM &&
	       (got = readline_bounded(in, line, sizeof(line), &odd)) != READLINE_END) {
		number++;
		snprintf(why, sizeof(why), "longer than %d octets", LINE);
		ret = got == READLINE_CUT ? -EINVAL : sessionlog_line(log, line, wants, why);
		if (ret == -EINVAL) {
			log->bad++;
			complain(wants, path, number, why);
			ret = 0;
		}
	}
	if (in && !ret && ferror(in))
		ret = -errno;
	if (in && in != stdin)
		fclose(in);
	if (ret)
		snprintf(err, SESSIONLOG_ERROR, "%.150s: %s", path, strerror(-ret));
	return ret;
}
