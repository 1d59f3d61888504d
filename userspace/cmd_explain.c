// SPDX-License-Identifier: GPL-2.0-only
/* rstguard explain [REASON...]: what the words in "reasons" mean and weigh. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "limits.h"
#include "reasons.h"

static void print_line(const struct rstg_reason_info *r)
{
	printf("%-24s %-13s %+3d  %s\n", r->name, rstg_families[r->family], r->db, r->text);
}

static int explain_all(void)
{
	unsigned int i;

	printf("%-24s %-13s %3s  %s\n", "REASON", "FAMILY", "dB", "MEANING");
	for (i = 0; i < RSTG_R_MAX; i++)
		print_line(&rstg_reasons[i]);
	printf("\nThe weights are decibans: +10 is ten times as common among forged resets as\n"
	       "among genuine ones, -10 the other way round. They add up, each family counts\n"
	       "for at most %d. A reset is suspect from %d on, if %d families or more agree\n"
	       "(%d or more each), and forged once its alleged sender has proven to live on.\n"
	       "Modes hold and drop let it wait from %d on; mode drop drops it at once from\n"
	       "%d on, if %d families or more agree.\n",
	       RSTG_FAMILY_CAP, RSTG_SCORE_SUSPECT, RSTG_SUSPECT_FAMILIES, RSTG_FAMILY_MIN,
	       RSTG_SCORE_DOUBT, RSTG_SCORE_DROP, RSTG_DROP_FAMILIES);
	return CMD_OK;
}

static void explain(const struct rstg_reason_info *r)
{
	printf("%s: %s.\n", r->name, r->text);
	printf("  family %s, ", rstg_families[r->family]);
	if (r->db > 0)
		printf("%+d decibans: speaks for a forgery\n", r->db);
	else if (r->db < 0)
		printf("%+d decibans: speaks for a genuine reset\n", r->db);
	else
		printf("no weight: such a reset is not scored\n");
}

static int unknown(const char *name)
{
	unsigned int i;

	fprintf(stderr, PROGRAM ": no such reason: %s (known:", name);
	for (i = 0; i < RSTG_R_MAX; i++)
		fprintf(stderr, " %s", rstg_reasons[i].name);
	fputs(")\n", stderr);
	return CMD_FAILED;
}

int cmd_explain(int argc, char **argv)
{
	unsigned int r;
	int i;

	if (argc == 1)
		return explain_all();
	for (i = 1; i < argc; i++) {
		for (r = 0; r < RSTG_R_MAX; r++)
			if (!strcmp(argv[i], rstg_reasons[r].name))
				break;
		if (r == RSTG_R_MAX)
			return unknown(argv[i]);
		explain(&rstg_reasons[r]);
	}
	return CMD_OK;
}
