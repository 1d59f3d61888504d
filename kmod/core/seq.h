/* SPDX-License-Identifier: GPL-2.0-only */
/* Sequence numbers modulo 2^32 (RFC 9293 3.4). */
#ifndef _RSTG_SEQ_H
#define _RSTG_SEQ_H

#include "env.h"

/* How far @a lies ahead of @b; negative when it lies behind. */
static inline s32 seq_diff(u32 a, u32 b)
{
	return (s32)(a - b);
}

static inline bool seq_before(u32 a, u32 b)
{
	return seq_diff(a, b) < 0;
}

static inline bool seq_after(u32 a, u32 b)
{
	return seq_diff(a, b) > 0;
}

#endif /* _RSTG_SEQ_H */
