// SPDX-License-Identifier: GPL-2.0-only
/* rstguard mail-report: is it me, my users' provider, or nothing at all? */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "logsource.h"
#include "logtime.h"
#include "mail_report.h"
#include "term.h"

#define CMD_DAMAGED	1	/* reported as far as it could be read */

#define LOG_DEFAULT	"/var/log/mail.log"
#define LOG_JOURNAL	"journal"
#define EVENTS_DEFAULT	"/var/log/rstguard/sessions.json"
#define EVENTS_MAX	64

#define USAGE	"usage: " PROGRAM " mail-report [-j] [--since TIME] [--log FILE|" LOG_JOURNAL "]" \
		" [--events FILE]...  (- is standard input)"

/* Of bad lines the first are named; a file of another kind has nothing else. */
#define COMPLAINTS	5

/**
 * struct how - the command line, and what was read
 * @json:     for programs
 * @since:    nothing before that; 0: all
 * @log:      name of the mail server's log; NULL: the usual one
 * @events:   names of files of events
 * @nr_events: how many; 0: the usual ones
 * @sessions: of the log
 * @seen:     connections of the events
 * @report:   of both
 */
struct how {
	bool json;
	int64_t since;
	const char *log;
	const char *events[EVENTS_MAX];
	unsigned int nr_events;
	struct mail_sessions *sessions;
	struct sessionlog *seen;
	struct mail_report report;
};

static bool take_since(struct how *how, const char *text)
{
	if (logtime_since(text, logtime_now(), &how->since)) {
		if (how->since < 0)	/* 20000d: there was no log before 1970 */
			how->since = 0;
		return true;
	}
	cmd_say("--since: \"%s\" is no time that is known here; these are: " LOGTIME_FORMS, text);
	return false;
}

static bool take_events(struct how *how, const char *path)
{
	if (how->nr_events == EVENTS_MAX) {
		cmd_say("--events: more than %d files; cat them into one: --events -", EVENTS_MAX);
		return false;
	}
	how->events[how->nr_events++] = path;
	return true;
}

/* Standard input can be read once. */
static bool one_stdin(const struct how *how)
{
	unsigned int i, n = how->log && !strcmp(how->log, "-");

	for (i = 0; i < how->nr_events; i++)
		n += !strcmp(how->events[i], "-");
	if (n > 1)
		cmd_say("- is standard input, and can be read only once");
	return n <= 1;
}

/* False: refused, and said so. */
static bool take_options(int argc, char **argv, struct how *how)
{
	enum { EVENTS = 256, LOG, SINCE };
	static const struct option options[] = {
		{ "events", required_argument, NULL, EVENTS },
		{ "json", no_argument, NULL, 'j' },
		{ "log", required_argument, NULL, LOG },
		{ "since", required_argument, NULL, SINCE },
		{ }
	};
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "j", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			how->json = true;
			break;
		case EVENTS:
			if (!take_events(how, optarg))
				return false;
			break;
		case LOG:
			how->log = optarg;
			break;
		case SINCE:
			if (!take_since(how, optarg))
				return false;
			break;
		default:
			cmd_say(USAGE);
			return false;
		}
	}
	if (optind < argc) {
		cmd_say(USAGE);
		return false;
	}
	return one_stdin(how);
}

/* --- the mail server's log ---------------------------------------------------------- */

static struct logsource *open_log(struct how *how, char err[LOGSOURCE_ERROR])
{
	if (!how->log)
		how->log = access(LOG_DEFAULT, R_OK) ? LOG_JOURNAL : LOG_DEFAULT;
	if (!strcmp(how->log, LOG_JOURNAL))
		return logsource_journal(how->since, err);
	return logsource_file(how->log, err);
}

/* A line without a time may be of any, and is taken. */
static int take_lines(struct how *how, struct logsource *in)
{
	struct mail_line line;
	int ret = 0;

	while (ret >= 0 && logsource_next(in, &line)) {
		if (line.timed && line.time.us < how->since)
			continue;
		ret = mail_sessions_add(how->sessions, &line);
		how->report.used += ret > 0;
	}
	return ret < 0 ? ret : 0;
}

/* Returns an exit status. */
static int read_log(struct how *how)
{
	char err[LOGSOURCE_ERROR];
	struct logsource *in = open_log(how, err);
	int ret;

	if (!in)
		return cmd_fail("%s", err);
	how->report.log = how->log;
	ret = take_lines(how, in);
	how->report.lines = in->lines;
	how->report.cut = in->cut;
	how->report.odd = in->odd;
	if (logsource_close(in, err))
		return cmd_fail("%s", err);
	return ret ? cmd_fail("%s: %s", how->log, strerror(-ret)) : CMD_OK;
}

/* --- rstguard's ----------------------------------------------------------------------- */

static bool is_client(const void *arg, const struct rstg_addr *addr)
{
	return mail_sessions_know(arg, addr);
}

static void complain(const char *complaint)
{
	static unsigned int n;

	if (n++ < COMPLAINTS)
		cmd_say("%s; the line is left out", complaint);
}

/* What was rotated away need not be there. */
static int usual_events(struct how *how)
{
	if (access(EVENTS_DEFAULT, F_OK))
		return cmd_fail(EVENTS_DEFAULT ": %s; rstguardd writes it. Start that, or name "
				"a file: --events FILE (what rstguard analyze -j --all prints is "
				"one as well)", strerror(errno));
	if (!access(EVENTS_DEFAULT ".1", F_OK))
		how->events[how->nr_events++] = EVENTS_DEFAULT ".1";
	how->events[how->nr_events++] = EVENTS_DEFAULT;
	return CMD_OK;
}

/* Returns an exit status. */
static int read_events(struct how *how)
{
	const struct sessionlog_wants wants = {
		.client = is_client,
		.arg = how->sessions,
		.since = how->since,
		.bad = complain,
	};
	char err[SESSIONLOG_ERROR];
	unsigned int i;

	for (i = 0; i < how->nr_events; i++)
		if (sessionlog_file(how->seen, how->events[i], &wants, err))
			return cmd_fail("%s", err);
	return CMD_OK;
}

/* --- both ----------------------------------------------------------------------------- */

/* What the answer does not cover, on standard error. */
static void warn(const struct how *how)
{
	const struct mail_report *r = &how->report;
	uint64_t beyond = mail_sessions_beyond(how->sessions);

	if (how->seen->bad)
		cmd_say("%" PRIu64 " lines of events could not be read and are left out",
			how->seen->bad);
	if (beyond)
		cmd_say("%s: more than %u sessions; %" PRIu64 " lines about others are left out. "
			"Ask for less: --since", r->log, MAIL_SESSIONS, beyond);
	if (how->seen->beyond)
		cmd_say("more than %u connections in the events; %" PRIu64 " events of others are "
			"left out. Ask for less: --since", CONNECTIONS, how->seen->beyond);
	if (r->cut)
		cmd_say("%s: %" PRIu64 " lines are longer than %d octets; their ends were not "
			"looked at", r->log, r->cut, MAILLOG_LINE - 1);
	if (r->odd)
		cmd_say("%s: %" PRIu64 " lines have octets that are no text", r->log, r->odd);
	if (r->lines && !r->used)
		cmd_say("%s: no line in it is about a connection to postfix, dovecot or exim",
			r->log);
}

static int print(struct how *how)
{
	struct mail_match *matches = mail_join(how->sessions, how->seen);
	bool good = matches;

	how->report.matches = matches;
	if (good && how->json)
		good = mail_report_json(&how->report, stdout);
	else if (good)
		good = mail_report_text(&how->report, stdout, term_colour(stdout));
	free(matches);
	if (!good)
		return cmd_fail("%s", strerror(ENOMEM));
	warn(how);
	return how->seen->bad ? CMD_DAMAGED : CMD_OK;
}

/**
 * cmd_mail_report() - join a mail server's log with what rstguard has seen
 * @argc: of the subcommand, which is argv[0]
 * @argv: same
 *
 * Return: exit status.
 */
int cmd_mail_report(int argc, char **argv)
{
	struct how how = { };
	int ret;

	if (!take_options(argc, argv, &how))
		return CMD_FAILED;
	if (!how.nr_events && usual_events(&how))
		return CMD_FAILED;
	how.sessions = mail_sessions_new();
	how.seen = sessionlog_new();
	how.report.sessions = how.sessions;
	how.report.events = how.seen;
	ret = how.sessions && how.seen ? CMD_OK : cmd_fail("%s", strerror(ENOMEM));
	if (!ret)
		ret = read_log(&how);
	if (!ret)
		ret = read_events(&how);
	if (!ret)
		ret = print(&how);
	sessionlog_free(how.seen);
	mail_sessions_free(how.sessions);
	return ret;
}
