// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <inttypes.h>
#include <jansson.h>
#include <net/if.h>
#include <stdlib.h>
#include <time.h>

#include <linux/rstguard.h>

#include "fmt.h"
#include "ipid.h"
#include "judge.h"
#include "reasons.h"
#include "stages.h"

static const char *const modes[] = {
	[RSTGUARD_MODE_DISABLED] = "off",
	[RSTGUARD_MODE_MONITOR] = "monitor",
	[RSTGUARD_MODE_HOLD] = "hold",
	[RSTGUARD_MODE_DROP] = "drop",
};

static const char *const scopes[] = {
	[RSTGUARD_HOLD_SCOPE_SUSPICIOUS] = "suspicious",
	[RSTGUARD_HOLD_SCOPE_PORTS] = "ports",
	[RSTGUARD_HOLD_SCOPE_ALL] = "all",
	[RSTGUARD_HOLD_SCOPE_NONE] = "none",
};

static const char *const holds[] = {
	[RSTGUARD_HOLD_SUSPICIOUS] = "suspicious",
	[RSTGUARD_HOLD_ALL] = "all",
	[RSTGUARD_HOLD_NONE] = "none",
};

static const char *const waits[] = {
	[RSTGUARD_WAIT_QUICK] = "quick",
	[RSTGUARD_WAIT_PATIENT] = "patient",
};

static const char *const verdicts[] = {
	[RSTG_GENUINE] = "genuine",
	[RSTG_SUSPECT] = "suspect",
	[RSTG_FORGED] = "forged",
};

static const char *const actions[] = {
	[RSTGUARD_ACTION_NONE] = "none",
	[RSTGUARD_ACTION_HELD] = "held",
	[RSTGUARD_ACTION_RELEASED] = "released",
	[RSTGUARD_ACTION_DROPPED] = "dropped",
};

static const char *const releases[] = {
	[RSTGUARD_RELEASE_NONE] = "none",
	[RSTGUARD_RELEASE_SILENCE] = "silence",
	[RSTGUARD_RELEASE_CLOSING] = "closing",
	[RSTGUARD_RELEASE_STOPPED] = "stopped",
	[RSTGUARD_RELEASE_PRESSURE] = "pressure",
};

static const char *const proofs[] = {
	[RSTG_PROOF_NONE] = "none",
	[RSTG_PROOF_DATA] = "data",
	[RSTG_PROOF_ACK] = "ack",
	[RSTG_PROOF_SYNACK] = "synack",
	[RSTG_PROOF_PROBE] = "probe",
};

static const char *const states[] = {
	[RSTGUARD_FLOW_STATE_EMBRYO] = "embryo",
	[RSTGUARD_FLOW_STATE_OPEN] = "open",
	[RSTGUARD_FLOW_STATE_CLOSING] = "closing",
	[RSTGUARD_FLOW_STATE_RESET] = "reset",
};

static const char *const ipid_classes[] = {
	[RSTG_IPID_UNKNOWN] = "unknown",
	[RSTG_IPID_ZERO] = "zero",
	[RSTG_IPID_CONST] = "constant",
	[RSTG_IPID_COUNTER] = "counter",
	[RSTG_IPID_SWAPPED] = "swapped",
	[RSTG_IPID_RANDOM] = "random",
};

#define NAME_OF(table, i) \
	((i) < ARRAY_SIZE(table) ? (table)[i] : "unknown")

const char *fmt_mode(uint32_t mode)
{
	return NAME_OF(modes, mode);
}

const char *fmt_scope(uint32_t scope)
{
	return NAME_OF(scopes, scope);
}

const char *fmt_hold(uint32_t hold)
{
	return NAME_OF(holds, hold);
}

const char *fmt_wait(uint32_t wait)
{
	return NAME_OF(waits, wait);
}

const char *fmt_verdict(uint32_t verdict)
{
	return NAME_OF(verdicts, verdict);
}

const char *fmt_state(uint32_t state)
{
	return NAME_OF(states, state);
}

const char *fmt_ipid_class(uint32_t class)
{
	return NAME_OF(ipid_classes, class);
}

void fmt_addr(char buf[INET6_ADDRSTRLEN], const struct rstg_addr *addr)
{
	if (!addr->w[0] && !addr->w[1] && addr->w[2] == htonl(0xffff))
		inet_ntop(AF_INET, &addr->w[3], buf, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, addr->w, buf, INET6_ADDRSTRLEN);
}

/* "RST|ACK"; bits without a name as a hexadecimal number. */
#define TCP_FLAGS_MAX	64
static void tcp_flags(char buf[TCP_FLAGS_MAX], unsigned int flags)
{
	static const char *const names[] = {
		"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE",
	};
	unsigned int i, rest = flags >> ARRAY_SIZE(names) << ARRAY_SIZE(names);
	int n = 0;

	buf[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (flags & BIT(i))
			n += sprintf(buf + n, "%s%s", n ? "|" : "", names[i]);
	if (rest || !flags)
		sprintf(buf + n, "%s%#x", n ? "|" : "", rest);
}

/* Interface names may hold any octet but '/', space and NUL: JSON must be UTF-8. */
static const char *iface_name(char buf[IF_NAMESIZE], uint32_t ifindex)
{
	char *p;

	if (!if_indextoname(ifindex, buf)) {	/* gone since */
		snprintf(buf, IF_NAMESIZE, "#%" PRIu32, ifindex);
		return buf;
	}
	for (p = buf; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return buf;
}

/**
 * fmt_reason_name() - name of a reason
 * @buf: for the name of one that is newer than this program: it keeps its number
 * @i:   enum rstg_reason
 */
const char *fmt_reason_name(char buf[FMT_REASON_MAX], unsigned int i)
{
	if (i < RSTG_R_MAX)
		return rstg_reasons[i].name;
	snprintf(buf, FMT_REASON_MAX, "reason-%u", i);
	return buf;
}

/* ISO 8601 in UTC with a numeric offset, as Suricata's EVE wants it. */
static json_t *json_time(uint64_t time_ns)
{
	time_t sec = (time_t)(time_ns / 1000000000);
	char date[32], buf[64];
	struct tm tm;

	gmtime_r(&sec, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf, sizeof(buf), "%s.%06u+0000", date,
		 (unsigned int)(time_ns % 1000000000 / 1000));
	return json_string(buf);
}

/**
 * fmt_reason_find() - the reason of that name
 * @name: as fmt_reasons_json() writes it
 *
 * Return: the number of its bit, negative where there is none of that name.
 */
int fmt_reason_find(const char *name)
{
	char buf[FMT_REASON_MAX];
	int i;

	for (i = 0; i < 64; i++)
		if (!strcmp(fmt_reason_name(buf, (unsigned int)i), name))
			return i;
	return -1;
}

/**
 * fmt_reasons_json() - names of reasons
 * @reasons: bits of enum rstg_reason
 *
 * Return: a new array.
 */
json_t *fmt_reasons_json(uint64_t reasons)
{
	json_t *list = json_array();
	char buf[FMT_REASON_MAX];
	unsigned int i;

	for (i = 0; i < 64; i++)
		if (reasons & BIT_ULL(i))
			json_array_append_new(list, json_string(fmt_reason_name(buf, i)));
	return list;
}

static json_t *json_bytes(const uint8_t *val, unsigned int n)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < n; i++)
		json_array_append_new(list, json_integer(val[i]));
	return list;
}

/* Those of a newer kernel have no name here. */
static const char *notice_name(uint32_t notice)
{
	return notice < RSTG_NOTICE_MAX ? rstg_notices[notice].name : "unknown";
}

static bool released(const struct report *r)
{
	return r->type == REPORT_RST && r->action == RSTGUARD_ACTION_RELEASED;
}

/* Does it speak for several? */
static bool counts_rsts(const struct report *r)
{
	return r->type != REPORT_RST || (released(r) && r->rsts);
}

static json_t *json_hops(int hops)
{
	return hops < 0 ? json_null() : json_integer(hops);
}

static json_t *json_injector(const struct report *r)
{
	return json_pack("{s:s, s:o, s:o}",
			 "name", r->injector ? r->injector : "unknown",
			 "hops", json_hops(r->hops),
			 "peer_hops", json_hops(r->peer_hops));
}

static const char *trigger_name(const struct report *r)
{
	return r->trigger < RSTG_STAGE_MAX ? rstg_stages[r->trigger].name : "unknown";
}

static const char *const sides[] = {
	[RSTGUARD_SIDE_UNKNOWN] = "unknown",
	[RSTGUARD_SIDE_CLIENT] = "client",
	[RSTGUARD_SIDE_SERVER] = "server",
};

static const char *trigger_by(const struct report *r)
{
	return r->by_client ? "client" : "server";
}

static json_t *json_trigger(const struct report *r)
{
	return json_pack("{s:s, s:s, s:I}", "stage", trigger_name(r), "by", trigger_by(r),
			 "ms", (json_int_t)r->trigger_ms);
}

/* By what hellos say, which has been the same for all versions since 1.2. */
static const char *const tls_versions[] = {
	NULL, "ssl3", "1.0", "1.1", "1.2+",
};

static const char *tls_version(const struct report *r)
{
	return r->tls < ARRAY_SIZE(tls_versions) ? tls_versions[r->tls] : NULL;
}

/*
 * In the manner of "Global, Passive Detection of Connection Tampering" (SIGCOMM 2023): what
 * the client had sent, and which resets followed. NULL where either is not known.
 */
static const char *class_of(const struct report *r, const char **resets)
{
	static const char *const phases[] = {
		[RSTG_PHASE_SYN] = "syn",
		[RSTG_PHASE_ACK] = "syn;ack",
		[RSTG_PHASE_PSH] = "psh+ack",
		[RSTG_PHASE_DATA] = "psh+ack;data",
	};
	static const char *const salvos[] = {
		[RSTG_SALVO_RST] = "rst",
		[RSTG_SALVO_RST_ACK] = "rst+ack",
		[RSTG_SALVO_RSTS] = "rst;rst",
		[RSTG_SALVO_RST_ACKS] = "rst+ack;rst+ack",
		[RSTG_SALVO_MIXED] = "rst;rst+ack",
	};

	*resets = r->salvo < ARRAY_SIZE(salvos) ? salvos[r->salvo] : NULL;
	return *resets && r->phase < ARRAY_SIZE(phases) ? phases[r->phase] : NULL;
}

static void set_class(json_t *rst, const struct report *r)
{
	const char *resets, *phase = class_of(r, &resets);

	if (phase)
		json_object_set_new(rst, "class", json_sprintf("%s->%s", phase, resets));
	if (tls_version(r))
		json_object_set_new(rst, "tls", json_string(tls_version(r)));
}

static void json_said(json_t *o, const struct report *r)
{
	if (r->trigger)
		json_object_set_new(o, "trigger", json_trigger(r));
	if (tls_version(r))
		json_object_set_new(o, "tls", json_string(tls_version(r)));
}

static json_t *json_close(const struct report *r)
{
	json_t *o = json_pack("{s:s}", "by", NAME_OF(sides, r->closed_by));

	json_said(o, r);
	return o;
}

static json_t *json_fin(const struct report *r)
{
	json_t *o = json_pack("{s:s, s:s}", "verdict", fmt_verdict(r->verdict),
			      "proof", NAME_OF(proofs, r->proof));

	json_said(o, r);
	return o;
}

static json_t *json_rst(const struct report *r)
{
	char flags[TCP_FLAGS_MAX];
	json_t *rst;

	tcp_flags(flags, r->tcp_flags);
	rst = json_pack("{s:s, s:i, s:I, s:o}",
			"verdict", fmt_verdict(r->verdict),
			"score", (int)r->score,
			"families", (json_int_t)r->families,
			"reasons", fmt_reasons_json(r->reasons));
	json_object_set_new(rst, "proof", r->proof == RSTG_PROOF_NONE ? json_null() :
			    json_pack("{s:s, s:I}",
				      "kind", NAME_OF(proofs, r->proof),
				      "after_ms", (json_int_t)r->after_ms));
	json_object_set_new(rst, "ttl",
			    json_pack("{s:i, s:o}", "seen", r->ttl, "baseline",
				      json_bytes(r->ttl_base, r->ttl_base_n)));
	json_object_set_new(rst, "ip_id", !r->has_ipid ? json_null() :
			    json_pack("{s:i, s:s, s:i}", "seen", r->ipid,
				      "class", fmt_ipid_class(r->ipid_class),
				      "last", r->ipid_last));
	json_object_set_new(rst, "tcp",
			    json_pack("{s:s, s:I, s:I, s:i}", "flags", flags,
				      "seq", (json_int_t)r->tcp_seq,
				      "ack", (json_int_t)r->tcp_ack,
				      "win", r->tcp_win));
	if (r->named)
		json_object_set_new(rst, "injector", json_injector(r));
	if (r->trigger)
		json_object_set_new(rst, "trigger", json_trigger(r));
	set_class(rst, r);
	json_object_set_new(rst, "rtt_ms", r->rtt_us ? json_real(r->rtt_us / 1000.0) :
			    json_null());
	if (r->type == REPORT_HELD) {
		json_object_set_new(rst, "held_ms", json_integer(r->after_ms));
		json_object_set_new(rst, "left_ms", json_integer(r->left_ms));
		json_object_set_new(rst, "probes", json_integer(r->probes));
	} else if (released(r)) {
		json_object_set_new(rst, "after_ms", json_integer(r->after_ms));
		json_object_set_new(rst, "why", json_string(NAME_OF(releases, r->release)));
	}
	if (counts_rsts(r))
		json_object_set_new(rst, "rsts", json_integer(r->rsts));
	return rst;
}

/* Takes @object; 10 digits keep a microsecond of any round trip and print 23.5 as that. */
static char *json_line(json_t *object)
{
	char *line = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(10));

	json_decref(object);
	return line;
}

static const char *const event_types[] = {
	[REPORT_RST] = "rst",
	[REPORT_LIFE] = "rst",
	[REPORT_HELD] = "held",
	[REPORT_STARTTLS] = "starttls",
	[REPORT_CLOSE] = "close",
	[REPORT_FIN] = "fin",
};

char *fmt_report_line(const struct report *r)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN], in[IF_NAMESIZE];
	json_t *o;

	fmt_addr(src, &r->saddr);
	fmt_addr(dst, &r->daddr);
	o = json_pack("{s:o, s:s, s:s, s:i, s:s, s:i, s:s}",
		      "timestamp", json_time(r->time_ns),
		      "event_type", NAME_OF(event_types, r->type),
		      "src_ip", src, "src_port", r->sport,
		      "dest_ip", dst, "dest_port", r->dport,
		      "proto", "TCP");
	if (r->frame)
		json_object_set_new(o, "frame", json_integer((json_int_t)r->frame));
	if (r->live && r->type != REPORT_HELD) {
		json_object_set_new(o, "seq", json_integer(r->event_seq));
		json_object_set_new(o, "lost", json_integer(r->lost));
	}
	if (r->live) {
		json_object_set_new(o, "in_iface", r->ifindex ?
				    json_string(iface_name(in, r->ifindex)) : json_null());
		json_object_set_new(o, "live", json_true());
		json_object_set_new(o, "action", json_string(NAME_OF(actions, r->action)));
	}
	if (r->policy[0])
		json_object_set_new(o, "policy", json_string(r->policy));
	if (r->type == REPORT_STARTTLS)
		json_object_set_new(o, "notice", json_string(notice_name(r->notice)));
	else if (r->type == REPORT_CLOSE)
		json_object_set_new(o, "close", json_close(r));
	else if (r->type == REPORT_FIN)
		json_object_set_new(o, "fin", json_fin(r));
	else
		json_object_set_new(o, "rst", json_rst(r));
	return json_line(o);
}

char *fmt_lost_line(const struct lost *lost)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return json_line(json_pack("{s:o, s:s, s:I, s:I, s:I}",
				   "timestamp", json_time((uint64_t)now.tv_sec * 1000000000 +
							  (uint64_t)now.tv_nsec),
				   "event_type", "lost",
				   "missed", (json_int_t)lost->missed,
				   "suppressed", (json_int_t)lost->suppressed,
				   "unwritten", (json_int_t)lost->unwritten));
}

static void put_line(FILE *out, char *line)
{
	if (!line) {
		fputs("rstguard: out of memory\n", stderr);
		exit(2);
	}
	fputs(line, out);
	fputc('\n', out);
	free(line);
}

void fmt_report_json(FILE *out, const struct report *r)
{
	put_line(out, fmt_report_line(r));
}

void fmt_lost_json(FILE *out, const struct lost *lost)
{
	put_line(out, fmt_lost_line(lost));
}

void fmt_lost_text(char buf[FMT_LOST_MAX], const struct lost *lost)
{
	const struct {
		uint64_t n;
		const char *text;
	} parts[] = {
		{ lost->missed, "missed by this reader" },
		{ lost->suppressed, "not sent by the kernel" },
		{ lost->unwritten, "not written to the log" },
	};
	size_t i;
	int n;

	n = snprintf(buf, FMT_LOST_MAX, "events lost:");
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].n)
			n += snprintf(buf + n, FMT_LOST_MAX - (size_t)n, " %" PRIu64 " %s;",
				      parts[i].n, parts[i].text);
	buf[n - 1] = '\0';
}

/* What was done with a RST says more than what was thought of it; a proof says most. */
static bool tagged_by_action(const struct report *r)
{
	return r->type != REPORT_LIFE && r->action != RSTGUARD_ACTION_NONE;
}

static const char *tag(const struct report *r)
{
	static const char *const by_verdict[] = {
		[RSTG_GENUINE] = "[GENUINE]",
		[RSTG_SUSPECT] = "[SUSPECT]",
		[RSTG_FORGED] = "[FORGED]",
	};
	static const char *const by_action[] = {
		[RSTGUARD_ACTION_NONE] = "[PASSED]",
		[RSTGUARD_ACTION_HELD] = "[HELD]",
		[RSTGUARD_ACTION_RELEASED] = "[RELEASED]",
		[RSTGUARD_ACTION_DROPPED] = "[DROPPED]",
	};

	if (r->type == REPORT_STARTTLS)
		return "[STARTTLS]";
	if (r->type == REPORT_CLOSE)
		return "[CLOSED]";
	if (tagged_by_action(r))
		return r->action < ARRAY_SIZE(by_action) ? by_action[r->action] : "[UNKNOWN]";
	return r->verdict < ARRAY_SIZE(by_verdict) ? by_verdict[r->verdict] : "[UNKNOWN]";
}

/* As an ANSI terminal wants it: red is proven or acted on, yellow in doubt. */
static const char *tag_colour(const struct report *r)
{
	if (r->type == REPORT_STARTTLS)
		return "\033[1;33m";
	if (r->verdict == RSTG_FORGED || r->action == RSTGUARD_ACTION_DROPPED)
		return "\033[1;31m";
	return r->verdict == RSTG_SUSPECT ? "\033[1;33m" : "\033[32m";
}

static void put_hops(FILE *out, int hops)
{
	if (hops < 0)
		fputc('-', out);
	else
		fprintf(out, "%d", hops);
}

static void put_trigger(FILE *out, const struct report *r)
{
	const char *resets, *phase = class_of(r, &resets);

	if (r->trigger)
		fprintf(out, " trigger=%s/%s trigger_ms=%" PRIu32, trigger_name(r), trigger_by(r),
			r->trigger_ms);
	if (phase)
		fprintf(out, " class=%s->%s", phase, resets);
	if (tls_version(r))
		fprintf(out, " tls=%s", tls_version(r));
}

static void put_fin(FILE *out, const struct report *r)
{
	fprintf(out, " forged=FIN proof=%s", NAME_OF(proofs, r->proof));
	put_trigger(out, r);
}

static void put_close(FILE *out, const struct report *r)
{
	fprintf(out, " by=%s", NAME_OF(sides, r->closed_by));
	put_trigger(out, r);
}

/* What a RST looked like, and what is thought of it. */
static void put_rst(FILE *out, const struct report *r)
{
	char reason[FMT_REASON_MAX];
	const char *comma = "";
	unsigned int i;

	fprintf(out, " ttl=%u/", r->ttl);
	for (i = 0; i < r->ttl_base_n; i++, comma = ",")
		fprintf(out, "%s%u", comma, r->ttl_base[i]);
	if (!r->ttl_base_n)
		fputc('-', out);
	if (r->has_ipid)
		fprintf(out, " ipid=0x%04x/%s", r->ipid, fmt_ipid_class(r->ipid_class));

	if (tagged_by_action(r))
		fprintf(out, " verdict=%s", fmt_verdict(r->verdict));
	fprintf(out, " score=%d families=%" PRIu32 " reasons=", r->score, r->families);
	comma = "";
	for (i = 0; i < 64; i++) {
		if (!(r->reasons & BIT_ULL(i)))
			continue;
		fprintf(out, "%s%s", comma, fmt_reason_name(reason, i));
		comma = ",";
	}
	if (!r->reasons)
		fputc('-', out);

	put_trigger(out, r);
	if (r->named) {
		fprintf(out, " injector=%s hops=", r->injector ? r->injector : "unknown");
		put_hops(out, r->hops);
		fputc('/', out);
		put_hops(out, r->peer_hops);
	}
	if (r->proof != RSTG_PROOF_NONE)
		fprintf(out, " proof=%s after_ms=%" PRIu32, NAME_OF(proofs, r->proof), r->after_ms);
	if (r->type == REPORT_HELD)
		fprintf(out, " held_ms=%" PRIu32 " left_ms=%" PRIu32 " probes=%" PRIu32,
			r->after_ms, r->left_ms, r->probes);
	else if (released(r))
		fprintf(out, " after_ms=%" PRIu32 " why=%s", r->after_ms,
			NAME_OF(releases, r->release));
	if (counts_rsts(r))
		fprintf(out, " rsts=%" PRIu32, r->rsts);
}

void fmt_report_text(FILE *out, const struct report *r, bool colour)
{
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN], in[IF_NAMESIZE];
	char flags[TCP_FLAGS_MAX];

	fmt_addr(src, &r->saddr);
	fmt_addr(dst, &r->daddr);
	tcp_flags(flags, r->tcp_flags);

	fprintf(out, "%" PRIu64 ".%06u %s%10s%s tcp", r->time_ns / 1000000000,
		(unsigned int)(r->time_ns % 1000000000 / 1000),
		colour ? tag_colour(r) : "", tag(r), colour ? "\033[0m" : "");
	if (r->frame)
		fprintf(out, " frame=%" PRIu64, r->frame);
	fprintf(out, " src=%s dst=%s sport=%u dport=%u flags=%s", src, dst, r->sport, r->dport,
		flags);

	if (r->type == REPORT_STARTTLS)
		fprintf(out, " notice=%s", notice_name(r->notice));
	else if (r->type == REPORT_CLOSE)
		put_close(out, r);
	else if (r->type == REPORT_FIN)
		put_fin(out, r);
	else
		put_rst(out, r);
	if (r->policy[0])
		fprintf(out, " policy=%s", r->policy);
	if (r->live && report_of_rst(r))
		fprintf(out, " action=%s", NAME_OF(actions, r->action));
	if (r->live && r->ifindex)
		fprintf(out, " in=%s", iface_name(in, r->ifindex));
	fputc('\n', out);
}
