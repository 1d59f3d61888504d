// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "octets.h"
#include "wire.h"

#define PROTO_TCP	6
#define OPT_END		0
#define OPT_NOP		1
#define OPT_SACK_OK	4
#define OPT_SACK	5
#define OPT_TS		8
#define OPT_TS_LEN	10

static void parse_options(struct segment *s, const uint8_t *opt, const uint8_t *end)
{
	while (opt < end && *opt != OPT_END) {
		if (*opt == OPT_NOP) {
			opt++;
			continue;
		}
		if (end - opt < 2 || opt[1] < 2 || opt[1] > end - opt)
			return;
		if (opt[0] == OPT_TS && opt[1] == OPT_TS_LEN) {
			s->has_ts = true;
			s->ts_val = get32(opt + 2);
			s->ts_ecr = get32(opt + 6);
		}
		if (opt[0] == OPT_SACK_OK)
			s->sack_ok = true;
		opt += opt[1];
	}
}

static bool parse_tcp(struct segment *s, const uint8_t *tcp, size_t len)
{
	size_t header;

	if (len < 20)
		return false;
	header = (tcp[12] >> 4) * 4u;
	if (header < 20 || header > len)
		return false;
	s->from.port = get16(tcp);
	s->to.port = get16(tcp + 2);
	s->seq = get32(tcp + 4);
	s->ack = get32(tcp + 8);
	s->flags = (uint16_t)((tcp[12] & 1) << 8 | tcp[13]);
	s->win = get16(tcp + 14);
	parse_options(s, tcp + 20, tcp + header);
	s->payload = tcp + header;
	s->len = len - header;
	return true;
}

static bool parse_v4(struct segment *s, const uint8_t *ip, size_t len)
{
	size_t header = (ip[0] & 15) * 4u, total;

	if (len < 20 || header < 20)
		return false;
	total = get16(ip + 2);
	if (!total)
		total = len;	/* a merged packet of more than 64 KiB */
	if (total > len || header > total || ip[9] != PROTO_TCP)
		return false;
	if (get16(ip + 6) & 0x3fff)
		return false;	/* fragments do not matter to an injector */
	s->from.version = 4;
	s->to.version = 4;
	s->tos = ip[1];
	s->id = get16(ip + 4);
	s->df = ip[6] & 0x40;
	s->ttl = ip[8];
	memcpy(s->from.byte, ip + 12, 4);
	memcpy(s->to.byte, ip + 16, 4);
	return parse_tcp(s, ip + header, total - header);
}

static bool parse_v6(struct segment *s, const uint8_t *ip, size_t len)
{
	size_t payload;

	if (len < 40 || ip[6] != PROTO_TCP)
		return false;
	payload = get16(ip + 4);
	if (!payload)
		payload = len - 40;
	if (payload > len - 40)
		return false;
	s->from.version = 6;
	s->to.version = 6;
	s->tos = (uint8_t)(get16(ip) >> 4);
	s->label = get32(ip) & 0xfffff;
	s->ttl = ip[7];
	memcpy(s->from.byte, ip + 8, 16);
	memcpy(s->to.byte, ip + 24, 16);
	return parse_tcp(s, ip + 40, payload);
}

/*
 * wire_parse() - read a packet that begins with its IP header
 *
 * Return: is it an unfragmented TCP segment?
 */
bool wire_parse(struct segment *s, const uint8_t *packet, size_t len)
{
	memset(s, 0, sizeof(*s));
	s->segs = 1;
	if (!len)
		return false;
	switch (packet[0] >> 4) {
	case 4:
		return parse_v4(s, packet, len);
	case 6:
		return parse_v6(s, packet, len);
	}
	return false;
}

/*
 * address_is_private() - may test traffic go there?
 *
 * RFC 1918, 5737, 2544 and 4193, 3849, 4291 link-local: never a host of anybody else.
 */
bool address_is_private(const struct address *a)
{
	static const struct {
		uint32_t net, mask;
	} v4[] = {
		{ 0x0a000000, 0xff000000 }, { 0xac100000, 0xfff00000 },
		{ 0xc0a80000, 0xffff0000 }, { 0xc0000200, 0xffffff00 },
		{ 0xc6336400, 0xffffff00 }, { 0xcb007100, 0xffffff00 },
		{ 0xc6120000, 0xfffe0000 },
	};

	if (a->version == 6)
		return (a->byte[0] & 0xfe) == 0xfc ||
		       (a->byte[0] == 0xfe && (a->byte[1] & 0xc0) == 0x80) ||
		       get32(a->byte) == 0x20010db8;
	for (size_t i = 0; i < sizeof(v4) / sizeof(v4[0]); i++)
		if ((get32(a->byte) & v4[i].mask) == v4[i].net)
			return true;
	return false;
}

/* address_parse() - from text, without port */
bool address_parse(struct address *a, const char *text)
{
	memset(a, 0, sizeof(*a));
	a->version = 4;
	if (inet_pton(AF_INET, text, a->byte) == 1)
		return true;
	a->version = 6;
	return inet_pton(AF_INET6, text, a->byte) == 1;
}

/* sockaddr_parse() - for a socket; its size, 0 where @text is no address */
socklen_t sockaddr_parse(struct sockaddr_storage *addr, const char *text, const char *port)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)addr;
	struct sockaddr_in *v4 = (struct sockaddr_in *)addr;
	struct address a;

	if (!address_parse(&a, text))
		return 0;
	memset(addr, 0, sizeof(*addr));
	if (a.version == 4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)atoi(port));
		memcpy(&v4->sin_addr, a.byte, 4);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons((uint16_t)atoi(port));
	memcpy(&v6->sin6_addr, a.byte, 16);
	return sizeof(*v6);
}

bool address_same(const struct address *a, const struct address *b)
{
	return a->version == b->version && a->port == b->port &&
	       !memcmp(a->byte, b->byte, sizeof(a->byte));
}

/* address_text() - "10.0.0.1:25" or "[fd00::1]:25"; four results stay valid */
const char *address_text(const struct address *a)
{
	static char text[4][INET6_ADDRSTRLEN + 9];
	static unsigned int turn;
	char host[INET6_ADDRSTRLEN];
	char *out = text[turn++ % 4];

	inet_ntop(a->version == 4 ? AF_INET : AF_INET6, a->byte, host, sizeof(host));
	snprintf(out, sizeof(text[0]), a->version == 4 ? "%s:%u" : "[%s]:%u", host, a->port);
	return out;
}
