// SPDX-License-Identifier: GPL-2.0-only
/* Loading it makes the machine stand still, as a virtual one does whose host is busy. */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/stop_machine.h>

static uint ms = 1000;
module_param(ms, uint, 0);
MODULE_PARM_DESC(ms, "for how long");

/* Interrupts are off on this CPU, and the others wait for it. */
static int stand_still(void *unused)
{
	mdelay(ms);
	return 0;
}

/* It does not stay, so that it can be loaded again. */
static int __init stall_init(void)
{
	return stop_machine(stand_still, NULL, NULL) ?: -ECANCELED;
}

module_init(stall_init);
MODULE_DESCRIPTION("Stand still");
MODULE_LICENSE("GPL");
