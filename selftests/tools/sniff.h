/* SPDX-License-Identifier: GPL-2.0-only */
/* One interface of the router: every frame that passes, and a way to add some. */
#ifndef _SNIFF_H
#define _SNIFF_H

#include "wire.h"

enum passing { ENTERS, LEAVES };

/**
 * struct frame - what was read
 * @way:   does it enter or leave the router?
 * @mac:   its Ethernet destination and source
 * @seg:   the TCP segment; its payload is valid until the next read
 */
struct frame {
	enum passing way;
	uint8_t mac[12];
	struct segment seg;
};

int sniff_open(const char *ifname);
bool sniff_read(int fd, struct frame *frame);
int sniff_send(int fd, const uint8_t mac[12], const struct segment *s);
int sniff_send_pair(int fd, const uint8_t mac[12], const struct segment pair[2]);

#endif /* _SNIFF_H */
