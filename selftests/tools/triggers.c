// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "triggers.h"

/* RFC 8446 5.1 and 4: handshake record, version 3.x, message ClientHello. */
static bool is_client_hello(const struct segment *s)
{
	return s->len > 5 && s->payload[0] == 22 && s->payload[1] == 3 && s->payload[5] == 1;
}

/*
 * SMTP "STARTTLS", POP3 "STLS", IMAP "tag STARTTLS", FTP "AUTH TLS" (RFC 4217 4): the
 * command is what stands last in the line.
 */
static bool is_starttls(const struct segment *s)
{
	static const char *const command[] = { "STARTTLS", "STLS", "AUTH TLS", "AUTH SSL" };
	size_t len = s->len;

	while (len && (s->payload[len - 1] == '\n' || s->payload[len - 1] == '\r'))
		len--;
	if (len == s->len)
		return false;
	for (size_t i = 0; i < sizeof(command) / sizeof(command[0]); i++) {
		size_t n = strlen(command[i]);

		if (len >= n && !strncasecmp((const char *)s->payload + len - n, command[i], n) &&
		    (len == n || s->payload[len - n - 1] == ' ' || s->payload[len - n - 1] == '\n'))
			return true;
	}
	return false;
}

/* Two bytes of length, then opcode and key: P_CONTROL_HARD_RESET_CLIENT_V2 or _V3. */
static bool is_openvpn(const struct segment *s)
{
	unsigned int opcode;

	if (s->len < 16 || (size_t)(s->payload[0] << 8 | s->payload[1]) + 2 != s->len)
		return false;
	opcode = s->payload[2] >> 3;
	return opcode == 7 || opcode == 10;
}

/*
 * The server's first data that acknowledge STARTTLS. What it said before may be read after
 * it: the two interfaces are two queues, and a busy machine lets them fill.
 */
static bool is_starttls_reply(const struct flow *f, const struct segment *s, bool client)
{
	return f->starttls && !client && s->len && !seq_after(f->end[f->client].next, s->ack);
}

static bool matches(const struct flow *f, const struct segment *s, bool client,
		    enum trigger t, uint64_t bytes)
{
	const struct end *me = &f->end[client ? f->client : !f->client];
	uint64_t before = me->bytes - s->len;

	switch (t) {
	case ON_SYN:
		return (s->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	case ON_SYNACK:
		return (s->flags & (TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
	case ON_FIRST_DATA:
		return client && s->len && !before;
	case ON_SECOND_DATA:
		return client && s->len && before;
	case ON_CLIENT_HELLO:
		return client && is_client_hello(s);
	case ON_STARTTLS:
		return client && is_starttls(s);
	case ON_STARTTLS_REPLY:
		return is_starttls_reply(f, s, client);
	case ON_OPENVPN:
		return client && !before && is_openvpn(s);
	case ON_BYTES:
		return s->len && f->end[0].bytes + f->end[1].bytes >= bytes;
	case ON_EVERY:
		return (f->end[0].bytes + f->end[1].bytes) / bytes > f->rounds;
	case ON_ANY:
	case ON_EACH:
		return !(s->flags & TCP_SYN) && f->end[0].seen && f->end[1].seen;
	case TRIGGERS:
		break;
	}
	return false;
}

/*
 * triggers_match() - which trigger of a set does this packet pull?
 * @f:     its connection, after flows_learn()
 * @side:  where it came from
 * @set:   bits of enum trigger
 * @bytes: for ON_BYTES and ON_EVERY
 *
 * Each trigger goes off once in a connection, but for ON_EACH and ON_EVERY.
 *
 * Return: the first one, TRIGGERS if none.
 */
enum trigger triggers_match(struct flow *f, const struct segment *s, unsigned int side,
			    uint32_t set, uint64_t bytes)
{
	bool client = side == f->client, reply = is_starttls_reply(f, s, client);
	enum trigger found = TRIGGERS;

	if (s->flags & TCP_RST)
		return TRIGGERS;
	for (unsigned int t = 0; t < TRIGGERS; t++) {
		if (set & ~f->fired & 1u << t && matches(f, s, client, t, bytes)) {
			if (t != ON_EACH && t != ON_EVERY)
				f->fired |= 1u << t;
			if (t == ON_EVERY)
				f->rounds = (f->end[0].bytes + f->end[1].bytes) / bytes;
			f->trigger_id = s->id;
			found = t;
			break;
		}
	}
	if (client && is_starttls(s))
		f->starttls = true;
	else if (reply)
		f->starttls = false;
	return found;
}

static bool takes_number(unsigned int t)
{
	return t == ON_BYTES || t == ON_EVERY;
}

/* triggers_parse() - "starttls,client-hello" or "bytes=4096" */
bool triggers_parse(uint32_t *set, uint64_t *bytes, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, ","), name = strcspn(text, ",=");
		unsigned int t;

		for (t = 0; t < TRIGGERS; t++)
			if (strlen(trigger_names[t]) == name &&
			    !strncmp(trigger_names[t], text, name))
				break;
		if (t == TRIGGERS || (takes_number(t) ? len == name : len > name))
			return false;
		if (takes_number(t))
			*bytes = strtoull(text + name + 1, NULL, 10);
		if (t == ON_EVERY && !*bytes)
			return false;
		*set |= 1u << t;
		text += len;
		text += *text == ',';
	}
	return *set;
}
