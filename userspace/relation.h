/* SPDX-License-Identifier: GPL-2.0-only */
/* What a fingerprint asks of one RST: "id = -1 - 13 * win". See rstguard.injectors(5). */
#ifndef _RELATION_H
#define _RELATION_H

#include <stdbool.h>

#include "expr.h"

struct relation;

struct relation *relation_parse(const char *text, char err[EXPR_ERROR]);
bool relation_holds(const struct relation *r, const struct shot *shots, unsigned int first,
		    unsigned int at);
void relation_free(struct relation *r);

#endif /* _RELATION_H */
