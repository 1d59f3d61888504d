// SPDX-License-Identifier: GPL-2.0-only
/* What fingerprints may ask: arithmetic that wraps, and complaints that help. */
#include "env.h"
#include "relation.h"

#include "kselftest_harness.h"

#define PREV_ID	65500

/* A RST, and one before it; IPv6 has no IP-ID: the third is one. */
static const struct shot *three(void)
{
	static struct shot s[3];

	memset(s, 0, sizeof(s));
	shot_set(&s[0], SHOT_ID, PREV_ID);
	shot_set(&s[0], SHOT_TTL, 61);
	shot_set(&s[0], SHOT_WIN, 1000);
	shot_set(&s[0], SHOT_SEQ, 0xfffffff0);
	shot_set(&s[1], SHOT_ID, 27204);
	shot_set(&s[1], SHOT_TTL, 62);
	shot_set(&s[1], SHOT_WIN, 2977);
	shot_set(&s[1], SHOT_SEQ, 0x10);
	shot_set(&s[1], SHOT_ACK, 7);
	shot_set(&s[1], SHOT_FLAGS, RSTG_RST | RSTG_ACK);
	shot_set(&s[1], SHOT_SPORT, 443);
	shot_set(&s[2], SHOT_TTL, 61);
	s[1].data_n = 3;
	memcpy(s[1].data, "\1\2\3", 3);
	return s;
}

/* 1, 0, or -1 if it does not parse. */
static int says(const char *text, unsigned int first, unsigned int at)
{
	char err[EXPR_ERROR];
	struct relation *r = relation_parse(text, err);
	int holds;

	if (!r)
		return -1;
	holds = relation_holds(r, three(), first, at);
	relation_free(r);
	return holds;
}

static int is(const char *text)
{
	return says(text, 1, 1);
}

TEST(arithmetic)
{
	EXPECT_EQ(1, is("win = 2977"));
	EXPECT_EQ(0, is("win = 2978"));
	EXPECT_EQ(1, is("win = 0xba1"));
	EXPECT_EQ(1, is("win = 1 + 2 * 1488"));
	EXPECT_EQ(1, is("win=(1+2)*992+1"));
	EXPECT_EQ(1, is("win - 1 - 1 = 2975"));
	EXPECT_EQ(1, is("100 / 10 / 5 = 2"));
	EXPECT_EQ(1, is("win % 10 = 7"));
	EXPECT_EQ(1, is("(65535 - id) / win = 12"));
	EXPECT_EQ(1, is("-7 / 2 = -4"));
	EXPECT_EQ(1, is("-7 % 3 = 2"));
	EXPECT_EQ(1, is("--win = win"));
}

TEST(equal_means_modulo)
{
	EXPECT_EQ(1, is("id = 27204 - 65536"));
	EXPECT_EQ(1, is("id = 27204 + 10 * 65536"));
	EXPECT_EQ(0, is("id != 27204 + 65536"));
	/* sequence numbers have 32 bits */
	EXPECT_EQ(0, is("seq = 0x10010"));
	EXPECT_EQ(1, is("seq = 0x10 + 0x80000000 * 2"));
	EXPECT_EQ(0, is("seq = 0x10 + 0x80000000"));
	EXPECT_EQ(1, says("seq = prev.seq + 32", 0, 1));
	EXPECT_EQ(1, says("prev.seq = seq - 32", 0, 1));
	/* the others compare as they are */
	EXPECT_EQ(1, is("id < 65536"));
	EXPECT_EQ(0, is("id > 65536 * 2"));
	EXPECT_EQ(1, is("ttl <= 62"));
	EXPECT_EQ(1, is("ttl >= 62"));
	EXPECT_EQ(0, is("ttl > 62"));
	EXPECT_EQ(0, is("ttl < 62"));
}

TEST(ranges_and_alternatives)
{
	EXPECT_EQ(1, is("win = 2977..3000"));
	EXPECT_EQ(1, is("win = 900..2977"));
	EXPECT_EQ(0, is("win = 2978..3000"));
	EXPECT_EQ(0, is("win = 3000..900"));
	EXPECT_EQ(1, is("win = 60000..65536 + 2977"));
	EXPECT_EQ(0, is("win = 60000..65536 + 2976"));
	EXPECT_EQ(1, is("win = 1 | 2 | 2977"));
	EXPECT_EQ(0, is("win = 1 | 2"));
	EXPECT_EQ(0, is("win != 1 | 2977"));
	EXPECT_EQ(1, is("win != 1 | 5..9"));
	EXPECT_EQ(1, is("id = -1 - 13 * win | 27204"));
}

TEST(flags_are_letters)
{
	EXPECT_EQ(1, is("flags = RA"));
	EXPECT_EQ(1, is("flags = AR"));
	EXPECT_EQ(1, is("flags = R | RA"));
	EXPECT_EQ(0, is("flags = R"));
	EXPECT_EQ(0, is("flags = RAN"));
	EXPECT_EQ(-1, is("flags = RX"));
}

TEST(what_was_before)
{
	/* the first of a match: prev is not asked, kin has to be there */
	EXPECT_EQ(1, is("id = prev.id"));
	EXPECT_EQ(1, is("id != prev.id"));
	EXPECT_EQ(0, is("id = kin.id"));
	EXPECT_EQ(0, is("id != kin.id"));

	EXPECT_EQ(0, says("id = prev.id", 0, 1));
	EXPECT_EQ(1, says("ttl = prev.ttl + 1", 0, 1));
	EXPECT_EQ(0, says("ttl = kin.ttl", 0, 1));
	EXPECT_EQ(1, says("ttl = kin.ttl", 0, 2));
	EXPECT_EQ(1, says("kin.id = 65500", 0, 2));
	EXPECT_EQ(0, says("ttl = kin.ttl", 1, 2));
}

/* Nobody can say that it is so, nor that it is not. */
TEST(what_is_not_known_fits_nothing)
{
	EXPECT_EQ(0, says("id = 0", 2, 2));
	EXPECT_EQ(0, says("id != 0", 2, 2));
	EXPECT_EQ(0, says("id < 70000", 2, 2));
	EXPECT_EQ(0, is("peer.id = 0"));
	EXPECT_EQ(0, is("win / 0 = 0"));
	EXPECT_EQ(0, is("win % (ttl - 62) != 1"));
	EXPECT_EQ(0, is("4294967295 * 4294967295 * 4294967295 * 2 != 1"));
	EXPECT_EQ(0, is("4294967295 * 4294967295 != 1"));
}

TEST(payload)
{
	EXPECT_EQ(1, is("data = 01"));
	EXPECT_EQ(1, is("data = 010203"));
	EXPECT_EQ(0, is("data = 01020304"));
	EXPECT_EQ(0, is("data = 02"));
	EXPECT_EQ(-1, is("data = 0"));
	EXPECT_EQ(-1, is("data = xy"));
	EXPECT_EQ(-1, is("data ="));
	EXPECT_EQ(-1, is("data = 01 02"));
	EXPECT_EQ(-1, is("data = 01010101010101010101010101010101010101010101010101"));
}

TEST(complaints)
{
	static const struct {
		const char *text;
		const char *says;
	} all[] = {
		{ "", "number, field or bracket expected at the end" },
		{ "id", "=, !=, <, <=, > or >= expected at the end" },
		{ "id =", "number, field or bracket expected at the end" },
		{ "id = 1 2", "end, or operator, expected at \"2\"" },
		{ "idd = 1", "name of a field expected at \"idd = 1\"" },
		{ "prev.foo = 1", "name of a field expected at \"prev.foo = 1\"" },
		{ "id = (1", "closing bracket expected at the end" },
		{ "id = 4294967296", "number below 2^32 expected at \"4294967296\"" },
		{ "id = 12abc", "number below 2^32 expected at \"12abc\"" },
		{ "id < 1..2", "end, or operator, expected at \"..2\"" },
		{ "id = 1|2|3|4|5|6|7", "more than 6 alternatives" },
		{ "id = ((((((((((1))))))))))", "more than 8 brackets within one another" },
		{ "id = ---------1", "more than 8 brackets within one another" },
		{ "id = 1+1+1+1+1+1+1+1+1+1+1+1+1", "more than 24 numbers, fields, operators" },
	};
	char err[EXPR_ERROR];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		EXPECT_EQ(NULL, relation_parse(all[i].text, err));
		EXPECT_STREQ(all[i].says, err);
	}
}

TEST(a_value_by_itself)
{
	char err[EXPR_ERROR];
	struct expr *e = expr_parse("48 + win % 64", err);
	struct expr_context c = { three(), 1, 1 };
	int64_t value = -1;

	ASSERT_NE(NULL, e);
	EXPECT_EQ(EXPR_KNOWN, expr_value(e, &c, &value));
	EXPECT_EQ(48 + 2977 % 64, value);
	c.at = 2;
	EXPECT_EQ(EXPR_UNKNOWN, expr_value(e, &c, &value));
	expr_free(e);
	EXPECT_EQ(NULL, expr_parse("48 = 2", err));
	EXPECT_STREQ("end, or operator, expected at \"= 2\"", err);
}

TEST_HARNESS_MAIN
