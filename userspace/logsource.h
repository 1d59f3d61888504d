/* SPDX-License-Identifier: GPL-2.0-only */
/* Where lines come from: a file, standard input or the journal. */
#ifndef _LOGSOURCE_H
#define _LOGSOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "maillog.h"

#define LOGSOURCE_ERROR	256
#define LOGSOURCE_JSON	65536	/* octets of a line of the journal, with all of its fields */

/**
 * struct logsource - lines, one after the other
 * @name:  for people
 * @in:    what is read
 * @last:  nothing in it was written after that
 * @pid:   of journalctl; 0: a file
 * @lines: read so far
 * @cut:   of these were longer than a line may be: their end was not looked at
 * @odd:   of these had octets that are no text
 * @failed: errno of the read that failed
 * @buf:   a line as it was read
 * @text:  of the journal: what a line says
 */
struct logsource {
	const char *name;
	FILE *in;
	int64_t last;
	pid_t pid;
	uint64_t lines;
	uint64_t cut;
	uint64_t odd;
	int failed;
	char buf[LOGSOURCE_JSON];
	char text[MAILLOG_LINE];
};

/**
 * enum readline - what became of a line
 * @READLINE_END:  there is none
 * @READLINE_LINE: all of it
 * @READLINE_CUT:  its beginning, the rest is skipped
 */
enum readline { READLINE_END, READLINE_LINE, READLINE_CUT };

enum readline readline_bounded(FILE *in, char *buf, size_t size, bool *odd);

struct logsource *logsource_file(const char *path, char err[LOGSOURCE_ERROR]);
struct logsource *logsource_journal(int64_t since, char err[LOGSOURCE_ERROR]);
bool logsource_next(struct logsource *s, struct mail_line *line);
int logsource_close(struct logsource *s, char err[LOGSOURCE_ERROR]);

#endif /* _LOGSOURCE_H */
