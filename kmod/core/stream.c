// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directions, sequence numbers and bounds; what the octets mean is up to the parsers.
 *
 * What comes behind a gap is not read: a line or a record that lacks its middle means
 * something else, and a reply is known by the command that it answers. So the parser
 * waits for the missing octets. Where a path reorders, these come at once; what had
 * overtaken them was not read and is not sent again, but what is said before STARTTLS
 * goes back and forth in single segments, which nothing can overtake, and of TLS and
 * OpenVPN only headers matter: a gap within a record is no gap. Reading on behind a gap
 * would be to guess, and "unknown" is the better answer.
 */
#include "env.h"
#include "limits.h"
#include "seq.h"
#include "stream.h"
#include "parse.h"

/**
 * rstg_stream_begin() - a SYN shows where a direction begins
 * @s:   conversation
 * @d:   direction; the first one to begin is the client's
 * @seq: of its first octet: one beyond the SYN's
 *
 * To be called for each SYN, and for each SYN-ACK that has a SYN before it: one sent
 * again changes nothing. When another connection takes the ports, zero @s first.
 */
void rstg_stream_begin(struct rstg_stream *s, unsigned int d, u32 seq)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	if (dir->how != RSTG_HOW_NONE)
		return;
	if (s->dir[!d].how == RSTG_HOW_NONE) {
		s->bits = d ? RSTG_STREAM_CLIENT : 0;
		rstg_stream_say(s, d, RSTG_STAGE_SYN);
	} else if (s->stage == RSTG_STAGE_SYN) {
		rstg_stream_say(s, d, RSTG_STAGE_HANDSHAKE);
	}
	dir->how = RSTG_HOW_OPENING;
	dir->next = seq;
	s->first[d] = seq;
	dir->left = RSTG_STREAM_OCTETS;
	if (rstg_stream_is_client(s, d))
		s->said_end = (u16)seq;
}

/**
 * rstg_stream_segment() - a segment with payload, before its octets are asked for
 * @s:   conversation
 * @d:   direction
 * @seq: of its first octet
 * @len: octets of payload
 *
 * Counts the client's, up to two: one that brings nothing new is none.
 */
void rstg_stream_segment(struct rstg_stream *s, unsigned int d, u32 seq, u32 len)
{
	u16 end = (u16)(seq + len);

	if (s->bits & RSTG_STREAM_MORE || !rstg_stream_is_client(s, d) ||
	    (s16)(end - s->said_end) <= 0)
		return;
	s->bits |= s->bits & RSTG_STREAM_ONE ? RSTG_STREAM_MORE : RSTG_STREAM_ONE;
	s->said_end = end;
}

/**
 * rstg_stream_phase() - how far has the client come?
 * @s: conversation
 *
 * Return: %RSTG_PHASE_ACK also where the handshake is not finished.
 */
enum rstg_phase rstg_stream_phase(const struct rstg_stream *s)
{
	if (s->bits & RSTG_STREAM_MORE)
		return RSTG_PHASE_DATA;
	return s->bits & RSTG_STREAM_ONE ? RSTG_PHASE_PSH : RSTG_PHASE_ACK;
}

/* How many octets can be made use of at once? */
static u32 need(const struct rstg_stream_dir *dir)
{
	switch (dir->how) {
	case RSTG_HOW_OPENING:
		return RSTG_STREAM_WORD - dir->n;
	case RSTG_HOW_TLS:
		return rstg_tls_need(dir) - dir->n;
	case RSTG_HOW_VPN:
		return RSTG_VPN_HEADER - dir->n;
	default:
		return dir->left;
	}
}

/* A segment that begins behind the next octet to be read. */
static void behind_gap(struct rstg_stream *s, unsigned int d, u32 len)
{
	struct rstg_stream_dir *dir = &s->dir[d];
	u32 room = RSTG_STREAM_GAP - dir->missed;

	if (len > room) {
		rstg_stream_say(s, d, RSTG_STAGE_UNKNOWN);
		rstg_stream_end(s);
	} else {
		dir->missed += len;
	}
}

/* Take @n octets as read or stepped over. */
static void advance(struct rstg_stream_dir *dir, u32 n)
{
	dir->next += n;
	dir->missed = 0;
}

/**
 * rstg_stream_wanted() - what of a segment is to be fed?
 * @s:   conversation
 * @d:   direction
 * @seq: of the segment's first octet
 * @len: octets of payload
 * @at:  set to where in the payload the wanted octets begin
 *
 * Of octets that come twice only the first ones are read, whatever the second say.
 *
 * Return: how many octets from there to give to rstg_stream_feed() before asking
 * again; 0: no more of this segment.
 */
u32 rstg_stream_wanted(struct rstg_stream *s, unsigned int d, u32 seq, u32 len, u32 *at)
{
	struct rstg_stream_dir *dir = &s->dir[d];
	s32 gap = seq_diff(seq, dir->next);
	u32 end = seq + len, step;

	*at = 0;
	if (dir->how == RSTG_HOW_NONE || dir->how == RSTG_HOW_DONE || !len ||
	    !seq_after(end, dir->next))
		return 0;
	if (gap > (s32)dir->skip) {
		behind_gap(s, d, len);
		return 0;
	}
	if (dir->skip) {
		step = min_t(u32, dir->skip, end - dir->next);
		dir->skip -= step;
		advance(dir, step);
	}
	*at = dir->next - seq;
	return min_t(u32, len - *at, need(dir));
}

/**
 * rstg_stream_feed() - the next octets of a direction
 * @s:      conversation
 * @d:      direction
 * @octets: what rstg_stream_wanted() has asked for, whole or in pieces of any size
 * @n:      number of them
 *
 * Return: bits of enum rstg_notice that are new, and %RSTG_STREAM_SAID.
 */
u8 rstg_stream_feed(struct rstg_stream *s, unsigned int d, const u8 *octets, u32 n)
{
	struct rstg_stream_dir *dir = &s->dir[d];
	u8 before = s->notices;
	u32 i = 0, step, run;

	s->bits &= ~RSTG_STREAM_FRESH;
	while (i < n && dir->how != RSTG_HOW_NONE && dir->how != RSTG_HOW_DONE) {
		if (dir->skip) {
			step = min_t(u32, dir->skip, n - i);
			dir->skip -= step;
			advance(dir, step);
			i += step;
			continue;
		}
		step = min_t(u32, dir->left, n - i);
		for (run = 0; run < step && !dir->skip && dir->how != RSTG_HOW_DONE; run++)
			rstg_stream_octet(s, d, octets[i + run]);
		advance(dir, run);
		dir->left -= run;
		i += run;
		if (!dir->left && dir->how != RSTG_HOW_DONE)
			rstg_stream_other(s, d);
	}
	return (s->notices & ~before) | (s->bits & RSTG_STREAM_FRESH ? RSTG_STREAM_SAID : 0);
}

/**
 * rstg_stream_opens_again() - another copy of how a direction begins?
 * @s:   conversation
 * @d:   direction
 * @seq: of the segment's first octet
 * @len: octets of payload
 *
 * An injector may come first with a beginning that the receiver will not take (a TTL that
 * ends on the way, a stale timestamp), so that what was read is not what was said. Which
 * of two copies the receiver has taken is not to be seen from here: a flow is of each
 * service that one of them shows.
 *
 * Return: how many octets from its first to give to rstg_stream_reopen(); 0: none.
 */
u32 rstg_stream_opens_again(const struct rstg_stream *s, unsigned int d, u32 seq, u32 len)
{
	const struct rstg_stream_dir *dir = &s->dir[d];

	if (dir->how == RSTG_HOW_NONE || seq != s->first[d])
		return 0;
	/* The first copy is read by its parser, unless that has come to its end. */
	if (dir->next == seq && dir->how != RSTG_HOW_DONE)
		return 0;
	return min_t(u32, len, RSTG_STREAM_WORD);
}

/**
 * rstg_stream_settled() - can no other beginning come any more?
 * @s:      conversation
 * @acked0: what the other side has acknowledged of direction 0
 * @acked1: and of direction 1
 *
 * Once it is acknowledged the beginning will not be sent again. Where one side never says
 * anything, as on an FTP data connection, some segments of the other have to do.
 */
bool rstg_stream_settled(const struct rstg_stream *s, u32 acked0, u32 acked1)
{
	s32 far0 = seq_diff(acked0, s->first[0]), far1 = seq_diff(acked1, s->first[1]);

	return (far0 > 0 && far1 > 0) || far0 > RSTG_STREAM_GAP || far1 > RSTG_STREAM_GAP;
}

/* One octet to whatever reads the direction. */
void rstg_stream_octet(struct rstg_stream *s, unsigned int d, u8 c)
{
	switch (s->dir[d].how) {
	case RSTG_HOW_OPENING:
		rstg_open_octet(s, d, c);
		break;
	case RSTG_HOW_LINE:
		rstg_line_octet(s, d, c);
		break;
	case RSTG_HOW_XML:
		rstg_xmpp_octet(s, d, c);
		break;
	case RSTG_HOW_TLS:
		rstg_tls_octet(s, d, c);
		break;
	case RSTG_HOW_VPN:
		rstg_vpn_octet(s, d, c);
		break;
	case RSTG_HOW_BANNER:
		rstg_stream_other(s, d);
		break;
	}
}

void rstg_stream_say(struct rstg_stream *s, unsigned int d, enum rstg_stage stage)
{
	s->stage = stage;
	s->services |= rstg_stage_service(stage);
	s->bits &= ~RSTG_STREAM_SPEAKER;
	s->bits |= RSTG_STREAM_FRESH | (d ? RSTG_STREAM_SPEAKER : 0);
}

/* From the next octet on another parser reads. */
void rstg_stream_switch(struct rstg_stream *s, unsigned int d, enum rstg_stream_how how)
{
	struct rstg_stream_dir *dir = &s->dir[d];

	dir->how = how;
	dir->verb = RSTG_VERB_OTHER;
	dir->line = 0;
	dir->words = 0;
	dir->n = 0;
}

/* There is nothing more to be learned, of neither side: one alone says little. */
void rstg_stream_end(struct rstg_stream *s)
{
	s->dir[0].how = RSTG_HOW_DONE;
	s->dir[1].how = RSTG_HOW_DONE;
}

/* Nothing that is followed, or no further. */
void rstg_stream_other(struct rstg_stream *s, unsigned int d)
{
	rstg_stream_say(s, d, RSTG_STAGE_DATA);
	rstg_stream_end(s);
}

/**
 * rstg_stream_done() - is the parser of no more use?
 * @s: conversation
 *
 * Stage and speaker stay what they are; whoever wants to know them later keeps them.
 *
 * Return: true for a conversation taken up in mid-stream as well.
 */
bool rstg_stream_done(const struct rstg_stream *s)
{
	unsigned int d;

	for (d = 0; d < 2; d++)
		if (s->dir[d].how != RSTG_HOW_DONE && s->dir[d].how != RSTG_HOW_NONE)
			return false;
	return true;
}

/**
 * rstg_stream_client() - which direction is the client's?
 * @s: conversation
 */
unsigned int rstg_stream_client(const struct rstg_stream *s)
{
	return s->bits & RSTG_STREAM_CLIENT;
}

/**
 * rstg_stream_speaker() - which direction has said it?
 * @s: conversation
 */
unsigned int rstg_stream_speaker(const struct rstg_stream *s)
{
	return !!(s->bits & RSTG_STREAM_SPEAKER);
}
