/* SPDX-License-Identifier: GPL-2.0-only */
/* What belongs to one network namespace. */
#ifndef _RSTG_NET_H
#define _RSTG_NET_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <uapi/linux/rstguard.h>

#include "event.h"
#include "hold.h"
#include "offers.h"
#include "policy.h"
#include "prefix.h"
#include "stats.h"

#define RSTG_HOLD_PORTS	32
#define RSTG_EXEMPT_MAX	16

/**
 * struct rstg_cfg - settings; never changed in place, replaced as a whole
 * @mode:      enum rstguard_mode
 * @max_flows: flows that the namespace may have
 * @hold_min_ms: a reset is held at least this long without proof
 * @hold_max_ms: and at most this long
 * @hold_scope: enum rstguard_hold_scope: which resets are held
 * @hold_wait: enum rstguard_wait: how long, where no policy says it
 * @n_ports:   entries of @ports
 * @ports:     with scope ports, flows with an endpoint on one of these
 * @n_exempt:  entries of @exempt
 * @exempt:    whose resets are neither held nor dropped
 * @rcu:       frees it once no packet reads it any more
 */
struct rstg_cfg {
	u32 mode;
	u32 max_flows;
	u32 hold_min_ms;
	u32 hold_max_ms;
	u32 hold_scope;
	u32 hold_wait;
	u32 n_ports;
	u16 ports[RSTG_HOLD_PORTS];
	u32 n_exempt;
	struct rstg_prefix exempt[RSTG_EXEMPT_MAX];
	struct rcu_head rcu;
};

/* Two of each family. */
#define RSTG_HOOKS	4

/**
 * struct rstg_net - per-namespace state
 * @net:    the namespace; it outlives this
 * @cfg:    settings; readers hold the RCU read lock, writers @lock
 * @policies: which connections are guarded in which way, or NULL; as @cfg
 * @lock:   serialises changes of @cfg and @policies, and the registration of hooks
 * @stats:  counters
 * @flows:  flows of this namespace in the table
 * @events: on their way to netlink
 * @hold:   resets that wait for proof
 * @offers: servers that were seen to offer STARTTLS
 * @hooks:  as registered; they carry this struct to the packets
 */
struct rstg_net {
	struct net *net;
	struct rstg_cfg __rcu *cfg;
	struct rstg_policies __rcu *policies;
	struct mutex lock; /* protects @cfg and @policies against other writers */
	struct rstg_stats __percpu *stats;
	atomic_t flows;
	struct rstg_events events;
	struct rstg_hold hold;
	struct rstg_offers offers;
	struct nf_hook_ops hooks[RSTG_HOOKS];
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

static inline void rstg_count_n(const struct rstg_net *rnet, enum rstg_stat s, u32 n)
{
	this_cpu_add(rnet->stats->c[s], n);
}

struct netlink_ext_ack;

/* What a change changes: struct rstg_change.what */
#define RSTG_CHANGE_MODE	0x01
#define RSTG_CHANGE_MAX_FLOWS	0x02
#define RSTG_CHANGE_HOLD_MIN	0x04
#define RSTG_CHANGE_HOLD_MAX	0x08
#define RSTG_CHANGE_HOLD_SCOPE	0x10
#define RSTG_CHANGE_HOLD_PORTS	0x20
#define RSTG_CHANGE_EXEMPT	0x40
#define RSTG_CHANGE_HOLD_WAIT	0x80

/**
 * struct rstg_change - some settings to change together
 * @what: RSTG_CHANGE_* of the members of @cfg that are set
 * @cfg:  their new values
 */
struct rstg_change {
	u32 what;
	struct rstg_cfg cfg;
};

int rstg_net_configure(struct rstg_net *rnet, const struct rstg_change *change,
		       bool trusted, struct netlink_ext_ack *extack);

/**
 * rstg_net_init() - take up all namespaces that are and will be
 * @first_mode: enum rstguard_mode of the first one; the others start disabled
 */
int rstg_net_init(u32 first_mode);
void rstg_net_exit(void);

/* hook.c APIs: */
int rstg_hooks_register(struct rstg_net *rnet);
void rstg_hooks_unregister(struct rstg_net *rnet);
void rstg_hook_resume(struct sk_buff *skb, struct nf_hook_state *state);

#endif /* _RSTG_NET_H */
