/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core takes from its surroundings, kernel edition.
 *
 * Files below core/ include this header and their own, nothing else. A
 * userspace build force-includes env_user.h, which has the same guard and
 * supplies the same few names, so that one source serves both worlds without
 * an #ifdef. The core takes no lock, allocates nothing and reads no clock: a
 * wish for more names here is a sign that the code belongs outside core/.
 */
#ifndef _RSTG_ENV_H
#define _RSTG_ENV_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/unaligned.h>

#endif /* _RSTG_ENV_H */
