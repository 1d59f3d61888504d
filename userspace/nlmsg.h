/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink messages to structures and back. No I/O, and nothing is believed:
 * each attribute has its length checked before it is read.
 *
 * Parsers return NULL, or the name of what is missing or malformed.
 * Attributes newer than this program are skipped.
 */
#ifndef _NLMSG_H
#define _NLMSG_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>

#include "pkt.h"
#include "prefix.h"

/**
 * struct nlmsg_rule - what one attribute must look like
 * @name: as in Documentation/netlink/specs/rstguard.yaml
 * @type: enum mnl_attr_data_type
 * @max:  of a binary or string attribute: most octets of payload; 0: any
 * @must: the message is useless without it
 */
struct nlmsg_rule {
	const char *name;
	uint8_t type;
	uint16_t max;
	bool must;
};

/* Is a whole message there? mnl_nlmsg_ok() takes a length of 2 GiB or more for negative. */
static inline bool nlmsg_ok(const struct nlmsghdr *nlh, int len)
{
	return len >= (int)sizeof(*nlh) && nlh->nlmsg_len >= sizeof(*nlh) &&
	       nlh->nlmsg_len <= (uint32_t)len;
}

const char *nlmsg_attrs(const struct nlmsghdr *nlh, const struct nlmsg_rule *rules,
			uint16_t n_rules, const struct nlattr **tb);
const char *nlmsg_nest(const struct nlattr *nest, const struct nlmsg_rule *rules,
		       uint16_t n_rules, const struct nlattr **tb);

/* Values of optional attributes: 0 when absent. */
uint8_t nlmsg_u8(const struct nlattr *attr);
uint16_t nlmsg_u16(const struct nlattr *attr);
uint32_t nlmsg_u32(const struct nlattr *attr);
uint64_t nlmsg_u64(const struct nlattr *attr);
unsigned int nlmsg_bytes(const struct nlattr *attr, uint8_t *val);
bool nlmsg_addr(const struct nlattr *attr, struct rstg_addr *addr);

/* Begins a request; @buf has room for the request and its attributes. */
struct nlmsghdr *nlmsg_request(void *buf, uint16_t family, uint8_t cmd, uint16_t flags,
			       uint32_t seq);
/* Command of a generic netlink message; -1: too short for one. */
int nlmsg_cmd(const struct nlmsghdr *nlh);

/**
 * struct nlmsg_error - how a request ended
 * @code:    0 or a negative errno
 * @text:    the kernel's words, or NULL; points into the message
 * @offset:  of the attribute in the request that it is about; 0: none
 */
struct nlmsg_error {
	int code;
	const char *text;
	uint32_t offset;
};

/* Of a NLMSG_ERROR or NLMSG_DONE. */
const char *nlmsg_parse_error(const struct nlmsghdr *nlh, struct nlmsg_error *e);
/* Name of the attribute at @offset of a config request, or NULL. */
const char *nlmsg_config_attr_at(const struct nlmsghdr *request, uint32_t offset);

/**
 * struct nlmsg_family - what the generic netlink controller says of a family
 * @name: its name, points into the message
 * @id:   message type
 * @cmds: one bit for each command below 64 that it has
 * @events_group: of its events; 0: it has none
 */
struct nlmsg_family {
	const char *name;
	uint16_t id;
	uint64_t cmds;
	uint32_t events_group;
};

const char *nlmsg_parse_family(const struct nlmsghdr *nlh, struct nlmsg_family *f);

/* As many as hold-ports and exempt take. */
#define NLMSG_PORTS	32
#define NLMSG_EXEMPT	16

struct nlmsg_config {
	uint32_t mode;
	uint32_t max_flows;
	uint32_t hashsize;
	uint32_t max_flows_global;
	uint32_t flows;
	uint32_t hold_min_ms;
	uint32_t hold_max_ms;
	uint32_t hold_scope;
	uint32_t hold_wait;
	unsigned int n_ports;
	uint16_t hold_ports[NLMSG_PORTS];
	unsigned int n_exempt;
	struct prefix exempt[NLMSG_EXEMPT];
	char version[32];
};

const char *nlmsg_parse_config(const struct nlmsghdr *nlh, struct nlmsg_config *c);

typedef void nlmsg_counter_fn(const char *name, uint64_t value, void *arg);
const char *nlmsg_parse_stats(const struct nlmsghdr *nlh, nlmsg_counter_fn *fn, void *arg);

#define NLMSG_TTLS	8

/* What one sender has shown; @present: the kernel said anything at all. */
struct nlmsg_dir {
	uint8_t ttl[NLMSG_TTLS];
	unsigned int n_ttl;
	uint8_t ipid_class;
	uint16_t ipid_last;
	uint32_t rtt_us;
	uint32_t idle_ms;
	uint8_t packets;
	uint16_t flags;
	bool present;
};

struct nlmsg_flow {
	struct rstg_addr saddr;
	struct rstg_addr daddr;
	uint16_t sport;
	uint16_t dport;
	uint32_t state;
	struct nlmsg_dir orig;
	struct nlmsg_dir reply;
};

const char *nlmsg_parse_flow(const struct nlmsghdr *nlh, struct nlmsg_flow *f);

#endif /* _NLMSG_H */
