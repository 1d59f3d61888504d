/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _NOTIFY_H
#define _NOTIFY_H

/* Tells the service manager that started us, if one did: see sd_notify(3). */
void notify(const char *state);

#endif /* _NOTIFY_H */
