// SPDX-License-Identifier: GPL-2.0-only
/* rstguard show stats [-j] */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "nl.h"

/* What is said of several counters together, after all of them. */
struct holds {
	uint64_t held;
	uint64_t released;
	uint64_t closing;
};

static void print_counter(const char *name, uint64_t value, void *arg)
{
	struct holds *holds = arg;

	printf("%-28s %" PRIu64 "\n", name, value);
	if (!strcmp(name, "rst_held"))
		holds->held = value;
	if (!strcmp(name, "rst_released"))
		holds->released = value;
	if (!strcmp(name, "rst_released_closing"))
		holds->closing = value;
}

/* A forged reset may be among them, if the machine it names never spoke again. */
static void print_holds(const struct holds *holds)
{
	const uint64_t released = holds->released - holds->closing;

	if (holds->held)
		printf("\nfalse holds: at most %" PRIu64 " of %" PRIu64 " (%" PRIu64 " %%), "
		       "released because no proof came\n", released, holds->held,
		       released * 100 / holds->held);
}

static void add_counter(const char *name, uint64_t value, void *arg)
{
	json_object_set_new(arg, name, json_integer((json_int_t)value));
}

static const char *take_text(const struct nlmsghdr *nlh, void *arg)
{
	return nlmsg_parse_stats(nlh, print_counter, arg);
}

static const char *take_json(const struct nlmsghdr *nlh, void *arg)
{
	return nlmsg_parse_stats(nlh, add_counter, arg);
}

static int show_stats(bool json)
{
	json_t *object = json_object();
	struct holds holds = { 0 };
	const struct nl_reader reader = {
		.message = json ? take_json : take_text,
		.arg = json ? (void *)object : &holds,
	};
	struct nl nl;
	int err;

	err = nl_open(&nl);
	if (!err)
		err = nl_talk(&nl, nl_request(&nl, RSTGUARD_CMD_GET_STATS), &reader);
	nl_close(&nl);
	if (!err && json) {
		json_dumpf(object, stdout, JSON_COMPACT);
		putchar('\n');
	} else if (!err) {
		print_holds(&holds);
	}
	json_decref(object);
	return err ? cmd_fail("%s", nl.error) : CMD_OK;
}

int cmd_show(int argc, char **argv)
{
	bool json;

	if (!cmd_options(&argc, argv, &json, NULL))
		return CMD_FAILED;
	if (argc != 2)
		return cmd_fail("usage: " PROGRAM " show stats [-j]");
	if (strcmp(argv[1], "stats"))
		return cmd_fail("nothing to show by the name %s (known: stats)", argv[1]);
	return show_stats(json);
}
