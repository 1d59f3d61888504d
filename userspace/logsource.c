// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "env.h"
#include "logsource.h"

#define JOURNALCTL	"journalctl"

/**
 * readline_bounded() - a line that may be too long, and need be no text
 * @in:   where from
 * @buf:  result, without the newline; what could end it too early is a '?' in it
 * @size: of @buf
 * @odd:  set where a NUL was replaced
 *
 * Return: what became of the line.
 */
enum readline readline_bounded(FILE *in, char *buf, size_t size, bool *odd)
{
	bool cut = false;
	size_t n = 0;
	int c;

	while ((c = getc_unlocked(in)) != EOF && c != '\n') {
		if (n == size - 1) {
			cut = true;
			continue;
		}
		if (!c) {
			*odd = true;
			c = '?';
		}
		buf[n++] = (char)c;
	}
	if (c == EOF && !n && !cut)
		return READLINE_END;
	if (n && buf[n - 1] == '\r')
		n--;
	buf[n] = '\0';
	return cut ? READLINE_CUT : READLINE_LINE;
}

static struct logsource *source_new(const char *name, char err[LOGSOURCE_ERROR])
{
	struct logsource *s = calloc(1, sizeof(*s));

	if (!s) {
		snprintf(err, LOGSOURCE_ERROR, "%.150s: %s", name, strerror(ENOMEM));
		return NULL;
	}
	s->name = name;
	s->last = logtime_now();
	return s;
}

/* A line without a year was written before the file was last written to. */
static void limit_time(struct logsource *s)
{
	struct stat st;
	int64_t us;

	if (fstat(fileno(s->in), &st) || !S_ISREG(st.st_mode))
		return;
	us = (int64_t)st.st_mtim.tv_sec * LOGTIME_SECOND + st.st_mtim.tv_nsec / 1000;
	if (us < s->last)
		s->last = us;
}

/**
 * logsource_file() - lines of a file
 * @path: its name, or - for standard input; has to live as long as the source
 * @err:  why not
 *
 * Return: the source, or NULL.
 */
struct logsource *logsource_file(const char *path, char err[LOGSOURCE_ERROR])
{
	struct logsource *s = source_new(path, err);

	if (!s)
		return NULL;
	if (!strcmp(path, "-")) {
		s->name = "standard input";
		s->in = stdin;
	} else {
		s->in = fopen(path, "re");
	}
	if (!s->in) {
		snprintf(err, LOGSOURCE_ERROR, "%.150s: %s", path, strerror(errno));
		free(s);
		return NULL;
	}
	limit_time(s);
	return s;
}

/* Its standard output is ours to read; no shell has a look at the words. */
static int spawn_journal(char *const argv[], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int fd[2], err;

	if (pipe2(fd, O_CLOEXEC))
		return -errno;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd[1], STDOUT_FILENO);
	err = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fd[1]);
	if (!err)
		return fd[0];
	close(fd[0]);
	return -err;
}

/**
 * logsource_journal() - lines that were logged as mail's
 * @since: not those before, in microseconds; 0: all
 * @err:   why not
 *
 * Return: the source, or NULL.
 */
struct logsource *logsource_journal(int64_t since, char err[LOGSOURCE_ERROR])
{
	char json[] = "--output=json", pager[] = "--no-pager", quiet[] = "--quiet", from[48];
	/* facility 2 is mail (RFC 5424 6.2.1): postfix and dovecot, and exim if told to */
	char program[] = JOURNALCTL, mail[] = "SYSLOG_FACILITY=2";
	char * const argv[] = { program, json, pager, quiet, mail, since ? from : NULL, NULL };
	struct logsource *s = source_new("the journal", err);
	int fd;

	if (!s)
		return NULL;
	snprintf(from, sizeof(from), "--since=@%" PRId64, since / LOGTIME_SECOND);
	fd = spawn_journal(argv, &s->pid);
	if (fd < 0) {
		snprintf(err, LOGSOURCE_ERROR, "cannot run %s: %s; name a log: --log FILE",
			 JOURNALCTL, strerror(-fd));
		free(s);
		return NULL;
	}
	s->in = fdopen(fd, "r");
	if (!s->in) {
		snprintf(err, LOGSOURCE_ERROR, "the journal: %s", strerror(errno));
		close(fd);
		free(s);
		return NULL;
	}
	return s;
}

static const char *field(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text ? text : "";
}

/* What is no UTF-8 comes as an array of octets. */
static void journal_message(struct logsource *s, const json_t *message)
{
	size_t i, n = 0;

	if (json_is_string(message)) {
		snprintf(s->text, sizeof(s->text), "%s", json_string_value(message));
		return;
	}
	for (i = 0; i < json_array_size(message) && n < sizeof(s->text) - 1; i++) {
		char c = (char)json_integer_value(json_array_get(message, i));

		s->text[n++] = c ? c : '?';
	}
	s->odd += n > 0;
	s->text[n] = '\0';
}

/* False: not to be read. */
static bool journal_line(struct logsource *s, struct mail_line *line)
{
	json_t *o = json_loads(s->buf, 0, NULL);
	const char *tag, *pid;

	if (!json_is_object(o)) {
		json_decref(o);
		return false;
	}
	memset(line, 0, sizeof(*line));
	line->time.us = strtoll(field(o, "__REALTIME_TIMESTAMP"), NULL, 10);
	line->time.step = 1;
	line->timed = line->time.us > 0 && line->time.us < LOGTIME_MAX;
	tag = field(o, "SYSLOG_IDENTIFIER");
	maillog_program(tag, strlen(tag), line);
	pid = field(o, "SYSLOG_PID");
	line->pid = (unsigned int)strtoul(*pid ? pid : field(o, "_PID"), NULL, 10);
	journal_message(s, json_object_get(o, "MESSAGE"));
	line->text = s->text;
	json_decref(o);
	return true;
}

/**
 * logsource_next() - one more line
 * @s:    source
 * @line: result; good until the next call
 *
 * Return: false at the end, and where it could not be read on: logsource_close() tells.
 */
bool logsource_next(struct logsource *s, struct mail_line *line)
{
	size_t size = s->pid ? sizeof(s->buf) : MAILLOG_LINE;
	enum readline got;

	for (;;) {
		bool odd = false;

		got = readline_bounded(s->in, s->buf, size, &odd);
		if (got == READLINE_END) {
			s->failed = ferror(s->in) ? errno : 0;
			return false;
		}
		s->lines++;
		s->odd += odd;
		s->cut += got == READLINE_CUT;
		if (!s->pid) {
			maillog_parse(s->buf, s->last, line);
			return true;
		}
		if (got == READLINE_LINE) {
			if (journal_line(s, line))
				return true;
			s->odd++;
		}
	}
}

static int reap(pid_t pid, char err[LOGSOURCE_ERROR])
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	snprintf(err, LOGSOURCE_ERROR, "%s has failed (status %d); see what it says by itself, "
		 "or name a log: --log FILE", JOURNALCTL,
		 WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return -EIO;
}

/**
 * logsource_close() - no more lines
 * @s:   source
 * @err: what was wrong with it
 *
 * Return: 0, or a negative errno where not all could be read.
 */
int logsource_close(struct logsource *s, char err[LOGSOURCE_ERROR])
{
	int ret = 0;

	if (s->failed) {
		snprintf(err, LOGSOURCE_ERROR, "%.150s: %s", s->name, strerror(s->failed));
		ret = -EIO;
	}
	if (s->in != stdin)
		fclose(s->in);
	if (s->pid && !ret)
		ret = reap(s->pid, err);
	else if (s->pid)
		waitpid(s->pid, NULL, 0);
	free(s);
	return ret;
}
