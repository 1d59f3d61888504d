/* SPDX-License-Identifier: GPL-2.0-only */
/* The events of rstguardd, or of `rstguard analyze -j`, put together to connections. */
#ifndef _SESSIONLOG_H
#define _SESSIONLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "env.h"
#include "judge.h"
#include "pkt.h"

/* 55 MB. Only connections of clients that the mail log names are kept. */
#define CONNECTIONS		131072U
#define SESSIONLOG_ERROR	256
#define SESSIONLOG_NAME		32	/* of a stage, a proof, a notice */

/**
 * struct said - what was last said, and when
 * @known: the rest is valid
 * @by:    "client", "server"
 * @stage: as in stages.h
 * @ms:    before the packet that it is told with
 */
struct said {
	bool known;
	char by[8];
	char stage[SESSIONLOG_NAME];
	uint32_t ms;
};

/**
 * struct rst_seen - the reset of a connection of which most is known
 * @verdict: enum rstg_verdict
 * @src:     which end it names as its sender: index of @addr and @port
 * @us:      when
 * @score:   decibans
 * @reasons: bits of enum rstg_reason
 * @proof:   kind; "": none
 * @after_ms: from the reset to the proof
 * @said:    before it
 */
struct rst_seen {
	unsigned int verdict;
	unsigned int src;
	int64_t us;
	int score;
	uint64_t reasons;
	char proof[SESSIONLOG_NAME];
	uint32_t after_ms;
	struct said said;
};

/**
 * struct close_seen - the first FIN of a connection
 * @us:   when
 * @by:   "client", "server" or "unknown"
 * @said: before it
 * @tls:  version, "": unknown
 */
struct close_seen {
	int64_t us;
	char by[8];
	struct said said;
	char tls[8];
};

/**
 * struct connection - what was seen of one connection
 * @addr:    of the ends
 * @port:    same
 * @first:   of its events, in microseconds since 1970
 * @last:    same
 * @end:     of the event that ended it, if @ended
 * @ended:   a reset went through, or there was a FIN
 * @rsts:    events by verdict
 * @held:    a reset was held; what became of it may stand in another event
 * @dropped: resets were
 * @passed:  resets in doubt were let through
 * @rst:     valid if any of @rsts is not 0
 * @closed:  @close is valid
 * @close:   the FIN
 * @genuine: when the first genuine one came; 0: none did
 * @notices: of STARTTLS: "capability-masked,starttls-absent"
 * @used:    it was found to be a session of the log
 * @older:   one in the same bucket of @heads, plus 1; 0: none
 */
struct connection {
	struct rstg_addr addr[2];
	uint16_t port[2];
	int64_t first;
	int64_t last;
	int64_t end;
	bool ended;
	uint32_t rsts[RSTG_FORGED + 1];
	bool held;
	bool dropped;
	bool passed;
	struct rst_seen rst;
	bool closed;
	struct close_seen close;
	int64_t genuine;
	char notices[64];
	bool used;
	uint32_t older;
};

/**
 * struct sessionlog - all of them
 * @list:   in the order of their first events
 * @n:      how many
 * @size:   room for how many
 * @heads:  by addresses and ports: index in @list plus 1
 * @events: that were understood, of any connection
 * @bad:    lines that were not
 * @beyond: events of connections that found no room
 * @first:  when the first of @events was
 * @last:   same, the last one
 */
struct sessionlog {
	struct connection *list;
	unsigned int n;
	unsigned int size;
	uint32_t *heads;
	uint64_t events;
	uint64_t bad;
	uint64_t beyond;
	int64_t first;
	int64_t last;
};

/**
 * struct sessionlog_wants - which events are worth to be kept
 * @client: is this a client of the log?
 * @arg:    for @client
 * @since:  not those before
 * @bad:    is told of a line that is none, "file:line: why"
 */
struct sessionlog_wants {
	bool (*client)(const void *arg, const struct rstg_addr *addr);
	const void *arg;
	int64_t since;
	void (*bad)(const char *complaint);
};

struct sessionlog *sessionlog_new(void);
void sessionlog_free(struct sessionlog *log);
int sessionlog_line(struct sessionlog *log, const char *line,
		    const struct sessionlog_wants *wants, char err[SESSIONLOG_ERROR]);
int sessionlog_file(struct sessionlog *log, const char *path,
		    const struct sessionlog_wants *wants, char err[SESSIONLOG_ERROR]);

#endif /* _SESSIONLOG_H */
