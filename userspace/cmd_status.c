// SPDX-License-Identifier: GPL-2.0-only
/* rstguard status [-j] */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "fmt.h"
#include "nl.h"

static const char *take(const struct nlmsghdr *nlh, void *arg)
{
	return nlmsg_parse_config(nlh, arg);
}

static void print_json(const struct nlmsg_config *c)
{
	json_t *o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:s}",
			      "mode", fmt_mode(c->mode),
			      "flows", (json_int_t)c->flows,
			      "max_flows", (json_int_t)c->max_flows,
			      "max_flows_global", (json_int_t)c->max_flows_global,
			      "hashsize", (json_int_t)c->hashsize,
			      "version", c->version);

	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

static void print_text(const struct nlmsg_config *c)
{
	static const char *const meaning[] = {
		[RSTGUARD_MODE_DISABLED] = "no packet is looked at",
		[RSTGUARD_MODE_MONITOR] = "look and report, touch no packet",
		[RSTGUARD_MODE_HOLD] = "hold suspicious resets until it is known who sent them",
		[RSTGUARD_MODE_DROP] = "drop resets that are suspect or worse",
	};

	printf("mode     %s (%s)\n", fmt_mode(c->mode),
	       c->mode < ARRAY_SIZE(meaning) ? meaning[c->mode] : "newer than this program");
	printf("flows    %" PRIu32 " of at most %" PRIu32 " in this network namespace, "
	       "%" PRIu32 " in all\n", c->flows, c->max_flows, c->max_flows_global);
	printf("buckets  %" PRIu32 "\n", c->hashsize);
	printf("version  %s%s\n", c->version,
	       strcmp(c->version, RSTGUARD_VERSION) ?
	       " (this program is " RSTGUARD_VERSION ")" : "");
}

int cmd_status(int argc, char **argv)
{
	struct nlmsg_config config = { 0 };
	const struct nl_reader reader = { .message = take, .arg = &config };
	struct nl nl;
	bool json;
	int err;

	if (!cmd_options(&argc, argv, &json))
		return CMD_FAILED;
	if (argc > 1)
		return cmd_fail("usage: " PROGRAM " status [-j]");
	if (nl_open(&nl))
		return cmd_fail("%s", nl.error);
	err = nl_talk(&nl, nl_request(&nl, RSTGUARD_CMD_GET_CONFIG), &reader);
	nl_close(&nl);
	if (err)
		return cmd_fail("%s", nl.error);
	if (json)
		print_json(&config);
	else
		print_text(&config);
	return CMD_OK;
}
