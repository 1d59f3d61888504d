/* SPDX-License-Identifier: GPL-2.0-only */
/* <asm/unaligned.h> moved here in 6.12. Remove when 6.1 is dropped. */
#ifndef _RSTG_COMPAT_LINUX_UNALIGNED_H
#define _RSTG_COMPAT_LINUX_UNALIGNED_H

#ifdef RSTG_HAVE_LINUX_UNALIGNED_H
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* _RSTG_COMPAT_LINUX_UNALIGNED_H */
