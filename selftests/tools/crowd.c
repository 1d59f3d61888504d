// SPDX-License-Identifier: GPL-2.0-only
/*
 * crowd - many TCP conversations at once, most of which end in a reset
 *
 *   crowd -l PORT
 *       serve, until killed
 *   crowd [-n COUNT] [-c AT_ONCE] [-r RATE] [-p FIRST] [-e ENDS] [-m MESSAGES] [-g MS]
 *         ADDRESS PORT
 *       COUNT conversations, at most RATE begun in a second, from ports FIRST upwards
 *       where that is said, of MESSAGES questions and answers, MS apart, the n-th of
 *       which ends in the n-th way of ENDS (in turn):
 *         a   the server closes with SO_LINGER 0
 *         u   the server closes with data unread
 *         f   the server forgets it without a word, and is spoken to again
 *         A   the client closes with SO_LINGER 0
 *         U   the client closes with data unread
 *         o   in order
 *
 * Prints one line of JSON: what became of them, as each end's sockets say, how many were
 * begun in a second, and how long the client waited for a reset after it had caused it
 * (ms: median, 90 and 99 of a hundred, longest). A client's end that waits for more than
 * 60 s is "late".
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "wire.h"

#define AT_ONCE_MAX	1000
#define COUNT_MAX	1000000
#define LATE_MS		60000
/* Until the server has read its orders and forgotten the connection. */
#define FORGET_MS	250
/* A slow server may have forgotten only after that, and answered nothing. */
#define AGAIN_MS	2000

/* Each is one octet of what is to be done, and more to look like something. */
#define MESSAGE		8

enum verb { SAY = '.', COUNTS = '?', REST = ' ' };

/* What both ends count; the server's are fetched at the end. */
struct counts {
	unsigned long reset, eof, other;
};

/*
 * struct conn - one end of a conversation
 * @verb:    server: what was asked for last
 * @end:     client: how it is to end
 * @left:    client: questions to ask
 * @at:      client: when to ask the next, 0 while an answer is awaited
 * @since:   client: when it was begun, or the end was caused
 * @caused:  client: has the end been caused?
 * @again:   client: and has it spoken since, to be told?
 */
struct conn {
	int fd;
	char verb, end;
	unsigned int left;
	long at, since;
	bool caused, again;
};

static const char *ends = "aufAU";
static unsigned long count = 100;
static unsigned int at_once = 32, messages = 3, rate, first_port;
static long gap_ms;
static struct counts counts;
static int ep;

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void watch(struct conn *c)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = c };

	epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev);
}

static void linger_zero(int fd)
{
	struct linger l = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

/* A socket in repair closes without a packet. */
static void forget(int fd)
{
	int on = 1;

	if (setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)))
		perror("crowd: TCP_REPAIR");
}

/* The error of a socket is told once: what send() is told, recv() is not. */
static bool say(int fd, char verb)
{
	char message[MESSAGE] = { verb };
	ssize_t n = send(fd, message, sizeof(message), MSG_NOSIGNAL);

	if (n < 0 && errno == ECONNRESET) {
		counts.reset++;
		counts.eof--;	/* and the socket's end is told as an orderly one */
	}
	return n == sizeof(message);
}

/* One message. Return: its verb, or 0 with the socket's end counted, or REST. */
static char hear(int fd)
{
	char message[MESSAGE];
	ssize_t n = recv(fd, message, sizeof(message), 0);

	/* Messages are small and sent at once: a part of one is not seen. */
	if (n > 0)
		return message[0];
	if (n < 0 && errno == EAGAIN)
		return REST;
	if (!n)
		counts.eof++;
	else if (errno == ECONNRESET)
		counts.reset++;
	else
		counts.other++;
	return 0;
}

/* --- the server ---------------------------------------------------------------- */

static void tell_counts(int fd)
{
	char text[100];
	int n = snprintf(text, sizeof(text), "{\"reset\":%lu,\"eof\":%lu,\"other\":%lu}\n",
			 counts.reset, counts.eof, counts.other);

	if (send(fd, text, (size_t)n, MSG_NOSIGNAL) != n)
		perror("crowd: send");
}

/* Return: does it go on? */
static bool obey(struct conn *c)
{
	if (c->verb == 'u')	/* and now there is something to leave unread */
		return false;
	c->verb = hear(c->fd);
	switch (c->verb) {
	case 0:
		return false;
	case 'a':
		linger_zero(c->fd);
		return false;
	case 'f':
		forget(c->fd);
		return false;
	case 'U':
	case SAY:
		say(c->fd, SAY);
		return true;
	case COUNTS:
		tell_counts(c->fd);
		return false;
	default:
		return true;
	}
}

static void serve(int listener)
{
	struct conn first = { .fd = listener };
	struct epoll_event ev[64];

	watch(&first);
	puts("ready");
	fflush(stdout);
	for (;;) {
		int n = epoll_wait(ep, ev, 64, -1);

		for (int i = 0; i < n; i++) {
			struct conn *c = ev[i].data.ptr;

			if (c == &first) {
				c = calloc(1, sizeof(*c));
				if (!c)
					exit(1);
				c->fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
				watch(c);
			} else if (!obey(c)) {
				close(c->fd);
				free(c);
			}
		}
	}
}

/* --- the client ---------------------------------------------------------------- */

static struct sockaddr_storage to;
static socklen_t to_len;
static unsigned long begun, ended, late, refused, waits_n;
static unsigned int *waits;

static void bind_own(int fd, unsigned long number)
{
	struct sockaddr_storage own;
	char text[20];
	socklen_t len;

	snprintf(text, sizeof(text), "%lu", number);
	len = sockaddr_parse(&own, to.ss_family == AF_INET ? "0.0.0.0" : "::", text);
	if (bind(fd, (struct sockaddr *)&own, len)) {
		perror("crowd: bind");
		exit(1);
	}
}

static void begin(struct conn *c)
{
	int on = 1;

	memset(c, 0, sizeof(*c));
	c->end = ends[begun % strlen(ends)];
	c->left = messages;
	c->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (first_port)
		bind_own(c->fd, first_port + begun);
	if (connect(c->fd, (struct sockaddr *)&to, to_len) && errno != EINPROGRESS) {
		perror("crowd: connect");
		exit(1);
	}
	/* The first question goes when it is writable; it is soon, and polled for. */
	c->since = now_ms();
	c->at = c->since + 1;
	begun++;
	watch(c);
}

static void end(struct conn *c)
{
	close(c->fd);
	c->fd = -1;
	ended++;
}

static bool connecting(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	return !getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) &&
	       info.tcpi_state == TCP_SYN_SENT;
}

/* The last word, by which one of the two ends it. */
static void cause_end(struct conn *c, long now)
{
	c->at = 0;
	if (c->caused) {
		/* to a server that has forgotten */
		if (!c->again)
			c->since = now;
		c->again = true;
		c->at = now + AGAIN_MS;
		say(c->fd, SAY);
		return;
	}
	c->caused = true;
	c->since = now;
	switch (c->end) {
	case 'A':
		linger_zero(c->fd);
		end(c);
		return;
	case 'o':
		shutdown(c->fd, SHUT_WR);
		return;
	case 'u':
		say(c->fd, 'u');
		say(c->fd, SAY);
		return;
	case 'f':
		c->at = now + FORGET_MS;
		break;
	}
	say(c->fd, c->end);
}

static void fell_silent(struct conn *c)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len);
	fprintf(stderr, "crowd: late: %c, %u to ask, %s, TCP state %u, %u unacknowledged\n",
		c->end, c->left, c->caused ? "caused" : "in use", info.tcpi_state,
		info.tcpi_unacked);
	late++;
	end(c);
}

/* Its time has come to say something. */
static void speak(struct conn *c, long now)
{
	if (connecting(c->fd)) {
		c->at = now + 5;
	} else if (c->left) {
		c->left--;
		c->at = 0;
		c->since = now;
		say(c->fd, SAY);
	} else {
		cause_end(c, now);
	}
}

static void listen_to(struct conn *c, long now)
{
	unsigned long reset = counts.reset;
	char verb;

	/* Data that it will not read: a close is a reset now. */
	if (c->caused && c->end == 'U') {
		end(c);
		return;
	}
	verb = hear(c->fd);
	if (verb == REST)
		return;
	if (verb) {
		c->at = now + gap_ms + 1;
		return;
	}
	if (counts.reset > reset && c->caused)
		waits[waits_n++] = (unsigned int)(now - c->since);
	end(c);
}

static int by_size(const void *a, const void *b)
{
	return *(const unsigned int *)a < *(const unsigned int *)b ? -1 : 1;
}

static unsigned int percentile(unsigned int p)
{
	return waits_n ? waits[(waits_n - 1) * p / 100] : 0;
}

static void print_result(long took)
{
	char theirs[200] = "null\n";
	struct timeval tv = { .tv_sec = 60 };
	int fd = socket(to.ss_family, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (!connect(fd, (struct sockaddr *)&to, to_len) && say(fd, COUNTS)) {
		ssize_t n = recv(fd, theirs, sizeof(theirs) - 1, 0);

		theirs[n > 0 ? n : 0] = '\0';
	}
	theirs[strcspn(theirs, "\n")] = '\0';
	qsort(waits, waits_n, sizeof(waits[0]), by_size);
	printf("{\"count\":%lu,\"reset\":%lu,\"eof\":%lu,\"other\":%lu,\"late\":%lu,"
	       "\"refused\":%lu,\"rate\":%lu,\"server\":%s,\"ms\":[%u,%u,%u,%u]}\n",
	       begun, counts.reset, counts.eof, counts.other, late, refused,
	       begun * 1000 / (unsigned long)(took > 0 ? took : 1), theirs,
	       percentile(50), percentile(90), percentile(99), percentile(100));
}

static void converse(void)
{
	struct conn *conns = calloc(at_once, sizeof(*conns));
	struct epoll_event ev[64];
	long start = now_ms(), begun_all = 0;

	waits = calloc(count, sizeof(waits[0]));
	if (!conns || !waits)
		exit(1);
	for (unsigned int i = 0; i < at_once; i++)
		conns[i].fd = -1;

	while (ended < count) {
		unsigned long may = count;
		long now = now_ms();
		int n;

		if (rate && (unsigned long)(now - start) * rate / 1000 + 1 < count)
			may = (unsigned long)(now - start) * rate / 1000 + 1;
		for (unsigned int i = 0; i < at_once && begun < may; i++)
			if (conns[i].fd < 0)
				begin(&conns[i]);
		if (begun == count && !begun_all)
			begun_all = now_ms();
		n = epoll_wait(ep, ev, 64, 5);
		now = now_ms();
		for (int i = 0; i < n; i++)
			listen_to(ev[i].data.ptr, now);
		for (unsigned int i = 0; i < at_once; i++) {
			struct conn *c = &conns[i];

			if (c->fd >= 0 && c->at && now >= c->at)
				speak(c, now);
			else if (c->fd >= 0 && now - c->since > LATE_MS)
				fell_silent(c);
		}
	}
	print_result(begun_all - start);
}

/* -------------------------------------------------------------------------------- */

static void usage(void)
{
	fputs("usage: crowd -l PORT\n"
	      "       crowd [-n COUNT] [-c AT_ONCE] [-r RATE] [-p FIRST] [-e ENDS] [-m MESSAGES]\n"
	      "             [-g MS] ADDRESS PORT\n",
	      stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	int c, fd, one = 1;
	bool listening = false;

	while ((c = getopt(argc, argv, "ln:c:r:p:e:m:g:")) != -1) {
		switch (c) {
		case 'l':
			listening = true;
			break;
		case 'n':
			count = strtoul(optarg, NULL, 10);
			break;
		case 'c':
			at_once = (unsigned int)atoi(optarg);
			break;
		case 'r':
			rate = (unsigned int)atoi(optarg);
			break;
		case 'p':
			first_port = (unsigned int)atoi(optarg);
			break;
		case 'e':
			ends = optarg;
			break;
		case 'm':
			messages = (unsigned int)atoi(optarg);
			break;
		case 'g':
			gap_ms = atol(optarg);
			break;
		default:
			usage();
		}
	}
	if (argc - optind != (listening ? 1 : 2) || !at_once || at_once > AT_ONCE_MAX ||
	    !count || count > COUNT_MAX || ends[strspn(ends, "aufAUo")] || !*ends)
		usage();
	signal(SIGPIPE, SIG_IGN);
	ep = epoll_create1(0);
	if (!listening) {
		to_len = sockaddr_parse(&to, argv[optind], argv[optind + 1]);
		if (!to_len)
			usage();
		converse();
		return 0;
	}
	to_len = sockaddr_parse(&to, "::", argv[optind]);
	fd = socket(AF_INET6, SOCK_STREAM, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&to, to_len) || listen(fd, AT_ONCE_MAX)) {
		perror("crowd: listen");
		return 1;
	}
	serve(fd);
}
