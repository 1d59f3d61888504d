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
#include "plan.h"
#include "shots.h"
#include "sniff.h"
#include "triggers.h"

#define QUEUE	16384
#define PLANS	512

static const char usage_text[] =
"usage: inject -i IFACE_A -j IFACE_B -p PROFILE [-t TRIGGER[,...]] [option...]\n"
"       inject -l    list profiles, triggers and decoys\n"
"  -b client|server|both  whom to reset (default: the profile's)\n"
"  -P PORT                only connections to this port\n"
"  -d MS                  wait after the trigger\n"
"  -r COUNT,MS            shoot so often, so far apart (default: once)\n"
"  -c COUNT               before and after each burst so many that miss, by 100 bytes each\n"
"  -n COUNT               stop after this many connections (default: go on)\n"
"  -H HOPS                from here to a victim, for TTLs (default 4)\n"
"  -f R|RA|R,RA           flags; the others as in the profile\n"
"  -T TTL|64-h|255-h|seen TTL at the victim; -I IPID, -D 0|1 DF, -W WINDOW, -s SEQOFFSET\n"
"  -Y DECOY[@PORT]        begin with these lies, where a port is named for its connections\n"
"                         only; may be repeated\n"
"  -x COMMAND             run once before the first shot (a firewall rule, say)\n";

static struct {
	const struct profile *profile;
	struct change change;
	struct plan plan[PLANS];
	const char *decoy[PLANS];
	unsigned int plans;
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
	unsigned int copies;
	int32_t ahead;		/* of the first copy */
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
	static const char letter[] = "FSRPAU";
	static char text[sizeof(letter) + 1];
	char *p = text;

	if (!flags)
		return "-";
	for (unsigned int i = 0; i + 1 < sizeof(letter); i++)
		if (flags & 1u << i)
			*p++ = letter[i];
	if (flags & TCP_NS)
		*p++ = 'N';
	*p = '\0';
	return text;
}

/* @side: whom it goes to, or whose guard it is to pass */
static void log_shot(const struct aim *aim, const struct segment *s, unsigned int side,
		     bool lie)
{
	printf("%s at=%s %s > %s %s seq=%u ack=%u ttl=%u", lie ? "decoy" : "shot",
	       side == aim->f->client ? "client" : "server", address_text(&s->from),
	       address_text(&s->to), flags_text(s->flags), s->seq, s->ack, s->ttl);
	if (s->from.version == 4)
		printf(" id=%u df=%d", s->id, s->df);
	printf(" win=%u len=%zu%s\n", s->win, s->len, s->has_ts ? " ts" : "");
	fflush(stdout);
}

static void fire_one(const struct pending *p, uint64_t now_ms)
{
	const struct shot *shot = p->shot;
	unsigned int side = shot->course == TO_PEER ? !p->aim->victim : p->aim->victim;
	struct end *end = (struct end *)&p->aim->f->end[side];
	struct aim turned;
	struct segment s;

	if (!end->has_mac) {
		fprintf(stderr, "inject: no frame to or from %s seen, cannot reach it\n",
			address_text(&end->addr));
		return;
	}
	if (p->first)
		aim_take(p->aim);
	for (unsigned int i = 0; i < p->copies; i++) {
		if (!i || shot->step) {
			turned = aim_turn(p->aim, shot->course);
			aim_fill(&s, &turned, shot, now_ms);
			s.seq += (uint32_t)(p->ahead + (int32_t)i * shot->step);
			p->aim->sent = s;
		}
		if (shot->course == TURNED)
			flows_expect(&s);
		if (sniff_send(opt.fd[side], end->mac, &s))
			perror("inject: send");
		else
			log_shot(p->aim, &s, side, shot->lie);
	}
}

/* Fire what is due. Return: ms until the next, -1 if there is none. */
static int fire(void)
{
	uint64_t now = now_us();

	while (queued && queue[0].due_us <= now) {
		struct pending p = queue[0];

		memmove(queue, queue + 1, --queued * sizeof(queue[0]));
		fire_one(&p, now / 1000);
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

static void burst(struct flow *f, unsigned int victim, const struct plan *plan,
		  uint64_t due_us)
{
	struct aim *aim = calloc(1, sizeof(*aim));
	bool first = true;

	if (!aim)
		exit(1);
	aim->f = f;
	aim->victim = victim;
	aim->hops = opt.hops;
	for (const struct shot *shot = plan->shot; shot->copies; shot++) {
		/* One after the other, or all at once. */
		unsigned int times = shot->apart_us ? shot->copies : 1;

		due_us += shot->gap_us;
		for (unsigned int i = 0; i < times; i++, first = false) {
			due_us += i ? shot->apart_us : 0;
			enqueue(&(struct pending){
				.due_us = due_us, .aim = aim, .shot = shot,
				.copies = shot->copies / times,
				.ahead = (int32_t)i * shot->step, .first = first,
				.last = !shot[1].copies && i + 1 == times,
			});
		}
	}
	if (first)
		free(aim);
}

/* What is fired at this connection? NULL if nothing is. */
static const struct plan *plan_of(const struct segment *s)
{
	for (unsigned int i = 0; i < opt.plans; i++)
		if (!opt.plan[i].port || opt.plan[i].port == s->from.port ||
		    opt.plan[i].port == s->to.port)
			return &opt.plan[i];
	return NULL;
}

static void pulled(struct flow *f, const struct plan *plan, enum trigger t)
{
	bool at_once = plan->decoy && plan->decoy->at_once;
	uint64_t due = now_us() + (at_once ? 0 : opt.delay_ms * 1000u);
	static unsigned long conns;

	if (!f->attacked && opt.count && conns >= opt.count)
		return;
	conns += !f->attacked;
	f->attacked = true;
	printf("trigger %s %s > %s profile %u %s%s%s\n", trigger_names[t],
	       address_text(&f->end[f->client].addr), address_text(&f->end[!f->client].addr),
	       opt.profile->number, opt.profile->name, plan->decoy ? " decoy " : "",
	       plan->decoy ? plan->decoy->name : "");
	if (opt.command) {
		if (system(opt.command))
			fprintf(stderr, "inject: %s failed\n", opt.command);
		opt.command = NULL;
	}
	for (unsigned int i = 0; i < opt.times; i++, due += opt.apart_ms * 1000u) {
		if (opt.at & AT_CLIENT)
			burst(f, f->client, plan, due);
		if (opt.at & AT_SERVER)
			burst(f, !f->client, plan, due);
	}
}

static void entered(const struct frame *frame, unsigned int side)
{
	const struct segment *s = &frame->seg;
	const struct plan *plan;
	enum trigger t;
	struct flow *f;

	if (opt.port && s->from.port != opt.port && s->to.port != opt.port)
		return;
	if (!address_is_private(&s->from) || !address_is_private(&s->to))
		return;
	plan = plan_of(s);
	if (!plan || flows_expected(s))
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
		pulled(f, plan, t);
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

/* Of a decoy: name, place, IP version, milliseconds, words. */
static void list(void)
{
	static const char *const place[] = {
		[ANYWHERE] = "anywhere", [AT_ROUTER] = "router", [AT_HOST] = "host",
	};

	for (size_t i = 0; i < profiles_n; i++)
		printf("%u %s\n", profiles[i].number, profiles[i].name);
	for (unsigned int t = 0; t < TRIGGERS; t++)
		printf("trigger %s\n", trigger_names[t]);
	for (size_t i = 0; i < decoys_n; i++)
		printf("decoy %s %s %s %u %s\n", decoys[i].name, place[decoys[i].place],
		       decoys[i].ip == IN_V4 ? "v4" : decoys[i].ip == IN_V6 ? "v6" : "both",
		       decoy_ms(&decoys[i]), decoys[i].what);
}

static void parse(int argc, char **argv)
{
	const char *ifname[2] = { NULL, NULL };
	int c;

	while ((c = getopt(argc, argv, "i:j:p:t:b:P:d:r:c:n:H:f:T:I:D:W:s:x:Y:l")) != -1) {
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
			opt.change.misses = (unsigned int)atoi(optarg);
			break;
		case 'n':
			opt.count = strtoul(optarg, NULL, 10);
			break;
		case 'H':
			opt.hops = (unsigned int)atoi(optarg);
			break;
		case 'f':
			opt.change.flags = optarg;
			break;
		case 'T':
			opt.change.ttl = optarg;
			break;
		case 'I':
			opt.change.id = optarg;
			break;
		case 'D':
			opt.change.df = optarg;
			break;
		case 'W':
			opt.change.win = optarg;
			break;
		case 's':
			opt.change.seq = optarg;
			break;
		case 'Y':
			if (opt.plans == PLANS)
				usage();
			opt.decoy[opt.plans++] = optarg;
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
	opt.plans += !opt.plans;
	for (unsigned int i = 0; i < opt.plans; i++) {
		if (!plan_make(&opt.plan[i], opt.profile, &opt.change))
			usage();
		if (opt.decoy[i] && !plan_decoy(&opt.plan[i], opt.decoy[i])) {
			fprintf(stderr, "inject: no decoy %s, see inject -l\n", opt.decoy[i]);
			exit(2);
		}
	}
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
