// SPDX-License-Identifier: GPL-2.0-only
/*
 * A relation is parsed into a tree once and evaluated for each RST. Header
 * fields are counters that wrap, and injectors compute one from another in
 * registers of 16 bits: so "=" means equal modulo 2^16, and modulo 2^32 where a
 * sequence number is involved.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "relation.h"

#define NODES_MAX	24	/* of one expression: the longest known has 9 */
#define DEPTH_MAX	8	/* brackets within brackets */
#define ALTERNATIVES	6
/* No field has more than 32 bits: what is larger is a slip, and must not overflow. */
#define VALUE_MAX	(1LL << 60)

/* Whose field. */
enum whose {
	OWN,
	PREV,	/* of the RST before it */
	KIN,	/* of the latest one before it with the same TTL: there has to be one */
};

/**
 * struct node - a part of an expression
 * @op:    one of "+-*" "/%", 'n' a number, 'f' a field
 * @whose: with 'f'
 * @field: with 'f'
 * @a:     index of the left operand
 * @b:     index of the right one
 * @n:     with 'n'
 */
struct node {
	char op;
	u8 whose;
	u8 field;
	u8 a;
	u8 b;
	int64_t n;
};

/**
 * struct expr - something that has a value
 * @node:  parts; operands come before what they are operands of
 * @nodes: how many; the last one is the whole
 * @wide:  a sequence number is involved
 */
struct expr {
	struct node node[NODES_MAX];
	unsigned int nodes;
	bool wide;
};

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

/**
 * struct parser - where we are
 * @p:     rest of the text
 * @err:   gets the first complaint
 * @depth: open brackets
 */
struct parser {
	const char *p;
	char *err;
	unsigned int depth;
};

__attribute__((format(printf, 2, 3)))
static int complain(struct parser *ps, const char *format, ...)
{
	va_list ap;

	if (*ps->err)
		return -1;
	va_start(ap, format);
	vsnprintf(ps->err, RELATION_ERROR, format, ap);
	va_end(ap);
	return -1;
}

static int expected(struct parser *ps, const char *what)
{
	if (!*ps->p)
		return complain(ps, "%s expected at the end", what);
	return complain(ps, "%s expected at \"%.30s\"", what, ps->p);
}

static void skip_space(struct parser *ps)
{
	while (isspace((unsigned char)*ps->p))
		ps->p++;
}

static bool take(struct parser *ps, const char *token)
{
	size_t n = strlen(token);

	skip_space(ps);
	if (strncmp(ps->p, token, n))
		return false;
	ps->p += n;
	return true;
}

/* Returns its index, or -1. */
static int node_add(struct parser *ps, struct expr *e, struct node node)
{
	if (e->nodes == NODES_MAX)
		return complain(ps, "more than %d numbers, fields and operators", NODES_MAX);
	e->node[e->nodes] = node;
	return (int)e->nodes++;
}

static int parse_number(struct parser *ps, struct expr *e)
{
	unsigned long long n;
	char *end;

	n = strtoull(ps->p, &end, 0);
	if (n > U32_MAX || isalnum((unsigned char)*end))
		return expected(ps, "number below 2^32");
	ps->p = end;
	return node_add(ps, e, (struct node){ .op = 'n', .n = (int64_t)n });
}

/* Letters as tcpdump and Zeek write them. */
static int parse_flags(struct parser *ps, struct expr *e)
{
	static const char letters[] = "FSRPAUECN";
	int64_t n = 0;

	for (; isupper((unsigned char)*ps->p); ps->p++) {
		const char *at = strchr(letters, *ps->p);

		if (!at)
			return expected(ps, "flags of FSRPAUECN");
		n |= 1 << (at - letters);
	}
	return node_add(ps, e, (struct node){ .op = 'n', .n = n });
}

static int parse_field(struct parser *ps, struct expr *e)
{
	static const char *const names[] = {
#define X(e, name) name,
		SHOT_FIELDS(X)
#undef X
	};
	struct node node = { .op = 'f' };
	const char *start = ps->p;
	size_t n;

	if (take(ps, "prev."))
		node.whose = PREV;
	else if (take(ps, "kin."))
		node.whose = KIN;
	for (n = 0; islower((unsigned char)ps->p[n]) || ps->p[n] == '.'; n++) {
		if (ps->p[n] == '.' && ps->p[n + 1] == '.')
			break;	/* the dots of a range */
	}
	for (node.field = 0; node.field < SHOT_MAX; node.field++)
		if (strlen(names[node.field]) == n && !strncmp(names[node.field], ps->p, n))
			break;
	if (node.field == SHOT_MAX) {
		ps->p = start;
		return expected(ps, "name of a field");
	}
	ps->p += n;
	if (node.field == SHOT_SEQ || node.field == SHOT_ACK ||
	    node.field == SHOT_PEER_SEQ || node.field == SHOT_VICTIM_SEQ)
		e->wide = true;
	return node_add(ps, e, node);
}

static int parse_sum(struct parser *ps, struct expr *e);

static int parse_factor(struct parser *ps, struct expr *e)
{
	int at;

	skip_space(ps);
	if (isdigit((unsigned char)*ps->p))
		return parse_number(ps, e);
	if (isupper((unsigned char)*ps->p))
		return parse_flags(ps, e);
	if (islower((unsigned char)*ps->p))
		return parse_field(ps, e);
	if (ps->depth == DEPTH_MAX)
		return complain(ps, "more than %d brackets within one another", DEPTH_MAX);
	if (take(ps, "-")) {	/* 0 - what follows */
		int zero = node_add(ps, e, (struct node){ .op = 'n' });

		ps->depth++;
		at = parse_factor(ps, e);
		ps->depth--;
		if (zero < 0 || at < 0)
			return -1;
		return node_add(ps, e, (struct node){ .op = '-', .a = (u8)zero, .b = (u8)at });
	}
	if (!take(ps, "("))
		return expected(ps, "number, field or bracket");
	ps->depth++;
	at = parse_sum(ps, e);
	ps->depth--;
	if (at < 0)
		return -1;
	return take(ps, ")") ? at : expected(ps, "closing bracket");
}

/* @ops: operators that bind equally; @operand: what is between them. */
static int parse_chain(struct parser *ps, struct expr *e, const char *ops,
		       int (*operand)(struct parser *ps, struct expr *e))
{
	int a = operand(ps, e), b;
	char op;

	while (a >= 0) {
		skip_space(ps);
		op = *ps->p;
		if (!op || !strchr(ops, op))
			return a;
		ps->p++;
		b = operand(ps, e);
		if (b < 0)
			return -1;
		a = node_add(ps, e, (struct node){ .op = op, .a = (u8)a, .b = (u8)b });
	}
	return -1;
}

static int parse_product(struct parser *ps, struct expr *e)
{
	return parse_chain(ps, e, "*/%", parse_factor);
}

static int parse_sum(struct parser *ps, struct expr *e)
{
	return parse_chain(ps, e, "+-", parse_product);
}

static int parse_expr(struct parser *ps, struct expr *e)
{
	e->nodes = 0;
	e->wide = false;
	return parse_sum(ps, e) < 0 ? -1 : 0;
}

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
		if (take(ps, all[i].token)) {
			*how = all[i].how;
			return 0;
		}
	}
	return expected(ps, "=, !=, <, <=, > or >=");
}

static int parse_right(struct parser *ps, struct relation *r)
{
	const bool many = r->how == EQ || r->how == NE;
	struct alternative *alt;

	do {
		if (r->n == ALTERNATIVES)
			return complain(ps, "more than %d alternatives", ALTERNATIVES);
		alt = &r->right[r->n++];
		if (parse_expr(ps, &alt->low))
			return -1;
		alt->range = many && take(ps, "..");
		if (alt->range && parse_expr(ps, &alt->high))
			return -1;
	} while (many && take(ps, "|"));
	skip_space(ps);
	return *ps->p ? expected(ps, "end, or operator,") : 0;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_data(struct parser *ps, struct relation *r)
{
	skip_space(ps);
	for (; *ps->p && !isspace((unsigned char)*ps->p); ps->p += 2) {
		int high = nibble(ps->p[0]), low = high < 0 ? -1 : nibble(ps->p[1]);

		if (low < 0)
			return expected(ps, "octets, two of 0-9 and a-f each,");
		if (r->data_n == SHOT_DATA)
			return complain(ps, "more than %d octets of payload", SHOT_DATA);
		r->data[r->data_n++] = (u8)(high << 4 | low);
	}
	skip_space(ps);
	if (*ps->p || !r->data_n)
		return expected(ps, r->data_n ? "end" : "octets");
	return 0;
}

/**
 * relation_parse() - read a relation
 * @text: it and nothing else
 * @err:  says what is wrong on failure
 *
 * Return: NULL on failure.
 */
struct relation *relation_parse(const char *text, char err[RELATION_ERROR])
{
	struct parser ps = { .p = text, .err = err };
	struct relation *r = calloc(1, sizeof(*r));
	int bad;

	*err = '\0';
	if (!r) {
		complain(&ps, "out of memory");
		return NULL;
	}
	if (take(&ps, "data"))
		bad = take(&ps, "=") ? parse_data(&ps, r) : expected(&ps, "=");
	else
		bad = parse_expr(&ps, &r->left) || parse_comparison(&ps, &r->how) ||
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

/**
 * expr_parse() - read a value
 * @text: it and nothing else
 * @err:  says what is wrong on failure
 *
 * Return: NULL on failure.
 */
struct expr *expr_parse(const char *text, char err[RELATION_ERROR])
{
	struct parser ps = { .p = text, .err = err };
	struct expr *e = calloc(1, sizeof(*e));

	*err = '\0';
	if (!e) {
		complain(&ps, "out of memory");
		return NULL;
	}
	if (!parse_expr(&ps, e)) {
		skip_space(&ps);
		if (!*ps.p)
			return e;
		expected(&ps, "end, or operator,");
	}
	free(e);
	return NULL;
}

/**
 * expr_free() - forget a value
 * @e: may be NULL
 */
void expr_free(struct expr *e)
{
	free(e);
}

/* --- evaluation ------------------------------------------------------------------- */

/* How much a value is worth. */
enum known {
	KNOWN,
	UNKNOWN,	/* the capture does not tell, or there is no such value */
	ABSENT,		/* there is no RST before it: what is asked makes no sense yet */
};

/* RSTs of a match so far: the one that is asked about and those before it. */
struct context {
	const struct shot *shots;
	unsigned int first;
	unsigned int at;
};

static enum known field(const struct node *node, const struct context *c, int64_t *value)
{
	const struct shot *s = &c->shots[c->at];
	unsigned int i = c->at;

	if (node->whose != OWN) {
		do {
			if (i == c->first)
				return node->whose == PREV ? ABSENT : UNKNOWN;
			i--;
		} while (node->whose == KIN && c->shots[i].v[SHOT_TTL] != s->v[SHOT_TTL]);
		s = &c->shots[i];
	}
	*value = s->v[node->field];
	return s->known & 1U << node->field ? KNOWN : UNKNOWN;
}

/* Rounds down, so that a remainder is what it is in arithmetic with wrap. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static enum known combine(char op, int64_t a, int64_t b, int64_t *value)
{
	int64_t v = 0;

	if (op == '+')
		v = a + b;
	else if (op == '-')
		v = a - b;
	else if (op == '*' && __builtin_mul_overflow(a, b, &v))
		return UNKNOWN;
	else if (op == '/' && b > 0)
		v = floor_div(a, b);
	else if (op == '%' && b > 0)
		v = a - floor_div(a, b) * b;
	else if (op == '/' || op == '%')
		return UNKNOWN;
	if (v > VALUE_MAX || v < -VALUE_MAX)
		return UNKNOWN;
	*value = v;
	return KNOWN;
}

static enum known evaluate(const struct expr *e, const struct context *c, int64_t *value)
{
	int64_t v[NODES_MAX] = { 0 };
	enum known k, worst = KNOWN;
	unsigned int i;

	for (i = 0; i < e->nodes; i++) {
		const struct node *node = &e->node[i];

		k = KNOWN;
		if (node->op == 'n')
			v[i] = node->n;
		else if (node->op == 'f')
			k = field(node, c, &v[i]);
		else
			k = combine(node->op, v[node->a], v[node->b], &v[i]);
		if (k > worst)
			worst = k;
	}
	*value = v[e->nodes - 1];
	return worst;
}

/* @value from @low to @high, going round at @wrap. */
static bool within(int64_t value, int64_t low, int64_t high, int64_t wrap)
{
	const int64_t offset = value - low, span = high - low;

	return span >= 0 && offset - floor_div(offset, wrap) * wrap <= span;
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

static enum known alternative(const struct relation *r, const struct alternative *alt,
			      const struct context *c, int64_t left, bool *fits)
{
	const bool wide = r->left.wide || alt->low.wide || (alt->range && alt->high.wide);
	enum known k, worst;
	int64_t low, high;

	worst = evaluate(&alt->low, c, &low);
	high = low;
	if (alt->range) {
		k = evaluate(&alt->high, c, &high);
		if (k > worst)
			worst = k;
	}
	if (worst == KNOWN && r->how >= LT)
		*fits = ordered(r->how, left, low);
	else if (worst == KNOWN)
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
	const struct context c = { shots, first, at };
	bool any = false, fits;
	enum known k, worst;
	int64_t left;
	unsigned int i;

	if (!r->n)
		return data_holds(r, &shots[at]);
	worst = evaluate(&r->left, &c, &left);
	for (i = 0; i < r->n; i++) {
		fits = false;
		k = alternative(r, &r->right[i], &c, left, &fits);
		if (k > worst)
			worst = k;
		any |= fits;
	}
	if (worst == ABSENT)
		return true;
	return worst == KNOWN && any == (r->how != NE);
}

/**
 * expr_value() - its value for a RST by itself
 * @e:     what to compute
 * @shot:  RST
 * @value: result
 *
 * Return: false where it is not known.
 */
bool expr_value(const struct expr *e, const struct shot *shot, int64_t *value)
{
	const struct context c = { shot, 0, 0 };

	return evaluate(e, &c, value) == KNOWN;
}
