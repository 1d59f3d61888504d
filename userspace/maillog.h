/* SPDX-License-Identifier: GPL-2.0-only */
/* One line of a mail server's log: who wrote it, when, and what it says. */
#ifndef _MAILLOG_H
#define _MAILLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "logtime.h"

/* postfix and dovecot cut their own lines at 2000 and 8192 octets. */
#define MAILLOG_LINE	8192
#define MAILLOG_PROGRAM	48

/**
 * struct mail_line - a line
 * @time:    when
 * @timed:   @time is valid: there are logs without
 * @program: "postfix/smtpd", "dovecot", "exim"; "" is unknown
 * @pid:     of it; 0 is unknown
 * @text:    the rest; belongs to whoever has the line
 */
struct mail_line {
	struct logtime time;
	bool timed;
	char program[MAILLOG_PROGRAM];
	unsigned int pid;
	const char *text;
};

void maillog_parse(const char *line, int64_t last, struct mail_line *out);
void maillog_program(const char *tag, size_t n, struct mail_line *out);
size_t maillog_escape(char *out, size_t size, const char *text);

#endif /* _MAILLOG_H */
