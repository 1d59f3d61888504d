/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RSTG_JUDGE_H
#define _RSTG_JUDGE_H

#include "env.h"
#include "pkt.h"
#include "reasons.h"
#include "flow.h"
#include "reset.h"

enum rstg_verdict {
	RSTG_GENUINE,	/* nothing speaks against it */
	RSTG_SUSPECT,	/* two or more kinds of evidence speak against it */
	RSTG_FORGED,	/* proven: its alleged sender lived on */
};

enum rstg_proof {
	RSTG_PROOF_NONE,
	RSTG_PROOF_DATA,	/* L1: new data at or beyond the RST's sequence number */
	RSTG_PROOF_ACK,		/* L2: an ACK for bytes first sent after the RST came */
	RSTG_PROOF_SYNACK,	/* L1: a SYN-ACK for the SYN that the RST refused */
	RSTG_PROOF_PROBE,	/* L2: the ACK that answers a question after the RST */
};

/**
 * struct rstg_opinion - what is thought of one RST, and on what grounds
 * @reasons:  bits of enum rstg_reason
 * @score:    decibans
 * @families: how many kinds of evidence weigh %RSTG_FAMILY_MIN or more
 * @verdict:  enum rstg_verdict
 * @proof:    enum rstg_proof
 * @ipid_class: enum rstg_ipid_class of its alleged sender
 * @salvo:    enum rstg_salvo, with those before it
 * @after:    beats from the RST to the proof
 * @rsts:     with a proof: how many RSTs of the burst it disproves
 * @rtt:      shortest round trip to the alleged sender in ticks; 0 is unknown
 * @ipid_last: the last IP-ID of the alleged sender, when it has a class
 * @ttl:      the TTLs it was compared with
 */
struct rstg_opinion {
	u64 reasons;
	s16 score;
	u8 families;
	u8 verdict;
	u8 proof;
	u8 ipid_class;
	u8 salvo;
	u16 ipid_last;
	u16 rsts;
	u32 after;
	u32 rtt;
	struct rstg_ttl ttl;
};

/**
 * struct rstg_asked - the question that a sender has been asked
 * @at_ns:  when, the first time
 * @rst_ns: when the first of its RSTs came
 * @seq:    its sequence number
 * @len:    octets in it, 0 or 1
 */
struct rstg_asked {
	u64 at_ns;
	u64 rst_ns;
	u32 seq;
	u8 len;
};

/* Was there enough to compare with, or did it pass for want of that? */
static inline bool rstg_scored(const struct rstg_opinion *op)
{
	return !(op->reasons & (BIT_ULL(RSTG_R_NO_FLOW) | BIT_ULL(RSTG_R_NO_HANDSHAKE) |
				BIT_ULL(RSTG_R_THIN) | BIT_ULL(RSTG_R_NOT_COMPARABLE)));
}

void rstg_judge(const struct rstg_flow *f, const struct rstg_pkt *pkt,
		unsigned int d, u64 now_ns, struct rstg_opinion *op);
bool rstg_judge_fin_false(const struct rstg_flow *f, const struct rstg_pkt *pkt,
			  unsigned int d, enum rstg_where where);
bool rstg_judge_overwhelming(const struct rstg_opinion *op);
bool rstg_judge_matters(const struct rstg_flow *f);
bool rstg_judge_answer(const struct rstg_flow *f, const struct rstg_pkt *pkt,
		       unsigned int d, const struct rstg_asked *asked, u64 now_ns);
enum rstg_proof rstg_judge_life(const struct rstg_flow *f,
				const struct rstg_pkt *pkt, unsigned int d,
				enum rstg_where where, u64 now_ns);

#endif /* _RSTG_JUDGE_H */
