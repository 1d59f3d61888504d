// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IPv4 identification field of one direction.
 *
 * A number by itself proves nothing: since Linux 4.19 a RST of no socket
 * carries 0 and DF on purpose. What tells is how the field goes on from what
 * the same sender did before.
 */
#include "env.h"
#include "ipid.h"
#include "limits.h"

static u16 swapped(u16 id)
{
	return (u16)(id << 8 | id >> 8);
}

/**
 * rstg_ipid_learn() - one more packet of this sender, not a RST, not a SYN
 * @m:      the model
 * @id:     identification of the first segment
 * @n_segs: segments merged into this packet; each took a number of its own
 * @fixed:  ... unless all had the same one (SKB_GSO_TCP_FIXEDID)
 */
void rstg_ipid_learn(struct rstg_ipid *m, u16 id, u16 n_segs, bool fixed)
{
	u16 last = m->last, gap, gap_swapped;

	m->last = fixed ? id : (u16)(id + n_segs - 1);
	if (!m->seen) {
		m->seen = 1;
		return;
	}

	if (m->n >= RSTG_IPID_WINDOW) {
		m->n /= 2;
		m->zero /= 2;
		m->same /= 2;
		m->up /= 2;
		m->up_swapped /= 2;
	}
	m->n++;
	gap = id - last;
	if (!gap) {
		if (id)
			m->same++;
		else
			m->zero++;
		return;
	}
	/* A step of 1 is one of 256 in the other byte order: the smaller is meant. */
	gap_swapped = swapped(id) - swapped(last);
	if (gap <= gap_swapped && gap <= RSTG_IPID_NEAR)
		m->up++;
	else if (gap_swapped <= RSTG_IPID_NEAR)
		m->up_swapped++;
}

/**
 * rstg_ipid_class() - what kind of field is it?
 * @m: the model
 *
 * Three quarters of the steps decide: loss, reordering and a host-wide counter
 * shared with other connections all put a few steps out of line.
 */
enum rstg_ipid_class rstg_ipid_class(const struct rstg_ipid *m)
{
	unsigned int most = (m->n * 3 + 3) / 4;

	if (m->n < RSTG_IPID_MIN)
		return RSTG_IPID_UNKNOWN;
	if (m->zero >= most)
		return RSTG_IPID_ZERO;
	if (m->same >= most)
		return RSTG_IPID_CONST;
	if (m->up >= most)
		return RSTG_IPID_COUNTER;
	if (m->up_swapped >= most)
		return RSTG_IPID_SWAPPED;
	return RSTG_IPID_RANDOM;
}

/**
 * rstg_ipid_gap() - how far ahead of the last packet is this one?
 * @m:  a model of class %RSTG_IPID_COUNTER or %RSTG_IPID_SWAPPED
 * @id: identification of a later packet
 *
 * Return: the distance modulo 2^16 in the sender's own byte order.
 */
u16 rstg_ipid_gap(const struct rstg_ipid *m, u16 id)
{
	if (rstg_ipid_class(m) == RSTG_IPID_SWAPPED)
		return swapped(id) - swapped(m->last);
	return id - m->last;
}
