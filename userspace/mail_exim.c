// SPDX-License-Identifier: GPL-2.0-only
/*
 * exim's main log (4.96: smtp_in.c, receive.c, tls.c). What it says of a connection
 * depends on log_selector: by default only of those that fail, and of mails. A client is
 * "name (helo) [address]:port", the port with +incoming_port only.
 */
#include <string.h>

#include "mail_fact.h"

/* exim gives up after smtp_receive_timeout, five minutes; a line tells no beginning. */
#define SILENT_SECONDS	300

/* What stands in parentheses the client has said; there may be brackets in it. */
static const char *client(const char *p, struct mail_fact *fact)
{
	if (!strncmp(p, "H=", 2))
		p += 2;
	while (*p && *p != '[') {
		if (*p == '(') {
			p = strstr(p, ") ");
			if (!p)
				return NULL;
			p++;
		}
		p++;
	}
	p = mail_bracket(p, &fact->addr, &fact->port);
	fact->has_addr = p;
	return p;
}

/* "I=[198.51.100.25]:587", with +incoming_interface */
static const char *interface(const char *p, struct mail_fact *fact)
{
	struct rstg_addr unused;
	const char *behind;

	if (!mail_starts(&p, " I="))
		return p;
	behind = mail_bracket(p, &unused, &fact->server_port);
	return behind ? behind : p;
}

/* "SMTP connection from ...": it came, or how it went */
static bool connection(const char *p, struct mail_fact *fact)
{
	/* HELO is told with the address, and the host's own name if that could be found */
	bool unnamed = *p == '[';

	p = client(p, fact);
	if (!p)
		return false;
	p = interface(p, fact);
	if (!*p || !strncmp(p, " (TCP/IP connection count", 25)) {
		fact->signs = MAIL_BEGIN;
		fact->before = 0;
		fact->pid = 0;	/* of the listening process; another one serves */
		return true;
	}
	mail_starts(&p, " TLS");
	if (mail_starts(&p, " closed by QUIT"))
		fact->signs = MAIL_END;
	else if (mail_starts(&p, " closed by EOF") || mail_starts(&p, " lost"))
		fact->signs = MAIL_LOST | MAIL_END | (unnamed ? MAIL_STRANGER : 0);
	else if (mail_starts(&p, " closed "))
		fact->signs = MAIL_REFUSED | MAIL_END;
	if (strstr(p, "while reading message data"))
		mail_word(fact->stage, sizeof(fact->stage), "DATA", strlen("DATA"));
	return fact->signs;
}

/* "... from HOST (error: Connection reset by peer) D=0s" */
static bool ended(const char *p, unsigned int signs, struct mail_fact *fact)
{
	p = client(p, fact);
	if (!p)
		return false;
	fact->signs = signs | MAIL_END;
	p = interface(p, fact);
	if (strstr(p, "Connection reset by peer"))
		fact->signs |= MAIL_RESET;
	if (strstr(p, "imed out"))
		fact->signs |= MAIL_TIMEOUT;
	return true;
}

/* "TLS error on connection from HOST (gnutls_handshake): The TLS connection was ..." */
static bool tls_error(const char *p, struct mail_fact *fact)
{
	if (!ended(p, MAIL_TLS, fact))
		return false;
	/* of more may be told: "unexpected disconnection" follows */
	fact->signs &= ~MAIL_END;
	fact->tls = mail_tls_cause(p);
	if (strstr(p, "handshake)") || strstr(p, "SSL_accept)"))
		mail_word(fact->stage, sizeof(fact->stage), "STARTTLS", strlen("STARTTLS"));
	return true;
}

/* "1tFkZa-0001Ab-2c <= a@example.org H=HOST P=esmtps ..." */
static bool accepted(const char *p, struct mail_fact *fact)
{
	size_t id = mail_id_length(p, '-');

	p += id;
	if (id < 16 || !mail_starts(&p, " <= "))
		return false;
	if (*p == '"') {	/* in a quoted local part anything may stand */
		p = strstr(p + 1, "\"@");
		if (!p)
			return false;
	}
	p = strstr(p, " H=");
	if (!p)
		return false;
	fact->signs = MAIL_USED;
	p = client(p + 1, fact);
	if (p)
		interface(p, fact);
	return p;
}

static const struct {
	const char *begins;
	unsigned int signs;
} endings[] = {
	{ "unexpected disconnection while reading SMTP command from ", MAIL_LOST },
	{ "SMTP command timeout on connection from ", MAIL_TIMEOUT },
	{ "SMTP command timeout on TLS connection from ", MAIL_TIMEOUT },
	{ "SMTP data timeout (message abandoned) on connection from ", MAIL_TIMEOUT },
	{ "SMTP protocol synchronization error (input sent without waiting for greeting): "
	  "rejected connection from ", MAIL_STRANGER | MAIL_REFUSED },
	{ "SMTP call from ", MAIL_REFUSED },
	{ "no MAIL in SMTP connection from ", 0 },
	{ "no MAIL in TLS SMTP connection from ", 0 },
};

/**
 * mail_exim() - read a line of exim
 * @line: line
 * @fact: result, empty so far
 */
bool mail_exim(const struct mail_line *line, struct mail_fact *fact)
{
	const char *p = line->text;
	size_t i;

	fact->daemon = MAIL_EXIM;
	fact->before = SILENT_SECONDS;
	mail_word(fact->service, sizeof(fact->service), "smtp", strlen("smtp"));
	for (i = 0; i < ARRAY_SIZE(endings); i++)
		if (mail_starts(&p, endings[i].begins))
			return ended(p, endings[i].signs, fact);
	if (mail_starts(&p, "SMTP connection from ") ||
	    mail_starts(&p, "TLS SMTP connection from "))
		return connection(p, fact);
	if (mail_starts(&p, "TLS error on connection from "))
		return tls_error(p, fact);
	return accepted(p, fact);
}
