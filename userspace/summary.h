/* SPDX-License-Identifier: GPL-2.0-only */
/* What is said at the end of a capture. */
#ifndef _SUMMARY_H
#define _SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "replay.h"
#include "tally.h"

/**
 * struct summary - one capture, read to its end or as far as it goes
 * @path:      its name
 * @stats:     what was in it
 * @filtered:  packets that a filter kept out
 * @tally:     RSTs that are not genuine, by peer and by reason
 * @damage:    why nothing more could be read; NULL: it was read to its end
 * @frames:    packets before the damage
 * @located:   @damage_at is valid
 * @damage_at: octets from the beginning, see pcapio_offset()
 */
struct summary {
	const char *path;
	const struct replay_stats *stats;
	uint64_t filtered;
	const struct tally *tally;
	const char *damage;
	uint64_t frames;
	bool located;
	uint64_t damage_at;
};

void summary_json(const struct summary *s);
void summary_text(const struct summary *s);
void summary_warn(const struct summary *s);

#endif /* _SUMMARY_H */
