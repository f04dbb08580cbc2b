/* SPDX-License-Identifier: MIT */
#include "daemon/settings/module.h"

#include <assert.h>
#include <stdio.h>

#include "daemon/settings/programme.h"

int32_t module_block_start_s(const struct module *module, int block)
{
	int32_t at_s = 0;

	assert(block >= 0 && block < module->block_count);
	for (int i = 0;; i++) {
		if (module->blocks[i].fixed_s > at_s)
			at_s = module->blocks[i].fixed_s;
		if (i == block)
			return at_s;
		at_s += module->blocks[i].length_s;
	}
}

int32_t module_creditable_s(const struct module *module)
{
	int32_t creditable_s = 0;

	for (int i = 0; i < module->block_count; i++) {
		if (module->blocks[i].creditable)
			creditable_s += module->blocks[i].length_s;
	}
	return creditable_s;
}

const char *planned_poll_choice(const struct planned_poll *poll, int choice, char *text,
				size_t bytes)
{
	const char *label = NULL;

	assert(choice >= 0 && choice < poll->choice_count);
	if (poll->kind == POLL_SINGLE) {
		snprintf(text, bytes, "%s", poll->choices[choice]);
		return text;
	}
	if (choice == 0)
		label = poll->low;
	else if (choice == poll->choice_count - 1)
		label = poll->high;
	if (label != NULL)
		snprintf(text, bytes, "%d (%s)", choice + 1, label);
	else
		snprintf(text, bytes, "%d", choice + 1);
	return text;
}

static bool round_fits(const struct planned_round *round, int32_t length_s)
{
	if ((round->size == 0) == (round->rooms == 0) || round->rooms > ROOMS_MAX)
		return false;
	if (round->way >= DELIVERY_WAYS || round->warning_count > WARNINGS_MAX)
		return false;
	for (int i = 0; i < round->warning_count; i++) {
		const int32_t above = i == 0 ? length_s : round->warnings_s[i - 1];

		if (round->warnings_s[i] <= 0 || round->warnings_s[i] >= above)
			return false;
	}
	return true;
}

static bool block_fits(const struct module *module, const struct planned_block *block)
{
	if (block->kind >= BLOCK_KINDS || block->title == NULL)
		return false;
	if (block->length_s <= 0 || block->length_s > BLOCK_LENGTH_S)
		return false;
	if (block->fixed_s < -1 || block->fixed_s > MODULE_LENGTH_S)
		return false;
	if (block->material_count > BLOCK_MATERIALS || block->poll_count > POLLS_MAX)
		return false;
	for (int i = 0; i < block->poll_count; i++) {
		if (block->polls[i] >= module->poll_count)
			return false;
	}
	return block->kind != BLOCK_ROUND || round_fits(&block->round, block->length_s);
}

static bool poll_fits(const struct module *module, const struct planned_poll *poll)
{
	const int most =
		poll->kind == POLL_LIKERT ? (int)POLL_LIKERT_POINTS : (int)CHOICES_MAX;

	if (poll->kind >= POLL_KINDS || poll->id == NULL || poll->question == NULL)
		return false;
	if (poll->choice_count < 2 || poll->choice_count > most)
		return false;
	for (int i = 0; poll->kind == POLL_SINGLE && i < poll->choice_count; i++) {
		if (poll->choices[i] == NULL)
			return false;
	}
	return poll->block >= -1 && poll->block < module->block_count;
}

bool module_fits(const struct module *module)
{
	static_assert((int)POLL_LIKERT_POINTS <= (int)CHOICES_MAX, "a point is a choice");

	if (module->number < 1 || module->number > PROGRAMME_MODULES ||
	    module->title == NULL)
		return false;
	if (module->block_count < 1 || module->block_count > BLOCKS_MAX)
		return false;
	if (module->poll_count < 0 || module->poll_count > POLLS_MAX ||
	    module->outcome_count < 0 || module->outcome_count > MODULE_OUTCOMES)
		return false;
	if (module->length_s <= 0 || module->length_s > MODULE_LENGTH_S)
		return false;
	for (int i = 0; i < module->block_count; i++) {
		if (!block_fits(module, &module->blocks[i]))
			return false;
	}
	for (int i = 0; i < module->poll_count; i++) {
		if (!poll_fits(module, &module->polls[i]))
			return false;
	}
	return true;
}
