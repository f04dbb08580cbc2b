/* SPDX-License-Identifier: MIT */
/*
 * The small readers: bytes, tables, moments, durations, names.
 */
#include "imports/duration.h"
#include "imports/encoding.h"
#include "imports/moment.h"
#include "imports/names.h"
#include "imports/report.h"
#include "imports/table.h"
#include "tests/check.h"

#define DECODES(name, text_wanted, bytes) \
	do { \
		struct text text_ = { 0 }; \
		enum encoding encoding_ = ENCODINGS; \
		CHECK_INT(0, encoding_decode(bytes, sizeof(bytes) - 1, &encoding_, \
					     &text_)); \
		CHECK_TEXT(name, encoding_name(encoding_)); \
		CHECK_TEXT(text_wanted, text_string(&text_)); \
		text_finish(&text_); \
	} while (0)

static void test_encodings(void)
{
	DECODES("utf-8", "Zoë\t1", "Zo\xc3\xab\t1");
	DECODES("utf-8-bom", "a",
		"\xef\xbb\xbf"
		"a");
	DECODES("utf-16le-bom", "aé",
		"\xff\xfe"
		"a\0\xe9\0");
	DECODES("utf-16be-bom", "a😀", "\xfe\xff\0a\xd8\x3d\xde\x00");
	DECODES("utf-16le", "Name\t", "N\0a\0m\0e\0\t\0");
	DECODES("utf-16be", "Name\t", "\0N\0a\0m\0e\0\t");
	DECODES("utf-16le-bom",
		"\xef\xbf\xbd"
		"a",
		"\xff\xfe\x3d\xd8"
		"a\0");
	DECODES("cp1250", "Imię i nazwisko\tŁucja", "Imi\xea i nazwisko\t\xa3ucja");
	DECODES("cp1252", "Présentateur", "Pr\xe9sentateur");
	DECODES("cp1252", "Función: Muñoz", "Funci\xf3n: Mu\xf1oz");
	DECODES("cp1254", "Katılımcılar\tÖzet", "Kat\xfdl\xfdmc\xfdlar\t\xd6zet");
	DECODES("utf-8", "cut off \xef\xbf\xbd", "cut off \xc3");
}

static void test_no_text(void)
{
	struct text text = { 0 };
	enum encoding encoding;

	CHECK(encoding_decode("\x01\x02\x03\x00\x00\x09\x10\x80", 8, &encoding, &text) <
	      0);
	text_finish(&text);
}

static void check_moment(const char *written, enum order order, const char *wanted)
{
	struct moment moment;
	char text[MOMENT_TEXT_BYTES] = "nothing";
	int64_t seconds;

	if (moment_parse(written, &moment) && moment_has_date(&moment) &&
	    moment.has_time && moment_seconds(&moment, order, &seconds))
		moment_write(seconds, text);
	if (strcmp(wanted, text) != 0)
		fprintf(stderr, "    %s\n", written);
	CHECK_TEXT(wanted, text);
}

static void test_moments(void)
{
	check_moment("9/4/2020, 10:35:12 AM", ORDER_MDY, "2020-09-04T10:35:12");
	check_moment("9/4/2020, 10:35:12 AM", ORDER_DMY, "2020-04-09T10:35:12");
	check_moment("26. 3. 10. 오후 9:05:00", ORDER_NONE, "2026-03-10T21:05:00");
	check_moment("2026. 3. 10. 오전 9:05:00", ORDER_NONE, "2026-03-10T09:05:00");
	check_moment("10.3.26. 9:05:00", ORDER_NONE, "2026-03-10T09:05:00");
	check_moment("2/1/25, 2:00:28 pm", ORDER_MDY, "2025-02-01T14:00:28");
	check_moment("3/12/26, 2:00:04\xe2\x80\xafPM", ORDER_MDY, "2026-03-12T14:00:04");
	check_moment("3/12/26,\xc2\xa0"
		     "12:00:04 AM",
		     ORDER_MDY, "2026-03-12T00:00:04");
	check_moment("3/12/26 12:00:04 PM", ORDER_MDY, "2026-03-12T12:00:04");
	check_moment("8/29/26, 7:02:11 p.\xc2\xa0m.", ORDER_MDY, "2026-08-29T19:02:11");
	check_moment("8/29/26, 7:02:11 a.m.", ORDER_MDY, "2026-08-29T07:02:11");
	check_moment("13/04/2021 à 09:01:31", ORDER_DMY, "2021-04-13T09:01:31");
	check_moment("06.10.26, 18:01:00", ORDER_MDY, "2026-10-06T18:01:00");
	check_moment("6.10.2026 klo 18.01.00", ORDER_DMY, "2026-10-06T18:01:00");
	check_moment("22/7/11 18:29:28", ORDER_YMD, "2022-07-11T18:29:28");
	check_moment("2026/1/15 19:00:00", ORDER_MDY, "2026-01-15T19:00:00");
	check_moment("2026/1/15 午後 7:00:00", ORDER_MDY, "2026-01-15T19:00:00");
	check_moment("2022-02-25T09:02:11.5674521Z", ORDER_MDY, "2022-02-25T09:02:11");
	check_moment("10/06/2026 08:00 PM", ORDER_MDY, "2026-10-06T20:00:00");
	check_moment("Oct 25, 2026 06:00 PM", ORDER_DMY, "2026-10-25T18:00:00");
	check_moment("29-8-2026 19:02:11", ORDER_DMY, "2026-08-29T19:02:11");
	check_moment("\xe2\x80\x8e"
		     "9/4/2020\xe2\x80\x8e 10:35",
		     ORDER_MDY, "2020-09-04T10:35:00");
	check_moment("29/2/2024 10:00:00", ORDER_DMY, "2024-02-29T10:00:00");
}

static void test_no_moments(void)
{
	check_moment("29/2/2023 10:00:00", ORDER_DMY, "nothing");
	check_moment("13/13/2023 10:00:00", ORDER_DMY, "nothing");
	check_moment("9/4/2020, 25:35:12", ORDER_MDY, "nothing");
	check_moment("9/4/2020, 10:61:12", ORDER_MDY, "nothing");
	check_moment("9/4/2020, 10:35:12 AM and more", ORDER_MDY, "nothing");
	check_moment("--", ORDER_MDY, "nothing");
	check_moment("", ORDER_MDY, "nothing");
	check_moment("1h 2m", ORDER_MDY, "nothing");
	CHECK(moment_is_date_only("5/15/2026"));
	CHECK(moment_is_time_only("1:00:00 PM"));
	CHECK(!moment_is_time_only("5/15/2026"));
}

static void check_duration(const char *written, int64_t wanted)
{
	struct duration duration;
	const bool read = duration_parse(written, &duration);

	if (read != (wanted >= 0))
		fprintf(stderr, "    %s\n", written);
	CHECK_INT(wanted, read ? duration.seconds : -1);
}

static void test_durations(void)
{
	check_duration("1h 13m 42s", 4422);
	check_duration("48m 42s", 2922);
	check_duration("22s", 22);
	check_duration("1h 7s", 3607);
	check_duration("0h 47m 0s", 2820);
	check_duration("2\xc2\xa0h 44\xc2\xa0m", 9840);
	check_duration("2 godz. 18 min 8 s", 8288);
	check_duration("1 godz. 2 min 3 sek.", 3723);
	check_duration("59 Min. 0 Sek.", 3540);
	check_duration("1 Std. 5 Min.", 3900);
	check_duration("1 sa 5 dk 10 sn", 3910);
	check_duration("1 h 5 min 10s", 3910);
	check_duration("59 分 12 秒", 3552);
	check_duration("1 時間 30 分 0 秒", 5400);
	check_duration("1時間5秒", 3605);
	check_duration("01:02:33", 3753);
}

static void test_unknown_durations(void)
{
	check_duration("", -1);
	check_duration("45", -1);
	check_duration("1 parsec", -1);
	check_duration("5s 1h", -1);
	check_duration("1h 1h", -1);
	check_duration("about 1h", -1);
	check_duration("-1h", -1);
	check_duration("99999999h", -1);
	check_duration("1:02", -1);
}

static void check_name(const char *raw, const char *wanted, unsigned wanted_marks)
{
	struct pool pool = { 0 };
	unsigned marks;

	CHECK_TEXT(wanted, name_clean(raw, &marks, &pool));
	CHECK_INT(wanted_marks, marks);
	pool_finish(&pool);
}

static void test_names(void)
{
	check_name("Person 07 (Guest)", "Person 07", REPORT_GUEST);
	check_name("Person  07 (Guest) (Unverified) ", "Person 07",
		   REPORT_GUEST | REPORT_UNVERIFIED);
	check_name("Persona 07 (Invitado)", "Persona 07", REPORT_GUEST);
	check_name("人 07（外部）", "人 07", REPORT_EXTERNAL);
	check_name("[Company] Person 07", "[Company] Person 07", 0);
	check_name("Person 07 (Company)", "Person 07 (Company)", 0);
	check_name("PERSON 07 (EXT)", "PERSON 07 (EXT)", 0);
	check_name("Person 07 (Company) (External)", "Person 07 (Company)",
		   REPORT_EXTERNAL);
	check_name(" 15550100107 (Unverified)", "15550100107",
		   REPORT_PHONE | REPORT_UNVERIFIED);
	check_name("60002568", "60002568", 0);
	check_name("(Guest)", "", REPORT_GUEST);
	check_name(")", ")", 0);
	check_name("()", "()", 0);
}

static void check_cells(const char *text, char delimiter, const char *second)
{
	struct pool pool = { 0 };
	struct table table;

	CHECK_INT(0, table_read(text, delimiter, &pool, &table));
	CHECK_TEXT(second, row_cell(&table.rows[0], 1));
	table_finish(&table);
	pool_finish(&pool);
}

static void test_quotes(void)
{
	check_cells("a,\"b, c\",d\n", ',', "b, c");
	check_cells("a,\"say \"\"b\"\"\",d\n", ',', "say \"b\"");
	check_cells("a\tsay \"b\"\td\n", '\t', "say \"b\"");
	check_cells("a\t\"b\" c\td\n", '\t', "\"b\" c");
	check_cells("a\t\"never closed\td\n", '\t', "\"never closed");
	check_cells("a\t\"two\nlines\"\td\n", '\t', "two\nlines");
	check_cells("a\t\"\"\"b\"\" c\"\td\n", '\t', "\"b\" c");
	check_cells("a\n", '\t', "");
}

static void test_addresses(void)
{
	CHECK(address_is_valid("p07@example.test"));
	CHECK(!address_is_valid("p07(at)example"));
	CHECK(!address_is_valid("p07@example"));
	CHECK(!address_is_valid("@example.test"));
	CHECK(!address_is_valid("p 07@example.test"));
	CHECK(!address_is_valid(""));
}

static void test_days(void)
{
	char text[MOMENT_TEXT_BYTES];
	int64_t day;

	CHECK(moment_read_day("2026-03-10", &day));
	moment_write_day(day, text);
	CHECK_TEXT("2026-03-10", text);
	CHECK(!moment_read_day("10/03/2026", &day));
	CHECK(!moment_read_day("2026-02-30", &day));
	for (int64_t i = -20000; i < 60000; i += 13) {
		moment_write_day(i, text);
		CHECK(moment_read_day(text, &day));
		CHECK_INT(i, day);
	}
}

int main(void)
{
	RUN(test_encodings);
	RUN(test_no_text);
	RUN(test_moments);
	RUN(test_no_moments);
	RUN(test_durations);
	RUN(test_unknown_durations);
	RUN(test_names);
	RUN(test_quotes);
	RUN(test_addresses);
	RUN(test_days);
	return check_done();
}
