// SPDX-License-Identifier: GPL-2.0-only
/*
 * A policy is a name for some rules, as "mail" is for ports and for what mail programs
 * say on any port. Only resets and the first FIN of a connection are compared with them.
 */
#include <linux/netlink.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "net.h"
#include "policy.h"

static_assert((int)RSTG_HOLD_SUSPICIOUS == (int)RSTGUARD_HOLD_SUSPICIOUS);
static_assert((int)RSTG_HOLD_ALL == (int)RSTGUARD_HOLD_ALL);
static_assert((int)RSTG_HOLD_NONE == (int)RSTGUARD_HOLD_NONE);
static_assert((int)RSTG_WAIT_QUICK == (int)RSTGUARD_WAIT_QUICK);
static_assert((int)RSTG_WAIT_PATIENT == (int)RSTGUARD_WAIT_PATIENT);

/**
 * rstg_policies_match() - the rule that decides about a packet
 * @p:         rules, or NULL
 * @pkt:       packet
 * @said:      what its flow has said before it
 * @otherwise: what holds where none fits: its @hold and @wait
 *
 * Return: one of @p, valid within the RCU read side; NULL: @otherwise.
 */
const struct rstg_rule *rstg_policies_match(const struct rstg_policies *p,
					    const struct rstg_pkt *pkt, struct rstg_said said,
					    const struct rstg_rule *otherwise)
{
	return p ? rstg_rules_match(p->rule, p->n, pkt, said, otherwise) : NULL;
}

/**
 * rstg_policy_find() - where a policy begins
 * @p:    rules, or NULL
 * @name: of the policy
 *
 * Return: a number as large as @p's @n when it is not there.
 */
unsigned int rstg_policy_find(const struct rstg_policies *p, const char *name)
{
	unsigned int i = 0;

	while (p && i < p->n && strcmp(p->rule[i].name, name))
		i++;
	return i;
}

static struct rstg_policies *policies_new(unsigned int n)
{
	struct rstg_policies *p = kmalloc(struct_size(p, rule, n), GFP_KERNEL);

	if (p)
		p->n = n;
	return p;
}

/* Takes @new; NULL is without any rule. */
static void replace(struct rstg_net *rnet, struct rstg_policies *new)
{
	struct rstg_policies *old;

	old = rcu_replace_pointer(rnet->policies, new, lockdep_is_held(&rnet->lock));
	if (old)
		kfree_rcu(old, rcu);
}

/*
 * Put @n rules in the place of the @gone ones at @at.
 *
 * Context: @rnet->lock is held.
 */
static int splice(struct rstg_net *rnet, unsigned int at, unsigned int gone,
		  const struct rstg_rule *rule, unsigned int n, struct netlink_ext_ack *extack)
{
	const struct rstg_policies *old;
	struct rstg_policies *new = NULL;
	unsigned int had, rest;

	old = rcu_dereference_protected(rnet->policies, lockdep_is_held(&rnet->lock));
	had = old ? old->n : 0;
	rest = had - gone - at;
	if (had - gone + n > RSTG_RULES_MAX) {
		NL_SET_ERR_MSG(extack, "all policies together may have 32 rules");
		return -ENOSPC;
	}
	if (had - gone + n) {
		new = policies_new(had - gone + n);
		if (!new)
			return -ENOMEM;
		if (n)
			memcpy(&new->rule[at], rule, n * sizeof(*rule));
		if (old) {
			memcpy(new->rule, old->rule, at * sizeof(*rule));
			memcpy(&new->rule[at + n], &old->rule[at + gone], rest * sizeof(*rule));
		}
	}
	replace(rnet, new);
	return 0;
}

/* How many rules of the policy are there from @at on? */
static unsigned int rules_at(const struct rstg_policies *p, unsigned int at, const char *name)
{
	unsigned int n = 0;

	while (p && at + n < p->n && !strcmp(p->rule[at + n].name, name))
		n++;
	return n;
}

/**
 * rstg_policy_set() - a new policy, or another content for one that is there
 * @rnet:   namespace
 * @rule:   its rules, all with the policy's name
 * @n:      how many, at least 1
 * @extack: where the reason of a refusal goes
 *
 * Context: process; may sleep.
 * Return: 0 or -errno, and then nothing has changed.
 */
int rstg_policy_set(struct rstg_net *rnet, const struct rstg_rule *rule, unsigned int n,
		    struct netlink_ext_ack *extack)
{
	const struct rstg_policies *p;
	unsigned int at;
	int err;

	mutex_lock(&rnet->lock);
	p = rcu_dereference_protected(rnet->policies, lockdep_is_held(&rnet->lock));
	at = rstg_policy_find(p, rule->name);
	err = splice(rnet, at, rules_at(p, at, rule->name), rule, n, extack);
	mutex_unlock(&rnet->lock);
	return err;
}

/**
 * rstg_policy_del() - forget a policy
 * @rnet:   namespace
 * @name:   which; NULL: all
 * @extack: where the reason of a refusal goes
 *
 * Context: process; may sleep.
 * Return: 0 or -errno, and then nothing has changed.
 */
int rstg_policy_del(struct rstg_net *rnet, const char *name, struct netlink_ext_ack *extack)
{
	const struct rstg_policies *p;
	unsigned int at, n;
	int err = 0;

	mutex_lock(&rnet->lock);
	p = rcu_dereference_protected(rnet->policies, lockdep_is_held(&rnet->lock));
	if (!name) {
		replace(rnet, NULL);
		goto unlock;
	}
	at = rstg_policy_find(p, name);
	n = rules_at(p, at, name);
	if (n) {
		err = splice(rnet, at, n, NULL, 0, extack);
	} else {
		NL_SET_ERR_MSG(extack, "no policy of that name");
		err = -ENOENT;
	}
unlock:
	mutex_unlock(&rnet->lock);
	return err;
}
