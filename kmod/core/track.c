// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following one TCP connection from the middle.
 *
 * Nothing here enforces TCP: a packet that does not fit is not learned from,
 * and that is all. What an injector could have sent must not become what its
 * RST is then compared with.
 */
#include "env.h"
#include "limits.h"
#include "seq.h"
#include "track.h"

/* Early on each answer may be the shortest yet; later a few are enough. */
#define RTT_EAGER	32
#define RTT_EVERY	32
/* The tick wraps after 73 min: do not compare with anything old. */
#define TICKS_FRESH	9537	/* beats: 10 s */

static bool closing(const struct rstg_flow *f)
{
	return (f->dir[0].flags & f->dir[1].flags & RSTG_D_FIN) ||
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
	f->dir[0].flags |= RSTG_D_OPEN;
	f->dir[1].flags |= RSTG_D_OPEN;
}

/*
 * The other side acknowledges: its ACK vouches for our SYN, and with it for the
 * TTL that the SYN came with. A forged SYN-ACK has a number of its own, which
 * nobody acknowledges.
 */
static void peer_acked(struct rstg_dir *peer, u32 ack)
{
	if (!(peer->flags & RSTG_D_SYN) || vouched(peer))
		return;
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

/*
 * On an open connection a SYN is a stray or a forgery: its sender gets a
 * challenge ACK (RFC 5961 4.2) and we learn nothing. Only after silence, when a
 * SYN-ACK takes it up, was the old connection gone without our seeing it go.
 */
static bool stray_syn(struct rstg_flow *f, const struct rstg_pkt *pkt,
		      unsigned int d, u32 end, u32 beat)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];

	if (!(pkt->flags & RSTG_ACK)) {
		me->stray = (u16)end;
		me->flags |= RSTG_D_STRAY;
		return true;
	}
	if (!(peer->flags & RSTG_D_STRAY) || peer->stray != (u16)pkt->ack ||
	    rstg_flow_idle(f, beat) < RSTG_QUIET_BEATS)
		return true;
	rstg_flow_begin(f, !d);
	peer->flags |= RSTG_D_SEEN | RSTG_D_SYN;
	peer->max_end = pkt->ack;
	peer->last = beat;
	return false;
}

/* Returns whether it is part of the connection. */
static bool track_syn(struct rstg_flow *f, const struct rstg_pkt *pkt,
		      unsigned int d, enum rstg_where where, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	u32 end = rstg_pkt_seq_end(pkt), beat = rstg_beat(now_ns);
	bool answer = pkt->flags & RSTG_ACK;

	if (rstg_flow_open(f) && !closing(f) && stray_syn(f, pkt, d, end, beat))
		return false;
	/* After the end, or unanswered: a new connection takes the ports. */
	if ((closing(f) || !answer) && me->max_end != end)
		rstg_flow_begin(f, answer ? !d : d);
	/* It answers another SYN than the one we saw: whoever sent it guessed. */
	if (answer && (peer->flags & RSTG_D_SYN) && peer->max_end != pkt->ack)
		return false;

	if (!(me->flags & RSTG_D_SYN) || me->max_end != end) {
		me->max_end = end;
		me->end_tick = rstg_tick(now_ns);
		me->syn_ttl = 0;
	}
	me->flags |= RSTG_D_SEEN | RSTG_D_SYN;
	me->last = beat;
	/* Without scaling it means the same as in every later segment (RFC 7323 2.2). */
	me->win[0] = pkt->bits & RSTG_PKT_WS ? 0 : pkt->win;
	/* A copy of it comes after it: the first is the sender's. */
	if (where == RSTG_INBOUND && !me->syn_ttl)
		me->syn_ttl = pkt->ttl;
	/* Asked once more, it may well accept after having refused. */
	if (!answer)
		peer->flags &= ~RSTG_D_WATCH;
	return true;
}

static inline void track_ack(struct rstg_dir *me, struct rstg_dir *peer,
			     const struct rstg_pkt *pkt, u64 now_ns)
{
	if (likely(me->ack_tick) && likely(me->ack[0] == pkt->ack))
		return;
	if (me->ack_tick) {
		/* An old ACK, reordered: it was recorded when it was new. */
		if (seq_before(pkt->ack, me->ack[0]))
			return;
		/* For what was never sent: the receiver ignores it (RFC 9293 3.10.7.4). */
		if ((peer->flags & RSTG_D_SEEN) && seq_after(pkt->ack, peer->max_end))
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
		peer_acked(peer, pkt->ack);
}

/* How long the host behind @me took to answer what the other side sent through us. */
static void track_rtt(struct rstg_dir *me, const struct rstg_dir *peer,
		      const struct rstg_pkt *pkt, u64 now_ns)
{
	u32 rtt;

	/* Never moved: a SYN that was noted without its time, see stray_syn(). */
	if (!peer->end_tick || pkt->ack != peer->max_end ||
	    rstg_beat(now_ns) - peer->last > TICKS_FRESH)
		return;

	/* Longer than that it only slept: the latest byte may be older than @last. */
	rtt = min_t(u32, rstg_tick(now_ns) - peer->end_tick, RSTG_RTT_MAX);
	rtt = max_t(u32, rtt, 1);
	if (!me->rtt || rtt < me->rtt)
		me->rtt = rtt;
}

static noinline void track_handshake(struct rstg_flow *f, const struct rstg_pkt *pkt,
				     unsigned int d, enum rstg_where where, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];

	if (!track_syn(f, pkt, d, where, now_ns) || !(pkt->flags & RSTG_ACK))
		return;
	track_ack(me, peer, pkt, now_ns);
	if (where == RSTG_INBOUND)
		track_rtt(me, peer, pkt, now_ns);
}

/* What is in the TCP header is the same wherever it is seen. */
static void learn_tcp(struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	if (pkt->bits & RSTG_PKT_TS) {
		me->flags |= RSTG_D_TS;
		me->ts_val = pkt->ts_val;
	}
	if (me->win[0] != pkt->win) {
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
static void learn_ip(struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	/* Count in 0..255, then go on in the upper part so that % still samples. */
	me->pkts = me->pkts < U8_MAX ? me->pkts + 1 : 192;

	rstg_ttl_learn(&me->ttl, pkt->ttl);
	if (pkt->bits & RSTG_PKT_HAS_ID)
		rstg_ipid_learn(&me->ipid, pkt->ip_id, pkt->n_segs,
				pkt->bits & RSTG_PKT_FIXID);
	else
		rstg_label_learn(&me->label, pkt->flow_label);
	if (unlikely((me->tos ^ pkt->tos) & RSTG_DSCP))
		new_dscp(me, pkt->tos);
	me->flags |= pkt->bits & RSTG_PKT_DF ? RSTG_D_DF : RSTG_D_NODF;
}

/*
 * From where this side's packets do not come: perhaps an injector's page or ACK.
 * Its TTL is learned, so that a new route is trusted with its second or third
 * packet, and nothing else of it before that.
 */
static noinline bool stranger(struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	if (!vouched(me) && me->pkts < RSTG_TTL_TRUST)
		return false;
	if (rstg_ttl_check(&me->ttl, pkt->ttl) <= RSTG_TTL_ALIAS)
		return false;
	rstg_ttl_learn(&me->ttl, pkt->ttl);
	return rstg_ttl_check(&me->ttl, pkt->ttl) > RSTG_TTL_ALIAS;
}

/*
 * Any segment behind the handshake. Both sides are arguments, and this is not
 * inline, or gcc computes them anew for each field: 30 instructions a packet.
 */
static noinline void track_segment(struct rstg_flow *f, struct rstg_dir *me,
				   struct rstg_dir *peer, const struct rstg_pkt *pkt,
				   enum rstg_where where, u64 now_ns)
{
	u32 end = rstg_pkt_seq_end(pkt);
	s32 ahead;

	if (unlikely(!(me->flags & RSTG_D_SEEN))) {
		me->flags |= RSTG_D_SEEN;
		me->max_end = end;
		me->end_tick = rstg_tick(now_ns);
	}
	ahead = seq_diff(end, me->max_end);
	if (ahead > 0) {
		/*
		 * A forger's guess, or we missed a lot, as under flow offload:
		 * then this side counts as silent from here on.
		 */
		if (unlikely(ahead > RSTG_SEQ_JUMP))
			return;
		me->max_end = end;
		me->end_tick = rstg_tick(now_ns);
	} else if (unlikely(ahead < -RSTG_SEQ_JUMP)) {
		return;
	}
	track_ack(me, peer, pkt, now_ns);

	me->flags &= ~RSTG_D_RST;
	if (unlikely(!(me->flags & RSTG_D_OPEN)))
		try_open(f);
	if (where == RSTG_INBOUND && unlikely(pkt->ttl != me->ttl.val[0]) &&
	    stranger(me, pkt)) {
		me->last = rstg_beat(now_ns);
		return;
	}
	if (unlikely(pkt->flags & RSTG_FIN))
		me->flags |= RSTG_D_FIN;
	learn_tcp(me, pkt);
	if (where == RSTG_INBOUND) {
		if (me->pkts <= RTT_EAGER || !(me->pkts % RTT_EVERY))
			track_rtt(me, peer, pkt, now_ns);
		learn_ip(me, pkt);
	}
	me->last = rstg_beat(now_ns);
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
	if (unlikely(pkt->flags & RSTG_SYN))
		track_handshake(f, pkt, d, where, now_ns);
	/* Every other segment of a connection acknowledges (RFC 9293 3.10.7.4). */
	else if (likely(pkt->flags & RSTG_ACK))
		track_segment(f, &f->dir[d], &f->dir[!d], pkt, where, now_ns);
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
		r->flags &= RSTG_RST_PROVEN | (r->flags & RSTG_RST_HELD ?
			RSTG_RST_HELD | RSTG_RST_WITHIN | RSTG_RST_NEAR : 0);
		r->peer_end = f->dir[!d].max_end;
		me->flags |= RSTG_D_WATCH;
	}
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
 * rstg_track_ends() - has a RST the number that its receiver waits for?
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
