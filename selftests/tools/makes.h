/* SPDX-License-Identifier: GPL-2.0-only */
/* Makes of TCP hosts: what each puts on the wire, and how it takes what comes. */
#ifndef _MAKES_H
#define _MAKES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How IP-IDs go on. */
enum id_rule { COUNTS, ZERO, RANDOM };

/*
 * struct make - one kind of host
 * @ttl:	initial one, of data and RST|ACKs
 * @id:		of the same
 * @win:	of data; @rst_win of a RST|ACK
 * @ts:		timestamps
 * @syn_ttl:	of the SYN-ACK, as @syn_id and @syn_df
 * @bare_ttl:	of a RST without ACK, as @bare_id; a @bare_id of -1 counts on
 * @sack:	it understands SACK, and tells of what came twice (RFC 2883)
 * @old_acks:	it takes the ACK number of a segment that it has had before
 * @spare_ms:	it answers one empty old segment in so many ms, 0 all
 */
struct make {
	const char *name;
	uint8_t ttl;
	enum id_rule id;
	bool df, ts;
	uint16_t win, rst_win;
	uint8_t syn_ttl;
	uint16_t syn_id;
	bool syn_df;
	uint8_t bare_ttl;
	int bare_id;
	bool sack, old_acks;
	unsigned int spare_ms;
};

extern const struct make makes[];
extern const size_t makes_n;

#endif /* _MAKES_H */
