// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "fmt.h"
#include "prefix.h"

/* Leading bits of a mapped IPv4 address that say so. */
#define MAPPED	96

static_assert(sizeof(struct prefix) == 17, "as in the netlink spec");

/* What is behind the bits that count does not. */
static void clear_host(struct prefix *p)
{
	uint8_t octets[16];
	unsigned int i;

	memcpy(octets, &p->addr, sizeof(octets));
	for (i = p->len; i < 128; i++)
		octets[i / 8] &= (uint8_t)~(0x80 >> i % 8);
	memcpy(&p->addr, octets, sizeof(octets));
}

bool prefix_parse(const char *text, struct prefix *p)
{
	struct rstg_addr a = { { 0 } };
	size_t n = strcspn(text, "/");
	char addr[INET6_ADDRSTRLEN];
	uint32_t len, most = 128;

	if (n >= sizeof(addr))
		return false;
	memcpy(addr, text, n);
	addr[n] = '\0';
	if (inet_pton(AF_INET, addr, &a.w[3]) == 1) {
		a.w[2] = htonl(0xffff);
		most = 32;
	} else if (inet_pton(AF_INET6, addr, a.w) != 1) {
		return false;
	}
	len = most;
	if (text[n] && !cmd_number(text + n + 1, 0, most, &len))
		return false;
	p->addr = a;
	p->len = (uint8_t)(most == 32 ? len + MAPPED : len);
	clear_host(p);
	return true;
}

void prefix_fmt(char buf[PREFIX_STRLEN], const struct prefix *p)
{
	const struct rstg_addr addr = p->addr;
	bool v4 = rstg_addr_is_v4(&addr) && p->len >= MAPPED;
	unsigned int len = v4 ? p->len - MAPPED : p->len;
	char text[INET6_ADDRSTRLEN];

	fmt_addr(text, &addr);
	if (len == (v4 ? 32 : 128))
		snprintf(buf, PREFIX_STRLEN, "%s", text);
	else
		snprintf(buf, PREFIX_STRLEN, "%s/%u", text, len);
}
