// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks that do nothing, where rstguard's are: what netfilter itself takes for being
 * called, and defragmentation for being asked. No code of ours can cost less.
 */
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <net/net_namespace.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

static bool defrag;
module_param(defrag, bool, 0444);
MODULE_PARM_DESC(defrag, "also defragment, as rstguard and conntrack do");

static unsigned int pass(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

#define HOOK(family, where, prio) {			\
	.hook = pass,					\
	.pf = NFPROTO_##family,				\
	.hooknum = NF_INET_##where,			\
	.priority = prio,				\
}

static const struct nf_hook_ops hooks[] = {
	HOOK(IPV4, PRE_ROUTING, NF_IP_PRI_RAW + 10),
	HOOK(IPV4, POST_ROUTING, NF_IP_PRI_CONNTRACK_CONFIRM - 1),
	HOOK(IPV6, PRE_ROUTING, NF_IP_PRI_RAW + 10),
	HOOK(IPV6, POST_ROUTING, NF_IP_PRI_CONNTRACK_CONFIRM - 1),
};

static int __init empty_init(void)
{
	int err;

	if (defrag) {
		err = nf_defrag_ipv4_enable(&init_net);
		if (err)
			return err;
		err = nf_defrag_ipv6_enable(&init_net);
		if (err)
			goto err_defrag4;
	}
	err = nf_register_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	if (err)
		goto err_defrag6;
	return 0;

err_defrag6:
	if (defrag)
		nf_defrag_ipv6_disable(&init_net);
err_defrag4:
	if (defrag)
		nf_defrag_ipv4_disable(&init_net);
	return err;
}

static void __exit empty_exit(void)
{
	nf_unregister_net_hooks(&init_net, hooks, ARRAY_SIZE(hooks));
	if (defrag) {
		nf_defrag_ipv6_disable(&init_net);
		nf_defrag_ipv4_disable(&init_net);
	}
}

module_init(empty_init);
module_exit(empty_exit);

MODULE_DESCRIPTION("Netfilter hooks that do nothing, to be measured");
MODULE_LICENSE("GPL");
