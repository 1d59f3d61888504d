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

/**
 * struct change - of the rules that are there
 * @gone_at: where rules go away
 * @gone:    how many
 * @at:      where others come, counted without those
 * @rule:    these
 * @n:       how many
 */
struct change {
	unsigned int gone_at;
	unsigned int gone;
	unsigned int at;
	const struct rstg_rule *rule;
	unsigned int n;
};

static int too_many(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "all policies together may have 32 rules");
	return -ENOSPC;
}

/* Context: @rnet->lock is held. */
static int apply(struct rstg_net *rnet, const struct change *c, struct netlink_ext_ack *extack)
{
	const struct rstg_policies *old;
	struct rstg_policies *new = NULL;
	unsigned int had, kept;

	old = rcu_dereference_protected(rnet->policies, lockdep_is_held(&rnet->lock));
	had = old ? old->n : 0;
	kept = had - c->gone;
	if (kept + c->n > RSTG_RULES_MAX)
		return too_many(extack);
	if (kept + c->n) {
		new = policies_new(kept + c->n);
		if (!new)
			return -ENOMEM;
	}
	if (kept) {
		memcpy(new->rule, old->rule, c->gone_at * sizeof(*c->rule));
		memcpy(&new->rule[c->gone_at], &old->rule[c->gone_at + c->gone],
		       (kept - c->gone_at) * sizeof(*c->rule));
	}
	if (c->n) {
		memmove(&new->rule[c->at + c->n], &new->rule[c->at],
			(kept - c->at) * sizeof(*c->rule));
		memcpy(&new->rule[c->at], c->rule, c->n * sizeof(*c->rule));
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

/* Where a policy is to come among those that are there, itself included. */
static int place_of(const struct rstg_policies *p, const struct rstg_rule *rule,
		    const char *before, unsigned int *at, struct netlink_ext_ack *extack)
{
	*at = 0;
	if (!before[0])
		return 0;
	if (!strcmp(before, rule->name)) {
		NL_SET_ERR_MSG(extack, "a policy cannot be before itself");
		return -EINVAL;
	}
	*at = rstg_policy_find(p, before);
	if (p && *at < p->n)
		return 0;
	NL_SET_ERR_MSG(extack, "no policy of that name to be before");
	return -ENOENT;
}

/**
 * rstg_policy_set() - a new policy, or another content for one that is there
 * @rnet:   namespace
 * @rule:   its rules, all with the policy's name
 * @n:      how many, at least 1
 * @before: the policy that it shall come before; "": all; NULL: where it is, or at the end
 * @extack: where the reason of a refusal goes
 *
 * Context: process; may sleep.
 * Return: 0 or -errno, and then nothing has changed.
 */
int rstg_policy_set(struct rstg_net *rnet, const struct rstg_rule *rule, unsigned int n,
		    const char *before, struct netlink_ext_ack *extack)
{
	struct change c = { .rule = rule, .n = n };
	const struct rstg_policies *p;
	int err = 0;

	mutex_lock(&rnet->lock);
	p = rcu_dereference_protected(rnet->policies, lockdep_is_held(&rnet->lock));
	c.gone_at = rstg_policy_find(p, rule->name);
	c.gone = rules_at(p, c.gone_at, rule->name);
	c.at = c.gone_at;
	if (before) {
		err = place_of(p, rule, before, &c.at, extack);
		if (c.at > c.gone_at)
			c.at -= c.gone;
	}
	if (!err)
		err = apply(rnet, &c, extack);
	mutex_unlock(&rnet->lock);
	return err;
}

/**
 * rstg_policy_replace() - other policies than those that are there, all at once
 * @rnet:   namespace
 * @rule:   their rules, those of one policy together
 * @n:      how many, or 0
 *
 * Context: process; may sleep.
 * Return: 0 or -errno, and then nothing has changed.
 */
int rstg_policy_replace(struct rstg_net *rnet, const struct rstg_rule *rule, unsigned int n)
{
	struct rstg_policies *new = NULL;

	if (n) {
		new = policies_new(n);
		if (!new)
			return -ENOMEM;
		memcpy(new->rule, rule, n * sizeof(*rule));
	}
	mutex_lock(&rnet->lock);
	replace(rnet, new);
	mutex_unlock(&rnet->lock);
	return 0;
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
	struct change c = {};
	int err = 0;

	mutex_lock(&rnet->lock);
	p = rcu_dereference_protected(rnet->policies, lockdep_is_held(&rnet->lock));
	if (!name) {
		replace(rnet, NULL);
		goto unlock;
	}
	c.gone_at = rstg_policy_find(p, name);
	c.gone = rules_at(p, c.gone_at, name);
	if (c.gone) {
		err = apply(rnet, &c, extack);
	} else {
		NL_SET_ERR_MSG(extack, "no policy of that name");
		err = -ENOENT;
	}
unlock:
	mutex_unlock(&rnet->lock);
	return err;
}
