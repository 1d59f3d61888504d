// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was said in a sender's name and is not vouched for yet: its receiver may have taken it
 * or not. It decides nothing until the other side acknowledges it.
 */
#include "claim.h"
#include "env.h"
#include "limits.h"
#include "seq.h"

/**
 * rstg_claim_update() - is there something to vouch for?
 * @dir:  of a sender: its flag says so from now on
 * @side: the same one's
 */
void rstg_claim_update(struct rstg_dir *dir, const struct rstg_side *side)
{
	if (side->flags & RSTG_S_CLAIMS)
		dir->flags |= RSTG_D_CLAIM;
	else
		dir->flags &= ~RSTG_D_CLAIM;
}

/**
 * rstg_claim_vouch() - the other side acknowledges
 * @me:   whom it acknowledges
 * @side: the same one's
 * @ack:  up to where
 *
 * What was claimed in that sender's name up to there has arrived, so it was its own.
 */
void rstg_claim_vouch(struct rstg_dir *me, struct rstg_side *side, u32 ack)
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
	rstg_claim_update(me, side);
}

/**
 * rstg_claim_ttl() - a segment with something new to say came from elsewhere
 * @me:   in whose name
 * @side: the same one's
 * @ttl:  from where
 * @beat: now
 *
 * It is an injector's page or ACK, or the first by a new route. Where the sender has moved,
 * nothing comes from where it was any more; where it has not, its own packet follows within
 * a round trip.
 */
void rstg_claim_ttl(struct rstg_dir *me, struct rstg_side *side, u8 ttl, u32 beat)
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

/**
 * rstg_claim_far() - something lies ahead of what is in order
 * @me:   in whose name
 * @side: the same one's
 * @end:  its end
 */
void rstg_claim_far(const struct rstg_dir *me, struct rstg_side *side, u32 end)
{
	if (seq_after(end, side->flags & RSTG_S_FAR ? side->far : me->max_end)) {
		side->far = end;
		side->flags |= RSTG_S_FAR;
	}
}

/**
 * rstg_claim_fin() - a FIN that nobody has acknowledged yet
 * @side: in whose name
 * @end:  the number behind it
 */
void rstg_claim_fin(struct rstg_side *side, u32 end)
{
	side->fin_end = end;
	side->flags |= RSTG_S_FIN;
}
