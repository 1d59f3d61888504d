// SPDX-License-Identifier: GPL-2.0-only
/*
 * Segments that a Linux receiver ignores, or that do it no harm, one row each: what it
 * makes of them is in RFC 9293 3.10.7.4, RFC 5961 and tcp_validate_incoming(). A guard
 * that believes one of them lets the next reset through, or takes the peer's answer for
 * a stranger's. What is ahead of a gap does harm in a connection that gets there: those
 * of the tests are short.
 *
 * Numbers are offsets to the exact ones: the next octet that the victim waits for, and
 * the last one that it has sent.
 */
#include <string.h>

#include "decoys.h"

#define FA	(TCP_FIN | TCP_ACK)
#define PA	(TCP_PSH | TCP_ACK)
#define A	TCP_ACK
#define S	TCP_SYN
#define SA	(TCP_SYN | TCP_ACK)
#define R	TCP_RST
#define RA	(TCP_RST | TCP_ACK)

/* As the host that is impersonated would fill them, but for what is named. */
#define MARKS	.id = { SEEN, 1 }, .df = DF_SEEN, .ts = TS_ON, .label = true
#define LIKE_TIMES(n)	.copies = (n), .ttl = { SEEN }, .win = { SEEN }, .ack = { LATEST }, MARKS
#define LIKE		LIKE_TIMES(1)
#define LIKE_ACK(a)	.copies = 1, .ttl = { SEEN }, .win = { SEEN }, .ack = { EXACT, (a) }, MARKS
#define LIKE_WIN(w)	\
	.copies = 1, .ttl = { SEEN }, .win = { FIXED, (w) }, .ack = { LATEST }, MARKS
#define LIKE_TTL(n, ...)	\
	.copies = (n), .ttl = { __VA_ARGS__ }, .win = { SEEN }, .ack = { LATEST }, MARKS
/* As a reset of no socket. */
#define BARE_TIMES(n)	.copies = (n), .ttl = { SEEN }, .df = 1, .label = true
/* 16 octets; and one. */
#define OCTETS	.payload = "decoydecoydecoy", .len = 16
#define OCTET	.payload = "d", .len = 1

#define STALE	(-1000)
#define GAP	9000
#define BEYOND	(1 << 20)	/* of any window that the tests have */
#define UNSENT	100000
#define SILENCE	31500000	/* us: more than a guard may take for an idle peer */

const struct decoy decoys[] = {
	{ "nothing", "no decoy at all", .ip = IN_BOTH },

	/* FIN: the end of a direction, as if it were said. */
	{ "fin-stale", "a FIN among octets long acknowledged", .lie = {
		{ FA, LIKE, .seq = STALE } } },
	{ "fin-stale-turned", "the same in the victim's own name", .lie = {
		{ FA, LIKE, .seq = STALE, .course = TURNED } } },
	{ "fin-gap", "a FIN ahead of a gap", .lie = { { FA, LIKE, .seq = GAP } } },
	{ "fin-beyond", "a FIN beyond the window", .lie = { { FA, LIKE, .seq = BEYOND } } },
	{ "fin-sum", "the FIN, its checksum wrong", .lie = { { FA, LIKE, .odd = ODD_SUM } } },
	{ "fin-sum-both", "the same in both names", .lie = {
		{ FA, LIKE, .odd = ODD_SUM }, { FA, LIKE, .odd = ODD_SUM, .course = TURNED } } },
	{ "fin-no-ack", "the FIN without the ACK flag", .lie = { { TCP_FIN, LIKE } } },
	{ "fin-unsent", "the FIN, acknowledging what was never sent", .lie = {
		{ FA, LIKE_ACK(UNSENT) } } },
	{ "fin-old-ack", "the FIN, acknowledging what is too old", .lie = {
		{ FA, LIKE_ACK(-100000000) } } },
	{ "fin-paws", "the FIN with a timestamp of long ago", .lie = {
		{ FA, LIKE, .ts_add = -1000000 } } },
	{ "fin-syn", "the FIN with a SYN", .lie = { { FA | S, LIKE } } },
	{ "fin-signed", "the FIN with a signature nobody asked for", .lie = {
		{ FA, LIKE, .odd = ODD_SIGNED } } },
	{ "fin-route", "the FIN, source routed", .lie = { { FA, LIKE, .odd = ODD_ROUTE } } },
	{ "fin-option", "the FIN behind an IP option to discard", .lie = {
		{ FA, LIKE, .odd = ODD_OPTION } } },
	{ "fin-broadcast", "the FIN in a frame to everybody", .lie = {
		{ FA, LIKE, .odd = ODD_BROADCAST } } },
	{ "fin-dying", "the FIN, whose TTL ends at the guard", AT_ROUTER, .lie = {
		{ FA, LIKE_TTL(1, FIXED, 1) } } },
	{ "fin-acked", "a FIN of no use, and the victim's ACK for it", .lie = {
		{ FA, LIKE_ACK(UNSENT) }, { A, LIKE_ACK(1), .course = TURNED } } },
	{ "fin-gap-acked", "a FIN ahead of a gap, and the victim's ACK for it", .lie = {
		{ FA, LIKE, .seq = GAP }, { A, LIKE_ACK(GAP + 1), .course = TURNED } } },
	{ "fin-acked-peer", "the same, the ACK where the peer is", .lie = {
		{ FA, LIKE, .seq = GAP }, { A, LIKE_ACK(GAP + 1), .course = TO_PEER } } },
	{ "fin-both", "two FINs that acknowledge each other", .lie = {
		{ FA, LIKE_ACK(1) }, { FA, LIKE_ACK(1), .course = TURNED } } },
	{ "fin-many", "fifty stale FINs", .lie = { { FA, LIKE_TIMES(50), .seq = STALE } } },
	{ "fin-drip", "stale FINs and FINs ahead of a gap, over 3 s", .lie = {
		{ FA, LIKE_TIMES(8), .seq = STALE, .apart_us = 200000 },
		{ FA, LIKE_TIMES(8), .seq = GAP, .apart_us = 200000, .step = 7 } } },

	/* Octets: the number that is waited for, elsewhere. */
	{ "data-16m", "an octet 15 MiB ahead, from anywhere", .lie = {
		{ PA, LIKE_TTL(1, RANGE, 40, 250), .seq = 15 << 20, OCTET } } },
	{ "data-gap", "octets ahead of a gap", .lie = { { PA, LIKE, .seq = GAP, OCTETS } } },
	{ "data-rising", "octets beyond the window, further and further", .lie = {
		{ PA, LIKE_TIMES(20), .seq = BEYOND, .step = 700000, OCTETS } } },
	{ "data-behind", "octets 1 GiB behind", .lie = {
		{ PA, LIKE, .seq = -(1 << 30), OCTETS } } },
	{ "data-sum", "the next octets, their checksum wrong", .lie = {
		{ PA, LIKE, .odd = ODD_SUM, OCTETS } } },
	{ "data-sum-turned", "the same in the victim's name", .lie = {
		{ PA, LIKE, .odd = ODD_SUM, OCTETS, .course = TURNED } } },
	{ "data-unsent", "the next octets, acknowledging what was never sent", .lie = {
		{ PA, LIKE_ACK(UNSENT), OCTETS } } },
	{ "data-old-ack", "the next octets, acknowledging what is too old", .lie = {
		{ PA, LIKE_ACK(-100000000), OCTETS } } },
	{ "data-paws", "the next octets with a timestamp of long ago", .lie = {
		{ PA, LIKE, .ts_add = -1000000, OCTETS } } },
	{ "data-no-ack", "the next octets without the ACK flag", .lie = {
		{ TCP_PSH | TCP_URG, LIKE, OCTETS } } },
	{ "data-no-flag", "the next octets without any flag", .lie = { { 0, LIKE, OCTETS } } },
	{ "data-syn", "the next octets with a SYN", .lie = { { PA | S, LIKE, OCTETS } } },
	{ "data-signed", "the next octets with a signature nobody asked for", .lie = {
		{ PA, LIKE, .odd = ODD_SIGNED, OCTETS } } },
	{ "data-route", "the next octets, source routed", .lie = {
		{ PA, LIKE, .odd = ODD_ROUTE, OCTETS } } },
	{ "data-option", "the next octets behind an IP option to discard", .lie = {
		{ PA, LIKE, .odd = ODD_OPTION, OCTETS } } },
	{ "data-broadcast", "the next octets in a frame to everybody", .lie = {
		{ PA, LIKE, .odd = ODD_BROADCAST, OCTETS } } },
	{ "data-dying", "the next octets, whose TTL ends at the guard", AT_ROUTER, .lie = {
		{ PA, LIKE_TTL(1, FIXED, 1), OCTETS } } },
	{ "data-headers", "octets ahead of a gap, behind many headers or options", .lie = {
		{ PA, LIKE, .seq = GAP, .headers = 7, OCTETS } } },
	{ "data-acked", "next octets of no use, and the victim's ACK for them", .lie = {
		{ PA, LIKE_ACK(UNSENT), OCTETS },
		{ A, LIKE_ACK(16), .course = TURNED } } },
	{ "data-signed-acked", "signed octets, and the victim's ACK for them", .lie = {
		{ PA, LIKE, .odd = ODD_SIGNED, OCTETS },
		{ A, LIKE_ACK(16), .course = TURNED } } },
	{ "data-acked-peer", "the same, the ACK where the peer is", .lie = {
		{ PA, LIKE_ACK(UNSENT), OCTETS },
		{ A, LIKE_ACK(16), .course = TO_PEER } } },
	{ "data-beyond-acked", "octets beyond the window, and the ACK for them", .lie = {
		{ PA, LIKE, .seq = BEYOND, OCTETS },
		{ A, LIKE_ACK(BEYOND + 16), .course = TURNED } } },
	{ "data-walk", "octets and their ACKs, step by step to beyond the window", .lie = {
		{ PA, LIKE_ACK(UNSENT), .seq = 0, OCTETS },
		{ A, LIKE_ACK(16), .course = TURNED },
		{ PA, LIKE_ACK(UNSENT), .seq = 60000, OCTETS },
		{ A, LIKE_ACK(60016), .course = TURNED },
		{ PA, LIKE_ACK(UNSENT), .seq = BEYOND, OCTETS },
		{ A, LIKE_ACK(BEYOND + 16), .course = TURNED } } },
	{ "data-turned", "octets that the victim never sent", .lie = {
		{ PA, LIKE_ACK(UNSENT), OCTETS, .course = TURNED } } },
	{ "data-doubled", "the peer's last octets once more, from elsewhere", .lie = {
		{ PA, LIKE_TTL(3, SEEN, -9), .seq = -6, .payload = "hello\n",
		  .len = 6 } } },
	{ "data-stale-text", "STARTTLS and a ClientHello among old octets", .lie = {
		{ PA, LIKE, .seq = STALE, .payload = "STARTTLS\r\n", .len = 10 },
		{ PA, LIKE, .seq = STALE, .payload = "\26\3\1\0\6\1\0\0\2\3\3", .len = 11 } } },

	/* ACK: what a side has received, and when. */
	{ "ack-unsent", "an ACK of what the victim never sent", .lie = {
		{ A, LIKE_ACK(1000) } } },
	{ "ack-turned", "the victim's ACK of what was never sent to it", .lie = {
		{ A, LIKE_ACK(1000), .course = TURNED } } },
	{ "ack-old", "an ACK of 100 MB ago", .lie = { { A, LIKE_ACK(-100000000) } } },
	{ "ack-early", "an ACK a moment after what it acknowledges has passed", .at_once = true,
	  .lie = { { A, LIKE_ACK(0) } }, .twist = { .gap_us = 1500000 } },
	{ "ack-late", "octets of no use; 2.5 s later the ACK for them", .lie = {
		{ PA, LIKE_ACK(UNSENT), OCTETS, .course = TURNED },
		{ A, LIKE_ACK(16), .gap_us = 2500000 } } },
	{ "ack-flood", "fifty ACKs that say nothing new", .lie = { { A, LIKE_TIMES(50) } } },
	{ "ack-keepalive", "empty segments of one octet ago, as a keep-alive", .lie = {
		{ A, LIKE_TIMES(5), .seq = -1 } } },
	{ "question-spent", "old empty segments to the peer, which answers one in 500 ms",
	  .lie = {
		{ A, LIKE_TIMES(3), .seq = STALE, .course = TO_PEER },
		{ A, LIKE_TIMES(14), .seq = STALE, .course = TO_PEER, .apart_us = 240000,
		  .after = true } } },
	{ "question-spent-late", "the same, one octet ago", .lie = {
		{ A, LIKE_TIMES(3), .seq = -1, .course = TO_PEER },
		{ A, LIKE_TIMES(14), .seq = -1, .course = TO_PEER, .apart_us = 240000,
		  .after = true } } },
	{ "window-stale", "stale segments with window 0 and 65535", .lie = {
		{ A, LIKE_WIN(0), .seq = STALE }, { A, LIKE_WIN(65535), .seq = STALE } } },

	/* Timestamps. */
	{ "ts-ahead", "a stale segment with a timestamp far ahead", .lie = {
		{ A, LIKE, .seq = STALE, .ts_add = 100000000 } } },
	{ "ts-ahead-sum", "the next octets with such a one and a wrong checksum", .lie = {
		{ PA, LIKE, .ts_add = 100000000, .odd = ODD_SUM, OCTETS } } },
	{ "ts-ahead-unsent", "the same, acknowledging what was never sent, beyond the window",
	  .lie = { { PA, LIKE_ACK(UNSENT), .seq = BEYOND, .ts_add = 100000000, OCTETS } } },
	{ "ts-behind", "a stale segment with a timestamp far behind", .lie = {
		{ A, LIKE, .seq = STALE, .ts_add = -100000000 } } },
	{ "ts-new", "a stale segment with a timestamp where there are none", .lie = {
		{ A, .copies = 1, .ttl = { SEEN }, .id = { SEEN, 1 }, .df = DF_SEEN,
		  .win = { SEEN }, .ack = { LATEST }, .ts = TS_ANYWAY, .label = true,
		  .seq = STALE } } },
	{ "ts-step", "twenty stale segments, their timestamps 2 s ahead", .lie = {
		{ A, LIKE_TIMES(20), .seq = STALE, .ts_add = 2000, .step = 1 } } },

	/* From where a side's packets come, and their other marks. */
	{ "ttl-lesson", "three stale segments and a reset from the injector's distance",
	  .lie = { { A, LIKE_TTL(3, HOPS, 64), .seq = STALE } },
	  .twist = { .ttl = { HOPS, 64 } } },
	{ "ttl-evict", "stale segments from everywhere", .lie = {
		{ A, LIKE_TTL(60, SEEN, 11), .seq = STALE },
		{ A, LIKE_TTL(60, SEEN, -11), .seq = STALE },
		{ A, LIKE_TTL(60, SEEN, 23), .seq = STALE },
		{ A, LIKE_TTL(60, SEEN, -23), .seq = STALE } } },
	{ "ttl-drift", "stale segments from a hop further, and another, and another", .lie = {
		{ A, LIKE_TTL(20, SEEN, -1), .seq = STALE },
		{ A, LIKE_TTL(20, SEEN, -2), .seq = STALE },
		{ A, LIKE_TTL(20, SEEN, -3), .seq = STALE },
		{ A, LIKE_TTL(20, SEEN, -4), .seq = STALE },
		{ A, LIKE_TTL(20, SEEN, -5), .seq = STALE },
		{ A, LIKE_TTL(20, SEEN, -6), .seq = STALE } } },
	{ "marks", "stale segments with any IP-ID, without DF, label, DSCP", .lie = {
		{ A, .copies = 20, .ttl = { SEEN }, .id = { RANGE, 1, 65535 }, .df = 0,
		  .win = { RANGE, 1, 65535 }, .ack = { LATEST }, .ts = TS_ON, .seq = STALE,
		  .step = 1 } } },

	/* SYN: a connection begins anew. */
	{ "syn", "a SYN in mid-stream", .lie = { { S, LIKE, .seq = 500000000 } } },
	{ "syn-exact", "a SYN with the number before the exact one", .lie = {
		{ S, LIKE, .seq = -1 } } },
	{ "syn-fin", "SYN and FIN", .lie = { { S | TCP_FIN, LIKE, .seq = 500000000 } } },
	{ "synack", "a SYN-ACK in mid-stream", .lie = {
		{ SA, LIKE_ACK(0), .seq = 500000000 } } },
	{ "syn-both", "a SYN in either name, at the same time", .lie = {
		{ S, LIKE, .seq = 500000000 },
		{ S, LIKE, .seq = 600000000, .course = TURNED } } },
	{ "handshake", "a SYN and a SYN-ACK that fits it", .lie = {
		{ S, LIKE, .seq = 500000000 },
		{ SA, LIKE_ACK(500000001), .seq = 600000000, .course = TURNED } } },
	{ "handshake-peer", "the same, the SYN-ACK where the peer is", .lie = {
		{ S, LIKE, .seq = 500000000 },
		{ SA, LIKE_ACK(500000001), .seq = 600000000, .course = TO_PEER } } },
	{ "opening", "the opening of the connection once more", .lie = {
		{ S, LIKE, .opening = true },
		{ SA, LIKE_ACK(1), .opening = true, .course = TURNED } } },
	{ "silence-syn", "after 31 s of silence a SYN", .lie = {
		{ S, LIKE, .seq = 500000000, .gap_us = SILENCE } } },
	{ "silence-handshake", "after 31 s of silence a SYN and a SYN-ACK that fits it",
	  .lie = {
		{ S, LIKE, .seq = 500000000, .gap_us = SILENCE },
		{ SA, LIKE_ACK(500000001), .seq = 600000000, .course = TURNED } } },
	{ "silence-handshake-peer", "the same, the SYN-ACK where the peer is", .lie = {
		{ S, LIKE, .seq = 500000000, .gap_us = SILENCE },
		{ SA, LIKE_ACK(500000001), .seq = 600000000, .course = TO_PEER } } },
	{ "silence-opened", "the same with the ACK and octets of the new connection", .lie = {
		{ S, LIKE, .seq = 500000000, .gap_us = SILENCE },
		{ SA, LIKE_ACK(500000001), .seq = 600000000, .course = TURNED },
		{ A, LIKE_ACK(600000001), .seq = 500000001 },
		{ PA, LIKE_ACK(600000001), .seq = 500000001, OCTETS },
		{ A, LIKE_ACK(500000017), .seq = 600000001, .course = TURNED } } },
	{ "silence-fin", "after 31 s of silence a stale FIN", .lie = {
		{ FA, LIKE, .seq = STALE, .gap_us = SILENCE } } },
	{ "silence", "31 s of silence", .twist = { .gap_us = SILENCE } },

	/* Resets that miss, and before them the one that does not. */
	{ "rst-window", "sixteen resets within the window", .lie = {
		{ R, BARE_TIMES(16), .seq = 100, .step = 100 } } },
	{ "rst-window-ack", "sixteen RST|ACKs within the window", .lie = {
		{ RA, LIKE_TIMES(16), .seq = 100, .step = 100 } } },
	{ "rst-beyond", "sixteen resets beyond the window", .lie = {
		{ R, BARE_TIMES(16), .seq = BEYOND, .step = 100000 } } },
	{ "rst-stale", "sixteen resets of octets long acknowledged", .lie = {
		{ R, BARE_TIMES(16), .seq = STALE, .step = 7 } } },
	{ "rst-one", "a reset one octet ahead", .lie = { { R, BARE_TIMES(1), .seq = 1 } } },
	{ "rst-turned-stale", "a stale reset in the victim's own name", .lie = {
		{ R, BARE_TIMES(1), .seq = STALE, .course = TURNED } } },
	{ "rst-turned", "the reset in the victim's own name", AT_HOST, .lie = {
		{ RA, LIKE, .course = TURNED } } },
	{ "rst-sum", "the reset, its checksum wrong", .lie = {
		{ R, BARE_TIMES(1), .odd = ODD_SUM } } },
	{ "rst-signed", "the reset with a signature nobody asked for", .lie = {
		{ R, BARE_TIMES(1), .odd = ODD_SIGNED } } },
	{ "rst-option", "the reset behind an IP option to discard", .lie = {
		{ R, BARE_TIMES(1), .odd = ODD_OPTION } } },
	{ "rst-broadcast", "the reset in a frame to everybody", .lie = {
		{ R, BARE_TIMES(1), .odd = ODD_BROADCAST } } },
	{ "rst-dying", "the reset, whose TTL ends at the guard", AT_ROUTER, .lie = {
		{ R, .copies = 1, .ttl = { FIXED, 1 }, .df = 1, .label = true } } },

	/* No decoy but a reset that does not look like one, or not like the mimic's. */
	{ "hop-near", "a reset from a hop nearer, with any IP-ID",
	  .twist = { .ttl = { SEEN, 1 }, .any_id = true } },
	{ "hop-far", "a reset from a hop further, with any IP-ID",
	  .twist = { .ttl = { SEEN, -1 }, .any_id = true } },
	{ "shot-headers-7", "a reset behind seven headers or options",
	  .twist = { .headers = 7 } },
	{ "shot-headers-25", "a reset behind 25 headers", .ip = IN_V6,
	  .twist = { .headers = 25 } },
	{ "shot-atomic", "a reset in a fragment that is the whole", .ip = IN_V6,
	  .twist = { .odd = ODD_ATOMIC } },
	{ "shot-fragments", "a reset in two fragments", .twist = { .odd = ODD_FRAGMENTS } },
	{ "shot-fin", "a reset with a FIN", .twist = { .flags = TCP_FIN } },
	{ "shot-syn", "a reset with a SYN", .twist = { .flags = TCP_SYN } },
	{ "shot-all", "a reset with every flag",
	  .twist = { .flags = TCP_FIN | TCP_SYN | TCP_PSH | TCP_ACK | TCP_URG } },
	/* Linux: also the end of what it has told of in a SACK (tcp_validate_incoming()). */
	{ "shot-sack", "octets ahead of a gap, a reset where they end", .lie = {
		{ PA, LIKE, .seq = GAP, OCTETS } }, .twist = { .seq = GAP + 16 } },
};

const size_t decoys_n = sizeof(decoys) / sizeof(decoys[0]);

/* decoy_find() - by name */
const struct decoy *decoy_find(const char *name, size_t len)
{
	for (size_t i = 0; i < decoys_n; i++)
		if (strlen(decoys[i].name) == len && !strncmp(decoys[i].name, name, len))
			return &decoys[i];
	return NULL;
}

/* decoy_ms() - how long it takes, from the trigger to the last packet */
unsigned int decoy_ms(const struct decoy *d)
{
	unsigned int us = d->twist.gap_us;

	for (unsigned int i = 0; i < LIES && d->lie[i].copies; i++)
		us += d->lie[i].gap_us + d->lie[i].apart_us * (d->lie[i].copies - 1);
	return us / 1000;
}
