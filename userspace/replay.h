/* SPDX-License-Identifier: GPL-2.0-only */
/* A capture through the core of the kernel module. */
#ifndef _REPLAY_H
#define _REPLAY_H

#include <stdint.h>

#include "injectors.h"
#include "judge.h"
#include "pcapio.h"
#include "report.h"

/**
 * struct replay_stats - what was in the capture
 * @packets:   all
 * @tcp:       those the core could read as TCP
 * @flows:     connections; a tuple used again counts again
 * @rsts:      RSTs
 * @verdicts:  of these, by enum rstg_verdict
 * @fragments: of any protocol: without the rest of the datagram they say nothing
 * @truncated: the headers were not captured whole
 * @malformed: headers that lie about their size
 * @unread:    frames of a link type that is not read
 * @last_link: the latest such link type
 */
struct replay_stats {
	uint64_t packets;
	uint64_t tcp;
	uint64_t flows;
	uint64_t rsts;
	uint64_t verdicts[RSTG_FORGED + 1];
	uint64_t fragments;
	uint64_t truncated;
	uint64_t malformed;
	uint64_t unread;
	int last_link;
};

struct replay;

/* Gets one report per RST, in the order of the file. */
typedef void (*replay_emit_fn)(const struct report *report, void *arg);

struct replay *replay_new(replay_emit_fn emit, void *arg, const struct injectors *injectors);
int replay_packet(struct replay *r, const struct pcapio_pkt *frame);
const struct replay_stats *replay_finish(struct replay *r);
void replay_free(struct replay *r);

#endif /* _REPLAY_H */
