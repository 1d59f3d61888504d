// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asking a host whether it still has a connection.
 *
 * The question is a keep-alive: no data, one octet before what is not yet
 * acknowledged. A live host answers it with an ACK (RFC 9293 3.8.4, 3.10.7.4),
 * a dead one with a reset. A plain ACK in sequence would meet silence from a
 * live host. It goes out in the other side's name, as that side's own
 * keep-alive would, and past conntrack, which knows the flow by other numbers.
 */
#include <linux/ip.h>
#include <linux/tcp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>
#include <net/tcp.h>

#include "hold.h"

#define TS_SPACE	12

/* From the TCP header on: what the other side (@y) would send to @x. */
static struct tcphdr *put_tcp(struct sk_buff *skb, const struct rstg_entry *e,
			      const struct rstg_flow *flow, unsigned int x)
{
	const struct rstg_dir *px = &flow->dir[x], *py = &flow->dir[!x];
	bool ts = (px->flags & RSTG_D_TS) && (py->flags & RSTG_D_TS);
	unsigned int len = sizeof(struct tcphdr) + (ts ? TS_SPACE : 0);
	struct tcphdr *th;
	__be32 *opt;

	skb_reset_transport_header(skb);
	th = skb_put_zero(skb, len);
	th->source = htons(e->key.port[!x]);
	th->dest = htons(e->key.port[x]);
	th->seq = htonl(px->ack[0] - 1);
	th->ack_seq = htonl(px->max_end);
	th->doff = len / 4;
	th->ack = 1;
	th->window = htons(py->win[0]);
	if (ts) {
		opt = (__be32 *)(th + 1);
		opt[0] = htonl(TCPOPT_NOP << 24 | TCPOPT_NOP << 16 |
			       TCPOPT_TIMESTAMP << 8 | TCPOLEN_TIMESTAMP);
		opt[1] = htonl(py->ts_val);
		opt[2] = htonl(px->ts_val);
	}
	return th;
}

/* Takes @skb. */
static int send4(struct net *net, struct sk_buff *skb, const struct rstg_entry *e,
		 const struct rstg_flow *flow, unsigned int x)
{
	__be32 saddr = (__force __be32)e->key.addr[!x].w[3];
	__be32 daddr = (__force __be32)e->key.addr[x].w[3];
	struct flowi4 fl4 = {
		.saddr = saddr,
		.daddr = daddr,
		.flowi4_proto = IPPROTO_TCP,
		.flowi4_oif = e->key.l3mdev,
		/* On a router the side we speak for is no address of ours. */
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
	};
	struct tcphdr *th;
	struct iphdr *iph;
	struct rtable *rt;
	unsigned int len;

	rt = ip_route_output_key(net, &fl4);
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

	th = put_tcp(skb, e, flow, x);
	len = skb->len - sizeof(*iph);
	th->check = tcp_v4_check(len, saddr, daddr, csum_partial(th, len, 0));
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->protocol = htons(ETH_P_IP);
	skb->dev = rt->dst.dev;
	return ip_local_out(net, NULL, skb);
}

/* Takes @skb. */
static int send6(struct net *net, struct sk_buff *skb, const struct rstg_entry *e,
		 const struct rstg_flow *flow, unsigned int x)
{
	struct flowi6 fl6 = {
		.flowi6_proto = IPPROTO_TCP,
		.flowi6_oif = e->key.l3mdev,
	};
	struct dst_entry *dst;
	struct ipv6hdr *iph;
	struct tcphdr *th;
	unsigned int len;

	memcpy(&fl6.saddr, e->key.addr[!x].w, sizeof(fl6.saddr));
	memcpy(&fl6.daddr, e->key.addr[x].w, sizeof(fl6.daddr));
	dst = ip6_route_output(net, NULL, &fl6);
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

	th = put_tcp(skb, e, flow, x);
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
 * @net:  namespace
 * @e:    flow's entry, for its key
 * @flow: copy of the flow
 * @d:    whom to ask; the question comes from the other side
 *
 * Context: process or softirq, RCU read side, no lock of ours held.
 * Return: 0 when the question is on its way, else -errno.
 */
int rstg_probe_send(struct net *net, const struct rstg_entry *e,
		    const struct rstg_flow *flow, unsigned int d)
{
	struct sk_buff *skb;
	int err;

	/* Without its latest ACK there is no number that it would answer. */
	if (!(flow->dir[d].ack_tick) || !(flow->dir[!d].flags & RSTG_D_SEEN))
		return -ENODATA;

	skb = alloc_skb(LL_MAX_HEADER + sizeof(struct ipv6hdr) +
			sizeof(struct tcphdr) + TS_SPACE, GFP_ATOMIC);
	if (!skb)
		return -ENOMEM;
	skb_reserve(skb, LL_MAX_HEADER);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);

	local_bh_disable();
	if (rstg_addr_is_v4(&e->key.addr[d]))
		err = send4(net, skb, e, flow, d);
	else
		err = send6(net, skb, e, flow, d);
	local_bh_enable();
	/* Congestion notified is sent nevertheless. */
	return err > 0 ? net_xmit_errno(err) : err;
}
