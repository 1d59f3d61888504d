// SPDX-License-Identifier: GPL-2.0-only
/* The IP-ID of one direction: what kind of field it is and how far it went. */
#include "env.h"
#include "ipid.h"
#include "limits.h"

#include "kselftest_harness.h"

#define IDS_MAX	16

FIXTURE(series) {
	struct rstg_ipid m;
};

FIXTURE_VARIANT(series) {
	u16 id[IDS_MAX];
	unsigned int n;
	enum rstg_ipid_class class;
};

#define IDS(...)	.id = { __VA_ARGS__ }, \
			.n = sizeof((u16[]){ __VA_ARGS__ }) / sizeof(u16)

/* Two steps are too few to call it anything. */
FIXTURE_VARIANT_ADD(series, short) { IDS(5, 6, 7), .class = RSTG_IPID_UNKNOWN };
FIXTURE_VARIANT_ADD(series, counter) { IDS(5, 6, 7, 8), .class = RSTG_IPID_COUNTER };
FIXTURE_VARIANT_ADD(series, counter_wraps) {
	IDS(65533, 65534, 65535, 0, 1, 2), .class = RSTG_IPID_COUNTER
};
/* one counter for all its connections, Windows for a destination: gaps */
FIXTURE_VARIANT_ADD(series, counter_shared) {
	IDS(100, 140, 141, 396, 400), .class = RSTG_IPID_COUNTER
};
FIXTURE_VARIANT_ADD(series, counter_too_fast) {
	IDS(100, 400, 800, 1200), .class = RSTG_IPID_RANDOM
};
/* one packet overtaken by another makes a step back and two ahead: 3 of 4 still decide */
FIXTURE_VARIANT_ADD(series, counter_reordered) {
	IDS(1, 2, 4, 3, 5, 6, 7, 8), .class = RSTG_IPID_COUNTER
};
FIXTURE_VARIANT_ADD(series, zero) { IDS(0, 0, 0, 0), .class = RSTG_IPID_ZERO };
FIXTURE_VARIANT_ADD(series, constant) { IDS(9, 9, 9, 9), .class = RSTG_IPID_CONST };
/* Windows once counted in little endian: 0x0100, 0x0200, ... on the wire */
FIXTURE_VARIANT_ADD(series, swapped) {
	IDS(0xfe00, 0xff00, 0x0001, 0x0101, 0x0201), .class = RSTG_IPID_SWAPPED
};
FIXTURE_VARIANT_ADD(series, random) {
	IDS(31337, 2, 55555, 1024, 40000), .class = RSTG_IPID_RANDOM
};
/* half zero, half not: a balancer over two kinds of host */
FIXTURE_VARIANT_ADD(series, mixed) {
	IDS(0, 0, 0, 700, 701, 0, 0, 9000, 9001), .class = RSTG_IPID_RANDOM
};
/* exactly three quarters of the steps, and one less */
FIXTURE_VARIANT_ADD(series, three_quarters) {
	IDS(1, 2, 3, 4, 50000), .class = RSTG_IPID_COUNTER
};
FIXTURE_VARIANT_ADD(series, below_three_quarters) {
	IDS(1, 2, 3, 50000, 40000), .class = RSTG_IPID_RANDOM
};
/* RFC 6864 lets a sender choose: once it stays at 0 it is no counter any more */
FIXTURE_VARIANT_ADD(series, zero_after_one) {
	IDS(77, 0, 0, 0, 0), .class = RSTG_IPID_ZERO
};

FIXTURE_SETUP(series)
{
	unsigned int i;

	for (i = 0; i < variant->n; i++)
		rstg_ipid_learn(&self->m, variant->id[i], 1, false);
}

FIXTURE_TEARDOWN(series)
{
}

TEST_F(series, class)
{
	EXPECT_EQ(variant->class, rstg_ipid_class(&self->m));
}

TEST_F(series, last)
{
	EXPECT_EQ(variant->id[variant->n - 1], self->m.last);
}

static void count_from(struct rstg_ipid *m, u16 id, unsigned int packets)
{
	while (packets--)
		rstg_ipid_learn(m, id++, 1, false);
}

TEST(nothing_known)
{
	struct rstg_ipid m = {};

	EXPECT_EQ(RSTG_IPID_UNKNOWN, rstg_ipid_class(&m));
}

TEST(gap)
{
	struct rstg_ipid m = {};

	count_from(&m, 65530, 5);	/* last 65534 */
	EXPECT_EQ(0, rstg_ipid_gap(&m, 65534));
	EXPECT_EQ(1, rstg_ipid_gap(&m, 65535));
	EXPECT_EQ(2, rstg_ipid_gap(&m, 0));
	EXPECT_EQ(65535, rstg_ipid_gap(&m, 65533));
}

TEST(gap_swapped)
{
	struct rstg_ipid m = {};

	rstg_ipid_learn(&m, 0x0010, 1, false);
	rstg_ipid_learn(&m, 0x0110, 1, false);
	rstg_ipid_learn(&m, 0x0210, 1, false);
	rstg_ipid_learn(&m, 0x0310, 1, false);
	ASSERT_EQ(RSTG_IPID_SWAPPED, rstg_ipid_class(&m));
	EXPECT_EQ(1, rstg_ipid_gap(&m, 0x0410));
	EXPECT_EQ(0x100, rstg_ipid_gap(&m, 0x0311));
}

/*
 * GRO merges segments and keeps the first IP-ID. Each had one of its own, so what
 * comes next is the first plus their number.
 */
TEST(merged_segments_count)
{
	struct rstg_ipid m = {};

	rstg_ipid_learn(&m, 1000, 1, false);
	rstg_ipid_learn(&m, 1001, 40, false);
	EXPECT_EQ(1040, m.last);
	rstg_ipid_learn(&m, 1041, 44, false);
	rstg_ipid_learn(&m, 1085, 1, false);
	EXPECT_EQ(RSTG_IPID_COUNTER, rstg_ipid_class(&m));
	EXPECT_EQ(1, rstg_ipid_gap(&m, 1086));
}

TEST(merged_across_65535)
{
	struct rstg_ipid m = {};

	rstg_ipid_learn(&m, 65530, 10, false);
	EXPECT_EQ(3, m.last);
}

/* SKB_GSO_TCP_FIXEDID: all had the same one, as from macOS. */
TEST(merged_with_fixed_id)
{
	struct rstg_ipid m = {};
	unsigned int i;

	for (i = 0; i < 5; i++)
		rstg_ipid_learn(&m, 0, 20, true);
	EXPECT_EQ(0, m.last);
	EXPECT_EQ(RSTG_IPID_ZERO, rstg_ipid_class(&m));
}

/* The class follows a sender that changes, as after a failover. */
TEST(class_follows)
{
	struct rstg_ipid m = {};
	unsigned int i;

	count_from(&m, 1, 3000);
	ASSERT_EQ(RSTG_IPID_COUNTER, rstg_ipid_class(&m));
	for (i = 0; i < 2 * RSTG_IPID_WINDOW; i++)
		rstg_ipid_learn(&m, 0, 1, false);
	EXPECT_EQ(RSTG_IPID_ZERO, rstg_ipid_class(&m));
}

/* The counts must stay in their octets however long the connection lives. */
TEST(class_stays)
{
	struct rstg_ipid m = {};
	unsigned int i;

	for (i = 0; i < 200000; i++) {
		rstg_ipid_learn(&m, (u16)i, 1, false);
		if (i >= RSTG_IPID_MIN)
			ASSERT_EQ(RSTG_IPID_COUNTER, rstg_ipid_class(&m));
	}
	EXPECT_GE(RSTG_IPID_WINDOW, m.n);
}

static enum rstg_ipid_class class_of_step(u16 step, bool swapped)
{
	struct rstg_ipid m = {};
	unsigned int i;
	u16 id;

	for (i = 0; i < 4; i++) {
		id = (u16)(i * step);
		rstg_ipid_learn(&m, swapped ? (u16)(id << 8 | id >> 8) : id, 1, false);
	}
	return rstg_ipid_class(&m);
}

/*
 * The widest step that still counts. At 256 itself the counter is one of the other
 * byte order that went on by 1.
 */
TEST(near_edge)
{
	EXPECT_EQ(RSTG_IPID_COUNTER, class_of_step(RSTG_IPID_NEAR - 1, false));
	EXPECT_EQ(RSTG_IPID_SWAPPED, class_of_step(RSTG_IPID_NEAR, false));
	EXPECT_EQ(RSTG_IPID_RANDOM, class_of_step(RSTG_IPID_NEAR + 1, false));
}

TEST(near_edge_swapped)
{
	EXPECT_EQ(RSTG_IPID_SWAPPED, class_of_step(RSTG_IPID_NEAR - 1, true));
	EXPECT_EQ(RSTG_IPID_COUNTER, class_of_step(RSTG_IPID_NEAR, true));
	EXPECT_EQ(RSTG_IPID_RANDOM, class_of_step(RSTG_IPID_NEAR + 1, true));
}

TEST_HARNESS_MAIN
