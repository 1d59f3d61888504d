/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of one TCP connection, by direction. */
#ifndef _RSTG_FLOW_H
#define _RSTG_FLOW_H

#include "env.h"
#include "ipid.h"
#include "label.h"
#include "limits.h"
#include "pkt.h"
#include "rtt.h"
#include "seq.h"
#include "ttl.h"

/*
 * Times are kept in 32 bits, at two grains that a shift gives without a
 * division: ticks of 1.024 us for round trips (wrap after 73 min) and beats
 * of 1.049 ms for ages (wrap after 52 days). Differences only.
 */
static inline u32 rstg_tick(u64 now_ns)
{
	return (u32)(now_ns >> 10);
}

static inline u32 rstg_beat(u64 now_ns)
{
	return (u32)(now_ns >> 20);
}

static inline u32 rstg_beats_to_ms(u32 beats)
{
	/* 4295 / 4096 is 1.04858: 64-bit division is not for 32-bit kernels. */
	return (u32)(((u64)beats * 4295) >> 12);
}

/* struct rstg_dir.flags */
#define RSTG_D_SEEN	0x0001	/* a packet of this sender was tracked */
#define RSTG_D_SYN	0x0002	/* its SYN or SYN-ACK was seen ... */
#define RSTG_D_VOUCHED	0x0004	/* ... and acknowledged by the other side */
#define RSTG_D_FIN	0x0008	/* it has closed, and the other side has acknowledged that */
#define RSTG_D_RST	0x0010	/* a RST of it was let through and nothing came since */
#define RSTG_D_TS	0x0020	/* it sends timestamps */
#define RSTG_D_DF	0x0040	/* data with DF was seen */
#define RSTG_D_NODF	0x0080	/* data without DF was seen */
#define RSTG_D_WATCH	0x0100	/* its RST awaits proof that it lives: rst[] is valid */
#define RSTG_D_OPEN	0x0200	/* the flow is established; set in both directions */
#define RSTG_D_FIRST	0x0400	/* it sent the first packet seen */
#define RSTG_D_CLAIM	0x0800	/* something of it is not vouched for yet: side[] has it */
#define RSTG_D_DSCPS	0x1000	/* its packets came with more than one DSCP */
#define RSTG_D_HEARD	0x2000	/* what it says is no longer read; kept by the owner of the flow */
#define RSTG_D_LOCAL	0x4000	/* this host sends what it says: nothing that arrives is of it */
#define RSTG_D_ADJUSTED	0x8000	/* its numbers are changed behind us: set in both directions */

#define RSTG_ACKS	4
#define RSTG_RTT_MAX	((1 << 24) - 1)	/* in ticks: 17 s */
#define RSTG_DSCP	0xfc		/* of a TOS; the rest is ECN, which may change on the way */

/**
 * struct rstg_dir - one sender, in one cache line
 * @max_end:  end of what it has sent in order, or of what the other side acknowledged of it
 * @ack:      its latest ACK numbers, newest first, each once
 * @ts_val:   its latest TSval
 * @last:     beat of its latest packet that its receiver can have accepted
 * @end_tick: when @max_end last moved by data, 0: not to be timed
 * @ack_tick: when @ack[0] last moved
 * @rtt:      shortest time in ticks in which it answered us; 0 is unknown
 * @tos:      TOS or traffic class of its first packet, with @pkts
 * @ipid:     IPv4: how it fills the IP-ID
 * @label:    IPv6: how it fills the flow label
 * @win:      the two latest different windows after the SYN
 * @ttl:      TTLs its packets arrive with
 * @flags:    RSTG_D_*
 * @iif:      interface that they arrive by, as struct rstg_pkt has it
 * @pkts:     packets learned from, saturating
 * @syn_ttl:  TTL of a SYN not yet vouched for
 */
struct rstg_dir {
	u32 max_end;
	u32 ack[RSTG_ACKS];
	u32 ts_val;
	u32 last;
	u32 end_tick;
	u32 ack_tick;
	u32 rtt : 24;
	u32 tos : 8;
	union {
		struct rstg_ipid ipid;
		struct rstg_label label;
	};
	u16 win[2];
	struct rstg_ttl ttl;
	u16 flags;
	u16 iif;
	u8 pkts;
	u8 syn_ttl;
};

static_assert(sizeof(struct rstg_dir) <= 64, "a packet may touch one line of its direction");

/* struct rstg_side.flags */
#define RSTG_S_FAR	0x01	/* @far: a segment beyond what is in order was seen */
#define RSTG_S_FIN	0x02	/* @fin_end: so was a FIN, which nobody has acknowledged */
#define RSTG_S_SYN	0x04	/* @syn_end: a SYN on the open flow */
#define RSTG_S_TTL	0x08	/* @ttl: from where its packets have not come before */
#define RSTG_S_WS	0x10	/* @wscale is known, or that there is none */
#define RSTG_S_SACK	0x20	/* its SYN permits selective ACKs */
#define RSTG_S_SLEPT	0x40	/* it once took far longer to answer than its path does */
#define RSTG_S_SYNS	0x80	/* SYNs with different numbers came, and no ACK of one yet */
#define RSTG_S_FIN_FALSE 0x100	/* it spoke on behind its FIN, which was not its own, then */

#define RSTG_S_CLAIMS	(RSTG_S_FAR | RSTG_S_FIN | RSTG_S_SYN | RSTG_S_TTL)

/**
 * struct rstg_side - what is seldom needed of a sender
 * @far:     end of the furthest segment in its name that its receiver may have kept
 * @fin_end: sequence number behind its FIN
 * @syn_end: sequence number behind a SYN on the open flow
 * @ttl_beat: when @ttl was first seen
 * @est:     recent estimate of the time in which it answers
 * @wscale:  how its windows are scaled
 * @ttl:     a TTL beside those of &struct rstg_dir.ttl
 * @ttl_n:   packets in a row that came with it, saturating
 * @syn_ttl: TTL of that SYN
 * @flags:   RSTG_S_*
 *
 * Most of it are claims: an injector can have made them as well as the sender. They decide
 * nothing until the other side vouches for them.
 */
struct rstg_side {
	u32 far;
	u32 fin_end;
	u32 syn_end;
	u32 ttl_beat;
	struct rstg_rtt est;
	u8 wscale;
	u8 ttl;
	u8 ttl_n;
	u8 syn_ttl;
	u16 flags;
};

/* struct rstg_rst.flags */
#define RSTG_RST_ACK	0x01	/* a RST|ACK */
#define RSTG_RST_PLAIN	0x02	/* it was scored, and nothing to speak of was against it */
#define RSTG_RST_HELD	0x04	/* one of the burst is held; kept by the owner of the flow */
#define RSTG_RST_WITHIN	0x08	/* one of the burst was not beyond what its sender had sent */
#define RSTG_RST_NEAR	0x10	/* one of the burst was not of a former connection on its ports */
#define RSTG_RST_MIXED	0x40	/* RSTs with and without ACK within the burst */
#define RSTG_RST_ENDS	0x80	/* one of the burst could end the connection */
#define RSTG_RST_FOREIGN 0x100	/* none of the burst came from where its sender is */

/**
 * struct rstg_rst - the latest RST of one sender, valid with %RSTG_D_WATCH
 * @seq:      its sequence number
 * @peer_end: what the other side had sent when it came
 * @beat:     when it came
 * @ip_id:    its IP-ID
 * @win:      its window
 * @flags:    RSTG_RST_*
 * @ttl:      its TTL
 * @n:        RSTs within one burst, saturating
 * @copies:   of these, how many alike down to the IP-ID in a row
 */
struct rstg_rst {
	u32 seq;
	u32 peer_end;
	u32 beat;
	u16 ip_id;
	u16 win;
	u16 flags;
	u8 ttl;
	u8 n;
	u8 copies;
};

/**
 * struct rstg_flow - one connection
 * @dir:  by sender; which endpoint is 0 is up to the owner of the flow
 * @rst:  cold: touched only by RSTs and by what follows them within 4 s
 * @side: cold: touched by what is out of the ordinary, and when a round trip is timed
 */
struct rstg_flow {
	struct rstg_dir dir[2];
	struct rstg_rst rst[2];
	struct rstg_side side[2];
};

/* Where a packet was seen, hence what may be learned from it. */
enum rstg_where {
	RSTG_INBOUND,	/* as it arrived: everything */
	RSTG_OUTBOUND,	/* as it leaves, TTL and IP-ID not yet final: sequence space only */
};

/**
 * rstg_seq_near() - can this number be of the connection that has come to @end?
 * @seq: sequence number, or one that acknowledges
 * @end: the highest that its side has sent
 */
static inline bool rstg_seq_near(u32 seq, u32 end)
{
	s32 gap = seq_diff(seq, end);

	return gap > -RSTG_SEQ_JUMP && gap < RSTG_SEQ_JUMP;
}

/**
 * rstg_flow_open() - is the handshake done, or both sides seen mid-stream?
 * @f: flow
 */
static inline bool rstg_flow_open(const struct rstg_flow *f)
{
	return f->dir[0].flags & RSTG_D_OPEN;
}

/**
 * rstg_flow_synced() - was each side's SYN seen?
 * @f: flow
 */
static inline bool rstg_flow_synced(const struct rstg_flow *f)
{
	return f->dir[0].flags & f->dir[1].flags & RSTG_D_SYN;
}

/**
 * rstg_flow_closing() - has one of the sides sent a FIN that the other acknowledged?
 * @f: flow
 */
static inline bool rstg_flow_closing(const struct rstg_flow *f)
{
	return (f->dir[0].flags | f->dir[1].flags) & RSTG_D_FIN;
}

/**
 * rstg_flow_fin_seen() - has one of the sides sent a FIN, whether it was acknowledged or not?
 * @f: flow
 *
 * For reports: it decides nothing.
 */
static inline bool rstg_flow_fin_seen(const struct rstg_flow *f)
{
	return rstg_flow_closing(f) || (f->side[0].flags | f->side[1].flags) & RSTG_S_FIN;
}

/**
 * rstg_flow_adjusted() - are its numbers changed behind us?
 * @f: flow
 */
static inline bool rstg_flow_adjusted(const struct rstg_flow *f)
{
	return f->dir[0].flags & RSTG_D_ADJUSTED;
}

/**
 * rstg_flow_adjust() - its numbers are changed behind us, so that nothing can be compared
 * @f: flow
 *
 * Return: whether that is new.
 */
static inline bool rstg_flow_adjust(struct rstg_flow *f)
{
	bool first = !rstg_flow_adjusted(f);

	f->dir[0].flags |= RSTG_D_ADJUSTED;
	f->dir[1].flags |= RSTG_D_ADJUSTED;
	return first;
}

/**
 * rstg_flow_furthest() - end of all that was seen in a sender's name
 * @f: flow
 * @d: sender
 */
static inline u32 rstg_flow_furthest(const struct rstg_flow *f, unsigned int d)
{
	return f->side[d].flags & RSTG_S_FAR ? f->side[d].far : f->dir[d].max_end;
}

/* Was its SYN acknowledged by the other side? */
static inline bool rstg_dir_vouched(const struct rstg_dir *d)
{
	return d->flags & RSTG_D_VOUCHED;
}

/* A clock that goes back: its receiver drops it (RFC 7323 5.3). */
static inline bool rstg_dir_ts_old(const struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	return me->flags & RSTG_D_TS && pkt->bits & RSTG_PKT_TS &&
	       seq_before(pkt->ts_val, me->ts_val);
}

/*
 * A side that sends timestamps sends them with every segment (RFC 7323 3.2); Linux
 * accepts one without them.
 */
static inline bool rstg_dir_ts_missing(const struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	return me->flags & RSTG_D_TS && !(pkt->bits & RSTG_PKT_TS);
}

void rstg_flow_begin(struct rstg_flow *f, unsigned int first);
u32 rstg_flow_idle(const struct rstg_flow *f, u32 beat);
bool rstg_flow_expired(const struct rstg_flow *f, u32 beat);
u32 rstg_flow_window(const struct rstg_flow *f, unsigned int d);
bool rstg_flow_closed(const struct rstg_flow *f);
void rstg_flow_establish(struct rstg_flow *f);
bool rstg_flow_two_sided(const struct rstg_flow *f);
bool rstg_track_foreign(const struct rstg_flow *f, const struct rstg_pkt *pkt,
			unsigned int d, enum rstg_where where);

#endif /* _RSTG_FLOW_H */
