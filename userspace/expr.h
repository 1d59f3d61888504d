/* SPDX-License-Identifier: GPL-2.0-only */
/* What has a value in a fingerprint: "48 + win % 64". See rstguard.injectors(5). */
#ifndef _EXPR_H
#define _EXPR_H

#include <stdbool.h>
#include <stdint.h>

#include "shot.h"

#define EXPR_ERROR	160	/* octets that a complaint needs at most */
#define EXPR_NODES	24	/* numbers, fields and operators: the longest known has 9 */

/**
 * struct expr_node - a part of an expression
 * @op:    one of "+-*" "/%", 'n' a number, 'f' a field
 * @whose: with 'f': enum expr_whose
 * @field: with 'f'
 * @a:     index of the left operand
 * @b:     index of the right one
 * @n:     with 'n'
 */
struct expr_node {
	char op;
	uint8_t whose;
	uint8_t field;
	uint8_t a;
	uint8_t b;
	int64_t n;
};

/**
 * struct expr - something that has a value
 * @node:  parts; operands come before what they are operands of
 * @nodes: how many; the last one is the whole
 * @wide:  a sequence number is involved
 */
struct expr {
	struct expr_node node[EXPR_NODES];
	unsigned int nodes;
	bool wide;
};

/**
 * struct parser - where in a text we are
 * @p:     rest of it
 * @err:   gets the first complaint
 * @depth: open brackets
 */
struct parser {
	const char *p;
	char *err;
	unsigned int depth;
};

/* All that return int: 0 or more is good, -1 was complained about. */
int parser_complain(struct parser *ps, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int parser_expected(struct parser *ps, const char *what);
void parser_skip_space(struct parser *ps);
bool parser_take(struct parser *ps, const char *token);
int parser_end(struct parser *ps);
int parser_expr(struct parser *ps, struct expr *e);

/* How much a value is worth. */
enum expr_known {
	EXPR_KNOWN,
	EXPR_UNKNOWN,	/* the capture does not tell, or there is no such value */
	EXPR_ABSENT,	/* there is no RST before it: what is asked makes no sense yet */
};

/**
 * struct expr_context - the RST that is asked about, and those before it
 * @shots: RSTs in their order
 * @first: the first of these that belongs to the same match
 * @at:    which one
 */
struct expr_context {
	const struct shot *shots;
	unsigned int first;
	unsigned int at;
};

struct expr *expr_parse(const char *text, char err[EXPR_ERROR]);
enum expr_known expr_value(const struct expr *e, const struct expr_context *c, int64_t *value);
int64_t expr_floor_div(int64_t a, int64_t b);
void expr_free(struct expr *e);

#endif /* _EXPR_H */
