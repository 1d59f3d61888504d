/* SPDX-License-Identifier: GPL-2.0-only */
/* One RST as a fingerprint sees it: what is in it, and what it has to go with. */
#ifndef _SHOT_H
#define _SHOT_H

#include <stdint.h>

#include "pkt.h"
#include "flow.h"

/*
 * SHOT_FIELD(ENUM, "name"): names as in rstguard.injectors(5). "peer" is the
 * alleged sender as it was known before, "victim" who the RST is sent to.
 */
#define SHOT_FIELDS(SHOT_FIELD)			\
	SHOT_FIELD(ID, "id")			\
	SHOT_FIELD(TTL, "ttl")			\
	SHOT_FIELD(WIN, "win")			\
	SHOT_FIELD(SEQ, "seq")			\
	SHOT_FIELD(ACK, "ack")			\
	SHOT_FIELD(FLAGS, "flags")		\
	SHOT_FIELD(DF, "df")			\
	SHOT_FIELD(LEN, "len")			\
	SHOT_FIELD(TS, "ts")			\
	SHOT_FIELD(TOS, "tos")			\
	SHOT_FIELD(LABEL, "label")		\
	SHOT_FIELD(SPORT, "sport")		\
	SHOT_FIELD(DPORT, "dport")		\
	SHOT_FIELD(OPEN, "open")		\
	SHOT_FIELD(PEER_TTL, "peer.ttl")	\
	SHOT_FIELD(PEER_ID, "peer.id")		\
	SHOT_FIELD(PEER_WIN, "peer.win")	\
	SHOT_FIELD(PEER_SEQ, "peer.seq")	\
	SHOT_FIELD(VICTIM_ID, "victim.id")	\
	SHOT_FIELD(VICTIM_SEQ, "victim.seq")

enum shot_field {
#define X(e, name) SHOT_##e,
	SHOT_FIELDS(X)
#undef X
	SHOT_MAX
};

#define SHOT_DATA	24	/* octets of payload: what the longest known one has, and more */

/**
 * struct shot - one RST
 * @known: bits of enum shot_field: those that there is a value of
 * @v:     values
 * @data_n: octets at @data
 * @data:  beginning of its payload, as far as it was captured
 */
struct shot {
	uint32_t known;
	uint32_t v[SHOT_MAX];
	uint8_t data_n;
	uint8_t data[SHOT_DATA];
};

static inline void shot_set(struct shot *s, enum shot_field field, uint32_t value)
{
	s->known |= 1U << field;
	s->v[field] = value;
}

void shot_fill(struct shot *s, const struct rstg_pkt *pkt, const struct rstg_flow *flow,
	       unsigned int d, const uint8_t *ip, uint32_t n);

#endif /* _SHOT_H */
