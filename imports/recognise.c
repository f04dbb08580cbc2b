/* SPDX-License-Identifier: MIT */
#include "imports/recognise.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "imports/columns.h"
#include "imports/teams.h"
#include "imports/unicode.h"

enum { HEAD_ROWS = 24, SHAPE_ROWS = 12 };

#define EXPECTED "this reads attendance files of Teams, Zoom and BigBlueButton"

static int refuse(struct report_fault *fault, const char *code, const char *looks_like)
{
	fault->code = code;
	snprintf(fault->message, sizeof(fault->message), "%s", looks_like);
	return -EINVAL;
}

static bool begins(const void *bytes, size_t count, const char *sign, size_t length)
{
	return count >= length && memcmp(bytes, sign, length) == 0;
}

/* An OpenDocument archive begins with an unpacked file that says which kind it is. */
static bool is_open_document(const void *bytes, size_t count, const char *kind)
{
	enum { NAME_AT = 30, SIGN_BYTES = 128 };
	char sign[64];

	const int length =
		snprintf(sign, sizeof(sign),
			 "mimetypeapplication/vnd.oasis.opendocument.%s", kind);
	assert(length > 0 && (size_t)length < sizeof(sign));
	return count > NAME_AT &&
	       memmem((const char *)bytes + NAME_AT,
		      count - NAME_AT < SIGN_BYTES ? count - NAME_AT : SIGN_BYTES, sign,
		      (size_t)length) != NULL;
}

static int refuse_archive(const void *bytes, size_t count, struct report_fault *fault)
{
	if (is_open_document(bytes, count, "spreadsheet"))
		return refuse(fault, "spreadsheet",
			      "this is an OpenDocument spreadsheet (.ods), not a text "
			      "file: open it and save it as CSV, or download it again");
	if (is_open_document(bytes, count, "text"))
		return refuse(fault, "not-attendance",
			      "this is a text document (.odt): download the attendance "
			      "file itself");
	const bool sheet = memmem(bytes, count, "xl/", 3) != NULL;
	const bool office = memmem(bytes, count, "[Content_Types]", 15) != NULL;
	if (office && !sheet)
		return refuse(fault, "not-attendance",
			      "this is an Office document, not a text file: "
			      "download the attendance file itself");
	return sheet ? refuse(fault, "spreadsheet",
			      "this is an Excel workbook (.xlsx), not a text file: open "
			      "it and save it as CSV or Unicode text, or download it "
			      "again")
		     : refuse(fault, "not-attendance",
			      "this is a zip archive: unpack it first");
}

int recognise_bytes(const void *bytes, size_t count, struct report_fault *fault)
{
	if (begins(bytes, count, "PK\x03\x04", 4))
		return refuse_archive(bytes, count, fault);
	if (begins(bytes, count, "\xd0\xcf\x11\xe0", 4))
		return refuse(
			fault, "spreadsheet",
			"this is an old Excel workbook (.xls), not a text file: save it "
			"as CSV or Unicode text, or download it again");
	if (begins(bytes, count, "{\\rtf", 5))
		return refuse(fault, "not-attendance",
			      "this is a text document (.rtf): download the attendance "
			      "file itself");
	if (begins(bytes, count, "%PDF", 4))
		return refuse(
			fault, "not-attendance",
			"this is a PDF document: download the attendance file itself");
	return 0;
}

size_t recognise_header(const struct table *table, const char *const *titles,
			size_t count)
{
	for (size_t i = 0; i < table->count && i < HEAD_ROWS; i++) {
		size_t found = 0;

		while (found < count &&
		       recognise_column(&table->rows[i], titles[found], 0) >= 0)
			found++;
		if (found == count)
			return i;
	}
	return SIZE_MAX;
}

int recognise_column(const struct row *row, const char *title, int from)
{
	for (uint32_t i = (uint32_t)from; i < row->count; i++) {
		if (unicode_same_folded(row->cells[i], title))
			return (int)i;
	}
	return COLUMN_ABSENT;
}

#define HAS_HEADER(table, ...) \
	(recognise_header(table, (const char *const[]){ __VA_ARGS__ }, \
			  sizeof((const char *const[]){ __VA_ARGS__ }) / \
				  sizeof(char *)) != SIZE_MAX)

static bool is_audit_log(const struct table *table)
{
	if (HAS_HEADER(table, "AuditData") || HAS_HEADER(table, "Audit Data") ||
	    HAS_HEADER(table, "RecordType", "Operation") ||
	    HAS_HEADER(table, "RecordType", "Operations"))
		return true;
	for (size_t i = 0; i < table->count && i < HEAD_ROWS; i++) {
		for (uint32_t j = 0; j < table->rows[i].count; j++) {
			const char *const cell = table->rows[i].cells[j];

			if (strstr(cell, "\"Workload\"") ||
			    strstr(cell, "\"CreationTime\"") ||
			    strstr(cell, "Workload\":"))
				return true;
		}
	}
	return false;
}

static bool is_session_id(const char *cell)
{
	return strlen(cell) == 36 && strspn(cell, "0123456789abcdefABCDEF-") == 36;
}

static bool is_live_row(const struct row *row)
{
	return row->count >= 6 && is_session_id(row_cell(row, 0)) &&
	       moment_is_full(row_cell(row, 4));
}

static bool is_zoom_row(const struct row *row)
{
	return row->count >= 5 && moment_is_full(row_cell(row, 2)) &&
	       moment_is_full(row_cell(row, 3)) && cell_is_number(row_cell(row, 4));
}

static bool is_bbb_row(const struct row *row)
{
	return row->count >= 12 && moment_is_full(row_cell(row, 9)) &&
	       cell_is_duration(row_cell(row, 11));
}

static bool is_event_row(const struct row *row)
{
	return row_width(row) == 3 && moment_is_full(row_cell(row, 2)) &&
	       !unicode_is_blank(row_cell(row, 1)) && !moment_is_full(row_cell(row, 1)) &&
	       !cell_is_number(row_cell(row, 1)) && !cell_is_address(row_cell(row, 1));
}

/* Rows of this shape among the first, beside at most one that may be the titles. */
static bool has_shape(const struct table *table, bool (*is_shape)(const struct row *row))
{
	size_t fitting = 0, other = 0;

	for (size_t i = 0; i < table->count && fitting + other < SHAPE_ROWS; i++) {
		if (!row_is_blank(&table->rows[i]))
			*(is_shape(&table->rows[i]) ? &fitting : &other) += 1;
	}
	return fitting > 0 && other <= 1 + fitting / 4;
}

static bool is_webinar(const struct table *table)
{
	static const char *const titles[] = { "Attendee Report", "Attendee Details",
					      "Host Details", "Panelist Details",
					      "Other Attended" };

	for (size_t i = 0; i < table->count && i < HEAD_ROWS; i++) {
		for (size_t j = 0; j < sizeof(titles) / sizeof(*titles); j++) {
			if (unicode_same_folded(row_cell(&table->rows[i], 0), titles[j]))
				return true;
		}
	}
	return HAS_HEADER(table, "Attended", "Time in Session (minutes)");
}

static bool is_zoom(const struct table *table)
{
	return HAS_HEADER(table, "Name (Original Name)") ||
	       HAS_HEADER(table, "Name", "Duration (Minutes)") ||
	       HAS_HEADER(table, "Name", "Total Duration (Minutes)") ||
	       HAS_HEADER(table, "User Email", "Total Duration (Minutes)") ||
	       HAS_HEADER(table, "User Email", "Duration (Minutes)") ||
	       HAS_HEADER(table, "Meeting ID", "Topic");
}

static bool is_list_header(const struct table *table)
{
	for (size_t i = 0; i < table->count && i < SHAPE_ROWS; i++) {
		struct columns columns;

		columns_by_words(&table->rows[i], &columns, NULL);
		if (columns.timestamp != COLUMN_ABSENT &&
		    row_width(&table->rows[i]) <= 4 &&
		    (columns.name != COLUMN_ABSENT || columns.action != COLUMN_ABSENT))
			return true;
	}
	return false;
}

static bool has_known_action(const struct table *table)
{
	for (size_t i = 0; i < table->count && i < HEAD_ROWS; i++) {
		if (words_find(row_cell(&table->rows[i], 1), ACTION_JOINED, ACTION_LEFT,
			       NULL))
			return true;
	}
	return false;
}

/*
 * In a language we do not know, a list is three columns whose middle one holds two or three
 * different words and whose times are those of one day.
 */
static bool is_foreign_list(const struct table *table)
{
	enum { ACTIONS_MAX = 3 };
	const char *actions[ACTIONS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct row *const row = &table->rows[i];
		size_t j = 0;

		if (!is_event_row(row))
			continue;
		while (j < count && strcmp(actions[j], row_cell(row, 1)) != 0)
			j++;
		if (j == ACTIONS_MAX)
			return false;
		if (j == count)
			actions[count++] = row_cell(row, 1);
	}
	return count >= 2;
}

static bool is_list(const struct table *table)
{
	return is_list_header(table) ||
	       (has_shape(table, is_event_row) &&
		(has_known_action(table) || is_foreign_list(table)));
}

enum kind recognise_table(const struct table *table)
{
	struct word_tally tally = { 0 };
	struct layout layout;

	if (is_audit_log(table))
		return KIND_UNKNOWN;
	if (HAS_HEADER(table, "Session Id", "Participant Id") ||
	    has_shape(table, is_live_row))
		return KIND_LIVE;
	if (HAS_HEADER(table, "Moderator", "Activity Score") ||
	    has_shape(table, is_bbb_row))
		return KIND_BBB;
	if (is_webinar(table))
		return KIND_ZOOMWEBINAR;
	if (is_zoom(table))
		return KIND_ZOOM;
	if (is_list(table))
		return KIND_LIST;
	layout_find(table, &layout, &tally);
	const enum kind kind = layout_kind(table, &layout);
	if (kind != KIND_UNKNOWN)
		return kind;
	return has_shape(table, is_zoom_row) ? KIND_ZOOM : KIND_UNKNOWN;
}

/* The first line, shortened at a character's border, for the message. */
static void first_titles(const struct table *table, char *out, size_t room)
{
	struct text titles = { 0 };

	for (size_t i = 0; i < table->count && titles.length == 0; i++) {
		for (uint32_t j = 0; j < table->rows[i].count; j++) {
			if (unicode_is_blank(table->rows[i].cells[j]))
				continue;
			if (titles.length > 0)
				text_add(&titles, ", ", 2);
			unicode_collapse(&titles, table->rows[i].cells[j]);
		}
	}
	size_t length = titles.length < room ? titles.length : room - 1;
	while (length < titles.length && length > 0 &&
	       ((unsigned char)titles.data[length] & 0xc0) == 0x80)
		length--;
	memcpy(out, text_string(&titles), length);
	out[length] = '\0';
	text_finish(&titles);
}

/* The head of a report of Teams with nothing below it. */
static bool is_lone_summary(const struct table *table)
{
	enum { LABELS_LEAST = 2 };
	struct word_tally tally = { 0 };
	struct layout layout;
	size_t labels = 0;

	layout_find(table, &layout, &tally);
	if (layout_block(&layout, BLOCK_PEOPLE) || layout_block(&layout, BLOCK_VISITS))
		return false;
	for (size_t i = 0; i < table->count && i < HEAD_ROWS; i++)
		labels += words_find(row_cell(&table->rows[i], 0), SUMMARY_TITLE,
				     SUMMARY_ID, NULL) != MEANING_NONE;
	return labels >= LABELS_LEAST;
}

void recognise_refuse(const struct table *table, struct report_fault *fault)
{
	char titles[160];

	if (is_audit_log(table)) {
		refuse(fault, "audit-log",
		       "this looks like an audit log of the admin centre, not an "
		       "attendance "
		       "file: download the attendance report from the meeting");
		return;
	}
	if (is_lone_summary(table)) {
		refuse(fault, "no-people",
		       "this is the summary of an attendance report and the people are "
		       "missing: download the whole report again");
		return;
	}
	first_titles(table, titles, sizeof(titles));
	fault->code = "not-attendance";
	if (titles[0] == '<')
		snprintf(
			fault->message, sizeof(fault->message),
			"this looks like a web page saved under another name; " EXPECTED);
	else
		snprintf(fault->message, sizeof(fault->message),
			 "this looks like a %s beginning with \"%s\", not like "
			 "attendance; " EXPECTED,
			 table->count > 1 && row_width(&table->rows[0]) > 1 ? "table"
									    : "text",
			 titles);
}
