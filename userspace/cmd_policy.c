// SPDX-License-Identifier: GPL-2.0-only
/* rstguard policy add|del|flush|presets: which connections are guarded in which way. */
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "fmt.h"
#include "list.h"
#include "nl.h"
#include "policy.h"
#include "ports.h"
#include "stages.h"

static int usage(void)
{
	fputs("usage: " PROGRAM " policy add PRESET [hold WHAT] [wait HOW] [closings yes|no]\n"
	      "       " PROGRAM " policy add NAME [ports PORT,...] [stages STAGE,...] [hold WHAT] "
	      "[wait HOW] [closings yes|no]\n"
	      "       " PROGRAM " policy del NAME\n"
	      "       " PROGRAM " policy flush\n"
	      "       " PROGRAM " policy presets [-j]\n"
	      "       " PROGRAM " list policies [-j]\n\n"
	      "  WHAT   which resets wait for proof: all, suspicious or none (default suspicious)\n"
	      "  HOW    how long: quick or patient (default quick)\n"
	      "  STAGE  what was said last before the reset; smtp-* is all that begin so\n\n"
	      "The first policy that fits a reset decides; hold-scope where none does.\n", stderr);
	return CMD_FAILED;
}

static void print_presets(void)
{
	const struct policy *p;
	unsigned int i;

	for (i = 0; (p = policy_preset_at(i)); i++)
		fprintf(stderr, "%s%s", i ? " " : "", p->name);
}

/* --- what is wanted ------------------------------------------------------------------- */

static void print_stages(void)
{
	unsigned int i;

	for (i = RSTG_STAGE_UNKNOWN + 1; i < RSTG_STAGE_MAX; i++)
		fprintf(stderr, " %s", rstg_stages[i].name);
}

/* Bits of the stages of that name, or whose names fit it. */
static uint64_t stages_of(const char *word)
{
	uint64_t stages = 0;
	unsigned int i;

	for (i = 0; i < RSTG_STAGE_MAX; i++)
		if (!fnmatch(word, rstg_stages[i].name, 0))
			stages |= BIT_ULL(i);
	return stages;
}

static bool take_stages(struct policy_rule *r, char *value)
{
	const char *word;
	uint64_t stages;

	while ((word = strsep(&value, ","))) {
		stages = stages_of(word);
		if (!stages) {
			fprintf(stderr, PROGRAM ": no such stage: \"%s\" (known:", word);
			print_stages();
			fputs(")\n", stderr);
			return false;
		}
		r->stages |= stages;
	}
	return true;
}

static bool take_ports(struct policy_rule *r, char *value)
{
	size_t n;

	if (!ports_parse("ports", value, r->ports, &n, POLICY_PORTS,
			 "for more, make another policy"))
		return false;
	if (!n)
		cmd_say("ports: none would guard nothing");
	r->n_ports = (unsigned int)n;
	return n;
}

static bool take_hold(struct policy *p, const char *value)
{
	unsigned int i;
	uint32_t hold;

	for (hold = 0; hold <= RSTGUARD_HOLD_NONE; hold++) {
		if (strcmp(value, fmt_hold(hold)))
			continue;
		for (i = 0; i < p->n; i++)
			p->rule[i].hold = hold;
		return true;
	}
	cmd_say("no such hold: %s (known: all suspicious none)", value);
	return false;
}

static bool take_wait(struct policy *p, const char *value)
{
	unsigned int i;
	uint32_t wait;

	for (wait = 0; wait <= RSTGUARD_WAIT_PATIENT; wait++) {
		if (strcmp(value, fmt_wait(wait)))
			continue;
		for (i = 0; i < p->n; i++)
			p->rule[i].wait = wait;
		return true;
	}
	cmd_say("no such wait: %s (known: quick patient)", value);
	return false;
}

static bool take_closings(struct policy *p, const char *value)
{
	bool yes = !strcmp(value, "yes");
	unsigned int i;

	if (!yes && strcmp(value, "no")) {
		cmd_say("closings is yes or no, not %s", value);
		return false;
	}
	for (i = 0; i < p->n; i++)
		p->rule[i].closings = yes;
	return true;
}

static bool take_word(struct policy *p, bool preset, const char *name, char *value)
{
	if (!strcmp(name, "hold"))
		return take_hold(p, value);
	if (!strcmp(name, "wait"))
		return take_wait(p, value);
	if (!strcmp(name, "closings"))
		return take_closings(p, value);
	if (strcmp(name, "ports") && strcmp(name, "stages")) {
		cmd_say("policy: no such word: %s (known: ports stages hold wait closings)", name);
		return false;
	}
	if (preset) {
		cmd_say("%s is a preset and has its %s: choose another name for a policy of yours",
			p->name, name);
		return false;
	}
	if (name[0] == 'p' ? p->rule[0].n_ports : p->rule[0].stages) {
		cmd_say("policy: %s is given twice", name);
		return false;
	}
	return name[0] == 'p' ? take_ports(&p->rule[0], value) : take_stages(&p->rule[0], value);
}

/* The module refuses other names as well; said here with what is known. */
static bool begin(struct policy *p, const char *name)
{
	const struct policy *preset = policy_preset(name);

	memset(p, 0, sizeof(*p));
	if (preset) {
		*p = *preset;
		return true;
	}
	if (strlen(name) >= sizeof(p->name)) {
		cmd_say("policy: %s is too long for a name: at most %zu characters", name,
			sizeof(p->name) - 1);
		return false;
	}
	snprintf(p->name, sizeof(p->name), "%s", name);
	p->n = 1;
	return true;
}

static bool read_policy(struct policy *p, int argc, char **argv)
{
	bool preset = policy_preset(argv[0]);
	int i;

	if (!begin(p, argv[0]))
		return false;
	for (i = 1; i < argc; i += 2) {
		if (i + 1 == argc) {
			cmd_say("policy: what should %s be?", argv[i]);
			return false;
		}
		if (!take_word(p, preset, argv[i], argv[i + 1]))
			return false;
	}
	if (preset || p->rule[0].n_ports || p->rule[0].stages)
		return true;
	fprintf(stderr, PROGRAM ": no such preset: %s (known: ", p->name);
	print_presets();
	fputs("); a policy of your own has ports or stages\n", stderr);
	return false;
}

/* --- the commands ---------------------------------------------------------------------- */

static int talk(struct nlmsghdr *request)
{
	struct nl nl;

	return nl_tell(&nl, request) ? cmd_fail("%s", nl.error) : CMD_OK;
}

static int add(int argc, char **argv)
{
	alignas(NLMSG_ALIGNTO) char buf[POLICY_REQUEST];
	struct nlmsghdr *request;
	struct policy p;

	if (!argc)
		return usage();
	/* Wrong words are refused before the module is asked for. */
	if (!read_policy(&p, argc, argv))
		return CMD_FAILED;
	request = nlmsg_request(buf, 0, RSTGUARD_CMD_SET_POLICY, NLM_F_ACK, 0);
	policy_put(request, &p);
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

int cmd_policy(int argc, char **argv)
{
	bool json;

	if (!cmd_options(&argc, argv, &json, NULL))
		return CMD_FAILED;
	if (argc < 2)
		return usage();
	if (!strcmp(argv[1], "add"))
		return add(argc - 2, argv + 2);
	if (!strcmp(argv[1], "del"))
		return argc == 3 ? del(argv[2]) : usage();
	if (!strcmp(argv[1], "flush"))
		return argc == 2 ? del(NULL) : usage();
	if (!strcmp(argv[1], "presets"))
		return argc == 2 ? presets(json) : usage();
	return cmd_fail("policy: no such word: %s (known: add del flush presets)", argv[1]);
}
