// SPDX-License-Identifier: GPL-2.0-only
/*
 * postfix's smtpd (3.7: smtpd.c, smtpd_chat.c, tls_server.c). A process serves one client
 * at a time, from "connect from" to "disconnect from": what comes in between without an
 * address is about that client as well. Whom postscreen lets pass smtpd tells of; it speaks
 * itself of those who were gone before.
 */
#include <stdlib.h>
#include <string.h>

#include "mail_fact.h"

/* "unknown[192.0.2.7]:5678"; a name of the DNS has no bracket. */
static const char *client(const char *p, struct mail_fact *fact)
{
	const char *open = strchr(p, '[');

	if (!open || memchr(p, ' ', (size_t)(open - p)))
		return NULL;
	p = mail_bracket(open, &fact->addr, &fact->port);
	fact->has_addr = p;
	return p;
}

/* The name of a service in master.cf, where -o syslog_name= puts it into the log. */
static bool service(const char *program, const char *last, struct mail_fact *fact)
{
	const char *name;
	size_t n;

	if (strcmp(last, "/smtpd"))
		return false;
	name = memchr(program, '/', (size_t)(last - program));
	n = name ? (size_t)(last - name - 1) : 0;
	if (!n)
		mail_word(fact->service, sizeof(fact->service), "smtp", strlen("smtp"));
	else if (n == 5 && !strncmp(name + 1, "smtps", n))	/* as it once was called */
		mail_word(fact->service, sizeof(fact->service), "submissions",
			  strlen("submissions"));
	else
		mail_word(fact->service, sizeof(fact->service), name + 1, n);
	return true;
}

/* Before EHLO is answered a mail client has nothing to leave for. */
static bool said_nothing(const char *stage)
{
	return !strcmp(stage, "CONNECT") || !strcmp(stage, "UNKNOWN") ||
	       !strcmp(stage, "EHLO") || !strcmp(stage, "HELO");
}

/* "lost connection after STARTTLS from ", also "after DATA (1234 bytes) from " */
static bool ended_after(const char *p, unsigned int signs, struct mail_fact *fact)
{
	const char *from = strstr(p, " from ");

	if (!from || from - p > 64)
		return false;
	mail_word(fact->stage, sizeof(fact->stage), p, strcspn(p, " "));
	fact->signs |= signs;
	if (said_nothing(fact->stage))
		fact->signs |= MAIL_STRANGER;
	return client(from + strlen(" from "), fact);
}

/*
 * "disconnect from NAME[ADDR] ehlo=1 starttls=0/1 commands=1/2", counts since 3.0. If it
 * was not well a line before has said so; but for a client that never said a word.
 */
static bool disconnected(const char *p, struct mail_fact *fact)
{
	p = client(p, fact);
	if (!p)
		return false;
	fact->signs = MAIL_END;
	if (strstr(p, " commands=0/0"))
		fact->signs |= MAIL_STRANGER;
	return true;
}

static bool warning(const char *p, struct mail_fact *fact)
{
	if (mail_starts(&p, "TLS library problem: ")) {
		fact->tls = mail_tls_cause(p);
		fact->signs |= fact->tls ? MAIL_TLS : 0;
		return true;
	}
	if (mail_starts(&p, "network_biopair_interop: ")) {	/* until 2.8 */
		fact->signs |= strstr(p, "Connection reset by peer") ? MAIL_RESET : 0;
		return true;
	}
	if (mail_starts(&p, "non-SMTP command from ")) {
		fact->signs |= MAIL_STRANGER | MAIL_REFUSED;
		return client(p, fact);
	}
	return false;
}

/* "SSL_accept error from NAME[ADDR]: Connection reset by peer", also ": -1" or ":-1" */
static bool accept_error(const char *p, struct mail_fact *fact)
{
	p = client(p, fact);
	if (!p)
		return false;
	fact->signs |= MAIL_TLS;
	if (strstr(p, "Connection reset by peer"))
		fact->signs |= MAIL_RESET;
	else if (strstr(p, "timed out"))
		fact->signs |= MAIL_TIMEOUT;
	return true;
}

/* "4BfQ2x3Z: client=NAME[ADDR], sasl_method=..." */
static bool queued(const char *p, struct mail_fact *fact)
{
	size_t n = mail_id_length(p, 0);

	p += n;
	if (n < 5 || !mail_starts(&p, ": client="))
		return false;
	fact->signs |= MAIL_USED;
	return client(p, fact);
}

/* "HANGUP after 0.21 from [ADDR]:PORT in tests before SMTP handshake", or after it */
static bool postscreen(const char *p, struct mail_fact *fact)
{
	if (!mail_starts(&p, "HANGUP after "))
		return false;
	fact->signs = MAIL_LOST | MAIL_END;
	if (strstr(p, " before SMTP handshake"))
		fact->signs |= MAIL_STRANGER;
	fact->before = (unsigned int)strtoul(p, NULL, 10) + 1;
	mail_word(fact->service, sizeof(fact->service), "smtp", strlen("smtp"));
	p = strstr(p, " from [");
	fact->has_addr = p && mail_bracket(p + strlen(" from "), &fact->addr, &fact->port);
	return fact->has_addr;
}

/**
 * mail_postfix() - read a line of postfix
 * @line: line
 * @fact: result, empty so far
 */
bool mail_postfix(const struct mail_line *line, struct mail_fact *fact)
{
	const char *last = strrchr(line->program, '/');
	const char *p = line->text;

	fact->daemon = MAIL_POSTFIX;
	if (!last)
		return false;
	if (!strcmp(last, "/postscreen"))
		return postscreen(p, fact);
	if (!service(line->program, last, fact))
		return false;
	if (mail_starts(&p, "connect from ")) {
		fact->signs = MAIL_BEGIN;
		return client(p, fact);
	}
	if (mail_starts(&p, "disconnect from "))
		return disconnected(p, fact);
	if (mail_starts(&p, "lost connection after "))
		return ended_after(p, MAIL_LOST, fact);
	if (mail_starts(&p, "timeout after "))
		return ended_after(p, MAIL_TIMEOUT, fact);
	if (mail_starts(&p, "too many errors after "))
		return ended_after(p, MAIL_REFUSED, fact);
	if (mail_starts(&p, "SSL_accept error from "))
		return accept_error(p, fact);
	if (mail_starts(&p, "warning: "))
		return warning(p, fact);
	return queued(p, fact);
}
