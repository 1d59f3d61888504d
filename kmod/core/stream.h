/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was last said on a connection: a parser of how TCP streams begin.
 *
 * By content, not by port, and without keeping any of it but the word that is being
 * read. For each segment the owner of the flow asks for what is wanted and gives it:
 *
 *	rstg_stream_segment(s, d, seq, len);
 *	while ((n = rstg_stream_wanted(s, d, seq, len, &at)))
 *		news |= rstg_stream_feed(s, d, payload + at, n);
 *
 * What the parser steps over, such as the inside of TLS records, is never asked for.
 */
#ifndef _RSTG_STREAM_H
#define _RSTG_STREAM_H

#include "env.h"
#include "stages.h"

/* Longer words than this, CAPABILITY being the longest known, need not be told apart. */
#define RSTG_STREAM_WORD	12

/**
 * struct rstg_stream_dir - what one side says
 * @next:   sequence number of the octet to be read next
 * @left:   octets that may still be read
 * @skip:   octets to be stepped over first
 * @missed: octets that came behind a gap since the last that were read
 * @code:   reply that goes on over several lines; IMAP: digest of a tag
 * @how:    which parser reads it, enum rstg_stream_how
 * @verb:   what the line is about, or what this side has done so far
 * @line:   what was seen in the line so far, RSTG_LINE_*
 * @words:  words of the line before this one, saturating
 * @n:      octets of the word or header so far, saturating
 * @word:   the first of these; in capitals where the protocol does not mind
 */
struct rstg_stream_dir {
	u32 next;
	u16 left;
	u16 skip;
	u16 missed;
	u16 code;
	u8 how;
	u8 verb;
	u8 line;
	u8 words;
	u8 n;
	u8 word[RSTG_STREAM_WORD];
};

static_assert(sizeof(struct rstg_stream_dir) <= 32, "kept for every young flow");

/**
 * struct rstg_stream - a conversation; zeroed it is one taken up in mid-stream
 * @dir:      by sender, numbered like the flow's
 * @asked:    replies that the server owes, from its greeting on
 * @answered: of these, how many it has given
 * @caps_at:  which of them lists capabilities; 0 is none
 * @first:    by sender, sequence number of its first octet
 * @said_end: low bits of where the client's data end, so far as they were counted
 * @tls_at:   which of them answers STARTTLS; IMAP: digest of its tag; 0 is none
 * @proto:    enum rstg_stream_proto
 * @stage:    what was last said
 * @bits:     RSTG_STREAM_*
 * @notices:  bits of enum rstg_notice, those so far
 * @tls:      minor version of the latest TLS hello and 1, 4 being TLS 1.2 and all later
 *            ones, which say so in an extension; 0 is none
 * @services: bits of enum rstg_service, each that was shown; none is ever taken back
 */
struct rstg_stream {
	struct rstg_stream_dir dir[2];
	u32 first[2];
	u16 asked;
	u16 answered;
	u16 caps_at;
	u16 tls_at;
	u16 said_end;
	u8 proto;
	u8 stage;
	u8 bits;
	u8 notices;
	u8 tls;
	u8 services;
};

static_assert(sizeof(struct rstg_stream) <= 88, "kept for every young flow");

/* News beside bits of enum rstg_notice: something was said, so the stage is a fresh one. */
#define RSTG_STREAM_SAID	0x80

static_assert(RSTG_NOTICE_MAX <= 7, "notices share an octet with RSTG_STREAM_SAID");

void rstg_stream_begin(struct rstg_stream *s, unsigned int d, u32 seq);
void rstg_stream_segment(struct rstg_stream *s, unsigned int d, u32 seq, u32 len);
enum rstg_phase rstg_stream_phase(const struct rstg_stream *s);
u32 rstg_stream_wanted(struct rstg_stream *s, unsigned int d, u32 seq, u32 len, u32 *at);
u8 rstg_stream_feed(struct rstg_stream *s, unsigned int d, const u8 *octets, u32 n);
u32 rstg_stream_opens_again(const struct rstg_stream *s, unsigned int d, u32 seq, u32 len);
void rstg_stream_reopen(struct rstg_stream *s, unsigned int d, const u8 *octets, u32 n);
bool rstg_stream_settled(const struct rstg_stream *s, u32 acked0, u32 acked1);
bool rstg_stream_done(const struct rstg_stream *s);
unsigned int rstg_stream_client(const struct rstg_stream *s);
unsigned int rstg_stream_speaker(const struct rstg_stream *s);

/**
 * rstg_stream_stage() - what was last said?
 * @s: conversation
 *
 * Whether a handshake was finished is up to the flow: it knows the last ACK.
 */
static inline enum rstg_stage rstg_stream_stage(const struct rstg_stream *s)
{
	return (enum rstg_stage)s->stage;
}

#endif /* _RSTG_STREAM_H */
