// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>

#include "stats.h"

const char *const rstg_stat_names[RSTG_STAT_MAX] = {
#define X(e, name) [RSTG_STAT_##e] = name,
	RSTG_STATS(X)
#undef X
};

/**
 * rstg_stat_sum() - a counter over all CPUs
 * @stats: counters of a namespace
 * @s:     which
 */
u64 rstg_stat_sum(const struct rstg_stats __percpu *stats, enum rstg_stat s)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(stats, cpu)->c[s]);
	return sum;
}
