/* SPDX-License-Identifier: GPL-2.0-only */
/* What `rstguard mail-report` found, for people and for programs. */
#ifndef _MAIL_REPORT_H
#define _MAIL_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "mail_class.h"

/**
 * struct mail_report - all of it
 * @log:      name of the mail server's log
 * @lines:    read of it
 * @used:     of these were about a session
 * @cut:      of these were longer than a line may be
 * @odd:      of these had octets that are no text
 * @sessions: what they told
 * @events:   what rstguard has seen
 * @matches:  one for each session
 */
struct mail_report {
	const char *log;
	uint64_t lines;
	uint64_t used;
	uint64_t cut;
	uint64_t odd;
	const struct mail_sessions *sessions;
	const struct sessionlog *events;
	const struct mail_match *matches;
};

/* Both return false without memory, with nothing written. */
bool mail_report_text(const struct mail_report *r, FILE *out, bool colour);
bool mail_report_json(const struct mail_report *r, FILE *out);

#endif /* _MAIL_REPORT_H */
