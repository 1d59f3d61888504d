// SPDX-License-Identifier: GPL-2.0-only
/* From the fields of a segment to a packet, odd ones included. */
#include <string.h>

#include "octets.h"
#include "wire.h"

#define PROTO_ROUTING	43
#define PROTO_FRAGMENT	44
#define PROTO_DEST	60
#define PROTO_TCP	6

#define OPT_NOP		1
#define OPT_SACK_OK	4
#define OPT_SACK_OK_LEN	2
#define OPT_SACK	5
#define OPT_SACK_LEN	10	/* with one block */
#define OPT_TS		8
#define OPT_TS_LEN	10
#define OPT_MD5		19
#define OPT_MD5_LEN	18

/* Octets of a TCP header that the first of two fragments has: a multiple of 8. */
#define FIRST_FRAGMENT	16

static size_t tcp_options(uint8_t *opt, const struct segment *s)
{
	size_t n = 0;

	if (s->sack_ok) {
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_SACK_OK;
		opt[n++] = OPT_SACK_OK_LEN;
	}
	if (s->has_ts) {
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_TS;
		opt[n++] = OPT_TS_LEN;
		put32(opt + n, s->ts_val);
		put32(opt + n + 4, s->ts_ecr);
		n += 8;
	}
	if (s->sack[0] != s->sack[1]) {
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_SACK;
		opt[n++] = OPT_SACK_LEN;
		put32(opt + n, s->sack[0]);
		put32(opt + n + 4, s->sack[1]);
		n += 8;
	}
	if (s->odd & ODD_SIGNED) {
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_NOP;
		opt[n++] = OPT_MD5;
		opt[n++] = OPT_MD5_LEN;
		memset(opt + n, 0x5a, OPT_MD5_LEN - 2);
		n += OPT_MD5_LEN - 2;
	}
	return n;
}

static size_t build_tcp(uint8_t *tcp, const struct segment *s)
{
	size_t header, alen = s->from.version == 4 ? 4 : 16;
	uint32_t sum;
	uint16_t check;

	memset(tcp, 0, 20);
	header = 20 + tcp_options(tcp + 20, s);
	put16(tcp, s->from.port);
	put16(tcp + 2, s->to.port);
	put32(tcp + 4, s->seq);
	put32(tcp + 8, s->ack);
	tcp[12] = (uint8_t)(header / 4 << 4 | !!(s->flags & TCP_NS));
	tcp[13] = (uint8_t)s->flags;
	put16(tcp + 14, s->win);
	if (s->len)
		memcpy(tcp + header, s->payload, s->len);

	sum = sum16(0, s->from.byte, alen);
	sum = sum16(sum, s->to.byte, alen);
	sum += PROTO_TCP + (uint32_t)(header + s->len);
	check = fold(sum16(sum, tcp, header + s->len));
	put16(tcp + 16, s->odd & ODD_SUM ? check ^ 0x1234u : check);
	return header + s->len;
}

static size_t ip4_options(uint8_t *opt, const struct segment *s)
{
	/* Loose source route by way of the destination, which it has not reached yet. */
	static const uint8_t route[8] = { 131, 7, 4 };
	/* Record route whose pointer is not within it. */
	static const uint8_t error[8] = { 7, 7, 1 };
	size_t n = s->headers * 4u;

	memset(opt, OPT_NOP, n);
	if (s->odd & ODD_ROUTE) {
		memcpy(opt + n, route, sizeof(route));
		memcpy(opt + n + 3, s->to.byte, 4);
		n += sizeof(route);
	}
	if (s->odd & ODD_OPTION) {
		memcpy(opt + n, error, sizeof(error));
		n += sizeof(error);
	}
	return n;
}

static size_t build_ip4(uint8_t *packet, const struct segment *s)
{
	size_t header = 20 + ip4_options(packet + 20, s);
	size_t total = header + build_tcp(packet + header, s);

	memset(packet, 0, 20);
	packet[0] = (uint8_t)(0x40 | header / 4);
	packet[1] = s->tos;
	put16(packet + 2, (uint32_t)total);
	put16(packet + 4, s->id);
	packet[6] = s->df ? 0x40 : 0;
	packet[8] = s->ttl;
	packet[9] = PROTO_TCP;
	memcpy(packet + 12, s->from.byte, 4);
	memcpy(packet + 16, s->to.byte, 4);
	put16(packet + 10, fold(sum16(0, packet, header)));
	return total;
}

/* One more header behind the others; @next is where the one before names it. */
static size_t put_header(uint8_t *packet, size_t len, size_t *next, uint8_t proto,
			 const uint8_t *header, size_t n)
{
	packet[*next] = proto;
	memcpy(packet + len, header, n);
	*next = len;
	return len + n;
}

static size_t build_ip6(uint8_t *packet, const struct segment *s)
{
	/* RFC 8200 4.2: four octets of padding; an option of whose kind it says: discard. */
	static const uint8_t padding[8] = { 0, 0, 1, 4 };
	static const uint8_t discard[8] = { 0, 0, 0x5e, 4 };
	/* One more address to visit, by a type that is not in use any more. */
	uint8_t route[24] = { 0, 2, 0, 1 };
	static const uint8_t whole[8] = { 0, 0, 0, 0, 0, 0, 0x12, 0x34 };
	size_t len = 40, next = 6;

	memset(packet, 0, 40);
	for (unsigned int i = 0; i < s->headers; i++)
		len = put_header(packet, len, &next, PROTO_DEST, padding, sizeof(padding));
	if (s->odd & ODD_OPTION)
		len = put_header(packet, len, &next, PROTO_DEST, discard, sizeof(discard));
	memcpy(route + 8, s->to.byte, 16);
	if (s->odd & ODD_ROUTE)
		len = put_header(packet, len, &next, PROTO_ROUTING, route, sizeof(route));
	if (s->odd & ODD_ATOMIC)
		len = put_header(packet, len, &next, PROTO_FRAGMENT, whole, sizeof(whole));
	packet[next] = PROTO_TCP;
	len += build_tcp(packet + len, s);

	put32(packet, 6u << 28 | (uint32_t)s->tos << 20 | s->label);
	put16(packet + 4, (uint32_t)(len - 40));
	packet[7] = s->ttl;
	memcpy(packet + 8, s->from.byte, 16);
	memcpy(packet + 24, s->to.byte, 16);
	return len;
}

/*
 * wire_build() - the packet for these fields, checksums included
 *
 * The payload must leave room for the headers in WIRE_MAX.
 */
size_t wire_build(uint8_t packet[WIRE_MAX], const struct segment *s)
{
	return s->from.version == 4 ? build_ip4(packet, s) : build_ip6(packet, s);
}

static size_t fragment_ip4(uint8_t *fragment, const uint8_t *packet, size_t len,
			   unsigned int nth)
{
	size_t header = (packet[0] & 15) * 4u, skip = nth ? FIRST_FRAGMENT : 0;
	size_t n = nth ? len - header - skip : FIRST_FRAGMENT;

	memcpy(fragment, packet, header);
	memcpy(fragment + header, packet + header + skip, n);
	put16(fragment + 2, (uint32_t)(header + n));
	put16(fragment + 6, nth ? FIRST_FRAGMENT / 8 : 0x2000);
	put16(fragment + 10, 0);
	put16(fragment + 10, fold(sum16(0, fragment, header)));
	return header + n;
}

static size_t fragment_ip6(uint8_t *fragment, const uint8_t *packet, size_t len,
			   unsigned int nth)
{
	size_t skip = nth ? FIRST_FRAGMENT : 0, n = nth ? len - 40 - skip : FIRST_FRAGMENT;

	memcpy(fragment, packet, 40);
	memset(fragment + 40, 0, 8);
	fragment[6] = PROTO_FRAGMENT;
	fragment[40] = packet[6];
	put16(fragment + 42, nth ? FIRST_FRAGMENT : 1);
	memcpy(fragment + 44, packet + 40, 4);	/* both have the same identification */
	memcpy(fragment + 48, packet + 40 + skip, n);
	put16(fragment + 4, (uint32_t)(8 + n));
	return 48 + n;
}

/* wire_fragment() - one of the two fragments of a packet, 0 or 1 */
size_t wire_fragment(uint8_t fragment[WIRE_MAX], const uint8_t *packet, size_t len,
		     unsigned int nth)
{
	return packet[0] >> 4 == 4 ? fragment_ip4(fragment, packet, len, nth) :
				     fragment_ip6(fragment, packet, len, nth);
}
