// SPDX-License-Identifier: GPL-2.0-only
/* rstguard: ask the kernel module, steer it, and read captures with its core. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "env.h"

static int cmd_help(int argc, char **argv);
static int cmd_version(int argc, char **argv);

static const struct {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *operands;
	const char *text;
} commands[] = {
	{ "status", cmd_status, "[-j]", "mode, limits and version of the module" },
	{ "set", cmd_set, "[NAME VALUE]...", "what to do about forged resets (alone: the names)" },
	{ "monitor", cmd_monitor, "[-j] [-a]", "print resets as they are judged and acted on" },
	{ "list", cmd_list, "flows|held|policies [-j]",
	  "connections that are followed, resets that wait, policies" },
	{ "policy", cmd_policy, "add|del|flush|presets ...",
	  "which connections are guarded, and how" },
	{ "show", cmd_show, "stats [-j]", "counters of this network namespace" },
	{ "analyze", cmd_analyze, "[OPTION...] FILE...", "judge the resets of a capture" },
	{ "mail-report", cmd_mail_report, "[-j] [OPTION...]",
	  "what ended the sessions of a mail server's log" },
	{ "explain", cmd_explain, "[REASON...]", "what a reason means and weighs" },
	{ "help", cmd_help, "", "this text" },
	{ "version", cmd_version, "", "version of this program" },
};

static int cmd_help(int argc, char **argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	puts("usage: " PROGRAM " COMMAND\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-11s %-26s %s\n", commands[i].name, commands[i].operands,
		       commands[i].text);
	return CMD_OK;
}

static int cmd_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts(PROGRAM " " RSTGUARD_VERSION);
	return CMD_OK;
}

static int unknown(const char *name)
{
	char list[160] = "";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		strcat(list, " ");
		strcat(list, commands[i].name);
	}
	return cmd_fail("no such command: %s (known:%s)", name, list);
}

static int run(int argc, char **argv)
{
	const char *name = argv[0];
	size_t i;

	if (!strcmp(name, "-h") || !strcmp(name, "--help"))
		name = "help";
	else if (!strcmp(name, "-V") || !strcmp(name, "--version"))
		name = "version";
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].main(argc, argv);
	return unknown(name);
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 2)
		return cmd_fail("which command? (" PROGRAM " help lists them)");
	status = run(argc - 1, argv + 1);
	/* A full disk shows up here at the latest. */
	if (fflush(stdout) || ferror(stdout))
		return cmd_fail("cannot write the output");
	return status;
}
