/* SPDX-License-Identifier: GPL-2.0-only */
/* Which connections a rule of a policy is about, and which rule decides. */
#ifndef _RSTG_RULE_H
#define _RSTG_RULE_H

#include "env.h"
#include "pkt.h"
#include "stages.h"

/* As netlink checks a name, with its NUL. */
#define RSTG_POLICY_NAME	16
#define RSTG_RULE_PORTS		16

/* Which resets are held, and how long; the numbers are those of enum rstguard_hold and _wait. */
enum rstg_hold_what {
	RSTG_HOLD_SUSPICIOUS,
	RSTG_HOLD_ALL,
	RSTG_HOLD_NONE,
};

enum rstg_hold_wait {
	RSTG_WAIT_QUICK,
	RSTG_WAIT_PATIENT,
};

/**
 * struct rstg_rule - which resets are meant, and what becomes of them
 * @name:     of its policy
 * @stages:   bits of enum rstg_stage: one was said last, or the flow has spoken a protocol
 *            that one of them is of; 0: any
 * @ports:    of which one end of the connection uses one
 * @n_ports:  entries of @ports; 0: any
 * @hold:     enum rstg_hold_what: which of them are held
 * @wait:     enum rstg_hold_wait: how long
 * @closings: also tell how such connections are closed
 */
struct rstg_rule {
	char name[RSTG_POLICY_NAME];
	u64 stages;
	u16 ports[RSTG_RULE_PORTS];
	u8 n_ports;
	u8 hold;
	u8 wait;
	bool closings;
};

/**
 * struct rstg_said - what a flow has shown of what it is for
 * @stage:    enum rstg_stage, what was said last
 * @services: bits of enum rstg_service, each protocol that it has spoken
 */
struct rstg_said {
	u8 stage;
	u8 services;
};

const struct rstg_rule *rstg_rules_match(const struct rstg_rule *rules, unsigned int n,
					 const struct rstg_pkt *pkt, struct rstg_said said,
					 const struct rstg_rule *otherwise);

#endif /* _RSTG_RULE_H */
