// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "env.h"
#include "logtime.h"

/* A clock that was set back, or a file copied from a host that is ahead. */
#define AHEAD	LOGTIME_DAY
/* A leap day may be seven years from the next: 1897 to 1904, and 2097 to 2104. */
#define YEARS	8

/* Exactly @digits digits, within bounds. */
static bool number(const char **p, unsigned int digits, int min, int max, int *n)
{
	*n = 0;
	while (digits--) {
		if (!isdigit((unsigned char)**p))
			return false;
		*n = *n * 10 + *(*p)++ - '0';
	}
	return *n >= min && *n <= max;
}

static bool letter(const char **p, char c)
{
	if (**p != c)
		return false;
	++*p;
	return true;
}

/* "23:41:26"; a leap second counts as the one after it. */
static bool clock_time(const char **p, struct tm *tm)
{
	return number(p, 2, 0, 23, &tm->tm_hour) && letter(p, ':') &&
	       number(p, 2, 0, 59, &tm->tm_min) && letter(p, ':') &&
	       number(p, 2, 0, 60, &tm->tm_sec);
}

/* 31 April becomes 1 May where times are added up. */
static bool is_day(const struct tm *tm)
{
	struct tm noon = { .tm_year = tm->tm_year, .tm_mon = tm->tm_mon,
			   .tm_mday = tm->tm_mday, .tm_hour = 12 };

	timegm(&noon);
	return noon.tm_mday == tm->tm_mday;
}

/* "2026-11-26" */
static bool date(const char **p, struct tm *tm)
{
	if (!number(p, 4, 1970, 9999, &tm->tm_year) || !letter(p, '-') ||
	    !number(p, 2, 1, 12, &tm->tm_mon) || !letter(p, '-') ||
	    !number(p, 2, 1, 31, &tm->tm_mday))
		return false;
	tm->tm_year -= 1900;
	tm->tm_mon--;
	return is_day(tm);
}

/* In the local time zone, with the summer time that was there then. */
static int64_t local(const struct tm *written)
{
	struct tm tm = *written;

	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * LOGTIME_SECOND;
}

static int64_t utc(const struct tm *written)
{
	struct tm tm = *written;

	return (int64_t)timegm(&tm) * LOGTIME_SECOND;
}

/* ".123456" or ",123": as far as microseconds go. */
static void fraction(const char **p, struct logtime *t)
{
	if ((**p != '.' && **p != ',') || !isdigit((unsigned char)(*p)[1]))
		return;
	for (++*p; isdigit((unsigned char)**p); ++*p) {
		if (t->step < 10)
			continue;
		t->step /= 10;
		t->us += (**p - '0') * t->step;
	}
}

/* "Z", "+01:00" or "+0100"; false: none is there. */
static bool zone(const char **p, int *seconds)
{
	const char *at = *p;
	int hours, minutes;
	bool east;

	*seconds = 0;
	if (letter(p, 'Z'))
		return true;
	east = *at == '+';
	if (*at != '+' && *at != '-')
		return false;
	at++;
	if (!number(&at, 2, 0, 15, &hours))
		return false;
	letter(&at, ':');
	if (!number(&at, 2, 0, 59, &minutes))
		return false;
	*seconds = (hours * 60 + minutes) * (east ? 60 : -60);
	*p = at;
	return true;
}

/* RFC 3339, as rsyslog writes it, and with a space in it, as exim does (spec.txt 52.5). */
static bool iso(const char **p, struct logtime *t)
{
	struct tm tm = { };
	int seconds;
	bool space;

	if (!date(p, &tm) || (**p != 'T' && **p != ' '))
		return false;
	space = **p == ' ';
	++*p;
	if (!clock_time(p, &tm))
		return false;
	t->step = LOGTIME_SECOND;
	fraction(p, t);
	/* exim puts a space before the offset */
	if (space && **p == ' ' && ((*p)[1] == '+' || (*p)[1] == '-'))
		++*p;
	t->us += zone(p, &seconds) ? utc(&tm) - seconds * LOGTIME_SECOND : local(&tm);
	t->iso = true;
	return true;
}

/* The year that puts it last, but not after @last: RFC 3164 4.1.2 writes none. */
static bool guess_year(struct tm *tm, int64_t last, struct logtime *t)
{
	time_t end = (time_t)(last / LOGTIME_SECOND);
	struct tm now;
	int i;

	if (!localtime_r(&end, &now))
		return false;
	/* on New Year's Eve a clock that is ahead is in the next year */
	for (i = -1; i < YEARS; i++) {
		tm->tm_year = now.tm_year - i;
		t->us = local(tm);
		if (is_day(tm) && t->us <= last + AHEAD)
			return true;
	}
	return false;
}

/* "Jan 12 18:27:10", the day padded with a space; some daemons pad with 0. */
static bool traditional(const char **p, int64_t last, struct logtime *t)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm = { };

	for (tm.tm_mon = 0; tm.tm_mon < 12; tm.tm_mon++)
		if (!strncmp(*p, months + tm.tm_mon * 3, 3))
			break;
	if (tm.tm_mon == 12)
		return false;
	*p += 3;
	if (!letter(p, ' '))
		return false;
	if (!number(p, letter(p, ' ') ? 1 : 2, 1, 31, &tm.tm_mday) || !letter(p, ' ') ||
	    !clock_time(p, &tm) || !guess_year(&tm, last, t))
		return false;
	t->step = LOGTIME_SECOND;
	fraction(p, t);
	return true;
}

/**
 * logtime_read() - the time at the beginning of a line
 * @text: the line
 * @last: nothing in it was written after that; tells the year where none is written
 * @t:    result
 *
 * Return: octets that it takes; 0: there is none.
 */
size_t logtime_read(const char *text, int64_t last, struct logtime *t)
{
	const char *p = text;

	memset(t, 0, sizeof(*t));
	if (iso(&p, t))
		return (size_t)(p - text);
	p = text;
	if (traditional(&p, last, t))
		return (size_t)(p - text);
	memset(t, 0, sizeof(*t));
	return 0;
}

/* Midnight that @days ago was the last one. */
static int64_t midnight(int64_t now, int days)
{
	time_t t = (time_t)(now / LOGTIME_SECOND);
	struct tm tm;

	localtime_r(&t, &tm);
	tm.tm_hour = 0;
	tm.tm_min = 0;
	tm.tm_sec = 0;
	tm.tm_mday -= days;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * LOGTIME_SECOND;
}

/* "24h" */
static bool ago(const char *text, int64_t now, int64_t *us)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	unsigned long n;
	char *end;
	size_t i;

	if (!isdigit((unsigned char)*text))
		return false;
	n = strtoul(text, &end, 10);
	if (n > 1000000 || !*end || end[1])
		return false;
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (*end != units[i].unit)
			continue;
		*us = now - (int64_t)n * units[i].seconds * LOGTIME_SECOND;
		return true;
	}
	return false;
}

/* "2026-11-26", "2026-11-26 23:41" or with seconds */
static bool moment(const char *text, int64_t *us)
{
	const char *p = text;
	struct tm tm = { };

	if (!date(&p, &tm))
		return false;
	if (*p == ' ' || *p == 'T') {
		p++;
		if (!number(&p, 2, 0, 23, &tm.tm_hour) || !letter(&p, ':') ||
		    !number(&p, 2, 0, 59, &tm.tm_min))
			return false;
		if (letter(&p, ':') && !number(&p, 2, 0, 60, &tm.tm_sec))
			return false;
	}
	*us = local(&tm);
	return !*p;
}

/**
 * logtime_since() - what a person means by a time
 * @text: one of %LOGTIME_FORMS
 * @now:  when it was said
 * @us:   result
 *
 * Return: false for anything else.
 */
bool logtime_since(const char *text, int64_t now, int64_t *us)
{
	if (!strcmp(text, "today"))
		*us = midnight(now, 0);
	else if (!strcmp(text, "yesterday"))
		*us = midnight(now, 1);
	else
		return ago(text, now, us) || moment(text, us);
	return true;
}

/**
 * logtime_now() - the wall clock
 *
 * Return: microseconds since 1970.
 */
int64_t logtime_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * LOGTIME_SECOND + ts.tv_nsec / 1000;
}
