/* SPDX-License-Identifier: MIT */
/*
 * Whatever a download, a spreadsheet or a cosmic ray does to a file: it is read or refused
 * with a word, and nothing else happens (the sanitizers watch).
 */
#include "imports/report.h"
#include "tests/check.h"
#include "tests/imports/files.h"

enum { SMALL_BYTES = 1200 };

static size_t variants;

static void survive(const char *bytes, size_t count)
{
	const struct report_options options = { REPORT_NEVER, REPORT_NEVER };
	struct report *report = NULL;
	struct report_fault fault;
	/* Exactly as long as the bytes, so that a step behind them is seen. */
	char *const exact = memory_zeroed(count ? count : 1);

	if (count > 0)
		memcpy(exact, bytes, count);
	if (report_read("broken.csv", exact, count, &options, &report, &fault) == 0) {
		const struct report_outcome outcome = { .file = "broken.csv",
							.report = report };
		char *const json = report_outcomes_json(&outcome, 1);

		CHECK(json != NULL);
		free(json);
	} else {
		CHECK(report == NULL);
		CHECK(fault.code != NULL && fault.message[0] != '\0');
		CHECK(strchr(fault.message, '\n') == NULL);
	}
	report_destroy(report);
	free(exact);
	variants++;
}

static void cut_everywhere(const char *folder, const char *name)
{
	struct text path = { 0 }, bytes = { 0 };

	text_addf(&path, "%s%s", folder, name);
	CHECK(file_read(text_string(&path), &bytes));
	for (size_t length = 0; length <= bytes.length && bytes.length <= SMALL_BYTES;
	     length++)
		survive(text_string(&bytes), length);
	text_finish(&bytes);
	text_finish(&path);
}

static void flip_everywhere(const char *folder, const char *name)
{
	static const unsigned char masks[] = { 0xff, 0x01 };
	struct text path = { 0 }, bytes = { 0 };

	text_addf(&path, "%s%s", folder, name);
	CHECK(file_read(text_string(&path), &bytes));
	for (size_t i = 0; i < bytes.length && bytes.length <= SMALL_BYTES; i++) {
		const unsigned char mask = masks[i % 2];

		bytes.data[i] = (char)((unsigned char)bytes.data[i] ^ mask);
		survive(bytes.data, bytes.length);
		bytes.data[i] = (char)((unsigned char)bytes.data[i] ^ mask);
	}
	text_finish(&bytes);
	text_finish(&path);
}

static void test_cut_off_at_every_byte(void)
{
	CHECK(files_each(SAMPLES, cut_everywhere) > 0);
	CHECK(variants > 5000);
}

static void test_every_byte_flipped(void)
{
	CHECK(files_each(SAMPLES, flip_everywhere) > 0);
}

static void test_many_rows(void)
{
	enum { ROWS = 50000 };
	struct text text = { 0 };

	text_addf(&text, "Full Name,User Action,Timestamp\n");
	for (int i = 0; i < ROWS; i++)
		text_addf(&text, "Person %d,Joined,\"10/25/2021, 10:%02d:%02d AM\"\n", i,
			  i / 60 % 60, i % 60);
	survive(text_string(&text), text.length);
	text_finish(&text);
}

int main(void)
{
	RUN(test_cut_off_at_every_byte);
	RUN(test_every_byte_flipped);
	RUN(test_many_rows);
	return check_done();
}
