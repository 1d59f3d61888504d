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

static json_t *json_ports(const struct nlmsg_config *c)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < c->n_ports; i++)
		json_array_append_new(list, json_integer(c->hold_ports[i]));
	return list;
}

static json_t *json_exempt(const struct nlmsg_config *c)
{
	json_t *list = json_array();
	char buf[PREFIX_STRLEN];
	unsigned int i;

	for (i = 0; i < c->n_exempt; i++) {
		prefix_fmt(buf, &c->exempt[i]);
		json_array_append_new(list, json_string(buf));
	}
	return list;
}

static void print_json(const struct nlmsg_config *c)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:s}",
			      "mode", fmt_mode(c->mode),
			      "hold_scope", fmt_scope(c->hold_scope),
			      "hold_wait", fmt_wait(c->hold_wait),
			      "hold_ports", json_ports(c),
			      "exempt", json_exempt(c),
			      "hold_min_ms", (json_int_t)c->hold_min_ms,
			      "hold_max_ms", (json_int_t)c->hold_max_ms,
			      "flows", (json_int_t)c->flows,
			      "max_flows", (json_int_t)c->max_flows,
			      "max_flows_global", (json_int_t)c->max_flows_global,
			      "hashsize", (json_int_t)c->hashsize,
			      "version", c->version);

	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

#define HOLD_TEXT "resets in doubt wait until their sender was asked; dropped on proof"

#define MEANING_OF(table, i) \
	((i) < ARRAY_SIZE(table) ? (table)[i] : "newer than this program")

static void print_hold(const struct nlmsg_config *c)
{
	static const char *const meaning[] = {
		[RSTGUARD_HOLD_SCOPE_SUSPICIOUS] = "resets with evidence against them",
		[RSTGUARD_HOLD_SCOPE_PORTS] = "also all that would end a connection on hold-ports",
		[RSTGUARD_HOLD_SCOPE_ALL] = "all that would end a connection",
		[RSTGUARD_HOLD_SCOPE_NONE] = "only those that a policy says",
	};
	static const char *const waits[] = {
		[RSTGUARD_WAIT_QUICK] = "as long as an answer takes",
		[RSTGUARD_WAIT_PATIENT] = "also for a peer that sleeps",
	};
	unsigned int i;

	printf("hold     %s (%s)\n", fmt_scope(c->hold_scope), MEANING_OF(meaning, c->hold_scope));
	printf("wait     %s (%s), for %" PRIu32 " to %" PRIu32 " ms\n", fmt_wait(c->hold_wait),
	       MEANING_OF(waits, c->hold_wait), c->hold_min_ms, c->hold_max_ms);
	if (!c->n_ports)
		return;
	for (i = 0; i < c->n_ports; i++)
		printf("%s%u", i ? "," : "ports    ", c->hold_ports[i]);
	puts(c->hold_scope == RSTGUARD_HOLD_SCOPE_PORTS ? "" : " (only with hold-scope ports)");
}

static void print_exempt(const struct nlmsg_config *c)
{
	char buf[PREFIX_STRLEN];
	unsigned int i;

	for (i = 0; i < c->n_exempt; i++) {
		prefix_fmt(buf, &c->exempt[i]);
		printf("%s%s", i ? "," : "exempt   ", buf);
	}
	if (c->n_exempt)
		putchar('\n');
}

static void print_text(const struct nlmsg_config *c)
{
	static const char *const meaning[] = {
		[RSTGUARD_MODE_DISABLED] = "no packet is looked at",
		[RSTGUARD_MODE_MONITOR] = "look and report, touch no packet",
		[RSTGUARD_MODE_HOLD] = HOLD_TEXT,
		[RSTGUARD_MODE_DROP] = "as hold, and overwhelming evidence drops at once",
	};

	printf("mode     %s (%s)\n", fmt_mode(c->mode), MEANING_OF(meaning, c->mode));
	print_hold(c);
	print_exempt(c);
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

	if (!cmd_options(&argc, argv, &json, NULL))
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
