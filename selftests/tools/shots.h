/* SPDX-License-Identifier: GPL-2.0-only */
/* From a row of the profile table and a live connection to a packet. */
#ifndef _SHOTS_H
#define _SHOTS_H

#include "flows.h"
#include "profiles.h"

/**
 * struct aim - what all shots of one burst at one victim share
 * @f:      the connection
 * @victim: side of the end that gets the packets
 * @hops:   from the injector to the victim
 * @seq:    exact numbers, fixed when the burst begins: copies are identical
 *          even if the connection goes on
 * @ack:    likewise: all that the victim has sent
 * @turned: it is sent back to where it would come from
 * @sent:   the previous packet
 */
struct aim {
	const struct flow *f;
	unsigned int victim;
	unsigned int hops;
	uint32_t seq, ack;
	bool turned;
	struct segment sent;
};

void aim_take(struct aim *aim);
struct aim aim_turn(const struct aim *aim, enum course course);
void aim_fill(struct segment *s, struct aim *aim, const struct shot *shot, uint64_t now_ms);

#endif /* _SHOTS_H */
