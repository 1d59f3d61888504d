// SPDX-License-Identifier: GPL-2.0-only
/* What all protocols with STARTTLS have in common: an offer, a request, an answer. */
#include "env.h"
#include "stream.h"
#include "parse.h"

static void notice(struct rstg_stream *s, enum rstg_notice which)
{
	s->notices |= BIT(which);
}

static bool noticed(const struct rstg_stream *s, enum rstg_notice which)
{
	return s->notices & BIT(which);
}

/* An element of the server's list. */
void rstg_starttls_capability(struct rstg_stream *s, bool offered, bool masked)
{
	if (offered)
		notice(s, RSTG_NOTICE_OFFERED);
	if (masked)
		notice(s, RSTG_NOTICE_MASKED);
}

/* The list was read to its end. What was masked is told of as that. */
void rstg_starttls_list_end(struct rstg_stream *s)
{
	if (!noticed(s, RSTG_NOTICE_OFFERED) && !noticed(s, RSTG_NOTICE_MASKED))
		notice(s, RSTG_NOTICE_ABSENT);
}

/* The client asks; @at tells the answer. */
void rstg_starttls_ask(struct rstg_stream *s, unsigned int d, u16 at)
{
	s->tls_at = at;
	s->bits &= ~RSTG_STREAM_MASK;
	rstg_stream_say(s, d, RSTG_STAGE_STARTTLS);
}

/* The client has said what nobody says: look whether it is refused. */
void rstg_starttls_ask_masked(struct rstg_stream *s, u16 at)
{
	/* Of several requests the answer to the one that is understood matters. */
	if (s->tls_at && !(s->bits & RSTG_STREAM_MASK))
		return;
	s->tls_at = at;
	s->bits |= RSTG_STREAM_MASK;
}

/**
 * rstg_starttls_answer() - the server has answered
 * @s:      conversation
 * @d:      the server's direction
 * @answer: %RSTG_VERB_YES, %RSTG_VERB_NO (not now) or %RSTG_VERB_BAD (not at all)
 */
void rstg_starttls_answer(struct rstg_stream *s, unsigned int d, enum rstg_stream_verb answer)
{
	bool mask = s->bits & RSTG_STREAM_MASK;

	s->tls_at = 0;
	if (mask) {
		if (answer == RSTG_VERB_BAD)
			notice(s, RSTG_NOTICE_MANGLED);
		return;
	}
	if (answer != RSTG_VERB_YES) {
		rstg_stream_say(s, d, RSTG_STAGE_STARTTLS_REFUSED);
		if (answer == RSTG_VERB_BAD && noticed(s, RSTG_NOTICE_OFFERED))
			notice(s, RSTG_NOTICE_REFUSED);
		return;
	}
	rstg_stream_say(s, d, RSTG_STAGE_STARTTLS_ACCEPTED);
	/* The client's side is switched by its first octet: commands may be under way. */
	s->proto = RSTG_PROTO_TLS;
	rstg_stream_switch(s, d, RSTG_HOW_TLS);
}
