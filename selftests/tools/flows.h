/* SPDX-License-Identifier: GPL-2.0-only */
/* What a box on the path knows of each connection that crosses it. */
#ifndef _FLOWS_H
#define _FLOWS_H

#include "wire.h"

#define ECHOES	1024	/* packets of our own that may come back */
#define FLOWS	1024	/* a test has a handful; older ones are overwritten */

/*
 * struct end - one end of a connection, as a sender
 * @addr:     its address
 * @mac:      Ethernet destination and source of a frame to it, once known
 * @has_mac:  is it?
 * @seen:     has a packet of it come by?
 * @last:     its latest packet, as it entered this box; payload not kept
 * @last_ms:  when
 * @first:    sequence number of its SYN
 * @next:     end of what it has sent
 * @far_ttl:  TTL that its packets leave this box with, 0 before the first
 * @bytes:    payload so far
 */
struct end {
	struct address addr;
	uint8_t mac[12];
	bool has_mac, seen;
	struct segment last;
	uint64_t last_ms;
	uint32_t first, next;
	uint8_t far_ttl;
	uint64_t bytes;
};

/*
 * struct flow - one connection
 * @end:     by the interface it is reached through
 * @client:  which of the two opened it
 * @starttls: the client has asked for TLS
 * @fired:   triggers that have gone off, as bits
 * @attacked: at least one has
 * @rounds:  how often the number of trigger "every" has passed
 * @trigger_id: IP-ID of the packet that pulled the trigger
 */
struct flow {
	bool used;
	struct end end[2];
	unsigned int client;
	bool starttls;
	uint32_t fired;
	bool attacked;
	uint64_t rounds;
	uint16_t trigger_id;
};

struct flow *flows_enter(const struct segment *s, unsigned int side);
void flows_learn(struct flow *f, const struct segment *s, unsigned int side, uint64_t now_ms);
struct flow *flows_leave(const struct segment *s, unsigned int side);
void flows_expect(const struct segment *s);
bool flows_expected(const struct segment *s);

static inline bool seq_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

#endif /* _FLOWS_H */
