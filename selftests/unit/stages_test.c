// SPDX-License-Identifier: GPL-2.0-only
/* The tables of stages and notices: their order is netlink ABI, their names are JSON's. */
#include "env.h"
#include "stages.h"

#include <ctype.h>

#include "kselftest_harness.h"

/* What has been released. Append here what is appended there, change nothing. */
static const char *const released[] = {
	"unknown", "syn", "handshake", "starttls", "starttls-accepted", "starttls-refused",
	"smtp-greeting", "smtp-ehlo", "smtp-capabilities", "smtp-command", "smtp-data",
	"imap-greeting", "imap-command", "pop3-greeting", "pop3-command",
	"ftp-greeting", "ftp-command", "xmpp-stream",
	"tls-client-hello", "tls-server-hello", "tls-alert", "tls-established",
	"openvpn-reset", "openvpn-data", "ssh-banner", "http-request", "http-response", "data",
};

static const char *const released_notices[] = {
	"starttls-offered", "starttls-absent", "capability-masked", "greeting-masked",
	"command-mangled", "starttls-refused",
};

TEST(positions_are_abi)
{
	unsigned int i;

	ASSERT_EQ(ARRAY_SIZE(released), RSTG_STAGE_MAX);
	for (i = 0; i < RSTG_STAGE_MAX; i++)
		EXPECT_STREQ(released[i], rstg_stages[i].name);
	ASSERT_EQ(ARRAY_SIZE(released_notices), RSTG_NOTICE_MAX);
	for (i = 0; i < RSTG_NOTICE_MAX; i++)
		EXPECT_STREQ(released_notices[i], rstg_notices[i].name);
}

static bool is_name(const char *s)
{
	if (!islower((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '-')
			return false;
	return true;
}

/* Each is a line for people, and no other has the same. */
static void look(struct __test_metadata *_metadata, const struct rstg_stage_info *info,
		 unsigned int n)
{
	unsigned int i, j;

	for (i = 0; i < n; i++) {
		size_t len = strlen(info[i].text);

		EXPECT_TRUE(is_name(info[i].name));
		EXPECT_GT(len, 10);
		EXPECT_LT(len, 80);
		EXPECT_NE('.', info[i].text[len - 1]);
		for (j = 0; j < i; j++) {
			EXPECT_STRNE(info[j].name, info[i].name);
			EXPECT_STRNE(info[j].text, info[i].text);
		}
	}
}

TEST(stages)
{
	look(_metadata, rstg_stages, RSTG_STAGE_MAX);
}

/* By their names, which say it as well. */
TEST(services)
{
	static const struct {
		const char *prefix;
		enum rstg_service service;
	} known[] = {
		{ "smtp-", RSTG_SERVICE_SMTP }, { "imap-", RSTG_SERVICE_IMAP },
		{ "pop3-", RSTG_SERVICE_POP3 }, { "ftp-", RSTG_SERVICE_FTP },
		{ "xmpp-", RSTG_SERVICE_XMPP }, { "openvpn-", RSTG_SERVICE_VPN },
		{ "ssh-", RSTG_SERVICE_SSH }, { "http-", RSTG_SERVICE_HTTP },
	};
	u64 all = 0, stages;
	unsigned int i, j;

	for (j = 0; j < ARRAY_SIZE(known); j++) {
		stages = rstg_service_stages(BIT(known[j].service));
		EXPECT_NE(0, stages);
		EXPECT_EQ(0, all & stages);
		all |= stages;
		for (i = 0; i < RSTG_STAGE_MAX; i++)
			EXPECT_EQ(!strncmp(rstg_stages[i].name, known[j].prefix,
					   strlen(known[j].prefix)), !!(stages & BIT_ULL(i)));
	}
	EXPECT_EQ(RSTG_SERVICE_MAX, j);
	EXPECT_EQ(all, rstg_service_stages(0xff));
	for (i = 0; i < RSTG_STAGE_MAX; i++)
		EXPECT_EQ(!!(all & BIT_ULL(i)), !!rstg_stage_service(i));
}

TEST(notices)
{
	look(_metadata, rstg_notices, RSTG_NOTICE_MAX);
}

TEST_HARNESS_MAIN
