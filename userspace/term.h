/* SPDX-License-Identifier: GPL-2.0-only */
/* What a terminal gets and a file does not: colour, and a line that says how far we are. */
#ifndef _TERM_H
#define _TERM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

bool term_colour(FILE *out);

/**
 * struct progress - a line that is overwritten until it is cleared
 * @what:    name of what is read
 * @size:    octets it has; 0 is unknown
 * @next_ns: when the line is due again
 * @wanted:  standard error is a terminal
 * @shown:   there is a line to clear
 */
struct progress {
	const char *what;
	uint64_t size;
	uint64_t next_ns;
	bool wanted;
	bool shown;
};

void progress_begin(struct progress *p, const char *what, uint64_t size);
void progress_show(struct progress *p, uint64_t octets, uint64_t packets);
void progress_clear(struct progress *p);

#endif /* _TERM_H */
