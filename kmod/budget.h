/* SPDX-License-Identifier: GPL-2.0-only */
/* How much may be held, and asked, and by whom. */
#ifndef _RSTG_BUDGET_H
#define _RSTG_BUDGET_H

#include <linux/types.h>

#include "bucket.h"

/**
 * struct rstg_budget - of one namespace; its hold's lock keeps others out
 * @guest:     it shares what there is with all but the first namespace
 * @packets:   held
 * @bytes:     that they take
 * @questions: how many may still be sent; of a guest not used
 */
struct rstg_budget {
	bool guest;
	u32 packets;
	u32 bytes;
	struct rstg_bucket questions;
};

void rstg_budget_init(struct rstg_budget *b, bool guest);
bool rstg_budget_take(struct rstg_budget *b, u32 bytes);
void rstg_budget_give(struct rstg_budget *b, u32 bytes);
u32 rstg_budget_max(const struct rstg_budget *b);
bool rstg_budget_ask(struct rstg_budget *b, bool again);
void rstg_budget_exit(void);

#endif /* _RSTG_BUDGET_H */
