// SPDX-License-Identifier: GPL-2.0-only
/* What does a side speak? Its first octets tell, at whatever port. */
#include "env.h"
#include "stream.h"
#include "parse.h"

#define FROM_CLIENT	BIT(0)
#define FROM_SERVER	BIT(1)

static const struct {
	char text[RSTG_STREAM_WORD];
	u8 len;
	u8 from;
	u8 proto;
} openings[] = {
#define OPENING(lit, from_, proto_)	\
	{ .text = lit, .len = sizeof(lit) - 1, .from = from_, .proto = RSTG_PROTO_##proto_ }
	/* RFC 5321 3.1; FTP looks the same, the line and the first command will tell */
	OPENING("220 ", FROM_SERVER, SMTP),
	OPENING("220-", FROM_SERVER, SMTP),
	OPENING("421 ", FROM_SERVER, SMTP),
	OPENING("554 ", FROM_SERVER, SMTP),
	OPENING("554-", FROM_SERVER, SMTP),
	/* clients that do not wait for the greeting */
	OPENING("EHLO ", FROM_CLIENT, SMTP),
	OPENING("HELO ", FROM_CLIENT, SMTP),
	/* RFC 9051 7.1 */
	OPENING("* OK", FROM_SERVER, IMAP),
	OPENING("* PREAUTH", FROM_SERVER, IMAP),
	OPENING("* BYE", FROM_SERVER, IMAP),
	/* RFC 1939 4 */
	OPENING("+OK", FROM_SERVER, POP3),
	/* RFC 6120 4 */
	OPENING("<?xml ", FROM_CLIENT | FROM_SERVER, XMPP),
	OPENING("<stream:", FROM_CLIENT | FROM_SERVER, XMPP),
	/* RFC 4253 4.2 */
	OPENING("SSH-", FROM_CLIENT | FROM_SERVER, SSH),
	/* RFC 9110 9, and the preface of HTTP/2, RFC 9113 3.4 */
	OPENING("GET ", FROM_CLIENT, HTTP),
	OPENING("HEAD ", FROM_CLIENT, HTTP),
	OPENING("POST ", FROM_CLIENT, HTTP),
	OPENING("PUT ", FROM_CLIENT, HTTP),
	OPENING("PATCH ", FROM_CLIENT, HTTP),
	OPENING("DELETE ", FROM_CLIENT, HTTP),
	OPENING("OPTIONS ", FROM_CLIENT, HTTP),
	OPENING("CONNECT ", FROM_CLIENT, HTTP),
	OPENING("TRACE ", FROM_CLIENT, HTTP),
	OPENING("PRI * HTTP/", FROM_CLIENT, HTTP),
	OPENING("HTTP/", FROM_SERVER, HTTP),
#undef OPENING
};

static_assert(RSTG_VPN_FIRST <= RSTG_STREAM_WORD, "an opening is told by what fits");

/* What the octets so far begin; false: none of it. @proto stays while they might yet. */
static bool recognize(const u8 *octets, u32 n, u8 from, enum rstg_stream_proto *proto)
{
	bool maybe = false;
	unsigned int i;

	if (octets[0] == RSTG_TLS_HANDSHAKE) {
		*proto = RSTG_PROTO_TLS;	/* or nothing: its parser looks closer */
		return true;
	}
	if (rstg_vpn_begins(octets, n)) {
		if (n == RSTG_VPN_FIRST)
			*proto = RSTG_PROTO_VPN;
		return true;
	}
	for (i = 0; i < ARRAY_SIZE(openings); i++) {
		if (!(openings[i].from & from) || openings[i].text[0] != octets[0] ||
		    memcmp(openings[i].text, octets, min_t(u32, n, openings[i].len)))
			continue;
		maybe = true;
		if (n >= openings[i].len)
			*proto = openings[i].proto;
	}
	return maybe;
}

/* Which parser goes on; what it will say of the octets is up to it. */
static enum rstg_stream_how reader_of(enum rstg_stream_proto proto)
{
	switch (proto) {
	case RSTG_PROTO_SMTP:
	case RSTG_PROTO_FTP:
	case RSTG_PROTO_IMAP:
	case RSTG_PROTO_POP3:
		return RSTG_HOW_LINE;
	case RSTG_PROTO_XMPP:
		return RSTG_HOW_XML;
	case RSTG_PROTO_TLS:
		return RSTG_HOW_TLS;
	case RSTG_PROTO_VPN:
		return RSTG_HOW_VPN;
	default:
		return RSTG_HOW_OPENING;
	}
}

static void begin(struct rstg_stream *s, enum rstg_stream_proto proto)
{
	s->proto = proto;
	/* Where the server speaks first, its greeting is what it owes. */
	s->asked = 1;
}

void rstg_open_octet(struct rstg_stream *s, unsigned int d, u8 c)
{
	bool client = rstg_stream_is_client(s, d);
	enum rstg_stream_proto proto = RSTG_PROTO_NONE;
	struct rstg_stream_dir *dir = &s->dir[d];
	u8 octets[RSTG_STREAM_WORD];
	u8 i, n;

	/* The other side's opening tells what this one speaks. */
	if (!dir->n && reader_of(s->proto) != RSTG_HOW_OPENING) {
		rstg_stream_switch(s, d, reader_of(s->proto));
		rstg_stream_octet(s, d, c);
		return;
	}
	rstg_word_add(dir, c);
	if (!recognize(dir->word, dir->n, client ? FROM_CLIENT : FROM_SERVER, &proto)) {
		rstg_stream_other(s, d);
		return;
	}
	switch (proto) {
	case RSTG_PROTO_NONE:
		return;
	case RSTG_PROTO_HTTP:
		rstg_stream_say(s, d, client ? RSTG_STAGE_HTTP_REQUEST : RSTG_STAGE_HTTP_RESPONSE);
		if (client)
			dir->how = RSTG_HOW_DONE;
		else
			rstg_stream_end(s);
		return;
	case RSTG_PROTO_SSH:
		s->proto = proto;
		rstg_stream_say(s, d, RSTG_STAGE_SSH_BANNER);
		rstg_stream_switch(s, d, RSTG_HOW_LINE);
		return;
	default:
		break;
	}
	/* Read again, by the right parser: a dozen octets at most, once a direction. */
	begin(s, proto);
	n = dir->n;
	memcpy(octets, dir->word, n);
	rstg_stream_switch(s, d, reader_of(proto));
	for (i = 0; i < n; i++) {
		if (dir->skip)
			dir->skip--;
		else
			rstg_stream_octet(s, d, octets[i]);
	}
}

/**
 * rstg_stream_reopen() - what else may this direction have begun with?
 * @s:      conversation
 * @d:      direction
 * @octets: what rstg_stream_opens_again() has asked for
 * @n:      number of them
 *
 * Only the service is taken from it: the parser goes on with what it has read.
 */
void rstg_stream_reopen(struct rstg_stream *s, unsigned int d, const u8 *octets, u32 n)
{
	static const u8 shown[] = {
		[RSTG_PROTO_SMTP] = BIT(RSTG_SERVICE_SMTP),
		[RSTG_PROTO_FTP] = BIT(RSTG_SERVICE_FTP),
		[RSTG_PROTO_IMAP] = BIT(RSTG_SERVICE_IMAP),
		[RSTG_PROTO_POP3] = BIT(RSTG_SERVICE_POP3),
		[RSTG_PROTO_XMPP] = BIT(RSTG_SERVICE_XMPP),
		[RSTG_PROTO_VPN] = BIT(RSTG_SERVICE_VPN),
		[RSTG_PROTO_SSH] = BIT(RSTG_SERVICE_SSH),
		[RSTG_PROTO_HTTP] = BIT(RSTG_SERVICE_HTTP),
	};
	enum rstg_stream_proto proto = RSTG_PROTO_NONE;

	n = min_t(u32, n, RSTG_STREAM_WORD);
	if (n && recognize(octets, min_t(u32, n, RSTG_VPN_FIRST),
			   rstg_stream_is_client(s, d) ? FROM_CLIENT : FROM_SERVER, &proto))
		s->services |= shown[proto];
}
