/* SPDX-License-Identifier: MIT */
#include "tests/check.h"

#include "tests/settings/report.h"

static const char path[] = "config/programmes/leep.yaml";

static struct programme *leep(void)
{
	struct fault_list faults = { 0 };
	struct programme *programme = NULL;
	const int rc = programme_read_file(path, &programme, &faults);

	EXPECT_REPORT("", report_of(&faults)); /* not even a warning */
	CHECK_INT(0, rc);
	return programme;
}

static void check_module(const struct module *module)
{
	int rounds = 0, breaks = 0, pre = 0, post = 0;

	CHECK(module_fits(module));
	CHECK(module->length_s >= 3 * 3600 && module->length_s <= 7 * 1800);
	CHECK(module->outcome_count >= 4);
	CHECK(module->blocks[0].kind == BLOCK_ADMIN);
	for (int i = 0; i < module->block_count; i++) {
		rounds += module->blocks[i].kind == BLOCK_ROUND;
		breaks += module->blocks[i].kind == BLOCK_BREAK;
	}
	for (int i = 0; i < module->poll_count; i++) {
		pre += module->polls[i].stage == POLL_STAGE_PRE;
		post += module->polls[i].stage == POLL_STAGE_POST;
	}
	CHECK(rounds >= 3 && breaks == 3);
	CHECK(pre >= module->outcome_count && post >= module->outcome_count);
	CHECK(module->blocks[module->block_count - 1].kind == BLOCK_POLL);
}

static void test_four_half_days(void)
{
	struct programme *programme = leep();

	CHECK_INT(4, programme->module_count);
	CHECK_INT(3, programme->rule_count);
	for (int number = 1; number <= 4; number++)
		check_module(programme_module(programme, number));
	programme_destroy(programme);
}

/* 10:40 to 10:55, of a module from 09:00. */
static void check_fixed_break(const struct module *module, int index)
{
	const struct planned_block *block = &module->blocks[index];

	CHECK_INT(BLOCK_BREAK, block->kind);
	CHECK_INT(100 * 60, block->fixed_s);
	CHECK_INT(15 * 60, block->length_s);
	CHECK_INT(block->fixed_s, module_block_start_s(module, index));
}

static void test_module_one(void)
{
	struct programme *programme = leep();
	const struct module *module = programme_module(programme, 1);
	unsigned sizes = 0;
	int fixed = 0;

	CHECK_INT(9 * 3600, module->starts_s);
	CHECK_INT(210 * 60, module->length_s); /* 09:00 to 12:30 */
	CHECK_INT(180 * 60, module_creditable_s(module));
	for (int i = 0; i < module->block_count; i++) {
		if (module->blocks[i].fixed_s >= 0) {
			check_fixed_break(module, i);
			fixed++;
		}
		if (module->blocks[i].kind == BLOCK_ROUND)
			sizes |= 1u << module->blocks[i].round.size;
	}
	CHECK_INT(1, fixed);
	CHECK_INT(1u << 2 | 1u << 4 | 1u << 3 | 1u << 0,
		  sizes); /* 0: by number of rooms */
	programme_destroy(programme);
}

/* What the reference shows must be so. */
static void test_example_of_the_reference(void)
{
	struct fault_list faults = { 0 };
	struct programme *programme = NULL;
	char *text = NULL;
	size_t bytes = 0;

	CHECK_INT(0, yaml_file("docs/programme-format.md", &text, &bytes, &faults));
	const char *begin = strstr(text, "```yaml\n");
	CHECK(begin != NULL);
	begin += strlen("```yaml\n");
	const char *end = strstr(begin, "```");
	CHECK(end != NULL);
	CHECK_INT(0, programme_read(begin, (size_t)(end - begin), &programme, &faults));
	CHECK_INT(0, faults.warnings);
	CHECK_INT(65 * 60, programme->modules[0].length_s);
	CHECK_INT(40 * 60, module_creditable_s(&programme->modules[0]));
	programme_destroy(programme);
	free(text);
}

/* What reads must fit the core (programme_read asserts it); what does not must say why. */
static void read_cut(const char *text, size_t bytes)
{
	struct fault_list faults = { 0 };
	struct programme *programme = NULL;
	char *copy = malloc(bytes + 1); /* its own end, for the sanitizer to watch */

	memcpy(copy, text, bytes);
	if (programme_read(copy, bytes, &programme, &faults) == 0)
		CHECK(faults.errors == 0 && programme->module_count > 0);
	else
		CHECK(faults.errors > 0 && programme == NULL);
	programme_destroy(programme);
	free(copy);
}

static void test_cut_anywhere(void)
{
	enum { EVERY_BYTE = 8 * 1024, STRIDE = 13 };
	struct fault_list faults = { 0 };
	char *text = NULL;
	size_t bytes = 0;

	CHECK_INT(0, yaml_file(path, &text, &bytes, &faults));
	CHECK(bytes > EVERY_BYTE);
	for (size_t end = 0; end <= bytes; end += end < EVERY_BYTE ? 1 : STRIDE)
		read_cut(text, end);
	free(text);
}

static void test_one_character_wrong(void)
{
	static const char wrong[] = "\t\n \0:-#[]{}\"'|>&*!%@`,?\xc3\x80\xff~";
	struct fault_list faults = { 0 };
	char *text = NULL;
	size_t bytes = 0;

	CHECK_INT(0, yaml_file(path, &text, &bytes, &faults));
	bytes = 6000; /* the programme's head and its first polls and blocks */
	for (size_t at = 0; at < bytes; at++) {
		const char kept = text[at];

		text[at] = wrong[at % (sizeof(wrong) - 1)];
		read_cut(text, bytes);
		text[at] = kept;
	}
	free(text);
}

int main(void)
{
	RUN(test_four_half_days);
	RUN(test_module_one);
	RUN(test_example_of_the_reference);
	RUN(test_cut_anywhere);
	RUN(test_one_character_wrong);
	return check_done();
}
