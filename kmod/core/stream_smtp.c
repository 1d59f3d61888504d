// SPDX-License-Identifier: GPL-2.0-only
/*
 * SMTP (RFC 5321, 3207) and FTP (RFC 959, 4217), whose replies are alike: a code, which
 * is repeated with a blank after it where a reply of several lines ends.
 *
 * Each line of the client earns one reply, in order, until its message or its login,
 * where the parser stops. So the number of a reply tells what it answers, however many
 * commands are sent at once.
 */
#include "env.h"
#include "stream.h"
#include "parse.h"

#define CODE_READY	220
#define CODE_SYSTEM	211	/* FTP: the answer to FEAT */
#define CODE_PROCEED	234	/* FTP: the answer to AUTH TLS */
#define CODE_DONE	250
#define CODE_BAD	500	/* and above */

static u16 reply_code(const struct rstg_stream_dir *dir)
{
	u16 code = 0;
	u8 i;

	if (dir->n != 3)
		return 0;
	for (i = 0; i < 3; i++) {
		if (dir->word[i] < '0' || dir->word[i] > '9')
			return 0;
		code = code * 10 + dir->word[i] - '0';
	}
	return code;
}

/* The first word of a line: of a reply of several lines FTP sends any text between. */
static void take_code(struct rstg_stream_dir *dir)
{
	u16 code = reply_code(dir);

	if (!code || (dir->code && code != dir->code))
		return;
	dir->line |= RSTG_LINE_CODE;
	if (!dir->code)
		dir->line |= RSTG_LINE_FIRST;
	if (!(dir->line & RSTG_LINE_MORE))
		dir->line |= RSTG_LINE_LAST;
	dir->code = code;
}

static bool contains(const struct rstg_stream_dir *dir, const char *what, u8 len)
{
	u8 i, seen = min_t(u8, dir->n, RSTG_STREAM_WORD);

	for (i = 0; i + len <= seen; i++)
		if (!memcmp(dir->word + i, what, len))
			return true;
	return false;
}

/* PIX and ASA leave no character of a greeting as it was but 2 and 0. */
static bool starred(const struct rstg_stream_dir *dir)
{
	u8 i, stars = 0, seen = min_t(u8, dir->n, RSTG_STREAM_WORD);

	for (i = 0; i < seen; i++) {
		if (dir->word[i] == '*')
			stars++;
		else if (dir->word[i] != '2' && dir->word[i] != '0')
			return false;
	}
	return stars >= 4;
}

static void greeting_word(struct rstg_stream *s, struct rstg_stream_dir *dir)
{
	/* "ftp.example.com ESMTP" is a mail server's: the last to match wins. */
	if (contains(dir, "SMTP", 4))
		s->proto = RSTG_PROTO_SMTP;
	else if (contains(dir, "FTP", 3))
		s->proto = RSTG_PROTO_FTP;
	if (starred(dir))
		dir->line |= RSTG_LINE_MASKED;
}

/* "250-STARTTLS", "250-XXXXXXXA"; FTP: "211-AUTH TLS", " AUTH TLS", " AUTH TLS;SSL" */
static void capability_word(struct rstg_stream *s, struct rstg_stream_dir *dir)
{
	/* The first line is the server's own name. */
	if (dir->line & RSTG_LINE_FIRST ||
	    (dir->code != CODE_DONE && dir->code != CODE_SYSTEM))
		return;
	if (dir->words == !!(dir->line & RSTG_LINE_CODE)) {
		rstg_starttls_capability(s, rstg_word_is(dir, "STARTTLS"), rstg_word_masked(dir));
		if (rstg_word_is(dir, "AUTH"))
			dir->verb = RSTG_VERB_AUTH;
	} else if (dir->verb == RSTG_VERB_AUTH && s->proto == RSTG_PROTO_FTP) {
		rstg_starttls_capability(s, dir->n >= 3 && !memcmp(dir->word, "TLS", 3), false);
	}
}

static void server_word(struct rstg_stream *s, struct rstg_stream_dir *dir)
{
	if (!dir->words)
		take_code(dir);
	if (!s->answered)
		greeting_word(s, dir);
	else if (s->answered + 1 == s->caps_at)
		capability_word(s, dir);
}

static void client_word(struct rstg_stream_dir *dir)
{
	if (dir->words == 1 && dir->verb == RSTG_VERB_AUTH &&
	    (rstg_word_is(dir, "TLS") || rstg_word_is(dir, "SSL")))
		dir->verb = RSTG_VERB_STARTTLS;
	if (dir->words)
		return;
	if (rstg_word_is(dir, "EHLO"))
		dir->verb = RSTG_VERB_EHLO;
	else if (rstg_word_is(dir, "HELO"))
		dir->verb = RSTG_VERB_HELO;
	else if (rstg_word_is(dir, "STARTTLS"))
		dir->verb = RSTG_VERB_STARTTLS;
	else if (rstg_word_is(dir, "DATA") || rstg_word_is(dir, "BDAT"))
		dir->verb = RSTG_VERB_DATA;
	else if (rstg_word_is(dir, "AUTH"))
		dir->verb = RSTG_VERB_AUTH;
	else if (rstg_word_is(dir, "FEAT"))
		dir->verb = RSTG_VERB_CAPA;
	else if (rstg_word_is(dir, "USER"))
		dir->verb = RSTG_VERB_USER;
	else if (rstg_word_is(dir, "PASS"))
		dir->verb = RSTG_VERB_LOGIN;
	else if (rstg_word_uniform(dir))
		dir->verb = RSTG_VERB_MASKED;
}

void rstg_smtp_word(struct rstg_stream *s, unsigned int d)
{
	if (rstg_stream_is_client(s, d))
		client_word(&s->dir[d]);
	else
		server_word(s, &s->dir[d]);
}

static void reply(struct rstg_stream *s, unsigned int d, u16 code)
{
	/* One that nobody has asked for: a timeout, a shutdown. */
	if (s->answered == s->asked)
		return;
	s->answered++;
	if (s->answered == s->caps_at && (code == CODE_DONE || code == CODE_SYSTEM)) {
		if (s->proto == RSTG_PROTO_SMTP)
			rstg_stream_say(s, d, RSTG_STAGE_SMTP_CAPABILITIES);
		rstg_starttls_list_end(s);
	} else if (s->answered == s->tls_at) {
		rstg_starttls_answer(s, d, code == CODE_READY || code == CODE_PROCEED ?
				     RSTG_VERB_YES : code >= CODE_BAD ?
				     RSTG_VERB_BAD : RSTG_VERB_NO);
	}
}

static void server_line(struct rstg_stream *s, unsigned int d)
{
	struct rstg_stream_dir *dir = &s->dir[d];
	u16 code = dir->code;

	if (!s->answered) {
		rstg_stream_say(s, d, s->proto == RSTG_PROTO_FTP ?
				RSTG_STAGE_FTP_GREETING : RSTG_STAGE_SMTP_GREETING);
		/* Banners of FTP have lines of stars; a masked one is nothing but one word. */
		if (dir->line & RSTG_LINE_MASKED && dir->words == 2 &&
		    dir->line & RSTG_LINE_FIRST && dir->line & RSTG_LINE_LAST)
			s->notices |= BIT(RSTG_NOTICE_GREETING);
	}
	if (dir->line & RSTG_LINE_LAST) {
		dir->code = 0;
		reply(s, d, code);
	}
}

static void client_line(struct rstg_stream *s, unsigned int d)
{
	u8 verb = s->dir[d].verb;
	/* Where EHLO or STARTTLS belongs; later on it may be somebody's password. */
	bool early = s->asked == 1 || s->asked == s->caps_at;

	/* The first command tells what a greeting may have left open. */
	if (s->asked == 1 && (verb == RSTG_VERB_EHLO || verb == RSTG_VERB_HELO))
		s->proto = RSTG_PROTO_SMTP;
	else if (s->asked == 1 && (verb == RSTG_VERB_USER || verb == RSTG_VERB_CAPA ||
				   (verb == RSTG_VERB_STARTTLS && s->dir[d].words == 2)))
		s->proto = RSTG_PROTO_FTP;
	s->asked++;
	if (verb == RSTG_VERB_STARTTLS) {
		rstg_starttls_ask(s, d, s->asked);
		return;
	}
	if (verb == RSTG_VERB_MASKED && early)
		rstg_starttls_ask_masked(s, s->asked);
	if (verb == RSTG_VERB_EHLO || verb == RSTG_VERB_CAPA)
		s->caps_at = s->asked;
	if (s->proto == RSTG_PROTO_FTP) {
		rstg_stream_say(s, d, RSTG_STAGE_FTP_COMMAND);
		if (verb == RSTG_VERB_LOGIN)
			rstg_stream_end(s);
	} else if (verb == RSTG_VERB_EHLO || verb == RSTG_VERB_HELO) {
		rstg_stream_say(s, d, RSTG_STAGE_SMTP_EHLO);
	} else if (verb == RSTG_VERB_DATA) {
		rstg_stream_say(s, d, RSTG_STAGE_SMTP_DATA);
		rstg_stream_end(s);
	} else {
		rstg_stream_say(s, d, RSTG_STAGE_SMTP_COMMAND);
	}
}

void rstg_smtp_line(struct rstg_stream *s, unsigned int d)
{
	if (rstg_stream_is_client(s, d))
		client_line(s, d);
	else
		server_line(s, d);
}
