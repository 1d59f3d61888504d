/* SPDX-License-Identifier: GPL-2.0-only */
/* One TCP segment as the core sees it: host order, lengths checked. */
#ifndef _RSTG_PKT_H
#define _RSTG_PKT_H

#include "env.h"

/**
 * struct rstg_addr - an address in network order, opaque to the core
 * @w: IPv6 as it is; IPv4 mapped, ::ffff:a.b.c.d (RFC 4291 2.5.5.2)
 */
struct rstg_addr {
	u32 w[4];
};

static inline bool rstg_addr_is_v4(const struct rstg_addr *a)
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a->w, mapped, sizeof(mapped));
}

/* TCP flags, as in octets 12 and 13 of the header (RFC 9293 3.1). */
#define RSTG_FIN	0x001
#define RSTG_SYN	0x002
#define RSTG_RST	0x004
#define RSTG_PSH	0x008
#define RSTG_ACK	0x010
#define RSTG_URG	0x020
#define RSTG_AE		0x100	/* was the ECN nonce bit (RFC 3540); a GFW type sets it */

/* struct rstg_pkt.bits */
#define RSTG_PKT_HAS_ID	0x01	/* IPv4: there is an IP-ID */
#define RSTG_PKT_DF	0x02
#define RSTG_PKT_TS	0x04	/* a timestamp option */
#define RSTG_PKT_FIXID	0x08	/* merged from segments that all had the same IP-ID */
#define RSTG_PKT_BADOPT	0x10	/* the options do not parse */
#define RSTG_PKT_WS	0x20	/* a window scale option: the window of a SYN is in other units */
#define RSTG_PKT_SACK	0x40	/* a SACK option */
#define RSTG_PKT_SACKOK	0x80	/* SACK permitted */

/**
 * struct rstg_pkt - one segment
 * @saddr:  claimed source
 * @daddr:  destination
 * @sport:  claimed source port
 * @dport:  destination port
 * @seq:    sequence number
 * @ack:    acknowledgment field; meaningful with %RSTG_ACK
 * @len:    payload octets
 * @ts_val: TSval, with %RSTG_PKT_TS
 * @sack_start: left edge of the first SACK block, with %RSTG_PKT_SACK
 * @sack_end: its right edge
 * @flow_label: IPv6 flow label, 20 bits
 * @ip_id:  IPv4 identification, of the first segment when merged
 * @iif:    low bits of the interface that it came in by; 0: not known, or it goes out
 * @n_segs: segments on the wire that this stands for (GRO), at least 1
 * @win:    window field, unscaled
 * @flags:  RSTG_FIN ... RSTG_AE
 * @ttl:    TTL or hop limit
 * @tos:    TOS or traffic class
 * @bits:   RSTG_PKT_*
 * @wscale: shift count of later windows, with %RSTG_PKT_WS
 * @thoff:  octets from the IP header to the TCP header
 * @hlen:   octets from the IP header to the payload
 */
struct rstg_pkt {
	struct rstg_addr saddr;
	struct rstg_addr daddr;
	u16 sport;
	u16 dport;
	u32 seq;
	u32 ack;
	u32 len;
	u32 ts_val;
	u32 sack_start;
	u32 sack_end;
	u32 flow_label;
	u16 ip_id;
	u16 iif;
	u16 n_segs;
	u16 win;
	u16 flags;
	u16 thoff;
	u16 hlen;
	u8 ttl;
	u8 tos;
	u8 bits;
	u8 wscale;
};

/* Why rstg_pkt_parse() has nothing to say. */
enum rstg_pkt_err {
	RSTG_PKT_OK = 0,
	RSTG_PKT_NOT_TCP,	/* another protocol: none of our business */
	RSTG_PKT_FRAGMENT,	/* not the whole datagram */
	RSTG_PKT_SHORT,		/* the headers end beyond what was captured */
	RSTG_PKT_BAD,		/* a header lies about its size */
};

/* A TCP header with all the options that it may have. */
#define RSTG_TCP_HLEN_MAX	60

enum rstg_pkt_err rstg_pkt_parse(struct rstg_pkt *pkt, const u8 *p, u32 caplen,
				 u32 wirelen);
enum rstg_pkt_err rstg_pkt_parse_apart(struct rstg_pkt *pkt, const u8 *ip, u32 iplen,
				       const u8 *th, u32 thlen, u32 thoff, u32 wirelen);

/* Sequence space that a segment takes: payload, SYN and FIN (RFC 9293 3.4). */
static inline u32 rstg_pkt_seq_len(const struct rstg_pkt *pkt)
{
	return pkt->len + !!(pkt->flags & RSTG_SYN) + !!(pkt->flags & RSTG_FIN);
}

static inline u32 rstg_pkt_seq_end(const struct rstg_pkt *pkt)
{
	return pkt->seq + rstg_pkt_seq_len(pkt);
}

#endif /* _RSTG_PKT_H */
