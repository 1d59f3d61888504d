// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fmt.h"
#include "logtime.h"
#include "mail_count.h"
#include "mail_report.h"

#define NETWORKS_SHOWN	20	/* what fits on a screen */
#define TIME_TEXT	40
#define S(n)		((n) == 1 ? "" : "s")

/* When, by the log; by the wire where the log has no time; 0: nobody knows. */
static int64_t time_of(const struct mail_session *s, const struct connection *c)
{
	if (s->timed)
		return s->end;
	return c ? c->ended ? c->end : c->last : 0;
}

/* As the reader's log has it: in the local time zone. */
static void time_text(char out[TIME_TEXT], int64_t us)
{
	time_t sec = (time_t)(us / LOGTIME_SECOND);
	struct tm tm;

	if (!us || !localtime_r(&sec, &tm))
		snprintf(out, TIME_TEXT, "%-19s", "time unknown");
	else
		strftime(out, TIME_TEXT, "%Y-%m-%d %H:%M:%S", &tm);
}

/* As fmt.c writes it. */
static json_t *time_json(int64_t us)
{
	time_t sec = (time_t)(us / LOGTIME_SECOND);
	char date[32], text[64];
	struct tm tm;

	if (!us || !gmtime_r(&sec, &tm))
		return json_null();
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%06u+0000", date, (unsigned int)(us % LOGTIME_SECOND));
	return json_string(text);
}

static uint16_t client_port(const struct mail_session *s, const struct mail_match *m)
{
	return s->port || !m->c ? s->port : m->c->port[m->client];
}

static uint16_t server_port(const struct mail_session *s, const struct mail_match *m)
{
	return s->server_port || !m->c ? s->server_port : m->c->port[!m->client];
}

/* --- text --------------------------------------------------------------------------- */

static bool worth_a_line(const struct mail_session *s, const struct mail_match *m)
{
	return mail_session_ending(s) == MAIL_ENDED_CUT ||
	       mail_class(s, m->c) <= MAIL_CLASS_SUSPECT;
}

/* Red is proven, yellow in doubt, as in fmt.c. */
static const char *class_colour(enum mail_class class)
{
	if (class == MAIL_CLASS_FORGED)
		return "\033[1;31m";
	return class == MAIL_CLASS_SUSPECT ? "\033[1;33m" : "\033[32m";
}

static void session_text(FILE *out, const struct mail_session *s, const struct mail_match *m,
			 bool colour)
{
	char addr[INET6_ADDRSTRLEN], time[TIME_TEXT], evidence[MAIL_EVIDENCE];
	enum mail_class class = mail_class(s, m->c);
	uint16_t port;

	time_text(time, time_of(s, m->c));
	fmt_addr(addr, &s->addr);
	mail_evidence(evidence, s, m);
	fprintf(out, "%s %s%7s%s ", time, colour ? class_colour(class) : "",
		mail_classes[class].name, colour ? "\033[0m" : "");
	port = client_port(s, m);
	if (!port)
		fputs(addr, out);
	else if (strchr(addr, ':'))
		fprintf(out, "[%s]:%u", addr, port);
	else
		fprintf(out, "%s:%u", addr, port);
	fprintf(out, " %s", s->service);
	port = server_port(s, m);
	if (port)
		fprintf(out, "/%u", port);
	fprintf(out, " \"%s\": %s\n", s->said, evidence);
}

static void head_text(const struct mail_report *r, const struct mail_count *n, FILE *out)
{
	char first[TIME_TEXT], last[TIME_TEXT];

	fprintf(out, "%s: %" PRIu64 " lines, %u session%s of %u client%s: %u ended well, "
		"%u did not, %u without an end\n", r->log, r->lines, n->sessions, S(n->sessions),
		n->clients, S(n->clients), n->ended[MAIL_ENDED_WELL],
		n->ended[MAIL_ENDED_CUT], n->ended[MAIL_ENDED_OPEN]);
	if (r->events->events) {
		time_text(first, r->events->first);
		time_text(last, r->events->last);
		fprintf(out, "rstguard: %" PRIu64 " events, %s to %s\n", r->events->events, first,
			last);
	} else {
		fputs("rstguard: no events\n", out);
	}
	if (n->went_on)
		fprintf(out, "%u session%s went on because a forged reset was dropped\n",
			n->went_on, S(n->went_on));
	if (n->untimed)
		fprintf(out, "%u session%s without a time in the log: joined by address alone\n",
			n->untimed, S(n->untimed));
}

static void classes_text(const struct mail_count *n, FILE *out)
{
	unsigned int i;

	if (!n->sessions)
		return;
	fprintf(out, "\n  %9s %9s\n", "not well", "others");
	for (i = 0; i < MAIL_CLASS_MAX; i++) {
		const unsigned int *count = n->classes[i];

		if (!count[0] && !count[1])
			continue;
		fprintf(out, "  %9u %9u  %-7s  %s\n", count[0], count[1], mail_classes[i].name,
			mail_classes[i].text);
		/* of sessions that ended well nobody has to do anything */
		if (count[0] || i <= MAIL_CLASS_SUSPECT)
			fprintf(out, "  %19s  %-7s  -> %s\n", "", "", mail_classes[i].todo);
	}
}

static void networks_text(const struct mail_count *n, FILE *out)
{
	char text[MAIL_NETWORK_TEXT];
	unsigned int i, bad = 0;

	while (bad < n->nr_networks && mail_network_bad(&n->networks[bad]))
		bad++;
	if (n->nr_networks < 2 || !bad)
		return;
	fprintf(out, "\n  %9s %9s %9s %9s  %s\n", "not well", "forged", "suspect", "sessions",
		"clients in");
	for (i = 0; i < bad && i < NETWORKS_SHOWN; i++) {
		const struct mail_network *net = &n->networks[i];

		mail_network_text(text, &net->addr);
		fprintf(out, "  %9u %9u %9u %9u  %s\n", net->cut, net->forged, net->suspect,
			net->sessions, text);
	}
	if (bad > i)
		fprintf(out, "  and %u more networks\n", bad - i);
}

bool mail_report_text(const struct mail_report *r, FILE *out, bool colour)
{
	struct mail_count n;
	bool lines = false;
	unsigned int i;

	if (!mail_count(&n, r))
		return false;
	head_text(r, &n, out);
	classes_text(&n, out);
	networks_text(&n, out);
	for (i = 0; i < n.sessions; i++) {
		const struct mail_session *s = mail_sessions_get(r->sessions, i);

		if (!worth_a_line(s, &r->matches[i]))
			continue;
		if (!lines)
			fputc('\n', out);
		lines = true;
		session_text(out, s, &r->matches[i], colour);
	}
	mail_count_free(&n);
	return true;
}

/* --- JSON ------------------------------------------------------------------------- */

static json_t *port_json(uint16_t port)
{
	return port ? json_integer(port) : json_null();
}

static json_t *said_json(const struct said *said)
{
	if (!said->known)
		return json_null();
	return json_pack("{s:s, s:s, s:I}", "stage", said->stage, "by", said->by,
			 "ms", (json_int_t)said->ms);
}

/* "a,b" as a list */
static json_t *names_json(const char *names)
{
	json_t *list = json_array();
	size_t n;

	for (; *names; names += n + (names[n] == ',')) {
		n = strcspn(names, ",");
		json_array_append_new(list, json_stringn(names, n));
	}
	return list;
}

static json_t *rst_json(const struct connection *c, unsigned int client)
{
	const struct rst_seen *rst = &c->rst;
	json_t *proof = json_null();

	if (!(c->rsts[RSTG_GENUINE] + c->rsts[RSTG_SUSPECT] + c->rsts[RSTG_FORGED]))
		return json_null();
	if (rst->proof[0])
		proof = json_pack("{s:s, s:I}", "kind", rst->proof,
				  "after_ms", (json_int_t)rst->after_ms);
	return json_pack("{s:o, s:s, s:s, s:i, s:o, s:o, s:o, s:s}",
			 "timestamp", time_json(rst->us),
			 "verdict", fmt_verdict(rst->verdict),
			 "by", rst->src == client ? "client" : "server",
			 "score", rst->score,
			 "reasons", fmt_reasons_json(rst->reasons),
			 "proof", proof,
			 "trigger", said_json(&rst->said),
			 "action", rst->verdict == RSTG_GENUINE ? "none" : mail_action(c));
}

static json_t *close_json(const struct connection *c)
{
	if (!c->closed)
		return json_null();
	return json_pack("{s:o, s:s, s:o, s:o}",
			 "timestamp", time_json(c->close.us),
			 "by", c->close.by,
			 "trigger", said_json(&c->close.said),
			 "tls", c->close.tls[0] ? json_string(c->close.tls) : json_null());
}

/* The log's own explanation. */
static const char *why(const struct mail_session *s, const struct connection *c)
{
	if (s->tls)
		return mail_tls_causes[s->tls].name;
	if (mail_scanner(s, c))
		return "scanner";
	if (s->signs & MAIL_TIMEOUT)
		return "timeout";
	if (s->signs & MAIL_RESET)
		return "reset";
	if (s->signs & MAIL_REFUSED)
		return "refused";
	return s->signs & MAIL_LOST ? "lost" : NULL;
}

static json_t *session_json(const struct mail_session *s, const struct mail_match *m)
{
	static const char *const endings[] = { "well", "cut", "open" };
	char addr[INET6_ADDRSTRLEN], evidence[MAIL_EVIDENCE];
	json_t *o, *none = json_null();

	fmt_addr(addr, &s->addr);
	mail_evidence(evidence, s, m);
	o = json_pack("{s:o, s:s, s:s, s:o, s:s, s:o, s:s, s:s, s:s?, s:b, s:s}",
		      "timestamp", time_json(time_of(s, m->c)),
		      "event_type", "mail-session",
		      "client_ip", addr,
		      "client_port", port_json(client_port(s, m)),
		      "service", s->service,
		      "server_port", port_json(server_port(s, m)),
		      "class", mail_classes[mail_class(s, m->c)].name,
		      "ended", endings[mail_session_ending(s)],
		      "why", why(s, m->c),
		      "went_on", mail_went_on(s, m->c),
		      "log", s->said);
	json_object_set_new(o, "begin", s->timed ? time_json(s->begin) : json_null());
	json_object_set_new(o, "stage", s->stage[0] ? json_string(s->stage) : json_null());
	json_object_set(o, "rst", none);
	json_object_set(o, "close", none);
	json_object_set_new(o, "notices", names_json(m->c ? m->c->notices : ""));
	json_object_set_new(o, "candidates", json_integer(m->c ? m->of : 0));
	json_object_set_new(o, "evidence", json_string(evidence));
	if (m->c) {
		json_object_set_new(o, "rst", rst_json(m->c, m->client));
		json_object_set_new(o, "close", close_json(m->c));
	}
	return o;
}

static json_t *classes_json(const struct mail_count *n)
{
	json_t *all = json_object();
	unsigned int i;

	for (i = 0; i < MAIL_CLASS_MAX; i++)
		json_object_set_new(all, mail_classes[i].name,
				    json_pack("{s:i, s:i}", "cut", (int)n->classes[i][0],
					      "others", (int)n->classes[i][1]));
	return all;
}

static json_t *networks_json(const struct mail_count *n)
{
	json_t *list = json_array();
	char text[MAIL_NETWORK_TEXT];
	unsigned int i;

	for (i = 0; i < n->nr_networks && mail_network_bad(&n->networks[i]); i++) {
		const struct mail_network *net = &n->networks[i];

		mail_network_text(text, &net->addr);
		json_array_append_new(list, json_pack("{s:s, s:i, s:i, s:i, s:i}",
						      "network", text,
						      "sessions", (int)net->sessions,
						      "cut", (int)net->cut,
						      "forged", (int)net->forged,
						      "suspect", (int)net->suspect));
	}
	return list;
}

static json_t *summary_json(const struct mail_report *r, const struct mail_count *n)
{
	json_t *o;

	o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o}",
		      "event_type", "mail-summary",
		      "lines", (json_int_t)r->lines,
		      "lines_used", (json_int_t)r->used,
		      "lines_cut", (json_int_t)r->cut,
		      "lines_odd", (json_int_t)r->odd,
		      "sessions", (int)n->sessions,
		      "clients", (int)n->clients,
		      "well", (int)n->ended[MAIL_ENDED_WELL],
		      "cut", (int)n->ended[MAIL_ENDED_CUT],
		      "open", (int)n->ended[MAIL_ENDED_OPEN],
		      "went_on", (int)n->went_on,
		      "untimed", (int)n->untimed,
		      "guessed", (int)n->guessed,
		      "classes", classes_json(n));
	json_object_set_new(o, "networks", networks_json(n));
	json_object_set_new(o, "events",
			    json_pack("{s:I, s:I, s:I, s:I, s:o, s:o}",
				      "read", (json_int_t)r->events->events,
				      "bad", (json_int_t)r->events->bad,
				      "connections", (json_int_t)r->events->n,
				      "beyond", (json_int_t)r->events->beyond,
				      "first", time_json(r->events->first),
				      "last", time_json(r->events->last)));
	json_object_set_new(o, "sessions_beyond",
			    json_integer((json_int_t)mail_sessions_beyond(r->sessions)));
	/* A name that is no UTF-8 is left out, rather than the whole line. */
	json_object_set_new(o, "file", json_string(r->log));
	return o;
}

/* Takes @o. */
static bool put_json(FILE *out, json_t *o)
{
	if (!o)
		return false;
	json_dumpf(o, out, JSON_COMPACT);
	fputc('\n', out);
	json_decref(o);
	return true;
}

bool mail_report_json(const struct mail_report *r, FILE *out)
{
	struct mail_count n;
	bool good = true;
	unsigned int i;

	if (!mail_count(&n, r))
		return false;
	for (i = 0; good && i < n.sessions; i++)
		good = put_json(out, session_json(mail_sessions_get(r->sessions, i),
						  &r->matches[i]));
	good = good && put_json(out, summary_json(r, &n));
	mail_count_free(&n);
	return good;
}
