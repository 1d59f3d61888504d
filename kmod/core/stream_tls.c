// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLS (RFC 8446 5.1): the headers of records, and what message the first one begins
 * with and which version it names; later ones are encrypted, whatever they look like.
 */
#include "env.h"
#include "stream.h"
#include "parse.h"

#define CHANGE_CIPHER_SPEC	20
#define ALERT			21
#define APPLICATION_DATA	23

#define CLIENT_HELLO		1
#define SERVER_HELLO		2

/* Minor versions count from SSL 3, which is 3.0. */
#define TLS_12			3

/* RFC 5246 6.2.3: 2^14 octets and what encryption adds; TLS 1.3 allows less. */
#define RECORD_MAX		(16384 + 2048)

static bool is_header(const u8 *octets)
{
	u16 len = get_unaligned_be16(octets + 3);

	/* 3.0 is SSL 3, the oldest with records; TLS 1.3 still says 3.3. */
	return octets[0] >= CHANGE_CIPHER_SPEC && octets[0] <= APPLICATION_DATA &&
	       octets[1] == 3 && octets[2] <= 4 && len <= RECORD_MAX &&
	       (len || octets[0] == APPLICATION_DATA);
}

/**
 * rstg_tls_need() - how many octets of a record must be there before it is looked at
 * @dir: direction
 *
 * The first record of each side is read up to the version in its hello, as far as it goes.
 */
u32 rstg_tls_need(const struct rstg_stream_dir *dir)
{
	u32 len;

	if (dir->n < RSTG_TLS_HEADER)
		return RSTG_TLS_HEADER;
	len = get_unaligned_be16(dir->word + 3);
	return min_t(u32, dir->line & RSTG_LINE_HELLO ? RSTG_TLS_HELLO : RSTG_TLS_FIRST,
		     RSTG_TLS_HEADER + len);
}

/* RFC 8446 4.1.2: what TLS 1.3 calls legacy_version is the highest one before it. */
static void take_version(struct rstg_stream *s, const struct rstg_stream_dir *dir)
{
	if (dir->n == RSTG_TLS_HELLO && dir->word[9] == 3)
		s->tls = min_t(u8, dir->word[10], TLS_12) + 1;
}

static void hello(struct rstg_stream *s, unsigned int d, u8 message)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	dir->line = RSTG_LINE_HELLO;
	if (message == CLIENT_HELLO) {
		dir->verb = RSTG_VERB_CLIENT_HELLO;
		rstg_stream_say(s, d, RSTG_STAGE_TLS_CLIENT_HELLO);
	} else if (message == SERVER_HELLO) {
		dir->verb = RSTG_VERB_SERVER_HELLO;
		s->bits |= RSTG_STREAM_HELLO;
		rstg_stream_say(s, d, RSTG_STAGE_TLS_SERVER_HELLO);
	} else {
		rstg_stream_other(s, d);
	}
}

/*
 * In TLS 1.3 the server's certificate looks like data as well. The handshake is over
 * for both when the one who began it encrypts: it does so last, in any version.
 */
static void record(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];
	u8 type = dir->word[0];

	if (type == ALERT) {
		rstg_stream_say(s, d, RSTG_STAGE_TLS_ALERT);
	} else if (dir->verb == RSTG_VERB_OTHER) {
		if (type == RSTG_TLS_HANDSHAKE)
			hello(s, d, dir->word[5]);
		else
			rstg_stream_other(s, d);
	} else if (type != RSTG_TLS_HANDSHAKE) {
		if (dir->verb == RSTG_VERB_CLIENT_HELLO)
			s->bits |= RSTG_STREAM_ON;
		if (type == APPLICATION_DATA && s->bits & RSTG_STREAM_ON &&
		    s->bits & RSTG_STREAM_HELLO) {
			rstg_stream_say(s, d, RSTG_STAGE_TLS_ESTABLISHED);
			rstg_stream_end(s);
		}
	}
}

void rstg_tls_octet(struct rstg_stream *s, unsigned int d, u8 c)
{
	struct rstg_stream_dir *dir = &s->dir[d];
	u16 len;

	rstg_word_add(dir, c);
	if (dir->n < RSTG_TLS_HEADER)
		return;
	if (!is_header(dir->word)) {
		rstg_stream_other(s, d);
		return;
	}
	len = get_unaligned_be16(dir->word + 3);
	/* The octet that tells comes once, and may show that this is a hello. */
	if (dir->n == min_t(u32, RSTG_TLS_FIRST, RSTG_TLS_HEADER + len))
		record(s, d);
	if (dir->n < rstg_tls_need(dir))
		return;
	if (dir->line & RSTG_LINE_HELLO)
		take_version(s, dir);
	dir->skip = len - (dir->n - RSTG_TLS_HEADER);
	dir->line = 0;
	dir->n = 0;
}
