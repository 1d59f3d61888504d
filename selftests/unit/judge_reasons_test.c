// SPDX-License-Identifier: GPL-2.0-only
/*
 * Weighing one RST: each reason with a RST that has it and a twin that has not.
 *
 * A new reason in reasons.h does not compile here until it has its pair, with_X()
 * and without_X(). Where a twin comes from a real cause, the comment names it.
 */
#include "talk.h"

#include "kselftest_harness.h"

#define RA	(RSTG_RST | RSTG_ACK)

static void feed(struct talk *t, struct rstg_pkt rst)
{
	talk_feed(t, SERVER, &rst);
}

/* The server's socket resets in the middle of a mail session: nothing is odd. */
static void plain(struct talk *t)
{
	talk_smtp(t);
	feed(t, talk_rst_socket(t, SERVER));
}

/* So does a server that has lost the socket, after a restart for example. */
static void plain_bare(struct talk *t)
{
	talk_smtp(t);
	feed(t, talk_rst_nosocket(t, SERVER));
}

/* A perfect RST|ACK in mid session, for a test to spoil. */
static struct rstg_pkt forged(struct talk *t, u16 flags)
{
	talk_smtp(t);
	return talk_mimic(t, SERVER, flags);
}

/* --- not scored ------------------------------------------------------------ */

static void with_NO_FLOW(struct talk *t)
{
	feed(t, talk_mimic(t, SERVER, RA));
}

static void without_NO_FLOW(struct talk *t)
{
	plain(t);
}

/* connection refused */
static void with_NO_HANDSHAKE(struct talk *t)
{
	talk_syn(t);
	feed(t, talk_rst_socket(t, SERVER));
}

static void without_NO_HANDSHAKE(struct talk *t)
{
	plain(t);
}

static void with_THIN(struct talk *t)
{
	talk_midstream(t, RSTG_MIDSTREAM_MIN - 1);
	feed(t, talk_rst_socket(t, SERVER));
}

static void without_THIN(struct talk *t)
{
	talk_midstream(t, RSTG_MIDSTREAM_MIN);
	feed(t, talk_rst_socket(t, SERVER));
}

/* --- TTL ------------------------------------------------------------------- */

static void spoil_ttl(struct talk *t, u8 ttl)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.ttl = ttl;
	feed(t, rst);
}

static void with_TTL_SAME(struct talk *t)
{
	plain(t);
}

static void without_TTL_SAME(struct talk *t)
{
	spoil_ttl(t, 53);
}

/* the control socket has the system's TTL, 128 here, the data that of its socket */
static void with_TTL_ALIAS(struct talk *t)
{
	t->host[SERVER].rst_ttl = 116;
	plain_bare(t);
}

static void without_TTL_ALIAS(struct talk *t)
{
	spoil_ttl(t, 120);
}

/* a route change just before the reset */
static void with_TTL_MOVED(struct talk *t)
{
	spoil_ttl(t, 55);
}

static void without_TTL_MOVED(struct talk *t)
{
	spoil_ttl(t, 51);
}

static void with_TTL_FAR(struct talk *t)
{
	spoil_ttl(t, FORGED_TTL);
}

static void without_TTL_FAR(struct talk *t)
{
	spoil_ttl(t, 56);
}

/* --- IP-ID and DF ---------------------------------------------------------- */

static void spoil_id(struct talk *t, u16 flags, u16 id)
{
	struct rstg_pkt rst = forged(t, flags);

	rst.ip_id = id;
	feed(t, rst);
}

static void with_ID_NEAR(struct talk *t)
{
	plain(t);
}

static void without_ID_NEAR(struct talk *t)
{
	spoil_id(t, RA, t->host[SERVER].id + 20000);
}

static void with_ID_FAR(struct talk *t)
{
	spoil_id(t, RA, t->host[SERVER].id + 20000);
}

/* a host-wide counter that other connections drove on */
static void without_ID_FAR(struct talk *t)
{
	talk_smtp(t);
	t->host[SERVER].id += 4000;
	feed(t, talk_rst_socket(t, SERVER));
}

static void with_ID_ZERO(struct talk *t)
{
	spoil_id(t, RA, 0);
}

/* macOS and FreeBSD */
static void without_ID_ZERO(struct talk *t)
{
	t->host[SERVER].ids = ID_ZERO;
	plain(t);
}

static void with_ID_NONZERO(struct talk *t)
{
	t->host[SERVER].ids = ID_ZERO;
	spoil_id(t, RA, 305);
}

static void without_ID_NONZERO(struct talk *t)
{
	t->host[SERVER].ids = ID_ZERO;
	plain(t);
}

static void with_ID_BARE(struct talk *t)
{
	plain_bare(t);
}

/* Linux before 4.19 took it from a table of counters of its own */
static void without_ID_BARE(struct talk *t)
{
	spoil_id(t, RSTG_RST, 4711);
}

static void with_ID_ZERO_FRAG(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RSTG_RST);

	rst.bits &= ~RSTG_PKT_DF;
	feed(t, rst);
}

static void without_ID_ZERO_FRAG(struct talk *t)
{
	plain_bare(t);
}

static void with_ID_OURS(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.ip_id = t->flow.dir[CLIENT].ipid.last;
	feed(t, rst);
}

static void without_ID_OURS(struct talk *t)
{
	plain(t);
}

static void with_DF_DIFF(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.bits &= ~RSTG_PKT_DF;
	feed(t, rst);
}

/* a sender that clears DF on some of its data */
static void without_DF_DIFF(struct talk *t)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	t->host[SERVER].df = false;
	talk_send(t, SERVER, RSTG_ACK, 10);
	rst = talk_mimic(t, SERVER, RA);
	rst.bits |= RSTG_PKT_DF;
	feed(t, rst);
}

static void with_DF_DIFF_BARE(struct talk *t)
{
	t->host[SERVER].df = false;
	plain_bare(t);
}

static void without_DF_DIFF_BARE(struct talk *t)
{
	plain_bare(t);
}

/* --- TCP header ------------------------------------------------------------ */

static void with_WIN_ODD(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.win = 9300;
	feed(t, rst);
}

/* Windows resets with 0; others with what they advertised last */
static void without_WIN_ODD(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.win = 0;
	feed(t, rst);
}

static void miss_ts(struct talk *t)
{
	struct rstg_pkt rst;

	t->host[SERVER].ts = true;
	rst = forged(t, RA);
	rst.bits &= ~RSTG_PKT_TS;
	feed(t, rst);
}

/* half of all stacks leave it out of a RST|ACK (RFC 7323 3.2 lets them) */
static void with_TS_MISSING(struct talk *t)
{
	t->host[SERVER].ids = ID_RANDOM;
	miss_ts(t);
}

static void without_TS_MISSING(struct talk *t)
{
	t->host[SERVER].ids = ID_RANDOM;
	t->host[SERVER].ts = true;
	plain(t);
}

/* tcp_send_active_reset() does not */
static void with_TS_MISSING_LINUX(struct talk *t)
{
	miss_ts(t);
}

/* Windows counts too, but starts at 128 */
static void without_TS_MISSING_LINUX(struct talk *t)
{
	t->host[SERVER].ttl = 116;
	t->host[SERVER].syn_ttl = 116;
	miss_ts(t);
}

static void with_TS_BARE(struct talk *t)
{
	struct rstg_pkt rst;

	t->host[SERVER].ts = true;
	rst = forged(t, RSTG_RST);
	rst.bits |= RSTG_PKT_TS;
	feed(t, rst);
}

static void without_TS_BARE(struct talk *t)
{
	t->host[SERVER].ts = true;
	plain_bare(t);
}

/* an injector in Henan sends 10 octets */
static void with_PAYLOAD(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.len = 10;
	feed(t, rst);
}

static void without_PAYLOAD(struct talk *t)
{
	plain(t);
}

/* --- sequence space -------------------------------------------------------- */

static void spoil_seq(struct talk *t, u16 flags, s32 off)
{
	struct rstg_pkt rst = forged(t, flags);

	rst.seq += (u32)off;
	feed(t, rst);
}

static void with_SEQ_BEYOND(struct talk *t)
{
	spoil_seq(t, RA, 1460);
}

/*
 * Picked up while the server sends again what had arrived long ago: the client's
 * ACK is beyond all that we saw of it, and is what a RST of no socket answers.
 */
static void without_SEQ_BEYOND(struct talk *t)
{
	unsigned int i;

	talk_midstream(t, 0);
	t->host[SERVER].snd_nxt -= 5000;
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	for (i = 0; i < RSTG_MIDSTREAM_MIN; i++)
		talk_send(t, SERVER, RSTG_ACK, 1000);
	feed(t, talk_rst_nosocket(t, SERVER));
}

static void with_SEQ_BEHIND(struct talk *t)
{
	spoil_seq(t, RA, -30);
}

/* it answers a segment that acknowledged less than had been sent */
static void without_SEQ_BEHIND(struct talk *t)
{
	spoil_seq(t, RSTG_RST, -30);
}

/* Russian boxes put a wrong ACK number, and Linux does not look at it */
static void with_ACK_AHEAD(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.ack += 517;
	feed(t, rst);
}

/* it has not received the latest data yet */
static void without_ACK_AHEAD(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.ack -= 517;
	feed(t, rst);
}

/* --- several RSTs ---------------------------------------------------------- */

/* GFW: X, X + 1460, X + 4380, ready for data that may overtake */
static void with_SEQ_CHANGE(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	feed(t, rst);
	rst.seq += 1460;
	feed(t, rst);
}

static void without_SEQ_CHANGE(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	feed(t, rst);
	feed(t, rst);
}

static void with_COPIES(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	feed(t, rst);
	feed(t, rst);
	feed(t, rst);
}

/* the capture's own doubling */
static void without_COPIES(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	feed(t, rst);
	feed(t, rst);
}

/*
 * GFW I, then II: two boxes at one tap. Here and below the first is kept back: let
 * through, a plain one ends the connection, and what follows is excused.
 */
static void with_MIXED(struct talk *t)
{
	t->dropping = true;
	feed(t, forged(t, RSTG_RST));
	feed(t, talk_mimic(t, SERVER, RA));
}

/* the socket resets; what is still in flight then meets no socket */
static void without_MIXED(struct talk *t)
{
	t->dropping = true;
	t->host[SERVER].rst_ttl = 116;
	talk_smtp(t);
	feed(t, talk_rst_socket(t, SERVER));
	feed(t, talk_rst_nosocket(t, SERVER));
}

static void two_with_ttl_and_window(struct talk *t, u8 ttl, u16 win)
{
	struct rstg_pkt rst = forged(t, RA);

	t->dropping = true;
	rst.win = 900;
	feed(t, rst);
	rst.ttl += ttl;
	rst.win += win;
	feed(t, rst);
}

static void with_TTL_WIN(struct talk *t)
{
	two_with_ttl_and_window(t, 1, 3);
}

/* a TTL that flaps by one is no news */
static void without_TTL_WIN(struct talk *t)
{
	two_with_ttl_and_window(t, 1, 0);
}

/* --- time ------------------------------------------------------------------ */

/* The client sends; @us later a RST|ACK says that the server has it. */
static void answer_after(struct talk *t, u64 us)
{
	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_wait_us(t, us);
	feed(t, talk_mimic(t, SERVER, RA));
}

static void with_EARLY(struct talk *t)
{
	answer_after(t, 30000);
}

static void without_EARLY(struct talk *t)
{
	answer_after(t, 34000);
}

static void with_EARLY_HALF(struct talk *t)
{
	answer_after(t, 19000);
}

static void without_EARLY_HALF(struct talk *t)
{
	answer_after(t, 21000);
}

static void bare_after(struct talk *t, u64 us)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_send(t, SERVER, RSTG_ACK, 100);
	talk_send(t, CLIENT, RSTG_ACK, 0);
	talk_wait_us(t, us);
	rst = talk_mimic(t, SERVER, RSTG_RST);
	rst.seq = t->host[CLIENT].rcv_nxt;
	feed(t, rst);
}

static void with_EARLY_BARE(struct talk *t)
{
	bare_after(t, 19000);
}

static void without_EARLY_BARE(struct talk *t)
{
	bare_after(t, 21000);
}

#define QUIET_MS	30000	/* the server's answer itself takes 40 */

static void with_QUIET(struct talk *t)
{
	talk_smtp(t);
	talk_wait_ms(t, QUIET_MS);
	feed(t, talk_rst_socket(t, SERVER));
}

/* it is the other side that was silent */
static void without_QUIET(struct talk *t)
{
	talk_smtp(t);
	talk_wait_ms(t, QUIET_MS);
	talk_send(t, SERVER, RSTG_ACK, 100);
	feed(t, talk_rst_socket(t, SERVER));
}

static void with_AFTER_FIN(struct talk *t)
{
	talk_smtp(t);
	talk_fin(t, SERVER);
	talk_send(t, CLIENT, RSTG_ACK, 10);
	feed(t, talk_rst_nosocket(t, SERVER));
}

static void without_AFTER_FIN(struct talk *t)
{
	talk_smtp(t);
	talk_fin(t, CLIENT);
	feed(t, talk_rst_socket(t, SERVER));
}

static void with_AFTER_RST(struct talk *t)
{
	plain(t);
	feed(t, talk_rst_nosocket(t, SERVER));
}

/* what followed a doubtful one is no better for it */
static void without_AFTER_RST(struct talk *t)
{
	spoil_ttl(t, FORGED_TTL);
	feed(t, talk_rst_nosocket(t, SERVER));
}

/* --- life ------------------------------------------------------------------ */

static void with_LIFE_DATA(struct talk *t)
{
	plain_bare(t);
	talk_send(t, SERVER, RSTG_ACK | RSTG_PSH, 1000);
}

/* data sent before the reset and overtaken by it */
static void without_LIFE_DATA(struct talk *t)
{
	struct rstg_pkt late;

	talk_smtp(t);
	late = talk_pkt(t, SERVER, RSTG_ACK | RSTG_PSH, 1000);
	feed(t, talk_rst_socket(t, SERVER));
	talk_wait_ms(t, 1);
	talk_feed(t, SERVER, &late);
}

static void with_LIFE_ACK(struct talk *t)
{
	plain_bare(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_send(t, SERVER, RSTG_ACK, 0);
}

/* an ACK for what was sent before the RST came, overtaken by it */
static void without_LIFE_ACK(struct talk *t)
{
	struct rstg_pkt late;

	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	late = talk_pkt(t, SERVER, RSTG_ACK, 0);
	feed(t, talk_rst_socket(t, SERVER));
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_feed(t, SERVER, &late);
}

static void with_LIFE_SYNACK(struct talk *t)
{
	talk_syn(t);
	feed(t, talk_rst_socket(t, SERVER));
	talk_syn_ack(t);
}

/* asked once more, it accepts: the service has come up */
static void without_LIFE_SYNACK(struct talk *t)
{
	struct rstg_pkt syn;

	talk_syn(t);
	feed(t, talk_rst_socket(t, SERVER));
	talk_wait_ms(t, 1000);
	syn = talk_mimic(t, CLIENT, RSTG_SYN);
	syn.seq = t->host[CLIENT].snd_nxt - 1;
	talk_feed(t, CLIENT, &syn);
	talk_syn_ack(t);
}

/* It is asked with a keep-alive, and sends an ACK that says nothing new. */
static void answer(struct talk *t, u64 after_ms)
{
	struct rstg_asked asked;
	struct rstg_opinion op;
	enum rstg_news news;
	struct rstg_pkt pkt;

	plain_bare(t);
	asked = talk_asked(t, 0);
	talk_wait_ms(t, after_ms);
	pkt = talk_mimic(t, SERVER, RSTG_ACK);
	news = rstg_feed_answer(&t->flow, &pkt, SERVER, &asked, t->now, &op);
	if (news == RSTG_NEWS_LIFE)
		t->op = op;
}

static void with_LIFE_PROBE(struct talk *t)
{
	answer(t, 40);
}

/* an ACK sent before the question reached it, overtaken by the reset */
static void without_LIFE_PROBE(struct talk *t)
{
	answer(t, 20);
}

/* --- context --------------------------------------------------------------- */

static void with_OPENING(struct talk *t)
{
	plain(t);
}

static void without_OPENING(struct talk *t)
{
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < RSTG_OPENING_PKTS; i++) {
		talk_send(t, CLIENT, RSTG_ACK, 100);
		talk_send(t, SERVER, RSTG_ACK, 100);
	}
	feed(t, talk_rst_socket(t, SERVER));
}

/* --- the rest of the IP header ----------------------------------------------- */

#define LABEL	0x2b67a

/* A perfect RST with another label, in a session over IPv6. */
static void spoil_label(struct talk *t, u16 flags, u32 label)
{
	struct rstg_pkt rst;

	t->host[CLIENT].ids = ID_NONE;
	t->host[SERVER].ids = ID_NONE;
	t->host[SERVER].label = LABEL;
	rst = forged(t, flags);
	rst.flow_label = label;
	feed(t, rst);
}

static void with_LABEL(struct talk *t)
{
	spoil_label(t, RA, 0);
}

static void without_LABEL(struct talk *t)
{
	spoil_label(t, RA, LABEL);
}

static void with_LABEL_ZERO(struct talk *t)
{
	spoil_label(t, RSTG_RST, 0);
}

/* without a socket Linux makes one up */
static void without_LABEL_ZERO(struct talk *t)
{
	spoil_label(t, RSTG_RST, LABEL ^ 1);
}

static void spoil_tos(struct talk *t, u16 flags, u8 tos)
{
	struct rstg_pkt rst;

	t->host[CLIENT].tos = 0x48;
	t->host[SERVER].tos = 0x28;
	rst = forged(t, flags);
	rst.tos = tos;
	feed(t, rst);
}

static void with_DSCP(struct talk *t)
{
	spoil_tos(t, RA, 0);
}

/* ECN is for data: the RST of the same socket goes without */
static void without_DSCP(struct talk *t)
{
	spoil_tos(t, RA, 0x28 | 2);
}

static void with_DSCP_BARE(struct talk *t)
{
	spoil_tos(t, RSTG_RST, 0x88);
}

/* Linux without a socket reflects what the other side's segment had */
static void without_DSCP_BARE(struct talk *t)
{
	spoil_tos(t, RSTG_RST, 0x48);
}

/* GFW II, frame 29 of a capture of 2017 */
static void with_PATTERN(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.ip_id = 27204;
	rst.win = 2977;
	feed(t, rst);
}

static void without_PATTERN(struct talk *t)
{
	struct rstg_pkt rst = forged(t, RA);

	rst.ip_id = 27204;
	rst.win = 3195;		/* 12 times that is more than 65535 - 27204 */
	feed(t, rst);
}

/* SYNPROXY or a helper: what passes here is not what the hosts say. */
static void with_NOT_COMPARABLE(struct talk *t)
{
	talk_smtp(t);
	rstg_flow_adjust(&t->flow);
	feed(t, talk_rst_socket(t, SERVER));
}

static void without_NOT_COMPARABLE(struct talk *t)
{
	talk_smtp(t);
	feed(t, talk_rst_socket(t, SERVER));
}

/* --- the pairs ------------------------------------------------------------- */

FIXTURE(reason) {
	struct talk t;
};

FIXTURE_VARIANT(reason) {
	enum rstg_reason bit;
	void (*with)(struct talk *t);
	void (*without)(struct talk *t);
};

#define X(e, fam, db, name_, text)					\
	FIXTURE_VARIANT_ADD(reason, e) {				\
		.bit = RSTG_R_##e, .with = with_##e, .without = without_##e,	\
	};
RSTG_REASONS(X)
#undef X

FIXTURE_SETUP(reason)
{
	talk_init(&self->t);
}

FIXTURE_TEARDOWN(reason)
{
}

TEST_F(reason, given)
{
	variant->with(&self->t);
	EXPECT_TRUE(self->t.op.reasons & BIT_ULL(variant->bit)) {
		TH_LOG("%s", rstg_reasons[variant->bit].name);
	}
}

TEST_F(reason, not_given)
{
	variant->without(&self->t);
	EXPECT_FALSE(self->t.op.reasons & BIT_ULL(variant->bit)) {
		TH_LOG("%s", rstg_reasons[variant->bit].name);
	}
}

/* What is not scored weighs nothing and passes, whatever it looks like. */
TEST_F(reason, unscored_is_genuine)
{
	const struct rstg_opinion *op = &self->t.op;

	variant->with(&self->t);
	if (rstg_scored(op) || op->proof)
		return;
	EXPECT_EQ(0, op->score);
	EXPECT_EQ(0, op->families);
	EXPECT_EQ(RSTG_GENUINE, op->verdict);
}

TEST_HARNESS_MAIN
