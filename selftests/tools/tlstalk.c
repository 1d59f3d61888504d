// SPDX-License-Identifier: GPL-2.0-only
/*
 * tlstalk - one dialog with a mail server, in the clear and in TLS, as often as asked
 *
 *   tlstalk [-n COUNT] [-t SECONDS] ADDRESS PORT STEP...
 *       COUNT (1) sessions one after another, each a connection of its own that waits
 *       for nothing longer than SECONDS (30); steps:
 *         hear=TEXT   read lines until one begins with TEXT
 *         say=LINE    send it
 *         tls         begin TLS; each third session speaks no later one than 1.2
 *         distrust    begin TLS and refuse the server's certificate with an alert
 *         wait        read until the server ends it
 *         abort       close with SO_LINGER 0 at the end
 *
 * A process for each session would take longer than what it does, in an emulated
 * machine. Prints how many sessions went as told, and for each that did not, where it
 * ended. Status 0 if all did, 1 if not, 2 usage.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "wire.h"

/*
 * struct session - one connection
 * @ssl: NULL as long as it is in the clear
 * @len: octets in @buf, what was read beyond the last line
 */
struct session {
	int fd;
	SSL *ssl;
	size_t len;
	char buf[4096];
};

static SSL_CTX *trusting, *distrusting;
static unsigned int seconds = 30;

static void usage(void)
{
	fputs("usage: tlstalk [-n COUNT] [-t SECONDS] ADDRESS PORT STEP...\n"
	      "steps: hear=TEXT say=LINE tls distrust wait abort\n", stderr);
	exit(2);
}

static bool put(struct session *s, const char *text, size_t len)
{
	if (s->ssl)
		return SSL_write(s->ssl, text, (int)len) == (int)len;
	return send(s->fd, text, len, 0) == (ssize_t)len;
}

/* Return: false at the end, after an error and when nothing comes. */
static bool fill(struct session *s)
{
	size_t room = sizeof(s->buf) - s->len;
	ssize_t n;

	if (s->ssl)
		n = SSL_read(s->ssl, s->buf + s->len, (int)room);
	else
		n = recv(s->fd, s->buf + s->len, room, 0);
	if (n > 0)
		s->len += (size_t)n;
	return n > 0;
}

/* Lines longer than the buffer are no server's; @last gets the last one, for people. */
static bool hear(struct session *s, const char *text, char last[sizeof(s->buf)])
{
	for (;;) {
		char *end = memchr(s->buf, '\n', s->len);
		size_t len;

		if (!end) {
			if (!fill(s))
				return false;
			continue;
		}
		len = (size_t)(end + 1 - s->buf);
		memcpy(last, s->buf, len);
		last[len - 1] = '\0';
		s->len -= len;
		memmove(s->buf, end + 1, s->len);
		if (!strncmp(last, text, strlen(text)))
			return true;
	}
}

static bool say(struct session *s, const char *line)
{
	char text[1024];
	int n = snprintf(text, sizeof(text), "%s\r\n", line);

	return n < (int)sizeof(text) && put(s, text, (size_t)n);
}

static bool start_tls(struct session *s, SSL_CTX *ctx, bool old)
{
	/* What was sent in the clear behind the answer to STARTTLS is nobody's. */
	if (s->ssl || s->len)
		return false;
	s->ssl = SSL_new(ctx);
	if (!s->ssl || !SSL_set_fd(s->ssl, s->fd))
		return false;
	if (old)
		SSL_set_max_proto_version(s->ssl, TLS1_2_VERSION);
	return SSL_connect(s->ssl) == 1;
}

/* Did it fail for the certificate, and for nothing else? */
static bool refused(const struct session *s)
{
	return s->ssl && SSL_get_verify_result(s->ssl) != X509_V_OK &&
	       ERR_GET_REASON(ERR_peek_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED;
}

static bool wait_end(struct session *s)
{
	do
		s->len = 0;
	while (fill(s));
	if (s->ssl)
		return SSL_get_error(s->ssl, 0) == SSL_ERROR_ZERO_RETURN;
	return errno != EAGAIN && errno != ECONNRESET;
}

static bool step(struct session *s, const char *text, unsigned long number,
		 char last[sizeof(s->buf)])
{
	struct linger zero = { .l_onoff = 1 };
	bool old = number % 3 == 2;

	if (!strncmp(text, "hear=", 5))
		return hear(s, text + 5, last);
	if (!strncmp(text, "say=", 4))
		return say(s, text + 4);
	if (!strcmp(text, "tls"))
		return start_tls(s, trusting, old);
	if (!strcmp(text, "distrust"))
		return !start_tls(s, distrusting, old) && refused(s);
	if (!strcmp(text, "wait"))
		return wait_end(s);
	if (!strcmp(text, "abort"))
		return !setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &zero, sizeof(zero));
	usage();
	return false;
}

static bool reach(struct session *s, const struct sockaddr_storage *addr, socklen_t len)
{
	struct timeval tv = { .tv_sec = seconds };
	int one = 1;

	s->fd = socket(addr->ss_family, SOCK_STREAM, 0);
	setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
	setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return !connect(s->fd, (const struct sockaddr *)addr, len);
}

static bool converse(const struct sockaddr_storage *addr, socklen_t len, char **steps,
		     unsigned long number)
{
	struct session s = { 0 };
	char last[sizeof(s.buf)] = "";
	bool good;

	ERR_clear_error();
	errno = 0;
	good = reach(&s, addr, len);
	if (!good)
		perror("tlstalk: connect");
	for (; good && *steps; steps++) {
		good = step(&s, *steps, number, last);
		if (!good) {
			fprintf(stderr, "tlstalk: session %lu ended at %s (%s) after: %s\n",
				number, *steps, strerror(errno), last);
			ERR_print_errors_fp(stderr);
		}
	}
	if (good && s.ssl && SSL_is_init_finished(s.ssl))
		SSL_shutdown(s.ssl);
	SSL_free(s.ssl);
	close(s.fd);
	return good;
}

static SSL_CTX *context(int verify)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (!ctx) {
		ERR_print_errors_fp(stderr);
		exit(1);
	}
	SSL_CTX_set_verify(ctx, verify, NULL);
	return ctx;
}

int main(int argc, char **argv)
{
	struct sockaddr_storage addr;
	unsigned long count = 1, good = 0;
	socklen_t len;
	int c;

	while ((c = getopt(argc, argv, "n:t:")) != -1) {
		switch (c) {
		case 'n':
			count = strtoul(optarg, NULL, 10);
			break;
		case 't':
			seconds = (unsigned int)atoi(optarg);
			break;
		default:
			usage();
		}
	}
	if (argc - optind < 3)
		usage();
	len = sockaddr_parse(&addr, argv[optind], argv[optind + 1]);
	if (!len)
		usage();
	signal(SIGPIPE, SIG_IGN);	/* a server that has gone is told as an error */
	trusting = context(SSL_VERIFY_NONE);
	distrusting = context(SSL_VERIFY_PEER);
	for (unsigned long i = 0; i < count; i++)
		good += converse(&addr, len, argv + optind + 2, i);
	printf("%lu of %lu\n", good, count);
	return good != count;
}
