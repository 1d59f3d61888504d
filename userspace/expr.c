// SPDX-License-Identifier: GPL-2.0-only
/*
 * An expression is parsed into a list of parts once, by recursive descent, and
 * evaluated for each RST from the first part to the last.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "expr.h"

#define DEPTH_MAX	8	/* brackets within brackets */
/* No field has more than 32 bits: what is larger is a slip, and must not overflow. */
#define VALUE_MAX	(1LL << 60)

/* Whose field. */
enum expr_whose {
	OWN,
	PREV,	/* of the RST before it */
	KIN,	/* of the latest one before it with the same TTL: there has to be one */
};

/* --- parsing -------------------------------------------------------------------- */

int parser_complain(struct parser *ps, const char *format, ...)
{
	va_list ap;

	if (*ps->err)
		return -1;
	va_start(ap, format);
	vsnprintf(ps->err, EXPR_ERROR, format, ap);
	va_end(ap);
	return -1;
}

int parser_expected(struct parser *ps, const char *what)
{
	if (!*ps->p)
		return parser_complain(ps, "%s expected at the end", what);
	return parser_complain(ps, "%s expected at \"%.30s\"", what, ps->p);
}

void parser_skip_space(struct parser *ps)
{
	while (isspace((unsigned char)*ps->p))
		ps->p++;
}

bool parser_take(struct parser *ps, const char *token)
{
	size_t n = strlen(token);

	parser_skip_space(ps);
	if (strncmp(ps->p, token, n))
		return false;
	ps->p += n;
	return true;
}

int parser_end(struct parser *ps)
{
	parser_skip_space(ps);
	return *ps->p ? parser_expected(ps, "end, or operator,") : 0;
}

/* Returns its index, or -1. */
static int node_add(struct parser *ps, struct expr *e, struct expr_node node)
{
	if (e->nodes == EXPR_NODES)
		return parser_complain(ps, "more than %d numbers, fields, operators",
				       EXPR_NODES);
	e->node[e->nodes] = node;
	return (int)e->nodes++;
}

static int parse_number(struct parser *ps, struct expr *e)
{
	unsigned long long n;
	char *end;

	n = strtoull(ps->p, &end, 0);
	if (n > U32_MAX || isalnum((unsigned char)*end))
		return parser_expected(ps, "number below 2^32");
	ps->p = end;
	return node_add(ps, e, (struct expr_node){ .op = 'n', .n = (int64_t)n });
}

/* Letters as tcpdump and Zeek write them. */
static int parse_flags(struct parser *ps, struct expr *e)
{
	static const char letters[] = "FSRPAUECN";
	int64_t n = 0;

	for (; isupper((unsigned char)*ps->p); ps->p++) {
		const char *at = strchr(letters, *ps->p);

		if (!at)
			return parser_expected(ps, "flags of FSRPAUECN");
		n |= 1 << (at - letters);
	}
	return node_add(ps, e, (struct expr_node){ .op = 'n', .n = n });
}

static int parse_field(struct parser *ps, struct expr *e)
{
	static const char *const names[] = {
#define X(e, name) name,
		SHOT_FIELDS(X)
#undef X
	};
	struct expr_node node = { .op = 'f' };
	const char *start = ps->p;
	size_t n;

	if (parser_take(ps, "prev."))
		node.whose = PREV;
	else if (parser_take(ps, "kin."))
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
		return parser_expected(ps, "name of a field");
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

	parser_skip_space(ps);
	if (isdigit((unsigned char)*ps->p))
		return parse_number(ps, e);
	if (isupper((unsigned char)*ps->p))
		return parse_flags(ps, e);
	if (islower((unsigned char)*ps->p))
		return parse_field(ps, e);
	if (ps->depth == DEPTH_MAX)
		return parser_complain(ps, "more than %d brackets within one another", DEPTH_MAX);
	if (parser_take(ps, "-")) {	/* 0 - what follows */
		int zero = node_add(ps, e, (struct expr_node){ .op = 'n' });

		ps->depth++;
		at = parse_factor(ps, e);
		ps->depth--;
		if (zero < 0 || at < 0)
			return -1;
		return node_add(ps, e, (struct expr_node){ .op = '-', .a = (u8)zero, .b = (u8)at });
	}
	if (!parser_take(ps, "("))
		return parser_expected(ps, "number, field or bracket");
	ps->depth++;
	at = parse_sum(ps, e);
	ps->depth--;
	if (at < 0)
		return -1;
	return parser_take(ps, ")") ? at : parser_expected(ps, "closing bracket");
}

/* @ops: operators that bind equally; @operand: what is between them. */
static int parse_chain(struct parser *ps, struct expr *e, const char *ops,
		       int (*operand)(struct parser *ps, struct expr *e))
{
	int a = operand(ps, e), b;
	char op;

	while (a >= 0) {
		parser_skip_space(ps);
		op = *ps->p;
		if (!op || !strchr(ops, op))
			return a;
		ps->p++;
		b = operand(ps, e);
		if (b < 0)
			return -1;
		a = node_add(ps, e, (struct expr_node){ .op = op, .a = (u8)a, .b = (u8)b });
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

int parser_expr(struct parser *ps, struct expr *e)
{
	e->nodes = 0;
	e->wide = false;
	return parse_sum(ps, e) < 0 ? -1 : 0;
}

/**
 * expr_parse() - read a value
 * @text: it and nothing else
 * @err:  says what is wrong on failure
 *
 * Return: NULL on failure.
 */
struct expr *expr_parse(const char *text, char err[EXPR_ERROR])
{
	struct parser ps = { .p = text, .err = err };
	struct expr *e = calloc(1, sizeof(*e));

	*err = '\0';
	if (!e)
		parser_complain(&ps, "out of memory");
	else if (!parser_expr(&ps, e) && !parser_end(&ps))
		return e;
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

static enum expr_known field(const struct expr_node *node, const struct expr_context *c,
			     int64_t *value)
{
	const struct shot *s = &c->shots[c->at];
	unsigned int i = c->at;

	if (node->whose != OWN) {
		do {
			if (i == c->first)
				return node->whose == PREV ? EXPR_ABSENT : EXPR_UNKNOWN;
			i--;
		} while (node->whose == KIN && c->shots[i].v[SHOT_TTL] != s->v[SHOT_TTL]);
		s = &c->shots[i];
	}
	*value = s->v[node->field];
	return s->known & 1U << node->field ? EXPR_KNOWN : EXPR_UNKNOWN;
}

/* Rounds down, so that a remainder is what it is in arithmetic with wrap. */
int64_t expr_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static enum expr_known combine(char op, int64_t a, int64_t b, int64_t *value)
{
	int64_t v = 0;

	if (op == '+')
		v = a + b;
	else if (op == '-')
		v = a - b;
	else if (op == '*' && __builtin_mul_overflow(a, b, &v))
		return EXPR_UNKNOWN;
	else if (op == '/' && b > 0)
		v = expr_floor_div(a, b);
	else if (op == '%' && b > 0)
		v = a - expr_floor_div(a, b) * b;
	else if (op == '/' || op == '%')
		return EXPR_UNKNOWN;
	if (v > VALUE_MAX || v < -VALUE_MAX)
		return EXPR_UNKNOWN;
	*value = v;
	return EXPR_KNOWN;
}

/**
 * expr_value() - its value for a RST
 * @e:     what to compute
 * @c:     which RST
 * @value: result, with %EXPR_KNOWN
 */
enum expr_known expr_value(const struct expr *e, const struct expr_context *c, int64_t *value)
{
	int64_t v[EXPR_NODES] = { 0 };
	enum expr_known k, worst = EXPR_KNOWN;
	unsigned int i;

	for (i = 0; i < e->nodes; i++) {
		const struct expr_node *node = &e->node[i];

		k = EXPR_KNOWN;
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
