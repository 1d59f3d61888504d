// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "flows.h"

static struct flow flows[FLOWS];
static unsigned int oldest;

static struct segment echo[ECHOES];
static unsigned int oldest_echo;

static struct flow *find(const struct address *here, const struct address *there,
			 unsigned int side)
{
	for (unsigned int i = 0; i < FLOWS; i++)
		if (flows[i].used && address_same(&flows[i].end[side].addr, here) &&
		    address_same(&flows[i].end[!side].addr, there))
			return &flows[i];
	return NULL;
}

/*
 * flows_enter() - the connection of a packet that enters this box
 * @side: interface it came in by
 *
 * A SYN on a known pair of ports begins a new connection. One that is met
 * midway counts the receiver of its first packet as the server if that has the
 * lower port: only the choice of the victim depends on it.
 */
struct flow *flows_enter(const struct segment *s, unsigned int side)
{
	bool syn = (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	struct flow *f = find(&s->from, &s->to, side);

	if (f && !(syn && s->seq != f->end[side].last.seq))
		return f;
	if (s->flags & TCP_RST)
		return f;
	if (!f)
		f = &flows[oldest++ % FLOWS];
	memset(f, 0, sizeof(*f));
	f->used = true;
	f->end[side].addr = s->from;
	f->end[!side].addr = s->to;
	f->client = (syn || s->to.port < s->from.port) ? side : !side;
	return f;
}

/* flows_learn() - follow the sender of a packet that has entered */
void flows_learn(struct flow *f, const struct segment *s, unsigned int side, uint64_t now_ms)
{
	struct end *e = &f->end[side];
	uint32_t end = segment_end(s);

	if (s->flags & TCP_RST)
		return;
	if (!e->seen || seq_after(end, e->next))
		e->next = end;
	if (s->flags & TCP_SYN)
		e->first = s->seq;
	e->seen = true;
	e->last = *s;
	e->last.payload = NULL;
	e->last.len = 0;
	e->last_ms = now_ms;
	e->bytes += s->len;
}

/*
 * flows_leave() - a packet leaves this box: note what the receiver will see
 * @side: interface it goes out by
 *
 * Our own shots leave the same way; the caller keeps them out.
 */
struct flow *flows_leave(const struct segment *s, unsigned int side)
{
	struct flow *f = find(&s->to, &s->from, side);

	if (f && !(s->flags & (TCP_RST | TCP_FIN)))
		f->end[!side].far_ttl = s->ttl;
	return f;
}

/* flows_expect() - a packet of ours will come back from the next router */
void flows_expect(const struct segment *s)
{
	echo[oldest_echo++ % ECHOES] = *s;
}

/* flows_expected() - is it one of these, and none of the host that it names? */
bool flows_expected(const struct segment *s)
{
	for (unsigned int i = 0; i < ECHOES; i++) {
		if (echo[i].seq != s->seq || echo[i].ack != s->ack ||
		    echo[i].flags != s->flags || !address_same(&echo[i].from, &s->from) ||
		    !address_same(&echo[i].to, &s->to))
			continue;
		memset(&echo[i], 0, sizeof(echo[i]));
		return true;
	}
	return false;
}
