/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/settings/module_parts.h"

enum {
	STRETCH_S = 60 * 60, /* longest without a break; practice is about 40 min */
	SLACK_S = 15 * 60,   /* more before a fixed block looks like a slip */
	SHORTEST_MOVED_ROUND_S =
		180, /* moving in and out of online rooms takes minutes */
};

/* Fixed blocks do not move, so what stands before them must fit. */
static void lint_times(struct module *module, struct fault_list *faults)
{
	int32_t at_s = 0;

	for (int i = 0; i < module->block_count; i++) {
		const struct planned_block *block = &module->blocks[i];

		if (block->fixed_s >= 0 && block->fixed_s < at_s)
			fault_error(
				faults, block->line, block->column,
				"this block is fixed at %d minutes after the start, but"
				" what comes before it ends %d minutes later",
				block->fixed_s / 60, (at_s - block->fixed_s) / 60);
		if (block->fixed_s > at_s + SLACK_S)
			fault_warning(
				faults, block->line, block->column,
				"the %d minutes before this fixed block are not planned",
				(block->fixed_s - at_s) / 60);
		if (block->fixed_s > at_s)
			at_s = block->fixed_s;
		at_s += block->length_s;
		if (at_s > MODULE_LENGTH_S) {
			fault_error(faults, block->line, block->column,
				    "the module lasts longer than %d hours",
				    MODULE_LENGTH_S / 3600);
			return;
		}
	}
	assert(at_s >= 0 && at_s <= MODULE_LENGTH_S);
	module->length_s = at_s;
}

static void lint_stretch(const struct planned_block *first, int32_t seconds,
			 struct fault_list *faults)
{
	if (first != NULL && seconds > STRETCH_S)
		fault_warning(faults, first->line, first->column,
			      "from here %d minutes pass without a break: plan one about"
			      " every 40 minutes",
			      seconds / 60);
}

static void lint_breaks(const struct module *module, struct fault_list *faults)
{
	const struct planned_block *first = NULL;
	int32_t seconds = 0;

	for (int i = 0; i < module->block_count; i++) {
		const struct planned_block *block = &module->blocks[i];

		if (block->kind == BLOCK_BREAK) {
			lint_stretch(first, seconds, faults);
			first = NULL;
			seconds = 0;
			if (block->creditable)
				fault_warning(faults, block->line, block->column,
					      "this break is creditable: approving bodies"
					      " do not count breaks");
			continue;
		}
		if (first == NULL)
			first = block;
		seconds += block->length_s;
	}
	lint_stretch(first, seconds, faults);
}

static void lint_round(const struct module *module, const struct planned_block *block,
		       struct fault_list *faults)
{
	const struct planned_round *round = &block->round;

	assert(block->kind == BLOCK_ROUND);
	if (round->way != DELIVERY_TABLE && block->length_s < SHORTEST_MOVED_ROUND_S)
		fault_warning(faults, block->line, block->column,
			      "moving in and out takes most of a round of %d seconds",
			      block->length_s);
	if (round->way == DELIVERY_PRODUCER_SHEET && !module->policy.presume)
		fault_warning(
			faults, block->line, block->column,
			"Teams' own breakout rooms leave no evidence: with"
			" `presume: false` everybody counts as absent in this round");
}

static void lint_polls(const struct module *module, struct fault_list *faults)
{
	for (int i = 0; i < module->poll_count; i++) {
		const struct planned_poll *poll = &module->polls[i];

		if (poll->block < 0)
			fault_warning(faults, poll->line, poll->column,
				      "no block asks this poll");
		for (int j = 0; poll->item != NULL && j < i; j++) {
			const struct planned_poll *other = &module->polls[j];

			if (other->item != NULL && other->stage == poll->stage &&
			    strcmp(other->item, poll->item) == 0)
				fault_error(faults, poll->line, poll->column,
					    "line %d asks the item `%s` at this stage "
					    "already",
					    other->line, poll->item);
		}
	}
}

void module_lint(struct module *module, struct fault_list *faults)
{
	assert(module->block_count <= BLOCKS_MAX && module->poll_count <= POLLS_MAX);
	lint_times(module, faults);
	lint_breaks(module, faults);
	lint_polls(module, faults);
	for (int i = 0; i < module->block_count; i++) {
		const struct planned_block *block = &module->blocks[i];

		if (block->kind == BLOCK_ROUND)
			lint_round(module, block, faults);
	}
	if (module->outcome_count == 0)
		fault_warning(faults, module->line, module->column,
			      "no `outcomes`: certificates and evaluation name them");
	const int32_t creditable = module_creditable_s(module) / 60;
	const int32_t most = module->cpd.approved_maximum_minutes;
	if (most >= 0 && creditable > most)
		fault_warning(faults, module->line, module->column,
			      "%d minutes are creditable, %d are approved: no more than"
			      " these will count",
			      creditable, most);
}
