/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RSTG_LABEL_H
#define _RSTG_LABEL_H

#include "env.h"
#include "limits.h"

/**
 * struct rstg_label - how one sender fills the IPv6 flow label
 * @val: of its latest packet
 * @n:   packets in a row that had it, at most %RSTG_LABEL_MIN
 *
 * A stack picks one for a connection (RFC 6437 3) and keeps it, but for Linux,
 * which tries another after a timeout (sk_rethink_txhash()): only the latest
 * counts, and only after it has lasted.
 */
struct rstg_label {
	u32 val;
	u8 n;
};

/**
 * rstg_label_learn() - one more packet of this sender, not a RST, not a SYN
 * @m:   the model
 * @val: its flow label
 */
static inline void rstg_label_learn(struct rstg_label *m, u32 val)
{
	if (unlikely(m->val != val)) {
		m->val = val;
		m->n = 0;
	}
	if (unlikely(m->n < RSTG_LABEL_MIN))
		m->n++;
}

/* Has it lasted long enough to compare with? */
static inline bool rstg_label_steady(const struct rstg_label *m)
{
	return m->n >= RSTG_LABEL_MIN;
}

#endif /* _RSTG_LABEL_H */
