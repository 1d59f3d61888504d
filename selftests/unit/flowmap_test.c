// SPDX-License-Identifier: GPL-2.0-only
/* Who has to go when there is no room, and that nobody goes unnoticed. */
#include "env.h"
#include "flowmap.h"
#include "limits.h"
#include "tuples.h"

#include "kselftest_harness.h"

#define ROOM	4
#define NS_PER_SEC	1000000000ULL

static unsigned int gone;	/* flows forgotten */
static uint32_t last_gone;	/* the latest of them */

static void forget(struct flowmap_entry *e)
{
	gone++;
	last_gone = e->flow.dir[0].max_end;
}

/* Connection @i has a packet; true: it was there before. */
static bool packet(struct flowmap *map, uint32_t i, bool open, uint64_t now_ns)
{
	const struct flowmap_key key = tuple_key(map, i);
	struct flowmap_entry *e = flowmap_find(map, &key, now_ns);
	const bool found = e;

	if (!e)
		e = flowmap_add(map, &key, now_ns);
	e->flow.dir[0].flags = RSTG_D_SEEN | (open ? RSTG_D_OPEN : 0);
	e->flow.dir[0].last = rstg_beat(now_ns);
	e->flow.dir[0].max_end = i;
	flowmap_used(map, e);
	return found;
}

static bool there(struct flowmap *map, uint32_t i, uint64_t now_ns)
{
	const struct flowmap_key key = tuple_key(map, i);

	return flowmap_find(map, &key, now_ns);
}

FIXTURE(map) {
	struct flowmap *map;
};

FIXTURE_SETUP(map)
{
	gone = 0;
	self->map = flowmap_new(ROOM, forget);
	ASSERT_NE(NULL, self->map);
}

FIXTURE_TEARDOWN(map)
{
	flowmap_free(self->map);
}

TEST_F(map, finds_what_was_added)
{
	EXPECT_FALSE(packet(self->map, 1, false, 0));
	EXPECT_FALSE(packet(self->map, 2, false, 0));
	EXPECT_TRUE(packet(self->map, 1, false, 0));
	EXPECT_FALSE(there(self->map, 3, 0));
	EXPECT_EQ(0, gone);
}

TEST_F(map, expired_is_gone)
{
	packet(self->map, 1, false, 0);
	packet(self->map, 2, true, 0);
	EXPECT_TRUE(there(self->map, 1, 29 * NS_PER_SEC));
	EXPECT_FALSE(there(self->map, 1, 31 * NS_PER_SEC));
	EXPECT_EQ(1, gone);
	EXPECT_TRUE(there(self->map, 2, 31 * NS_PER_SEC));
	EXPECT_FALSE(packet(self->map, 1, false, 31 * NS_PER_SEC));
}

TEST_F(map, unopened_goes_first)
{
	uint32_t i;

	for (i = 0; i < ROOM; i++)
		packet(self->map, i, i != 2, i);
	packet(self->map, ROOM, true, ROOM);
	EXPECT_EQ(1, gone);
	EXPECT_EQ(2, last_gone);
}

TEST_F(map, oldest_goes)
{
	uint32_t i;

	for (i = 0; i < ROOM; i++)
		packet(self->map, i, true, i);
	packet(self->map, 0, true, ROOM);	/* used again: 1 is the oldest now */
	packet(self->map, ROOM, true, ROOM);
	EXPECT_EQ(1, gone);
	EXPECT_EQ(1, last_gone);
}

TEST_F(map, expired_goes_before_unopened)
{
	const uint64_t later = 7300 * NS_PER_SEC;	/* RSTG_AGE_OPEN is 7,200 */
	uint32_t i;

	packet(self->map, 0, true, 0);
	for (i = 1; i < ROOM; i++)
		packet(self->map, i, false, later);
	packet(self->map, ROOM, false, later);
	EXPECT_EQ(1, gone);
	EXPECT_EQ(0, last_gone);
}

TEST_F(map, memory_is_bounded)
{
	uint32_t i;

	for (i = 0; i < 1000; i++)
		packet(self->map, i, true, i);
	EXPECT_EQ(1000 - ROOM, gone);
	for (i = 0; i < 1000; i++)
		ASSERT_EQ(i >= 1000 - ROOM, there(self->map, i, 1000));
}

TEST_F(map, none_is_lost)
{
	uint32_t i;

	for (i = 0; i < ROOM; i++)
		packet(self->map, i, i % 2, 0);
	flowmap_free(self->map);
	EXPECT_EQ(ROOM, gone);
	self->map = NULL;
}

/* However large the map: those that never opened push out each other, oldest first. */
TEST(unopened_are_bounded)
{
	struct flowmap *map = flowmap_new(FLOWMAP_MAX, forget);
	uint32_t i;

	gone = 0;
	packet(map, 0, true, 0);
	for (i = 1; i <= FLOWMAP_UNOPENED_MAX; i++)
		packet(map, i, false, 0);
	EXPECT_EQ(0, gone);
	packet(map, 1, false, 0);		/* used again: 2 is the oldest now */
	for (; i < FLOWMAP_UNOPENED_MAX + 100; i++) {
		packet(map, i, false, 0);
		ASSERT_EQ(i - FLOWMAP_UNOPENED_MAX, gone);
		ASSERT_EQ(gone + 1, last_gone);
	}
	EXPECT_TRUE(there(map, 0, 0));
	EXPECT_TRUE(there(map, 1, 0));
	flowmap_free(map);
}

TEST_HARNESS_MAIN
