/* SPDX-License-Identifier: GPL-2.0-only */
/* A filter expression as of pcap-filter(7), over the frames of any capture. */
#ifndef _FILTER_H
#define _FILTER_H

#include <pcap/pcap.h>

#include "pcapio.h"

#define FILTER_LINKS	8	/* link types in one run; a file rarely has two */

/**
 * struct filter - one expression, compiled once for each link type
 * @text:  the expression
 * @prog:  what libpcap made of it
 * @link:  for which LINKTYPE_*
 * @n:     how many of these
 * @error: after a failure: why
 */
struct filter {
	const char *text;
	struct bpf_program prog[FILTER_LINKS];
	int link[FILTER_LINKS];
	unsigned int n;
	char error[PCAP_ERRBUF_SIZE];
};

int filter_open(struct filter *f, const char *text);
int filter_pass(struct filter *f, const struct pcapio_pkt *pkt);
void filter_close(struct filter *f);

/* libpcap numbers some link types otherwise than files do. */
int filter_dlt(int link);

#endif /* _FILTER_H */
