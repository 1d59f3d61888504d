// SPDX-License-Identifier: GPL-2.0-only
/* What the subcommands share. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

static const char *where_file;
static unsigned int where_line;

void cmd_where(const char *file, unsigned int line)
{
	where_file = file;
	where_line = line;
}

static void say(const char *format, va_list ap)
{
	fflush(stdout);
	fputs(PROGRAM ": ", stderr);
	if (where_file)
		fprintf(stderr, "%s:%u: ", where_file, where_line);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
}

void cmd_say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
}

int cmd_fail(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(format, ap);
	va_end(ap);
	return CMD_FAILED;
}

bool cmd_number(const char *text, uint32_t least, uint32_t most, uint32_t *n)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || errno || value < least || value > most)
		return false;
	*n = (uint32_t)value;
	return true;
}

/*
 * Of several letters in one word getopt may be in the middle, and optind before it. A letter
 * that it knows is of a long option that got a value, or, as @c, not for this command.
 */
static void bad_option(char **argv, int c, const char *more)
{
	const char letter[] = { '-', (char)(c == '?' ? optopt : c), '\0' };
	const char *last = argv[optind - 1];
	bool one;

	if (c == '?')
		one = optopt && optopt != 'j' && optopt != 'a';
	else
		one = strncmp(last, "--a", 3);
	cmd_say("%s: no such option: %s (known: -j --json%s)", argv[0], one ? letter : last, more);
}

bool cmd_options(int *argc, char **argv, bool *json, bool *all)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "all", no_argument, NULL, 'a' },
		{ NULL, 0, NULL, 0 },
	};
	int c, i;

	*json = false;
	opterr = 0;
	while ((c = getopt_long(*argc, argv, "ja", options, NULL)) != -1) {
		if (c == 'j') {
			*json = true;
		} else if (c == 'a' && all) {
			*all = true;
		} else {
			bad_option(argv, c, all ? " -a --all" : "");
			return false;
		}
	}
	for (i = optind; i < *argc; i++)
		argv[1 + i - optind] = argv[i];
	*argc -= optind - 1;
	argv[*argc] = NULL;
	return true;
}
