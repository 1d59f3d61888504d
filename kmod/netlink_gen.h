/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/rstguard.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_RSTGUARD_GEN_H
#define _LINUX_RSTGUARD_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/rstguard.h>

/* Common nested types */
extern const struct nla_policy rstguard_rule_nl_policy[RSTGUARD_A_RULE_WAIT + 1];
extern const struct nla_policy rstguard_whole_policy_nl_policy[RSTGUARD_A_POLICY_RULE + 1];

extern const struct nla_policy rstguard_get_config_nl_policy[RSTGUARD_A_CONFIG_MODE + 1];

extern const struct nla_policy rstguard_set_config_nl_policy[RSTGUARD_A_CONFIG_HOLD_WAIT + 1];

extern const struct nla_policy rstguard_get_stats_nl_policy[RSTGUARD_A_STATS_NAME + 1];

extern const struct nla_policy rstguard_get_flow_nl_policy[RSTGUARD_A_FLOW_DPORT + 1];

extern const struct nla_policy rstguard_get_held_nl_policy[RSTGUARD_A_EVENT_DPORT + 1];

extern const struct nla_policy rstguard_set_policy_nl_policy[RSTGUARD_A_POLICY_FIRST + 1];

extern const struct nla_policy rstguard_del_policy_nl_policy[RSTGUARD_A_POLICY_NAME + 1];

extern const struct nla_policy rstguard_get_policy_nl_policy[RSTGUARD_A_POLICY_NAME + 1];

extern const struct nla_policy rstguard_replace_policies_nl_policy[RSTGUARD_A_POLICIES_POLICY + 1];

/* Ops table for rstguard */
extern const struct genl_ops rstguard_nl_ops[9];

int rstguard_nl_get_config_doit(struct sk_buff *skb, struct genl_info *info);
int rstguard_nl_set_config_doit(struct sk_buff *skb, struct genl_info *info);
int rstguard_nl_get_stats_doit(struct sk_buff *skb, struct genl_info *info);
int rstguard_nl_get_flow_doit(struct sk_buff *skb, struct genl_info *info);
int rstguard_nl_get_flow_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int rstguard_nl_get_held_doit(struct sk_buff *skb, struct genl_info *info);
int rstguard_nl_get_held_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int rstguard_nl_set_policy_doit(struct sk_buff *skb, struct genl_info *info);
int rstguard_nl_del_policy_doit(struct sk_buff *skb, struct genl_info *info);
int rstguard_nl_get_policy_doit(struct sk_buff *skb, struct genl_info *info);
int rstguard_nl_get_policy_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int rstguard_nl_replace_policies_doit(struct sk_buff *skb,
				      struct genl_info *info);

enum {
	RSTGUARD_NLGRP_EVENTS,
};

#endif /* _LINUX_RSTGUARD_GEN_H */
