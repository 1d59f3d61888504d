/* SPDX-License-Identifier: GPL-2.0-only */
/* Points in time as logs and people write them. */
#ifndef _LOGTIME_H
#define _LOGTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOGTIME_SECOND	INT64_C(1000000)	/* all times here are in microseconds since 1970 */
#define LOGTIME_MAX	(INT64_C(253402300800) * LOGTIME_SECOND)	/* the year 10000 */
#define LOGTIME_DAY	(86400 * LOGTIME_SECOND)

/**
 * struct logtime - when a line was written
 * @us:    the earliest moment that it can mean
 * @step:  how long that moment lasts: a second where no fraction is written
 * @iso:   written as 2026-11-26...
 */
struct logtime {
	int64_t us;
	int64_t step;
	bool iso;
};

/* What --since takes, for complaints. */
#define LOGTIME_FORMS	"YYYY-MM-DD[ HH:MM[:SS]], 30m, 24h, 7d, today or yesterday"

size_t logtime_read(const char *text, int64_t last, struct logtime *t);
bool logtime_since(const char *text, int64_t now, int64_t *us);
int64_t logtime_now(void);

#endif /* _LOGTIME_H */
