/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can last have been said on a connection, whose protocol that is, and what can be
 * noticed of STARTTLS: the one list behind the enums, the netlink numbers and the names
 * in JSON.
 *
 * RSTG_STAGE(ENUM, "name", "text"), RSTG_NOTICE(ENUM, "name", "text")
 *
 * Append only: the position is the number, or the bit, in netlink.
 */
#ifndef _RSTG_STAGES_H
#define _RSTG_STAGES_H

#include "env.h"

#define RSTG_STAGES(RSTG_STAGE)							\
	RSTG_STAGE(UNKNOWN, "unknown",						\
		   "taken up in mid-stream, or a part of it was missed")	\
	/* of the flow, not of what it carries */				\
	RSTG_STAGE(SYN, "syn", "one side has asked for a connection")		\
	RSTG_STAGE(HANDSHAKE, "handshake", "both SYNs were seen, nothing was said yet") \
	/* before TLS, in any protocol */					\
	RSTG_STAGE(STARTTLS, "starttls", "the client asked to go on in TLS")	\
	RSTG_STAGE(STARTTLS_ACCEPTED, "starttls-accepted", "the server agreed to go on in TLS") \
	RSTG_STAGE(STARTTLS_REFUSED, "starttls-refused", "the server refused to go on in TLS") \
	RSTG_STAGE(SMTP_GREETING, "smtp-greeting", "the mail server introduced itself") \
	RSTG_STAGE(SMTP_EHLO, "smtp-ehlo", "the mail client introduced itself")	\
	RSTG_STAGE(SMTP_CAPABILITIES, "smtp-capabilities",			\
		   "the mail server listed what it can do")			\
	RSTG_STAGE(SMTP_COMMAND, "smtp-command", "another command to the mail server") \
	RSTG_STAGE(SMTP_DATA, "smtp-data", "the mail client began with a message") \
	RSTG_STAGE(IMAP_GREETING, "imap-greeting", "the IMAP server introduced itself") \
	RSTG_STAGE(IMAP_COMMAND, "imap-command", "a command to the IMAP server") \
	RSTG_STAGE(POP3_GREETING, "pop3-greeting", "the POP3 server introduced itself") \
	RSTG_STAGE(POP3_COMMAND, "pop3-command", "a command to the POP3 server") \
	RSTG_STAGE(FTP_GREETING, "ftp-greeting", "the FTP server introduced itself") \
	RSTG_STAGE(FTP_COMMAND, "ftp-command", "a command to the FTP server")	\
	RSTG_STAGE(XMPP_STREAM, "xmpp-stream", "an XMPP stream was opened")	\
	/* TLS, from the start or after STARTTLS */				\
	RSTG_STAGE(TLS_CLIENT_HELLO, "tls-client-hello", "a TLS handshake was begun") \
	RSTG_STAGE(TLS_SERVER_HELLO, "tls-server-hello", "a TLS handshake was answered") \
	RSTG_STAGE(TLS_ALERT, "tls-alert", "a TLS handshake was broken off")	\
	RSTG_STAGE(TLS_ESTABLISHED, "tls-established", "data in TLS")		\
	/* the rest */								\
	RSTG_STAGE(OPENVPN_RESET, "openvpn-reset", "OpenVPN began or answered a session") \
	RSTG_STAGE(OPENVPN_DATA, "openvpn-data", "OpenVPN carries data")	\
	RSTG_STAGE(SSH_BANNER, "ssh-banner", "SSH told its version")		\
	RSTG_STAGE(HTTP_REQUEST, "http-request", "an HTTP request began")	\
	RSTG_STAGE(HTTP_RESPONSE, "http-response", "an HTTP response began")	\
	RSTG_STAGE(DATA, "data", "something else, or more than is followed")

/* Facts about one connection, each told once. Only their reader knows what to expect. */
#define RSTG_NOTICES(RSTG_NOTICE)						\
	RSTG_NOTICE(OFFERED, "starttls-offered",				\
		    "the server offers STARTTLS")				\
	RSTG_NOTICE(ABSENT, "starttls-absent",					\
		    "the server's capabilities end without STARTTLS")		\
	RSTG_NOTICE(MASKED, "capability-masked",				\
		    "a capability of the server was overwritten on the way")	\
	RSTG_NOTICE(GREETING, "greeting-masked",				\
		    "the server's greeting was overwritten on the way")		\
	RSTG_NOTICE(MANGLED, "command-mangled",					\
		    "a command was overwritten on the way, and the server refused it") \
	RSTG_NOTICE(REFUSED, "starttls-refused",				\
		    "the server refused the STARTTLS that it had offered")

enum rstg_stage {
#define X(e, name, text) RSTG_STAGE_##e,
	RSTG_STAGES(X)
#undef X
	RSTG_STAGE_MAX
};

/*
 * How far the client had come: with the flags of the resets that followed this is the class
 * under which studies of tampering count it ("after the first data, RST|ACK, RST|ACK").
 */
enum rstg_phase {
	RSTG_PHASE_UNKNOWN,
	RSTG_PHASE_SYN,		/* its SYN is not answered and acknowledged yet */
	RSTG_PHASE_ACK,		/* connected, it has said nothing */
	RSTG_PHASE_PSH,		/* one segment of data */
	RSTG_PHASE_DATA,	/* more */
	RSTG_PHASE_MAX
};

/*
 * The application protocol of a stage. A flow remembers each that it has shown, as a bit
 * of struct rstg_stream.services; more than one where a greeting was ambiguous ("220 " may
 * be FTP), or somebody has forged one.
 */
enum rstg_service {
	RSTG_SERVICE_SMTP,
	RSTG_SERVICE_IMAP,
	RSTG_SERVICE_POP3,
	RSTG_SERVICE_FTP,
	RSTG_SERVICE_XMPP,
	RSTG_SERVICE_VPN,
	RSTG_SERVICE_SSH,
	RSTG_SERVICE_HTTP,
	RSTG_SERVICE_MAX
};

enum rstg_notice {
#define X(e, name, text) RSTG_NOTICE_##e,
	RSTG_NOTICES(X)
#undef X
	RSTG_NOTICE_MAX
};

/**
 * struct rstg_stage_info - a stage or a notice in words
 * @name: as in JSON
 * @text: for people
 */
struct rstg_stage_info {
	const char *name;
	const char *text;
};

extern const struct rstg_stage_info rstg_stages[RSTG_STAGE_MAX];
extern const struct rstg_stage_info rstg_notices[RSTG_NOTICE_MAX];

u8 rstg_stage_service(enum rstg_stage stage);
u64 rstg_service_stages(u8 spoken);

#endif /* _RSTG_STAGES_H */
