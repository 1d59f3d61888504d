// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/rstguard.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/rstguard.h>

/* Common nested types */
const struct nla_policy rstguard_rule_nl_policy[RSTGUARD_A_RULE_WAIT + 1] = {
	[RSTGUARD_A_RULE_PORTS] = { .type = NLA_BINARY, },
	[RSTGUARD_A_RULE_STAGES] = NLA_POLICY_MASK(NLA_U64, 0xfffffff),
	[RSTGUARD_A_RULE_HOLD] = NLA_POLICY_MAX(NLA_U32, 2),
	[RSTGUARD_A_RULE_CLOSINGS] = { .type = NLA_FLAG, },
	[RSTGUARD_A_RULE_WAIT] = NLA_POLICY_MAX(NLA_U32, 1),
};

const struct nla_policy rstguard_whole_policy_nl_policy[RSTGUARD_A_POLICY_RULE + 1] = {
	[RSTGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[RSTGUARD_A_POLICY_RULE] = NLA_POLICY_NESTED(rstguard_rule_nl_policy),
};

/* RSTGUARD_CMD_GET_CONFIG - do */
const struct nla_policy rstguard_get_config_nl_policy[RSTGUARD_A_CONFIG_MODE + 1] = {
	[RSTGUARD_A_CONFIG_MODE] = NLA_POLICY_MAX(NLA_U32, 3),
};

/* RSTGUARD_CMD_SET_CONFIG - do */
const struct nla_policy rstguard_set_config_nl_policy[RSTGUARD_A_CONFIG_HOLD_WAIT + 1] = {
	[RSTGUARD_A_CONFIG_MODE] = NLA_POLICY_MAX(NLA_U32, 3),
	[RSTGUARD_A_CONFIG_MAX_FLOWS] = NLA_POLICY_MIN(NLA_U32, 1),
	[RSTGUARD_A_CONFIG_HOLD_MIN_MS] = NLA_POLICY_RANGE(NLA_U32, 10, 3000),
	[RSTGUARD_A_CONFIG_HOLD_MAX_MS] = NLA_POLICY_RANGE(NLA_U32, 10, 3000),
	[RSTGUARD_A_CONFIG_HOLD_SCOPE] = NLA_POLICY_MAX(NLA_U32, 3),
	[RSTGUARD_A_CONFIG_HOLD_PORTS] = { .type = NLA_BINARY, },
	[RSTGUARD_A_CONFIG_EXEMPT] = { .type = NLA_BINARY, },
	[RSTGUARD_A_CONFIG_HOLD_WAIT] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* RSTGUARD_CMD_GET_STATS - do */
const struct nla_policy rstguard_get_stats_nl_policy[RSTGUARD_A_STATS_NAME + 1] = {
	[RSTGUARD_A_STATS_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
};

/* RSTGUARD_CMD_GET_FLOW - do */
const struct nla_policy rstguard_get_flow_nl_policy[RSTGUARD_A_FLOW_DPORT + 1] = {
	[RSTGUARD_A_FLOW_SADDR] = { .type = NLA_BINARY, },
	[RSTGUARD_A_FLOW_DADDR] = { .type = NLA_BINARY, },
	[RSTGUARD_A_FLOW_SPORT] = { .type = NLA_U16, },
	[RSTGUARD_A_FLOW_DPORT] = { .type = NLA_U16, },
};

/* RSTGUARD_CMD_GET_HELD - do */
const struct nla_policy rstguard_get_held_nl_policy[RSTGUARD_A_EVENT_DPORT + 1] = {
	[RSTGUARD_A_EVENT_SADDR] = { .type = NLA_BINARY, },
	[RSTGUARD_A_EVENT_DADDR] = { .type = NLA_BINARY, },
	[RSTGUARD_A_EVENT_SPORT] = { .type = NLA_U16, },
	[RSTGUARD_A_EVENT_DPORT] = { .type = NLA_U16, },
};

/* RSTGUARD_CMD_SET_POLICY - do */
const struct nla_policy rstguard_set_policy_nl_policy[RSTGUARD_A_POLICY_FIRST + 1] = {
	[RSTGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[RSTGUARD_A_POLICY_RULE] = NLA_POLICY_NESTED(rstguard_rule_nl_policy),
	[RSTGUARD_A_POLICY_BEFORE] = { .type = NLA_NUL_STRING, .len = 15, },
	[RSTGUARD_A_POLICY_FIRST] = { .type = NLA_FLAG, },
};

/* RSTGUARD_CMD_DEL_POLICY - do */
const struct nla_policy rstguard_del_policy_nl_policy[RSTGUARD_A_POLICY_NAME + 1] = {
	[RSTGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* RSTGUARD_CMD_GET_POLICY - do */
const struct nla_policy rstguard_get_policy_nl_policy[RSTGUARD_A_POLICY_NAME + 1] = {
	[RSTGUARD_A_POLICY_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* RSTGUARD_CMD_REPLACE_POLICIES - do */
const struct nla_policy rstguard_replace_policies_nl_policy[RSTGUARD_A_POLICIES_POLICY + 1] = {
	[RSTGUARD_A_POLICIES_POLICY] = NLA_POLICY_NESTED(rstguard_whole_policy_nl_policy),
};

/* Ops table for rstguard */
const struct genl_ops rstguard_nl_ops[9] = {
	{
		.cmd		= RSTGUARD_CMD_GET_CONFIG,
		.doit		= rstguard_nl_get_config_doit,
		.policy		= rstguard_get_config_nl_policy,
		.maxattr	= RSTGUARD_A_CONFIG_MODE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= RSTGUARD_CMD_SET_CONFIG,
		.doit		= rstguard_nl_set_config_doit,
		.policy		= rstguard_set_config_nl_policy,
		.maxattr	= RSTGUARD_A_CONFIG_HOLD_WAIT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= RSTGUARD_CMD_GET_STATS,
		.doit		= rstguard_nl_get_stats_doit,
		.policy		= rstguard_get_stats_nl_policy,
		.maxattr	= RSTGUARD_A_STATS_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= RSTGUARD_CMD_GET_FLOW,
		.doit		= rstguard_nl_get_flow_doit,
		.dumpit		= rstguard_nl_get_flow_dumpit,
		.policy		= rstguard_get_flow_nl_policy,
		.maxattr	= RSTGUARD_A_FLOW_DPORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= RSTGUARD_CMD_GET_HELD,
		.doit		= rstguard_nl_get_held_doit,
		.dumpit		= rstguard_nl_get_held_dumpit,
		.policy		= rstguard_get_held_nl_policy,
		.maxattr	= RSTGUARD_A_EVENT_DPORT,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= RSTGUARD_CMD_SET_POLICY,
		.doit		= rstguard_nl_set_policy_doit,
		.policy		= rstguard_set_policy_nl_policy,
		.maxattr	= RSTGUARD_A_POLICY_FIRST,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= RSTGUARD_CMD_DEL_POLICY,
		.doit		= rstguard_nl_del_policy_doit,
		.policy		= rstguard_del_policy_nl_policy,
		.maxattr	= RSTGUARD_A_POLICY_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= RSTGUARD_CMD_GET_POLICY,
		.doit		= rstguard_nl_get_policy_doit,
		.dumpit		= rstguard_nl_get_policy_dumpit,
		.policy		= rstguard_get_policy_nl_policy,
		.maxattr	= RSTGUARD_A_POLICY_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= RSTGUARD_CMD_REPLACE_POLICIES,
		.doit		= rstguard_nl_replace_policies_doit,
		.policy		= rstguard_replace_policies_nl_policy,
		.maxattr	= RSTGUARD_A_POLICIES_POLICY,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};

static const struct genl_multicast_group rstguard_nl_mcgrps[] = {
	[RSTGUARD_NLGRP_EVENTS] = { "events", },
};
