// SPDX-License-Identifier: GPL-2.0-only
/* rstguard analyze [OPTION]... FILE...: captures through the kernel's own core. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "filter.h"
#include "fmt.h"
#include "injectors.h"
#include "pcapio.h"
#include "replay.h"
#include "summary.h"
#include "tally.h"
#include "term.h"

#define CMD_DAMAGED	1	/* reported as far as it could be read */
#define CMD_FOUND	3	/* what --fail-on asks for: outranks the others */

#define USAGE	"usage: " PROGRAM " analyze [-j] [-a|-s] [-f FILTER] [-i INJECTORS]" \
		" [--fail-on suspect|forged] FILE...  (- is standard input)"

/* Packets between two looks at the clock: some milliseconds. */
#define PROGRESS_PACKETS 8192

/**
 * struct how - the command line, and what it is done with
 * @json:     for programs
 * @all:      genuine RSTs too
 * @quiet:    no line for a RST, the summary only
 * @colour:   for people at a terminal
 * @fail_on:  the least verdict that is a failure; 0: none is
 * @found:    one as bad as that was seen
 * @filter:   see @filtered
 * @filtered: only what passes @filter is looked at
 * @path:     of a file of fingerprints; NULL: the one that is installed
 * @injectors: fingerprints; NULL: no names
 * @tally:    of the current file
 * @progress: same
 */
struct how {
	bool json;
	bool all;
	bool quiet;
	bool colour;
	unsigned int fail_on;
	bool found;
	bool filtered;
	struct filter filter;
	const char *path;
	struct injectors *injectors;
	struct tally *tally;
	struct progress progress;
};

static void take_report(const struct report *rep, void *arg)
{
	struct how *how = arg;

	tally_add(how->tally, rep);
	if (how->fail_on && rep->verdict >= how->fail_on)
		how->found = true;
	if (how->quiet || (!how->all && !report_notable(rep)))
		return;
	progress_clear(&how->progress);
	if (how->json)
		fmt_report_json(stdout, rep);
	else
		fmt_report_text(stdout, rep, how->colour);
}

/* Up to the end or the damage. Returns an exit status; other than CMD_OK it was said why. */
static int read_all(struct replay *r, struct pcapio *io, struct how *how, struct summary *s)
{
	enum pcapio_status status;
	struct pcapio_pkt pkt;

	while ((status = pcapio_next(io, &pkt)) == PCAPIO_PACKET) {
		s->frames = pkt.frame;
		if (pkt.frame % PROGRESS_PACKETS == 0) {
			uint64_t octets = 0;

			pcapio_offset(io, &octets);
			progress_show(&how->progress, octets, pkt.frame);
		}
		if (how->filtered) {
			int pass = filter_pass(&how->filter, &pkt);

			if (pass < 0)
				return cmd_fail("%s: packet %" PRIu64 ": filter: %s", s->path,
						pkt.frame, how->filter.error);
			s->filtered += !pass;
			if (!pass)
				continue;
		}
		if (replay_packet(r, &pkt))
			return cmd_fail("%s: packet %" PRIu64 ": %s", s->path, pkt.frame,
					strerror(ENOMEM));
	}
	if (status == PCAPIO_DAMAGED) {
		s->damage = pcapio_error(io);
		s->located = pcapio_offset(io, &s->damage_at);
	}
	return CMD_OK;
}

static int conclude(struct replay *r, struct how *how, struct summary *s)
{
	s->stats = replay_finish(r);
	progress_clear(&how->progress);
	if (how->json)
		summary_json(s);
	else
		summary_text(s);
	summary_warn(s);
	return s->damage ? CMD_DAMAGED : CMD_OK;
}

/* Returns an exit status. */
static int analyze(const char *path, struct how *how)
{
	char err[PCAP_ERRBUF_SIZE];
	struct summary s = { .path = path };
	struct replay *r;
	struct pcapio *io;
	int ret = CMD_OK, worst;

	io = pcapio_open(path, err, sizeof(err));
	if (!io && errno)
		return cmd_fail("%s: %s", path, err);
	progress_begin(&how->progress, path, io ? pcapio_size(io) : 0);

	r = replay_new(take_report, how, how->injectors);
	how->tally = tally_new();
	s.tally = how->tally;
	if (!r || !how->tally) {
		ret = cmd_fail("%s: %s", path, strerror(ENOMEM));
		goto out;
	}
	if (io)
		ret = read_all(r, io, how, &s);
	else
		s.damage = err;
	progress_clear(&how->progress);
	worst = conclude(r, how, &s);
	if (worst > ret)
		ret = worst;
out:
	tally_free(how->tally);
	replay_free(r);
	pcapio_close(io);
	return ret;
}

static unsigned int verdict_of(const char *name)
{
	unsigned int v;

	for (v = RSTG_SUSPECT; v <= RSTG_FORGED; v++)
		if (!strcmp(name, fmt_verdict(v)))
			return v;
	return 0;
}

/* False: refused, and said so. */
static bool take_options(int argc, char **argv, struct how *how)
{
	enum { FAIL_ON = 256 };
	static const struct option options[] = {
		{ "all", no_argument, NULL, 'a' },
		{ "fail-on", required_argument, NULL, FAIL_ON },
		{ "filter", required_argument, NULL, 'f' },
		{ "injectors", required_argument, NULL, 'i' },
		{ "json", no_argument, NULL, 'j' },
		{ "summary", no_argument, NULL, 's' },
		{ }
	};
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "af:i:js", options, NULL)) != -1) {
		switch (c) {
		case 'a':
			how->all = true;
			break;
		case 'f':
			filter_close(&how->filter);
			if (filter_open(&how->filter, optarg)) {
				cmd_say("filter: %s", how->filter.error);
				return false;
			}
			how->filtered = true;
			break;
		case 'i':
			how->path = optarg;
			break;
		case 'j':
			how->json = true;
			break;
		case 's':
			how->quiet = true;
			break;
		case FAIL_ON:
			how->fail_on = verdict_of(optarg);
			if (how->fail_on)
				break;
			cmd_say("--fail-on takes suspect or forged, not %s", optarg);
			return false;
		default:
			cmd_say(USAGE);
			return false;
		}
	}
	if (optind == argc || (how->all && how->quiet)) {
		cmd_say(USAGE);
		return false;
	}
	return true;
}

/* Without the installed file there are no names. False: refused, and said so. */
static bool load_injectors(struct how *how)
{
	char err[INJECTORS_ERROR];

	how->injectors = injectors_load(how->path ? how->path : INJECTORS_PATH, err);
	if (how->injectors || (!how->path && errno == ENOENT))
		return true;
	cmd_say("%s", err);
	return false;
}

static void how_free(struct how *how)
{
	filter_close(&how->filter);
	injectors_free(how->injectors);
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
	struct how how = { };
	int ret, worst = CMD_OK;

	if (!take_options(argc, argv, &how) || !load_injectors(&how)) {
		how_free(&how);
		return CMD_FAILED;
	}
	how.colour = !how.json && term_colour(stdout);
	for (; optind < argc; optind++) {
		ret = analyze(argv[optind], &how);
		if (ret > worst)
			worst = ret;
	}
	how_free(&how);
	if (fflush(stdout) || ferror(stdout))
		return cmd_fail("cannot write: %s", strerror(errno));
	return how.found ? CMD_FOUND : worst;
}
