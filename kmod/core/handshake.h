/* SPDX-License-Identifier: GPL-2.0-only */
/* SYNs: how a connection begins. */
#ifndef _RSTG_HANDSHAKE_H
#define _RSTG_HANDSHAKE_H

#include "env.h"
#include "flow.h"

void rstg_handshake_acked(struct rstg_dir *peer, struct rstg_side *side, u32 ack);
void rstg_handshake_done(struct rstg_flow *f);
bool rstg_handshake_anew(struct rstg_flow *f, const struct rstg_pkt *pkt, unsigned int d,
			 u64 now_ns);
bool rstg_handshake_syn(struct rstg_flow *f, const struct rstg_pkt *pkt, unsigned int d,
			enum rstg_where where, u64 now_ns);

#endif /* _RSTG_HANDSHAKE_H */
