// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any packets in any order. Each opinion must be sound, and the same conversation
 * told with other initial sequence numbers, from the other side and at another time
 * must give the same ones: no number is special but by its distance from others.
 */
#include <stdlib.h>

#include "sound.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#define STEP	10	/* octets of input for one packet */
#define STEPS	256

/* Distances that matter somewhere, and their neighbours. */
static const u32 near_by[] = {
	0, 1, -1, 2, -2, 3, 100, -100, 1460, -1460, 4380, 12503, 65535, -65535,
	RSTG_SEQ_JUMP - 1, RSTG_SEQ_JUMP, RSTG_SEQ_JUMP + 1,
	-RSTG_SEQ_JUMP + 1, -RSTG_SEQ_JUMP, -RSTG_SEQ_JUMP - 1,
	0x7fffffff, 0x80000000, 0x80000001, 0x20000000,
};

/* Nanoseconds; what lies between them decides in limits.h. */
static const u64 waits[] = {
	0, 1000, 500000, 2000000, 5000000, 20000000, 40000000, 90000000, 110000000,
	1000000000, 2100000000, 4100000000, 9000000000, 29000000000, 31000000000, 7300000000000,
};

/* The two sides as they would go on by themselves; input says how a packet differs. */
struct side {
	u32 snd_nxt;
	u16 id;
};

struct step {
	struct rstg_pkt pkt;
	unsigned int d;
	enum rstg_where where;
	bool deliver;
	u64 wait_ns;
};

static void read_step(struct step *s, const u8 *in, struct side side[2])
{
	struct side *me;

	memset(s, 0, sizeof(*s));
	s->d = in[0] & 1;
	me = &side[s->d];
	s->where = in[0] & 2 ? RSTG_OUTBOUND : RSTG_INBOUND;
	s->deliver = in[0] & 4;
	s->pkt.bits = (u8)((in[0] & 8 ? 0 : RSTG_PKT_HAS_ID | RSTG_PKT_DF) |
			   (in[0] & 16 ? RSTG_PKT_TS : 0) | (in[0] & 32 ? RSTG_PKT_WS : 0) |
			   (in[0] & 64 ? RSTG_PKT_FIXID : 0));
	if (in[0] & 128)
		s->pkt.bits ^= RSTG_PKT_DF;
	s->pkt.flags = in[1];
	s->pkt.seq = me->snd_nxt + near_by[in[2] % ARRAY_SIZE(near_by)];
	s->pkt.ack = side[!s->d].snd_nxt + near_by[in[3] % ARRAY_SIZE(near_by)];
	s->pkt.len = in[4] & 1 ? 0 : in[4] * 16U;
	s->pkt.ttl = in[5];
	s->pkt.ip_id = in[6] < 128 ? (u16)(me->id + in[6]) : (u16)(in[6] * 257);
	s->pkt.win = in[7];
	s->pkt.n_segs = (u16)(1 + (in[8] >> 4));
	s->wait_ns = waits[in[8] % ARRAY_SIZE(waits)];
	s->pkt.ts_val = in[9];
	if (!(s->pkt.flags & RSTG_RST) && !in[2]) {
		me->snd_nxt = rstg_pkt_seq_end(&s->pkt);
		me->id = s->pkt.ip_id;
	}
}

static void check(bool ok)
{
	if (!ok)
		abort();
}

static enum rstg_news feed(struct rstg_flow *f, const struct step *s, u64 now,
			   struct rstg_opinion *op)
{
	struct rstg_flow before = *f;
	enum rstg_news news;

	news = rstg_feed(f, &s->pkt, s->d, s->where, now, op);
	if (news != RSTG_NEWS_NONE)
		check(sound_opinion(op, news));
	if (news == RSTG_NEWS_RST) {
		check(s->pkt.flags & RSTG_RST);
		check(sound_lesson(&before, f));
		if (s->deliver)
			rstg_track_delivered(f, s->d, now);
	}
	return news;
}

/* Input: what is added to the sequence numbers of the retold one (4), steps. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct side side[2] = { { 1000000, 100 }, { 2000000, 900 } };
	struct rstg_flow told = {}, retold = {};
	u64 now = 1ULL << 40, later = (1ULL << 52) - (1ULL << 33);
	u32 shift;

	if (size < 4 || size > 4 + STEP * STEPS)
		return 0;
	shift = get_unaligned_be32(data);
	for (data += 4, size -= 4; size >= STEP; data += STEP, size -= STEP) {
		struct rstg_opinion op = {}, again = {};
		enum rstg_news news;
		struct step s;

		read_step(&s, data, side);
		now += s.wait_ns;
		news = feed(&told, &s, now, &op);

		/* the initial number of side 0 moves by one, that of side 1 by another */
		s.pkt.seq += s.d ? shift * 3 : shift;
		s.pkt.ack += s.d ? shift : shift * 3;
		s.d = !s.d;
		check(feed(&retold, &s, now + later, &again) == news);
		check(!memcmp(&op, &again, sizeof(op)));
		check(rstg_flow_expired(&told, rstg_beat(now)) ==
		      rstg_flow_expired(&retold, rstg_beat(now + later)));
	}
	return 0;
}
