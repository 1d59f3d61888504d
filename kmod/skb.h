/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RSTG_SKB_H
#define _RSTG_SKB_H

#include <linux/skbuff.h>

#include "pkt.h"

enum rstg_pkt_err rstg_skb_to_pkt(const struct sk_buff *skb, struct rstg_pkt *pkt);

#endif /* _RSTG_SKB_H */
