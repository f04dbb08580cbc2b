/* SPDX-License-Identifier: MIT */
#include "daemon/settings/programme.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/settings/module_parts.h"

static const char *const programme_keys[] = {
	"id", "title", "provider", "policy", "scheduling", "modules", NULL,
};
static const char *const module_keys[] = {
	"number", "title",  "theme", "starts", "outcomes",
	"cpd",    "policy", "polls", "blocks", NULL,
};
static const char *const policy_keys[] = {
	"grace_seconds", "transfer_seconds", "presume", "minimum_answers", NULL,
};
static const char *const cpd_keys[] = { "approved_maximum_minutes", "body", "code",
					NULL };
static const char *const rule_keys[] = {
	"earlier", "later", "least_days", "most_days", "reason", NULL,
};

static void read_policy(const struct section *parent, struct module_policy *policy)
{
	static const struct section_range grace = { 0, 3600, "seconds" };
	static const struct section_range answers = { 1, 100, "answers" };
	struct section section;

	if (!section_map(parent, "policy", &section))
		return;
	section_keys(&section, policy_keys);
	section_whole(&section, "grace_seconds", &grace, &policy->grace_s);
	section_whole(&section, "transfer_seconds", &grace, &policy->transfer_s);
	section_flag(&section, "presume", &policy->presume);
	section_whole(&section, "minimum_answers", &answers, &policy->minimum_answers);
}

static void read_cpd(const struct section *parent, struct module_cpd *cpd)
{
	static const struct section_range minutes = { 1, MODULE_LENGTH_S / 60,
						      "minutes" };
	struct section section;

	if (!section_map(parent, "cpd", &section))
		return;
	section_keys(&section, cpd_keys);
	section_whole(&section, "approved_maximum_minutes", &minutes,
		      &cpd->approved_maximum_minutes);
	section_line(&section, "body", &cpd->body);
	section_line(&section, "code", &cpd->code);
}

static void read_starts(const struct section *section, struct module *module)
{
	const struct yaml_node *node = section_find(section, "starts");
	const char *text;

	if (node == NULL || !node_is_line(node, &text, section->faults))
		return;
	module->starts_s = hhmm_read(text);
	if (module->starts_s < 0)
		fault_error(section->faults, node->line, node->column,
			    "`starts`: expected a time of day like \"09:00\"");
}

static void read_outcomes(const struct section *section, struct module *module)
{
	const struct yaml_node *list =
		section_list(section, "outcomes", 0, MODULE_OUTCOMES);

	for (const struct yaml_node *node = list != NULL ? list->first : NULL;
	     node != NULL; node = node->next) {
		assert(module->outcome_count < MODULE_OUTCOMES);
		if (node_is_line(node, &module->outcomes[module->outcome_count],
				 section->faults))
			module->outcome_count++;
	}
}

static void read_module(const struct section *section, struct module *module)
{
	static const struct section_range numbers = { 1, PROGRAMME_MODULES, NULL };
	int32_t number = 0;

	section_keys(section, module_keys);
	if (section_need(section, "number") != NULL)
		section_whole(section, "number", &numbers, &number);
	module->number = number;
	section_need_line(section, "title", &module->title);
	section_line(section, "theme", &module->theme);
	read_starts(section, module);
	read_outcomes(section, module);
	read_cpd(section, &module->cpd);
	read_policy(section, &module->policy);
	module_read_polls(section, module);
	module_read_blocks(section, module);
	module_lint(module, section->faults);
}

static void read_modules(const struct section *section,
			 const struct module_policy *policy, struct programme *programme)
{
	const struct yaml_node *list = NULL;

	if (section_need(section, "modules") != NULL)
		list = section_list(section, "modules", 1, PROGRAMME_MODULES);
	for (const struct yaml_node *node = list != NULL ? list->first : NULL;
	     node != NULL; node = node->next) {
		assert(programme->module_count < PROGRAMME_MODULES);
		struct module *module = &programme->modules[programme->module_count];
		struct section inner;

		if (!node_is_map(node, "a module", &inner, section->faults))
			continue;
		module->starts_s = -1;
		module->cpd.approved_maximum_minutes = -1;
		module->policy = *policy;
		module->line = node->line;
		module->column = node->column;
		read_module(&inner, module);
		programme->module_count++;
	}
}

static void read_rule(const struct section *section, struct scheduling_rule *rule)
{
	static const struct section_range numbers = { 1, PROGRAMME_MODULES, NULL };
	static const struct section_range days = { 0, 1000, "days" };

	*rule = (struct scheduling_rule){ .most_days = -1,
					  .line = section->node->line,
					  .column = section->node->column };
	section_keys(section, rule_keys);
	if (section_need(section, "earlier") != NULL)
		section_whole(section, "earlier", &numbers, &rule->earlier);
	if (section_need(section, "later") != NULL)
		section_whole(section, "later", &numbers, &rule->later);
	section_whole(section, "least_days", &days, &rule->least_days);
	section_whole(section, "most_days", &days, &rule->most_days);
	section_prose(section, "reason", &rule->reason);
}

static void read_rules(const struct section *section, struct programme *programme)
{
	const struct yaml_node *list =
		section_list(section, "scheduling", 0, PROGRAMME_RULES);

	for (const struct yaml_node *node = list != NULL ? list->first : NULL;
	     node != NULL; node = node->next) {
		struct section inner;

		assert(programme->rule_count < PROGRAMME_RULES);
		if (node_is_map(node, "a rule", &inner, section->faults))
			read_rule(&inner, &programme->rules[programme->rule_count++]);
	}
}

static void read_programme(const struct section *section, struct programme *programme)
{
	struct module_policy policy = {
		.grace_s = 120, .transfer_s = 180, .presume = false, .minimum_answers = 5
	};

	section_keys(section, programme_keys);
	if (section_need(section, "id") != NULL)
		section_id(section, "id", &programme->id);
	section_need_line(section, "title", &programme->title);
	section_line(section, "provider", &programme->provider);
	read_policy(section, &policy);
	read_rules(section, programme);
	read_modules(section, &policy, programme);
	programme_lint(programme, section->faults);
}

int programme_read(const char *text, size_t bytes, struct programme **programme,
		   struct fault_list *faults)
{
	const int errors = faults->errors;
	struct programme *made = memory_zeroed(sizeof(*made));
	struct section section;

	if (yaml_read(text, bytes, &made->source, faults) == 0 &&
	    node_is_map(yaml_root(made->source), "a programme", &section, faults))
		read_programme(&section, made);
	fault_sort(faults);
	if (faults->errors > errors) {
		programme_destroy(made);
		return -EINVAL;
	}
	for (int i = 0; i < made->module_count; i++)
		assert(module_fits(&made->modules[i]));
	*programme = made;
	return 0;
}

int programme_read_file(const char *path, struct programme **programme,
			struct fault_list *faults)
{
	char *text;
	size_t bytes;
	int rc = yaml_file(path, &text, &bytes, faults);

	if (rc < 0)
		return rc;
	rc = programme_read(text, bytes, programme, faults);
	free(text);
	return rc;
}

void programme_destroy(struct programme *programme)
{
	if (programme == NULL)
		return;
	yaml_destroy(programme->source);
	free(programme);
}

const struct module *programme_module(const struct programme *programme, int number)
{
	for (int i = 0; i < programme->module_count; i++) {
		if (programme->modules[i].number == number)
			return &programme->modules[i];
	}
	return NULL;
}
