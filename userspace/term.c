// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "term.h"

/* What ends sooner needs no excuse; more often would only flicker. */
#define FIRST_NS	1000000000ULL
#define AGAIN_NS	250000000ULL

/* One that can take back what it has shown. */
static bool capable(FILE *out)
{
	const char *type = getenv("TERM");

	return isatty(fileno(out)) && type && *type && strcmp(type, "dumb");
}

/**
 * term_colour() - may this stream get colours?
 * @out: stream
 *
 * Only a terminal may, and not with NO_COLOR set to anything (no-color.org).
 */
bool term_colour(FILE *out)
{
	const char *no = getenv("NO_COLOR");

	return !(no && *no) && capable(out);
}

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/**
 * progress_begin() - something is about to be read that may take long
 * @p:    result
 * @what: its name
 * @size: octets it has; 0 is unknown
 */
void progress_begin(struct progress *p, const char *what, uint64_t size)
{
	p->what = what;
	p->size = size;
	p->wanted = capable(stderr);
	p->shown = false;
	p->next_ns = p->wanted ? now() + FIRST_NS : 0;
}

/**
 * progress_show() - say how far we are, if it is time to
 * @p:       begun
 * @octets:  read so far
 * @packets: same
 *
 * Cheap enough to be called every few thousand packets.
 */
void progress_show(struct progress *p, uint64_t octets, uint64_t packets)
{
	uint64_t t;

	if (!p->wanted)
		return;
	t = now();
	if (t < p->next_ns)
		return;
	p->next_ns = t + AGAIN_NS;
	fprintf(stderr, "\r%s: ", p->what);
	if (p->size && octets <= p->size)
		fprintf(stderr, "%u %%, ", (unsigned int)(octets * 100 / p->size));
	fprintf(stderr, "%" PRIu64 " packets\033[K", packets);
	fflush(stderr);
	p->shown = true;
}

/**
 * progress_clear() - make room for something else
 * @p: begun
 */
void progress_clear(struct progress *p)
{
	if (!p->shown)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	p->shown = false;
}
