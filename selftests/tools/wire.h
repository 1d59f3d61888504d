/* SPDX-License-Identifier: GPL-2.0-only */
/* One TCP segment over IPv4 or IPv6: from bytes on the wire to fields, and back. */
#ifndef _WIRE_H
#define _WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define TCP_FIN	0x001
#define TCP_SYN	0x002
#define TCP_RST	0x004
#define TCP_PSH	0x008
#define TCP_ACK	0x010
#define TCP_URG	0x020
#define TCP_NS	0x100	/* the ECN nonce of RFC 3540: bit 0 of byte 12 */

#define WIRE_MAX	512	/* the largest packet that wire_build() makes */

/*
 * What can be odd about a packet whose fields are all as they should be, as bits. A
 * receiver drops it for each of the first group, behind its PRE_ROUTING hooks.
 */
#define ODD_SUM		0x01	/* a wrong TCP checksum */
#define ODD_SIGNED	0x02	/* TCP-MD5 option (RFC 2385): there is no key */
#define ODD_ROUTE	0x04	/* source route (RFC 791), routing header (RFC 5095) */
#define ODD_OPTION	0x08	/* IPv4 option with an error, IPv6 option that says: discard */
#define ODD_BROADCAST	0x10	/* in a frame to everybody */

#define ODD_ATOMIC	0x20	/* IPv6: a fragment that is the whole (RFC 6946) */
#define ODD_FRAGMENTS	0x40	/* two of them, the first ends within the TCP header */

struct address {
	uint8_t version;	/* 4 or 6 */
	uint8_t byte[16];
	uint16_t port;
};

/*
 * struct segment - one TCP segment, numbers in host order
 * @from:    sender, as claimed
 * @to:      receiver
 * @id:      IPv4 only
 * @df:      IPv4 only
 * @label:   IPv6 flow label
 * @flags:   TCP_*
 * @sack_ok: with a SYN: it understands SACK
 * @sack:    one SACK block, from and to; equal if there is none, and not read
 * @segs:    how many packets of the wire this is, where the kernel merged some
 * @payload: in the buffer that was parsed
 * @odd:     ODD_*, to build only
 * @headers: destination options headers of 8 octets before TCP, in IPv4 words of
 *           options; to build only
 */
struct segment {
	struct address from, to;
	uint8_t ttl, tos;
	uint16_t id;
	bool df;
	uint32_t label;
	uint32_t seq, ack;
	uint16_t flags, win;
	bool has_ts;
	uint32_t ts_val, ts_ecr;
	bool sack_ok;
	uint32_t sack[2];
	unsigned int segs;
	const uint8_t *payload;
	size_t len;
	uint8_t odd, headers;
};

bool wire_parse(struct segment *s, const uint8_t *packet, size_t len);
size_t wire_build(uint8_t packet[WIRE_MAX], const struct segment *s);
size_t wire_fragment(uint8_t fragment[WIRE_MAX], const uint8_t *packet, size_t len,
		     unsigned int nth);
bool address_is_private(const struct address *a);
bool address_parse(struct address *a, const char *text);
bool address_same(const struct address *a, const struct address *b);
const char *address_text(const struct address *a);
socklen_t sockaddr_parse(struct sockaddr_storage *addr, const char *text, const char *port);

/* The sequence number after this segment. */
static inline uint32_t segment_end(const struct segment *s)
{
	return s->seq + (uint32_t)s->len + !!(s->flags & TCP_SYN) + !!(s->flags & TCP_FIN);
}

#endif /* _WIRE_H */
