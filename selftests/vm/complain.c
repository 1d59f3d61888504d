// SPDX-License-Identifier: GPL-2.0-only
/* A module that does what no module should, for selftest.sh to see whether "run" notices. */
#include <linux/kernel.h>
#include <linux/module.h>

static bool oops;
module_param(oops, bool, 0);
MODULE_PARM_DESC(oops, "follow a NULL pointer instead of warning");

static noinline void complain_warn(void)
{
	WARN_ON(1);
}

static noinline void complain_oops(void)
{
	*(volatile int *)NULL = 1;
}

static int __init complain_init(void)
{
	if (oops)
		complain_oops();
	else
		complain_warn();
	return 0;
}

static void __exit complain_exit(void)
{
}

module_init(complain_init);
module_exit(complain_exit);
MODULE_DESCRIPTION("Warn or oops on purpose");
MODULE_LICENSE("GPL");
