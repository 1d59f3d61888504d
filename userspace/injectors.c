// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fingerprint is read as a regular expression over RSTs: lines that each
 * describe one RST or several alike, in order. A burst is taken apart from its
 * first RST on: the fingerprint that explains most has it, of equal ones that
 * which stands first in the file; then the same again behind it. So a burst of
 * two injectors gets both names, and what none explains stays unknown.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "expr.h"
#include "injectors.h"
#include "limits.h"
#include "relation.h"

#define LINE		512
#define INJECTORS_MAX	1024
#define STEPS_MAX	8
#define ASKS_MAX	16

/**
 * struct step - a "rst" line: one RST, or several in a row
 * @min: how many at least
 * @max: and at most
 * @n:   how many of @ask
 * @ask: what holds for each
 */
struct step {
	unsigned int min;
	unsigned int max;
	unsigned int n;
	struct relation *ask[ASKS_MAX];
};

/**
 * struct injector - one fingerprint
 * @name:    several may have the same
 * @initial: TTL that it begins with; NULL: one of the usual ones, or none if @random
 * @random:  its TTL says nothing about distance
 * @n:       how many of @step
 * @step:    in order
 */
struct injector {
	char name[INJECTORS_NAME];
	struct expr *initial;
	bool random;
	unsigned int n;
	struct step step[STEPS_MAX];
};

struct injectors {
	struct injector *list;
	unsigned int n;
};

/* --- reading -------------------------------------------------------------------------- */

/**
 * struct reader - where in the file we are
 * @all:  what was read so far
 * @path: its name
 * @line: number of the line, from 1
 * @err:  gets the complaint
 */
struct reader {
	struct injectors *all;
	const char *path;
	unsigned int line;
	char *err;
};

__attribute__((format(printf, 2, 3)))
static int refuse(struct reader *rd, const char *format, ...)
{
	va_list ap;
	int n;

	n = snprintf(rd->err, INJECTORS_ERROR, "%.150s:%u: ", rd->path, rd->line);
	va_start(ap, format);
	vsnprintf(rd->err + n, INJECTORS_ERROR - (size_t)n, format, ap);
	va_end(ap);
	return -EINVAL;
}

static char *trim(char *s)
{
	char *end;

	while (isspace((unsigned char)*s))
		s++;
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return s;
}

/* Cuts the first word off; returns the rest. */
static char *behind_word(char *s)
{
	while (*s && !isspace((unsigned char)*s))
		s++;
	if (*s)
		*s++ = '\0';
	return trim(s);
}

static struct injector *current(const struct reader *rd)
{
	return rd->all->n ? &rd->all->list[rd->all->n - 1] : NULL;
}

/* What was begun has to say something. */
static int injector_end(struct reader *rd)
{
	const struct injector *in = current(rd);

	if (in && !in->n)
		return refuse(rd, "injector %s ends without a line that begins with rst",
			      in->name);
	return 0;
}

static int injector_begin(struct reader *rd, const char *name)
{
	struct injector *list;
	size_t n = strlen(name);

	if (injector_end(rd))
		return -EINVAL;
	if (!n || n >= INJECTORS_NAME ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return refuse(rd, "name of a-z, 0-9 and - expected, up to %d, not \"%.40s\"",
			      INJECTORS_NAME - 1, name);
	if (!strcmp(name, "unknown"))
		return refuse(rd, "unknown is what all others are called");
	if (rd->all->n == INJECTORS_MAX)
		return refuse(rd, "more than %d injectors", INJECTORS_MAX);
	list = realloc(rd->all->list, (rd->all->n + 1) * sizeof(*list));
	if (!list)
		return refuse(rd, "out of memory");
	rd->all->list = list;
	list += rd->all->n++;
	memset(list, 0, sizeof(*list));
	memcpy(list->name, name, n + 1);
	return 0;
}

static int initial_set(struct reader *rd, const char *text)
{
	char why[EXPR_ERROR];
	struct injector *in = current(rd);

	if (in->initial || in->random)
		return refuse(rd, "injector %s has an initial TTL already", in->name);
	if (!strcmp(text, "random")) {
		in->random = true;
		return 0;
	}
	in->initial = expr_parse(text, why);
	return in->initial ? 0 : refuse(rd, "\"random\" or a TTL expected: %s", why);
}

/* "3", "2..6" or "2+" */
static bool parse_count(const char *text, struct step *step)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	step->min = (unsigned int)strtoul(text, &end, 10);
	step->max = step->min;
	if (!strcmp(end, "+")) {
		step->max = BURST_MAX;
		end++;
	} else if (!strncmp(end, "..", 2) && isdigit((unsigned char)end[2])) {
		step->max = (unsigned int)strtoul(end + 2, &end, 10);
	}
	return !*end && step->min && step->min <= step->max && step->max <= BURST_MAX;
}

static int step_add(struct reader *rd, char *text)
{
	struct injector *in = current(rd);
	char *rest = behind_word(text), *ask, *next;
	char why[EXPR_ERROR];
	struct step *step;

	if (in->n == STEPS_MAX)
		return refuse(rd, "more than %d lines that begin with rst", STEPS_MAX);
	step = &in->step[in->n++];
	if (!parse_count(text, step))
		return refuse(rd, "count expected, as 1, 2..3 or 2+, up to %d, not \"%.40s\"",
			      BURST_MAX, text);
	if (!*rest)
		return refuse(rd, "something that holds for the RST expected at the end");
	for (ask = rest; ask; ask = next) {
		next = strchr(ask, ',');
		if (next)
			*next++ = '\0';
		if (step->n == ASKS_MAX)
			return refuse(rd, "more than %d relations in a line", ASKS_MAX);
		step->ask[step->n] = relation_parse(ask, why);
		if (!step->ask[step->n])
			return refuse(rd, "%s", why);
		step->n++;
	}
	return 0;
}

static int read_line(struct reader *rd, char *line)
{
	char *word, *rest;

	line[strcspn(line, "#")] = '\0';
	word = trim(line);
	if (!*word)
		return 0;
	rest = behind_word(word);
	if (!strcmp(word, "injector"))
		return injector_begin(rd, rest);
	if (strcmp(word, "text") && strcmp(word, "initial") && strcmp(word, "rst"))
		return refuse(rd, "injector, text, initial or rst expected, not \"%.40s\"",
			      word);
	if (!current(rd))
		return refuse(rd, "injector expected before %s", word);
	if (!strcmp(word, "initial"))
		return initial_set(rd, rest);
	if (!strcmp(word, "rst"))
		return step_add(rd, rest);
	return 0;	/* for people */
}

static int read_lines(struct reader *rd, FILE *file)
{
	char line[LINE];

	while (fgets(line, sizeof(line), file)) {
		rd->line++;
		if (!strchr(line, '\n') && !feof(file))
			return refuse(rd, "more than %d octets in a line", LINE - 2);
		if (read_line(rd, line))
			return -EINVAL;
	}
	if (ferror(file))
		return refuse(rd, "%s", strerror(errno));
	return injector_end(rd);
}

/**
 * injectors_read() - read fingerprints
 * @file: from here to its end
 * @path: its name, for complaints
 * @err:  on failure PATH:LINE and what was expected
 *
 * Return: NULL on failure.
 */
struct injectors *injectors_read(FILE *file, const char *path, char err[INJECTORS_ERROR])
{
	struct reader rd = { .path = path, .err = err };

	rd.all = calloc(1, sizeof(*rd.all));
	if (!rd.all) {
		refuse(&rd, "out of memory");
		return NULL;
	}
	if (!read_lines(&rd, file))
		return rd.all;
	injectors_free(rd.all);
	return NULL;
}

/**
 * injectors_load() - read a file of fingerprints
 * @path: its name
 * @err:  says what is wrong on failure
 *
 * Return: NULL and errno on failure.
 */
struct injectors *injectors_load(const char *path, char err[INJECTORS_ERROR])
{
	FILE *file = fopen(path, "re");
	struct injectors *all;

	if (!file) {
		snprintf(err, INJECTORS_ERROR, "%.200s: %s", path, strerror(errno));
		return NULL;
	}
	all = injectors_read(file, path, err);
	fclose(file);
	if (!all)
		errno = EINVAL;
	return all;
}

/**
 * injectors_free() - forget the fingerprints
 * @all: may be NULL
 */
void injectors_free(struct injectors *all)
{
	unsigned int i, j, k;

	if (!all)
		return;
	for (i = 0; i < all->n; i++) {
		struct injector *in = &all->list[i];

		for (j = 0; j < in->n; j++)
			for (k = 0; k < in->step[j].n; k++)
				relation_free(in->step[j].ask[k]);
		expr_free(in->initial);
	}
	free(all->list);
	free(all);
}

/* --- naming ----------------------------------------------------------------------------- */

/**
 * hops_of() - how far away a packet was sent, from its TTL alone
 * @ttl: what it arrived with
 *
 * The nearest of the usual initial values above it, as long as a path may be.
 *
 * Return: hops, or HOPS_UNKNOWN.
 */
int hops_of(unsigned int ttl)
{
	static const u8 initial[] = { 64, 128, 255 };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(initial); i++)
		if (ttl <= initial[i])
			return initial[i] - ttl <= RSTG_HOPS_MAX ? (int)(initial[i] - ttl) :
								   HOPS_UNKNOWN;
	return HOPS_UNKNOWN;
}

/* False: it cannot have sent this. */
static bool distance(const struct injector *in, const struct shot *s, int *hops)
{
	const struct expr_context c = { .shots = s };
	int64_t initial;

	*hops = in->random ? HOPS_UNKNOWN : hops_of(s->v[SHOT_TTL]);
	if (!in->initial)
		return true;
	if (expr_value(in->initial, &c, &initial) != EXPR_KNOWN)
		return false;
	initial -= s->v[SHOT_TTL];
	if (initial < 0 || initial > RSTG_HOPS_MAX)
		return false;
	*hops = (int)initial;
	return true;
}

static bool step_holds(const struct injector *in, const struct step *step,
		       const struct shot *shots, unsigned int first, unsigned int at)
{
	unsigned int i;
	int hops;

	for (i = 0; i < step->n; i++)
		if (!relation_holds(step->ask[i], shots, first, at))
			return false;
	return distance(in, &shots[at], &hops);
}

/*
 * From step @s on, @at on: where the match ends, or 0. Each step takes as many
 * as it can and gives back what the next ones need. Both are few.
 */
static unsigned int match_steps(const struct injector *in, unsigned int s,
				const struct shot *shots, unsigned int n, unsigned int first,
				unsigned int at)
{
	const struct step *step = &in->step[s];
	unsigned int took = 0, end;

	if (s == in->n)
		return at;
	while (took < step->max && at + took < n &&
	       step_holds(in, step, shots, first, at + took))
		took++;
	for (; took >= step->min; took--) {
		end = match_steps(in, s + 1, shots, n, first, at + took);
		if (end)
			return end;
	}
	return 0;
}

/**
 * injectors_name() - who has sent a burst?
 * @all:   fingerprints
 * @shots: RSTs of one alleged sender of one connection, in order
 * @n:     how many, at most BURST_MAX
 * @named: result, for each
 */
void injectors_name(const struct injectors *all, const struct shot *shots, unsigned int n,
		    struct named *named)
{
	unsigned int at, end, best, i;
	const struct injector *in;

	for (at = 0; at < n; at = best) {
		in = NULL;
		best = at;
		for (i = 0; i < all->n; i++) {
			end = match_steps(&all->list[i], 0, shots, n, at, at);
			if (end > best) {
				best = end;
				in = &all->list[i];
			}
		}
		if (!in)
			best = at + 1;
		for (i = at; i < best; i++) {
			named[i].name = in ? in->name : NULL;
			named[i].match = at;
			if (in)
				distance(in, &shots[i], &named[i].hops);
			else
				named[i].hops = hops_of(shots[i].v[SHOT_TTL]);
		}
	}
}
