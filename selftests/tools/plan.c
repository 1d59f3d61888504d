// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

static unsigned int count(const struct plan *plan)
{
	unsigned int n = 0;

	while (plan->shot[n].copies)
		n++;
	return n;
}

static void set_flags(struct shot *shot, uint16_t flags)
{
	shot->flags = flags;
	if (!(flags & TCP_ACK))
		shot->ack = (struct field){ FIXED, 0, 0 };
	else if (shot->ack.rule == FIXED)
		shot->ack = (struct field){ EXACT, 0, 0 };
}

/* Each shot with these flags, or once with each of the two kinds. */
static bool change_flags(struct plan *plan, const struct profile *profile, const char *text)
{
	struct shot *shot = plan->shot;
	bool both = !strcmp(text, "R,RA");

	if (!both && strcmp(text, "R") && strcmp(text, "RA"))
		return false;
	for (unsigned int i = 0; i < SHOTS && profile->shot[i].copies; i++) {
		*shot = profile->shot[i];
		set_flags(shot++, text[1] == 'A' ? TCP_RST | TCP_ACK : TCP_RST);
		if (both) {
			*shot = profile->shot[i];
			shot->gap_us = 0;
			set_flags(shot++, TCP_RST | TCP_ACK);
		}
	}
	return true;
}

/* Of all that fall into the window only the number waited for ends a connection. */
static void add_misses(struct plan *plan, unsigned int misses)
{
	struct shot *shot = plan->shot, miss = *shot;
	unsigned int n = count(plan);

	memmove(shot + misses, shot, n * sizeof(*shot));
	miss.gap_us = 0;
	miss.copies = 1;
	for (unsigned int i = 0; i < misses; i++) {
		miss.seq += 100;
		shot[i] = miss;
		shot[misses + n + i] = miss;
	}
}

static struct field ttl_field(const char *text)
{
	if (!strcmp(text, "seen"))
		return (struct field){ SEEN, 0, 0 };
	return (struct field){ strstr(text, "-h") ? HOPS : FIXED, atoi(text), 0 };
}

/*
 * plan_make() - the shots of a profile, as the options want them
 *
 * Return: are the options as they should be?
 */
bool plan_make(struct plan *plan, const struct profile *profile, const struct change *change)
{
	memset(plan, 0, sizeof(*plan));
	memcpy(plan->shot, profile->shot, sizeof(profile->shot));
	if (change->misses > MISSES)
		return false;
	if (change->flags && !change_flags(plan, profile, change->flags))
		return false;
	for (struct shot *shot = plan->shot; shot->copies; shot++) {
		if (change->ttl)
			shot->ttl = ttl_field(change->ttl);
		if (change->id)
			shot->id = (struct field){ FIXED, atoi(change->id), 0 };
		if (change->df)
			shot->df = *change->df == '1';
		if (change->win)
			shot->win = (struct field){ FIXED, atoi(change->win), 0 };
		if (change->seq)
			shot->seq += atoi(change->seq);
	}
	add_misses(plan, change->misses);
	return true;
}

static void twist(struct shot *shot, const struct twist *t)
{
	for (bool first = true; shot->copies; shot++, first = false) {
		shot->flags |= t->flags;
		shot->seq += t->seq;
		if (t->ttl.rule != FIXED)
			shot->ttl = t->ttl;
		if (t->any_id)
			shot->id = (struct field){ RANGE, 1, 65535 };
		shot->odd |= t->odd;
		shot->headers += t->headers;
		if (first)
			shot->gap_us += t->gap_us;
	}
}

/*
 * plan_decoy() - put a decoy before the shots, and after them what comes after them
 * @text: NAME or NAME@PORT
 *
 * Return: is there such a decoy?
 */
bool plan_decoy(struct plan *plan, const char *text)
{
	size_t len = strcspn(text, "@");
	const struct decoy *d = decoy_find(text, len);
	unsigned int before = 0, n = count(plan);

	if (!d)
		return false;
	plan->decoy = d;
	if (text[len])
		plan->port = (unsigned int)atoi(text + len + 1);
	twist(plan->shot, &d->twist);
	while (before < LIES && d->lie[before].copies && !d->lie[before].after)
		before++;
	memmove(plan->shot + before, plan->shot, n * sizeof(plan->shot[0]));
	for (unsigned int i = 0; i < LIES && d->lie[i].copies; i++) {
		struct shot *shot = &plan->shot[i < before ? i : i + n];

		*shot = d->lie[i];
		shot->lie = true;
	}
	return true;
}
