/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One finding about one RST, wherever it comes from: the kernel's events and
 * the packets of a capture are turned into this, and fmt.c prints nothing else.
 */
#ifndef _REPORT_H
#define _REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/rstguard.h>

#include "judge.h"
#include "pkt.h"
#include "stages.h"
#include "ttl.h"

/* As long as netlink takes a policy's name, with its NUL. */
#define REPORT_POLICY	16

enum report_type {
	REPORT_RST,	/* a RST was judged */
	REPORT_LIFE,	/* the alleged sender of earlier RSTs lives: they were forged */
	REPORT_HELD,	/* a RST is held now: no event, the answer to a question */
	REPORT_STARTTLS, /* something was done to STARTTLS: @notice, and no RST */
	REPORT_CLOSE,	/* a connection is being closed, by its source; no RST either */
	REPORT_FIN,	/* a FIN in the source's name was forged: it spoke on; no RST either */
};

/**
 * struct report - one finding
 * @type:      what it is about
 * @time_ns:   wall clock
 * @frame:     1-based number of the packet in its file; 0 when live
 * @event_seq: live only: number of the event, to find gaps
 * @lost:      live only: events that the kernel has not sent so far
 * @ifindex:   live only: where the packet came in
 * @live:      from the kernel, not from a file
 * @saddr:     source, as claimed by the packet
 * @daddr:     destination
 * @sport:     source port, as claimed by the packet
 * @dport:     destination port
 * @verdict:   enum rstg_verdict
 * @action:    enum rstguard_action
 * @release:   enum rstguard_release, why it was released
 * @families:  kinds of evidence that agree
 * @proof:     enum rstg_proof
 * @after_ms:  from the RST to the proof or its release; %REPORT_HELD: to now
 * @left_ms:   %REPORT_HELD: until it is released
 * @probes:    %REPORT_HELD: how often its alleged sender was asked
 * @score:     decibans
 * @reasons:   bits of enum rstg_reason
 * @ttl:       TTL or hop limit that it arrived with
 * @ttl_base:  TTLs of the alleged sender
 * @ttl_base_n: how many of them
 * @has_ipid:  IPv4: @ipid, @ipid_last and @ipid_class are valid
 * @ipid:      its IP-ID
 * @ipid_last: last IP-ID of the alleged sender
 * @ipid_class: enum rstg_ipid_class of the alleged sender
 * @tcp_flags: RSTG_FIN ... RSTG_AE
 * @tcp_win:   window field, unscaled
 * @tcp_seq:   sequence number
 * @tcp_ack:   acknowledgment field
 * @rtt_us:    shortest round trip to the alleged sender; 0 is unknown
 * @rsts:      how many RSTs are proven forged, or held, or released together
 * @notice:    %REPORT_STARTTLS: enum rstg_notice
 * @closed_by: %REPORT_CLOSE: enum rstguard_side
 * @policy:    live only: whose rule it fits, or ""
 * @trigger:   what was last said, enum rstg_stage; %RSTG_STAGE_UNKNOWN: the next two are not valid
 * @by_client: the client has said it
 * @trigger_ms: from that to the RST
 * @phase:     enum rstg_phase, how far the client had come
 * @salvo:     enum rstg_salvo, the RST and those shortly before it
 * @tls:       as in struct rstg_stream
 * @named:     offline, with fingerprints: the next three are valid
 * @injector:  who has sent it; NULL: unknown
 * @hops:      estimated distance to there; negative is unknown
 * @peer_hops: same to the alleged sender
 */
struct report {
	enum report_type type;
	uint64_t time_ns;
	uint64_t frame;
	uint32_t event_seq;
	uint32_t lost;
	uint32_t ifindex;
	bool live;
	struct rstg_addr saddr;
	struct rstg_addr daddr;
	uint16_t sport;
	uint16_t dport;
	uint32_t verdict;
	uint32_t action;
	uint32_t release;
	uint32_t families;
	uint32_t proof;
	uint32_t after_ms;
	uint32_t left_ms;
	uint32_t probes;
	int32_t score;
	uint64_t reasons;
	uint8_t ttl;
	uint8_t ttl_base[RSTG_TTL_SLOTS];
	unsigned int ttl_base_n;
	bool has_ipid;
	uint16_t ipid;
	uint16_t ipid_last;
	uint8_t ipid_class;
	uint16_t tcp_flags;
	uint16_t tcp_win;
	uint32_t tcp_seq;
	uint32_t tcp_ack;
	uint32_t rtt_us;
	uint32_t rsts;
	uint32_t notice;
	uint32_t closed_by;
	char policy[REPORT_POLICY];
	uint32_t trigger;
	bool by_client;
	uint32_t trigger_ms;
	uint32_t phase;
	uint32_t salvo;
	uint8_t tls;
	bool named;
	const char *injector;
	int hops;
	int peer_hops;
};

/* Is it about a RST? */
static inline bool report_of_rst(const struct report *r)
{
	return r->type != REPORT_STARTTLS && r->type != REPORT_CLOSE && r->type != REPORT_FIN;
}

/* Worth a line by itself? What is genuine and went its way is only asked for. */
static inline bool report_notable(const struct report *r)
{
	return r->verdict != RSTG_GENUINE || r->action != RSTGUARD_ACTION_NONE ||
	       r->type == REPORT_STARTTLS;
}

#endif /* _REPORT_H */
