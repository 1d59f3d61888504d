// SPDX-License-Identifier: GPL-2.0-only
/*
 * The injectors that have been measured or described, one row each, and a few
 * that should be. Sources: Weaver, Sommer, Paxson (NDSS 2009); Clayton, Murdoch,
 * Watson (2006); the GFW injector tables of S&P 2025; INTANG; West Chamber;
 * press reports on T-Mobile UK (2011), Comcast (2007), PacketLogic.
 *
 * Where a source leaves a field open the value is the least helpful to us that
 * it allows.
 */
#include <stdlib.h>
#include <string.h>

#include "profiles.h"

#define R	TCP_RST
#define RA	(TCP_RST | TCP_ACK)

#define BIT(t)	(1u << (t))

/* For fields whose value a source does not give. */
#define ANY_ID	{ RANGE, 1, 65535 }
#define ANY_WIN	{ RANGE, 1, 65535 }
#define ANY_TTL	{ RANGE, 40, 250 }
#define NEAR	{ HOPS, 64, 0 }
#define NO_ACK	{ FIXED, 0, 0 }
#define ACK	{ EXACT, 0, 0 }

/* Two injectors that also appear within other rows. */
#define GFW_1	{ .flags = R, .copies = 1, .ttl = { RANGE, 55, 118 },		\
		  .id = { FIXED, 0 }, .win = ANY_WIN, .ack = NO_ACK }
#define GFW_2	{ .flags = RA, .copies = 3, .ttl = { RANGE, 39, 238 },		\
		  .id = { GFW_2017 }, .df = 1, .win = { RANGE, 900, 4500 },	\
		  .ack = ACK, .gap_us = 2000 }

const struct profile profiles[] = {
	/* Decoys alone. */
	{ 0, "none", AT_BOTH, 0, { { .copies = 0 } } },
	{ 1, "gfw-1", AT_BOTH, BIT(ON_CLIENT_HELLO), { GFW_1 } },
	{ 2, "gfw-2", AT_BOTH, BIT(ON_CLIENT_HELLO), { GFW_2 } },
	{ 3, "gfw-3", AT_BOTH, BIT(ON_CLIENT_HELLO), {
		{ .flags = RA, .copies = 1, .ttl = { FIXED, 248 },
		  .id = { RANGE, 39190, 39219 }, .win = ANY_WIN, .ack = ACK },
	} },
	{ 4, "gfw-1-and-2", AT_BOTH, BIT(ON_CLIENT_HELLO), { GFW_1, GFW_2 } },
	{ 5, "gfw-2-twice", AT_BOTH, BIT(ON_CLIENT_HELLO), {
		GFW_2,
		{ .flags = RA, .copies = 3, .ttl = { PREVIOUS, 1 }, .id = { GFW_2017 },
		  .df = 1, .win = { PREVIOUS, 3, 5 }, .ack = ACK, .gap_us = 20000 },
	} },
	{ 6, "gfw-spaced", AT_BOTH, 0, {
		{ .flags = RA, .copies = 1, .ttl = { RANGE, 39, 238 }, .id = { GFW_2017 },
		  .df = 1, .win = { RANGE, 900, 4500 }, .ack = ACK },
		{ .flags = RA, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = { GFW_2017 },
		  .df = 1, .win = { PREVIOUS, 1, 9 }, .ack = ACK, .seq = 1460 },
		{ .flags = RA, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = { GFW_2017 },
		  .df = 1, .win = { PREVIOUS, 1, 9 }, .ack = ACK, .seq = 4380 },
	} },
	{ 7, "gfw-id-64", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = NEAR, .id = { FIXED, 64 },
		  .win = { TIMES_17 }, .ack = NO_ACK },
	} },
	{ 8, "gfw-2010", AT_BOTH, 0, {
		{ .flags = RA, .copies = 1, .ttl = { WIN_MOD_64 }, .id = { GFW_2010 },
		  .df = 1, .win = ANY_WIN, .ack = ACK },
	} },
	{ 9, "gfw-seq-1460", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = { FIXED, 111 }, .id = ANY_ID,
		  .win = ANY_WIN, .ack = NO_ACK },
		{ .flags = R, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = ANY_ID,
		  .win = ANY_WIN, .ack = NO_ACK, .seq = 1460 },
		{ .flags = R, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = ANY_ID,
		  .win = ANY_WIN, .ack = NO_ACK, .seq = 2920 },
	} },
	{ 10, "gfw-rae", AT_BOTH, 0, {
		{ .flags = RA | TCP_NS, .copies = 1, .ttl = ANY_TTL, .id = ANY_ID,
		  .win = ANY_WIN, .ack = ACK },
	} },
	{ 11, "gfw-id-26", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = ANY_TTL, .id = { TRIGGER, -26 },
		  .win = ANY_WIN, .ack = NO_ACK },
		{ .flags = R, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = { TRIGGER, -26 },
		  .win = ANY_WIN, .ack = NO_ACK, .seq = 1460 },
	} },
	{ 12, "gfw-2025", AT_BOTH, BIT(ON_SYN) | BIT(ON_SYNACK), {
		{ .flags = RA, .copies = 1, .ttl = ANY_TTL, .id = ANY_ID,
		  .win = { RANGE, 900, 4500 }, .ack = ACK },
		{ .flags = RA, .copies = 1, .ttl = { PREVIOUS, 1 }, .id = ANY_ID,
		  .win = { PREVIOUS, 1, 9 }, .ack = ACK },
		{ .flags = RA, .copies = 1, .ttl = { PREVIOUS, 1 }, .id = ANY_ID,
		  .win = { PREVIOUS, 1, 9 }, .ack = ACK },
	} },
	{ 13, "china-2012", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = { RANGE, 40, 120 }, .id = ANY_ID,
		  .win = ANY_WIN, .ack = NO_ACK },
		{ .flags = RA, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = { PREVIOUS, 1 },
		  .win = ANY_WIN, .ack = ACK, .seq = 1460 },
		{ .flags = RA, .copies = 1, .ttl = { PREVIOUS, 90 }, .id = ANY_ID,
		  .win = ANY_WIN, .ack = ACK },
		{ .flags = RA, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = { PREVIOUS, 1 },
		  .win = ANY_WIN, .ack = { EXACT, -1 }, .seq = 4380 },
	} },
	{ 14, "henan", AT_CLIENT, BIT(ON_CLIENT_HELLO), {
		{ .flags = RA, .copies = 1, .ttl = { FIXED, 58 }, .id = { FIXED, 1 },
		  .win = ANY_WIN, .ack = ACK, .gap_us = 2500,
		  .payload = "\1\2\3\4\5\6\7\10\11", .len = 10 },
	} },
	{ 15, "sandvine", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = { SEEN, 2 }, .id = { SEEN, 4 },
		  .df = DF_SEEN, .win = { FIXED, 0 }, .ack = NO_ACK },
		{ .flags = R, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = { PREVIOUS, 1 },
		  .df = DF_SEEN, .win = { FIXED, 0 }, .ack = NO_ACK, .seq = 12503 },
	} },
	{ 16, "packetlogic", AT_BOTH, 0, {
		{ .flags = RA, .copies = 1, .ttl = NEAR, .id = { FIXED, 13330 },
		  .win = { FIXED, 0 }, .ack = ACK },
	} },
	{ 17, "bezeqint", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = NEAR, .id = { FIXED, 16448 },
		  .win = { FIXED, 0 }, .ack = { EXACT, 0 } },
		{ .flags = R, .copies = 1, .ttl = NEAR, .id = { FIXED, 16448 },
		  .win = { FIXED, 0 }, .ack = { EXACT, 1460 } },
	} },
	{ 18, "victor", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = { SEEN, 38 }, .id = { FIXED, 305 },
		  .win = { FIXED, 0 }, .ack = { EXACT, 0 } },
		{ .flags = R, .copies = 1, .ttl = { SEEN, 38 }, .id = { FIXED, 305 },
		  .win = { FIXED, 0 }, .ack = { EXACT, 1460 } },
	} },
	{ 19, "id-256", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = NEAR, .id = { FIXED, 256 },
		  .win = { FIXED, 0 }, .ack = NO_ACK },
	} },
	{ 20, "iran-2013", AT_SERVER, 0, {
		{ .flags = R, .copies = 3, .ttl = ANY_TTL, .id = ANY_ID,
		  .win = { FIXED, 0 }, .ack = NO_ACK },
		{ .flags = R, .copies = 2, .ttl = { PREVIOUS, 0 }, .id = ANY_ID,
		  .win = { FIXED, 0 }, .ack = NO_ACK, .seq = 30 },
	} },
	{ 21, "iran-2021", AT_CLIENT, 0, {
		{ .flags = TCP_FIN | TCP_PSH | TCP_ACK, .copies = 1, .ttl = ANY_TTL, .id = ANY_ID,
		  .win = ANY_WIN, .ack = ACK,
		  .payload = "HTTP/1.1 403 Forbidden\r\nConnection:close\r\n\r\n", .len = 45 },
		{ .flags = RA | TCP_PSH, .copies = 1, .ttl = { PREVIOUS, 0 }, .id = ANY_ID,
		  .win = ANY_WIN, .ack = ACK, .seq = 46 },
	} },
	{ 22, "brunei", AT_CLIENT, 0, {
		{ .flags = R, .copies = 1, .ttl = NEAR, .id = { TRIGGER, 0 }, .df = 1,
		  .win = { FIXED, 0 }, .ack = NO_ACK },
	} },
	{ 23, "tajikistan", AT_CLIENT, BIT(ON_SECOND_DATA), {
		{ .flags = RA, .copies = 1, .ttl = NEAR, .id = ANY_ID,
		  .win = { FIXED, 0 }, .ack = ACK,
		  .payload = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", .len = 22 },
	} },
	{ 24, "russia-passive", AT_CLIENT, BIT(ON_CLIENT_HELLO), {
		{ .flags = RA, .copies = 1, .ttl = NEAR, .id = { FIXED, 1 },
		  .win = { FIXED, 0 }, .ack = { EXACT, 700 } },
	} },
	{ 25, "airtel", AT_BOTH, 0, {
		{ .flags = RA, .copies = 1, .ttl = NEAR, .id = { FIXED, 242 },
		  .win = { FIXED, 0 }, .ack = ACK },
	} },
	/* Its fields were never published: vary with -f R or RA, -T 255-h, -I, -D. */
	{ 26, "t-mobile", AT_BOTH,
	  BIT(ON_CLIENT_HELLO) | BIT(ON_STARTTLS_REPLY) | BIT(ON_OPENVPN), {
		{ .flags = RA, .copies = 1, .ttl = NEAR, .id = { FIXED, 0 },
		  .win = { FIXED, 0 }, .ack = ACK, .gap_us = 3000 },
	} },
	{ 27, "mimic-ra", AT_BOTH, 0, {
		{ .flags = RA, .copies = 1, .ttl = { SEEN }, .id = { SEEN, 1 }, .df = DF_SEEN,
		  .win = { SEEN }, .ack = { LATEST }, .ts = TS_ON, .label = true },
	} },
	{ 28, "mimic-r", AT_BOTH, 0, {
		{ .flags = R, .copies = 1, .ttl = { SEEN }, .id = { FIXED, 0 }, .df = 1,
		  .win = { FIXED, 0 }, .ack = NO_ACK, .label = true },
	} },
	{ 29, "ipv6", AT_BOTH, 0, {
		{ .flags = RA, .copies = 1, .ttl = NEAR, .id = { FIXED, 0 },
		  .win = { FIXED, 0 }, .ack = ACK },
	} },
	/* With -x, for the firewall rule that silences the peer as such a box does. */
	{ 30, "in-path", AT_CLIENT, 0, {
		{ .flags = R, .copies = 1, .ttl = NEAR, .id = { FIXED, 0 }, .df = 1,
		  .win = { FIXED, 0 }, .ack = NO_ACK },
	} },
	/* No reset: its victim believes that the peer has closed. */
	{ 31, "mimic-fin", AT_BOTH, 0, {
		{ .flags = TCP_FIN | TCP_ACK, .copies = 1, .ttl = { SEEN }, .id = { SEEN, 1 },
		  .df = DF_SEEN, .win = { SEEN }, .ack = { LATEST }, .ts = TS_ON, .label = true },
	} },
};

const size_t profiles_n = sizeof(profiles) / sizeof(profiles[0]);

const char *const trigger_names[TRIGGERS] = {
	[ON_SYN] = "syn",
	[ON_SYNACK] = "synack",
	[ON_FIRST_DATA] = "first-data",
	[ON_SECOND_DATA] = "second-data",
	[ON_CLIENT_HELLO] = "client-hello",
	[ON_STARTTLS] = "starttls",
	[ON_STARTTLS_REPLY] = "starttls-reply",
	[ON_OPENVPN] = "openvpn",
	[ON_BYTES] = "bytes",
	[ON_ANY] = "any",
	[ON_EACH] = "each",
	[ON_EVERY] = "every",
};

/*
 * profile_find() - by name or number
 */
const struct profile *profile_find(const char *name)
{
	char *end;
	unsigned long number = strtoul(name, &end, 10);

	for (size_t i = 0; i < profiles_n; i++)
		if (!strcmp(profiles[i].name, name) || (!*end && profiles[i].number == number))
			return &profiles[i];
	return NULL;
}
