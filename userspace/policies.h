/* SPDX-License-Identifier: GPL-2.0-only */
/* All policies of a namespace, in their order: what becomes of them, before they are set. */
#ifndef _POLICIES_H
#define _POLICIES_H

#include <stdbool.h>

#include "nl.h"
#include "policy.h"

/* No policy is without a rule. */
#define POLICIES_MAX	POLICY_RULES

/**
 * struct policies - policies in their order
 * @n:    entries of @list
 * @list: policies
 */
struct policies {
	unsigned int n;
	struct policy list[POLICIES_MAX];
};

/* Those that the module has now; 0 or a negative errno and @nl->error. */
int policies_get(struct nl *nl, struct policies *all);

/*
 * As RSTGUARD_CMD_SET_POLICY does it: behind the others, or where it is; with @before there,
 * "" being ahead of all. false: refused, and said so, with nothing changed.
 */
bool policies_set(struct policies *all, const struct policy *p, const char *before);
bool policies_del(struct policies *all, const char *name);

/* Into a RSTGUARD_CMD_REPLACE_POLICIES with room for POLICIES_REQUEST octets. */
void policies_put(struct nlmsghdr *request, const struct policies *all);
/* The headers, and of each policy its header and name. */
#define POLICIES_REQUEST	(POLICY_REQUEST + POLICIES_MAX * 32)

#endif /* _POLICIES_H */
