// SPDX-License-Identifier: GPL-2.0-only
#include "env.h"
#include "stages.h"

const struct rstg_stage_info rstg_stages[RSTG_STAGE_MAX] = {
#define X(e, name_, text_) [RSTG_STAGE_##e] = { .name = name_, .text = text_ },
	RSTG_STAGES(X)
#undef X
};

const struct rstg_stage_info rstg_notices[RSTG_NOTICE_MAX] = {
#define X(e, name_, text_) [RSTG_NOTICE_##e] = { .name = name_, .text = text_ },
	RSTG_NOTICES(X)
#undef X
};

static_assert(RSTG_SERVICE_MAX <= 8, "a flow has an octet of bits for them");
static_assert(RSTG_STAGE_MAX <= 64, "a rule has a bit for each");

/* What is not here is of the flow, of any protocol (STARTTLS), or of none that is known. */
static const u8 service_of[RSTG_STAGE_MAX] = {
	[RSTG_STAGE_SMTP_GREETING] = BIT(RSTG_SERVICE_SMTP),
	[RSTG_STAGE_SMTP_EHLO] = BIT(RSTG_SERVICE_SMTP),
	[RSTG_STAGE_SMTP_CAPABILITIES] = BIT(RSTG_SERVICE_SMTP),
	[RSTG_STAGE_SMTP_COMMAND] = BIT(RSTG_SERVICE_SMTP),
	[RSTG_STAGE_SMTP_DATA] = BIT(RSTG_SERVICE_SMTP),
	[RSTG_STAGE_IMAP_GREETING] = BIT(RSTG_SERVICE_IMAP),
	[RSTG_STAGE_IMAP_COMMAND] = BIT(RSTG_SERVICE_IMAP),
	[RSTG_STAGE_POP3_GREETING] = BIT(RSTG_SERVICE_POP3),
	[RSTG_STAGE_POP3_COMMAND] = BIT(RSTG_SERVICE_POP3),
	[RSTG_STAGE_FTP_GREETING] = BIT(RSTG_SERVICE_FTP),
	[RSTG_STAGE_FTP_COMMAND] = BIT(RSTG_SERVICE_FTP),
	[RSTG_STAGE_XMPP_STREAM] = BIT(RSTG_SERVICE_XMPP),
	[RSTG_STAGE_OPENVPN_RESET] = BIT(RSTG_SERVICE_VPN),
	[RSTG_STAGE_OPENVPN_DATA] = BIT(RSTG_SERVICE_VPN),
	[RSTG_STAGE_SSH_BANNER] = BIT(RSTG_SERVICE_SSH),
	[RSTG_STAGE_HTTP_REQUEST] = BIT(RSTG_SERVICE_HTTP),
	[RSTG_STAGE_HTTP_RESPONSE] = BIT(RSTG_SERVICE_HTTP),
};

/**
 * rstg_stage_service() - whose stage is it?
 * @stage: stage
 *
 * Return: one bit of enum rstg_service; 0: it is not of a protocol.
 */
u8 rstg_stage_service(enum rstg_stage stage)
{
	return service_of[stage];
}

/**
 * rstg_service_stages() - all that can be said in these protocols
 * @spoken: bits of enum rstg_service
 *
 * Return: bits of enum rstg_stage.
 */
u64 rstg_service_stages(u8 spoken)
{
	u64 stages = 0;
	unsigned int i;

	for (i = 0; i < RSTG_STAGE_MAX; i++)
		if (service_of[i] & spoken)
			stages |= BIT_ULL(i);
	return stages;
}
