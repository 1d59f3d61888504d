// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "shots.h"

static uint32_t between(int32_t a, int32_t b)
{
	return (uint32_t)(a + (int32_t)((uint32_t)random() % (uint32_t)(b - a + 1)));
}

/*
 * Could the impersonated host have sent this TTL? Then another draw would make
 * a test of TTLs pass or fail by chance. The differences are those between the
 * initial values in use: 32, 64, 128, 255.
 */
static bool ttl_plausible(int ttl, int seen)
{
	static const int same_host[] = { 0, 32, 64, 96, 127, 128, 191 };
	int diff = abs(ttl - seen);

	if (diff <= 5)
		return true;
	for (size_t i = 0; i < sizeof(same_host) / sizeof(same_host[0]); i++)
		if (abs(diff - same_host[i]) <= 2)
			return true;
	return false;
}

static uint8_t fill_ttl(const struct aim *aim, const struct field *f, uint16_t win)
{
	const struct end *peer = &aim->f->end[!aim->victim];
	/* Before any packet of the peer has left: as if this box were a router. */
	int seen = peer->far_ttl ? peer->far_ttl : peer->last.ttl - 1;
	int ttl, tries = 100;

	/* The guard that it passes is the hop before this one. */
	if (aim->turned)
		seen = peer->last.ttl + 1;

	switch (f->rule) {
	case RANGE:
		do
			ttl = (int)between(f->a, f->b);
		while (peer->seen && ttl_plausible(ttl, seen) && --tries);
		return (uint8_t)ttl;
	case SEEN:
		return (uint8_t)(seen + f->a);
	case PREVIOUS:
		return (uint8_t)(aim->sent.ttl + f->a);
	case HOPS:
		return (uint8_t)(f->a - (int)aim->hops);
	case WIN_MOD_64:
		return (uint8_t)(48 + win % 64 - (int)aim->hops);
	default:
		return (uint8_t)f->a;
	}
}

static uint16_t fill_id(const struct aim *aim, const struct field *f, uint16_t win)
{
	const struct segment *last = &aim->f->end[!aim->victim].last;

	switch (f->rule) {
	case RANGE:
		return (uint16_t)between(f->a, f->b);
	case SEEN:
		return (uint16_t)(last->id + last->segs - 1 + (uint32_t)f->a);
	case PREVIOUS:
		return (uint16_t)(aim->sent.id + f->a);
	case TRIGGER:
		return (uint16_t)(aim->f->trigger_id + f->a);
	case GFW_2017:
		return (uint16_t)(65535u - 12u * win - between(0, win - 1));
	case GFW_2010:
		return (uint16_t)(-1 - 13 * win);
	default:
		return (uint16_t)f->a;
	}
}

static uint16_t fill_win(const struct aim *aim, const struct field *f)
{
	const struct segment *last = &aim->f->end[!aim->victim].last;

	switch (f->rule) {
	case RANGE:
		return (uint16_t)between(f->a, f->b);
	case SEEN:
		return (uint16_t)(last->win + f->a);
	case PREVIOUS:
		return (uint16_t)(aim->sent.win + between(f->a, f->b ? f->b : f->a));
	case TIMES_17:
		return (uint16_t)(17 * between(1, 65535 / 17));
	default:
		return (uint16_t)f->a;
	}
}

static uint32_t fill_ack(const struct aim *aim, const struct field *f)
{
	switch (f->rule) {
	case EXACT:
		return aim->ack + (uint32_t)f->a;
	case LATEST:
		return aim->f->end[!aim->victim].last.ack + (uint32_t)f->a;
	default:
		return (uint32_t)f->a;
	}
}

/*
 * aim_take() - fix the numbers of a burst, as its first packet leaves
 *
 * What the injector sees is ahead of what the victim has received, but its own
 * packets travel behind: the exact number is the end of all that passed. A sniffer loses
 * packets, and reads the two interfaces in any order: of a side that it has not seen yet it
 * knows what the other one acknowledges, which is 0 in a SYN.
 */
void aim_take(struct aim *aim)
{
	const struct end *victim = &aim->f->end[aim->victim];
	const struct end *peer = &aim->f->end[!aim->victim];

	aim->seq = peer->seen ? peer->next : victim->last.ack;
	aim->ack = victim->seen ? victim->next : peer->last.ack;
}

/* aim_turn() - the same connection, for what does not go to the victim in its peer's name */
struct aim aim_turn(const struct aim *aim, enum course course)
{
	struct aim turned = *aim;

	if (course == TO_VICTIM)
		return turned;
	turned.victim = !aim->victim;
	turned.seq = aim->ack;
	turned.ack = aim->seq;
	turned.turned = course == TURNED;
	return turned;
}

/* aim_fill() - the next packet of the burst */
void aim_fill(struct segment *s, struct aim *aim, const struct shot *shot, uint64_t now_ms)
{
	const struct end *peer = &aim->f->end[!aim->victim];

	memset(s, 0, sizeof(*s));
	s->from = peer->addr;
	s->to = aim->f->end[aim->victim].addr;
	s->flags = shot->flags;
	s->seq = (shot->opening ? peer->first : aim->seq) + (uint32_t)shot->seq;
	s->ack = shot->opening ? aim->f->end[aim->victim].first + (uint32_t)shot->ack.a :
				 fill_ack(aim, &shot->ack);
	s->win = fill_win(aim, &shot->win);
	s->ttl = fill_ttl(aim, &shot->ttl, s->win);
	s->id = fill_id(aim, &shot->id, s->win);
	s->df = shot->df == DF_SEEN ? peer->last.df : shot->df;
	s->label = shot->label ? peer->last.label : 0;
	s->tos = shot->label ? peer->last.tos : 0;
	if (shot->ts == TS_ANYWAY || (shot->ts && peer->last.has_ts)) {
		/* Linux counts milliseconds. */
		s->has_ts = true;
		s->ts_val = peer->last.ts_val + (uint32_t)(now_ms - peer->last_ms) +
			    (uint32_t)shot->ts_add;
		s->ts_ecr = peer->last.ts_ecr;
	}
	s->payload = shot->payload;
	s->len = shot->len;
	s->odd = shot->odd;
	s->headers = shot->headers;
	aim->sent = *s;
}
