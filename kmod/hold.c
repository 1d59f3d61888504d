// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parking resets until their alleged sender has had time to speak.
 *
 * A reset that is held belongs to a case: one alleged sender of one flow, one
 * decision for all of its resets. The sender is asked; what it then says is
 * judged in the packet path (hook.c), which calls rstg_hold_prove(). Without
 * proof everything goes on its way when the time is up, as if nothing had been:
 * a genuine reset is at worst late.
 *
 * The packet path parks and proves under the lock, in a time that does not depend on how
 * many cases there are; what asks and releases is in hold_work.c. A case that is proven is
 * decided there and then, and its packets are dropped: a reset that comes right behind the
 * proof may be genuine, and is another decision.
 */
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/inet_common.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "hold_work.h"
#include "net.h"

/* For as many cases as the budget has packets, four in a bucket. */
#define CASES_A_BUCKET	4
/* Packets that are let go to make room wait for the work item: at most this part of all. */
#define LEAVING_SHARE	4
/* Cases that are compared to find the least doubtful one. */
#define VICTIMS		16

static struct hlist_head *bucket_of(const struct rstg_cases *cases, const struct rstg_key *key,
				    unsigned int d)
{
	u32 hash;

	BUILD_BUG_ON(sizeof(*key) != 2 * sizeof(struct rstg_addr) + 3 * sizeof(u32));
	hash = hsiphash(key, sizeof(*key), &cases->key) + d;
	return (struct hlist_head *)&cases->bucket[hash & cases->mask];
}

/* A /24 of IPv4, a /48 of IPv6: what one owner of addresses has at least. */
static u8 network_of(const struct rstg_cases *cases, const struct rstg_addr *a)
{
	u32 w[3];

	if (rstg_addr_is_v4(a)) {
		w[0] = 0;
		w[1] = 0;
		w[2] = a->w[3] & (__force u32)htonl(0xffffff00);
	} else {
		w[0] = a->w[0];
		w[1] = a->w[1] & (__force u32)htonl(0xffff0000);
		w[2] = 0;
	}
	return hsiphash_3u32(w[0], w[1], w[2], &cases->key) % RSTG_NETWORKS;
}

/**
 * rstg_hold_find() - the case of a sender, decided or not
 * @hold: locked
 * @key:  flow
 * @d:    sender
 */
struct rstg_case *rstg_hold_find(struct rstg_hold *hold, const struct rstg_key *key,
				 unsigned int d)
{
	struct rstg_case *c;

	lockdep_assert_held(&hold->lock);
	if (!hold->cases)
		return NULL;
	hlist_for_each_entry(c, bucket_of(hold->cases, key, d), node)
		if (c->d == d && rstg_key_equal(&c->key, key))
			return c;
	return NULL;
}

static void queue_at(struct timerqueue_head *queue, struct timerqueue_node *node, u64 at)
{
	if (timerqueue_node_queued(node))
		timerqueue_del(queue, node);
	if (at == U64_MAX)
		return;
	node->expires = at;
	timerqueue_add(queue, node);
}

/**
 * rstg_hold_set_end() - when is it decided, or forgotten?
 * @hold: locked
 * @c:    case
 * @at:   time of the hold's clock
 */
void rstg_hold_set_end(struct rstg_hold *hold, struct rstg_case *c, u64 at)
{
	queue_at(&hold->ends, &c->end, at);
}

/**
 * rstg_hold_set_ask() - when is its next question due?
 * @hold: locked
 * @c:    case
 * @at:   time of the hold's clock, or %U64_MAX
 */
void rstg_hold_set_ask(struct rstg_hold *hold, struct rstg_case *c, u64 at)
{
	queue_at(&hold->asks, &c->ask, at);
}

/* Not a packet that nf_queue would take either, or whose way we do not know. */
static bool fit(struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (skb->sk || state->sk || skb_is_gso(skb) || nf_bridge_info_exists(skb))
		return false;
	return !skb_dst(skb) || skb_dst_force(skb);
}

static void case_add(struct rstg_hold *hold, struct rstg_case *c, struct rstg_held *h)
{
	list_add_tail(&h->node, &c->held);
	c->n++;
	hold->cases->crowds[c->network].packets++;
}

static void case_remove(struct rstg_hold *hold, struct rstg_case *c, struct rstg_held *h)
{
	list_del(&h->node);
	c->n--;
	if (c->leaving) {
		hold->leaving--;
		return;
	}
	hold->cases->crowds[c->network].packets--;
	rstg_budget_give(&hold->budget, h->bytes);
}

static void case_close(struct rstg_hold *hold, struct rstg_case *c)
{
	c->open = false;
	list_del(&c->age);
	if (!c->leaving)
		list_del(&c->crowd);
	WRITE_ONCE(hold->n_open, hold->n_open - 1);
	rstg_hold_set_ask(hold, c, U64_MAX);
	rstg_hold_set_end(hold, c, rstg_case_forget(c));
}

/**
 * rstg_hold_take() - it is decided
 * @hold:    locked
 * @c:       open
 * @packets: where those held go
 */
void rstg_hold_take(struct rstg_hold *hold, struct rstg_case *c, struct list_head *packets)
{
	struct rstg_held *h, *tmp;

	list_for_each_entry_safe(h, tmp, &c->held, node) {
		case_remove(hold, c, h);
		list_add_tail(&h->node, packets);
	}
	case_close(hold, c);
}

/**
 * rstg_hold_forget() - free it
 * @hold: locked
 * @c:    decided
 */
void rstg_hold_forget(struct rstg_hold *hold, struct rstg_case *c)
{
	rstg_hold_set_end(hold, c, U64_MAX);
	hlist_del(&c->node);
	kfree(c);
}

/*
 * Who gives way: of the network that most is held of, the case with least against it, and
 * of those the oldest: its sender has had the longest time to speak. Not one for another
 * that there is less against, where both are of that network.
 */
static struct rstg_case *find_victim(struct rstg_hold *hold, u8 network, s16 score)
{
	struct rstg_crowd *crowds = hold->cases->crowds;
	struct rstg_case *c, *victim = NULL;
	unsigned int i, most = 0, n = 0;

	for (i = 1; i < RSTG_NETWORKS; i++)
		if (crowds[i].packets > crowds[most].packets)
			most = i;
	list_for_each_entry(c, &crowds[most].cases, crowd) {
		if (n++ == VICTIMS)
			break;
		if (!victim || c->score < victim->score)
			victim = c;
	}
	return victim && most == network && score < victim->score ? NULL : victim;
}

/* The work item lets it go; what it holds counts as gone from now on, up to a limit. */
static bool make_room(struct rstg_hold *hold, const struct rstg_case *own, u8 network,
		      s16 score)
{
	struct rstg_case *c = find_victim(hold, network, score);
	struct rstg_held *h;

	if (!c || c == own ||
	    hold->leaving + c->n > rstg_budget_max(&hold->budget) / LEAVING_SHARE)
		return false;
	list_del(&c->crowd);
	hold->cases->crowds[c->network].packets -= c->n;
	list_for_each_entry(h, &c->held, node)
		rstg_budget_give(&hold->budget, h->bytes);
	hold->leaving += c->n;
	c->leaving = true;
	rstg_hold_set_ask(hold, c, U64_MAX);
	rstg_hold_set_end(hold, c, 0);
	queue_work(system_highpri_wq, &hold->work);
	return true;
}

static bool has_room(struct rstg_hold *hold, const struct rstg_case *c, u8 network, s16 score,
		     u32 bytes)
{
	return rstg_budget_take(&hold->budget, bytes) ||
	       (make_room(hold, c, network, score) && rstg_budget_take(&hold->budget, bytes));
}

static void case_open(struct rstg_hold *hold, struct rstg_case *c, const struct rstg_entry *e,
		      const struct rstg_event *ev, u8 network, u32 mark, u64 now_ns)
{
	const u64 time = rstg_clock_time(&hold->clock, now_ns);

	rstg_case_open(c, rcu_dereference(hold->rnet->cfg), e, ev, now_ns, time);
	c->network = network;
	c->mark = mark;
	if (hlist_unhashed(&c->node))
		hlist_add_head(&c->node, bucket_of(hold->cases, &c->key, c->d));
	list_add_tail(&c->age, &hold->ages);
	list_add_tail(&c->crowd, &hold->cases->crowds[network].cases);
	WRITE_ONCE(hold->n_open, hold->n_open + 1);
	rstg_hold_set_end(hold, c, c->limit);
	rstg_hold_set_ask(hold, c, rstg_case_first_ask(c, time));
	if (!hold->clock.due)
		hold->clock.due = now_ns;
	queue_work(system_highpri_wq, &hold->work);
}

/* One more reset in a case, which may make it wait longer than it was going to. */
static void case_extend(struct rstg_hold *hold, struct rstg_case *c,
			const struct rstg_event *ev, bool patient)
{
	const bool longer = patient && !c->patient;

	rstg_case_extend(c, ev, patient);
	if (!longer || !c->tries)
		return;
	rstg_hold_set_end(hold, c, c->limit);
	if (!timerqueue_node_queued(&c->ask))
		rstg_hold_set_ask(hold, c, rstg_case_next_ask(c));
}

static u32 reply_mark(const struct net *net, const struct sk_buff *skb,
		      const struct nf_hook_state *state)
{
	if (state->pf == NFPROTO_IPV4)
		return IP4_REPLY_MARK(net, skb->mark);
	return IP6_REPLY_MARK(net, skb->mark);
}

/* Makes room for one more in a full case: how many resets the one that goes stood for. */
static u32 replace(struct rstg_hold *hold, struct rstg_case *c, const struct rstg_entry *e)
{
	struct rstg_held *spare = rstg_case_spare(c, &e->flow);
	u32 resets = spare->resets;

	case_remove(hold, c, spare);
	rstg_held_drop(spare);
	return resets;
}

/* Under the hold's lock. */
static enum rstg_park park(struct rstg_hold *hold, struct sk_buff *skb,
			   const struct nf_hook_state *state, const struct rstg_entry *e,
			   unsigned int d, const struct rstg_event *ev, bool patient,
			   u64 now_ns)
{
	const u32 bytes = skb->truesize;
	struct rstg_held *h, *alike;
	struct rstg_case *c;
	u32 stands_for = 1;
	u8 network;

	if (hold->dead)
		return RSTG_PARK_BUDGET;
	network = network_of(hold->cases, &e->key.addr[d]);
	c = rstg_hold_find(hold, &e->key, d);
	alike = c ? rstg_case_alike(c, &ev->pkt) : NULL;
	if (alike) {
		alike->resets++;
		c->resets++;
		kfree_skb(skb);
		return RSTG_PARKED;
	}
	/* All that it held went with its device. */
	if (c && c->open && !c->n)
		case_close(hold, c);
	if (c && c->open && c->leaving)
		return RSTG_PARK_BUDGET;
	if (c && c->open && c->n >= RSTG_CASE_MAX)
		stands_for += replace(hold, c, e);
	if (!has_room(hold, c, network, ev->op.score, bytes))
		return RSTG_PARK_BUDGET;

	h = rstg_held_new(skb, state, &ev->pkt);
	if (!h)
		goto give;
	if (!c)
		c = rstg_case_new(e, d);
	if (!c)
		goto free;
	if (!c->open)
		case_open(hold, c, e, ev, network, reply_mark(state->net, skb, state), now_ns);
	case_extend(hold, c, ev, patient);
	h->resets = stands_for;
	c->resets++;
	case_add(hold, c, h);
	return RSTG_PARKED;

free:
	rstg_held_free(h);
give:
	rstg_budget_give(&hold->budget, bytes);
	return RSTG_PARK_NOMEM;
}

/**
 * rstg_hold_park() - take a reset off its way
 * @hold:    of the namespace
 * @skb:     the reset; ours on %RSTG_PARKED, and then already freed when one
 *           alike is held
 * @state:   its hook
 * @e:       its flow
 * @d:       alleged sender
 * @ev:      what to report
 * @patient: wait as long as settings allow, and not only as long as the sender has
 *           taken to answer so far
 * @now_ns:  when it came
 *
 * Context: softirq, RCU read side, @e->lock held, so that no proof can pass
 *          between the verdict and the parking.
 */
enum rstg_park rstg_hold_park(struct rstg_hold *hold, struct sk_buff *skb,
			      const struct nf_hook_state *state,
			      const struct rstg_entry *e, unsigned int d,
			      const struct rstg_event *ev, bool patient, u64 now_ns)
{
	enum rstg_park result;

	if (!fit(skb, state))
		return RSTG_PARK_UNFIT;

	spin_lock(&hold->lock);
	result = park(hold, skb, state, e, d, ev, patient, now_ns);
	spin_unlock(&hold->lock);
	return result;
}

/**
 * rstg_hold_asked() - has this sender been asked whether it lives?
 * @hold:  of the namespace
 * @key:   flow
 * @d:     sender
 * @asked: result: since when, and with what. The answer to the first question may come
 *         after the second was sent, where the round trip is longer than their gap, so
 *         they all ask with one number.
 *
 * Context: softirq; may be called with the entry's lock held.
 * Return: whether a question is open.
 */
bool rstg_hold_asked(struct rstg_hold *hold, const struct rstg_key *key, unsigned int d,
		     struct rstg_asked *asked)
{
	struct rstg_case *c;
	bool open;

	if (!READ_ONCE(hold->n_open))
		return false;
	spin_lock(&hold->lock);
	c = rstg_hold_find(hold, key, d);
	open = c && c->open && c->probes;
	if (open) {
		asked->at_ns = c->first;
		asked->rst_ns = c->came;
		asked->seq = c->q_seq;
		asked->len = c->q_len;
	}
	spin_unlock(&hold->lock);
	return open;
}

/**
 * rstg_hold_prove() - this sender lives: its held resets are forged, and dropped
 * @hold: of the namespace
 * @e:    flow, locked
 * @d:    sender
 *
 * Context: softirq.
 * Return: how many resets.
 */
unsigned int rstg_hold_prove(struct rstg_hold *hold, struct rstg_entry *e, unsigned int d)
{
	struct rstg_held *h, *tmp;
	unsigned int resets = 0;
	struct rstg_case *c;
	LIST_HEAD(forged);

	if (!READ_ONCE(hold->n_open))
		return 0;
	spin_lock(&hold->lock);
	c = rstg_hold_find(hold, &e->key, d);
	if (c && c->open) {
		resets = c->resets;
		rstg_hold_take(hold, c, &forged);
		e->flow.rst[d].flags &= ~RSTG_RST_HELD;
	}
	spin_unlock(&hold->lock);

	rstg_count_n(hold->rnet, RSTG_STAT_RST_DROPPED, resets);
	list_for_each_entry_safe(h, tmp, &forged, node)
		rstg_held_drop(h);
	return resets;
}

/* --- life of the hold --------------------------------------------------------- */

static enum hrtimer_restart timer_fn(struct hrtimer *timer)
{
	struct rstg_hold *hold = container_of(timer, struct rstg_hold, timer);

	queue_work(system_highpri_wq, &hold->work);
	return HRTIMER_NORESTART;
}

/**
 * rstg_hold_init() - an empty hold that takes nothing yet
 * @hold: of a new namespace
 * @rnet: the namespace
 */
void rstg_hold_init(struct rstg_hold *hold, struct rstg_net *rnet)
{
	memset(hold, 0, sizeof(*hold));
	spin_lock_init(&hold->lock);
	INIT_LIST_HEAD(&hold->ages);
	timerqueue_init_head(&hold->ends);
	timerqueue_init_head(&hold->asks);
	rstg_budget_init(&hold->budget, !net_eq(rnet->net, &init_net));
	hold->dead = true;
	hold->rnet = rnet;
	/* Waits are of a few milliseconds, and a jiffy may be ten. */
#ifdef RSTG_HAVE_HRTIMER_SETUP
	hrtimer_setup(&hold->timer, timer_fn, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
#else
	hrtimer_init(&hold->timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_SOFT);
	hold->timer.function = timer_fn;
#endif
	INIT_WORK(&hold->work, rstg_hold_work);
}

static struct rstg_cases *cases_new(u32 packets)
{
	const u32 n = roundup_pow_of_two(packets / CASES_A_BUCKET);
	struct rstg_cases *cases;
	unsigned int i;

	cases = kvzalloc(struct_size(cases, bucket, n), GFP_KERNEL);
	if (!cases)
		return NULL;
	cases->mask = n - 1;
	get_random_bytes(&cases->key, sizeof(cases->key));
	for (i = 0; i < RSTG_NETWORKS; i++)
		INIT_LIST_HEAD(&cases->crowds[i].cases);
	return cases;
}

/**
 * rstg_hold_start() - packets may be parked from now on
 * @hold: of a namespace; the caller keeps other starts and stops out
 *
 * Context: process; may sleep.
 * Return: 0 or -errno.
 */
int rstg_hold_start(struct rstg_hold *hold)
{
	struct rstg_cases *cases = hold->cases;
	struct sock *asker;
	int err;

	if (!cases)
		cases = cases_new(rstg_budget_max(&hold->budget));
	if (!cases)
		return -ENOMEM;
	/* It hears nothing: as the kernel's own ones for resets, see tcp_sk_init(). */
	err = inet_ctl_sock_create(&asker, PF_INET, SOCK_RAW, IPPROTO_TCP, hold->rnet->net);
	if (err)
		asker = NULL;

	spin_lock_bh(&hold->lock);
	hold->cases = cases;	/* kept until the namespace goes */
	if (!err) {
		WRITE_ONCE(hold->asker, asker);
		hold->dead = false;
	}
	spin_unlock_bh(&hold->lock);
	return err;
}

/**
 * rstg_hold_stop() - release all, take no more
 * @hold: of a namespace whose hooks are still registered: they know where a
 *        packet goes on
 *
 * Context: process; sleeps.
 */
void rstg_hold_stop(struct rstg_hold *hold)
{
	struct sock *asker = hold->asker;

	spin_lock_bh(&hold->lock);
	hold->dead = true;
	spin_unlock_bh(&hold->lock);
	/* From here on nobody arms the timer or queues the work: they look at @dead. */
	hrtimer_cancel(&hold->timer);
	cancel_work_sync(&hold->work);
	rstg_hold_run_all(hold);
	WRITE_ONCE(hold->asker, NULL);
	inet_ctl_sock_destroy(asker);
}

/**
 * rstg_hold_free() - free what is left
 * @hold: stopped; nothing refers to it any more
 */
void rstg_hold_free(struct rstg_hold *hold)
{
	WARN_ON_ONCE(hold->n_open || timerqueue_getnext(&hold->ends) || hold->budget.packets);
	kvfree(hold->cases);
}

/* The packets of one bucket that came in by a device. */
static void take_device(struct rstg_hold *hold, struct hlist_head *bucket,
			const struct net_device *dev, struct list_head *packets)
{
	struct rstg_held *h, *tmp;
	struct rstg_case *c;

	hlist_for_each_entry(c, bucket, node) {
		if (!c->open || !c->n)
			continue;
		list_for_each_entry_safe(h, tmp, &c->held, node) {
			if (h->state.in != dev)
				continue;
			case_remove(hold, c, h);
			c->resets -= h->resets;
			list_add_tail(&h->node, packets);
		}
		if (c->n)
			continue;
		/* Nothing left to wait for: the work item settles it. */
		rstg_hold_set_ask(hold, c, U64_MAX);
		rstg_hold_set_end(hold, c, 0);
		if (!hold->dead)
			queue_work(system_highpri_wq, &hold->work);
	}
}

/*
 * Drop what came in by a device that goes away, as nf_queue does: there is no way on which
 * it could continue. Bucket by bucket, so that packets need not wait for all of them.
 */
static void dev_down(struct rstg_hold *hold, const struct net_device *dev)
{
	struct rstg_held *h, *tmp;
	LIST_HEAD(packets);
	u32 i = 0;
	bool more;

	do {
		spin_lock_bh(&hold->lock);
		more = hold->n_open && i <= hold->cases->mask;
		if (more)
			take_device(hold, &hold->cases->bucket[i++], dev, &packets);
		spin_unlock_bh(&hold->lock);
	} while (more);

	list_for_each_entry_safe(h, tmp, &packets, node) {
		rstg_count_n(hold->rnet, RSTG_STAT_HOLD_DEV_GONE, h->resets);
		rstg_held_drop(h);
	}
}

static void tell(const struct rstg_hold *hold, const struct rstg_case *c,
		 struct rstg_held_info *info)
{
	const u64 now = ktime_get_ns(), time = rstg_clock_time(&hold->clock, now);

	info->ev = c->ev;
	info->ev.op.rsts = min_t(u32, c->resets, U16_MAX);
	info->held_ms = div_u64(now - min(now, c->came), NSEC_PER_MSEC);
	info->left_ms = div_u64(c->end.expires - min_t(u64, time, c->end.expires),
				NSEC_PER_MSEC);
	info->probes = c->probes;
}

/**
 * rstg_hold_get() - show what is held, one after another
 * @hold:   of a namespace
 * @cursor: where to begin, all 0 at first; on return where to go on
 * @info:   result
 *
 * What comes or goes between two calls may be missed or shown twice.
 *
 * Return: false when there are no more.
 */
bool rstg_hold_get(struct rstg_hold *hold, unsigned long cursor[2],
		   struct rstg_held_info *info)
{
	struct rstg_case *c;
	bool found = false;
	unsigned long i;

	spin_lock_bh(&hold->lock);
	while (!found && hold->n_open && cursor[0] <= hold->cases->mask) {
		i = 0;
		hlist_for_each_entry(c, &hold->cases->bucket[cursor[0]], node) {
			if (i++ < cursor[1] || !c->open)
				continue;
			tell(hold, c, info);
			found = true;
			break;
		}
		if (found) {
			cursor[1] = i;
		} else {
			cursor[0]++;
			cursor[1] = 0;
		}
	}
	spin_unlock_bh(&hold->lock);
	return found;
}

static int dev_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	/*
	 * What sat in a CPU's backlog when the device went down is parked after
	 * it: unregistering is told again until nobody holds the device.
	 */
	if (event == NETDEV_DOWN || event == NETDEV_UNREGISTER)
		dev_down(&rstg_net(dev_net(dev))->hold, dev);
	return NOTIFY_DONE;
}

static struct notifier_block dev_notifier = {
	.notifier_call = dev_event,
};

/**
 * rstg_hold_stop_all() - release what is held in every namespace
 *
 * Before the notifier goes: its going tells it that every device is down.
 *
 * Context: process; sleeps. Nothing can start a hold any more.
 */
void rstg_hold_stop_all(void)
{
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		rstg_hold_stop(&rstg_net(net)->hold);
	up_read(&net_rwsem);
}

int __init rstg_hold_register(void)
{
	return register_netdevice_notifier(&dev_notifier);
}

void rstg_hold_unregister(void)
{
	unregister_netdevice_notifier(&dev_notifier);
	rstg_budget_exit();
}
