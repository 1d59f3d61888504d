/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of TCP ports on a command line. */
#ifndef _PORTS_H
#define _PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * ports_parse() - "25,submission,993" or "none"
 * @name:  what it is for, in complaints
 * @value: the list; cut apart
 * @ports: room for @max
 * @n:     set to how many there are, each once
 * @more:  what to do where @max are too few, for the complaint
 *
 * false: refused, and said so.
 */
bool ports_parse(const char *name, char *value, uint16_t *ports, size_t *n, size_t max,
		 const char *more);

#endif /* _PORTS_H */
