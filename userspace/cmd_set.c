// SPDX-License-Identifier: GPL-2.0-only
/* rstguard set NAME VALUE [NAME VALUE]...: all of it is changed, or nothing. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "fmt.h"
#include "nl.h"

static bool put_mode(struct nlmsghdr *request, const char *value)
{
	uint32_t mode;

	for (mode = RSTGUARD_MODE_DISABLED; mode <= RSTGUARD_MODE_DROP; mode++) {
		if (strcmp(value, fmt_mode(mode)))
			continue;
		mnl_attr_put_u32(request, RSTGUARD_A_CONFIG_MODE, mode);
		return true;
	}
	cmd_say("no such mode: %s (known: off monitor hold drop)", value);
	return false;
}

static bool put_max_flows(struct nlmsghdr *request, const char *value)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(value, &end, 10);
	if (*value < '0' || *value > '9' || *end || errno || n > UINT32_MAX) {
		cmd_say("max-flows is a number up to %u, not %s", UINT32_MAX, value);
		return false;
	}
	mnl_attr_put_u32(request, RSTGUARD_A_CONFIG_MAX_FLOWS, (uint32_t)n);
	return true;
}

static const struct {
	const char *name;
	bool (*put)(struct nlmsghdr *request, const char *value);
} settings[] = {
	{ "mode", put_mode },
	{ "max-flows", put_max_flows },
};

static bool put(struct nlmsghdr *request, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		if (!strcmp(name, settings[i].name))
			return settings[i].put(request, value);
	cmd_say("no such setting: %s (known: mode max-flows)", name);
	return false;
}

int cmd_set(int argc, char **argv)
{
	alignas(NLMSG_ALIGNTO) char buf[256];
	struct nlmsghdr *request;
	struct nl nl;
	int i, err;

	/* No more pairs than settings: so the buffer is always large enough. */
	if (argc < 3 || argc % 2 == 0 || argc > 1 + 2 * (int)ARRAY_SIZE(settings))
		return cmd_fail("usage: " PROGRAM
				" set mode off|monitor|hold|drop [max-flows NUMBER]");
	/* Wrong words are refused before the module is asked for. */
	request = nlmsg_request(buf, 0, RSTGUARD_CMD_SET_CONFIG, NLM_F_ACK, 0);
	for (i = 1; i < argc; i += 2)
		if (!put(request, argv[i], argv[i + 1]))
			return CMD_FAILED;

	if (nl_open(&nl))
		return cmd_fail("%s", nl.error);
	request->nlmsg_type = nl.family.id;
	request->nlmsg_seq = ++nl.seq;
	err = nl_talk(&nl, request, NULL);
	nl_close(&nl);
	return err ? cmd_fail("%s", nl.error) : CMD_OK;
}
