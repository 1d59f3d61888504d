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
#define TCP_NS	0x100	/* the ECN nonce of RFC 3540: bit 0 of byte 12 */

#define WIRE_MAX	256	/* the largest segment that wire_build() makes */

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
 * @segs:    how many packets of the wire this is, where the kernel merged some
 * @payload: in the buffer that was parsed
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
	unsigned int segs;
	const uint8_t *payload;
	size_t len;
};

bool wire_parse(struct segment *s, const uint8_t *packet, size_t len);
size_t wire_build(uint8_t packet[WIRE_MAX], const struct segment *s);
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
