// SPDX-License-Identifier: GPL-2.0-only
/*
 * playback [-m] [-p MS] [-s MS] -w RECORDING FROM TO CAPTURE...: send the TCP segments
 * of captures from one end of a veth pair to the other, and record there what arrives.
 *	-m		mend what was cut short, and checksums
 *	-p MS		longer pauses are cut to this
 *	-s MS		begin a capture so much after the one before it, not at its end:
 *			they are sent side by side
 *	-w RECORDING	pcap, raw IP, nanoseconds
 *
 * As they were captured, with the capture's pauses; only the Ethernet header is ours.
 * Between two packets the wire is looked at: what comes must be what was sent.
 *
 * Prints a line of JSON for each capture: its packets, how many pauses were cut, by how
 * many microseconds the packet that was worst off missed its time, and which packets of
 * the recording are its resets; or, if it cannot be sent, why it was refused.
 *
 * Status: 0; 1 the wire has failed us; 2 usage.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "tape.h"

#define FAILED		1
#define USAGE		2

#define NS_PER_SEC	1000000000ULL
#define NS_PER_MS	1000000ULL
#define DATAGRAM_MAX	65535
#define ROOM		(8 << 20)	/* for what arrives while we are not looking */
#define ARRIVES_MS	10000		/* a machine that stands still is not a lost packet */

/* Who sends: what the kernel adds of its own to the wire has another address. */
static const uint8_t our_mac[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };

/**
 * struct capture - one of those that are sent
 * @name:    its file's
 * @tape:    what is in it
 * @why:     not to be sent; NULL: it is
 * @cut:     pauses that were cut
 * @zero_ns: wall clock: when its first packet arrived, less when that was due
 * @off_ns:  most that another one was off
 */
struct capture {
	const char *name;
	struct tape tape;
	char *why;
	size_t cut;
	uint64_t zero_ns;
	uint64_t off_ns;
};

/**
 * struct item - one packet in the order of all
 * @due_ns:  when to send it, from the first on
 * @capture: where it is from
 * @pkt:     it
 */
struct item {
	uint64_t due_ns;
	struct capture *capture;
	const struct tape_pkt *pkt;
};

/**
 * struct wire - the veth pair, and what is on it
 * @from:    socket that sends
 * @to:      socket that receives
 * @mac:     of the receiving end
 * @dump:    the recording
 * @item:    what is sent
 * @n:       their number
 * @arrived: of these
 */
struct wire {
	int from;
	int to;
	uint8_t mac[ETH_ALEN];
	pcap_dumper_t *dump;
	struct item *item;
	size_t n;
	size_t arrived;
};

static int packet_socket(const char *ifname, int protocol)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons((uint16_t)protocol),
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || !addr.sll_ifindex || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		err(FAILED, "%s", ifname);
	return fd;
}

static struct ifreq ask(int fd, unsigned long what, const char *ifname)
{
	struct ifreq ifr = { };

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	if (ioctl(fd, what, &ifr))
		err(FAILED, "%s", ifname);
	return ifr;
}

static void open_wire(struct wire *w, const char *from, const char *to)
{
	const int on = 1, room = ROOM;
	struct ifreq ifr;

	w->from = packet_socket(from, 0);
	w->to = packet_socket(to, ETH_P_ALL);
	if (setsockopt(w->to, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) ||
	    setsockopt(w->to, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		err(FAILED, "%s", to);
	ifr = ask(w->to, SIOCGIFHWADDR, to);
	memcpy(w->mac, ifr.ifr_hwaddr.sa_data, ETH_ALEN);
}

static void open_recording(struct wire *w, const char *path)
{
	pcap_t *pcap = pcap_open_dead_with_tstamp_precision(DLT_RAW, DATAGRAM_MAX,
							    PCAP_TSTAMP_PRECISION_NANO);

	w->dump = pcap ? pcap_dump_open(pcap, path) : NULL;
	if (!w->dump)
		errx(FAILED, "%s: %s", path, pcap ? pcap_geterr(pcap) : "out of memory");
}

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * NS_PER_SEC + (uint64_t)ts->tv_nsec;
}

static uint64_t arrival_of(struct msghdr *msg)
{
	struct timespec ts = { };
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS)
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	return ns_of(&ts);
}

static void record(struct wire *w, const struct item *item, uint64_t now_ns)
{
	struct pcap_pkthdr h = { .caplen = item->pkt->len, .len = item->pkt->len };
	struct capture *capture = item->capture;
	uint64_t came, off;

	if (!capture->zero_ns)
		capture->zero_ns = now_ns - item->due_ns;
	came = now_ns - capture->zero_ns;
	off = came > item->due_ns ? came - item->due_ns : item->due_ns - came;
	if (off > capture->off_ns)
		capture->off_ns = off;
	/* A file of nanoseconds has them where others have microseconds. */
	h.ts.tv_sec = (time_t)(now_ns / NS_PER_SEC);
	h.ts.tv_usec = (suseconds_t)(now_ns % NS_PER_SEC);
	pcap_dump((u_char *)w->dump, &h, item->pkt->data);
	w->arrived++;
}

/* Takes the next frame that is there; false: there is none. */
static bool listen_once(struct wire *w)
{
	static uint8_t frame[ETH_HLEN + DATAGRAM_MAX + 1];
	char control[CMSG_SPACE(sizeof(struct timespec))];
	struct iovec iov = { frame, sizeof(frame) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	const struct item *item = &w->item[w->arrived];
	ssize_t len = recvmsg(w->to, &msg, MSG_DONTWAIT);

	if (len < 0 && errno == EAGAIN)
		return false;
	if (len < 0)
		err(FAILED, "receive");
	if (len < ETH_HLEN || memcmp(frame + ETH_ALEN, our_mac, ETH_ALEN))
		return true;
	if (w->arrived == w->n || (size_t)len != ETH_HLEN + item->pkt->len ||
	    memcmp(frame + ETH_HLEN, item->pkt->data, item->pkt->len))
		errx(FAILED, "packet %zu did not arrive as it was sent", w->arrived + 1);
	record(w, item, arrival_of(&msg));
	return true;
}

static void send_one(const struct wire *w, const struct tape_pkt *pkt)
{
	static uint8_t frame[ETH_HLEN + DATAGRAM_MAX];
	uint16_t proto = htons(pkt->data[0] >> 4 == 4 ? ETH_P_IP : ETH_P_IPV6);

	memcpy(frame, w->mac, ETH_ALEN);
	memcpy(frame + ETH_ALEN, our_mac, ETH_ALEN);
	memcpy(frame + 2 * ETH_ALEN, &proto, sizeof(proto));
	memcpy(frame + ETH_HLEN, pkt->data, pkt->len);
	if (send(w->from, frame, ETH_HLEN + pkt->len, 0) < 0)
		err(FAILED, "send");
}

/* Returns when its last one is due. Where the capture's clock goes back is no pause. */
static uint64_t schedule(struct wire *w, struct capture *capture, uint64_t due_ns,
			 uint64_t longest_ns)
{
	const struct tape *tape = &capture->tape;
	const struct tape_pkt *pkt;
	uint64_t pause;

	w->item = reallocarray(w->item, w->n + tape->n, sizeof(*w->item));
	if (!w->item && tape->n)
		err(FAILED, NULL);
	for (pkt = tape->pkt; pkt < tape->pkt + tape->n; pkt++) {
		pause = pkt > tape->pkt && pkt->time_ns > pkt[-1].time_ns ?
			pkt->time_ns - pkt[-1].time_ns : 0;
		if (pause > longest_ns) {
			pause = longest_ns;
			capture->cut++;
		}
		due_ns += pause;
		w->item[w->n++] = (struct item) { due_ns, capture, pkt };
	}
	return due_ns;
}

/* What is due at the same time stays in the order of the captures. */
static int by_time(const void *va, const void *vb)
{
	const struct item *a = va, *b = vb;

	if (a->due_ns != b->due_ns)
		return a->due_ns < b->due_ns ? -1 : 1;
	if (a->capture != b->capture)
		return a->capture < b->capture ? -1 : 1;
	return a->pkt < b->pkt ? -1 : 1;
}

static void wait_until(uint64_t when_ns)
{
	const struct timespec ts = {
		.tv_sec = (time_t)(when_ns / NS_PER_SEC),
		.tv_nsec = (long)(when_ns % NS_PER_SEC),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
		;
}

static void play(struct wire *w)
{
	struct pollfd fd = { .fd = w->to, .events = POLLIN };
	struct timespec now;
	uint64_t begin;
	size_t i;

	clock_gettime(CLOCK_MONOTONIC, &now);
	begin = ns_of(&now);
	for (i = 0; i < w->n; i++) {
		wait_until(begin + w->item[i].due_ns);
		send_one(w, w->item[i].pkt);
		while (listen_once(w))
			;
	}
	while (w->arrived < w->n) {
		if (!poll(&fd, 1, ARRIVES_MS))
			errx(FAILED, "packet %zu did not arrive", w->arrived + 1);
		listen_once(w);
	}
}

static void print_string(const char *s)
{
	putchar('"');
	for (; *s; s++)
		putchar(*s < ' ' || *s > '~' || *s == '"' || *s == '\\' ? '?' : *s);
	putchar('"');
}

static void print_capture(const struct wire *w, const struct capture *capture)
{
	const char *comma = "";
	size_t i;

	printf("{\"name\":");
	print_string(capture->name);
	if (capture->why) {
		printf(",\"refused\":");
		print_string(capture->why);
		puts("}");
		return;
	}
	printf(",\"packets\":%zu,\"cut\":%zu,\"late\":%" PRIu64 ",\"resets\":[",
	       capture->tape.n, capture->cut, capture->off_ns / 1000);
	for (i = 0; i < w->n; i++) {
		if (w->item[i].capture != capture || !w->item[i].pkt->reset)
			continue;
		printf("%s%zu", comma, i + 1);
		comma = ",";
	}
	puts("]}");
}

static void usage(void)
{
	fputs("usage: playback [-m] [-p MS] [-s MS] -w RECORDING FROM TO CAPTURE...\n", stderr);
	exit(USAGE);
}

int main(int argc, char **argv)
{
	uint64_t longest_ns = UINT64_MAX, step_ns = 0, begin_ns = 0, end_ns;
	struct capture *captures, *c;
	const char *recording = NULL;
	bool beside = false, mend = false;
	struct wire w = { };
	uint32_t mtu;
	int option;

	while ((option = getopt(argc, argv, "mp:s:w:")) != -1) {
		switch (option) {
		case 'm':
			mend = true;
			break;
		case 'p':
			longest_ns = strtoull(optarg, NULL, 10) * NS_PER_MS;
			break;
		case 's':
			step_ns = strtoull(optarg, NULL, 10) * NS_PER_MS;
			beside = true;
			break;
		case 'w':
			recording = optarg;
			break;
		default:
			usage();
		}
	}
	if (argc - optind < 3 || !recording)
		usage();

	open_wire(&w, argv[optind], argv[optind + 1]);
	mtu = (uint32_t)ask(w.from, SIOCGIFMTU, argv[optind]).ifr_mtu;
	optind += 2;
	captures = calloc((size_t)(argc - optind), sizeof(*captures));
	if (!captures)
		err(FAILED, NULL);
	for (c = captures; optind < argc; c++, optind++) {
		const char *why;

		c->name = basename(argv[optind]);
		c->tape.mtu = mtu;
		c->tape.mend = mend;
		why = tape_read(&c->tape, argv[optind]);
		if (why) {
			c->why = strdup(why);
			continue;
		}
		end_ns = schedule(&w, c, begin_ns, longest_ns);
		begin_ns = beside ? begin_ns + step_ns : end_ns;
	}
	qsort(w.item, w.n, sizeof(*w.item), by_time);
	open_recording(&w, recording);
	play(&w);
	pcap_dump_close(w.dump);
	while (captures < c)
		print_capture(&w, captures++);
	return 0;
}
