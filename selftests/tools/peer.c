// SPDX-License-Identifier: GPL-2.0-only
/*
 * peer - TCP hosts of other makes, for tests
 *
 *   peer -i IFACE -a ADDRESS [-a ADDRESS] [-t SECONDS]
 *       be these hosts, at addresses that nothing else answers for: the kernel must
 *       not have them, and the router beyond IFACE must be told the way (ip neigh)
 *   peer -l
 *       list: port, and what kind of host listens there
 *
 * It speaks as much TCP as a conversation of short lines takes, in which a segment may get
 * lost now and then, and does what the other side tells it, a line at a time; "; "
 * separates several.
 *
 *	say TEXT		answer TEXT
 *	lose			the next answer is lost on its way, the first time
 *	wait MS			then do the rest of the line
 *	nap MS			a phone whose radio sleeps: the whole host hears and says nothing;
 *				then it takes all that came meanwhile, in order
 *	set KEY=VALUE...	ttl, df, win, ts, rto (ms; first 1000) from now on
 *	data KEY=VALUE...	a segment of LEN bytes, as changed by ttl, seq and len
 *	reset R|RA KEY=VALUE...	a RST, as this host would send it, but for ttl, id, df, win,
 *				ts, seq; from then on the connection is unknown to it
 *	die R|RA KEY=VALUE...	the same, right behind its answer to the next old segment
 *	again			the RST once more, the same to the bit
 *	stray			a RST of the connection before this one on these ports
 *	forget			the connection is unknown without a word
 *
 * seq and id are added to what they would be; id==N is N itself. A word without "=" behind
 * set, data, reset or die says nothing to it.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "makes.h"
#include "sniff.h"

#define FIRST_PORT	7100
#define TALKS		256
#define LINE		256
#define CHUNK		128	/* of one segment that is sent once more */
#define RESENDS		20

/*
 * struct talk - one connection
 * @make:   ours, by the port
 * @now:    the same, as the other side has changed it
 * @me:     our address
 * @you:    the other one
 * @mac:    Ethernet header of a frame to it
 * @known:  is there a socket for it?
 * @has_ts: does it send timestamps?
 * @sacks:  does it understand SACK?
 * @seq:    next to send
 * @ack:    next expected
 * @told:   the same, as it was last told
 * @una:    not acknowledged from here on
 * @out:    what begins at @una, @out_n octets
 * @rto:    ms until that is sent once more, which has happened @resent times
 * @resend: when that is, 0 if there is nothing
 * @lose:   so many answers are lost
 * @spared: when an empty old segment was last answered, 0 before
 * @dies:   text of the RST behind the next answer to an old segment
 * @old:    end of the connection before, 0 if there was none
 * @last:   the RST, for "again"
 * @due:    when @rest, the end of a line, is to be obeyed; 0 if nothing is
 */
struct talk {
	struct make now;
	struct address me, you;
	uint8_t mac[12];
	bool known, has_ts, sacks;
	uint32_t seq, ack, old;
	uint32_t told, una;
	uint8_t out[4 * CHUNK];
	size_t out_n;
	uint32_t rto, resend;
	unsigned int resent, lose;
	uint32_t spared;
	char dies[LINE];
	uint32_t ts_ecr;
	uint16_t id;
	char line[LINE];
	size_t len;
	struct segment last;
	uint32_t due;
	char rest[LINE];
};

static struct talk talks[TALKS];
static unsigned int talks_n;
static struct address own[2];
static unsigned int own_n;
static int fd;

static uint32_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint32_t)ts.tv_sec * 1000u + (uint32_t)(ts.tv_nsec / 1000000);
}

static uint16_t next_id(struct talk *t)
{
	switch (t->now.id) {
	case ZERO:
		return 0;
	case RANDOM:
		return (uint16_t)random();
	default:
		return ++t->id;
	}
}

/* A segment as the socket would send it. */
static void fill(struct talk *t, struct segment *s, uint16_t flags)
{
	memset(s, 0, sizeof(*s));
	s->from = t->me;
	s->to = t->you;
	s->ttl = t->now.ttl;
	s->df = t->now.df;
	s->label = 0x12345;
	s->flags = flags;
	s->seq = t->seq;
	s->ack = t->ack;
	s->win = flags & TCP_RST ? t->now.rst_win : t->now.win;
	s->has_ts = t->now.ts && t->has_ts;
	s->ts_val = now_ms();
	s->ts_ecr = t->ts_ecr;
	s->payload = (const uint8_t *)"";
}

/* A RST as it is sent for a segment that found no socket. */
static void fill_bare(struct talk *t, struct segment *s, uint32_t seq)
{
	fill(t, s, TCP_RST);
	s->ttl = t->now.bare_ttl;
	s->id = t->now.bare_id < 0 ? next_id(t) : (uint16_t)t->now.bare_id;
	s->df = true;
	s->label = 0x54321;
	s->seq = seq;
	s->ack = 0;
	s->win = 0;
	s->has_ts = false;
}

static void put(struct talk *t, const struct segment *s)
{
	if (s->flags & TCP_ACK)
		t->told = s->ack;
	if (sniff_send(fd, t->mac, s))
		perror("peer: send");
}

static void fill_ack(struct talk *t, struct segment *s)
{
	fill(t, s, TCP_ACK);
	s->id = next_id(t);
}

static void acknowledge(struct talk *t)
{
	struct segment s;

	fill_ack(t, &s);
	put(t, &s);
}

/* What has not been acknowledged, its first segment. */
static void send_unacknowledged(struct talk *t)
{
	struct segment s;

	fill(t, &s, TCP_PSH | TCP_ACK);
	s.id = next_id(t);
	s.seq = t->una;
	s.payload = t->out;
	s.len = t->out_n < CHUNK ? t->out_n : CHUNK;
	put(t, &s);
	t->resend = ++t->resent < RESENDS ? now_ms() + t->rto : 0;
}

static void answer(struct talk *t, const void *data, size_t len)
{
	struct segment s;

	if (t->out_n + len <= sizeof(t->out)) {
		memcpy(t->out + t->out_n, data, len);
		t->out_n += len;
	}
	if (!t->resend)
		t->resend = now_ms() + t->rto;
	fill(t, &s, TCP_PSH | TCP_ACK);
	s.id = next_id(t);
	s.payload = data;
	s.len = len;
	t->seq += (uint32_t)len;
	if (!t->lose)
		put(t, &s);
	else
		t->lose--;
}

/* Everything before @ack is there, it says: it is freed and never sent again. */
static void free_until(struct talk *t, uint32_t ack)
{
	uint32_t n = ack - t->una;

	if ((int32_t)n <= 0 || (int32_t)(ack - t->seq) > 0)
		return;
	if (n > t->out_n)
		n = (uint32_t)t->out_n;
	t->out_n -= n;
	memmove(t->out, t->out + n, t->out_n);
	t->una = ack;
	t->resent = 0;
	t->resend = t->out_n ? now_ms() + t->rto : 0;
}

/* What "set" changes, for good. */
static void set_trait(struct talk *t, const char *key, long value)
{
	struct make *m = &t->now;

	if (!strcmp(key, "ttl"))
		m->ttl = (uint8_t)value;
	else if (!strcmp(key, "df"))
		m->df = value;
	else if (!strcmp(key, "win"))
		m->win = (uint16_t)value;
	else if (!strcmp(key, "ts"))
		m->ts = value;
	else if (!strcmp(key, "rto"))
		t->rto = (uint32_t)value;
	else
		fprintf(stderr, "peer: no %s\n", key);
}

/* What one segment has of its own. */
static void set_field(struct segment *s, const char *key, const char *value)
{
	long number = strtol(value + (*value == '='), NULL, 0);

	if (!strcmp(key, "ttl"))
		s->ttl = (uint8_t)number;
	else if (!strcmp(key, "id"))
		s->id = (uint16_t)(*value == '=' ? number : s->id + number);
	else if (!strcmp(key, "df"))
		s->df = number;
	else if (!strcmp(key, "win"))
		s->win = (uint16_t)number;
	else if (!strcmp(key, "ts"))
		s->has_ts = number;
	else if (!strcmp(key, "seq"))
		s->seq += (uint32_t)number;
	else if (!strcmp(key, "len"))
		s->len = (size_t)number;
	else
		fprintf(stderr, "peer: no %s\n", key);
}

/* "KEY=VALUE KEY=VALUE": for one segment, or for good */
static void fields(char *text, struct segment *s, struct talk *t)
{
	char *save, *word, *value;

	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		value = strchr(word, '=');
		if (!value)
			continue;
		*value++ = '\0';
		if (s)
			set_field(s, word, value);
		else
			set_trait(t, word, strtol(value, NULL, 0));
	}
}

static void send_data(struct talk *t, char *text)
{
	static const uint8_t x[128];
	struct segment s;

	fill(t, &s, TCP_PSH | TCP_ACK);
	s.id = next_id(t);
	s.payload = x;
	fields(text, &s, NULL);
	put(t, &s);
	if ((int32_t)(segment_end(&s) - t->seq) > 0)
		t->seq = segment_end(&s);
	/* None of this is sent twice. */
	t->una = t->seq;
	t->out_n = 0;
	t->resend = 0;
}

/* The end of the connection, as the other side will learn it. */
static void fill_reset(struct talk *t, struct segment *s, char *text)
{
	if (text[1] == 'A') {
		fill(t, s, TCP_RST | TCP_ACK);
		s->id = next_id(t);
	} else {
		fill_bare(t, s, t->seq);
	}
	fields(text, s, NULL);
	t->last = *s;
	t->known = false;
}

static void send_reset(struct talk *t, char *text)
{
	struct segment s;

	fill_reset(t, &s, text);
	put(t, &s);
}

static void nap(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&ts, NULL);
}

static void obey(struct talk *t, char *line)
{
	char *save, *word;

	for (word = strtok_r(line, ";", &save); word; word = strtok_r(NULL, ";", &save)) {
		word += strspn(word, " ");
		if (!strncmp(word, "say ", 4)) {
			char text[LINE + 1];

			answer(t, text, (size_t)snprintf(text, sizeof(text), "%s\n", word + 4));
		} else if (!strncmp(word, "wait ", 5)) {
			t->due = now_ms() + (uint32_t)atoi(word + 5);
			memmove(t->rest, save, strlen(save) + 1);
			return;
		} else if (!strncmp(word, "nap ", 4)) {
			nap((unsigned int)atoi(word + 4));
		} else if (!strcmp(word, "lose")) {
			t->lose++;
		} else if (!strncmp(word, "die R", 5)) {
			snprintf(t->dies, sizeof(t->dies), "%s", word + 4);
		} else if (!strncmp(word, "set ", 4)) {
			fields(word + 4, NULL, t);
		} else if (!strncmp(word, "data ", 5)) {
			send_data(t, word + 5);
		} else if (!strncmp(word, "reset R", 7)) {
			send_reset(t, word + 6);
		} else if (!strcmp(word, "again")) {
			put(t, &t->last);
		} else if (!strcmp(word, "stray")) {
			struct segment s;

			fill_bare(t, &s, t->old);
			put(t, &s);
		} else if (!strcmp(word, "forget")) {
			t->known = false;
		} else {
			fprintf(stderr, "peer: what is %s?\n", word);
		}
	}
}

static void obey_rest(struct talk *t)
{
	char line[LINE];

	t->due = 0;
	memcpy(line, t->rest, sizeof(line));
	obey(t, line);
}

/* Has its time come? If not, *@next may have to be sooner. */
static bool is_due(uint32_t when, int *next)
{
	int left = (int)(when - now_ms());

	if (!when)
		return false;
	if (left > 0)
		*next = *next < 0 || left < *next ? left : *next;
	return left <= 0;
}

/* What was put off. Return: ms until the next, -1 if there is none. */
static int do_due(void)
{
	int next = -1;

	for (unsigned int i = 0; i < TALKS; i++) {
		struct talk *t = &talks[i];

		if (is_due(t->due, &next))
			obey_rest(t);
		if (!t->known)
			continue;
		if (is_due(t->resend, &next)) {
			send_unacknowledged(t);
			is_due(t->resend, &next);
		}
	}
	return next;
}

/* New bytes, line by line; a line longer than the buffer is none of ours. */
static void take(struct talk *t, const uint8_t *data, size_t len)
{
	while (len--) {
		char c = (char)*data++;

		t->line[t->len] = c == '\n' ? '\0' : c;
		if (c == '\n' || t->len + 1 == sizeof(t->line)) {
			t->len = 0;
			if (c == '\n' && t->known)
				obey(t, t->line);
		} else {
			t->len++;
		}
	}
}

static struct talk *find(const struct segment *s)
{
	for (unsigned int i = 0; i < TALKS; i++)
		if (address_same(&talks[i].me, &s->to) && address_same(&talks[i].you, &s->from))
			return &talks[i];
	return NULL;
}

static void accept_syn(const struct segment *s, const uint8_t *mac)
{
	struct talk *t = find(s);
	struct segment syn;
	uint32_t old = 0;

	if (t && t->known && t->ack == s->seq + 1)
		return;		/* sent once more: its answer is on the way, slowly */
	if (t)
		old = t->seq;
	else
		t = &talks[talks_n++ % TALKS];
	memset(t, 0, sizeof(*t));
	t->now = makes[s->to.port - FIRST_PORT];
	t->me = s->to;
	t->you = s->from;
	/* An answer goes the way back: source and destination change places. */
	memcpy(t->mac, mac + 6, 6);
	memcpy(t->mac + 6, mac, 6);
	t->known = true;
	t->has_ts = s->has_ts;
	t->sacks = s->sack_ok;
	t->old = old;
	/* RFC 9293 3.4.1: a later connection begins beyond the former. */
	t->seq = old ? old + (16 << 20) + 1 : (uint32_t)random();
	t->id = (uint16_t)random();
	t->ack = s->seq + 1;
	t->ts_ecr = s->ts_val;

	fill(t, &syn, TCP_SYN | TCP_ACK);
	syn.win = 64240;
	syn.sack_ok = t->now.sack && t->sacks;
	syn.ttl = t->now.syn_ttl;
	syn.id = t->now.syn_id;
	syn.df = t->now.syn_df;
	put(t, &syn);
	t->seq++;
	t->una = t->seq;
	t->rto = 1000;	/* RFC 6298 2.4 */
}

/* Does this make look at what a segment acknowledges? */
static bool heeds_ack(const struct talk *t, const struct segment *s)
{
	return t->now.old_acks || (int32_t)(segment_end(s) - t->told) >= 0;
}

/*
 * Nothing of it is next: all of it came before (RFC 9293 3.10.7.4: "an acknowledgment
 * should be sent in reply"), or something before it is missing.
 */
static void answer_odd(struct talk *t, const struct segment *s)
{
	bool old = (int32_t)(s->seq - t->ack) < 0;
	struct segment pair[2];

	if (old && !s->len && t->now.spare_ms && t->spared &&
	    now_ms() - t->spared < t->now.spare_ms)
		return;
	if (old && !s->len)
		t->spared = now_ms();
	fill_ack(t, &pair[0]);
	if (t->now.sack && t->sacks && s->len) {
		pair[0].sack[0] = s->seq;
		pair[0].sack[1] = s->seq + (uint32_t)s->len;
	}
	if (!old || !*t->dies) {
		put(t, &pair[0]);
		return;
	}
	fill_reset(t, &pair[1], t->dies);
	if (sniff_send_pair(fd, t->mac, pair))
		perror("peer: send");
}

static void arrived(const struct segment *s, const uint8_t *mac)
{
	struct segment rst;
	uint32_t before;
	struct talk *t;

	if ((s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN) {
		accept_syn(s, mac);
		return;
	}
	t = find(s);
	if (!t || s->flags & TCP_SYN)
		return;
	if (s->flags & TCP_RST) {
		t->known = false;
		return;
	}
	if (!t->known) {
		fill_bare(t, &rst, s->ack);
		put(t, &rst);
		return;
	}
	if (s->flags & TCP_ACK && heeds_ack(t, s))
		free_until(t, s->ack);
	before = t->ack - s->seq;
	if ((int32_t)before < 0 ||
	    (before && (int32_t)(segment_end(s) - t->ack) <= 0)) {
		answer_odd(t, s);
		return;
	}
	t->ts_ecr = s->ts_val;
	t->ack = segment_end(s);
	take(t, s->payload + before, s->len - before);
	if (!t->known)
		return;
	/* What was not answered is acknowledged at once. */
	if (t->told != t->ack)
		acknowledge(t);
	if (s->flags & TCP_FIN)
		t->known = false;
}

static bool ours(const struct address *a)
{
	struct address host = *a;

	host.port = 0;
	for (unsigned int i = 0; i < own_n; i++)
		if (address_same(&own[i], &host))
			return a->port >= FIRST_PORT && a->port < FIRST_PORT + makes_n;
	return false;
}

static void serve(void)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct frame frame;

	for (;;) {
		if (poll(&p, 1, do_due()) < 0 && errno != EINTR) {
			perror("peer: poll");
			exit(1);
		}
		while (sniff_read(fd, &frame))
			if (frame.way == ENTERS && ours(&frame.seg.to) &&
			    address_is_private(&frame.seg.from))
				arrived(&frame.seg, frame.mac);
	}
}

static void usage(void)
{
	fputs("usage: peer -i IFACE -a ADDRESS [-a ADDRESS] [-t SECONDS]\n"
	      "       peer -l\n", stderr);
	exit(2);
}

int main(int argc, char **argv)
{
	const char *ifname = NULL;
	int c;

	while ((c = getopt(argc, argv, "i:a:t:l")) != -1) {
		switch (c) {
		case 'i':
			ifname = optarg;
			break;
		case 'a':
			if (own_n == 2 || !address_parse(&own[own_n++], optarg))
				usage();
			break;
		case 't':
			alarm((unsigned int)atoi(optarg));
			break;
		case 'l':
			for (size_t i = 0; i < makes_n; i++)
				printf("%zu %s\n", FIRST_PORT + i, makes[i].name);
			return 0;
		default:
			usage();
		}
	}
	if (optind != argc || !ifname || !own_n)
		usage();
	srandom(now_ms());
	fd = sniff_open(ifname);
	if (fd < 0) {
		fprintf(stderr, "peer: %s: %s\n", ifname, strerror(errno));
		return 1;
	}
	puts("ready");
	fflush(stdout);
	serve();
}
