// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resets that hosts really send, each with the cause of what looks odd about it.
 * None may become a suspect, on a router or on the client itself.
 */
#include "talk.h"

#include "kselftest_harness.h"

static void feed(struct talk *t, struct rstg_pkt rst)
{
	talk_feed(t, SERVER, &rst);
}

/* close() with unread data: the socket goes on where it was. */
static void unread_data(struct talk *t)
{
	talk_smtp(t);
	feed(t, talk_rst_socket(t, SERVER));
}

static void unread_data_timestamps(struct talk *t)
{
	t->host[SERVER].ts = true;
	t->host[CLIENT].ts = true;
	unread_data(t);
}

static void unread_data_ipv6(struct talk *t)
{
	t->host[SERVER].ids = ID_NONE;
	t->host[CLIENT].ids = ID_NONE;
	unread_data(t);
}

/* SO_LINGER 0 in a client that has what it wants, right after the handshake. */
static void client_lingers_0(struct talk *t)
{
	struct rstg_pkt rst;

	talk_open(t);
	rst = talk_rst_socket(t, CLIENT);
	talk_feed(t, CLIENT, &rst);
}

static void killed_server(struct talk *t)
{
	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	feed(t, talk_rst_nosocket(t, SERVER));
}

static void killed_server_ipv6(struct talk *t)
{
	t->host[SERVER].ids = ID_NONE;
	t->host[CLIENT].ids = ID_NONE;
	killed_server(t);
}

/* IP_TTL on the socket: RSTs from no socket have the system's default still. */
static void socket_ttl_200(struct talk *t)
{
	t->host[SERVER].ttl = 188;
	t->host[SERVER].syn_ttl = 188;
	killed_server(t);
}

/* Ten segments in flight find no socket, and each is answered. */
static void ten_in_flight(struct talk *t)
{
	struct rstg_pkt rst;
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 10; i++)
		talk_send(t, CLIENT, RSTG_ACK, 1448);
	rst = talk_rst_nosocket(t, SERVER);
	for (i = 0; i < 10; i++) {
		feed(t, rst);
		talk_wait_us(t, 12);
	}
}

/* ... and each has acknowledged something else: a whole window of ACK numbers comes back. */
static void window_of_acks_comes_back(struct talk *t)
{
	struct rstg_pkt rst;
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 10; i++)
		talk_send(t, SERVER, RSTG_ACK, 1448);
	for (i = 0; i < 10; i++) {
		rst = talk_mimic(t, SERVER, RSTG_RST);
		rst.seq -= (9 - i) * 1448;
		feed(t, rst);
		talk_wait_us(t, 50);
	}
}

/* QUIT, 221 and close meet on the way: a RST for what came after the FIN. */
static void quit_race(struct talk *t)
{
	talk_smtp(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 6);
	talk_fin(t, SERVER);
	talk_send(t, CLIENT, RSTG_ACK, 31);
	feed(t, talk_rst_nosocket(t, SERVER));
}

/* 128 at the start, no timestamps, window 0, one counter for a destination. */
static void windows_abort(struct talk *t)
{
	struct host *s = &t->host[SERVER];
	struct rstg_pkt rst;

	s->ttl = 116;
	s->syn_ttl = 116;
	talk_smtp(t);
	s->id += 7;
	rst = talk_rst_socket(t, SERVER);
	rst.win = 0;
	feed(t, rst);
}

/* Windows leaves the ACK number in the field without saying so in the flags. */
static void windows_bare_with_ack_number(struct talk *t)
{
	struct rstg_pkt rst;

	t->host[SERVER].ttl = 116;
	t->host[SERVER].syn_ttl = 116;
	t->host[SERVER].rst_ttl = 116;
	talk_smtp(t);
	rst = talk_rst_nosocket(t, SERVER);
	rst.ack = t->host[SERVER].rcv_nxt + 12345;
	rst.ip_id = t->host[SERVER].id;
	feed(t, rst);
}

/* macOS, FreeBSD: IP-ID 0 on everything, timestamps on an active reset. */
static void bsd_close(struct talk *t)
{
	t->host[SERVER].ids = ID_ZERO;
	t->host[SERVER].ts = true;
	unread_data(t);
}

static void bsd_no_socket(struct talk *t)
{
	t->host[SERVER].ids = ID_ZERO;
	killed_server(t);
}

static void openbsd_random_ids(struct talk *t)
{
	t->host[SERVER].ids = ID_RANDOM;
	unread_data(t);
}

/* Before 4.19 Linux took the ID of such RSTs from elsewhere. */
static void old_linux_id(struct talk *t)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	rst = talk_rst_nosocket(t, SERVER);
	rst.ip_id = 13370;
	feed(t, rst);
}

/* Older still: RSTs start at 255. */
static void old_linux_ttl(struct talk *t)
{
	t->host[SERVER].rst_ttl = 243;
	killed_server(t);
}

/*
 * A balancer shook hands, the server behind it talked, and after three minutes of
 * silence the balancer says farewell with fields of its own (seen on a real line).
 */
static struct rstg_pkt balancer_farewell(struct talk *t)
{
	struct rstg_pkt rst;

	t->host[SERVER].syn_ttl = 251;
	talk_smtp(t);
	talk_wait_ms(t, 181000);
	rst = talk_mimic(t, SERVER, RSTG_RST | RSTG_ACK);
	rst.ttl = 251;
	rst.ip_id += 20000;
	rst.win = 9300;
	return rst;
}

static void balancer_times_out(struct talk *t)
{
	feed(t, balancer_farewell(t));
}

/* A NAT that never showed itself before. */
static void nat_times_out(struct talk *t)
{
	struct rstg_pkt rst = balancer_farewell(t);

	rst.ttl = 61;
	feed(t, rst);
}

/* 44 % of genuine resets come as two or more. */
static void nat_times_out_twice(struct talk *t)
{
	struct rstg_pkt rst = balancer_farewell(t);

	rst.ttl = 61;
	feed(t, rst);
	talk_wait_ms(t, 1);
	rst.ip_id++;
	feed(t, rst);
}

/* Silent drop after 350 s; the next packet then is answered from near by. */
static void balancer_forgot(struct talk *t)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_wait_ms(t, 360000);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_wait_ms(t, 3);
	rst = talk_mimic(t, SERVER, RSTG_RST);
	rst.ttl = 61;
	rst.ip_id = 4711;
	feed(t, rst);
}

/* ... or with a RST|ACK, sooner than the server itself could. */
static void balancer_forgot_ack(struct talk *t)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_wait_ms(t, 360000);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_wait_ms(t, 3);
	rst = talk_mimic(t, SERVER, RSTG_RST | RSTG_ACK);
	rst.ttl = 61;
	rst.ip_id = 4711;
	rst.win = 9300;
	feed(t, rst);
}

/* Flow offload: most of a download went past the hooks, IDs and all. */
static void offloaded(struct talk *t, u32 ms)
{
	struct host *c = &t->host[CLIENT], *s = &t->host[SERVER];

	talk_smtp(t);
	talk_wait_ms(t, ms);
	s->snd_nxt += 0x08000000;
	c->rcv_nxt += 0x08000000;
	c->id += 30000;
	s->id += 30000;
	c->win = 1700;
	s->win = 1700;
}

static void server_resets_after_offload(struct talk *t)
{
	offloaded(t, 10000);
	feed(t, talk_rst_socket(t, SERVER));
}

static void client_resets_after_offload(struct talk *t)
{
	struct rstg_pkt rst;

	offloaded(t, 10000);
	rst = talk_rst_socket(t, CLIENT);
	talk_feed(t, CLIENT, &rst);
}

/* A carrier's NAT gave the port to another subscriber a quarter of an hour later. */
static void port_reused_after_silence(struct talk *t)
{
	struct host *c = &t->host[CLIENT];
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_wait_ms(t, 15 * 60 * 1000);
	c->snd_nxt -= 0x12345678;
	c->id += 20000;
	c->ttl = 120;
	c->syn_ttl = 120;
	t->host[SERVER].snd_nxt += 0x12345678;
	talk_smtp(t);
	rst = talk_rst_socket(t, CLIENT);
	talk_feed(t, CLIENT, &rst);
}

/* ... and the server, now by another route, does not want to talk to that one. */
static void port_reused_and_reset(struct talk *t)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_wait_ms(t, 15 * 60 * 1000);
	t->host[CLIENT].snd_nxt -= 0x12345678;
	t->host[SERVER].snd_nxt += 0x12345678;
	talk_open(t);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	rst = talk_rst_socket(t, SERVER);
	rst.ttl = 55;
	feed(t, rst);
}

/* The SYN-ACK comes from a proxy with its own distance and DF. */
static void syn_proxy_data(struct talk *t)
{
	t->host[SERVER].syn_ttl = 229;
	t->host[SERVER].ttl = 101;
	t->host[SERVER].rst_ttl = 101;
	t->host[SERVER].df = false;
	unread_data(t);
}

static void syn_proxy_resets(struct talk *t)
{
	struct rstg_pkt rst;

	t->host[SERVER].syn_ttl = 229;
	t->host[SERVER].ttl = 101;
	talk_smtp(t);
	rst = talk_rst_nosocket(t, SERVER);
	rst.ttl = 229;
	feed(t, rst);
}

/* Anycast: one hop more or less from packet to packet. */
static void ttl_flaps(struct talk *t)
{
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 10; i++) {
		t->host[SERVER].ttl = 52 + (i & 1);
		talk_send(t, SERVER, RSTG_ACK, 100);
	}
	t->host[SERVER].ttl = 51;
	feed(t, talk_rst_socket(t, SERVER));
}

static void route_changes_before(struct talk *t)
{
	talk_smtp(t);
	t->host[SERVER].ttl = 55;
	talk_send(t, SERVER, RSTG_ACK, 100);
	feed(t, talk_rst_socket(t, SERVER));
}

static void route_changes_with_the_rst(struct talk *t)
{
	talk_smtp(t);
	t->host[SERVER].ttl = 48;
	feed(t, talk_rst_socket(t, SERVER));
}

/* A telephone that moved to another network: all that follows has another TTL. */
static void handover(struct talk *t)
{
	unsigned int i;

	talk_smtp(t);
	t->host[SERVER].ttl = FORGED_TTL;
	for (i = 0; i < RSTG_TTL_TRUST; i++)
		talk_send(t, SERVER, RSTG_ACK, 100);
	feed(t, talk_rst_socket(t, SERVER));
}

/* GRO hands over 40 segments as one packet. */
static void after_merged_segments(struct talk *t)
{
	struct rstg_pkt pkt;

	talk_smtp(t);
	pkt = talk_pkt(t, SERVER, RSTG_ACK, 40 * 1448);
	pkt.n_segs = 40;
	t->host[SERVER].id += 39;
	talk_feed(t, SERVER, &pkt);
	feed(t, talk_rst_socket(t, SERVER));
}

/* 30 segments got lost before they reached us, then the socket resets. */
static void after_loss(struct talk *t)
{
	unsigned int i;

	talk_smtp(t);
	for (i = 0; i < 30; i++)
		talk_pkt(t, SERVER, RSTG_ACK, 1448);
	feed(t, talk_rst_socket(t, SERVER));
}

/* A busy host with one counter for all: some thousand packets went elsewhere. */
static void busy_host(struct talk *t)
{
	talk_smtp(t);
	t->host[SERVER].id += 9000;
	feed(t, talk_rst_socket(t, SERVER));
}

static void reordered_data_behind_the_rst(struct talk *t)
{
	struct rstg_pkt a, b;

	talk_smtp(t);
	a = talk_pkt(t, SERVER, RSTG_ACK, 1448);
	b = talk_pkt(t, SERVER, RSTG_ACK, 1448);
	feed(t, talk_rst_socket(t, SERVER));
	talk_wait_ms(t, 1);
	talk_feed(t, SERVER, &b);
	talk_wait_ms(t, 1);
	talk_feed(t, SERVER, &a);
}

/* The same frame twice in a capture, or on a bridge port and the bridge. */
static void captured_twice(struct talk *t)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	rst = talk_rst_socket(t, SERVER);
	feed(t, rst);
	talk_wait_us(t, 3);
	feed(t, rst);
}

static void refused(struct talk *t)
{
	struct rstg_pkt rst;

	talk_syn(t);
	rst = talk_rst_socket(t, SERVER);
	rst.ip_id = 0;
	rst.win = 0;
	feed(t, rst);
}

/* A scan, or the slower of two families that a browser tried. */
static void half_open_scan(struct talk *t)
{
	struct rstg_pkt rst;

	talk_syn(t);
	talk_syn_ack(t);
	rst = talk_rst_nosocket(t, CLIENT);
	talk_feed(t, CLIENT, &rst);
}

/* The answer to what somebody sent in our name: of no connection that we know. */
static void backscatter(struct talk *t)
{
	feed(t, talk_mimic(t, SERVER, RSTG_RST | RSTG_ACK));
}

/* A packet filter on the path begins to reject: a RST from where it stands, for good. */
static void rejected_on_the_path(struct talk *t)
{
	struct rstg_pkt rst;

	talk_smtp(t);
	talk_wait_ms(t, 3000);
	talk_send(t, CLIENT, RSTG_ACK | RSTG_PSH, 100);
	talk_wait_ms(t, 30);
	rst = talk_mimic(t, SERVER, RSTG_RST);
	rst.ttl = FORGED_TTL;
	feed(t, rst);
}

/* Keep-alives without answer, then ETIMEDOUT and a RST|ACK. */
static void keepalive_death(struct talk *t)
{
	talk_smtp(t);
	talk_wait_ms(t, 660000);
	feed(t, talk_rst_socket(t, SERVER));
}

static void module_loaded_mid_stream(struct talk *t)
{
	talk_midstream(t, 3);
	feed(t, talk_rst_socket(t, SERVER));
}

static void module_loaded_just_now(struct talk *t)
{
	struct rstg_pkt rst;

	talk_midstream(t, 1);
	rst = talk_rst_nosocket(t, SERVER);
	rst.ttl = FORGED_TTL;
	rst.win = 1;
	feed(t, rst);
}

static void ports_reused(struct talk *t)
{
	talk_smtp(t);
	talk_fin(t, CLIENT);
	talk_fin(t, SERVER);
	talk_wait_ms(t, 500);
	t->host[CLIENT].snd_nxt += 0x01234567;
	t->host[SERVER].snd_nxt -= 0x01234567;
	t->host[SERVER].ttl = FORGED_TTL;
	t->host[SERVER].syn_ttl = FORGED_TTL;
	t->host[SERVER].id += 20000;
	talk_smtp(t);
	feed(t, talk_rst_socket(t, SERVER));
}

/* A segment of the connection before, late by a minute, is no part of this one. */
static void late_segment_of_the_one_before(struct talk *t)
{
	struct rstg_pkt old;

	talk_smtp(t);
	old = talk_pkt(t, SERVER, RSTG_ACK, 100);
	talk_fin(t, CLIENT);
	talk_fin(t, SERVER);
	t->host[CLIENT].snd_nxt += 0x41234567;
	t->host[SERVER].snd_nxt += 0x41234567;
	talk_smtp(t);
	talk_feed(t, SERVER, &old);
	feed(t, talk_rst_socket(t, SERVER));
}

FIXTURE(genuine) {
	struct talk t;
};

FIXTURE_VARIANT(genuine) {
	void (*live)(struct talk *t);
	bool own;	/* the RST is the client's */
};

#define GENUINE(name) FIXTURE_VARIANT_ADD(genuine, name) { .live = name }
#define GENUINE_OWN(name) FIXTURE_VARIANT_ADD(genuine, name) { .live = name, .own = true }

GENUINE(unread_data);
GENUINE(unread_data_timestamps);
GENUINE(unread_data_ipv6);
GENUINE_OWN(client_lingers_0);
GENUINE_OWN(port_reused_after_silence);
GENUINE(server_resets_after_offload);
GENUINE_OWN(client_resets_after_offload);
GENUINE(port_reused_and_reset);
GENUINE(killed_server);
GENUINE(killed_server_ipv6);
GENUINE(socket_ttl_200);
GENUINE(ten_in_flight);
GENUINE(window_of_acks_comes_back);
GENUINE(quit_race);
GENUINE(windows_abort);
GENUINE(windows_bare_with_ack_number);
GENUINE(bsd_close);
GENUINE(bsd_no_socket);
GENUINE(openbsd_random_ids);
GENUINE(old_linux_id);
GENUINE(old_linux_ttl);
GENUINE(balancer_times_out);
GENUINE(nat_times_out);
GENUINE(nat_times_out_twice);
GENUINE(balancer_forgot);
GENUINE(syn_proxy_data);
GENUINE(syn_proxy_resets);
GENUINE(ttl_flaps);
GENUINE(route_changes_before);
GENUINE(route_changes_with_the_rst);
GENUINE(handover);
GENUINE(after_merged_segments);
GENUINE(after_loss);
GENUINE(busy_host);
GENUINE(reordered_data_behind_the_rst);
GENUINE(captured_twice);
GENUINE(refused);
GENUINE_OWN(half_open_scan);
GENUINE(backscatter);
GENUINE(rejected_on_the_path);
GENUINE(keepalive_death);
GENUINE(module_loaded_mid_stream);
GENUINE(module_loaded_just_now);
GENUINE(ports_reused);
GENUINE(late_segment_of_the_one_before);
GENUINE(balancer_forgot_ack);

FIXTURE_SETUP(genuine)
{
	talk_init(&self->t);
}

FIXTURE_TEARDOWN(genuine)
{
}

TEST_F(genuine, on_a_router)
{
	variant->live(&self->t);
	EXPECT_NE(0, self->t.op.reasons);
	EXPECT_EQ(0, self->t.suspects);
	EXPECT_EQ(0, self->t.lives);
}

TEST_F(genuine, on_the_client)
{
	/* its own RSTs are not judged there */
	if (variant->own)
		return;
	self->t.host[CLIENT].where = RSTG_OUTBOUND;
	variant->live(&self->t);
	EXPECT_NE(0, self->t.op.reasons);
	EXPECT_EQ(0, self->t.suspects);
	EXPECT_EQ(0, self->t.lives);
}

/* In mode drop the first may be kept back: what follows must be no worse for it. */
TEST_F(genuine, when_dropping)
{
	self->t.dropping = true;
	variant->live(&self->t);
	EXPECT_EQ(0, self->t.suspects);
	EXPECT_EQ(0, self->t.lives);
}

TEST_HARNESS_MAIN
