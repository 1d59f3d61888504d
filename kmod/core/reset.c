// SPDX-License-Identifier: GPL-2.0-only
/* RSTs of a connection: what is remembered of them, and which of them could end it. */
#include "env.h"
#include "limits.h"
#include "reset.h"
#include "seq.h"

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
	if (!rstg_flow_two_sided(f) && me->iif)
		return rstg_seq_near(seq, me->max_end);
	if (!seq_before(seq, low) && !seq_after(seq, rstg_flow_furthest(f, d)))
		return true;
	return rstg_track_acked(peer, seq) || seq - low < rstg_flow_window(f, !d);
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
