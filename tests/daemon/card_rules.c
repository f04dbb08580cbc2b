/* SPDX-License-Identifier: MIT */
#include "tests/daemon/card_rules.h"

#include <strings.h>

#include "tests/check.h"
#include "tests/daemon/string_of.h"

static void check_execute(const json_t *action)
{
	const json_t *const fallback = json_object_get(action, "fallback");
	json_t *const data = json_deep_copy(json_object_get(action, "data"));

	CHECK(string_of(action, "verb")[0] != '\0');
	CHECK(string_of(data, "session")[0] != '\0');
	CHECK_TEXT("Action.Submit", string_of(fallback, "type"));
	CHECK_TEXT(string_of(action, "title"), string_of(fallback, "title"));
	json_object_set_new(data, "verb", json_string(string_of(action, "verb")));
	CHECK(json_equal(data, json_object_get(fallback, "data")));
	json_decref(data);
}

static void check_input(const json_t *input)
{
	const json_t *const choices = json_object_get(input, "choices");
	const json_t *choice;
	char value[24];
	size_t i;

	CHECK(string_of(input, "id")[0] != '\0');
	CHECK(string_of(input, "label")[0] != '\0');
	CHECK(string_of(input, "errorMessage")[0] != '\0');
	CHECK(json_is_true(json_object_get(input, "isRequired")));
	CHECK(json_array_size(choices) >= 2 && json_array_size(choices) <= CARD_CHOICES);
	json_array_foreach (choices, i, choice) {
		snprintf(value, sizeof(value), "%zu", i);
		CHECK_TEXT(value, string_of(choice, "value"));
		CHECK(string_of(choice, "title")[0] != '\0');
	}
}

/* What a chart shows is said in words by the facts that follow it. */
static void check_chart(const json_t *chart, const json_t *next)
{
	const json_t *const bars = json_object_get(chart, "data");
	const json_t *const facts = json_object_get(next, "facts");
	const json_t *bar;
	char begins[32];
	size_t i;

	CHECK_TEXT("drop", string_of(chart, "fallback"));
	CHECK_TEXT("FactSet", string_of(next, "type"));
	CHECK_INT(json_array_size(bars), json_array_size(facts));
	json_array_foreach (bars, i, bar) {
		const json_t *const fact = json_array_get(facts, i);

		snprintf(begins, sizeof(begins), "%lld of ",
			 (long long)json_integer_value(json_object_get(bar, "y")));
		CHECK(strncmp(string_of(fact, "value"), begins, strlen(begins)) == 0);
		CHECK_TEXT(string_of(bar, "x"), string_of(fact, "title"));
	}
}

/* The title of a button alone says what it does. */
static void check_title(const char *title)
{
	static const char *const vague[] = { "OK", "Here",     "Click here",
					     "Go", "Go there", "More" };

	CHECK(title[0] != '\0');
	for (size_t i = 0; i < sizeof(vague) / sizeof(vague[0]); i++)
		CHECK(strcasecmp(title, vague[i]) != 0);
}

static void check_element(const json_t *part, const json_t *next, struct census *census)
{
	const char *const type = string_of(part, "type");

	if (strcmp(type, "TextBlock") == 0) {
		CHECK(json_is_true(json_object_get(part, "wrap")));
		CHECK(string_of(part, "text")[0] != '\0');
		census->headings += strcmp(string_of(part, "style"), "heading") == 0;
	} else if (strncmp(type, "Input.", 6) == 0) {
		check_input(part);
		census->inputs++;
	} else if (strncmp(type, "Chart.", 6) == 0) {
		check_chart(part, next);
		census->charts++;
	} else if (strcmp(type, "Action.Execute") == 0) {
		check_title(string_of(part, "title"));
		check_execute(part);
		census->executes++;
	} else if (strcmp(type, "Action.OpenUrl") == 0) {
		check_title(string_of(part, "title"));
		CHECK(strncmp(string_of(part, "url"), "https://", 8) == 0);
		census->links++;
	} else if (strcmp(type, "FactSet") == 0) {
		CHECK(json_array_size(json_object_get(part, "facts")) > 0);
		census->facts++;
	} else {
		/* Nothing else is known to be shown everywhere. */
		CHECK_TEXT("ActionSet", type);
	}
}

static void check_list(const json_t *list, struct census *census)
{
	const json_t *part;
	size_t i;

	json_array_foreach (list, i, part) {
		check_element(part, json_array_get(list, i + 1), census);
		check_list(json_object_get(part, "actions"), census);
	}
}

struct census card_rules_check(const json_t *card)
{
	const json_t *const first = json_array_get(json_object_get(card, "body"), 0);
	struct census census = { 0 };

	CHECK_TEXT("AdaptiveCard", string_of(card, "type"));
	CHECK_TEXT("1.5", string_of(card, "version"));
	CHECK_TEXT("en", string_of(card, "lang"));
	CHECK(string_of(card, "speak")[0] != '\0');
	CHECK(string_of(card, "fallbackText")[0] != '\0');
	CHECK_TEXT("heading", string_of(first, "style"));
	check_list(json_object_get(card, "body"), &census);
	check_list(json_object_get(card, "actions"), &census);
	CHECK_INT(1, census.headings);
	CHECK(census.executes + census.links <= 6);
	return census;
}
