// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <linux/rstguard.h>

#include "event.h"
#include "nl.h"
#include "watch.h"

/* Datagrams in one go, so that a flood does not keep signals waiting. */
#define READ_MAX	256
/* Under a flood each event has a gap before it: tell once a second. */
#define TELL_MS		1000
/* Numbers that go back by any step are of a new count; forward, of a gap. */
#define GAP_MAX		(UINT32_MAX / 2)

static int add_group(struct watch *w, int option, uint32_t group)
{
	int id = (int)group;

	return mnl_socket_setsockopt(w->sock, option, &id, sizeof(id)) < 0 ? -errno : 0;
}

/* Without the right to force it the system's limit, net.core.rmem_max, holds. */
static bool set_rcvbuf(const struct watch *w)
{
	int fd = mnl_socket_get_fd(w->sock);

	return !setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &w->rcvbuf, sizeof(w->rcvbuf)) ||
	       !setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &w->rcvbuf, sizeof(w->rcvbuf));
}

/* Finds the module and joins its events; joining twice does no harm. */
static int subscribe(struct watch *w)
{
	struct nl nl;
	int err;

	err = nl_open(&nl);
	if (err) {
		snprintf(w->error, sizeof(w->error), "%s", nl.error);
		return err;
	}
	nl_close(&nl);

	if (!nl.family.events_group) {
		snprintf(w->error, sizeof(w->error), "the module has no group \"%s\": "
			 "install module and tools from one release", RSTGUARD_MCGRP_EVENTS);
		return -EOPNOTSUPP;
	}
	err = add_group(w, NETLINK_ADD_MEMBERSHIP, nl.family.events_group);
	if (err) {
		snprintf(w->error, sizeof(w->error), err == -EPERM ?
			 "not permitted: events are for CAP_NET_ADMIN; run it as root" :
			 "cannot subscribe to events: %s", strerror(-err));
		return err;
	}
	w->family = nl.family.id;
	return 0;
}

int watch_open(struct watch *w, const struct watch_ops *ops, int rcvbuf)
{
	int err;

	memset(w, 0, sizeof(*w));
	w->ops = ops;
	w->rcvbuf = rcvbuf;
	w->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!w->sock || mnl_socket_bind(w->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		snprintf(w->error, sizeof(w->error), "no generic netlink here: %s",
			 strerror(-err));
		watch_close(w);
		return err;
	}
	set_rcvbuf(w);
	/* First the notifications, then the look: no arrival falls between. */
	err = add_group(w, NETLINK_ADD_MEMBERSHIP, GENL_ID_CTRL);
	if (err)
		snprintf(w->error, sizeof(w->error), "cannot watch for the module: %s",
			 strerror(-err));
	else
		err = subscribe(w);
	if (err && err != -ENOENT)
		watch_close(w);
	return err;
}

int watch_fd(const struct watch *w)
{
	return mnl_socket_get_fd(w->sock);
}

void watch_close(struct watch *w)
{
	if (w->sock)
		mnl_socket_close(w->sock);
	w->sock = NULL;
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int watch_timeout(const struct watch *w)
{
	uint64_t since = now_ms() - w->told_ms;

	if (!w->lost.missed && !w->lost.suppressed)
		return -1;
	return since < TELL_MS ? (int)(TELL_MS - since) : 0;
}

void watch_tell_lost(struct watch *w)
{
	const struct lost lost = w->lost;

	if (!lost.missed && !lost.suppressed)
		return;
	memset(&w->lost, 0, sizeof(w->lost));
	w->told_ms = now_ms();
	w->ops->lost(w, &lost);
}

/*
 * What the numbers in an event say about those that did not come. The kernel
 * numbers every event and counts at once the ones that it does not send, while
 * older ones still wait in its queue: so its count may run ahead of the gaps,
 * never behind them. A gap that the count does not cover is our own.
 */
static void count_lost(struct watch *w, const struct report *r)
{
	uint32_t gap = r->event_seq - w->seq - 1, unsent = r->lost - w->unsent;

	if (!w->primed) {
		w->ahead = 0;
	} else if (gap > GAP_MAX || unsent > GAP_MAX) {
		w->ahead = 0;
		w->ops->note(w, "the module counts its events anew: unknown how many were missed");
	} else {
		w->lost.suppressed += unsent;
		w->ahead += (int64_t)unsent - gap;
		if (w->ahead < 0) {
			w->lost.missed += (uint64_t)-w->ahead;
			w->ahead = 0;
		}
		if (!watch_timeout(w))
			watch_tell_lost(w);
	}
	w->primed = true;
	w->seq = r->event_seq;
	w->unsent = r->lost;
}

static void take_event(struct watch *w, const struct nlmsghdr *nlh)
{
	struct report r;
	const char *bad;
	char text[160];

	if (nlmsg_cmd(nlh) != RSTGUARD_CMD_EVENT)
		return;
	bad = event_parse(nlh, &r);
	if (!bad) {
		count_lost(w, &r);
		w->ops->event(w, &r);
	} else if (!w->complained) {
		/* Its number is lost with it, so that it counts as missed. */
		snprintf(text, sizeof(text), "events without a valid \"%s\" are ignored: "
			 "install module and tools from one release", bad);
		w->ops->note(w, text);
		w->complained = true;
	}
}

/* The module is not there, or is another one than before. */
static void forget(struct watch *w)
{
	watch_tell_lost(w);
	w->primed = false;
	w->complained = false;
}

static void gone(struct watch *w)
{
	forget(w);
	w->family = 0;
	w->ops->left(w);
}

/* Also after notices may have been lost. */
static int look_again(struct watch *w)
{
	uint16_t before = w->family;
	int err = subscribe(w);

	if (err == -ENOENT) {
		if (before)
			gone(w);
		return 0;
	}
	if (err || w->family == before)
		return err;
	forget(w);
	if (!before)
		w->ops->arrived(w);
	return 0;
}

/* The controller tells of every family that comes and goes. */
static int take_notice(struct watch *w, const struct nlmsghdr *nlh)
{
	struct nlmsg_family f;
	int cmd = nlmsg_cmd(nlh);

	if (cmd != CTRL_CMD_NEWFAMILY && cmd != CTRL_CMD_DELFAMILY)
		return 0;
	if (nlmsg_parse_family(nlh, &f) || strcmp(f.name, RSTGUARD_GENL_NAME))
		return 0;
	if (cmd == CTRL_CMD_NEWFAMILY)
		return look_again(w);
	if (w->family == f.id)
		gone(w);
	return 0;
}

/* The kernel threw events away because the buffer was full. */
static int overrun(struct watch *w)
{
	char text[128];

	if (w->rcvbuf < WATCH_RCVBUF_MAX) {
		w->rcvbuf = w->rcvbuf <= WATCH_RCVBUF_MAX / 2 ? w->rcvbuf * 2 : WATCH_RCVBUF_MAX;
		if (set_rcvbuf(w))
			snprintf(text, sizeof(text),
				 "events came too fast: receive buffer grown to %d KiB",
				 w->rcvbuf / 1024);
		else
			snprintf(text, sizeof(text),
				 "events came too fast, and the receive buffer does not grow: %s",
				 strerror(errno));
		w->ops->note(w, text);
	}
	return look_again(w);
}

int watch_read(struct watch *w)
{
	int i, n, err = 0;

	for (i = 0; i < READ_MAX && !err; i++) {
		const struct nlmsghdr *nlh = (void *)w->buf;

		n = nl_receive(w->sock, w->buf, sizeof(w->buf), MSG_DONTWAIT);
		if (n == -EAGAIN)
			break;
		if (n == -ENOBUFS) {
			err = overrun(w);
			continue;
		}
		if (n == -EMSGSIZE)	/* a controller's notice of a large family: not ours */
			continue;
		if (n < 0) {
			snprintf(w->error, sizeof(w->error), "cannot read events: %s",
				 strerror(-n));
			return n;
		}
		for (; nlmsg_ok(nlh, n) && !err; nlh = mnl_nlmsg_next(nlh, &n)) {
			if (nlh->nlmsg_type == GENL_ID_CTRL)
				err = take_notice(w, nlh);
			else if (w->family && nlh->nlmsg_type == w->family)
				take_event(w, nlh);
		}
	}
	if (!watch_timeout(w))
		watch_tell_lost(w);
	return err;
}
