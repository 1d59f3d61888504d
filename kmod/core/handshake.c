// SPDX-License-Identifier: GPL-2.0-only
/*
 * SYNs: how a connection begins, and what is one of no connection that could begin.
 */
#include "env.h"
#include "handshake.h"
#include "limits.h"
#include "seq.h"

/**
 * rstg_handshake_acked() - the other side acknowledges before the connection is open
 * @peer: whom it acknowledges
 * @side: the same one's
 * @ack:  up to where
 *
 * Its ACK vouches for the SYN, and with it for the TTL that the SYN came with. A forged
 * SYN-ACK has a number of its own, which nobody acknowledges.
 */
void rstg_handshake_acked(struct rstg_dir *peer, struct rstg_side *side, u32 ack)
{
	if (!(peer->flags & RSTG_D_SYN) || rstg_dir_vouched(peer))
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

/**
 * rstg_handshake_done() - open the connection, if it is
 * @f: flow
 *
 * Both SYNs were acknowledged; or it is picked up in mid-stream, where each side has to have
 * acknowledged what is near what the other sends. A spoofed ACK is answered by a RST, which
 * never gets here.
 */
void rstg_handshake_done(struct rstg_flow *f)
{
	const struct rstg_dir *a = &f->dir[0], *b = &f->dir[1];

	if (!(a->flags & b->flags & RSTG_D_SEEN) || !a->ack_tick || !b->ack_tick)
		return;
	/* A SYN that was seen has to be acknowledged; one may have escaped us. */
	if (((a->flags & RSTG_D_SYN) && !rstg_dir_vouched(a)) ||
	    ((b->flags & RSTG_D_SYN) && !rstg_dir_vouched(b)))
		return;
	if (rstg_seq_near(a->ack[0], b->max_end) && rstg_seq_near(b->ack[0], a->max_end))
		rstg_flow_establish(f);
}

/* What the sender's SYN says of the rest of the connection. */
static void learn_syn_options(struct rstg_side *side, const struct rstg_pkt *pkt)
{
	side->flags = (side->flags & ~RSTG_S_SACK) | RSTG_S_WS;
	side->wscale = pkt->bits & RSTG_PKT_WS ? pkt->wscale : 0;
	if (pkt->bits & RSTG_PKT_SACKOK)
		side->flags |= RSTG_S_SACK;
}

/*
 * On an open connection a SYN is a stray or a forgery: its sender gets a challenge ACK
 * (RFC 5961 4.2), and nothing changes. It is noted, in case that a SYN-ACK and then an ACK
 * take it up: see rstg_handshake_anew(). What this host sends itself is no forgery: its former
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

/**
 * rstg_handshake_anew() - does this ACK begin another connection on the ports of an open one?
 * @f:      flow; of the other connection from then on
 * @pkt:    a packet with ACK
 * @d:      its sender
 * @now_ns: clock
 *
 * It does if it takes up a SYN and a SYN-ACK that were noted: both hosts have forgotten the
 * one before, after a restart for example. Where both interfaces are the same, or none is
 * known, an injector may have said all three: then the old one must have been silent.
 */
bool rstg_handshake_anew(struct rstg_flow *f, const struct rstg_pkt *pkt, unsigned int d,
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
	if (!rstg_flow_two_sided(f) && rstg_flow_idle(f, beat) < RSTG_QUIET_BEATS)
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

/**
 * rstg_handshake_syn() - a SYN, or a SYN-ACK
 * @f:      flow
 * @pkt:    packet
 * @d:      its alleged sender
 * @where:  where it was seen
 * @now_ns: clock
 *
 * Return: whether it is part of the connection.
 */
bool rstg_handshake_syn(struct rstg_flow *f, const struct rstg_pkt *pkt, unsigned int d,
			enum rstg_where where, u64 now_ns)
{
	struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	u32 end = rstg_pkt_seq_end(pkt), beat = rstg_beat(now_ns);
	bool answer = pkt->flags & RSTG_ACK;

	if (rstg_flow_open(f) && !rstg_flow_closed(f) && stray_syn(f, pkt, d, where, end, beat))
		return false;
	/* After the end, or unanswered: a new connection takes the ports. */
	if ((rstg_flow_closed(f) || !answer) && me->max_end != end)
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
