// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fmt.h"
#include "mail_class.h"

/*
 * A server that closes so long after anything was said has given up waiting: postfix
 * under load waits 10 s (smtpd_timeout, stress), others for minutes.
 */
#define GAVE_UP_MS	10000

const struct mail_class_info mail_classes[MAIL_CLASS_MAX] = {
#define X(e, name, text, todo) [MAIL_CLASS_##e] = { name, text, todo },
	MAIL_CLASSES(X)
#undef X
};

static bool by_server(const struct connection *c)
{
	return !strcmp(c->close.by, "server");
}

/* Did the log leave open why, and the wire tells that nothing came any more? */
static bool gave_up(const struct mail_session *s, const struct connection *c)
{
	return c->closed && by_server(c) && c->close.said.known &&
	       c->close.said.ms >= GAVE_UP_MS &&
	       mail_session_ending(s) != MAIL_ENDED_WELL &&
	       !(s->signs & (MAIL_LOST | MAIL_RESET | MAIL_REFUSED));
}

/* After a FIN a reset cuts nothing short: it closes what was closing. */
static bool ended_by_reset(const struct connection *c)
{
	return c->genuine && !(c->closed && c->close.us <= c->genuine);
}

/**
 * mail_class() - what became of a session?
 * @s: as the mail server tells it
 * @c: what was seen of it; NULL: nothing
 *
 * A forged reset is told of even if the session lived on: users ask for that proof.
 * That the server waited in vain is known from its log alone; that excludes a reset
 * which arrived there. A TLS error excludes nothing.
 */
enum mail_class mail_class(const struct mail_session *s, const struct connection *c)
{
	if (c && c->rsts[RSTG_FORGED])
		return MAIL_CLASS_FORGED;
	if (c && c->rsts[RSTG_SUSPECT])
		return MAIL_CLASS_SUSPECT;
	if (c && ended_by_reset(c))
		return MAIL_CLASS_RESET;
	if ((s->signs & MAIL_TIMEOUT) || (c && gave_up(s, c)))
		return MAIL_CLASS_TIMEOUT;
	return c && c->closed ? MAIL_CLASS_CLOSED : MAIL_CLASS_NOTHING;
}

/**
 * mail_action() - what was done with the resets in doubt
 * @c: connection with any
 *
 * Return: a word, as in JSON.
 */
const char *mail_action(const struct connection *c)
{
	if (c->dropped && c->passed)
		return "partly-dropped";
	if (c->dropped)
		return "dropped";
	return c->passed ? "passed" : "held";
}

/**
 * mail_went_on() - did the session live through forged resets?
 * @s: session
 * @c: its connection; NULL: none
 */
bool mail_went_on(const struct mail_session *s, const struct connection *c)
{
	return c && c->rsts[RSTG_FORGED] && c->dropped && !c->passed &&
	       mail_session_ending(s) != MAIL_ENDED_CUT;
}

/**
 * mail_scanner() - was it nobody who wanted to send or fetch mail?
 * @s: session
 * @c: its connection; NULL: none
 *
 * On 465 a client that does not get through TLS has said as little to the log as a
 * scanner, and one whose STARTTLS was taken away leaves as early: the wire knows.
 */
bool mail_scanner(const struct mail_session *s, const struct connection *c)
{
	if (!(s->signs & MAIL_STRANGER) || (s->signs & MAIL_TLS))
		return false;
	return !c || (!c->notices[0] && strncmp(c->close.said.stage, "tls-", 4));
}

/* --- in words ----------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3)))
static void say(char out[MAIL_EVIDENCE], const char *format, ...)
{
	size_t n = strlen(out);
	va_list ap;

	va_start(ap, format);
	vsnprintf(out + n, MAIL_EVIDENCE - n, format, ap);
	va_end(ap);
}

static void say_last(char out[MAIL_EVIDENCE], const struct said *said)
{
	if (said->known)
		say(out, "; last said: %s by the %s, %" PRIu32 " ms before", said->stage, said->by,
		    said->ms);
}

static void say_closed(char out[MAIL_EVIDENCE], const struct connection *c)
{
	if (!strcmp(c->close.by, "unknown"))
		say(out, "closed, by whom is not known");
	else
		say(out, "closed by the %s", c->close.by);
	if (c->close.tls[0])
		say(out, " in TLS %s", c->close.tls);
	say_last(out, &c->close.said);
}

/* The log's own explanation, where it has one. */
static void say_why(char out[MAIL_EVIDENCE], const struct mail_session *s,
		    const struct connection *c)
{
	const struct mail_tls_info *tls = &mail_tls_causes[s->tls];

	if (s->tls)
		say(out, "; %s: %s (%s)", tls->name, tls->text, tls->todo);
	else if (mail_scanner(s, c))
		say(out, "; scanner: it said nothing that a mail client says");
	else if (s->signs & MAIL_REFUSED)
		say(out, "; the server did not want to go on");
	else if (c && c->closed && !strcmp(c->close.said.stage, "tls-alert"))
		say(out, "; tls-alert: %s (a version or a certificate; "
		    "the log does not say which)", mail_tls_causes[MAIL_TLS_OTHER].text);
}

static void say_action(char out[MAIL_EVIDENCE], const struct mail_session *s,
		       const struct connection *c)
{
	if (mail_went_on(s, c))
		say(out, "dropped, session went on");
	else if (c->dropped && c->passed)
		say(out, "some dropped, some let through");
	else if (c->dropped)
		say(out, "dropped");
	else
		say(out, c->passed ? "let through" : "held, its end is not on record");
}

static void say_rst(char out[MAIL_EVIDENCE], const struct mail_session *s,
		    const struct mail_match *m)
{
	const struct rst_seen *rst = &m->c->rst;
	const char *comma = ": ";
	char name[FMT_REASON_MAX];
	unsigned int i;

	say(out, "reset in the %s's name, ", rst->src == m->client ? "client" : "server");
	if (rst->verdict == RSTG_GENUINE)
		say(out, "looks genuine");
	else
		say_action(out, s, m->c);
	if (rst->proof[0])
		say(out, "; proof: %s, %" PRIu32 " ms after it", rst->proof, rst->after_ms);
	say(out, "; score %d", rst->score);
	for (i = 0; i < 64; i++) {
		if (!(rst->reasons >> i & 1))
			continue;
		say(out, "%s%s", comma, fmt_reason_name(name, i));
		comma = ",";
	}
	say_last(out, &rst->said);
	if (m->c->closed) {
		say(out, "; ");
		say_closed(out, m->c);
	}
}

/* What is not of its class, and goes for any. */
static void say_rest(char out[MAIL_EVIDENCE], const struct mail_match *m)
{
	if (!m->c)
		return;
	if (m->c->notices[0])
		say(out, "; STARTTLS: %s", m->c->notices);
	if (m->of > 1)
		say(out, "; one of %u connections of this client that fit as well", m->of);
}

/* Loopback is skipped: nobody is in between. */
static bool of_this_host(const struct rstg_addr *addr)
{
	static const uint8_t loopback6[16] = { [15] = 1 };

	if (rstg_addr_is_v4(addr))
		return *(const uint8_t *)&addr->w[3] == 127;
	return !memcmp(addr->w, loopback6, sizeof(loopback6));
}

/**
 * mail_evidence() - why a session has its class, for people
 * @out: result
 * @s:   session
 * @m:   its connection
 */
void mail_evidence(char out[MAIL_EVIDENCE], const struct mail_session *s,
		   const struct mail_match *m)
{
	const struct connection *c = m->c;

	out[0] = '\0';
	switch (mail_class(s, c)) {
	case MAIL_CLASS_FORGED:
	case MAIL_CLASS_SUSPECT:
		say_rst(out, s, m);
		break;
	case MAIL_CLASS_RESET:
		say_rst(out, s, m);
		if (s->tls)
			say_why(out, s, c);
		break;
	case MAIL_CLASS_CLOSED:
		say_closed(out, c);
		say_why(out, s, c);
		break;
	case MAIL_CLASS_TIMEOUT:
		say(out, "the server gave up; ");
		if (c && c->closed)
			say_closed(out, c);
		else
			say(out, "so says its log, the wire told nothing");
		break;
	default:
		say(out, c ? "its end was not seen" : of_this_host(&s->addr) ?
		    "from this host itself, which is not watched" : "not seen on the wire");
		say_why(out, s, c);
	}
	say_rest(out, m);
}
