// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where IP begins in a frame. Only the outermost datagram is looked for: what a
 * tunnel carries inside IP met its injector elsewhere, if at all.
 */
#include <stdbool.h>

#include "linklayer.h"

/* LINKTYPE_* as in capture files (https://www.tcpdump.org/linktypes.html). */
#define LT_NULL			0
#define LT_ETHERNET		1
#define LT_PPP			9
#define LT_RAW_DLT		12	/* DLT_RAW, where it got into a file unmapped */
#define LT_PPP_HDLC		50
#define LT_PPP_ETHER		51
#define LT_RAW			101
#define LT_C_HDLC		104
#define LT_IEEE802_11		105
#define LT_LOOP			108
#define LT_LINUX_SLL		113
#define LT_IEEE802_11_RADIOTAP	127
#define LT_IPV4			228
#define LT_IPV6			229
#define LT_NFLOG		239
#define LT_LINUX_SLL2		276

#define ETH_P_IP	0x0800
#define ETH_P_8021Q	0x8100
#define ETH_P_IPV6	0x86dd
#define ETH_P_MPLS	0x8847
#define ETH_P_MPLS_MC	0x8848
#define ETH_P_PPPOE	0x8864
#define ETH_P_8021AD	0x88a8
#define ETH_P_QINQ	0x9100	/* QinQ before it had a number of its own */
#define ETH_P_802_3_MIN	0x0600	/* below this the field is a length */

#define PPP_IP		0x0021
#define PPP_IPV6	0x0057
#define PPP_MPLS	0x0281

#define NFULA_PAYLOAD	9

/* A frame being peeled. */
struct cursor {
	const uint8_t *p;
	uint32_t off;
	uint32_t caplen;
};

static bool has(const struct cursor *c, uint32_t n)
{
	return c->caplen - c->off >= n;	/* off never exceeds caplen */
}

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[1] << 8 | p[0]);
}

static enum link_found by_version(const struct cursor *c)
{
	if (!has(c, 1))
		return LINK_SHORT;
	switch (c->p[c->off] >> 4) {
	case 4:
	case 6:
		return LINK_IP;
	default:
		return LINK_OTHER;
	}
}

/* RFC 3032: 20 bits of label, then the bottom-of-stack bit; no word on what follows. */
static enum link_found strip_mpls(struct cursor *c)
{
	bool bottom;

	do {
		if (!has(c, 4))
			return LINK_SHORT;
		bottom = c->p[c->off + 2] & 1;
		c->off += 4;
	} while (!bottom);
	return by_version(c);
}

static enum link_found strip_ppp(struct cursor *c)
{
	uint16_t proto;

	/* Address and control may be compressed away, and the protocol's first octet. */
	if (has(c, 2) && c->p[c->off] == 0xff && c->p[c->off + 1] == 0x03)
		c->off += 2;
	if (!has(c, 2))
		return LINK_SHORT;
	if (c->p[c->off] & 1) {
		proto = c->p[c->off];
		c->off += 1;
	} else {
		proto = be16(c->p + c->off);
		c->off += 2;
	}
	if (proto == PPP_MPLS)
		return strip_mpls(c);
	return proto == PPP_IP || proto == PPP_IPV6 ? by_version(c) : LINK_OTHER;
}

/* @c is behind the EtherType @proto. */
static enum link_found strip_ethertype(struct cursor *c, uint16_t proto)
{
	for (;;) {
		switch (proto) {
		case ETH_P_IP:
		case ETH_P_IPV6:
			return by_version(c);
		case ETH_P_8021Q:
		case ETH_P_8021AD:
		case ETH_P_QINQ:
			if (!has(c, 4))
				return LINK_SHORT;
			proto = be16(c->p + c->off + 2);
			c->off += 4;
			break;
		case ETH_P_MPLS:
		case ETH_P_MPLS_MC:
			return strip_mpls(c);
		case ETH_P_PPPOE:
			if (!has(c, 6))
				return LINK_SHORT;
			c->off += 6;
			return strip_ppp(c);
		default:
			return LINK_OTHER;
		}
	}
}

/* RFC 1042: AA AA 03 00 00 00 and an EtherType. */
static enum link_found strip_snap(struct cursor *c)
{
	const uint8_t *p = c->p + c->off;

	if (!has(c, 8))
		return LINK_SHORT;
	if (p[0] != 0xaa || p[1] != 0xaa || p[2] != 3 || p[3] || p[4] || p[5])
		return LINK_OTHER;
	c->off += 8;
	return strip_ethertype(c, be16(p + 6));
}

/* The EtherType lies @at octets in, its payload @hlen octets. */
static enum link_found strip_typed(struct cursor *c, uint32_t at, uint32_t hlen)
{
	uint16_t proto;

	if (!has(c, hlen))
		return LINK_SHORT;
	proto = be16(c->p + c->off + at);
	c->off += hlen;
	if (at == 12 && proto < ETH_P_802_3_MIN)
		return strip_snap(c);
	return strip_ethertype(c, proto);
}

static enum link_found strip_80211(struct cursor *c)
{
	const uint8_t *p = c->p + c->off;
	uint32_t hlen = 24;

	if (!has(c, 2))
		return LINK_SHORT;
	if ((p[0] & 0x0f) != 0x08)
		return LINK_OTHER;	/* not a data frame */
	if (p[0] & 0x40)
		return LINK_OTHER;	/* a null frame: data without any */
	if (p[1] & 0x40)
		return LINK_OTHER;	/* encrypted */
	if ((p[1] & 3) == 3)
		hlen += 6;		/* a fourth address */
	if (p[0] & 0x80) {
		hlen += 2;		/* QoS control */
		if (p[1] & 0x80)
			hlen += 4;	/* HT control */
	}
	if (!has(c, hlen))
		return LINK_SHORT;
	c->off += hlen;
	return strip_snap(c);
}

static enum link_found strip_radiotap(struct cursor *c)
{
	uint16_t hlen;

	if (!has(c, 4))
		return LINK_SHORT;
	hlen = le16(c->p + 2);
	if (!has(c, hlen))
		return LINK_SHORT;
	c->off += hlen;
	return strip_80211(c);
}

/* What an nftables or iptables rule logged to a group: attributes, one the packet. */
static enum link_found strip_nflog(struct cursor *c)
{
	if (!has(c, 4))
		return LINK_SHORT;
	c->off += 4;
	while (has(c, 4)) {
		uint16_t len = le16(c->p + c->off), type = le16(c->p + c->off + 2) & 0x7fff;
		uint32_t step = ((uint32_t)len + 3) & ~3U;

		if (len < 4)
			return LINK_OTHER;
		if (type == NFULA_PAYLOAD) {
			c->off += 4;
			return by_version(c);
		}
		if (!has(c, step))
			return LINK_SHORT;
		c->off += step;
	}
	return LINK_OTHER;
}

/**
 * linklayer_strip() - find IP in a frame
 * @link:   LINKTYPE_*
 * @p:      the frame
 * @caplen: octets at @p
 * @off:    where IP begins, on %LINK_IP; at most @caplen - 1
 */
enum link_found linklayer_strip(int link, const uint8_t *p, uint32_t caplen,
				uint32_t *off)
{
	struct cursor c = { .p = p, .caplen = caplen };
	enum link_found found;

	switch (link) {
	case LT_ETHERNET:
		found = strip_typed(&c, 12, 14);
		break;
	case LT_RAW:
	case LT_RAW_DLT:
	case LT_IPV4:
	case LT_IPV6:
		found = by_version(&c);
		break;
	case LT_NULL:
	case LT_LOOP:
		/* A protocol family, in the byte order and numbering of some BSD. */
		if (caplen < 4)
			return LINK_SHORT;
		c.off = 4;
		found = by_version(&c);
		break;
	case LT_LINUX_SLL:
		found = strip_typed(&c, 14, 16);
		break;
	case LT_LINUX_SLL2:
		found = strip_typed(&c, 0, 20);
		break;
	case LT_PPP:
	case LT_PPP_HDLC:
		found = strip_ppp(&c);
		break;
	case LT_PPP_ETHER:
		if (caplen < 6)
			return LINK_SHORT;
		c.off = 6;
		found = strip_ppp(&c);
		break;
	case LT_C_HDLC:
		found = strip_typed(&c, 2, 4);
		break;
	case LT_IEEE802_11:
		found = strip_80211(&c);
		break;
	case LT_IEEE802_11_RADIOTAP:
		found = strip_radiotap(&c);
		break;
	case LT_NFLOG:
		found = strip_nflog(&c);
		break;
	default:
		return LINK_UNKNOWN;
	}
	*off = c.off;
	return found;
}
