// SPDX-License-Identifier: GPL-2.0-only
/*
 * flood - many segments, from addresses that do not exist or as one that does
 *
 *   flood -d DESTINATION -p PORT -s FIRST_SOURCE [-n COUNT] [-r RATE] [-k syn|ack]
 *       each packet is a connection of its own, for the bounds of the flow table:
 *       sources count upwards from the first one, source ports too
 *   flood -d DESTINATION -p PORT -s SOURCE -S PORT [-N PORTS] [-n COUNT] [-r RATE] -k rst
 *       all are of one connection, or in turn of those from PORTS (1) ports on, and none
 *       has a sequence number that the receiver would heed: for the bounds of events
 *   ... -k junk
 *       the same with random sequence numbers
 *
 * RATE packets a second, as fast as it goes if not said. Private addresses only, at
 * most a million packets.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "wire.h"

#define COUNT_MAX	1000000UL
#define BATCH		64

static unsigned long count = 100000;
static unsigned int rate, ports = 1;
static bool junk;

static void usage(void)
{
	fputs("usage: flood -d DESTINATION -p PORT -s FIRST_SOURCE [-n COUNT] [-r RATE]\n"
	      "             [-k syn|ack]\n"
	      "       flood -d DESTINATION -p PORT -s SOURCE -S PORT [-N PORTS] [-n COUNT] [-r RATE]\n"
	      "             -k rst|junk\n",
	      stderr);
	exit(2);
}

static int open_raw(const struct address *to, struct sockaddr_storage *addr, socklen_t *len)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)addr;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)addr;
	int fd, on = 1;

	memset(addr, 0, sizeof(*addr));
	if (to->version == 4) {
		v4->sin_family = AF_INET;
		memcpy(&v4->sin_addr, to->byte, 4);
		*len = sizeof(*v4);
		return socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	}
	v6->sin6_family = AF_INET6;
	memcpy(&v6->sin6_addr, to->byte, 16);
	*len = sizeof(*v6);
	fd = socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
	if (fd >= 0 && setsockopt(fd, IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof(on)))
		return -1;
	return fd;
}

/* The address after this one. */
static void step(struct address *a)
{
	int i = a->version == 4 ? 3 : 15;

	while (i >= 0 && !++a->byte[i])
		i--;
}

/* Until the @sent-th packet is due; a machine that was late makes up for it. */
static void pace(const struct timespec *start, unsigned long sent)
{
	unsigned long long ns = (unsigned long long)start->tv_nsec + sent * 1000000000ULL / rate;
	struct timespec due = {
		.tv_sec = start->tv_sec + (time_t)(ns / 1000000000),
		.tv_nsec = (long)(ns % 1000000000),
	};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static unsigned long send_all(int fd, const struct segment *first,
			      const struct sockaddr_storage *addr, socklen_t alen)
{
	static uint8_t packet[BATCH][WIRE_MAX];
	struct mmsghdr msg[BATCH];
	struct iovec iov[BATCH];
	struct segment s = *first;
	unsigned int batch = rate ? 1 : BATCH;
	unsigned long sent = 0;
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (sent < count) {
		unsigned int n = count - sent < batch ? (unsigned int)(count - sent) : batch;
		int done;

		memset(msg, 0, sizeof(msg));
		for (unsigned int i = 0; i < n; i++) {
			iov[i].iov_base = packet[i];
			iov[i].iov_len = wire_build(packet[i], &s);
			msg[i].msg_hdr.msg_iov = &iov[i];
			msg[i].msg_hdr.msg_iovlen = 1;
			msg[i].msg_hdr.msg_name = (void *)addr;
			msg[i].msg_hdr.msg_namelen = alen;
			if (s.flags != TCP_RST) {
				step(&s.from);
				s.from.port = (uint16_t)(1024 + (s.from.port + 1) % 60000);
			} else {
				s.from.port = (uint16_t)(first->from.port +
							 (sent + i + 1) % ports);
			}
			s.seq += 100003;
			if (junk)
				s.seq = (uint32_t)random() << 16 ^ (uint32_t)random();
			s.id++;
		}
		for (unsigned int i = 0; i < n; i += (unsigned int)done) {
			done = sendmmsg(fd, msg + i, n - i, 0);
			if (done < 0 && (errno == ENOBUFS || errno == EINTR)) {
				usleep(1000);
				done = 0;
			} else if (done <= 0) {
				perror("flood: send");
				return sent;
			}
			sent += (unsigned int)done;
		}
		if (rate)
			pace(&start, sent);
	}
	return sent;
}

int main(int argc, char **argv)
{
	struct segment s = { .ttl = 60, .df = true, .flags = TCP_SYN, .win = 64240, .seq = 1 };
	unsigned long sent;
	struct sockaddr_storage addr;
	uint16_t sport = 1024;
	socklen_t len;
	int c, fd;

	while ((c = getopt(argc, argv, "d:p:s:S:N:n:r:k:")) != -1) {
		switch (c) {
		case 'd':
			if (!address_parse(&s.to, optarg))
				usage();
			break;
		case 's':
			if (!address_parse(&s.from, optarg))
				usage();
			break;
		case 'p':
			s.to.port = (uint16_t)atoi(optarg);
			break;
		case 'S':
			sport = (uint16_t)atoi(optarg);
			break;
		case 'N':
			ports = (unsigned int)atoi(optarg);
			break;
		case 'n':
			count = strtoul(optarg, NULL, 10);
			break;
		case 'r':
			rate = (unsigned int)atoi(optarg);
			break;
		case 'k':
			s.flags = !strcmp(optarg, "ack") ? TCP_ACK :
				  !strcmp(optarg, "rst") || !strcmp(optarg, "junk") ? TCP_RST :
				  TCP_SYN;
			junk = !strcmp(optarg, "junk");
			s.ack = s.flags == TCP_ACK;
			break;
		default:
			usage();
		}
	}
	if (optind != argc || !s.to.port || s.to.version != s.from.version || count > COUNT_MAX ||
	    !ports)
		usage();
	if (!address_is_private(&s.to) || !address_is_private(&s.from)) {
		fputs("flood: a test tool: private addresses only\n", stderr);
		return 2;
	}
	s.from.port = sport;
	s.payload = (const uint8_t *)"";
	fd = open_raw(&s.to, &addr, &len);
	if (fd < 0) {
		perror("flood: socket");
		return 1;
	}
	sent = send_all(fd, &s, &addr, len);
	printf("%lu sent\n", sent);
	return sent == count ? 0 : 1;
}
