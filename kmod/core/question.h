/* SPDX-License-Identifier: GPL-2.0-only */
/* What to ask a host with, to learn whether it still has a connection. */
#ifndef _RSTG_QUESTION_H
#define _RSTG_QUESTION_H

#include "env.h"
#include "flow.h"

/**
 * struct rstg_question - the numbers of one question, in host order
 * @seq:    its sequence number
 * @ack:    what it acknowledges
 * @ts_val: TSval, with @ts
 * @ts_ecr: TSecr, with @ts
 * @win:    window field, unscaled
 * @len:    octets of data, 0 or 1
 * @ts:     it has a timestamp option
 */
struct rstg_question {
	u32 seq;
	u32 ack;
	u32 ts_val;
	u32 ts_ecr;
	u16 win;
	u8 len;
	bool ts;
};

bool rstg_question(const struct rstg_flow *f, unsigned int d, struct rstg_question *q);

#endif /* _RSTG_QUESTION_H */
