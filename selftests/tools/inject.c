// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject - a box on the path that cuts connections with forged RSTs
 *
 * For tests, in network namespaces: it shoots at private addresses only.
 *
 *     client --- [A  router  B] --- server        inject runs in the router
 *
 * It reads along on both interfaces and, at the trigger, sends packets of one
 * profile (profiles.c) to the client in the server's name, and the reverse.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "flows.h"
#include "profiles.h"
#include "shots.h"
#include "sniff.h"
#include "triggers.h"

#define QUEUE	4096
#define DECOYS	32

static const char usage_text[] =
"usage: inject -i IFACE_A -j IFACE_B -p PROFILE [-t TRIGGER[,...]] [option...]\n"
"       inject -l    list profiles and triggers\n"
"  -b client|server|both  whom to reset (default: the profile's)\n"
"  -P PORT                only connections to this port\n"
"  -d MS                  wait after the trigger\n"
"  -r COUNT,MS            shoot so often, so far apart (default: once)\n"
"  -c COUNT               before and after each burst so many that miss, by 100 bytes each\n"
"  -n COUNT               stop after this many connections (default: go on)\n"
"  -H HOPS                from here to a victim, for TTLs (default 4)\n"
"  -f R|RA|R,RA           flags; the others as in the profile\n"
"  -T TTL|64-h|255-h|seen TTL at the victim; -I IPID, -D 0|1 DF, -W WINDOW, -s SEQOFFSET\n"
"  -x COMMAND             run once before the first shot (a firewall rule, say)\n";

static struct {
	const struct profile *profile;
	struct shot shot[2 * SHOTS + 2 * DECOYS + 1];	/* the last one has no copies */
	unsigned int decoys;
	unsigned int at, port, hops;
	uint32_t triggers;
	uint64_t bytes;
	unsigned int delay_ms, times, apart_ms;
	unsigned long count;
	const char *command;
	int fd[2];
} opt = { .hops = 4, .times = 1 };

/* A shot whose time has not come. */
struct pending {
	uint64_t due_us;
	struct aim *aim;
	const struct shot *shot;
	bool first, last;
};

static struct pending queue[QUEUE];
static unsigned int queued;
static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

static const char *flags_text(uint16_t flags)
{
	static const char letter[] = "FSRPA";
	static char text[sizeof(letter) + 1];
	char *p = text;

	for (unsigned int i = 0; i + 1 < sizeof(letter); i++)
		if (flags & 1u << i)
			*p++ = letter[i];
	if (flags & TCP_NS)
		*p++ = 'N';
	*p = '\0';
	return text;
}

static void log_shot(const struct aim *aim, const struct segment *s)
{
	printf("shot at=%s %s > %s %s seq=%u ack=%u ttl=%u", aim->victim == aim->f->client ?
	       "client" : "server", address_text(&s->from), address_text(&s->to),
	       flags_text(s->flags), s->seq, s->ack, s->ttl);
	if (s->from.version == 4)
		printf(" id=%u df=%d", s->id, s->df);
	printf(" win=%u len=%zu%s\n", s->win, s->len, s->has_ts ? " ts" : "");
	fflush(stdout);
}

/* Fire what is due. Return: ms until the next, -1 if there is none. */
static int fire(void)
{
	uint64_t now = now_us();

	while (queued && queue[0].due_us <= now) {
		struct pending p = queue[0];
		struct end *victim = (struct end *)&p.aim->f->end[p.aim->victim];
		struct segment s;

		memmove(queue, queue + 1, --queued * sizeof(queue[0]));
		if (!victim->has_mac) {
			fprintf(stderr, "inject: no frame to or from %s seen, cannot reach it\n",
				address_text(&victim->addr));
		} else {
			if (p.first)
				aim_take(p.aim);
			aim_fill(&s, p.aim, p.shot, now / 1000);
			for (unsigned int i = 0; i < p.shot->copies; i++) {
				if (sniff_send(opt.fd[p.aim->victim], victim->mac, &s))
					perror("inject: send");
				else
					log_shot(p.aim, &s);
			}
		}
		if (p.last)
			free(p.aim);
	}
	if (!queued)
		return -1;
	return (int)((queue[0].due_us - now + 999) / 1000);
}

static void enqueue(const struct pending *p)
{
	unsigned int i = queued;

	if (queued == QUEUE) {
		fprintf(stderr, "inject: too many shots at once\n");
		exit(1);
	}
	for (; i && queue[i - 1].due_us > p->due_us; i--)
		queue[i] = queue[i - 1];
	queue[i] = *p;
	queued++;
}

static void burst(struct flow *f, unsigned int victim, uint64_t due_us)
{
	struct aim *aim = calloc(1, sizeof(*aim));

	if (!aim)
		exit(1);
	aim->f = f;
	aim->victim = victim;
	aim->hops = opt.hops;
	for (unsigned int i = 0; opt.shot[i].copies; i++) {
		due_us += opt.shot[i].gap_us;
		enqueue(&(struct pending){
			.due_us = due_us, .aim = aim, .shot = &opt.shot[i],
			.first = !i, .last = !opt.shot[i + 1].copies,
		});
	}
}

static void pulled(struct flow *f, enum trigger t)
{
	static unsigned long conns;
	uint64_t due = now_us() + opt.delay_ms * 1000u;

	if (!f->attacked && opt.count && conns >= opt.count)
		return;
	conns += !f->attacked;
	f->attacked = true;
	printf("trigger %s %s > %s profile %u %s\n", trigger_names[t],
	       address_text(&f->end[f->client].addr), address_text(&f->end[!f->client].addr),
	       opt.profile->number, opt.profile->name);
	if (opt.command) {
		if (system(opt.command))
			fprintf(stderr, "inject: %s failed\n", opt.command);
		opt.command = NULL;
	}
	for (unsigned int i = 0; i < opt.times; i++, due += opt.apart_ms * 1000u) {
		if (opt.at & AT_CLIENT)
			burst(f, f->client, due);
		if (opt.at & AT_SERVER)
			burst(f, !f->client, due);
	}
}

static void entered(const struct frame *frame, unsigned int side)
{
	const struct segment *s = &frame->seg;
	enum trigger t;
	struct flow *f;

	if (opt.port && s->from.port != opt.port && s->to.port != opt.port)
		return;
	if (!address_is_private(&s->from) || !address_is_private(&s->to))
		return;
	f = flows_enter(s, side);
	if (!f)
		return;
	/* An answer goes the way back: source and destination change places. */
	memcpy(f->end[side].mac, frame->mac + 6, 6);
	memcpy(f->end[side].mac + 6, frame->mac, 6);
	f->end[side].has_mac = true;
	flows_learn(f, s, side, now_us() / 1000);
	t = triggers_match(f, s, side, opt.triggers, opt.bytes);
	if (t != TRIGGERS)
		pulled(f, t);
}

static void left(const struct frame *frame, unsigned int side)
{
	struct flow *f = flows_leave(&frame->seg, side);

	if (!f)
		return;
	memcpy(f->end[side].mac, frame->mac, sizeof(frame->mac));
	f->end[side].has_mac = true;
}

static void run(void)
{
	struct pollfd fds[2] = {
		{ .fd = opt.fd[0], .events = POLLIN },
		{ .fd = opt.fd[1], .events = POLLIN },
	};
	struct frame frame;

	while (!stop) {
		if (poll(fds, 2, fire()) < 0 && errno != EINTR) {
			perror("inject: poll");
			exit(1);
		}
		for (unsigned int side = 0; side < 2; side++) {
			while (sniff_read(opt.fd[side], &frame)) {
				if (frame.way == ENTERS)
					entered(&frame, side);
				else
					left(&frame, side);
			}
		}
	}
}

static void usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

static void list(void)
{
	for (size_t i = 0; i < profiles_n; i++)
		printf("%u %s\n", profiles[i].number, profiles[i].name);
	for (unsigned int t = 0; t < TRIGGERS; t++)
		printf("trigger %s\n", trigger_names[t]);
}

static void set_flags(struct shot *shot, uint16_t flags)
{
	shot->flags = flags;
	if (!(flags & TCP_ACK))
		shot->ack = (struct field){ FIXED, 0, 0 };
	else if (shot->ack.rule == FIXED)
		shot->ack = (struct field){ EXACT, 0, 0 };
}

/* -f: each shot with these flags, or once with each of the two kinds. */
static void override_flags(const char *text)
{
	struct shot *shot = opt.shot;
	bool both = !strcmp(text, "R,RA");

	if (!both && strcmp(text, "R") && strcmp(text, "RA"))
		usage();
	for (unsigned int i = 0; i < SHOTS && opt.profile->shot[i].copies; i++) {
		*shot = opt.profile->shot[i];
		set_flags(shot++, text[1] == 'A' ? TCP_RST | TCP_ACK : TCP_RST);
		if (both) {
			*shot = opt.profile->shot[i];
			shot->gap_us = 0;
			set_flags(shot++, TCP_RST | TCP_ACK);
		}
	}
}

/* -c: of all that fall into the window only the number waited for ends a connection. */
static void add_decoys(unsigned int count)
{
	struct shot *shot = opt.shot, miss = *shot;
	unsigned int n;

	for (n = 0; shot[n].copies; n++)
		;
	memmove(shot + count, shot, n * sizeof(*shot));
	miss.gap_us = 0;
	miss.copies = 1;
	for (unsigned int i = 0; i < count; i++) {
		miss.seq += 100;
		shot[i] = miss;
		shot[count + n + i] = miss;
	}
}

static struct field ttl_field(const char *text)
{
	if (!strcmp(text, "seen"))
		return (struct field){ SEEN, 0, 0 };
	return (struct field){ strstr(text, "-h") ? HOPS : FIXED, atoi(text), 0 };
}

static void parse(int argc, char **argv)
{
	const char *ifname[2] = { NULL, NULL }, *flags = NULL, *ttl = NULL;
	const char *id = NULL, *df = NULL, *win = NULL, *seq = NULL;
	int c;

	while ((c = getopt(argc, argv, "i:j:p:t:b:P:d:r:c:n:H:f:T:I:D:W:s:x:l")) != -1) {
		switch (c) {
		case 'i':
			ifname[0] = optarg;
			break;
		case 'j':
			ifname[1] = optarg;
			break;
		case 'p':
			opt.profile = profile_find(optarg);
			if (!opt.profile) {
				fprintf(stderr, "inject: no profile %s, see inject -l\n", optarg);
				exit(2);
			}
			break;
		case 't':
			if (!triggers_parse(&opt.triggers, &opt.bytes, optarg))
				usage();
			break;
		case 'b':
			opt.at = !strcmp(optarg, "client") ? AT_CLIENT :
				 !strcmp(optarg, "server") ? AT_SERVER :
				 !strcmp(optarg, "both") ? AT_BOTH : 0;
			if (!opt.at)
				usage();
			break;
		case 'P':
			opt.port = (unsigned int)atoi(optarg);
			break;
		case 'd':
			opt.delay_ms = (unsigned int)atoi(optarg);
			break;
		case 'r':
			if (sscanf(optarg, "%u,%u", &opt.times, &opt.apart_ms) != 2)
				usage();
			break;
		case 'c':
			opt.decoys = (unsigned int)atoi(optarg);
			if (opt.decoys > DECOYS)
				usage();
			break;
		case 'n':
			opt.count = strtoul(optarg, NULL, 10);
			break;
		case 'H':
			opt.hops = (unsigned int)atoi(optarg);
			break;
		case 'f':
			flags = optarg;
			break;
		case 'T':
			ttl = optarg;
			break;
		case 'I':
			id = optarg;
			break;
		case 'D':
			df = optarg;
			break;
		case 'W':
			win = optarg;
			break;
		case 's':
			seq = optarg;
			break;
		case 'x':
			opt.command = optarg;
			break;
		case 'l':
			list();
			exit(0);
		default:
			usage();
		}
	}
	if (optind != argc || !ifname[0] || !ifname[1] || !opt.profile)
		usage();
	if (!opt.at)
		opt.at = opt.profile->at;
	if (!opt.triggers)
		opt.triggers = opt.profile->triggers ? opt.profile->triggers : 1u << ON_FIRST_DATA;
	memcpy(opt.shot, opt.profile->shot, sizeof(opt.profile->shot));
	if (flags)
		override_flags(flags);
	for (struct shot *shot = opt.shot; shot->copies; shot++) {
		if (ttl)
			shot->ttl = ttl_field(ttl);
		if (id)
			shot->id = (struct field){ FIXED, atoi(id), 0 };
		if (df)
			shot->df = *df == '1';
		if (win)
			shot->win = (struct field){ FIXED, atoi(win), 0 };
		if (seq)
			shot->seq += atoi(seq);
	}
	add_decoys(opt.decoys);
	for (unsigned int i = 0; i < 2; i++) {
		opt.fd[i] = sniff_open(ifname[i]);
		if (opt.fd[i] < 0) {
			fprintf(stderr, "inject: %s: %s\n", ifname[i], strerror(errno));
			exit(1);
		}
	}
}

int main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	srandom((unsigned int)now_us());
	parse(argc, argv);
	puts("ready");
	run();
	return 0;
}
