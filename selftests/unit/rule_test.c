// SPDX-License-Identifier: GPL-2.0-only
/* Which rule decides about a reset. */
#include "env.h"
#include "rule.h"

#include "kselftest_harness.h"

#define STAGE(name)	BIT_ULL(RSTG_STAGE_##name)
#define SERVICE(name)	BIT(RSTG_SERVICE_##name)
#define SMTP_STAGES	rstg_service_stages(SERVICE(SMTP))
#define HTTP_STAGES	rstg_service_stages(SERVICE(HTTP))

static const struct rstg_pkt pkt = { .sport = 40112, .dport = 2526 };
static const struct rstg_rule otherwise = { .hold = RSTG_HOLD_ALL, .wait = RSTG_WAIT_QUICK };

#define MATCH(rules, stage, services)							\
	rstg_rules_match(rules, ARRAY_SIZE(rules), &pkt,				\
			 (struct rstg_said){ RSTG_STAGE_##stage, services }, &otherwise)

TEST(no_rule)
{
	EXPECT_EQ(NULL, rstg_rules_match(NULL, 0, &pkt, (struct rstg_said){ 0 }, &otherwise));
}

TEST(the_first_that_fits)
{
	static const struct rstg_rule rules[] = {
		{ .ports = { 25 }, .n_ports = 1 },
		{ .ports = { 25, 2526 }, .n_ports = 2 },
		{ .hold = RSTG_HOLD_ALL },
	};

	EXPECT_EQ(&rules[1], MATCH(rules, UNKNOWN, 0));
}

TEST(either_end_has_the_port)
{
	static const struct rstg_rule rules[] = { { .ports = { 40112 }, .n_ports = 1 } };

	EXPECT_EQ(&rules[0], MATCH(rules, DATA, 0));
}

TEST(port_and_stage)
{
	static const struct rstg_rule rules[] = {
		{ .ports = { 25 }, .n_ports = 1, .stages = STAGE(DATA) },
		{ .ports = { 2526 }, .n_ports = 1, .stages = STAGE(SMTP_EHLO) },
	};

	EXPECT_EQ(NULL, MATCH(rules, DATA, 0));
	EXPECT_EQ(&rules[1], MATCH(rules, SMTP_EHLO, SERVICE(SMTP)));
}

/* Whatever is said later, in TLS as well: one stage of the protocol is enough to name it. */
TEST(mail_stays_mail)
{
	static const struct rstg_rule rules[] = {
		{ .stages = STAGE(SMTP_GREETING), .hold = RSTG_HOLD_ALL },
	};

	EXPECT_EQ(NULL, MATCH(rules, TLS_CLIENT_HELLO, 0));
	EXPECT_EQ(NULL, MATCH(rules, TLS_CLIENT_HELLO, SERVICE(IMAP)));
	EXPECT_EQ(&rules[0], MATCH(rules, TLS_CLIENT_HELLO, SERVICE(SMTP)));
	EXPECT_EQ(&rules[0], MATCH(rules, STARTTLS, SERVICE(SMTP)));
	EXPECT_EQ(&rules[0], MATCH(rules, DATA, SERVICE(SMTP) | SERVICE(FTP)));
	EXPECT_EQ(&rules[0], MATCH(rules, DATA, SERVICE(SMTP) | SERVICE(HTTP) | SERVICE(XMPP)));
}

/* STARTTLS belongs to whoever asks. */
TEST(a_stage_of_no_protocol)
{
	static const struct rstg_rule rules[] = { { .stages = STAGE(STARTTLS) } };

	EXPECT_EQ(&rules[0], MATCH(rules, STARTTLS, SERVICE(XMPP)));
	EXPECT_EQ(NULL, MATCH(rules, TLS_CLIENT_HELLO, SERVICE(XMPP)));
}

/* An HTTP answer forged ahead of the greeting, in a segment that nobody takes. */
TEST(no_forged_protocol_makes_it_less_strict)
{
	struct rstg_rule rules[2];
	u8 hold, wait, order;

	for (order = 0; order < 2; order++)
		for (hold = 0; hold <= RSTG_HOLD_NONE; hold++)
			for (wait = 0; wait <= RSTG_WAIT_PATIENT; wait++) {
				struct rstg_rule *mail = &rules[order], *web = &rules[!order];

				*mail = (struct rstg_rule){
					.stages = SMTP_STAGES, .hold = RSTG_HOLD_ALL,
					.wait = RSTG_WAIT_PATIENT,
				};
				*web = (struct rstg_rule){
					.stages = HTTP_STAGES, .hold = hold, .wait = wait,
				};
				if (hold == RSTG_HOLD_ALL && wait == RSTG_WAIT_PATIENT)
					continue;
				EXPECT_EQ(web, MATCH(rules, DATA, SERVICE(HTTP)));
				EXPECT_EQ(mail, MATCH(rules, DATA, SERVICE(SMTP)));
				EXPECT_EQ(mail, MATCH(rules, DATA,
						      SERVICE(SMTP) | SERVICE(HTTP)));
			}
}

/* The one that stands first, whichever protocol it is of. */
TEST(of_two_as_strict_the_first)
{
	static const struct rstg_rule rules[] = {
		{ .stages = STAGE(HTTP_REQUEST), .hold = RSTG_HOLD_ALL },
		{ .stages = STAGE(SMTP_EHLO), .hold = RSTG_HOLD_ALL },
	};

	EXPECT_EQ(&rules[0], MATCH(rules, DATA, SERVICE(SMTP) | SERVICE(HTTP)));
}

/* Nor one that no policy is about, nor where no policy is about what it really is. */
TEST(what_holds_otherwise_counts_as_well)
{
	static const struct rstg_rule patient[] = {
		{ .stages = STAGE(SMTP_EHLO), .hold = RSTG_HOLD_ALL, .wait = RSTG_WAIT_PATIENT },
	};
	static const struct rstg_rule none[] = {
		{ .stages = STAGE(HTTP_REQUEST), .hold = RSTG_HOLD_NONE,
		  .wait = RSTG_WAIT_PATIENT },
	};

	EXPECT_EQ(&patient[0], MATCH(patient, DATA, SERVICE(SMTP) | SERVICE(SSH)));
	EXPECT_EQ(&none[0], MATCH(none, DATA, SERVICE(HTTP)));
	EXPECT_EQ(NULL, MATCH(none, DATA, SERVICE(HTTP) | SERVICE(SMTP)));
}

TEST_HARNESS_MAIN
