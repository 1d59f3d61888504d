/* SPDX-License-Identifier: GPL-2.0-only */
/* From a captured frame to the IP datagram in it. */
#ifndef _LINKLAYER_H
#define _LINKLAYER_H

#include <stdint.h>

enum link_found {
	LINK_IP,
	LINK_OTHER,	/* a frame of another protocol */
	LINK_SHORT,	/* the frame's headers end beyond what was captured */
	LINK_UNKNOWN,	/* a link type that is not read here */
};

enum link_found linklayer_strip(int link, const uint8_t *p, uint32_t caplen,
				uint32_t *off);

#endif /* _LINKLAYER_H */
