// SPDX-License-Identifier: GPL-2.0-only
/*
 * stream_feed smtp|tls|over TIMES	a dialog through the stream parser, for callgrind
 *
 * Prints how many octets and segments were fed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream.h"

#define CLIENT	0
#define SERVER	1
#define SEGMENT	1448	/* octets of payload at most: Ethernet, IPv4, timestamps */

/**
 * struct segment - one of a dialog
 * @by:   its sender
 * @head: what it begins with
 * @n:    octets of @head
 * @len:  octets in all; those after @head are 0
 */
struct segment {
	unsigned int by;
	const char *head;
	u32 n;
	u32 len;
};

#define LINE(by_, text)	{ .by = by_, .head = text, .n = sizeof(text) - 1, .len = sizeof(text) - 1 }
#define PART(by_, text, len_)	{ .by = by_, .head = text, .n = sizeof(text) - 1, .len = len_ }

static const struct segment smtp[] = {
	LINE(SERVER, "220 mail.example.org ESMTP Postfix (Debian/GNU)\r\n"),
	LINE(CLIENT, "EHLO client.example.net\r\n"),
	LINE(SERVER, "250-mail.example.org\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ETRN\r\n"
		     "250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n"
		     "250-SMTPUTF8\r\n250 CHUNKING\r\n"),
	LINE(CLIENT, "STARTTLS\r\n"),
	LINE(SERVER, "220 2.0.0 Ready to start TLS\r\n"),
	{ }
};

/* TLS 1.2, with a certificate that takes the most of three segments. */
static const struct segment tls[] = {
	PART(CLIENT, "\x16\x03\x01\x02\x00\x01", 517),
	PART(SERVER, "\x16\x03\x03\x10\xf3\x02", SEGMENT),
	PART(SERVER, "", SEGMENT),
	PART(SERVER, "", SEGMENT),
	PART(CLIENT, "\x16\x03\x03\x00\x25\x10", 42),
	PART(CLIENT, "\x14\x03\x03\x00\x01\x01", 6),
	PART(SERVER, "\x14\x03\x03\x00\x01\x01", 6),
	PART(SERVER, "\x17\x03\x03\x02\x00", 517),
	{ }
};

/* Full segments of a conversation that is followed no more. */
static const struct segment bulk[] = {
	PART(SERVER, "", SEGMENT),
	PART(SERVER, "", SEGMENT),
	{ }
};

static struct rstg_stream stream;
static unsigned int octets, segments;
static u32 next[2];

static void begin(void)
{
	memset(&stream, 0, sizeof(stream));
	rstg_stream_begin(&stream, CLIENT, next[CLIENT]);
	rstg_stream_begin(&stream, SERVER, next[SERVER]);
}

/* What is measured. */
static noinline void hear(const struct segment *seg, const u8 *payload)
{
	u32 at, n;

	rstg_stream_segment(&stream, seg->by, next[seg->by], seg->len);
	while ((n = rstg_stream_wanted(&stream, seg->by, next[seg->by], seg->len, &at)))
		rstg_stream_feed(&stream, seg->by, payload + at, n);
}

static void play(const struct segment *seg)
{
	u8 payload[SEGMENT];

	for (; seg->len; seg++) {
		memset(payload, 0, sizeof(payload));
		memcpy(payload, seg->head, seg->n);
		hear(seg, payload);
		next[seg->by] += seg->len;
		octets += seg->len;
		segments++;
	}
}

static void expect(enum rstg_stage stage)
{
	if (rstg_stream_stage(&stream) == stage)
		return;
	fprintf(stderr, "stream_feed: the parser has come to %s only\n",
		rstg_stages[rstg_stream_stage(&stream)].name);
	exit(1);
}

int main(int argc, char **argv)
{
	unsigned int times;

	if (argc != 3) {
		fprintf(stderr, "usage: stream_feed smtp|tls|over TIMES\n");
		return 2;
	}
	for (times = (unsigned int)atoi(argv[2]); times; times--) {
		if (!strcmp(argv[1], "over")) {
			play(bulk);
			continue;
		}
		begin();
		play(strcmp(argv[1], "tls") ? smtp : tls);
		expect(strcmp(argv[1], "tls") ? RSTG_STAGE_STARTTLS_ACCEPTED :
			RSTG_STAGE_TLS_ESTABLISHED);
	}
	printf("%u %u\n", octets, segments);
	return 0;
}
