/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Live events: a socket that stays useful when the module is unloaded and
 * loaded again, and when events come faster than they are read.
 */
#ifndef _WATCH_H
#define _WATCH_H

#include <libmnl/libmnl.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fmt.h"
#include "report.h"

struct watch;

/**
 * struct watch_ops - what to do with the news
 * @event: a RST was judged, or proven forged
 * @lost:  events are missing; told at once, then at most once a second
 * @note:  something else that people should know, one line
 * @arrived: the module is there: events will come
 * @left:  the module was unloaded
 */
struct watch_ops {
	void (*event)(struct watch *w, const struct report *r);
	void (*lost)(struct watch *w, const struct lost *lost);
	void (*note)(struct watch *w, const char *text);
	void (*arrived)(struct watch *w);
	void (*left)(struct watch *w);
};

/**
 * struct watch - the socket and what was last seen on it
 * @ops:    see above
 * @sock:   joined to the controller's notifications and, with @family, to the events
 * @family: message type of events; 0: the module is not there
 * @primed: @seq and @unsent are of an event that was seen
 * @seq:    number of the last event
 * @unsent: events that the kernel had not sent by then
 * @ahead:  of these, how many have numbers that we have not come to yet
 * @lost:   what @ops have not been told yet
 * @told_ms: when they were, in milliseconds of a clock that only runs forward
 * @complained: about an event that is no use; once is enough
 * @rcvbuf: octets asked for, for the receive buffer
 * @error:  after a failure: one line for people, what happened and what to do
 * @buf:    one datagram; the kernel sends one event in each
 */
struct watch {
	const struct watch_ops *ops;
	struct mnl_socket *sock;
	uint16_t family;
	bool primed;
	bool complained;
	uint32_t seq;
	uint32_t unsent;
	int64_t ahead;
	struct lost lost;
	uint64_t told_ms;
	int rcvbuf;
	char error[320];
	alignas(NLMSG_ALIGNTO) char buf[8192];
};

/* The receive buffer, in octets: some 1,000 events, and doubled up to some 64,000. */
#define WATCH_RCVBUF		(1 << 20)
#define WATCH_RCVBUF_MAX	(64 << 20)

/*
 * @rcvbuf: the receive buffer to begin with; it grows when events did not fit.
 *
 * Returns 0, or a negative errno with words in w->error. After -ENOENT the
 * module is not there, and watch_read() waits for it like for events.
 */
int watch_open(struct watch *w, const struct watch_ops *ops, int rcvbuf);
/*
 * After each poll() for watch_fd() and watch_timeout(), whatever it was that
 * ended it: takes all that is there, up to a limit. 0, or a negative errno
 * with words in w->error.
 */
int watch_read(struct watch *w);
int watch_fd(const struct watch *w);
int watch_timeout(const struct watch *w);	/* milliseconds, or -1 */
/* Tells now what is lost, and not when its second is over. */
void watch_tell_lost(struct watch *w);
void watch_close(struct watch *w);

#endif /* _WATCH_H */
