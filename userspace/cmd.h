/* SPDX-License-Identifier: GPL-2.0-only */
/* The subcommands of rstguard; each returns an exit status. */
#ifndef _CMD_H
#define _CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROGRAM		"rstguard"

/*
 * 1 and 3 are left to those that read files: 1, a file was damaged; 3, analyze only, one
 * has what was looked for.
 */
#define CMD_OK		0
#define CMD_FAILED	2	/* wrong usage, no such file, no module, no right */

int cmd_status(int argc, char **argv);
int cmd_set(int argc, char **argv);
int cmd_monitor(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_policy(int argc, char **argv);
int cmd_analyze(int argc, char **argv);
int cmd_mail_report(int argc, char **argv);
int cmd_explain(int argc, char **argv);

/* Both say "rstguard: ..." on stderr; cmd_fail() returns CMD_FAILED, to be returned. */
void cmd_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int cmd_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From now on what is said begins with "FILE:LINE: "; NULL: no longer. @file is kept. */
void cmd_where(const char *file, unsigned int line);

/* A decimal number within these limits, and nothing else. */
bool cmd_number(const char *text, uint32_t least, uint32_t most, uint32_t *n);

/*
 * Takes -j and, unless @all is NULL, -a from argv and leaves the operands from
 * argv[1] on; false: refused, and said so.
 */
bool cmd_options(int *argc, char **argv, bool *json, bool *all);

#endif /* _CMD_H */
