// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "nlmsg.h"

/* What is at fault when it is no attribute of ours. */
#define BAD_HEADER	"message header"
#define BAD_LIST	"attribute list"

/* --- attributes --------------------------------------------------------------- */

static bool attr_fits(const struct nlattr *attr, const struct nlmsg_rule *rule)
{
	if (mnl_attr_validate(attr, rule->type) < 0)
		return false;
	return !rule->max || mnl_attr_get_payload_len(attr) <= rule->max;
}

/*
 * The attributes from @p on, @len octets of them. What is left over at the end
 * is too short for its own header or lies about its length: then the rest of
 * the message cannot be trusted either.
 */
static const char *parse(const void *p, int len, const struct nlmsg_rule *rules, uint16_t n_rules,
			 const struct nlattr **tb)
{
	const struct nlattr *attr = p;
	const char *end = (const char *)p + len;
	uint16_t i;

	memset(tb, 0, n_rules * sizeof(*tb));
	for (; mnl_attr_ok(attr, (int)(end - (const char *)attr)); attr = mnl_attr_next(attr)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type >= n_rules || !rules[type].name)
			continue;
		if (!attr_fits(attr, &rules[type]))
			return rules[type].name;
		tb[type] = attr;
	}
	if ((const char *)attr < end)
		return BAD_LIST;
	for (i = 0; i < n_rules; i++)
		if (rules[i].must && !tb[i])
			return rules[i].name;
	return NULL;
}

int nlmsg_cmd(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return -1;
	return genl->cmd;
}

/**
 * nlmsg_attrs() - find and check the attributes of a generic netlink message
 * @nlh:     message, nlmsg_len octets of it are there
 * @rules:   by attribute type
 * @n_rules: how many rules
 * @tb:      as many, filled with the last of each type or NULL
 *
 * Return: NULL, or the name of what is missing or malformed.
 */
const char *nlmsg_attrs(const struct nlmsghdr *nlh, const struct nlmsg_rule *rules,
			uint16_t n_rules, const struct nlattr **tb)
{
	if (nlmsg_cmd(nlh) < 0)
		return BAD_HEADER;
	return parse(mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN),
		     (int)(nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN), rules, n_rules, tb);
}

/* nlmsg_nest() - the same for what lies inside an attribute */
const char *nlmsg_nest(const struct nlattr *nest, const struct nlmsg_rule *rules,
		       uint16_t n_rules, const struct nlattr **tb)
{
	return parse(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), rules, n_rules,
		     tb);
}

uint8_t nlmsg_u8(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u8(attr) : 0;
}

uint16_t nlmsg_u16(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u16(attr) : 0;
}

uint32_t nlmsg_u32(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u32(attr) : 0;
}

uint64_t nlmsg_u64(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u64(attr) : 0;
}

/* The rule has limited the length to what @val holds. */
unsigned int nlmsg_bytes(const struct nlattr *attr, uint8_t *val)
{
	uint16_t n = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (n)
		memcpy(val, mnl_attr_get_payload(attr), n);
	return n;
}

bool nlmsg_addr(const struct nlattr *attr, struct rstg_addr *addr)
{
	memset(addr, 0, sizeof(*addr));
	switch (mnl_attr_get_payload_len(attr)) {
	case 4:
		addr->w[2] = htonl(0xffff);
		memcpy(&addr->w[3], mnl_attr_get_payload(attr), 4);
		return true;
	case 16:
		memcpy(addr->w, mnl_attr_get_payload(attr), 16);
		return true;
	default:
		return false;
	}
}

/* --- requests and how they end ---------------------------------------------------- */

struct nlmsghdr *nlmsg_request(void *buf, uint16_t family, uint8_t cmd, uint16_t flags,
			       uint32_t seq)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	struct genlmsghdr *genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));

	nlh->nlmsg_type = family;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = seq;
	genl->cmd = cmd;
	genl->version = RSTGUARD_GENL_VERSION;
	return nlh;
}

static const struct nlmsg_rule error_rules[] = {
	[NLMSGERR_ATTR_MSG] = { "error text", MNL_TYPE_NUL_STRING, 0, false },
	[NLMSGERR_ATTR_OFFS] = { "error offset", MNL_TYPE_U32, 0, false },
};

/**
 * nlmsg_parse_error() - how did a request end?
 * @nlh: NLMSG_ERROR, which is also the acknowledgment, or NLMSG_DONE
 * @e:   filled
 *
 * The text follows the request that is echoed, whole or only its header.
 */
const char *nlmsg_parse_error(const struct nlmsghdr *nlh, struct nlmsg_error *e)
{
	const struct nlattr *tb[ARRAY_SIZE(error_rules)];
	size_t len = mnl_nlmsg_get_payload_len(nlh), skip = sizeof(int);
	const char *bad;

	memset(e, 0, sizeof(*e));
	if (nlh->nlmsg_len < NLMSG_HDRLEN + sizeof(int))
		return BAD_HEADER;
	e->code = *(const int *)mnl_nlmsg_get_payload(nlh);
	if (e->code > 0)
		return "error code";
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);

		if (len < sizeof(*err))
			return BAD_HEADER;
		skip = sizeof(*err);
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED)) {
			if (err->msg.nlmsg_len < NLMSG_HDRLEN || err->msg.nlmsg_len > len)
				return BAD_HEADER;
			skip = sizeof(int) + NLMSG_ALIGN(err->msg.nlmsg_len);
		}
	}
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (skip > len)
		return BAD_HEADER;
	bad = parse(mnl_nlmsg_get_payload_offset(nlh, skip), (int)(len - skip), error_rules,
		    ARRAY_SIZE(error_rules), tb);
	if (bad)
		return bad;
	if (tb[NLMSGERR_ATTR_MSG])
		e->text = mnl_attr_get_str(tb[NLMSGERR_ATTR_MSG]);
	e->offset = nlmsg_u32(tb[NLMSGERR_ATTR_OFFS]);
	return NULL;
}

/* --- the controller's description of a family ---------------------------------------- */

static const struct nlmsg_rule family_rules[] = {
	[CTRL_ATTR_FAMILY_ID] = { "family-id", MNL_TYPE_U16, 0, true },
	[CTRL_ATTR_FAMILY_NAME] = { "family-name", MNL_TYPE_NUL_STRING, GENL_NAMSIZ, true },
	[CTRL_ATTR_OPS] = { "ops", MNL_TYPE_NESTED, 0, false },
	[CTRL_ATTR_MCAST_GROUPS] = { "mcast-groups", MNL_TYPE_NESTED, 0, false },
};

static const struct nlmsg_rule op_rules[] = {
	[CTRL_ATTR_OP_ID] = { "op-id", MNL_TYPE_U32, 0, true },
};

static const struct nlmsg_rule group_rules[] = {
	[CTRL_ATTR_MCAST_GRP_NAME] = { "group-name", MNL_TYPE_NUL_STRING, 0, true },
	[CTRL_ATTR_MCAST_GRP_ID] = { "group-id", MNL_TYPE_U32, 0, true },
};

static const char *parse_ops(const struct nlattr *list, struct nlmsg_family *f)
{
	const struct nlattr *tb[ARRAY_SIZE(op_rules)], *op;
	const char *bad;

	mnl_attr_for_each_nested(op, list) {
		uint32_t id;

		bad = nlmsg_nest(op, op_rules, ARRAY_SIZE(op_rules), tb);
		if (bad)
			return bad;
		id = mnl_attr_get_u32(tb[CTRL_ATTR_OP_ID]);
		if (id < 64)
			f->cmds |= BIT_ULL(id);
	}
	return NULL;
}

static const char *parse_groups(const struct nlattr *list, struct nlmsg_family *f)
{
	const struct nlattr *tb[ARRAY_SIZE(group_rules)], *group;
	const char *bad;

	mnl_attr_for_each_nested(group, list) {
		bad = nlmsg_nest(group, group_rules, ARRAY_SIZE(group_rules), tb);
		if (bad)
			return bad;
		if (!strcmp(mnl_attr_get_str(tb[CTRL_ATTR_MCAST_GRP_NAME]), RSTGUARD_MCGRP_EVENTS))
			f->events_group = mnl_attr_get_u32(tb[CTRL_ATTR_MCAST_GRP_ID]);
	}
	return NULL;
}

const char *nlmsg_parse_family(const struct nlmsghdr *nlh, struct nlmsg_family *f)
{
	const struct nlattr *tb[ARRAY_SIZE(family_rules)];
	const char *bad;

	memset(f, 0, sizeof(*f));
	bad = nlmsg_attrs(nlh, family_rules, ARRAY_SIZE(family_rules), tb);
	if (bad)
		return bad;
	f->id = mnl_attr_get_u16(tb[CTRL_ATTR_FAMILY_ID]);
	f->name = mnl_attr_get_str(tb[CTRL_ATTR_FAMILY_NAME]);
	if (tb[CTRL_ATTR_OPS])
		bad = parse_ops(tb[CTRL_ATTR_OPS], f);
	if (!bad && tb[CTRL_ATTR_MCAST_GROUPS])
		bad = parse_groups(tb[CTRL_ATTR_MCAST_GROUPS], f);
	return bad;
}

/* --- our own messages ------------------------------------------------------------------ */

static const struct nlmsg_rule config_rules[] = {
	[RSTGUARD_A_CONFIG_MODE] = { "mode", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_CONFIG_MAX_FLOWS] = { "max-flows", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_CONFIG_HASHSIZE] = { "hashsize", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_CONFIG_MAX_FLOWS_GLOBAL] = { "max-flows-global", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_CONFIG_FLOWS] = { "flows", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_CONFIG_VERSION] = { "version", MNL_TYPE_NUL_STRING, 0, true },
	[RSTGUARD_A_CONFIG_HOLD_MIN_MS] = { "hold-min-ms", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_CONFIG_HOLD_MAX_MS] = { "hold-max-ms", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_CONFIG_HOLD_SCOPE] = { "hold-scope", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_CONFIG_HOLD_PORTS] = { "hold-ports", MNL_TYPE_BINARY,
					   NLMSG_PORTS * sizeof(uint16_t), true },
	[RSTGUARD_A_CONFIG_EXEMPT] = { "exempt", MNL_TYPE_BINARY,
				       NLMSG_EXEMPT * sizeof(struct prefix), false },
	[RSTGUARD_A_CONFIG_HOLD_WAIT] = { "hold-wait", MNL_TYPE_U32, 0, true },
};

static bool parse_ports(const struct nlattr *attr, struct nlmsg_config *c)
{
	uint16_t len = mnl_attr_get_payload_len(attr);

	memcpy(c->hold_ports, mnl_attr_get_payload(attr), len);
	c->n_ports = len / sizeof(*c->hold_ports);
	return len % sizeof(*c->hold_ports) == 0;
}

static bool parse_exempt(const struct nlattr *attr, struct nlmsg_config *c)
{
	uint16_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (len)
		memcpy(c->exempt, mnl_attr_get_payload(attr), len);
	c->n_exempt = len / sizeof(*c->exempt);
	return len % sizeof(*c->exempt) == 0;
}

const char *nlmsg_parse_config(const struct nlmsghdr *nlh, struct nlmsg_config *c)
{
	const struct nlattr *tb[ARRAY_SIZE(config_rules)];
	const char *bad;

	memset(c, 0, sizeof(*c));
	bad = nlmsg_attrs(nlh, config_rules, ARRAY_SIZE(config_rules), tb);
	if (bad)
		return bad;
	c->mode = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_MODE]);
	c->max_flows = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_MAX_FLOWS]);
	c->hashsize = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_HASHSIZE]);
	c->max_flows_global = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_MAX_FLOWS_GLOBAL]);
	c->flows = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_FLOWS]);
	snprintf(c->version, sizeof(c->version), "%s",
		 mnl_attr_get_str(tb[RSTGUARD_A_CONFIG_VERSION]));
	c->hold_min_ms = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_HOLD_MIN_MS]);
	c->hold_max_ms = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_HOLD_MAX_MS]);
	c->hold_scope = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_HOLD_SCOPE]);
	c->hold_wait = mnl_attr_get_u32(tb[RSTGUARD_A_CONFIG_HOLD_WAIT]);
	if (!parse_ports(tb[RSTGUARD_A_CONFIG_HOLD_PORTS], c))
		return "hold-ports";
	return parse_exempt(tb[RSTGUARD_A_CONFIG_EXEMPT], c) ? NULL : "exempt";
}

const char *nlmsg_config_attr_at(const struct nlmsghdr *request, uint32_t offset)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, request, GENL_HDRLEN) {
		uint16_t type = mnl_attr_get_type(attr);

		if ((const char *)attr - (const char *)request == (ptrdiff_t)offset)
			return type < ARRAY_SIZE(config_rules) ? config_rules[type].name : NULL;
	}
	return NULL;
}

static const struct nlmsg_rule counter_rules[] = {
	[RSTGUARD_A_COUNTER_NAME] = { "counter name", MNL_TYPE_NUL_STRING, 0, true },
	[RSTGUARD_A_COUNTER_VALUE] = { "counter value", MNL_TYPE_U64, 0, true },
};

/* Each of the repeated attributes is wanted here, not only the last. */
const char *nlmsg_parse_stats(const struct nlmsghdr *nlh, nlmsg_counter_fn *fn, void *arg)
{
	static const struct nlmsg_rule rules[] = {
		[RSTGUARD_A_STATS_COUNTER] = { "counter", MNL_TYPE_NESTED, 0, true },
	};
	const struct nlattr *tb[ARRAY_SIZE(counter_rules)], *attr;
	const struct nlattr *any[ARRAY_SIZE(rules)];
	const char *bad;

	bad = nlmsg_attrs(nlh, rules, ARRAY_SIZE(rules), any);
	if (bad)
		return bad;
	mnl_attr_for_each(attr, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(attr) != RSTGUARD_A_STATS_COUNTER)
			continue;
		bad = nlmsg_nest(attr, counter_rules, ARRAY_SIZE(counter_rules), tb);
		if (bad)
			return bad;
		fn(mnl_attr_get_str(tb[RSTGUARD_A_COUNTER_NAME]),
		   mnl_attr_get_u64(tb[RSTGUARD_A_COUNTER_VALUE]), arg);
	}
	return NULL;
}

static const struct nlmsg_rule dir_rules[] = {
	[RSTGUARD_A_DIR_TTL] = { "ttl", MNL_TYPE_BINARY, NLMSG_TTLS, false },
	[RSTGUARD_A_DIR_IPID_CLASS] = { "ipid-class", MNL_TYPE_U8, 0, false },
	[RSTGUARD_A_DIR_IPID_LAST] = { "ipid-last", MNL_TYPE_U16, 0, false },
	[RSTGUARD_A_DIR_RTT_US] = { "rtt-us", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_DIR_IDLE_MS] = { "idle-ms", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_DIR_PACKETS] = { "packets", MNL_TYPE_U8, 0, false },
	[RSTGUARD_A_DIR_FLAGS] = { "flags", MNL_TYPE_U16, 0, false },
};

static const struct nlmsg_rule flow_rules[] = {
	[RSTGUARD_A_FLOW_SADDR] = { "saddr", MNL_TYPE_BINARY, 16, true },
	[RSTGUARD_A_FLOW_DADDR] = { "daddr", MNL_TYPE_BINARY, 16, true },
	[RSTGUARD_A_FLOW_SPORT] = { "sport", MNL_TYPE_U16, 0, true },
	[RSTGUARD_A_FLOW_DPORT] = { "dport", MNL_TYPE_U16, 0, true },
	[RSTGUARD_A_FLOW_STATE] = { "state", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_FLOW_ORIG] = { "orig", MNL_TYPE_NESTED, 0, false },
	[RSTGUARD_A_FLOW_REPLY] = { "reply", MNL_TYPE_NESTED, 0, false },
};

static const char *parse_dir(const struct nlattr *nest, struct nlmsg_dir *d)
{
	const struct nlattr *tb[ARRAY_SIZE(dir_rules)];
	const char *bad;

	if (!nest)
		return NULL;
	bad = nlmsg_nest(nest, dir_rules, ARRAY_SIZE(dir_rules), tb);
	if (bad)
		return bad;
	d->present = true;
	d->n_ttl = nlmsg_bytes(tb[RSTGUARD_A_DIR_TTL], d->ttl);
	d->ipid_class = nlmsg_u8(tb[RSTGUARD_A_DIR_IPID_CLASS]);
	d->ipid_last = nlmsg_u16(tb[RSTGUARD_A_DIR_IPID_LAST]);
	d->rtt_us = nlmsg_u32(tb[RSTGUARD_A_DIR_RTT_US]);
	d->idle_ms = nlmsg_u32(tb[RSTGUARD_A_DIR_IDLE_MS]);
	d->packets = nlmsg_u8(tb[RSTGUARD_A_DIR_PACKETS]);
	d->flags = nlmsg_u16(tb[RSTGUARD_A_DIR_FLAGS]);
	return NULL;
}

const char *nlmsg_parse_flow(const struct nlmsghdr *nlh, struct nlmsg_flow *f)
{
	const struct nlattr *tb[ARRAY_SIZE(flow_rules)];
	const char *bad;

	memset(f, 0, sizeof(*f));
	bad = nlmsg_attrs(nlh, flow_rules, ARRAY_SIZE(flow_rules), tb);
	if (bad)
		return bad;
	if (!nlmsg_addr(tb[RSTGUARD_A_FLOW_SADDR], &f->saddr))
		return "saddr";
	if (!nlmsg_addr(tb[RSTGUARD_A_FLOW_DADDR], &f->daddr))
		return "daddr";
	f->sport = mnl_attr_get_u16(tb[RSTGUARD_A_FLOW_SPORT]);
	f->dport = mnl_attr_get_u16(tb[RSTGUARD_A_FLOW_DPORT]);
	f->state = mnl_attr_get_u32(tb[RSTGUARD_A_FLOW_STATE]);
	bad = parse_dir(tb[RSTGUARD_A_FLOW_ORIG], &f->orig);
	if (!bad)
		bad = parse_dir(tb[RSTGUARD_A_FLOW_REPLY], &f->reply);
	return bad;
}
