// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first rule that fits decides. The beginning of a connection may be forged, in segments
 * that their receiver does not take; so where it shows several protocols, none of them may
 * lead to a rule that is less strict than that of another.
 */
#include "env.h"
#include "rule.h"

static bool has_port(const struct rstg_rule *r, u16 port)
{
	unsigned int i;

	for (i = 0; i < r->n_ports; i++)
		if (r->ports[i] == port)
			return true;
	return false;
}

static const struct rstg_rule *first_fit(const struct rstg_rule *rules, unsigned int n,
					 const struct rstg_pkt *pkt, u64 stages)
{
	const struct rstg_rule *r = rules;

	for (; n; n--, r++)
		if ((!r->stages || r->stages & stages) &&
		    (!r->n_ports || has_port(r, pkt->sport) || has_port(r, pkt->dport)))
			return r;
	return NULL;
}

/* What an injector likes least: the larger the harder. */
static unsigned int strictness(const struct rstg_rule *r)
{
	static const u8 hold[] = {
		[RSTG_HOLD_NONE] = 0,
		[RSTG_HOLD_SUSPICIOUS] = 1,
		[RSTG_HOLD_ALL] = 2,
	};

	return 2 * hold[r->hold] + (r->hold != RSTG_HOLD_NONE && r->wait == RSTG_WAIT_PATIENT);
}

/* Of two alike the first, and rather one than none: it has a name to be told. */
static bool better(const struct rstg_rule *r, const struct rstg_rule *best,
		   const struct rstg_rule *otherwise)
{
	unsigned int a = strictness(r ?: otherwise), b = strictness(best ?: otherwise);

	if (a != b)
		return a > b;
	return r && (!best || r < best);
}

/**
 * rstg_rules_match() - the rule that decides about a packet
 * @rules:     in their order
 * @n:         how many
 * @pkt:       packet; its ports count
 * @said:      what its flow has said
 * @otherwise: what holds where none fits: its @hold and @wait
 *
 * A flow that has shown several protocols gets the strictest of the answers for each: mail
 * stays mail for somebody who has forged an HTTP answer ahead of its greeting.
 *
 * Return: one of @rules; NULL: @otherwise.
 */
const struct rstg_rule *rstg_rules_match(const struct rstg_rule *rules, unsigned int n,
					 const struct rstg_pkt *pkt, struct rstg_said said,
					 const struct rstg_rule *otherwise)
{
	const struct rstg_rule *best = NULL, *r;
	unsigned int left = said.services;
	bool any = false;
	u8 one;

	do {
		one = left & -left;
		left -= one;
		r = first_fit(rules, n, pkt, BIT_ULL(said.stage) | rstg_service_stages(one));
		if (!any || better(r, best, otherwise))
			best = r;
		any = true;
	} while (left);
	return best;
}
