// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any octets as a capture, all the way to its reports: container, link layer,
 * core, names. What went in has to come out: a report for each RST.
 */
#include <stdlib.h>

#include "env.h"
#include "filter.h"
#include "injectors.h"
#include "limits.h"
#include "pcapio.h"
#include "replay.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* One of each kind of thing to ask. */
static const char fingerprints[] =
	"injector one\n"
	"	initial 48 + win % 64\n"
	"	rst 1 flags = R | RA, id = -1 - 13 * win | peer.id + 1..peer.id + 300\n"
	"	rst 1+ seq = prev.seq..prev.seq + 1460, id = kin.id + 1\n"
	"injector two\n"
	"	initial random\n"
	"	rst 1..3 len = 0, victim.id / win != 3, ts = 0\n"
	"injector three\n"
	"	rst 1 data = 01, label = 0, open = 1\n";

static void fail_unless(bool good)
{
	if (!good)
		abort();
}

static void take_report(const struct report *r, void *arg)
{
	uint64_t *last = arg;

	fail_unless(r->frame > *last && r->verdict <= RSTG_FORGED);
	fail_unless(!r->named || (r->hops >= HOPS_UNKNOWN && r->hops <= RSTG_HOPS_MAX));
	*last = r->frame;
}

static const struct injectors *injectors(void)
{
	static struct injectors *all;
	char err[INJECTORS_ERROR];
	FILE *file;

	if (all)
		return all;
	file = fmemopen((char *)fingerprints, sizeof(fingerprints) - 1, "r");
	all = injectors_read(file, "fingerprints", err);
	fclose(file);
	fail_unless(all);
	return all;
}

static void read_all(struct pcapio *io, struct replay *r, struct filter *filter)
{
	const struct replay_stats *st;
	enum pcapio_status status;
	struct pcapio_pkt pkt;
	uint64_t packets = 0;

	while ((status = pcapio_next(io, &pkt)) == PCAPIO_PACKET) {
		fail_unless(pkt.frame > packets && pkt.wirelen >= pkt.caplen);
		if (filter && filter_pass(filter, &pkt) != 1)
			continue;
		fail_unless(!replay_packet(r, &pkt));
		packets++;
	}
	fail_unless(status == PCAPIO_END || pcapio_error(io));
	st = replay_finish(r);
	fail_unless(st->packets == packets && st->tcp <= packets && st->rsts <= st->tcp);
	fail_unless(st->rsts == st->verdicts[RSTG_GENUINE] + st->verdicts[RSTG_SUSPECT] +
				st->verdicts[RSTG_FORGED]);
}

/* Input: whether there is a filter (1), the file. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char err[PCAP_ERRBUF_SIZE];
	struct filter filter = { };
	uint64_t last = 0;
	struct pcapio *io;
	struct replay *r;
	FILE *file;

	if (size < 2 || size > 65536)
		return 0;
	file = fmemopen((u8 *)data + 1, size - 1, "r");
	io = pcapio_read(file, err, sizeof(err));
	if (!io)
		return 0;
	r = replay_new(take_report, &last, injectors());
	fail_unless(r);
	if (data[0] & 1)
		fail_unless(!filter_open(&filter, "tcp[13] & 4 != 0 or ip6"));
	read_all(io, r, data[0] & 1 ? &filter : NULL);
	filter_close(&filter);
	replay_free(r);
	pcapio_close(io);
	return 0;
}
