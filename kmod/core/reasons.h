/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every reason that the judge can give: the one list behind the enum, the
 * netlink bits, the names in JSON and the texts of `rstguard explain`.
 *
 * RSTG_REASON(ENUM, family, decibans, "name", "text")
 *
 * The decibans are those of limits.h. Append only: the position is the bit in
 * the netlink attribute; then `make regen`, and a section in reasons.rst.
 */
#ifndef _RSTG_REASONS_H
#define _RSTG_REASONS_H

#include "env.h"
#include "limits.h"

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
	/* TTL and hop limit */							\
	RSTG_REASON(TTL_SAME, TTL, RSTG_W_TTL_SAME, "ttl-same",			\
		    "TTL is one that this side uses")				\
	RSTG_REASON(TTL_ALIAS, TTL, RSTG_W_TTL_ALIAS, "ttl-alias",		\
		    "TTL fits the same distance from another initial value")	\
	RSTG_REASON(TTL_MOVED, TTL, RSTG_W_TTL_MOVED, "ttl-moved",		\
		    "TTL is 2 to 4 hops off, as after a route change")		\
	RSTG_REASON(TTL_FAR, TTL, RSTG_W_TTL_FAR, "ttl-far",			\
		    "TTL fits no path that this side has used")			\
	/* IP-ID and DF */							\
	RSTG_REASON(ID_NEAR, ID, RSTG_W_ID_NEAR, "ip-id-near",			\
		    "IP-ID goes on where this side's counter was")		\
	RSTG_REASON(ID_FAR, ID, RSTG_W_ID_FAR, "ip-id-far",			\
		    "IP-ID is far from this side's counter")			\
	RSTG_REASON(ID_ZERO, ID, RSTG_W_ID_ZERO, "ip-id-zero",			\
		    "RST|ACK with IP-ID 0 from a side that counts")		\
	RSTG_REASON(ID_NONZERO, ID, RSTG_W_ID_NONZERO, "ip-id-nonzero",		\
		    "IP-ID set by a side that always sends 0")			\
	RSTG_REASON(ID_BARE, ID, RSTG_W_ID_BARE, "ip-id-linux",			\
		    "IP-ID 0 with DF, as Linux sends from no socket")		\
	RSTG_REASON(ID_ZERO_FRAG, ID, RSTG_W_ID_ZERO_FRAG, "ip-id-zero-no-df",	\
		    "IP-ID 0 without DF, which no common stack sends")		\
	RSTG_REASON(ID_OURS, ID, RSTG_W_ID_OURS, "ip-id-copied",		\
		    "IP-ID taken from the other side's last packet")		\
	RSTG_REASON(DF_DIFF, ID, RSTG_W_DF_DIFF, "df-differs",			\
		    "RST|ACK with another DF bit than this side's data")	\
	RSTG_REASON(DF_DIFF_BARE, ID, RSTG_W_DF_DIFF_BARE, "df-differs-bare",	\
		    "RST with another DF bit than this side's data")		\
	/* TCP header */							\
	RSTG_REASON(WIN_ODD, TCP, RSTG_W_WIN_ODD, "window-odd",			\
		    "window that this side has not advertised")			\
	RSTG_REASON(TS_MISSING, TCP, RSTG_W_TS_MISSING, "timestamp-missing",	\
		    "RST|ACK without the timestamp that this side sends")	\
	RSTG_REASON(TS_MISSING_LINUX, TCP, RSTG_W_TS_MISSING_LINUX, "timestamp-missing-linux", \
		    "RST|ACK without timestamp from what looks like Linux")	\
	RSTG_REASON(TS_BARE, TCP, RSTG_W_TS_BARE, "timestamp-on-bare",		\
		    "timestamp on a RST without ACK, which comes from no socket") \
	RSTG_REASON(PAYLOAD, TCP, RSTG_W_PAYLOAD, "payload",			\
		    "the RST carries data")					\
	/* sequence space */							\
	RSTG_REASON(SEQ_BEYOND, SEQ, RSTG_W_SEQ_BEYOND, "seq-beyond",		\
		    "sequence number beyond all that this side has sent")	\
	RSTG_REASON(SEQ_BEHIND, SEQ, RSTG_W_SEQ_BEHIND, "seq-behind",		\
		    "sequence number that this side had already passed")	\
	RSTG_REASON(ACK_AHEAD, SEQ, RSTG_W_ACK_AHEAD, "ack-ahead",		\
		    "acknowledges what the other side has not sent")		\
	/* several RSTs */							\
	RSTG_REASON(SEQ_CHANGE, MULTI, RSTG_W_SEQ_CHANGE, "seq-change",		\
		    "a second RST further on than anything seen")		\
	RSTG_REASON(COPIES, MULTI, RSTG_W_COPIES, "copies",			\
		    "three or more RSTs alike down to the IP-ID")		\
	RSTG_REASON(MIXED, MULTI, RSTG_W_MIXED, "mixed",			\
		    "RSTs of one burst that no single sender makes")		\
	RSTG_REASON(TTL_WIN, MULTI, RSTG_W_TTL_WIN, "ttl-window-rising",	\
		    "TTL and window rise from RST to RST")			\
	/* time */								\
	RSTG_REASON(EARLY, TIME, RSTG_W_EARLY, "early",				\
		    "answers sooner than the peer ever could")			\
	RSTG_REASON(EARLY_HALF, TIME, RSTG_W_EARLY_HALF, "early-half",		\
		    "answers within half the shortest round trip")		\
	RSTG_REASON(EARLY_BARE, TIME, RSTG_W_EARLY_BARE, "early-bare",		\
		    "follows an acknowledgment sooner than the peer could")	\
	RSTG_REASON(QUIET, TIME, RSTG_W_QUIET, "quiet",				\
		    "this side had been silent for 30 s or more")		\
	RSTG_REASON(AFTER_FIN, TIME, RSTG_W_AFTER_FIN, "after-fin",		\
		    "this side had already closed")				\
	RSTG_REASON(AFTER_RST, TIME, RSTG_W_AFTER_RST, "after-reset",		\
		    "this side had already reset, in a way that looked genuine") \
	/* what came later */							\
	RSTG_REASON(LIFE_DATA, LIFE, RSTG_W_LIFE_DATA, "life-data",		\
		    "this side went on to send new data")			\
	RSTG_REASON(LIFE_ACK, LIFE, RSTG_W_LIFE_ACK, "life-ack",		\
		    "this side acknowledged what was first sent after the RST")	\
	RSTG_REASON(LIFE_SYNACK, LIFE, RSTG_W_LIFE_SYNACK, "life-synack",	\
		    "this side accepted the connection after refusing it")	\
	RSTG_REASON(LIFE_PROBE, LIFE, RSTG_W_LIFE_PROBE, "life-answer",		\
		    "this side answered when asked whether it still lives")	\
	/* when it came: colours a report, proves nothing */			\
	RSTG_REASON(OPENING, CONTEXT, RSTG_W_OPENING, "opening",		\
		    "came right after the first data of a connection")		\
	/* what else is in the IP header; of the ID family, as it is forged with it */ \
	RSTG_REASON(LABEL, ID, RSTG_W_LABEL, "flow-label",			\
		    "RST|ACK with another flow label than this side's data")	\
	RSTG_REASON(LABEL_ZERO, ID, RSTG_W_LABEL_ZERO, "flow-label-zero",	\
		    "flow label 0 from a side that sets one")			\
	RSTG_REASON(DSCP, ID, RSTG_W_DSCP, "dscp-differs",			\
		    "RST|ACK with another DSCP than this side's data")		\
	RSTG_REASON(DSCP_BARE, ID, RSTG_W_DSCP_BARE, "dscp-odd",		\
		    "RST with a DSCP that neither side uses")			\
	RSTG_REASON(PATTERN, ID, RSTG_W_PATTERN, "injector-pattern",		\
		    "IP-ID and window go together as a known injector makes them") \
	/* why it was not scored, again */					\
	RSTG_REASON(NOT_COMPARABLE, CONTEXT, 0, "not-comparable",		\
		    "the sequence numbers of this connection are changed on this host")

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
