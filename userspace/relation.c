// SPDX-License-Identifier: GPL-2.0-only
/*
 * Header fields are counters that wrap, and injectors compute one from another
 * in registers of 16 bits: so "=" means equal modulo 2^16, and modulo 2^32 where
 * a sequence number is involved.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "expr.h"
#include "relation.h"

#define ALTERNATIVES	6

enum comparison { EQ, NE, LT, LE, GT, GE };

struct alternative {
	struct expr low;
	struct expr high;	/* only with @range */
	bool range;
};

/**
 * struct relation - a comparison, or the beginning of the payload
 * @left:  value compared
 * @how:   enum comparison
 * @right: what it is compared with: one of them has to fit
 * @n:     how many of @right; 0: @data is compared
 * @data:  the payload begins so
 * @data_n: octets at @data
 */
struct relation {
	struct expr left;
	enum comparison how;
	struct alternative right[ALTERNATIVES];
	unsigned int n;
	u8 data[SHOT_DATA];
	unsigned int data_n;
};

/* --- parsing -------------------------------------------------------------------- */

static int parse_comparison(struct parser *ps, enum comparison *how)
{
	static const struct {
		const char *token;
		enum comparison how;
	} all[] = {
		{ "!=", NE }, { "<=", LE }, { ">=", GE }, { "=", EQ }, { "<", LT }, { ">", GT },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		if (parser_take(ps, all[i].token)) {
			*how = all[i].how;
			return 0;
		}
	}
	return parser_expected(ps, "=, !=, <, <=, > or >=");
}

static int parse_right(struct parser *ps, struct relation *r)
{
	const bool many = r->how == EQ || r->how == NE;
	struct alternative *alt;

	do {
		if (r->n == ALTERNATIVES)
			return parser_complain(ps, "more than %d alternatives", ALTERNATIVES);
		alt = &r->right[r->n++];
		if (parser_expr(ps, &alt->low))
			return -1;
		alt->range = many && parser_take(ps, "..");
		if (alt->range && parser_expr(ps, &alt->high))
			return -1;
	} while (many && parser_take(ps, "|"));
	return parser_end(ps);
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_data(struct parser *ps, struct relation *r)
{
	parser_skip_space(ps);
	for (; *ps->p && !isspace((unsigned char)*ps->p); ps->p += 2) {
		int high = nibble(ps->p[0]), low = high < 0 ? -1 : nibble(ps->p[1]);

		if (low < 0)
			return parser_expected(ps, "octets, two of 0-9 and a-f each,");
		if (r->data_n == SHOT_DATA)
			return parser_complain(ps, "more than %d octets of payload", SHOT_DATA);
		r->data[r->data_n++] = (u8)(high << 4 | low);
	}
	parser_skip_space(ps);
	if (*ps->p || !r->data_n)
		return parser_expected(ps, r->data_n ? "end" : "octets");
	return 0;
}

/**
 * relation_parse() - read a relation
 * @text: it and nothing else
 * @err:  says what is wrong on failure
 *
 * Return: NULL on failure.
 */
struct relation *relation_parse(const char *text, char err[EXPR_ERROR])
{
	struct parser ps = { .p = text, .err = err };
	struct relation *r = calloc(1, sizeof(*r));
	int bad;

	*err = '\0';
	if (!r) {
		parser_complain(&ps, "out of memory");
		return NULL;
	}
	if (parser_take(&ps, "data"))
		bad = parser_take(&ps, "=") ? parse_data(&ps, r) : parser_expected(&ps, "=");
	else
		bad = parser_expr(&ps, &r->left) || parse_comparison(&ps, &r->how) ||
		      parse_right(&ps, r);
	if (!bad)
		return r;
	free(r);
	return NULL;
}

/**
 * relation_free() - forget a relation
 * @r: may be NULL
 */
void relation_free(struct relation *r)
{
	free(r);
}

/* --- evaluation ------------------------------------------------------------------- */

/* @value from @low to @high, going round at @wrap. */
static bool within(int64_t value, int64_t low, int64_t high, int64_t wrap)
{
	const int64_t offset = value - low, span = high - low;

	return span >= 0 && offset - expr_floor_div(offset, wrap) * wrap <= span;
}

static bool ordered(enum comparison how, int64_t a, int64_t b)
{
	switch (how) {
	case LT:
		return a < b;
	case LE:
		return a <= b;
	case GT:
		return a > b;
	default:
		return a >= b;
	}
}

static enum expr_known alternative(const struct relation *r, const struct alternative *alt,
				   const struct expr_context *c, int64_t left, bool *fits)
{
	const bool wide = r->left.wide || alt->low.wide || (alt->range && alt->high.wide);
	enum expr_known k, worst;
	int64_t low, high;

	worst = expr_value(&alt->low, c, &low);
	high = low;
	if (alt->range) {
		k = expr_value(&alt->high, c, &high);
		if (k > worst)
			worst = k;
	}
	if (worst == EXPR_KNOWN && r->how >= LT)
		*fits = ordered(r->how, left, low);
	else if (worst == EXPR_KNOWN)
		*fits = within(left, low, high, wide ? 1LL << 32 : 1LL << 16);
	return worst;
}

static bool data_holds(const struct relation *r, const struct shot *s)
{
	return s->data_n >= r->data_n && !memcmp(s->data, r->data, r->data_n);
}

/**
 * relation_holds() - is it true of a RST?
 * @r:     relation
 * @shots: RSTs in their order
 * @first: the first of these that belongs to the same match
 * @at:    which one
 *
 * What names the RST before it is not asked of the first of the match.
 *
 * Return: false also where a value is not known.
 */
bool relation_holds(const struct relation *r, const struct shot *shots, unsigned int first,
		    unsigned int at)
{
	const struct expr_context c = { shots, first, at };
	bool any = false, fits;
	enum expr_known k, worst;
	int64_t left;
	unsigned int i;

	if (!r->n)
		return data_holds(r, &shots[at]);
	worst = expr_value(&r->left, &c, &left);
	for (i = 0; i < r->n; i++) {
		fits = false;
		k = alternative(r, &r->right[i], &c, left, &fits);
		if (k > worst)
			worst = k;
		any |= fits;
	}
	if (worst == EXPR_ABSENT)
		return true;
	return worst == EXPR_KNOWN && any == (r->how != NE);
}
