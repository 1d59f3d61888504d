// SPDX-License-Identifier: GPL-2.0-only
/* Policies in words and back, and in their order. */
#include <stdlib.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "policies.h"
#include "policy_words.h"
#include "stages.h"

#include "kselftest_harness.h"

#define WORDS	512

/* As a shell would give them to the program. */
static bool reads(const char *text, struct policy *p)
{
	char *copy = strdup(text), *rest = copy, *word, *argv[WORDS];
	int argc = 0;
	bool ok;

	while ((word = strsep(&rest, " ")))
		argv[argc++] = word;
	ok = policy_read(p, argc, argv);
	free(copy);
	return ok;
}

/* What was written is read as what it was, to the last octet. */
static bool comes_back(const struct policy *p)
{
	struct policy got;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool ok;

	policy_write(out, p);
	fclose(out);
	ok = reads(text, &got) && !memcmp(p, &got, sizeof(*p));
	if (!ok)
		fprintf(stderr, "# %s\n", text);
	free(text);
	return ok;
}

TEST(presets)
{
	const struct policy *p;
	struct policy got;
	unsigned int i;

	for (i = 0; (p = policy_preset_at(i)); i++) {
		EXPECT_TRUE(comes_back(p));
		ASSERT_TRUE(reads(p->name, &got));
		EXPECT_EQ(0, memcmp(p, &got, sizeof(got)));
	}
}

TEST(whatever_a_policy_may_be)
{
	struct policy p;
	unsigned int n, i, j;

	srand(1);
	for (n = 0; n < 500; n++) {
		memset(&p, 0, sizeof(p));
		snprintf(p.name, sizeof(p.name), "%s", n % 3 ? "mine" : n % 2 ? "mail" : "or");
		p.n = 1 + (unsigned int)rand() % POLICY_RULES;
		for (i = 0; i < p.n; i++) {
			struct policy_rule *r = &p.rule[i];

			r->n_ports = (unsigned int)rand() % (POLICY_PORTS + 1);
			for (j = 0; j < r->n_ports; j++)
				r->ports[j] = (uint16_t)(1 + j * 4000 + rand() % 4000U);
			if (rand() % 2)
				r->stages = (uint64_t)rand() % BIT_ULL(RSTG_STAGE_MAX);
			r->hold = (uint32_t)rand() % (RSTGUARD_HOLD_NONE + 1);
			r->wait = (uint32_t)rand() % (RSTGUARD_WAIT_PATIENT + 1);
			r->closings = rand() % 2;
		}
		ASSERT_TRUE(comes_back(&p));
	}
}

TEST(what_is_not_said)
{
	struct policy p;

	ASSERT_TRUE(reads("mine ports 25", &p));
	EXPECT_EQ(1, p.n);
	EXPECT_EQ(RSTGUARD_HOLD_ALL, p.rule[0].hold);
	EXPECT_EQ(RSTGUARD_WAIT_QUICK, p.rule[0].wait);
	EXPECT_FALSE(p.rule[0].closings);
}

TEST(a_preset_with_words_of_its_own)
{
	struct policy p;

	ASSERT_TRUE(reads("mail hold none wait quick closings no", &p));
	EXPECT_EQ(2, p.n);
	EXPECT_EQ(9, p.rule[0].n_ports);
	EXPECT_EQ(RSTGUARD_HOLD_NONE, p.rule[0].hold);
	EXPECT_EQ(RSTGUARD_HOLD_NONE, p.rule[1].hold);
	EXPECT_EQ(RSTGUARD_WAIT_QUICK, p.rule[1].wait);
	EXPECT_FALSE(p.rule[1].closings);
	/* by its name, but not by its rules */
	ASSERT_TRUE(reads("mail wait patient ports 25", &p));
	EXPECT_EQ(1, p.n);
	EXPECT_EQ(1, p.rule[0].n_ports);
	EXPECT_EQ(RSTGUARD_WAIT_PATIENT, p.rule[0].wait);
	EXPECT_FALSE(p.rule[0].closings);
}

TEST(each_rule_has_its_words)
{
	struct policy p;

	ASSERT_TRUE(reads("mine hold none ports 25 or any wait patient or "
			  "stages tls-* closings yes", &p));
	ASSERT_EQ(3, p.n);
	EXPECT_EQ(RSTGUARD_HOLD_NONE, p.rule[0].hold);
	EXPECT_EQ(RSTGUARD_HOLD_ALL, p.rule[1].hold);
	EXPECT_EQ(RSTGUARD_WAIT_PATIENT, p.rule[1].wait);
	EXPECT_EQ(0, p.rule[1].n_ports);
	EXPECT_EQ(RSTGUARD_WAIT_QUICK, p.rule[2].wait);
	EXPECT_TRUE(p.rule[2].closings);
}

TEST(what_is_refused)
{
	static const char *const bad[] = {
		"maill", "mine", "mine hold all", "mine ports", "mine ports 25 ports 26",
		"mine ports 25 hold", "mine ports 25 hold yes", "mine ports 25 wait long",
		"mine ports 25 closings maybe", "mine ports 70000", "mine ports none",
		"mine stages smtp-hello", "mine port 25", "mine any ports 25", "mine any any",
		"mine or ports 25", "mine ports 25 or", "mine ports 25 or hold all",
		"mail or ports 25", "mail hold", "mail hold all hold all",
		"sixteen-letters- any",
	};
	struct policy p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_FALSE(reads(bad[i], &p))
			TH_LOG("taken: %s", bad[i]);
	}
}

/* --- in their order -------------------------------------------------------------------- */

static bool set(struct policies *all, const char *text, const char *before)
{
	struct policy p;

	return reads(text, &p) && policies_set(all, &p, before);
}

static const char *names(const struct policies *all)
{
	static char text[256];
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < all->n; i++)
		strcat(text, all->list[i].name);
	return text;
}

TEST(order)
{
	static struct policies all;

	ASSERT_TRUE(set(&all, "a any", NULL));
	ASSERT_TRUE(set(&all, "b any", NULL));
	ASSERT_TRUE(set(&all, "c any", ""));
	EXPECT_STREQ("cab", names(&all));
	ASSERT_TRUE(set(&all, "d any", "a"));
	EXPECT_STREQ("cdab", names(&all));
	ASSERT_TRUE(set(&all, "d ports 25", NULL));
	EXPECT_STREQ("cdab", names(&all));
	EXPECT_EQ(1, all.list[1].rule[0].n_ports);
	ASSERT_TRUE(set(&all, "c any", "b"));
	EXPECT_STREQ("dacb", names(&all));
	ASSERT_TRUE(set(&all, "b any", "d"));
	EXPECT_STREQ("bdac", names(&all));
	ASSERT_TRUE(set(&all, "b any", ""));
	EXPECT_STREQ("bdac", names(&all));
	EXPECT_FALSE(set(&all, "b any", "b"));
	EXPECT_FALSE(set(&all, "b any", "x"));
	EXPECT_FALSE(set(&all, "x any", "x"));
	EXPECT_FALSE(policies_del(&all, "x"));
	EXPECT_STREQ("bdac", names(&all));
	ASSERT_TRUE(policies_del(&all, "d"));
	EXPECT_STREQ("bac", names(&all));
}

TEST(no_more_rules_than_there_may_be)
{
	static struct policies all;
	char text[32];
	int i;

	for (i = 1; i < POLICY_RULES; i++) {
		snprintf(text, sizeof(text), "p%d any", i);
		ASSERT_TRUE(set(&all, text, NULL));
	}
	EXPECT_FALSE(set(&all, "mail", NULL));
	EXPECT_TRUE(set(&all, "p1 any or ports 25", ""));
	EXPECT_FALSE(set(&all, "x any", NULL));
	EXPECT_FALSE(set(&all, "p2 any or any", NULL));
	EXPECT_TRUE(set(&all, "p2 any", NULL));
	EXPECT_EQ(POLICY_RULES - 1, all.n);
}

/* As many policies as there may be, each as large as it gets by itself. */
TEST(all_of_them_fit_into_a_message)
{
	static struct policies all;
	static char buf[POLICIES_REQUEST] __attribute__((aligned(8)));
	struct nlmsghdr *nlh = nlmsg_request(buf, 30, RSTGUARD_CMD_REPLACE_POLICIES, 0, 1);
	unsigned int i, port;

	for (i = 0; i < POLICIES_MAX; i++) {
		struct policy *p = &all.list[all.n++];

		snprintf(p->name, sizeof(p->name), "fifteen-char-%02u", i);
		p->n = 1;
		for (port = 0; port < POLICY_PORTS; port++)
			p->rule[0].ports[port] = (uint16_t)(port + 1);
		p->rule[0].n_ports = POLICY_PORTS;
		p->rule[0].stages = BIT_ULL(RSTG_STAGE_MAX) - 1;
		p->rule[0].closings = true;
	}
	policies_put(nlh, &all);
	EXPECT_LE(nlh->nlmsg_len, sizeof(buf));
}

TEST_HARNESS_MAIN
