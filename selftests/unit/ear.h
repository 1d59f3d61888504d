/* SPDX-License-Identifier: GPL-2.0-only */
/* A stream parser that listens to segments, as a tap between the two sides does. */
#ifndef _EAR_H
#define _EAR_H

#include <stdlib.h>

#include "env.h"
#include "limits.h"
#include "stream.h"

#define CLIENT	1	/* the side with the higher address begins as well as the other */
#define SERVER	0

#define CLIENT_ISN	0xfffffff8U	/* a few octets before the numbers wrap */
#define SERVER_ISN	0x7ffffffaU	/* before their sign does */

/* Records and messages of the least size. */
#define HELLO_C		"\x16\x03\x01\x00\x08\x01\x00\x00\x04\x03\x03zz"
#define HELLO_S		"\x16\x03\x03\x00\x08\x02\x00\x00\x04\x03\x03zz"
#define HANDSHAKE	"\x16\x03\x03\x00\x05\x0b\x00\x00\x01z"
#define CCS		"\x14\x03\x03\x00\x01\x01"
#define APPDATA		"\x17\x03\x03\x00\x06secret"
#define ALERT		"\x15\x03\x03\x00\x02\x02\x46"

/**
 * struct ear - a parser, and where the segments have come to
 * @s:       the parser
 * @seq:     of the next octet that each side sends
 * @notices: all that was told so far
 * @twice:   something was told again
 */
struct ear {
	struct rstg_stream s;
	u32 seq[2];
	u8 notices;
	bool twice;
};

static inline void ear_open(struct ear *ear)
{
	memset(ear, 0, sizeof(*ear));
	ear->seq[CLIENT] = CLIENT_ISN;
	ear->seq[SERVER] = SERVER_ISN;
	rstg_stream_begin(&ear->s, CLIENT, CLIENT_ISN);
	rstg_stream_begin(&ear->s, SERVER, SERVER_ISN);
}

/* One segment. What is wanted of it lies in memory of its own: ASan sees one octet more. */
static inline void ear_segment(struct ear *ear, unsigned int d, u32 seq, const char *text, u32 len)
{
	u32 at, n;

	n = rstg_stream_opens_again(&ear->s, d, seq, len);
	if (n) {
		u8 *octets = malloc(n);

		memcpy(octets, text, n);
		rstg_stream_reopen(&ear->s, d, octets, n);
		free(octets);
	}
	rstg_stream_segment(&ear->s, d, seq, len);
	while ((n = rstg_stream_wanted(&ear->s, d, seq, len, &at))) {
		u8 *octets = malloc(n), news;

		memcpy(octets, text + at, n);
		news = rstg_stream_feed(&ear->s, d, octets, n) & ~RSTG_STREAM_SAID;
		ear->twice |= !!(ear->notices & news);
		ear->notices |= news;
		free(octets);
	}
}

static inline void ear_next(struct ear *ear, unsigned int d, const char *text, u32 len)
{
	ear_segment(ear, d, ear->seq[d], text, len);
	ear->seq[d] += len;
}

#endif /* _EAR_H */
