/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two hosts talking, as a router beside the client sees them:
 *
 *    client ---- 2 ms ---- [here] -------- 40 ms -------- server
 *
 * A test changes what the hosts are like before talk_open(), lets them talk, makes
 * a RST by one of three hands (live socket, no socket, forger) and feeds it.
 */
#ifndef _TALK_H
#define _TALK_H

#include "env.h"
#include "limits.h"
#include "model.h"
#include "seq.h"

#define CLIENT	0
#define SERVER	1

#define FORGED_TTL	99	/* neither near the hosts of talk_init() nor an alias of theirs */

#define HAS(op, r)	(!!((op)->reasons & BIT_ULL(RSTG_R_##r)))

/* How a stack fills the IP-ID. */
enum id_kind {
	ID_COUNTER,	/* Linux, Windows: +1 for each packet of the connection */
	ID_ZERO,	/* macOS, FreeBSD: 0 on all with DF (RFC 6864) */
	ID_CONST,
	ID_SWAPPED,	/* a counter in the wrong byte order */
	ID_RANDOM,
	ID_NONE,	/* IPv6 */
};

struct host {
	u32 rtt_ms;	/* until an answer of it comes by here */
	u32 snd_nxt;
	u32 rcv_nxt;
	u32 ts_val;
	u16 id;
	u16 win;
	u8 ttl;		/* of its packets when they come by here */
	u8 syn_ttl;	/* of its SYN or SYN-ACK */
	u8 rst_ttl;	/* of a RST from no socket, which has the system's TTL */
	u8 tos;
	u32 label;	/* of a flow in IPv6 */
	enum id_kind ids;
	bool df;
	bool ts;
	enum rstg_where where;
};

struct talk {
	struct rstg_flow flow;
	struct host host[2];
	u64 now;
	bool dropping;	/* RSTs do not get through */
	enum rstg_news news;		/* of the last packet fed */
	struct rstg_opinion op;		/* of the last packet with news */
	unsigned int lives;		/* proofs of life so far */
	unsigned int suspects;		/* RSTs that were suspect */
};

/* Two Linux hosts without timestamps and windows that stay the same. */
void talk_init(struct talk *t);

void talk_wait_us(struct talk *t, u64 us);
void talk_wait_ms(struct talk *t, u64 ms);

/* The next packet of host @d, taken from its stack but not fed: lost, or late. */
struct rstg_pkt talk_pkt(struct talk *t, unsigned int d, u16 flags, u32 len);
/* One more packet comes by. */
enum rstg_news talk_feed(struct talk *t, unsigned int d, const struct rstg_pkt *pkt);
/* After its round trip host @d sends its next packet, and the other receives it. */
enum rstg_news talk_send(struct talk *t, unsigned int d, u16 flags, u32 len);

void talk_syn(struct talk *t);
void talk_syn_ack(struct talk *t);
void talk_open(struct talk *t);			/* the three-way handshake */
void talk_smtp(struct talk *t);			/* ... and on to a ClientHello after STARTTLS */
void talk_midstream(struct talk *t, unsigned int turns);	/* no handshake seen */
void talk_fin(struct talk *t, unsigned int d);

/* A RST as the live socket of @d sends it: close() with unread data, SO_LINGER 0. */
struct rstg_pkt talk_rst_socket(struct talk *t, unsigned int d);
/* A RST of @d that has no socket (any more) for what the other side last sent. */
struct rstg_pkt talk_rst_nosocket(struct talk *t, unsigned int d);
/* A perfect forgery in the name of @d: tests then spoil one field or more. */
struct rstg_pkt talk_mimic(const struct talk *t, unsigned int d, u16 flags);

/* What a test asks of the flow. */
static inline bool talk_is_open(const struct talk *t)
{
	return rstg_flow_open(&t->flow);
}

static inline enum rstg_ttl_fit talk_fit(const struct talk *t, unsigned int d, u8 ttl)
{
	return rstg_ttl_check(&t->flow.dir[d].ttl, ttl);
}

static inline u32 talk_beat(const struct talk *t)
{
	return rstg_beat(t->now);
}

/* The server is asked whether it lives, as soon as its RST has come. */
static inline struct rstg_asked talk_asked(const struct talk *t, u8 len)
{
	return (struct rstg_asked){
		.at_ns = t->now,
		.rst_ns = t->now,
		.seq = t->flow.dir[SERVER].ack[RSTG_ACKS - 1] - len,
		.len = len,
	};
}

static inline u32 talk_rtt_us(const struct talk *t, unsigned int d)
{
	return (u32)(((u64)t->flow.dir[d].rtt << 10) / 1000);
}

#endif /* _TALK_H */
