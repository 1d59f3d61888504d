// SPDX-License-Identifier: GPL-2.0-only
/*
 * The beginnings that lines of a mail log have:
 *
 *	Jan 12 18:27:10 host postfix/smtpd[28089]: text		syslog
 *	2026-11-26T23:41:26.123456+00:00 host dovecot: text	rsyslog of Debian 12
 *	2026-11-26 23:41:26 +0000 [28089] text			exim's own
 *	Nov 26 23:41:26 imap-login: Info: text			dovecot's own
 *	postfix/smtpd[28089]: text				quoted in a mail
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "env.h"
#include "maillog.h"

/* "postfix/smtpd[28089]:" or "dovecot:"; octets that it takes, 0: it is none. */
static size_t tag_length(const char *p)
{
	size_t n = strcspn(p, " \t");

	return n > 1 && p[n - 1] == ':' ? n : 0;
}

/* dovecot's services name themselves at the beginning of what they say. */
static bool of_dovecot(const char *p)
{
	static const char *const services[] = {
		"imap-login:", "pop3-login:", "submission-login:", "managesieve-login:",
		"imap(", "pop3(", "submission(", "managesieve(",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(services); i++)
		if (!strncmp(p, services[i], strlen(services[i])))
			return true;
	return false;
}

static const char *skip_space(const char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

static void program_set(struct mail_line *out, const char *name, size_t n)
{
	if (n >= sizeof(out->program))
		n = sizeof(out->program) - 1;
	memcpy(out->program, name, n);
	out->program[n] = '\0';
}

/**
 * maillog_program() - take a syslog tag apart
 * @tag: "postfix/smtpd[28089]", without the colon
 * @n:   its length
 * @out: gets program and pid
 */
void maillog_program(const char *tag, size_t n, struct mail_line *out)
{
	const char *open = memchr(tag, '[', n);
	size_t name = open ? (size_t)(open - tag) : n;

	program_set(out, tag, name);
	out->pid = open ? (unsigned int)strtoul(open + 1, NULL, 10) : 0;
}

/* exim, told to log to syslog, may still begin with a time and its pid. */
static const char *exim_text(const char *p, struct mail_line *out)
{
	struct logtime again;
	char *end;

	p = skip_space(p + logtime_read(p, INT64_MAX / 2, &again));
	if (*p == '[' && isdigit((unsigned char)p[1])) {
		unsigned long pid = strtoul(p + 1, &end, 10);

		if (*end == ']') {
			out->pid = (unsigned int)pid;
			p = skip_space(end + 1);
		}
	}
	return p;
}

/* Behind the time: is there a host before the tag? */
static const char *header(const char *p, struct mail_line *out)
{
	size_t n = tag_length(p);

	if (!n && out->timed) {
		const char *behind = skip_space(p + strcspn(p, " \t"));

		n = tag_length(behind);
		if (n && !of_dovecot(p))
			p = behind;
	}
	if (of_dovecot(p)) {
		program_set(out, "dovecot", strlen("dovecot"));
		return p;
	}
	if (!n)
		return p;
	maillog_program(p, n - 1, out);
	p = skip_space(p + n);
	return strncmp(out->program, "exim", 4) ? p : exim_text(p, out);
}

/*
 * exim names itself nowhere in its own log, and puts a space between date and time. So
 * may a syslog daemon: then the second word is a tag with a pid.
 */
static bool behind_host(const char *p)
{
	size_t n = strcspn(p, " ");

	p = skip_space(p + n);
	n = tag_length(p);
	return n > 2 && p[n - 2] == ']' && p[0] != '[';
}

/**
 * maillog_parse() - take a line apart
 * @line: without its newline; has to live as long as @out
 * @last: as for logtime_read()
 * @out:  result; a line of which nothing is known is all text
 */
void maillog_parse(const char *line, int64_t last, struct mail_line *out)
{
	size_t n = logtime_read(line, last, &out->time);
	const char *p = skip_space(line + n);

	out->timed = n;
	out->program[0] = '\0';
	out->pid = 0;
	if (n && out->time.iso && line[10] == ' ' && !of_dovecot(p) && !behind_host(p)) {
		program_set(out, "exim", strlen("exim"));
		out->text = exim_text(p, out);
		return;
	}
	out->text = header(p, out);
}

/**
 * maillog_escape() - make a text from anywhere safe for a terminal and for JSON
 * @out:  result: printable ASCII, the rest as \xNN
 * @size: of @out; what does not fit is cut off, and "..." says so
 * @text: what to make it from
 *
 * Return: length of the result.
 */
size_t maillog_escape(char *out, size_t size, const char *text)
{
	static const char dots[] = "...";
	size_t n = 0, need;

	for (; *text; text++, n += need) {
		unsigned char c = (unsigned char)*text;
		bool plain = c >= ' ' && c <= '~';

		need = plain ? 1 : 4;
		if (n + need + sizeof(dots) > size) {
			memcpy(out + n, dots, sizeof(dots));
			return n + sizeof(dots) - 1;
		}
		if (plain)
			out[n] = (char)c;
		else
			sprintf(out + n, "\\x%02x", c);
	}
	out[n] = '\0';
	return n;
}
