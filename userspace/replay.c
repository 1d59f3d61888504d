// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offline the capture point plays the hook: both directions arrive at it, and
 * packet time is the clock. One thing is better than live: the verdict on a RST
 * can wait for what its alleged sender does next. So a RST is kept until proof
 * of life can no longer come, and printed with what became of it.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "burst.h"
#include "flowmap.h"
#include "glimpse.h"
#include "linklayer.h"
#include "limits.h"
#include "model.h"
#include "replay.h"

#define NS_PER_MS	1000000ULL
#define NS_PER_SEC	1000000000ULL

/* How long proof of life may take: the core's own limit, in its own grain. */
#define LIFE_NS		((uint64_t)(RSTG_LIFE_BEATS + 1) << 20)
/*
 * Packets of several interfaces are a little out of order in one file. A step
 * back further than this is another recording, appended.
 */
#define CLOCK_BACK_MAX	(60 * NS_PER_SEC)

/* RSTs of one flow that are watched at a time; a flood must not cost its square. */
#define FLOW_PENDING_MAX 256
/* RSTs kept back in all, so that memory stays bounded: 60 MB with their bursts. */
#define PENDING_MAX	131072

/**
 * struct pending - a RST whose alleged sender may yet turn out to live
 * @report:    what is known so far
 * @next:      in order of frames
 * @flow_next: another one of the same flow
 * @entry:     its flow; NULL once the report is final
 * @mark:      what life is held against
 * @now_ns:    when it came, by the replay's clock
 * @d:         its alleged sender
 * @burst:     it and those around it; NULL: nobody asks for names
 * @shot:      which of these it is
 */
struct pending {
	struct report report;
	struct pending *next;
	struct pending *flow_next;
	struct flowmap_entry *entry;
	struct rstg_rst mark;
	uint64_t now_ns;
	unsigned int d;
	struct burst *burst;
	unsigned int shot;
};

/**
 * struct replay - one capture on its way through the core
 * @emit:  gets the reports
 * @arg:   for @emit
 * @injectors: fingerprints; NULL: nobody asks for names
 * @map:   flows
 * @glimpses: of connections that are no flows yet
 * @first: oldest report not yet emitted
 * @last:  newest
 * @n:     their number
 * @clock: latest packet time; does not run backwards
 * @stats: totals
 */
struct replay {
	replay_emit_fn emit;
	void *arg;
	const struct injectors *injectors;
	struct flowmap *map;
	struct glimpses *glimpses;
	struct pending *first;
	struct pending *last;
	unsigned int n;
	uint64_t clock;
	struct replay_stats stats;
};

/* The flow is gone: nobody can prove anything about its RSTs any more. */
static void forget(struct flowmap_entry *e)
{
	struct pending *p;

	for (p = e->pending; p; p = p->flow_next)
		p->entry = NULL;
	e->pending = NULL;
	burst_put(e->burst[0]);
	burst_put(e->burst[1]);
	e->burst[0] = NULL;
	e->burst[1] = NULL;
}

/**
 * replay_new() - begin a capture
 * @emit:      gets the reports
 * @arg:       for @emit
 * @injectors: fingerprints, or NULL
 *
 * Return: NULL without memory.
 */
struct replay *replay_new(replay_emit_fn emit, void *arg, const struct injectors *injectors)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->map = flowmap_new(FLOWMAP_MAX, forget);
	r->glimpses = glimpses_new();
	if (!r->map || !r->glimpses) {
		replay_free(r);
		return NULL;
	}
	r->emit = emit;
	r->arg = arg;
	r->injectors = injectors;
	return r;
}

static void pending_settle(struct pending *p)
{
	struct pending **at;

	if (!p->entry)
		return;
	at = &p->entry->pending;
	while (*at != p)
		at = &(*at)->flow_next;
	*at = p->flow_next;
	p->entry = NULL;
}

static void pending_free(struct pending *p)
{
	burst_put(p->burst);
	free(p);
}

/* Of several baselines that do not agree on the distance none is believed. */
static int peer_hops(const struct report *rep)
{
	int hops = rep->ttl_base_n ? hops_of(rep->ttl_base[0]) : HOPS_UNKNOWN;
	unsigned int i;

	for (i = 1; i < rep->ttl_base_n; i++)
		if (hops_of(rep->ttl_base[i]) != hops)
			return HOPS_UNKNOWN;
	return hops;
}

static void report_name(const struct replay *r, struct pending *p)
{
	const struct named *named = burst_name(p->burst, r->injectors, p->shot);
	struct report *rep = &p->report;

	/* Genuine, and alone: nobody has injected it. */
	if (!named || (!named->name && !report_notable(rep)))
		return;
	rep->named = true;
	rep->injector = named->name;
	rep->hops = named->hops;
	rep->peer_hops = peer_hops(rep);
}

static void emit_first(struct replay *r)
{
	struct pending *p = r->first;

	pending_settle(p);
	if (p->burst)
		report_name(r, p);
	r->first = p->next;
	if (!r->first)
		r->last = NULL;
	r->n--;
	if (p->report.type == REPORT_RST)
		r->stats.verdicts[p->report.verdict]++;
	r->emit(&p->report, r->arg);
	pending_free(p);
}

/* No proof can come any more, and no RST that belongs to the burst. */
static bool final(const struct replay *r, const struct pending *p)
{
	const uint64_t age = r->clock - p->now_ns;

	return age > LIFE_NS || (!p->entry && (!p->burst || age > BURST_NS));
}

static void emit_due(struct replay *r)
{
	while (r->first && final(r, r->first))
		emit_first(r);
}

static void clock_set(struct replay *r, uint64_t time_ns)
{
	if (time_ns >= r->clock) {
		r->clock = time_ns;
	} else if (r->clock - time_ns > CLOCK_BACK_MAX) {
		while (r->first)
			emit_first(r);
		r->clock = time_ns;
	}
}

/*
 * Does this packet prove that an earlier RST was forged? The core remembers one
 * burst and answers for its latest RST; asked with the mark of each it answers
 * for each.
 */
static void look_for_life(struct replay *r, struct flowmap_entry *e,
			  const struct rstg_pkt *pkt, unsigned int d)
{
	static const u8 why_life[] = {
		[RSTG_PROOF_DATA] = RSTG_R_LIFE_DATA,
		[RSTG_PROOF_ACK] = RSTG_R_LIFE_ACK,
		[RSTG_PROOF_SYNACK] = RSTG_R_LIFE_SYNACK,
	};
	struct pending *p, *next;

	for (p = e->pending; p; p = next) {
		struct rstg_flow flow = e->flow;
		enum rstg_proof proof;
		u8 why;

		next = p->flow_next;
		if (p->d != d)
			continue;
		flow.rst[d] = p->mark;
		proof = rstg_judge_life(&flow, pkt, d, RSTG_INBOUND, r->clock);
		if (proof == RSTG_PROOF_NONE)
			continue;

		why = why_life[proof];
		p->report.verdict = RSTG_FORGED;
		p->report.proof = proof;
		p->report.after_ms = (r->clock - p->now_ns) / NS_PER_MS;
		p->report.reasons |= BIT_ULL(why);
		p->report.score += rstg_reasons[why].db;
		p->report.families++;
		if (p->burst)
			p->burst->notable |= 1U << p->shot;
		pending_settle(p);
	}
}

static void report_fill(struct report *rep, enum report_type type,
			const struct pcapio_pkt *frame, const struct rstg_pkt *pkt,
			const struct rstg_opinion *op)
{
	unsigned int i;

	rep->type = type;
	rep->time_ns = frame->time_ns;
	rep->frame = frame->frame;
	rep->saddr = pkt->saddr;
	rep->daddr = pkt->daddr;
	rep->sport = pkt->sport;
	rep->dport = pkt->dport;
	rep->verdict = op->verdict;
	rep->families = op->families;
	rep->proof = op->proof;
	rep->score = op->score;
	rep->reasons = op->reasons;
	rep->ttl = pkt->ttl;
	for (i = 0; i < RSTG_TTL_SLOTS; i++)
		if (op->ttl.n[i])
			rep->ttl_base[rep->ttl_base_n++] = op->ttl.val[i];
	rep->has_ipid = pkt->bits & RSTG_PKT_HAS_ID;
	rep->ipid = pkt->ip_id;
	rep->ipid_last = op->ipid_last;
	rep->ipid_class = op->ipid_class;
	rep->tcp_flags = pkt->flags;
	rep->tcp_win = pkt->win;
	rep->tcp_seq = pkt->seq;
	rep->tcp_ack = pkt->ack;
	rep->rtt_us = (uint64_t)op->rtt * 1024 / 1000;
	rep->rsts = 1;
	rep->salvo = op->salvo;
}

static bool more_was_said(const struct flowmap_entry *e)
{
	unsigned int d;

	for (d = 0; d < 2; d++)
		if (e->flow.dir[d].max_end != e->stream.dir[d].next)
			return true;
	return false;
}

static void report_trigger(struct report *rep, const struct flowmap_entry *e, uint64_t now_ns)
{
	const struct rstg_stream *s = &e->stream;

	/* Of a capture of headers nothing was heard but that both sides have begun. */
	if (s->stage == RSTG_STAGE_HANDSHAKE && more_was_said(e))
		return;
	rep->trigger = rstg_stream_stage(s);
	rep->by_client = rstg_stream_speaker(s) == rstg_stream_client(s);
	rep->trigger_ms = (uint32_t)((now_ns - e->said_ns) / NS_PER_MS);
	rep->tls = s->tls;
	if (s->stage == RSTG_STAGE_SYN)
		rep->phase = RSTG_PHASE_SYN;
	else if (s->stage != RSTG_STAGE_UNKNOWN)
		rep->phase = rstg_stream_phase(s);
}

/* Hang a RST on its flow, where there is one whose sender could still be heard. */
static void pending_watch(struct pending *p, struct flowmap_entry *e,
			  const struct rstg_pkt *pkt, unsigned int d)
{
	const struct rstg_dir *me = &e->flow.dir[d], *peer = &e->flow.dir[!d];
	struct pending *q;
	unsigned int n = 0;

	for (q = e->pending; q; q = q->flow_next)
		if (++n >= FLOW_PENDING_MAX)
			return;
	p->mark.seq = pkt->seq;
	p->mark.peer_end = peer->max_end;
	if ((me->flags & RSTG_D_SEEN) && rstg_seq_near(pkt->seq, me->max_end))
		p->mark.flags |= RSTG_RST_NEAR;
	p->mark.beat = rstg_beat(p->now_ns);
	p->entry = e;
	p->flow_next = e->pending;
	e->pending = p;
}

/* Before the RST changes the flow. Without memory it gets no name. */
static void burst_join(struct replay *r, struct pending *p, struct flowmap_entry *e,
		       const struct rstg_pkt *pkt, const uint8_t *ip, uint32_t n)
{
	struct burst **b = &e->burst[p->d];
	struct shot shot;
	int at;

	if (!burst_open(*b, r->clock)) {
		burst_put(*b);
		*b = burst_new(r->clock);
	}
	if (!*b)
		return;
	shot_fill(&shot, pkt, &e->flow, p->d, ip, n);
	at = burst_add(*b, &shot);
	if (at < 0)
		return;
	p->burst = burst_get(*b);
	p->shot = (unsigned int)at;
}

/* It may be gone then: of too many that wait the oldest is told at once. */
static void pending_add(struct replay *r, struct pending *p)
{
	*(r->last ? &r->last->next : &r->first) = p;
	r->last = p;
	r->n++;
	if (r->n > PENDING_MAX)
		emit_first(r);
}

static int rst(struct replay *r, struct flowmap_entry *e, const struct pcapio_pkt *frame,
	       const struct rstg_pkt *pkt, unsigned int d, uint32_t off)
{
	static const struct rstg_flow nothing;
	struct rstg_flow none = nothing;
	struct rstg_flow *flow = e ? &e->flow : &none;
	struct rstg_opinion op;
	struct pending *p;

	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->now_ns = r->clock;
	p->d = d;
	if (r->injectors && e)
		burst_join(r, p, e, pkt, frame->data + off, frame->caplen - off);
	rstg_feed(flow, pkt, d, RSTG_INBOUND, r->clock, &op);
	/* A tap drops nothing: whatever it saw has reached the other side. */
	rstg_track_delivered(flow, d, r->clock);

	report_fill(&p->report, REPORT_RST, frame, pkt, &op);
	if (e)
		report_trigger(&p->report, e, r->clock);
	if (p->burst && report_notable(&p->report))
		p->burst->notable |= 1U << p->shot;
	if (e)
		pending_watch(p, e, pkt, d);

	r->stats.rsts++;
	pending_add(r, p);
	return 0;
}

/* A FIN was forged, as this packet proves. */
static int fin(struct replay *r, struct flowmap_entry *e, const struct pcapio_pkt *frame,
	       const struct rstg_pkt *pkt, unsigned int d, const struct rstg_opinion *op)
{
	struct pending *p = calloc(1, sizeof(*p));

	if (!p)
		return -ENOMEM;
	p->now_ns = r->clock;
	p->d = d;
	report_fill(&p->report, REPORT_FIN, frame, pkt, op);
	report_trigger(&p->report, e, r->clock);
	pending_add(r, p);
	return 0;
}

/* A SYN of a connection that is not open: where its stream begins. */
static void listen_from(struct flowmap_entry *e, const struct rstg_pkt *pkt, unsigned int d,
			uint64_t now_ns)
{
	/* It may have taken the ports over. */
	if (!(pkt->flags & RSTG_ACK))
		memset(&e->stream, 0, sizeof(e->stream));
	else if (e->stream.stage != RSTG_STAGE_SYN)
		return;
	rstg_stream_begin(&e->stream, d, pkt->seq + 1);
	e->said_ns = now_ns;
}

/* @p: payload, of which @n octets were captured; they may be none */
static void hear(struct flowmap_entry *e, const struct rstg_pkt *pkt, unsigned int d,
		 uint64_t now_ns, const uint8_t *p, uint32_t n)
{
	uint32_t seq = pkt->seq + !!(pkt->flags & RSTG_SYN), at, wanted;

	if (pkt->flags & RSTG_SYN && !rstg_flow_open(&e->flow))
		listen_from(e, pkt, d, now_ns);
	/* Of a capture of headers the streams are not even looked at: they cost a cache line. */
	if (!n)
		return;
	rstg_stream_segment(&e->stream, d, seq, pkt->len);
	while ((wanted = rstg_stream_wanted(&e->stream, d, seq, n, &at)))
		if (rstg_stream_feed(&e->stream, d, p + at, wanted) & RSTG_STREAM_SAID)
			e->said_ns = now_ns;
}

/*
 * The flow of which only a glimpse was caught, in full. *@e is NULL where there is none.
 * Returns 0, or -ENOMEM.
 */
static int recall(struct replay *r, const struct flowmap_key *key, struct flowmap_entry **e)
{
	const struct glimpse *one = glimpses_take(r->glimpses, key);
	struct rstg_opinion op;

	*e = NULL;
	if (!one)
		return 0;
	*e = flowmap_add(r->map, key, r->clock);
	if (!*e)
		return -ENOMEM;
	rstg_feed(&(*e)->flow, &one->pkt, flowmap_sender(&one->pkt), RSTG_INBOUND, one->now_ns,
		  &op);
	hear(*e, &one->pkt, flowmap_sender(&one->pkt), one->now_ns, NULL, 0);
	/* It may have expired. */
	*e = flowmap_find(r->map, key, r->clock);
	return 0;
}

/* The first packet of a connection: *@e stays NULL where it leaves no more than a glimpse. */
static int begin(struct replay *r, const struct flowmap_key *key, const struct rstg_pkt *pkt,
		 uint32_t n, struct flowmap_entry **e)
{
	r->stats.flows++;
	/* A SYN may say something (RFC 7413), and payload is not kept. */
	if (!n) {
		glimpses_add(r->glimpses, key, pkt, r->clock);
		return 0;
	}
	*e = flowmap_add(r->map, key, r->clock);
	return *e ? 0 : -ENOMEM;
}

/* @off: where the datagram begins in the frame */
static int segment(struct replay *r, const struct pcapio_pkt *frame,
		   const struct rstg_pkt *pkt, uint32_t off)
{
	uint32_t n = min_t(uint32_t, frame->caplen - off - pkt->hlen, pkt->len);
	struct flowmap_entry *e;
	struct rstg_opinion op;
	struct flowmap_key key;
	unsigned int d;
	int err = 0;

	r->stats.tcp++;
	d = flowmap_key(r->map, &key, pkt);
	e = flowmap_find(r->map, &key, r->clock);
	if (!e)
		err = recall(r, &key, &e);
	/* As in the kernel a RST begins no flow: there is nothing to learn from it. */
	if (!e && !err && !(pkt->flags & RSTG_RST))
		err = begin(r, &key, pkt, n, &e);
	if (err)
		return err;
	if (pkt->flags & RSTG_RST) {
		err = rst(r, e, frame, pkt, d, off);
		if (err)
			return err;
	} else if (e) {
		if (unlikely(e->pending))
			look_for_life(r, e, pkt, d);
		if (rstg_feed(&e->flow, pkt, d, RSTG_INBOUND, r->clock, &op) == RSTG_NEWS_FIN)
			err = fin(r, e, frame, pkt, d, &op);
		hear(e, pkt, d, r->clock, frame->data + off + pkt->hlen, n);
		/* A SYN that took the ports over is no sign of life of the old owner. */
		if (unlikely(e->pending) && (pkt->flags & RSTG_SYN) &&
		    !rstg_flow_open(&e->flow))
			forget(e);
	}
	if (e)
		flowmap_used(r->map, e);
	return err;
}

/**
 * replay_packet() - the next packet of the capture
 * @r:     the replay
 * @frame: packet
 *
 * Return: 0, or -ENOMEM.
 */
int replay_packet(struct replay *r, const struct pcapio_pkt *frame)
{
	struct rstg_pkt pkt;
	uint32_t off;

	r->stats.packets++;
	clock_set(r, frame->time_ns);
	emit_due(r);

	switch (linklayer_strip(frame->link, frame->data, frame->caplen, &off)) {
	case LINK_IP:
		break;
	case LINK_OTHER:
		return 0;
	case LINK_SHORT:
		r->stats.truncated++;
		return 0;
	case LINK_UNKNOWN:
		r->stats.unread++;
		r->stats.last_link = frame->link;
		return 0;
	}

	switch (rstg_pkt_parse(&pkt, frame->data + off, frame->caplen - off,
			       frame->wirelen - off)) {
	case RSTG_PKT_OK:
		pkt.iif = 0;	/* a capture does not say */
		return segment(r, frame, &pkt, off);
	case RSTG_PKT_NOT_TCP:
		break;
	case RSTG_PKT_FRAGMENT:
		r->stats.fragments++;
		break;
	case RSTG_PKT_SHORT:
		r->stats.truncated++;
		break;
	case RSTG_PKT_BAD:
		r->stats.malformed++;
		break;
	}
	return 0;
}

/**
 * replay_finish() - the capture has ended: emit what was kept back
 * @r: the replay
 *
 * Return: the totals, valid until replay_free().
 */
const struct replay_stats *replay_finish(struct replay *r)
{
	while (r->first)
		emit_first(r);
	return &r->stats;
}

/**
 * replay_free() - drop everything, reports not yet emitted included
 * @r: may be NULL
 */
void replay_free(struct replay *r)
{
	struct pending *p;

	if (!r)
		return;
	flowmap_free(r->map);
	glimpses_free(r->glimpses);
	while (r->first) {
		p = r->first;
		r->first = p->next;
		pending_free(p);
	}
	free(r);
}
