// SPDX-License-Identifier: GPL-2.0-only
/* Resets that wait for proof. */
#include <linux/rstguard.h>

#include "event.h"
#include "fmt.h"
#include "list.h"
#include "term.h"

static const char *parse(const struct nlmsghdr *nlh, void *item)
{
	return event_parse_held(nlh, item);
}

static void print_json(const void *item)
{
	fmt_report_json(stdout, item);
}

static void print_text(const void *item)
{
	fmt_report_text(stdout, item, term_colour(stdout));
}

const struct list_kind list_held = {
	.name = "held",
	.cmd = RSTGUARD_CMD_GET_HELD,
	.size = sizeof(struct report),
	.parse = parse,
	.text = print_text,
	.json = print_json,
};
