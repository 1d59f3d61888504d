// SPDX-License-Identifier: GPL-2.0-only
/* rstguard list KIND [-j] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "list.h"
#include "nl.h"

static const struct list_kind *const kinds[] = { &list_flows, &list_held, &list_policies };

/* Kept until the dump has ended: one that was torn is read again. */
struct list {
	const struct list_kind *kind;
	char *items;
	size_t n;
	size_t room;
};

static const char *take(const struct nlmsghdr *nlh, void *arg)
{
	struct list *list = arg;

	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 256;
		char *items = realloc(list->items, room * list->kind->size);

		if (!items)
			exit(cmd_fail("out of memory after %zu %s", list->n, list->kind->name));
		list->items = items;
		list->room = room;
	}
	return list->kind->parse(nlh, list->items + list->n++ * list->kind->size);
}

static void restart(void *arg)
{
	struct list *list = arg;

	list->n = 0;
}

int list_print(const struct list_kind *kind, bool json)
{
	struct list list = { .kind = kind };
	const struct nl_reader reader = { .message = take, .restart = restart, .arg = &list };
	struct nl nl;
	size_t i;
	int err;

	err = nl_open(&nl);
	if (!err)
		err = nl_dump(&nl, kind->cmd, &reader);
	nl_close(&nl);
	for (i = 0; !err && i < list.n; i++)
		(json ? kind->json : kind->text)(list.items + i * kind->size);
	free(list.items);
	if (err)
		return cmd_fail("%s", nl.error);
	if (nl.torn)
		cmd_say("the table changed meanwhile: %s may be missing or be there twice",
			kind->name);
	return CMD_OK;
}

static void print_kinds(const char *separator)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		fprintf(stderr, "%s%s", i ? separator : "", kinds[i]->name);
}

static int usage(void)
{
	fputs("usage: " PROGRAM " list ", stderr);
	print_kinds("|");
	fputs(" [-j]\n", stderr);
	return CMD_FAILED;
}

static int unknown(const char *name)
{
	fprintf(stderr, PROGRAM ": nothing to list by the name %s (known: ", name);
	print_kinds(" ");
	fputs(")\n", stderr);
	return CMD_FAILED;
}

int cmd_list(int argc, char **argv)
{
	bool json;
	size_t i;

	if (!cmd_options(&argc, argv, &json, NULL))
		return CMD_FAILED;
	if (argc != 2)
		return usage();
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(argv[1], kinds[i]->name))
			return list_print(kinds[i], json);
	return unknown(argv[1]);
}
