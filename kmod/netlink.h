/* SPDX-License-Identifier: GPL-2.0-only */
/* What netlink.c offers to main.c, and to the other files with handlers. */
#ifndef _RSTG_NETLINK_H
#define _RSTG_NETLINK_H

#include <linux/types.h>

struct genl_family;
struct genl_info;
struct sk_buff;

extern struct genl_family rstg_family;

struct sk_buff *rstg_netlink_reply(struct genl_info *info, u8 cmd, size_t payload, void **hdr);
int rstg_netlink_finish(struct genl_info *info, struct sk_buff *msg, void *hdr, int err);

int rstg_netlink_init(void);
void rstg_netlink_exit(void);

#endif /* _RSTG_NETLINK_H */
