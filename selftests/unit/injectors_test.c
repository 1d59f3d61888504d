// SPDX-License-Identifier: GPL-2.0-only
/* A file of fingerprints: what it may say, what is refused and how, who gets which name. */
#include "env.h"
#include "injectors.h"

#include "kselftest_harness.h"

FIXTURE(file) {
	struct injectors *all;
	char err[INJECTORS_ERROR];
	struct shot s[BURST_MAX];
	struct named named[BURST_MAX];
};

FIXTURE_SETUP(file)
{
}

FIXTURE_TEARDOWN(file)
{
	injectors_free(self->all);
}

#define FILE_	FIXTURE_DATA(file)

static bool reads(FILE_ *self, const char *text)
{
	FILE *in = fmemopen((char *)text, strlen(text), "r");

	injectors_free(self->all);
	self->err[0] = '\0';
	self->all = injectors_read(in, "file", self->err);
	fclose(in);
	return self->all;
}

static struct shot *shot(FILE_ *self, unsigned int i, u16 flags, u8 ttl, u16 id, u16 win)
{
	struct shot *s = &self->s[i];

	memset(s, 0, sizeof(*s));
	shot_set(s, SHOT_FLAGS, flags);
	shot_set(s, SHOT_TTL, ttl);
	shot_set(s, SHOT_ID, id);
	shot_set(s, SHOT_WIN, win);
	shot_set(s, SHOT_DF, 1);
	shot_set(s, SHOT_SEQ, 1000);
	shot_set(s, SHOT_ACK, 2000);
	shot_set(s, SHOT_LEN, 0);
	return s;
}

/* The names of the first @n RSTs, and how far away. */
static const char *names(FILE_ *self, unsigned int n)
{
	static char said[200];
	unsigned int i;

	injectors_name(self->all, self->s, n, self->named);
	said[0] = '\0';
	for (i = 0; i < n; i++) {
		sprintf(said + strlen(said), "%s%s", i ? " " : "",
			self->named[i].name ? self->named[i].name : "?");
		if (self->named[i].hops != HOPS_UNKNOWN)
			sprintf(said + strlen(said), "@%d", self->named[i].hops);
	}
	return said;
}

#define R	RSTG_RST
#define RA	(RSTG_RST | RSTG_ACK)

TEST_F(file, the_longest_match_wins_then_the_first)
{
	ASSERT_TRUE(reads(self, "injector one\n rst 1 id = 5 | 6 | 7\n"
				"injector same\n rst 1 id = 6\n"
				"injector two\n rst 2 id = 6 # two of it\n"));
	shot(self, 0, R, 60, 5, 0);
	shot(self, 1, R, 60, 6, 0);
	shot(self, 2, R, 60, 6, 0);
	shot(self, 3, R, 60, 6, 0);
	shot(self, 4, R, 60, 8, 0);
	EXPECT_STREQ("one@4 two@4 two@4 one@4 ?@4", names(self, 5));
	EXPECT_EQ(0, self->named[0].match);
	EXPECT_EQ(1, self->named[2].match);
	EXPECT_EQ(4, self->named[4].match);
}

TEST_F(file, a_line_gives_back_what_the_next_one_needs)
{
	ASSERT_TRUE(reads(self, "injector x\nrst 1..3 win = 1\nrst 1 win = 1, id = prev.id + 1\n"));
	shot(self, 0, R, 60, 5, 1);
	shot(self, 1, R, 60, 5, 1);
	shot(self, 2, R, 60, 6, 1);
	EXPECT_STREQ("x@4 x@4 x@4", names(self, 3));
	shot(self, 2, R, 60, 7, 1);
	EXPECT_STREQ("?@4 ?@4 ?@4", names(self, 3));
}

TEST_F(file, counts)
{
	unsigned int i;

	ASSERT_TRUE(reads(self, "injector x\nrst 2+ win = 1\n"));
	for (i = 0; i < BURST_MAX; i++)
		shot(self, i, R, 130, 5, 1);
	EXPECT_STREQ("?", names(self, 1));
	EXPECT_STREQ("x x", names(self, 2));
	names(self, BURST_MAX);
	EXPECT_EQ(0, self->named[BURST_MAX - 1].match);
}

TEST_F(file, distance)
{
	shot(self, 0, R, 61, 5, 0);
	ASSERT_TRUE(reads(self, "injector x\nrst 1 win = 0\n"));
	EXPECT_STREQ("x@3", names(self, 1));
	ASSERT_TRUE(reads(self, "injector x\ninitial random\nrst 1 win = 0\n"));
	EXPECT_STREQ("x", names(self, 1));
	ASSERT_TRUE(reads(self, "injector x\ninitial 48 + 20\nrst 1 win = 0\n"));
	EXPECT_STREQ("x@7", names(self, 1));
	/* from there it cannot come: further than any path, or from behind us */
	ASSERT_TRUE(reads(self, "injector x\ninitial 128\nrst 1 win = 0\n"));
	EXPECT_STREQ("?@3", names(self, 1));
	ASSERT_TRUE(reads(self, "injector x\ninitial 60\nrst 1 win = 0\n"));
	EXPECT_STREQ("?@3", names(self, 1));
}

TEST(distance_by_ttl)
{
	EXPECT_EQ(0, hops_of(64));
	EXPECT_EQ(40, hops_of(24));
	EXPECT_EQ(HOPS_UNKNOWN, hops_of(23));
	EXPECT_EQ(HOPS_UNKNOWN, hops_of(65));
	EXPECT_EQ(40, hops_of(88));
	EXPECT_EQ(0, hops_of(128));
	EXPECT_EQ(HOPS_UNKNOWN, hops_of(129));
	EXPECT_EQ(7, hops_of(248));
	EXPECT_EQ(0, hops_of(255));
	EXPECT_EQ(HOPS_UNKNOWN, hops_of(0));
}

TEST_F(file, nothing_in_it_names_nobody)
{
	ASSERT_TRUE(reads(self, "# nobody yet\n\n"));
	shot(self, 0, R, 61, 5, 0);
	EXPECT_STREQ("?@3", names(self, 1));
}

TEST_F(file, refusals)
{
	static const struct {
		const char *text;
		const char *says;
	} all[] = {
		{ "rst 1 id = 0\n", "file:1: injector expected before rst" },
		{ "\n# no\ninjektor x\n",
		  "file:3: injector, text, initial or rst expected, not \"injektor\"" },
		{ "injector Big\n",
		  "file:1: name of a-z, 0-9 and - expected, up to 31, not \"Big\"" },
		{ "injector unknown\n", "file:1: unknown is what all others are called" },
		{ "injector\n",
		  "file:1: name of a-z, 0-9 and - expected, up to 31, not \"\"" },
		{ "injector x\ninjector y\nrst 1 id = 0\n",
		  "file:2: injector x ends without a line that begins with rst" },
		{ "injector x\n", "file:1: injector x ends without a line that begins with rst" },
		{ "injector x\nrst 0 id = 0\n",
		  "file:2: count expected, as 1, 2..3 or 2+, up to 16, not \"0\"" },
		{ "injector x\nrst 3..2 id = 0\n",
		  "file:2: count expected, as 1, 2..3 or 2+, up to 16, not \"3..2\"" },
		{ "injector x\nrst 17 id = 0\n",
		  "file:2: count expected, as 1, 2..3 or 2+, up to 16, not \"17\"" },
		{ "injector x\nrst id = 0\n",
		  "file:2: count expected, as 1, 2..3 or 2+, up to 16, not \"id\"" },
		{ "injector x\nrst 1\n",
		  "file:2: something that holds for the RST expected at the end" },
		{ "injector x\nrst 1 id = 0,\n",
		  "file:2: number, field or bracket expected at the end" },
		{ "injector x\nrst 1 idx = 0\n",
		  "file:2: name of a field expected at \"idx = 0\"" },
		{ "injector x\ninitial often\n",
		  "file:2: \"random\" or a TTL expected: name of a field expected at \"often\"" },
		{ "injector x\ninitial 64\ninitial random\n",
		  "file:3: injector x has an initial TTL already" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		EXPECT_FALSE(reads(self, all[i].text));
		EXPECT_STREQ(all[i].says, self->err);
	}
}

TEST_F(file, limits)
{
	char text[4000] = "injector x\n", *end;
	unsigned int i;

	for (i = 0; i < 9; i++)
		strcat(text, "rst 1 id = 0\n");
	EXPECT_FALSE(reads(self, text));
	EXPECT_STREQ("file:10: more than 8 lines that begin with rst", self->err);

	end = text + sprintf(text, "injector x\nrst 1 id = 0");
	for (i = 0; i < 16; i++)
		end += sprintf(end, ", id = 0");
	EXPECT_FALSE(reads(self, text));
	EXPECT_STREQ("file:2: more than 16 relations in a line", self->err);

	memset(text, ' ', 600);
	text[600] = '\0';
	EXPECT_FALSE(reads(self, text));
	EXPECT_STREQ("file:1: more than 510 octets in a line", self->err);
}

TEST_F(file, cannot_be_opened)
{
	EXPECT_EQ(NULL, injectors_load("/nonexistent", self->err));
	EXPECT_STREQ("/nonexistent: No such file or directory", self->err);
}

/* --- the ones that come with the program ---------------------------------------------- */

static bool shipped(FILE_ *self)
{
	self->all = injectors_load(INJECTORS_SHIPPED, self->err);
	return self->all;
}

TEST_F(file, shipped_one_is_read)
{
	ASSERT_TRUE(shipped(self));
}

TEST_F(file, gfw_2_needs_two_alike)
{
	ASSERT_TRUE(shipped(self));
	shot(self, 0, RA, 209, 27204, 2977);
	shot(self, 1, RA, 209, 27204, 2977);
	shot(self, 2, RA, 209, 27204, 2977);
	EXPECT_STREQ("gfw-2 gfw-2 gfw-2", names(self, 3));
	EXPECT_STREQ("?", names(self, 1));
	shot(self, 1, RA, 209, 27205, 2977);
	EXPECT_STREQ("? ? ?", names(self, 3));
	/* 65535 - 26835 is 13 windows less 1: the last that fits */
	shot(self, 0, RA, 209, 26835, 2977);
	shot(self, 1, RA, 209, 26835, 2977);
	EXPECT_STREQ("gfw-2 gfw-2", names(self, 2));
	shot(self, 0, RA, 209, 26834, 2977);
	shot(self, 1, RA, 209, 26834, 2977);
	EXPECT_STREQ("? ?", names(self, 2));
}

TEST_F(file, two_injectors_in_one_burst)
{
	ASSERT_TRUE(shipped(self));
	shot_set(shot(self, 0, R, 87, 0, 20092), SHOT_DF, 0);
	shot(self, 1, RA, 150, 27204, 2977);
	shot(self, 2, RA, 150, 27204, 2977);
	EXPECT_STREQ("gfw-1 gfw-2 gfw-2", names(self, 3));
}

/* Known by one number each: no verdict asks for them in a capture. */
TEST_F(file, one_number_each)
{
	static const struct {
		u16 flags;
		u8 ttl;
		u16 id;
		u16 win;
		u8 df;
		const char *name;
	} all[] = {
		{ R, 57, 64, 1700, 0, "gfw-id-64@7" },
		{ R, 57, 64, 1701, 0, "?@7" },
		{ RA, 248, 39219, 9, 0, "gfw-3@7" },
		{ RA, 248, 39220, 9, 0, "?@7" },
		{ RA, 80, 52535, 1000, 1, "gfw-2010@8" },
		{ RA, 80, (u16)(62753 - 79 * 1000), 1000, 1, "gfw-2010@8" },
		{ RA, 80, 52536, 1000, 1, "?" },
		{ RA | RSTG_AE, 46, 5, 5, 1, "gfw-rae@18" },
		{ R, 61, 13330, 0, 1, "packetlogic@3" },
		{ RA, 61, 242, 0, 1, "airtel@3" },
		{ R, 61, 242, 0, 1, "?@3" },
		{ R, 61, 256, 0, 1, "id-256@3" },
		{ RA | RSTG_PSH, 61, 9, 0, 1, "iran-2021@3" },
		{ RA, 61, 1, 0, 1, "russia@3" },
		/* what Linux sends by itself */
		{ R, 61, 0, 0, 1, "?@3" },
		{ RA, 61, 4711, 501, 1, "?@3" },
	};
	unsigned int i;

	ASSERT_TRUE(shipped(self));
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		shot_set(shot(self, 0, all[i].flags, all[i].ttl, all[i].id, all[i].win),
			 SHOT_DF, all[i].df);
		EXPECT_STREQ(all[i].name, names(self, 1)) {
			TH_LOG("row %u", i);
		}
	}
}

TEST_F(file, beside_the_peer_and_the_victim)
{
	struct shot *s;

	ASSERT_TRUE(shipped(self));
	s = shot(self, 0, R, 90, 305, 0);
	shot_set(s, SHOT_PEER_TTL, 52);
	EXPECT_STREQ("victor", names(self, 1));
	shot_set(s, SHOT_PEER_TTL, 53);
	EXPECT_STREQ("?@38", names(self, 1));

	s = shot(self, 0, R, 61, 4685, 0);
	shot_set(s, SHOT_VICTIM_ID, 4711);
	EXPECT_STREQ("gfw-id-26@3", names(self, 1));
	shot_set(s, SHOT_VICTIM_ID, 4685);
	EXPECT_STREQ("brunei@3", names(self, 1));

	s = shot(self, 0, RA, 61, 0, 0);
	shot_set(s, SHOT_VICTIM_SEQ, 2000);
	EXPECT_STREQ("?@3", names(self, 1));	/* acknowledges what was sent */
	shot_set(s, SHOT_VICTIM_SEQ, 1999);
	EXPECT_STREQ("russia@3", names(self, 1));
	shot_set(s, SHOT_VICTIM_SEQ, 2001);
	EXPECT_STREQ("?@3", names(self, 1));	/* not all of it yet */
}

TEST_F(file, steps_through_sequence_space)
{
	unsigned int i;

	ASSERT_TRUE(shipped(self));
	for (i = 0; i < 3; i++)
		shot_set(shot(self, i, R, 45, 300, 0), SHOT_SEQ, 0xfffffe00 + 1460 * i);
	EXPECT_STREQ("gfw-seq-1460@19 gfw-seq-1460@19 gfw-seq-1460@19", names(self, 3));
	for (i = 0; i < 2; i++)
		shot_set(shot(self, i, R, 61, 300 + i, 0), SHOT_SEQ, 1000 + 12503 * i);
	EXPECT_STREQ("sandvine@3 sandvine@3", names(self, 2));
	for (i = 0; i < 5; i++)
		shot_set(shot(self, i, R, 61, 700 + i, 0), SHOT_SEQ, 1000 + (i > 2) * 30);
	EXPECT_STREQ("iran-2013@3 iran-2013@3 iran-2013@3 iran-2013@3 iran-2013@3",
		     names(self, 5));
	for (i = 0; i < 3; i++)
		shot(self, i, RA, 90 + i, 5000 + 77 * i, 1000 + 10 * i);
	EXPECT_STREQ("gfw-2025 gfw-2025 gfw-2025", names(self, 3));
}

TEST_F(file, two_boxes_that_count)
{
	unsigned int i;

	ASSERT_TRUE(shipped(self));
	for (i = 0; i < 4; i++)
		shot(self, i, RA, i & 1 ? 51 : 54, i & 1 ? 41000 + i / 2 : 9000 + i / 2, 0);
	EXPECT_STREQ("china-2012@10 china-2012@13 china-2012@10 china-2012@13", names(self, 4));
	for (i = 0; i < 4; i++)
		shot(self, i, RA, i / 2 ? 51 : 54, i / 2 ? 41000 + i : 9000 + i, 0);
	EXPECT_STREQ("china-2012@10 china-2012@10 china-2012@13 china-2012@13", names(self, 4));
	/* four of different TTL count nothing */
	for (i = 0; i < 4; i++)
		shot(self, i, RA, 50 + i, 9000 + i, 0);
	EXPECT_STREQ("?@14 ?@13 ?@12 ?@11", names(self, 4));
}

TEST_F(file, payload)
{
	static const u8 ten[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 0 };
	struct shot *s;

	ASSERT_TRUE(shipped(self));
	s = shot(self, 0, RA, 58, 1, 65535);
	shot_set(s, SHOT_DF, 0);
	shot_set(s, SHOT_LEN, 10);
	memcpy(s->data, ten, 10);
	s->data_n = 10;
	EXPECT_STREQ("henan@6", names(self, 1));
	s->data_n = 0;		/* headers only */
	EXPECT_STREQ("henan@6", names(self, 1));
	s = shot(self, 0, RA, 61, 777, 0);
	shot_set(s, SHOT_LEN, 22);
	s->data_n = 22;
	EXPECT_STREQ("tajikistan@3", names(self, 1));
	s->data[21] = 1;
	EXPECT_STREQ("?@3", names(self, 1));
}

TEST_HARNESS_MAIN
