// SPDX-License-Identifier: GPL-2.0-only
/*
 * dovecot (2.3: login-common/client-common.c, imap-client.c): a line of the login service
 * when it is over or when somebody has logged in, and one of the service behind it at the
 * end. They share the session's name, session=<...> and imap(user)<pid><...>.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail_fact.h"

/* A login takes that long at most: CLIENT_LOGIN_TIMEOUT_MSECS. */
#define LOGIN_SECONDS	180

static const struct {
	const char *in_log;
	const char *name;
} services[] = {
	{ "imap", "imap" },
	{ "pop3", "pop3" },
	{ "submission", "submission" },
	{ "managesieve", "sieve" },
};

/* The last one: a user's name is quoted before it, and may be anything. */
static const char *last(const char *p, const char *word)
{
	const char *found = NULL;

	while ((p = strstr(p, word))) {
		p += strlen(word);
		found = p;
	}
	return found;
}

static size_t value_length(const char *p)
{
	return strcspn(p, ", ");
}

static bool peer(const char *p, struct mail_fact *fact)
{
	const char *rip = last(p, " rip="), *port;

	if (!rip || !mail_addr(rip, value_length(rip), &fact->addr))
		return false;
	fact->has_addr = true;
	/* where login_log_format_elements has them: rport=%{rport} lport=%{lport} */
	port = last(rip, " rport=");
	fact->port = port ? (uint16_t)strtoul(port, NULL, 10) : 0;
	port = last(rip, " lport=");
	fact->server_port = port ? (uint16_t)strtoul(port, NULL, 10) : 0;
	return true;
}

static void session(const char *p, struct mail_fact *fact)
{
	const char *id = last(p, " session=<");

	if (id)
		mail_word(fact->id, sizeof(fact->id), id, strcspn(id, ">"));
}

/* "... in 5 secs)", "waited 5 secs)" */
static unsigned int seconds_before(const char *p)
{
	const char *secs = strstr(p, " secs)"), *digit;

	if (!secs)
		return LOGIN_SECONDS;
	for (digit = secs; digit > p && isdigit((unsigned char)digit[-1]); digit--)
		;
	return digit == secs ? LOGIN_SECONDS : (unsigned int)strtoul(digit, NULL, 10);
}

/* Level, where dovecot writes its own log. */
static void skip_level(const char **p)
{
	static const char *const levels[] = { "Info: ", "Warning: ", "Error: ", "Debug: " };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(levels); i++)
		if (mail_starts(p, levels[i]))
			break;
}

/* What both kinds of service say about how the socket ended. */
static unsigned int socket_signs(const char *p)
{
	unsigned int signs = 0;

	if (strstr(p, "Connection reset by peer"))
		signs |= MAIL_RESET;
	if (strstr(p, "nactivity") || strstr(p, "Connection timed out"))
		signs |= MAIL_TIMEOUT;
	return signs;
}

static void login_ended(const char *p, struct mail_fact *fact)
{
	bool tls = strstr(p, "TLS handshaking") || strstr(p, "SSL_accept() failed");

	fact->before = seconds_before(p);
	fact->tls = mail_tls_cause(p);
	fact->signs |= MAIL_END | socket_signs(p);
	if (fact->tls || (tls && !(fact->signs & MAIL_TIMEOUT)))
		fact->signs |= MAIL_TLS;
	if (strstr(p, "(auth failed") || strstr(p, "tried to use") ||
	    strstr(p, "Maximum number of connections") || strstr(p, "disallowed plaintext"))
		fact->signs |= MAIL_REFUSED;
	else if (strstr(p, "no auth attempts") && !tls)
		fact->signs |= MAIL_STRANGER | (fact->signs & MAIL_CUT ? 0 : MAIL_LOST);
	else if (!(fact->signs & MAIL_CUT))
		fact->signs |= MAIL_LOST;
}

/* Without what the client said its name is. */
static void leave_out_user(char *out, size_t size, const char *p)
{
	const char *user = strstr(p, " user=<"), *rest = last(p, " rip=");

	if (user && rest > user)
		snprintf(out, size, "%.*s rip=%s", (int)(user - p), p, rest);
	else
		snprintf(out, size, "%s", p);
}

static bool login(const char *p, struct mail_fact *fact)
{
	char text[1024];

	skip_level(&p);
	leave_out_user(text, sizeof(text), p);
	p = text;
	if (!peer(p, fact))
		return false;
	session(p, fact);
	if (mail_starts(&p, "Login: ")) {
		fact->signs = MAIL_USED;
		fact->before = LOGIN_SECONDS;
		return true;
	}
	if (strncmp(p, "Disconnected", 12) && strncmp(p, "Aborted login", 13) &&
	    strncmp(p, "Login aborted", 13) && strncmp(p, "Maximum number", 14))
		return false;
	login_ended(p, fact);
	return true;
}

/* "(user)<pid><session>: Disconnected: Logged out in=..." */
static bool logged_in(const char *p, struct mail_fact *fact)
{
	const char *open = strchr(p, '<'), *id, *end;

	if (*p != '(' || !open)
		return false;
	id = strchr(open + 1, '<');
	end = id ? strstr(id, ">: ") : NULL;
	if (!end)
		return false;
	mail_word(fact->id, sizeof(fact->id), id + 1, (size_t)(end - id - 1));
	p = end + strlen(">: ");
	skip_level(&p);
	if (strncmp(p, "Disconnected", 12) && strncmp(p, "Connection closed", 17) &&
	    strncmp(p, "Logged out", 10))
		return false;
	/* A FIN without LOGOUT is how most clients go: only an error is a loss. */
	fact->signs = MAIL_END | socket_signs(p);
	return true;
}

/**
 * mail_dovecot() - read a line of dovecot
 * @line: line
 * @fact: result, empty so far
 */
bool mail_dovecot(const struct mail_line *line, struct mail_fact *fact)
{
	const char *p;
	size_t i;

	fact->daemon = MAIL_DOVECOT;
	fact->pid = 0;	/* of the log process */
	for (i = 0; i < ARRAY_SIZE(services); i++) {
		p = line->text;
		if (!mail_starts(&p, services[i].in_log))
			continue;
		snprintf(fact->service, sizeof(fact->service), "%s", services[i].name);
		return mail_starts(&p, "-login: ") ? login(p, fact) : logged_in(p, fact);
	}
	return false;
}
