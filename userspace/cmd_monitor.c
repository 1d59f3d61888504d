// SPDX-License-Identifier: GPL-2.0-only
/* rstguard monitor [-j] [-a]: one line per event until interrupted. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "fmt.h"
#include "nl.h"
#include "term.h"
#include "watch.h"

/* @watch first: what the callbacks get is this. */
struct monitor {
	struct watch watch;
	bool json;
	bool all;
	bool colour;
	bool over;
};

static void event(struct watch *w, const struct report *r)
{
	const struct monitor *m = (struct monitor *)w;

	if (!m->all && !report_notable(r))
		return;
	if (m->json)
		fmt_report_json(stdout, r);
	else
		fmt_report_text(stdout, r, m->colour);
}

static void lost(struct watch *w, const struct lost *lost)
{
	const struct monitor *m = (struct monitor *)w;
	char text[FMT_LOST_MAX];

	fmt_lost_text(text, lost);
	cmd_say("%s", text);
	if (m->json)
		fmt_lost_json(stdout, lost);
}

static void note(struct watch *w, const char *text)
{
	(void)w;
	cmd_say("%s", text);
}

static void arrived(struct watch *w)
{
	(void)w;
}

static void left(struct watch *w)
{
	struct monitor *m = (struct monitor *)w;

	cmd_say("the module was unloaded");
	m->over = true;
}

static const struct watch_ops ops = {
	.event = event,
	.lost = lost,
	.note = note,
	.arrived = arrived,
	.left = left,
};

static const char *take_config(const struct nlmsghdr *nlh, void *arg)
{
	return nlmsg_parse_config(nlh, arg);
}

/* Whoever waits for events that cannot come should know. */
static void warn_if_off(void)
{
	struct nlmsg_config config = { 0 };
	const struct nl_reader reader = { .message = take_config, .arg = &config };
	struct nl nl;

	if (!nl_open(&nl) &&
	    !nl_talk(&nl, nl_request(&nl, RSTGUARD_CMD_GET_CONFIG), &reader) &&
	    config.mode == RSTGUARD_MODE_DISABLED)
		cmd_say("the mode is off in this network namespace: no events until "
			PROGRAM " set mode monitor");
	nl_close(&nl);
}

static int watch_on(struct monitor *m)
{
	struct pollfd fd = { .fd = watch_fd(&m->watch), .events = POLLIN };

	while (!m->over) {
		if (poll(&fd, 1, watch_timeout(&m->watch)) < 0 && errno != EINTR)
			return cmd_fail("poll: %s", strerror(errno));
		if (watch_read(&m->watch))
			return cmd_fail("%s", m->watch.error);
		if (ferror(stdout))
			return cmd_fail("cannot write the output");
	}
	return CMD_FAILED;
}

int cmd_monitor(int argc, char **argv)
{
	struct monitor m = { 0 };
	int status;

	if (!cmd_options(&argc, argv, &m.json, &m.all))
		return CMD_FAILED;
	if (argc > 1)
		return cmd_fail("usage: " PROGRAM " monitor [-j] [-a]");
	m.colour = term_colour(stdout);
	setlinebuf(stdout);
	if (watch_open(&m.watch, &ops, WATCH_RCVBUF)) {
		watch_close(&m.watch);
		return cmd_fail("%s", m.watch.error);
	}
	warn_if_off();
	status = watch_on(&m);
	watch_close(&m.watch);
	return status;
}
