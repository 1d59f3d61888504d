// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read with the project's own reader and parser: it is not them that playback is
 * about. A capture with a segment that cannot be sent is refused as a whole: half of
 * a conversation is another conversation.
 *
 * Captures are cut short to hide what was said, their addresses are exchanged, and
 * the host that captured had left its checksums to the card. All of this can be mended,
 * as nobody here reads the payload; a host would not take such packets.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linklayer.h"
#include "octets.h"
#include "pcapio.h"
#include "pkt.h"
#include "tape.h"

#define PROTO_TCP	6
#define IPV6_HLEN	40u
#define PIECE		1024	/* packets by which the tape grows */

/* What the header itself says; 0 before segmentation has filled it in. */
static uint32_t length_of(const uint8_t *ip)
{
	if (ip[0] >> 4 == 4)
		return get16(ip + 2);
	return get16(ip + 4) ? get16(ip + 4) + IPV6_HLEN : 0;
}

/* The ffff of an address that was mapped into IPv6 is 0 in this arithmetic. */
static void mend_tcp(const struct rstg_pkt *pkt, uint8_t *ip, uint32_t len)
{
	uint32_t sum = PROTO_TCP + (len - pkt->thoff);
	uint8_t *field = ip + pkt->thoff + 16;

	put16(field, 0);
	sum = sum16(sum, (const uint8_t *)&pkt->saddr, sizeof(pkt->saddr));
	sum = sum16(sum, (const uint8_t *)&pkt->daddr, sizeof(pkt->daddr));
	put16(field, fold(sum16(sum, ip + pkt->thoff, len - pkt->thoff)));
}

static void mend_ip(uint8_t *ip, uint32_t len)
{
	if (ip[0] >> 4 == 4) {
		put16(ip + 2, len);
		put16(ip + 10, 0);
		put16(ip + 10, fold(sum16(0, ip, (ip[0] & 15) * 4u)));
	} else {
		put16(ip + 4, len - IPV6_HLEN);
	}
}

static void append(struct tape *tape, const struct tape_pkt *pkt)
{
	if (tape->n % PIECE == 0)
		tape->pkt = realloc(tape->pkt, (tape->n + PIECE) * sizeof(*tape->pkt));
	if (!tape->pkt)
		abort();
	tape->pkt[tape->n++] = *pkt;
}

/* Returns why the segment at @ip, of which @have octets are there, cannot be sent. */
static const char *take_segment(struct tape *tape, const struct rstg_pkt *pkt,
				const uint8_t *ip, uint32_t have, uint64_t time_ns)
{
	struct tape_pkt mine = {
		.len = pkt->hlen + pkt->len,
		.reset = pkt->flags & RSTG_RST,
		.time_ns = time_ns,
	};

	if (!tape->mend && !length_of(ip))
		return "has no length: it was not segmented yet";
	if (!tape->mend && mine.len > have)
		return "was cut short";
	if (mine.len > tape->mtu)
		return "is too long for the wire";

	mine.data = calloc(1, mine.len);
	if (!mine.data)
		abort();
	memcpy(mine.data, ip, mine.len < have ? mine.len : have);
	if (tape->mend) {
		mend_ip(mine.data, mine.len);
		mend_tcp(pkt, mine.data, mine.len);
	}
	append(tape, &mine);
	return NULL;
}

static const char *take(struct tape *tape, const struct pcapio_pkt *frame)
{
	struct rstg_pkt pkt;
	uint32_t off;

	switch (linklayer_strip(frame->link, frame->data, frame->caplen, &off)) {
	case LINK_IP:
		break;
	case LINK_OTHER:
		return NULL;
	case LINK_SHORT:
		return "was cut short";
	case LINK_UNKNOWN:
		return "is of an unknown link type";
	}
	switch (rstg_pkt_parse(&pkt, frame->data + off, frame->caplen - off,
			       frame->wirelen - off)) {
	case RSTG_PKT_OK:
		return take_segment(tape, &pkt, frame->data + off, frame->caplen - off,
				    frame->time_ns);
	case RSTG_PKT_FRAGMENT:
		return "is a fragment, which only a host puts together";
	case RSTG_PKT_SHORT:
		return "was cut short";
	case RSTG_PKT_NOT_TCP:
	case RSTG_PKT_BAD:	/* neither side looks at it */
		break;
	}
	return NULL;
}

/**
 * tape_read() - all of a capture
 * @tape: result; its settings are there
 * @path: the file
 *
 * Return: NULL, or why it cannot be sent, valid until the next call.
 */
const char *tape_read(struct tape *tape, const char *path)
{
	static char text[512];
	enum pcapio_status status;
	struct pcapio_pkt frame;
	const char *why = NULL;
	struct pcapio *io;

	io = pcapio_open(path, text, sizeof(text));
	if (!io)
		return text;
	while (!why && (status = pcapio_next(io, &frame)) == PCAPIO_PACKET)
		why = take(tape, &frame);
	text[0] = '\0';
	if (why)
		snprintf(text, sizeof(text), "frame %" PRIu64 " %s", frame.frame, why);
	else if (status == PCAPIO_DAMAGED)
		snprintf(text, sizeof(text), "damaged: %s", pcapio_error(io));
	else if (!tape->n)
		snprintf(text, sizeof(text), "no TCP in it");
	pcapio_close(io);
	return text[0] ? text : NULL;
}
