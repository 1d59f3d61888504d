/* SPDX-License-Identifier: GPL-2.0-only */
/* Policies in words: what is written is what can be read again. */
#ifndef _POLICY_WORDS_H
#define _POLICY_WORDS_H

#include <stdbool.h>
#include <stdio.h>

#include "policy.h"

/*
 * "NAME [RULE [or RULE]...]"; without rules NAME is that of a preset. Cuts the words apart.
 * false: refused, and said so.
 */
bool policy_read(struct policy *p, int argc, char **argv);
/* As policy_read() takes it; no newline. */
void policy_write(FILE *out, const struct policy *p);

#endif /* _POLICY_WORDS_H */
