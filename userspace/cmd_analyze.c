// SPDX-License-Identifier: GPL-2.0-only
/* rstguard analyze [-j] [--all] FILE...: captures through the kernel's own core. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "fmt.h"
#include "pcapio.h"
#include "replay.h"

#define CMD_DAMAGED	1	/* reported as far as it could be read */

#define USAGE		"usage: " PROGRAM " analyze [-j] [--all] FILE...  (- is standard input)"

struct how {
	bool json;
	bool all;
};

static void print_report(const struct report *rep, void *arg)
{
	const struct how *how = arg;

	if (!how->all && !report_notable(rep))
		return;
	if (how->json)
		fmt_report_json(stdout, rep);
	else
		fmt_report_text(stdout, rep);
}

static void print_summary_json(const char *path, const struct replay_stats *st,
			       const char *damage)
{
	json_t *o;

	o = json_pack("{ss sI sI sI sI sI sI sI sI sI sI sI so}",
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
		      "damaged", damage ? json_string(damage) : json_false());
	if (!o)
		return;
	/* A name that is no UTF-8 is left out, rather than the whole line. */
	json_object_set_new(o, "file", json_string(path));
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

static void print_count(uint64_t n, const char *what)
{
	if (n)
		printf(", %" PRIu64 " %s", n, what);
}

static void print_summary_text(const char *path, const struct replay_stats *st)
{
	printf("%s: %" PRIu64 " packets, %" PRIu64 " TCP, %" PRIu64 " flows; %" PRIu64
	       " RSTs: %" PRIu64 " genuine, %" PRIu64 " suspect, %" PRIu64 " forged",
	       path, st->packets, st->tcp, st->flows, st->rsts,
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
	putchar('\n');
}

static void warn_unread(const char *path, const struct replay_stats *st)
{
	const char *name = pcap_datalink_val_to_name(st->last_link);

	if (st->unread)
		fprintf(stderr, PROGRAM ": %s: %" PRIu64 " packets of link type %d (%s) unread\n",
			path, st->unread, st->last_link, name ? name : "unknown");
}

/* Returns an exit status. */
static int analyze(const char *path, struct how *how)
{
	char err[PCAP_ERRBUF_SIZE];
	const struct replay_stats *st;
	enum pcapio_status status;
	const char *damage = NULL;
	struct pcapio_pkt pkt;
	struct replay *r;
	struct pcapio *io;
	int ret = CMD_OK;

	io = pcapio_open(path, err, sizeof(err));
	if (!io && errno)
		return cmd_fail("%s: %s", path, err);

	r = replay_new(print_report, how);
	if (!r) {
		pcapio_close(io);
		return cmd_fail("%s: %s", path, strerror(ENOMEM));
	}
	if (!io)
		damage = err;
	while (io && (status = pcapio_next(io, &pkt)) != PCAPIO_END) {
		if (status == PCAPIO_DAMAGED) {
			damage = pcapio_error(io);
			break;
		}
		if (replay_packet(r, &pkt)) {
			ret = cmd_fail("%s: packet %" PRIu64 ": %s", path, pkt.frame,
				       strerror(ENOMEM));
			break;
		}
	}

	st = replay_finish(r);
	if (how->json)
		print_summary_json(path, st, damage);
	else
		print_summary_text(path, st);
	warn_unread(path, st);
	if (damage) {
		fprintf(stderr, PROGRAM ": %s: damaged after packet %" PRIu64 ": %s\n",
			path, st->packets, damage);
		ret = CMD_DAMAGED;
	}
	replay_free(r);
	pcapio_close(io);
	return ret;
}

/**
 * cmd_analyze() - judge the RSTs of captures
 * @argc: of the subcommand, which is argv[0]
 * @argv: same
 *
 * Each file stands for itself, with its own flows, frame numbers and summary.
 *
 * Return: the worst exit status of any file.
 */
int cmd_analyze(int argc, char **argv)
{
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ }
	};
	struct how how = { };
	int c, ret, worst = CMD_OK;

	optind = 1;
	while ((c = getopt_long(argc, argv, "aj", options, NULL)) != -1) {
		switch (c) {
		case 'a':
			how.all = true;
			break;
		case 'j':
			how.json = true;
			break;
		default:
			return cmd_fail(USAGE);
		}
	}
	if (optind == argc)
		return cmd_fail(USAGE);

	for (; optind < argc; optind++) {
		ret = analyze(argv[optind], &how);
		if (ret > worst)
			worst = ret;
	}
	if (fflush(stdout) || ferror(stdout))
		return cmd_fail("cannot write: %s", strerror(errno));
	return worst;
}
