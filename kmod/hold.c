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
 * The packet path parks and proves under the lock, all else happens in one work
 * item for each namespace. It takes what is due off the lists under the lock
 * and acts after it.
 */
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/slab.h>

#include "case.h"
#include "hold.h"
#include "net.h"

/* A mail server's worth of flows under attack at once; 300 KiB. */
#define NET_MAX			256
#define GLOBAL_MAX		4096
/* Questions a second and namespace: not a tool to make noise with. */
#define PROBE_RATE		100

/*
 * A machine that stands still, as a virtual one does whose host is busy or that is
 * moved, hears no answer: with the clock alone as judge a forged reset that was held
 * at that moment was let through (seen after 1.7 s). While something is held the work
 * item looks at the clock this often, and what it misses of that does not count.
 */
#define LOOK_NS			(50 * NSEC_PER_MSEC)

static atomic_t held_global = ATOMIC_INIT(0);

static struct rstg_case *find_case(struct rstg_hold *hold, const struct rstg_key *key,
				   unsigned int d)
{
	struct rstg_case *c;

	lockdep_assert_held(&hold->lock);
	list_for_each_entry(c, &hold->cases, node)
		if (c->d == d && rstg_key_equal(&c->key, key))
			return c;
	return NULL;
}

/* Not a packet that nf_queue would take either, or whose way we do not know. */
static bool fit(struct sk_buff *skb, const struct nf_hook_state *state)
{
	if (skb->sk || state->sk || skb_is_gso(skb) || nf_bridge_info_exists(skb))
		return false;
	return !skb_dst(skb) || skb_dst_force(skb);
}

static bool over_budget(const struct rstg_hold *hold, const struct rstg_case *c)
{
	if (c && c->n >= RSTG_CASE_MAX)
		return false;	/* it takes the place of another */
	return hold->n >= NET_MAX || atomic_read(&held_global) >= GLOBAL_MAX;
}

static void case_add(struct rstg_hold *hold, struct rstg_case *c, struct rstg_held *h)
{
	list_add_tail(&h->node, &c->held);
	c->n++;
	hold->n++;
	atomic_inc(&held_global);
}

static void case_remove(struct rstg_hold *hold, struct rstg_case *c, struct rstg_held *h)
{
	list_del(&h->node);
	c->n--;
	hold->n--;
	atomic_dec(&held_global);
}

/**
 * rstg_hold_park() - take a reset off its way
 * @hold:   of the namespace
 * @skb:    the reset; ours on %RSTG_PARKED, and then already freed when one
 *          alike is held
 * @state:  its hook
 * @e:      its flow
 * @d:      alleged sender
 * @ev:     what to report
 * @now_ns: when it came
 *
 * Context: softirq, RCU read side, @e->lock held, so that no proof can pass
 *          between the verdict and the parking.
 */
enum rstg_park rstg_hold_park(struct rstg_hold *hold, struct sk_buff *skb,
			      const struct nf_hook_state *state,
			      const struct rstg_entry *e, unsigned int d,
			      const struct rstg_event *ev, u64 now_ns)
{
	const struct rstg_cfg *cfg = rcu_dereference(hold->rnet->cfg);
	enum rstg_park result = RSTG_PARKED;
	struct rstg_held *h, *spare;
	struct rstg_case *c;

	if (!fit(skb, state))
		return RSTG_PARK_UNFIT;

	spin_lock(&hold->lock);
	c = find_case(hold, &e->key, d);
	if (c && c->state != RSTG_CASE_CLOSED && rstg_case_has(c, &ev->pkt)) {
		c->resets++;
		kfree_skb(skb);
		goto unlock;
	}
	result = RSTG_PARK_BUDGET;
	if (hold->dead || over_budget(hold, c))
		goto unlock;

	result = RSTG_PARK_NOMEM;
	h = rstg_held_new(skb, state, &ev->pkt);
	if (!h)
		goto unlock;
	if (!c) {
		c = rstg_case_new(cfg, e, d);
		if (!c) {
			rstg_held_free(h);
			goto unlock;
		}
		list_add_tail(&c->node, &hold->cases);
	}
	if (c->state == RSTG_CASE_CLOSED)
		rstg_case_open(c, cfg, e, ev, now_ns);
	rstg_case_extend(c, cfg, ev);
	if (c->n >= RSTG_CASE_MAX) {
		spare = rstg_case_spare(c, &e->flow);
		case_remove(hold, c, spare);
		rstg_held_drop(spare);
	}
	case_add(hold, c, h);
	c->resets++;
	if (!hold->ran)
		hold->ran = now_ns;
	result = RSTG_PARKED;
	mod_delayed_work(system_highpri_wq, &hold->work, 0);
unlock:
	spin_unlock(&hold->lock);
	return result;
}

/**
 * rstg_hold_asked() - since when has this sender been asked whether it lives?
 * @hold: of the namespace
 * @key:  flow
 * @d:    sender
 *
 * Context: softirq; may be called with the entry's lock held.
 * Return: time of the first question, 0 when none is open. Its answer may come after
 *         the second was sent, where the round trip is longer than their gap.
 */
u64 rstg_hold_asked(struct rstg_hold *hold, const struct rstg_key *key, unsigned int d)
{
	struct rstg_case *c;
	u64 asked = 0;

	if (!READ_ONCE(hold->n))
		return 0;
	spin_lock(&hold->lock);
	c = find_case(hold, key, d);
	if (c && c->state == RSTG_CASE_OPEN && c->probes)
		asked = c->first;
	spin_unlock(&hold->lock);
	return asked;
}

/**
 * rstg_hold_prove() - this sender lives: its held resets are forged
 * @hold: of the namespace
 * @key:  flow
 * @d:    sender
 *
 * Context: softirq; may be called with the entry's lock held.
 * Return: how many resets will be dropped.
 */
unsigned int rstg_hold_prove(struct rstg_hold *hold, const struct rstg_key *key,
			     unsigned int d)
{
	unsigned int resets = 0;
	struct rstg_case *c;

	if (!READ_ONCE(hold->n))
		return 0;
	spin_lock(&hold->lock);
	c = find_case(hold, key, d);
	if (c && c->state == RSTG_CASE_OPEN) {
		c->state = RSTG_CASE_PROVEN;
		resets = c->resets;
		mod_delayed_work(system_highpri_wq, &hold->work, 0);
	}
	spin_unlock(&hold->lock);
	return resets;
}

/* --- the work item ----------------------------------------------------------- */

/**
 * struct todo - one step, taken under the lock and done after it
 * @what:    what to do
 * @why:     enum rstguard_release
 * @key:     flow
 * @d:       alleged sender
 * @packets: to release or drop
 * @ev:      for the report
 * @held_ns: how long they were held
 * @resets:  how many
 */
struct todo {
	enum { NOTHING, ASK, RELEASE, DROP } what;
	u8 why;
	struct rstg_key key;
	unsigned int d;
	struct list_head packets;
	struct rstg_event ev;
	u64 held_ns;
	u32 resets;
};

static void take_packets(struct rstg_hold *hold, struct rstg_case *c, struct todo *todo, u64 now)
{
	list_splice_init(&c->held, &todo->packets);
	hold->n -= c->n;
	atomic_sub(c->n, &held_global);
	todo->ev = c->ev;
	todo->held_ns = now - c->came;
	todo->resets = c->resets;
	c->n = 0;
	c->state = RSTG_CASE_CLOSED;
}

/* What this case needs now; *@next is when it will need something else. */
static void case_step(struct rstg_hold *hold, struct rstg_case *c, u64 now,
		      struct todo *todo, u64 *next)
{
	todo->key = c->key;
	todo->d = c->d;

	if (c->state == RSTG_CASE_PROVEN) {
		todo->what = DROP;
		take_packets(hold, c, todo, now);
		return;
	}
	if (c->state == RSTG_CASE_OPEN && (now >= c->deadline || hold->dead)) {
		todo->what = RELEASE;
		todo->why = now >= c->deadline ? RSTGUARD_RELEASE_SILENCE :
						 RSTGUARD_RELEASE_STOPPED;
		take_packets(hold, c, todo, now);
		return;
	}
	if (c->state == RSTG_CASE_OPEN) {
		if (now >= c->ask_at) {
			/* Without a token it may still prove itself unasked. */
			if (rstg_bucket_take(&hold->probes, PROBE_RATE, PROBE_RATE, 0)) {
				todo->what = ASK;
				c->asked = now;
				if (!c->probes++)
					c->first = now;
			}
			c->ask_at = RSTG_NEVER;
			if (c->probes < RSTG_PROBES_MAX)
				c->ask_at = now + RSTG_PROBE_GAP_NS;
			if (todo->what == ASK)
				return;
		}
		*next = min3(*next, min(c->ask_at, c->deadline), now + LOOK_NS);
		return;
	}
	/* Closed: remember the question for as long as the next has to wait. */
	if (!c->asked || now >= c->asked + RSTG_PROBE_GAP_NS || hold->dead) {
		list_del(&c->node);
		kfree(c);
		return;
	}
	*next = min(*next, c->asked + RSTG_PROBE_GAP_NS);
}

/* How long the machine stood still since the last look. */
static u64 stall(struct rstg_hold *hold, u64 now)
{
	u64 since = hold->ran ? now - hold->ran : 0;

	hold->ran = hold->n ? now : 0;
	return since > 2 * LOOK_NS ? since - LOOK_NS : 0;
}

static u64 next_step(struct rstg_hold *hold, struct todo *todo)
{
	struct rstg_case *c, *tmp;
	u64 now, stalled, next = RSTG_NEVER;

	todo->what = NOTHING;
	INIT_LIST_HEAD(&todo->packets);

	spin_lock_bh(&hold->lock);
	now = ktime_get_ns();
	stalled = stall(hold, now);
	if (stalled)
		list_for_each_entry(c, &hold->cases, node)
			if (c->state == RSTG_CASE_OPEN)
				rstg_case_stall(c, stalled);
	list_for_each_entry_safe(c, tmp, &hold->cases, node) {
		case_step(hold, c, now, todo, &next);
		if (todo->what != NOTHING)
			break;
	}
	spin_unlock_bh(&hold->lock);
	return next == RSTG_NEVER ? RSTG_NEVER : next - min(next, now);
}

static void ask(struct rstg_hold *hold, const struct todo *todo)
{
	struct rstg_flow flow;
	struct rstg_entry *e;
	int err = -ENOENT;

	rcu_read_lock();
	e = rstg_table_find(&todo->key);
	if (e) {
		spin_lock_bh(&e->lock);
		flow = e->flow;
		spin_unlock_bh(&e->lock);
		err = rstg_probe_send(hold->rnet->net, e, &flow, todo->d);
	}
	rcu_read_unlock();
	rstg_count(hold->rnet, err ? RSTG_STAT_PROBE_FAILED : RSTG_STAT_PROBE_SENT);
}

/*
 * The flow may be evicted again, and knows what became of its reset. After a FIN a
 * reset cuts nothing short: silence of a peer that has nothing left to say or, like
 * whom it talked to, was reset right behind the FIN, is not the price of a hold.
 */
static void settle(struct todo *todo)
{
	struct rstg_entry *e;

	rcu_read_lock();
	e = rstg_table_find(&todo->key);
	if (e) {
		spin_lock_bh(&e->lock);
		e->flow.rst[todo->d].flags &= ~RSTG_RST_HELD;
		if (todo->what == RELEASE) {
			if (todo->why == RSTGUARD_RELEASE_SILENCE && rstg_flow_closing(&e->flow))
				todo->why = RSTGUARD_RELEASE_CLOSING;
			rstg_track_delivered(&e->flow, todo->d, ktime_get_ns());
		}
		spin_unlock_bh(&e->lock);
	}
	rcu_read_unlock();
}

static void release(struct rstg_hold *hold, struct todo *todo)
{
	struct rstg_held *h, *tmp;

	if (list_empty(&todo->packets))
		return;	/* their device went away */

	rstg_count_n(hold->rnet, RSTG_STAT_RST_RELEASED, todo->resets);
	if (todo->why == RSTGUARD_RELEASE_CLOSING)
		rstg_count_n(hold->rnet, RSTG_STAT_RST_RELEASED_CLOSING, todo->resets);
	todo->ev.action = RSTGUARD_ACTION_RELEASED;
	todo->ev.release = todo->why;
	todo->ev.time_ns = ktime_get_real_ns();
	todo->ev.op.after = rstg_beat(todo->held_ns);
	todo->ev.op.rsts = min_t(u32, todo->resets, U16_MAX);
	rstg_event_post(hold->rnet, &todo->ev);

	list_for_each_entry_safe(h, tmp, &todo->packets, node) {
		rstg_hook_resume(h->skb, &h->state);
		rstg_held_free(h);
	}
}

static void drop(struct rstg_hold *hold, struct todo *todo)
{
	struct rstg_held *h, *tmp;

	/* The proof was reported where it was seen. */
	rstg_count_n(hold->rnet, RSTG_STAT_RST_DROPPED, todo->resets);
	list_for_each_entry_safe(h, tmp, &todo->packets, node)
		rstg_held_drop(h);
}

static u64 hold_run(struct rstg_hold *hold)
{
	struct todo todo;
	u64 wait;

	for (;;) {
		wait = next_step(hold, &todo);
		if (todo.what == NOTHING)
			return wait;
		if (todo.what == ASK) {
			ask(hold, &todo);
			continue;
		}
		settle(&todo);
		if (todo.what == RELEASE)
			release(hold, &todo);
		else
			drop(hold, &todo);
		cond_resched();
	}
}

static void hold_work_fn(struct work_struct *work)
{
	struct rstg_hold *hold = container_of(to_delayed_work(work), struct rstg_hold, work);
	u64 wait = hold_run(hold);

	if (wait != RSTG_NEVER && !READ_ONCE(hold->dead))
		/* Never sooner than it is due; park and prove bring it forward. */
		queue_delayed_work(system_highpri_wq, &hold->work,
				   nsecs_to_jiffies64(wait) + 1);
}

/* --- life of the hold --------------------------------------------------------- */

/**
 * rstg_hold_init() - an empty hold that takes nothing yet
 * @hold: of a new namespace
 * @rnet: the namespace
 */
void rstg_hold_init(struct rstg_hold *hold, struct rstg_net *rnet)
{
	spin_lock_init(&hold->lock);
	INIT_LIST_HEAD(&hold->cases);
	hold->n = 0;
	hold->dead = true;
	rstg_bucket_init(&hold->probes, PROBE_RATE);
	hold->rnet = rnet;
	INIT_DELAYED_WORK(&hold->work, hold_work_fn);
}

/**
 * rstg_hold_start() - packets may be parked from now on
 * @hold: of a namespace whose hooks are registered
 */
void rstg_hold_start(struct rstg_hold *hold)
{
	spin_lock_bh(&hold->lock);
	hold->dead = false;
	spin_unlock_bh(&hold->lock);
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
	spin_lock_bh(&hold->lock);
	WRITE_ONCE(hold->dead, true);
	spin_unlock_bh(&hold->lock);
	cancel_delayed_work_sync(&hold->work);
	hold_run(hold);
	/* A proof may have come just before; now no case is open for one. */
	cancel_delayed_work_sync(&hold->work);
}

/**
 * rstg_hold_free() - free what is left
 * @hold: stopped; nothing refers to it any more
 */
void rstg_hold_free(struct rstg_hold *hold)
{
	WARN_ON_ONCE(hold->n || !list_empty(&hold->cases));
}

/**
 * rstg_hold_dev_down() - drop what came in by a device that goes away
 * @hold: of the device's namespace
 * @dev:  device
 *
 * As nf_queue does: there is no way on which it could continue.
 *
 * Context: process, RTNL.
 */
void rstg_hold_dev_down(struct rstg_hold *hold, const struct net_device *dev)
{
	struct rstg_held *h, *tmp;
	struct rstg_case *c;
	LIST_HEAD(packets);

	spin_lock_bh(&hold->lock);
	list_for_each_entry(c, &hold->cases, node) {
		list_for_each_entry_safe(h, tmp, &c->held, node) {
			if (h->state.in != dev)
				continue;
			case_remove(hold, c, h);
			list_add_tail(&h->node, &packets);
		}
		/* Nothing left to wait for: settle it. */
		if (c->state == RSTG_CASE_OPEN && list_empty(&c->held))
			c->deadline = 0;
	}
	if (!hold->dead)
		mod_delayed_work(system_highpri_wq, &hold->work, 0);
	spin_unlock_bh(&hold->lock);

	list_for_each_entry_safe(h, tmp, &packets, node) {
		rstg_count(hold->rnet, RSTG_STAT_HOLD_DEV_GONE);
		rstg_held_drop(h);
	}
}

/**
 * rstg_hold_get() - show what is held
 * @hold: of a namespace
 * @nth:  which, 0 the oldest
 * @info: result
 *
 * Return: false when there are not as many.
 */
bool rstg_hold_get(struct rstg_hold *hold, unsigned int nth, struct rstg_held_info *info)
{
	u64 now = ktime_get_ns();
	struct rstg_case *c;
	bool found = false;

	spin_lock_bh(&hold->lock);
	list_for_each_entry(c, &hold->cases, node) {
		if (c->state != RSTG_CASE_OPEN || nth--)
			continue;
		info->ev = c->ev;
		info->ev.op.rsts = min_t(u32, c->resets, U16_MAX);
		info->held_ms = div_u64(now - c->came, NSEC_PER_MSEC);
		info->left_ms = div_u64(c->deadline - min(now, c->deadline), NSEC_PER_MSEC);
		info->probes = c->probes;
		found = true;
		break;
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
		rstg_hold_dev_down(&rstg_net(dev_net(dev))->hold, dev);
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
	WARN_ON_ONCE(atomic_read(&held_global));
}
