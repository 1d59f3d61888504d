// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "policies.h"

static const char *take(const struct nlmsghdr *nlh, void *arg)
{
	struct policies *all = arg;

	if (all->n == POLICIES_MAX)
		return "policy";
	return policy_parse(nlh, &all->list[all->n++]);
}

static void restart(void *arg)
{
	struct policies *all = arg;

	all->n = 0;
}

int policies_get(struct nl *nl, struct policies *all)
{
	const struct nl_reader reader = { .message = take, .restart = restart, .arg = all };
	int err;

	all->n = 0;
	err = nl_open(nl);
	if (!err)
		err = nl_dump(nl, RSTGUARD_CMD_GET_POLICY, &reader);
	nl_close(nl);
	return err;
}

/* @all->n when it is not there. */
static unsigned int find(const struct policies *all, const char *name)
{
	unsigned int i = 0;

	while (i < all->n && strcmp(all->list[i].name, name))
		i++;
	return i;
}

static unsigned int count_rules(const struct policies *all)
{
	unsigned int i, n = 0;

	for (i = 0; i < all->n; i++)
		n += all->list[i].n;
	return n;
}

static void take_away(struct policies *all, unsigned int at)
{
	all->n--;
	memmove(&all->list[at], &all->list[at + 1], (all->n - at) * sizeof(*all->list));
}

static void put_in(struct policies *all, unsigned int at, const struct policy *p)
{
	memmove(&all->list[at + 1], &all->list[at], (all->n - at) * sizeof(*all->list));
	all->list[at] = *p;
	all->n++;
}

static bool find_place(const struct policies *all, const char *name, const char *before,
		       unsigned int *at)
{
	*at = 0;
	if (!before[0])
		return true;
	*at = find(all, before);
	if (!strcmp(before, name))
		cmd_say("policy: %s cannot be before itself", name);
	else if (*at == all->n)
		cmd_say("policy: no policy of the name %s to be before", before);
	else
		return true;
	return false;
}

bool policies_set(struct policies *all, const struct policy *p, const char *before)
{
	unsigned int had = find(all, p->name), at = had;
	unsigned int gone = had < all->n ? all->list[had].n : 0;

	if (before && !find_place(all, p->name, before, &at))
		return false;
	if (count_rules(all) - gone + p->n > POLICY_RULES) {
		cmd_say("policy: all policies together may have %d rules", POLICY_RULES);
		return false;
	}
	if (gone) {
		take_away(all, had);
		if (at > had)
			at--;
	}
	put_in(all, at, p);
	return true;
}

bool policies_del(struct policies *all, const char *name)
{
	unsigned int at = find(all, name);

	if (at == all->n) {
		cmd_say("policy: no policy of the name %s", name);
		return false;
	}
	take_away(all, at);
	return true;
}

void policies_put(struct nlmsghdr *request, const struct policies *all)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; i < all->n; i++) {
		nest = mnl_attr_nest_start(request, RSTGUARD_A_POLICIES_POLICY);
		policy_put(request, &all->list[i]);
		mnl_attr_nest_end(request, nest);
	}
}
