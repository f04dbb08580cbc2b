/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "daemon/settings/module_parts.h"

static const char *const block_keys[] = {
	"kind",   "title",     "minutes", "fixed", "creditable", "lead",
	"prompt", "materials", "round",   "polls", NULL,
};
static const char *const round_keys[] = { "size", "rooms", "warnings", "delivery", NULL };

static const char *const kind_names[] = {
	[BLOCK_PLENARY] = "plenary",
	[BLOCK_ROUND] = "round",
	[BLOCK_POLL] = "poll",
	[BLOCK_BREAK] = "break",
	[BLOCK_INDIVIDUAL] = "individual",
	[BLOCK_ADMIN] = "admin",
	[BLOCK_KINDS] = NULL,
};
static const char *const way_names[] = {
	[DELIVERY_ROOM_MEETING] = "room-meeting",
	[DELIVERY_PRODUCER_SHEET] = "producer-sheet",
	[DELIVERY_TABLE] = "table",
	[DELIVERY_WAYS] = NULL,
};

const char *block_kind_name(enum block_kind kind)
{
	assert(kind < BLOCK_KINDS);
	return kind_names[kind];
}

const char *delivery_way_name(enum delivery_way way)
{
	assert(way < DELIVERY_WAYS);
	return way_names[way];
}

int32_t hhmm_read(const char *text)
{
	if (strlen(text) != 5 || text[2] != ':')
		return -1;
	for (int i = 0; i < 5; i++) {
		if (i != 2 && (text[i] < '0' || text[i] > '9'))
			return -1;
	}
	const int hours = (text[0] - '0') * 10 + text[1] - '0';
	const int minutes = (text[3] - '0') * 10 + text[4] - '0';
	return hours < 24 && minutes < 60 ? hours * 3600 + minutes * 60 : -1;
}

/* Written as minutes after the planned start, or as the clock will show it. */
static void read_fixed(const struct section *section, const struct module *module,
		       struct planned_block *block)
{
	static const struct section_range range = { 0, MODULE_LENGTH_S / 60,
						    "minutes after the start" };
	const struct yaml_node *node = section_find(section, "fixed");
	int32_t minutes;

	if (node == NULL)
		return;
	if (node->kind != YAML_VALUE || strchr(node->text, ':') == NULL) {
		if (section_whole(section, "fixed", &range, &minutes))
			block->fixed_s = minutes * 60;
		return;
	}
	const int32_t clock = hhmm_read(node->text);
	if (clock < 0) {
		fault_error(
			section->faults, node->line, node->column,
			"`fixed`: expected a time of day like \"10:40\" or minutes after"
			" the start");
	} else if (module->starts_s < 0) {
		fault_error(section->faults, node->line, node->column,
			    "`fixed` as a time of day needs the module's `starts`");
	} else if (clock < module->starts_s) {
		fault_error(section->faults, node->line, node->column,
			    "`fixed` at %s is before the module starts", node->text);
	} else {
		block->fixed_s = clock - module->starts_s;
		assert(block->fixed_s >= 0);
	}
}

/* Kept in falling order, which is the order they are given in. */
static void add_warning(struct planned_round *round, int32_t seconds)
{
	int to = round->warning_count;

	assert(to < WARNINGS_MAX && seconds > 0);
	for (; to > 0 && round->warnings_s[to - 1] < seconds; to--)
		round->warnings_s[to] = round->warnings_s[to - 1];
	round->warnings_s[to] = seconds;
	round->warning_count++;
}

static bool has_warning(const struct planned_round *round, int32_t seconds)
{
	for (int i = 0; i < round->warning_count; i++) {
		if (round->warnings_s[i] == seconds)
			return true;
	}
	return false;
}

static void read_warnings(const struct section *section, struct planned_block *block)
{
	static const int32_t usual[] = { 300, 60, 30 };
	static const struct section_range range = { 5, BLOCK_LENGTH_S,
						    "seconds before the end" };
	const struct yaml_node *list = section_list(section, "warnings", 0, WARNINGS_MAX);

	if (section_find(section, "warnings") == NULL) {
		for (int i = 0; i < 3; i++) {
			if (usual[i] < block->length_s)
				add_warning(&block->round, usual[i]);
		}
		return;
	}
	for (const struct yaml_node *node = list != NULL ? list->first : NULL;
	     node != NULL; node = node->next) {
		int64_t seconds;

		if (!node_is_whole(node, &range, &seconds, section->faults))
			continue;
		if (seconds >= block->length_s)
			fault_warning(section->faults, node->line, node->column,
				      "no such warning will be given: the round lasts %d"
				      " seconds",
				      block->length_s);
		else if (has_warning(&block->round, (int32_t)seconds))
			fault_warning(section->faults, node->line, node->column,
				      "this warning is there twice");
		else
			add_warning(&block->round, (int32_t)seconds);
	}
}

static void read_round(const struct section *section, struct planned_block *block)
{
	static const struct section_range sizes = { 1, 50, "people per room" };
	static const struct section_range rooms = { 1, ROOMS_MAX, "rooms" };
	struct planned_round *round = &block->round;
	int32_t number;
	int way = DELIVERY_ROOM_MEETING;

	section_keys(section, round_keys);
	if ((section_find(section, "size") == NULL) ==
	    (section_find(section, "rooms") == NULL))
		section_error(section, "a round has either `size` (people per room) or"
				       " `rooms` (how many)");
	if (section_whole(section, "size", &sizes, &number))
		round->size = (uint16_t)number;
	if (section_whole(section, "rooms", &rooms, &number))
		round->rooms = (uint16_t)number;
	section_choice(section, "delivery", way_names, &way);
	assert(way >= 0 && way < DELIVERY_WAYS);
	round->way = (enum delivery_way)way;
	if (way == DELIVERY_PRODUCER_SHEET && round->rooms > TEAMS_ROOMS)
		section_error(section, "one Teams meeting has at most %d breakout rooms",
			      TEAMS_ROOMS);
	if (round->size == 1)
		section_warning(section, "everybody will be alone in a room");
	read_warnings(section, block);
}

static void read_materials(const struct section *section, struct planned_block *block)
{
	const struct yaml_node *list =
		section_list(section, "materials", 0, BLOCK_MATERIALS);

	for (const struct yaml_node *node = list != NULL ? list->first : NULL;
	     node != NULL; node = node->next) {
		assert(block->material_count < BLOCK_MATERIALS);
		if (node_is_prose(node, &block->materials[block->material_count],
				  section->faults))
			block->material_count++;
	}
}

static int find_poll(const struct module *module, const char *id)
{
	for (int i = 0; i < module->poll_count; i++) {
		if (module->polls[i].id != NULL && strcmp(module->polls[i].id, id) == 0)
			return i;
	}
	return -1;
}

static void ask(const struct yaml_node *node, struct module *module,
		struct fault_list *faults)
{
	struct planned_block *block = &module->blocks[module->block_count];
	const char *id;

	if (!node_is_id(node, &id, faults))
		return;
	const int index = find_poll(module, id);
	if (index < 0) {
		fault_error(faults, node->line, node->column,
			    "this module has no poll with the id `%s`", id);
		return;
	}
	if (module->polls[index].block >= 0) {
		fault_error(faults, node->line, node->column,
			    "the poll `%s` is asked already; a second asking is a poll of"
			    " its own",
			    id);
		return;
	}
	assert(block->poll_count < POLLS_MAX && index < module->poll_count);
	module->polls[index].block = (int16_t)module->block_count;
	block->polls[block->poll_count++] = (uint8_t)index;
}

static void read_block(const struct section *section, struct module *module)
{
	static const struct section_range minutes = { 1, BLOCK_LENGTH_S / 60, "minutes" };
	struct planned_block *block = &module->blocks[module->block_count];
	struct section round;
	int32_t length = 1;
	int kind = BLOCK_PLENARY;

	section_keys(section, block_keys);
	if (section_need(section, "kind") != NULL)
		section_choice(section, "kind", kind_names, &kind);
	assert(kind >= 0 && kind < BLOCK_KINDS);
	block->kind = (enum block_kind)kind;
	section_need_line(section, "title", &block->title);
	if (section_need(section, "minutes") != NULL)
		section_whole(section, "minutes", &minutes, &length);
	block->length_s = length * 60;
	read_fixed(section, module, block);
	block->creditable = kind != BLOCK_BREAK && kind != BLOCK_ADMIN;
	section_flag(section, "creditable", &block->creditable);
	section_line(section, "lead", &block->lead);
	section_prose(section, "prompt", &block->prompt);
	read_materials(section, block);
	if (kind == BLOCK_ROUND)
		section_need(section, "round");
	if (!section_map(section, "round", &round))
		return;
	if (kind == BLOCK_ROUND)
		read_round(&round, block);
	else
		section_error(&round, "`round` belongs to `kind: round`");
}

void module_read_blocks(const struct section *section, struct module *module)
{
	const struct yaml_node *list = NULL;

	if (section_need(section, "blocks") != NULL)
		list = section_list(section, "blocks", 1, BLOCKS_MAX);
	for (const struct yaml_node *node = list != NULL ? list->first : NULL;
	     node != NULL; node = node->next) {
		assert(module->block_count < BLOCKS_MAX);
		struct planned_block *block = &module->blocks[module->block_count];
		struct section inner;

		if (!node_is_map(node, "a block", &inner, section->faults))
			continue;
		*block = (struct planned_block){ .fixed_s = -1,
						 .line = node->line,
						 .column = node->column };
		read_block(&inner, module);
		const struct yaml_node *polls =
			section_list(&inner, "polls", 1, POLLS_MAX);
		if (block->kind == BLOCK_POLL && polls == NULL)
			fault_error(section->faults, node->line, node->column,
				    "a poll block needs `polls`: the ids it asks");
		for (const struct yaml_node *poll = polls != NULL ? polls->first : NULL;
		     poll != NULL; poll = poll->next)
			ask(poll, module, section->faults);
		module->block_count++;
	}
}
