/* SPDX-License-Identifier: GPL-2.0-only */
/* In whose name the resets of a capture were forged, by whom, and what gave them away. */
#ifndef _TALLY_H
#define _TALLY_H

#include <jansson.h>
#include <stdio.h>

#include "report.h"

struct tally;

struct tally *tally_new(void);
void tally_add(struct tally *t, const struct report *r);
void tally_json(const struct tally *t, json_t *summary);
void tally_text(const struct tally *t, FILE *out);
void tally_free(struct tally *t);

#endif /* _TALLY_H */
