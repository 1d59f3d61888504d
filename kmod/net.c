// SPDX-License-Identifier: GPL-2.0-only
/*
 * One namespace: its settings, and when its hooks are there.
 *
 * Teardown follows pernet_operations: hooks go in .pre_exit, the core waits for
 * an RCU grace period, and .exit frees with no packet left inside.
 */
#include <linux/netlink.h>
#include <linux/slab.h>

#include "net.h"
#include "table.h"

unsigned int rstg_net_id __read_mostly;
static u32 init_net_mode __ro_after_init;

/*
 * The wait comes from the round trips that were measured; what a phone's radio needs to
 * wake up is in them, or is what patience is for. A floor has to cover no more than this
 * machine's own scheduling: a timer that is late, a softirq that has to wait its turn.
 */
#define HOLD_MIN_MS	20
/* What a dying connection can wait without anybody noticing. */
#define HOLD_MAX_MS	3000

static bool holds(const struct rstg_cfg *cfg)
{
	return cfg->mode == RSTGUARD_MODE_HOLD || cfg->mode == RSTGUARD_MODE_DROP;
}

static bool hooked(const struct rstg_cfg *cfg)
{
	return cfg->mode != RSTGUARD_MODE_DISABLED;
}

static int check(const struct rstg_cfg *cfg, struct netlink_ext_ack *extack)
{
	if (cfg->max_flows > rstg_table_max_flows()) {
		NL_SET_ERR_MSG(extack,
			       "more than max_flows and guest_flows of the module allow in all");
		return -ERANGE;
	}
	if (cfg->hold_min_ms > cfg->hold_max_ms) {
		NL_SET_ERR_MSG(extack, "hold-min-ms is above hold-max-ms");
		return -ERANGE;
	}
	if (cfg->hold_scope == RSTGUARD_HOLD_SCOPE_PORTS && !cfg->n_ports) {
		NL_SET_ERR_MSG(extack, "hold-scope ports needs hold-ports");
		return -EINVAL;
	}
	return 0;
}

static void apply(struct rstg_cfg *cfg, const struct rstg_change *change)
{
	const struct rstg_cfg *new = &change->cfg;

	if (change->what & RSTG_CHANGE_MODE)
		cfg->mode = new->mode;
	if (change->what & RSTG_CHANGE_MAX_FLOWS)
		cfg->max_flows = new->max_flows;
	if (change->what & RSTG_CHANGE_HOLD_MIN)
		cfg->hold_min_ms = new->hold_min_ms;
	if (change->what & RSTG_CHANGE_HOLD_MAX)
		cfg->hold_max_ms = new->hold_max_ms;
	if (change->what & RSTG_CHANGE_HOLD_SCOPE)
		cfg->hold_scope = new->hold_scope;
	if (change->what & RSTG_CHANGE_HOLD_WAIT)
		cfg->hold_wait = new->hold_wait;
	if (change->what & RSTG_CHANGE_HOLD_PORTS) {
		cfg->n_ports = new->n_ports;
		memcpy(cfg->ports, new->ports, sizeof(cfg->ports));
	}
	if (change->what & RSTG_CHANGE_EXEMPT) {
		cfg->n_exempt = new->n_exempt;
		memcpy(cfg->exempt, new->exempt, sizeof(cfg->exempt));
	}
}

/* Its own root may take less than its share of the table, more is not his to take. */
static int check_share(const struct rstg_net *rnet, const struct rstg_cfg *old,
		       const struct rstg_cfg *new, struct netlink_ext_ack *extack)
{
	if (new->max_flows <= max(old->max_flows, rstg_table_share(rnet->net)))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "above the default it needs CAP_NET_ADMIN in the initial user namespace");
	return -EPERM;
}

/**
 * rstg_net_configure() - change settings, all or none
 * @rnet:    namespace
 * @change:  what to change
 * @trusted: who asks has CAP_NET_ADMIN in the initial user namespace as well
 * @extack:  where the reason of a refusal goes
 *
 * Context: process; may sleep.
 * Return: 0 or -errno, and then nothing has changed.
 */
int rstg_net_configure(struct rstg_net *rnet, const struct rstg_change *change,
		       bool trusted, struct netlink_ext_ack *extack)
{
	struct rstg_cfg *old, *new;
	int err;

	new = kmalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;

	mutex_lock(&rnet->lock);
	old = rcu_dereference_protected(rnet->cfg, lockdep_is_held(&rnet->lock));
	*new = *old;
	apply(new, change);
	err = check(new, extack);
	if (!err && !trusted)
		err = check_share(rnet, old, new, extack);
	if (err)
		goto err_unlock;

	if (holds(new) && !holds(old)) {
		err = rstg_hold_start(&rnet->hold);
		if (err) {
			NL_SET_ERR_MSG(extack, "there is no memory to hold anything");
			goto err_unlock;
		}
	}
	if (hooked(new) && !hooked(old)) {
		err = rstg_hooks_register(rnet);
		if (err) {
			NL_SET_ERR_MSG(extack, "the netfilter hooks could not be registered");
			goto err_hold;
		}
	}
	rcu_assign_pointer(rnet->cfg, new);
	/* While the hooks are there: they know where a packet goes on. */
	if (!holds(new) && holds(old))
		rstg_hold_stop(&rnet->hold);
	if (!hooked(new) && hooked(old)) {
		/* Waits for the packets inside: what they learned goes next. */
		rstg_hooks_unregister(rnet);
		synchronize_rcu();
		rstg_table_flush(rnet);
	}
	mutex_unlock(&rnet->lock);
	kfree_rcu(old, rcu);
	return 0;

err_hold:
	if (holds(new) && !holds(old))
		rstg_hold_stop(&rnet->hold);
err_unlock:
	mutex_unlock(&rnet->lock);
	kfree(new);
	return err;
}

static int __net_init net_init(struct net *net)
{
	struct rstg_net *rnet = rstg_net(net);
	struct rstg_change change = { .what = RSTG_CHANGE_MODE };
	struct rstg_cfg *cfg;
	int err;

	rnet->net = net;
	mutex_init(&rnet->lock);
	atomic_set(&rnet->flows, 0);

	cfg = kzalloc(sizeof(*cfg), GFP_KERNEL);
	if (!cfg)
		return -ENOMEM;
	cfg->mode = RSTGUARD_MODE_DISABLED;
	cfg->max_flows = rstg_table_share(net);
	cfg->hold_min_ms = HOLD_MIN_MS;
	cfg->hold_max_ms = HOLD_MAX_MS;
	cfg->hold_scope = RSTGUARD_HOLD_SCOPE_ALL;
	cfg->hold_wait = RSTGUARD_WAIT_QUICK;
	RCU_INIT_POINTER(rnet->cfg, cfg);

	err = -ENOMEM;
	rnet->stats = alloc_percpu(struct rstg_stats);
	if (!rnet->stats)
		goto err_cfg;

	err = rstg_events_init(&rnet->events, rnet);
	if (err)
		goto err_stats;
	rstg_hold_init(&rnet->hold, rnet);
	rstg_offers_init(&rnet->offers);

	if (net_eq(net, &init_net)) {
		change.cfg.mode = init_net_mode;
		err = rstg_net_configure(rnet, &change, true, NULL);
		if (err)
			goto err_events;
	}
	return 0;

err_events:
	rstg_events_exit(&rnet->events);
err_stats:
	free_percpu(rnet->stats);
err_cfg:
	kfree(rcu_dereference_protected(rnet->cfg, true));
	return err;
}

static void __net_exit net_pre_exit(struct net *net)
{
	struct rstg_net *rnet = rstg_net(net);
	const struct rstg_cfg *cfg;

	mutex_lock(&rnet->lock);
	cfg = rcu_dereference_protected(rnet->cfg, lockdep_is_held(&rnet->lock));
	if (holds(cfg))
		rstg_hold_stop(&rnet->hold);
	if (hooked(cfg))
		rstg_hooks_unregister(rnet);
	mutex_unlock(&rnet->lock);
}

static void __net_exit net_exit(struct net *net)
{
	struct rstg_net *rnet = rstg_net(net);

	rstg_hold_free(&rnet->hold);
	rstg_table_flush(rnet);
	rstg_offers_exit(&rnet->offers);
	rstg_events_exit(&rnet->events);
	free_percpu(rnet->stats);
	kfree(rcu_dereference_protected(rnet->policies, true));
	kfree(rcu_dereference_protected(rnet->cfg, true));
}

static struct pernet_operations net_ops = {
	.init = net_init,
	.pre_exit = net_pre_exit,
	.exit = net_exit,
	.id = &rstg_net_id,
	.size = sizeof(struct rstg_net),
};

int __init rstg_net_init(u32 first_mode)
{
	init_net_mode = first_mode;
	return register_pernet_subsys(&net_ops);
}

void rstg_net_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
