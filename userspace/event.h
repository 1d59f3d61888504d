/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _EVENT_H
#define _EVENT_H

#include <libmnl/libmnl.h>

#include "report.h"

/* Return: NULL, or the name of what is missing or malformed. */
const char *event_parse(const struct nlmsghdr *nlh, struct report *r);
/* The same for a RST that is held, from the list of these. */
const char *event_parse_held(const struct nlmsghdr *nlh, struct report *r);

#endif /* _EVENT_H */
