/* SPDX-License-Identifier: MIT */
#include "daemon/settings/section.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/common/utf8.h"

enum { LONGEST_KEY = 48, NEAR = 2 };

/* Insertions, deletions and replacements between two words (Levenshtein). */
static int distance(const char *a, const char *b)
{
	const size_t a_length = strlen(a), b_length = strlen(b);
	int row[LONGEST_KEY + 1];

	if (a_length > LONGEST_KEY || b_length > LONGEST_KEY)
		return LONGEST_KEY;
	for (size_t j = 0; j <= b_length; j++)
		row[j] = (int)j;
	for (size_t i = 1; i <= a_length; i++) {
		int diagonal = row[0];

		row[0] = (int)i;
		for (size_t j = 1; j <= b_length; j++) {
			int best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (best > row[j] + 1)
				best = row[j] + 1;
			if (best > row[j - 1] + 1)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	assert(row[b_length] >= 0 && row[b_length] <= LONGEST_KEY);
	return row[b_length];
}

static const char *nearest(const char *word, const char *const words[])
{
	const char *found = NULL;
	int best = NEAR + 1;

	for (int i = 0; words[i] != NULL; i++) {
		const int away = distance(word, words[i]);

		if (away < best && away < (int)strlen(words[i])) {
			best = away;
			found = words[i];
		}
	}
	return found;
}

/* "a", "a or b", "a, b or c" */
static void add_alternatives(struct text *text, const char *const words[])
{
	for (int i = 0; words[i] != NULL; i++) {
		const char *between = words[i + 1] == NULL ? " or " : ", ";

		text_addf(text, "%s`%s`", i == 0 ? "" : between, words[i]);
	}
}

static void report(const struct yaml_node *node, struct fault_list *faults,
		   const char *expected)
{
	if (node->key != NULL)
		fault_error(faults, node->line, node->column, "`%s`: expected %s",
			    node->key, expected);
	else
		fault_error(faults, node->line, node->column, "expected %s", expected);
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \n")] == '\0';
}

static bool is_text(const struct yaml_node *node, size_t limit, const char **out,
		    struct fault_list *faults)
{
	char expected[64];

	if (node->kind != YAML_VALUE) {
		report(node, faults, "text, not a list or a map");
		return false;
	}
	if (is_blank(node->text)) {
		report(node, faults, "text, this is empty");
		return false;
	}
	if (strlen(node->text) > limit) {
		snprintf(expected, sizeof(expected), "at most %zu bytes of text", limit);
		report(node, faults, expected);
		return false;
	}
	*out = node->text;
	return true;
}

static bool is_line(const struct yaml_node *node, size_t limit, const char **line,
		    struct fault_list *faults)
{
	const char *text;

	if (!is_text(node, limit, &text, faults))
		return false;
	if (strchr(text, '\n') != NULL) {
		report(node, faults, "one line of text");
		return false;
	}
	*line = text;
	return true;
}

bool node_is_line(const struct yaml_node *node, const char **line,
		  struct fault_list *faults)
{
	return is_line(node, SECTION_LINE_BYTES, line, faults);
}

bool node_is_prose(const struct yaml_node *node, const char **prose,
		   struct fault_list *faults)
{
	return is_text(node, SECTION_PROSE_BYTES, prose, faults);
}

bool node_is_id(const struct yaml_node *node, const char **id, struct fault_list *faults)
{
	const char *text;

	if (!is_text(node, SECTION_ID_BYTES, &text, faults))
		return false;
	if (strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(text)) {
		report(node, faults, "an id of a-z, 0-9 and -");
		return false;
	}
	*id = text;
	return true;
}

bool node_is_whole(const struct yaml_node *node, const struct section_range *range,
		   int64_t *number, struct fault_list *faults)
{
	char expected[128];
	char *end = NULL;

	assert(range->least <= range->most);
	if (node->kind == YAML_VALUE && !node->quoted && node->text[0] != '\0' &&
	    strspn(node->text, "-0123456789") == strlen(node->text)) {
		errno = 0;
		const long long value = strtoll(node->text, &end, 10);
		if (errno == 0 && *end == '\0' && value >= range->least &&
		    value <= range->most) {
			*number = value;
			return true;
		}
	}
	snprintf(expected, sizeof(expected),
		 "a whole number%s%s from %" PRId64 " to %" PRId64,
		 range->unit != NULL ? " of " : "",
		 range->unit != NULL ? range->unit : "", range->least, range->most);
	report(node, faults, expected);
	return false;
}

bool node_is_map(const struct yaml_node *node, const char *what, struct section *section,
		 struct fault_list *faults)
{
	char expected[96];

	if (node->kind == YAML_MAP) {
		*section = (struct section){ node, faults };
		return true;
	}
	snprintf(expected, sizeof(expected), "%s, written as keys with values", what);
	report(node, faults, expected);
	return false;
}

void section_keys(const struct section *section, const char *const keys[])
{
	assert(section->node->kind == YAML_MAP);
	for (const struct yaml_node *child = section->node->first; child != NULL;
	     child = child->next) {
		char shown[UTF8_SHOWN_BYTES];
		int i = 0;

		while (keys[i] != NULL && strcmp(keys[i], child->key) != 0)
			i++;
		if (keys[i] != NULL)
			continue;
		const char *near = nearest(child->key, keys);
		utf8_shown(child->key, shown);
		if (near != NULL)
			fault_error(section->faults, child->key_line, child->key_column,
				    "unknown key `%s` (did you mean `%s`?)", shown, near);
		else
			fault_error(section->faults, child->key_line, child->key_column,
				    "unknown key `%s`", shown);
	}
}

const struct yaml_node *section_find(const struct section *section, const char *key)
{
	assert(section->node->kind == YAML_MAP);
	const struct yaml_node *child = yaml_child(section->node, key);

	return child == NULL || yaml_is_null(child) ? NULL : child;
}

const struct yaml_node *section_need(const struct section *section, const char *key)
{
	const struct yaml_node *child = section_find(section, key);

	if (child == NULL)
		section_error(section, "`%s` is missing", key);
	return child;
}

bool section_line(const struct section *section, const char *key, const char **line)
{
	const struct yaml_node *node = section_find(section, key);

	return node != NULL && node_is_line(node, line, section->faults);
}

bool section_place(const struct section *section, const char *key, const char **place)
{
	const struct yaml_node *node = section_find(section, key);

	return node != NULL && is_line(node, SECTION_PLACE_BYTES, place, section->faults);
}

bool section_need_line(const struct section *section, const char *key, const char **line)
{
	const struct yaml_node *node = section_need(section, key);

	return node != NULL && node_is_line(node, line, section->faults);
}

bool section_prose(const struct section *section, const char *key, const char **prose)
{
	const struct yaml_node *node = section_find(section, key);

	return node != NULL && node_is_prose(node, prose, section->faults);
}

bool section_id(const struct section *section, const char *key, const char **id)
{
	const struct yaml_node *node = section_find(section, key);

	return node != NULL && node_is_id(node, id, section->faults);
}

bool section_flag(const struct section *section, const char *key, bool *flag)
{
	const struct yaml_node *node = section_find(section, key);

	if (node == NULL)
		return false;
	if (node->kind == YAML_VALUE && !node->quoted) {
		const bool yes =
			strcmp(node->text, "true") == 0 || strcmp(node->text, "yes") == 0;
		const bool no =
			strcmp(node->text, "false") == 0 || strcmp(node->text, "no") == 0;

		if (yes || no) {
			*flag = yes;
			return true;
		}
	}
	report(node, section->faults, "true or false");
	return false;
}

bool section_whole(const struct section *section, const char *key,
		   const struct section_range *range, int32_t *number)
{
	const struct yaml_node *node = section_find(section, key);
	int64_t value;

	assert(range->least >= INT32_MIN && range->most <= INT32_MAX);
	if (node == NULL || !node_is_whole(node, range, &value, section->faults))
		return false;
	*number = (int32_t)value;
	return true;
}

bool section_choice(const struct section *section, const char *key,
		    const char *const names[], int *chosen)
{
	const struct yaml_node *node = section_find(section, key);
	struct text expected = { 0 };

	assert(names[0] != NULL);
	if (node == NULL)
		return false;
	for (int i = 0; node->kind == YAML_VALUE && names[i] != NULL; i++) {
		if (strcmp(names[i], node->text) == 0) {
			*chosen = i;
			return true;
		}
	}
	add_alternatives(&expected, names);
	report(node, section->faults, text_string(&expected));
	text_finish(&expected);
	return false;
}

bool section_map(const struct section *section, const char *key, struct section *map)
{
	const struct yaml_node *node = section_find(section, key);

	return node != NULL && node_is_map(node, "a section", map, section->faults);
}

const struct yaml_node *section_list(const struct section *section, const char *key,
				     int least, int most)
{
	const struct yaml_node *node = section_find(section, key);
	char expected[64];

	assert(least >= 0 && least <= most);
	if (node == NULL)
		return NULL;
	if (node->kind == YAML_LIST && node->count >= least && node->count <= most)
		return node;
	snprintf(expected, sizeof(expected), "a list of %d to %d items", least, most);
	report(node, section->faults, expected);
	return NULL;
}

void section_error(const struct section *section, const char *format, ...)
{
	char words[FAULT_MESSAGE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	fault_error(section->faults, section->node->line, section->node->column, "%s",
		    words);
}

void section_warning(const struct section *section, const char *format, ...)
{
	char words[FAULT_MESSAGE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(words, sizeof(words), format, arguments);
	va_end(arguments);
	fault_warning(section->faults, section->node->line, section->node->column, "%s",
		      words);
}
