/* SPDX-License-Identifier: GPL-2.0-only */
/* One conversation with the module over generic netlink. */
#ifndef _NL_H
#define _NL_H

#include <libmnl/libmnl.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>

#include "nlmsg.h"

/* The kernel fills at most 32 KiB with one piece of a dump. */
#define NL_BUF		32768
/* Tables change while they are dumped; then the dump is read again. */
#define NL_DUMP_TRIES	5

/*
 * struct nl - socket, family and the last error
 * @sock:   of generic netlink
 * @family: of the module
 * @seq:    of the last request
 * @torn:   the last dump changed under our hands each time it was tried
 * @error:  after a failure: one line for people, what happened and what to do
 */
struct nl {
	struct mnl_socket *sock;
	struct nlmsg_family family;
	uint32_t seq;
	bool torn;
	char error[320];
	alignas(NLMSG_ALIGNTO) char request[256];
	alignas(NLMSG_ALIGNTO) char answer[NL_BUF];
};

/*
 * struct nl_reader - what takes the answers
 * @message: one of them; returns NULL, or the name of what is missing or malformed
 * @restart: a dump begins anew, forget what was read; may be NULL
 */
struct nl_reader {
	const char *(*message)(const struct nlmsghdr *nlh, void *arg);
	void (*restart)(void *arg);
	void *arg;
};

/* All return 0 or a negative errno, with words in nl->error. */
int nl_open(struct nl *nl);		/* -ENOENT: the module is not loaded */
int nl_talk(struct nl *nl, struct nlmsghdr *request, const struct nl_reader *reader);
int nl_tell(struct nl *nl, struct nlmsghdr *request);	/* a conversation of its own; closed */
int nl_dump(struct nl *nl, uint8_t cmd, const struct nl_reader *reader);
void nl_close(struct nl *nl);

struct nlmsghdr *nl_request(struct nl *nl, uint8_t cmd);

/* Octets of one datagram from the kernel itself, or a negative errno. */
int nl_receive(const struct mnl_socket *sock, void *buf, size_t size, int flags);

#endif /* _NL_H */
