// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "env.h"
#include "shot.h"
#include "ttl.h"

static_assert(SHOT_MAX <= 32, "@known has a bit for each");

/* Of the TTLs that the peer is known by, the one that most packets came with. */
static void set_peer_ttl(struct shot *s, const struct rstg_ttl *ttl)
{
	unsigned int i, most = 0;

	for (i = 1; i < RSTG_TTL_SLOTS; i++)
		if (ttl->n[i] > ttl->n[most])
			most = i;
	if (ttl->n[most])
		shot_set(s, SHOT_PEER_TTL, ttl->val[most]);
}

static void set_peer(struct shot *s, const struct rstg_dir *peer)
{
	set_peer_ttl(s, &peer->ttl);
	if (peer->ipid.seen)
		shot_set(s, SHOT_PEER_ID, peer->ipid.last);
	if (peer->flags & RSTG_D_SEEN) {
		shot_set(s, SHOT_PEER_SEQ, peer->max_end);
		shot_set(s, SHOT_PEER_WIN, peer->win[0]);
	}
}

static void set_victim(struct shot *s, const struct rstg_dir *victim)
{
	if (victim->ipid.seen)
		shot_set(s, SHOT_VICTIM_ID, victim->ipid.last);
	if (victim->flags & RSTG_D_SEEN)
		shot_set(s, SHOT_VICTIM_SEQ, victim->max_end);
}

/**
 * shot_fill() - what a fingerprint may ask of a RST
 * @s:    result
 * @pkt:  the RST
 * @flow: its connection, as it was before
 * @d:    its alleged sender
 * @ip:   the datagram, as far as it was captured
 * @n:    octets at @ip
 */
void shot_fill(struct shot *s, const struct rstg_pkt *pkt, const struct rstg_flow *flow,
	       unsigned int d, const uint8_t *ip, uint32_t n)
{
	memset(s, 0, sizeof(*s));
	shot_set(s, SHOT_TTL, pkt->ttl);
	shot_set(s, SHOT_WIN, pkt->win);
	shot_set(s, SHOT_SEQ, pkt->seq);
	shot_set(s, SHOT_ACK, pkt->ack);
	shot_set(s, SHOT_FLAGS, pkt->flags);
	shot_set(s, SHOT_LEN, pkt->len);
	shot_set(s, SHOT_TS, !!(pkt->bits & RSTG_PKT_TS));
	shot_set(s, SHOT_TOS, pkt->tos);
	shot_set(s, SHOT_SPORT, pkt->sport);
	shot_set(s, SHOT_DPORT, pkt->dport);
	shot_set(s, SHOT_OPEN, rstg_flow_open(flow));
	if (pkt->bits & RSTG_PKT_HAS_ID) {
		shot_set(s, SHOT_ID, pkt->ip_id);
		shot_set(s, SHOT_DF, !!(pkt->bits & RSTG_PKT_DF));
	} else {
		shot_set(s, SHOT_LABEL, pkt->flow_label);
	}
	set_peer(s, &flow->dir[d]);
	set_victim(s, &flow->dir[!d]);

	n = n > pkt->hlen ? n - pkt->hlen : 0;
	n = min_t(uint32_t, n, pkt->len);	/* what follows may be padding */
	s->data_n = min_t(uint32_t, n, SHOT_DATA);
	memcpy(s->data, ip + pkt->hlen, s->data_n);
}
