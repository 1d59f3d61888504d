// SPDX-License-Identifier: GPL-2.0-only
/* The table of reasons: its order is netlink ABI, its names are JSON's. */
#include "env.h"
#include "limits.h"
#include "reasons.h"

#include <ctype.h>

#include "kselftest_harness.h"

/* What has been released. Append here what is appended there, change nothing. */
static const char *const released[] = {
	"no-flow", "no-handshake", "thin-baseline",
	"ttl-same", "ttl-alias", "ttl-moved", "ttl-far",
	"ip-id-near", "ip-id-far", "ip-id-zero", "ip-id-nonzero", "ip-id-linux",
	"ip-id-zero-no-df", "ip-id-copied", "df-differs", "df-differs-bare",
	"window-odd", "timestamp-missing", "timestamp-missing-linux",
	"timestamp-on-bare", "payload",
	"seq-beyond", "seq-behind", "ack-ahead",
	"seq-change", "copies", "mixed", "ttl-window-rising",
	"early", "early-half", "early-bare", "quiet", "after-fin",
	"after-reset", "life-data", "life-ack", "life-synack", "life-answer",
	"opening",
	"flow-label", "flow-label-zero", "dscp-differs", "dscp-odd", "injector-pattern",
	"not-comparable",
};

TEST(positions_are_abi)
{
	unsigned int i;

	ASSERT_EQ(ARRAY_SIZE(released), RSTG_R_MAX);
	for (i = 0; i < RSTG_R_MAX; i++)
		EXPECT_STREQ(released[i], rstg_reasons[i].name);
}

static bool is_name(const char *s)
{
	if (!islower((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '-')
			return false;
	return true;
}

TEST(names)
{
	unsigned int i, j;

	for (i = 0; i < RSTG_R_MAX; i++) {
		EXPECT_TRUE(is_name(rstg_reasons[i].name));
		for (j = 0; j < i; j++)
			EXPECT_STRNE(rstg_reasons[j].name, rstg_reasons[i].name);
	}
	for (i = 0; i < RSTG_FAM_MAX; i++) {
		EXPECT_TRUE(is_name(rstg_families[i]));
		for (j = 0; j < i; j++)
			EXPECT_STRNE(rstg_families[j], rstg_families[i]);
	}
}

/* A line of `explain`, not a heading and not a paragraph. */
TEST(texts)
{
	unsigned int i, j;

	for (i = 0; i < RSTG_R_MAX; i++) {
		size_t len = strlen(rstg_reasons[i].text);

		EXPECT_GT(len, 10);
		EXPECT_LT(len, 80);
		EXPECT_NE('.', rstg_reasons[i].text[len - 1]);
		for (j = 0; j < i; j++)
			EXPECT_STRNE(rstg_reasons[j].text, rstg_reasons[i].text);
	}
}

TEST(families)
{
	bool used[RSTG_FAM_MAX] = {};
	unsigned int i;

	for (i = 0; i < RSTG_R_MAX; i++) {
		ASSERT_GT(RSTG_FAM_MAX, rstg_reasons[i].family);
		used[rstg_reasons[i].family] = true;
	}
	for (i = 0; i < RSTG_FAM_MAX; i++)
		EXPECT_TRUE(used[i]);
}

/* No passive reason may make a suspect by itself, since two families have to agree. */
TEST(weights)
{
	unsigned int i;

	for (i = 0; i < RSTG_R_MAX; i++) {
		const struct rstg_reason_info *r = &rstg_reasons[i];

		switch (r->family) {
		case RSTG_FAM_CONTEXT:
			EXPECT_GT(RSTG_FAMILY_MIN, r->db);
			break;
		case RSTG_FAM_LIFE:
			EXPECT_GE(r->db, RSTG_FAMILY_CAP);
			break;
		default:
			EXPECT_GE(RSTG_SCORE_SUSPECT, r->db);
			EXPECT_NE(0, r->db);
		}
	}
	/* Why a RST was not scored weighs nothing. */
	EXPECT_EQ(0, rstg_reasons[RSTG_R_NO_FLOW].db);
	EXPECT_EQ(0, rstg_reasons[RSTG_R_NO_HANDSHAKE].db);
	EXPECT_EQ(0, rstg_reasons[RSTG_R_THIN].db);
}

TEST_HARNESS_MAIN
