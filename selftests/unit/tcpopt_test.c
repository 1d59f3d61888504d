// SPDX-License-Identifier: GPL-2.0-only
/* TCP options: what is read, and that no length octet is trusted. */
#include "env.h"
#include "tcpopt.h"

#include "kselftest_harness.h"

#define OPT_MAX	40	/* data offset 15 leaves no room for more */

FIXTURE(options) {
	struct rstg_tcpopt opt;
};

FIXTURE_VARIANT(options) {
	u32 len;
	u8 octets[OPT_MAX];
	bool has_ts;
	u32 ts_val;
	bool has_ws;
	u8 wscale;
	bool has_sack;
	u32 sack_start, sack_end;
	bool sack_ok;
	bool bad;
};

FIXTURE_VARIANT_ADD(options, none) { .len = 0 };
FIXTURE_VARIANT_ADD(options, only_nops) { .len = 4, .octets = { 1, 1, 1, 1 } };
FIXTURE_VARIANT_ADD(options, end_of_list) { .len = 4, .octets = { 0 } };
/* RFC 7323 appendix A: the aligned form that all large stacks use on data */
FIXTURE_VARIANT_ADD(options, ts_aligned) {
	.len = 12, .octets = { 1, 1, 8, 10, 0x12, 0x34, 0x56, 0x78, 0, 0, 0, 1 },
	.has_ts = true, .ts_val = 0x12345678,
};
/* a Linux SYN: MSS, SACK permitted, timestamp, NOP, window scale */
FIXTURE_VARIANT_ADD(options, ts_in_linux_syn) {
	.len = 20, .octets = { 2, 4, 5, 180, 4, 2, 8, 10, 0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 0,
			       1, 3, 3, 7 },
	.has_ts = true, .ts_val = 0xcafebabe, .has_ws = true, .wscale = 7, .sack_ok = true,
};
FIXTURE_VARIANT_ADD(options, ts_alone) {
	.len = 10, .octets = { 8, 10, 0, 0, 0, 9, 0, 0, 0, 0 },
	.has_ts = true, .ts_val = 9,
};
/* what stands behind the aligned form is read as well */
FIXTURE_VARIANT_ADD(options, ws_behind_ts_aligned) {
	.len = 16, .octets = { 1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 1, 1, 3, 3, 9 },
	.has_ts = true, .ts_val = 7, .has_ws = true, .wscale = 9,
};
FIXTURE_VARIANT_ADD(options, bad_behind_ts_aligned) {
	.len = 16, .octets = { 1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 1, 1, 1, 3, 9 },
	.has_ts = true, .ts_val = 7, .bad = true,
};
FIXTURE_VARIANT_ADD(options, ws) {
	.len = 4, .octets = { 3, 3, 14, 0 }, .has_ws = true, .wscale = 14,
};
FIXTURE_VARIANT_ADD(options, ws_0) {
	.len = 4, .octets = { 3, 3, 0, 0 }, .has_ws = true, .wscale = 0,
};
/* RFC 7323 2.3: more than 14 is 14 */
FIXTURE_VARIANT_ADD(options, ws_15) {
	.len = 4, .octets = { 3, 3, 15, 0 }, .has_ws = true, .wscale = 14,
};
FIXTURE_VARIANT_ADD(options, ws_255) {
	.len = 4, .octets = { 3, 3, 255, 0 }, .has_ws = true, .wscale = 14,
};
FIXTURE_VARIANT_ADD(options, ws_twice) {
	.len = 8, .octets = { 3, 3, 2, 1, 3, 3, 5, 1 }, .has_ws = true, .wscale = 5,
};
FIXTURE_VARIANT_ADD(options, ws_wrong_length) { .len = 4, .octets = { 3, 4, 14, 0 } };
/* the first four octets of the aligned form, but no room for the rest of it */
FIXTURE_VARIANT_ADD(options, ts_aligned_cut) {
	.len = 8, .octets = { 1, 1, 8, 10, 1, 2, 3, 4 }, .bad = true,
};
FIXTURE_VARIANT_ADD(options, ts_wrong_length) {
	.len = 8, .octets = { 8, 6, 1, 2, 3, 4, 1, 1 },	/* skipped like an unknown one */
};
FIXTURE_VARIANT_ADD(options, ts_behind_sack) {
	.len = 20, .octets = { 5, 10, 1, 2, 3, 4, 5, 6, 7, 8, 8, 10, 0, 0, 1, 0, 0, 0, 0, 0 },
	.has_ts = true, .ts_val = 256,
	.has_sack = true, .sack_start = 0x01020304, .sack_end = 0x05060708,
};
/* how Linux answers a keep-alive on a connection with timestamps: a D-SACK (RFC 2883) */
FIXTURE_VARIANT_ADD(options, sack_behind_ts_aligned) {
	.len = 24, .octets = { 1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 1,
			       1, 1, 5, 10, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0 },
	.has_ts = true, .ts_val = 7,
	.has_sack = true, .sack_start = 0xffffffff, .sack_end = 0,
};
/* of several blocks the first */
FIXTURE_VARIANT_ADD(options, sack_four_blocks) {
	.len = 36, .octets = { 1, 1, 5, 34, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4,
			       0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8 },
	.has_sack = true, .sack_start = 1, .sack_end = 2,
};
FIXTURE_VARIANT_ADD(options, sack_no_block) { .len = 4, .octets = { 5, 2, 1, 1 } };
FIXTURE_VARIANT_ADD(options, sack_half_block) { .len = 8, .octets = { 5, 6, 0, 0, 0, 1, 1, 1 } };
FIXTURE_VARIANT_ADD(options, sack_block_and_half) {
	.len = 16, .octets = { 5, 14, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1 },
};
FIXTURE_VARIANT_ADD(options, sack_cut) {
	.len = 8, .octets = { 5, 10, 0, 0, 0, 1, 0, 0 }, .bad = true,
};
FIXTURE_VARIANT_ADD(options, sack_ok) { .len = 4, .octets = { 4, 2, 1, 1 }, .sack_ok = true };
FIXTURE_VARIANT_ADD(options, sack_ok_wrong_length) { .len = 4, .octets = { 4, 3, 1, 1 } };
/* nothing after the end-of-list octet counts (RFC 9293 3.2) */
FIXTURE_VARIANT_ADD(options, ts_behind_the_end) {
	.len = 12, .octets = { 0, 0, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8 },
};
FIXTURE_VARIANT_ADD(options, unknown_kind) {
	.len = 4, .octets = { 254, 4, 1, 2 },
};
FIXTURE_VARIANT_ADD(options, kind_without_length) {
	.len = 1, .octets = { 2 }, .bad = true,
};
FIXTURE_VARIANT_ADD(options, kind_without_length_at_the_end) {
	.len = 4, .octets = { 1, 1, 1, 8 }, .bad = true,
};
/* would loop for ever in a parser that believes it */
FIXTURE_VARIANT_ADD(options, length_0) { .len = 4, .octets = { 2, 0, 0, 0 }, .bad = true };
FIXTURE_VARIANT_ADD(options, length_1) { .len = 4, .octets = { 2, 1, 0, 0 }, .bad = true };
FIXTURE_VARIANT_ADD(options, length_beyond) { .len = 4, .octets = { 2, 5, 0, 0 }, .bad = true };
FIXTURE_VARIANT_ADD(options, length_255) { .len = 4, .octets = { 2, 255, 0, 0 }, .bad = true };
FIXTURE_VARIANT_ADD(options, length_exact) { .len = 4, .octets = { 2, 4, 5, 180 } };
FIXTURE_VARIANT_ADD(options, ts_kept_before_a_bad_one) {
	.len = 12, .octets = { 8, 10, 0, 0, 0, 5, 0, 0, 0, 0, 3, 9 },
	.has_ts = true, .ts_val = 5, .bad = true,
};

FIXTURE_SETUP(options)
{
	/* on the heap and of exact size, so that ASan sees one octet too far */
	u8 *copy = malloc(variant->len ? variant->len : 1);

	ASSERT_NE(NULL, copy);
	memcpy(copy, variant->octets, variant->len);
	memset(&self->opt, 0xff, sizeof(self->opt));
	rstg_tcpopt_walk(&self->opt, copy, variant->len);
	free(copy);
}

FIXTURE_TEARDOWN(options)
{
}

TEST_F(options, parsed)
{
	EXPECT_EQ(variant->bad, self->opt.bad);
	EXPECT_EQ(variant->has_ws, self->opt.has_ws);
	EXPECT_EQ(variant->wscale, self->opt.wscale);
	EXPECT_EQ(variant->sack_ok, self->opt.sack_ok);
	EXPECT_EQ(variant->has_sack, self->opt.has_sack);
	EXPECT_EQ(variant->sack_start, self->opt.sack_start);
	EXPECT_EQ(variant->sack_end, self->opt.sack_end);
	ASSERT_EQ(variant->has_ts, self->opt.has_ts);
	if (variant->has_ts)
		EXPECT_EQ(variant->ts_val, self->opt.ts_val);
}

/* The short way sees what the walk sees, and takes nothing else for it. */
TEST_F(options, only_ts)
{
	bool only_ts = rstg_tcpopt_only_ts(variant->octets, variant->len);

	EXPECT_EQ(only_ts, variant->len == 12 && !memcmp(variant->octets, "\1\1\10\12", 4));
	if (only_ts)
		EXPECT_EQ(self->opt.ts_val, get_unaligned_be32(variant->octets + 4));
}

/* Whatever stands there and wherever it is cut: it ends, and within the octets. */
TEST(random_octets)
{
	struct rstg_tcpopt opt;
	unsigned int round;
	u32 len, i;

	srand(4);
	for (round = 0; round < 2000; round++) {
		for (len = 0; len <= OPT_MAX; len++) {
			u8 *p = malloc(len ? len : 1);

			ASSERT_NE(NULL, p);
			/* small numbers are kinds and lengths, and so get far */
			for (i = 0; i < len; i++)
				p[i] = rand() % (round & 1 ? 12 : 256);
			rstg_tcpopt_walk(&opt, p, len);
			if (opt.bad)
				EXPECT_GT(len, 0);
			free(p);
		}
	}
}

TEST_HARNESS_MAIN
