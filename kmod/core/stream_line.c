// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of words: SMTP, FTP, IMAP, POP3 and the banner of SSH. A line ends with LF,
 * whether or not CR stands before it: servers take both.
 */
#include "env.h"
#include "stream.h"
#include "parse.h"

/*
 * Is it a capability overwritten in place? Firewalls write X over all of it (Cisco's
 * put a letter last, A for the first such line). No capability has three X in a row.
 */
bool rstg_word_masked(const struct rstg_stream_dir *dir)
{
	u8 i, seen = min_t(u8, dir->n, RSTG_STREAM_WORD);

	if (dir->n < 4)
		return false;
	for (i = 0; i < seen; i++)
		if (dir->word[i] != 'X' && (i != dir->n - 1 || dir->word[i] < 'A' ||
					    dir->word[i] > 'Z'))
			return false;
	return true;
}

/* Is it a command overwritten in place, one letter all over? */
bool rstg_word_uniform(const struct rstg_stream_dir *dir)
{
	u8 i, seen = min_t(u8, dir->n, RSTG_STREAM_WORD);

	if (dir->n < 4 || dir->word[0] < 'A' || dir->word[0] > 'Z')
		return false;
	for (i = 1; i < seen; i++)
		if (dir->word[i] != dir->word[0])
			return false;
	return true;
}

static void word_end(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	if (!dir->n)
		return;
	switch (s->proto) {
	case RSTG_PROTO_SMTP:
	case RSTG_PROTO_FTP:
		rstg_smtp_word(s, d);
		break;
	case RSTG_PROTO_IMAP:
		rstg_imap_word(s, d);
		break;
	case RSTG_PROTO_POP3:
		rstg_pop3_word(s, d);
		break;
	}
	if (dir->words < U8_MAX)
		dir->words++;
	dir->n = 0;
}

static void line_end(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	switch (s->proto) {
	case RSTG_PROTO_SMTP:
	case RSTG_PROTO_FTP:
		rstg_smtp_line(s, d);
		break;
	case RSTG_PROTO_IMAP:
		rstg_imap_line(s, d);
		break;
	case RSTG_PROTO_POP3:
		rstg_pop3_line(s, d);
		break;
	case RSTG_PROTO_SSH:
		rstg_stream_switch(s, d, RSTG_HOW_BANNER);
		break;
	}
	dir->verb = RSTG_VERB_OTHER;
	dir->line = 0;
	dir->words = 0;
}

static bool is_blank(const struct rstg_stream *s, unsigned int d, u8 c)
{
	const struct rstg_stream_dir *dir = &s->dir[d];

	switch (c) {
	case ' ':
	case '\t':
	case '\r':
		return true;
	case '[':
	case ']':
		return s->proto == RSTG_PROTO_IMAP;
	case '-':	/* RFC 5321 4.2, RFC 959 4.2: "250-" */
		return !dir->words && dir->n == 3 &&
		       (s->proto == RSTG_PROTO_SMTP || s->proto == RSTG_PROTO_FTP);
	default:
		return false;
	}
}

void rstg_line_octet(struct rstg_stream *s, unsigned int d, u8 c)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	/* Most are letters: nothing of what follows lies beyond '-' but the brackets. */
	if (likely(c > '-' && c != '[' && c != ']')) {
		rstg_word_add(dir, rstg_upper(c));
	} else if (c == '\n') {
		word_end(s, d);
		line_end(s, d);
	} else if (is_blank(s, d, c)) {
		if (c == '-')
			dir->line |= RSTG_LINE_MORE;
		word_end(s, d);
		if (c == ']')
			rstg_imap_code_end(s, d);
	} else if (unlikely(c == RSTG_TLS_HANDSHAKE && !dir->words && !dir->n &&
			    rstg_stream_is_client(s, d))) {
		/* As agreed, or at the wrong port. */
		rstg_stream_switch(s, d, RSTG_HOW_TLS);
		rstg_stream_octet(s, d, c);
	} else {
		rstg_word_add(dir, c);
	}
}
