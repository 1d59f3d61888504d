/* SPDX-License-Identifier: GPL-2.0-only */
/* Networks of addresses: on a command line, in netlink, for people. */
#ifndef _PREFIX_H
#define _PREFIX_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "pkt.h"

/* As netlink has it: an address, IPv4 mapped into IPv6, and how many bits count. */
struct prefix {
	struct rstg_addr addr;
	uint8_t len;
} __attribute__((packed));

#define PREFIX_STRLEN	(INET6_ADDRSTRLEN + 4)

/* "192.0.2.7", "192.0.2.0/24", "2001:db8::/32"; false: it is none. */
bool prefix_parse(const char *text, struct prefix *p);
void prefix_fmt(char buf[PREFIX_STRLEN], const struct prefix *p);

#endif /* _PREFIX_H */
