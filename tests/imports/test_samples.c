/* SPDX-License-Identifier: MIT */
/*
 * Every sample, read or refused, gives exactly the JSON that stands beside it.
 */
#include "imports/moment.h"
#include "imports/report.h"
#include "tests/check.h"
#include "tests/imports/files.h"

enum { SAMPLES_LEAST = 50, YEAR = 2026, MONTH = 11, DAY = 24 };

static void expected_path(const char *folder, const char *name, struct text *path)
{
	text_addf(path, "%s%.*s" EXPECTED_ENDING, folder,
		  (int)(strrchr(name, '.') - name), name);
}

static void read_outcome(const char *folder, const char *name, int64_t session_day,
			 struct report_outcome *outcome)
{
	const struct report_options options = { session_day,
						moment_day_of(YEAR, MONTH, DAY) };
	struct text path = { 0 }, bytes = { 0 };

	text_addf(&path, "%s%s", folder, name);
	CHECK(file_read(text_string(&path), &bytes));
	*outcome = (struct report_outcome){ .file = name };
	report_read(text_string(&path), text_string(&bytes), bytes.length, &options,
		    &outcome->report, &outcome->fault);
	text_finish(&bytes);
	text_finish(&path);
}

static void compare(const char *folder, const char *name)
{
	struct text path = { 0 }, expected = { 0 };
	struct report_outcome outcome;

	fprintf(stderr, "    %s\n", name);
	read_outcome(folder, name, REPORT_NEVER, &outcome);
	char *const json = report_outcomes_json(&outcome, 1);
	expected_path(folder, name, &path);
	if (getenv("PLENARY_WRITE_EXPECTED")) {
		FILE *const file = fopen(text_string(&path), "w");

		CHECK(file != NULL);
		fprintf(file, "%s\n", json);
		fclose(file);
	}
	CHECK(file_read(text_string(&path), &expected));
	if (expected.length > 0 && expected.data[expected.length - 1] == '\n')
		expected.data[--expected.length] = '\0';
	CHECK_TEXT(text_string(&expected), json);
	free(json);
	report_destroy(outcome.report);
	text_finish(&path);
	text_finish(&expected);
}

static void test_samples_are_as_expected(void)
{
	CHECK(files_each(SAMPLES, compare) >= SAMPLES_LEAST);
}

static void test_session_date_settles(void)
{
	struct report_outcome outcome;

	read_outcome(SAMPLES, "list-ambiguous.csv", moment_day_of(2026, 5, 4), &outcome);
	CHECK(outcome.report != NULL);
	CHECK_TEXT("dmy", outcome.report->dates.resolved);
	CHECK(!outcome.report->dates.by_file);
	CHECK_INT(2, outcome.report->dates.reading_count);
	report_destroy(outcome.report);
	read_outcome(SAMPLES, "list-ambiguous.csv", moment_day_of(2026, 4, 6), &outcome);
	CHECK(outcome.report != NULL); /* the day next to it */
	CHECK_TEXT("mdy", outcome.report->dates.resolved);
	report_destroy(outcome.report);
}

static void test_session_of_another_day_is_refused(void)
{
	struct report_outcome outcome;

	read_outcome(SAMPLES, "list-ambiguous.csv", moment_day_of(2026, 8, 1), &outcome);
	CHECK(outcome.report == NULL);
	CHECK_TEXT("session-date", outcome.fault.code);
	CHECK(strstr(outcome.fault.message, "2026-04-05"));
	CHECK(strstr(outcome.fault.message, "2026-05-04"));
}

static void test_contradicting_session_is_told(void)
{
	struct report_outcome outcome;

	read_outcome(SAMPLES, "report2022-de.csv", moment_day_of(2026, 8, 1), &outcome);
	CHECK(outcome.report != NULL);
	CHECK_INT(1, outcome.report->contradictions.count);
	report_destroy(outcome.report);
}

static void test_too_large_is_refused(void)
{
	const struct report_options options = { REPORT_NEVER, REPORT_NEVER };
	struct report *report = NULL;
	struct report_fault fault;

	CHECK(report_read("big.csv", "", (size_t)REPORT_BYTES_MAX + 1, &options, &report,
			  &fault) < 0);
	CHECK_TEXT("too-large", fault.code);
	CHECK(report == NULL);
}

int main(void)
{
	RUN(test_samples_are_as_expected);
	RUN(test_session_date_settles);
	RUN(test_session_of_another_day_is_refused);
	RUN(test_contradicting_session_is_told);
	RUN(test_too_large_is_refused);
	return check_done();
}
