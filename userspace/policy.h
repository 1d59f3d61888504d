/* SPDX-License-Identifier: GPL-2.0-only */
/* Which connections are guarded in which way, as the module is told and tells. */
#ifndef _POLICY_H
#define _POLICY_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#include "report.h"

#define POLICY_RULES	32
#define POLICY_PORTS	16

/**
 * struct policy_rule - which resets are meant, and what becomes of them
 * @n_ports:  entries of @ports; 0: any
 * @ports:    of which one end of the connection uses one
 * @stages:   bits of enum rstg_stage: one was said last, or the connection has spoken a
 *            protocol that one of them is of; 0: any
 * @hold:     enum rstguard_hold
 * @wait:     enum rstguard_wait
 * @closings: also tell how such connections are closed
 */
struct policy_rule {
	unsigned int n_ports;
	uint16_t ports[POLICY_PORTS];
	uint64_t stages;
	uint32_t hold;
	uint32_t wait;
	bool closings;
};

/**
 * struct policy - a name for rules, of which the first that fits decides
 * @name: as users gave it
 * @n:    entries of @rule
 * @rule: rules
 */
struct policy {
	char name[REPORT_POLICY];
	unsigned int n;
	struct policy_rule rule[POLICY_RULES];
};

/*
 * Into a RSTGUARD_CMD_SET_POLICY, or a policy of a RSTGUARD_CMD_REPLACE_POLICIES, with room
 * for POLICY_REQUEST octets.
 */
void policy_put(struct nlmsghdr *request, const struct policy *p);
/* The headers, a name, and rules of 76 octets each at most. */
#define POLICY_REQUEST	(256 + POLICY_RULES * 80)

/* NULL, or the name of what is missing or malformed. */
const char *policy_parse(const struct nlmsghdr *nlh, struct policy *p);

/* What comes with this program; NULL: none of that name. */
const struct policy *policy_preset(const char *name);
/* All of them: NULL after the last. */
const struct policy *policy_preset_at(unsigned int i);

#endif /* _POLICY_H */
