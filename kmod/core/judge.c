// SPDX-License-Identifier: GPL-2.0-only
/*
 * Weighing one RST against what its alleged sender has shown.
 *
 * A RST with ACK comes from a live socket and carries that socket's TTL, IP-ID,
 * window and timestamp. One without comes from no socket (in Linux from a
 * per-CPU control socket, tcp_v4_send_reset()), with none of these: comparing
 * them would be wrong by construction. Each rule says which kind it means.
 */
#include "env.h"
#include "judge.h"
#include "limits.h"
#include "seq.h"

/* The scales: what each family has gathered so far. */
struct scales {
	u64 reasons;
	s16 fam[RSTG_FAM_MAX];
};

static void add(struct scales *s, enum rstg_reason r)
{
	s->reasons |= BIT_ULL(r);
	s->fam[rstg_reasons[r].family] += rstg_reasons[r].db;
}

/*
 * Do this sender's packets say that it is Linux? Its RST|ACKs keep timestamps.
 * Never in IPv6, which has no DF, and no IP-ID to tell it from others that begin
 * at 64.
 */
static bool linux_like(const struct rstg_dir *me)
{
	return (me->flags & (RSTG_D_DF | RSTG_D_NODF)) == RSTG_D_DF &&
	       me->ttl.val[0] <= 64 && me->ttl.val[0] > 64 - RSTG_HOPS_MAX &&
	       rstg_ipid_class(&me->ipid) == RSTG_IPID_COUNTER;
}

static void weigh_ttl(struct scales *s, const struct rstg_dir *me,
		      const struct rstg_pkt *pkt)
{
	switch (rstg_ttl_check(&me->ttl, pkt->ttl)) {
	case RSTG_TTL_SAME:
		add(s, RSTG_R_TTL_SAME);
		break;
	case RSTG_TTL_ALIAS:
		add(s, RSTG_R_TTL_ALIAS);
		break;
	case RSTG_TTL_MOVED:
		add(s, RSTG_R_TTL_MOVED);
		break;
	case RSTG_TTL_STRANGE:
		add(s, RSTG_R_TTL_FAR);
		break;
	case RSTG_TTL_BESIDE:
	case RSTG_TTL_UNKNOWN:
		break;
	}
}

static void weigh_id_bare(struct scales *s, const struct rstg_dir *me,
			  const struct rstg_pkt *pkt)
{
	bool df = pkt->bits & RSTG_PKT_DF;

	/* tcp_sk_init(): control-socket RSTs carry IP-ID 0 and DF. */
	if (!pkt->ip_id && df)
		add(s, RSTG_R_ID_BARE);
	else if (!pkt->ip_id)
		add(s, RSTG_R_ID_ZERO_FRAG);
	else if (rstg_ipid_class(&me->ipid) == RSTG_IPID_ZERO)
		add(s, RSTG_R_ID_NONZERO);
	if (me->flags & (df ? RSTG_D_NODF : RSTG_D_DF) &&
	    !(me->flags & (df ? RSTG_D_DF : RSTG_D_NODF)))
		add(s, RSTG_R_DF_DIFF_BARE);
}

static void weigh_id_ack(struct scales *s, const struct rstg_dir *me,
			 const struct rstg_pkt *pkt)
{
	bool df = pkt->bits & RSTG_PKT_DF;
	u16 gap;

	switch (rstg_ipid_class(&me->ipid)) {
	case RSTG_IPID_COUNTER:
	case RSTG_IPID_SWAPPED:
		gap = rstg_ipid_gap(&me->ipid, pkt->ip_id);
		if (gap && gap <= RSTG_IPID_NEAR)
			add(s, RSTG_R_ID_NEAR);
		else if (!pkt->ip_id)
			add(s, RSTG_R_ID_ZERO);
		else if (!gap || gap > RSTG_IPID_FAR)
			add(s, RSTG_R_ID_FAR);
		break;
	case RSTG_IPID_ZERO:
		if (pkt->ip_id)
			add(s, RSTG_R_ID_NONZERO);
		break;
	case RSTG_IPID_UNKNOWN:
	case RSTG_IPID_CONST:
	case RSTG_IPID_RANDOM:
		break;
	}
	if (me->flags & (df ? RSTG_D_NODF : RSTG_D_DF) &&
	    !(me->flags & (df ? RSTG_D_DF : RSTG_D_NODF)))
		add(s, RSTG_R_DF_DIFF);
}

/* From the other side's latest packet, as it is or with 26 less. */
static bool id_taken(const struct rstg_ipid *theirs, u16 id)
{
	return theirs->n && (id == theirs->last || id == (u16)(theirs->last - RSTG_IPID_BELOW));
}

static void weigh_id(struct scales *s, const struct rstg_dir *me,
		     const struct rstg_dir *peer, const struct rstg_pkt *pkt)
{
	if (pkt->flags & RSTG_ACK)
		weigh_id_ack(s, me, pkt);
	else
		weigh_id_bare(s, me, pkt);
	if (pkt->ip_id && id_taken(&peer->ipid, pkt->ip_id))
		add(s, RSTG_R_ID_OURS);
}

/* The label stands in for the IP-ID: of a socket, or of none. */
static void weigh_label(struct scales *s, const struct rstg_dir *me,
			const struct rstg_pkt *pkt)
{
	if (!rstg_label_steady(&me->label) || pkt->flow_label == me->label.val)
		return;
	if (pkt->flags & RSTG_ACK)
		add(s, RSTG_R_LABEL);
	/* Without a socket Linux makes up a label, but never 0 where it sets any. */
	else if (!pkt->flow_label)
		add(s, RSTG_R_LABEL_ZERO);
}

static bool dscp_is(const struct rstg_dir *dir, u8 tos)
{
	return !((dir->tos ^ tos) & RSTG_DSCP);
}

static bool dscp_steady(const struct rstg_dir *dir)
{
	return dir->pkts >= RSTG_DSCP_MIN && !(dir->flags & RSTG_D_DSCPS);
}

static void weigh_dscp(struct scales *s, const struct rstg_dir *me,
		       const struct rstg_dir *peer, const struct rstg_pkt *pkt)
{
	if (!dscp_steady(me) || dscp_is(me, pkt->tos))
		return;
	if (pkt->flags & RSTG_ACK)
		add(s, RSTG_R_DSCP);
	/* tcp_v4_send_reset() reflects that of the segment; firewalls send 0. */
	else if (pkt->tos & RSTG_DSCP && dscp_steady(peer) && !dscp_is(peer, pkt->tos))
		add(s, RSTG_R_DSCP_BARE);
}

/*
 * One field computed from another, as a known injector does it. GFW II keeps the
 * first of the three to this day (37 of 39 RST|ACKs in captures of 2017); the
 * others are those of its forerunners, from the filters of West Chamber (2010).
 * By chance the first holds for 8 % at worst, the window being below 5,462.
 */
static bool injector_pattern(const struct rstg_pkt *pkt)
{
	bool df = pkt->bits & RSTG_PKT_DF;
	u16 below = U16_MAX - pkt->ip_id, win = pkt->win;

	if (!win)
		return false;
	if (!(pkt->flags & RSTG_ACK))
		return !df && pkt->ip_id == 64 && !(win % 17);
	return df && ((below >= 12 * win && below < 13 * win) ||
		      below == (u16)(13 * win) ||
		      pkt->ip_id == (u16)(62753 - 79 * win));
}

/*
 * A socket resets with the window of that moment. Of what it has not acknowledged before
 * it takes room off, the right edge staying where it is (RFC 9293 3.8.6, and
 * tcp_select_window()). In which units is not known: they are not less than an octet.
 */
static bool win_used_up(const struct rstg_dir *me, const struct rstg_pkt *pkt)
{
	s32 news = seq_diff(pkt->ack, me->ack[0]);

	return news > 0 && pkt->win < me->win[0] && me->win[0] - pkt->win <= news;
}

static void weigh_tcp(struct scales *s, const struct rstg_dir *me,
		      const struct rstg_pkt *pkt)
{
	bool has_ts = pkt->bits & RSTG_PKT_TS;

	if (pkt->len)
		add(s, RSTG_R_PAYLOAD);

	if (!(pkt->flags & RSTG_ACK)) {
		if (pkt->win)
			add(s, RSTG_R_WIN_ODD);
		if (has_ts)
			add(s, RSTG_R_TS_BARE);
		return;
	}
	/* win[0] is 0 until a window was seen that is not a scaling SYN's. */
	if (pkt->win && me->win[0] && pkt->win != me->win[0] && pkt->win != me->win[1] &&
	    !win_used_up(me, pkt))
		add(s, RSTG_R_WIN_ODD);
	if (!has_ts && (me->flags & RSTG_D_TS))
		add(s, linux_like(me) ? RSTG_R_TS_MISSING_LINUX : RSTG_R_TS_MISSING);
}

static void weigh_seq(struct scales *s, const struct rstg_flow *f,
		      const struct rstg_pkt *pkt, unsigned int d)
{
	const struct rstg_dir *me = &f->dir[d];
	s32 ahead = seq_diff(pkt->ack, rstg_flow_furthest(f, !d));
	bool beyond = seq_after(pkt->seq, rstg_flow_furthest(f, d));

	if (pkt->flags & RSTG_ACK) {
		/* snd_nxt of a live socket: neither beyond nor behind what it sent. */
		if (beyond)
			add(s, RSTG_R_SEQ_BEYOND);
		else if (seq_before(pkt->seq, me->max_end))
			add(s, RSTG_R_SEQ_BEHIND);
		/* Very far ahead: we may have missed it, as under flow offload. */
		if (ahead > 0 && ahead <= RSTG_SEQ_JUMP)
			add(s, RSTG_R_ACK_AHEAD);
		return;
	}
	/*
	 * The ACK field of the segment that found no socket. Any that the other
	 * side ever sent will do: with a window in flight they come back for a
	 * whole round trip, and the receiver ignores the old ones.
	 */
	if (beyond && !rstg_track_acked(&f->dir[!d], pkt->seq))
		add(s, RSTG_R_SEQ_BEYOND);
	else if (seq_diff(pkt->seq, me->max_end) < -RSTG_SEQ_JUMP)
		add(s, RSTG_R_SEQ_BEHIND);
}

static void weigh_burst(struct scales *s, const struct rstg_flow *f,
			const struct rstg_pkt *pkt, unsigned int d, u32 beat)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	const struct rstg_rst *r = &f->rst[d];
	s32 ttl_step = pkt->ttl - r->ttl;
	bool ack = pkt->flags & RSTG_ACK, r_ack = r->flags & RSTG_RST_ACK;

	if (!(me->flags & RSTG_D_WATCH) || beat - r->beat > RSTG_BURST_BEATS)
		return;

	/* Weaver et al. 2009: no stack sends the second of these. */
	if (seq_diff(pkt->seq, r->seq) > RSTG_SEQ_CHANGE_MIN &&
	    seq_after(pkt->seq, rstg_flow_furthest(f, d)) &&
	    seq_diff(pkt->seq, peer->ack[0]) > RSTG_SEQ_CHANGE_MIN)
		add(s, RSTG_R_SEQ_CHANGE);

	if (pkt->ip_id && pkt->ip_id == r->ip_id && pkt->ttl == r->ttl &&
	    pkt->seq == r->seq && pkt->win == r->win && r->copies + 1 >= RSTG_COPIES_MIN &&
	    beat - r->beat <= RSTG_COPY_BEATS)
		add(s, RSTG_R_COPIES);

	/* The first has ended it: whoever still answers for it does no harm. */
	if ((me->flags & RSTG_D_RST) && (r->flags & RSTG_RST_PLAIN)) {
		add(s, RSTG_R_AFTER_RST);
		return;
	}

	/*
	 * A socket resets (RST|ACK), then what is still in flight meets no
	 * socket (RST): in that order, and from one distance. The control
	 * socket has the system's TTL, so two RSTs of different kind may
	 * differ; two of one kind may not.
	 */
	if ((ack && !r_ack) ||
	    (ack == r_ack && (ttl_step > RSTG_TTL_NEAR || ttl_step < -RSTG_TTL_NEAR)))
		add(s, RSTG_R_MIXED);

	if (ack && r_ack && ttl_step == 1 && pkt->win > r->win && r->win)
		add(s, RSTG_R_TTL_WIN);
}

static void weigh_time(struct scales *s, const struct rstg_dir *me,
		       const struct rstg_dir *peer, const struct rstg_pkt *pkt,
		       u64 now_ns)
{
	u32 tick = rstg_tick(now_ns), took;

	if (me->flags & RSTG_D_FIN)
		add(s, RSTG_R_AFTER_FIN);
	if (rstg_beat(now_ns) - me->last >= RSTG_QUIET_BEATS)
		add(s, RSTG_R_QUIET);
	/* What stands in for a silent or finished peer may well be nearer. */
	if (s->reasons & (BIT_ULL(RSTG_R_QUIET) | BIT_ULL(RSTG_R_AFTER_RST)))
		return;
	if (me->rtt < RSTG_CAUSAL_RTT_MIN ||
	    rstg_beat(now_ns) - peer->last >= RSTG_QUIET_BEATS)
		return;

	if (pkt->flags & RSTG_ACK) {
		/* It has received bytes that cannot have got there and back. */
		if (pkt->ack != peer->max_end || !peer->end_tick)
			return;
		took = tick - peer->end_tick;
		if (took < me->rtt / 2)
			add(s, RSTG_R_EARLY_HALF);
		else if (took < me->rtt / RSTG_CAUSAL_DEN * RSTG_CAUSAL_NUM)
			add(s, RSTG_R_EARLY);
	} else if (pkt->seq == peer->ack[0]) {
		/*
		 * The answer to an ACK sent just now. Weak: a stack that
		 * resets on its own with snd_nxt looks the same.
		 */
		took = tick - peer->ack_tick;
		if (took < me->rtt / 2)
			add(s, RSTG_R_EARLY_BARE);
	}
}

static void weigh_context(struct scales *s, const struct rstg_dir *me,
			  const struct rstg_dir *peer, u64 now_ns)
{
	if (me->pkts < RSTG_OPENING_PKTS && peer->pkts < RSTG_OPENING_PKTS &&
	    rstg_beat(now_ns) - peer->last < RSTG_BURST_BEATS)
		add(s, RSTG_R_OPENING);
}

static void sum_up(struct scales *s, struct rstg_opinion *op)
{
	unsigned int i;
	int score = 0;

	/* After silence these speak of whoever answers for the peer. */
	if (s->reasons & BIT_ULL(RSTG_R_QUIET)) {
		for (i = RSTG_FAM_TTL; i <= RSTG_FAM_TCP; i++)
			if (s->fam[i] > 0)
				s->fam[i] = s->fam[i] * RSTG_QUIET_NUM / RSTG_QUIET_DEN;
	}
	for (i = 0; i < RSTG_FAM_MAX; i++) {
		score += min_t(s16, s->fam[i], RSTG_FAMILY_CAP);
		if (s->fam[i] >= RSTG_FAMILY_MIN)
			op->families++;
	}
	op->score = score;
	op->reasons = s->reasons;
	if (op->score >= RSTG_SCORE_SUSPECT && op->families >= RSTG_SUSPECT_FAMILIES)
		op->verdict = RSTG_SUSPECT;
}

/* Is there enough to compare with? Else say why not, and let it pass. */
static bool scorable(struct scales *s, const struct rstg_flow *f,
		     const struct rstg_pkt *pkt, unsigned int d)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];

	if (!((me->flags | peer->flags) & RSTG_D_SEEN))
		add(s, RSTG_R_NO_FLOW);
	else if (!rstg_flow_open(f))
		add(s, RSTG_R_NO_HANDSHAKE);
	else if (rstg_flow_adjusted(f))
		add(s, RSTG_R_NOT_COMPARABLE);
	else if ((!(me->flags & RSTG_D_VOUCHED) && me->pkts < RSTG_MIDSTREAM_MIN) ||
		 seq_diff(pkt->seq, rstg_flow_furthest(f, d)) > RSTG_SEQ_JUMP)
		add(s, RSTG_R_THIN);
	else
		return true;
	return false;
}

/**
 * rstg_judge() - weigh one RST
 * @f:      flow as it was before the RST
 * @pkt:    the RST
 * @d:      its alleged sender
 * @now_ns: when it came, by the clock that the flow was tracked with
 * @op:     result; RSTG_GENUINE wherever evidence is thin
 */
void rstg_judge(const struct rstg_flow *f, const struct rstg_pkt *pkt,
		unsigned int d, u64 now_ns, struct rstg_opinion *op)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	struct scales s = {};

	memset(op, 0, sizeof(*op));
	op->ttl = me->ttl;
	op->rtt = me->rtt;
	op->salvo = rstg_salvo(f, pkt, d, rstg_beat(now_ns));
	if (pkt->bits & RSTG_PKT_HAS_ID) {
		op->ipid_class = rstg_ipid_class(&me->ipid);
		op->ipid_last = me->ipid.last;
	}

	if (!scorable(&s, f, pkt, d)) {
		op->reasons = s.reasons;
		return;
	}

	weigh_ttl(&s, me, pkt);
	if (pkt->bits & RSTG_PKT_HAS_ID) {
		weigh_id(&s, me, peer, pkt);
		if (injector_pattern(pkt))
			add(&s, RSTG_R_PATTERN);
	} else {
		weigh_label(&s, me, pkt);
	}
	weigh_dscp(&s, me, peer, pkt);
	weigh_tcp(&s, me, pkt);
	weigh_seq(&s, f, pkt, d);
	weigh_burst(&s, f, pkt, d, rstg_beat(now_ns));
	weigh_time(&s, me, peer, pkt, now_ns);
	weigh_context(&s, me, peer, now_ns);
	sum_up(&s, op);
}

/*
 * Is it the sender itself, and not an injector that speaks in its name? From a new route
 * that it has come by more than once, as well.
 */
static bool sender_itself(const struct rstg_flow *f, const struct rstg_pkt *pkt,
			  unsigned int d, enum rstg_where where)
{
	const struct rstg_side *side = &f->side[d];
	enum rstg_ttl_fit fit;

	if (where == RSTG_OUTBOUND)
		return true;
	if (rstg_track_foreign(f, pkt, d, where))
		return false;
	fit = rstg_ttl_check(&f->dir[d].ttl, pkt->ttl);
	return fit == RSTG_TTL_SAME || fit == RSTG_TTL_BESIDE ||
	       (side->flags & RSTG_S_TTL && side->ttl == pkt->ttl && side->ttl_n >= 2);
}

/**
 * rstg_judge_life() - does this packet prove that an earlier RST was forged?
 * @f:      flow before the packet is tracked
 * @pkt:    a packet other than a RST, of the RST's alleged sender
 * @d:      that sender
 * @where:  where it was seen
 * @now_ns: clock
 *
 * A host that reset has forgotten the connection: it neither receives nor has
 * anything left to send. The ACK is the stronger proof, since nothing can have
 * acknowledged in advance what was first sent after the RST came; new data may,
 * rarely, have been overtaken by the RST on its way. They count only right behind what the
 * sender has sent before, and if they acknowledge no less than it did: data of another
 * connection, or of another machine on its address, is no life of this one.
 *
 * Return: what it proves, %RSTG_PROOF_NONE where it proves nothing.
 */
enum rstg_proof rstg_judge_life(const struct rstg_flow *f,
				const struct rstg_pkt *pkt, unsigned int d,
				enum rstg_where where, u64 now_ns)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	const struct rstg_rst *r = &f->rst[d];

	if (rstg_rst_past(r, rstg_beat(now_ns)) || !(pkt->flags & RSTG_ACK) ||
	    rstg_flow_adjusted(f))
		return RSTG_PROOF_NONE;
	/*
	 * It refused this SYN and now accepts it. A SYN sent once more ends the
	 * watch: the service may have come up meanwhile.
	 */
	if (pkt->flags & RSTG_SYN)
		return pkt->ack == r->peer_end && !rstg_flow_open(f) ?
			RSTG_PROOF_SYNACK : RSTG_PROOF_NONE;
	if (!sender_itself(f, pkt, d, where))
		return RSTG_PROOF_NONE;
	/* Meant for a former connection on these ports, that is what they ended. */
	if (!(r->flags & RSTG_RST_NEAR) || !(me->flags & RSTG_D_SEEN))
		return RSTG_PROOF_NONE;

	if (seq_after(pkt->ack, r->peer_end) && !seq_after(pkt->ack, peer->max_end) &&
	    rstg_seq_near(pkt->seq, me->max_end))
		return RSTG_PROOF_ACK;
	/* What is new lies beyond every RST that was within what had been sent. */
	if (rstg_pkt_seq_len(pkt) && !(me->flags & RSTG_D_FIN) &&
	    (r->flags & RSTG_RST_WITHIN || !seq_before(pkt->seq, r->seq)) &&
	    pkt->seq == me->max_end && (!me->ack_tick || !seq_before(pkt->ack, me->ack[0])) &&
	    !seq_after(pkt->ack, peer->max_end))
		return RSTG_PROOF_DATA;
	return RSTG_PROOF_NONE;
}

/**
 * rstg_judge_fin_false() - does this packet prove that its sender's FIN was forged?
 * @f:     flow before the packet is tracked
 * @pkt:   a packet other than a RST
 * @d:     its alleged sender
 * @where: where it was seen
 *
 * Who has closed sends nothing new (RFC 9293 3.6): data in the place of the FIN and beyond
 * it, from where the sender's packets come from, tell that the FIN was not the sender's. Its
 * receiver was told the end nevertheless: nothing can be mended, it can only be said. A
 * keep-alive may have one octet in the place of a FIN that was acknowledged.
 */
bool rstg_judge_fin_false(const struct rstg_flow *f, const struct rstg_pkt *pkt,
			  unsigned int d, enum rstg_where where)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	const struct rstg_side *side = &f->side[d];

	if (where == RSTG_OUTBOUND || side->flags & RSTG_S_FIN_FALSE || !rstg_flow_open(f) ||
	    !(me->flags & RSTG_D_FIN || side->flags & RSTG_S_FIN) ||
	    rstg_flow_adjusted(f) || (me->flags | peer->flags) & RSTG_D_RST)
		return false;
	if (!pkt->len || (pkt->flags & (RSTG_ACK | RSTG_FIN | RSTG_SYN)) != RSTG_ACK ||
	    !seq_before(pkt->seq, side->fin_end) ||
	    !seq_after(rstg_pkt_seq_end(pkt), side->fin_end) ||
	    seq_diff(rstg_pkt_seq_end(pkt), side->fin_end) > (s32)rstg_flow_window(f, !d))
		return false;
	if (rstg_dir_ts_missing(me, pkt) || rstg_dir_ts_old(me, pkt))
		return false;
	return sender_itself(f, pkt, d, where) &&
	       (!me->ack_tick || !seq_before(pkt->ack, me->ack[0])) &&
	       !seq_after(pkt->ack, peer->max_end);
}

/**
 * rstg_judge_overwhelming() - is there more than enough, even without proof?
 * @op: opinion on a RST
 */
bool rstg_judge_overwhelming(const struct rstg_opinion *op)
{
	return op->score >= RSTG_SCORE_DROP && op->families >= RSTG_DROP_FAMILIES;
}

/**
 * rstg_judge_matters() - would a RST end a connection that is in full use?
 * @f: flow before the RST is let through
 *
 * A refusal, a RST after a FIN or after another RST ends nothing that proof
 * could save, and holding it would only make somebody wait. Where numbers are changed behind
 * us there is nothing to prove it with.
 */
bool rstg_judge_matters(const struct rstg_flow *f)
{
	return rstg_flow_open(f) && !rstg_flow_adjusted(f) &&
	       !((f->dir[0].flags | f->dir[1].flags) & (RSTG_D_FIN | RSTG_D_RST));
}

/*
 * Was it sent when we had asked, by the sender's clock? Nearly all count milliseconds.
 * Half a round trip lies between the latest that it can have been sent before the RST
 * and the earliest that it can answer; on a short path that is less than what the clocks
 * are read by, and only the second question's answer tells.
 */
static bool sent_since(const struct rstg_dir *me, const struct rstg_pkt *pkt, u64 asked_ns)
{
	/* negative where it has said something since, that proved nothing */
	s32 beats = (s32)(rstg_beat(asked_ns) - me->last);
	s32 half = max_t(s32, (s32)(me->rtt / RSTG_TICKS_2MS), RSTG_OVERTAKEN_MS), gap;

	if (beats < 0) {
		gap = -(s32)rstg_beats_to_ms((u32)-beats);
	} else {
		gap = (s32)rstg_beats_to_ms((u32)beats);
		gap -= gap / RSTG_CLOCK_DRIFT;
	}
	return seq_diff(pkt->ts_val, me->ts_val) >= gap + half - RSTG_CLOCK_GRAIN_MS;
}

/* RFC 2883: it has received that very octet before, and says so. Nobody else asks with it. */
static bool names_question(const struct rstg_pkt *pkt, const struct rstg_asked *asked)
{
	return asked->len && pkt->bits & RSTG_PKT_SACK && pkt->sack_start == asked->seq &&
	       pkt->sack_end == asked->seq + asked->len && seq_after(pkt->ack, asked->seq);
}

/**
 * rstg_judge_answer() - does this packet answer the question whether it lives?
 * @f:      flow before the packet is tracked
 * @pkt:    a packet of the side that was asked
 * @d:      that side
 * @asked:  with what, and when
 * @now_ns: clock
 *
 * A live host answers a keep-alive with an ACK. Where that names the octet which it was
 * asked with, as a duplicate, nothing else can have made it.
 *
 * Else it is an ACK that says nothing new. So may one look that was sent before the RST and
 * overtaken by it: hence no sooner than a round trip allows and than a processor that stands
 * still delivers it, from where the peer is, and with its clock gone on. One that does say
 * something new, as no answer has to, is looked at more closely. It is held against what the
 * other side has acknowledged, not against what somebody said in this side's name.
 */
bool rstg_judge_answer(const struct rstg_flow *f, const struct rstg_pkt *pkt,
		       unsigned int d, const struct rstg_asked *asked, u64 now_ns)
{
	const struct rstg_dir *me = &f->dir[d], *peer = &f->dir[!d];
	u64 soonest = (u64)(me->rtt / RSTG_CAUSAL_DEN * RSTG_CAUSAL_NUM) << 10;

	if ((pkt->flags & (RSTG_RST | RSTG_SYN | RSTG_FIN | RSTG_ACK)) != RSTG_ACK)
		return false;
	if (!(f->rst[d].flags & RSTG_RST_NEAR) || !sender_itself(f, pkt, d, RSTG_INBOUND))
		return false;
	if (names_question(pkt, asked))
		return true;
	if (now_ns - asked->at_ns < soonest || now_ns - asked->rst_ns < RSTG_OVERTAKEN_NS)
		return false;
	if (!me->ack_tick || !peer->ack_tick ||
	    seq_before(pkt->seq, peer->ack[0]) || seq_after(pkt->seq, rstg_flow_furthest(f, d)) ||
	    seq_before(pkt->ack, me->ack[0]) || seq_after(pkt->ack, peer->max_end))
		return false;
	/* How long it takes is not known, nor is anything else that tells when it was sent. */
	if (!me->rtt && !(me->flags & RSTG_D_TS))
		return false;
	if (me->flags & RSTG_D_TS &&
	    (!(pkt->bits & RSTG_PKT_TS) || seq_before(pkt->ts_val, me->ts_val)))
		return false;
	/* A clock of milliseconds moves within a longer round trip. */
	if (me->flags & RSTG_D_TS && me->rtt >= RSTG_CAUSAL_RTT_MIN &&
	    pkt->ts_val == me->ts_val)
		return false;
	return !(me->flags & RSTG_D_TS) ||
	       (me->rtt >= RSTG_CAUSAL_RTT_MIN && pkt->ack == me->ack[0]) ||
	       sent_since(me, pkt, asked->at_ns);
}
