/* SPDX-License-Identifier: GPL-2.0-only */
/* The TCP segments of a capture, as they can be put on a wire once more. */
#ifndef _TAPE_H
#define _TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct tape_pkt - one IP datagram
 * @data:    from the IP header on, without what the link added behind it
 * @len:     octets
 * @reset:   it is one
 * @time_ns: when it was captured
 */
struct tape_pkt {
	uint8_t *data;
	uint32_t len;
	bool reset;
	uint64_t time_ns;
};

/**
 * struct tape - what is sent
 * @mtu:    setting: of the wire
 * @mend:   setting: fill up what was cut short, and compute checksums anew
 * @pkt:    in the order of the file
 * @n:      their number
 */
struct tape {
	uint32_t mtu;
	bool mend;
	struct tape_pkt *pkt;
	size_t n;
};

const char *tape_read(struct tape *tape, const char *path);

#endif /* _TAPE_H */
