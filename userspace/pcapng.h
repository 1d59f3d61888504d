/* SPDX-License-Identifier: GPL-2.0-only */
/* The pcapng capture format (draft-ietf-opsawg-pcapng). */
#ifndef _PCAPNG_H
#define _PCAPNG_H

#include <stdio.h>

#include "pcapio.h"

#define PCAPNG_MAGIC	0x0a	/* first octet of every pcapng file, and of no other capture */

struct pcapng;

struct pcapng *pcapng_open(FILE *file);
enum pcapio_status pcapng_next(struct pcapng *ng, struct pcapio_pkt *pkt);
uint64_t pcapng_offset(const struct pcapng *ng);
const char *pcapng_error(const struct pcapng *ng);
void pcapng_close(struct pcapng *ng);

#endif /* _PCAPNG_H */
