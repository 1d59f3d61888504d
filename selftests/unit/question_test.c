// SPDX-License-Identifier: GPL-2.0-only
/* The question says what the asking side itself would say, and no more. */
#include "env.h"
#include "question.h"
#include "talk.h"

#include "kselftest_harness.h"

FIXTURE(question) {
	struct talk talk;
	struct rstg_question q;
};

FIXTURE_SETUP(question)
{
	talk_init(&self->talk);
}

FIXTURE_TEARDOWN(question)
{
}

static void chat(struct talk *t)
{
	talk_open(t);
	talk_send(t, CLIENT, RSTG_ACK, 100);
	talk_send(t, SERVER, RSTG_ACK, 1000);
	talk_send(t, CLIENT, RSTG_ACK, 0);
}

TEST_F(question, is_of_an_octet_that_was_acknowledged)
{
	struct talk *t = &self->talk;

	chat(t);
	ASSERT_TRUE(rstg_question(&t->flow, SERVER, &self->q));
	EXPECT_EQ(t->flow.dir[SERVER].ack[RSTG_ACKS - 1] - 1, self->q.seq);
	EXPECT_EQ(1, self->q.len);
	EXPECT_EQ(t->host[CLIENT].rcv_nxt, self->q.ack);
	EXPECT_EQ(t->host[CLIENT].win, self->q.win);
}

TEST_F(question, never_of_one_that_is_still_under_way)
{
	struct talk *t = &self->talk;
	u32 acked;

	chat(t);
	acked = t->host[CLIENT].snd_nxt;
	talk_send(t, CLIENT, RSTG_ACK, 500);
	ASSERT_TRUE(rstg_question(&t->flow, SERVER, &self->q));
	EXPECT_GE(acked, self->q.seq + self->q.len);
}

/* Its latest ACKs may be forged ones, for data that are lost: the octet would fill the hole. */
TEST_F(question, keeps_clear_of_the_latest_acks)
{
	struct talk *t = &self->talk;
	struct rstg_pkt pkt;
	unsigned int i;
	u32 acked;

	chat(t);
	acked = t->host[CLIENT].snd_nxt;
	talk_send(t, CLIENT, RSTG_ACK, 500);
	for (i = 1; i < RSTG_ACKS; i++) {
		pkt = talk_mimic(t, SERVER, RSTG_ACK);
		pkt.ack = acked + i * 100;
		talk_feed(t, SERVER, &pkt);
	}
	ASSERT_EQ(pkt.ack, t->flow.dir[SERVER].ack[0]);
	ASSERT_TRUE(rstg_question(&t->flow, SERVER, &self->q));
	EXPECT_GE(acked, self->q.seq + self->q.len);
}

TEST_F(question, this_host_is_not_asked)
{
	struct talk *t = &self->talk;

	t->host[SERVER].where = RSTG_OUTBOUND;
	chat(t);
	EXPECT_FALSE(rstg_question(&t->flow, SERVER, &self->q));
	EXPECT_TRUE(rstg_question(&t->flow, CLIENT, &self->q));
}

/* BSD would free it: "keep on processing for RST or ACK" in tcp_input(). */
TEST_F(question, acknowledges_nothing_that_the_asking_side_has_not)
{
	struct talk *t = &self->talk;
	u32 received;

	chat(t);
	received = t->host[CLIENT].rcv_nxt;
	talk_send(t, SERVER, RSTG_ACK, 1000);
	ASSERT_NE(received, t->host[SERVER].snd_nxt);
	ASSERT_TRUE(rstg_question(&t->flow, SERVER, &self->q));
	EXPECT_EQ(received, self->q.ack);
}

TEST_F(question, has_timestamps_where_both_have)
{
	struct talk *t = &self->talk;

	t->host[CLIENT].ts = true;
	t->host[SERVER].ts = true;
	chat(t);
	ASSERT_TRUE(rstg_question(&t->flow, SERVER, &self->q));
	ASSERT_TRUE(self->q.ts);
	EXPECT_EQ(t->flow.dir[CLIENT].ts_val, self->q.ts_val);
	EXPECT_EQ(t->flow.dir[SERVER].ts_val, self->q.ts_ecr);
}

TEST_F(question, has_none_where_one_has_none)
{
	struct talk *t = &self->talk;
	unsigned int d;

	t->host[SERVER].ts = true;
	chat(t);
	for (d = 0; d < 2; d++) {
		ASSERT_TRUE(rstg_question(&t->flow, d, &self->q));
		EXPECT_FALSE(self->q.ts);
		EXPECT_EQ(0, self->q.ts_val);
		EXPECT_EQ(0, self->q.ts_ecr);
	}
}

TEST_F(question, of_a_stranger_there_is_none)
{
	struct rstg_flow f = {};

	EXPECT_FALSE(rstg_question(&f, SERVER, &self->q));
}

/* A SYN takes a number, and that is as good as an octet. */
TEST_F(question, right_behind_the_handshake)
{
	struct talk *t = &self->talk;

	talk_open(t);
	ASSERT_TRUE(rstg_question(&t->flow, SERVER, &self->q));
	EXPECT_EQ(t->host[CLIENT].snd_nxt - 1, self->q.seq);
	ASSERT_TRUE(rstg_question(&t->flow, CLIENT, &self->q));
	EXPECT_EQ(t->host[SERVER].snd_nxt - 1, self->q.seq);
}

TEST_HARNESS_MAIN
