// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <string.h>

#include "env.h"
#include "mail_service.h"

#define PORTS	6

/*
 * IANA's, and 2525, which many submit to where 25 is closed. "smtp" is any of postfix's
 * that master.cf gives no name in the log, so it may be submission as well.
 */
static const struct {
	const char *name;
	uint16_t ports[PORTS];
} services[] = {
	{ "smtp", { 25, 24, 465, 587, 2525 } },
	{ "submission", { 587, 2525 } },
	{ "submissions", { 465 } },
	{ "lmtp", { 24 } },
	{ "imap", { 143, 993 } },
	{ "pop3", { 110, 995 } },
	{ "sieve", { 4190 } },
};

static bool has(size_t i, uint16_t port)
{
	size_t j;

	for (j = 0; j < PORTS && services[i].ports[j]; j++)
		if (services[i].ports[j] == port)
			return true;
	return false;
}

/**
 * mail_service_fit() - can this be the port of that service?
 * @service: as in a log; "" or a name that is not known is any
 * @port:    of the server
 *
 * Return: how well it fits.
 */
enum mail_fit mail_service_fit(const char *service, uint16_t port)
{
	bool known = false, taken = false;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(services); i++) {
		bool same = !strcmp(services[i].name, service);

		known |= same;
		if (!has(i, port))
			continue;
		if (same)
			return MAIL_FIT_USUAL;
		taken = true;
	}
	if (!known)
		return taken ? MAIL_FIT_USUAL : MAIL_FIT_ODD;
	return taken ? MAIL_FIT_WRONG : MAIL_FIT_ODD;
}
