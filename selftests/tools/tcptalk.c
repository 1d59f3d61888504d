// SPDX-License-Identifier: GPL-2.0-only
/*
 * tcptalk - both ends of a TCP conversation, ending in every way TCP knows
 *
 *   tcptalk -l [-t SECONDS] [-b ADDRESS] [-M] [-5 ADDRESS] PORT
 *       serve until SECONDS are over. Obeys one line at a time:
 *         say TEXT     answer TEXT
 *         send N       send N bytes and a newline
 *         hold         read nothing more, ever; keep the connection open
 *         close        close, in order
 *         abort        close with SO_LINGER 0: RST|ACK at once
 *         unread       close with data unread: send something more after it
 *         kill         wait for one more line, die by SIGKILL without reading it
 *   tcptalk [-t SECONDS] [-b ADDRESS] [-p PORT] [-T TTL] [-O TOS] [-k] [-u MS] [-M]
 *           [-5 ADDRESS] ADDRESS PORT [STEP...]
 *       the client; -p is its own port, -k turns keep-alives on, -u sets
 *       TCP_USER_TIMEOUT; steps:
 *         talk=N[,MS]  N lines, each answered, MS apart
 *         tell=LINE    send a line, expect no answer
 *         read=N       read N bytes and a newline
 *         sleep=MS
 *         touch=FILE   make it: the test sees how far we are
 *         until=FILE   wait until it exists
 *         wait         read until the other side ends it
 *         shut         end our direction, go on reading
 *         abort        close with SO_LINGER 0
 *         unread=N     wait for N bytes, close without reading them
 *
 * -M speaks MPTCP; -5 signs for ADDRESS, the other side's, with a key of its own
 * (RFC 2385).
 *
 * One line on stdout for each connection: how many lines were answered, how it
 * ended (ok, EOF or the name of the errno) and how long that took, from connect()
 * or from the beginning of the last step. Status 0 if ok, 1 if not, 2 usage.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "wire.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP	262
#endif

static unsigned int seconds = 20;
static const char *bind_to, *bind_port = "0", *signs_for;
static int ttl = -1, tos = -1, proto, keep_alive, user_timeout;

/* One connection; @buf holds what was read beyond the last line. */
struct talk {
	int fd;
	char buf[4096];
	size_t len;
	unsigned int lines;
};

static void usage(void)
{
	fputs("usage: tcptalk -l [-t SECONDS] [-b ADDRESS] [-M] [-5 ADDRESS] PORT\n"
	      "       tcptalk [-t SECONDS] [-b ADDRESS] [-p PORT] [-T TTL] [-O TOS] [-k] [-u MS]\n"
	      "               [-M] [-5 ADDRESS] ADDRESS PORT [STEP...]\n",
	      stderr);
	exit(2);
}

static const char *error_name(int err)
{
	static const struct {
		int err;
		const char *name;
	} names[] = {
		{ 0, "ok" }, { ECONNRESET, "ECONNRESET" }, { ECONNREFUSED, "ECONNREFUSED" },
		{ ETIMEDOUT, "ETIMEDOUT" }, { EPIPE, "EPIPE" }, { EHOSTUNREACH, "EHOSTUNREACH" },
		{ ENETUNREACH, "ENETUNREACH" }, { ENODATA, "EOF" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].err == err)
			return names[i].name;
	return strerror(err);
}

/* Functions return 0 or an errno; ENODATA stands for an orderly end. */
static int put(struct talk *t, const char *data, size_t len)
{
	while (len) {
		ssize_t n = send(t->fd, data, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? ETIMEDOUT : errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int fill(struct talk *t)
{
	ssize_t n;

	if (t->len == sizeof(t->buf))
		t->len = 0;	/* a line longer than that is only counted through */
	do
		n = recv(t->fd, t->buf + t->len, sizeof(t->buf) - t->len, 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? ETIMEDOUT : errno;
	t->len += (size_t)n;
	return n ? 0 : ENODATA;
}

/* One line without its newline into @line. */
static int get_line(struct talk *t, char line[sizeof(((struct talk *)0)->buf)])
{
	char *nl;
	int err;

	while (!(nl = memchr(t->buf, '\n', t->len))) {
		err = fill(t);
		if (err)
			return err;
	}
	*nl = '\0';
	memcpy(line, t->buf, (size_t)(nl - t->buf) + 1);
	t->len -= (size_t)(nl + 1 - t->buf);
	memmove(t->buf, nl + 1, t->len);
	return 0;
}

static int wait_end(struct talk *t)
{
	int err;

	do {
		t->len = 0;
		err = fill(t);
	} while (!err);
	return err;
}

static int put_bytes(struct talk *t, unsigned long n)
{
	static const char x[1024] = { [0 ... 1023] = 'x' };
	int err = 0;

	for (; n && !err; n -= n < sizeof(x) ? n : sizeof(x))
		err = put(t, x, n < sizeof(x) ? n : sizeof(x));
	return err ? err : put(t, "\n", 1);
}

static void pause_ms(long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

static void linger_zero(int fd)
{
	struct linger l = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
}

/* Until so many bytes lie unread in the socket. */
static int wait_unread(struct talk *t, int n)
{
	int have = 0, tries = (int)seconds * 100;

	while (tries--) {
		if (!ioctl(t->fd, FIONREAD, &have) && have >= n)
			return 0;
		pause_ms(10);
	}
	return ETIMEDOUT;
}

static void set_options(int fd)
{
	struct timeval tv = { .tv_sec = seconds };
	int one = 1;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (keep_alive)
		setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	if (user_timeout)
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof(user_timeout));
	if (ttl >= 0) {
		setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl));
		setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &ttl, sizeof(ttl));
	}
	if (tos >= 0) {
		setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof(tos));
		setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &tos, sizeof(tos));
	}
}

static int obey(struct talk *t)
{
	char line[sizeof(t->buf)];
	int err;

	for (;;) {
		err = get_line(t, line);
		if (err)
			return err;
		t->lines++;
		if (!strncmp(line, "say ", 4)) {
			err = put(t, line + 4, strlen(line + 4));
			err = err ? err : put(t, "\n", 1);
		} else if (!strncmp(line, "send ", 5)) {
			err = put_bytes(t, strtoul(line + 5, NULL, 10));
		} else if (!strcmp(line, "hold")) {
			pause_ms(seconds * 1000L);
		} else if (!strcmp(line, "close")) {
			return 0;
		} else if (!strcmp(line, "abort")) {
			linger_zero(t->fd);
			return 0;
		} else if (!strcmp(line, "unread")) {
			return wait_unread(t, 1);
		} else if (!strcmp(line, "kill")) {
			err = wait_unread(t, 1);
			if (!err)
				kill(getpid(), SIGKILL);
		}
		if (err)
			return err;
	}
}

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void report(const char *who, const struct talk *t, int err, long since)
{
	printf("%s: %u lines, %s after %ld ms\n", who, t->lines, error_name(err),
	       now_ms() - since);
	fflush(stdout);
}

static socklen_t to_sockaddr(struct sockaddr_storage *addr, const char *text, const char *port)
{
	socklen_t len = sockaddr_parse(addr, text, port);

	if (!len)
		usage();
	return len;
}

/* All segments from and to that address carry a signature from now on. */
static void sign(int fd)
{
	struct tcp_md5sig md5 = { .tcpm_keylen = 6, .tcpm_key = "secret" };

	if (!signs_for)
		return;
	to_sockaddr((struct sockaddr_storage *)&md5.tcpm_addr, signs_for, "0");
	if (setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &md5, sizeof(md5))) {
		perror("tcptalk: TCP_MD5SIG");
		exit(1);
	}
}

static int serve(const char *port)
{
	struct sockaddr_storage addr;
	int fd, one = 1;
	socklen_t len;

	/* Without an address: "::", which takes IPv4 as well. */
	len = to_sockaddr(&addr, bind_to ? bind_to : "::", port);
	fd = socket(addr.ss_family, SOCK_STREAM, proto);
	sign(fd);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, len) || listen(fd, 128)) {
		perror("tcptalk: listen");
		return 1;
	}
	puts("ready");
	fflush(stdout);
	signal(SIGCHLD, SIG_IGN);
	alarm(seconds);
	for (;;) {
		struct talk t = { .fd = accept(fd, NULL, NULL) };

		if (t.fd < 0)
			continue;
		set_options(t.fd);
		if (!fork()) {
			long start = now_ms();
			int err;

			alarm(seconds);
			close(fd);
			err = obey(&t);
			close(t.fd);
			report("server", &t, err, start);
			_exit(0);
		}
		close(t.fd);
	}
}

static int step(struct talk *t, const char *text)
{
	const char *value = strchr(text, '=');
	size_t len = value ? (size_t)(value++ - text) : strlen(text);
	char line[sizeof(t->buf)];
	int err = 0;

#define IS(word)	(len == strlen(word) && !strncmp(text, word, len))
	if (IS("talk") && value) {
		const char *comma = strchr(value, ',');

		for (unsigned long i = 0, n = strtoul(value, NULL, 10); i < n; i++) {
			if (i && comma)
				pause_ms(atol(comma + 1));
			err = put(t, "say hello\n", 10);
			err = err ? err : get_line(t, line);
			if (err)
				return err;
			t->lines++;
		}
	} else if (IS("tell") && value) {
		snprintf(line, sizeof(line), "%s\n", value);
		err = put(t, line, strlen(line));
	} else if (IS("read") && value) {
		unsigned long left = strtoul(value, NULL, 10) + 1;

		while (left && !err) {
			size_t n = t->len < left ? t->len : left;

			left -= n;
			t->len -= n;
			memmove(t->buf, t->buf + n, t->len);
			err = left ? fill(t) : 0;
		}
	} else if (IS("sleep") && value) {
		pause_ms(atol(value));
	} else if (IS("touch") && value) {
		int fd = open(value, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

		err = fd < 0 ? errno : 0;
		close(fd);
	} else if (IS("until") && value) {
		while (access(value, F_OK))
			pause_ms(50);
	} else if (IS("wait")) {
		err = wait_end(t);
	} else if (IS("shut")) {
		err = shutdown(t->fd, SHUT_WR) ? errno : 0;
	} else if (IS("abort")) {
		linger_zero(t->fd);
	} else if (IS("unread") && value) {
		err = wait_unread(t, atoi(value));
	} else {
		usage();
	}
#undef IS
	return err;
}

/* connect() with a limit of its own: SYNs are resent for two minutes. */
static int connect_within(int fd, const struct sockaddr *addr, socklen_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int err = 0, on = 1;
	socklen_t size = sizeof(err);

	ioctl(fd, FIONBIO, &on);
	if (!connect(fd, addr, len))
		goto connected;
	if (errno != EINPROGRESS)
		return errno;
	if (!poll(&p, 1, (int)seconds * 1000))
		return ETIMEDOUT;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &size);
connected:
	on = 0;
	ioctl(fd, FIONBIO, &on);
	return err;
}

static int converse(const char *host, const char *port, char **steps)
{
	struct sockaddr_storage addr, from;
	socklen_t len = to_sockaddr(&addr, host, port), from_len;
	long start;
	struct talk t = { .fd = socket(addr.ss_family, SOCK_STREAM, proto) };
	int err, one = 1;

	set_options(t.fd);
	sign(t.fd);
	if (bind_to || atoi(bind_port)) {
		from_len = to_sockaddr(&from, bind_to ? bind_to :
				       addr.ss_family == AF_INET ? "0.0.0.0" : "::", bind_port);
		setsockopt(t.fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (bind(t.fd, (struct sockaddr *)&from, from_len)) {
			perror("tcptalk: bind");
			return 1;
		}
	}
	start = now_ms();
	err = connect_within(t.fd, (struct sockaddr *)&addr, len);
	for (; !err && *steps; steps++) {
		start = now_ms();
		err = step(&t, *steps);
	}
	close(t.fd);
	report("client", &t, err, start);
	return err ? 1 : 0;
}

int main(int argc, char **argv)
{
	bool listening = false;
	int c;

	while ((c = getopt(argc, argv, "lt:b:p:T:O:ku:M5:")) != -1) {
		switch (c) {
		case 'l':
			listening = true;
			break;
		case 't':
			seconds = (unsigned int)atoi(optarg);
			break;
		case 'b':
			bind_to = optarg;
			break;
		case 'p':
			bind_port = optarg;
			break;
		case 'k':
			keep_alive = 1;
			break;
		case 'u':
			user_timeout = atoi(optarg);
			break;
		case 'M':
			proto = IPPROTO_MPTCP;
			break;
		case '5':
			signs_for = optarg;
			break;
		case 'T':
			ttl = atoi(optarg);
			break;
		case 'O':
			tos = (int)strtol(optarg, NULL, 0);
			break;
		default:
			usage();
		}
	}
	if (listening)
		return argc - optind == 1 ? serve(argv[optind]) : (usage(), 2);
	if (argc - optind < 2)
		usage();
	return converse(argv[optind], argv[optind + 1], argv + optind + 2);
}
