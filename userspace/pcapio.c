// SPDX-License-Identifier: GPL-2.0-only
/*
 * Classic captures are libpcap's to read. It refuses pcapng files whose
 * interfaces differ in link type or snapshot length, as every "dumpcap -i any
 * -i eth0" writes them, because its interface has one of each per file: those
 * are read by pcapng.c.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pcapio.h"
#include "pcapng.h"

#define GZIP_MAGIC	0x1f	/* its first octet; no capture format begins so */
#define BUFFER		65536	/* as much as a pipe holds; the C library would take 4,096 */

/**
 * struct pcapio - an open capture
 * @pcap:   libpcap's, or NULL
 * @ng:     ours, or NULL
 * @file:   what either reads; closed with it
 * @frame:  packets read
 * @error:  what was wrong with the file
 * @buffer: of @file
 */
struct pcapio {
	pcap_t *pcap;
	struct pcapng *ng;
	FILE *file;
	uint64_t frame;
	const char *error;
	char buffer[BUFFER];
};

/* @error is what is left in errno. */
static struct pcapio *fail(struct pcapio *io, FILE *file, int error, char *err,
			   size_t err_len, const char *why)
{
	snprintf(err, err_len, "%s", why ? why : strerror(error));
	fclose(file);
	free(io);
	errno = error;
	return NULL;
}

/* libpcap has DLT_RAW where files have LINKTYPE_RAW; elsewhere they agree. */
static int linktype_of(pcap_t *pcap)
{
	int dlt = pcap_datalink(pcap);

	return dlt == DLT_RAW ? 101 : dlt;
}

/**
 * pcapio_read() - read a capture from an open file
 * @file:    at its beginning; it is closed with the capture, and on failure
 * @err:     says what is wrong on failure
 * @err_len: size of @err
 *
 * Return: NULL on failure, with errno set where the file could not be read and
 * 0 where it is no capture.
 */
struct pcapio *pcapio_read(FILE *file, char *err, size_t err_len)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct pcapio *io;
	int c;

	io = calloc(1, sizeof(*io));
	if (!io)
		return fail(io, file, ENOMEM, err, err_len, NULL);

	/* Nobody else reads it: locks would cost a sixth of the time. */
	__fsetlocking(file, FSETLOCKING_BYCALLER);
	setvbuf(file, io->buffer, _IOFBF, sizeof(io->buffer));

	/* One octet tells the formats apart, and a pipe takes one octet back. */
	c = getc(file);
	if (c == EOF && ferror(file))
		return fail(io, file, errno, err, err_len, NULL);
	if (c == EOF)
		return fail(io, file, 0, err, err_len, "the file is empty");
	ungetc(c, file);
	io->file = file;

	if (c == GZIP_MAGIC)
		return fail(io, file, 0, err, err_len,
			    "compressed by gzip: try zcat FILE | rstguard analyze -");
	if (c == PCAPNG_MAGIC) {
		io->ng = pcapng_open(file);
		if (!io->ng)
			return fail(io, file, ENOMEM, err, err_len, NULL);
		return io;
	}
	io->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO,
							    why);
	if (!io->pcap)
		return fail(io, file, 0, err, err_len, why);
	return io;
}

/**
 * pcapio_open() - open a capture
 * @path:    file name, or "-" for standard input
 * @err:     says what is wrong on failure
 * @err_len: size of @err
 *
 * Return: as pcapio_read().
 */
struct pcapio *pcapio_open(const char *path, char *err, size_t err_len)
{
	/* Not stdin itself: that would outlive its buffer. */
	FILE *file = strcmp(path, "-") ? fopen(path, "rb") : fdopen(dup(STDIN_FILENO), "rb");
	int error = errno;

	if (file)
		return pcapio_read(file, err, err_len);
	snprintf(err, err_len, "%s", strerror(error));
	errno = error;
	return NULL;
}

static enum pcapio_status next_classic(struct pcapio *io, struct pcapio_pkt *pkt)
{
	struct pcap_pkthdr *h;
	const u_char *data;

	switch (pcap_next_ex(io->pcap, &h, &data)) {
	case 1:
		break;
	case PCAP_ERROR_BREAK:
		return PCAPIO_END;
	default:
		io->error = pcap_geterr(io->pcap);
		return PCAPIO_DAMAGED;
	}
	pkt->data = data;
	pkt->caplen = h->caplen;
	pkt->wirelen = h->len;
	pkt->link = linktype_of(io->pcap);
	/* With nanosecond precision libpcap puts nanoseconds into tv_usec. */
	pkt->time_ns = (uint64_t)h->ts.tv_sec * 1000000000 + (uint64_t)h->ts.tv_usec;
	return PCAPIO_PACKET;
}

/**
 * pcapio_next() - read one packet
 * @io:  an open capture
 * @pkt: result, on %PCAPIO_PACKET
 */
enum pcapio_status pcapio_next(struct pcapio *io, struct pcapio_pkt *pkt)
{
	enum pcapio_status status;

	if (io->ng) {
		status = pcapng_next(io->ng, pkt);
		io->error = pcapng_error(io->ng);
	} else {
		status = next_classic(io, pkt);
	}
	if (status == PCAPIO_PACKET) {
		pkt->frame = ++io->frame;
		if (pkt->wirelen < pkt->caplen)
			pkt->wirelen = pkt->caplen;	/* the file contradicts itself */
	}
	return status;
}

/**
 * pcapio_error() - what was wrong with the file
 * @io: a capture for which pcapio_next() returned %PCAPIO_DAMAGED
 */
const char *pcapio_error(const struct pcapio *io)
{
	return io->error;
}

/**
 * pcapio_offset() - where we are
 * @io:     an open capture
 * @offset: octets from the beginning; of a damaged file to the block that is
 *          damaged, or, if it is no pcapng, to where libpcap gave up
 *
 * Not for every packet: it may cost a system call.
 *
 * Return: false where that is not known: the classic format from a pipe.
 */
bool pcapio_offset(const struct pcapio *io, uint64_t *offset)
{
	off_t at = io->ng ? (off_t)pcapng_offset(io->ng) : ftello(io->file);

	if (at < 0)
		return false;
	*offset = (uint64_t)at;
	return true;
}

/**
 * pcapio_size() - how much there is to read
 * @io: an open capture
 *
 * Return: octets; 0 is unknown.
 */
uint64_t pcapio_size(const struct pcapio *io)
{
	struct stat st;

	if (fstat(fileno(io->file), &st) || !S_ISREG(st.st_mode))
		return 0;
	return (uint64_t)st.st_size;
}

/**
 * pcapio_close() - close a capture
 * @io: may be NULL
 */
void pcapio_close(struct pcapio *io)
{
	if (!io)
		return;
	if (io->ng)
		pcapng_close(io->ng);
	if (io->pcap)
		pcap_close(io->pcap);
	free(io);
}
