/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dialogs word by word, and what is to be understood after each turn. A test file adds
 * dialogs as variants; each is told in all the ways that TCP may cut it.
 */
#ifndef _SCRIPT_H
#define _SCRIPT_H

#include "env.h"
#include "ear.h"

#include "kselftest_harness.h"

#define TURNS		16

/* One side speaks; without a stage nothing is said that would be one. */
struct turn {
	u8 by;
	const char *text;
	u32 len;
	enum rstg_stage stage;
	u8 notices;
};

#define TURN(by_, text_, stage_, ...)						\
	{ .by = by_, .text = text_, .len = sizeof(text_) - 1, .stage = stage_,	\
	  .notices = (__VA_ARGS__ + 0) }
#define C(text, stage, ...)	TURN(CLIENT, text, RSTG_STAGE_##stage, ##__VA_ARGS__)
#define S(text, stage, ...)	TURN(SERVER, text, RSTG_STAGE_##stage, ##__VA_ARGS__)
#define C_(text, ...)		TURN(CLIENT, text, RSTG_STAGE_UNKNOWN, ##__VA_ARGS__)
#define S_(text, ...)		TURN(SERVER, text, RSTG_STAGE_UNKNOWN, ##__VA_ARGS__)

#define OFFERED		BIT(RSTG_NOTICE_OFFERED)
#define ABSENT		BIT(RSTG_NOTICE_ABSENT)
#define MASKED		BIT(RSTG_NOTICE_MASKED)
#define GREETING	BIT(RSTG_NOTICE_GREETING)
#define MANGLED		BIT(RSTG_NOTICE_MANGLED)
#define REFUSED		BIT(RSTG_NOTICE_REFUSED)

/* How a turn is cut into segments; @k is what the way needs. */
typedef void (*tell_fn)(struct ear *ear, const struct turn *turn, u32 k);

static inline void tell_whole(struct ear *ear, const struct turn *turn, u32 k)
{
	ear_next(ear, turn->by, turn->text, turn->len);
}

static inline void tell_octets(struct ear *ear, const struct turn *turn, u32 k)
{
	u32 i;

	for (i = 0; i < turn->len; i++)
		ear_next(ear, turn->by, turn->text + i, 1);
}

static inline void tell_split(struct ear *ear, const struct turn *turn, u32 k)
{
	u32 first = min_t(u32, k, turn->len);

	ear_next(ear, turn->by, turn->text, first);
	ear_next(ear, turn->by, turn->text + first, turn->len - first);
}

/* Each octet comes again, with others before and behind it, and then says something else. */
static inline void tell_resent(struct ear *ear, const struct turn *turn, u32 k)
{
	static const char lies[] = "\r\nSTARTTLS\r\n250 XXXXXXXA\r\n";
	u32 seq = ear->seq[turn->by], i, n;

	for (i = 0; i < turn->len; i += n) {
		char mixed[8 + 5];

		n = min_t(u32, 5, turn->len - i);
		memcpy(mixed, lies, 8);
		memcpy(mixed + 8, turn->text + i, n);
		if (i < 8)
			ear_segment(ear, turn->by, seq + i, turn->text + i, n);
		else
			ear_segment(ear, turn->by, seq + i - 8, mixed, 8 + n);
		ear_segment(ear, turn->by, seq + i, lies, n);
	}
	ear->seq[turn->by] += turn->len;
}

/* The end of a turn comes first, but the sender does not hear of it and sends all of it again. */
static inline void tell_late(struct ear *ear, const struct turn *turn, u32 k)
{
	u32 seq = ear->seq[turn->by], half = turn->len / 2;

	ear_segment(ear, turn->by, seq + half, turn->text + half, turn->len - half);
	ear_next(ear, turn->by, turn->text, turn->len);
}

static inline void tell_random(struct ear *ear, const struct turn *turn, u32 k)
{
	u32 i = 0, n;

	while (i < turn->len) {
		n = min_t(u32, 1 + rand() % k, turn->len - i);
		ear_next(ear, turn->by, turn->text + i, n);
		i += n;
	}
}

FIXTURE(dialog) {
	struct ear ear;
};

FIXTURE_VARIANT(dialog) {
	struct turn turn[TURNS];
};

FIXTURE_SETUP(dialog)
{
}

FIXTURE_TEARDOWN(dialog)
{
}

static void tell(struct __test_metadata *_metadata, struct ear *ear, const struct turn *turn,
		 tell_fn way, u32 k)
{
	enum rstg_stage stage = RSTG_STAGE_HANDSHAKE;
	unsigned int speaker = SERVER, i;
	u8 notices = 0;

	ear_open(ear);
	for (i = 0; i < TURNS && turn[i].text; i++) {
		way(ear, &turn[i], k);
		if (turn[i].stage != RSTG_STAGE_UNKNOWN) {
			stage = turn[i].stage;
			speaker = turn[i].by;
		}
		notices |= turn[i].notices;
		ASSERT_STREQ(rstg_stages[stage].name,
			     rstg_stages[rstg_stream_stage(&ear->s)].name) {
			TH_LOG("after turn %u, %u", i, k);
		}
		ASSERT_EQ(speaker, rstg_stream_speaker(&ear->s));
		ASSERT_EQ(notices, ear->notices) {
			TH_LOG("after turn %u, %u", i, k);
		}
	}
	EXPECT_FALSE(ear->twice);
	EXPECT_EQ(CLIENT, rstg_stream_client(&ear->s));
}

TEST_F(dialog, whole)
{
	tell(_metadata, &self->ear, variant->turn, tell_whole, 0);
}

TEST_F(dialog, octet_by_octet)
{
	tell(_metadata, &self->ear, variant->turn, tell_octets, 0);
}

TEST_F(dialog, split_anywhere)
{
	u32 k, longest = 0, i;

	for (i = 0; i < TURNS; i++)
		longest = max_t(u32, longest, variant->turn[i].len);
	for (k = 1; k < longest; k++)
		tell(_metadata, &self->ear, variant->turn, tell_split, k);
}

TEST_F(dialog, resent)
{
	tell(_metadata, &self->ear, variant->turn, tell_resent, 0);
}

TEST_F(dialog, end_first)
{
	tell(_metadata, &self->ear, variant->turn, tell_late, 0);
}

TEST_F(dialog, random_segments)
{
	u32 round;

	srand(4);
	for (round = 0; round < 200; round++)
		tell(_metadata, &self->ear, variant->turn, tell_random, 1 + round % 20);
}

#endif /* _SCRIPT_H */
