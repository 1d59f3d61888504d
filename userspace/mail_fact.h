/* SPDX-License-Identifier: GPL-2.0-only */
/* What one line of a mail server's log says about one connection. */
#ifndef _MAIL_FACT_H
#define _MAIL_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "env.h"
#include "mail_tls.h"
#include "maillog.h"
#include "pkt.h"

#define MAIL_SERVICE	24
#define MAIL_ID		40
#define MAIL_STAGE	24

enum mail_daemon { MAIL_POSTFIX, MAIL_DOVECOT, MAIL_EXIM };

/* Bits of @signs. */
#define MAIL_BEGIN	BIT(0)	/* it came */
#define MAIL_END	BIT(1)	/* the last line about it */
#define MAIL_LOST	BIT(2)	/* the other side was gone all at once */
#define MAIL_RESET	BIT(3)	/* ECONNRESET: a RST had come, forged or not */
#define MAIL_TIMEOUT	BIT(4)	/* the other side was silent for too long */
#define MAIL_TLS	BIT(5)	/* the TLS handshake failed */
#define MAIL_REFUSED	BIT(6)	/* the server did not want to go on */
#define MAIL_STRANGER	BIT(7)	/* it talked like no mail client, or not at all */
#define MAIL_USED	BIT(8)	/* a mail was accepted, or somebody logged in */

/* How a connection can end other than well. */
#define MAIL_CUT	(MAIL_LOST | MAIL_RESET | MAIL_TIMEOUT | MAIL_TLS | MAIL_REFUSED | \
			 MAIL_STRANGER)

/**
 * struct mail_fact - what a line says
 * @daemon:   whose line it is
 * @signs:    MAIL_BEGIN ...
 * @has_addr: @addr is valid; a line without belongs to the process or session
 * @addr:     of the client
 * @port:     same; 0: the line does not tell
 * @server_port: of the server; 0: same
 * @pid:      of the process; 0: same
 * @before:   it began that many seconds before
 * @service:  "smtp", "submission", "imap", ...
 * @id:       dovecot's name for it; "": none
 * @stage:    the command after which it ended, in the words of the log; "": none
 * @tls:      why TLS failed
 */
struct mail_fact {
	enum mail_daemon daemon;
	unsigned int signs;
	bool has_addr;
	struct rstg_addr addr;
	uint16_t port;
	uint16_t server_port;
	unsigned int pid;
	unsigned int before;
	char service[MAIL_SERVICE];
	char id[MAIL_ID];
	char stage[MAIL_STAGE];
	enum mail_tls tls;
};

/* False: the line says nothing about a connection of a client. */
bool mail_fact(const struct mail_line *line, struct mail_fact *fact);
bool mail_postfix(const struct mail_line *line, struct mail_fact *fact);
bool mail_dovecot(const struct mail_line *line, struct mail_fact *fact);
bool mail_exim(const struct mail_line *line, struct mail_fact *fact);

/* For these three. */
bool mail_starts(const char **p, const char *word);
void mail_word(char *out, size_t size, const char *p, size_t n);
size_t mail_id_length(const char *p, char also);
bool mail_addr(const char *p, size_t n, struct rstg_addr *addr);
const char *mail_bracket(const char *p, struct rstg_addr *addr, uint16_t *port);

#endif /* _MAIL_FACT_H */
