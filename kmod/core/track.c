// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following one TCP connection from the middle.
 *
 * Nothing here enforces TCP: a packet that does not fit is not learned from,
 * and that is all. What an injector could have sent must not become what its
 * RST is then compared with.
 *
 * So there are two kinds of knowledge. What decides about the next RST moves only by
 * packets that their receiver must accept, or by what the other side acknowledged. All
 * else is a claim, kept apart in struct rstg_side until the other side vouches for it.
 * A packet that its receiver ignores (an old number, one that is far ahead, an ACK of what
 * was never sent, a timestamp that goes back) changes nothing at all.
 * selftests/unit/track_decoy_test.c plays such packets.
 */
#include "env.h"
#include "limits.h"
#include "seq.h"
#include "tcpopt.h"
#include "track.h"

/* Early on each answer counts; later one in some keeps the estimate recent. */
#define RTT_EAGER	32
#define RTT_EVERY	32
/* The tick wraps after 73 min: do not compare with anything old. */
#define TICKS_FRESH	9537	/* beats: 10 s */

static bool fin_of(const struct rstg_flow *f, unsigned int d)
{
	return f->dir[d].flags & RSTG_D_FIN || f->side[d].flags & RSTG_S_FIN;
}

/* Both sides have closed, though the last acknowledgment may be missing, or one has reset. */
static bool closing(const struct rstg_flow *f)
{
	return (rstg_flow_closing(f) && fin_of(f, 0) && fin_of(f, 1)) ||
	       ((f->dir[0].flags | f->dir[1].flags) & RSTG_D_RST);
}

/**
 * rstg_flow_idle() - time since the last packet of either side
 * @f:    flow
 * @beat: now, or a little before: a packet may have come since the clock was read
 */
u32 rstg_flow_idle(const struct rstg_flow *f, u32 beat)
{
	u32 idle = U32_MAX;
	unsigned int d;

	for (d = 0; d < 2; d++)
		if (f->dir[d].flags & RSTG_D_SEEN)
			idle = min_t(u32, idle, max_t(s32, (s32)(beat - f->dir[d].last), 0));
	return idle;
}

/**
 * rstg_flow_expired() - may the flow be forgotten?
 * @f:    flow
 * @beat: now
 */
bool rstg_flow_expired(const struct rstg_flow *f, u32 beat)
{
	u32 age = RSTG_AGE_EMBRYO;

	if ((f->dir[0].flags | f->dir[1].flags) & RSTG_D_RST)
		age = RSTG_AGE_RESET;
	else if (closing(f))
		age = RSTG_AGE_CLOSING;
	else if (rstg_flow_open(f))
		age = RSTG_AGE_OPEN;
	return rstg_flow_idle(f, beat) > age;
}

static bool vouched(const struct rstg_dir *d)
{
	return d->flags & RSTG_D_VOUCHED;
}

static void flow_open(struct rstg_flow *f)
{
	unsigned int d;

	for (d = 0; d < 2; d++) {
		f->dir[d].flags |= RSTG_D_OPEN;
		f->side[d].flags &= ~RSTG_S_SYNS;
	}
}

/*
 * The other side acknowledges: its ACK vouches for our SYN, and with it for the
 * TTL that the SYN came with. A forged SYN-ACK has a number of its own, which
 * nobody acknowledges.
 */
static void peer_acked(struct rstg_dir *peer, struct rstg_side *side, u32 ack)
{
	if (!(peer->flags & RSTG_D_SYN) || vouched(peer))
		return;
	side->flags &= ~RSTG_S_SYNS;
	if (peer->max_end == ack) {
		peer->flags |= RSTG_D_VOUCHED;
		if (peer->syn_ttl)
			rstg_ttl_vouch(&peer->ttl, peer->syn_ttl);
	} else if (!peer->pkts) {
		/* It answers a SYN that we did not see: believe the ACK. */
		peer->flags &= ~RSTG_D_SYN;
		peer->max_end = ack;
	}
}

/*
 * Open: both SYNs acknowledged; or picked up in mid-stream, where each side has
 * to have acknowledged what is near what the other sends. A spoofed ACK is
 * answered by a RST, which never gets here.
 */
static void try_open(struct rstg_flow *f)
{
	const struct rstg_dir *a = &f->dir[0], *b = &f->dir[1];

	if (!(a->flags & b->flags & RSTG_D_SEEN) || !a->ack_tick || !b->ack_tick)
		return;
	/* A SYN that was seen has to be acknowledged; one may have escaped us. */
	if (((a->flags & RSTG_D_SYN) && !vouched(a)) ||
	    ((b->flags & RSTG_D_SYN) && !vouched(b)))
		return;
	if (rstg_seq_near(a->ack[0], b->max_end) && rstg_seq_near(b->ack[0], a->max_end))
		flow_open(f);
}

/**
 * rstg_flow_begin() - another connection begins; nothing of the one before is kept
 * @f:     flow
 * @first: who sent its first packet
 */
void rstg_flow_begin(struct rstg_flow *f, unsigned int first)
{
	memset(f, 0, sizeof(*f));
	f->dir[first].flags = RSTG_D_FIRST;
}

/* What the sender's SYN says of the rest of the connection. */
static void learn_syn_options(struct rstg_side *side, const struct rstg_pkt *pkt)
{
	side->flags = (side->flags & ~RSTG_S_SACK) | RSTG_S_WS;
	side->wscale = pkt->bits & RSTG_PKT_WS ? pkt->wscale : 0;
	if (pkt->bits & RSTG_PKT_SACKOK)
		side->flags |= RSTG_S_SACK;
}

/* There is something to vouch for, or nothing any more. */
static void set_claim(struct rstg_dir *dir, const struct rstg_side *side)
{
	if (side->flags & RSTG_S_CLAIMS)
		dir->flags |= RSTG_D_CLAIM;
	else
		dir->flags &= ~RSTG_D_CLAIM;
}

/**
 * rstg_track_foreign() - does this packet come from where its alleged sender cannot be?
 * @f:     flow
 * @pkt:   packet
 * @d:     its alleged sender
 * @where: where it was seen
 *
 * What this host says itself does not arrive; and what one side says does not come in by the
 * interface that the other side is behind, unless it did so before (a router with one
 * interface only). An injector on one side can say things in both names, but from its
 * own side only. A third interface is another uplink.
 */
bool rstg_track_foreign(const struct rstg_flow *f, const struct rstg_pkt *pkt,
			unsigned int d, enum rstg_where where)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];

	if (where == RSTG_OUTBOUND)
		return false;
	if (me->flags & RSTG_D_LOCAL)
		return true;
	return me->iif && pkt->iif != me->iif && pkt->iif == peer->iif;
}

/* Would it have to be said from both sides, so that no injector on one of them can? */
static bool two_sided(const struct rstg_flow *f)
{
	return (f->dir[0].flags | f->dir[1].flags) & RSTG_D_LOCAL ||
	       f->dir[0].iif != f->dir[1].iif;
}

/*
 * On an open connection a SYN is a stray or a forgery: its sender gets a challenge ACK
 * (RFC 5961 4.2), and nothing changes. It is noted, in case that a SYN-ACK and then an ACK
 * take it up: see new_handshake(). What this host sends itself is no forgery: its former
 * connection on these ports is gone.
 *
 * Returns whether the packet is to be ignored.
 */
static bool stray_syn(struct rstg_flow *f, const struct rstg_pkt *pkt,
		      unsigned int d, enum rstg_where where, u32 end, u32 beat)
{
	struct rstg_side *me = &f->side[d], *peer = &f->side[!d];

	if (where == RSTG_OUTBOUND && f->dir[d].max_end != end) {
		rstg_flow_begin(f, pkt->flags & RSTG_ACK ? !d : d);
		if (pkt->flags & RSTG_ACK) {
			f->dir[!d].flags |= RSTG_D_SEEN | RSTG_D_SYN;
			f->dir[!d].max_end = pkt->ack;
			f->dir[!d].last = beat;
		}
		return false;
	}
	if (rstg_track_foreign(f, pkt, d, where))
		return true;
	if (pkt->flags & RSTG_ACK && !(peer->flags & RSTG_S_SYN && peer->syn_end == pkt->ack))
		return true;
	me->syn_end = end;
	me->syn_ttl = where == RSTG_INBOUND ? pkt->ttl : 0;
	me->flags |= RSTG_S_SYN;
	f->dir[d].flags |= RSTG_D_CLAIM;
	return true;
}

/*
 * An ACK takes up a SYN and a SYN-ACK that were noted on an open connection: both hosts
 * have forgotten that one, after a restart for example, and use the same ports again.
 * Where both interfaces are the same, or none is known, an injector may have said all
 * three: then the old one must have been silent.
 */
static bool new_handshake(struct rstg_flow *f, const struct rstg_pkt *pkt, unsigned int d,
			  u64 now_ns)
{
	const u32 beat = rstg_beat(now_ns);
	const struct rstg_side side[2] = { f->side[0], f->side[1] };
	const u16 iif[2] = { f->dir[0].iif, f->dir[1].iif };
	const u16 local[2] = { f->dir[0].flags & RSTG_D_LOCAL, f->dir[1].flags & RSTG_D_LOCAL };
	unsigned int i;

	if (!(side[0].flags & side[1].flags & RSTG_S_SYN) ||
	    pkt->seq != side[d].syn_end || pkt->ack != side[!d].syn_end)
		return false;
	if (!two_sided(f) && rstg_flow_idle(f, beat) < RSTG_QUIET_BEATS)
		return false;
	rstg_flow_begin(f, d);
	for (i = 0; i < 2; i++) {
		struct rstg_dir *dir = &f->dir[i];

		dir->flags |= RSTG_D_SEEN | RSTG_D_SYN | RSTG_D_VOUCHED | local[i];
		dir->iif = iif[i];
		dir->max_end = side[i].syn_end;
		dir->last = beat;
		if (side[i].syn_ttl)
			rstg_ttl_vouch(&dir->ttl, side[i].syn_ttl);
	}
	for (i = 0; i < RSTG_ACKS; i++)
		f->dir[!d].ack[i] = pkt->seq;
	f->dir[!d].ack_tick = rstg_tick(now_ns) | 1;
	return true;
}

/* Returns whether it is part of the connection. */
static bool track_syn(struct rstg_flow *f, const struct rstg_pkt *pkt,
		      unsigned int d, enum rstg_where where, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	u32 end = rstg_pkt_seq_end(pkt), beat = rstg_beat(now_ns);
	bool answer = pkt->flags & RSTG_ACK;

	if (rstg_flow_open(f) && !closing(f) && stray_syn(f, pkt, d, where, end, beat))
		return false;
	/* After the end, or unanswered: a new connection takes the ports. */
	if ((closing(f) || !answer) && me->max_end != end)
		rstg_flow_begin(f, answer ? !d : d);
	if (rstg_track_foreign(f, pkt, d, where))
		return false;
	/* It answers another SYN than the one we saw: whoever sent it guessed. */
	if (answer && (peer->flags & RSTG_D_SYN) && peer->max_end != pkt->ack)
		return false;

	if (!(me->flags & RSTG_D_SYN) || me->max_end != end) {
		/* More than one is about: which is the sender's, only an ACK of it will tell. */
		if (me->flags & RSTG_D_SYN && me->iif == pkt->iif && where == RSTG_INBOUND)
			f->side[d].flags |= RSTG_S_SYNS;
		else
			f->side[d].flags &= ~RSTG_S_SYNS;
		me->max_end = end;
		me->end_tick = rstg_tick(now_ns);
		me->syn_ttl = 0;
		learn_syn_options(&f->side[d], pkt);
	}
	me->flags |= RSTG_D_SEEN | RSTG_D_SYN;
	me->last = beat;
	/* Without scaling it means the same as in every later segment (RFC 7323 2.2). */
	me->win[0] = pkt->bits & RSTG_PKT_WS ? 0 : pkt->win;
	/* A copy of it comes after it: the first is the sender's. */
	if (where == RSTG_OUTBOUND) {
		me->flags |= RSTG_D_LOCAL;
	} else if (!me->syn_ttl) {
		me->syn_ttl = pkt->ttl;
		me->iif = pkt->iif;
	}
	/* Asked once more, it may well accept after having refused. */
	if (!answer)
		peer->flags &= ~RSTG_D_WATCH;
	return true;
}

/*
 * The other side acknowledges up to @ack: what was claimed in this sender's name up to there
 * has arrived, so it was this sender's.
 */
static noinline void vouch(struct rstg_dir *me, struct rstg_side *side, u32 ack)
{
	if (seq_after(ack, me->max_end)) {
		me->max_end = ack;
		me->end_tick = 0;	/* when that was sent is not known */
		/* All that was claimed, so also what came from there. */
		if (side->flags & RSTG_S_TTL && side->flags & RSTG_S_FAR &&
		    !seq_before(ack, side->far)) {
			rstg_ttl_vouch(&me->ttl, side->ttl);
			side->flags &= ~RSTG_S_TTL;
		}
	}
	if (side->flags & RSTG_S_FIN && !seq_before(ack, side->fin_end)) {
		me->flags |= RSTG_D_FIN;
		side->flags &= ~RSTG_S_FIN;
	}
	if (side->flags & RSTG_S_FAR && !seq_after(side->far, me->max_end))
		side->flags &= ~RSTG_S_FAR;
	set_claim(me, side);
}

/*
 * How long the host behind @me took to answer what the other side sent through us: the
 * first ACK for it. One that says the same again may be the real one behind a forged one,
 * which gets what it asks for sooner than its receiver's peer can.
 */
static noinline void track_rtt(struct rstg_flow *f, struct rstg_dir *me,
			       const struct rstg_dir *peer, const struct rstg_pkt *pkt,
			       bool again, u64 now_ns)
{
	struct rstg_side *side = &f->side[me - f->dir];
	u32 rtt;

	/* Never moved, or by what was vouched for later. */
	if (!peer->end_tick || pkt->ack != peer->max_end ||
	    rstg_beat(now_ns) - peer->last > TICKS_FRESH)
		return;

	/* Longer than that it only slept: the latest byte may be older than @last. */
	rtt = min_t(u32, rstg_tick(now_ns) - peer->end_tick, RSTG_RTT_MAX);
	rtt = max_t(u32, rtt, 1);
	if (again && rtt > RSTG_RTT_AGAIN)
		return;
	if (!me->rtt || rtt < me->rtt)
		me->rtt = rtt;
	if (rstg_rtt_slept(&side->est, rtt))
		side->flags |= RSTG_S_SLEPT;
	rstg_rtt_sample(&side->est, rtt);
}

static inline void track_ack(struct rstg_flow *f, struct rstg_dir *me, struct rstg_dir *peer,
			     const struct rstg_pkt *pkt, enum rstg_where where, u64 now_ns)
{
	if (likely(me->ack_tick)) {
		if (likely(me->ack[0] == pkt->ack))
			return;
		/* An old ACK, reordered: it was recorded when it was new. */
		if (seq_before(pkt->ack, me->ack[0]))
			return;
		me->ack[3] = me->ack[2];
		me->ack[2] = me->ack[1];
		me->ack[1] = me->ack[0];
		me->ack[0] = pkt->ack;
	} else {
		me->ack[0] = pkt->ack;
		me->ack[1] = pkt->ack;
		me->ack[2] = pkt->ack;
		me->ack[3] = pkt->ack;
	}
	/* 0 means never, and being a microsecond off does no harm. */
	me->ack_tick = rstg_tick(now_ns) | 1;
	if (unlikely(!(me->flags & RSTG_D_OPEN)))
		peer_acked(peer, &f->side[peer - f->dir], pkt->ack);
	if (unlikely(peer->flags & RSTG_D_CLAIM))
		vouch(peer, &f->side[peer - f->dir], pkt->ack);
	if (where == RSTG_INBOUND && (me->pkts <= RTT_EAGER || !(me->pkts % RTT_EVERY)))
		track_rtt(f, me, peer, pkt, false, now_ns);
}

static noinline void track_handshake(struct rstg_flow *f, const struct rstg_pkt *pkt,
				     unsigned int d, enum rstg_where where, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];

	if (!track_syn(f, pkt, d, where, now_ns) || !(pkt->flags & RSTG_ACK))
		return;
	if ((peer->flags & RSTG_D_SEEN) && seq_after(pkt->ack, peer->max_end))
		return;
	track_ack(f, me, peer, pkt, where, now_ns);
}

/* What is in the TCP header is the same wherever it is seen. */
static __always_inline void learn_tcp(struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	if (pkt->bits & RSTG_PKT_TS)
		me->ts_val = pkt->ts_val;
	if (unlikely(me->win[0] != pkt->win)) {
		me->win[1] = me->win[0];
		me->win[0] = pkt->win;
	}
}

/* Some traffic is marked packet by packet: then the field says nothing. */
static noinline void new_dscp(struct rstg_dir *me, u8 tos)
{
	if (me->pkts == 1)
		me->tos = tos;
	else
		me->flags |= RSTG_D_DSCPS;
}

/* What is in the IP header is final only once the packet is on its way. */
static __always_inline void learn_ip(struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	/* Count in 0..255, then go on in the upper part so that % still samples. */
	me->pkts = me->pkts < U8_MAX ? me->pkts + 1 : 192;

	if (likely(pkt->ttl == me->ttl.val[0] && me->ttl.n[0]))
		me->ttl.n[0] += me->ttl.n[0] < U8_MAX;
	else
		rstg_ttl_learn(&me->ttl, pkt->ttl);
	if (pkt->bits & RSTG_PKT_HAS_ID) {
		if (likely(rstg_ipid_goes_on(&me->ipid, pkt->ip_id, pkt->n_segs)))
			me->ipid.last = pkt->ip_id;
		else
			rstg_ipid_learn(&me->ipid, pkt->ip_id, pkt->n_segs,
					pkt->bits & RSTG_PKT_FIXID);
	} else {
		rstg_label_learn(&me->label, pkt->flow_label);
	}
	if (unlikely((me->tos ^ pkt->tos) & RSTG_DSCP))
		new_dscp(me, pkt->tos);
}

/* What a segment shows of its sender, in one write of the flags. */
static __always_inline void learn_flags(struct rstg_dir *me, const struct rstg_pkt *pkt,
					enum rstg_where where)
{
	u16 flags = me->flags & ~RSTG_D_RST;

	if (pkt->bits & RSTG_PKT_TS)
		flags |= RSTG_D_TS;
	if (where == RSTG_INBOUND)
		flags |= pkt->bits & RSTG_PKT_DF ? RSTG_D_DF : RSTG_D_NODF;
	if (unlikely(flags != me->flags))
		me->flags = flags;
}

/* A segment in order, from where this side's come from: its receiver accepts it. */
static __always_inline void track_in_order(struct rstg_flow *f, struct rstg_dir *me,
					   struct rstg_dir *peer, const struct rstg_pkt *pkt,
					   u32 end, enum rstg_where where, u64 now_ns)
{
	if (end != me->max_end) {
		me->max_end = end;
		me->end_tick = rstg_tick(now_ns) | 1;
	}
	track_ack(f, me, peer, pkt, where, now_ns);
	if (unlikely(!(me->flags & RSTG_D_OPEN)))
		try_open(f);
	learn_flags(me, pkt, where);
	learn_tcp(me, pkt);
	if (where == RSTG_INBOUND)
		learn_ip(me, pkt);
	me->last = rstg_beat(now_ns);
}

/**
 * rstg_track_window() - how much a side may be sent beyond what it has acknowledged
 * @f: flow
 * @d: who receives
 *
 * Where its SYN was not seen the scale may be the largest (RFC 7323 2.3).
 *
 * Return: octets, at least 65,535 and at most 16 MiB.
 */
u32 rstg_track_window(const struct rstg_flow *f, unsigned int d)
{
	const struct rstg_side *side = &f->side[d];
	u32 win = max_t(u32, f->dir[d].win[0], f->dir[d].win[1]);

	win <<= side->flags & RSTG_S_WS ? side->wscale : RSTG_WSCALE_MAX;
	return min_t(u32, max_t(u32, win, RSTG_WINDOW_MIN), RSTG_SEQ_JUMP);
}

/* Does it come from where the sender's packets come from, as far as that is known? */
static bool from_there(const struct rstg_dir *me, const struct rstg_pkt *pkt,
		       enum rstg_where where)
{
	if (where == RSTG_OUTBOUND || (!vouched(me) && me->pkts < RSTG_TTL_TRUST))
		return true;
	return rstg_ttl_check(&me->ttl, pkt->ttl) <= RSTG_TTL_ALIAS;
}

/*
 * A segment with something new to say, from elsewhere: an injector's page or ACK, or a new
 * route. Where the sender has moved, nothing comes from where it was any more; where it
 * has not, its own packet follows within a round trip.
 */
static void claim_ttl(struct rstg_dir *me, struct rstg_side *side, u8 ttl, u32 beat)
{
	u32 calm = RSTG_TTL_BEATS + (2 * me->rtt >> 10);

	if (!(side->flags & RSTG_S_TTL) || side->ttl != ttl) {
		side->flags |= RSTG_S_TTL;
		side->ttl = ttl;
		side->ttl_n = 0;
		side->ttl_beat = beat;
	}
	if (side->ttl_n < U8_MAX)
		side->ttl_n++;
	if (side->ttl_n >= RSTG_TTL_TRUST && beat - side->ttl_beat >= calm) {
		rstg_ttl_vouch(&me->ttl, ttl);
		side->flags &= ~RSTG_S_TTL;
	}
}

static void claim_far(const struct rstg_dir *me, struct rstg_side *side, u32 end)
{
	if (seq_after(end, side->flags & RSTG_S_FAR ? side->far : me->max_end)) {
		side->far = end;
		side->flags |= RSTG_S_FAR;
	}
}

static void claim_fin(struct rstg_side *side, u32 end)
{
	side->fin_end = end;
	side->flags |= RSTG_S_FIN;
}

static bool ack_of_nothing(const struct rstg_flow *f, unsigned int d, const struct rstg_pkt *pkt)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];

	/* Its receiver discards it: what it acknowledges was not sent (RFC 9293 3.10.7.4). */
	if ((peer->flags & RSTG_D_SEEN) && seq_after(pkt->ack, rstg_flow_furthest(f, !d)) &&
	    !(f->side[!d].flags & RSTG_S_SYNS))
		return true;
	/* Nor is one of long ago looked at (RFC 5961 5.2). */
	return me->ack_tick && seq_diff(pkt->ack, me->ack[0]) < -RSTG_SEQ_JUMP;
}

/* A clock that goes back: its receiver drops it (RFC 7323 5.3). */
static bool ts_old(const struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	return me->flags & RSTG_D_TS && pkt->bits & RSTG_PKT_TS &&
	       seq_before(pkt->ts_val, me->ts_val);
}

/* A side that sends timestamps sends them with every segment (RFC 7323 3.2); Linux
 * accepts one without them.
 */
static bool ts_missing(const struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	return me->flags & RSTG_D_TS && !(pkt->bits & RSTG_PKT_TS);
}

/* The next numbers of this host itself, whatever was seen of it before. */
static void follow_own(struct rstg_flow *f, unsigned int d, const struct rstg_pkt *pkt)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];

	me->flags |= RSTG_D_LOCAL;
	/* It has received that, whatever we have seen. */
	if ((peer->flags & RSTG_D_SEEN) && seq_after(pkt->ack, rstg_flow_furthest(f, !d)) &&
	    rstg_seq_near(pkt->ack, peer->max_end)) {
		peer->max_end = pkt->ack;
		peer->end_tick = 0;
	}
}

/*
 * All but the ordinary segment: a first one, old ones, what is ahead of a gap, from elsewhere
 * or not quite as its sender's others. What its receiver ignores ends here.
 */
static noinline void track_unusual(struct rstg_flow *f, unsigned int d,
				   const struct rstg_pkt *pkt, enum rstg_where where, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	struct rstg_side *side = &f->side[d];
	u32 end = rstg_pkt_seq_end(pkt), beat = rstg_beat(now_ns), floor;
	bool first = !(me->flags & RSTG_D_SEEN), more, there;

	if (rstg_track_foreign(f, pkt, d, where))
		return;
	if (me->flags & RSTG_D_CLAIM && side->flags & RSTG_S_SYN &&
	    new_handshake(f, pkt, d, now_ns))
		first = false;
	if (where == RSTG_OUTBOUND) {
		/* Beyond what no path holds we have missed it: blind from here on. */
		if (!first && seq_diff(end, me->max_end) > RSTG_SEQ_JUMP)
			return;
		follow_own(f, d, pkt);
	} else if (ack_of_nothing(f, d, pkt) || ts_old(me, pkt)) {
		return;
	}
	if (first) {
		me->flags |= RSTG_D_SEEN;
		me->max_end = pkt->seq;
		me->iif = where == RSTG_INBOUND ? pkt->iif : 0;
		if (peer->ack_tick && seq_after(peer->ack[0], pkt->seq))
			me->max_end = peer->ack[0];
	}
	floor = peer->ack_tick ? peer->ack[0] : me->max_end;

	/* Its receiver has all of it (RFC 9293 3.10.7.4, the first check). */
	if (peer->ack_tick && seq_before(pkt->seq, floor) && !seq_after(end, floor))
		return;
	/* Nor is it kept if it does not fit into the window. */
	if (seq_diff(end, floor) > (s32)rstg_track_window(f, !d) && where == RSTG_INBOUND)
		return;

	more = seq_after(end, me->max_end);
	there = from_there(me, pkt, where);
	if (!there || (where == RSTG_INBOUND && ts_missing(me, pkt))) {
		if (!there && (more || (me->ack_tick && seq_after(pkt->ack, me->ack[0]))))
			claim_ttl(me, side, pkt->ttl, beat);
		claim_far(me, side, end);
		set_claim(me, side);
		me->last = beat;
		return;
	}
	if (where == RSTG_INBOUND && seq_after(pkt->seq, me->max_end)) {
		/* Ahead of a gap: kept by its receiver, and its ACK is heeded. */
		claim_far(me, side, end);
		if (pkt->flags & RSTG_FIN)
			claim_fin(side, end);
		set_claim(me, side);
		track_ack(f, me, peer, pkt, where, now_ns);
		me->last = beat;
		return;
	}

	/* The sender is where it was, so what came from elsewhere was not its. */
	side->flags &= ~RSTG_S_TTL;
	if (more && side->flags & RSTG_S_FIN && !seq_before(end, side->fin_end))
		side->flags &= ~RSTG_S_FIN;	/* who has closed says no more */
	if (pkt->flags & RSTG_FIN && !seq_before(end, me->max_end))
		claim_fin(side, end);
	if (side->flags & RSTG_S_FAR && !seq_after(side->far, end))
		side->flags &= ~RSTG_S_FAR;
	set_claim(me, side);
	if (where == RSTG_INBOUND)
		me->iif = pkt->iif;
	if (more || end == me->max_end) {
		track_in_order(f, me, peer, pkt, end, where, now_ns);
		return;
	}
	/* Sent again, of what was not acknowledged yet. */
	track_ack(f, me, peer, pkt, where, now_ns);
	me->last = beat;
}

/* The real answer behind one that was forged in its name, or a plain duplicate. */
static noinline void time_again(struct rstg_flow *f, struct rstg_dir *me,
				const struct rstg_dir *peer, const struct rstg_pkt *pkt,
				u64 now_ns)
{
	if (pkt->win == me->win[0] && !(me->flags & RSTG_D_WATCH))
		track_rtt(f, me, peer, pkt, true, now_ns);
}

/* Nothing is out of the ordinary: its sender's next segment, and its receiver takes it. */
static __always_inline bool usual(const struct rstg_dir *me, const struct rstg_dir *peer,
				  const struct rstg_pkt *pkt, enum rstg_where where)
{
	const u16 state = RSTG_D_OPEN | (where == RSTG_INBOUND ? 0 : RSTG_D_LOCAL);

	if (pkt->seq != me->max_end ||
	    (me->flags & (RSTG_D_OPEN | RSTG_D_LOCAL | RSTG_D_CLAIM)) != state)
		return false;
	/* From what was acknowledged before up to what was sent. */
	if (pkt->ack - me->ack[0] > peer->max_end - me->ack[0])
		return false;
	if (me->flags & RSTG_D_TS && (ts_missing(me, pkt) || ts_old(me, pkt)))
		return false;
	return where == RSTG_OUTBOUND ||
	       (pkt->ttl == me->ttl.val[0] && pkt->iif == me->iif);
}

/* Any segment behind the handshake. */
static __always_inline void track_segment(struct rstg_flow *f, struct rstg_dir *me,
					  struct rstg_dir *peer, const struct rstg_pkt *pkt,
					  enum rstg_where where, u64 now_ns)
{
	if (unlikely(!usual(me, peer, pkt, where))) {
		track_unusual(f, (unsigned int)(me - f->dir), pkt, where, now_ns);
		return;
	}
	if (!pkt->len && unlikely(pkt->ack == me->ack[0] && pkt->ack == peer->max_end) &&
	    where == RSTG_INBOUND)
		time_again(f, me, peer, pkt, now_ns);
	track_in_order(f, me, peer, pkt, pkt->seq + pkt->len, where, now_ns);
}

/*
 * Both sides are arguments, and these two are not inline, or gcc computes them anew for each
 * field: 30 instructions a packet. Where a packet was seen is known to each: 8 more.
 */
static noinline void track_inbound(struct rstg_flow *f, struct rstg_dir *me,
				   struct rstg_dir *peer, const struct rstg_pkt *pkt, u64 now_ns)
{
	track_segment(f, me, peer, pkt, RSTG_INBOUND, now_ns);
}

static noinline void track_outbound(struct rstg_flow *f, struct rstg_dir *me,
				    struct rstg_dir *peer, const struct rstg_pkt *pkt, u64 now_ns)
{
	track_segment(f, me, peer, pkt, RSTG_OUTBOUND, now_ns);
}

/**
 * rstg_track() - follow one packet that is not a RST
 * @f:      flow; zeroed for a new one
 * @pkt:    packet
 * @d:      its sender, 0 or 1
 * @where:  what may be learned
 * @now_ns: any monotonic clock
 */
void rstg_track(struct rstg_flow *f, const struct rstg_pkt *pkt,
		unsigned int d, enum rstg_where where, u64 now_ns)
{
	/* But for SYNs every segment of a connection acknowledges (RFC 9293 3.10.7.4). */
	if (likely((pkt->flags & (RSTG_SYN | RSTG_FIN | RSTG_ACK)) == RSTG_ACK)) {
		if (where == RSTG_INBOUND)
			track_inbound(f, &f->dir[d], &f->dir[!d], pkt, now_ns);
		else
			track_outbound(f, &f->dir[d], &f->dir[!d], pkt, now_ns);
	} else if (pkt->flags & RSTG_SYN) {
		track_handshake(f, pkt, d, where, now_ns);
	} else if (pkt->flags & RSTG_ACK) {
		track_unusual(f, d, pkt, where, now_ns);
	}
}

static bool is_copy(const struct rstg_rst *r, const struct rstg_pkt *pkt)
{
	/* Linux sends IP-ID 0 with every RST of no socket: no copies, then. */
	return pkt->ip_id && r->ip_id == pkt->ip_id && r->ttl == pkt->ttl &&
	       r->seq == pkt->seq && r->win == pkt->win;
}

/**
 * rstg_salvo() - a RST and those of its burst before it
 * @f:    flow, to which it was not fed yet
 * @pkt:  the RST
 * @d:    its alleged sender
 * @beat: now
 */
enum rstg_salvo rstg_salvo(const struct rstg_flow *f, const struct rstg_pkt *pkt,
			   unsigned int d, u32 beat)
{
	const struct rstg_rst *r = &f->rst[d];
	bool ack = pkt->flags & RSTG_ACK;

	if (!(f->dir[d].flags & RSTG_D_WATCH) || beat - r->beat > RSTG_BURST_BEATS || !r->n)
		return ack ? RSTG_SALVO_RST_ACK : RSTG_SALVO_RST;
	if (r->flags & RSTG_RST_MIXED || !(r->flags & RSTG_RST_ACK) == ack)
		return RSTG_SALVO_MIXED;
	return ack ? RSTG_SALVO_RST_ACKS : RSTG_SALVO_RSTS;
}

/**
 * rstg_track_rst() - remember a RST, after it was judged
 * @f:      flow
 * @pkt:    the RST
 * @d:      its alleged sender
 * @plain:  it was scored as genuine
 * @now_ns: clock
 *
 * The first of a burst sets the mark that later life is held against; those
 * that follow update what the next one is compared with.
 */
void rstg_track_rst(struct rstg_flow *f, const struct rstg_pkt *pkt,
		    unsigned int d, bool plain, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d];
	struct rstg_rst *r = &f->rst[d];
	u32 beat = rstg_beat(now_ns);

	/* Nothing was seen that a later ACK could go beyond. */
	if (!(f->dir[!d].flags & RSTG_D_SEEN))
		return;
	if (!(me->flags & RSTG_D_WATCH) || beat - r->beat > RSTG_BURST_BEATS) {
		r->n = 0;
		r->copies = 0;
		/* One that is still held waits for the proof that it waited for. */
		r->flags &= r->flags & RSTG_RST_HELD ?
			RSTG_RST_HELD | RSTG_RST_WITHIN | RSTG_RST_NEAR : 0;
		me->flags |= RSTG_D_WATCH;
	}
	/* What is acknowledged later must have been sent after the first that can end it. */
	if (!(r->flags & RSTG_RST_HELD) && (!r->n || !(r->flags & RSTG_RST_ENDS)))
		r->peer_end = f->dir[!d].max_end;
	if (rstg_track_may_end(f, d, pkt->seq))
		r->flags |= RSTG_RST_ENDS;
	if (!rstg_track_foreign(f, pkt, d, RSTG_INBOUND))
		r->flags &= ~RSTG_RST_FOREIGN;
	else if (!r->n)
		r->flags |= RSTG_RST_FOREIGN;
	if (rstg_salvo(f, pkt, d, beat) == RSTG_SALVO_MIXED)
		r->flags |= RSTG_RST_MIXED;
	r->copies = r->n && is_copy(r, pkt) ? min_t(u8, r->copies + 1, U8_MAX - 1) : 1;
	if (r->n < U8_MAX)
		r->n++;
	r->seq = pkt->seq;
	r->beat = beat;
	r->ip_id = pkt->ip_id;
	r->win = pkt->win;
	r->ttl = pkt->ttl;
	r->flags &= ~RSTG_RST_ACK;
	if (pkt->flags & RSTG_ACK)
		r->flags |= RSTG_RST_ACK;
	if (plain)
		r->flags |= RSTG_RST_PLAIN;
	if (!(me->flags & RSTG_D_SEEN))
		return;
	if (!seq_after(pkt->seq, me->max_end))
		r->flags |= RSTG_RST_WITHIN;
	if (rstg_seq_near(pkt->seq, me->max_end))
		r->flags |= RSTG_RST_NEAR;
}

/**
 * rstg_rst_past() - is a RST too long ago for its sender's life to say that it was forged?
 * @r:    RST
 * @beat: now
 *
 * Not as long as it is held: its receiver, at least, knows nothing of it.
 */
bool rstg_rst_past(const struct rstg_rst *r, u32 beat)
{
	return !(r->flags & RSTG_RST_HELD) && beat - r->beat > RSTG_LIFE_BEATS;
}

/**
 * rstg_track_acked() - has a side lately acknowledged just this?
 * @dir: the side
 * @seq: number
 */
bool rstg_track_acked(const struct rstg_dir *dir, u32 seq)
{
	unsigned int i;

	for (i = 0; dir->ack_tick && i < RSTG_ACKS; i++)
		if (dir->ack[i] == seq)
			return true;
	return false;
}

/**
 * rstg_track_ends() - has a RST the number that its receiver most likely waits for?
 * @f:   flow
 * @d:   its alleged sender
 * @seq: its sequence number
 *
 * Only that one ends an open connection (RFC 5961 3.2).
 */
bool rstg_track_ends(const struct rstg_flow *f, unsigned int d, u32 seq)
{
	return seq == f->dir[d].max_end || seq == f->dir[!d].ack[0];
}

/**
 * rstg_track_may_end() - could a RST end an open connection for its receiver?
 * @f:   flow
 * @d:   its alleged sender
 * @seq: its sequence number
 *
 * What the receiver waits for lies between what it has acknowledged and the furthest that
 * was seen: segments may be lost behind us, and Linux takes the end of a selective ACK
 * as well (tcp_reset_check()). Any other number in its window it answers with a challenge
 * if it follows RFC 5961 3.2, as this host does. But while the RST is on its way from here
 * to the socket another CPU may bring the segment that it overtook: seen with an injector
 * that shot 1 ms before the last octet.
 */
bool rstg_track_may_end(const struct rstg_flow *f, unsigned int d, u32 seq)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	u32 low = peer->ack_tick ? peer->ack[0] : me->max_end;

	if (!(me->flags & RSTG_D_SEEN))
		return true;
	/* Where one injector may have said what both sides did, it may have led us on. */
	if (!two_sided(f) && me->iif)
		return rstg_seq_near(seq, me->max_end);
	if (!seq_before(seq, low) && !seq_after(seq, rstg_flow_furthest(f, d)))
		return true;
	return rstg_track_acked(peer, seq) || seq - low < rstg_track_window(f, !d);
}

/**
 * rstg_track_reset() - a RST was let through: the connection may be over
 * @f:      flow
 * @d:      its alleged sender
 * @seq:    its sequence number
 * @now_ns: clock
 *
 * One that does not end it for its receiver must not end it here either, or a
 * RST that does no harm would open the way for one that does.
 */
void rstg_track_reset(struct rstg_flow *f, unsigned int d, u32 seq, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d];

	if (rstg_flow_open(f) && !rstg_track_ends(f, d, seq))
		return;
	me->flags |= RSTG_D_RST;
	if (me->flags & RSTG_D_SEEN)
		me->last = rstg_beat(now_ns);
}
