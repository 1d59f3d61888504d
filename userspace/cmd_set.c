// SPDX-License-Identifier: GPL-2.0-only
/* rstguard set NAME VALUE [NAME VALUE]...: all of it is changed, or nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "fmt.h"
#include "nl.h"
#include "ports.h"
#include "prefix.h"

/* As in the netlink spec: said here so that the answer names the range. */
#define HOLD_MS_LEAST	10
#define HOLD_MS_MOST	3000

/**
 * struct setting - one that can be set; the usage is printed from these
 * @name:  as users write it, and as in the netlink spec
 * @text:  what it is about
 * @put:   reads a value into the request, may cut it apart; false: refused, and said so
 * @attr:  RSTGUARD_A_CONFIG_*
 * @least: of a number
 * @most:  of a number, or the last of @word
 * @word:  names the values, if it is no number
 */
struct setting {
	const char *name;
	const char *text;
	bool (*put)(struct nlmsghdr *request, const struct setting *s, char *value);
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

static bool put_word(struct nlmsghdr *request, const struct setting *s, char *value)
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

static bool put_number(struct nlmsghdr *request, const struct setting *s, char *value)
{
	uint32_t n;

	if (!cmd_number(value, s->least, s->most, &n)) {
		cmd_say("%s is a number from %" PRIu32 " to %" PRIu32 ", not %s", s->name,
			s->least, s->most, value);
		return false;
	}
	mnl_attr_put_u32(request, s->attr, n);
	return true;
}

static bool put_ports(struct nlmsghdr *request, const struct setting *s, char *value)
{
	uint16_t ports[NLMSG_PORTS];
	size_t n;

	if (!ports_parse(s->name, value, ports, &n, NLMSG_PORTS, "for more, set hold-scope all"))
		return false;
	mnl_attr_put(request, s->attr, n * sizeof(*ports), ports);
	return true;
}

static bool put_prefixes(struct nlmsghdr *request, const struct setting *s, char *value)
{
	char *rest = strcmp(value, "none") ? value : NULL;
	struct prefix list[NLMSG_EXEMPT];
	const char *word;
	size_t n = 0;

	while ((word = strsep(&rest, ","))) {
		if (n == NLMSG_EXEMPT) {
			cmd_say("%s takes at most %d networks", s->name, NLMSG_EXEMPT);
			return false;
		}
		if (!prefix_parse(word, &list[n++])) {
			cmd_say("no such network in %s: \"%s\" (expected addresses like 192.0.2.7, "
				"192.0.2.0/24 or 2001:db8::/32, or none)", s->name, word);
			return false;
		}
	}
	mnl_attr_put(request, s->attr, n * sizeof(*list), list);
	return true;
}

static const struct setting settings[] = {
	{ "mode", "what is done about forged resets", put_word,
	  RSTGUARD_A_CONFIG_MODE, 0, RSTGUARD_MODE_DROP, fmt_mode },
	{ "max-flows", "connections that are followed at most", put_number,
	  RSTGUARD_A_CONFIG_MAX_FLOWS, 1, UINT32_MAX, NULL },
	{ "hold-scope", "which resets are held, in modes hold and drop", put_word,
	  RSTGUARD_A_CONFIG_HOLD_SCOPE, 0, RSTGUARD_HOLD_SCOPE_NONE, fmt_scope },
	{ "hold-ports", "for hold-scope ports, services to guard", put_ports,
	  RSTGUARD_A_CONFIG_HOLD_PORTS, 0, 0, NULL },
	{ "hold-wait", "how long, where no policy says it", put_word,
	  RSTGUARD_A_CONFIG_HOLD_WAIT, 0, RSTGUARD_WAIT_PATIENT, fmt_wait },
	{ "exempt", "networks whose resets are neither held nor dropped", put_prefixes,
	  RSTGUARD_A_CONFIG_EXEMPT, 0, 0, NULL },
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
		} else if (s->put == put_prefixes) {
			fputs("NETWORK[,NETWORK]...|none", stderr);
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
	alignas(NLMSG_ALIGNTO) char buf[1024];
	struct nlmsghdr *request;
	struct nl nl;

	if (argc < 2)
		return usage();
	/* Wrong words are refused before the module is asked for. */
	request = nlmsg_request(buf, 0, RSTGUARD_CMD_SET_CONFIG, NLM_F_ACK, 0);
	if (!put_all(request, argc, argv))
		return CMD_FAILED;

	return nl_tell(&nl, request) ? cmd_fail("%s", nl.error) : CMD_OK;
}
