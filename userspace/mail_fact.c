// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mail_fact.h"

/**
 * mail_starts() - does the text begin with that?
 * @p:    text; moved behind @word if so
 * @word: what is looked for
 *
 * Lines are only ever recognised from their beginning. What a client sends is quoted
 * further behind, and must not be taken for what the server says.
 */
bool mail_starts(const char **p, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*p, word, n))
		return false;
	*p += n;
	return true;
}

/**
 * mail_word() - keep a word of a line
 * @out:  result
 * @size: of @out; the word is cut to that
 * @p:    begins here
 * @n:    length
 */
void mail_word(char *out, size_t size, const char *p, size_t n)
{
	char raw[64];

	if (n >= sizeof(raw))
		n = sizeof(raw) - 1;
	memcpy(raw, p, n);
	raw[n] = '\0';
	maillog_escape(out, size, raw);
}

/**
 * mail_id_length() - how long is the name of a queued mail?
 * @p:    begins here
 * @also: what may be in it besides letters and digits; 0: nothing
 *
 * Return: octets; 0: there is none.
 */
size_t mail_id_length(const char *p, char also)
{
	size_t n = 0;

	while (isalnum((unsigned char)p[n]) || (also && p[n] == also))
		n++;
	return n;
}

/**
 * mail_addr() - read an address
 * @p:    text
 * @n:    length
 * @addr: result; IPv4 as mapped IPv6, so that both ways to write it are the same
 *
 * Return: false, and @addr as it was, where it is none.
 */
bool mail_addr(const char *p, size_t n, struct rstg_addr *addr)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr v6;
	struct in_addr v4;
	const char *zone;

	zone = memchr(p, '%', n);	/* fe80::1%eth0 */
	if (zone)
		n = (size_t)(zone - p);
	if (!n || n >= sizeof(text))
		return false;
	memcpy(text, p, n);
	text[n] = '\0';
	if (inet_pton(AF_INET, text, &v4) == 1) {
		addr->w[0] = 0;
		addr->w[1] = 0;
		addr->w[2] = htonl(0xffff);
		addr->w[3] = v4.s_addr;
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6) != 1)
		return false;
	memcpy(addr->w, &v6, sizeof(v6));
	return true;
}

/**
 * mail_bracket() - read "[192.0.2.7]:5678"
 * @p:    where the bracket opens
 * @addr: result
 * @port: result; 0: none is there
 *
 * Return: what follows, or NULL.
 */
const char *mail_bracket(const char *p, struct rstg_addr *addr, uint16_t *port)
{
	const char *end;
	unsigned long n;
	char *behind;

	*port = 0;
	if (*p != '[')
		return NULL;
	end = strchr(p, ']');
	if (!end || !mail_addr(p + 1, (size_t)(end - p - 1), addr))
		return NULL;
	end++;
	if (end[0] != ':' || end[1] < '0' || end[1] > '9')
		return end;
	n = strtoul(end + 1, &behind, 10);
	if (n > U16_MAX)
		return end;
	*port = (uint16_t)n;
	return behind;
}

/* "postfix", "postfix-out" (an instance, postmulti(1)), "postfix/submission" */
static bool is_postfix(const char *program)
{
	return mail_starts(&program, "postfix") && (*program == '/' || *program == '-');
}

/**
 * mail_fact() - read a line of any of the servers
 * @line: line
 * @fact: result
 */
bool mail_fact(const struct mail_line *line, struct mail_fact *fact)
{
	memset(fact, 0, sizeof(*fact));
	fact->pid = line->pid;
	if (is_postfix(line->program))
		return mail_postfix(line, fact);
	if (!strcmp(line->program, "dovecot"))
		return mail_dovecot(line, fact);
	if (!strncmp(line->program, "exim", 4))
		return mail_exim(line, fact);
	return false;
}
