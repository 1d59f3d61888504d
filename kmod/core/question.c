// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking a host whether it still has a connection.
 *
 * The question is the keep-alive of RFC 9293 3.8.4 in the form that carries one octet of
 * garbage: one that the host has acknowledged lately. A host that still has the
 * connection throws the octet away and answers with an ACK (RFC 9293 3.10.7.4), one that
 * has not answers with a reset. A plain ACK in sequence would meet silence from both.
 *
 * Without the octet Linux answers one question in 500 ms (tcp_oow_rate_limited()), which an
 * injector can spend. With it Linux always answers, at once, and the answer names the
 * octet in a D-SACK block (RFC 2883), which no ACK that was under way before can do.
 */
#include "env.h"
#include "question.h"

/**
 * rstg_question() - the numbers to ask with
 * @f: flow
 * @d: whom to ask; the question comes from the other side
 * @q: result
 *
 * It says only what the asking side itself would say. What it acknowledges is what that
 * side has acknowledged last, and not the furthest that the host has sent: macOS, iOS and
 * the BSDs process the ACK of an old segment, and would free data that the asking side
 * has not received and will ask for in vain.
 *
 * Its octet lies a few ACKs back: one of the latest may have been forged for data that the
 * host has not received, and the octet would be taken for the first of them.
 *
 * Return: whether there is something to ask with: without an ACK of the host's there is no
 *         number that it would answer, and this host itself is not asked.
 */
bool rstg_question(const struct rstg_flow *f, unsigned int d, struct rstg_question *q)
{
	const struct rstg_dir *asked = &f->dir[d], *asking = &f->dir[!d];

	if (!asked->ack_tick || !asking->ack_tick || asked->flags & RSTG_D_LOCAL ||
	    rstg_flow_adjusted(f))
		return false;
	q->seq = asked->ack[RSTG_ACKS - 1] - 1;
	q->ack = asking->ack[0];
	q->win = asking->win[0];
	q->len = 1;
	q->ts = asked->flags & asking->flags & RSTG_D_TS;
	q->ts_val = q->ts ? asking->ts_val : 0;
	q->ts_ecr = q->ts ? asked->ts_val : 0;
	return true;
}
