// SPDX-License-Identifier: GPL-2.0-only
#include "talk.h"

#define TALK_START_NS	(1000ULL * 1000000000ULL)

void talk_init(struct talk *t)
{
	static const struct host linux_host = {
		.win = 501,
		.ids = ID_COUNTER,
		.df = true,
		.where = RSTG_INBOUND,
	};
	struct host *c = &t->host[CLIENT], *s = &t->host[SERVER];

	memset(t, 0, sizeof(*t));
	t->now = TALK_START_NS;

	*c = linux_host;
	c->rtt_ms = 2;
	c->ttl = 63;
	c->syn_ttl = 63;
	c->rst_ttl = 63;
	c->snd_nxt = 1000000;
	c->id = 21000;

	*s = linux_host;
	s->rtt_ms = 40;
	s->ttl = 52;
	s->syn_ttl = 52;
	s->rst_ttl = 52;
	s->snd_nxt = 3000000000U;
	s->id = 47000;
}

void talk_wait_us(struct talk *t, u64 us)
{
	t->now += us * 1000;
}

void talk_wait_ms(struct talk *t, u64 ms)
{
	talk_wait_us(t, ms * 1000);
}

static u16 swap(u16 id)
{
	return (u16)(id << 8 | id >> 8);
}

/* What goes into the header, without the side effect of having sent it. */
static u16 id_of(const struct host *h)
{
	switch (h->ids) {
	case ID_ZERO:
	case ID_NONE:
		return 0;
	case ID_SWAPPED:
		return swap(h->id);
	case ID_RANDOM:
		/* any fixed permutation will do; 40503 is odd, 2^16 / golden ratio */
		return (u16)(h->id * 40503U) | 1;
	default:
		return h->id;
	}
}

struct rstg_pkt talk_mimic(const struct talk *t, unsigned int d, u16 flags)
{
	const struct host *h = &t->host[d];
	struct rstg_pkt pkt = {
		.seq = h->snd_nxt,
		.ack = flags & RSTG_ACK ? h->rcv_nxt : 0,
		.win = h->win,
		.flags = flags,
		.ttl = h->ttl,
		.tos = h->tos,
		.flow_label = h->label,
		.n_segs = 1,
		.ip_id = id_of(h),
	};

	pkt.bits = (h->ids != ID_NONE ? RSTG_PKT_HAS_ID : 0) |
		   (h->df && h->ids != ID_NONE ? RSTG_PKT_DF : 0);
	if (h->ts) {
		pkt.bits |= RSTG_PKT_TS;
		pkt.ts_val = h->ts_val + (u32)(t->now / 1000000);
	}
	if ((flags & RSTG_RST) && !(flags & RSTG_ACK)) {
		/* from no socket: none of its fields */
		pkt.win = 0;
		pkt.ttl = h->rst_ttl;
		pkt.ip_id = 0;
		pkt.bits &= ~RSTG_PKT_TS;
		if (h->ids != ID_NONE)
			pkt.bits |= RSTG_PKT_DF;
	}
	return pkt;
}

struct rstg_pkt talk_pkt(struct talk *t, unsigned int d, u16 flags, u32 len)
{
	struct host *h = &t->host[d];
	struct rstg_pkt pkt = talk_mimic(t, d, flags);

	pkt.len = len;
	if (flags & RSTG_SYN) {
		pkt.ttl = h->syn_ttl;
		pkt.win = 64240;
		pkt.bits |= RSTG_PKT_WS;	/* in other units than the rest */
		if (flags & RSTG_ACK)
			pkt.ip_id = 0;	/* ip_build_and_send_pkt() in Linux */
	}
	h->snd_nxt = rstg_pkt_seq_end(&pkt);
	if (h->ids != ID_CONST)
		h->id++;
	return pkt;
}

enum rstg_news talk_feed(struct talk *t, unsigned int d, const struct rstg_pkt *pkt)
{
	struct rstg_opinion op;

	t->news = rstg_feed(&t->flow, pkt, d, t->host[d].where, t->now, &op);
	if (t->news != RSTG_NEWS_NONE)
		t->op = op;
	if (t->news == RSTG_NEWS_LIFE)
		t->lives++;
	if (t->news == RSTG_NEWS_RST && t->op.verdict == RSTG_SUSPECT)
		t->suspects++;
	if (t->news == RSTG_NEWS_RST && !t->dropping)
		rstg_track_delivered(&t->flow, d, t->now);
	return t->news;
}

static void receive(struct host *h, const struct rstg_pkt *pkt)
{
	if (pkt->flags & RSTG_SYN || pkt->seq == h->rcv_nxt)
		h->rcv_nxt = rstg_pkt_seq_end(pkt);
}

enum rstg_news talk_send(struct talk *t, unsigned int d, u16 flags, u32 len)
{
	struct rstg_pkt pkt;

	talk_wait_ms(t, t->host[d].rtt_ms);
	pkt = talk_pkt(t, d, flags, len);
	receive(&t->host[!d], &pkt);
	return talk_feed(t, d, &pkt);
}

void talk_syn(struct talk *t)
{
	talk_send(t, CLIENT, RSTG_SYN, 0);
}

void talk_syn_ack(struct talk *t)
{
	talk_send(t, SERVER, RSTG_SYN | RSTG_ACK, 0);
}

void talk_open(struct talk *t)
{
	talk_syn(t);
	talk_syn_ack(t);
	talk_send(t, CLIENT, RSTG_ACK, 0);
}

void talk_smtp(struct talk *t)
{
	talk_open(t);
	talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 61);	/* 220 banner */
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 22);	/* EHLO */
	talk_send(t, SERVER, RSTG_ACK, 0);
	talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 148);	/* 250 ... */
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 10);	/* STARTTLS */
	talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 30);	/* 220 go ahead */
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 517);	/* ClientHello */
	talk_send(t, SERVER, RSTG_ACK, 0);
}

void talk_midstream(struct talk *t, unsigned int turns)
{
	t->host[CLIENT].rcv_nxt = t->host[SERVER].snd_nxt;
	t->host[SERVER].rcv_nxt = t->host[CLIENT].snd_nxt;
	while (turns--) {
		talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
		talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 200);
	}
}

void talk_fin(struct talk *t, unsigned int d)
{
	talk_send(t, d, RSTG_FIN | RSTG_ACK, 0);
}

struct rstg_pkt talk_rst_socket(struct talk *t, unsigned int d)
{
	talk_wait_ms(t, t->host[d].rtt_ms);
	return talk_pkt(t, d, RSTG_RST | RSTG_ACK, 0);
}

struct rstg_pkt talk_rst_nosocket(struct talk *t, unsigned int d)
{
	struct rstg_pkt pkt;

	talk_wait_ms(t, t->host[d].rtt_ms);
	pkt = talk_mimic(t, d, RSTG_RST);
	/* the ACK field of the segment that found no socket */
	pkt.seq = t->host[!d].rcv_nxt;
	return pkt;
}
