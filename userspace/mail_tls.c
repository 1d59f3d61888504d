// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "env.h"
#include "mail_tls.h"

const struct mail_tls_info mail_tls_causes[MAIL_TLS_MAX] = {
#define X(e, name, text, todo) [MAIL_TLS_##e] = { name, text, todo },
	MAIL_TLS_CAUSES(X)
#undef X
};

/*
 * OpenSSL's reasons (ssl_err.c), as postfix and dovecot log them, and GnuTLS's
 * (errors.c, alert.c), as Debian's exim does. What comes first wins: "alert" alone
 * is part of many. An unexpected EOF is no cause: so ends what was cut from outside.
 */
static const struct {
	const char *words;
	enum mail_tls cause;
} said[] = {
	{ "unsupported protocol", MAIL_TLS_VERSION },
	{ "version too low", MAIL_TLS_VERSION },
	{ "alert protocol version", MAIL_TLS_VERSION },
	{ "Error in protocol version", MAIL_TLS_VERSION },
	{ "illegal or unsupported version", MAIL_TLS_VERSION },
	{ "inappropriate fallback", MAIL_TLS_VERSION },
	{ "alert unknown ca", MAIL_TLS_UNKNOWN_CA },
	{ "CA is unknown", MAIL_TLS_UNKNOWN_CA },
	{ "alert bad certificate", MAIL_TLS_BAD_CERTIFICATE },
	{ "alert certificate", MAIL_TLS_BAD_CERTIFICATE },
	{ "alert unsupported certificate", MAIL_TLS_BAD_CERTIFICATE },
	{ "certificate verify failed", MAIL_TLS_BAD_CERTIFICATE },
	{ "Certificate is bad", MAIL_TLS_BAD_CERTIFICATE },
	{ "Certificate has expired", MAIL_TLS_BAD_CERTIFICATE },
	{ "Certificate was revoked", MAIL_TLS_BAD_CERTIFICATE },
	{ "Certificate is not supported", MAIL_TLS_BAD_CERTIFICATE },
	{ "Unknown certificate", MAIL_TLS_BAD_CERTIFICATE },
	{ "no shared cipher", MAIL_TLS_NO_CIPHER },
	{ "no suitable", MAIL_TLS_NO_CIPHER },
	{ "alert handshake failure", MAIL_TLS_NO_CIPHER },
	{ "No supported cipher suites", MAIL_TLS_NO_CIPHER },
	{ "Handshake failed", MAIL_TLS_NO_CIPHER },
	{ "wrong version number", MAIL_TLS_NO_TLS },
	{ "unknown protocol", MAIL_TLS_NO_TLS },
	{ "http request", MAIL_TLS_NO_TLS },
	{ "unexpected TLS packet", MAIL_TLS_NO_TLS },
	/* an OpenSSL client has no keys yet when it sees the certificate (exim 4.96) */
	{ "Decryption has failed", MAIL_TLS_UNREADABLE },
	{ "SSL alert number", MAIL_TLS_OTHER },
	{ "TLS fatal alert", MAIL_TLS_OTHER },
};

/**
 * mail_tls_cause() - what is behind a complaint
 * @text: of the TLS library, with anything around it
 *
 * Return: the cause, or %MAIL_TLS_NONE where it names none.
 */
enum mail_tls mail_tls_cause(const char *text)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(said); i++)
		if (strstr(text, said[i].words))
			return said[i].cause;
	return MAIL_TLS_NONE;
}
