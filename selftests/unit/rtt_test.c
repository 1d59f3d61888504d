// SPDX-License-Identifier: GPL-2.0-only
/* How long an answer is waited for. */
#include "env.h"
#include "limits.h"
#include "rtt.h"

#include "kselftest_harness.h"

#define TICKS(ms)	((u32)((ms) * 1000000ULL >> 10))

static u32 wait_ms(const struct rstg_rtt *r)
{
	return (u32)(rstg_rtt_wait_ns(r) / 1000000);
}

static void samples(struct rstg_rtt *r, u32 ms, unsigned int n)
{
	while (n--)
		rstg_rtt_sample(r, TICKS(ms));
}

/* RFC 6298 2.1 */
TEST(never_timed)
{
	struct rstg_rtt r = {};

	EXPECT_EQ(1000, wait_ms(&r));
}

FIXTURE(path) {
};

FIXTURE_VARIANT(path) {
	u32 rtt;
	u32 most;	/* what may be waited once it is known well */
};

/* With 15 ms for the hosts; what a genuine reset is late by is a little more. */
FIXTURE_VARIANT_ADD(path, lan) { .rtt = 2, .most = 25 };
FIXTURE_VARIANT_ADD(path, city) { .rtt = 10, .most = 45 };
FIXTURE_VARIANT_ADD(path, country) { .rtt = 80, .most = 130 };
FIXTURE_VARIANT_ADD(path, satellite) { .rtt = 400, .most = 550 };

FIXTURE_SETUP(path)
{
}

FIXTURE_TEARDOWN(path)
{
}

TEST_F(path, steady)
{
	struct rstg_rtt r = {};

	samples(&r, variant->rtt, 20);
	EXPECT_LT(variant->rtt * 5 / 4, wait_ms(&r));
	EXPECT_GE(variant->most, wait_ms(&r));
}

/* After a handshake and one exchange: not yet sure, and hardly longer than once it is known. */
TEST_F(path, young)
{
	struct rstg_rtt r = {};

	samples(&r, variant->rtt, 2);
	EXPECT_LT(variant->rtt * 5 / 4, wait_ms(&r));
	EXPECT_GE(variant->rtt * 8 / 5 + 15, wait_ms(&r));
}

/* An ACK forged at once does not shorten the wait; it makes it longer. */
TEST(one_forged_sample)
{
	struct rstg_rtt r = {};
	u32 before;

	samples(&r, 80, 20);
	before = wait_ms(&r);
	samples(&r, 1, 1);
	EXPECT_LE(before, wait_ms(&r));
}

/* Nor do many, each with the real one behind it. */
TEST(forged_samples_beside_real_ones)
{
	struct rstg_rtt r = {};
	unsigned int i;

	samples(&r, 80, 20);
	for (i = 0; i < 200; i++) {
		samples(&r, 1, 1);
		samples(&r, 80, 1);
		ASSERT_LE(100, wait_ms(&r));
	}
}

TEST(follows_a_path_that_changes)
{
	struct rstg_rtt r = {};

	samples(&r, 20, 20);
	samples(&r, 200, 5);
	EXPECT_LE(250, wait_ms(&r));
	samples(&r, 20, 60);
	EXPECT_GE(60, wait_ms(&r));
}

TEST(sleep_is_told_from_jitter)
{
	struct rstg_rtt r = {};

	EXPECT_FALSE(rstg_rtt_slept(&r, TICKS(3000)));
	samples(&r, 60, 10);
	EXPECT_FALSE(rstg_rtt_slept(&r, TICKS(300)));
	EXPECT_TRUE(rstg_rtt_slept(&r, TICKS(1500)));
}

TEST(extremes)
{
	struct rstg_rtt r = {};

	rstg_rtt_sample(&r, 0);
	EXPECT_EQ(1, r.srtt);
	rstg_rtt_sample(&r, U32_MAX);
	rstg_rtt_sample(&r, U32_MAX);
	EXPECT_LT(1, r.srtt);
	EXPECT_LT(0, rstg_rtt_wait_ns(&r));
}

TEST_HARNESS_MAIN
