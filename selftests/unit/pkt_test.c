// SPDX-License-Identifier: GPL-2.0-only
/* From octets to a segment: what is read, and that no length field is believed. */
#include "env.h"
#include "pkt.h"

#include "kselftest_harness.h"

#define BUF	66000

/* One datagram under construction; tests then spoil octets of it. */
struct dgram {
	u8 b[BUF];
	u32 len;
};

static void put16(u8 *p, u16 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static void put32(u8 *p, u32 v)
{
	put16(p, (u16)(v >> 16));
	put16(p + 2, (u16)v);
}

/* A TCP header of 20 + @optlen octets (NOPs) and @paylen of payload behind it. */
static void put_tcp(struct dgram *g, u32 optlen, u32 paylen)
{
	u8 *th = g->b + g->len;

	put16(th, 46512);
	put16(th + 2, 465);
	put32(th + 4, 0x89abcdef);
	put32(th + 8, 0x01234567);
	th[12] = (u8)((20 + optlen) / 4 << 4);
	th[13] = RSTG_PSH | RSTG_ACK;
	put16(th + 14, 501);
	memset(th + 20, 1, optlen);
	memset(th + 20 + optlen, 'x', paylen);
	g->len += 20 + optlen + paylen;
}

static void put_ipv4(struct dgram *g, u32 iplen)
{
	static const u8 addrs[8] = { 192, 0, 2, 1, 198, 51, 100, 25 };
	u8 *p = g->b;

	p[0] = (u8)(0x40 | iplen / 4);
	p[1] = 0x28;
	put16(p + 4, 0xbeef);
	put16(p + 6, 0x4000);
	p[8] = 52;
	p[9] = 6;
	memcpy(p + 12, addrs, 8);
	memset(p + 20, 1, iplen - 20);
	g->len = iplen;
}

static void end_ipv4(struct dgram *g)
{
	put16(g->b + 2, (u16)g->len);
}

static void make_ipv4(struct dgram *g)
{
	memset(g, 0, sizeof(*g));
	put_ipv4(g, 20);
	put_tcp(g, 0, 10);
	end_ipv4(g);
}

static void put_ipv6(struct dgram *g, u8 nexthdr)
{
	u8 *p = g->b;

	put32(p, 0x628abcde);	/* version 6, class 0x28, label 0xabcde */
	p[6] = nexthdr;
	p[7] = 52;
	put32(p + 8, 0x20010db8);
	p[23] = 1;
	put32(p + 24, 0x20010db8);
	p[39] = 2;
	g->len = 40;
}

/* An extension header of 8 * @units octets. */
static void put_ext(struct dgram *g, u8 nexthdr, u32 units)
{
	u8 *p = g->b + g->len;

	p[0] = nexthdr;
	p[1] = (u8)(units - 1);
	p[2] = 1;		/* PadN over the rest */
	p[3] = (u8)(units * 8 - 4);
	g->len += units * 8;
}

static void end_ipv6(struct dgram *g)
{
	put16(g->b + 4, (u16)(g->len - 40));
}

static void make_ipv6(struct dgram *g)
{
	memset(g, 0, sizeof(*g));
	put_ipv6(g, 6);
	put_tcp(g, 0, 10);
	end_ipv6(g);
}

/* From a heap copy of exact size, where one octet too far is seen by ASan. */
static enum rstg_pkt_err parse_cut(const struct dgram *g, u32 caplen, u32 wirelen,
				   struct rstg_pkt *pkt)
{
	u8 *copy = malloc(caplen ? caplen : 1);
	enum rstg_pkt_err err;

	if (!copy)
		abort();
	memcpy(copy, g->b, caplen);
	memset(pkt, 0xff, sizeof(*pkt));
	err = rstg_pkt_parse(pkt, copy, caplen, wirelen);
	free(copy);
	return err;
}

static enum rstg_pkt_err parse(const struct dgram *g, struct rstg_pkt *pkt)
{
	return parse_cut(g, g->len, g->len, pkt);
}

TEST(ipv4)
{
	static const u8 from[16] = { [10] = 0xff, 0xff, 192, 0, 2, 1 };
	static const u8 to[16] = { [10] = 0xff, 0xff, 198, 51, 100, 25 };
	struct rstg_pkt pkt;
	struct dgram g;

	make_ipv4(&g);
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(0, memcmp(&pkt.saddr, from, 16));
	EXPECT_EQ(0, memcmp(&pkt.daddr, to, 16));
	EXPECT_EQ(46512, pkt.sport);
	EXPECT_EQ(465, pkt.dport);
	EXPECT_EQ(0x89abcdef, pkt.seq);
	EXPECT_EQ(0x01234567, pkt.ack);
	EXPECT_EQ(10, pkt.len);
	EXPECT_EQ(0xbeef, pkt.ip_id);
	EXPECT_EQ(1, pkt.n_segs);
	EXPECT_EQ(501, pkt.win);
	EXPECT_EQ(RSTG_PSH | RSTG_ACK, pkt.flags);
	EXPECT_EQ(20, pkt.thoff);
	EXPECT_EQ(40, pkt.hlen);
	EXPECT_EQ(52, pkt.ttl);
	EXPECT_EQ(0x28, pkt.tos);
	EXPECT_EQ(0, pkt.flow_label);
	EXPECT_EQ(RSTG_PKT_HAS_ID | RSTG_PKT_DF, pkt.bits);
}

TEST(ipv6)
{
	static const u8 from[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
	static const u8 to[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 };
	struct rstg_pkt pkt;
	struct dgram g;

	make_ipv6(&g);
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(0, memcmp(&pkt.saddr, from, 16));
	EXPECT_EQ(0, memcmp(&pkt.daddr, to, 16));
	EXPECT_EQ(46512, pkt.sport);
	EXPECT_EQ(465, pkt.dport);
	EXPECT_EQ(0x89abcdef, pkt.seq);
	EXPECT_EQ(0x01234567, pkt.ack);
	EXPECT_EQ(10, pkt.len);
	EXPECT_EQ(1, pkt.n_segs);
	EXPECT_EQ(501, pkt.win);
	EXPECT_EQ(40, pkt.thoff);
	EXPECT_EQ(60, pkt.hlen);
	EXPECT_EQ(52, pkt.ttl);
	EXPECT_EQ(0x28, pkt.tos);
	EXPECT_EQ(0xabcde, pkt.flow_label);
	EXPECT_EQ(0, pkt.bits);
}

/* Nine flags: one GFW type sets the ninth on its RSTs (Weaver et al., "RAE"). */
TEST(flags)
{
	struct rstg_pkt pkt;
	struct dgram g;

	make_ipv4(&g);
	g.b[32] |= 1;
	g.b[33] = 0xd4;
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(RSTG_AE | 0xc0 | RSTG_ACK | RSTG_RST, pkt.flags);

	g.b[32] |= 0x0e;	/* reserved */
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(RSTG_AE | 0xc0 | RSTG_ACK | RSTG_RST, pkt.flags);
}

/* SYN and FIN take a sequence number each (RFC 9293 3.4). */
TEST(seq_len)
{
	struct rstg_pkt pkt = { .seq = 0xfffffffe, .len = 10 };

	EXPECT_EQ(10, rstg_pkt_seq_len(&pkt));
	EXPECT_EQ(8, rstg_pkt_seq_end(&pkt));
	pkt.flags = RSTG_SYN | RSTG_ACK;
	EXPECT_EQ(11, rstg_pkt_seq_len(&pkt));
	pkt.flags = RSTG_FIN | RSTG_ACK;
	EXPECT_EQ(11, rstg_pkt_seq_len(&pkt));
	pkt.flags = RSTG_RST | RSTG_ACK;
	EXPECT_EQ(10, rstg_pkt_seq_len(&pkt));
}

TEST(timestamp)
{
	static const u8 ts[12] = { 1, 1, 8, 10, 0, 0, 0, 77, 0, 0, 0, 1 };
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv4(&g, 20);
	put_tcp(&g, 12, 0);
	end_ipv4(&g);
	memcpy(g.b + 40, ts, sizeof(ts));
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(RSTG_PKT_HAS_ID | RSTG_PKT_DF | RSTG_PKT_TS, pkt.bits);
	EXPECT_EQ(77, pkt.ts_val);
	EXPECT_EQ(52, pkt.hlen);
	EXPECT_EQ(0, pkt.len);
}

TEST(window_scale)
{
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv4(&g, 20);
	put_tcp(&g, 4, 0);
	end_ipv4(&g);
	g.b[40] = 3;
	g.b[41] = 3;
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(RSTG_PKT_WS, pkt.bits & RSTG_PKT_WS);
	EXPECT_EQ(1, pkt.wscale);
}

TEST(sack_permitted)
{
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv4(&g, 20);
	put_tcp(&g, 4, 0);
	end_ipv4(&g);
	g.b[40] = 4;
	g.b[41] = 2;
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(RSTG_PKT_HAS_ID | RSTG_PKT_DF | RSTG_PKT_SACKOK, pkt.bits);
}

/* What Linux answers a keep-alive of one octet with (RFC 2883). */
TEST(sack)
{
	static const u8 opt[24] = { 1, 1, 8, 10, 0, 0, 0, 77, 0, 0, 0, 1,
				    1, 1, 5, 10, 0, 0, 3, 0xe7, 0, 0, 3, 0xe8 };
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv4(&g, 20);
	put_tcp(&g, sizeof(opt), 0);
	end_ipv4(&g);
	memcpy(g.b + 40, opt, sizeof(opt));
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(RSTG_PKT_HAS_ID | RSTG_PKT_DF | RSTG_PKT_TS | RSTG_PKT_SACK, pkt.bits);
	EXPECT_EQ(77, pkt.ts_val);
	EXPECT_EQ(999, pkt.sack_start);
	EXPECT_EQ(1000, pkt.sack_end);
}

TEST(addr_is_v4)
{
	struct rstg_pkt pkt;
	struct dgram g;

	make_ipv4(&g);
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_TRUE(rstg_addr_is_v4(&pkt.saddr));
	make_ipv6(&g);
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_FALSE(rstg_addr_is_v4(&pkt.saddr));
	memset(&pkt.saddr, 0, sizeof(pkt.saddr));	/* ::, compatible but not mapped */
	EXPECT_FALSE(rstg_addr_is_v4(&pkt.saddr));
}

/* Broken options do not make a RST disappear: a receiver acts on it all the same. */
TEST(bad_options_are_noted)
{
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv4(&g, 20);
	put_tcp(&g, 4, 0);
	end_ipv4(&g);
	g.b[40] = 8;
	g.b[41] = 0;
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(RSTG_PKT_BADOPT, pkt.bits & (RSTG_PKT_BADOPT | RSTG_PKT_TS));
}

TEST(ipv4_options_are_skipped)
{
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv4(&g, 60);
	put_tcp(&g, 40, 7);
	end_ipv4(&g);
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(465, pkt.dport);
	EXPECT_EQ(60, pkt.thoff);
	EXPECT_EQ(120, pkt.hlen);
	EXPECT_EQ(7, pkt.len);
}

/* Ethernet pads short frames to 60 octets: padding is not payload. */
TEST(padding_is_not_payload)
{
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv4(&g, 20);
	put_tcp(&g, 0, 0);
	end_ipv4(&g);
	ASSERT_EQ(RSTG_PKT_OK, parse_cut(&g, 46, 46, &pkt));
	EXPECT_EQ(0, pkt.len);

	memset(&g, 0, sizeof(g));
	put_ipv6(&g, 6);
	put_tcp(&g, 0, 0);
	end_ipv6(&g);
	ASSERT_EQ(RSTG_PKT_OK, parse_cut(&g, 66, 66, &pkt));
	EXPECT_EQ(0, pkt.len);
}

/* Captured shorter than it was: the headers suffice. */
TEST(snaplen)
{
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv4(&g, 20);
	put_tcp(&g, 0, 1000);
	end_ipv4(&g);
	ASSERT_EQ(RSTG_PKT_OK, parse_cut(&g, 40, 1040, &pkt));
	EXPECT_EQ(1000, pkt.len);
}

/* Segmentation offload fills the length in later; IPv6 has jumbograms (RFC 2675). */
TEST(length_0)
{
	struct rstg_pkt pkt;
	struct dgram g;

	make_ipv4(&g);
	put16(g.b + 2, 0);
	ASSERT_EQ(RSTG_PKT_OK, parse_cut(&g, g.len, 100000, &pkt));
	EXPECT_EQ(100000 - 40, pkt.len);

	make_ipv6(&g);
	put16(g.b + 4, 0);
	ASSERT_EQ(RSTG_PKT_OK, parse_cut(&g, g.len, 100000, &pkt));
	EXPECT_EQ(100000 - 60, pkt.len);
}

/* Octets of an IPv4 datagram that are spoilt, and what comes of it. */
FIXTURE(spoilt4) {
	struct dgram g;
	struct rstg_pkt pkt;
};

FIXTURE_VARIANT(spoilt4) {
	u32 at;
	u8 octet;
	enum rstg_pkt_err err;
};

FIXTURE_VARIANT_ADD(spoilt4, not_at_all)   { .at = 1, .octet = 0, .err = RSTG_PKT_OK };
FIXTURE_VARIANT_ADD(spoilt4, version_0)    { .at = 0, .octet = 0x05, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, version_5)    { .at = 0, .octet = 0x55, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, ihl_16)	   { .at = 0, .octet = 0x44, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, ihl_60)	   { .at = 0, .octet = 0x4f, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, total_39)	   { .at = 3, .octet = 39, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, total_19)	   { .at = 3, .octet = 19, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, total_one_more) { .at = 3, .octet = 51, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, more_fragments) { .at = 6, .octet = 0x20, .err = RSTG_PKT_FRAGMENT };
FIXTURE_VARIANT_ADD(spoilt4, offset_high)  { .at = 6, .octet = 0x10, .err = RSTG_PKT_FRAGMENT };
FIXTURE_VARIANT_ADD(spoilt4, offset_low)   { .at = 7, .octet = 0x01, .err = RSTG_PKT_FRAGMENT };
FIXTURE_VARIANT_ADD(spoilt4, evil_bit)	   { .at = 6, .octet = 0xc0, .err = RSTG_PKT_OK };
FIXTURE_VARIANT_ADD(spoilt4, udp)	   { .at = 9, .octet = 17, .err = RSTG_PKT_NOT_TCP };
FIXTURE_VARIANT_ADD(spoilt4, doff_16)	   { .at = 32, .octet = 0x40, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, doff_0)	   { .at = 32, .octet = 0x00, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, doff_into_payload) { .at = 32, .octet = 0x70, .err = RSTG_PKT_OK };
FIXTURE_VARIANT_ADD(spoilt4, doff_beyond)  { .at = 32, .octet = 0x80, .err = RSTG_PKT_BAD };
FIXTURE_VARIANT_ADD(spoilt4, doff_60)	   { .at = 32, .octet = 0xf0, .err = RSTG_PKT_BAD };

FIXTURE_SETUP(spoilt4)
{
	make_ipv4(&self->g);
	self->g.b[variant->at] = variant->octet;
}

FIXTURE_TEARDOWN(spoilt4)
{
}

TEST_F(spoilt4, err)
{
	EXPECT_EQ(variant->err, parse(&self->g, &self->pkt));
}

TEST(df_clear)
{
	struct rstg_pkt pkt;
	struct dgram g;

	make_ipv4(&g);
	g.b[6] = 0;
	ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	EXPECT_EQ(RSTG_PKT_HAS_ID, pkt.bits);
}

/* IPv6 extension headers: which are walked, and how far (RFC 8200 4). */
FIXTURE(chain) {
	struct dgram g;
	struct rstg_pkt pkt;
	enum rstg_pkt_err err;
	u32 hlen;
};

FIXTURE_VARIANT(chain) {
	u8 nh[9];	/* ends with what is no extension header */
	u32 units;
	u16 frag;	/* offset, flags, for a fragment header */
	enum rstg_pkt_err err;
};

FIXTURE_VARIANT_ADD(chain, none)	{ .nh = { 6 }, .units = 1 };
FIXTURE_VARIANT_ADD(chain, hop_by_hop)	{ .nh = { 0, 6 }, .units = 1 };
FIXTURE_VARIANT_ADD(chain, dest_opts)	{ .nh = { 60, 6 }, .units = 3 };
FIXTURE_VARIANT_ADD(chain, routing)	{ .nh = { 43, 6 }, .units = 2 };
FIXTURE_VARIANT_ADD(chain, in_order)	{ .nh = { 0, 60, 43, 60, 6 }, .units = 2 };
FIXTURE_VARIANT_ADD(chain, six)		{ .nh = { 0, 60, 60, 60, 60, 60, 6 }, .units = 1 };
FIXTURE_VARIANT_ADD(chain, seven)	{
	.nh = { 0, 60, 60, 60, 60, 60, 60, 6 }, .units = 1,
};
FIXTURE_VARIANT_ADD(chain, long_ext)	{ .nh = { 60, 6 }, .units = 128 };
/* a whole datagram behind a fragment header (RFC 6946) */
FIXTURE_VARIANT_ADD(chain, atomic_fragment) { .nh = { 44, 6 }, .units = 1 };
FIXTURE_VARIANT_ADD(chain, first_fragment) {
	.nh = { 44, 6 }, .units = 1, .frag = 0x0001, .err = RSTG_PKT_FRAGMENT,
};
FIXTURE_VARIANT_ADD(chain, later_fragment) {
	.nh = { 44, 6 }, .units = 1, .frag = 0x0008, .err = RSTG_PKT_FRAGMENT,
};
FIXTURE_VARIANT_ADD(chain, far_fragment) {
	.nh = { 44, 6 }, .units = 1, .frag = 0xfff8, .err = RSTG_PKT_FRAGMENT,
};
/* the two reserved bits of RFC 8200 4.5 */
FIXTURE_VARIANT_ADD(chain, fragment_reserved) {
	.nh = { 44, 6 }, .units = 1, .frag = 0x0006,
};
FIXTURE_VARIANT_ADD(chain, udp)	{
	.nh = { 0, 17 }, .units = 1, .err = RSTG_PKT_NOT_TCP,
};
FIXTURE_VARIANT_ADD(chain, no_next_header) {
	.nh = { 60, 59 }, .units = 1, .err = RSTG_PKT_NOT_TCP,
};
FIXTURE_VARIANT_ADD(chain, encrypted) {
	.nh = { 50 }, .units = 1, .err = RSTG_PKT_NOT_TCP,
};

FIXTURE_SETUP(chain)
{
	struct dgram *g = &self->g;
	u32 at = 40;
	int i;

	put_ipv6(g, variant->nh[0]);
	for (i = 0; variant->nh[i + 1]; i++) {
		at = g->len;
		put_ext(g, variant->nh[i + 1], variant->units);
	}
	if (variant->nh[0] == 44) {
		g->b[at + 1] = 0;	/* reserved */
		put16(g->b + at + 2, variant->frag);
	}
	self->hlen = g->len + 20;
	put_tcp(g, 0, 10);
	end_ipv6(g);
	self->err = parse(g, &self->pkt);
}

FIXTURE_TEARDOWN(chain)
{
}

TEST_F(chain, walked)
{
	ASSERT_EQ(variant->err, self->err);
	if (self->err)
		return;
	EXPECT_EQ(465, self->pkt.dport);
	EXPECT_EQ(self->hlen, self->pkt.hlen);
	EXPECT_EQ(self->hlen - 20, self->pkt.thoff);
	EXPECT_EQ(10, self->pkt.len);
}

/* Behind the IPv6 header or nowhere: RFC 8200 4.1, and Linux has no handler for it. */
TEST(hop_by_hop_second)
{
	static const u8 before[] = { 0, 43, 60 };
	struct rstg_pkt pkt;
	struct dgram g;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(before); i++) {
		memset(&g, 0, sizeof(g));
		put_ipv6(&g, before[i]);
		put_ext(&g, 0, 1);
		put_ext(&g, 6, 1);
		put_tcp(&g, 0, 0);
		end_ipv6(&g);
		EXPECT_EQ(RSTG_PKT_NOT_TCP, parse(&g, &pkt));
		g.b[40] = 60;	/* and so it was that which mattered */
		EXPECT_EQ(RSTG_PKT_OK, parse(&g, &pkt));
	}
}

/* As many headers as there is room for, and a TCP header far out. */
TEST(no_limit_but_the_datagram)
{
	static const u32 counts[] = { 1, 7, 20, 180, 1000, 8170 };
	struct rstg_pkt pkt;
	struct dgram g;
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		memset(&g, 0, sizeof(g));
		put_ipv6(&g, 60);
		for (n = 1; n < counts[i]; n++)
			put_ext(&g, 60, 1);
		put_ext(&g, 6, 1);
		put_tcp(&g, 12, 0);
		end_ipv6(&g);
		ASSERT_EQ(RSTG_PKT_OK, parse(&g, &pkt)) {
			TH_LOG("%u headers", counts[i]);
		}
		EXPECT_EQ(40 + 8 * counts[i], pkt.thoff);
		EXPECT_EQ(465, pkt.dport);
		EXPECT_EQ(0, pkt.len);
	}
}

/* Where no 16 bits say where it is. */
TEST(too_far_out)
{
	struct rstg_pkt pkt;
	struct dgram g = {};
	u8 *th;
	u32 n;

	put_ipv6(&g, 60);
	for (n = 1; n < 8180; n++)
		put_ext(&g, 60, 1);
	put_ext(&g, 6, 1);
	th = g.b + g.len;
	put_tcp(&g, 0, 0);
	end_ipv6(&g);
	EXPECT_EQ(RSTG_PKT_BAD, parse(&g, &pkt));
	EXPECT_EQ(RSTG_PKT_BAD, rstg_pkt_parse_apart(&pkt, g.b, 40, th, 20,
						     (u32)(th - g.b), g.len));
}

/*
 * IPsec's receiver takes it off and shows the segment again; who has no key for it drops
 * the segment.
 */
TEST(auth_header)
{
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv6(&g, 51);
	g.b[40] = 6;
	g.b[41] = 4;
	g.len += 24;
	put_tcp(&g, 0, 0);
	end_ipv6(&g);
	EXPECT_EQ(RSTG_PKT_NOT_TCP, parse(&g, &pkt));
}

TEST(ext_beyond_the_end)
{
	struct rstg_pkt pkt;
	struct dgram g = {};

	put_ipv6(&g, 60);
	put_ext(&g, 6, 1);
	put_tcp(&g, 0, 0);
	end_ipv6(&g);
	g.b[41] = 255;
	EXPECT_EQ(RSTG_PKT_BAD, parse(&g, &pkt));
}

TEST(ipv6_payload_longer_than_the_wire)
{
	struct rstg_pkt pkt;
	struct dgram g;

	make_ipv6(&g);
	put16(g.b + 4, (u16)(g.len - 40 + 1));
	EXPECT_EQ(RSTG_PKT_BAD, parse(&g, &pkt));
	put16(g.b + 4, 19);
	EXPECT_EQ(RSTG_PKT_BAD, parse(&g, &pkt));
}

/* Cut anywhere: SHORT until the TCP header is complete, the same segment from there. */
TEST(every_cut)
{
	struct rstg_pkt whole, pkt;
	struct dgram g;
	unsigned int kind;
	u32 cut;

	for (kind = 0; kind < 4; kind++) {
		memset(&g, 0, sizeof(g));
		if (kind & 2)
			put_ipv6(&g, kind & 1 ? 0 : 6);
		else
			put_ipv4(&g, kind & 1 ? 60 : 20);
		if (kind == 3) {
			put_ext(&g, 44, 2);
			put_ext(&g, 6, 1);
			put16(g.b + g.len - 6, 0);
		}
		put_tcp(&g, kind & 1 ? 40 : 0, 33);
		if (kind & 2)
			end_ipv6(&g);
		else
			end_ipv4(&g);

		ASSERT_EQ(RSTG_PKT_OK, parse(&g, &whole));
		for (cut = 0; cut <= g.len; cut++) {
			enum rstg_pkt_err err = parse_cut(&g, cut, g.len, &pkt);

			ASSERT_EQ(cut < whole.hlen ? RSTG_PKT_SHORT : RSTG_PKT_OK, err) {
				TH_LOG("kind %u cut at %u", kind, cut);
			}
			if (!err)
				ASSERT_EQ(0, memcmp(&whole, &pkt, sizeof(pkt)));
		}
	}
}

/* IP header and TCP header from two places, each cut anywhere: the same as from one. */
TEST(apart)
{
	struct rstg_pkt whole, pkt;
	u32 kind, cut, iplen, thlen;
	struct dgram g;

	for (kind = 0; kind < 4; kind++) {
		memset(&g, 0, sizeof(g));
		if (kind & 2)
			put_ipv6(&g, kind & 1 ? 60 : 6);
		else
			put_ipv4(&g, kind & 1 ? 60 : 20);
		if (kind == 3)
			put_ext(&g, 6, 30);
		put_tcp(&g, kind & 1 ? 40 : 0, 33);
		if (kind & 2)
			end_ipv6(&g);
		else
			end_ipv4(&g);
		ASSERT_EQ(RSTG_PKT_OK, parse(&g, &whole));
		iplen = kind & 2 ? 40 : 20;	/* its options are of no interest */
		thlen = whole.hlen - whole.thoff;

		for (cut = 0; cut <= iplen + thlen; cut++) {
			/* Of exact size, for ASan. */
			u32 ipcut = cut < iplen ? cut : iplen;
			u32 thcut = cut < iplen ? thlen : cut - iplen;
			u8 *ip = malloc(ipcut + !ipcut), *th = malloc(thcut + !thcut);
			enum rstg_pkt_err err;

			ASSERT_TRUE(ip && th);
			memcpy(ip, g.b, ipcut);
			memcpy(th, g.b + whole.thoff, thcut);
			memset(&pkt, 0xff, sizeof(pkt));
			err = rstg_pkt_parse_apart(&pkt, ip, ipcut, th, thcut, whole.thoff, g.len);
			free(ip);
			free(th);
			ASSERT_EQ(cut < iplen + thlen ? RSTG_PKT_SHORT : RSTG_PKT_OK, err) {
				TH_LOG("kind %u cut at %u", kind, cut);
			}
			if (!err)
				ASSERT_EQ(0, memcmp(&whole, &pkt, sizeof(pkt)));
		}
	}
}

/* The place of the TCP header is somebody's word: it is held against the datagram. */
TEST(apart_lies)
{
	struct rstg_pkt pkt;
	struct dgram g;

	make_ipv6(&g);
	EXPECT_EQ(RSTG_PKT_OK, rstg_pkt_parse_apart(&pkt, g.b, 40, g.b + 40, 20, 40, g.len));
	EXPECT_EQ(RSTG_PKT_BAD, rstg_pkt_parse_apart(&pkt, g.b, 40, g.b + 40, 20, 51, g.len));
	EXPECT_EQ(RSTG_PKT_BAD, rstg_pkt_parse_apart(&pkt, g.b, 40, g.b + 40, 20, 40, g.len - 1));
	g.b[0] = 0x50;
	EXPECT_EQ(RSTG_PKT_BAD, rstg_pkt_parse_apart(&pkt, g.b, 40, g.b + 40, 20, 40, g.len));
}

/* What it says of a segment must lie within the datagram. */
static bool consistent(const struct rstg_pkt *pkt, u32 caplen, u32 wirelen)
{
	return pkt->hlen >= 40 && pkt->hlen >= pkt->thoff + 20 &&
	       pkt->hlen <= caplen && pkt->hlen + pkt->len <= wirelen &&
	       pkt->n_segs == 1 && pkt->flags <= 0x1ff && pkt->flow_label <= 0xfffff;
}

TEST(random_octets)
{
	struct rstg_pkt pkt;
	struct dgram g;
	unsigned int round, ok = 0;

	srand(7);
	for (round = 0; round < 300000; round++) {
		u32 i, caplen = rand() % 200, wirelen = caplen + rand() % 3000;

		for (i = 0; i < caplen; i++)
			g.b[i] = (u8)rand();
		if (caplen > 9 && round % 8) {
			/* likely enough to get past the first checks */
			g.b[0] = round & 1 ? 0x45 : 0x60;
			g.b[2] = 0;
			g.b[4] = 0;
			g.b[6] = round & 1 ? 0x40 : "\0\6\53\54\63\74"[rand() % 6];
			g.b[7] = 0;
			g.b[9] = 6;
		}
		if (parse_cut(&g, caplen, wirelen, &pkt))
			continue;
		ok++;
		ASSERT_TRUE(consistent(&pkt, caplen, wirelen));
	}
	/* Else the rounds above have tested the first line only. */
	EXPECT_GT(ok, 10000);
}

/* One octet of a good datagram changed to every value. */
TEST(every_octet)
{
	struct rstg_pkt pkt;
	struct dgram g;
	u32 at, value, kind;

	for (kind = 0; kind < 2; kind++) {
		memset(&g, 0, sizeof(g));
		if (kind) {
			put_ipv6(&g, 0);
			put_ext(&g, 6, 1);
			put_tcp(&g, 20, 5);
			end_ipv6(&g);
		} else {
			put_ipv4(&g, 24);
			put_tcp(&g, 20, 5);
			end_ipv4(&g);
		}
		for (at = 0; at < g.len; at++) {
			u8 was = g.b[at];

			for (value = 0; value < 256; value++) {
				g.b[at] = (u8)value;
				if (!parse(&g, &pkt))
					ASSERT_TRUE(consistent(&pkt, g.len, g.len));
			}
			g.b[at] = was;
		}
	}
}

TEST_HARNESS_MAIN
