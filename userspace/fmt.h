/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings as text for people and as JSON for programs. */
#ifndef _FMT_H
#define _FMT_H

#include <jansson.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "report.h"

/* What a reader of live events has not seen, since it last said so. */
struct lost {
	uint64_t missed;	/* gaps in the kernel's numbering: the reader was too slow */
	uint64_t suppressed;	/* never sent by the kernel: too many at a time, or no memory */
	uint64_t unwritten;	/* seen, but the log could not be written */
};

void fmt_report_json(FILE *out, const struct report *r);
void fmt_report_text(FILE *out, const struct report *r, bool colour);
void fmt_lost_json(FILE *out, const struct lost *lost);

/* The same as one line without its newline, to be freed; NULL: no memory. */
#define FMT_REASON_MAX	32
const char *fmt_reason_name(char buf[FMT_REASON_MAX], unsigned int i);
int fmt_reason_find(const char *name);
json_t *fmt_reasons_json(uint64_t reasons);
char *fmt_report_line(const struct report *r);
char *fmt_lost_line(const struct lost *lost);

#define FMT_LOST_MAX	160
void fmt_lost_text(char buf[FMT_LOST_MAX], const struct lost *lost);

/* "unknown" for what is newer than this program. */
const char *fmt_mode(uint32_t mode);
const char *fmt_scope(uint32_t scope);
const char *fmt_hold(uint32_t hold);
const char *fmt_wait(uint32_t wait);
const char *fmt_verdict(uint32_t verdict);
const char *fmt_state(uint32_t state);
const char *fmt_ipid_class(uint32_t class);

void fmt_addr(char buf[INET6_ADDRSTRLEN], const struct rstg_addr *addr);

#endif /* _FMT_H */
