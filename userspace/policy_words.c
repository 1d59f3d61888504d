// SPDX-License-Identifier: GPL-2.0-only
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include <linux/rstguard.h>

#include "cmd.h"
#include "fmt.h"
#include "policy_words.h"
#include "ports.h"
#include "stages.h"

/* What was given of a rule. */
enum given {
	GIVEN_ANY = BIT(0),
	GIVEN_PORTS = BIT(1),
	GIVEN_STAGES = BIT(2),
	GIVEN_HOLD = BIT(3),
	GIVEN_WAIT = BIT(4),
	GIVEN_CLOSINGS = BIT(5),
};

#define GIVEN_SUBJECT	(GIVEN_ANY | GIVEN_PORTS | GIVEN_STAGES)

#define KNOWN		"known: any ports stages hold wait closings or"

/* Stands alone; the others are followed by what they should be. */
static bool is_single(const char *word)
{
	return !strcmp(word, "any") || !strcmp(word, "or");
}

static bool is_subject(const char *word)
{
	return is_single(word) || !strcmp(word, "ports") || !strcmp(word, "stages");
}

/* Are rules given, or only what a preset shall do with those that it has? */
static bool has_rules(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i += is_single(argv[i]) ? 1 : 2)
		if (is_subject(argv[i]))
			return true;
	return false;
}

/* --- the words of a rule ------------------------------------------------------------ */

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

static void no_such_stage(const char *word)
{
	char known[1024] = "";
	size_t n = 0;
	unsigned int i;

	for (i = RSTG_STAGE_UNKNOWN + 1; i < RSTG_STAGE_MAX && n < sizeof(known); i++)
		n += (size_t)snprintf(known + n, sizeof(known) - n, " %s", rstg_stages[i].name);
	cmd_say("no such stage: \"%s\" (known:%s)", word, known);
}

static bool take_stages(struct policy_rule *r, char *value)
{
	const char *word;
	uint64_t stages;

	while ((word = strsep(&value, ","))) {
		stages = stages_of(word);
		if (!stages) {
			no_such_stage(word);
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
			 "for more, add a rule behind \"or\""))
		return false;
	if (!n)
		cmd_say("ports: none would guard nothing");
	r->n_ports = (unsigned int)n;
	return n;
}

/* Which of the words up to @last is it? */
static bool take_word(const char *what, const char *value, uint32_t *n, uint32_t last,
		      const char *(*name)(uint32_t), const char *known)
{
	for (*n = 0; *n <= last; ++*n)
		if (!strcmp(value, name(*n)))
			return true;
	cmd_say("no such %s: %s (known: %s)", what, value, known);
	return false;
}

static bool take_hold(struct policy_rule *r, const char *value)
{
	return take_word("hold", value, &r->hold, RSTGUARD_HOLD_NONE, fmt_hold,
			 "all suspicious none");
}

static bool take_wait(struct policy_rule *r, const char *value)
{
	return take_word("wait", value, &r->wait, RSTGUARD_WAIT_PATIENT, fmt_wait,
			 "quick patient");
}

static bool take_closings(struct policy_rule *r, const char *value)
{
	r->closings = !strcmp(value, "yes");
	if (r->closings || !strcmp(value, "no"))
		return true;
	cmd_say("closings is yes or no, not %s", value);
	return false;
}

static enum given given_by(const char *word)
{
	static const struct {
		const char *word;
		enum given given;
	} words[] = {
		{ "any", GIVEN_ANY }, { "ports", GIVEN_PORTS }, { "stages", GIVEN_STAGES },
		{ "hold", GIVEN_HOLD }, { "wait", GIVEN_WAIT }, { "closings", GIVEN_CLOSINGS },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i].word))
			return words[i].given;
	return 0;
}

static bool take(struct policy_rule *r, enum given given, char *value)
{
	switch (given) {
	case GIVEN_PORTS:
		return take_ports(r, value);
	case GIVEN_STAGES:
		return take_stages(r, value);
	case GIVEN_HOLD:
		return take_hold(r, value);
	case GIVEN_WAIT:
		return take_wait(r, value);
	case GIVEN_CLOSINGS:
		return take_closings(r, value);
	default:
		return true;	/* any */
	}
}

/* --- rules --------------------------------------------------------------------------- */

/* What a policy guards is guarded as everything is, unless it says otherwise. */
static bool begin_rule(struct policy *p)
{
	if (p->n == POLICY_RULES) {
		cmd_say("policy: all policies together may have %d rules", POLICY_RULES);
		return false;
	}
	p->rule[p->n++] = (struct policy_rule){ .hold = RSTGUARD_HOLD_ALL };
	return true;
}

static bool end_rule(const struct policy *p, unsigned int given)
{
	if (!(given & GIVEN_SUBJECT))
		cmd_say("policy: what is rule %u of %s about? ports, stages or any", p->n, p->name);
	else if (given & GIVEN_ANY && given & (GIVEN_PORTS | GIVEN_STAGES))
		cmd_say("policy: any is without ports and stages");
	else
		return true;
	return false;
}

/* Words from argv[1] on: of the rules one after another, or each for all of a preset. */
static bool read_rules(struct policy *p, int argc, char **argv, bool preset)
{
	unsigned int given = 0, i;
	enum given now;
	int at;

	for (at = 1; at < argc; at++) {
		const char *word = argv[at];

		if (!strcmp(word, "or")) {
			if (!end_rule(p, given) || !begin_rule(p))
				return false;
			given = 0;
			continue;
		}
		now = given_by(word);
		if (!now) {
			cmd_say("policy: no such word: %s (" KNOWN ")", word);
			return false;
		}
		if (given & now) {
			cmd_say("policy: %s is given twice", word);
			return false;
		}
		given |= now;
		if (!is_single(word) && ++at == argc) {
			cmd_say("policy: what should %s be?", word);
			return false;
		}
		for (i = preset ? 0 : p->n - 1; i < p->n; i++)
			if (!take(&p->rule[i], now, argv[at]))
				return false;
	}
	return preset || end_rule(p, given);
}

static void no_such_preset(const char *name)
{
	const struct policy *preset;
	char known[128] = "";
	size_t n = 0;
	unsigned int i;

	for (i = 0; (preset = policy_preset_at(i)) && n < sizeof(known); i++)
		n += (size_t)snprintf(known + n, sizeof(known) - n, "%s%s", i ? " " : "",
				      preset->name);
	cmd_say("no such preset: %s (known: %s); a policy of your own has ports or stages", name,
		known);
}

bool policy_read(struct policy *p, int argc, char **argv)
{
	bool own = has_rules(argc, argv);
	const struct policy *preset = policy_preset(argv[0]);

	memset(p, 0, sizeof(*p));
	/* The module refuses other names as well; said here with what is known. */
	if (strlen(argv[0]) >= sizeof(p->name)) {
		cmd_say("policy: %s is too long for a name: at most %zu characters", argv[0],
			sizeof(p->name) - 1);
		return false;
	}
	snprintf(p->name, sizeof(p->name), "%s", argv[0]);
	if (own) {
		begin_rule(p);
	} else if (preset) {
		*p = *preset;
	} else {
		/* One that is misspelled is told before a preset is missed. */
		if (argc > 1 && !given_by(argv[1]))
			cmd_say("policy: no such word: %s (" KNOWN ")", argv[1]);
		else
			no_such_preset(argv[0]);
		return false;
	}
	return read_rules(p, argc, argv, !own);
}

/* --- back into words ------------------------------------------------------------------ */

static void write_rule(FILE *out, const struct policy_rule *r)
{
	const char *separator = " stages ";
	unsigned int i;

	if (!r->n_ports && !r->stages)
		fputs(" any", out);
	for (i = 0; i < r->n_ports; i++)
		fprintf(out, "%s%u", i ? "," : " ports ", r->ports[i]);
	for (i = 0; i < RSTG_STAGE_MAX; i++) {
		if (!(r->stages & BIT_ULL(i)))
			continue;
		fprintf(out, "%s%s", separator, rstg_stages[i].name);
		separator = ",";
	}
	/* Newer than this program. */
	if (r->stages >> RSTG_STAGE_MAX)
		fprintf(out, "%s?", separator);
	fprintf(out, " hold %s wait %s closings %s", fmt_hold(r->hold), fmt_wait(r->wait),
		r->closings ? "yes" : "no");
}

void policy_write(FILE *out, const struct policy *p)
{
	unsigned int i;

	fputs(p->name, out);
	for (i = 0; i < p->n; i++) {
		if (i)
			fputs(" or", out);
		write_rule(out, &p->rule[i]);
	}
}
