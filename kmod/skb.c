// SPDX-License-Identifier: GPL-2.0-only
#include "skb.h"

/*
 * GRO folds the segments of a burst into one skb: the IP-ID is the first one's,
 * and each of the others took the next number, or the same (6.1 and 6.12,
 * inet_gro_receive()). A RST is never folded.
 */
static void count_segments(const struct sk_buff *skb, struct rstg_pkt *pkt)
{
	pkt->n_segs = max_t(u16, skb_shinfo(skb)->gso_segs, 1);
	if (skb_shinfo(skb)->gso_type & SKB_GSO_TCP_FIXEDID)
		pkt->bits |= RSTG_PKT_FIXID;
}

/*
 * The driver left the TCP header in a fragment. Not inline: a kernel that clears
 * its stack (CONFIG_INIT_STACK_ALL_ZERO) would clear this for every packet.
 */
static noinline enum rstg_pkt_err parse_fragments(const struct sk_buff *skb,
						  struct rstg_pkt *pkt)
{
	u8 buf[RSTG_HDR_MAX];
	unsigned int n = min_t(unsigned int, skb->len, sizeof(buf));

	if (skb_copy_bits(skb, 0, buf, n))
		return RSTG_PKT_SHORT;
	return rstg_pkt_parse(pkt, buf, n, skb->len);
}

/**
 * rstg_skb_to_pkt() - read an skb whose data begins at the IP header
 * @skb: skb at a netfilter hook
 * @pkt: result
 *
 * Return: as rstg_pkt_parse().
 */
enum rstg_pkt_err rstg_skb_to_pkt(const struct sk_buff *skb, struct rstg_pkt *pkt)
{
	enum rstg_pkt_err err;

	err = rstg_pkt_parse(pkt, skb->data, skb_headlen(skb), skb->len);
	if (unlikely(err == RSTG_PKT_SHORT && skb_is_nonlinear(skb)))
		err = parse_fragments(skb, pkt);
	if (err == RSTG_PKT_OK && skb->data_len && skb_is_gso(skb))
		count_segments(skb, pkt);
	return err;
}
