// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk over the blocks of a pcapng file. Sections may change byte order,
 * interfaces have a link type and a clock each; whatever block is not known is
 * stepped over by its length, as the format asks.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pcapng.h"

#define BLOCK_SECTION	0x0a0d0d0a
#define BLOCK_INTERFACE	1
#define BLOCK_PACKET	2	/* obsolete, still in old files */
#define BLOCK_SIMPLE	3
#define BLOCK_ENHANCED	6

#define BYTE_ORDER_MAGIC 0x1a2b3c4d

#define OPT_END		0
#define OPT_TSRESOL	9
#define OPT_TSOFFSET	14

#define BLOCK_MIN	12		/* type, length, length again */
#define BLOCK_MAX	(16 << 20)	/* what libpcap and Wireshark take */
#define INTERFACES_MAX	4096		/* memory that a damaged file may ask for */

/**
 * struct interface - what an interface block says
 * @link:     LINKTYPE_*
 * @snaplen:  for simple packet blocks, which have no captured length; 0 is no limit
 * @tsresol:  as in the option: decimal or, with the top bit, binary exponent
 * @tsoffset: seconds to add
 */
struct interface {
	int link;
	uint32_t snaplen;
	uint8_t tsresol;
	int64_t tsoffset;
};

/**
 * struct pcapng - an open file
 * @file:    read from its current position
 * @block:   body of the current block, and its length once more
 * @size:    room at @block
 * @swapped: the current section has the other byte order
 * @ifs:     interfaces of the current section
 * @nr_ifs:  their number
 * @time_ns: time of the latest packet, for blocks that have none
 * @offset:  octets from the beginning to the next block, or to the damaged one
 * @error:   what was wrong with the file
 */
struct pcapng {
	FILE *file;
	uint8_t *block;
	uint32_t size;
	bool swapped;
	struct interface *ifs;
	uint32_t nr_ifs;
	uint64_t time_ns;
	uint64_t offset;
	const char *error;
};

static uint16_t get16(const struct pcapng *ng, const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return ng->swapped ? __builtin_bswap16(v) : v;
}

static uint32_t get32(const struct pcapng *ng, const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return ng->swapped ? __builtin_bswap32(v) : v;
}

static uint64_t get64(const struct pcapng *ng, const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return ng->swapped ? __builtin_bswap64(v) : v;
}

static enum pcapio_status damaged(struct pcapng *ng, const char *why)
{
	ng->error = why;
	return PCAPIO_DAMAGED;
}

/**
 * pcapng_open() - start reading
 * @file: at its first octet; belongs to the result on success
 *
 * Return: NULL and errno without memory. A file that is no pcapng shows as
 * damaged at its first block.
 */
struct pcapng *pcapng_open(FILE *file)
{
	struct pcapng *ng = calloc(1, sizeof(*ng));

	if (ng)
		ng->file = file;
	return ng;
}

static bool block_reserve(struct pcapng *ng, uint32_t len)
{
	uint8_t *block;

	if (len <= ng->size)
		return true;
	block = realloc(ng->block, len);
	if (!block)
		return false;
	ng->block = block;
	ng->size = len;
	return true;
}

/*
 * Read a block into @ng->block: its body, and the length that follows it.
 * A section's first word decides how its own length is to be read.
 */
static enum pcapio_status block_read(struct pcapng *ng, uint32_t *type, uint32_t *len)
{
	uint8_t head[12];
	uint32_t total, rest, got = 0;
	size_t n;

	n = fread(head, 1, 8, ng->file);
	if (!n && feof(ng->file))
		return PCAPIO_END;
	if (n < 8)
		return damaged(ng, "the file ends within the head of a block");

	memcpy(type, head, sizeof(*type));
	if (*type == BLOCK_SECTION) {	/* reads the same in both orders */
		uint32_t magic;

		if (fread(head + 8, 1, 4, ng->file) < 4)
			return damaged(ng, "the file ends within a section header");
		memcpy(&magic, head + 8, sizeof(magic));
		if (magic != BYTE_ORDER_MAGIC &&
		    magic != __builtin_bswap32(BYTE_ORDER_MAGIC))
			return damaged(ng, "a section header without byte-order magic");
		ng->swapped = magic != BYTE_ORDER_MAGIC;
		got = 4;
	}
	*type = get32(ng, head);
	total = get32(ng, head + 4);
	if (total < BLOCK_MIN + got || total > BLOCK_MAX || total % 4)
		return damaged(ng, "a block has an impossible length");

	*len = total - BLOCK_MIN;
	rest = *len - got + 4;
	if (!block_reserve(ng, got + rest))
		return damaged(ng, "no memory for a block");
	memcpy(ng->block, head + 8, got);
	if (fread(ng->block + got, 1, rest, ng->file) < rest)
		return damaged(ng, "the file ends within a block");
	if (get32(ng, ng->block + *len) != total)
		return damaged(ng, "the two lengths of a block differ");
	return PCAPIO_PACKET;
}

static void interface_options(const struct pcapng *ng, struct interface *ifc,
			      const uint8_t *p, uint32_t len)
{
	while (len >= 4) {
		uint16_t code = get16(ng, p), olen = get16(ng, p + 2);
		uint32_t step = 4 + (((uint32_t)olen + 3) & ~3U);

		if (code == OPT_END || step > len)
			return;
		if (code == OPT_TSRESOL && olen == 1)
			ifc->tsresol = p[4];
		else if (code == OPT_TSOFFSET && olen == 8)
			ifc->tsoffset = (int64_t)get64(ng, p + 4);
		p += step;
		len -= step;
	}
}

static enum pcapio_status interface_add(struct pcapng *ng, uint32_t len)
{
	struct interface *ifs;

	if (len < 8)
		return damaged(ng, "an interface block is too short");
	if (ng->nr_ifs == INTERFACES_MAX)
		return damaged(ng, "more interfaces than any machine has");
	ifs = realloc(ng->ifs, (ng->nr_ifs + 1) * sizeof(*ifs));
	if (!ifs)
		return damaged(ng, "no memory for an interface");

	ng->ifs = ifs;
	ifs += ng->nr_ifs++;
	ifs->link = get16(ng, ng->block);
	ifs->snaplen = get32(ng, ng->block + 4);
	ifs->tsresol = 6;
	ifs->tsoffset = 0;
	interface_options(ng, ifs, ng->block + 8, len - 8);
	return PCAPIO_PACKET;
}

/* A clock finer than nanoseconds loses digits, a coarser one gains zeros. */
static uint64_t to_ns(const struct interface *ifc, uint64_t ts)
{
	unsigned int exp = ifc->tsresol & 0x7f;
	uint64_t ns;

	if (ifc->tsresol & 0x80) {
		if (exp > 63)
			return 0;
		ns = (ts >> exp) * 1000000000;
		/* 32 bits of the fraction are finer than a nanosecond. */
		ts &= (1ULL << exp) - 1;
		if (exp > 32) {
			ts >>= exp - 32;
			exp = 32;
		}
		ns += ts * 1000000000 >> exp;
	} else {
		for (ns = ts; exp < 9; exp++)
			ns *= 10;
		for (; exp > 9 && ns; exp--)
			ns /= 10;
	}
	return ns + (uint64_t)ifc->tsoffset * 1000000000;
}

static enum pcapio_status packet_enhanced(struct pcapng *ng, struct pcapio_pkt *pkt,
					  uint32_t len, bool old)
{
	const uint8_t *p = ng->block;
	uint32_t id;

	if (len < 20)
		return damaged(ng, "a packet block is too short");
	id = old ? get16(ng, p) : get32(ng, p);
	if (id >= ng->nr_ifs)
		return damaged(ng, "a packet of an interface that the file does not name");

	pkt->caplen = get32(ng, p + 12);
	pkt->wirelen = get32(ng, p + 16);
	if (pkt->caplen > len - 20)
		return damaged(ng, "a packet is longer than its block");
	pkt->data = p + 20;
	pkt->link = ng->ifs[id].link;
	pkt->time_ns = to_ns(&ng->ifs[id], (uint64_t)get32(ng, p + 4) << 32 | get32(ng, p + 8));
	ng->time_ns = pkt->time_ns;
	return PCAPIO_PACKET;
}

static enum pcapio_status packet_simple(struct pcapng *ng, struct pcapio_pkt *pkt,
					uint32_t len)
{
	if (len < 4)
		return damaged(ng, "a packet block is too short");
	if (!ng->nr_ifs)
		return damaged(ng, "a packet of an interface that the file does not name");

	pkt->wirelen = get32(ng, ng->block);
	pkt->caplen = pkt->wirelen;
	if (ng->ifs[0].snaplen && pkt->caplen > ng->ifs[0].snaplen)
		pkt->caplen = ng->ifs[0].snaplen;
	if (pkt->caplen > len - 4)
		return damaged(ng, "a packet is longer than its block");
	pkt->data = ng->block + 4;
	pkt->link = ng->ifs[0].link;
	pkt->time_ns = ng->time_ns;
	return PCAPIO_PACKET;
}

/**
 * pcapng_next() - read on to the next packet
 * @ng:  an open file
 * @pkt: result, on %PCAPIO_PACKET; its frame is left alone
 */
enum pcapio_status pcapng_next(struct pcapng *ng, struct pcapio_pkt *pkt)
{
	enum pcapio_status status;
	uint32_t type, len;

	for (;;) {
		bool packet = false;

		status = block_read(ng, &type, &len);
		if (status != PCAPIO_PACKET)
			return status;

		switch (type) {
		case BLOCK_SECTION:
			ng->nr_ifs = 0;	/* a new section names its own */
			break;
		case BLOCK_INTERFACE:
			status = interface_add(ng, len);
			break;
		case BLOCK_ENHANCED:
		case BLOCK_PACKET:
			status = packet_enhanced(ng, pkt, len, type == BLOCK_PACKET);
			packet = true;
			break;
		case BLOCK_SIMPLE:
			status = packet_simple(ng, pkt, len);
			packet = true;
			break;
		}
		if (status == PCAPIO_DAMAGED)
			return status;
		ng->offset += BLOCK_MIN + len;
		if (packet)
			return status;
	}
}

/**
 * pcapng_offset() - where we are
 * @ng: an open file
 *
 * Return: octets from the beginning to the next block; of a damaged file, to
 * the block that is damaged.
 */
uint64_t pcapng_offset(const struct pcapng *ng)
{
	return ng->offset;
}

/**
 * pcapng_error() - what was wrong with the file
 * @ng: a file for which pcapng_next() returned %PCAPIO_DAMAGED
 */
const char *pcapng_error(const struct pcapng *ng)
{
	return ng->error;
}

/**
 * pcapng_close() - close the file
 * @ng: an open file
 */
void pcapng_close(struct pcapng *ng)
{
	fclose(ng->file);
	free(ng->block);
	free(ng->ifs);
	free(ng);
}
