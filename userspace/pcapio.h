/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets out of a capture file, whatever its format. */
#ifndef _PCAPIO_H
#define _PCAPIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct pcapio_pkt - one captured packet
 * @data:    octets captured, valid until the next packet is read
 * @frame:   position in the file, from 1
 * @time_ns: since 1970
 * @caplen:  octets at @data
 * @wirelen: octets the packet had, at least @caplen
 * @link:    LINKTYPE_* of the interface it was captured on
 */
struct pcapio_pkt {
	const uint8_t *data;
	uint64_t frame;
	uint64_t time_ns;
	uint32_t caplen;
	uint32_t wirelen;
	int link;
};

enum pcapio_status {
	PCAPIO_END,
	PCAPIO_PACKET,
	PCAPIO_DAMAGED,	/* pcapio_error() says what, pcapio_offset() where; the end */
};

struct pcapio;

struct pcapio *pcapio_read(FILE *file, char *err, size_t err_len);
struct pcapio *pcapio_open(const char *path, char *err, size_t err_len);
enum pcapio_status pcapio_next(struct pcapio *io, struct pcapio_pkt *pkt);
const char *pcapio_error(const struct pcapio *io);
bool pcapio_offset(const struct pcapio *io, uint64_t *offset);
uint64_t pcapio_size(const struct pcapio *io);
void pcapio_close(struct pcapio *io);

#endif /* _PCAPIO_H */
