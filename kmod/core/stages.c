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
