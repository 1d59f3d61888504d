// SPDX-License-Identifier: GPL-2.0-only
/* What was seen once is found once, by either side's packets, until as many came since. */
#include "env.h"
#include "glimpse.h"
#include "tuples.h"

#include "kselftest_harness.h"

#define MANY	(3 * GLIMPSES_MAX)

FIXTURE(seen) {
	struct flowmap *map;	/* for its secret */
	struct glimpses *g;
};

static void forget(struct flowmap_entry *e)
{
}

FIXTURE_SETUP(seen)
{
	self->map = flowmap_new(1, forget);
	self->g = glimpses_new();
	ASSERT_TRUE(self->map && self->g);
}

FIXTURE_TEARDOWN(seen)
{
	glimpses_free(self->g);
	flowmap_free(self->map);
}

static void add(const struct flowmap *map, struct glimpses *g, uint32_t i)
{
	const struct flowmap_key key = tuple_key(map, i);
	const struct rstg_pkt pkt = tuple_pkt(i);

	glimpses_add(g, &key, &pkt, 1000ULL + i);
}

/* Returns whether it was there, and is what was added. */
static bool take(const struct flowmap *map, struct glimpses *g, uint32_t i)
{
	const struct flowmap_key key = tuple_key(map, i);
	const struct glimpse *one = glimpses_take(g, &key);

	return one && one->pkt.seq == i && one->now_ns == 1000ULL + i;
}

TEST_F(seen, nothing_yet)
{
	EXPECT_FALSE(take(self->map, self->g, 0));
	EXPECT_FALSE(take(self->map, self->g, 1));
}

TEST_F(seen, once)
{
	add(self->map, self->g, 1);
	EXPECT_FALSE(take(self->map, self->g, 2));
	EXPECT_TRUE(take(self->map, self->g, 1));
	EXPECT_FALSE(take(self->map, self->g, 1));
}

TEST_F(seen, by_the_answer)
{
	const struct rstg_pkt syn = tuple_pkt(1);
	struct rstg_pkt answer = syn;
	struct flowmap_key key, back;

	answer.saddr = syn.daddr;
	answer.daddr = syn.saddr;
	answer.sport = syn.dport;
	answer.dport = syn.sport;
	EXPECT_NE(flowmap_key(self->map, &key, &syn), flowmap_key(self->map, &back, &answer));
	glimpses_add(self->g, &key, &syn, 0);
	EXPECT_NE(NULL, glimpses_take(self->g, &back));
}

TEST_F(seen, ports_and_addresses_count)
{
	struct rstg_pkt pkt = tuple_pkt(1);
	struct flowmap_key key;

	add(self->map, self->g, 1);
	pkt.sport++;
	flowmap_key(self->map, &key, &pkt);
	EXPECT_EQ(NULL, glimpses_take(self->g, &key));
}

TEST_F(seen, again_on_the_same_ports)
{
	uint32_t i;

	for (i = 0; i < MANY; i++) {
		add(self->map, self->g, 1);
		ASSERT_TRUE(take(self->map, self->g, 1));
		ASSERT_FALSE(take(self->map, self->g, 1));
	}
}

TEST_F(seen, the_latest_so_many)
{
	uint32_t i;

	for (i = 0; i < MANY; i++)
		add(self->map, self->g, i);
	for (i = 0; i < MANY - GLIMPSES_MAX; i++)
		ASSERT_FALSE(take(self->map, self->g, i));
	for (; i < MANY; i++)
		ASSERT_TRUE(take(self->map, self->g, i));
}

/* Buckets have several: taking one out must not lose its neighbours, nor keep it. */
TEST_F(seen, taken_in_any_order)
{
	uint32_t i, at;

	for (i = 0; i < GLIMPSES_MAX; i++)
		add(self->map, self->g, i);
	for (i = 0; i < GLIMPSES_MAX; i++) {
		at = i * 40503U % GLIMPSES_MAX;	/* odd: each once */
		ASSERT_TRUE(take(self->map, self->g, at));
	}
	for (i = 0; i < GLIMPSES_MAX; i++)
		ASSERT_FALSE(take(self->map, self->g, i));
}

/* One that was taken makes no room: age is counted in those that came since. */
TEST_F(seen, taken_leave_a_hole)
{
	uint32_t i;

	for (i = 0; i < GLIMPSES_MAX; i++)
		add(self->map, self->g, i);
	EXPECT_TRUE(take(self->map, self->g, 7));
	add(self->map, self->g, GLIMPSES_MAX);
	EXPECT_FALSE(take(self->map, self->g, 0));
	EXPECT_TRUE(take(self->map, self->g, 1));
}

TEST_HARNESS_MAIN
