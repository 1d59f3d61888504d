// SPDX-License-Identifier: GPL-2.0-only
/* What programs and people get to read: JSON with names that stay, and lines of text. */
#include <jansson.h>
#include <stdlib.h>

#include <linux/rstguard.h>

#include "fmt.h"
#include "judge.h"
#include "stages.h"

#include "kselftest_harness.h"

FIXTURE(fmt) {
	struct report r;
	char *line;
	json_t *json;
};

/* A forged RST as the kernel reports it, each field with a value of its own. */
FIXTURE_SETUP(fmt)
{
	static const struct report example = {
		.type = REPORT_RST,
		.time_ns = 1788300000123456789,
		.event_seq = 7,
		.lost = 3,
		.live = true,
		.saddr.w = { 0, 0, 0xffff0000, 0x070200c0 },	/* 192.0.2.7 in memory */
		.daddr.w = { 0xb80d0120, 0, 0, 0x01000000 },
		.sport = 587,
		.dport = 40112,
		.verdict = RSTG_SUSPECT,
		.action = RSTGUARD_ACTION_DROPPED,
		.families = 3,
		.proof = RSTG_PROOF_NONE,
		.score = 47,
		.reasons = BIT_ULL(RSTG_R_TTL_FAR) | BIT_ULL(RSTG_R_WIN_ODD),
		.ttl = 99,
		.ttl_base = { 52, 53 },
		.ttl_base_n = 2,
		.has_ipid = true,
		.ipid = 0xf2,
		.ipid_last = 4711,
		.ipid_class = RSTG_IPID_COUNTER,
		.tcp_flags = RSTG_RST | RSTG_ACK,
		.tcp_win = 512,
		.tcp_seq = 0xffffffff,
		.tcp_ack = 5,
		.rtt_us = 23456,
	};

	self->r = example;
	self->line = NULL;
	self->json = NULL;
}

FIXTURE_TEARDOWN(fmt)
{
	json_decref(self->json);
	free(self->line);
}

#define FMT	FIXTURE_DATA(fmt)

/* Its JSON, parsed again by the strictest reader there is. */
static json_t *parse(FMT *self)
{
	json_decref(self->json);
	free(self->line);
	self->line = fmt_report_line(&self->r);
	self->json = json_loads(self->line, JSON_REJECT_DUPLICATES, NULL);
	return self->json;
}

/* All names at one level in their order. */
static const char *names(const json_t *object)
{
	static char said[400];
	const char *key;
	json_t *value;

	said[0] = '\0';
	json_object_foreach((json_t *)object, key, value)
		sprintf(said + strlen(said), "%s%s", *said ? " " : "", key);
	return said;
}

static const char *text(const json_t *object, const char *key)
{
	const char *said = json_string_value(json_object_get(object, key));

	return said ? said : "no string";
}

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : -999;
}

/* From a capture, and only where names were asked for. */
TEST_F(fmt, injector)
{
	json_t *rst = json_object_get(parse(self), "rst"), *injector;

	EXPECT_EQ(NULL, json_object_get(rst, "injector"));
	self->r.named = true;
	self->r.injector = "gfw-3";
	self->r.hops = 7;
	self->r.peer_hops = -1;
	injector = json_object_get(json_object_get(parse(self), "rst"), "injector");
	EXPECT_STREQ("name hops peer_hops", names(injector));
	EXPECT_STREQ("gfw-3", text(injector, "name"));
	EXPECT_EQ(7, number(injector, "hops"));
	EXPECT_TRUE(json_is_null(json_object_get(injector, "peer_hops")));
	self->r.injector = NULL;
	injector = json_object_get(json_object_get(parse(self), "rst"), "injector");
	EXPECT_STREQ("unknown", text(injector, "name"));
}

/* Only where something is known of what was said. */
TEST_F(fmt, trigger)
{
	json_t *trigger = json_object_get(json_object_get(parse(self), "rst"), "trigger");

	EXPECT_EQ(NULL, trigger);
	self->r.trigger = RSTG_STAGE_STARTTLS;
	self->r.by_client = true;
	self->r.trigger_ms = 12;
	trigger = json_object_get(json_object_get(parse(self), "rst"), "trigger");
	EXPECT_STREQ("stage by ms", names(trigger));
	EXPECT_STREQ("starttls", text(trigger, "stage"));
	EXPECT_STREQ("client", text(trigger, "by"));
	EXPECT_EQ(12, number(trigger, "ms"));
	self->r.trigger = 255;
	self->r.by_client = false;
	trigger = json_object_get(json_object_get(parse(self), "rst"), "trigger");
	EXPECT_STREQ("unknown", text(trigger, "stage"));
	EXPECT_STREQ("server", text(trigger, "by"));
}

/* Others have programs that read these: append, never rename (see design.rst). */
TEST_F(fmt, names_are_stable)
{
	json_t *o = parse(self), *rst;

	ASSERT_NE(NULL, o);
	EXPECT_STREQ("timestamp event_type src_ip src_port dest_ip dest_port proto seq lost "
		     "in_iface live action rst", names(o));
	rst = json_object_get(o, "rst");
	EXPECT_STREQ("verdict score families reasons proof ttl ip_id tcp rtt_ms", names(rst));
	EXPECT_STREQ("seen baseline", names(json_object_get(rst, "ttl")));
	EXPECT_STREQ("seen class last", names(json_object_get(rst, "ip_id")));
	EXPECT_STREQ("flags seq ack win", names(json_object_get(rst, "tcp")));
}

TEST_F(fmt, values)
{
	json_t *o = parse(self), *rst = json_object_get(o, "rst"), *part;

	ASSERT_NE(NULL, rst);
	EXPECT_STREQ("2026-09-01T22:00:00.123456+0000", text(o, "timestamp"));
	EXPECT_STREQ("rst", text(o, "event_type"));
	EXPECT_STREQ("192.0.2.7", text(o, "src_ip"));
	EXPECT_STREQ("2001:db8::1", text(o, "dest_ip"));
	EXPECT_EQ(587, number(o, "src_port"));
	EXPECT_EQ(40112, number(o, "dest_port"));
	EXPECT_STREQ("TCP", text(o, "proto"));
	EXPECT_EQ(7, number(o, "seq"));
	EXPECT_EQ(3, number(o, "lost"));
	EXPECT_TRUE(json_is_null(json_object_get(o, "in_iface")));
	EXPECT_TRUE(json_is_true(json_object_get(o, "live")));
	EXPECT_STREQ("dropped", text(o, "action"));

	EXPECT_STREQ("suspect", text(rst, "verdict"));
	EXPECT_EQ(47, number(rst, "score"));
	EXPECT_EQ(3, number(rst, "families"));
	EXPECT_TRUE(json_is_null(json_object_get(rst, "proof")));
	part = json_object_get(rst, "reasons");
	ASSERT_EQ(2, json_array_size(part));
	EXPECT_STREQ("ttl-far", json_string_value(json_array_get(part, 0)));
	EXPECT_STREQ("window-odd", json_string_value(json_array_get(part, 1)));
	part = json_object_get(rst, "ttl");
	EXPECT_EQ(99, number(part, "seen"));
	EXPECT_EQ(2, json_array_size(json_object_get(part, "baseline")));
	part = json_object_get(rst, "ip_id");
	EXPECT_EQ(0xf2, number(part, "seen"));
	EXPECT_STREQ("counter", text(part, "class"));
	EXPECT_EQ(4711, number(part, "last"));
	part = json_object_get(rst, "tcp");
	EXPECT_STREQ("RST|ACK", text(part, "flags"));
	EXPECT_EQ(0xffffffff, number(part, "seq"));
	EXPECT_EQ(5, number(part, "ack"));
	EXPECT_EQ(512, number(part, "win"));
	EXPECT_EQ(23.456, json_real_value(json_object_get(rst, "rtt_ms")));
	EXPECT_NE(NULL, strstr(self->line, "\"rtt_ms\":23.456}"));
}

TEST_F(fmt, starttls_tampered_with)
{
	self->r.type = REPORT_STARTTLS;
	self->r.verdict = RSTG_GENUINE;
	self->r.action = RSTGUARD_ACTION_NONE;
	self->r.notice = RSTG_NOTICE_MASKED;
	EXPECT_TRUE(report_notable(&self->r));
	parse(self);
	EXPECT_STREQ("starttls", text(self->json, "event_type"));
	EXPECT_STREQ("capability-masked", text(self->json, "notice"));
	EXPECT_EQ(NULL, json_object_get(self->json, "rst"));
	self->r.notice = 1000;
	EXPECT_STREQ("unknown", text(parse(self), "notice"));
}

TEST_F(fmt, from_a_capture)
{
	self->r.live = false;
	self->r.frame = 1ULL << 40;
	EXPECT_STREQ("timestamp event_type src_ip src_port dest_ip dest_port proto frame rst",
		     names(parse(self)));
	EXPECT_EQ(1LL << 40, number(self->json, "frame"));
}

TEST_F(fmt, proven)
{
	static const char *const kinds[] = {
		[RSTG_PROOF_DATA] = "data",
		[RSTG_PROOF_ACK] = "ack",
		[RSTG_PROOF_SYNACK] = "synack",
		[RSTG_PROOF_PROBE] = "probe",
	};
	unsigned int i;

	self->r.type = REPORT_LIFE;
	self->r.verdict = RSTG_FORGED;
	self->r.after_ms = 218;
	self->r.rsts = 4;
	for (i = RSTG_PROOF_DATA; i < ARRAY_SIZE(kinds); i++) {
		json_t *rst, *proof;

		self->r.proof = i;
		rst = json_object_get(parse(self), "rst");
		proof = json_object_get(rst, "proof");
		EXPECT_STREQ("forged", text(rst, "verdict"));
		EXPECT_STREQ("kind after_ms", names(proof));
		EXPECT_STREQ(kinds[i], text(proof, "kind"));
		EXPECT_EQ(218, number(proof, "after_ms"));
		EXPECT_EQ(4, number(rst, "rsts"));
	}
}

TEST_F(fmt, held_now)
{
	json_t *o, *rst;

	self->r.type = REPORT_HELD;
	self->r.action = RSTGUARD_ACTION_HELD;
	self->r.after_ms = 218;
	self->r.left_ms = 782;
	self->r.probes = 2;
	self->r.rsts = 1;
	o = parse(self);
	EXPECT_STREQ("timestamp event_type src_ip src_port dest_ip dest_port proto in_iface live "
		     "action rst", names(o));
	EXPECT_STREQ("held", text(o, "event_type"));
	rst = json_object_get(o, "rst");
	EXPECT_STREQ("verdict score families reasons proof ttl ip_id tcp rtt_ms held_ms left_ms "
		     "probes rsts", names(rst));
	EXPECT_EQ(218, number(rst, "held_ms"));
	EXPECT_EQ(782, number(rst, "left_ms"));
	EXPECT_EQ(2, number(rst, "probes"));
	EXPECT_EQ(1, number(rst, "rsts"));
}

TEST_F(fmt, released)
{
	json_t *rst;

	self->r.action = RSTGUARD_ACTION_RELEASED;
	self->r.release = RSTGUARD_RELEASE_CLOSING;
	self->r.after_ms = 1000;
	rst = json_object_get(parse(self), "rst");
	EXPECT_STREQ("released", text(self->json, "action"));
	EXPECT_STREQ("verdict score families reasons proof ttl ip_id tcp rtt_ms after_ms why",
		     names(rst));
	EXPECT_EQ(1000, number(rst, "after_ms"));
	EXPECT_STREQ("closing", text(rst, "why"));
	self->r.rsts = 3;
	EXPECT_EQ(3, number(json_object_get(parse(self), "rst"), "rsts"));
}

TEST_F(fmt, what_is_not_known_is_null)
{
	json_t *rst;

	self->r.has_ipid = false;
	self->r.rtt_us = 0;
	self->r.ttl_base_n = 0;
	self->r.reasons = 0;
	rst = json_object_get(parse(self), "rst");
	ASSERT_NE(NULL, rst);
	EXPECT_TRUE(json_is_null(json_object_get(rst, "ip_id")));
	EXPECT_TRUE(json_is_null(json_object_get(rst, "rtt_ms")));
	EXPECT_EQ(0, json_array_size(json_object_get(rst, "reasons")));
	EXPECT_EQ(0, json_array_size(json_object_get(json_object_get(rst, "ttl"), "baseline")));
}

/* A newer kernel may say what this program has no name for. */
TEST_F(fmt, from_a_newer_kernel)
{
	json_t *rst, *part;

	self->r.verdict = 77;
	self->r.action = 77;
	self->r.proof = 77;
	self->r.ipid_class = 77;
	self->r.reasons = ~0ULL;
	self->r.tcp_flags = 0xffff;
	self->r.ifindex = 0x7ffffff0;	/* and that interface is gone */
	rst = json_object_get(parse(self), "rst");
	ASSERT_NE(NULL, rst);
	EXPECT_STREQ("unknown", text(rst, "verdict"));
	EXPECT_STREQ("unknown", text(self->json, "action"));
	EXPECT_STREQ("#2147483632", text(self->json, "in_iface"));
	EXPECT_STREQ("unknown", text(json_object_get(rst, "proof"), "kind"));
	EXPECT_STREQ("unknown", text(json_object_get(rst, "ip_id"), "class"));
	EXPECT_STREQ("FIN|SYN|RST|PSH|ACK|URG|ECE|CWR|AE|0xfe00",
		     text(json_object_get(rst, "tcp"), "flags"));
	part = json_object_get(rst, "reasons");
	EXPECT_EQ(64, json_array_size(part));
	EXPECT_STREQ("reason-63", json_string_value(json_array_get(part, 63)));
}

/* Whatever the numbers, one line of JSON. */
TEST_F(fmt, any_numbers)
{
	unsigned int round, i;

	srand(3);
	for (round = 0; round < 2000; round++) {
		uint8_t *octets = (uint8_t *)&self->r;

		for (i = 0; i < sizeof(self->r); i++)
			octets[i] = (uint8_t)(rand() & (rand() & 1 ? 0xff : 0));
		self->r.type = (enum report_type)(rand() % (REPORT_HELD + 1));
		self->r.live = rand() & 1;
		self->r.has_ipid = rand() & 1;
		self->r.named = rand() & 1;
		self->r.by_client = rand() & 1;
		self->r.injector = rand() & 1 ? "somebody" : NULL;
		self->r.ttl_base_n %= RSTG_TTL_SLOTS + 1;
		ASSERT_NE(NULL, parse(self)) {
			TH_LOG("%s", self->line);
		}
		ASSERT_EQ(NULL, strchr(self->line, '\n'));
	}
}

static const char *as_text(const struct report *r)
{
	static char said[1000];
	FILE *out = fmemopen(said, sizeof(said), "w");

	fmt_report_text(out, r, false);
	fclose(out);
	return said;
}

TEST_F(fmt, text)
{
	EXPECT_STREQ("1788300000.123456  [DROPPED] tcp src=192.0.2.7 dst=2001:db8::1 sport=587 "
		     "dport=40112 flags=RST|ACK ttl=99/52,53 ipid=0x00f2/counter "
		     "verdict=suspect score=47 families=3 reasons=ttl-far,window-odd "
		     "action=dropped\n", as_text(&self->r));
	self->r.action = RSTGUARD_ACTION_NONE;
	self->r.live = false;
	self->r.frame = 12;
	self->r.has_ipid = false;
	self->r.ttl_base_n = 0;
	self->r.reasons = 0;
	self->r.tcp_flags = 0;
	self->r.proof = RSTG_PROOF_ACK;
	self->r.after_ms = 218;
	self->r.verdict = 9;
	EXPECT_STREQ("1788300000.123456  [UNKNOWN] tcp frame=12 src=192.0.2.7 dst=2001:db8::1 "
		     "sport=587 dport=40112 flags=0 ttl=99/- score=47 families=3 reasons=- "
		     "proof=ack after_ms=218\n", as_text(&self->r));
}

TEST_F(fmt, text_of_a_trigger)
{
	self->r.trigger = RSTG_STAGE_TLS_CLIENT_HELLO;
	self->r.trigger_ms = 4;
	EXPECT_NE(NULL, strstr(as_text(&self->r),
			       " reasons=ttl-far,window-odd trigger=tls-client-hello/server "
			       "trigger_ms=4 "));
}

TEST_F(fmt, class_of_tampering)
{
	const json_t *rst = json_object_get(parse(self), "rst");

	EXPECT_EQ(NULL, json_object_get(rst, "class"));
	EXPECT_EQ(NULL, json_object_get(rst, "tls"));
	self->r.phase = RSTG_PHASE_PSH;
	self->r.salvo = RSTG_SALVO_MIXED;
	self->r.tls = 1;
	rst = json_object_get(parse(self), "rst");
	EXPECT_STREQ("psh+ack->rst;rst+ack", text(rst, "class"));
	EXPECT_STREQ("ssl3", text(rst, "tls"));
	EXPECT_NE(NULL, strstr(as_text(&self->r), " class=psh+ack->rst;rst+ack tls=ssl3"));
	/* newer than this program */
	self->r.salvo = 99;
	self->r.tls = 99;
	rst = json_object_get(parse(self), "rst");
	EXPECT_EQ(NULL, json_object_get(rst, "class"));
	EXPECT_EQ(NULL, json_object_get(rst, "tls"));
}

TEST_F(fmt, closing)
{
	const json_t *closing;

	self->r.type = REPORT_CLOSE;
	self->r.verdict = RSTG_GENUINE;
	self->r.action = RSTGUARD_ACTION_NONE;
	self->r.closed_by = RSTGUARD_SIDE_SERVER;
	self->r.trigger = RSTG_STAGE_TLS_ALERT;
	self->r.by_client = true;
	self->r.trigger_ms = 12;
	snprintf(self->r.policy, sizeof(self->r.policy), "mail");
	EXPECT_FALSE(report_notable(&self->r));
	closing = json_object_get(parse(self), "close");
	EXPECT_STREQ("close", text(self->json, "event_type"));
	EXPECT_STREQ("mail", text(self->json, "policy"));
	EXPECT_STREQ("by trigger", names(closing));
	EXPECT_STREQ("server", text(closing, "by"));
	EXPECT_STREQ("tls-alert", text(json_object_get(closing, "trigger"), "stage"));
	EXPECT_EQ(NULL, json_object_get(self->json, "rst"));
	EXPECT_NE(NULL, strstr(as_text(&self->r), "  [CLOSED] tcp "));
	EXPECT_NE(NULL, strstr(as_text(&self->r),
			       " by=server trigger=tls-alert/client trigger_ms=12 policy=mail"));
	self->r.trigger = RSTG_STAGE_UNKNOWN;
	self->r.closed_by = 99;
	closing = json_object_get(parse(self), "close");
	EXPECT_STREQ("by", names(closing));
	EXPECT_STREQ("unknown", text(closing, "by"));
}

/* What is written can be read: also names that are newer than this program, or part of others. */
TEST_F(fmt, reasons_there_and_back)
{
	char buf[FMT_REASON_MAX];
	int i;

	for (i = 0; i < 64; i++)
		EXPECT_EQ(i, fmt_reason_find(fmt_reason_name(buf, (unsigned int)i)));
	EXPECT_GT(0, fmt_reason_find("earl"));
	EXPECT_GT(0, fmt_reason_find("reason-64"));
}

TEST_F(fmt, forged_fin)
{
	const json_t *fin;

	self->r.type = REPORT_FIN;
	self->r.verdict = RSTG_FORGED;
	self->r.proof = RSTG_PROOF_DATA;
	self->r.action = RSTGUARD_ACTION_NONE;
	self->r.trigger = RSTG_STAGE_DATA;
	self->r.by_client = true;
	self->r.trigger_ms = 12;
	EXPECT_TRUE(report_notable(&self->r));
	EXPECT_FALSE(report_of_rst(&self->r));
	fin = json_object_get(parse(self), "fin");
	EXPECT_STREQ("fin", text(self->json, "event_type"));
	EXPECT_STREQ("verdict proof trigger", names(fin));
	EXPECT_STREQ("forged", text(fin, "verdict"));
	EXPECT_STREQ("data", text(fin, "proof"));
	EXPECT_EQ(NULL, json_object_get(self->json, "rst"));
	EXPECT_NE(NULL, strstr(as_text(&self->r), " [FORGED] tcp "));
	EXPECT_NE(NULL, strstr(as_text(&self->r),
			       " forged=FIN proof=data trigger=data/client trigger_ms=12"));
}

TEST_F(fmt, of_a_policy)
{
	snprintf(self->r.policy, sizeof(self->r.policy), "vpn");
	EXPECT_STREQ("vpn", text(parse(self), "policy"));
	EXPECT_NE(NULL, strstr(as_text(&self->r), " policy=vpn"));
}

TEST_F(fmt, lost)
{
	struct lost lost = { 1, 22222222222, 3 };
	char said[FMT_LOST_MAX];

	self->line = fmt_lost_line(&lost);
	self->json = json_loads(self->line, JSON_REJECT_DUPLICATES, NULL);
	EXPECT_STREQ("timestamp event_type missed suppressed unwritten", names(self->json));
	EXPECT_STREQ("lost", text(self->json, "event_type"));
	EXPECT_EQ(22222222222, number(self->json, "suppressed"));

	fmt_lost_text(said, &lost);
	EXPECT_STREQ("events lost: 1 missed by this reader; 22222222222 not sent by the kernel; "
		     "3 not written to the log", said);
	lost = (struct lost){ ~0ULL, ~0ULL, ~0ULL };
	fmt_lost_text(said, &lost);
	EXPECT_GT(FMT_LOST_MAX - 1, strlen(said));
}

TEST(names_of_states)
{
	EXPECT_STREQ("off", fmt_mode(RSTGUARD_MODE_DISABLED));
	EXPECT_STREQ("drop", fmt_mode(RSTGUARD_MODE_DROP));
	EXPECT_STREQ("unknown", fmt_mode(99));
	EXPECT_STREQ("suspicious", fmt_scope(RSTGUARD_HOLD_SCOPE_SUSPICIOUS));
	EXPECT_STREQ("all", fmt_scope(RSTGUARD_HOLD_SCOPE_ALL));
	EXPECT_STREQ("none", fmt_scope(RSTGUARD_HOLD_SCOPE_NONE));
	EXPECT_STREQ("all", fmt_hold(RSTGUARD_HOLD_ALL));
	EXPECT_STREQ("unknown", fmt_hold(99));
	EXPECT_STREQ("quick", fmt_wait(RSTGUARD_WAIT_QUICK));
	EXPECT_STREQ("patient", fmt_wait(RSTGUARD_WAIT_PATIENT));
	EXPECT_STREQ("unknown", fmt_wait(99));
	EXPECT_STREQ("unknown", fmt_scope(99));
	EXPECT_STREQ("open", fmt_state(RSTGUARD_FLOW_STATE_OPEN));
	EXPECT_STREQ("unknown", fmt_state(99));
	EXPECT_STREQ("swapped", fmt_ipid_class(RSTG_IPID_SWAPPED));
	EXPECT_STREQ("unknown", fmt_ipid_class(99));
}

TEST_HARNESS_MAIN
