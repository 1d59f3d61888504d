/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two hosts with an open TCP connection, as octets: what the measured code is fed
 * with, in the kernel (fwd.c) and in userspace (core_feed.c). Plain C for both.
 */
#ifndef _DIALOG_H
#define _DIALOG_H

#include <linux/types.h>

#define DIALOG_CLIENT	0
#define DIALOG_SERVER	1

#define DIALOG_HDR_MAX	80	/* IPv6 and a SYN with its options */

/**
 * struct dialog - one connection between two Linux hosts
 * @number: tells it from the others: addresses, ports, first numbers
 * @v6:     IPv6, else IPv4
 * @nxt:    next sequence number, by host
 * @id:     last IP-ID, by host
 * @ts:     last TSval, by host
 */
struct dialog {
	__u32 number;
	__u32 v6;
	__u32 nxt[2];
	__u16 id[2];
	__u32 ts[2];
};

/**
 * struct dialog_step - one segment of a conversation
 * @from:  %DIALOG_CLIENT or %DIALOG_SERVER
 * @flags: TCP flags
 * @len:   payload octets
 */
struct dialog_step {
	__u8 from;
	__u8 flags;
	__u16 len;
};

struct dialog_script {
	const char *name;
	unsigned int steps;
	const struct dialog_step *step;
};

extern const struct dialog_script dialog_handshake;
extern const struct dialog_script dialog_talk;	/* commands and answers, as SMTP */
extern const struct dialog_script dialog_bulk;	/* full segments and a pure ACK for each two */

void dialog_init(struct dialog *d, unsigned int number, int v6);

/**
 * dialog_packet() - the next segment
 * @d:    connection
 * @step: who sends what
 * @ms:   the clock of both hosts' timestamps
 * @p:    %DIALOG_HDR_MAX octets for the headers; the payload may be anything, and the
 *        TCP checksum is left to a NIC that has looked at it already
 *
 * Return: octets of header.
 */
unsigned int dialog_packet(struct dialog *d, const struct dialog_step *step, __u32 ms, __u8 *p);

#endif /* _DIALOG_H */
