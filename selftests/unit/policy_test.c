// SPDX-License-Identifier: GPL-2.0-only
/* Policies on their way to the module and back, and those that come with the program. */
#include <linux/genetlink.h>
#include <stdalign.h>

#include <linux/rstguard.h>

#include "nlmsg.h"
#include "policy.h"
#include "stages.h"

#include "kselftest_harness.h"

FIXTURE(policy) {
	alignas(NLMSG_ALIGNTO) char buf[POLICY_REQUEST];
	struct nlmsghdr *nlh;
	struct policy got;
};

FIXTURE_SETUP(policy)
{
	memset(self, 0, sizeof(*self));
	self->nlh = nlmsg_request(self->buf, 30, RSTGUARD_CMD_SET_POLICY, 0, 1);
}

FIXTURE_TEARDOWN(policy)
{
}

TEST_F(policy, presets_come_back_as_they_went)
{
	const struct policy *p;
	unsigned int i;

	for (i = 0; (p = policy_preset_at(i)); i++) {
		self->nlh = nlmsg_request(self->buf, 30, RSTGUARD_CMD_SET_POLICY, 0, 1);
		policy_put(self->nlh, p);
		ASSERT_EQ(NULL, policy_parse(self->nlh, &self->got));
		EXPECT_EQ(0, memcmp(p, &self->got, sizeof(*p)));
		EXPECT_EQ(p, policy_preset(p->name));
	}
	EXPECT_EQ(5, i);
	EXPECT_EQ(NULL, policy_preset("nobody"));
}

/* As many rules as the module takes, each with all that it can have. */
TEST_F(policy, the_largest_fits)
{
	struct policy p = { .name = "fifteen-letters", .n = POLICY_RULES };
	unsigned int i, port;

	for (i = 0; i < p.n; i++) {
		for (port = 0; port < POLICY_PORTS; port++)
			p.rule[i].ports[port] = (uint16_t)(i * POLICY_PORTS + port + 1);
		p.rule[i].n_ports = POLICY_PORTS;
		p.rule[i].stages = BIT_ULL(RSTG_STAGE_MAX) - 1;
		p.rule[i].hold = RSTGUARD_HOLD_NONE;
		p.rule[i].wait = RSTGUARD_WAIT_PATIENT;
		p.rule[i].closings = true;
	}
	policy_put(self->nlh, &p);
	EXPECT_LE(self->nlh->nlmsg_len, sizeof(self->buf));
	ASSERT_EQ(NULL, policy_parse(self->nlh, &self->got));
	EXPECT_EQ(0, memcmp(&p, &self->got, sizeof(p)));
	policy_put(self->nlh, &(struct policy){ .name = "", .n = 1 });
	EXPECT_STREQ("rule", policy_parse(self->nlh, &self->got));
}

static struct nlattr *begin(struct nlmsghdr *nlh)
{
	mnl_attr_put_strz(nlh, RSTGUARD_A_POLICY_NAME, "mine");
	return mnl_attr_nest_start(nlh, RSTGUARD_A_POLICY_RULE);
}

TEST_F(policy, what_is_missing_is_named)
{
	struct nlattr *nest;

	EXPECT_STREQ("name", policy_parse(self->nlh, &self->got));
	mnl_attr_put_strz(self->nlh, RSTGUARD_A_POLICY_NAME, "mine");
	EXPECT_STREQ("rule", policy_parse(self->nlh, &self->got));
	nest = mnl_attr_nest_start(self->nlh, RSTGUARD_A_POLICY_RULE);
	mnl_attr_nest_end(self->nlh, nest);
	EXPECT_STREQ("hold", policy_parse(self->nlh, &self->got));
	self->nlh = nlmsg_request(self->buf, 30, RSTGUARD_CMD_SET_POLICY, 0, 1);
	nest = begin(self->nlh);
	mnl_attr_put_u32(self->nlh, RSTGUARD_A_RULE_HOLD, 0);
	mnl_attr_nest_end(self->nlh, nest);
	EXPECT_STREQ("wait", policy_parse(self->nlh, &self->got));
}

/* All three are worth a wait for a phone that sleeps; browsers ask again by themselves. */
TEST(who_is_waited_for)
{
	EXPECT_EQ(RSTGUARD_WAIT_PATIENT, policy_preset("mail")->rule[0].wait);
	EXPECT_EQ(RSTGUARD_WAIT_PATIENT, policy_preset("mail")->rule[1].wait);
	EXPECT_EQ(RSTGUARD_WAIT_PATIENT, policy_preset("vpn")->rule[1].wait);
	EXPECT_EQ(RSTGUARD_WAIT_PATIENT, policy_preset("ssh")->rule[1].wait);
	EXPECT_EQ(RSTGUARD_WAIT_QUICK, policy_preset("web")->rule[1].wait);
	EXPECT_EQ(RSTGUARD_WAIT_QUICK, policy_preset("all")->rule[0].wait);
}

TEST_F(policy, a_long_name_is_refused)
{
	struct nlattr *nest = begin(self->nlh);

	mnl_attr_put_u32(self->nlh, RSTGUARD_A_RULE_HOLD, 0);
	mnl_attr_put_u32(self->nlh, RSTGUARD_A_RULE_WAIT, 0);
	mnl_attr_nest_end(self->nlh, nest);
	EXPECT_EQ(NULL, policy_parse(self->nlh, &self->got));
	mnl_attr_put_strz(self->nlh, RSTGUARD_A_POLICY_NAME, "sixteen-letters-");
	EXPECT_STREQ("name", policy_parse(self->nlh, &self->got));
}

TEST_F(policy, half_a_port_is_refused)
{
	struct nlattr *nest = begin(self->nlh);

	mnl_attr_put_u32(self->nlh, RSTGUARD_A_RULE_HOLD, 0);
	mnl_attr_put_u32(self->nlh, RSTGUARD_A_RULE_WAIT, 0);
	mnl_attr_put(self->nlh, RSTGUARD_A_RULE_PORTS, 3, "abc");
	mnl_attr_nest_end(self->nlh, nest);
	EXPECT_STREQ("ports", policy_parse(self->nlh, &self->got));
}

TEST_F(policy, too_many_ports_are_refused)
{
	struct nlattr *nest = begin(self->nlh);
	uint16_t ports[POLICY_PORTS + 1] = { 0 };

	mnl_attr_put_u32(self->nlh, RSTGUARD_A_RULE_HOLD, 0);
	mnl_attr_put_u32(self->nlh, RSTGUARD_A_RULE_WAIT, 0);
	mnl_attr_put(self->nlh, RSTGUARD_A_RULE_PORTS, sizeof(ports), ports);
	mnl_attr_nest_end(self->nlh, nest);
	EXPECT_STREQ("ports", policy_parse(self->nlh, &self->got));
}

TEST_HARNESS_MAIN
