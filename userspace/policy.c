// SPDX-License-Identifier: GPL-2.0-only
/* Policies in netlink messages. */
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "nlmsg.h"
#include "policy.h"

static void put_rule(struct nlmsghdr *request, const struct policy_rule *r)
{
	struct nlattr *nest = mnl_attr_nest_start(request, RSTGUARD_A_POLICY_RULE);

	if (r->n_ports)
		mnl_attr_put(request, RSTGUARD_A_RULE_PORTS, r->n_ports * sizeof(*r->ports),
			     r->ports);
	if (r->stages)
		mnl_attr_put_u64(request, RSTGUARD_A_RULE_STAGES, r->stages);
	mnl_attr_put_u32(request, RSTGUARD_A_RULE_HOLD, r->hold);
	mnl_attr_put_u32(request, RSTGUARD_A_RULE_WAIT, r->wait);
	if (r->closings)
		mnl_attr_put(request, RSTGUARD_A_RULE_CLOSINGS, 0, NULL);
	mnl_attr_nest_end(request, nest);
}

void policy_put(struct nlmsghdr *request, const struct policy *p)
{
	unsigned int i;

	mnl_attr_put_strz(request, RSTGUARD_A_POLICY_NAME, p->name);
	for (i = 0; i < p->n; i++)
		put_rule(request, &p->rule[i]);
}

static const struct nlmsg_rule rule_rules[] = {
	[RSTGUARD_A_RULE_PORTS] = { "ports", MNL_TYPE_BINARY, POLICY_PORTS * sizeof(uint16_t),
				    false },
	[RSTGUARD_A_RULE_STAGES] = { "stages", MNL_TYPE_U64, 0, false },
	[RSTGUARD_A_RULE_HOLD] = { "hold", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_RULE_CLOSINGS] = { "closings", MNL_TYPE_FLAG, 0, false },
	[RSTGUARD_A_RULE_WAIT] = { "wait", MNL_TYPE_U32, 0, true },
};

static const char *parse_rule(const struct nlattr *nest, struct policy_rule *r)
{
	const struct nlattr *tb[ARRAY_SIZE(rule_rules)], *ports;
	const char *bad;

	bad = nlmsg_nest(nest, rule_rules, ARRAY_SIZE(rule_rules), tb);
	if (bad)
		return bad;
	memset(r, 0, sizeof(*r));
	ports = tb[RSTGUARD_A_RULE_PORTS];
	if (ports) {
		uint16_t len = mnl_attr_get_payload_len(ports);

		if (len % sizeof(*r->ports))
			return "ports";
		memcpy(r->ports, mnl_attr_get_payload(ports), len);
		r->n_ports = len / sizeof(*r->ports);
	}
	r->stages = nlmsg_u64(tb[RSTGUARD_A_RULE_STAGES]);
	r->hold = mnl_attr_get_u32(tb[RSTGUARD_A_RULE_HOLD]);
	r->wait = mnl_attr_get_u32(tb[RSTGUARD_A_RULE_WAIT]);
	r->closings = tb[RSTGUARD_A_RULE_CLOSINGS];
	return NULL;
}

const char *policy_parse(const struct nlmsghdr *nlh, struct policy *p)
{
	static const struct nlmsg_rule rules[] = {
		[RSTGUARD_A_POLICY_NAME] = { "name", MNL_TYPE_NUL_STRING, REPORT_POLICY, true },
		[RSTGUARD_A_POLICY_RULE] = { "rule", MNL_TYPE_NESTED, 0, true },
	};
	const struct nlattr *tb[ARRAY_SIZE(rules)], *attr;
	const char *bad;

	bad = nlmsg_attrs(nlh, rules, ARRAY_SIZE(rules), tb);
	if (bad)
		return bad;
	memset(p, 0, sizeof(*p));
	snprintf(p->name, sizeof(p->name), "%s", mnl_attr_get_str(tb[RSTGUARD_A_POLICY_NAME]));
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != RSTGUARD_A_POLICY_RULE)
			continue;
		if (p->n == POLICY_RULES)
			return "rule";
		bad = parse_rule(attr, &p->rule[p->n++]);
		if (bad)
			return bad;
	}
	return NULL;
}
