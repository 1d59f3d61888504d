// SPDX-License-Identifier: GPL-2.0-only
/* Networks as users write them, and as they are shown. */
#include "prefix.h"

#include "kselftest_harness.h"

static const char *shown(const char *text)
{
	static char buf[PREFIX_STRLEN];
	struct prefix p;

	if (!prefix_parse(text, &p))
		return "refused";
	prefix_fmt(buf, &p);
	return buf;
}

TEST(what_is_behind_the_length_does_not_count)
{
	EXPECT_STREQ("192.0.2.7", shown("192.0.2.7"));
	EXPECT_STREQ("192.0.2.7", shown("192.0.2.7/32"));
	EXPECT_STREQ("192.0.2.0/24", shown("192.0.2.7/24"));
	EXPECT_STREQ("192.0.2.4/31", shown("192.0.2.5/31"));
	EXPECT_STREQ("0.0.0.0/0", shown("192.0.2.7/0"));
	EXPECT_STREQ("2001:db8::1", shown("2001:db8::1"));
	EXPECT_STREQ("2001:db8::1", shown("2001:db8::1/128"));
	EXPECT_STREQ("2001:db8::/33", shown("2001:db8:7fff::1/33"));
	EXPECT_STREQ("::/0", shown("2001:db8::1/0"));
}

/* A mapped address is the IPv4 one; a network of less than 96 bits holds more than those. */
TEST(mapped)
{
	EXPECT_STREQ("192.0.2.7", shown("::ffff:192.0.2.7"));
	EXPECT_STREQ("192.0.2.0/24", shown("::ffff:192.0.2.7/120"));
	EXPECT_STREQ("0.0.0.0/0", shown("::ffff:192.0.2.7/96"));
	EXPECT_STREQ("::/64", shown("::ffff:192.0.2.7/64"));
}

TEST(others_are_refused)
{
	static const char *const texts[] = {
		"", "/", "192.0.2", "192.0.2.7/", "192.0.2.7/33", "192.0.2.7/-1", "192.0.2.7/ 8",
		"192.0.2.7/8x", "2001:db8::/129", "2001:db8", "mail.example.test", "192.0.2.7 ",
		"2001:0db8:0000:0000:0000:0000:192.000.002.0070000000000000000000000000000000",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		EXPECT_STREQ("refused", shown(texts[i]));
}

TEST_HARNESS_MAIN
