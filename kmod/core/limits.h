/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every number that the core decides by, with its reason. Rates are of genuine
 * RSTs in public captures (3,827 with a baseline) unless something else is said.
 */
#ifndef _RSTG_LIMITS_H
#define _RSTG_LIMITS_H

/* --- verdicts, in decibans: 10 * log10 of the likelihood ratio ------------ */

/* A likelihood ratio of 10: worth asking the alleged sender about, no more. */
#define RSTG_SCORE_DOUBT	10
/*
 * A likelihood ratio of 316. One forged RST in 10,000 makes this a posterior
 * of 3 %, hence the word "suspect". No genuine RST of 1,074 reached it.
 */
#define RSTG_SCORE_SUSPECT	25
/* One field alone is a load balancer or a route change; two agree by design. */
#define RSTG_SUSPECT_FAMILIES	2
/* A likelihood ratio of 31,623: even at one forged in 10,000 three of four are. */
#define RSTG_SCORE_DROP		45
#define RSTG_DROP_FAMILIES	3
/* What a family must weigh to count as one of the two: a likelihood ratio of 4. */
#define RSTG_FAMILY_MIN		6
/* No family may outweigh what one proof of life is worth. */
#define RSTG_FAMILY_CAP		40

/* --- when a RST is scored at all ------------------------------------------ */

/*
 * Picked up mid-stream, without a handshake that vouches for the first packet,
 * a baseline needs three packets: one retransmission and one ACK may share a
 * detour.
 */
#define RSTG_MIDSTREAM_MIN	3

/* --- TTL ------------------------------------------------------------------- */

/*
 * A new TTL joins the set after this many packets: a forged segment or one
 * detour must not teach us the injector's distance.
 */
#define RSTG_TTL_TRUST		3
/* 0.9 % of genuine RSTs with 3 earlier packets lie outside the set, 0.56 % by more than 1. */
#define RSTG_TTL_NEAR		1
/* Route changes move a few hops; beyond 4 only another sender was ever seen. */
#define RSTG_TTL_OFF		4
/* Longer paths than this were not seen, so a TTL this far below an initial value is not of it. */
#define RSTG_HOPS_MAX		40

/* --- IP-ID ------------------------------------------------------------------ */

/* Steps seen before the field may be called a counter, constant or zero. */
#define RSTG_IPID_MIN		3
/* 90 % of genuine RST|ACKs on a counter lie within 256, 98 % within 4096. */
#define RSTG_IPID_NEAR		256
#define RSTG_IPID_FAR		4096
/* Halve the counts here, so that the class follows a sender that changes. */
#define RSTG_IPID_WINDOW	64

/* The Great Firewall took 26 from the IP-ID of what set it off (Weaver et al. 2009). */
#define RSTG_IPID_BELOW		26

/* --- flow label and DSCP ------------------------------------------------------ */

/* Packets in a row: fewer may be of a label that is being given up. */
#define RSTG_LABEL_MIN		3
/* As RSTG_MIDSTREAM_MIN: one retransmission and one ACK may be marked alike. */
#define RSTG_DSCP_MIN		3

/* --- sequence space --------------------------------------------------------- */

/*
 * A segment further ahead than this does not move the highest sequence seen:
 * no path holds 16 MiB that we have not seen, a forger's guess may.
 */
#define RSTG_SEQ_JUMP		(16 << 20)
/* Weaver et al. 2009, RST_SEQ_CHANGE: successive RSTs, the later beyond everything. */
#define RSTG_SEQ_CHANGE_MIN	2

/* --- time: in ticks of 1.024 us and beats of 1.05 ms, see track.h ------------ */

/* Two RSTs further apart than this belong to two causes (Weaver et al. 2009). */
#define RSTG_BURST_BEATS	1907	/* 2 s */
/* Copies on one wire arrive together; a resent RST takes a round trip. */
#define RSTG_COPY_BEATS		96	/* 100 ms */
/*
 * Extra copies of one RST before they are evidence: 44 % of genuine resets
 * come as two or more, and one extra copy is often the capture's own doubling.
 */
#define RSTG_COPIES_MIN		3
/*
 * New data from a peer that sent a RST: 0 of 811 genuine ones within 2 s. Longer
 * than the longest hold, or proof at its very end would be lost.
 */
#define RSTG_LIFE_BEATS		3815	/* 4 s */
/*
 * No NAT, firewall or balancer forgets an established connection sooner, so a
 * stranger's RST after less is no stand-in. A person who types pauses for 10 s
 * and more (4 of 40 forged RSTs), which must not weigh for the injector.
 */
#define RSTG_QUIET_BEATS	28610	/* 30 s */
/* After silence a NAT or a balancer speaks for the peer: its fields weigh 0.4. */
#define RSTG_QUIET_NUM		2
#define RSTG_QUIET_DEN		5
/*
 * An answer sooner than 0.8 of the shortest round trip was not the peer's;
 * sooner than half of it not even under jitter (Duan et al. 2012 use 0.5).
 */
#define RSTG_CAUSAL_NUM		4
#define RSTG_CAUSAL_DEN		5
/* Below 4 ms the jitter of a loaded host is as long as the round trip. */
#define RSTG_CAUSAL_RTT_MIN	3906	/* ticks: 4 ms */
/* Packets of a direction within which a RST is the answer to how the talk began. */
#define RSTG_OPENING_PKTS	16

/* --- how long a flow is remembered after its last packet --------------------- */

#define RSTG_AGE_EMBRYO		28610	/* 30 s: a SYN is resent for longer, then starts anew */
#define RSTG_AGE_OPEN		6866455	/* 2 h: TCP's own keep-alive interval (RFC 9293 3.8.4) */
#define RSTG_AGE_CLOSING	57220	/* 60 s: Linux keeps TIME-WAIT as long */
#define RSTG_AGE_RESET		9537	/* 10 s: conntrack's CLOSE timeout */

#endif /* _RSTG_LIMITS_H */
