/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/settings/module_parts.h"

static const char *const poll_keys[] = {
	"id",        "question",   "kind", "choices", "points", "low", "high",
	"anonymous", "changeable", "show", "item",    "stage",  NULL,
};
static const char *const kind_names[] = { "single", "likert", NULL };
static const char *const show_names[] = { "full", "never", NULL };
static const char *const stage_names[] = { "pre", "post", NULL };

static void refuse_key(const struct section *section, const char *key, const char *reason)
{
	const struct yaml_node *node = section_find(section, key);

	if (node != NULL)
		fault_error(section->faults, node->key_line, node->key_column, "`%s` %s",
			    key, reason);
}

static void read_choices(const struct section *section, struct planned_poll *poll)
{
	const struct yaml_node *list = section_list(section, "choices", 2, CHOICES_MAX);

	if (section_find(section, "choices") == NULL)
		section_error(section, "a poll needs `choices`, from 2 to %d",
			      CHOICES_MAX);
	refuse_key(section, "points", "belongs to `kind: likert`");
	refuse_key(section, "low", "belongs to `kind: likert`");
	refuse_key(section, "high", "belongs to `kind: likert`");
	if (list == NULL)
		return;
	for (const struct yaml_node *node = list->first; node != NULL;
	     node = node->next) {
		const char *choice;

		if (!node_is_line(node, &choice, section->faults))
			continue;
		assert(poll->choice_count < CHOICES_MAX);
		for (int i = 0; i < poll->choice_count; i++) {
			if (strcmp(poll->choices[i], choice) == 0)
				fault_error(section->faults, node->line, node->column,
					    "this choice is there twice");
		}
		poll->choices[poll->choice_count++] = choice;
	}
}

static void read_scale(const struct section *section, struct planned_poll *poll)
{
	static const struct section_range range = { 2, POLL_LIKERT_POINTS, "points" };
	int32_t points = 5;

	section_whole(section, "points", &range, &points);
	assert(points >= 2 && points <= POLL_LIKERT_POINTS);
	poll->choice_count = (uint8_t)points;
	refuse_key(section, "choices", "does not go with `kind: likert`: say `points`");
	section_line(section, "low", &poll->low);
	section_line(section, "high", &poll->high);
	if (poll->low == NULL || poll->high == NULL)
		section_warning(section,
				"label both ends of the scale: `low` and `high`");
	if (points < 4 || points > 7)
		section_warning(section, "%d points: scales of 4 to 7 are advised",
				points);
}

static void read_link(const struct section *section, struct planned_poll *poll)
{
	int stage = -1;

	section_id(section, "item", &poll->item);
	if (section_choice(section, "stage", stage_names, &stage))
		poll->stage = stage == 0 ? POLL_STAGE_PRE : POLL_STAGE_POST;
	if (poll->item != NULL && stage < 0)
		section_error(section, "`item` needs `stage`: pre or post");
	if (poll->item == NULL && stage >= 0)
		section_error(section,
			      "`stage` needs `item`: what is asked before and after");
	if (poll->item != NULL && poll->anonymous)
		section_warning(section,
				"anonymous answers cannot be compared person by person"
				" before and after: say `anonymous: false`");
}

static void read_poll(const struct section *section, struct planned_poll *poll)
{
	int kind = POLL_SINGLE, show = 0;

	section_keys(section, poll_keys);
	if (section_need(section, "id") != NULL)
		section_id(section, "id", &poll->id);
	if (section_need(section, "question") != NULL)
		section_prose(section, "question", &poll->question);
	section_choice(section, "kind", kind_names, &kind);
	section_flag(section, "anonymous", &poll->anonymous);
	section_flag(section, "changeable", &poll->changeable);
	section_choice(section, "show", show_names, &show);
	poll->kind = kind == 0 ? POLL_SINGLE : POLL_LIKERT;
	poll->shown = show == 0;
	if (poll->kind == POLL_SINGLE)
		read_choices(section, poll);
	else
		read_scale(section, poll);
	read_link(section, poll);
}

static void refuse_same_id(const struct section *section, const struct module *module)
{
	const struct planned_poll *poll = &module->polls[module->poll_count];

	for (int i = 0; poll->id != NULL && i < module->poll_count; i++) {
		const struct planned_poll *other = &module->polls[i];

		if (other->id != NULL && strcmp(other->id, poll->id) == 0)
			section_error(section,
				      "the poll of line %d has the id `%s` already",
				      other->line, poll->id);
	}
}

void module_read_polls(const struct section *section, struct module *module)
{
	const struct yaml_node *list = section_list(section, "polls", 0, POLLS_MAX);

	for (const struct yaml_node *node = list != NULL ? list->first : NULL;
	     node != NULL; node = node->next) {
		assert(module->poll_count < POLLS_MAX);
		struct planned_poll *poll = &module->polls[module->poll_count];
		struct section inner;

		*poll = (struct planned_poll){
			.block = -1,
			.anonymous = true,
			.changeable = true,
			.line = node->line,
			.column = node->column,
		};
		if (!node_is_map(node, "a poll", &inner, section->faults))
			continue;
		read_poll(&inner, poll);
		refuse_same_id(&inner, module);
		module->poll_count++;
	}
}
