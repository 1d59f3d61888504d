// SPDX-License-Identifier: GPL-2.0-only
#include "dialog.h"

#define SYN	0x02
#define PSH	0x08
#define ACK	0x10

#define STEPS(...)							\
	.steps = sizeof((struct dialog_step[]){ __VA_ARGS__ }) / sizeof(struct dialog_step), \
	.step = (const struct dialog_step[]){ __VA_ARGS__ }

const struct dialog_script dialog_handshake = {
	.name = "handshake",
	STEPS({ DIALOG_CLIENT, SYN, 0 },
	      { DIALOG_SERVER, SYN | ACK, 0 },
	      { DIALOG_CLIENT, ACK, 0 }),
};

const struct dialog_script dialog_talk = {
	.name = "talk",
	STEPS({ DIALOG_CLIENT, PSH | ACK, 80 },
	      { DIALOG_SERVER, PSH | ACK, 240 }),
};

const struct dialog_script dialog_bulk = {
	.name = "bulk",
	STEPS({ DIALOG_CLIENT, ACK, 1428 },
	      { DIALOG_CLIENT, PSH | ACK, 1428 },
	      { DIALOG_SERVER, ACK, 0 }),
};

/*
 * Clients 198.18.0.0/24 and 2001:db8:c::/64 reach one server, 198.19.0.1 and
 * 2001:db8:5::1 (RFC 2544, RFC 3849), by 256 ports each.
 */
static const __u8 addr4[2][4] = { { 198, 18, 0, 0 }, { 198, 19, 0, 1 } };
static const __u8 addr6[2][16] = {
	{ 0x20, 0x01, 0x0d, 0xb8, 0, 0x0c },
	{ 0x20, 0x01, 0x0d, 0xb8, 0, 0x05, [15] = 1 },
};

/* Both have come a way: 64 - 7 and 64 - 12. */
static const __u8 ttl[2] = { 57, 52 };

static __u8 *put16(__u8 *p, __u16 v)
{
	*p++ = v >> 8;
	*p++ = v & 0xff;
	return p;
}

static __u8 *put32(__u8 *p, __u32 v)
{
	return put16(put16(p, v >> 16), v & 0xffff);
}

static __u8 *put_addr(__u8 *p, const struct dialog *d, unsigned int host)
{
	const __u8 *a = d->v6 ? addr6[host] : addr4[host];
	unsigned int i, n = d->v6 ? 16 : 4;

	for (i = 0; i < n; i++)
		*p++ = a[i];
	if (host == DIALOG_CLIENT)
		p[-1] = 2 + d->number / 256;
	return p;
}

static __u16 port(const struct dialog *d, unsigned int host)
{
	return host == DIALOG_SERVER ? 587 : 40000 + d->number % 256;
}

/* What Linux puts on a SYN, and on all later segments. */
static __u8 *put_options(__u8 *p, const struct dialog *d, unsigned int from, int syn)
{
	if (syn) {
		p = put32(p, 0x020405a0);	/* MSS 1440 */
		p = put16(p, 0x0402);		/* SACK permitted */
	} else {
		p = put16(p, 0x0101);
	}
	p = put16(p, 0x080a);
	p = put32(p, d->ts[from]);
	p = put32(p, d->ts[!from]);
	if (syn)
		p = put32(p, 0x01030307);	/* window scale 7 */
	return p;
}

static void fill_checksum(__u8 *ip)
{
	__u32 sum = 0;
	unsigned int i;

	for (i = 0; i < 20; i += 2)
		sum += ip[i] << 8 | ip[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	put16(ip + 10, ~sum & 0xffff);
}

void dialog_init(struct dialog *d, unsigned int number, int v6)
{
	unsigned int host;

	d->number = number;
	d->v6 = v6;
	for (host = 0; host < 2; host++) {
		/* spread over the number space, so that some wrap in every run */
		d->nxt[host] = number * 0x9e3779b1u + host * 0x3c6ef372u;
		d->id[host] = d->nxt[host] >> 16;
		d->ts[host] = 0;
	}
}

unsigned int dialog_packet(struct dialog *d, const struct dialog_step *step, __u32 ms, __u8 *p)
{
	const unsigned int from = step->from;
	const int syn = step->flags & SYN;
	const unsigned int thlen = syn ? 40 : 32;
	__u8 *start = p;

	/* each with a clock of its own */
	d->ts[from] = ms + (from == DIALOG_CLIENT ? 0x10000000 : 0x70000000);
	if (d->v6) {
		p = put32(p, 6u << 28 | (0x12345 + d->number));
		p = put16(p, thlen + step->len);
		*p++ = 6;
		*p++ = ttl[from];
	} else {
		p = put16(p, 0x4500);
		p = put16(p, 20 + thlen + step->len);
		p = put16(p, ++d->id[from]);
		p = put16(p, 0x4000);	/* DF */
		*p++ = ttl[from];
		*p++ = 6;
		p = put16(p, 0);
	}
	p = put_addr(p, d, from);
	p = put_addr(p, d, !from);
	if (!d->v6)
		fill_checksum(start);

	p = put16(p, port(d, from));
	p = put16(p, port(d, !from));
	p = put32(p, d->nxt[from]);
	p = put32(p, step->flags & ACK ? d->nxt[!from] : 0);
	p = put16(p, thlen / 4 << 12 | step->flags);
	p = put16(p, syn ? 64240 : 501);
	p = put32(p, 0);		/* checksum, urgent pointer */
	p = put_options(p, d, from, syn);

	d->nxt[from] += step->len + !!syn;
	return p - start;
}
