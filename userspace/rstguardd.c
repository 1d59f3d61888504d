// SPDX-License-Identifier: GPL-2.0-only
/*
 * rstguardd: keeps a record of what the module sees, one JSON line per event; and a
 * shorter one of how the connections ended that a policy guards.
 *
 * It runs until it is told to stop. It waits while the module is not loaded,
 * and what it could not see or write is counted and goes into the record.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <syslog.h>
#include <unistd.h>

#include "fmt.h"
#include "judge.h"
#include "log.h"
#include "notify.h"
#include "watch.h"

#define PROGRAM		"rstguardd"
#define LOG_PATH	"/var/log/rstguard/eve.json"
#define SESSIONS_NAME	"sessions.json"	/* beside the log */

/* Twice as much is kept: some 20,000 sessions, days of a small mail server. */
#define SESSIONS_MOST	(4 << 20)

#define STATUS_FAILED	1	/* while it ran */
#define STATUS_USAGE	2	/* it could not begin */

/* What is left in the socket when we are told to stop: 256 events each. */
#define LAST_READS	256

/**
 * struct record - a file that events go into
 * @log:       the file
 * @unwritten: lines that it did not take since it last took one
 */
struct record {
	struct log log;
	uint64_t unwritten;
};

/**
 * struct daemon - all of it
 * @watch:      first: what the callbacks get is this
 * @eve:        all but closings
 * @sessions:   what came of connections: resets on those that a policy guards, closings,
 *              and what was done to STARTTLS
 * @to_syslog:  a copy of each line goes to syslog
 * @background: nobody sees stderr
 * @rcvbuf:     receive buffer to begin with, in octets
 * @events:     seen since the start
 * @total:      lost since the start
 */
struct daemon {
	struct watch watch;
	struct record eve;
	struct record sessions;
	bool to_syslog;
	bool background;
	int rcvbuf;
	uint64_t events;
	struct lost total;
};

__attribute__((format(printf, 3, 4)))
static void say(const struct daemon *d, int priority, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	if (d->background) {
		vsyslog(priority, format, ap);
	} else {
		fputs(PROGRAM ": ", stderr);
		vfprintf(stderr, format, ap);
		fputc('\n', stderr);
	}
	va_end(ap);
}

/* --- the record ----------------------------------------------------------------- */

/*
 * One line into the log. If some are missing before it, the log has to say so
 * first, and in one piece with it: on a disk with little room left the shorter
 * line would get in, and there would be something else to complain about.
 */
static int write_line(const struct daemon *d, struct record *r, const char *line)
{
	const struct lost missing = { .unwritten = r->unwritten };
	char *gap, *both = NULL;
	int err;

	if (!r->unwritten)
		return log_line(&r->log, line);
	gap = fmt_lost_line(&missing);
	if (gap && asprintf(&both, "%s\n%s", gap, line) < 0)
		both = NULL;
	err = both ? log_line(&r->log, both) : -ENOMEM;
	if (!err) {
		say(d, LOG_NOTICE, "%s can be written again; %" PRIu64 " lines are missing",
		    r->log.path, r->unwritten);
		r->unwritten = 0;
	}
	free(both);
	free(gap);
	return err;
}

/* A full disk is worth one complaint, not thousands. */
static void count_unwritten(struct daemon *d, struct record *r, int err)
{
	if (!r->unwritten)
		say(d, LOG_ERR, "cannot write %s: %s; going on, and counting what is not written",
		    r->log.path, strerror(-err));
	r->unwritten++;
	d->total.unwritten++;
}

/* @line is NULL when there was no memory for it. */
static void record(struct daemon *d, struct record *r, const char *line)
{
	int err = line ? write_line(d, r, line) : -ENOMEM;

	if (err)
		count_unwritten(d, r, err);
}

/* Takes @line; NULL as above. */
static void record_all(struct daemon *d, char *line, int priority)
{
	record(d, &d->eve, line);
	if (line && d->to_syslog)
		syslog(priority, "%s", line);
	free(line);
}

/* --- news ------------------------------------------------------------------------ */

static void event(struct watch *w, const struct report *r)
{
	struct daemon *d = (struct daemon *)w;
	char *line = fmt_report_line(r);

	d->events++;
	if (r->policy[0] || r->type == REPORT_STARTTLS)
		record(d, &d->sessions, line);
	if (r->type == REPORT_CLOSE)
		free(line);
	else
		record_all(d, line, r->verdict == RSTG_GENUINE ? LOG_INFO : LOG_WARNING);
}

static void lost(struct watch *w, const struct lost *lost)
{
	struct daemon *d = (struct daemon *)w;
	char text[FMT_LOST_MAX];

	d->total.missed += lost->missed;
	d->total.suppressed += lost->suppressed;
	fmt_lost_text(text, lost);
	say(d, LOG_WARNING, "%s", text);
	record_all(d, fmt_lost_line(lost), LOG_WARNING);
}

static void note(struct watch *w, const char *text)
{
	say((struct daemon *)w, LOG_WARNING, "%s", text);
}

static void arrived(struct watch *w)
{
	say((struct daemon *)w, LOG_NOTICE, "the module is there: watching");
	notify("STATUS=watching");
}

static void left(struct watch *w)
{
	say((struct daemon *)w, LOG_NOTICE, "the module was unloaded: waiting for it");
	notify("STATUS=waiting for the module");
}

static const struct watch_ops ops = {
	.event = event,
	.lost = lost,
	.note = note,
	.arrived = arrived,
	.left = left,
};

/* --- running ---------------------------------------------------------------------- */

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void reopen(const struct daemon *d, struct log *log)
{
	int err = log_reopen(log);

	if (err)
		say(d, LOG_ERR, "cannot open %s again: %s; the old file stays in use",
		    log->path, strerror(-err));
}

/* True: time to stop. */
static bool take_signal(struct daemon *d, int fd)
{
	struct signalfd_siginfo si;

	if (read(fd, &si, sizeof(si)) != sizeof(si))
		return false;
	if (si.ssi_signo != SIGHUP)
		return true;
	reopen(d, &d->eve.log);
	reopen(d, &d->sessions.log);
	return false;
}

/* What had come before the signal belongs into the record. */
static void read_the_rest(struct daemon *d)
{
	struct pollfd fd = { .fd = watch_fd(&d->watch), .events = POLLIN };
	int i;

	for (i = 0; i < LAST_READS && poll(&fd, 1, 0) > 0; i++)
		if (watch_read(&d->watch))
			break;
	watch_tell_lost(&d->watch);
}

static int run(struct daemon *d, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = watch_fd(&d->watch), .events = POLLIN },
	};

	for (;;) {
		if (poll(fds, ARRAY_SIZE(fds), watch_timeout(&d->watch)) < 0 && errno != EINTR) {
			say(d, LOG_ERR, "poll: %s", strerror(errno));
			return STATUS_FAILED;
		}
		if (fds[0].revents && take_signal(d, signals))
			return EXIT_SUCCESS;
		if (watch_read(&d->watch)) {
			say(d, LOG_ERR, "%s", d->watch.error);
			return STATUS_FAILED;
		}
	}
}

static void record_close(struct record *r)
{
	const struct lost missing = { .unwritten = r->unwritten };
	char *gap = missing.unwritten ? fmt_lost_line(&missing) : NULL;

	if (gap)	/* it may fit where an event did not */
		log_line(&r->log, gap);
	free(gap);
	log_close(&r->log);
}

static void finish(struct daemon *d)
{
	notify("STOPPING=1");
	read_the_rest(d);
	record_close(&d->eve);
	record_close(&d->sessions);
	say(d, LOG_NOTICE, "stopped: %" PRIu64 " events seen, %" PRIu64 " missed, %" PRIu64
	    " not sent by the kernel, %" PRIu64 " lines not written", d->events,
	    d->total.missed, d->total.suppressed, d->total.unwritten);
	watch_close(&d->watch);
}

/* --- starting ---------------------------------------------------------------------- */

static const char usage[] =
	"usage: " PROGRAM " [-f] [-s] [-b KIB] [-l FILE] [-S FILE]\n"
	"  -b, --buffer KIB  receive buffer to begin with (default: 1024); it grows when needed\n"
	"  -f, --foreground  stay, and say on standard error what happens\n"
	"  -l, --log FILE    append events to FILE (default: " LOG_PATH ")\n"
	"  -s, --syslog      send a copy of each event to syslog\n"
	"  -S, --sessions FILE  append to FILE how guarded connections ended, for mail-report\n"
	"                    (default: " SESSIONS_NAME " beside the log); at 4 MiB it becomes "
	"FILE.1\n"
	"  -h, --help        this text\n"
	"  -V, --version     version of this program\n";

/* Ends the program when @text is no size for a buffer. */
static int parse_buffer(const char *text)
{
	const unsigned long most = WATCH_RCVBUF_MAX / 1024;
	unsigned long kib;
	char *end;

	errno = 0;
	kib = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || !kib || kib > most) {
		fprintf(stderr, PROGRAM ": --buffer %s: expected a number of KiB from 1 to %lu\n",
			text, most);
		exit(STATUS_USAGE);
	}
	return (int)kib * 1024;
}

/* A daemon leaves its directory, and opens its files again after a rotation. */
static void need_whole_path(const struct daemon *d, const char *path)
{
	if (d->background && path[0] != '/') {
		fprintf(stderr, PROGRAM ": %s: give the file's whole path, beginning with /\n",
			path);
		exit(STATUS_USAGE);
	}
}

/* Ends the program without memory; never freed, since it is in use to the end. */
static const char *beside(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	char *result;

	if (asprintf(&result, "%.*s%s", slash ? (int)(slash + 1 - path) : 0, path, name) < 0) {
		fputs(PROGRAM ": out of memory\n", stderr);
		exit(STATUS_USAGE);
	}
	return result;
}

/* Sets the paths of both files; ends the program when there is nothing to run. */
static void parse_options(struct daemon *d, int argc, char **argv)
{
	static const struct option options[] = {
		{ "buffer", required_argument, NULL, 'b' },
		{ "foreground", no_argument, NULL, 'f' },
		{ "log", required_argument, NULL, 'l' },
		{ "sessions", required_argument, NULL, 'S' },
		{ "syslog", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = LOG_PATH, *sessions = NULL;
	int c;

	d->background = true;
	d->rcvbuf = WATCH_RCVBUF;
	while ((c = getopt_long(argc, argv, "b:fl:S:shV", options, NULL)) != -1) {
		switch (c) {
		case 'b':
			d->rcvbuf = parse_buffer(optarg);
			break;
		case 'f':
			d->background = false;
			break;
		case 'l':
			path = optarg;
			break;
		case 'S':
			sessions = optarg;
			break;
		case 's':
			d->to_syslog = true;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(EXIT_SUCCESS);
		case 'V':
			puts(PROGRAM " " RSTGUARD_VERSION);
			exit(EXIT_SUCCESS);
		default:
			fputs(usage, stderr);
			exit(STATUS_USAGE);
		}
	}
	if (optind < argc) {
		fprintf(stderr, PROGRAM ": what is %s?\n%s", argv[optind], usage);
		exit(STATUS_USAGE);
	}
	need_whole_path(d, path);
	d->eve.log.path = path;
	d->sessions.log.path = sessions ?: beside(path, SESSIONS_NAME);
	need_whole_path(d, d->sessions.log.path);
}

/* Complaints go to the terminal: only after this is a daemon left to itself. */
static bool open_record(const struct daemon *d, struct record *r, off_t most, const char *option)
{
	int err = log_open(&r->log, r->log.path, most);

	if (err == -ENXIO)
		say(d, LOG_ERR, "cannot open %s: nobody reads this pipe; start its reader first",
		    r->log.path);
	else if (err)
		say(d, LOG_ERR, "cannot open %s: %s; make its directory, or choose with %s FILE",
		    r->log.path, strerror(-err), option);
	return !err;
}

static bool start(struct daemon *d)
{
	bool background = d->background;
	int err;

	d->background = false;
	if (!open_record(d, &d->eve, 0, "-l") ||
	    !open_record(d, &d->sessions, SESSIONS_MOST, "-S"))
		return false;
	err = watch_open(&d->watch, &ops, d->rcvbuf);
	if (err && err != -ENOENT) {
		say(d, LOG_ERR, "%s", d->watch.error);
		return false;
	}
	if (err)
		say(d, LOG_NOTICE, "%s; waiting for it", d->watch.error);

	if (background && daemon(0, 0) < 0) {
		say(d, LOG_ERR, "cannot go to the background: %s", strerror(errno));
		return false;
	}
	d->background = background;
	notify(err ? "READY=1\nSTATUS=waiting for the module" : "READY=1\nSTATUS=watching");
	return true;
}

int main(int argc, char **argv)
{
	static struct daemon d;
	int signals, status;

	parse_options(&d, argc, argv);
	openlog(PROGRAM, LOG_PID, LOG_DAEMON);
	signals = block_signals();
	if (signals < 0) {
		say(&d, LOG_ERR, "no signalfd: %s", strerror(errno));
		return STATUS_USAGE;
	}
	if (!start(&d))
		return STATUS_USAGE;
	status = run(&d, signals);
	finish(&d);
	return status;
}
