/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of a session, and what that means to whoever runs the server. */
#ifndef _MAIL_CLASS_H
#define _MAIL_CLASS_H

#include <stddef.h>

#include "mail_join.h"

/* MAIL_CLASS(ENUM, "name", "what it means", "what to do") */
#define MAIL_CLASSES(MAIL_CLASS)						\
	MAIL_CLASS(FORGED, "forged",						\
		   "proven: whom the reset names as its sender lived on and had not sent it", \
		   "neither you nor the client: somebody on the way. Send these lines to the " \
		   "client's provider. Where it was let through: rstguard set mode hold")	\
	MAIL_CLASS(SUSPECT, "suspect",						\
		   "a reset that does not look like its sender, without proof",	\
		   "have senders asked, then there is proof or none: rstguard set mode hold; " \
		   "rstguard policy add mail")					\
	MAIL_CLASS(RESET, "reset",						\
		   "a reset that looks like its sender's own",			\
		   "look at that side: a program that crashed or closed with data unread, a " \
		   "firewall or NAT that forgot the connection")		\
	MAIL_CLASS(CLOSED, "closed",						\
		   "one side hung up, in the way that TCP has for it",		\
		   "nobody interfered: the lines say who it was and, where known, why")	\
	MAIL_CLASS(TIMEOUT, "timeout",						\
		   "the other side fell silent, and the server gave up",		\
		   "a dead link, or a firewall that forgot the connection. A reset forged " \
		   "towards the client alone looks like this from here: watch there as well") \
	MAIL_CLASS(NOTHING, "nothing",						\
		   "nothing of how it ended was seen on the wire",			\
		   "was rstguardd running then, here, and do the packets come this way? " \
		   "See rstguard status, and the times of the events above")

enum mail_class {
#define X(e, name, text, todo) MAIL_CLASS_##e,
	MAIL_CLASSES(X)
#undef X
	MAIL_CLASS_MAX
};

/**
 * struct mail_class_info - a class in words
 * @name: as in JSON
 * @text: what it means
 * @todo: what to do next
 */
struct mail_class_info {
	const char *name;
	const char *text;
	const char *todo;
};

extern const struct mail_class_info mail_classes[MAIL_CLASS_MAX];

#define MAIL_EVIDENCE	768

enum mail_class mail_class(const struct mail_session *s, const struct connection *c);
const char *mail_action(const struct connection *c);
bool mail_went_on(const struct mail_session *s, const struct connection *c);
bool mail_scanner(const struct mail_session *s, const struct connection *c);
void mail_evidence(char out[MAIL_EVIDENCE], const struct mail_session *s,
		   const struct mail_match *m);

#endif /* _MAIL_CLASS_H */
