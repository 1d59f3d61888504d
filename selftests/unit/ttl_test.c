// SPDX-License-Identifier: GPL-2.0-only
/* The set of TTLs: what it learns from whom, and what it holds against a RST. */
#include "env.h"
#include "limits.h"
#include "ttl.h"

#include "kselftest_harness.h"

static void learn(struct rstg_ttl *t, u8 ttl, unsigned int times)
{
	while (times--)
		rstg_ttl_learn(t, ttl);
}

/* One distance: 12 hops from a host that starts at 64. */
FIXTURE(near_52) {
	struct rstg_ttl t;
};

FIXTURE_VARIANT(near_52) {
	u8 ttl;
	enum rstg_ttl_fit fit;
};

FIXTURE_VARIANT_ADD(near_52, same)	{ .ttl = 52, .fit = RSTG_TTL_SAME };
/* of routed flows with more than one TTL, 83 % differ by exactly 1 */
FIXTURE_VARIANT_ADD(near_52, one_more)	{ .ttl = 53, .fit = RSTG_TTL_BESIDE };
FIXTURE_VARIANT_ADD(near_52, one_less)	{ .ttl = 51, .fit = RSTG_TTL_BESIDE };
FIXTURE_VARIANT_ADD(near_52, two_more)	{ .ttl = 54, .fit = RSTG_TTL_MOVED };
FIXTURE_VARIANT_ADD(near_52, four_more)	{ .ttl = 56, .fit = RSTG_TTL_MOVED };
FIXTURE_VARIANT_ADD(near_52, four_less)	{ .ttl = 48, .fit = RSTG_TTL_MOVED };
FIXTURE_VARIANT_ADD(near_52, five_more)	{ .ttl = 57, .fit = RSTG_TTL_STRANGE };
FIXTURE_VARIANT_ADD(near_52, five_less)	{ .ttl = 47, .fit = RSTG_TTL_STRANGE };
/* 12 hops from 32, 128 and 255, each give or take one: another stack answers */
FIXTURE_VARIANT_ADD(near_52, from_32)	{ .ttl = 20, .fit = RSTG_TTL_ALIAS };
FIXTURE_VARIANT_ADD(near_52, from_128)	{ .ttl = 116, .fit = RSTG_TTL_ALIAS };
FIXTURE_VARIANT_ADD(near_52, from_128_one_more)	{ .ttl = 117, .fit = RSTG_TTL_ALIAS };
FIXTURE_VARIANT_ADD(near_52, from_128_one_less)	{ .ttl = 115, .fit = RSTG_TTL_ALIAS };
FIXTURE_VARIANT_ADD(near_52, from_128_two_more)	{ .ttl = 118, .fit = RSTG_TTL_STRANGE };
FIXTURE_VARIANT_ADD(near_52, from_128_two_less)	{ .ttl = 114, .fit = RSTG_TTL_STRANGE };
FIXTURE_VARIANT_ADD(near_52, from_255)	{ .ttl = 243, .fit = RSTG_TTL_ALIAS };
/* a GFW type was seen with 248 wherever the server was (S&P 2025, table of injectors) */
FIXTURE_VARIANT_ADD(near_52, gfw_248)	{ .ttl = 248, .fit = RSTG_TTL_STRANGE };
FIXTURE_VARIANT_ADD(near_52, zero)	{ .ttl = 0, .fit = RSTG_TTL_STRANGE };
FIXTURE_VARIANT_ADD(near_52, most)	{ .ttl = 255, .fit = RSTG_TTL_STRANGE };

FIXTURE_SETUP(near_52)
{
	learn(&self->t, 52, RSTG_TTL_TRUST);
}

FIXTURE_TEARDOWN(near_52)
{
}

TEST_F(near_52, fit)
{
	EXPECT_EQ(variant->fit, rstg_ttl_check(&self->t, variant->ttl));
}

/* Distances at the edge: what is further than any path is no alias of anything. */
FIXTURE(alias) {
};

FIXTURE_VARIANT(alias) {
	u8 base;
	u8 ttl;
	enum rstg_ttl_fit fit;
};

FIXTURE_VARIANT_ADD(alias, same_host_64_255)	{ .base = 64, .ttl = 255, .fit = RSTG_TTL_ALIAS };
FIXTURE_VARIANT_ADD(alias, same_host_128_64)	{ .base = 128, .ttl = 64, .fit = RSTG_TTL_ALIAS };
/* a RST of old Linux starts at 255 where its data starts at 64 (p0f's list) */
FIXTURE_VARIANT_ADD(alias, old_linux_191)	{ .base = 50, .ttl = 241, .fit = RSTG_TTL_ALIAS };
FIXTURE_VARIANT_ADD(alias, hops_40)	{ .base = 88, .ttl = 24, .fit = RSTG_TTL_ALIAS };
FIXTURE_VARIANT_ADD(alias, hops_41)	{ .base = 87, .ttl = 23, .fit = RSTG_TTL_STRANGE };
/* -1 hop is allowed for: the router beside us did not count */
FIXTURE_VARIANT_ADD(alias, one_above_initial) { .base = 64, .ttl = 129, .fit = RSTG_TTL_ALIAS };
FIXTURE_VARIANT_ADD(alias, two_above_initial) { .base = 64, .ttl = 130, .fit = RSTG_TTL_STRANGE };
/* near beats alias: 32 - 1 = 31 is also 33 hops from 64 */
FIXTURE_VARIANT_ADD(alias, beside_wins)	{ .base = 31, .ttl = 30, .fit = RSTG_TTL_BESIDE };
/* and alias beats moved: 30 is 2 from 32, and 62 is 2 from 64 */
FIXTURE_VARIANT_ADD(alias, from_32_to_64) { .base = 30, .ttl = 62, .fit = RSTG_TTL_ALIAS };

FIXTURE_SETUP(alias)
{
}

FIXTURE_TEARDOWN(alias)
{
}

TEST_F(alias, fit)
{
	struct rstg_ttl t = {};

	learn(&t, variant->base, RSTG_TTL_TRUST);
	EXPECT_EQ(variant->fit, rstg_ttl_check(&t, variant->ttl));
}

TEST(nothing_known)
{
	struct rstg_ttl t = {};

	EXPECT_EQ(RSTG_TTL_UNKNOWN, rstg_ttl_check(&t, 0));
	EXPECT_EQ(RSTG_TTL_UNKNOWN, rstg_ttl_check(&t, 64));
}

/* Two packets are all there is: better than nothing to compare with. */
TEST(few_packets_count_while_alone)
{
	struct rstg_ttl t = {};

	rstg_ttl_learn(&t, 52);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 52));
	rstg_ttl_learn(&t, 180);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 52));
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 180));
}

/* A forged segment must not teach us the injector's distance. */
TEST(one_stranger_is_not_trusted)
{
	struct rstg_ttl t = {};

	learn(&t, 52, 3);
	rstg_ttl_learn(&t, 200);
	EXPECT_EQ(RSTG_TTL_STRANGE, rstg_ttl_check(&t, 200));
	EXPECT_EQ(RSTG_TTL_STRANGE, rstg_ttl_check(&t, 201));
}

/* ... nor a second one, once the sender has shown itself often enough. */
TEST(two_strangers_among_many_are_not_trusted)
{
	struct rstg_ttl t = {};

	learn(&t, 52, 7);
	learn(&t, 200, 2);
	EXPECT_EQ(RSTG_TTL_STRANGE, rstg_ttl_check(&t, 200));
}

/* Data at another TTL than a SYN proxy's SYN-ACK counts before its third packet. */
TEST(two_of_few_are_trusted)
{
	struct rstg_ttl t = {};

	rstg_ttl_vouch(&t, 229);
	learn(&t, 101, 2);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 101));
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 229));
}

TEST(three_packets_are_trusted)
{
	struct rstg_ttl t = {};

	learn(&t, 52, 200);
	learn(&t, 48, 2);
	EXPECT_EQ(RSTG_TTL_MOVED, rstg_ttl_check(&t, 48));
	rstg_ttl_learn(&t, 48);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 48));
}

TEST(vouched_at_once)
{
	struct rstg_ttl t = {};

	learn(&t, 52, 200);
	rstg_ttl_vouch(&t, 229);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 229));
}

/* The best fit of the set decides, in whatever slot it stands. */
TEST(best_of_set)
{
	struct rstg_ttl t = {};

	learn(&t, 101, 5);
	learn(&t, 229, 5);
	learn(&t, 52, 5);
	EXPECT_EQ(RSTG_TTL_BESIDE, rstg_ttl_check(&t, 102));
	EXPECT_EQ(RSTG_TTL_BESIDE, rstg_ttl_check(&t, 228));
	EXPECT_EQ(RSTG_TTL_MOVED, rstg_ttl_check(&t, 55));
	EXPECT_EQ(RSTG_TTL_ALIAS, rstg_ttl_check(&t, 116));	/* moved from none, alias of 52 */
	EXPECT_EQ(RSTG_TTL_STRANGE, rstg_ttl_check(&t, 160));
}

/* A route that moved for good: the least used value makes room in the end. */
TEST(full_set_follows_a_new_route)
{
	struct rstg_ttl t = {};

	learn(&t, 52, 100);
	learn(&t, 53, 100);
	learn(&t, 54, 6);
	EXPECT_NE(RSTG_TTL_SAME, rstg_ttl_check(&t, 60));
	learn(&t, 60, 3 + RSTG_TTL_TRUST);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 60));
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 52));
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 53));
}

TEST(full_set_of_trusted_shrugs_off_a_stranger)
{
	struct rstg_ttl t = {};

	learn(&t, 52, 10);
	learn(&t, 101, 10);
	learn(&t, 229, 10);
	learn(&t, 200, 3);
	EXPECT_EQ(RSTG_TTL_STRANGE, rstg_ttl_check(&t, 200));
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 229));
}

/* The count must stop at the top, not start again from 0 as if never seen. */
TEST(count_saturates)
{
	struct rstg_ttl t = {};
	unsigned int n;

	for (n = 0; n < 1000; n++) {
		rstg_ttl_learn(&t, 52);
		ASSERT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 52));
	}
	EXPECT_EQ(U8_MAX, t.n[0]);
}

/* 0 is also what an unused slot holds. */
TEST(ttl_0_is_a_value)
{
	struct rstg_ttl t = {};

	learn(&t, 52, 3);
	EXPECT_EQ(RSTG_TTL_STRANGE, rstg_ttl_check(&t, 0));
	learn(&t, 0, 3);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 0));
}

/* What was a candidate before the handshake is none the better for it. */
TEST(vouching_is_for_one)
{
	struct rstg_ttl t = {};

	learn(&t, 99, 1);
	rstg_ttl_vouch(&t, 52);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 52));
	EXPECT_NE(RSTG_TTL_SAME, rstg_ttl_check(&t, 99));
}

/* Two of one and one of another: the one is out of the few that all count. */
TEST(one_of_three_is_not_trusted)
{
	struct rstg_ttl t = {};

	learn(&t, 52, 2);
	learn(&t, 99, 1);
	EXPECT_EQ(RSTG_TTL_SAME, rstg_ttl_check(&t, 52));
	EXPECT_EQ(RSTG_TTL_STRANGE, rstg_ttl_check(&t, 99));
}

TEST_HARNESS_MAIN
