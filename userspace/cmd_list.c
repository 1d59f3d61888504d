// SPDX-License-Identifier: GPL-2.0-only
/* rstguard list flows [-j] */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "fmt.h"
#include "nl.h"

/* Kept until the dump has ended: one that was torn is read again. */
struct flows {
	struct nlmsg_flow *flow;
	size_t n;
	size_t room;
};

static const char *take(const struct nlmsghdr *nlh, void *arg)
{
	struct flows *list = arg;

	if (list->n == list->room) {
		size_t room = list->room ? 2 * list->room : 1024;
		struct nlmsg_flow *flow = realloc(list->flow, room * sizeof(*flow));

		if (!flow)
			exit(cmd_fail("out of memory after %zu flows", list->n));
		list->flow = flow;
		list->room = room;
	}
	return nlmsg_parse_flow(nlh, &list->flow[list->n++]);
}

static void restart(void *arg)
{
	struct flows *list = arg;

	list->n = 0;
}

static json_t *json_dir(const struct nlmsg_dir *d)
{
	json_t *ttl;
	unsigned int i;

	if (!d->present)
		return json_null();
	ttl = json_array();
	for (i = 0; i < d->n_ttl; i++)
		json_array_append_new(ttl, json_integer(d->ttl[i]));
	return json_pack("{s:o, s:{s:s, s:i}, s:o, s:I, s:i, s:i}",
			 "ttl", ttl,
			 "ip_id", "class", fmt_ipid_class(d->ipid_class), "last", d->ipid_last,
			 "rtt_ms", d->rtt_us ? json_real(d->rtt_us / 1000.0) : json_null(),
			 "idle_ms", (json_int_t)d->idle_ms,
			 "packets", d->packets,
			 "flags", d->flags);
}

static void print_json(const struct nlmsg_flow *f)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	json_t *o;

	fmt_addr(src, &f->saddr);
	fmt_addr(dst, &f->daddr);
	o = json_pack("{s:s, s:i, s:s, s:i, s:s, s:o, s:o}",
		      "src_ip", src, "src_port", f->sport,
		      "dest_ip", dst, "dest_port", f->dport,
		      "state", fmt_state(f->state),
		      "orig", json_dir(&f->orig),
		      "reply", json_dir(&f->reply));
	json_dumpf(o, stdout, JSON_COMPACT | JSON_REAL_PRECISION(10));
	putchar('\n');
	json_decref(o);
}

static void print_dir(const char *name, const struct nlmsg_dir *d)
{
	const char *comma = "";
	unsigned int i;

	if (!d->present)
		return;
	printf(" [%s] packets=%u ttl=", name, d->packets);
	for (i = 0; i < d->n_ttl; i++, comma = ",")
		printf("%s%u", comma, d->ttl[i]);
	printf("%s ipid=%s idle_ms=%" PRIu32, d->n_ttl ? "" : "-",
	       fmt_ipid_class(d->ipid_class), d->idle_ms);
	if (d->rtt_us)
		printf(" rtt_ms=%.1f", d->rtt_us / 1000.0);
}

static void print_text(const struct nlmsg_flow *f)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];

	fmt_addr(src, &f->saddr);
	fmt_addr(dst, &f->daddr);
	printf("tcp %-7s src=%s dst=%s sport=%u dport=%u", fmt_state(f->state), src, dst,
	       f->sport, f->dport);
	print_dir("orig", &f->orig);
	print_dir("reply", &f->reply);
	putchar('\n');
}

static int list_flows(bool json)
{
	struct flows list = { 0 };
	const struct nl_reader reader = { .message = take, .restart = restart, .arg = &list };
	struct nl nl;
	size_t i;
	int err;

	err = nl_open(&nl);
	if (!err)
		err = nl_dump(&nl, RSTGUARD_CMD_GET_FLOW, &reader);
	nl_close(&nl);
	for (i = 0; !err && i < list.n; i++)
		(json ? print_json : print_text)(&list.flow[i]);
	free(list.flow);
	if (err)
		return cmd_fail("%s", nl.error);
	if (nl.torn)
		cmd_say("the table changed meanwhile: flows may be missing or be there twice");
	return CMD_OK;
}

int cmd_list(int argc, char **argv)
{
	bool json;

	if (!cmd_options(&argc, argv, &json))
		return CMD_FAILED;
	if (argc != 2)
		return cmd_fail("usage: " PROGRAM " list flows [-j]");
	if (!strcmp(argv[1], "held"))
		return cmd_fail("list held: this version holds no resets (known: flows)");
	if (strcmp(argv[1], "flows"))
		return cmd_fail("nothing to list by the name %s (known: flows)", argv[1]);
	return list_flows(json);
}
