// SPDX-License-Identifier: GPL-2.0-only
/* rstguard set NAME VALUE [NAME VALUE]...: all of it is changed, or nothing. */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "fmt.h"
#include "nl.h"

/* As in the netlink spec: said here so that the answer names the range. */
#define HOLD_MS_LEAST	10
#define HOLD_MS_MOST	3000

/**
 * struct setting - one that can be set; the usage is printed from these
 * @name:  as users write it, and as in the netlink spec
 * @text:  what it is about
 * @put:   reads a value into the request; false: refused, and said so
 * @attr:  RSTGUARD_A_CONFIG_*
 * @least: of a number
 * @most:  of a number, or the last of @word
 * @word:  names the values, if it is no number
 */
struct setting {
	const char *name;
	const char *text;
	bool (*put)(struct nlmsghdr *request, const struct setting *s, const char *value);
	uint16_t attr;
	uint32_t least;
	uint32_t most;
	const char *(*word)(uint32_t value);
};

static void print_words(FILE *out, const struct setting *s, char separator)
{
	uint32_t i;

	for (i = 0; i <= s->most; i++)
		fprintf(out, "%s%.1s", s->word(i), i < s->most ? &separator : "");
}

static bool put_word(struct nlmsghdr *request, const struct setting *s, const char *value)
{
	uint32_t i;

	for (i = 0; i <= s->most; i++) {
		if (strcmp(value, s->word(i)))
			continue;
		mnl_attr_put_u32(request, s->attr, i);
		return true;
	}
	fprintf(stderr, PROGRAM ": no such %s: %s (known: ", s->name, value);
	print_words(stderr, s, ' ');
	fputs(")\n", stderr);
	return false;
}

static bool number(const char *value, uint32_t least, uint32_t most, uint32_t *result)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || n < least || n > most)
		return false;
	*result = (uint32_t)n;
	return true;
}

static bool put_number(struct nlmsghdr *request, const struct setting *s, const char *value)
{
	uint32_t n;

	if (!number(value, s->least, s->most, &n)) {
		cmd_say("%s is a number from %" PRIu32 " to %" PRIu32 ", not %s", s->name,
			s->least, s->most, value);
		return false;
	}
	mnl_attr_put_u32(request, s->attr, n);
	return true;
}

static bool port_of(const char *word, uint16_t *port)
{
	const struct servent *service;
	uint32_t n;

	if (number(word, 1, UINT16_MAX, &n)) {
		*port = (uint16_t)n;
		return true;
	}
	service = getservbyname(word, "tcp");
	if (service)
		*port = ntohs((uint16_t)service->s_port);
	return service;
}

/* "smtp" and "25" are one port. */
static bool add_port(uint16_t *ports, size_t *n, uint16_t port)
{
	size_t i;

	for (i = 0; i < *n; i++)
		if (ports[i] == port)
			return true;
	if (*n == NLMSG_PORTS) {
		cmd_say("hold-ports takes at most %d ports; for more, set hold-scope all",
			NLMSG_PORTS);
		return false;
	}
	ports[(*n)++] = port;
	return true;
}

static bool put_ports(struct nlmsghdr *request, const struct setting *s, const char *value)
{
	uint16_t ports[NLMSG_PORTS], port;
	const char *p = value;
	char word[64];
	size_t n = 0;

	while (strcmp(value, "none")) {
		size_t len = strcspn(p, ",");

		snprintf(word, sizeof(word), "%.*s", (int)len, p);
		if (len >= sizeof(word) || !port_of(word, &port)) {
			cmd_say("no such port in %s: \"%s\" (known: numbers from 1 to %d, the TCP "
				"services in /etc/services, none)", s->name, word, UINT16_MAX);
			return false;
		}
		if (!add_port(ports, &n, port))
			return false;
		if (!p[len])
			break;
		p += len + 1;
	}
	mnl_attr_put(request, s->attr, n * sizeof(*ports), ports);
	return true;
}

static const struct setting settings[] = {
	{ "mode", "what is done about forged resets", put_word,
	  RSTGUARD_A_CONFIG_MODE, 0, RSTGUARD_MODE_DROP, fmt_mode },
	{ "max-flows", "connections that are followed at most", put_number,
	  RSTGUARD_A_CONFIG_MAX_FLOWS, 1, UINT32_MAX, NULL },
	{ "hold-scope", "which resets are held, in modes hold and drop", put_word,
	  RSTGUARD_A_CONFIG_HOLD_SCOPE, 0, RSTGUARD_HOLD_SCOPE_ALL, fmt_scope },
	{ "hold-ports", "for hold-scope ports, services to guard", put_ports,
	  RSTGUARD_A_CONFIG_HOLD_PORTS, 0, 0, NULL },
	{ "hold-min-ms", "shortest time that a reset without proof is held", put_number,
	  RSTGUARD_A_CONFIG_HOLD_MIN_MS, HOLD_MS_LEAST, HOLD_MS_MOST, NULL },
	{ "hold-max-ms", "and the longest", put_number,
	  RSTGUARD_A_CONFIG_HOLD_MAX_MS, HOLD_MS_LEAST, HOLD_MS_MOST, NULL },
};

static int usage(void)
{
	char range[32];
	size_t i;

	fputs("usage: " PROGRAM " set NAME VALUE [NAME VALUE]...\n\n", stderr);
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		const struct setting *s = &settings[i];
		int n = fprintf(stderr, "  %-11s ", s->name);

		if (s->word) {
			print_words(stderr, s, '|');
		} else if (s->put == put_ports) {
			fputs("PORT[,PORT]...|none", stderr);
		} else {
			snprintf(range, sizeof(range), "%" PRIu32 "..%" PRIu32, s->least, s->most);
			fputs(range, stderr);
		}
		fprintf(stderr, "\n%*s%s\n", n, "", s->text);
	}
	return CMD_FAILED;
}

static const struct setting *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (!strcmp(name, settings[i].name))
			return &settings[i];
	fprintf(stderr, PROGRAM ": no such setting: %s (known:", name);
	for (i = 0; i < ARRAY_SIZE(settings); i++)
		fprintf(stderr, " %s", settings[i].name);
	fputs(")\n", stderr);
	return NULL;
}

/* Each setting once at most: so the request's buffer is always large enough. */
static bool put_all(struct nlmsghdr *request, int argc, char **argv)
{
	bool given[ARRAY_SIZE(settings)] = { false };
	const struct setting *s;
	int i;

	for (i = 1; i < argc; i += 2) {
		s = find(argv[i]);
		if (!s)
			return false;
		if (i + 1 == argc) {
			cmd_say("set: what should %s be?", s->name);
			return false;
		}
		if (given[s - settings]) {
			cmd_say("set: %s is given twice", s->name);
			return false;
		}
		given[s - settings] = true;
		if (!s->put(request, s, argv[i + 1]))
			return false;
	}
	return true;
}

int cmd_set(int argc, char **argv)
{
	alignas(NLMSG_ALIGNTO) char buf[256];
	struct nlmsghdr *request;
	struct nl nl;
	int err;

	if (argc < 2)
		return usage();
	/* Wrong words are refused before the module is asked for. */
	request = nlmsg_request(buf, 0, RSTGUARD_CMD_SET_CONFIG, NLM_F_ACK, 0);
	if (!put_all(request, argc, argv))
		return CMD_FAILED;

	if (nl_open(&nl))
		return cmd_fail("%s", nl.error);
	request->nlmsg_type = nl.family.id;
	request->nlmsg_seq = ++nl.seq;
	err = nl_talk(&nl, request, NULL);
	nl_close(&nl);
	return err ? cmd_fail("%s", nl.error) : CMD_OK;
}
