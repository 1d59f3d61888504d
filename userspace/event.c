// SPDX-License-Identifier: GPL-2.0-only
/* One event of the module, or one reset that it holds -> one report. */
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "event.h"
#include "nlmsg.h"

static const struct nlmsg_rule rules[] = {
	[RSTGUARD_A_EVENT_SEQ] = { "seq", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_LOST] = { "lost", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_TYPE] = { "type", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_EVENT_TIME_NS] = { "time-ns", MNL_TYPE_U64, 0, true },
	[RSTGUARD_A_EVENT_SADDR] = { "saddr", MNL_TYPE_BINARY, 16, true },
	[RSTGUARD_A_EVENT_DADDR] = { "daddr", MNL_TYPE_BINARY, 16, true },
	[RSTGUARD_A_EVENT_SPORT] = { "sport", MNL_TYPE_U16, 0, true },
	[RSTGUARD_A_EVENT_DPORT] = { "dport", MNL_TYPE_U16, 0, true },
	[RSTGUARD_A_EVENT_IFINDEX] = { "ifindex", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_VERDICT] = { "verdict", MNL_TYPE_U32, 0, true },
	[RSTGUARD_A_EVENT_ACTION] = { "action", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_SCORE] = { "score", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_FAMILIES] = { "families", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_REASONS] = { "reasons", MNL_TYPE_U64, 0, false },
	[RSTGUARD_A_EVENT_PROOF] = { "proof", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_AFTER_MS] = { "after-ms", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_TTL] = { "ttl", MNL_TYPE_U8, 0, false },
	[RSTGUARD_A_EVENT_TTL_BASELINE] = { "ttl-baseline", MNL_TYPE_BINARY, RSTG_TTL_SLOTS,
					    false },
	[RSTGUARD_A_EVENT_IPID] = { "ipid", MNL_TYPE_U16, 0, false },
	[RSTGUARD_A_EVENT_IPID_CLASS] = { "ipid-class", MNL_TYPE_U8, 0, false },
	[RSTGUARD_A_EVENT_IPID_LAST] = { "ipid-last", MNL_TYPE_U16, 0, false },
	[RSTGUARD_A_EVENT_TCP_FLAGS] = { "tcp-flags", MNL_TYPE_U16, 0, false },
	[RSTGUARD_A_EVENT_TCP_SEQ] = { "tcp-seq", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_TCP_ACK] = { "tcp-ack", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_TCP_WIN] = { "tcp-win", MNL_TYPE_U16, 0, false },
	[RSTGUARD_A_EVENT_RTT_US] = { "rtt-us", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_RSTS] = { "rsts", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_LEFT_MS] = { "left-ms", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_PROBES] = { "probes", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_RELEASE] = { "release", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_STAGE] = { "stage", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_STAGE_BY] = { "stage-by", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_STAGE_MS] = { "stage-ms", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_NOTICE] = { "notice", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_POLICY] = { "policy", MNL_TYPE_NUL_STRING, REPORT_POLICY, false },
	[RSTGUARD_A_EVENT_CLOSED_BY] = { "closed-by", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_PHASE] = { "phase", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_SALVO] = { "salvo", MNL_TYPE_U32, 0, false },
	[RSTGUARD_A_EVENT_TLS] = { "tls", MNL_TYPE_U8, 0, false },
};

static const enum report_type types[] = {
	[RSTGUARD_EVENT_TYPE_RST] = REPORT_RST,
	[RSTGUARD_EVENT_TYPE_LIFE] = REPORT_LIFE,
	[RSTGUARD_EVENT_TYPE_STARTTLS] = REPORT_STARTTLS,
	[RSTGUARD_EVENT_TYPE_CLOSE] = REPORT_CLOSE,
	[RSTGUARD_EVENT_TYPE_FIN] = REPORT_FIN,
};

/* What both have; @tb gets the attributes. */
static const char *parse(const struct nlmsghdr *nlh, const struct nlattr **tb, struct report *r)
{
	const char *bad;
	uint32_t type;

	memset(r, 0, sizeof(*r));
	bad = nlmsg_attrs(nlh, rules, ARRAY_SIZE(rules), tb);
	if (bad)
		return bad;
	type = mnl_attr_get_u32(tb[RSTGUARD_A_EVENT_TYPE]);
	if (type >= ARRAY_SIZE(types))
		return "type";
	if (!nlmsg_addr(tb[RSTGUARD_A_EVENT_SADDR], &r->saddr))
		return "saddr";
	if (!nlmsg_addr(tb[RSTGUARD_A_EVENT_DADDR], &r->daddr))
		return "daddr";

	r->live = true;
	r->type = types[type];
	r->time_ns = mnl_attr_get_u64(tb[RSTGUARD_A_EVENT_TIME_NS]);
	r->sport = mnl_attr_get_u16(tb[RSTGUARD_A_EVENT_SPORT]);
	r->dport = mnl_attr_get_u16(tb[RSTGUARD_A_EVENT_DPORT]);
	r->ifindex = nlmsg_u32(tb[RSTGUARD_A_EVENT_IFINDEX]);

	r->verdict = mnl_attr_get_u32(tb[RSTGUARD_A_EVENT_VERDICT]);
	r->action = nlmsg_u32(tb[RSTGUARD_A_EVENT_ACTION]);
	r->score = (int32_t)nlmsg_u32(tb[RSTGUARD_A_EVENT_SCORE]);
	r->families = nlmsg_u32(tb[RSTGUARD_A_EVENT_FAMILIES]);
	r->reasons = nlmsg_u64(tb[RSTGUARD_A_EVENT_REASONS]);
	r->proof = nlmsg_u32(tb[RSTGUARD_A_EVENT_PROOF]);
	r->after_ms = nlmsg_u32(tb[RSTGUARD_A_EVENT_AFTER_MS]);
	r->rsts = nlmsg_u32(tb[RSTGUARD_A_EVENT_RSTS]);

	r->ttl = nlmsg_u8(tb[RSTGUARD_A_EVENT_TTL]);
	r->ttl_base_n = nlmsg_bytes(tb[RSTGUARD_A_EVENT_TTL_BASELINE], r->ttl_base);
	r->has_ipid = tb[RSTGUARD_A_EVENT_IPID];
	r->ipid = nlmsg_u16(tb[RSTGUARD_A_EVENT_IPID]);
	r->ipid_class = nlmsg_u8(tb[RSTGUARD_A_EVENT_IPID_CLASS]);
	r->ipid_last = nlmsg_u16(tb[RSTGUARD_A_EVENT_IPID_LAST]);
	r->tcp_flags = nlmsg_u16(tb[RSTGUARD_A_EVENT_TCP_FLAGS]);
	r->tcp_seq = nlmsg_u32(tb[RSTGUARD_A_EVENT_TCP_SEQ]);
	r->tcp_ack = nlmsg_u32(tb[RSTGUARD_A_EVENT_TCP_ACK]);
	r->tcp_win = nlmsg_u16(tb[RSTGUARD_A_EVENT_TCP_WIN]);
	r->rtt_us = nlmsg_u32(tb[RSTGUARD_A_EVENT_RTT_US]);

	r->trigger = nlmsg_u32(tb[RSTGUARD_A_EVENT_STAGE]);
	r->by_client = nlmsg_u32(tb[RSTGUARD_A_EVENT_STAGE_BY]) == RSTGUARD_SIDE_CLIENT;
	r->trigger_ms = nlmsg_u32(tb[RSTGUARD_A_EVENT_STAGE_MS]);
	r->phase = nlmsg_u32(tb[RSTGUARD_A_EVENT_PHASE]);
	r->salvo = nlmsg_u32(tb[RSTGUARD_A_EVENT_SALVO]);
	r->tls = nlmsg_u8(tb[RSTGUARD_A_EVENT_TLS]);
	if (tb[RSTGUARD_A_EVENT_POLICY])
		snprintf(r->policy, sizeof(r->policy), "%s",
			 mnl_attr_get_str(tb[RSTGUARD_A_EVENT_POLICY]));
	return NULL;
}

const char *event_parse(const struct nlmsghdr *nlh, struct report *r)
{
	const struct nlattr *tb[ARRAY_SIZE(rules)];
	const char *bad;

	bad = parse(nlh, tb, r);
	if (bad)
		return bad;
	/* Without its number a gap before it would stay unseen. */
	if (!tb[RSTGUARD_A_EVENT_SEQ])
		return "seq";
	r->event_seq = mnl_attr_get_u32(tb[RSTGUARD_A_EVENT_SEQ]);
	r->lost = nlmsg_u32(tb[RSTGUARD_A_EVENT_LOST]);
	r->release = nlmsg_u32(tb[RSTGUARD_A_EVENT_RELEASE]);
	r->notice = nlmsg_u32(tb[RSTGUARD_A_EVENT_NOTICE]);
	r->closed_by = nlmsg_u32(tb[RSTGUARD_A_EVENT_CLOSED_BY]);
	return NULL;
}

const char *event_parse_held(const struct nlmsghdr *nlh, struct report *r)
{
	const struct nlattr *tb[ARRAY_SIZE(rules)];
	const char *bad;

	bad = parse(nlh, tb, r);
	if (bad)
		return bad;
	r->type = REPORT_HELD;
	r->left_ms = nlmsg_u32(tb[RSTGUARD_A_EVENT_LEFT_MS]);
	r->probes = nlmsg_u32(tb[RSTGUARD_A_EVENT_PROBES]);
	return NULL;
}
