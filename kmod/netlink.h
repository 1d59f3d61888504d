/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RSTG_NETLINK_H
#define _RSTG_NETLINK_H

int rstg_netlink_init(void);
void rstg_netlink_exit(void);

#endif /* _RSTG_NETLINK_H */
