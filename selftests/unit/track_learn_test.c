// SPDX-License-Identifier: GPL-2.0-only
/* What a packet teaches: sequence space, ACKs, windows, flags, IP-IDs. */
#include "talk.h"

#include "kselftest_harness.h"

static bool same_but_for_time(const struct rstg_dir *a, const struct rstg_dir *b)
{
	struct rstg_dir x = *a, y = *b;

	x.last = 0;
	y.last = 0;
	return !memcmp(&x, &y, sizeof(x));
}

FIXTURE(flow) {
	struct talk t;
};

FIXTURE_SETUP(flow)
{
	talk_init(&self->t);
}

FIXTURE_TEARDOWN(flow)
{
}

TEST_F(flow, max_end_follows_what_is_in_order)
{
	struct talk *t = &self->t;
	const struct rstg_dir *s = &t->flow.dir[SERVER];
	struct rstg_pkt early, late;
	u32 tick;

	talk_smtp(t);
	early = talk_pkt(t, SERVER, RSTG_ACK, 1000);
	late = talk_pkt(t, SERVER, RSTG_ACK, 1000);
	talk_wait_ms(t, 10);
	talk_feed(t, SERVER, &late);	/* ahead of a gap */
	EXPECT_EQ(early.seq, s->max_end);
	EXPECT_EQ(rstg_pkt_seq_end(&late), rstg_flow_furthest(&t->flow, SERVER));

	talk_wait_ms(t, 10);
	talk_feed(t, SERVER, &early);
	EXPECT_EQ(late.seq, s->max_end);
	tick = s->end_tick;
	EXPECT_EQ(rstg_tick(t->now) | 1, tick);
	talk_wait_ms(t, 10);
	talk_feed(t, SERVER, &early);	/* sent again */
	EXPECT_EQ(tick, s->end_tick);

	/* The client has both. */
	t->host[CLIENT].rcv_nxt = rstg_pkt_seq_end(&late);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	EXPECT_EQ(rstg_pkt_seq_end(&late), s->max_end);
	EXPECT_FALSE(s->flags & RSTG_D_CLAIM);
	EXPECT_EQ(0, s->end_tick);	/* of no use for a round trip */
}

TEST_F(flow, acks_newest_first_each_once)
{
	struct talk *t = &self->t;
	const struct rstg_dir *c = &t->flow.dir[CLIENT];
	struct rstg_pkt old;
	u32 acks[5];
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 5; i++) {
		talk_send(t, SERVER, RSTG_ACK, 100);
		acks[i] = t->host[CLIENT].rcv_nxt;
		talk_send(t, CLIENT, RSTG_ACK, 0);
		talk_send(t, CLIENT, RSTG_ACK, 0);	/* a duplicate is not new */
	}
	for (i = 0; i < RSTG_ACKS; i++)
		EXPECT_EQ(acks[4 - i], c->ack[i]);

	old = talk_mimic(t, CLIENT, RSTG_ACK);
	old.ack = acks[3];
	talk_feed(t, CLIENT, &old);
	EXPECT_EQ(acks[4], c->ack[0]);
	EXPECT_EQ(acks[3], c->ack[1]);
}

/*
 * Software or hardware forwards past the hooks, then not any more. Whoever caught up
 * with the next ACK could be led astray by a forged one: the side that went on counts
 * as silent instead, so that less speaks against a RST of it.
 */
TEST_F(flow, is_blind_after_offload)
{
	struct talk *t = &self->t;
	struct rstg_dir server, client;

	talk_smtp(t);
	server = t->flow.dir[SERVER];
	client = t->flow.dir[CLIENT];
	t->host[SERVER].snd_nxt += 0x08000000;
	t->host[CLIENT].rcv_nxt += 0x08000000;
	talk_wait_ms(t, 40000);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_send(t, SERVER, RSTG_ACK, 100);
	EXPECT_EQ(0, memcmp(&server, &t->flow.dir[SERVER], sizeof(server)));
	EXPECT_EQ(client.ack[0], t->flow.dir[CLIENT].ack[0]);
	EXPECT_TRUE(talk_is_open(t));
}

TEST_F(flow, two_latest_windows)
{
	struct talk *t = &self->t;
	const struct rstg_dir *s = &t->flow.dir[SERVER];
	u16 win;

	talk_open(t);
	EXPECT_EQ(0, s->win[0]);	/* that of the SYN-ACK has another scale */
	for (win = 500; win < 504; win++) {
		t->host[SERVER].win = win;
		talk_send(t, SERVER, RSTG_ACK, 10);
		talk_send(t, SERVER, RSTG_ACK, 10);
	}
	EXPECT_EQ(503, s->win[0]);
	EXPECT_EQ(502, s->win[1]);
}

/* Without scaling it means the same as in every later segment (RFC 7323 2.2). */
TEST_F(flow, window_of_an_unscaled_syn)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt = talk_pkt(t, CLIENT, RSTG_SYN, 0);

	pkt.bits &= ~RSTG_PKT_WS;
	pkt.win = 8192;
	talk_feed(t, CLIENT, &pkt);
	EXPECT_EQ(8192, t->flow.dir[CLIENT].win[0]);
}

TEST_F(flow, df_and_timestamps)
{
	struct talk *t = &self->t;
	const struct rstg_dir *s = &t->flow.dir[SERVER], *c = &t->flow.dir[CLIENT];

	t->host[SERVER].df = false;
	t->host[SERVER].ts = true;
	talk_smtp(t);
	EXPECT_EQ(RSTG_D_NODF, s->flags & (RSTG_D_DF | RSTG_D_NODF));
	EXPECT_EQ(RSTG_D_DF, c->flags & (RSTG_D_DF | RSTG_D_NODF));
	EXPECT_TRUE(s->flags & RSTG_D_TS);
	EXPECT_FALSE(c->flags & RSTG_D_TS);
	EXPECT_EQ((u32)(t->now / 1000000), s->ts_val);
}

TEST_F(flow, merged_segments_reach_the_id_model)
{
	struct talk *t = &self->t;
	struct rstg_pkt pkt;
	u16 id;

	talk_smtp(t);
	id = t->flow.dir[SERVER].ipid.last;
	pkt = talk_pkt(t, SERVER, RSTG_ACK, 14480);
	pkt.n_segs = 10;
	talk_feed(t, SERVER, &pkt);
	EXPECT_EQ((u16)(id + 10), t->flow.dir[SERVER].ipid.last);

	pkt = talk_pkt(t, SERVER, RSTG_ACK, 14480);
	pkt.n_segs = 10;
	pkt.bits |= RSTG_PKT_FIXID;
	talk_feed(t, SERVER, &pkt);
	EXPECT_EQ(pkt.ip_id, t->flow.dir[SERVER].ipid.last);
}

/* IPv6: the label is in the place of the IP-ID, and no class is made up from it. */
TEST_F(flow, label_instead_of_an_id)
{
	struct talk *t = &self->t;
	const struct rstg_label *label = &t->flow.dir[SERVER].label;
	struct rstg_pkt rst;

	t->host[SERVER].ids = ID_NONE;
	t->host[SERVER].label = 0xfffff;
	talk_smtp(t);
	EXPECT_EQ(0xfffff, label->val);
	EXPECT_TRUE(rstg_label_steady(label));
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, SERVER, 52));

	rst = talk_rst_socket(t, SERVER);
	talk_feed(t, SERVER, &rst);
	EXPECT_EQ(RSTG_IPID_UNKNOWN, t->op.ipid_class);
	EXPECT_EQ(0, t->op.ipid_last);
}

/* After a timeout Linux tries another (sk_rethink_txhash()). */
TEST_F(flow, label_has_to_last)
{
	struct talk *t = &self->t;
	const struct rstg_label *label = &t->flow.dir[SERVER].label;
	unsigned int i;

	t->host[SERVER].ids = ID_NONE;
	t->host[SERVER].label = 0x11111;
	talk_smtp(t);
	t->host[SERVER].label = 0x22222;
	for (i = 1; i < RSTG_LABEL_MIN; i++) {
		talk_send(t, SERVER, RSTG_ACK, 10);
		EXPECT_FALSE(rstg_label_steady(label));
	}
	talk_send(t, SERVER, RSTG_ACK, 10);
	EXPECT_TRUE(rstg_label_steady(label));
	EXPECT_EQ(0x22222, label->val);
}

/* The mark of the first packet, 0 as well, until another one is seen; ECN is none. */
TEST_F(flow, dscp_that_varies)
{
	struct talk *t = &self->t;
	const struct rstg_dir *s = &t->flow.dir[SERVER], *c = &t->flow.dir[CLIENT];

	t->host[SERVER].tos = 0x28;
	talk_smtp(t);
	EXPECT_EQ(0x28, (u8)s->tos);
	t->host[SERVER].tos |= 3;
	t->host[CLIENT].tos |= 3;
	talk_send(t, SERVER, RSTG_ACK, 10);
	talk_send(t, CLIENT, RSTG_ACK, 10);
	EXPECT_FALSE((s->flags | c->flags) & RSTG_D_DSCPS);

	t->host[SERVER].tos = 0;
	t->host[CLIENT].tos = 0x28;
	talk_send(t, SERVER, RSTG_ACK, 10);
	talk_send(t, CLIENT, RSTG_ACK, 10);
	EXPECT_TRUE(s->flags & c->flags & RSTG_D_DSCPS);
}

/* A first packet is marked by anybody: three are wanted before any is compared. */
TEST_F(flow, dscp_needs_a_baseline)
{
	struct talk *t = &self->t;
	struct rstg_pkt rst;

	t->host[SERVER].tos = 0x28;
	talk_open(t);
	talk_send(t, SERVER, RSTG_ACK, 10);
	talk_send(t, SERVER, RSTG_ACK, 10);
	rst = talk_mimic(t, SERVER, RSTG_RST | RSTG_ACK);
	rst.tos = 0;
	t->dropping = true;
	talk_feed(t, SERVER, &rst);
	EXPECT_FALSE(HAS(&t->op, DSCP));

	talk_send(t, SERVER, RSTG_ACK, 10);
	rst = talk_mimic(t, SERVER, RSTG_RST | RSTG_ACK);
	rst.tos = 0;
	talk_feed(t, SERVER, &rst);
	EXPECT_TRUE(HAS(&t->op, DSCP));
}

/* As it leaves, TTL and IP-ID are not what the peer will see. */
TEST_F(flow, outbound_teaches_no_ip_header)
{
	struct talk *t = &self->t;
	const struct rstg_dir *c = &t->flow.dir[CLIENT];

	t->host[CLIENT].where = RSTG_OUTBOUND;
	talk_smtp(t);
	EXPECT_TRUE(talk_is_open(t));
	EXPECT_EQ(t->host[CLIENT].snd_nxt, c->max_end);
	EXPECT_EQ(t->host[CLIENT].rcv_nxt, c->ack[0]);
	EXPECT_EQ(0, c->pkts);
	EXPECT_EQ(0, c->ipid.seen);
	EXPECT_EQ(0, c->flags & (RSTG_D_DF | RSTG_D_NODF));
	EXPECT_EQ(501, c->win[0]);
	EXPECT_EQ(RSTG_TTL_UNKNOWN, talk_fit(t, CLIENT, 63));
	EXPECT_EQ(RSTG_TTL_SAME, talk_fit(t, SERVER, 52));
	/* and the server's round trip is known from it */
	EXPECT_NE(0, (u32)t->flow.dir[SERVER].rtt);
}

/* A packet of this host's may come by twice, in and below a VRF. */
TEST_F(flow, seen_twice_is_the_same)
{
	struct talk *t = &self->t;
	struct rstg_flow before;
	struct rstg_opinion op;
	struct rstg_pkt pkt;

	t->host[SERVER].where = RSTG_OUTBOUND;
	talk_smtp(t);
	talk_wait_ms(t, 10);
	pkt = talk_pkt(t, SERVER, RSTG_ACK, 100);
	talk_feed(t, SERVER, &pkt);
	before = t->flow;
	pkt.ttl--;
	talk_wait_us(t, 1);
	rstg_feed(&t->flow, &pkt, SERVER, RSTG_OUTBOUND, t->now, &op);
	EXPECT_TRUE(same_but_for_time(&before.dir[SERVER], &t->flow.dir[SERVER]));
	EXPECT_TRUE(same_but_for_time(&before.dir[CLIENT], &t->flow.dir[CLIENT]));
}

TEST_F(flow, packet_count_goes_on)
{
	struct talk *t = &self->t;
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 1000; i++) {
		talk_send(t, SERVER, RSTG_ACK, 10);
		ASSERT_NE(0, t->flow.dir[SERVER].pkts);
	}
	EXPECT_LE(192, t->flow.dir[SERVER].pkts);
}

TEST_HARNESS_MAIN
