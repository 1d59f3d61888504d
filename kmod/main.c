// SPDX-License-Identifier: GPL-2.0-only
/* rstguard: recognises forged TCP resets. Here is only the order of things. */
#include <linux/module.h>

#include "net.h"
#include "netlink.h"
#include "table.h"
#include "talk.h"

#define RSTG_VERSION "0.1"

static char *mode = "monitor";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "what to do in the first network namespace: off, monitor, hold or drop (default monitor)");

static uint hashsize;
module_param(hashsize, uint, 0444);
MODULE_PARM_DESC(hashsize, "buckets of the flow table (default 262144 above 4 GiB of memory, 65536 above 1 GiB, else by memory)");

static uint max_flows;
module_param(max_flows, uint, 0444);
MODULE_PARM_DESC(max_flows, "flows in the first network namespace (default one per bucket: at 320 bytes each 80 MiB above 4 GiB of memory, 20 MiB above 1 GiB)");

static int guest_flows = -1;
module_param(guest_flows, int, 0444);
MODULE_PARM_DESC(guest_flows, "flows in all other network namespaces together, besides those (default a quarter of max_flows)");

/* By enum rstguard_mode. */
static const char *const mode_names[] = {
	[RSTGUARD_MODE_DISABLED] = "off",
	[RSTGUARD_MODE_MONITOR] = "monitor",
	[RSTGUARD_MODE_HOLD] = "hold",
	[RSTGUARD_MODE_DROP] = "drop",
};

static int __init parse_mode(void)
{
	int m = match_string(mode_names, ARRAY_SIZE(mode_names), mode);

	if (m < 0) {
		pr_err("mode=%s: expected off, monitor, hold or drop\n", mode);
		return -EINVAL;
	}
	return m;
}

static int __init rstguard_init(void)
{
	int err, first_mode;

	first_mode = parse_mode();
	if (first_mode < 0)
		return first_mode;

	err = rstg_talk_init();
	if (err)
		return err;
	err = rstg_table_init(hashsize, max_flows, guest_flows);
	if (err)
		goto err_talk;
	err = rstg_net_init(first_mode);
	if (err)
		goto err_table;
	err = rstg_hold_register();
	if (err)
		goto err_net;
	err = rstg_netlink_init();
	if (err)
		goto err_hold;

	pr_info("version " RSTG_VERSION ", mode %s, %u buckets, %u flows, %u in other namespaces\n",
		mode, rstg_table_hashsize(), rstg_table_share(&init_net),
		rstg_table_max_flows() - rstg_table_share(&init_net));
	return 0;

err_hold:
	rstg_hold_stop_all();
	rstg_hold_unregister();
err_net:
	rstg_net_exit();
err_table:
	rstg_table_exit();
err_talk:
	rstg_talk_exit();
	return err;
}

static void __exit rstguard_exit(void)
{
	rstg_netlink_exit();
	rstg_hold_stop_all();
	rstg_hold_unregister();
	rstg_net_exit();
	rstg_table_exit();
	rstg_talk_exit();
}

module_init(rstguard_init);
module_exit(rstguard_exit);

MODULE_DESCRIPTION("Recognises forged TCP resets");
MODULE_AUTHOR("The rstguard authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(RSTG_VERSION);
