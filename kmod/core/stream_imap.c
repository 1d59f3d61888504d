// SPDX-License-Identifier: GPL-2.0-only
/*
 * IMAP (RFC 9051). Answers carry the tag of their command; of the tag only a digest is
 * kept. Capabilities come in a line of their own or in the brackets of another.
 */
#include "env.h"
#include "stream.h"
#include "parse.h"

/* Good enough for the one command that is asked about; never 0. */
static u16 digest(const struct rstg_stream_dir *dir)
{
	u8 i, seen = min_t(u8, dir->n, RSTG_STREAM_WORD);
	u16 sum = dir->n;

	for (i = 0; i < seen; i++)
		sum = sum * 31 + dir->word[i];
	return sum ? sum : 1;
}

static void server_word(struct rstg_stream *s, struct rstg_stream_dir *dir)
{
	if (!dir->words) {
		if (digest(dir) == s->tls_at)
			dir->verb = RSTG_VERB_ANSWER;
		return;
	}
	if (dir->verb == RSTG_VERB_ANSWER)
		dir->verb = rstg_word_is(dir, "OK") ? RSTG_VERB_YES :
			    rstg_word_is(dir, "BAD") ? RSTG_VERB_BAD : RSTG_VERB_NO;
	if (dir->words == 1 && rstg_word_is(dir, "PREAUTH"))
		dir->verb = RSTG_VERB_LOGIN;
	/* PREAUTH: what it lists cannot be asked for */
	if (dir->line & RSTG_LINE_CAPS && dir->verb != RSTG_VERB_LOGIN)
		rstg_starttls_capability(s, rstg_word_is(dir, "STARTTLS"), rstg_word_masked(dir));
	else if (dir->words <= 2 && rstg_word_is(dir, "CAPABILITY"))
		dir->line |= RSTG_LINE_CAPS;
}

static void client_word(struct rstg_stream_dir *dir)
{
	if (!dir->words)
		dir->code = digest(dir);
	if (dir->words != 1)
		return;
	if (rstg_word_is(dir, "STARTTLS"))
		dir->verb = RSTG_VERB_STARTTLS;
	else if (rstg_word_is(dir, "LOGIN") || rstg_word_is(dir, "AUTHENTICATE"))
		dir->verb = RSTG_VERB_LOGIN;
	else if (rstg_word_uniform(dir))
		dir->verb = RSTG_VERB_MASKED;
}

void rstg_imap_word(struct rstg_stream *s, unsigned int d)
{
	if (rstg_stream_is_client(s, d))
		client_word(&s->dir[d]);
	else
		server_word(s, &s->dir[d]);
}

/* A closing bracket. */
void rstg_imap_code_end(struct rstg_stream *s, unsigned int d)
{
	if (!(s->dir[d].line & RSTG_LINE_CAPS))
		return;
	rstg_starttls_list_end(s);
	s->dir[d].line &= ~RSTG_LINE_CAPS;
}

static void server_line(struct rstg_stream *s, unsigned int d)
{
	u8 verb = s->dir[d].verb;

	rstg_imap_code_end(s, d);
	if (!s->answered) {
		s->answered = 1;
		rstg_stream_say(s, d, RSTG_STAGE_IMAP_GREETING);
		/*
		 * RFC 9051 6.2.1: no STARTTLS once authenticated. One who says so in the
		 * name of a server that offered it has taken it away.
		 */
		if (verb == RSTG_VERB_LOGIN) {
			rstg_starttls_list_end(s);
			rstg_stream_end(s);
		}
	}
	if (verb == RSTG_VERB_YES || verb == RSTG_VERB_NO || verb == RSTG_VERB_BAD)
		rstg_starttls_answer(s, d, verb);
}

static void client_line(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	if (!dir->words)
		return;
	if (dir->verb == RSTG_VERB_STARTTLS) {
		rstg_starttls_ask(s, d, dir->code);
		return;
	}
	if (dir->verb == RSTG_VERB_MASKED)
		rstg_starttls_ask_masked(s, dir->code);
	rstg_stream_say(s, d, RSTG_STAGE_IMAP_COMMAND);
	/* From here on neither STARTTLS nor what is said is of our business. */
	if (dir->verb == RSTG_VERB_LOGIN)
		rstg_stream_end(s);
}

void rstg_imap_line(struct rstg_stream *s, unsigned int d)
{
	if (rstg_stream_is_client(s, d))
		client_line(s, d);
	else
		server_line(s, d);
}
