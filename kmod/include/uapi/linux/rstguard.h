/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/rstguard.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_RSTGUARD_H
#define _UAPI_LINUX_RSTGUARD_H

#define RSTGUARD_GENL_NAME	"rstguard"
#define RSTGUARD_GENL_VERSION	1

/**
 * enum rstguard_mode - What is done in this network namespace.
 * @RSTGUARD_MODE_DISABLED: No hook is registered.
 * @RSTGUARD_MODE_MONITOR: Look and report; no packet is touched.
 * @RSTGUARD_MODE_HOLD: Resets in doubt are held until their sender was asked;
 *   dropped on proof.
 * @RSTGUARD_MODE_DROP: As hold, and resets with overwhelming evidence are
 *   dropped at once.
 */
enum rstguard_mode {
	RSTGUARD_MODE_DISABLED,
	RSTGUARD_MODE_MONITOR,
	RSTGUARD_MODE_HOLD,
	RSTGUARD_MODE_DROP,
};

/**
 * enum rstguard_hold_scope - Which resets are held.
 * @RSTGUARD_HOLD_SCOPE_SUSPICIOUS: Those with evidence against them.
 * @RSTGUARD_HOLD_SCOPE_PORTS: Also every one that would end a connection on
 *   one of hold-ports.
 * @RSTGUARD_HOLD_SCOPE_ALL: Every one that would end a connection.
 * @RSTGUARD_HOLD_SCOPE_NONE: Only those that a policy says.
 */
enum rstguard_hold_scope {
	RSTGUARD_HOLD_SCOPE_SUSPICIOUS,
	RSTGUARD_HOLD_SCOPE_PORTS,
	RSTGUARD_HOLD_SCOPE_ALL,
	RSTGUARD_HOLD_SCOPE_NONE,
};

/**
 * enum rstguard_hold - Which resets a policy wants held.
 * @RSTGUARD_HOLD_SUSPICIOUS: Those with evidence against them.
 * @RSTGUARD_HOLD_ALL: Every one that would end a connection.
 * @RSTGUARD_HOLD_NONE: None; what it names is only reported.
 */
enum rstguard_hold {
	RSTGUARD_HOLD_SUSPICIOUS,
	RSTGUARD_HOLD_ALL,
	RSTGUARD_HOLD_NONE,
};

/**
 * enum rstguard_wait - How long a reset is held for a proof.
 * @RSTGUARD_WAIT_QUICK: As long as an answer takes at the round trip that was
 *   measured.
 * @RSTGUARD_WAIT_PATIENT: As long as hold-max-ms allows, for a peer that
 *   sleeps or a filled line.
 */
enum rstguard_wait {
	RSTGUARD_WAIT_QUICK,
	RSTGUARD_WAIT_PATIENT,
};

/**
 * enum rstguard_event_type
 * @RSTGUARD_EVENT_TYPE_RST: A reset was judged.
 * @RSTGUARD_EVENT_TYPE_LIFE: The alleged sender of earlier resets lives, so
 *   they were forged.
 * @RSTGUARD_EVENT_TYPE_STARTTLS: STARTTLS was taken away, masked, mangled or
 *   refused.
 * @RSTGUARD_EVENT_TYPE_CLOSE: A connection of a policy with closings was ended
 *   by a FIN, the first of it.
 * @RSTGUARD_EVENT_TYPE_FIN: The alleged sender of a FIN spoke on behind it, so
 *   it was forged.
 */
enum rstguard_event_type {
	RSTGUARD_EVENT_TYPE_RST,
	RSTGUARD_EVENT_TYPE_LIFE,
	RSTGUARD_EVENT_TYPE_STARTTLS,
	RSTGUARD_EVENT_TYPE_CLOSE,
	RSTGUARD_EVENT_TYPE_FIN,
};

enum rstguard_verdict {
	RSTGUARD_VERDICT_GENUINE,
	RSTGUARD_VERDICT_SUSPECT,
	RSTGUARD_VERDICT_FORGED,
};

enum rstguard_action {
	RSTGUARD_ACTION_NONE,
	RSTGUARD_ACTION_HELD,
	RSTGUARD_ACTION_RELEASED,
	RSTGUARD_ACTION_DROPPED,
};

/**
 * enum rstguard_release - Why a held reset went on its way.
 * @RSTGUARD_RELEASE_NONE: It did not.
 * @RSTGUARD_RELEASE_SILENCE: Its time was up, and its alleged sender had not
 *   been heard.
 * @RSTGUARD_RELEASE_CLOSING: So it was, but by then the connection was being
 *   closed by a FIN.
 * @RSTGUARD_RELEASE_STOPPED: Nothing is held any more, as with another mode.
 * @RSTGUARD_RELEASE_PRESSURE: It had to make room for another.
 */
enum rstguard_release {
	RSTGUARD_RELEASE_NONE,
	RSTGUARD_RELEASE_SILENCE,
	RSTGUARD_RELEASE_CLOSING,
	RSTGUARD_RELEASE_STOPPED,
	RSTGUARD_RELEASE_PRESSURE,
};

/**
 * enum rstguard_side - Which end of a connection.
 * @RSTGUARD_SIDE_UNKNOWN: Nobody has seen who asked for the connection.
 * @RSTGUARD_SIDE_CLIENT: The one that asked for the connection.
 * @RSTGUARD_SIDE_SERVER: The one that was asked.
 */
enum rstguard_side {
	RSTGUARD_SIDE_UNKNOWN,
	RSTGUARD_SIDE_CLIENT,
	RSTGUARD_SIDE_SERVER,
};

/**
 * enum rstguard_stage - What was last said on a connection; as in
 *   kmod/core/stages.h.
 * @RSTGUARD_STAGE_UNKNOWN: Taken up in mid-stream, or a part of it was missed.
 * @RSTGUARD_STAGE_SYN: One side has asked for a connection.
 * @RSTGUARD_STAGE_HANDSHAKE: Both SYNs were seen, nothing was said yet.
 * @RSTGUARD_STAGE_STARTTLS: The client asked to go on in TLS.
 * @RSTGUARD_STAGE_STARTTLS_ACCEPTED: The server agreed to go on in TLS.
 * @RSTGUARD_STAGE_STARTTLS_REFUSED: The server refused to go on in TLS.
 * @RSTGUARD_STAGE_SMTP_GREETING: The mail server introduced itself.
 * @RSTGUARD_STAGE_SMTP_EHLO: The mail client introduced itself.
 * @RSTGUARD_STAGE_SMTP_CAPABILITIES: The mail server listed what it can do.
 * @RSTGUARD_STAGE_SMTP_COMMAND: Another command to the mail server.
 * @RSTGUARD_STAGE_SMTP_DATA: The mail client began with a message.
 * @RSTGUARD_STAGE_IMAP_GREETING: The IMAP server introduced itself.
 * @RSTGUARD_STAGE_IMAP_COMMAND: A command to the IMAP server.
 * @RSTGUARD_STAGE_POP3_GREETING: The POP3 server introduced itself.
 * @RSTGUARD_STAGE_POP3_COMMAND: A command to the POP3 server.
 * @RSTGUARD_STAGE_FTP_GREETING: The FTP server introduced itself.
 * @RSTGUARD_STAGE_FTP_COMMAND: A command to the FTP server.
 * @RSTGUARD_STAGE_XMPP_STREAM: An XMPP stream was opened.
 * @RSTGUARD_STAGE_TLS_CLIENT_HELLO: A TLS handshake was begun.
 * @RSTGUARD_STAGE_TLS_SERVER_HELLO: A TLS handshake was answered.
 * @RSTGUARD_STAGE_TLS_ALERT: A TLS handshake was broken off.
 * @RSTGUARD_STAGE_TLS_ESTABLISHED: Data in TLS.
 * @RSTGUARD_STAGE_OPENVPN_RESET: OpenVPN began or answered a session.
 * @RSTGUARD_STAGE_OPENVPN_DATA: OpenVPN carries data.
 * @RSTGUARD_STAGE_SSH_BANNER: SSH told its version.
 * @RSTGUARD_STAGE_HTTP_REQUEST: An HTTP request began.
 * @RSTGUARD_STAGE_HTTP_RESPONSE: An HTTP response began.
 * @RSTGUARD_STAGE_DATA: Something else, or more than is followed.
 */
enum rstguard_stage {
	RSTGUARD_STAGE_UNKNOWN,
	RSTGUARD_STAGE_SYN,
	RSTGUARD_STAGE_HANDSHAKE,
	RSTGUARD_STAGE_STARTTLS,
	RSTGUARD_STAGE_STARTTLS_ACCEPTED,
	RSTGUARD_STAGE_STARTTLS_REFUSED,
	RSTGUARD_STAGE_SMTP_GREETING,
	RSTGUARD_STAGE_SMTP_EHLO,
	RSTGUARD_STAGE_SMTP_CAPABILITIES,
	RSTGUARD_STAGE_SMTP_COMMAND,
	RSTGUARD_STAGE_SMTP_DATA,
	RSTGUARD_STAGE_IMAP_GREETING,
	RSTGUARD_STAGE_IMAP_COMMAND,
	RSTGUARD_STAGE_POP3_GREETING,
	RSTGUARD_STAGE_POP3_COMMAND,
	RSTGUARD_STAGE_FTP_GREETING,
	RSTGUARD_STAGE_FTP_COMMAND,
	RSTGUARD_STAGE_XMPP_STREAM,
	RSTGUARD_STAGE_TLS_CLIENT_HELLO,
	RSTGUARD_STAGE_TLS_SERVER_HELLO,
	RSTGUARD_STAGE_TLS_ALERT,
	RSTGUARD_STAGE_TLS_ESTABLISHED,
	RSTGUARD_STAGE_OPENVPN_RESET,
	RSTGUARD_STAGE_OPENVPN_DATA,
	RSTGUARD_STAGE_SSH_BANNER,
	RSTGUARD_STAGE_HTTP_REQUEST,
	RSTGUARD_STAGE_HTTP_RESPONSE,
	RSTGUARD_STAGE_DATA,
};

/**
 * enum rstguard_phase - How far the client had come; as in kmod/core/stages.h.
 * @RSTGUARD_PHASE_UNKNOWN: The connection was taken up in mid-stream.
 * @RSTGUARD_PHASE_SYN: The handshake was not finished.
 * @RSTGUARD_PHASE_ACK: Connected, it had said nothing.
 * @RSTGUARD_PHASE_PSH: It had sent one segment of data.
 * @RSTGUARD_PHASE_DATA: It had sent more.
 */
enum rstguard_phase {
	RSTGUARD_PHASE_UNKNOWN,
	RSTGUARD_PHASE_SYN,
	RSTGUARD_PHASE_ACK,
	RSTGUARD_PHASE_PSH,
	RSTGUARD_PHASE_DATA,
};

/**
 * enum rstguard_salvo - What came in one sender's name within 2 s, the reset
 *   included.
 * @RSTGUARD_SALVO_NONE: No reset.
 * @RSTGUARD_SALVO_RST: One reset without ACK.
 * @RSTGUARD_SALVO_RST_ACK: One reset with ACK.
 * @RSTGUARD_SALVO_RSTS: Several without.
 * @RSTGUARD_SALVO_RST_ACKS: Several with ACK.
 * @RSTGUARD_SALVO_MIXED: Resets of both kinds.
 */
enum rstguard_salvo {
	RSTGUARD_SALVO_NONE,
	RSTGUARD_SALVO_RST,
	RSTGUARD_SALVO_RST_ACK,
	RSTGUARD_SALVO_RSTS,
	RSTGUARD_SALVO_RST_ACKS,
	RSTGUARD_SALVO_MIXED,
};

/**
 * enum rstguard_notice - What was seen of STARTTLS; as in kmod/core/stages.h.
 * @RSTGUARD_NOTICE_STARTTLS_OFFERED: The server offers STARTTLS.
 * @RSTGUARD_NOTICE_STARTTLS_ABSENT: The server's capabilities end without
 *   STARTTLS.
 * @RSTGUARD_NOTICE_CAPABILITY_MASKED: A capability of the server was
 *   overwritten on the way.
 * @RSTGUARD_NOTICE_GREETING_MASKED: The server's greeting was overwritten on
 *   the way.
 * @RSTGUARD_NOTICE_COMMAND_MANGLED: A command was overwritten on the way, and
 *   the server refused it.
 * @RSTGUARD_NOTICE_STARTTLS_REFUSED: The server refused the STARTTLS that it
 *   had offered.
 */
enum rstguard_notice {
	RSTGUARD_NOTICE_STARTTLS_OFFERED,
	RSTGUARD_NOTICE_STARTTLS_ABSENT,
	RSTGUARD_NOTICE_CAPABILITY_MASKED,
	RSTGUARD_NOTICE_GREETING_MASKED,
	RSTGUARD_NOTICE_COMMAND_MANGLED,
	RSTGUARD_NOTICE_STARTTLS_REFUSED,
};

enum rstguard_proof {
	RSTGUARD_PROOF_NONE,
	RSTGUARD_PROOF_DATA,
	RSTGUARD_PROOF_ACK,
	RSTGUARD_PROOF_SYNACK,
	RSTGUARD_PROOF_PROBE,
};

enum rstguard_flow_state {
	RSTGUARD_FLOW_STATE_EMBRYO,
	RSTGUARD_FLOW_STATE_OPEN,
	RSTGUARD_FLOW_STATE_CLOSING,
	RSTGUARD_FLOW_STATE_RESET,
};

/**
 * enum rstguard_reason - Bits of the attribute reasons, by position; written
 *   from kmod/core/reasons.h.
 * @RSTGUARD_REASON_NO_FLOW: Nothing of this connection was seen before the
 *   RST.
 * @RSTGUARD_REASON_NO_HANDSHAKE: The connection was never established;
 *   refusals look like this.
 * @RSTGUARD_REASON_THIN_BASELINE: Too few packets from this side to compare
 *   with.
 * @RSTGUARD_REASON_TTL_SAME: TTL is one that this side uses.
 * @RSTGUARD_REASON_TTL_ALIAS: TTL fits the same distance from another initial
 *   value.
 * @RSTGUARD_REASON_TTL_MOVED: TTL is 2 to 4 hops off, as after a route change.
 * @RSTGUARD_REASON_TTL_FAR: TTL fits no path that this side has used.
 * @RSTGUARD_REASON_IP_ID_NEAR: IP-ID goes on where this side's counter was.
 * @RSTGUARD_REASON_IP_ID_FAR: IP-ID is far from this side's counter.
 * @RSTGUARD_REASON_IP_ID_ZERO: RST|ACK with IP-ID 0 from a side that counts.
 * @RSTGUARD_REASON_IP_ID_NONZERO: IP-ID set by a side that always sends 0.
 * @RSTGUARD_REASON_IP_ID_LINUX: IP-ID 0 with DF, as Linux sends from no
 *   socket.
 * @RSTGUARD_REASON_IP_ID_ZERO_NO_DF: IP-ID 0 without DF, which no common stack
 *   sends.
 * @RSTGUARD_REASON_IP_ID_COPIED: IP-ID taken from the other side's last
 *   packet.
 * @RSTGUARD_REASON_DF_DIFFERS: RST|ACK with another DF bit than this side's
 *   data.
 * @RSTGUARD_REASON_DF_DIFFERS_BARE: RST with another DF bit than this side's
 *   data.
 * @RSTGUARD_REASON_WINDOW_ODD: Window that this side has not advertised.
 * @RSTGUARD_REASON_TIMESTAMP_MISSING: RST|ACK without the timestamp that this
 *   side sends.
 * @RSTGUARD_REASON_TIMESTAMP_MISSING_LINUX: RST|ACK without timestamp from
 *   what looks like Linux.
 * @RSTGUARD_REASON_TIMESTAMP_ON_BARE: Timestamp on a RST without ACK, which
 *   comes from no socket.
 * @RSTGUARD_REASON_PAYLOAD: The RST carries data.
 * @RSTGUARD_REASON_SEQ_BEYOND: Sequence number beyond all that this side has
 *   sent.
 * @RSTGUARD_REASON_SEQ_BEHIND: Sequence number that this side had already
 *   passed.
 * @RSTGUARD_REASON_ACK_AHEAD: Acknowledges what the other side has not sent.
 * @RSTGUARD_REASON_SEQ_CHANGE: A second RST further on than anything seen.
 * @RSTGUARD_REASON_COPIES: Three or more RSTs alike down to the IP-ID.
 * @RSTGUARD_REASON_MIXED: RSTs of one burst that no single sender makes.
 * @RSTGUARD_REASON_TTL_WINDOW_RISING: TTL and window rise from RST to RST.
 * @RSTGUARD_REASON_EARLY: Answers sooner than the peer ever could.
 * @RSTGUARD_REASON_EARLY_HALF: Answers within half the shortest round trip.
 * @RSTGUARD_REASON_EARLY_BARE: Follows an acknowledgment sooner than the peer
 *   could.
 * @RSTGUARD_REASON_QUIET: This side had been silent for 30 s or more.
 * @RSTGUARD_REASON_AFTER_FIN: This side had already closed.
 * @RSTGUARD_REASON_AFTER_RESET: This side had already reset, in a way that
 *   looked genuine.
 * @RSTGUARD_REASON_LIFE_DATA: This side went on to send new data.
 * @RSTGUARD_REASON_LIFE_ACK: This side acknowledged what was first sent after
 *   the RST.
 * @RSTGUARD_REASON_LIFE_SYNACK: This side accepted the connection after
 *   refusing it.
 * @RSTGUARD_REASON_LIFE_ANSWER: This side answered when asked whether it still
 *   lives.
 * @RSTGUARD_REASON_OPENING: Came right after the first data of a connection.
 * @RSTGUARD_REASON_FLOW_LABEL: RST|ACK with another flow label than this
 *   side's data.
 * @RSTGUARD_REASON_FLOW_LABEL_ZERO: Flow label 0 from a side that sets one.
 * @RSTGUARD_REASON_DSCP_DIFFERS: RST|ACK with another DSCP than this side's
 *   data.
 * @RSTGUARD_REASON_DSCP_ODD: RST with a DSCP that neither side uses.
 * @RSTGUARD_REASON_INJECTOR_PATTERN: IP-ID and window go together as a known
 *   injector makes them.
 * @RSTGUARD_REASON_NOT_COMPARABLE: The sequence numbers of this connection are
 *   changed on this host.
 */
enum rstguard_reason {
	RSTGUARD_REASON_NO_FLOW,
	RSTGUARD_REASON_NO_HANDSHAKE,
	RSTGUARD_REASON_THIN_BASELINE,
	RSTGUARD_REASON_TTL_SAME,
	RSTGUARD_REASON_TTL_ALIAS,
	RSTGUARD_REASON_TTL_MOVED,
	RSTGUARD_REASON_TTL_FAR,
	RSTGUARD_REASON_IP_ID_NEAR,
	RSTGUARD_REASON_IP_ID_FAR,
	RSTGUARD_REASON_IP_ID_ZERO,
	RSTGUARD_REASON_IP_ID_NONZERO,
	RSTGUARD_REASON_IP_ID_LINUX,
	RSTGUARD_REASON_IP_ID_ZERO_NO_DF,
	RSTGUARD_REASON_IP_ID_COPIED,
	RSTGUARD_REASON_DF_DIFFERS,
	RSTGUARD_REASON_DF_DIFFERS_BARE,
	RSTGUARD_REASON_WINDOW_ODD,
	RSTGUARD_REASON_TIMESTAMP_MISSING,
	RSTGUARD_REASON_TIMESTAMP_MISSING_LINUX,
	RSTGUARD_REASON_TIMESTAMP_ON_BARE,
	RSTGUARD_REASON_PAYLOAD,
	RSTGUARD_REASON_SEQ_BEYOND,
	RSTGUARD_REASON_SEQ_BEHIND,
	RSTGUARD_REASON_ACK_AHEAD,
	RSTGUARD_REASON_SEQ_CHANGE,
	RSTGUARD_REASON_COPIES,
	RSTGUARD_REASON_MIXED,
	RSTGUARD_REASON_TTL_WINDOW_RISING,
	RSTGUARD_REASON_EARLY,
	RSTGUARD_REASON_EARLY_HALF,
	RSTGUARD_REASON_EARLY_BARE,
	RSTGUARD_REASON_QUIET,
	RSTGUARD_REASON_AFTER_FIN,
	RSTGUARD_REASON_AFTER_RESET,
	RSTGUARD_REASON_LIFE_DATA,
	RSTGUARD_REASON_LIFE_ACK,
	RSTGUARD_REASON_LIFE_SYNACK,
	RSTGUARD_REASON_LIFE_ANSWER,
	RSTGUARD_REASON_OPENING,
	RSTGUARD_REASON_FLOW_LABEL,
	RSTGUARD_REASON_FLOW_LABEL_ZERO,
	RSTGUARD_REASON_DSCP_DIFFERS,
	RSTGUARD_REASON_DSCP_ODD,
	RSTGUARD_REASON_INJECTOR_PATTERN,
	RSTGUARD_REASON_NOT_COMPARABLE,
};

enum {
	RSTGUARD_A_CONFIG_MODE = 1,
	RSTGUARD_A_CONFIG_MAX_FLOWS,
	RSTGUARD_A_CONFIG_HASHSIZE,
	RSTGUARD_A_CONFIG_MAX_FLOWS_GLOBAL,
	RSTGUARD_A_CONFIG_FLOWS,
	RSTGUARD_A_CONFIG_VERSION,
	RSTGUARD_A_CONFIG_HOLD_MIN_MS,
	RSTGUARD_A_CONFIG_HOLD_MAX_MS,
	RSTGUARD_A_CONFIG_HOLD_SCOPE,
	RSTGUARD_A_CONFIG_HOLD_PORTS,
	RSTGUARD_A_CONFIG_EXEMPT,
	RSTGUARD_A_CONFIG_HOLD_WAIT,

	__RSTGUARD_A_CONFIG_MAX
};
#define RSTGUARD_A_CONFIG_MAX (__RSTGUARD_A_CONFIG_MAX - 1)

enum {
	RSTGUARD_A_RULE_PORTS = 1,
	RSTGUARD_A_RULE_STAGES,
	RSTGUARD_A_RULE_PAD,
	RSTGUARD_A_RULE_HOLD,
	RSTGUARD_A_RULE_CLOSINGS,
	RSTGUARD_A_RULE_WAIT,

	__RSTGUARD_A_RULE_MAX
};
#define RSTGUARD_A_RULE_MAX (__RSTGUARD_A_RULE_MAX - 1)

enum {
	RSTGUARD_A_POLICY_NAME = 1,
	RSTGUARD_A_POLICY_RULE,
	RSTGUARD_A_POLICY_BEFORE,
	RSTGUARD_A_POLICY_FIRST,

	__RSTGUARD_A_POLICY_MAX
};
#define RSTGUARD_A_POLICY_MAX (__RSTGUARD_A_POLICY_MAX - 1)

enum {
	RSTGUARD_A_POLICIES_POLICY = 1,

	__RSTGUARD_A_POLICIES_MAX
};
#define RSTGUARD_A_POLICIES_MAX (__RSTGUARD_A_POLICIES_MAX - 1)

enum {
	RSTGUARD_A_COUNTER_NAME = 1,
	RSTGUARD_A_COUNTER_VALUE,
	RSTGUARD_A_COUNTER_PAD,

	__RSTGUARD_A_COUNTER_MAX
};
#define RSTGUARD_A_COUNTER_MAX (__RSTGUARD_A_COUNTER_MAX - 1)

enum {
	RSTGUARD_A_STATS_COUNTER = 1,
	RSTGUARD_A_STATS_NAME,

	__RSTGUARD_A_STATS_MAX
};
#define RSTGUARD_A_STATS_MAX (__RSTGUARD_A_STATS_MAX - 1)

enum {
	RSTGUARD_A_DIR_TTL = 1,
	RSTGUARD_A_DIR_IPID_CLASS,
	RSTGUARD_A_DIR_IPID_LAST,
	RSTGUARD_A_DIR_RTT_US,
	RSTGUARD_A_DIR_IDLE_MS,
	RSTGUARD_A_DIR_PACKETS,
	RSTGUARD_A_DIR_FLAGS,

	__RSTGUARD_A_DIR_MAX
};
#define RSTGUARD_A_DIR_MAX (__RSTGUARD_A_DIR_MAX - 1)

enum {
	RSTGUARD_A_FLOW_SADDR = 1,
	RSTGUARD_A_FLOW_DADDR,
	RSTGUARD_A_FLOW_SPORT,
	RSTGUARD_A_FLOW_DPORT,
	RSTGUARD_A_FLOW_STATE,
	RSTGUARD_A_FLOW_ORIG,
	RSTGUARD_A_FLOW_REPLY,

	__RSTGUARD_A_FLOW_MAX
};
#define RSTGUARD_A_FLOW_MAX (__RSTGUARD_A_FLOW_MAX - 1)

enum {
	RSTGUARD_A_EVENT_SEQ = 1,
	RSTGUARD_A_EVENT_LOST,
	RSTGUARD_A_EVENT_TYPE,
	RSTGUARD_A_EVENT_TIME_NS,
	RSTGUARD_A_EVENT_PAD,
	RSTGUARD_A_EVENT_SADDR,
	RSTGUARD_A_EVENT_DADDR,
	RSTGUARD_A_EVENT_SPORT,
	RSTGUARD_A_EVENT_DPORT,
	RSTGUARD_A_EVENT_IFINDEX,
	RSTGUARD_A_EVENT_VERDICT,
	RSTGUARD_A_EVENT_ACTION,
	RSTGUARD_A_EVENT_SCORE,
	RSTGUARD_A_EVENT_FAMILIES,
	RSTGUARD_A_EVENT_REASONS,
	RSTGUARD_A_EVENT_PROOF,
	RSTGUARD_A_EVENT_AFTER_MS,
	RSTGUARD_A_EVENT_TTL,
	RSTGUARD_A_EVENT_TTL_BASELINE,
	RSTGUARD_A_EVENT_IPID,
	RSTGUARD_A_EVENT_IPID_CLASS,
	RSTGUARD_A_EVENT_IPID_LAST,
	RSTGUARD_A_EVENT_TCP_FLAGS,
	RSTGUARD_A_EVENT_TCP_SEQ,
	RSTGUARD_A_EVENT_TCP_ACK,
	RSTGUARD_A_EVENT_TCP_WIN,
	RSTGUARD_A_EVENT_RTT_US,
	RSTGUARD_A_EVENT_RSTS,
	RSTGUARD_A_EVENT_LEFT_MS,
	RSTGUARD_A_EVENT_PROBES,
	RSTGUARD_A_EVENT_RELEASE,
	RSTGUARD_A_EVENT_STAGE,
	RSTGUARD_A_EVENT_STAGE_BY,
	RSTGUARD_A_EVENT_STAGE_MS,
	RSTGUARD_A_EVENT_NOTICE,
	RSTGUARD_A_EVENT_POLICY,
	RSTGUARD_A_EVENT_CLOSED_BY,
	RSTGUARD_A_EVENT_PHASE,
	RSTGUARD_A_EVENT_SALVO,
	RSTGUARD_A_EVENT_TLS,

	__RSTGUARD_A_EVENT_MAX
};
#define RSTGUARD_A_EVENT_MAX (__RSTGUARD_A_EVENT_MAX - 1)

enum rstguard_cmd {
	RSTGUARD_CMD_UNSPEC,
	RSTGUARD_CMD_GET_CONFIG,
	RSTGUARD_CMD_SET_CONFIG,
	RSTGUARD_CMD_GET_STATS,
	RSTGUARD_CMD_GET_FLOW,
	RSTGUARD_CMD_EVENT,
	RSTGUARD_CMD_GET_HELD,
	RSTGUARD_CMD_SET_POLICY,
	RSTGUARD_CMD_DEL_POLICY,
	RSTGUARD_CMD_GET_POLICY,
	RSTGUARD_CMD_REPLACE_POLICIES,

	__RSTGUARD_CMD_MAX
};
#define RSTGUARD_CMD_MAX (__RSTGUARD_CMD_MAX - 1)

#define RSTGUARD_MCGRP_EVENTS	"events"

#endif /* _UAPI_LINUX_RSTGUARD_H */
