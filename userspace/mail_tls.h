/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a TLS handshake failed, out of what the TLS library said. */
#ifndef _MAIL_TLS_H
#define _MAIL_TLS_H

/* MAIL_TLS(ENUM, "name", "what it means", "what to do") */
#define MAIL_TLS_CAUSES(MAIL_TLS)						\
	MAIL_TLS(NONE, "none", "", "")						\
	MAIL_TLS(VERSION, "tls-version",					\
		 "one side speaks only TLS versions that the other refuses",	\
		 "update the older one; the server's are set by smtpd_tls_protocols, "	\
		 "ssl_min_protocol or tls_require_ciphers")			\
	MAIL_TLS(UNKNOWN_CA, "unknown-ca",					\
		 "one side does not know the issuer of the other's certificate", \
		 "let the server send its whole chain, or use an issuer that clients know") \
	MAIL_TLS(BAD_CERTIFICATE, "bad-certificate",				\
		 "one side refuses the other's certificate",			\
		 "look at its name and dates: openssl s_client -connect SERVER:PORT") \
	MAIL_TLS(NO_CIPHER, "no-shared-cipher",					\
		 "the two sides have no cipher or curve in common",		\
		 "update the older one, or allow what it has")			\
	MAIL_TLS(NO_TLS, "no-tls",						\
		 "one side spoke TLS and the other did not",			\
		 "STARTTLS belongs to 587 and 143, TLS from the start to 465 and 993: " \
		 "look at the client's settings")				\
	MAIL_TLS(UNREADABLE, "tls-unreadable",					\
		 "what came was not encrypted as agreed; mostly a client that refuses the " \
		 "certificate, and in TLS 1.3 says so in the clear",		\
		 "see whether that client knows the issuer of the certificate")	\
	MAIL_TLS(OTHER, "tls-alert",						\
		 "one side broke the handshake off with an alert",		\
		 "the log line has its name")

enum mail_tls {
#define X(e, name, text, todo) MAIL_TLS_##e,
	MAIL_TLS_CAUSES(X)
#undef X
	MAIL_TLS_MAX
};

/**
 * struct mail_tls_info - a cause in words
 * @name: as in JSON
 * @text: for people
 * @todo: same
 */
struct mail_tls_info {
	const char *name;
	const char *text;
	const char *todo;
};

extern const struct mail_tls_info mail_tls_causes[MAIL_TLS_MAX];

enum mail_tls mail_tls_cause(const char *text);

#endif /* _MAIL_TLS_H */
