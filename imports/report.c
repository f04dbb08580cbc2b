/* SPDX-License-Identifier: MIT */
#include "imports/report.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "imports/encoding.h"
#include "imports/order.h"
#include "imports/people.h"
#include "imports/readers.h"
#include "imports/recognise.h"
#include "imports/unicode.h"

struct report_memory {
	struct pool pool;
};

/* Everything between bytes and report; freed at the end, the report's pool excepted. */
struct reading {
	const char *file_name;
	struct pool pool; /* cells and sheet */
	struct text text;
	enum encoding encoding;
	struct table table;
	struct sheet sheet;
	const char *delimiter;
};

static const char *const kinds[KINDS] = {
	[KIND_UNKNOWN] = "unknown",
	[KIND_LIST] = "list",
	[KIND_REPORT2021] = "report2021",
	[KIND_REPORT2022] = "report2022",
	[KIND_LIVE] = "live",
	[KIND_GRAPH] = "graph",
	[KIND_ZOOM] = "zoom",
	[KIND_ZOOMWEBINAR] = "zoomwebinar",
	[KIND_BBB] = "bbb",
};

static int refuse(struct report_fault *fault, const char *code, const char *message)
{
	fault->code = code;
	snprintf(fault->message, sizeof(fault->message), "%s", message);
	return -EINVAL;
}

static int decode(const void *bytes, size_t count, struct reading *reading,
		  struct report_fault *fault)
{
	if (count > REPORT_BYTES_MAX)
		return refuse(fault, "too-large",
			      "the file is larger than 32 MiB: no attendance file is");
	if (count == 0)
		return refuse(fault, "empty", "the file is empty: download it again");
	if (recognise_bytes(bytes, count, fault) < 0)
		return -EINVAL;
	if (encoding_decode(bytes, count, &reading->encoding, &reading->text) < 0)
		return refuse(
			fault, "not-attendance",
			"this is no text file (pictures, archives and programs look like "
			"this): download the attendance file itself");
	if (unicode_is_blank(text_string(&reading->text)))
		return refuse(fault, "empty", "the file holds nothing but white space");
	return 0;
}

/* "sep=;" is a spreadsheet's note to itself. */
static const char *skip_separator_note(const char *text, char delimiters[3])
{
	if (strncasecmp(text, "sep=", 4) != 0 || text[4] == '\0' ||
	    (text[5] != '\r' && text[5] != '\n'))
		return text;
	delimiters[0] = text[4];
	return text + 5 + strspn(text + 5, "\r\n");
}

static const char *delimiter_name(char delimiter)
{
	return delimiter == '\t'  ? "tab"
	       : delimiter == ';' ? "semicolon"
	       : delimiter == ',' ? "comma"
				  : "other";
}

static void read_table(struct reading *reading, bool repasted)
{
	const struct table *const table = &reading->table;
	struct sheet *const sheet = &reading->sheet;

	switch (sheet->kind) {
	case KIND_LIST:
		list_read(table, sheet);
		break;
	case KIND_REPORT2021:
		report2021_read(table, sheet);
		break;
	case KIND_REPORT2022:
		report2022_read(table, repasted, sheet);
		break;
	case KIND_LIVE:
		live_read(table, sheet);
		break;
	case KIND_ZOOM:
		zoom_read(table, sheet);
		break;
	case KIND_ZOOMWEBINAR:
		zoomwebinar_read(table, sheet);
		break;
	case KIND_BBB:
		bbb_read(table, sheet);
		break;
	default:
		assert(!"a kind without a reader");
	}
}

/* Counting delimiters may mislead; then the next likely one is tried. */
static int find_table(struct reading *reading, struct report_fault *fault)
{
	char delimiters[3];
	const char *text = text_string(&reading->text);

	table_guess_delimiters(text, delimiters);
	text = skip_separator_note(text, delimiters);
	for (int i = 0; i < 3; i++) {
		if (table_read(text, delimiters[i], &reading->pool, &reading->table) < 0)
			return refuse(fault, "too-large",
				      "the file has more than 400 000 rows");
		const bool repasted = table_join_split(&reading->table, &reading->pool);
		const enum kind kind = recognise_table(&reading->table);
		if (kind != KIND_UNKNOWN) {
			reading->delimiter = delimiter_name(delimiters[i]);
			sheet_init(&reading->sheet, kind, &reading->pool);
			read_table(reading, repasted);
			return 0;
		}
		if (i == 0)
			recognise_refuse(&reading->table, fault);
		table_finish(&reading->table);
	}
	return -EINVAL;
}

static void json_lines(struct reading *reading)
{
	struct table *const table = &reading->table;

	for (const char *at = text_string(&reading->text); *at; at++) {
		if (*at == '\n' && at > text_string(&reading->text) && at[-1] == '\r')
			table->crlf++;
		else if (*at == '\n')
			table->lf++;
		table->final_line_end = *at == '\n';
	}
}

static int find_sheet(struct reading *reading, struct report_fault *fault)
{
	const char *const text = text_string(&reading->text);
	const char first = text[strspn(text, " \t\r\n")];

	if (first != '{' && first != '[')
		return find_table(reading, fault);
	sheet_init(&reading->sheet, KIND_GRAPH, &reading->pool);
	json_lines(reading);
	return graph_read(text, reading->text.length, &reading->sheet, fault);
}

static int64_t seconds_or_never(const struct moment *moment, enum order order)
{
	int64_t seconds;

	return moment_seconds(moment, order, &seconds) ? seconds : REPORT_NEVER;
}

static void fill_dates(const struct order_choice *choice, int64_t session_day,
		       struct report *report, struct pool *pool)
{
	report->dates.resolved = order_name(choice->order);
	report->dates.by_file = choice->by_file;
	report->dates.reason = choice->reason;
	report->dates.session_day = session_day;
	report->dates.reading_count = choice->reading_count;
	for (size_t i = 0; i < choice->reading_count; i++)
		report->dates.readings[i] =
			(struct report_reading){ order_name(choice->readings[i]),
						 choice->reading_days[i] };
	report->dates.weak_hints.count = choice->hint_count;
	report->dates.weak_hints.items = pool_take(pool, sizeof(choice->hints));
	memcpy(report->dates.weak_hints.items, choice->hints, sizeof(choice->hints));
}

static const char *collapsed_or_null(const char *string, struct pool *pool)
{
	struct text text = { 0 };

	if (string == NULL || unicode_is_blank(string))
		return NULL;
	unicode_collapse(&text, string);
	const char *const copy = pool_string(pool, text_string(&text), text.length);
	text_finish(&text);
	return copy;
}

static void fill_meeting(const struct sheet *sheet, enum order order,
			 struct report *report, struct pool *pool)
{
	report->meeting.title = collapsed_or_null(sheet->title, pool);
	report->meeting.start = seconds_or_never(&sheet->start, order);
	report->meeting.end = seconds_or_never(&sheet->end, order);
	report->meeting.stated_duration = sheet->stated_duration;
	report->meeting.stated_participants = sheet->stated_participants;
	report->meeting.stated_registered = sheet->stated_registered;
	report->meeting.utc = sheet->utc;
}

static void compare_durations(const struct sheet *sheet, struct report *report,
			      struct pool *pool)
{
	const int64_t slack =
		sheet->kind == KIND_ZOOM || sheet->kind == KIND_ZOOMWEBINAR ? 60 : 2;
	const int64_t stated = report->meeting.stated_duration;

	if (report->meeting.basis || stated == REPORT_UNKNOWN ||
	    report->meeting.start == REPORT_NEVER || report->meeting.end == REPORT_NEVER)
		return;
	const int64_t counted = report->meeting.end - report->meeting.start;
	if (llabs(counted - stated) > slack)
		report_contradict(report, pool,
				  pool_format(pool,
					      "the file states a duration of %" PRId64
					      " s, start and end are %" PRId64 " s apart",
					      stated, counted));
}

static void compare_session(int64_t session_day, struct report *report, struct pool *pool)
{
	char own[MOMENT_TEXT_BYTES], session[MOMENT_TEXT_BYTES];

	if (session_day == REPORT_NEVER || report->meeting.start == REPORT_NEVER)
		return;
	const int64_t last = report->meeting.end == REPORT_NEVER ? report->meeting.start
								 : report->meeting.end;
	if (report->meeting.start / 86400 - 1 <= session_day &&
	    session_day <= last / 86400 + 1)
		return;
	report->dates.other_day = true;
	moment_write_day(report->meeting.start / 86400, own);
	moment_write_day(session_day, session);
	report_contradict(report, pool,
			  pool_format(pool, "the file is dated %s, the session is on %s",
				      own, session));
}

/* A day more than today: wherever it was downloaded, that day has not begun. */
static void compare_now(int64_t now_day, struct report *report, struct pool *pool)
{
	char own[MOMENT_TEXT_BYTES];

	if (now_day == REPORT_NEVER || report->meeting.start == REPORT_NEVER ||
	    report->meeting.start / 86400 <= now_day + 1)
		return;
	moment_write_day(report->meeting.start / 86400, own);
	report_contradict(report, pool,
			  pool_format(pool, "the file is dated %s, a day still to come",
				      own));
}

/* What only the dates tell about the generation of a file. */
static void refine_generation(const struct sheet *sheet, enum order order,
			      struct report *report, struct pool *pool)
{
	const int64_t end = report->meeting.end;
	char day[MOMENT_TEXT_BYTES];

	if (sheet->kind == KIND_REPORT2022 && order == ORDER_YMD &&
	    sheet->start.digits[0] == 2 && !sheet->start.korean)
		report->generation = "2022 report (first weeks of the format)";
	if (sheet->kind != KIND_LIST || end == REPORT_NEVER ||
	    end < moment_day_of(2022, 1, 1) * 86400)
		return;
	moment_write_day(end / 86400, day);
	report->generation = pool_format(pool, "2020 list (still exported in %.4s)", day);
}

static struct report *make_report(struct reading *reading,
				  const struct order_choice *choice,
				  const struct report_options *options)
{
	struct report *const report = memory_zeroed(sizeof(*report));
	const char *const file_name = reading->file_name;
	const char *const slash = strrchr(file_name, '/');
	struct sheet *const sheet = &reading->sheet;
	struct text name = { 0 };

	report->memory = memory_zeroed(sizeof(*report->memory));
	struct pool *const pool = &report->memory->pool;
	encoding_repair(slash ? slash + 1 : file_name,
			strlen(slash ? slash + 1 : file_name), &name);
	report->file = pool_string(pool, text_string(&name), name.length);
	text_finish(&name);
	report->kind = kinds[sheet->kind];
	report->encoding = encoding_name(reading->encoding);
	report->delimiter = reading->delimiter;
	report->line_end = table_line_end(&reading->table);
	report->final_line_end = reading->table.final_line_end;
	report->rows_cut_off = sheet->rows_cut_off;
	report->has_registration = sheet->has_registration;
	fill_dates(choice, options->session_day, report, pool);
	fill_meeting(sheet, choice->order, report, pool);
	people_make(sheet, choice, pool, report);
	report->language = words_language(&sheet->tally);
	report->generation = sheet->generation;
	refine_generation(sheet, choice->order, report, pool);
	compare_durations(sheet, report, pool);
	compare_now(options->now_day, report, pool);
	compare_session(options->session_day, report, pool);
	return report;
}

static int read_all(const void *bytes, size_t count, const struct report_options *options,
		    struct reading *reading, struct report **report,
		    struct report_fault *fault)
{
	struct order_choice choice;
	struct spans spans;

	if (decode(bytes, count, reading, fault) < 0 || find_sheet(reading, fault) < 0)
		return -EINVAL;
	const char *const language = words_language(&reading->sheet.tally);
	const bool japanese = language && strcmp(language, "ja") == 0;
	spans_collect(&reading->sheet, &spans);
	const int rc = order_decide(&spans, japanese, options, &choice, fault);
	spans_finish(&spans);
	if (rc < 0)
		return rc;
	*report = make_report(reading, &choice, options);
	return 0;
}

int report_read(const char *file_name, const void *bytes, size_t count,
		const struct report_options *options, struct report **report,
		struct report_fault *fault)
{
	struct reading reading = { .file_name = file_name };

	*fault = (struct report_fault){ 0 };
	const int rc = read_all(bytes, count, options, &reading, report, fault);
	assert(rc == 0 || (fault->code && fault->message[0]));
	sheet_finish(&reading.sheet);
	table_finish(&reading.table);
	text_finish(&reading.text);
	pool_finish(&reading.pool);
	return rc;
}

void report_destroy(struct report *report)
{
	if (report == NULL)
		return;
	if (report->memory)
		pool_finish(&report->memory->pool);
	free(report->memory);
	free(report);
}
