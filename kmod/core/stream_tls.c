// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLS (RFC 8446 5.1): the headers of records, and what message the first one begins
 * with; later ones are encrypted, whatever they look like.
 */
#include "env.h"
#include "stream.h"
#include "parse.h"

#define CHANGE_CIPHER_SPEC	20
#define ALERT			21
#define APPLICATION_DATA	23

#define CLIENT_HELLO		1
#define SERVER_HELLO		2

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

static void hello(struct rstg_stream *s, unsigned int d, u8 message)
{
	struct rstg_stream_dir *dir = &s->dir[d];

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
	if (len && dir->n < RSTG_TLS_FIRST)
		return;
	record(s, d);
	dir->skip = len ? len - 1 : 0;
	dir->n = 0;
}
