// SPDX-License-Identifier: GPL-2.0-only
/*
 * POP3 (RFC 1939, 2449, 2595). Each command earns one line with +OK or -ERR; of those
 * before the login only CAPA has a list after it, up to a line that is a dot.
 */
#include "env.h"
#include "stream.h"
#include "parse.h"

/* struct rstg_stream_dir.code of a server: lines of the list follow. */
#define IN_LIST	1

static void server_word(struct rstg_stream *s, struct rstg_stream_dir *dir)
{
	if (dir->words)
		return;
	if (dir->code == IN_LIST) {
		rstg_starttls_capability(s, rstg_word_is(dir, "STLS"), rstg_word_masked(dir));
		if (rstg_word_is(dir, "."))
			dir->line |= RSTG_LINE_LAST;
	} else if (rstg_word_is(dir, "+OK")) {
		dir->verb = RSTG_VERB_YES;
	} else if (rstg_word_is(dir, "-ERR")) {
		dir->verb = RSTG_VERB_BAD;
	}
}

static void client_word(struct rstg_stream_dir *dir)
{
	if (dir->words)
		return;
	if (rstg_word_is(dir, "STLS"))
		dir->verb = RSTG_VERB_STARTTLS;
	else if (rstg_word_is(dir, "CAPA"))
		dir->verb = RSTG_VERB_CAPA;
	else if (rstg_word_is(dir, "PASS") || rstg_word_is(dir, "APOP") ||
		 rstg_word_is(dir, "AUTH"))
		dir->verb = RSTG_VERB_LOGIN;
	else if (rstg_word_uniform(dir))
		dir->verb = RSTG_VERB_MASKED;
}

void rstg_pop3_word(struct rstg_stream *s, unsigned int d)
{
	if (rstg_stream_is_client(s, d))
		client_word(&s->dir[d]);
	else
		server_word(s, &s->dir[d]);
}

static void server_line(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	if (dir->code == IN_LIST) {
		if (dir->line & RSTG_LINE_LAST) {
			dir->code = 0;
			rstg_starttls_list_end(s);
		}
		return;
	}
	if (dir->verb == RSTG_VERB_OTHER || s->answered == s->asked)
		return;
	s->answered++;
	if (s->answered == 1)
		rstg_stream_say(s, d, RSTG_STAGE_POP3_GREETING);
	else if (s->answered == s->caps_at && dir->verb == RSTG_VERB_YES)
		dir->code = IN_LIST;
	else if (s->answered == s->tls_at)
		rstg_starttls_answer(s, d, dir->verb);
}

static void client_line(struct rstg_stream *s, unsigned int d)
{
	u8 verb = s->dir[d].verb;

	s->asked++;
	if (verb == RSTG_VERB_STARTTLS) {
		rstg_starttls_ask(s, d, s->asked);
		return;
	}
	if (verb == RSTG_VERB_CAPA)
		s->caps_at = s->asked;
	if (verb == RSTG_VERB_MASKED)
		rstg_starttls_ask_masked(s, s->asked);
	rstg_stream_say(s, d, RSTG_STAGE_POP3_COMMAND);
	if (verb == RSTG_VERB_LOGIN)
		rstg_stream_end(s);
}

void rstg_pop3_line(struct rstg_stream *s, unsigned int d)
{
	if (rstg_stream_is_client(s, d))
		client_line(s, d);
	else
		server_line(s, d);
}
