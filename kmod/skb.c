// SPDX-License-Identifier: GPL-2.0-only
#include <linux/in.h>
#include <linux/ipv6.h>
#include <net/ipv6.h>

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

/* Where the TCP header begins, if that is known without what is not linear. */
static enum rstg_pkt_err find_tcp(const struct sk_buff *skb, unsigned int *thoff)
{
	unsigned short frag = 0;
	int flags = IP6_FH_F_AUTH, proto;

	if (skb->data[0] >> 4 == 4) {
		*thoff = (skb->data[0] & 0xf) * 4;
		return RSTG_PKT_OK;
	}
	*thoff = 0;
	/* Whatever comes last; it stops at an authentication header, as our own walk does. */
	proto = ipv6_find_hdr(skb, thoff, -1, &frag, &flags);
	if (proto < 0)
		return RSTG_PKT_BAD;
	if (frag)
		return RSTG_PKT_FRAGMENT;
	return proto == IPPROTO_TCP ? RSTG_PKT_OK : RSTG_PKT_NOT_TCP;
}

/*
 * The headers go on where the data is not linear: a driver left them in a page, or IPv6
 * extension headers are longer than what it copied. The IP header itself is linear, of that
 * ip_rcv() and ipv6_rcv() have made sure. Not inline: a kernel that clears its stack
 * (CONFIG_INIT_STACK_ALL_ZERO) would clear this for every packet.
 */
static noinline enum rstg_pkt_err parse_fragments(const struct sk_buff *skb,
						  struct rstg_pkt *pkt)
{
	u8 buf[RSTG_TCP_HLEN_MAX];
	enum rstg_pkt_err err;
	unsigned int off, n;
	const u8 *th;

	if (!skb_headlen(skb))
		return RSTG_PKT_SHORT;
	err = find_tcp(skb, &off);
	if (err)
		return err;
	if (off >= skb->len)
		return RSTG_PKT_BAD;
	n = min_t(unsigned int, skb->len - off, sizeof(buf));
	th = skb_header_pointer(skb, off, n, buf);
	if (!th)
		return RSTG_PKT_SHORT;
	return rstg_pkt_parse_apart(pkt, skb->data, skb_headlen(skb), th, n, off, skb->len);
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
