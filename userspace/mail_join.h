/* SPDX-License-Identifier: GPL-2.0-only */
/* Which session of the mail server's log is which connection of rstguard's. */
#ifndef _MAIL_JOIN_H
#define _MAIL_JOIN_H

#include "mail_session.h"
#include "sessionlog.h"

/**
 * struct mail_match - the connection that a session was
 * @c:      NULL: none was seen that could be it
 * @of:     how many were equally near: more than 1 is a guess
 * @client: which end of @c the client is
 */
struct mail_match {
	const struct connection *c;
	unsigned int of;
	unsigned int client;
};

struct mail_match *mail_join(const struct mail_sessions *sessions, struct sessionlog *log);

#endif /* _MAIL_JOIN_H */
