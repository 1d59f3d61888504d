/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters of one namespace. */
#ifndef _RSTG_STATS_H
#define _RSTG_STATS_H

#include <linux/percpu.h>
#include <linux/types.h>

/*
 * The one list: RSTG_STAT(ENUM, "name"). The name is what netlink and the tools
 * show; Documentation/counters.rst says what each means. Append only.
 */
#define RSTG_STATS(RSTG_STAT)						\
	/* every RST ends in exactly one of the next four */		\
	RSTG_STAT(RST_GENUINE, "rst_genuine")				\
	RSTG_STAT(RST_SUSPECT, "rst_suspect")				\
	RSTG_STAT(RST_UNSCORED, "rst_unscored")				\
	RSTG_STAT(RST_NO_FLOW, "rst_no_flow")				\
	/* and may also be one of these */				\
	RSTG_STAT(RST_DROPPED, "rst_dropped")				\
	RSTG_STAT(RST_PROVEN, "rst_proven_forged")			\
	RSTG_STAT(RST_HELD, "rst_held")					\
	RSTG_STAT(RST_RELEASED, "rst_released")				\
	/* resets that should have been held, and passed instead */	\
	RSTG_STAT(HOLD_BUDGET, "hold_budget")				\
	RSTG_STAT(HOLD_NOMEM, "hold_no_memory")				\
	RSTG_STAT(HOLD_UNFIT, "hold_unfit")				\
	/* held packets that nobody could take any more */		\
	RSTG_STAT(HOLD_DEV_GONE, "hold_device_gone")			\
	RSTG_STAT(PROBE_SENT, "probe_sent")				\
	RSTG_STAT(PROBE_FAILED, "probe_failed")				\
	/* packets that were not looked at */				\
	RSTG_STAT(BAD_HEADER, "bad_header")				\
	RSTG_STAT(BAD_CHECKSUM, "bad_checksum")				\
	/* the table; each failure lets the packet pass */		\
	RSTG_STAT(FLOW_NEW, "flow_new")					\
	RSTG_STAT(FLOW_EXPIRED, "flow_expired")				\
	RSTG_STAT(FLOW_EVICTED, "flow_evicted")				\
	RSTG_STAT(FLOW_FULL, "flow_table_full")				\
	RSTG_STAT(FLOW_NOMEM, "flow_no_memory")				\
	/* events; what is lost is also told to every reader */		\
	RSTG_STAT(EVENT_SENT, "event_sent")				\
	RSTG_STAT(EVENT_LIMITED, "event_rate_limited")			\
	RSTG_STAT(EVENT_FULL, "event_queue_full")			\
	RSTG_STAT(EVENT_NOMEM, "event_no_memory")			\
	/* of the released */						\
	RSTG_STAT(RST_RELEASED_CLOSING, "rst_released_closing")		\
	/* not of resets */						\
	RSTG_STAT(STARTTLS, "starttls_tampered")			\
	/* of the genuine or suspect */					\
	RSTG_STAT(RST_HARMLESS, "rst_harmless")				\
	/* of the held */						\
	RSTG_STAT(HOLD_PRESSURE, "hold_pressure")			\
	RSTG_STAT(PROBE_WAITED, "probe_waited")			\
	/* of the flows */						\
	RSTG_STAT(FLOW_NOT_COMPARABLE, "flow_not_comparable")		\
	/* of the events */						\
	RSTG_STAT(EVENT_REPEATED, "event_repeated")			\
	/* not of resets */						\
	RSTG_STAT(FIN_FORGED, "fin_forged")

enum rstg_stat {
#define X(e, name) RSTG_STAT_##e,
	RSTG_STATS(X)
#undef X
	RSTG_STAT_MAX
};

/**
 * struct rstg_stats - one CPU's counters; on 32 bits a reader may see one torn
 * @c: by enum rstg_stat
 */
struct rstg_stats {
	u64 c[RSTG_STAT_MAX];
};

extern const char *const rstg_stat_names[RSTG_STAT_MAX];

u64 rstg_stat_sum(const struct rstg_stats __percpu *stats, enum rstg_stat s);

#endif /* _RSTG_STATS_H */
