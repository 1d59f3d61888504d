// SPDX-License-Identifier: GPL-2.0-only
/* The daemon's files: whole lines, and no more of them than are wanted. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "log.h"

#include "kselftest_harness.h"

FIXTURE(log) {
	char dir[32];
	char path[64];
	char old[64];
	struct log log;
};

FIXTURE_SETUP(log)
{
	snprintf(self->dir, sizeof(self->dir), "/tmp/log_test.XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->dir));
	snprintf(self->path, sizeof(self->path), "%s/log", self->dir);
	snprintf(self->old, sizeof(self->old), "%s/log.1", self->dir);
}

FIXTURE_TEARDOWN(log)
{
	log_close(&self->log);
	unlink(self->path);
	unlink(self->old);
	rmdir(self->dir);
}

static off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

TEST_F(log, a_pipe_is_not_waited_for)
{
	char line[16] = "";
	int reader, i;

	signal(SIGPIPE, SIG_IGN);
	ASSERT_EQ(0, mkfifo(self->path, 0600));
	EXPECT_EQ(-ENXIO, log_open(&self->log, self->path, 0));
	reader = open(self->path, O_RDONLY | O_NONBLOCK);
	ASSERT_LE(0, reader);
	ASSERT_EQ(0, log_open(&self->log, self->path, 0));
	ASSERT_EQ(0, log_line(&self->log, "123456789"));
	EXPECT_EQ(10, read(reader, line, sizeof(line)));
	EXPECT_STREQ("123456789\n", line);
	for (i = 0; i < 100000 && !log_line(&self->log, "123456789"); i++)
		;
	EXPECT_EQ(-EAGAIN, log_line(&self->log, "123456789"));
	close(reader);
	EXPECT_EQ(-EPIPE, log_line(&self->log, "123456789"));
}

TEST_F(log, grows_without_a_limit)
{
	int i;

	ASSERT_EQ(0, log_open(&self->log, self->path, 0));
	for (i = 0; i < 100; i++)
		ASSERT_EQ(0, log_line(&self->log, "123456789"));
	EXPECT_EQ(1000, size_of(self->path));
	EXPECT_EQ(-1, size_of(self->old));
}

TEST_F(log, is_kept_twice_its_length)
{
	int i;

	ASSERT_EQ(0, log_open(&self->log, self->path, 100));
	for (i = 0; i < 10; i++)
		ASSERT_EQ(0, log_line(&self->log, "123456789"));
	EXPECT_EQ(100, size_of(self->path));
	EXPECT_EQ(-1, size_of(self->old));
	ASSERT_EQ(0, log_line(&self->log, "one more"));
	EXPECT_EQ(9, size_of(self->path));
	EXPECT_EQ(100, size_of(self->old));
	for (i = 0; i < 10; i++)
		ASSERT_EQ(0, log_line(&self->log, "123456789"));
	EXPECT_EQ(10, size_of(self->path));
	EXPECT_EQ(99, size_of(self->old));
}

/* As after a restart. */
TEST_F(log, what_was_there_counts)
{
	ASSERT_EQ(0, log_open(&self->log, self->path, 0));
	ASSERT_EQ(0, log_line(&self->log, "123456789"));
	log_close(&self->log);
	ASSERT_EQ(0, log_open(&self->log, self->path, 15));
	ASSERT_EQ(0, log_line(&self->log, "123456789"));
	EXPECT_EQ(10, size_of(self->old));
}

TEST_F(log, a_line_longer_than_all_is_kept)
{
	ASSERT_EQ(0, log_open(&self->log, self->path, 5));
	ASSERT_EQ(0, log_line(&self->log, "123456789"));
	EXPECT_EQ(10, size_of(self->path));
	EXPECT_EQ(-1, size_of(self->old));
}

/* The directory of the old one is gone, or not ours any more. */
TEST_F(log, goes_on_where_it_cannot_be_renamed)
{
	ASSERT_EQ(0, log_open(&self->log, self->path, 15));
	ASSERT_EQ(0, mkdir(self->old, 0700));
	ASSERT_EQ(0, log_line(&self->log, "123456789"));
	ASSERT_EQ(0, log_line(&self->log, "123456789"));
	EXPECT_EQ(20, size_of(self->path));
	rmdir(self->old);
}

TEST_HARNESS_MAIN
