/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/settings/module_parts.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_wording(const struct planned_poll *a, const struct planned_poll *b)
{
	bool same = a->kind == b->kind && a->choice_count == b->choice_count &&
		    same_text(a->question, b->question) && same_text(a->low, b->low) &&
		    same_text(a->high, b->high);

	for (int i = 0; same && i < a->choice_count; i++)
		same = same_text(a->choices[i], b->choices[i]);
	return same;
}

static const struct planned_poll *find_item(const struct programme *programme,
					    const struct planned_poll *like,
					    enum poll_stage stage)
{
	for (int i = 0; i < programme->module_count; i++) {
		const struct module *module = &programme->modules[i];

		for (int j = 0; j < module->poll_count; j++) {
			const struct planned_poll *poll = &module->polls[j];

			if (poll->item != NULL && poll->stage == stage &&
			    strcmp(poll->item, like->item) == 0)
				return poll;
		}
	}
	return NULL;
}

/* Before and after can be compared only when they are asked in the same words. */
static void lint_item(const struct programme *programme, const struct planned_poll *poll,
		      struct fault_list *faults)
{
	const enum poll_stage other =
		poll->stage == POLL_STAGE_PRE ? POLL_STAGE_POST : POLL_STAGE_PRE;
	const struct planned_poll *partner = find_item(programme, poll, other);

	assert(poll->item != NULL);
	if (poll->stage == POLL_STAGE_NONE)
		return;
	if (partner == NULL)
		fault_warning(faults, poll->line, poll->column,
			      "the item `%s` is never asked %s", poll->item,
			      other == POLL_STAGE_PRE ? "before (`stage: pre`)"
						      : "after (`stage: post`)");
	else if (poll->stage == POLL_STAGE_POST && !same_wording(poll, partner))
		fault_error(
			faults, poll->line, poll->column,
			"the item `%s` is worded or scaled otherwise in line %d, so the"
			" answers cannot be compared",
			poll->item, partner->line);
}

static void lint_numbers(const struct programme *programme, struct fault_list *faults)
{
	int before = 0;

	for (int i = 0; i < programme->module_count; i++) {
		const struct module *module = &programme->modules[i];

		if (module->number == 0)
			continue; /* its fault is told already */
		if (module->number <= before)
			fault_error(faults, module->line, module->column,
				    "module %d comes after module %d: number modules in"
				    " rising order",
				    module->number, before);
		else if (module->number != before + 1)
			fault_warning(faults, module->line, module->column,
				      "module %d is missing before module %d", before + 1,
				      module->number);
		before = module->number;
	}
}

static void lint_rule(const struct programme *programme,
		      const struct scheduling_rule *rule, struct fault_list *faults)
{
	const int32_t named[] = { rule->earlier, rule->later };

	for (int i = 0; i < 2; i++) {
		if (named[i] != 0 && programme_module(programme, named[i]) == NULL)
			fault_error(faults, rule->line, rule->column,
				    "this rule names module %d, which is not here",
				    named[i]);
	}
	if (rule->earlier != 0 && rule->later != 0 && rule->earlier >= rule->later)
		fault_error(faults, rule->line, rule->column,
			    "`earlier` must be a lower number than `later`");
	if (rule->most_days >= 0 && rule->most_days < rule->least_days)
		fault_error(faults, rule->line, rule->column,
			    "`most_days` is less than `least_days`");
}

void programme_lint(const struct programme *programme, struct fault_list *faults)
{
	assert(programme->module_count <= PROGRAMME_MODULES);
	assert(programme->rule_count <= PROGRAMME_RULES);
	lint_numbers(programme, faults);
	for (int i = 0; i < programme->rule_count; i++)
		lint_rule(programme, &programme->rules[i], faults);
	for (int i = 0; i < programme->module_count; i++) {
		const struct module *module = &programme->modules[i];

		for (int j = 0; j < module->poll_count; j++) {
			if (module->polls[j].item != NULL)
				lint_item(programme, &module->polls[j], faults);
		}
	}
}
