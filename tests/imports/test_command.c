/* SPDX-License-Identifier: MIT */
/*
 * What a person sees of `plenary attendance`: exit status, table, JSON, words on stderr.
 */
#include <stdbool.h>
#include <unistd.h>

#include "commands/commands.h"
#include "daemon/common/text.h"
#include "tests/check.h"

#define SAMPLE(name) "tests/imports/samples/" name

static struct text said_out, said_error;

static void catch_stream(FILE *stream, const char *path, int *saved)
{
	fflush(stream);
	*saved = dup(fileno(stream));
	CHECK(freopen(path, "w", stream) != NULL);
}

static void release_stream(FILE *stream, const char *path, int saved, struct text *said)
{
	char buffer[4096];
	size_t count;

	fflush(stream);
	dup2(saved, fileno(stream));
	close(saved);
	FILE *const file = fopen(path, "r");
	CHECK(file != NULL);
	text_clear(said);
	while ((count = fread(buffer, 1, sizeof(buffer), file)) > 0)
		text_add(said, buffer, count);
	fclose(file);
	unlink(path);
}

static int run(int argc, const char *const *words)
{
	char out[] = "/tmp/plenary-out-XXXXXX", error[] = "/tmp/plenary-error-XXXXXX";
	char *argv[16] = { NULL };
	int saved_out, saved_error;

	CHECK(argc < 16);
	for (int i = 0; i < argc; i++)
		argv[i] = memory_string(words[i]);
	close(mkstemp(out));
	close(mkstemp(error));
	catch_stream(stdout, out, &saved_out);
	catch_stream(stderr, error, &saved_error);
	const int status = command_attendance(argc, argv);
	release_stream(stderr, error, saved_error, &said_error);
	release_stream(stdout, out, saved_out, &said_out);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return status;
}

#define COMMAND(...) \
	run((int)(sizeof((const char *const[]){ "attendance", __VA_ARGS__ }) / \
		  sizeof(char *)), \
	    (const char *const[]){ "attendance", __VA_ARGS__ })

static bool says(const struct text *said, const char *words)
{
	return strstr(text_string(said), words) != NULL;
}

static void test_register_is_printed(void)
{
	CHECK_INT(0, COMMAND(SAMPLE("report2021-fr.csv")));
	CHECK(says(&said_out, "\"Atelier\" de relecture"));
	CHECK(says(&said_out, "Personne 02"));
	CHECK(says(&said_out, "2:32:10"));
	CHECK(says(&said_out, "day first: a number above 12"));
}

static void test_no_time_of_leaving(void)
{
	CHECK_INT(0, COMMAND(SAMPLE("report2021-no-leaving.csv")));
	CHECK(says(&said_out, "2026-03-13 09:10:00  -  "));
	CHECK(says(&said_out, "no time of leaving, 0:50:00 if until the end"));
	CHECK(!says(&said_out, "still in"));
}

static void test_one_is_no_plural(void)
{
	CHECK_INT(0, COMMAND(SAMPLE("report2022-future.csv")));
	CHECK(says(&said_out, "  1 person\n"));
	CHECK(says(&said_out, "1 visit belongs to nobody"));
	CHECK(says(&said_out, "2036-03-13, a day still to come"));
	CHECK_INT(0, COMMAND(SAMPLE("report2022-ko-marks.csv")));
	CHECK(says(&said_out, "  dates    year first\n"));
}

static void test_goes_on_after_a_bad_file(void)
{
	CHECK_INT(1, COMMAND(SAMPLE("refused-workbook.csv"), SAMPLE("no-such-file.csv"),
			     SAMPLE("report2022-de.csv")));
	CHECK(says(&said_error, "refused-workbook.csv: this is an Excel workbook"));
	CHECK(says(&said_error, "no-such-file.csv: cannot be opened"));
	CHECK(says(&said_out, "report2022-de.csv"));
}

static void test_json_tells_both(void)
{
	CHECK_INT(1, COMMAND("--json", SAMPLE("report2022-de.csv"),
			     SAMPLE("list-ambiguous.csv")));
	CHECK(says(&said_out, "\"files\""));
	CHECK(says(&said_out, "\"ok\": true"));
	CHECK(says(&said_out, "\"ok\": false"));
	CHECK(says(&said_out, "\"code\": \"ambiguous-dates\""));
	CHECK(says(&said_out, "2026-05-04"));
}

static void test_session_date(void)
{
	CHECK_INT(0,
		  COMMAND(SAMPLE("list-ambiguous.csv"), "--session-date", "2026-05-04"));
	CHECK(says(&said_out, "2026-05-04 10:00:00"));
	CHECK_INT(0, COMMAND("--session-date=2026-04-05", SAMPLE("list-ambiguous.csv")));
	CHECK(says(&said_out, "2026-04-05 10:00:00"));
}

static void test_wrong_usage(void)
{
	CHECK_INT(2, COMMAND("--json"));
	CHECK_INT(2, COMMAND(SAMPLE("report2022-de.csv"), "--session-date"));
	CHECK_INT(2,
		  COMMAND(SAMPLE("report2022-de.csv"), "--session-date", "05/04/2026"));
	CHECK_INT(2, COMMAND("--nonsense", SAMPLE("report2022-de.csv")));
	CHECK(says(&said_error, "usage: plenary attendance"));
	CHECK_INT(0, COMMAND("--help"));
	CHECK(says(&said_out, "usage: plenary attendance"));
}

int main(void)
{
	RUN(test_register_is_printed);
	RUN(test_no_time_of_leaving);
	RUN(test_one_is_no_plural);
	RUN(test_goes_on_after_a_bad_file);
	RUN(test_json_tells_both);
	RUN(test_session_date);
	RUN(test_wrong_usage);
	text_finish(&said_out);
	text_finish(&said_error);
	return check_done();
}
