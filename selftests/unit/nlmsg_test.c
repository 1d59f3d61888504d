// SPDX-License-Identifier: GPL-2.0-only
/* Messages of the kernel: what a whole one says, and that nothing less is believed. */
#include <linux/genetlink.h>
#include <stdalign.h>
#include <stdlib.h>

#include <linux/rstguard.h>

#include "event.h"
#include "judge.h"
#include "nlmsg.h"

#include "kselftest_harness.h"

/* The same numbers on both sides of the fence. */
TEST(enums_are_the_core_s)
{
	EXPECT_EQ((int)RSTG_GENUINE, (int)RSTGUARD_VERDICT_GENUINE);
	EXPECT_EQ((int)RSTG_SUSPECT, (int)RSTGUARD_VERDICT_SUSPECT);
	EXPECT_EQ((int)RSTG_FORGED, (int)RSTGUARD_VERDICT_FORGED);
	EXPECT_EQ((int)RSTG_PROOF_NONE, (int)RSTGUARD_PROOF_NONE);
	EXPECT_EQ((int)RSTG_PROOF_DATA, (int)RSTGUARD_PROOF_DATA);
	EXPECT_EQ((int)RSTG_PROOF_ACK, (int)RSTGUARD_PROOF_ACK);
	EXPECT_EQ((int)RSTG_PROOF_SYNACK, (int)RSTGUARD_PROOF_SYNACK);
	EXPECT_EQ((int)RSTG_PROOF_PROBE, (int)RSTGUARD_PROOF_PROBE);
}

#define BUF	4096

FIXTURE(msg) {
	alignas(NLMSG_ALIGNTO) char buf[BUF];
	struct nlmsghdr *nlh;
};

FIXTURE_SETUP(msg)
{
	memset(self->buf, 0, sizeof(self->buf));
	self->nlh = nlmsg_request(self->buf, 30, 5, 0, 77);
}

FIXTURE_TEARDOWN(msg)
{
}

TEST_F(msg, request)
{
	struct nlmsghdr *nlh = nlmsg_request(self->buf, 30, RSTGUARD_CMD_GET_FLOW, NLM_F_DUMP, 78);

	EXPECT_EQ(30, nlh->nlmsg_type);
	EXPECT_EQ(NLM_F_REQUEST | NLM_F_DUMP, nlh->nlmsg_flags);
	EXPECT_EQ(78, nlh->nlmsg_seq);
	EXPECT_EQ(NLMSG_HDRLEN + GENL_HDRLEN, nlh->nlmsg_len);
	EXPECT_EQ(RSTGUARD_CMD_GET_FLOW, nlmsg_cmd(nlh));
	nlh->nlmsg_len--;
	EXPECT_EQ(-1, nlmsg_cmd(nlh));
}

TEST_F(msg, is_whole)
{
	struct nlmsghdr *nlh = self->nlh;
	int len = (int)nlh->nlmsg_len;

	EXPECT_TRUE(nlmsg_ok(nlh, len));
	EXPECT_TRUE(nlmsg_ok(nlh, len + 100));
	EXPECT_FALSE(nlmsg_ok(nlh, len - 1));
	EXPECT_FALSE(nlmsg_ok(nlh, 3));
	EXPECT_FALSE(nlmsg_ok(nlh, -1));
	nlh->nlmsg_len = 0x80000010;
	EXPECT_FALSE(nlmsg_ok(nlh, BUF));
	nlh->nlmsg_len = 15;
	EXPECT_FALSE(nlmsg_ok(nlh, BUF));
}

/* --- each message, and each with one attribute left out or of a wrong size --------------- */

/* One attribute of a message: its number, its name if the message needs it, its value. */
struct part {
	uint16_t type;
	const char *must;
	uint16_t len;
	const void *val;
};

static const uint8_t v4[4] = { 192, 0, 2, 7 };
static const uint8_t v6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
static const uint8_t ttls[] = { 52, 53 };
static const uint16_t ports[] = { 25, 587 };
static const uint8_t exempt[17] = { 0x20, 1, 0xd, 0xb8, [16] = 32 };

#define U8(t, m, v)	{ (t), (m), 1, &(const uint8_t){ v } }
#define U16(t, m, v)	{ (t), (m), 2, &(const uint16_t){ v } }
#define U32(t, m, v)	{ (t), (m), 4, &(const uint32_t){ v } }
#define U64(t, m, v)	{ (t), (m), 8, &(const uint64_t){ v } }

static const struct part config[] = {
	U32(RSTGUARD_A_CONFIG_MODE, "mode", RSTGUARD_MODE_DROP),
	U32(RSTGUARD_A_CONFIG_MAX_FLOWS, "max-flows", 2),
	U32(RSTGUARD_A_CONFIG_HASHSIZE, "hashsize", 3),
	U32(RSTGUARD_A_CONFIG_MAX_FLOWS_GLOBAL, "max-flows-global", 4),
	U32(RSTGUARD_A_CONFIG_FLOWS, "flows", 5),
	{ RSTGUARD_A_CONFIG_VERSION, "version", 4, "0.1" },
	U32(RSTGUARD_A_CONFIG_HOLD_MIN_MS, "hold-min-ms", 250),
	U32(RSTGUARD_A_CONFIG_HOLD_MAX_MS, "hold-max-ms", 3000),
	U32(RSTGUARD_A_CONFIG_HOLD_SCOPE, "hold-scope", RSTGUARD_HOLD_SCOPE_PORTS),
	{ RSTGUARD_A_CONFIG_HOLD_PORTS, "hold-ports", 4, ports },
	{ RSTGUARD_A_CONFIG_EXEMPT, NULL, 17, exempt },
	U32(RSTGUARD_A_CONFIG_HOLD_WAIT, "hold-wait", RSTGUARD_WAIT_PATIENT),
};

static const struct part flow[] = {
	{ RSTGUARD_A_FLOW_SADDR, "saddr", 4, v4 },
	{ RSTGUARD_A_FLOW_DADDR, "daddr", 16, v6 },
	U16(RSTGUARD_A_FLOW_SPORT, "sport", 587),
	U16(RSTGUARD_A_FLOW_DPORT, "dport", 40112),
	U32(RSTGUARD_A_FLOW_STATE, "state", RSTGUARD_FLOW_STATE_OPEN),
};

static const struct part event[] = {
	U32(RSTGUARD_A_EVENT_SEQ, "seq", 7),
	U32(RSTGUARD_A_EVENT_LOST, NULL, 3),
	U32(RSTGUARD_A_EVENT_TYPE, "type", RSTGUARD_EVENT_TYPE_LIFE),
	U64(RSTGUARD_A_EVENT_TIME_NS, "time-ns", 1788300000123456789),
	{ RSTGUARD_A_EVENT_SADDR, "saddr", 4, v4 },
	{ RSTGUARD_A_EVENT_DADDR, "daddr", 16, v6 },
	U16(RSTGUARD_A_EVENT_SPORT, "sport", 587),
	U16(RSTGUARD_A_EVENT_DPORT, "dport", 40112),
	U32(RSTGUARD_A_EVENT_IFINDEX, NULL, 2),
	U32(RSTGUARD_A_EVENT_VERDICT, "verdict", RSTGUARD_VERDICT_FORGED),
	U32(RSTGUARD_A_EVENT_ACTION, NULL, RSTGUARD_ACTION_DROPPED),
	U32(RSTGUARD_A_EVENT_SCORE, NULL, (uint32_t)-5),
	U32(RSTGUARD_A_EVENT_FAMILIES, NULL, 3),
	U64(RSTGUARD_A_EVENT_REASONS, NULL, 1ULL << 63 | 5),
	U32(RSTGUARD_A_EVENT_PROOF, NULL, RSTGUARD_PROOF_ACK),
	U32(RSTGUARD_A_EVENT_AFTER_MS, NULL, 218),
	U8(RSTGUARD_A_EVENT_TTL, NULL, 61),
	{ RSTGUARD_A_EVENT_TTL_BASELINE, NULL, 2, ttls },
	U16(RSTGUARD_A_EVENT_IPID, NULL, 242),
	U8(RSTGUARD_A_EVENT_IPID_CLASS, NULL, RSTG_IPID_COUNTER),
	U16(RSTGUARD_A_EVENT_IPID_LAST, NULL, 9),
	U16(RSTGUARD_A_EVENT_TCP_FLAGS, NULL, 0x14),
	U32(RSTGUARD_A_EVENT_TCP_SEQ, NULL, 0xffffffff),
	U32(RSTGUARD_A_EVENT_TCP_ACK, NULL, 5),
	U16(RSTGUARD_A_EVENT_TCP_WIN, NULL, 512),
	U32(RSTGUARD_A_EVENT_RTT_US, NULL, 23456),
	U32(RSTGUARD_A_EVENT_RSTS, NULL, 4),
};

/* The same for one that is held: no event, so without a number. */
static const struct part held[] = {
	U32(RSTGUARD_A_EVENT_TYPE, "type", RSTGUARD_EVENT_TYPE_RST),
	U64(RSTGUARD_A_EVENT_TIME_NS, "time-ns", 1788300000123456789),
	{ RSTGUARD_A_EVENT_SADDR, "saddr", 16, v6 },
	{ RSTGUARD_A_EVENT_DADDR, "daddr", 16, v6 },
	U16(RSTGUARD_A_EVENT_SPORT, "sport", 587),
	U16(RSTGUARD_A_EVENT_DPORT, "dport", 40112),
	U32(RSTGUARD_A_EVENT_VERDICT, "verdict", RSTGUARD_VERDICT_SUSPECT),
	U32(RSTGUARD_A_EVENT_ACTION, NULL, RSTGUARD_ACTION_HELD),
	U32(RSTGUARD_A_EVENT_AFTER_MS, NULL, 218),
	U32(RSTGUARD_A_EVENT_LEFT_MS, NULL, 782),
	U32(RSTGUARD_A_EVENT_PROBES, NULL, 2),
	U32(RSTGUARD_A_EVENT_RSTS, NULL, 1),
};

static struct report report;
static struct nlmsg_config conf;
static struct nlmsg_flow one_flow;

static const char *parse_config(const struct nlmsghdr *nlh)
{
	return nlmsg_parse_config(nlh, &conf);
}

static const char *parse_flow(const struct nlmsghdr *nlh)
{
	return nlmsg_parse_flow(nlh, &one_flow);
}

static const char *parse_event(const struct nlmsghdr *nlh)
{
	return event_parse(nlh, &report);
}

static const char *parse_held(const struct nlmsghdr *nlh)
{
	return event_parse_held(nlh, &report);
}

FIXTURE(message) {
	alignas(NLMSG_ALIGNTO) char buf[BUF];
};

FIXTURE_VARIANT(message) {
	const struct part *part;
	unsigned int n;
	const char *(*parse)(const struct nlmsghdr *nlh);
};

FIXTURE_VARIANT_ADD(message, config) {
	.part = config, .n = ARRAY_SIZE(config), .parse = parse_config,
};
FIXTURE_VARIANT_ADD(message, flow) {
	.part = flow, .n = ARRAY_SIZE(flow), .parse = parse_flow,
};
FIXTURE_VARIANT_ADD(message, event) {
	.part = event, .n = ARRAY_SIZE(event), .parse = parse_event,
};
FIXTURE_VARIANT_ADD(message, held) {
	.part = held, .n = ARRAY_SIZE(held), .parse = parse_held,
};

FIXTURE_SETUP(message)
{
}

FIXTURE_TEARDOWN(message)
{
}

/* All parts but the one numbered @out, the one numbered @cut one octet shorter. */
static struct nlmsghdr *build(char *buf, const struct part *part, unsigned int n,
			      unsigned int out, unsigned int cut)
{
	struct nlmsghdr *nlh = nlmsg_request(buf, 30, 5, 0, 1);
	unsigned int i;

	for (i = 0; i < n; i++)
		if (i != out)
			mnl_attr_put(nlh, part[i].type, part[i].len - (i == cut), part[i].val);
	return nlh;
}

#define NONE	1000

TEST_F(message, whole)
{
	EXPECT_EQ(NULL, variant->parse(build(self->buf, variant->part, variant->n, NONE, NONE)));
}

TEST_F(message, lacks_what_it_needs)
{
	unsigned int i;

	for (i = 0; i < variant->n; i++) {
		const char *must = variant->part[i].must;
		const char *bad = variant->parse(build(self->buf, variant->part, variant->n, i,
						       NONE));

		EXPECT_STREQ(must ? must : "nothing", bad ? bad : "nothing");
	}
}

TEST_F(message, has_one_of_a_wrong_size)
{
	unsigned int i;

	for (i = 0; i < variant->n; i++) {
		/* a list may be shorter */
		if (variant->part[i].val == ttls)
			continue;
		EXPECT_NE(NULL, variant->parse(build(self->buf, variant->part, variant->n, NONE,
						     i))) {
			TH_LOG("attribute %u", variant->part[i].type);
		}
	}
}

/* A newer kernel says more. */
TEST_F(message, says_more)
{
	struct nlmsghdr *nlh = build(self->buf, variant->part, variant->n, NONE, NONE);

	mnl_attr_put(nlh, 900, 3, "abc");
	EXPECT_EQ(NULL, variant->parse(nlh));
}

/* From a copy of just that size, so that reading beyond it is noticed. */
TEST_F(message, is_cut_anywhere)
{
	struct nlmsghdr *nlh = build(self->buf, variant->part, variant->n, NONE, NONE), *exact;
	uint32_t len, at = NLMSG_HDRLEN + GENL_HDRLEN, needed = at;
	unsigned int i;

	for (i = 0; i < variant->n; i++) {
		at += MNL_ATTR_HDRLEN;
		if (variant->part[i].must)
			needed = at + variant->part[i].len;
		at += NLMSG_ALIGN(variant->part[i].len);
	}
	for (len = sizeof(*nlh); len < nlh->nlmsg_len; len++) {
		exact = malloc(len);
		memcpy(exact, nlh, len);
		exact->nlmsg_len = len;
		if (nlmsg_ok(exact, (int)len)) {
			const char *bad = variant->parse(exact);

			EXPECT_TRUE(bad || len >= needed);
		}
		free(exact);
	}
}

TEST_F(message, lies_about_an_attribute)
{
	struct nlmsghdr *nlh = build(self->buf, variant->part, variant->n, NONE, NONE);
	struct nlattr *attr = mnl_nlmsg_get_payload_offset(nlh, GENL_HDRLEN);

	attr->nla_len = 0xffff;
	EXPECT_NE(NULL, variant->parse(nlh));
	attr->nla_len = 3;
	EXPECT_NE(NULL, variant->parse(nlh));
	attr->nla_len = 0;
	EXPECT_NE(NULL, variant->parse(nlh));
}

/* --- what they say ---------------------------------------------------------------------- */

TEST_F(msg, config)
{
	ASSERT_EQ(NULL, parse_config(build(self->buf, config, ARRAY_SIZE(config), NONE, NONE)));
	EXPECT_EQ(RSTGUARD_MODE_DROP, conf.mode);
	EXPECT_EQ(2, conf.max_flows);
	EXPECT_EQ(3, conf.hashsize);
	EXPECT_EQ(4, conf.max_flows_global);
	EXPECT_EQ(5, conf.flows);
	EXPECT_STREQ("0.1", conf.version);
	EXPECT_EQ(250, conf.hold_min_ms);
	EXPECT_EQ(3000, conf.hold_max_ms);
	EXPECT_EQ(RSTGUARD_HOLD_SCOPE_PORTS, conf.hold_scope);
	EXPECT_EQ(RSTGUARD_WAIT_PATIENT, conf.hold_wait);
	EXPECT_EQ(2, conf.n_ports);
	EXPECT_EQ(25, conf.hold_ports[0]);
	EXPECT_EQ(587, conf.hold_ports[1]);
	EXPECT_EQ(1, conf.n_exempt);
	EXPECT_EQ(32, conf.exempt[0].len);
}

TEST_F(msg, config_with_half_a_network_and_with_too_many)
{
	struct nlmsghdr *nlh = build(self->buf, config, ARRAY_SIZE(config), NONE, NONE);
	uint8_t many[(NLMSG_EXEMPT + 1) * sizeof(exempt)] = { 0 };

	mnl_attr_put(nlh, RSTGUARD_A_CONFIG_EXEMPT, sizeof(many) - sizeof(exempt), many);
	ASSERT_EQ(NULL, parse_config(nlh));
	EXPECT_EQ(NLMSG_EXEMPT, conf.n_exempt);
	mnl_attr_put(nlh, RSTGUARD_A_CONFIG_EXEMPT, 16, exempt);
	EXPECT_STREQ("exempt", parse_config(nlh));
	nlh = build(self->buf, config, ARRAY_SIZE(config), NONE, NONE);
	mnl_attr_put(nlh, RSTGUARD_A_CONFIG_EXEMPT, sizeof(many), many);
	EXPECT_STREQ("exempt", parse_config(nlh));
}

TEST_F(msg, config_with_no_ports_and_with_too_many)
{
	struct nlmsghdr *nlh = build(self->buf, config, ARRAY_SIZE(config), NONE, NONE);
	uint16_t many[NLMSG_PORTS + 1] = { 1 };

	mnl_attr_put(nlh, RSTGUARD_A_CONFIG_HOLD_PORTS, 0, NULL);
	ASSERT_EQ(NULL, parse_config(nlh));
	EXPECT_EQ(0, conf.n_ports);
	mnl_attr_put(nlh, RSTGUARD_A_CONFIG_HOLD_PORTS, sizeof(many) - 2, many);
	ASSERT_EQ(NULL, parse_config(nlh));
	EXPECT_EQ(NLMSG_PORTS, conf.n_ports);
	mnl_attr_put(nlh, RSTGUARD_A_CONFIG_HOLD_PORTS, sizeof(many), many);
	EXPECT_STREQ("hold-ports", parse_config(nlh));
}

TEST_F(msg, config_with_a_long_version)
{
	struct nlmsghdr *nlh = build(self->buf, config, ARRAY_SIZE(config), NONE, NONE);
	char version[200];

	memset(version, '9', sizeof(version));
	version[sizeof(version) - 1] = '\0';
	mnl_attr_put_strz(nlh, RSTGUARD_A_CONFIG_VERSION, version);
	ASSERT_EQ(NULL, parse_config(nlh));
	EXPECT_EQ(sizeof(conf.version) - 1, strlen(conf.version));
}

TEST_F(msg, event)
{
	const struct report *r = &report;

	ASSERT_EQ(NULL, parse_event(build(self->buf, event, ARRAY_SIZE(event), NONE, NONE)));
	EXPECT_TRUE(r->live);
	EXPECT_EQ(REPORT_LIFE, r->type);
	EXPECT_EQ(0, r->frame);
	EXPECT_EQ(7, r->event_seq);
	EXPECT_EQ(3, r->lost);
	EXPECT_EQ(1788300000123456789, r->time_ns);
	EXPECT_TRUE(rstg_addr_is_v4(&r->saddr));
	EXPECT_EQ(0, memcmp(v4, &r->saddr.w[3], 4));
	EXPECT_EQ(0, memcmp(v6, r->daddr.w, 16));
	EXPECT_EQ(587, r->sport);
	EXPECT_EQ(40112, r->dport);
	EXPECT_EQ(2, r->ifindex);
	EXPECT_EQ(RSTG_FORGED, r->verdict);
	EXPECT_EQ(RSTGUARD_ACTION_DROPPED, r->action);
	EXPECT_EQ(-5, r->score);
	EXPECT_EQ(3, r->families);
	EXPECT_EQ(1ULL << 63 | 5, r->reasons);
	EXPECT_EQ(RSTG_PROOF_ACK, r->proof);
	EXPECT_EQ(218, r->after_ms);
	EXPECT_EQ(61, r->ttl);
	EXPECT_EQ(2, r->ttl_base_n);
	EXPECT_EQ(53, r->ttl_base[1]);
	EXPECT_TRUE(r->has_ipid);
	EXPECT_EQ(242, r->ipid);
	EXPECT_EQ(RSTG_IPID_COUNTER, r->ipid_class);
	EXPECT_EQ(9, r->ipid_last);
	EXPECT_EQ(0x14, r->tcp_flags);
	EXPECT_EQ(0xffffffff, r->tcp_seq);
	EXPECT_EQ(5, r->tcp_ack);
	EXPECT_EQ(512, r->tcp_win);
	EXPECT_EQ(23456, r->rtt_us);
	EXPECT_EQ(4, r->rsts);
}

TEST_F(msg, held)
{
	ASSERT_EQ(NULL, parse_held(build(self->buf, held, ARRAY_SIZE(held), NONE, NONE)));
	EXPECT_EQ(REPORT_HELD, report.type);
	EXPECT_EQ(RSTGUARD_ACTION_HELD, report.action);
	EXPECT_EQ(218, report.after_ms);
	EXPECT_EQ(782, report.left_ms);
	EXPECT_EQ(2, report.probes);
	EXPECT_FALSE(report.has_ipid);
}

TEST_F(msg, closing)
{
	struct nlmsghdr *nlh = build(self->buf, event, ARRAY_SIZE(event), NONE, NONE);

	mnl_attr_put_u32(nlh, RSTGUARD_A_EVENT_TYPE, RSTGUARD_EVENT_TYPE_CLOSE);
	mnl_attr_put_strz(nlh, RSTGUARD_A_EVENT_POLICY, "mail");
	mnl_attr_put_u32(nlh, RSTGUARD_A_EVENT_CLOSED_BY, RSTGUARD_SIDE_SERVER);
	ASSERT_EQ(NULL, parse_event(nlh));
	EXPECT_EQ(REPORT_CLOSE, report.type);
	EXPECT_STREQ("mail", report.policy);
	EXPECT_EQ(RSTGUARD_SIDE_SERVER, report.closed_by);
	mnl_attr_put_strz(nlh, RSTGUARD_A_EVENT_POLICY, "sixteen-letters-");
	EXPECT_STREQ("policy", parse_event(nlh));
}

TEST_F(msg, forged_fin)
{
	struct nlmsghdr *nlh = build(self->buf, event, ARRAY_SIZE(event), NONE, NONE);

	mnl_attr_put_u32(nlh, RSTGUARD_A_EVENT_TYPE, RSTGUARD_EVENT_TYPE_FIN);
	ASSERT_EQ(NULL, parse_event(nlh));
	EXPECT_EQ(REPORT_FIN, report.type);
}

TEST_F(msg, event_of_an_unknown_type)
{
	struct nlmsghdr *nlh = build(self->buf, event, ARRAY_SIZE(event), NONE, NONE);

	mnl_attr_put_u32(nlh, RSTGUARD_A_EVENT_TYPE, RSTGUARD_EVENT_TYPE_FIN + 1);
	EXPECT_STREQ("type", parse_event(nlh));
}

TEST_F(msg, event_with_too_many_ttls)
{
	struct nlmsghdr *nlh = build(self->buf, event, ARRAY_SIZE(event), NONE, NONE);

	mnl_attr_put(nlh, RSTGUARD_A_EVENT_TTL_BASELINE, RSTG_TTL_SLOTS, v6);
	EXPECT_EQ(NULL, parse_event(nlh));
	mnl_attr_put(nlh, RSTGUARD_A_EVENT_TTL_BASELINE, RSTG_TTL_SLOTS + 1, v6);
	EXPECT_STREQ("ttl-baseline", parse_event(nlh));
}

TEST_F(msg, flow)
{
	struct nlmsghdr *nlh = build(self->buf, flow, ARRAY_SIZE(flow), NONE, NONE);
	struct nlattr *nest = mnl_attr_nest_start(nlh, RSTGUARD_A_FLOW_ORIG);

	mnl_attr_put(nlh, RSTGUARD_A_DIR_TTL, 2, ttls);
	mnl_attr_put_u8(nlh, RSTGUARD_A_DIR_IPID_CLASS, RSTG_IPID_ZERO);
	mnl_attr_put_u16(nlh, RSTGUARD_A_DIR_IPID_LAST, 11);
	mnl_attr_put_u32(nlh, RSTGUARD_A_DIR_RTT_US, 12);
	mnl_attr_put_u32(nlh, RSTGUARD_A_DIR_IDLE_MS, 13);
	mnl_attr_put_u8(nlh, RSTGUARD_A_DIR_PACKETS, 14);
	mnl_attr_put_u16(nlh, RSTGUARD_A_DIR_FLAGS, 15);
	mnl_attr_nest_end(nlh, nest);

	ASSERT_EQ(NULL, parse_flow(nlh));
	EXPECT_TRUE(rstg_addr_is_v4(&one_flow.saddr));
	EXPECT_FALSE(rstg_addr_is_v4(&one_flow.daddr));
	EXPECT_EQ(587, one_flow.sport);
	EXPECT_EQ(40112, one_flow.dport);
	EXPECT_EQ(RSTGUARD_FLOW_STATE_OPEN, one_flow.state);
	EXPECT_TRUE(one_flow.orig.present);
	EXPECT_EQ(2, one_flow.orig.n_ttl);
	EXPECT_EQ(53, one_flow.orig.ttl[1]);
	EXPECT_EQ(RSTG_IPID_ZERO, one_flow.orig.ipid_class);
	EXPECT_EQ(11, one_flow.orig.ipid_last);
	EXPECT_EQ(12, one_flow.orig.rtt_us);
	EXPECT_EQ(13, one_flow.orig.idle_ms);
	EXPECT_EQ(14, one_flow.orig.packets);
	EXPECT_EQ(15, one_flow.orig.flags);
	EXPECT_FALSE(one_flow.reply.present);
}

TEST_F(msg, flow_with_an_odd_direction)
{
	struct nlmsghdr *nlh = build(self->buf, flow, ARRAY_SIZE(flow), NONE, NONE);
	struct nlattr *nest = mnl_attr_nest_start(nlh, RSTGUARD_A_FLOW_REPLY);

	mnl_attr_put(nlh, RSTGUARD_A_DIR_TTL, NLMSG_TTLS + 1, v6);
	mnl_attr_nest_end(nlh, nest);
	EXPECT_STREQ("ttl", parse_flow(nlh));
}

TEST_F(msg, address_of_no_family)
{
	struct nlmsghdr *nlh = build(self->buf, flow, ARRAY_SIZE(flow), 0, NONE);

	mnl_attr_put(nlh, RSTGUARD_A_FLOW_SADDR, 8, v6);
	EXPECT_STREQ("saddr", parse_flow(nlh));
}

static void put_counter(struct nlmsghdr *nlh, const char *name, uint64_t value)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, RSTGUARD_A_STATS_COUNTER);

	if (name)
		mnl_attr_put_strz(nlh, RSTGUARD_A_COUNTER_NAME, name);
	mnl_attr_put_u64(nlh, RSTGUARD_A_COUNTER_VALUE, value);
	mnl_attr_nest_end(nlh, nest);
}

static void note(const char *name, uint64_t value, void *arg)
{
	sprintf((char *)arg + strlen(arg), "%s=%llu ", name, (unsigned long long)value);
}

TEST_F(msg, every_counter_in_order)
{
	char said[100] = "";

	put_counter(self->nlh, "b", 2);
	put_counter(self->nlh, "a", ~0ULL);
	put_counter(self->nlh, "c", 0);
	ASSERT_EQ(NULL, nlmsg_parse_stats(self->nlh, note, said));
	EXPECT_STREQ("b=2 a=18446744073709551615 c=0 ", said);
	put_counter(self->nlh, NULL, 4);
	EXPECT_STREQ("counter name", nlmsg_parse_stats(self->nlh, note, said));
}

TEST_F(msg, no_counters)
{
	EXPECT_STREQ("counter", nlmsg_parse_stats(self->nlh, note, NULL));
}

static void put_group(struct nlmsghdr *nlh, const char *name, uint32_t id)
{
	struct nlattr *nest = mnl_attr_nest_start(nlh, 1);

	mnl_attr_put_strz(nlh, CTRL_ATTR_MCAST_GRP_NAME, name);
	mnl_attr_put_u32(nlh, CTRL_ATTR_MCAST_GRP_ID, id);
	mnl_attr_nest_end(nlh, nest);
}

TEST_F(msg, family)
{
	struct nlmsghdr *nlh = self->nlh;
	struct nlmsg_family f;
	struct nlattr *list, *op;
	uint32_t cmd;

	mnl_attr_put_u16(nlh, CTRL_ATTR_FAMILY_ID, 31);
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, "rstguard");
	list = mnl_attr_nest_start(nlh, CTRL_ATTR_OPS);
	for (cmd = 1; cmd < 100; cmd += 33) {
		op = mnl_attr_nest_start(nlh, 1);
		mnl_attr_put_u32(nlh, CTRL_ATTR_OP_ID, cmd);
		mnl_attr_nest_end(nlh, op);
	}
	mnl_attr_nest_end(nlh, list);
	list = mnl_attr_nest_start(nlh, CTRL_ATTR_MCAST_GROUPS);
	put_group(nlh, "others", 8);
	put_group(nlh, RSTGUARD_MCGRP_EVENTS, 9);
	put_group(nlh, "eventually", 10);
	mnl_attr_nest_end(nlh, list);

	ASSERT_EQ(NULL, nlmsg_parse_family(nlh, &f));
	EXPECT_EQ(31, f.id);
	EXPECT_STREQ("rstguard", f.name);
	EXPECT_EQ(BIT_ULL(1) | BIT_ULL(34), f.cmds);
	EXPECT_EQ(9, f.events_group);
}

/* --- how a request ends -------------------------------------------------------------------- */

/* The kernel echoes the request, or its header when asked to be brief, and adds words. */
static struct nlmsghdr *refusal(char *buf, const struct nlmsghdr *request, bool capped, int code)
{
	size_t echo = capped ? sizeof(*request) : NLMSG_ALIGN(request->nlmsg_len);
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	char *body = mnl_nlmsg_put_extra_header(nlh, sizeof(int) + echo);

	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_ACK_TLVS | (capped ? NLM_F_CAPPED : 0);
	memcpy(body, &code, sizeof(code));
	memcpy(body + sizeof(code), request, echo);
	mnl_attr_put_strz(nlh, NLMSGERR_ATTR_MSG, "hold is not built yet");
	mnl_attr_put_u32(nlh, NLMSGERR_ATTR_OFFS, NLMSG_HDRLEN + GENL_HDRLEN);
	return nlh;
}

FIXTURE(end) {
	alignas(NLMSG_ALIGNTO) char request_buf[256];
	alignas(NLMSG_ALIGNTO) char buf[1024];
	struct nlmsghdr *request;
	struct nlmsg_error e;
};

FIXTURE_SETUP(end)
{
	self->request = nlmsg_request(self->request_buf, 30, RSTGUARD_CMD_SET_CONFIG, 0, 1);
	mnl_attr_put_u32(self->request, RSTGUARD_A_CONFIG_MODE, RSTGUARD_MODE_HOLD);
	mnl_attr_put_u32(self->request, RSTGUARD_A_CONFIG_MAX_FLOWS, 1);
}

FIXTURE_TEARDOWN(end)
{
}

TEST_F(end, refused)
{
	unsigned int capped;

	for (capped = 0; capped < 2; capped++) {
		ASSERT_EQ(NULL, nlmsg_parse_error(refusal(self->buf, self->request, capped, -95),
						  &self->e));
		EXPECT_EQ(-95, self->e.code);
		EXPECT_STREQ("hold is not built yet", self->e.text);
		EXPECT_STREQ("mode", nlmsg_config_attr_at(self->request, self->e.offset));
	}
}

TEST_F(end, attribute_by_its_place)
{
	EXPECT_STREQ("max-flows", nlmsg_config_attr_at(self->request,
						       NLMSG_HDRLEN + GENL_HDRLEN + 8));
	EXPECT_EQ(NULL, nlmsg_config_attr_at(self->request, NLMSG_HDRLEN + GENL_HDRLEN + 4));
	EXPECT_EQ(NULL, nlmsg_config_attr_at(self->request, 0));
	EXPECT_EQ(NULL, nlmsg_config_attr_at(self->request, 0xffffffff));
}

TEST_F(end, acknowledged)
{
	struct nlmsghdr *nlh = refusal(self->buf, self->request, true, 0);

	nlh->nlmsg_flags = NLM_F_CAPPED;
	ASSERT_EQ(NULL, nlmsg_parse_error(nlh, &self->e));
	EXPECT_EQ(0, self->e.code);
	EXPECT_EQ(NULL, self->e.text);
	EXPECT_EQ(0, self->e.offset);
}

TEST_F(end, of_a_dump)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(self->buf);

	nlh->nlmsg_type = NLMSG_DONE;
	EXPECT_STREQ("message header", nlmsg_parse_error(nlh, &self->e));
	*(int *)mnl_nlmsg_put_extra_header(nlh, sizeof(int)) = -105;
	ASSERT_EQ(NULL, nlmsg_parse_error(nlh, &self->e));
	EXPECT_EQ(-105, self->e.code);
}

TEST_F(end, lies)
{
	struct nlmsghdr *nlh = refusal(self->buf, self->request, false, 7);

	EXPECT_STREQ("error code", nlmsg_parse_error(nlh, &self->e));
	nlh = refusal(self->buf, self->request, false, -7);
	((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->msg.nlmsg_len = 2000;
	EXPECT_STREQ("message header", nlmsg_parse_error(nlh, &self->e));
	((struct nlmsgerr *)mnl_nlmsg_get_payload(nlh))->msg.nlmsg_len = 3;
	EXPECT_STREQ("message header", nlmsg_parse_error(nlh, &self->e));
	nlh->nlmsg_len = NLMSG_HDRLEN + 6;
	EXPECT_STREQ("message header", nlmsg_parse_error(nlh, &self->e));
}

TEST_HARNESS_MAIN
