// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "ports.h"

static bool port_of(const char *word, uint16_t *port)
{
	const struct servent *service;
	uint32_t n;

	if (cmd_number(word, 1, UINT16_MAX, &n)) {
		*port = (uint16_t)n;
		return true;
	}
	service = getservbyname(word, "tcp");
	if (service)
		*port = ntohs((uint16_t)service->s_port);
	return service;
}

static bool has(const uint16_t *ports, size_t n, uint16_t port)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (ports[i] == port)
			return true;
	return false;
}

bool ports_parse(const char *name, char *value, uint16_t *ports, size_t *n, size_t max,
		 const char *more)
{
	const char *word;
	uint16_t port;

	*n = 0;
	if (!strcmp(value, "none"))
		return true;
	while ((word = strsep(&value, ","))) {
		if (!port_of(word, &port)) {
			cmd_say("no such port in %s: \"%s\" (known: numbers from 1 to %d, the TCP "
				"services in /etc/services, none)", name, word, UINT16_MAX);
			return false;
		}
		/* "smtp" and "25" are one port. */
		if (has(ports, *n, port))
			continue;
		if (*n == max) {
			cmd_say("%s takes at most %zu ports; %s", name, max, more);
			return false;
		}
		ports[(*n)++] = port;
	}
	return true;
}
