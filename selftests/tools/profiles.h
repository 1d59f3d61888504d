/* SPDX-License-Identifier: GPL-2.0-only */
/* What each known injector puts into its packets: data only. */
#ifndef _PROFILES_H
#define _PROFILES_H

#include <stddef.h>
#include <stdint.h>

#include "wire.h"

#define SHOTS	4	/* most different packets in one profile */

/* Which end gets the forged packet, sent in the name of the other. */
#define AT_CLIENT	1
#define AT_SERVER	2
#define AT_BOTH		(AT_CLIENT | AT_SERVER)

/* When to shoot. */
enum trigger {
	ON_SYN,			/* the client's SYN */
	ON_SYNACK,		/* the server's answer to it */
	ON_FIRST_DATA,		/* the client's first payload */
	ON_SECOND_DATA,		/* its second */
	ON_CLIENT_HELLO,	/* TLS handshake, ClientHello */
	ON_STARTTLS,		/* SMTP or IMAP STARTTLS, POP3 STLS, FTP AUTH TLS */
	ON_STARTTLS_REPLY,	/* the server's answer to it */
	ON_OPENVPN,		/* OpenVPN over TCP: the client's hard reset */
	ON_BYTES,		/* so many bytes of payload in both directions */
	ON_ANY,			/* the first packet after the handshake */
	ON_EACH,		/* each packet after it, again and again */
	ON_EVERY,		/* whenever so many bytes more have passed, both directions */
	TRIGGERS
};

/*
 * How a field is filled. "Seen" is what the victim sees in the packets of the
 * host that is impersonated; "previous" is the shot before at the same victim.
 */
enum rule {
	/* any field */
	FIXED,		/* a */
	RANGE,		/* a to b; a TTL is drawn until it fits no baseline */
	SEEN,		/* what the impersonated host last used, plus a (TTL, window, IP-ID) */
	PREVIOUS,	/* the previous shot's, plus a (or a to b where b is not 0) */
	/* TTL */
	HOPS,		/* initial value a, less the hops to the victim */
	WIN_MOD_64,	/* initial value 48 + window % 64, less the hops */
	/* IP-ID */
	TRIGGER,	/* that of the packet that pulled the trigger, plus a */
	GFW_2017,	/* 12 <= (65535 - id) / window < 13 */
	GFW_2010,	/* -1 - 13 * window */
	/* window */
	TIMES_17,	/* a multiple of 17 */
	/* ACK number */
	EXACT,		/* all that the victim has sent, plus a */
	LATEST,		/* what the impersonated host acknowledged last, plus a */
};

struct field {
	enum rule rule;
	int32_t a, b;
};

#define DF_SEEN	2

/* Timestamp option: going on from the impersonated host's where it has one, or anyway. */
#define TS_ON		1
#define TS_ANYWAY	2

/* Where a packet goes, and in whose name. */
enum course {
	TO_VICTIM,	/* in the name of the other end */
	TO_PEER,	/* to the other end, in the victim's name */
	TURNED,		/* in the victim's name to where the victim is: past its guard */
};

/*
 * struct shot - one packet, or several copies of it
 * @flags:   TCP_*
 * @copies:  identical ones; 0 ends the profile's list
 * @df:      0, 1 or DF_SEEN
 * @seq:     added to the exact sequence number
 * @ts:      TS_ON or TS_ANYWAY
 * @label:   copy its IPv6 flow label and DSCP (else 0)
 * @payload: data, @len bytes
 * @gap_us:  pause before the first copy
 *
 * What follows is of decoys (decoys.c):
 * @course:   where it goes
 * @odd:      ODD_*, and @headers, as in struct segment
 * @ts_add:   to the value of its timestamp
 * @opening:  its numbers count from the SYN and the SYN-ACK of the connection
 * @step:     added to @seq from copy to copy, which then are not identical
 * @apart_us: between copies
 * @after:    it follows the profile's shots instead of preceding them
 * @lie:      it is of a decoy; plan_decoy() sees to that
 */
struct shot {
	uint16_t flags;
	unsigned int copies;
	struct field ttl, id, win, ack;
	uint8_t df;
	int32_t seq;
	uint8_t ts;
	bool label;
	const void *payload;
	size_t len;
	unsigned int gap_us;
	enum course course;
	uint8_t odd, headers;
	int32_t ts_add;
	bool opening, after, lie;
	int32_t step;
	unsigned int apart_us;
};

/*
 * struct profile - one injector
 * @number:   row in the list of profiles
 * @name:     for -p
 * @at:       whom it resets
 * @triggers: what it reacts to if -t does not say, as bits; 0 is any data
 */
struct profile {
	unsigned int number;
	const char *name;
	unsigned int at;
	uint32_t triggers;
	struct shot shot[SHOTS];
};

extern const struct profile profiles[];
extern const size_t profiles_n;
extern const char *const trigger_names[TRIGGERS];

const struct profile *profile_find(const char *name);

#endif /* _PROFILES_H */
