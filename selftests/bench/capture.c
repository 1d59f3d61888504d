// SPDX-License-Identifier: GPL-2.0-only
/*
 * capture FLOWS PACKETS	write a capture to standard output, for "analyze"
 * capture scan PACKETS
 * capture answered PACKETS
 *
 * Headers only, as "tcpdump -s 128" leaves them: FLOWS connections, half of them
 * IPv6, take turns packet by packet, which is the worst order for a cache. No RST.
 * A scan: each SYN is from a port to a port of its own. Where it is answered, every
 * other packet is the SYN-ACK.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fwd/dialog.h"

#define SNAPLEN		128
#define HLEN_ETHER	14
#define HLEN_IPV4	20
#define START		1700000000u	/* seconds since 1970 */

struct record {
	__u32 sec;
	__u32 usec;
	__u32 caplen;
	__u32 wirelen;
};

static void put(const void *p, size_t n)
{
	if (fwrite(p, n, 1, stdout) != 1) {
		perror("capture");
		exit(1);
	}
}

static void put_header(void)
{
	static const struct {
		__u32 magic;
		__u16 version[2];
		__u32 zone;
		__u32 digits;
		__u32 snaplen;
		__u32 link;
	} head = { 0xa1b2c3d4, { 2, 4 }, 0, 0, SNAPLEN, 1 };

	put(&head, sizeof(head));
}

/* One every 10 microseconds: a busy gigabit. @ports: others than the dialog's, unless 0 */
static void put_packet(struct dialog *d, const struct dialog_step *step, __u32 ports)
{
	static __u8 frame[HLEN_ETHER + DIALOG_HDR_MAX + 1500];
	static unsigned long long n;
	unsigned int hlen = dialog_packet(d, step, n / 100, frame + HLEN_ETHER);
	struct record rec = {
		.sec = START + n / 100000,
		.usec = n % 100000 * 10,
		.wirelen = HLEN_ETHER + hlen + step->len,
	};

	if (ports)	/* both, in any byte order */
		memcpy(frame + HLEN_ETHER + HLEN_IPV4, &ports, sizeof(ports));
	memcpy(frame + 12, d->v6 ? "\x86\xdd" : "\x08\x00", 2);
	rec.caplen = rec.wirelen < SNAPLEN ? rec.wirelen : SNAPLEN;
	put(&rec, sizeof(rec));
	put(frame, rec.caplen);
	n++;
}

static void scan(unsigned long long packets, unsigned int steps)
{
	unsigned long long n;
	struct dialog d;
	__u32 ports;

	for (n = 0; n < packets; n++) {
		if (n % steps == 0)
			dialog_init(&d, 0, 0);
		ports = n / steps + 1;
		if (n % steps)	/* the other way round */
			ports = ports << 16 | ports >> 16;
		put_packet(&d, &dialog_handshake.step[n % steps], ports);
	}
}

static void talk(struct dialog *d, unsigned int flows, unsigned long long packets)
{
	const struct dialog_step *step;
	unsigned long long n = 0;
	unsigned int i, turn;

	for (turn = 0; n < packets; turn++) {
		if (turn < dialog_handshake.steps)
			step = &dialog_handshake.step[turn];
		else	/* three steps of handshake, then either in turn */
			step = &dialog_talk.step[turn % dialog_talk.steps];
		for (i = 0; i < flows && n < packets; i++, n++)
			put_packet(&d[i], step, 0);
	}
}

int main(int argc, char **argv)
{
	unsigned int i, steps = 0, flows = argc == 3 ? atoi(argv[1]) : 0;
	unsigned long long packets = argc == 3 ? atoll(argv[2]) : 0;
	struct dialog *d;

	if (argc == 3 && !strcmp(argv[1], "scan"))
		steps = 1;
	else if (argc == 3 && !strcmp(argv[1], "answered"))
		steps = 2;
	if (flows > 65536 || !packets || (!flows && !steps)) {
		fprintf(stderr, "usage: capture FLOWS|scan|answered PACKETS\n");
		return 2;
	}
	d = calloc(flows + 1, sizeof(*d));
	if (!d)
		return 1;
	for (i = 0; i < flows; i++)
		dialog_init(&d[i], i / 2, i % 2);
	put_header();
	if (flows)
		talk(d, flows, packets);
	else
		scan(packets, steps);
	free(d);
	return fflush(stdout) ? 1 : 0;
}
