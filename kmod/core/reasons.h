/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every reason that the judge can give: the one list behind the enum, the
 * netlink bits, the names in JSON and the texts of `rstguard explain`.
 *
 * RSTG_REASON(ENUM, family, decibans, "name", "text")
 *
 * The decibans are 10 * log10 of the rate among forged over the rate among
 * genuine RSTs, rounded towards caution. Append only: the position is the bit
 * in the netlink attribute.
 */
#ifndef _RSTG_REASONS_H
#define _RSTG_REASONS_H

#include "env.h"

/* RSTG_FAMILY(ENUM, "name"): what a forger must get right together. */
#define RSTG_FAMILIES(RSTG_FAMILY)					\
	RSTG_FAMILY(TTL, "ttl")						\
	RSTG_FAMILY(ID, "ip-id")					\
	RSTG_FAMILY(TCP, "tcp-header")					\
	RSTG_FAMILY(SEQ, "sequence")					\
	RSTG_FAMILY(MULTI, "multiplicity")				\
	RSTG_FAMILY(TIME, "timing")					\
	RSTG_FAMILY(LIFE, "life")					\
	RSTG_FAMILY(CONTEXT, "context")

#define RSTG_REASONS(RSTG_REASON)						\
	/* why a RST was not scored */						\
	RSTG_REASON(NO_FLOW, CONTEXT, 0, "no-flow",				\
		    "nothing of this connection was seen before the RST")	\
	RSTG_REASON(NO_HANDSHAKE, CONTEXT, 0, "no-handshake",			\
		    "the connection was never established; refusals look like this") \
	RSTG_REASON(THIN, CONTEXT, 0, "thin-baseline",				\
		    "too few packets from this side to compare with")		\
	/* TTL and hop limit: 0 of 65 genuine routed RSTs are strange, 13 of 13 forged */ \
	RSTG_REASON(TTL_SAME, TTL, -6, "ttl-same",				\
		    "TTL is one that this side uses")				\
	RSTG_REASON(TTL_ALIAS, TTL, 2, "ttl-alias",				\
		    "TTL fits the same distance from another initial value")	\
	RSTG_REASON(TTL_MOVED, TTL, 6, "ttl-moved",				\
		    "TTL is 2 to 4 hops off, as after a route change")		\
	RSTG_REASON(TTL_FAR, TTL, 17, "ttl-far",				\
		    "TTL fits no path that this side has used")			\
	/* IP-ID and DF: 2 % of genuine RST|ACKs are far from the counter */	\
	RSTG_REASON(ID_NEAR, ID, -8, "ip-id-near",				\
		    "IP-ID goes on where this side's counter was")		\
	RSTG_REASON(ID_FAR, ID, 8, "ip-id-far",					\
		    "IP-ID is far from this side's counter")			\
	RSTG_REASON(ID_ZERO, ID, 8, "ip-id-zero",				\
		    "RST|ACK with IP-ID 0 from a side that counts")		\
	RSTG_REASON(ID_NONZERO, ID, 6, "ip-id-nonzero",				\
		    "IP-ID set by a side that always sends 0")			\
	RSTG_REASON(ID_BARE, ID, -3, "ip-id-linux",				\
		    "IP-ID 0 with DF, as Linux sends from no socket")		\
	RSTG_REASON(ID_ZERO_FRAG, ID, 10, "ip-id-zero-no-df",			\
		    "IP-ID 0 without DF, which no common stack sends")		\
	RSTG_REASON(ID_OURS, ID, 15, "ip-id-copied",				\
		    "IP-ID taken from the other side's last packet")		\
	RSTG_REASON(DF_DIFF, ID, 12, "df-differs",				\
		    "RST|ACK with another DF bit than this side's data")	\
	RSTG_REASON(DF_DIFF_BARE, ID, 3, "df-differs-bare",			\
		    "RST with another DF bit than this side's data")		\
	/* TCP header: 2.4 % of genuine RSTs have an odd window */		\
	RSTG_REASON(WIN_ODD, TCP, 8, "window-odd",				\
		    "window that this side has not advertised")			\
	RSTG_REASON(TS_MISSING, TCP, 3, "timestamp-missing",			\
		    "RST|ACK without the timestamp that this side sends")	\
	RSTG_REASON(TS_MISSING_LINUX, TCP, 12, "timestamp-missing-linux",	\
		    "RST|ACK without timestamp from what looks like Linux")	\
	RSTG_REASON(TS_BARE, TCP, 6, "timestamp-on-bare",			\
		    "timestamp on a RST without ACK, which comes from no socket") \
	RSTG_REASON(PAYLOAD, TCP, 10, "payload",				\
		    "the RST carries data")					\
	/* sequence space */							\
	RSTG_REASON(SEQ_BEYOND, SEQ, 15, "seq-beyond",				\
		    "sequence number beyond all that this side has sent")	\
	RSTG_REASON(SEQ_BEHIND, SEQ, 8, "seq-behind",				\
		    "sequence number that this side had already passed")	\
	RSTG_REASON(ACK_AHEAD, SEQ, 20, "ack-ahead",				\
		    "acknowledges what the other side has not sent")		\
	/* several RSTs */							\
	RSTG_REASON(SEQ_CHANGE, MULTI, 25, "seq-change",			\
		    "a second RST further on than anything seen")		\
	RSTG_REASON(COPIES, MULTI, 10, "copies",				\
		    "three or more RSTs alike down to the IP-ID")		\
	RSTG_REASON(MIXED, MULTI, 12, "mixed",					\
		    "RSTs of one burst that no single sender makes")		\
	RSTG_REASON(TTL_WIN, MULTI, 15, "ttl-window-rising",			\
		    "TTL and window rise from RST to RST")			\
	/* time */								\
	RSTG_REASON(EARLY, TIME, 15, "early",					\
		    "answers sooner than the peer ever could")			\
	RSTG_REASON(EARLY_HALF, TIME, 25, "early-half",				\
		    "answers within half the shortest round trip")		\
	RSTG_REASON(EARLY_BARE, TIME, 8, "early-bare",				\
		    "follows an acknowledgment sooner than the peer could")	\
	RSTG_REASON(QUIET, TIME, -10, "quiet",					\
		    "this side had been silent for 30 s or more")		\
	RSTG_REASON(AFTER_FIN, TIME, -20, "after-fin",				\
		    "this side had already closed")				\
	RSTG_REASON(AFTER_RST, TIME, -20, "after-reset",			\
		    "this side had already reset, in a way that looked genuine")	\
	/* what came later */							\
	RSTG_REASON(LIFE_DATA, LIFE, 40, "life-data",				\
		    "this side went on to send new data")			\
	RSTG_REASON(LIFE_ACK, LIFE, 80, "life-ack",				\
		    "this side acknowledged what was first sent after the RST")	\
	RSTG_REASON(LIFE_SYNACK, LIFE, 40, "life-synack",			\
		    "this side accepted the connection after refusing it")	\
	RSTG_REASON(LIFE_PROBE, LIFE, 80, "life-answer",			\
		    "this side answered when asked whether it still lives")	\
	/* when it came: colours a report, proves nothing */			\
	RSTG_REASON(OPENING, CONTEXT, 3, "opening",				\
		    "came right after the first data of a connection")		\
	/* what else is in the IP header; of the ID family, as it is forged with it */ \
	RSTG_REASON(LABEL, ID, 10, "flow-label",				\
		    "RST|ACK with another flow label than this side's data")	\
	RSTG_REASON(LABEL_ZERO, ID, 2, "flow-label-zero",			\
		    "flow label 0 from a side that sets one")			\
	RSTG_REASON(DSCP, ID, 5, "dscp-differs",				\
		    "RST|ACK with another DSCP than this side's data")		\
	RSTG_REASON(DSCP_BARE, ID, 5, "dscp-odd",				\
		    "RST with a DSCP that neither side uses")			\
	RSTG_REASON(PATTERN, ID, 12, "injector-pattern",			\
		    "IP-ID and window go together as a known injector makes them")

enum rstg_family {
#define X(e, name) RSTG_FAM_##e,
	RSTG_FAMILIES(X)
#undef X
	RSTG_FAM_MAX
};

enum rstg_reason {
#define X(e, fam, db, name, text) RSTG_R_##e,
	RSTG_REASONS(X)
#undef X
	RSTG_R_MAX
};

static_assert(RSTG_R_MAX <= 64, "reasons are bits of a u64 in netlink");

/**
 * struct rstg_reason_info - what is known of a reason
 * @db:     weight in decibans
 * @family: enum rstg_family
 * @name:   as in JSON
 * @text:   for people
 */
struct rstg_reason_info {
	s8 db;
	u8 family;
	const char *name;
	const char *text;
};

extern const struct rstg_reason_info rstg_reasons[RSTG_R_MAX];
extern const char *const rstg_families[RSTG_FAM_MAX];

#endif /* _RSTG_REASONS_H */
