// SPDX-License-Identifier: GPL-2.0-only
/* Connections that are followed, and what each side has shown. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include <linux/rstguard.h>

#include "fmt.h"
#include "list.h"
#include "nlmsg.h"

static const char *parse(const struct nlmsghdr *nlh, void *item)
{
	return nlmsg_parse_flow(nlh, item);
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

static void print_json(const void *item)
{
	const struct nlmsg_flow *f = item;
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

static void print_text(const void *item)
{
	const struct nlmsg_flow *f = item;
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];

	fmt_addr(src, &f->saddr);
	fmt_addr(dst, &f->daddr);
	printf("tcp %-7s src=%s dst=%s sport=%u dport=%u", fmt_state(f->state), src, dst,
	       f->sport, f->dport);
	print_dir("orig", &f->orig);
	print_dir("reply", &f->reply);
	putchar('\n');
}

const struct list_kind list_flows = {
	.name = "flows",
	.cmd = RSTGUARD_CMD_GET_FLOW,
	.size = sizeof(struct nlmsg_flow),
	.parse = parse,
	.text = print_text,
	.json = print_json,
};
