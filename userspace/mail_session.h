/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of a log put together to sessions: one for each connection of a client. */
#ifndef _MAIL_SESSION_H
#define _MAIL_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "mail_fact.h"

/* 50 MB. A log of a busy week has more: --since keeps it short. */
#define MAIL_SESSIONS	131072U
#define MAIL_SAID	224

/**
 * struct mail_session - one connection, as the server's log tells it
 * @daemon:  whose
 * @signs:   MAIL_BEGIN ... of all its lines
 * @has_addr: @addr is known
 * @timed:   @begin and @end are valid
 * @begun:   @begin is when it began; else the earliest that it can have been
 * @addr:    of the client
 * @port:    same; 0 is unknown
 * @server_port: of the server; 0 is unknown
 * @pid:     process; 0 is unknown
 * @begin:   microseconds since 1970
 * @end:     of the last line
 * @step:    how exact these are
 * @tls:     why TLS failed
 * @service: "smtp", "submission", "imap", ...
 * @id:      dovecot's name for it
 * @stage:   the command after which it ended
 * @said:    the line that tells most of how it ended, escaped
 * @weight:  how much that line tells
 * @next:    an older one with the same key, plus 1; 0: none
 */
struct mail_session {
	enum mail_daemon daemon;
	unsigned int signs;
	bool has_addr;
	bool timed;
	bool begun;
	struct rstg_addr addr;
	uint16_t port;
	uint16_t server_port;
	unsigned int pid;
	int64_t begin;
	int64_t end;
	int64_t step;
	enum mail_tls tls;
	char service[MAIL_SERVICE];
	char id[MAIL_ID];
	char stage[MAIL_STAGE];
	char said[MAIL_SAID];
	unsigned int weight;
	uint32_t next;
};

/**
 * enum mail_ending - how a session ended, by the log alone
 * @MAIL_ENDED_WELL: as it should
 * @MAIL_ENDED_CUT:  it did not
 * @MAIL_ENDED_OPEN: it goes on, or the log ends before it does
 */
enum mail_ending { MAIL_ENDED_WELL, MAIL_ENDED_CUT, MAIL_ENDED_OPEN };

struct mail_sessions;

struct mail_sessions *mail_sessions_new(void);
void mail_sessions_free(struct mail_sessions *all);
int mail_sessions_add(struct mail_sessions *all, const struct mail_line *line);
unsigned int mail_sessions_count(const struct mail_sessions *all);
const struct mail_session *mail_sessions_get(const struct mail_sessions *all, unsigned int i);
bool mail_sessions_know(const struct mail_sessions *all, const struct rstg_addr *client);
uint64_t mail_sessions_beyond(const struct mail_sessions *all);

enum mail_ending mail_session_ending(const struct mail_session *s);
uint32_t mail_addr_hash(const struct rstg_addr *addr);

#endif /* _MAIL_SESSION_H */
