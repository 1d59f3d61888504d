/* SPDX-License-Identifier: GPL-2.0-only */
/* What `rstguard list` can list. */
#ifndef _LIST_H
#define _LIST_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct list_kind - one kind of things
 * @name:  what users call them
 * @cmd:   dumps them
 * @size:  of one
 * @parse: fills one; returns NULL, or the name of what is missing or malformed
 * @text:  prints one
 * @json:  prints one
 */
struct list_kind {
	const char *name;
	uint8_t cmd;
	size_t size;
	const char *(*parse)(const struct nlmsghdr *nlh, void *item);
	void (*text)(const void *item);
	void (*json)(const void *item);
};

/* Asks the module and prints them; an exit status. */
int list_print(const struct list_kind *kind, bool json);

extern const struct list_kind list_flows;
extern const struct list_kind list_held;
extern const struct list_kind list_policies;

#endif /* _LIST_H */
