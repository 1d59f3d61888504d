// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any octets as a conversation. However it is cut into segments, and with every segment
 * sent twice, it must be understood as if each turn had come whole.
 */
#include <stdlib.h>

#include "env.h"
#include "limits.h"
#include "stream.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check(bool ok)
{
	if (!ok)
		abort();
}

/**
 * struct ear - one who listens
 * @s:       the parser
 * @seq:     of the next octet of each side
 * @notices: all that was told
 */
struct ear {
	struct rstg_stream s;
	u32 seq[2];
	u8 notices;
};

static void segment(struct ear *ear, unsigned int d, u32 seq, const u8 *octets, u32 len)
{
	u32 at, n, read = 0;

	rstg_stream_segment(&ear->s, d, seq, len);
	while ((n = rstg_stream_wanted(&ear->s, d, seq, len, &at))) {
		u8 *exact, news;

		/* Each octet is asked for once, and lies within the segment. */
		check(at >= read && at < len && n <= len - at && n <= RSTG_STREAM_OCTETS);
		read = at + n;
		exact = malloc(n);
		memcpy(exact, octets + at, n);
		news = rstg_stream_feed(&ear->s, d, exact, n) & ~RSTG_STREAM_SAID;
		check(!(news & ear->notices) && !(news >> RSTG_NOTICE_MAX));
		ear->notices |= news;
		free(exact);
	}
	check(rstg_stream_stage(&ear->s) < RSTG_STAGE_MAX);
}

static void turn(struct ear *ear, unsigned int d, const u8 *octets, u32 len, u32 step)
{
	u32 i, n;

	for (i = 0; i < len; i += n) {
		n = min_t(u32, step, len - i);
		segment(ear, d, ear->seq[d] + i, octets + i, n);
		segment(ear, d, ear->seq[d] + i, octets, n);	/* and other octets */
	}
	ear->seq[d] += len;
}

static void listen(struct ear *ear, u32 isn)
{
	memset(ear, 0, sizeof(*ear));
	ear->seq[0] = isn;
	ear->seq[1] = isn * 3;
	rstg_stream_begin(&ear->s, 0, ear->seq[0]);
	rstg_stream_begin(&ear->s, 1, ear->seq[1]);
}

/* Input: an initial sequence number (4), then turns: side and cut (1), length (2), octets. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct ear whole, cut;

	if (size < 4 || size > 65536)
		return 0;
	listen(&whole, 0);
	listen(&cut, get_unaligned_be32(data));
	for (data += 4, size -= 4; size >= 3; ) {
		unsigned int d = data[0] & 1;
		u32 step = 1 + (data[0] >> 1);
		u32 len = min_t(u32, get_unaligned_be16(data + 1), size - 3);

		data += 3;
		size -= 3;
		turn(&whole, d, data, len, U16_MAX);
		turn(&cut, d, data, len, step);
		check(whole.s.stage == cut.s.stage && whole.notices == cut.notices &&
		      rstg_stream_speaker(&whole.s) == rstg_stream_speaker(&cut.s) &&
		      rstg_stream_done(&whole.s) == rstg_stream_done(&cut.s) &&
		      whole.s.tls == cut.s.tls);
		data += len;
		size -= len;
	}
	return 0;
}
