// SPDX-License-Identifier: GPL-2.0-only
/* Any octets as a message of the kernel: to each parser, and what it says is printed. */
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rstguard.h>

#include "event.h"
#include "fmt.h"
#include "nlmsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads every octet of a name, so that one without end is noticed. */
static void count(const char *name, uint64_t value, void *arg)
{
	*(uint64_t *)arg += strlen(name) + value;
}

static void print(const struct report *r)
{
	static FILE *nowhere;

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	fmt_report_json(nowhere, r);
	fmt_report_text(nowhere, r, false);
}

static void parse(unsigned int what, struct nlmsghdr *nlh)
{
	struct nlmsg_family family;
	struct nlmsg_config config;
	struct nlmsg_error error;
	struct nlmsg_flow flow;
	struct report report;
	uint64_t sum = 0;

	switch (what) {
	case RSTGUARD_CMD_EVENT:
		if (!event_parse(nlh, &report))
			print(&report);
		break;
	case RSTGUARD_CMD_GET_CONFIG:
		nlmsg_parse_config(nlh, &config);
		nlmsg_config_attr_at(nlh, nlh->nlmsg_seq);
		break;
	case RSTGUARD_CMD_GET_STATS:
		nlmsg_parse_stats(nlh, count, &sum);
		break;
	case RSTGUARD_CMD_GET_FLOW:
		nlmsg_parse_flow(nlh, &flow);
		break;
	case RSTGUARD_CMD_GET_HELD:
		if (!event_parse_held(nlh, &report))
			print(&report);
		break;
	case 0x10:
		if (!nlmsg_parse_family(nlh, &family))
			count(family.name, family.cmds, &sum);
		break;
	case 0x11:
		if (!nlmsg_parse_error(nlh, &error) && error.text)
			count(error.text, error.offset, &sum);
		break;
	}
}

/* Input: which parser (1), then the message; with bit 7 its length is left as it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *nlh;

	if (size < 1 + sizeof(*nlh) || size > 8192)
		return 0;
	nlh = malloc(size - 1);
	memcpy(nlh, data + 1, size - 1);
	if (!(data[0] & 0x80))
		nlh->nlmsg_len = (uint32_t)(size - 1);
	if (nlmsg_ok(nlh, (int)(size - 1)))
		parse(data[0] & 0x7f, nlh);
	free(nlh);
	return 0;
}
