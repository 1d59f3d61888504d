/* SPDX-License-Identifier: GPL-2.0-only */
/* Sessions counted: by how they ended, by class, and by the networks of the clients. */
#ifndef _MAIL_COUNT_H
#define _MAIL_COUNT_H

#include "mail_class.h"
#include "mail_report.h"

/**
 * struct mail_network - clients of one network
 * @addr:     its first address; IPv4 /24, IPv6 /48: what a provider gives to one place
 * @sessions: of all its clients
 * @cut:      of these did not end well
 * @forged:   of these met a reset proven forged
 * @suspect:  of these met one in doubt
 */
struct mail_network {
	struct rstg_addr addr;
	uint32_t sessions;
	uint32_t cut;
	uint32_t forged;
	uint32_t suspect;
};

/**
 * struct mail_count - all counts
 * @sessions: all
 * @clients:  addresses
 * @ended:    by enum mail_ending
 * @classes:  by class: of those that were cut, and of the others
 * @went_on:  lived through forged resets
 * @untimed:  the log tells no time
 * @guessed:  several connections fitted as well
 * @networks: those with most of what is wrong first
 * @nr_networks: how many
 */
struct mail_count {
	unsigned int sessions;
	unsigned int clients;
	unsigned int ended[MAIL_ENDED_OPEN + 1];
	unsigned int classes[MAIL_CLASS_MAX][2];
	unsigned int went_on;
	unsigned int untimed;
	unsigned int guessed;
	struct mail_network *networks;
	unsigned int nr_networks;
};

#define MAIL_NETWORK_TEXT	64

bool mail_count(struct mail_count *n, const struct mail_report *r);
void mail_count_free(struct mail_count *n);
void mail_network_text(char out[MAIL_NETWORK_TEXT], const struct rstg_addr *addr);
bool mail_network_bad(const struct mail_network *net);

#endif /* _MAIL_COUNT_H */
