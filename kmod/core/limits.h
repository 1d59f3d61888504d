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

/* --- what each reason weighs ------------------------------------------------- */

/*
 * Decibans, then the likelihood ratio that they stand for, and where it is from:
 * 4,526 RSTs of public captures, and the papers named. `make fit` holds them
 * against captures with known truth. Where a rate alone would say more, the
 * smaller weight is kept: nearly all forged RSTs there are of one injector.
 */
#define RSTG_W_TTL_SAME		-6	/* 0.25: 99 % of genuine ones; others by chance */
#define RSTG_W_TTL_ALIAS	2	/* 1.6: 0.8 % of genuine ones; 6 % of all TTLs */
#define RSTG_W_TTL_MOVED	6	/* 4: 0.4 % of genuine ones; 2 % of all TTLs */
#define RSTG_W_TTL_FAR		17	/* 50: 1 of 1,074 genuine ones, 13 of 13 forged */
#define RSTG_W_ID_NEAR		-8	/* 0.16: 90 % of genuine RST|ACKs; 0.4 % of all IDs */
#define RSTG_W_ID_FAR		8	/* 6.3: 2 % of genuine RST|ACKs, 17 % if routed */
#define RSTG_W_ID_ZERO		8	/* 6.3: as ID_FAR: firewalls send it, too */
#define RSTG_W_ID_NONZERO	6	/* 4: 5 of 1,946 genuine ones */
#define RSTG_W_ID_BARE		-3	/* 0.5: Linux since 4.19; some injectors */
#define RSTG_W_ID_ZERO_FRAG	10	/* 10: GFW I; 3 of 1,946 genuine ones */
#define RSTG_W_ID_OURS		15	/* 32: Brunei and GFW IPID-26; 2 in 65,536 by chance */
#define RSTG_W_DF_DIFF		12	/* 16: 0.1 to 1.5 % of genuine ones, 11 of 13 forged */
#define RSTG_W_DF_DIFF_BARE	3	/* 2: GFW I; half of all old stacks as well */
#define RSTG_W_WIN_ODD		8	/* 6.3: 2.4 % of genuine ones, 13 of 13 forged */
#define RSTG_W_TS_MISSING	3	/* 2: 49 % of genuine RST|ACKs, most forged ones */
#define RSTG_W_TS_MISSING_LINUX	12	/* 16: none genuine; balancers may */
#define RSTG_W_TS_BARE		6	/* 4: 0.5 % of genuine bare ones */
#define RSTG_W_PAYLOAD		10	/* 10: Henan, Tajikistan; 0.2 % of genuine ones */
#define RSTG_W_SEQ_BEYOND	15	/* 32: 0.1 to 0.7 % of genuine ones */
#define RSTG_W_SEQ_BEHIND	8	/* 6.3: a lost race; 4 of 1,946 genuine ones */
#define RSTG_W_ACK_AHEAD	20	/* 100: 0 of 871 genuine RST|ACKs */
#define RSTG_W_SEQ_CHANGE	25	/* 316: 0 of 811 genuine ones; Weaver et al. 2009 */
#define RSTG_W_COPIES		10	/* 10: 11 of 13 forged, 0.6 % of genuine ones */
#define RSTG_W_MIXED		12	/* 16: GFW I and II in one flow; intang counts on it */
#define RSTG_W_TTL_WIN		15	/* 32: Marczak et al. 2015: one alarm in 8 months */
#define RSTG_W_EARLY		15	/* 32: no genuine cause but a path that got shorter */
#define RSTG_W_EARLY_HALF	25	/* 316: out of reach of jitter; Duan et al. 2012 */
#define RSTG_W_EARLY_BARE	8	/* 6.3: 1 of 544 genuine bare ones */
#define RSTG_W_QUIET		-10	/* 0.1: a quarter of genuine ones, 0 of 13 forged */
#define RSTG_W_AFTER_FIN	-20	/* 0.01: 55 % of genuine ones, none forged */
#define RSTG_W_AFTER_RST	-20	/* 0.01: 44 % of genuine ones come in twos or more */
#define RSTG_W_LIFE_DATA	40	/* 10,000: 0 of 811 genuine ones */
#define RSTG_W_LIFE_ACK		80	/* 10^8: causal: cannot come from a host that reset */
#define RSTG_W_LIFE_SYNACK	40	/* 10,000: a host does not accept what it has refused */
#define RSTG_W_LIFE_PROBE	80	/* 10^8: causal, as LIFE_ACK */
#define RSTG_W_OPENING		3	/* 2: all forged ones, half of the genuine ones */
#define RSTG_W_LABEL		10	/* 10: Linux and RFC 6437 by design; no capture yet */
#define RSTG_W_LABEL_ZERO	2	/* 1.6: 2 genuine ones seen, no forged ones yet */
#define RSTG_W_DSCP		5	/* 3.2: none seen; a socket marks all alike */
#define RSTG_W_DSCP_BARE	5	/* 3.2: none seen; control sockets reflect */
#define RSTG_W_PATTERN		12	/* 16: 0 of 1,946 genuine ones; 8 % by chance */

/* --- when a RST is scored at all ------------------------------------------ */

/*
 * Picked up mid-stream, without a handshake that vouches for the first packet,
 * a baseline needs three packets: one retransmission and one ACK may share a
 * detour.
 */
#define RSTG_MIDSTREAM_MIN	3

/* --- TTL ------------------------------------------------------------------- */

/*
 * A new TTL joins the set after this many packets in a row: a forged segment or one
 * detour must not teach us the injector's distance.
 */
#define RSTG_TTL_TRUST		3
/*
 * ... and after two round trips and so many beats, 250 ms, without a packet from where they
 * came before: an injector cannot keep the real side from answering for that long.
 */
#define RSTG_TTL_BEATS		239
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
/* The least window that a receiver is taken to have; a closed one may have opened. */
#define RSTG_WINDOW_MIN		65535
/* Weaver et al. 2009, RST_SEQ_CHANGE: successive RSTs, the later beyond everything. */
#define RSTG_SEQ_CHANGE_MIN	2

/* --- time: in ticks of 1.024 us and beats of 1.05 ms, see flow.h ------------- */

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
 * New data from a peer that sent a RST: 0 of 811 genuine ones within 2 s. For one that
 * is held there is no limit but the hold's.
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
/* Half a round trip of so many ticks is 1 ms. */
#define RSTG_TICKS_2MS		1953
/*
 * What one processor sent last comes so much behind what another sent after it, if it stands
 * still meanwhile: 5 ms were seen with two virtual machines on two processors, at a round
 * trip of 35 us (selftests/net/hold_budget.sh). Half of what a reset is held at least, so
 * that a second question still has its answer.
 */
#define RSTG_OVERTAKEN_MS	10
#define RSTG_OVERTAKEN_NS	(RSTG_OVERTAKEN_MS * 1000000ULL)
/* A gap between two packets by our clock and by their sender's: as read, and as it drifts. */
#define RSTG_CLOCK_GRAIN_MS	2
#define RSTG_CLOCK_DRIFT	1024
/* Packets of a direction within which a RST is the answer to how the talk began. */
#define RSTG_OPENING_PKTS	16

/* --- waiting for an answer --------------------------------------------------- */

/* RFC 6298 2.1: the first timeout where no round trip was measured. */
#define RSTG_WAIT_UNKNOWN_NS	1000000000ULL
/* What hosts take beside the path: two context switches and a timer's grain on each. */
#define RSTG_WAIT_HOST_NS	15000000ULL
/* A paging cycle of LTE is 0.32 to 2.56 s; jitter without sleep stays below 1 s. In 131 us. */
#define RSTG_RTT_SLEEP		7629
/* An ACK that came twice is timed again within so many ticks, 3 s: later it is a keep-alive's. */
#define RSTG_RTT_AGAIN		2929688

/* --- what is said at the start of a stream ---------------------------------- */

/*
 * Octets of a direction that are read at most: the servers of the unit tests reach
 * STARTTLS within 500, and a banner or a list of capabilities may well be longer. What
 * is stepped over in records does not count.
 */
#define RSTG_STREAM_OCTETS	4096
/*
 * Octets behind a gap after which it will not be filled: a first flight is 10 segments
 * (RFC 6928), 14,600 octets, and its sender then waits for what was lost.
 */
#define RSTG_STREAM_GAP		16384

/* --- how long a flow is remembered after its last packet --------------------- */

#define RSTG_AGE_EMBRYO		28610	/* 30 s: a SYN is resent for longer, then starts anew */
#define RSTG_AGE_OPEN		6866455	/* 2 h: TCP's own keep-alive interval (RFC 9293 3.8.4) */
#define RSTG_AGE_CLOSING	57220	/* 60 s: Linux keeps TIME-WAIT as long */
#define RSTG_AGE_RESET		9537	/* 10 s: conntrack's CLOSE timeout */

#endif /* _RSTG_LIMITS_H */
