// SPDX-License-Identifier: GPL-2.0-only
/* Any text as a mail server's log and, behind an empty line, as events; then both joined. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail_class.h"
#include "mail_join.h"
#include "sessionlog.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* 2026-11-26 23:41:26 UTC */
#define LAST	(INT64_C(1795736486) * LOGTIME_SECOND)

/* What is shown must not move a cursor. */
static void check_plain(const char *text, size_t size)
{
	if (strnlen(text, size) == size)
		abort();
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			abort();
}

/* The next line of @text, or NULL at the end. */
static char *next_line(char **text)
{
	return strsep(text, "\n");
}

static void read_log(struct mail_sessions *sessions, char **text)
{
	struct mail_line line;
	char *one;

	while ((one = next_line(text)) && *one) {
		maillog_parse(one, LAST, &line);
		if (line.text < one || line.text > one + strlen(one))
			abort();
		if (strnlen(line.program, sizeof(line.program)) == sizeof(line.program))
			abort();
		mail_sessions_add(sessions, &line);
	}
}

static bool known(const void *sessions, const struct rstg_addr *addr)
{
	return mail_sessions_know(sessions, addr);
}

static void read_events(const struct mail_sessions *sessions, struct sessionlog *log,
			char **text)
{
	const struct sessionlog_wants wants = { .client = known, .arg = sessions };
	char err[SESSIONLOG_ERROR], *one;

	while ((one = next_line(text))) {
		err[0] = '\0';
		if (sessionlog_line(log, one, &wants, err)) {
			if (!*err)	/* why, always */
				abort();
			check_plain(err, sizeof(err));
		}
	}
}

/* Of one connection at most one session; each session has a class and a reason. */
static void check_matches(const struct mail_sessions *sessions, const struct sessionlog *log,
			  const struct mail_match *matches)
{
	unsigned int i, n = mail_sessions_count(sessions), used = 0, matched = 0;
	char evidence[MAIL_EVIDENCE];

	for (i = 0; i < log->n; i++)
		used += log->list[i].used;
	for (i = 0; i < n; i++) {
		const struct mail_session *s = mail_sessions_get(sessions, i);

		matched += !!matches[i].c;
		if (!s->has_addr || mail_class(s, matches[i].c) >= MAIL_CLASS_MAX)
			abort();
		mail_evidence(evidence, s, &matches[i]);
		if (!*evidence)
			abort();
		check_plain(evidence, sizeof(evidence));
		check_plain(s->said, sizeof(s->said));
		check_plain(s->service, sizeof(s->service));
		check_plain(s->stage, sizeof(s->stage));
	}
	if (used != matched)
		abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct mail_sessions *sessions;
	struct mail_match *matches;
	struct sessionlog *log;
	char *text, *rest;

	if (size > 8192)
		return 0;
	text = strndup((const char *)data, size);
	rest = text;
	sessions = mail_sessions_new();
	log = sessionlog_new();
	read_log(sessions, &rest);
	read_events(sessions, log, &rest);
	matches = mail_join(sessions, log);
	check_matches(sessions, log, matches);
	free(matches);
	sessionlog_free(log);
	mail_sessions_free(sessions);
	free(text);
	return 0;
}
