// SPDX-License-Identifier: GPL-2.0-only
/*
 * One parser for each flow whose two SYNs were seen, from its first octet of payload
 * until there is nothing more to learn: some hundred octets of SMTP, three records of TLS.
 * Then the parser goes, and a word in the entry keeps what was said last.
 */
#include <linux/ktime.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <uapi/linux/rstguard.h>

#include "stream.h"
#include "table.h"
#include "talk.h"

/*
 * struct rstg_entry.talk: 0 before anything was said, a parser while it reads, and
 * then a word with bit 0 set, which no pointer has.
 */
#define WORD		BIT(0)
#define WORD_CLIENT	BIT(1)
#define WORD_PHASE	2	/* enum rstg_phase, 3 bits */
#define WORD_TLS	5	/* 3 bits */
#define WORD_STAGE	8	/* enum rstg_stage, 5 bits */
#define WORD_SERVICES	13	/* 8 bits */
#define WORD_END	21	/* low bits of where the client's counted data end */

static_assert(RSTG_PHASE_MAX <= 8);
static_assert((int)RSTG_STAGE_MAX <= 32);
static_assert(RSTG_SERVICE_MAX <= 8);

/*
 * All 16 bits of struct rstg_stream.said_end where a word has 64; 11 where it has 32, and
 * one phase in 2,048 is that of before.
 */
#define END_MASK	(U16_MAX & ~0UL >> WORD_END)

/* As much of a paged skb as is copied at once; what is linear is read where it is. */
#define CHUNK		128

/*
 * dir->end_tick wraps after 73 minutes: after half of that the beat of the side's latest
 * packet has to do.
 */
#define TICKS_BEATS	BIT(21)

static struct kmem_cache *stream_cache __read_mostly;

static struct rstg_stream *parser_of(const struct rstg_entry *e)
{
	return e->talk & WORD ? NULL : (struct rstg_stream *)e->talk;
}

static unsigned long word_of(const struct rstg_stream *s)
{
	return WORD | (rstg_stream_client(s) ? WORD_CLIENT : 0) |
	       (unsigned long)rstg_stream_phase(s) << WORD_PHASE |
	       (unsigned long)s->tls << WORD_TLS |
	       (unsigned long)rstg_stream_stage(s) << WORD_STAGE |
	       (unsigned long)s->services << WORD_SERVICES |
	       (unsigned long)s->said_end << WORD_END;
}

static unsigned int first_sender(const struct rstg_flow *f)
{
	return f->dir[1].flags & RSTG_D_FIRST ? 1 : 0;
}

/**
 * rstg_talk_forget() - as if nothing had been said
 * @e: entry
 *
 * Context: @e's lock is held, or nobody else knows it any more.
 */
void rstg_talk_forget(struct rstg_entry *e)
{
	struct rstg_stream *s = parser_of(e);

	if (s)
		kmem_cache_free(stream_cache, s);
	e->talk = 0;
}

/* There is nothing more to learn from this flow. */
static void hear_no_more(struct rstg_entry *e, unsigned long word)
{
	rstg_talk_forget(e);
	e->talk = word;
	e->flow.dir[0].flags |= RSTG_D_HEARD;
	e->flow.dir[1].flags |= RSTG_D_HEARD;
}

/*
 * At the first octet of payload: each side's SYN was seen, and nothing but SYNs, so
 * what it sends next begins where its SYN ended.
 */
static struct rstg_stream *begin(const struct rstg_entry *e)
{
	const struct rstg_dir *dir = e->flow.dir;
	unsigned int client = first_sender(&e->flow);
	struct rstg_stream *s;

	s = kmem_cache_zalloc(stream_cache, GFP_ATOMIC | __GFP_NOWARN);
	if (!s)
		return NULL;
	rstg_stream_begin(s, client, dir[client].max_end);
	rstg_stream_begin(s, !client, dir[!client].max_end);
	return s;
}

/*
 * Data ahead of the handshake, or with a later SYN, are none that anybody takes: they do not
 * end what may be learned. Only a first SYN with data (TCP fast open, RFC 7413) does, for
 * then it is not known where the client begins.
 */
static bool out_of_place(const struct rstg_flow *f, const struct rstg_pkt *pkt)
{
	bool any = (f->dir[0].flags | f->dir[1].flags) & RSTG_D_SYN;

	if (pkt->flags & RSTG_SYN)
		return any;
	return any && !rstg_flow_synced(f) && !rstg_flow_open(f);
}

/* A segment that its receiver will not take costs an injector nothing: it is not read. */
static bool intact(struct sk_buff *skb, const struct rstg_pkt *pkt)
{
	u8 family = rstg_addr_is_v4(&pkt->saddr) ? NFPROTO_IPV4 : NFPROTO_IPV6;

	return !nf_checksum(skb, NF_INET_PRE_ROUTING, skb_network_offset(skb) + pkt->thoff,
			    IPPROTO_TCP, family);
}

/* How this side begins, once more: see rstg_stream_opens_again(). */
static void hear_again(struct rstg_stream *s, const struct sk_buff *skb,
		       const struct rstg_pkt *pkt, unsigned int d)
{
	u32 n = rstg_stream_opens_again(s, d, pkt->seq, pkt->len);
	u8 buf[RSTG_STREAM_WORD];
	const u8 *octets;

	octets = n ? skb_header_pointer(skb, pkt->hlen, n, buf) : NULL;
	if (octets)
		rstg_stream_reopen(s, d, octets, n);
}

/**
 * rstg_talk_hear() - payload on a flow that is still listened to
 * @e:   entry, neither of whose directions has %RSTG_D_HEARD; not yet fed with @pkt
 * @skb: at a hook: its data begins at the IP header
 * @pkt: the same, parsed
 * @d:   sender
 *
 * Context: @e's lock is held, bottom halves are off.
 * Return: bits of enum rstg_notice that are new.
 */
u8 rstg_talk_hear(struct rstg_entry *e, struct sk_buff *skb,
		  const struct rstg_pkt *pkt, unsigned int d)
{
	const struct rstg_dir *dir = e->flow.dir;
	struct rstg_stream *s = parser_of(e);
	u8 buf[CHUNK], news = 0;
	const u8 *octets;
	u32 at, n;

	if (out_of_place(&e->flow, pkt) || !intact(skb, pkt))
		return 0;
	if (!s) {
		s = rstg_flow_synced(&e->flow) ? begin(e) : NULL;
		if (!s) {
			hear_no_more(e, WORD | RSTG_STAGE_UNKNOWN << WORD_STAGE);
			return 0;
		}
		e->talk = (unsigned long)s;
	}
	hear_again(s, skb, pkt, d);
	rstg_stream_segment(s, d, pkt->seq, pkt->len);
	/* Bounded by what the parser wants of a direction, RSTG_STREAM_OCTETS. */
	while ((n = rstg_stream_wanted(s, d, pkt->seq, pkt->len, &at))) {
		n = min_t(u32, n, sizeof(buf));
		octets = skb_header_pointer(skb, pkt->hlen + at, n, buf);
		if (!octets)
			break;
		news |= rstg_stream_feed(s, d, octets, n);
	}
	if (rstg_stream_done(s) && rstg_stream_settled(s, dir[1].ack[0], dir[0].ack[0]))
		hear_no_more(e, word_of(s));
	return news & ~RSTG_STREAM_SAID;
}

/* Since this side's latest octet that was new. */
static u32 beats_since(const struct rstg_dir *dir, u64 now_ns)
{
	u32 beats = rstg_beat(now_ns) - dir->last;

	if (beats < TICKS_BEATS && dir->end_tick)
		beats = (rstg_tick(now_ns) - dir->end_tick) >> 10;
	return beats;
}

/* Has the client gone on to talk since its segments are no longer counted? */
static enum rstg_phase phase_since(unsigned long word, const struct rstg_dir *client)
{
	enum rstg_phase phase = word >> WORD_PHASE & 7;

	if (phase == RSTG_PHASE_UNKNOWN ||
	    !((client->max_end ^ word >> WORD_END) & END_MASK))
		return phase;
	return RSTG_PHASE_DATA;
}

/**
 * rstg_talk_trigger() - what was last said?
 * @e:       entry, not yet fed with the packet that asks
 * @now_ns:  clock
 * @trigger: result
 *
 * Where the parser has come to its end, the two sides go on in what it has recognised:
 * then it is the later of them that has spoken.
 *
 * Context: @e's lock is held.
 */
void rstg_talk_trigger(const struct rstg_entry *e, u64 now_ns, struct rstg_trigger *trigger)
{
	const struct rstg_dir *dir = e->flow.dir;
	const struct rstg_stream *s = parser_of(e);
	unsigned int speaker, client;

	speaker = beats_since(&dir[1], now_ns) < beats_since(&dir[0], now_ns);
	client = first_sender(&e->flow);
	trigger->tls = 0;
	trigger->services = 0;
	trigger->phase = RSTG_PHASE_UNKNOWN;
	if (s) {
		trigger->stage = rstg_stream_stage(s);
		trigger->phase = rstg_stream_phase(s);
		trigger->tls = s->tls;
		trigger->services = s->services;
		if (!rstg_stream_done(s))
			speaker = rstg_stream_speaker(s);
		client = rstg_stream_client(s);
	} else if (e->talk) {
		trigger->stage = e->talk >> WORD_STAGE & 0x1f;
		client = e->talk & WORD_CLIENT ? 1 : 0;
		trigger->phase = phase_since(e->talk, &dir[client]);
		trigger->tls = e->talk >> WORD_TLS & 7;
		trigger->services = e->talk >> WORD_SERVICES & 0xff;
	} else if (rstg_flow_open(&e->flow) && rstg_flow_synced(&e->flow)) {
		trigger->stage = RSTG_STAGE_HANDSHAKE;
		trigger->phase = RSTG_PHASE_ACK;
	} else if ((dir[0].flags | dir[1].flags) & RSTG_D_SYN) {
		trigger->stage = RSTG_STAGE_SYN;
		trigger->phase = RSTG_PHASE_SYN;
	} else {
		trigger->stage = RSTG_STAGE_UNKNOWN;
	}
	trigger->by = speaker == client ? RSTGUARD_SIDE_CLIENT : RSTGUARD_SIDE_SERVER;
	/* Who is the client is known from a SYN only. */
	if (trigger->stage == RSTG_STAGE_UNKNOWN)
		trigger->by = RSTGUARD_SIDE_UNKNOWN;
	trigger->beats = beats_since(&dir[speaker], now_ns);
}

/**
 * rstg_talk_side() - is this sender the client or the server?
 * @e: entry
 * @d: sender
 *
 * Context: @e's lock is held.
 * Return: unknown for a connection taken up in mid-stream.
 */
enum rstguard_side rstg_talk_side(const struct rstg_entry *e, unsigned int d)
{
	if (!rstg_flow_synced(&e->flow))
		return RSTGUARD_SIDE_UNKNOWN;
	return d == first_sender(&e->flow) ? RSTGUARD_SIDE_CLIENT : RSTGUARD_SIDE_SERVER;
}

int __init rstg_talk_init(void)
{
	stream_cache = kmem_cache_create("rstguard_stream", sizeof(struct rstg_stream),
					 0, 0, NULL);
	return stream_cache ? 0 : -ENOMEM;
}

/* After the table, whose entries have parsers. */
void rstg_talk_exit(void)
{
	kmem_cache_destroy(stream_cache);
}
