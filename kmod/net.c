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

/* A namespace that anyone may create must not fill the table of the host. */
#define GUEST_SHARE	4

static u32 default_max_flows(const struct net *net)
{
	u32 max = rstg_table_max_flows();

	return net_eq(net, &init_net) ? max : max_t(u32, max / GUEST_SHARE, 1);
}

static bool hooked(const struct rstg_cfg *cfg)
{
	return cfg->mode != RSTGUARD_MODE_DISABLED;
}

/**
 * rstg_net_configure() - change settings, all or none
 * @rnet:      namespace
 * @mode:      new mode or NULL
 * @max_flows: new limit or NULL
 * @extack:    where the reason of a refusal goes
 *
 * Context: process; may sleep.
 * Return: 0 or -errno, and then nothing has changed.
 */
int rstg_net_configure(struct rstg_net *rnet, const u32 *mode,
		       const u32 *max_flows, struct netlink_ext_ack *extack)
{
	struct rstg_cfg *old, *new;
	int err = 0;

	if (mode && *mode == RSTGUARD_MODE_HOLD) {
		NL_SET_ERR_MSG(extack, "mode hold is not in this version: use monitor or drop");
		return -EOPNOTSUPP;
	}
	if (max_flows && *max_flows > rstg_table_max_flows()) {
		NL_SET_ERR_MSG(extack, "more flows than the table of all namespaces holds: raise the module parameter max_flows");
		return -ERANGE;
	}

	new = kmalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;

	mutex_lock(&rnet->lock);
	old = rcu_dereference_protected(rnet->cfg, lockdep_is_held(&rnet->lock));
	new->mode = mode ? *mode : old->mode;
	new->max_flows = max_flows ? *max_flows : old->max_flows;

	if (hooked(new) && !hooked(old)) {
		err = rstg_hooks_register(rnet->net);
		if (err) {
			NL_SET_ERR_MSG(extack, "the netfilter hooks could not be registered");
			kfree(new);
			goto unlock;
		}
	}
	rcu_assign_pointer(rnet->cfg, new);
	if (!hooked(new) && hooked(old)) {
		/* Waits for the packets inside: what they learned goes next. */
		rstg_hooks_unregister(rnet->net);
		synchronize_rcu();
		rstg_table_flush(rnet);
	}
	kfree_rcu(old, rcu);
unlock:
	mutex_unlock(&rnet->lock);
	return err;
}

static int __net_init net_init(struct net *net)
{
	struct rstg_net *rnet = rstg_net(net);
	struct rstg_cfg *cfg;
	u32 mode;
	int err;

	rnet->net = net;
	mutex_init(&rnet->lock);
	atomic_set(&rnet->flows, 0);

	cfg = kzalloc(sizeof(*cfg), GFP_KERNEL);
	if (!cfg)
		return -ENOMEM;
	cfg->mode = RSTGUARD_MODE_DISABLED;
	cfg->max_flows = default_max_flows(net);
	RCU_INIT_POINTER(rnet->cfg, cfg);

	err = -ENOMEM;
	rnet->stats = alloc_percpu(struct rstg_stats);
	if (!rnet->stats)
		goto err_cfg;

	err = rstg_events_init(&rnet->events, rnet);
	if (err)
		goto err_stats;

	mode = net_eq(net, &init_net) ? init_net_mode : RSTGUARD_MODE_DISABLED;
	if (mode != RSTGUARD_MODE_DISABLED) {
		err = rstg_net_configure(rnet, &mode, NULL, NULL);
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

	mutex_lock(&rnet->lock);
	if (hooked(rcu_dereference_protected(rnet->cfg, lockdep_is_held(&rnet->lock))))
		rstg_hooks_unregister(net);
	mutex_unlock(&rnet->lock);
}

static void __net_exit net_exit(struct net *net)
{
	struct rstg_net *rnet = rstg_net(net);

	rstg_table_flush(rnet);
	rstg_events_exit(&rnet->events);
	free_percpu(rnet->stats);
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
