/* SPDX-License-Identifier: GPL-2.0-only */
/* Following one TCP connection, packet by packet. */
#ifndef _RSTG_TRACK_H
#define _RSTG_TRACK_H

#include "env.h"
#include "flow.h"

void rstg_track(struct rstg_flow *f, const struct rstg_pkt *pkt,
		unsigned int d, enum rstg_where where, u64 now_ns);

#endif /* _RSTG_TRACK_H */
