// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "cmd.h"
#include "filter.h"
#include "summary.h"

/**
 * summary_json() - one line on standard output
 * @s: summary
 */
void summary_json(const struct summary *s)
{
	const struct replay_stats *st = s->stats;
	json_t *o;

	o = json_pack("{ss sI sI sI sI sI sI sI sI sI sI sI sI so so}",
		      "event_type", "summary",
		      "packets", (json_int_t)st->packets,
		      "tcp", (json_int_t)st->tcp,
		      "flows", (json_int_t)st->flows,
		      "rsts", (json_int_t)st->rsts,
		      "genuine", (json_int_t)st->verdicts[RSTG_GENUINE],
		      "suspect", (json_int_t)st->verdicts[RSTG_SUSPECT],
		      "forged", (json_int_t)st->verdicts[RSTG_FORGED],
		      "fragments", (json_int_t)st->fragments,
		      "truncated", (json_int_t)st->truncated,
		      "malformed", (json_int_t)st->malformed,
		      "unread", (json_int_t)st->unread,
		      "filtered", (json_int_t)s->filtered,
		      "damaged", s->damage ? json_string(s->damage) : json_false(),
		      "damaged_at", s->damage && s->located ?
				    json_integer((json_int_t)s->damage_at) : json_null());
	if (!o)
		return;
	tally_json(s->tally, o);
	/* A name that is no UTF-8 is left out, rather than the whole line. */
	json_object_set_new(o, "file", json_string(s->path));
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

static void print_count(uint64_t n, const char *what)
{
	if (n)
		printf(", %" PRIu64 " %s", n, what);
}

/**
 * summary_text() - a line, and tables where anything was found, on standard output
 * @s: summary
 */
void summary_text(const struct summary *s)
{
	const struct replay_stats *st = s->stats;

	printf("%s: %" PRIu64 " packets, %" PRIu64 " TCP, %" PRIu64 " flows; %" PRIu64
	       " RSTs: %" PRIu64 " genuine, %" PRIu64 " suspect, %" PRIu64 " forged",
	       s->path, st->packets, st->tcp, st->flows, st->rsts,
	       st->verdicts[RSTG_GENUINE], st->verdicts[RSTG_SUSPECT],
	       st->verdicts[RSTG_FORGED]);
	if (st->fragments + st->truncated + st->malformed + st->unread) {
		printf("; not read: %" PRIu64,
		       st->fragments + st->truncated + st->malformed + st->unread);
		print_count(st->fragments, "fragments");
		print_count(st->truncated, "cut short");
		print_count(st->malformed, "malformed");
		print_count(st->unread, "of another link type");
	}
	if (s->filtered)
		printf("; filtered out: %" PRIu64, s->filtered);
	putchar('\n');
	tally_text(s->tally, stdout);
}

/**
 * summary_warn() - what was not read and why, on standard error
 * @s: summary
 */
void summary_warn(const struct summary *s)
{
	const struct replay_stats *st = s->stats;
	const char *name = pcap_datalink_val_to_name(filter_dlt(st->last_link));

	if (st->unread)
		cmd_say("%s: %" PRIu64 " packets of link type %d (%s) unread", s->path,
			st->unread, st->last_link, name ? name : "unknown");
	if (s->damage && s->located)
		cmd_say("%s: damaged after packet %" PRIu64 ", at octet %" PRIu64 ": %s",
			s->path, s->frames, s->damage_at, s->damage);
	else if (s->damage)
		cmd_say("%s: damaged after packet %" PRIu64 ": %s", s->path, s->frames,
			s->damage);
}
