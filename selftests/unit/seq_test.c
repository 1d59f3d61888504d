// SPDX-License-Identifier: GPL-2.0-only
/* Sequence numbers modulo 2^32 (RFC 9293 3.4). */
#include "env.h"
#include "seq.h"

#include "kselftest_harness.h"

FIXTURE(pair) {
};

FIXTURE_VARIANT(pair) {
	u32 a;
	u32 b;
	s32 diff;
};

FIXTURE_VARIANT_ADD(pair, same)		{ .a = 7, .b = 7, .diff = 0 };
FIXTURE_VARIANT_ADD(pair, ahead)	{ .a = 8, .b = 7, .diff = 1 };
FIXTURE_VARIANT_ADD(pair, behind)	{ .a = 7, .b = 8, .diff = -1 };
FIXTURE_VARIANT_ADD(pair, same_at_0)	{ .a = 0, .b = 0, .diff = 0 };
FIXTURE_VARIANT_ADD(pair, ahead_across_0) { .a = 3, .b = 0xfffffffe, .diff = 5 };
FIXTURE_VARIANT_ADD(pair, behind_across_0) { .a = 0xfffffffe, .b = 3, .diff = -5 };
/* the largest window that can still be told apart, either way */
FIXTURE_VARIANT_ADD(pair, half_ahead)	{ .a = 0x80000006, .b = 7, .diff = 0x7fffffff };
FIXTURE_VARIANT_ADD(pair, half_behind)	{ .a = 7, .b = 0x80000006, .diff = -0x7fffffff };
FIXTURE_VARIANT_ADD(pair, across_the_sign) { .a = 0x80000000, .b = 0x7fffffff, .diff = 1 };

FIXTURE_SETUP(pair)
{
}

FIXTURE_TEARDOWN(pair)
{
}

TEST_F(pair, diff)
{
	EXPECT_EQ(variant->diff, seq_diff(variant->a, variant->b));
}

TEST_F(pair, order)
{
	EXPECT_EQ(variant->diff > 0, seq_after(variant->a, variant->b));
	EXPECT_EQ(variant->diff < 0, seq_before(variant->a, variant->b));
}

TEST_HARNESS_MAIN
