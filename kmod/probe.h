/* SPDX-License-Identifier: GPL-2.0-only */
/* Sending a question. */
#ifndef _RSTG_PROBE_H
#define _RSTG_PROBE_H

#include <net/net_namespace.h>
#include <net/sock.h>

#include "question.h"
#include "table.h"

/**
 * struct rstg_probe - one question, and what is known of its way
 * @key:  flow
 * @d:    whom to ask; it is sent in the other side's name
 * @in:   index of the device by which packets of @d arrive
 * @mark: that a reply to @d's reset has, see IP4_REPLY_MARK()
 * @q:    its numbers
 */
struct rstg_probe {
	struct rstg_key key;
	unsigned int d;
	u32 in;
	u32 mark;
	struct rstg_question q;
};

int rstg_probe_send(struct net *net, struct sock *asker, const struct rstg_probe *probe);

#endif /* _RSTG_PROBE_H */
