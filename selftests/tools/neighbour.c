// SPDX-License-Identifier: GPL-2.0-only
/*
 * neighbour - somebody else on the same machine, in a network namespace of their own
 *
 *   neighbour [-f FLOWS] [-r RESETS] [-s SECONDS]
 *       plays both ends of FLOWS (65000) connections into a TUN device, with a handshake
 *       and a line each way; then a perfect reset of RESETS (4096) of them at once, in the
 *       name of senders that never answer; and until SECONDS (600) are over of one after
 *       the other, RESETS in 3 s, which is as long as they may wait. For each of them a
 *       connection that was reset long ago begins anew.
 *
 * Needs what `unshare -Urn` gives to everybody, and a /dev/net/tun that may be opened.
 * Prints "ready" when the first resets are written, and at the end what was written.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <linux/if_tun.h>

#include "wire.h"

/* Ours is 10.64.0.1/10: the kernel has a way to all whom it could want to ask. */
#define OURS		0x0a400001u
#define CLIENTS		0x0a410000u
#define SERVERS		0x0a600000u
#define SERVERS_N	4096	/* so that no two resets are of one sender */
#define FLOWS_MAX	1000000u
#define PORT		443
#define LINE		32
#define TURN_MS		3000	/* hold-max-ms */
/* A later connection on the same ports begins beyond the former (RFC 9293 3.4.1). */
#define FURTHER		(32u << 20)

static int fd;
static unsigned long written, opened, resets_n;
static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void fail(const char *what)
{
	fprintf(stderr, "neighbour: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void set_address(struct ifreq *ifr, uint32_t address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&ifr->ifr_addr;

	memset(in, 0, sizeof(*in));
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(address);
}

static void open_tun(void)
{
	struct ifreq ifr = { .ifr_name = "tun0", .ifr_flags = IFF_TUN | IFF_NO_PI };
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fail("/dev/net/tun");
	if (ioctl(fd, TUNSETIFF, &ifr))
		fail("TUNSETIFF");
	set_address(&ifr, OURS);
	if (ioctl(s, SIOCSIFADDR, &ifr))
		fail("SIOCSIFADDR");
	set_address(&ifr, 0xffc00000u);
	if (ioctl(s, SIOCSIFNETMASK, &ifr))
		fail("SIOCSIFNETMASK");
	ifr.ifr_flags = IFF_UP | IFF_RUNNING;
	if (ioctl(s, SIOCSIFFLAGS, &ifr))
		fail("SIOCSIFFLAGS");
	close(s);
}

static struct address address_of(uint32_t host, unsigned int port)
{
	struct address a = { .version = 4, .port = (uint16_t)port };

	for (unsigned int i = 0; i < 4; i++)
		a.byte[i] = (uint8_t)(host >> (24 - 8 * i));
	return a;
}

/* As if it came in by the device. */
static void put(const struct segment *s)
{
	uint8_t packet[WIRE_MAX];
	size_t len = wire_build(packet, s);

	if (write(fd, packet, len) == (ssize_t)len)
		written++;
	else if (errno != ENOBUFS && errno != EAGAIN)
		fail("write");
}

/* What the kernel wants to ask of whoever is not there. */
static void ignore_questions(void)
{
	uint8_t packet[2048];

	while (read(fd, packet, sizeof(packet)) > 0)
		;
}

/* One connection; the @turn-th on its ports. */
struct talk {
	struct segment client, server;
};

static void talk_of(struct talk *t, unsigned int i, unsigned int turn)
{
	struct address client = address_of(CLIENTS + i / 1024, 1024 + i % 1024);
	struct address server = address_of(SERVERS + i % SERVERS_N, PORT);
	struct segment s = { .ttl = 57, .df = true, .win = 501, .payload = (const uint8_t *)"" };

	t->client = s;
	t->client.from = client;
	t->client.to = server;
	t->client.seq = 1000 + turn * FURTHER;
	t->server = s;
	t->server.from = server;
	t->server.to = client;
	t->server.seq = 9000 + turn * FURTHER;
}

static void say(struct segment *from, struct segment *to, uint16_t flags, size_t len)
{
	static const uint8_t line[LINE] = "good morning\n";

	from->flags = flags;
	from->id++;
	from->payload = line;
	from->len = len;
	put(from);
	from->seq = segment_end(from);
	to->ack = from->seq;
}

static void converse(struct talk *t)
{
	struct segment *c = &t->client, *s = &t->server;

	say(c, s, TCP_SYN, 0);
	say(s, c, TCP_SYN | TCP_ACK, 0);
	say(c, s, TCP_ACK, 0);
	say(c, s, TCP_PSH | TCP_ACK, LINE);
	say(s, c, TCP_PSH | TCP_ACK, LINE);
	say(c, s, TCP_ACK, 0);
}

/* The @n-th of all: its ports come again after @flows others. */
static void open_one(unsigned long n, unsigned int flows)
{
	struct talk t;

	talk_of(&t, (unsigned int)(n % flows), (unsigned int)(n / flows));
	converse(&t);
	if (++opened % 64 == 0)
		ignore_questions();
}

/* In the server's name, as a host sends it that has no such connection. */
static void reset_one(unsigned long n, unsigned int flows)
{
	struct segment *s;
	struct talk t;

	talk_of(&t, (unsigned int)(n % flows), (unsigned int)(n / flows));
	s = &t.server;
	s->flags = TCP_RST;
	s->seq += 1 + LINE;
	s->win = 0;
	put(s);
	resets_n++;
}

/* Until the @n-th reset is due. */
static void pace(unsigned long n, unsigned int resets)
{
	static long start;
	long left;

	if (n <= resets || !start)
		start = now_ms();
	left = start + (long)((n - resets) * TURN_MS / resets) - now_ms();
	if (left > 0)
		usleep((unsigned int)left * 1000);
}

static void usage(void)
{
	fputs("usage: neighbour [-f FLOWS] [-r RESETS] [-s SECONDS]\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };
	unsigned int flows = 65000, resets = 4096, seconds = 600;
	long until;
	int c;

	while ((c = getopt(argc, argv, "f:r:s:")) != -1) {
		switch (c) {
		case 'f':
			flows = (unsigned int)atoi(optarg);
			break;
		case 'r':
			resets = (unsigned int)atoi(optarg);
			break;
		case 's':
			seconds = (unsigned int)atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (optind != argc || !flows || flows > FLOWS_MAX || !resets || resets > flows)
		usage();
	sigaction(SIGTERM, &sa, NULL);
	open_tun();
	until = now_ms() + seconds * 1000L;
	for (unsigned int i = 0; i < flows && !stop; i++)
		open_one(i, flows);
	while (!stop && now_ms() < until) {
		reset_one(resets_n, flows);
		if (resets_n == resets) {
			puts("ready");
			fflush(stdout);
		}
		if (resets_n >= resets)
			pace(resets_n, resets);
		if (resets_n > resets && resets_n >= flows / 2)
			open_one(resets_n - flows / 2 + flows, flows);
	}
	printf("%lu connections, %lu resets, %lu packets\n", opened, resets_n, written);
	return 0;
}
