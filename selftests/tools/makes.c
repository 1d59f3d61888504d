// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hosts that peer can be, a port for each in this order: new ones go last.
 *
 * Linux: tcp_validate_incoming() drops an old segment with all it says, and answers;
 * tcp_oow_rate_limited() spares an empty one its answer within 500 ms of the last, and
 * never one with data. Those it had before it names in a D-SACK, tcp_send_dupack().
 *
 * BSD, macOS and iOS: tcp_input() trims an old segment to nothing, notes that an answer
 * is due and goes on with its ACK ("keep on processing for RST or ACK"). What it
 * acknowledges is freed, whether the one who asked has it or not.
 */
#include "makes.h"

#define LINUX	.ttl = 64, .id = COUNTS, .df = true, .win = 501, .rst_win = 501, \
		.syn_df = true, .spare_ms = 500
#define WINDOWS	.ttl = 128, .id = COUNTS, .df = true, .win = 513, .rst_win = 0, \
		.bare_ttl = 128, .bare_id = -1
#define FULL	.ts = true, .sack = true

const struct make makes[] = {
	{ .name = "linux", LINUX, FULL, .syn_ttl = 64, .bare_ttl = 64 },
	/* Before 4.19 a RST of no socket took its IP-ID from a counter of its own. */
	{ .name = "linux3", LINUX, FULL, .syn_ttl = 64, .bare_ttl = 64, .bare_id = 48211 },
	{ .name = "windows", WINDOWS, .syn_ttl = 128, .syn_df = true },
	/* macOS, FreeBSD */
	{ .name = "bsd", .ttl = 64, .id = ZERO, .df = true, .win = 1026, .rst_win = 1026,
	  .syn_ttl = 64, .syn_df = true, .bare_ttl = 64, FULL, .old_acks = true },
	/* Data come from the host behind it, SYN-ACK and the end from itself. */
	{ .name = "balancer", LINUX, FULL, .syn_ttl = 255, .bare_ttl = 255 },
	{ .name = "syn-proxy", WINDOWS, .syn_ttl = 239, .syn_id = 28802 },
	/* Its RSTs of no socket begin at 255, its data at 64. */
	{ .name = "alias-255", LINUX, FULL, .syn_ttl = 64, .bare_ttl = 255 },
	{ .name = "alias-128", LINUX, FULL, .syn_ttl = 64, .bare_ttl = 128 },
	/* A second ACK alike is all that these answer to what came twice. */
	{ .name = "no-sack", LINUX, .ts = true, .syn_ttl = 64, .bare_ttl = 64 },
	{ .name = "no-ts", LINUX, .sack = true, .syn_ttl = 64, .bare_ttl = 64 },
	{ .name = "plain", LINUX, .syn_ttl = 64, .bare_ttl = 64 },
};

const size_t makes_n = sizeof(makes) / sizeof(makes[0]);
