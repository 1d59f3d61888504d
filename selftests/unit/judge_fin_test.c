// SPDX-License-Identifier: GPL-2.0-only
/* What proves that a FIN was forged: its alleged sender speaks on. And what does not. */
#include "talk.h"

#include "kselftest_harness.h"

#define FA	(RSTG_FIN | RSTG_ACK)
#define PA	(RSTG_PSH | RSTG_ACK)

/* A mail session; then an injector says in the server's name that it has closed. */
FIXTURE(forged) {
	struct talk t;
};

FIXTURE_SETUP(forged)
{
	struct rstg_pkt fin;

	talk_init(&self->t);
	self->t.host[SERVER].ts = true;
	talk_smtp(&self->t);
	fin = talk_mimic(&self->t, SERVER, FA);
	ASSERT_EQ(RSTG_NEWS_NONE, talk_feed(&self->t, SERVER, &fin));
	talk_wait_ms(&self->t, 1);
}

FIXTURE_TEARDOWN(forged)
{
}

/* The client believes it. */
static void acknowledge(struct talk *t)
{
	struct rstg_pkt ack = talk_mimic(t, CLIENT, RSTG_ACK);

	ack.ack = t->host[SERVER].snd_nxt + 1;
	talk_feed(t, CLIENT, &ack);
}

TEST_F(forged, it_speaks_on)
{
	struct talk *t = &self->t;

	ASSERT_EQ(RSTG_NEWS_FIN, talk_send(t, SERVER, PA, 100));
	EXPECT_EQ(RSTG_FORGED, t->op.verdict);
	EXPECT_EQ(RSTG_PROOF_DATA, t->op.proof);
	EXPECT_EQ(52, t->op.ttl.val[0]);
}

TEST_F(forged, though_it_was_acknowledged)
{
	acknowledge(&self->t);
	EXPECT_EQ(RSTG_NEWS_FIN, talk_send(&self->t, SERVER, PA, 100));
}

TEST_F(forged, it_is_said_once)
{
	struct talk *t = &self->t;

	ASSERT_EQ(RSTG_NEWS_FIN, talk_send(t, SERVER, PA, 100));
	t->host[SERVER].snd_nxt -= 100;
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(t, SERVER, PA, 100));
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(t, SERVER, PA, 100));
}

/* Two octets: one in the place of the FIN, and one that cannot be a keep-alive's. */
TEST_F(forged, two_octets_are_enough)
{
	EXPECT_EQ(RSTG_NEWS_FIN, talk_send(&self->t, SERVER, PA, 2));
}

TEST_F(forged, one_may_be_a_keep_alive)
{
	acknowledge(&self->t);
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(&self->t, SERVER, RSTG_ACK, 1));
}

TEST_F(forged, an_ack_says_nothing)
{
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(&self->t, SERVER, RSTG_ACK, 0));
}

/* The segment before it is lost: what is in the place of the FIN is not seen yet. */
TEST_F(forged, behind_a_gap)
{
	self->t.host[SERVER].snd_nxt += 100;
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(&self->t, SERVER, PA, 100));
}

/* What the injector itself may add must not blame anybody in its turn. */
TEST_F(forged, not_by_the_injector)
{
	struct rstg_pkt pkt;

	pkt = talk_mimic(&self->t, SERVER, PA);
	pkt.len = 100;
	pkt.ttl -= 7;
	EXPECT_EQ(RSTG_NEWS_NONE, talk_feed(&self->t, SERVER, &pkt));
	pkt = talk_mimic(&self->t, SERVER, PA);
	pkt.len = 100;
	pkt.ts_val -= 100000;
	EXPECT_EQ(RSTG_NEWS_NONE, talk_feed(&self->t, SERVER, &pkt));
	pkt = talk_mimic(&self->t, SERVER, PA);
	pkt.len = 100;
	pkt.ack += 1000000;
	EXPECT_EQ(RSTG_NEWS_NONE, talk_feed(&self->t, SERVER, &pkt));
	pkt = talk_mimic(&self->t, SERVER, PA);
	pkt.len = 100;
	pkt.seq += 0x40000000;
	EXPECT_EQ(RSTG_NEWS_NONE, talk_feed(&self->t, SERVER, &pkt));
}

/* A page with a FIN: the real one is longer, or shorter and then silent. */
TEST(a_page_in_its_name)
{
	struct rstg_pkt page;
	struct talk t;

	talk_init(&t);
	talk_smtp(&t);
	page = talk_mimic(&t, SERVER, FA | RSTG_PSH);
	page.len = 300;
	talk_feed(&t, SERVER, &page);
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(&t, SERVER, PA, 200));
	EXPECT_EQ(RSTG_NEWS_FIN, talk_send(&t, SERVER, PA, 200));
}

/* --- a genuine one ------------------------------------------------------------------ */

FIXTURE(genuine) {
	struct talk t;
};

FIXTURE_SETUP(genuine)
{
	talk_init(&self->t);
	talk_smtp(&self->t);
	talk_send(&self->t, SERVER, PA, 100);
	talk_wait_ms(&self->t, 1);
	talk_send(&self->t, SERVER, FA, 0);
	talk_wait_ms(&self->t, 300);
}

FIXTURE_TEARDOWN(genuine)
{
}

static enum rstg_news again(struct talk *t, u32 back, u16 flags, u32 len)
{
	const u32 next = t->host[SERVER].snd_nxt;
	enum rstg_news news;

	t->host[SERVER].snd_nxt = next - back;
	news = talk_send(t, SERVER, flags, len);
	t->host[SERVER].snd_nxt = next;
	return news;
}

TEST_F(genuine, sent_again)
{
	EXPECT_EQ(RSTG_NEWS_NONE, again(&self->t, 101, PA, 100));
	EXPECT_EQ(RSTG_NEWS_NONE, again(&self->t, 101, FA, 100));
	EXPECT_EQ(RSTG_NEWS_NONE, again(&self->t, 1, FA, 0));
}

/* RFC 9293 3.8.4: with an octet of garbage or without. */
TEST_F(genuine, keep_alives)
{
	talk_send(&self->t, CLIENT, RSTG_ACK, 0);
	EXPECT_EQ(RSTG_NEWS_NONE, again(&self->t, 1, RSTG_ACK, 0));
	EXPECT_EQ(RSTG_NEWS_NONE, again(&self->t, 1, RSTG_ACK, 1));
	EXPECT_EQ(RSTG_NEWS_NONE, again(&self->t, 2, RSTG_ACK, 1));
}

TEST_F(genuine, the_other_side_speaks_on)
{
	talk_send(&self->t, CLIENT, RSTG_ACK, 0);
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(&self->t, CLIENT, PA, 500));
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(&self->t, CLIENT, PA, 500));
}

/* The ports are taken by the next connection. */
TEST_F(genuine, another_connection)
{
	struct talk *t = &self->t;

	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_send(t, CLIENT, FA, 0);
	talk_send(t, SERVER, RSTG_ACK, 0);
	talk_wait_ms(t, 1000);
	t->host[CLIENT].snd_nxt += 100000;
	t->host[SERVER].snd_nxt += 50000;
	talk_open(t);
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(t, SERVER, PA, 100));
	EXPECT_EQ(RSTG_NEWS_NONE, talk_send(t, CLIENT, PA, 100));
}

TEST_HARNESS_MAIN
