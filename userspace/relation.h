/* SPDX-License-Identifier: GPL-2.0-only */
/* What a fingerprint asks of one RST: "id = -1 - 13 * win". See rstguard.injectors(5). */
#ifndef _RELATION_H
#define _RELATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shot.h"

#define RELATION_ERROR	160	/* octets that a complaint needs at most */

struct relation;
struct expr;

struct relation *relation_parse(const char *text, char err[RELATION_ERROR]);
bool relation_holds(const struct relation *r, const struct shot *shots, unsigned int first,
		    unsigned int at);
void relation_free(struct relation *r);

/* A value by itself, without a comparison. */
struct expr *expr_parse(const char *text, char err[RELATION_ERROR]);
bool expr_value(const struct expr *e, const struct shot *shot, int64_t *value);
void expr_free(struct expr *e);

#endif /* _RELATION_H */
