/* SPDX-License-Identifier: GPL-2.0-only */
/* The time that counts: what a machine that stood still has missed does not. */
#ifndef _RSTG_CLOCK_H
#define _RSTG_CLOCK_H

#include <linux/ktime.h>

/*
 * A virtual machine whose host is busy or that is moved stands still, hears no answer, and
 * finds all deadlines passed when it goes on (seen: a forged reset let through after
 * 1.7 s). So somebody looks at the clock this often while anything waits ...
 */
#define RSTG_LOOK_NS	(50 * NSEC_PER_MSEC)
/* ... and when that look comes later than this, what it is late by does not count. */
#define RSTG_LATE_NS	(4 * NSEC_PER_MSEC)

/**
 * struct rstg_clock - of those who wait together; the caller keeps others out
 * @lost: so much of all time has not counted
 * @due:  when the next look was meant to be, in real time; 0 while nobody waits
 * @late: the last look was late
 */
struct rstg_clock {
	u64 lost;
	u64 due;
	bool late;
};

/**
 * rstg_clock_time() - the time that counts
 * @c:      clock
 * @now_ns: real time
 */
static inline u64 rstg_clock_time(const struct rstg_clock *c, u64 now_ns)
{
	return now_ns - c->lost;
}

/**
 * rstg_clock_look() - it is looked at
 * @c:      clock
 * @now_ns: real time
 */
static inline void rstg_clock_look(struct rstg_clock *c, u64 now_ns)
{
	c->late = c->due && now_ns > c->due + RSTG_LATE_NS;
	if (c->late)
		c->lost += now_ns - c->due;
}

/**
 * rstg_clock_next() - when to look next
 * @c:      clock
 * @now_ns: real time
 * @at:     when something will be due, in the time that counts; U64_MAX for nothing
 *
 * Return: when to look, in real time.
 */
static inline u64 rstg_clock_next(struct rstg_clock *c, u64 now_ns, u64 at)
{
	c->due = now_ns + RSTG_LOOK_NS;
	if (at <= rstg_clock_time(c, c->due))
		c->due = max(at + c->lost, now_ns);
	return c->due;
}

#endif /* _RSTG_CLOCK_H */
