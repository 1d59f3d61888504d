// SPDX-License-Identifier: GPL-2.0-only
/*
 * core_feed talk|bulk 4|6 CYCLES	one open connection through the core, for callgrind
 *
 * Prints the packets fed after the handshake; "core" divides by them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fwd/dialog.h"
#include "model.h"

static struct rstg_flow flow;
static unsigned long long now_ns = 1000000000;
static unsigned int fed;

static void feed(struct dialog *d, const struct dialog_step *step)
{
	static unsigned char p[DIALOG_HDR_MAX + 1500];
	struct rstg_opinion op;
	struct rstg_pkt pkt;
	unsigned int len;

	now_ns += 1000000;
	len = dialog_packet(d, step, now_ns / 1000000, p) + step->len;
	if (rstg_pkt_parse(&pkt, p, len, len) != RSTG_PKT_OK) {
		fprintf(stderr, "core_feed: the core does not take our packets\n");
		exit(1);
	}
	pkt.iif = 1;
	rstg_feed(&flow, &pkt, step->from, RSTG_INBOUND, now_ns, &op);
	fed++;
}

static void play(struct dialog *d, const struct dialog_script *script, unsigned int cycles)
{
	unsigned int i;

	while (cycles--)
		for (i = 0; i < script->steps; i++)
			feed(d, &script->step[i]);
}

int main(int argc, char **argv)
{
	struct dialog d;

	if (argc != 4) {
		fprintf(stderr, "usage: core_feed talk|bulk 4|6 CYCLES\n");
		return 2;
	}
	dialog_init(&d, 0, atoi(argv[2]) == 6);
	play(&d, &dialog_handshake, 1);
	if (!rstg_flow_open(&flow)) {
		fprintf(stderr, "core_feed: the core does not see an open connection\n");
		return 1;
	}
	fed = 0;
	play(&d, strcmp(argv[1], "bulk") ? &dialog_talk : &dialog_bulk, atoi(argv[3]));
	printf("%u\n", fed);
	return 0;
}
