// SPDX-License-Identifier: GPL-2.0-only
#include "env.h"
#include "reasons.h"

const struct rstg_reason_info rstg_reasons[RSTG_R_MAX] = {
#define X(e, fam, db_, name_, text_)		\
	[RSTG_R_##e] = {			\
		.db = db_,			\
		.family = RSTG_FAM_##fam,	\
		.name = name_,			\
		.text = text_,			\
	},
	RSTG_REASONS(X)
#undef X
};

const char *const rstg_families[RSTG_FAM_MAX] = {
#define X(e, name) [RSTG_FAM_##e] = name,
	RSTG_FAMILIES(X)
#undef X
};
