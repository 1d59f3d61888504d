// SPDX-License-Identifier: GPL-2.0-only
/*
 * The offsets that a compiled expression looks at depend on the link type, and
 * the frames of one pcapng file may be of several: so it is compiled for each
 * link type when its first frame comes.
 */
#include <errno.h>
#include <stdio.h>

#include "filter.h"

#define SNAPLEN		262144	/* tcpdump's; "accept" returns this many octets */
#define LINK_ETHERNET	1
#define LINK_RAW	101
#define DLT_MAX		300	/* libpcap 1.10 knows none beyond 292 */

/**
 * filter_dlt() - libpcap's number for a link type
 * @link: LINKTYPE_*
 */
int filter_dlt(int link)
{
	return link == LINK_RAW ? DLT_RAW : link;
}

/* Its index, or -EINVAL and f->error. */
static int compile(struct filter *f, int link)
{
	pcap_t *pcap;
	int err = 0;

	if (f->n == FILTER_LINKS) {
		snprintf(f->error, sizeof(f->error), "more than %d link types", FILTER_LINKS);
		return -EINVAL;
	}
	pcap = pcap_open_dead(filter_dlt(link), SNAPLEN);
	if (!pcap) {
		snprintf(f->error, sizeof(f->error), "out of memory");
		return -EINVAL;
	}
	if (pcap_compile(pcap, &f->prog[f->n], f->text, 1, PCAP_NETMASK_UNKNOWN)) {
		const char *name = pcap_datalink_val_to_name(filter_dlt(link));

		snprintf(f->error, sizeof(f->error), "%s (link type %s)", pcap_geterr(pcap),
			 name ? name : "unknown");
		err = -EINVAL;
	} else {
		f->link[f->n] = link;
	}
	pcap_close(pcap);
	return err ? err : (int)f->n++;
}

/* Does it make sense for any link type? "wlan type data" does not for Ethernet. */
static bool fits_another(const char *text)
{
	struct bpf_program prog;
	int dlt, err;

	for (dlt = 0; dlt <= DLT_MAX; dlt++) {
		pcap_t *pcap = pcap_datalink_val_to_name(dlt) ? pcap_open_dead(dlt, SNAPLEN) : NULL;

		if (!pcap)
			continue;
		err = pcap_compile(pcap, &prog, text, 1, PCAP_NETMASK_UNKNOWN);
		if (!err)
			pcap_freecode(&prog);
		pcap_close(pcap);
		if (!err)
			return true;
	}
	return false;
}

/**
 * filter_open() - take an expression
 * @f:    result
 * @text: expression; has to stay
 *
 * It is tried for Ethernet, and then for all others, so that a slip is found before a file
 * is opened.
 *
 * Return: 0, or -EINVAL and words in f->error.
 */
int filter_open(struct filter *f, const char *text)
{
	f->text = text;
	f->n = 0;
	return compile(f, LINK_ETHERNET) < 0 && !fits_another(text) ? -EINVAL : 0;
}

/**
 * filter_pass() - does the expression hold for a frame?
 * @f:   open
 * @pkt: frame
 *
 * Return: 1, 0, or -EINVAL and words in f->error where it makes no sense for
 * frames of this link type.
 */
int filter_pass(struct filter *f, const struct pcapio_pkt *pkt)
{
	const struct pcap_pkthdr h = { .caplen = pkt->caplen, .len = pkt->wirelen };
	unsigned int i;

	for (i = 0; i < f->n && f->link[i] != pkt->link; i++)
		;
	if (i == f->n) {
		int at = compile(f, pkt->link);

		if (at < 0)
			return at;
		i = (unsigned int)at;
	}
	return pcap_offline_filter(&f->prog[i], &h, pkt->data) != 0;
}

/**
 * filter_close() - free what was compiled
 * @f: open, or all zero
 */
void filter_close(struct filter *f)
{
	while (f->n)
		pcap_freecode(&f->prog[--f->n]);
}
