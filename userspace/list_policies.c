// SPDX-License-Identifier: GPL-2.0-only
/* Which connections are guarded in which way. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include <linux/rstguard.h>

#include "fmt.h"
#include "list.h"
#include "policy_words.h"
#include "stages.h"

static const char *parse(const struct nlmsghdr *nlh, void *item)
{
	return policy_parse(nlh, item);
}

/* The bits of stages that are newer than this program. */
static uint64_t nameless(uint64_t stages)
{
	return stages >> RSTG_STAGE_MAX << RSTG_STAGE_MAX;
}

static json_t *json_stages(uint64_t stages)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < RSTG_STAGE_MAX; i++)
		if (stages & BIT_ULL(i))
			json_array_append_new(list, json_string(rstg_stages[i].name));
	if (nameless(stages))
		json_array_append_new(list, json_string("unknown"));
	return list;
}

static json_t *json_rule(const struct policy_rule *r)
{
	json_t *ports = json_array();
	unsigned int i;

	for (i = 0; i < r->n_ports; i++)
		json_array_append_new(ports, json_integer(r->ports[i]));
	return json_pack("{s:o, s:o, s:s, s:s, s:b}",
			 "ports", ports,
			 "stages", json_stages(r->stages),
			 "hold", fmt_hold(r->hold),
			 "wait", fmt_wait(r->wait),
			 "closings", r->closings);
}

static void print_json(const void *item)
{
	const struct policy *p = item;
	json_t *rules = json_array(), *o;
	unsigned int i;

	for (i = 0; i < p->n; i++)
		json_array_append_new(rules, json_rule(&p->rule[i]));
	o = json_pack("{s:s, s:o}", "name", p->name, "rules", rules);
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
}

/* As `rstguard policy add` takes it. */
static void print_text(const void *item)
{
	policy_write(stdout, item);
	putchar('\n');
}

const struct list_kind list_policies = {
	.name = "policies",
	.cmd = RSTGUARD_CMD_GET_POLICY,
	.size = sizeof(struct policy),
	.parse = parse,
	.text = print_text,
	.json = print_json,
};
