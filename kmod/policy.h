/* SPDX-License-Identifier: GPL-2.0-only */
/* Which connections are guarded in which way. */
#ifndef _RSTG_POLICY_H
#define _RSTG_POLICY_H

#include <linux/rcupdate.h>
#include <linux/types.h>

#include "rule.h"

struct netlink_ext_ack;
struct rstg_net;

/* Of all policies together: each reset may be compared with every one. */
#define RSTG_RULES_MAX		32

/**
 * struct rstg_policies - the rules of a namespace; never changed in place
 * @rcu:  frees them once no packet reads them any more
 * @n:    entries of @rule
 * @rule: those of one policy stand together; the first that fits decides
 */
struct rstg_policies {
	struct rcu_head rcu;
	unsigned int n;
	struct rstg_rule rule[];
};

const struct rstg_rule *rstg_policies_match(const struct rstg_policies *p,
					    const struct rstg_pkt *pkt, struct rstg_said said,
					    const struct rstg_rule *otherwise);
unsigned int rstg_policy_find(const struct rstg_policies *p, const char *name);
int rstg_policy_set(struct rstg_net *rnet, const struct rstg_rule *rule, unsigned int n,
		    const char *before, struct netlink_ext_ack *extack);
int rstg_policy_replace(struct rstg_net *rnet, const struct rstg_rule *rule, unsigned int n);
int rstg_policy_del(struct rstg_net *rnet, const char *name, struct netlink_ext_ack *extack);

#endif /* _RSTG_POLICY_H */
