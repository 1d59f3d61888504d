/* SPDX-License-Identifier: GPL-2.0-only */
/* Does this packet make the injector shoot? */
#ifndef _TRIGGERS_H
#define _TRIGGERS_H

#include "flows.h"
#include "profiles.h"

bool triggers_parse(uint32_t *set, uint64_t *bytes, const char *text);
enum trigger triggers_match(struct flow *f, const struct segment *s, unsigned int side,
			    uint32_t set, uint64_t bytes);

#endif /* _TRIGGERS_H */
