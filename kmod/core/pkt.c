// SPDX-License-Identifier: GPL-2.0-only
/*
 * From octets to struct rstg_pkt. The same parser reads skb headers in the
 * kernel and captures offline, so that both see the same packet.
 */
#include "env.h"
#include "pkt.h"
#include "tcpopt.h"

#define IPV4_HLEN	20
#define IPV6_HLEN	40
#define TCP_HLEN	20
#define PROTO_TCP	6

/* IPv6 next-header values of what may stand before TCP (RFC 8200 4.1). */
#define NH_HOPOPTS	0
#define NH_ROUTING	43
#define NH_FRAGMENT	44
#define NH_AUTH		51
#define NH_DEST		60
/* Linux walks as few in ipv6_skip_exthdr() users; more is not mail. */
#define NH_WALK_MAX	6

/* Any options but a timestamp alone. Not inline: the others shall not pay for it. */
static noinline void parse_options(struct rstg_pkt *pkt, const u8 *p, u32 len)
{
	struct rstg_tcpopt opt;

	rstg_tcpopt_walk(&opt, p, len);
	if (opt.has_ts) {
		pkt->bits |= RSTG_PKT_TS;
		pkt->ts_val = opt.ts_val;
	}
	if (opt.has_ws) {
		pkt->bits |= RSTG_PKT_WS;
		pkt->wscale = opt.wscale;
	}
	if (opt.has_sack) {
		pkt->bits |= RSTG_PKT_SACK;
		pkt->sack_start = opt.sack_start;
		pkt->sack_end = opt.sack_end;
	}
	if (opt.sack_ok)
		pkt->bits |= RSTG_PKT_SACKOK;
	if (opt.bad)
		pkt->bits |= RSTG_PKT_BADOPT;
}

static inline enum rstg_pkt_err parse_tcp(struct rstg_pkt *pkt, const u8 *p, u32 off,
					  u32 caplen, u32 end)
{
	const u8 *th = p + off;
	u32 doff;

	if (unlikely(end < off + TCP_HLEN))
		return RSTG_PKT_BAD;	/* no room for the header on the wire */
	if (unlikely(caplen < off + TCP_HLEN))
		return RSTG_PKT_SHORT;

	doff = (th[12] >> 4) * 4;
	if (unlikely(doff < TCP_HLEN || off + doff > end))
		return RSTG_PKT_BAD;	/* data offset lies about its size */
	if (unlikely(off + doff > caplen))
		return RSTG_PKT_SHORT;

	pkt->sport = get_unaligned_be16(th);
	pkt->dport = get_unaligned_be16(th + 2);
	pkt->seq = get_unaligned_be32(th + 4);
	pkt->ack = get_unaligned_be32(th + 8);
	pkt->flags = get_unaligned_be16(th + 12) & 0x1ff;
	pkt->win = get_unaligned_be16(th + 14);
	pkt->len = end - off - doff;
	pkt->thoff = off;
	pkt->hlen = off + doff;
	pkt->n_segs = 1;

	if (likely(rstg_tcpopt_only_ts(th + TCP_HLEN, doff - TCP_HLEN))) {
		pkt->bits |= RSTG_PKT_TS;
		pkt->ts_val = get_unaligned_be32(th + TCP_HLEN + 4);
	} else if (doff > TCP_HLEN) {
		parse_options(pkt, th + TCP_HLEN, doff - TCP_HLEN);
	}
	return RSTG_PKT_OK;
}

static inline void addr_map4(struct rstg_addr *a, const u8 *p)
{
	static const u8 mapped[4] = { 0, 0, 0xff, 0xff };

	a->w[0] = 0;
	a->w[1] = 0;
	memcpy(&a->w[2], mapped, 4);
	memcpy(&a->w[3], p, 4);
}

static enum rstg_pkt_err parse_ipv4(struct rstg_pkt *pkt, const u8 *p,
				    u32 caplen, u32 wirelen)
{
	u32 ihl, tot;
	u16 frag;

	if (unlikely(caplen < IPV4_HLEN))
		return RSTG_PKT_SHORT;
	if (p[9] != PROTO_TCP)
		return RSTG_PKT_NOT_TCP;

	ihl = (p[0] & 0xf) * 4;
	tot = get_unaligned_be16(p + 2);
	if (unlikely(!tot))
		tot = wirelen;	/* segmentation offload: the length is filled in later */
	if (unlikely(ihl < IPV4_HLEN || tot < ihl || tot > wirelen))
		return RSTG_PKT_BAD;

	frag = get_unaligned_be16(p + 6);
	if (unlikely(frag & 0x3fff))
		return RSTG_PKT_FRAGMENT;	/* MF or an offset */

	pkt->bits = RSTG_PKT_HAS_ID | (frag & 0x4000 ? RSTG_PKT_DF : 0);
	pkt->ip_id = get_unaligned_be16(p + 4);
	pkt->tos = p[1];
	pkt->ttl = p[8];
	pkt->flow_label = 0;
	addr_map4(&pkt->saddr, p + 12);
	addr_map4(&pkt->daddr, p + 16);

	return parse_tcp(pkt, p, ihl, caplen, tot);
}

static enum rstg_pkt_err parse_ipv6(struct rstg_pkt *pkt, const u8 *p,
				    u32 caplen, u32 wirelen)
{
	u32 off = IPV6_HLEN, end, n;
	u8 nh;

	if (unlikely(caplen < IPV6_HLEN))
		return RSTG_PKT_SHORT;

	end = get_unaligned_be16(p + 4);
	/* 0 means a jumbogram or segmentation offload (RFC 2675 3). */
	end = end ? end + IPV6_HLEN : wirelen;
	if (unlikely(end > wirelen))
		return RSTG_PKT_BAD;

	nh = p[6];
	for (n = 0; unlikely(nh != PROTO_TCP); n++) {
		u32 hlen;

		if (nh != NH_HOPOPTS && nh != NH_ROUTING && nh != NH_FRAGMENT &&
		    nh != NH_AUTH && nh != NH_DEST)
			return RSTG_PKT_NOT_TCP;
		if (n == NH_WALK_MAX)
			return RSTG_PKT_BAD;
		if (caplen < off + 8)
			return RSTG_PKT_SHORT;

		if (nh == NH_FRAGMENT) {
			/* An atomic fragment is a whole datagram (RFC 6946). */
			if (get_unaligned_be16(p + off + 2) & 0xfff9)
				return RSTG_PKT_FRAGMENT;
			hlen = 8;
		} else if (nh == NH_AUTH) {
			hlen = (p[off + 1] + 2) * 4;
		} else {
			hlen = (p[off + 1] + 1) * 8;
		}
		if (end < off + hlen)
			return RSTG_PKT_BAD;
		nh = p[off];
		off += hlen;
	}

	pkt->bits = 0;
	pkt->ip_id = 0;
	pkt->tos = (u8)(p[0] << 4 | p[1] >> 4);
	pkt->flow_label = get_unaligned_be32(p) & 0xfffff;
	pkt->ttl = p[7];
	memcpy(&pkt->saddr, p + 8, 16);
	memcpy(&pkt->daddr, p + 24, 16);

	return parse_tcp(pkt, p, off, caplen, end);
}

/**
 * rstg_pkt_parse() - read IP and TCP headers
 * @pkt:     result, valid only on %RSTG_PKT_OK
 * @p:       first octet of the IP header
 * @caplen:  octets that may be read at @p
 * @wirelen: octets that the datagram has, at least @caplen
 *
 * Trusts no length field: every one is held against @caplen and @wirelen.
 *
 * Return: %RSTG_PKT_OK, or why there is no segment to look at.
 */
enum rstg_pkt_err rstg_pkt_parse(struct rstg_pkt *pkt, const u8 *p, u32 caplen,
				 u32 wirelen)
{
	if (unlikely(!caplen))
		return RSTG_PKT_SHORT;

	switch (p[0] >> 4) {
	case 4:
		return parse_ipv4(pkt, p, caplen, wirelen);
	case 6:
		return parse_ipv6(pkt, p, caplen, wirelen);
	default:
		return RSTG_PKT_BAD;
	}
}
