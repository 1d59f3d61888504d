// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "log.h"

/* Addresses of people are in it: nothing for everybody to read. */
#define LOG_FILE_MODE	0640

/* Of a pipe neither the opening nor a line is waited for: nobody may ever read it. */
static int open_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		      LOG_FILE_MODE);

	return fd < 0 ? -errno : fd;
}

int log_open(struct log *log, const char *path, off_t most)
{
	log->path = path;
	log->most = most;
	log->torn = false;
	log->fd = open_file(path);
	return log->fd < 0 ? log->fd : 0;
}

int log_reopen(struct log *log)
{
	int fd = open_file(log->path);

	if (fd < 0)
		return fd;
	close(log->fd);
	log->fd = fd;
	log->torn = false;
	return 0;
}

/* On failure it goes on growing: better too long than lost. */
static void rotate(struct log *log)
{
	char *old;

	if (asprintf(&old, "%s.1", log->path) < 0)
		return;
	if (!rename(log->path, old))
		log_reopen(log);
	free(old);
}

static bool too_long(const struct log *log, size_t more)
{
	struct stat st;

	return log->most && !fstat(log->fd, &st) && S_ISREG(st.st_mode) && st.st_size &&
	       st.st_size + (off_t)more > log->most;
}

/*
 * A disk that fills up takes the beginning of a line: it is cut off again, or
 * ended with a newline when that is not possible, so that a reader loses at
 * most the line that did not fit.
 */
int log_line(struct log *log, const char *line)
{
	struct iovec v[] = {
		{ .iov_base = "\n", .iov_len = 0 },
		{ .iov_base = (char *)line, .iov_len = strlen(line) },
		{ .iov_base = "\n", .iov_len = 1 },
	};
	size_t len;
	ssize_t n;
	off_t end;

	if (too_long(log, v[1].iov_len + 1))
		rotate(log);
	v[0].iov_len = log->torn;
	len = v[0].iov_len + v[1].iov_len + v[2].iov_len;
	n = writev(log->fd, v, ARRAY_SIZE(v));
	if (n < 0)
		return -errno;
	if ((size_t)n == len) {
		log->torn = false;
		return 0;
	}
	end = lseek(log->fd, 0, SEEK_CUR);
	if (end < n || ftruncate(log->fd, end - n) < 0)
		log->torn = n > 0;
	return -ENOSPC;
}

void log_close(struct log *log)
{
	close(log->fd);
	log->fd = -1;
}
