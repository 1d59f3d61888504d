// SPDX-License-Identifier: GPL-2.0-only
/*
 * XMPP (RFC 6120). Of its XML only the names of elements are read, the slash of a
 * closing tag being part of the name; what stands between tags or in them is not.
 */
#include "env.h"
#include "stream.h"
#include "parse.h"

/* struct rstg_stream_dir.words: where in the XML we are. */
enum {
	BETWEEN,	/* tags */
	NAME,
	BEHIND_NAME,	/* within a tag */
};

static void client_name(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	/* Each request is answered before the next may be sent: one number will do. */
	if (rstg_word_is(dir, "STARTTLS"))
		rstg_starttls_ask(s, d, 1);
	else if (rstg_word_is(dir, "AUTH"))
		rstg_stream_end(s);
}

static void server_name(struct rstg_stream *s, struct rstg_stream_dir *dir)
{
	rstg_starttls_capability(s, rstg_word_is(dir, "STARTTLS"), false);
	if (rstg_word_is(dir, "/STREAM:FEATURES"))
		rstg_starttls_list_end(s);
	if (!s->tls_at)
		return;
	if (rstg_word_is(dir, "PROCEED"))
		dir->verb = RSTG_VERB_YES;
	else if (rstg_word_is(dir, "FAILURE"))
		dir->verb = RSTG_VERB_BAD;
}

static void name_end(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	dir->words = BEHIND_NAME;
	if (rstg_word_is(dir, "STREAM:STREAM")) {
		rstg_stream_say(s, d, RSTG_STAGE_XMPP_STREAM);
		dir->line |= RSTG_LINE_OPENED;
	} else if (!(dir->line & RSTG_LINE_OPENED)) {
		if (!rstg_word_is(dir, "?XML"))
			rstg_stream_other(s, d);	/* some other XML */
	} else if (rstg_stream_is_client(s, d)) {
		client_name(s, d);
	} else {
		server_name(s, dir);
	}
}

static void tag_end(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];
	u8 verb = dir->verb;

	dir->words = BETWEEN;
	dir->verb = RSTG_VERB_OTHER;
	if (verb != RSTG_VERB_OTHER)
		rstg_starttls_answer(s, d, verb);
}

static bool ends_name(const struct rstg_stream_dir *dir, u8 c)
{
	return c == '>' || c == ' ' || c == '\t' || c == '\r' || c == '\n' || (c == '/' && dir->n);
}

void rstg_xmpp_octet(struct rstg_stream *s, unsigned int d, u8 c)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	if (dir->words == BETWEEN) {
		if (c == '<') {
			dir->words = NAME;
			dir->n = 0;
		} else if (c == RSTG_TLS_HANDSHAKE && rstg_stream_is_client(s, d)) {
			rstg_stream_switch(s, d, RSTG_HOW_TLS);
			rstg_stream_octet(s, d, c);
		}
		return;
	}
	if (dir->words == NAME) {
		if (!ends_name(dir, c)) {
			rstg_word_add(dir, rstg_upper(c));
			return;
		}
		name_end(s, d);
	}
	if (c == '>')
		tag_end(s, d);
}
