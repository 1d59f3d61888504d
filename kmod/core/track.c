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
 * A packet that its receiver ignores (an old number, one that is far ahead, a timestamp that
 * goes back) changes nothing at all. An ACK of what was never seen may be of a segment that we
 * have missed: it decides nothing either, and what came with it is a claim.
 * selftests/unit/track_decoy_test.c plays such packets.
 */
#include "claim.h"
#include "env.h"
#include "handshake.h"
#include "limits.h"
#include "seq.h"
#include "track.h"

/* Early on each answer counts; later one in some keeps the estimate recent. */
#define RTT_EAGER	32
#define RTT_EVERY	32
/* The tick wraps after 73 min: do not compare with anything old. */
#define TICKS_FRESH	9537	/* beats: 10 s */

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
		rstg_handshake_acked(peer, &f->side[peer - f->dir], pkt->ack);
	if (unlikely(peer->flags & RSTG_D_CLAIM))
		rstg_claim_vouch(peer, &f->side[peer - f->dir], pkt->ack);
	if (where == RSTG_INBOUND && (me->pkts <= RTT_EAGER || !(me->pkts % RTT_EVERY)))
		track_rtt(f, me, peer, pkt, false, now_ns);
}

static noinline void track_handshake(struct rstg_flow *f, const struct rstg_pkt *pkt,
				     unsigned int d, enum rstg_where where, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];

	if (!rstg_handshake_syn(f, pkt, d, where, now_ns) || !(pkt->flags & RSTG_ACK))
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
		rstg_handshake_done(f);
	learn_flags(me, pkt, where);
	learn_tcp(me, pkt);
	if (where == RSTG_INBOUND)
		learn_ip(me, pkt);
	me->last = rstg_beat(now_ns);
}

/* Does it come from where the sender's packets come from, as far as that is known? */
static bool from_there(const struct rstg_dir *me, const struct rstg_pkt *pkt,
		       enum rstg_where where)
{
	if (where == RSTG_OUTBOUND || (!rstg_dir_vouched(me) && me->pkts < RSTG_TTL_TRUST))
		return true;
	return rstg_ttl_check(&me->ttl, pkt->ttl) <= RSTG_TTL_ALIAS;
}

/* Its receiver discards it: what it acknowledges was not sent (RFC 9293 3.10.7.4). */
static bool ack_of_nothing(const struct rstg_flow *f, unsigned int d, const struct rstg_pkt *pkt)
{
	return (f->dir[!d].flags & RSTG_D_SEEN) && seq_after(pkt->ack, rstg_flow_furthest(f, !d)) &&
	       !(f->side[!d].flags & RSTG_S_SYNS);
}

/* Nor is one of long ago looked at (RFC 5961 5.2). */
static bool ack_of_long_ago(const struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	return me->ack_tick && seq_diff(pkt->ack, me->ack[0]) < -RSTG_SEQ_JUMP;
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
	bool first = !(me->flags & RSTG_D_SEEN), nothing = false, more, there;

	if (rstg_track_foreign(f, pkt, d, where))
		return;
	if (me->flags & RSTG_D_CLAIM && side->flags & RSTG_S_SYN &&
	    rstg_handshake_anew(f, pkt, d, now_ns))
		first = false;
	if (where == RSTG_OUTBOUND) {
		/* Beyond what no path holds we have missed it: blind from here on. */
		if (!first && seq_diff(end, me->max_end) > RSTG_SEQ_JUMP)
			return;
		follow_own(f, d, pkt);
	} else {
		nothing = ack_of_nothing(f, d, pkt);
		if ((nothing && first) || ack_of_long_ago(me, pkt) || rstg_dir_ts_old(me, pkt))
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
	if (seq_diff(end, floor) > (s32)rstg_flow_window(f, !d) && where == RSTG_INBOUND)
		return;

	more = seq_after(end, me->max_end);
	there = from_there(me, pkt, where);
	/*
	 * Or we have missed what it acknowledges. Then the other side will acknowledge this
	 * one, and so on; where each were ignored for its ACK we would never catch up.
	 */
	if (nothing) {
		if (there && !rstg_dir_ts_missing(me, pkt))
			rstg_claim_far(me, side, end);
		rstg_claim_update(me, side);
		return;
	}
	if (!there || (where == RSTG_INBOUND && rstg_dir_ts_missing(me, pkt))) {
		if (!there && (more || (me->ack_tick && seq_after(pkt->ack, me->ack[0]))))
			rstg_claim_ttl(me, side, pkt->ttl, beat);
		rstg_claim_far(me, side, end);
		rstg_claim_update(me, side);
		me->last = beat;
		return;
	}
	if (where == RSTG_INBOUND && seq_after(pkt->seq, me->max_end)) {
		/* Ahead of a gap: kept by its receiver, and its ACK is heeded. */
		rstg_claim_far(me, side, end);
		if (pkt->flags & RSTG_FIN)
			rstg_claim_fin(side, end);
		rstg_claim_update(me, side);
		track_ack(f, me, peer, pkt, where, now_ns);
		me->last = beat;
		return;
	}

	/* The sender is where it was, so what came from elsewhere was not its. */
	side->flags &= ~RSTG_S_TTL;
	if (more && side->flags & RSTG_S_FIN && !seq_before(end, side->fin_end))
		side->flags &= ~RSTG_S_FIN;	/* who has closed says no more */
	if (pkt->flags & RSTG_FIN && !seq_before(end, me->max_end))
		rstg_claim_fin(side, end);
	if (side->flags & RSTG_S_FAR && !seq_after(side->far, end))
		side->flags &= ~RSTG_S_FAR;
	rstg_claim_update(me, side);
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
	if (me->flags & RSTG_D_TS && (rstg_dir_ts_missing(me, pkt) || rstg_dir_ts_old(me, pkt)))
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
