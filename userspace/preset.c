// SPDX-License-Identifier: GPL-2.0-only
/*
 * Policies that come with this program: the well-known ports of a service, so that it is
 * guarded from its first packet on, and what is said on any other port.
 */
#include <string.h>

#include <linux/rstguard.h>

#include "policy.h"
#include "stages.h"

#define S(name)		BIT_ULL(RSTG_STAGE_##name)

#define PORTS(...)	.ports = { __VA_ARGS__ },				\
			.n_ports = sizeof((uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t)

/*
 * Every reset is held, as without a policy. Where a session is worth more than the seconds
 * that a genuine reset may be late, it is waited for a phone that sleeps or a filled line as
 * well; README has the figures.
 */
static const struct policy presets[] = {
	{
		.name = "mail",
		.n = 2,
		.rule = {
			{	/* smtp, pop3, imap, smtps, submission, imaps, pop3s; what many
				 * providers offer beside 587; managesieve
				 */
				PORTS(25, 110, 143, 465, 587, 993, 995, 2525, 4190),
				.hold = RSTGUARD_HOLD_ALL,
				.wait = RSTGUARD_WAIT_PATIENT,
				.closings = true,
			},
			{
				.stages = S(SMTP_GREETING) | S(SMTP_EHLO) | S(SMTP_CAPABILITIES) |
					  S(SMTP_COMMAND) | S(SMTP_DATA) | S(IMAP_GREETING) |
					  S(IMAP_COMMAND) | S(POP3_GREETING) | S(POP3_COMMAND) |
					  S(STARTTLS) | S(STARTTLS_ACCEPTED) | S(STARTTLS_REFUSED),
				.hold = RSTGUARD_HOLD_ALL,
				.wait = RSTGUARD_WAIT_PATIENT,
				.closings = true,
			},
		},
	},
	{
		.name = "vpn",
		.n = 2,
		.rule = {
			{	/* openvpn, pptp */
				PORTS(1194, 1723),
				.hold = RSTGUARD_HOLD_ALL,
				.wait = RSTGUARD_WAIT_PATIENT,
			},
			{
				.stages = S(OPENVPN_RESET) | S(OPENVPN_DATA),
				.hold = RSTGUARD_HOLD_ALL,
				.wait = RSTGUARD_WAIT_PATIENT,
			},
		},
	},
	{
		.name = "ssh",
		.n = 2,
		.rule = {
			{
				PORTS(22),
				.hold = RSTGUARD_HOLD_ALL,
				.wait = RSTGUARD_WAIT_PATIENT,
			},
			{
				.stages = S(SSH_BANNER),
				.hold = RSTGUARD_HOLD_ALL,
				.wait = RSTGUARD_WAIT_PATIENT,
			},
		},
	},
	{	/* browsers and servers reset by the thousand, and try again by themselves */
		.name = "web",
		.n = 2,
		.rule = {
			{
				PORTS(80, 443, 8080, 8443),
				.hold = RSTGUARD_HOLD_ALL,
			},
			{
				.stages = S(HTTP_REQUEST) | S(HTTP_RESPONSE),
				.hold = RSTGUARD_HOLD_ALL,
			},
		},
	},
	{
		.name = "all",
		.n = 1,
		.rule = {
			{
				.hold = RSTGUARD_HOLD_ALL,
			},
		},
	},
};

const struct policy *policy_preset_at(unsigned int i)
{
	return i < ARRAY_SIZE(presets) ? &presets[i] : NULL;
}

const struct policy *policy_preset(const char *name)
{
	const struct policy *p;
	unsigned int i;

	for (i = 0; (p = policy_preset_at(i)); i++)
		if (!strcmp(p->name, name))
			return p;
	return NULL;
}
