// SPDX-License-Identifier: GPL-2.0-only
/* One connection as a whole: its age, its end, and where its sides are. */
#include "env.h"
#include "flow.h"
#include "limits.h"
#include "tcpopt.h"

static bool fin_of(const struct rstg_flow *f, unsigned int d)
{
	return f->dir[d].flags & RSTG_D_FIN || f->side[d].flags & RSTG_S_FIN;
}

/**
 * rstg_flow_closed() - is it over?
 * @f: flow
 *
 * Both sides have closed, though the last acknowledgment may be missing, or one has reset.
 */
bool rstg_flow_closed(const struct rstg_flow *f)
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
	else if (rstg_flow_closed(f))
		age = RSTG_AGE_CLOSING;
	else if (rstg_flow_open(f))
		age = RSTG_AGE_OPEN;
	return rstg_flow_idle(f, beat) > age;
}

/**
 * rstg_flow_establish() - its handshake is done
 * @f: flow
 */
void rstg_flow_establish(struct rstg_flow *f)
{
	unsigned int d;

	for (d = 0; d < 2; d++) {
		f->dir[d].flags |= RSTG_D_OPEN;
		f->side[d].flags &= ~RSTG_S_SYNS;
	}
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

/**
 * rstg_flow_two_sided() - must what both sides have said come from both of them?
 * @f: flow
 *
 * Where their interfaces differ, or one of them is this host, no injector on one side can
 * have said what the other did.
 */
bool rstg_flow_two_sided(const struct rstg_flow *f)
{
	return (f->dir[0].flags | f->dir[1].flags) & RSTG_D_LOCAL ||
	       f->dir[0].iif != f->dir[1].iif;
}

/**
 * rstg_flow_window() - how much a side may be sent beyond what it has acknowledged
 * @f: flow
 * @d: who receives
 *
 * Where its SYN was not seen the scale may be the largest (RFC 7323 2.3).
 *
 * Return: octets, at least 65,535 and at most 16 MiB.
 */
u32 rstg_flow_window(const struct rstg_flow *f, unsigned int d)
{
	const struct rstg_side *side = &f->side[d];
	u32 win = max_t(u32, f->dir[d].win[0], f->dir[d].win[1]);

	win <<= side->flags & RSTG_S_WS ? side->wscale : RSTG_WSCALE_MAX;
	return min_t(u32, max_t(u32, win, RSTG_WINDOW_MIN), RSTG_SEQ_JUMP);
}
