// SPDX-License-Identifier: GPL-2.0-only
/* Policies in netlink messages. */
#include <linux/ctype.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "net.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "policy.h"

static int get_rule(struct rstg_rule *rule, const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	struct nlattr *a[ARRAY_SIZE(rstguard_rule_nl_policy)];
	const struct nlattr *ports;
	int err;

	err = nla_parse_nested(a, ARRAY_SIZE(a) - 1, attr, rstguard_rule_nl_policy, extack);
	if (err)
		return err;
	ports = a[RSTGUARD_A_RULE_PORTS];
	if (ports) {
		if (nla_len(ports) % sizeof(u16) || nla_len(ports) > sizeof(rule->ports)) {
			NL_SET_ERR_MSG_ATTR(extack, ports,
					    "expected up to 16 ports of 2 octets each");
			return -EINVAL;
		}
		rule->n_ports = nla_len(ports) / sizeof(u16);
		memcpy(rule->ports, nla_data(ports), nla_len(ports));
	}
	if (a[RSTGUARD_A_RULE_STAGES])
		rule->stages = nla_get_u64(a[RSTGUARD_A_RULE_STAGES]);
	/* What is guarded is guarded as everything is, unless it says otherwise. */
	rule->hold = RSTGUARD_HOLD_ALL;
	if (a[RSTGUARD_A_RULE_HOLD])
		rule->hold = nla_get_u32(a[RSTGUARD_A_RULE_HOLD]);
	if (a[RSTGUARD_A_RULE_WAIT])
		rule->wait = nla_get_u32(a[RSTGUARD_A_RULE_WAIT]);
	rule->closings = nla_get_flag(a[RSTGUARD_A_RULE_CLOSINGS]);
	return 0;
}

/* A name that fits on a line. */
static int get_name(char name[RSTG_POLICY_NAME], const struct nlattr *attr,
		    struct netlink_ext_ack *extack)
{
	const char *p;

	if (!attr) {
		NL_SET_ERR_MSG(extack, "which policy? its name is missing");
		return -EINVAL;
	}
	nla_strscpy(name, attr, RSTG_POLICY_NAME);
	for (p = name; isalnum(*p) || *p == '-' || *p == '_' || *p == '.'; p++)
		;
	if (p == name || *p) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "a policy's name has 1 to 15 letters, digits, '-', '_' or '.'");
		return -EINVAL;
	}
	return 0;
}

/*
 * A policy's attributes, @len octets from @head on, into up to @room rules that were zero.
 * Return: how many, or -errno.
 */
static int get_policy(struct rstg_rule *rules, unsigned int room, const struct nlattr *name,
		      const struct nlattr *head, int len, struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	char called[RSTG_POLICY_NAME];
	int rem, err;
	unsigned int n = 0;

	err = get_name(called, name, extack);
	if (err)
		return err;
	nla_for_each_attr(attr, head, len, rem) {
		if (nla_type(attr) != RSTGUARD_A_POLICY_RULE)
			continue;
		if (n == room) {
			NL_SET_ERR_MSG(extack, "all policies together may have 32 rules");
			return -ENOSPC;
		}
		memcpy(rules[n].name, called, sizeof(called));
		err = get_rule(&rules[n], attr, extack);
		if (err)
			return err;
		n++;
	}
	if (!n)
		NL_SET_ERR_MSG(extack, "a policy has at least one rule");
	return n ?: -EINVAL;
}

/* NULL, "" or a name, as rstg_policy_set() takes it. */
static int get_place(char name[RSTG_POLICY_NAME], const char **before, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[RSTGUARD_A_POLICY_BEFORE];
	bool first = nla_get_flag(info->attrs[RSTGUARD_A_POLICY_FIRST]);

	*before = NULL;
	name[0] = '\0';
	if (attr && first) {
		NL_SET_ERR_MSG(info->extack, "before one or first, not both");
		return -EINVAL;
	}
	if (attr || first)
		*before = name;
	return attr ? get_name(name, attr, info->extack) : 0;
}

int rstguard_nl_set_policy_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct rstg_net *rnet = rstg_net(genl_info_net(info));
	char name[RSTG_POLICY_NAME];
	struct rstg_rule *rules;
	const char *before;
	int err, n;

	err = get_place(name, &before, info);
	if (err)
		return err;
	rules = kcalloc(RSTG_RULES_MAX, sizeof(*rules), GFP_KERNEL);
	if (!rules)
		return -ENOMEM;
	n = get_policy(rules, RSTG_RULES_MAX, info->attrs[RSTGUARD_A_POLICY_NAME],
		       nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
		       nlmsg_attrlen(info->nlhdr, GENL_HDRLEN), info->extack);
	err = n < 0 ? n : rstg_policy_set(rnet, rules, n, before, info->extack);
	kfree(rules);
	return err;
}

/* One of several: its name must be its own. */
static int get_another(struct rstg_rule *rules, unsigned int n, const struct nlattr *nest,
		       struct netlink_ext_ack *extack)
{
	const struct nla_policy *expected = rstguard_whole_policy_nl_policy;
	struct nlattr *a[ARRAY_SIZE(rstguard_whole_policy_nl_policy)];
	unsigned int i;
	int more;

	more = nla_parse_nested(a, ARRAY_SIZE(a) - 1, nest, expected, extack);
	if (more)
		return more;
	more = get_policy(&rules[n], RSTG_RULES_MAX - n, a[RSTGUARD_A_POLICY_NAME],
			  nla_data(nest), nla_len(nest), extack);
	for (i = 0; more > 0 && i < n; i++) {
		if (strcmp(rules[i].name, rules[n].name))
			continue;
		NL_SET_ERR_MSG_ATTR(extack, nest, "two policies of one name");
		return -EINVAL;
	}
	return more;
}

int rstguard_nl_replace_policies_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct rstg_net *rnet = rstg_net(genl_info_net(info));
	const struct nlattr *attr;
	struct rstg_rule *rules;
	int rem, err = 0, n = 0;

	rules = kcalloc(RSTG_RULES_MAX, sizeof(*rules), GFP_KERNEL);
	if (!rules)
		return -ENOMEM;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != RSTGUARD_A_POLICIES_POLICY)
			continue;
		err = get_another(rules, n, attr, info->extack);
		if (err < 0)
			break;
		n += err;
	}
	if (err >= 0)
		err = rstg_policy_replace(rnet, rules, n);
	kfree(rules);
	return err;
}

int rstguard_nl_del_policy_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[RSTGUARD_A_POLICY_NAME];
	struct rstg_net *rnet = rstg_net(genl_info_net(info));
	char name[RSTG_POLICY_NAME];
	int err;

	if (!attr)
		return rstg_policy_del(rnet, NULL, info->extack);
	err = get_name(name, attr, info->extack);
	return err ?: rstg_policy_del(rnet, name, info->extack);
}

static int put_rule(struct sk_buff *msg, const struct rstg_rule *rule)
{
	struct nlattr *nest = nla_nest_start(msg, RSTGUARD_A_POLICY_RULE);

	if (!nest ||
	    (rule->n_ports && nla_put(msg, RSTGUARD_A_RULE_PORTS,
				      rule->n_ports * sizeof(rule->ports[0]), rule->ports)) ||
	    (rule->stages && nla_put_u64_64bit(msg, RSTGUARD_A_RULE_STAGES, rule->stages,
					       RSTGUARD_A_RULE_PAD)) ||
	    nla_put_u32(msg, RSTGUARD_A_RULE_HOLD, rule->hold) ||
	    nla_put_u32(msg, RSTGUARD_A_RULE_WAIT, rule->wait) ||
	    (rule->closings && nla_put_flag(msg, RSTGUARD_A_RULE_CLOSINGS)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* The policy whose rules begin at *@at, which becomes that of the next one. */
static int put_policy(struct sk_buff *msg, const struct rstg_policies *p, unsigned int *at)
{
	const char *name = p->rule[*at].name;

	if (nla_put_string(msg, RSTGUARD_A_POLICY_NAME, name))
		return -EMSGSIZE;
	for (; *at < p->n && !strcmp(p->rule[*at].name, name); ++*at)
		if (put_rule(msg, &p->rule[*at]))
			return -EMSGSIZE;
	return 0;
}

int rstguard_nl_get_policy_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct rstg_net *rnet = rstg_net(genl_info_net(info));
	const struct rstg_policies *p;
	char name[RSTG_POLICY_NAME];
	struct sk_buff *msg;
	unsigned int at;
	void *hdr;
	int err;

	err = get_name(name, info->attrs[RSTGUARD_A_POLICY_NAME], info->extack);
	if (err)
		return err;
	msg = rstg_netlink_reply(info, RSTGUARD_CMD_GET_POLICY, NLMSG_GOODSIZE, &hdr);
	if (!msg)
		return -ENOMEM;

	rcu_read_lock();
	p = rcu_dereference(rnet->policies);
	at = rstg_policy_find(p, name);
	if (p && at < p->n) {
		err = put_policy(msg, p, &at);
	} else {
		NL_SET_ERR_MSG(info->extack, "no policy of that name");
		err = -ENOENT;
	}
	rcu_read_unlock();
	return rstg_netlink_finish(info, msg, hdr, err);
}

/*
 * A message has room for 32 rules, so a dump is mostly one; where it is not, and somebody
 * changes them between two, it goes on at the same number.
 */
int rstguard_nl_get_policy_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct rstg_net *rnet = rstg_net(sock_net(skb->sk));
	const struct rstg_policies *p;
	unsigned int at;
	void *hdr;

	rcu_read_lock();
	p = rcu_dereference(rnet->policies);
	while (p && cb->args[0] < p->n) {
		at = cb->args[0];
		hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				  &rstg_family, NLM_F_MULTI, RSTGUARD_CMD_GET_POLICY);
		if (!hdr)
			break;
		if (put_policy(skb, p, &at)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		cb->args[0] = at;
	}
	rcu_read_unlock();
	return skb->len;
}
