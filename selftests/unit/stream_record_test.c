// SPDX-License-Identifier: GPL-2.0-only
/* What begins with neither greeting nor line: TLS, OpenVPN, SSH, HTTP, and all the rest. */
#include "script.h"

/* --- TLS from the start: 465, 993, 443 or wherever -------------------------------------- */

FIXTURE_VARIANT_ADD(dialog, tls13) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO),
	/* its certificate looks like data, and the handshake is not over */
	S(HELLO_S CCS APPDATA APPDATA, TLS_SERVER_HELLO),
	C_(CCS),
	C(APPDATA, TLS_ESTABLISHED),
	S_("220 what comes now is not read\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, tls12) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO),
	S(HELLO_S HANDSHAKE, TLS_SERVER_HELLO),
	C_(HANDSHAKE CCS),
	/* encrypted: what looks like a hello is none */
	C_(HELLO_C), S_(CCS HELLO_S),
	S(APPDATA, TLS_ESTABLISHED),
} };
/* a hello in two records, then the server's: only the first octet of all is looked at */
FIXTURE_VARIANT_ADD(dialog, hello_in_two_records) { .turn = {
	C("\x16\x03\x01\x00\x01\x01", TLS_CLIENT_HELLO),
	C_("\x16\x03\x01\x00\x02\x02\x00"),
	S(HELLO_S, TLS_SERVER_HELLO),
} };
FIXTURE_VARIANT_ADD(dialog, hello_retry) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO),
	S(HELLO_S CCS, TLS_SERVER_HELLO),
	C_(HELLO_C), S_(HELLO_S),
} };
FIXTURE_VARIANT_ADD(dialog, alert_from_server) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), S(ALERT, TLS_ALERT),
} };
FIXTURE_VARIANT_ADD(dialog, alert_from_client) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), S(HELLO_S, TLS_SERVER_HELLO), C(ALERT, TLS_ALERT),
} };
FIXTURE_VARIANT_ADD(dialog, server_is_no_tls) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), S("HTTP/1.1 400 Bad Request\r\n", DATA),
} };
FIXTURE_VARIANT_ADD(dialog, server_begins_with_data) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), S(APPDATA, DATA),
} };
FIXTURE_VARIANT_ADD(dialog, server_begins_with_what_looks_like_a_hello) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), S("\x17\x03\x03\x00\x01\x02", DATA),
} };
/* sent before the server has said anything: that is no handshake yet */
FIXTURE_VARIANT_ADD(dialog, early_data) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), C_(CCS APPDATA),
	S(HELLO_S, TLS_SERVER_HELLO), S(CCS APPDATA, TLS_ESTABLISHED),
} };
FIXTURE_VARIANT_ADD(dialog, record_too_long) { .turn = { C("\x16\x03\x01\x48\x01\x01", DATA) } };
FIXTURE_VARIANT_ADD(dialog, record_longest) { .turn = {
	C("\x16\x03\x01\x48\x00\x01", TLS_CLIENT_HELLO),
} };
FIXTURE_VARIANT_ADD(dialog, record_empty) { .turn = { C("\x16\x03\x01\x00\x00\x01", DATA) } };
FIXTURE_VARIANT_ADD(dialog, version_of_the_future) { .turn = {
	C("\x16\x03\x05\x00\x08\x01", DATA),
} };
FIXTURE_VARIANT_ADD(dialog, version_of_old) { .turn = { C("\x16\x02\x00\x00\x08\x01", DATA) } };
FIXTURE_VARIANT_ADD(dialog, neither_hello) { .turn = { C("\x16\x03\x01\x00\x08\x0b", DATA) } };
FIXTURE_VARIANT_ADD(dialog, data_record_empty) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), S(HELLO_S, TLS_SERVER_HELLO),
	C_(CCS), C("\x17\x03\x03\x00\x00", TLS_ESTABLISHED),
} };
FIXTURE_VARIANT_ADD(dialog, later_record_empty) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), S(HELLO_S "\x16\x03\x03\x00\x00", DATA),
} };
FIXTURE_VARIANT_ADD(dialog, later_record_damaged) { .turn = {
	C(HELLO_C, TLS_CLIENT_HELLO), S(HELLO_S "\x19\x03\x03\x00\x01x", DATA),
} };

/* --- OpenVPN ---------------------------------------------------------------------------- */

#define SESSION	"\x8a\x01\xfe\x00\x52\xb6\x77\x91"
#define PLAIN	"\x00\x00\x00\x00\x00"		/* nothing acknowledged, packet 0 */
#define AUTH	"0123456789abcdefghij\x00\x00\x00\x01\x68\x01\x02\x03"

FIXTURE_VARIANT_ADD(dialog, openvpn) { .turn = {
	C("\x00\x0e\x38" SESSION PLAIN, OPENVPN_RESET),
	S("\x00\x1a\x40" SESSION "\x01\x00\x00\x00\x00" SESSION "\x00\x00\x00\x00", OPENVPN_RESET),
	C_("\x00\x16\x28" SESSION "\x01\x00\x00\x00\x00" SESSION),	/* acknowledged */
	C_("\x00\x1b\x20" SESSION PLAIN HELLO_C), S_("\x00\x10\x20" SESSION PLAIN "\x30\x30"),
	C_("\x00\x0d\x18" SESSION "\x00\x00\x00\x00"),
	C("\x00\x05\x30text", OPENVPN_DATA),
	S_("\x00\x05\x31text"),
} };
FIXTURE_VARIANT_ADD(dialog, openvpn_tls_auth) { .turn = {
	C("\x00\x2a\x38" SESSION AUTH PLAIN, OPENVPN_RESET),
	S("\x00\x2a\x40" SESSION AUTH PLAIN, OPENVPN_RESET),
	S("\x00\x05\x48text", OPENVPN_DATA),
} };
FIXTURE_VARIANT_ADD(dialog, openvpn_v3) { .turn = {
	C("\x00\x0e\x50" SESSION PLAIN, OPENVPN_RESET),
	C_("\x00\x0e\x58" SESSION PLAIN),
} };
FIXTURE_VARIANT_ADD(dialog, openvpn_longest) { .turn = {
	C("\x05\xdc\x50" SESSION, OPENVPN_RESET),
} };
FIXTURE_VARIANT_ADD(dialog, openvpn_v1) { .turn = {
	C("\x00\x0e\x08" SESSION PLAIN, OPENVPN_RESET),
	S("\x00\x0e\x10" SESSION PLAIN, OPENVPN_RESET),
} };
FIXTURE_VARIANT_ADD(dialog, openvpn_damaged) { .turn = {
	C("\x00\x0e\x38" SESSION PLAIN, OPENVPN_RESET), C("\x00\x00\x38", DATA),
} };
FIXTURE_VARIANT_ADD(dialog, openvpn_opcode_unknown) { .turn = {
	C("\x00\x0e\x38" SESSION PLAIN, OPENVPN_RESET), S("\x00\x0e\x60", DATA),
} };
FIXTURE_VARIANT_ADD(dialog, too_short_for_openvpn) { .turn = { C("\x00\x0d\x38" SESSION, DATA) } };
FIXTURE_VARIANT_ADD(dialog, too_long_for_openvpn) { .turn = { C("\x05\xdd\x38" SESSION, DATA) } };
FIXTURE_VARIANT_ADD(dialog, not_the_first_key) { .turn = { C("\x00\x0e\x39" SESSION, DATA) } };
FIXTURE_VARIANT_ADD(dialog, not_an_opcode_to_begin_with) { .turn = {
	C("\x00\x0e\x20" SESSION, DATA),
} };
/* DNS: length, an ID that looks like a reset, a question for www.test.net */
FIXTURE_VARIANT_ADD(dialog, dns) { .turn = {
	C("\x00\x1e\x38\x8a\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
	  "\x03www\x04test\x03net\x00\x00\x01\x00\x01", DATA),
} };

/* --- SSH, HTTP and what is not known ------------------------------------------------------ */

FIXTURE_VARIANT_ADD(dialog, ssh) { .turn = {
	S("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", SSH_BANNER),
	C("SSH-2.0-OpenSSH_9.6\r\n", SSH_BANNER),
	C("\x00\x00\x05\xdc\x08\x14", DATA),
} };
FIXTURE_VARIANT_ADD(dialog, http) { .turn = {
	C("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n", HTTP_REQUEST),
	C_("STARTTLS\r\n"),
	S("HTTP/1.1 200 OK\r\n\r\n", HTTP_RESPONSE),
	C_(HELLO_C), S_(HELLO_S),
} };
FIXTURE_VARIANT_ADD(dialog, http_options) { .turn = { C("OPTIONS * HTTP/1.1\r\n", HTTP_REQUEST) } };
FIXTURE_VARIANT_ADD(dialog, http2) { .turn = {
	C("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HTTP_REQUEST),
} };
FIXTURE_VARIANT_ADD(dialog, no_answer_in_http) { .turn = {
	C("GET / HTTP/1.1\r\n\r\n", HTTP_REQUEST), S("220 mx\r\n", SMTP_GREETING),
} };
FIXTURE_VARIANT_ADD(dialog, words) { .turn = { C("GETTING nowhere\r\n", DATA) } };
FIXTURE_VARIANT_ADD(dialog, octets) { .turn = {
	C("\x80\x2e\x01\x03\x01", DATA), S_("220 mx\r\n"),
} };
FIXTURE_VARIANT_ADD(dialog, greeting_from_the_client) { .turn = { C("220 mx ESMTP\r\n", DATA) } };
FIXTURE_VARIANT_ADD(dialog, request_from_the_server) { .turn = { S("GET / HTTP/1.1\r\n", DATA) } };
FIXTURE_VARIANT_ADD(dialog, nntp) { .turn = { S("200 news.example.org ready\r\n", DATA) } };
FIXTURE_VARIANT_ADD(dialog, mysql) { .turn = {
	S("\x4a\x00\x00\x00\x0anine", DATA),
} };

TEST_HARNESS_MAIN
