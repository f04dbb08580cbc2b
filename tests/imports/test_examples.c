/* SPDX-License-Identifier: MIT */
/*
 * Real exports, made anonymous, with the result expected of each; they live beside the
 * project, not in it.  Without that folder there is nothing to prove here, and it says so.
 */
#include <inttypes.h>
#include <jansson.h>

#include "imports/moment.h"
#include "imports/report.h"
#include "tests/check.h"
#include "tests/imports/files.h"

#define EXAMPLES "../shared/attendance/"

enum { EXAMPLES_LEAST = 29, YEAR = 2026, MONTH = 11, DAY = 24 };

static json_t *field(json_t *object, const char *key)
{
	json_t *const value = json_object_get(object, key);

	return json_is_null(value) ? NULL : value;
}

static void same(const char *what, const char *key, json_t *wanted, json_t *actual)
{
	json_t *const left = field(wanted, key), *const right = field(actual, key);

	if (left == NULL && right == NULL)
		return;
	if (!json_equal(left, right)) {
		char *const one = json_dumps(left, JSON_ENCODE_ANY);
		char *const other = json_dumps(right, JSON_ENCODE_ANY);

		fprintf(stderr, "    %s: %s is %s, expected %s\n", what, key,
			other ? other : "absent", one ? one : "absent");
		free(one);
		free(other);
	}
	CHECK(json_equal(left, right));
}

static bool is_same_person(json_t *left, json_t *right)
{
	return json_equal(json_object_get(left, "name_raw"),
			  json_object_get(right, "name_raw")) &&
	       json_equal(json_object_get(left, "email"),
			  json_object_get(right, "email")) &&
	       json_equal(json_object_get(left, "upn"), json_object_get(right, "upn"));
}

static json_t *find_person(json_t *people, json_t *wanted)
{
	json_t *person;
	size_t index;

	json_array_foreach (people, index, person) {
		if (is_same_person(person, wanted))
			return person;
	}
	return NULL;
}

/* One second per visit, or one minute where the file cuts to minutes. */
static void compare_stated(json_t *wanted, json_t *actual)
{
	const json_int_t left = json_integer_value(field(wanted, "stated_seconds"));
	const json_int_t right = json_integer_value(field(actual, "stated_seconds"));
	const char *const precision =
		json_string_value(field(wanted, "stated_precision"));
	const json_int_t visits = json_integer_value(field(wanted, "rows"));
	const json_int_t unit = precision && strcmp(precision, "minute") == 0 ? 60 : 1;

	CHECK((field(wanted, "stated_seconds") == NULL) ==
	      (field(actual, "stated_seconds") == NULL));
	CHECK(llabs(left - right) <= unit * (visits ? visits : 1));
	same("stated", "stated_precision", wanted, actual);
}

static void compare_person(json_t *wanted, json_t *actual, bool roles)
{
	static const char *const keys[] = {
		"name",
		"markers",
		"rows",
		"intervals",
		"attended_seconds",
		"basis",
		"open_since",
		"anomalies",
		"needs_review",
		"other_names",
		"registration_email",
		"attended_seconds_if_open_until_end",
	};
	const char *const name = json_string_value(field(wanted, "name_raw"));

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		same(name, keys[i], wanted, actual);
	if (roles)
		same(name, "role", wanted, actual);
	compare_stated(wanted, actual);
}

static void compare_people(json_t *wanted, json_t *actual)
{
	json_t *const people = json_object_get(actual, "participants");
	json_t *const expected = json_object_get(wanted, "participants");
	const bool roles = json_is_true(json_object_get(wanted, "roles_checked"));
	json_t *person;
	size_t index;

	CHECK_INT(json_array_size(expected), json_array_size(people));
	json_array_foreach (expected, index, person) {
		json_t *const found = find_person(people, person);

		CHECK(found != NULL);
		compare_person(person, found, roles);
	}
}

static void compare_report(json_t *wanted, json_t *actual)
{
	static const char *const keys[] = { "kind",      "generation",     "language",
					    "encoding",  "delimiter",      "line_end",
					    "file",      "final_line_end", "rows_cut_off",
					    "date_order" };
	static const char *const meeting[] = { "start",
					       "end",
					       "stated_duration_seconds",
					       "stated_participants",
					       "stated_registered",
					       "clock",
					       "basis" };
	json_t *const left = json_object_get(wanted, "meeting");
	json_t *const right = json_object_get(actual, "meeting");

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		same("report", keys[i], wanted, actual);
	for (size_t i = 0; i < sizeof(meeting) / sizeof(*meeting); i++)
		same("meeting", meeting[i], left, right);
	if (json_is_true(json_object_get(wanted, "title_checked")))
		same("meeting", "title", left, right);
	compare_people(wanted, actual);
}

/* Without the date of the session it must be refused, with every reading shown. */
static int64_t check_refusal(const char *name, const struct text *bytes, json_t *dates)
{
	const struct report_options options = { REPORT_NEVER,
						moment_day_of(YEAR, MONTH, DAY) };
	struct report *report = NULL;
	struct report_fault fault;
	const char *order;
	json_t *day;
	int64_t session_day;

	CHECK(report_read(name, text_string(bytes), bytes->length, &options, &report,
			  &fault) < 0);
	CHECK_TEXT("ambiguous-dates", fault.code);
	json_object_foreach (json_object_get(dates, "readings"), order, day)
		CHECK(strstr(fault.message, json_string_value(day)));
	CHECK(moment_read_day(json_string_value(json_object_get(dates, "session_date")),
			      &session_day));
	return session_day;
}

static void check_example(const char *folder, const char *name)
{
	struct text path = { 0 }, bytes = { 0 };
	struct report_options options = { REPORT_NEVER, moment_day_of(YEAR, MONTH, DAY) };
	struct report *report = NULL;
	struct report_fault fault;

	fprintf(stderr, "    %s\n", name);
	text_addf(&path, "%s%s", folder, name);
	CHECK(file_read(text_string(&path), &bytes));
	text_clear(&path);
	text_addf(&path, "%s%.*s" EXPECTED_ENDING, folder,
		  (int)(strrchr(name, '.') - name), name);
	json_t *const wanted = json_load_file(text_string(&path), 0, NULL);
	CHECK(wanted != NULL);
	json_t *const dates = json_object_get(wanted, "date_order");
	if (!json_is_true(json_object_get(dates, "by_file")))
		options.session_day = check_refusal(name, &bytes, dates);
	CHECK_INT(0, report_read(name, text_string(&bytes), bytes.length, &options,
				 &report, &fault));
	const struct report_outcome outcome = { .file = name, .report = report };
	char *const text = report_outcomes_json(&outcome, 1);
	json_t *const all = json_loads(text, 0, NULL);
	const json_t *const first = json_array_get(json_object_get(all, "files"), 0);
	compare_report(wanted, json_object_get(first, "report"));
	json_decref(all);
	json_decref(wanted);
	free(text);
	report_destroy(report);
	text_finish(&bytes);
	text_finish(&path);
}

static void test_examples(void)
{
	const size_t count = files_each(EXAMPLES, check_example);

	if (count == 0)
		fprintf(stderr, "    %s is not here: skipped\n", EXAMPLES);
	else
		CHECK(count >= EXAMPLES_LEAST);
}

int main(void)
{
	RUN(test_examples);
	return check_done();
}
