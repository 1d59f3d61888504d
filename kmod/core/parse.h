/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Between stream.c and the parsers, one file for each way of speaking. Each takes one
 * octet at a time and spends a bounded effort on it.
 */
#ifndef _RSTG_PARSE_H
#define _RSTG_PARSE_H

#include "env.h"
#include "stream.h"

/* Which parser reads a direction. */
enum rstg_stream_how {
	RSTG_HOW_NONE,		/* where it begins is not known */
	RSTG_HOW_OPENING,	/* stream_open.c: its first octets tell */
	RSTG_HOW_LINE,		/* stream_line.c: lines of words */
	RSTG_HOW_XML,		/* stream_xmpp.c */
	RSTG_HOW_TLS,		/* stream_tls.c */
	RSTG_HOW_VPN,		/* stream_openvpn.c */
	RSTG_HOW_BANNER,	/* a banner is over: whatever follows is data */
	RSTG_HOW_DONE,		/* nothing more can be learned */
};

enum rstg_stream_proto {
	RSTG_PROTO_NONE,
	RSTG_PROTO_SMTP,
	RSTG_PROTO_FTP,
	RSTG_PROTO_IMAP,
	RSTG_PROTO_POP3,
	RSTG_PROTO_XMPP,
	RSTG_PROTO_TLS,
	RSTG_PROTO_VPN,
	RSTG_PROTO_SSH,
	RSTG_PROTO_HTTP,
};

/* struct rstg_stream.bits */
#define RSTG_STREAM_CLIENT	0x01	/* the client is direction 1 */
#define RSTG_STREAM_SPEAKER	0x02	/* direction 1 has said @stage */
#define RSTG_STREAM_MASK	0x04	/* at @tls_at is what may have been STARTTLS */
#define RSTG_STREAM_HELLO	0x08	/* a TLS handshake was answered */
#define RSTG_STREAM_ON		0x10	/* who began it has gone on to encrypt */
#define RSTG_STREAM_FRESH	0x20	/* @stage was set by what is being fed */
#define RSTG_STREAM_ONE		0x40	/* the client has sent a segment of data */
#define RSTG_STREAM_MORE	0x80	/* and another */

/* struct rstg_stream_dir.line */
#define RSTG_LINE_MORE		0x01	/* its code says that lines will follow */
#define RSTG_LINE_FIRST		0x02	/* it begins a reply */
#define RSTG_LINE_LAST		0x04	/* it ends one */
#define RSTG_LINE_CODE		0x08	/* it has its code before the first word */
#define RSTG_LINE_CAPS		0x10	/* it lists capabilities */
#define RSTG_LINE_MASKED	0x20	/* its text is overwritten */
#define RSTG_LINE_OPENED	0x40	/* XMPP: of all lines, the stream was opened */
#define RSTG_LINE_HELLO		0x80	/* TLS: a hello whose version is being read */

/* struct rstg_stream_dir.verb */
enum rstg_stream_verb {
	RSTG_VERB_OTHER,
	RSTG_VERB_HELO,
	RSTG_VERB_EHLO,
	RSTG_VERB_CAPA,
	RSTG_VERB_AUTH,
	RSTG_VERB_STARTTLS,
	RSTG_VERB_MASKED,	/* overwritten on the way */
	RSTG_VERB_LOGIN,	/* no STARTTLS after it */
	RSTG_VERB_DATA,
	RSTG_VERB_USER,
	/* of a server */
	RSTG_VERB_ANSWER,
	RSTG_VERB_YES,
	RSTG_VERB_NO,
	RSTG_VERB_BAD,
	/* of either side, in TLS */
	RSTG_VERB_CLIENT_HELLO,
	RSTG_VERB_SERVER_HELLO,
};

/* Is the word just read this literal? */
#define rstg_word_is(dir, lit)	((dir)->n == sizeof(lit) - 1 &&				\
				 !memcmp((dir)->word, lit, min_t(u32, sizeof(lit) - 1,	\
								 RSTG_STREAM_WORD)))

static inline bool rstg_stream_is_client(const struct rstg_stream *s, unsigned int d)
{
	return d == (s->bits & RSTG_STREAM_CLIENT);
}

static inline void rstg_word_add(struct rstg_stream_dir *dir, u8 c)
{
	if (dir->n < RSTG_STREAM_WORD)
		dir->word[dir->n] = c;
	if (dir->n < U8_MAX)
		dir->n++;
}

static inline u8 rstg_upper(u8 c)
{
	return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
}

/* stream.c */
void rstg_stream_say(struct rstg_stream *s, unsigned int d, enum rstg_stage stage);
void rstg_stream_switch(struct rstg_stream *s, unsigned int d, enum rstg_stream_how how);
void rstg_stream_end(struct rstg_stream *s);
void rstg_stream_other(struct rstg_stream *s, unsigned int d);
void rstg_stream_octet(struct rstg_stream *s, unsigned int d, u8 c);

/* stream_open.c */
void rstg_open_octet(struct rstg_stream *s, unsigned int d, u8 c);

/* stream_line.c */
void rstg_line_octet(struct rstg_stream *s, unsigned int d, u8 c);
bool rstg_word_masked(const struct rstg_stream_dir *dir);
bool rstg_word_uniform(const struct rstg_stream_dir *dir);

/* stream_starttls.c */
void rstg_starttls_capability(struct rstg_stream *s, bool offered, bool masked);
void rstg_starttls_list_end(struct rstg_stream *s);
void rstg_starttls_ask(struct rstg_stream *s, unsigned int d, u16 at);
void rstg_starttls_ask_masked(struct rstg_stream *s, u16 at);
void rstg_starttls_answer(struct rstg_stream *s, unsigned int d, enum rstg_stream_verb answer);

/* stream_smtp.c, FTP as well */
void rstg_smtp_word(struct rstg_stream *s, unsigned int d);
void rstg_smtp_line(struct rstg_stream *s, unsigned int d);

/* stream_imap.c */
void rstg_imap_word(struct rstg_stream *s, unsigned int d);
void rstg_imap_code_end(struct rstg_stream *s, unsigned int d);
void rstg_imap_line(struct rstg_stream *s, unsigned int d);

/* stream_pop3.c */
void rstg_pop3_word(struct rstg_stream *s, unsigned int d);
void rstg_pop3_line(struct rstg_stream *s, unsigned int d);

/* stream_xmpp.c */
void rstg_xmpp_octet(struct rstg_stream *s, unsigned int d, u8 c);

/* stream_tls.c */
void rstg_tls_octet(struct rstg_stream *s, unsigned int d, u8 c);
u32 rstg_tls_need(const struct rstg_stream_dir *dir);

/* stream_openvpn.c */
void rstg_vpn_octet(struct rstg_stream *s, unsigned int d, u8 c);
bool rstg_vpn_begins(const u8 *octets, u32 n);

#define RSTG_TLS_HANDSHAKE	22	/* RFC 8446 5.1; neither text nor XML begins with it */

/* Octets of a header that are needed before anything can be said of a record. */
#define RSTG_TLS_HEADER		5
#define RSTG_TLS_FIRST		6	/* with the kind of the handshake message */
#define RSTG_TLS_HELLO		11	/* with its length and the version that it names */
#define RSTG_VPN_HEADER		3	/* with the opcode */
#define RSTG_VPN_FIRST		11	/* with the session ID */

#endif /* _RSTG_PARSE_H */
