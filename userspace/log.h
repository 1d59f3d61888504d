/* SPDX-License-Identifier: GPL-2.0-only */
/* A file of the daemon: one line at a time, whole or not at all. */
#ifndef _LOG_H
#define _LOG_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * struct log - an open file
 * @path: its name, to open it again after a rotation
 * @fd:   appends
 * @torn: the file ends within a line that could not be taken back
 * @most: octets; one that would grow beyond is renamed to @path.1 first; 0: any
 */
struct log {
	const char *path;
	int fd;
	bool torn;
	off_t most;
};

/* All return 0 or a negative errno. */
int log_open(struct log *log, const char *path, off_t most);
int log_reopen(struct log *log);	/* on failure the old file stays in use */
int log_line(struct log *log, const char *line);
void log_close(struct log *log);

#endif /* _LOG_H */
