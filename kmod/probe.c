// SPDX-License-Identifier: GPL-2.0-only
/*
 * A question on its way: core/question.c says what is asked, this where it goes.
 *
 * It goes out in the other side's name, as that side's own keep-alive would, past
 * conntrack, which knows the flow by other numbers, and belongs to a socket of ours, by
 * which our own hook knows it again (rstg_hold_asks()). No mark says so: rules see marks.
 *
 * Its way should be that of the flow's own packets. The ports take part in choosing it, as
 * they do for rules by port and for multipath routes. What the flow's packets have and we
 * do not see is the mark that the administrator's rules give them behind our hook, the
 * device by which they come in where rules ask for that, and the device that a socket is
 * bound to. So where such rules exist, or where the address that we speak for is of the
 * device by which the alleged sender's packets arrive, the question leaves by that device
 * if there is a route. A way that is not the same in both directions, and differs by mark
 * alone, cannot be found.
 */
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/tcp.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>
#include <net/tcp.h>

#include "probe.h"

#define TS_SPACE	12
#define DATA_MAX	1

/* From the TCP header on. */
static struct tcphdr *put_tcp(struct sk_buff *skb, const struct rstg_probe *p)
{
	const struct rstg_question *q = &p->q;
	unsigned int len = sizeof(struct tcphdr) + (q->ts ? TS_SPACE : 0);
	struct tcphdr *th;
	__be32 *opt;

	skb_reset_transport_header(skb);
	th = skb_put_zero(skb, len);
	th->source = htons(p->key.port[!p->d]);
	th->dest = htons(p->key.port[p->d]);
	th->seq = htonl(q->seq);
	th->ack_seq = htonl(q->ack);
	th->doff = len / 4;
	th->ack = 1;
	th->window = htons(q->win);
	if (q->ts) {
		opt = (__be32 *)(th + 1);
		opt[0] = htonl(TCPOPT_NOP << 24 | TCPOPT_NOP << 16 |
			       TCPOPT_TIMESTAMP << 8 | TCPOLEN_TIMESTAMP);
		opt[1] = htonl(q->ts_val);
		opt[2] = htonl(q->ts_ecr);
	}
	skb_put_zero(skb, min_t(unsigned int, q->len, DATA_MAX));
	return th;
}

/* On a link where no neighbour has to be found, a route needs no gateway. */
static bool neighbourless(const struct net_device *dev)
{
	return dev->flags & (IFF_POINTOPOINT | IFF_NOARP);
}

/* Is the way of the flow's packets likely to be that by @in? */
static bool by_device4(struct net *net, const struct net_device *in, __be32 saddr)
{
	return fib4_has_custom_rules(net) ||
	       inet_addr_type_dev_table(net, in, saddr) == RTN_LOCAL;
}

static struct rtable *route4(struct net *net, struct flowi4 *fl4, const struct net_device *in)
{
	const __be32 saddr = fl4->saddr, daddr = fl4->daddr;
	struct rtable *rt, *other;

	rt = ip_route_output_key(net, fl4);
	if (!in || (!IS_ERR(rt) && rt->dst.dev == in) || !by_device4(net, in, saddr))
		return rt;
	fl4->flowi4_oif = in->ifindex;
	fl4->saddr = saddr;
	fl4->daddr = daddr;
	other = ip_route_output_key(net, fl4);
	if (IS_ERR(other))
		return rt;
	/* Without a route that way the kernel takes any address for a neighbour. */
	if (!other->rt_gw_family && !neighbourless(in)) {
		ip_rt_put(other);
		return rt;
	}
	if (!IS_ERR(rt))
		ip_rt_put(rt);
	return other;
}

/* Takes @skb. */
static int send4(struct net *net, struct sk_buff *skb, const struct rstg_probe *p,
		 const struct net_device *in)
{
	__be32 saddr = (__force __be32)p->key.addr[!p->d].w[3];
	__be32 daddr = (__force __be32)p->key.addr[p->d].w[3];
	struct flowi4 fl4 = {
		.saddr = saddr,
		.daddr = daddr,
		.fl4_sport = htons(p->key.port[!p->d]),
		.fl4_dport = htons(p->key.port[p->d]),
		.flowi4_proto = IPPROTO_TCP,
		.flowi4_mark = p->mark,
		.flowi4_oif = p->key.l3mdev,
		/* On a router the side we speak for is no address of ours. */
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
	};
	struct tcphdr *th;
	struct iphdr *iph;
	struct rtable *rt;
	unsigned int len;

	rt = route4(net, &fl4, in);
	if (IS_ERR(rt)) {
		kfree_skb(skb);
		return PTR_ERR(rt);
	}
	skb_dst_set(skb, &rt->dst);

	skb_reset_network_header(skb);
	iph = skb_put_zero(skb, sizeof(*iph));
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->frag_off = htons(IP_DF);
	iph->ttl = ip4_dst_hoplimit(&rt->dst);
	iph->protocol = IPPROTO_TCP;
	iph->saddr = saddr;
	iph->daddr = daddr;

	th = put_tcp(skb, p);
	len = skb->len - sizeof(*iph);
	th->check = tcp_v4_check(len, saddr, daddr, csum_partial(th, len, 0));
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->protocol = htons(ETH_P_IP);
	skb->dev = rt->dst.dev;
	return ip_local_out(net, NULL, skb);
}

static bool by_device6(struct net *net, const struct net_device *in,
		       const struct in6_addr *saddr)
{
	return fib6_has_custom_rules(net) || ipv6_chk_addr(net, saddr, in, 0);
}

static struct dst_entry *route6(struct net *net, struct flowi6 *fl6,
				const struct net_device *in)
{
	struct dst_entry *dst, *other;

	dst = ip6_route_output(net, NULL, fl6);
	if (!in || (!dst->error && dst->dev == in) || !by_device6(net, in, &fl6->saddr))
		return dst;
	fl6->flowi6_oif = in->ifindex;
	other = ip6_route_output(net, NULL, fl6);
	if (other->error) {
		dst_release(other);
		return dst;
	}
	dst_release(dst);
	return other;
}

/* Takes @skb. */
static int send6(struct net *net, struct sk_buff *skb, const struct rstg_probe *p,
		 const struct net_device *in)
{
	struct flowi6 fl6 = {
		.fl6_sport = htons(p->key.port[!p->d]),
		.fl6_dport = htons(p->key.port[p->d]),
		.flowi6_proto = IPPROTO_TCP,
		.flowi6_mark = p->mark,
		.flowi6_oif = p->key.l3mdev,
	};
	struct dst_entry *dst;
	struct ipv6hdr *iph;
	struct tcphdr *th;
	unsigned int len;

	memcpy(&fl6.saddr, p->key.addr[!p->d].w, sizeof(fl6.saddr));
	memcpy(&fl6.daddr, p->key.addr[p->d].w, sizeof(fl6.daddr));
	dst = route6(net, &fl6, in);
	if (dst->error) {
		int err = dst->error;

		dst_release(dst);
		kfree_skb(skb);
		return err;
	}
	skb_dst_set(skb, dst);

	skb_reset_network_header(skb);
	iph = skb_put_zero(skb, sizeof(*iph));
	iph->version = 6;
	iph->nexthdr = IPPROTO_TCP;
	iph->hop_limit = ip6_dst_hoplimit(dst);
	iph->saddr = fl6.saddr;
	iph->daddr = fl6.daddr;

	th = put_tcp(skb, p);
	len = skb->len - sizeof(*iph);
	iph->payload_len = htons(len);
	th->check = tcp_v6_check(len, &iph->saddr, &iph->daddr, csum_partial(th, len, 0));
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->protocol = htons(ETH_P_IPV6);
	skb->dev = dst->dev;
	return ip6_local_out(net, NULL, skb);
}

/**
 * rstg_probe_send() - ask
 * @net:   namespace
 * @asker: socket that the question is known by
 * @probe: what to ask, and whom
 *
 * Context: process or softirq, no lock of ours held.
 * Return: 0 when the question is on its way, else -errno.
 */
int rstg_probe_send(struct net *net, struct sock *asker, const struct rstg_probe *probe)
{
	const struct net_device *in;
	struct sk_buff *skb;
	int err;

	skb = alloc_skb(LL_MAX_HEADER + sizeof(struct ipv6hdr) + sizeof(struct tcphdr) +
			TS_SPACE + DATA_MAX, GFP_ATOMIC | __GFP_NOWARN);
	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, LL_MAX_HEADER);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb->mark = probe->mark;
	skb_set_owner_w(skb, asker);

	local_bh_disable();
	rcu_read_lock();
	in = dev_get_by_index_rcu(net, probe->in);
	if (rstg_addr_is_v4(&probe->key.addr[probe->d]))
		err = send4(net, skb, probe, in);
	else
		err = send6(net, skb, probe, in);
	rcu_read_unlock();
	local_bh_enable();
	/* Congestion notified is sent nevertheless. */
	return err > 0 ? net_xmit_errno(err) : err;
}
