// SPDX-License-Identifier: GPL-2.0-only
/*
 * OpenVPN over TCP: messages of a length, an octet with opcode and key, and the rest,
 * which for those that reset a session begins with a random session ID.
 */
#include "env.h"
#include "stream.h"
#include "parse.h"

#define OPCODE_SHIFT		3
#define KEY_MASK		7

#define HARD_RESET_CLIENT_V1	1
#define HARD_RESET_SERVER_V1	2
#define SOFT_RESET_V1		3
#define CONTROL_V1		4
#define ACK_V1			5
#define DATA_V1			6
#define HARD_RESET_CLIENT_V2	7
#define HARD_RESET_SERVER_V2	8
#define DATA_V2			9
#define HARD_RESET_CLIENT_V3	10
#define CONTROL_WKC_V1		11

/* Opcode, session ID, no acknowledgments, packet ID: what a reset has at least. */
#define RESET_MIN		14
/* With a wrapped client key of 1,024 octets, and room to spare; an Ethernet frame. */
#define RESET_MAX		1500

static bool is_reset(u8 opcode)
{
	switch (opcode) {
	case HARD_RESET_CLIENT_V1:
	case HARD_RESET_CLIENT_V2:
	case HARD_RESET_CLIENT_V3:
	case HARD_RESET_SERVER_V1:
	case HARD_RESET_SERVER_V2:
		return true;
	default:
		return false;
	}
}

/*
 * Can a stream that begins with these octets be OpenVPN? Sure of it at
 * %RSTG_VPN_FIRST. Three octets are little to tell by, but a session ID is random: two
 * zeros in a row are one in 9,000, and the rule where others count in four octets.
 */
bool rstg_vpn_begins(const u8 *octets, u32 n)
{
	u32 i;

	if (n >= 2 && (get_unaligned_be16(octets) < RESET_MIN ||
		       get_unaligned_be16(octets) > RESET_MAX))
		return false;
	if (n >= RSTG_VPN_HEADER &&
	    (!is_reset(octets[2] >> OPCODE_SHIFT) || octets[2] & KEY_MASK))
		return false;
	for (i = RSTG_VPN_HEADER + 1; i < n; i++)
		if (!octets[i] && !octets[i - 1])
			return false;
	return true;
}

static void message(struct rstg_stream *s, unsigned int d, u8 opcode)
{
	if (is_reset(opcode)) {
		rstg_stream_say(s, d, RSTG_STAGE_OPENVPN_RESET);
		return;
	}
	switch (opcode) {
	case SOFT_RESET_V1:
	case CONTROL_V1:
	case ACK_V1:
	case CONTROL_WKC_V1:
		break;
	case DATA_V1:
	case DATA_V2:
		rstg_stream_say(s, d, RSTG_STAGE_OPENVPN_DATA);
		rstg_stream_end(s);
		break;
	default:
		rstg_stream_other(s, d);
		break;
	}
}

void rstg_vpn_octet(struct rstg_stream *s, unsigned int d, u8 c)
{
	struct rstg_stream_dir *dir = &s->dir[d];
	u16 len;

	rstg_word_add(dir, c);
	if (dir->n < RSTG_VPN_HEADER)
		return;
	len = get_unaligned_be16(dir->word);
	dir->n = 0;
	if (!len) {
		rstg_stream_other(s, d);
		return;
	}
	dir->skip = len - 1;
	message(s, d, dir->word[2] >> OPCODE_SHIFT);
}
