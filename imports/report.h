/* SPDX-License-Identifier: MIT */
/*
 * report - an attendance file of Teams, Zoom or BigBlueButton in, people and visits out.
 *
 * Pure: bytes in, report out; no file, clock or locale is touched.  A file is read whatever
 * its language, encoding and generation; what can be read two ways is refused with both
 * readings, never guessed.  Times are wall-clock seconds since 1970 as if the place were
 * UTC; meeting.utc says whether they really are UTC.  Durations are seconds.
 *
 * Limits: REPORT_BYTES_MAX per file ("too-large"), rows as table.h.  Strings are UTF-8 and
 * belong to the report.  docs/attendance-files.md describes the JSON.
 */
#ifndef PLENARY_IMPORTS_REPORT_H
#define PLENARY_IMPORTS_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPORT_BYTES_MAX = 32 * 1024 * 1024, REPORT_MESSAGE_BYTES = 512 };
#define REPORT_NEVER INT64_MIN /* no such time or day */
#define REPORT_UNKNOWN (-1)    /* no such number */

enum report_role { REPORT_NO_ROLE, REPORT_ORGANIZER, REPORT_PRESENTER, REPORT_ATTENDEE };
enum report_basis { REPORT_NONE, REPORT_INTERVALS, REPORT_STATED, REPORT_OPEN };
enum report_mark { /* bits */
		   REPORT_EXTERNAL = 1,
		   REPORT_GUEST = 2,
		   REPORT_PHONE = 4,
		   REPORT_UNVERIFIED = 8
};

struct report_options {
	int64_t session_day; /* day since 1970 of the scheduled session, or REPORT_NEVER */
	int64_t now_day;     /* today, to know the future; or REPORT_NEVER */
};

struct report_interval {
	int64_t from, to;       /* wall-clock seconds */
	int32_t from_ms, to_ms; /* fractions, 0 to 999; only Graph has them */
};

struct report_words {
	const char **items;
	size_t count;
};
struct report_participant {
	const char *name;     /* marks stripped, spaces collapsed */
	const char *name_raw; /* as written */
	struct report_words other_names;
	unsigned marks;                                           /* enum report_mark */
	const char *email, *upn, *registration_email, *object_id; /* or NULL */
	enum report_role role;
	uint32_t rows;
	struct report_interval *intervals; /* closed visits, sorted, may overlap */
	size_t interval_count;
	enum report_basis basis;
	int64_t attended_seconds;
	int64_t stated_seconds; /* or REPORT_UNKNOWN */
	bool stated_to_minute;
	int64_t open_since, first_seen, last_seen; /* or REPORT_NEVER */
	int64_t attended_if_open; /* until the end of the meeting, or REPORT_UNKNOWN */
	struct report_words anomalies;
	const char *needs_review; /* or NULL */
};

struct report_reading {
	const char *order; /* "mdy" */
	int64_t day;
};
struct report {
	const char *file; /* name without folders */
	const char *kind, *generation, *language, *encoding, *delimiter, *line_end;
	bool final_line_end;
	struct {
		const char *resolved; /* "mdy", "dmy", "ymd", "iso", "none" */
		bool by_file;
		const char *reason;
		struct report_reading readings[3];
		size_t reading_count;
		struct report_words weak_hints;
		int64_t session_day;
		bool other_day; /* the file is not of the session's day, nor next to it */
	} dates;
	struct {
		const char *title;
		int64_t start, end; /* or REPORT_NEVER */
		int64_t stated_duration, stated_participants, stated_registered;
		bool utc;
		const char *basis; /* where start and end come from, NULL: the file */
	} meeting;
	int64_t rows_cut_off; /* or REPORT_UNKNOWN */
	bool has_registration;
	struct report_participant *participants;
	size_t participant_count;
	struct report_words contradictions;
	struct report_memory *memory;
};

struct report_fault {
	const char *code; /* a stable word: "ambiguous-dates", "spreadsheet" */
	char message[REPORT_MESSAGE_BYTES]; /* one line: what it looks like, what to do */
};

/* 0, or -EINVAL with the fault filled and *report untouched. */
int report_read(const char *file_name, const void *bytes, size_t count,
		const struct report_options *options, struct report **report,
		struct report_fault *fault);
void report_destroy(struct report *report);
/* One file that was read (report) or refused (report NULL, fault). */
struct report_outcome {
	const char *file;
	struct report *report;
	struct report_fault fault;
};
/* JSON, to be freed by the caller. */
char *report_outcomes_json(const struct report_outcome *outcomes, size_t count);

#endif
