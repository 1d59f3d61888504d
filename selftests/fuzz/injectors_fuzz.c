// SPDX-License-Identifier: GPL-2.0-only
/* Any text as fingerprints, and a burst that they are held against. */
#include <stdlib.h>

#include "env.h"
#include "injectors.h"
#include "limits.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Alike enough that long matches happen, and with values that overflow if anything does. */
static void fill(struct shot *shots)
{
	unsigned int i, field;

	for (i = 0; i < BURST_MAX; i++) {
		memset(&shots[i], 0, sizeof(shots[i]));
		for (field = 0; field < SHOT_MAX; field++)
			shot_set(&shots[i], field, i < 8 ? field : U32_MAX - i * field);
		shots[i].v[SHOT_TTL] &= 0xff;
		if (i & 1)
			shots[i].known &= ~(1U << SHOT_ID);
		shots[i].data_n = i;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct shot shots[BURST_MAX];
	struct named named[BURST_MAX];
	char err[INJECTORS_ERROR] = "";
	struct injectors *all;
	unsigned int i;
	FILE *file;

	if (!size || size > 4096)
		return 0;
	file = fmemopen((u8 *)data, size, "r");
	all = injectors_read(file, "file", err);
	fclose(file);
	if (!all) {	/* where and why, always */
		if (strncmp(err, "file:", 5) || err[5] < '0' || err[5] > '9' ||
		    !strstr(err + 5, ": "))
			abort();
		return 0;
	}
	fill(shots);
	injectors_name(all, shots, BURST_MAX, named);
	for (i = 0; i < BURST_MAX; i++)
		if (named[i].match > i || named[i].hops < HOPS_UNKNOWN ||
		    named[i].hops > RSTG_HOPS_MAX || (named[i].name && !*named[i].name))
			abort();
	injectors_free(all);
	return 0;
}
