// SPDX-License-Identifier: GPL-2.0-only
/* rstguard policy: which connections are guarded in which way. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "list.h"
#include "nl.h"
#include "policies.h"
#include "policy_words.h"

static int usage(void)
{
	fputs("usage: " PROGRAM " policy add POLICY\n"
	      "       " PROGRAM " policy insert [first|before NAME] POLICY\n"
	      "       " PROGRAM " policy del NAME\n"
	      "       " PROGRAM " policy flush\n"
	      "       " PROGRAM " policy list [-j]\n"
	      "       " PROGRAM " policy presets [-j]\n"
	      "       " PROGRAM " policy save\n"
	      "       " PROGRAM " policy restore FILE|-\n\n"
	      "  POLICY  PRESET [hold WHAT] [wait HOW] [closings yes|no], or\n"
	      "          NAME RULE [or RULE]...\n"
	      "  RULE    any | ports PORT,... | stages STAGE,... | ports PORT,... stages STAGE,...\n"
	      "          [hold WHAT] [wait HOW] [closings yes|no]\n"
	      "  WHAT    which resets wait for proof: all, suspicious or none (default all)\n"
	      "  HOW     how long: quick or patient (default quick)\n"
	      "  STAGE   what was said before the reset; smtp-* is all that begin so\n\n"
	      "The first policy that fits a reset decides; hold-scope and hold-wait where none\n"
	      "does. add sets one behind the others, or changes one where it is.\n", stderr);
	return CMD_FAILED;
}

static int talk(struct nlmsghdr *request)
{
	struct nl nl;

	return nl_tell(&nl, request) ? cmd_fail("%s", nl.error) : CMD_OK;
}

/* Takes "first" or "before NAME" from the words of insert; false: refused, and said so. */
static bool take_place(int *argc, char ***argv, const char **before)
{
	int words = 0;

	*before = "";
	if (*argc && !strcmp((*argv)[0], "first"))
		words = 1;
	else if (*argc && !strcmp((*argv)[0], "before"))
		words = 2;
	if (words == 2) {
		if (*argc < 2) {
			cmd_say("policy: before which one?");
			return false;
		}
		*before = (*argv)[1];
	}
	*argc -= words;
	*argv += words;
	return true;
}

/*
 * The words of add and insert; @before as policies_set() takes it. false: refused, and said
 * so.
 */
static bool read_one(struct policy *p, const char **before, bool insert, int argc, char **argv)
{
	*before = NULL;
	if (insert && !take_place(&argc, &argv, before))
		return false;
	if (argc)
		return policy_read(p, argc, argv);
	cmd_say("policy: which one?");
	return false;
}

static int set(bool insert, int argc, char **argv)
{
	alignas(NLMSG_ALIGNTO) char buf[POLICY_REQUEST];
	struct nlmsghdr *request;
	const char *before;
	struct policy p;

	if (!argc)
		return usage();
	/* Wrong words are refused before the module is asked for. */
	if (!read_one(&p, &before, insert, argc, argv))
		return CMD_FAILED;
	if (before && strlen(before) >= sizeof(p.name))
		return cmd_fail("policy: no policy has a name as long as %s", before);
	request = nlmsg_request(buf, 0, RSTGUARD_CMD_SET_POLICY, NLM_F_ACK, 0);
	policy_put(request, &p);
	if (before && before[0])
		mnl_attr_put_strz(request, RSTGUARD_A_POLICY_BEFORE, before);
	else if (before)
		mnl_attr_put(request, RSTGUARD_A_POLICY_FIRST, 0, NULL);
	return talk(request);
}

/* NULL is all of them. */
static int del(const char *name)
{
	alignas(NLMSG_ALIGNTO) char buf[256];
	struct nlmsghdr *request;

	if (name && strlen(name) >= REPORT_POLICY)
		return cmd_fail("policy: no policy has a name as long as %s", name);
	request = nlmsg_request(buf, 0, RSTGUARD_CMD_DEL_POLICY, NLM_F_ACK, 0);
	if (name)
		mnl_attr_put_strz(request, RSTGUARD_A_POLICY_NAME, name);
	return talk(request);
}

static int presets(bool json)
{
	const struct policy *p;
	unsigned int i;

	for (i = 0; (p = policy_preset_at(i)); i++)
		(json ? list_policies.json : list_policies.text)(p);
	return CMD_OK;
}

/* --- all of them --------------------------------------------------------------------- */

static struct policies all;

static int save(void)
{
	struct nl nl;
	unsigned int i;

	if (policies_get(&nl, &all))
		return cmd_fail("%s", nl.error);
	puts("flush");
	for (i = 0; i < all.n; i++) {
		fputs("add ", stdout);
		policy_write(stdout, &all.list[i]);
		putchar('\n');
	}
	return CMD_OK;
}

/* More than the longest policy has: 32 rules of five words and their values. */
#define WORDS_MAX	512

/* Cuts a line apart; -1: it has more. */
static int split(char *line, char *words[WORDS_MAX])
{
	char *word, *rest = line;
	int n = 0;

	line[strcspn(line, "#")] = '\0';
	while ((word = strsep(&rest, " \t\r\n"))) {
		if (!*word)
			continue;
		if (n == WORDS_MAX)
			return -1;
		words[n++] = word;
	}
	return n;
}

static bool apply(int argc, char **argv)
{
	bool insert = !strcmp(argv[0], "insert");
	const char *before;
	struct policy p;

	if (insert || !strcmp(argv[0], "add"))
		return read_one(&p, &before, insert, argc - 1, argv + 1) &&
		       policies_set(&all, &p, before);
	if (!strcmp(argv[0], "flush") && argc == 1) {
		all.n = 0;
		return true;
	}
	if (!strcmp(argv[0], "del") && argc == 2)
		return policies_del(&all, argv[1]);
	if (!strcmp(argv[0], "flush") || !strcmp(argv[0], "del"))
		cmd_say("policy: %s takes %s", argv[0],
			argv[0][0] == 'd' ? "one name" : "no more words");
	else
		cmd_say("policy: no such word: %s (known: add insert del flush)", argv[0]);
	return false;
}

static bool read_lines(FILE *in, const char *name)
{
	char *words[WORDS_MAX], *line = NULL;
	unsigned int number = 0;
	size_t room = 0;
	bool ok = true;
	int n;

	while (ok && getline(&line, &room, in) >= 0) {
		cmd_where(name, ++number);
		n = split(line, words);
		if (n < 0)
			cmd_say("policy: more words than any policy has");
		ok = n >= 0 && (!n || apply(n, words));
	}
	cmd_where(NULL, 0);
	free(line);
	if (ok && ferror(in)) {
		cmd_say("%s: %s", name, strerror(errno));
		ok = false;
	}
	return ok;
}

/* Nothing is changed before all is understood, and then all at once. */
static int restore(const char *name)
{
	alignas(NLMSG_ALIGNTO) static char buf[POLICIES_REQUEST];
	bool from_stdin = !strcmp(name, "-");
	struct nlmsghdr *request;
	struct nl nl;
	FILE *in;
	bool ok;

	in = from_stdin ? stdin : fopen(name, "re");
	if (!in)
		return cmd_fail("%s: %s", name, strerror(errno));
	ok = !policies_get(&nl, &all);
	if (!ok)
		cmd_say("%s", nl.error);
	ok = ok && read_lines(in, from_stdin ? "stdin" : name);
	if (!from_stdin)
		fclose(in);
	if (!ok)
		return CMD_FAILED;
	request = nlmsg_request(buf, 0, RSTGUARD_CMD_REPLACE_POLICIES, NLM_F_ACK, 0);
	policies_put(request, &all);
	return talk(request);
}

/* --- the commands ---------------------------------------------------------------------- */

int cmd_policy(int argc, char **argv)
{
	const char *what;
	bool json;

	if (!cmd_options(&argc, argv, &json, NULL))
		return CMD_FAILED;
	if (argc < 2)
		return usage();
	what = argv[1];
	if (!strcmp(what, "add") || !strcmp(what, "insert"))
		return set(what[0] == 'i', argc - 2, argv + 2);
	if (!strcmp(what, "del") || !strcmp(what, "restore")) {
		if (argc != 3)
			return usage();
		return what[0] == 'd' ? del(argv[2]) : restore(argv[2]);
	}
	if (!strcmp(what, "flush"))
		return argc == 2 ? del(NULL) : usage();
	if (!strcmp(what, "list"))
		return argc == 2 ? list_print(&list_policies, json) : usage();
	if (!strcmp(what, "presets"))
		return argc == 2 ? presets(json) : usage();
	if (!strcmp(what, "save"))
		return argc == 2 ? save() : usage();
	return cmd_fail("policy: no such word: %s (known: add insert del flush list presets save "
			"restore)", what);
}
