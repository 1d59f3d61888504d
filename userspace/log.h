/* SPDX-License-Identifier: GPL-2.0-only */
/* The daemon's file: one line at a time, whole or not at all. */
#ifndef _LOG_H
#define _LOG_H

#include <stdbool.h>

/**
 * struct log - an open file
 * @path: its name, to open it again after a rotation
 * @fd:   appends
 * @torn: the file ends within a line that could not be taken back
 */
struct log {
	const char *path;
	int fd;
	bool torn;
};

/* All return 0 or a negative errno. */
int log_open(struct log *log, const char *path);
int log_reopen(struct log *log);	/* on failure the old file stays in use */
int log_line(struct log *log, const char *line);
void log_close(struct log *log);

#endif /* _LOG_H */
