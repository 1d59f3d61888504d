/* SPDX-License-Identifier: GPL-2.0-only */
/* What belongs to one network namespace. */
#ifndef _RSTG_NET_H
#define _RSTG_NET_H

#include <linux/mutex.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <uapi/linux/rstguard.h>

#include "event.h"
#include "stats.h"

/**
 * struct rstg_cfg - settings; never changed in place, replaced as a whole
 * @mode:      enum rstguard_mode
 * @max_flows: flows that the namespace may have
 * @rcu:       frees it once no packet reads it any more
 */
struct rstg_cfg {
	u32 mode;
	u32 max_flows;
	struct rcu_head rcu;
};

/**
 * struct rstg_net - per-namespace state
 * @net:    the namespace; it outlives this
 * @cfg:    settings; readers hold the RCU read lock, writers @lock
 * @lock:   serialises changes of @cfg and the registration of hooks with them
 * @stats:  counters
 * @flows:  flows of this namespace in the table
 * @events: on their way to netlink
 */
struct rstg_net {
	struct net *net;
	struct rstg_cfg __rcu *cfg;
	struct mutex lock; /* protects @cfg against other writers */
	struct rstg_stats __percpu *stats;
	atomic_t flows;
	struct rstg_events events;
};

extern unsigned int rstg_net_id;

static inline struct rstg_net *rstg_net(const struct net *net)
{
	return net_generic(net, rstg_net_id);
}

static inline void rstg_count(const struct rstg_net *rnet, enum rstg_stat s)
{
	this_cpu_inc(rnet->stats->c[s]);
}

struct netlink_ext_ack;

int rstg_net_configure(struct rstg_net *rnet, const u32 *mode,
		       const u32 *max_flows, struct netlink_ext_ack *extack);

/**
 * rstg_net_init() - take up all namespaces that are and will be
 * @first_mode: enum rstguard_mode of the first one; the others start disabled
 */
int rstg_net_init(u32 first_mode);
void rstg_net_exit(void);

/* hook.c APIs: */
int rstg_hooks_register(struct net *net);
void rstg_hooks_unregister(struct net *net);

#endif /* _RSTG_NET_H */
