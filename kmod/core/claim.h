/* SPDX-License-Identifier: GPL-2.0-only */
/* What was said in a sender's name and is not vouched for yet. */
#ifndef _RSTG_CLAIM_H
#define _RSTG_CLAIM_H

#include "env.h"
#include "flow.h"

void rstg_claim_update(struct rstg_dir *dir, const struct rstg_side *side);
void rstg_claim_vouch(struct rstg_dir *me, struct rstg_side *side, u32 ack);
void rstg_claim_ttl(struct rstg_dir *me, struct rstg_side *side, u8 ttl, u32 beat);
void rstg_claim_far(const struct rstg_dir *me, struct rstg_side *side, u32 end);
void rstg_claim_fin(struct rstg_side *side, u32 end);

#endif /* _RSTG_CLAIM_H */
