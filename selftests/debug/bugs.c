// SPDX-License-Identifier: GPL-2.0-only
/*
 * One bug of each kind that the debug kernel is there to find, for controls.sh to see
 * that it does. The function that has the bug must be named in the report.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

static char *bug = "";
module_param(bug, charp, 0);
MODULE_PARM_DESC(bug, "name of the bug, bug_ left out");

static noinline void bug_use_after_free(void)
{
	volatile char *p = kmalloc(64, GFP_KERNEL);

	kfree((void *)p);
	p[3] = 1;
}

static DEFINE_SPINLOCK(lock_a);
static DEFINE_SPINLOCK(lock_b);

/* Never a deadlock here; on two CPUs one day it would be. */
static noinline void bug_lock_order(void)
{
	spin_lock(&lock_a);
	spin_lock(&lock_b);
	spin_unlock(&lock_b);
	spin_unlock(&lock_a);

	spin_lock(&lock_b);
	spin_lock(&lock_a);
	spin_unlock(&lock_a);
	spin_unlock(&lock_b);
}

/* It does not really sleep: that lockdep would report as a bug of its own, and go off. */
static noinline void bug_sleep(void)
{
	spin_lock(&lock_a);
	might_sleep();
	spin_unlock(&lock_a);
}

static int __rcu *pointer;

static noinline void bug_rcu(void)
{
	if (rcu_dereference(pointer))
		pr_info("cannot be\n");
}

struct timed {
	struct timer_list timer;
};

static void timed_fn(struct timer_list *timer)
{
}

static noinline void bug_timer(void)
{
	struct timed *t = kmalloc(sizeof(*t), GFP_KERNEL);

	timer_setup(&t->timer, timed_fn, 0);
	mod_timer(&t->timer, jiffies + 3600 * HZ);
	kfree(t);
}

static noinline void bug_refcount(void)
{
	refcount_t count = REFCOUNT_INIT(0);

	refcount_inc(&count);
}

/* Several: a stale register or stack slot may point to the last one. */
static noinline void bug_leak(void)
{
	int i;

	for (i = 0; i < 8; i++)
		if (!kmalloc(200, GFP_KERNEL))
			pr_info("no memory to leak\n");
}

static struct net_device *device;
static netdevice_tracker device_tracker;

static void device_put_fn(struct work_struct *work)
{
	netdev_put(device, &device_tracker);
}

static DECLARE_DELAYED_WORK(device_put_work, device_put_fn);

/* Kept for longer than unregister_netdevice() is ready to wait in silence. */
static noinline void bug_device(void)
{
	device = dev_get_by_name(&init_net, "doomed");
	if (!device)
		return;
	netdev_hold(device, &device_tracker, GFP_KERNEL);
	dev_put(device);
	queue_delayed_work(system_wq, &device_put_work, 20 * HZ);
}

static const struct {
	const char *name;
	void (*fn)(void);
} bugs[] = {
	{ "use_after_free", bug_use_after_free },
	{ "lock_order", bug_lock_order },
	{ "sleep", bug_sleep },
	{ "rcu", bug_rcu },
	{ "timer", bug_timer },
	{ "refcount", bug_refcount },
	{ "leak", bug_leak },
	{ "device", bug_device },
};

static int __init bugs_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (strcmp(bugs[i].name, bug))
			continue;
		bugs[i].fn();
		return 0;
	}
	return -EINVAL;
}

static void __exit bugs_exit(void)
{
	flush_delayed_work(&device_put_work);
}

module_init(bugs_init);
module_exit(bugs_exit);
MODULE_DESCRIPTION("Bugs on purpose");
MODULE_LICENSE("GPL");
