// SPDX-License-Identifier: GPL-2.0-only
/*
 * What forwarding one packet of an open TCP connection costs, in instructions.
 *
 * Pushes prepared packets through netif_receive_skb -> ip_forward -> a dummy device, in
 * at "left" and out at "right" or the reverse. Loading the module measures everything
 * and prints a line for each case to the kernel log. Means something only in QEMU with
 * -icount shift=0: there the time stamp counter counts instructions.
 */
#include <linux/etherdevice.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/timex.h>
#include <linux/vmalloc.h>

#include "dialog.h"

/* As many connections as a busy mail server has; the cases take the first of them. */
#define FLOWS		4096
/*
 * Cycles of a script in one measured batch: short enough that most batches see no timer
 * interrupt (one in 4,000,000 instructions).
 */
#define BATCH_CYCLES	64
#define BATCH_MAX	(BATCH_CYCLES * 3)
#define BATCHES		(FLOWS / BATCH_CYCLES)
#define ROUNDS		3
/*
 * Beyond all that is done for the first packets of a connection only. So many flows are
 * warmed; in the case with all of them most are young.
 */
#define WARM_CYCLES	40
#define WARM_FLOWS	64
/* An skb that needs no more room on its way, in the slab that a NIC's would be from. */
#define HEADROOM	(NET_SKB_PAD + NET_IP_ALIGN + ETH_HLEN)

static struct net_device *devs[2]; /* where the packets of client and server arrive */
static struct dialog *dialogs[2]; /* IPv4, IPv6 */
static struct sk_buff *batch[BATCH_MAX];
static u32 best[BATCHES];

static struct sk_buff *packet(struct dialog *d, const struct dialog_step *step)
{
	u8 hdr[DIALOG_HDR_MAX];
	unsigned int hlen;
	struct sk_buff *skb;

	skb = alloc_skb(HEADROOM + sizeof(hdr) + step->len, GFP_KERNEL);
	if (!skb)
		return NULL;
	hlen = dialog_packet(d, step, ktime_to_ms(ktime_get()), hdr);

	skb_reserve(skb, HEADROOM);
	skb_set_mac_header(skb, -ETH_HLEN);
	skb_reset_network_header(skb);
	skb_put_data(skb, hdr, hlen);
	skb_put_zero(skb, step->len);
	skb->dev = devs[step->from];
	skb->protocol = htons(d->v6 ? ETH_P_IPV6 : ETH_P_IP);
	skb->pkt_type = PACKET_HOST;
	/* Every NIC of the last 20 years; else conntrack alone would pay for it. */
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return skb;
}

/* Send @n packets, the first being number @first of a script played on @flows. */
static int push(struct dialog *d, const struct dialog_script *script,
		unsigned int flows, unsigned int first, unsigned int n, u32 *took)
{
	unsigned int i, at;
	u64 start;

	for (i = 0; i < n; i++) {
		at = first + i;
		batch[i] = packet(&d[at % flows], &script->step[at / flows % script->steps]);
		if (!batch[i])
			goto err_nomem;
	}

	local_bh_disable();
	start = rdtsc_ordered();
	for (i = 0; i < n; i++)
		netif_receive_skb(batch[i]);
	*took = rdtsc_ordered() - start;
	local_bh_enable();
	cond_resched();
	return 0;

err_nomem:
	while (i--)
		kfree_skb(batch[i]);
	return -ENOMEM;
}

static u64 forwarded(void)
{
	struct rtnl_link_stats64 s[2];

	dev_get_stats(devs[0], &s[0]);
	dev_get_stats(devs[1], &s[1]);
	return s[0].tx_packets + s[1].tx_packets;
}

/*
 * Play @rounds times a script on each of @flows connections. The result is the cheapest
 * round of each batch, so that no interrupt is counted, but every flow is.
 */
static int play(struct dialog *d, const struct dialog_script *script,
		unsigned int flows, unsigned int rounds, unsigned int *cost)
{
	const unsigned int size = script->steps * BATCH_CYCLES;
	const unsigned int batches = max_t(unsigned int, flows / BATCH_CYCLES, 1);
	unsigned int i, round;
	u64 sum = 0, before = forwarded();
	u32 took;
	int err;

	memset(best, 0xff, sizeof(best));
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < batches; i++) {
			err = push(d, script, flows, i * size, size, &took);
			if (err)
				return err;
			best[i] = min(best[i], took);
		}
	}
	for (i = 0; i < batches; i++)
		sum += best[i];
	*cost = DIV_ROUND_CLOSEST_ULL(sum, batches * size);

	if (forwarded() - before != (u64)rounds * batches * size) {
		pr_err("%s: only %llu of %u packets came out\n", script->name,
		       forwarded() - before, rounds * batches * size);
		return -EIO;
	}
	return 0;
}

static int measure(struct dialog *d, int v6)
{
	static const struct dialog_script *const scripts[] = { &dialog_talk, &dialog_bulk };
	static const unsigned int flows[] = { 1, WARM_FLOWS, FLOWS };
	unsigned int i, j, cost;
	int err;

	for (i = 0; i < FLOWS; i++)
		dialog_init(&d[i], i, v6);
	err = play(d, &dialog_handshake, FLOWS, 1, &cost);
	if (!err)
		err = play(d, &dialog_talk, WARM_FLOWS, WARM_CYCLES, &cost);
	if (err)
		return err;

	for (i = 0; i < ARRAY_SIZE(scripts); i++) {
		for (j = 0; j < ARRAY_SIZE(flows); j++) {
			err = play(d, scripts[i], flows[j], ROUNDS, &cost);
			if (err)
				return err;
			pr_info("figure: IPv%d %s %u %u\n", v6 ? 6 : 4,
				scripts[i]->name, flows[j], cost);
		}
	}
	return 0;
}

/* 1,000 instructions take 1,000, or the clock does not count instructions. */
static bool clock_counts_instructions(void)
{
	u64 start, took = U64_MAX;
	int i;

	for (i = 0; i < 10; i++) {
		start = rdtsc_ordered();
		asm volatile(".rept 1000\n\tnop\n\t.endr");
		took = min(took, rdtsc_ordered() - start);
	}
	if (took >= 1000 && took < 1020)
		return true;
	pr_err("1000 instructions take %llu ticks: run this with selftests/vm/run -i\n", took);
	return false;
}

static int __init fwd_init(void)
{
	int err = -ENODEV;
	int i;

	if (!clock_counts_instructions())
		return -ENODEV;

	devs[DIALOG_CLIENT] = dev_get_by_name(&init_net, "left");
	devs[DIALOG_SERVER] = dev_get_by_name(&init_net, "right");
	if (!devs[0] || !devs[1]) {
		pr_err("no devices \"left\" and \"right\"\n");
		goto out;
	}
	for (i = 0; i < 2; i++) {
		err = -ENOMEM;
		dialogs[i] = vcalloc(FLOWS, sizeof(**dialogs));
		if (!dialogs[i])
			goto out;
		err = measure(dialogs[i], i);
		if (err)
			goto out;
	}
	err = 0;
out:
	for (i = 0; i < 2; i++) {
		vfree(dialogs[i]);
		dev_put(devs[i]);
	}
	return err;
}

/* All is done by then; it stays only until somebody has read the result. */
static void __exit fwd_exit(void)
{
}

module_init(fwd_init);
module_exit(fwd_exit);

MODULE_DESCRIPTION("Instructions per forwarded TCP packet");
MODULE_LICENSE("GPL");
