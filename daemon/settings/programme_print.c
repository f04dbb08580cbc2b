/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/settings/programme.h"
#include "daemon/common/utf8.h"

enum { TITLE_COLUMNS = 44, DAY_S = 24 * 3600 };

static void add_clock(struct text *text, int32_t seconds)
{
	assert(seconds >= 0);
	const int32_t minutes = seconds % DAY_S / 60;

	text_addf(text, "%02d:%02d", minutes / 60, minutes % 60);
}

static void add_length(struct text *text, int32_t seconds)
{
	const int32_t minutes = seconds / 60;

	if (minutes < 60)
		text_addf(text, "%d min", minutes);
	else if (minutes % 60 == 0)
		text_addf(text, "%d h", minutes / 60);
	else
		text_addf(text, "%d h %d min", minutes / 60, minutes % 60);
}

static void add_note(struct text *notes, const char *note)
{
	text_addf(notes, "%s%s", notes->length > 0 ? "; " : "", note);
}

static void note_round(struct text *notes, const struct planned_round *round)
{
	struct text words = { 0 };

	assert((round->size == 0) != (round->rooms == 0));
	if (round->size > 0)
		text_addf(&words, "rooms of %d", round->size);
	else
		text_addf(&words, "%d rooms", round->rooms);
	text_addf(&words, ", %s", delivery_way_name(round->way));
	for (int i = 0; i < round->warning_count; i++) {
		const int32_t left = round->warnings_s[i];

		text_addf(&words, "%s", i == 0 ? ", calls at " : ", ");
		if (left % 60 == 0)
			text_addf(&words, "%d min", left / 60);
		else
			text_addf(&words, "%d s", left);
	}
	add_note(notes, text_string(&words));
	text_finish(&words);
}

static void note_block(struct text *notes, const struct module *module, int index)
{
	const struct planned_block *block = &module->blocks[index];
	char words[64];

	if (block->fixed_s >= 0)
		add_note(notes, "fixed");
	if (block->kind == BLOCK_ROUND)
		note_round(notes, &block->round);
	if (block->poll_count == 1) {
		snprintf(words, sizeof(words), "poll %s",
			 module->polls[block->polls[0]].id);
		add_note(notes, words);
	} else if (block->poll_count > 1) {
		snprintf(words, sizeof(words), "%d polls", block->poll_count);
		add_note(notes, words);
	}
	if (block->lead != NULL)
		add_note(notes, block->lead);
}

static void print_row(FILE *out, const struct module *module, int index, int32_t starts_s)
{
	const struct planned_block *block = &module->blocks[index];
	const int32_t at_s = module_block_start_s(module, index);
	const int32_t end_before_s = index == 0
					     ? 0
					     : module_block_start_s(module, index - 1) +
						       module->blocks[index - 1].length_s;
	struct text clock = { 0 }, notes = { 0 };
	int padding = TITLE_COLUMNS - utf8_length(block->title);

	if (at_s > end_before_s) {
		add_clock(&clock, starts_s + end_before_s);
		fprintf(out, "%s  %3d  %-10s  %-6s  (slack)\n", text_string(&clock),
			(at_s - end_before_s) / 60, "", "");
		text_clear(&clock);
	}
	add_clock(&clock, starts_s + at_s);
	note_block(&notes, module, index);
	if (padding < 0 || notes.length == 0)
		padding = 0;
	fprintf(out, "%s  %3d  %-10s  %-6s  %s%*s%s%s\n", text_string(&clock),
		block->length_s / 60, block_kind_name(block->kind),
		block->creditable ? "yes" : "-", block->title, padding, "",
		notes.length > 0 ? "  " : "", text_string(&notes));
	text_finish(&clock);
	text_finish(&notes);
}

static void print_totals(FILE *out, const struct module *module, int32_t starts_s)
{
	struct text line = { 0 };
	int rounds = 0;

	for (int i = 0; i < module->block_count; i++)
		rounds += module->blocks[i].kind == BLOCK_ROUND;
	add_clock(&line, starts_s + module->length_s);
	text_addf(&line, "       end; ");
	add_length(&line, module->length_s);
	text_addf(&line, ", of which creditable %d min (",
		  module_creditable_s(module) / 60);
	add_length(&line, module_creditable_s(module));
	text_addf(&line, "); %d block%s, %d round%s, %d poll%s", module->block_count,
		  module->block_count == 1 ? "" : "s", rounds, rounds == 1 ? "" : "s",
		  module->poll_count, module->poll_count == 1 ? "" : "s");
	if (module->cpd.approved_maximum_minutes >= 0)
		text_addf(&line, "; approved for %d min",
			  module->cpd.approved_maximum_minutes);
	fprintf(out, "%s\n", text_string(&line));
	text_finish(&line);
}

void programme_print(FILE *out, const struct module *module, const char *start)
{
	int32_t starts_s = module->starts_s < 0 ? 0 : module->starts_s;

	if (start != NULL) {
		starts_s = hhmm_read(start);
		assert(starts_s >= 0);
	}
	assert(module_fits(module));
	fprintf(out, "Module %d: %s%s%s\n\n", module->number, module->title,
		module->theme != NULL ? " - " : "",
		module->theme != NULL ? module->theme : "");
	fprintf(out, "start  min  kind        credit  block\n");
	for (int i = 0; i < module->block_count; i++)
		print_row(out, module, i, starts_s);
	print_totals(out, module, starts_s);
}
