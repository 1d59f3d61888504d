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

/* Further out struct rstg_pkt cannot say where it is, nor struct sk_buff (transport_header). */
#define TCP_OFF_MAX	(U16_MAX - RSTG_TCP_HLEN_MAX)

/*
 * IPv6 next-header values of what may stand before TCP (RFC 8200 4.1). An authentication
 * header is not among them: without its key, IPsec's receiver drops the segment, and with
 * it the segment comes by again, without the header (xfrm6_transport_finish()).
 */
#define NH_HOPOPTS	0
#define NH_ROUTING	43
#define NH_FRAGMENT	44
#define NH_DEST		60

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

/*
 * The header at @th is @off octets into a datagram of @end, of which as far as @caplen may
 * be read there.
 */
static noinline enum rstg_pkt_err parse_tcp(struct rstg_pkt *pkt, const u8 *th, u32 off,
					    u32 caplen, u32 end)
{
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

static __always_inline void addr_map4(struct rstg_addr *a, const u8 *p)
{
	static const u8 mapped[4] = { 0, 0, 0xff, 0xff };

	a->w[0] = 0;
	a->w[1] = 0;
	memcpy(&a->w[2], mapped, 4);
	memcpy(&a->w[3], p, 4);
}

/* The fixed part of an IPv4 header; @ihl is where what it carries begins, @end where it ends. */
static __always_inline enum rstg_pkt_err ipv4_header(struct rstg_pkt *pkt, const u8 *p,
						     u32 caplen, u32 wirelen, u32 *ihl, u32 *end)
{
	u16 frag;

	if (unlikely(caplen < IPV4_HLEN))
		return RSTG_PKT_SHORT;
	if (p[9] != PROTO_TCP)
		return RSTG_PKT_NOT_TCP;

	*ihl = (p[0] & 0xf) * 4;
	*end = get_unaligned_be16(p + 2);
	if (unlikely(!*end))
		*end = wirelen;	/* segmentation offload: the length is filled in later */
	if (unlikely(*ihl < IPV4_HLEN || *end < *ihl || *end > wirelen))
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
	return RSTG_PKT_OK;
}

static enum rstg_pkt_err parse_ipv4(struct rstg_pkt *pkt, const u8 *p,
				    u32 caplen, u32 wirelen)
{
	enum rstg_pkt_err err;
	u32 ihl, end;

	err = ipv4_header(pkt, p, caplen, wirelen, &ihl, &end);
	if (unlikely(err))
		return err;
	return parse_tcp(pkt, p + ihl, ihl, caplen, end);
}

/* Where an IPv6 datagram ends, or 0 if it has not come whole. */
static __always_inline u32 ipv6_end(const u8 *p, u32 wirelen)
{
	u32 end = get_unaligned_be16(p + 4);

	/* 0 means a jumbogram or segmentation offload (RFC 2675 3). */
	end = end ? end + IPV6_HLEN : wirelen;
	return end > wirelen ? 0 : end;
}

static __always_inline void ipv6_header(struct rstg_pkt *pkt, const u8 *p)
{
	pkt->bits = 0;
	pkt->ip_id = 0;
	pkt->tos = (u8)(p[0] << 4 | p[1] >> 4);
	pkt->flow_label = get_unaligned_be32(p) & 0xfffff;
	pkt->ttl = p[7];
	memcpy(&pkt->saddr, p + 8, 16);
	memcpy(&pkt->daddr, p + 24, 16);
}

/*
 * Extension headers, as many as there are: a host walks them all, so a RST behind them
 * counts. Hop-by-hop options come first or not at all; elsewhere no host knows them.
 */
static noinline enum rstg_pkt_err parse_extended(struct rstg_pkt *pkt, const u8 *p, u32 caplen,
						 u32 end)
{
	u32 off = IPV6_HLEN, hlen;
	u8 nh = p[6];

	while (nh != PROTO_TCP) {
		if (nh != NH_ROUTING && nh != NH_FRAGMENT && nh != NH_DEST &&
		    (nh != NH_HOPOPTS || off != IPV6_HLEN))
			return RSTG_PKT_NOT_TCP;
		if (end < off + 8)
			return RSTG_PKT_BAD;
		if (caplen < off + 8)
			return RSTG_PKT_SHORT;

		hlen = 8;
		if (nh != NH_FRAGMENT)
			hlen += p[off + 1] * 8;
		else if (get_unaligned_be16(p + off + 2) & 0xfff9)
			return RSTG_PKT_FRAGMENT;
		/* An atomic fragment is a whole datagram (RFC 6946). */
		if (end < off + hlen)
			return RSTG_PKT_BAD;
		nh = p[off];
		off += hlen;
	}
	if (off > TCP_OFF_MAX)
		return RSTG_PKT_BAD;
	ipv6_header(pkt, p);
	return parse_tcp(pkt, p + off, off, caplen, end);
}

static enum rstg_pkt_err parse_ipv6(struct rstg_pkt *pkt, const u8 *p,
				    u32 caplen, u32 wirelen)
{
	u32 end;

	if (unlikely(caplen < IPV6_HLEN))
		return RSTG_PKT_SHORT;
	end = ipv6_end(p, wirelen);
	if (unlikely(!end))
		return RSTG_PKT_BAD;
	if (unlikely(p[6] != PROTO_TCP))
		return parse_extended(pkt, p, caplen, end);
	ipv6_header(pkt, p);
	return parse_tcp(pkt, p + IPV6_HLEN, IPV6_HLEN, caplen, end);
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

/**
 * rstg_pkt_parse_apart() - read IP and TCP headers that lie in two places
 * @pkt:     result, valid only on %RSTG_PKT_OK
 * @ip:      first octet of the IP header
 * @iplen:   octets that may be read at @ip
 * @th:      first octet of the TCP header
 * @thlen:   octets that may be read at @th
 * @thoff:   octets of the datagram before the TCP header, as somebody found out who walked
 *           what lies between
 * @wirelen: octets that the datagram has
 *
 * Return: as rstg_pkt_parse().
 */
enum rstg_pkt_err rstg_pkt_parse_apart(struct rstg_pkt *pkt, const u8 *ip, u32 iplen,
				       const u8 *th, u32 thlen, u32 thoff, u32 wirelen)
{
	enum rstg_pkt_err err;
	u32 ihl, end;

	if (!iplen)
		return RSTG_PKT_SHORT;
	if (thoff > TCP_OFF_MAX)
		return RSTG_PKT_BAD;
	switch (ip[0] >> 4) {
	case 4:
		err = ipv4_header(pkt, ip, iplen, wirelen, &ihl, &end);
		if (err)
			return err;
		break;
	case 6:
		if (iplen < IPV6_HLEN)
			return RSTG_PKT_SHORT;
		end = ipv6_end(ip, wirelen);
		if (!end)
			return RSTG_PKT_BAD;
		ipv6_header(pkt, ip);
		break;
	default:
		return RSTG_PKT_BAD;
	}
	return parse_tcp(pkt, th, thoff, thoff + thlen, end);
}
