// SPDX-License-Identifier: GPL-2.0-only
/* When a line was written, and what a person means by a time. */
#include <stdlib.h>
#include <time.h>

#include "logtime.h"

#include "kselftest_harness.h"

#define US	INT64_C(1000000)

/* date -d '2026-11-26 23:41:26 UTC' +%s */
#define NOW	(INT64_C(1795736486) * US)

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

/* Octets that the time takes; its microseconds go to @us. */
static size_t read_as(const char *text, int64_t *us, int64_t *step)
{
	struct logtime t;
	size_t n = logtime_read(text, NOW, &t);

	*us = t.us;
	*step = t.step;
	return n;
}

TEST(iso)
{
	static const struct {
		const char *text;
		size_t n;
		int64_t us;
		int64_t step;
	} good[] = {
		{ "2026-11-26T23:41:26.123456+00:00 host", 32, NOW + 123456, 1 },
		{ "2026-11-26T23:41:26.123456+0000", 31, NOW + 123456, 1 },
		{ "2026-11-26T23:41:26Z", 20, NOW, US },
		{ "2026-11-27T01:11:26.5+01:30 h", 27, NOW + 500000, US / 10 },
		{ "2026-11-26T18:41:26-0500", 24, NOW, US },
		{ "2026-11-26 23:41:26 +0000 [12] x", 25, NOW, US },
		{ "2026-11-26 23:41:26.789 SMTP", 23, NOW + 789000, US / 1000 },
		{ "2026-11-26 23:41:26 SMTP", 19, NOW, US },
	};
	int64_t us, step;
	size_t i;

	zone("UTC");
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_EQ(good[i].n, read_as(good[i].text, &us, &step)) TH_LOG("%s", good[i].text);
		EXPECT_EQ(good[i].us, us) TH_LOG("%s", good[i].text);
		EXPECT_EQ(good[i].step, step) TH_LOG("%s", good[i].text);
	}
}

TEST(no_time)
{
	static const char *const bad[] = {
		"", "postfix/smtpd[28089]: connect", "2026-11-26", "2026-13-26 23:41:26 ",
		"2026-11-31 23:41:26 x", "2026-11-26x23:41:26", "2026-11-26 24:41:26",
		"Jan 12 18:27", "Jam 12 18:27:10 h", "Jan 32 18:27:10 h", "Jan  0 18:27:10 h",
		"Feb 30 18:27:10 h",
	};
	int64_t us, step;
	size_t i;

	zone("UTC");
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		size_t n = read_as(bad[i], &us, &step);

		EXPECT_EQ(0, n) TH_LOG("%s", bad[i]);
	}
}

/* The year is not written: it is the last one that is not in the future. */
TEST(traditional)
{
	int64_t us, step;

	zone("UTC");
	EXPECT_EQ(15, read_as("Nov 26 23:41:26 host", &us, &step));
	EXPECT_EQ(NOW, us);
	EXPECT_EQ(US, step);
	EXPECT_EQ(15, read_as("Nov  6 23:41:26 host", &us, &step));
	EXPECT_EQ(NOW - 20 * LOGTIME_DAY, us);
	/* a clock that is ahead by less than a day */
	EXPECT_EQ(15, read_as("Nov 27 10:00:00 host", &us, &step));
	EXPECT_LT(NOW, us);
	/* by more: it was last year */
	EXPECT_EQ(15, read_as("Nov 28 10:00:00 host", &us, &step));
	EXPECT_GT(NOW - 300 * LOGTIME_DAY, us);
	/* 2026 has none, nor have the two years before */
	EXPECT_EQ(15, read_as("Feb 29 00:00:00 host", &us, &step));
	EXPECT_EQ(INT64_C(1709164800) * US, us);
}

/* On New Year's Eve of one zone it is a new year in another. */
TEST(traditional_new_year)
{
	const int64_t eve = INT64_C(1798761540) * US;	/* 2026-12-31 23:59:00 UTC */
	struct logtime t;

	zone("UTC");
	EXPECT_EQ(15, logtime_read("Jan  1 00:00:30 host", eve, &t));
	EXPECT_EQ(eve + 90 * US, t.us);
	EXPECT_EQ(15, logtime_read("Jan  3 00:00:30 host", eve, &t));
	EXPECT_GT(eve, t.us);
}

TEST(local_zone)
{
	int64_t us, step;

	zone("CET-1CEST,M3.5.0,M10.5.0/3");
	EXPECT_EQ(15, read_as("Nov 26 23:41:26 host", &us, &step));
	EXPECT_EQ(NOW - 3600 * US, us);
	EXPECT_EQ(15, read_as("Jul 26 23:41:26 host", &us, &step));
	EXPECT_EQ(0, (us - (NOW - 7200 * US)) % LOGTIME_DAY);
	EXPECT_EQ(19, read_as("2026-11-26 23:41:26 text", &us, &step));
	EXPECT_EQ(NOW - 3600 * US, us);
	EXPECT_EQ(20, read_as("2026-11-26T23:41:26Z", &us, &step));
	EXPECT_EQ(NOW, us);
}

TEST(since)
{
	static const struct {
		const char *text;
		int64_t us;
	} good[] = {
		{ "30m", NOW - 1800 * US },
		{ "24h", NOW - LOGTIME_DAY },
		{ "7d", NOW - 7 * LOGTIME_DAY },
		{ "today", INT64_C(1795651200) * US },
		{ "yesterday", INT64_C(1795564800) * US },
		{ "2026-11-26", INT64_C(1795651200) * US },
		{ "2026-11-26 23:41", NOW - 26 * US },
		{ "2026-11-26 23:41:26", NOW },
		{ "2026-11-26T23:41:26", NOW },
	};
	int64_t us;
	size_t i;

	zone("UTC");
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_TRUE(logtime_since(good[i].text, NOW, &us)) TH_LOG("%s", good[i].text);
		EXPECT_EQ(good[i].us, us) TH_LOG("%s", good[i].text);
	}
}

TEST(since_refused)
{
	static const char *const bad[] = {
		"", "h", "24", "24w", "24hh", "-24h", "+24h", " 24h", "1e3h",
		"99999999999999999999h",
		"tomorrow", "Today", "2026", "2026-11", "2026-11-31", "2026-02-29", "2026-11-26 ",
		"2026-11-26 24:00", "2026-11-26 23:41:", "2026-11-26 23:41:26 ", "26.11.2026",
		"2026-11-26 23:41:26.5",
	};
	int64_t us;
	size_t i;

	zone("UTC");
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		bool taken = logtime_since(bad[i], NOW, &us);

		EXPECT_FALSE(taken) TH_LOG("%s", bad[i]);
	}
}

TEST_HARNESS_MAIN
