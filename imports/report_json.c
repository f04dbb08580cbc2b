/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <jansson.h>
#include <string.h>

#include "daemon/common/text.h"
#include "imports/encoding.h"
#include "imports/moment.h"
#include "imports/report.h"

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *number_or_null(int64_t number)
{
	return number == REPORT_UNKNOWN ? json_null() : json_integer(number);
}

static json_t *time_or_null(int64_t seconds)
{
	char text[MOMENT_TEXT_BYTES];

	if (seconds == REPORT_NEVER)
		return json_null();
	moment_write(seconds, text);
	return json_string(text);
}

static json_t *day_text(int64_t day)
{
	char text[MOMENT_TEXT_BYTES];

	moment_write_day(day, text);
	return json_string(text);
}

static void put(json_t *object, const char *key, json_t *value)
{
	const int rc = json_object_set_new(object, key, value);

	assert(rc == 0);
	(void)rc;
}

static json_t *words(const struct report_words *from)
{
	json_t *const array = json_array();

	for (size_t i = 0; i < from->count; i++)
		json_array_append_new(array, json_string(from->items[i]));
	return array;
}

static json_t *marks(unsigned bits)
{
	static const char *const names[] = { "external", "guest", "phone", "unverified" };
	json_t *const array = json_array();

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (bits & 1u << i)
			json_array_append_new(array, json_string(names[i]));
	}
	return array;
}

static json_t *dates(const struct report *report)
{
	json_t *const object = json_object();

	put(object, "resolved", json_string(report->dates.resolved));
	put(object, "by_file", json_boolean(report->dates.by_file));
	if (report->dates.by_file) {
		put(object, "reason", json_string(report->dates.reason));
		return object;
	}
	json_t *const readings = json_object();
	for (size_t i = 0; i < report->dates.reading_count; i++)
		put(readings, report->dates.readings[i].order,
		    day_text(report->dates.readings[i].day));
	put(object, "readings", readings);
	put(object, "weak_hints", words(&report->dates.weak_hints));
	put(object, "session_date", day_text(report->dates.session_day));
	return object;
}

static json_t *meeting(const struct report *report)
{
	json_t *const object = json_object();

	put(object, "title", text_or_null(report->meeting.title));
	put(object, "start", time_or_null(report->meeting.start));
	put(object, "end", time_or_null(report->meeting.end));
	put(object, "stated_duration_seconds",
	    number_or_null(report->meeting.stated_duration));
	put(object, "stated_participants",
	    number_or_null(report->meeting.stated_participants));
	if (report->meeting.stated_registered != REPORT_UNKNOWN)
		put(object, "stated_registered",
		    json_integer(report->meeting.stated_registered));
	put(object, "clock", json_string(report->meeting.utc ? "utc" : "local"));
	if (report->meeting.basis)
		put(object, "basis", json_string(report->meeting.basis));
	return object;
}

static json_t *intervals(const struct report_participant *person)
{
	json_t *const array = json_array();

	for (size_t i = 0; i < person->interval_count; i++) {
		json_t *const pair = json_array();

		json_array_append_new(pair, time_or_null(person->intervals[i].from));
		json_array_append_new(pair, time_or_null(person->intervals[i].to));
		json_array_append_new(array, pair);
	}
	return array;
}

static void put_times(json_t *object, const struct report_participant *person)
{
	static const char *const bases[] = { [REPORT_NONE] = "none",
					     [REPORT_INTERVALS] = "intervals",
					     [REPORT_STATED] = "stated",
					     [REPORT_OPEN] = "open" };

	put(object, "intervals", intervals(person));
	put(object, "attended_seconds", json_integer(person->attended_seconds));
	put(object, "basis", json_string(bases[person->basis]));
	put(object, "stated_seconds", number_or_null(person->stated_seconds));
	put(object, "stated_precision",
	    text_or_null(person->stated_seconds == REPORT_UNKNOWN ? NULL
			 : person->stated_to_minute               ? "minute"
								  : "second"));
	if (person->open_since == REPORT_NEVER)
		return;
	put(object, "open_since", time_or_null(person->open_since));
	put(object, "attended_seconds_if_open_until_end",
	    number_or_null(person->attended_if_open));
}

static json_t *participant(const struct report *report,
			   const struct report_participant *person)
{
	static const char *const roles[] = { [REPORT_NO_ROLE] = NULL,
					     [REPORT_ORGANIZER] = "organizer",
					     [REPORT_PRESENTER] = "presenter",
					     [REPORT_ATTENDEE] = "attendee" };
	json_t *const object = json_object();

	put(object, "name", json_string(person->name));
	put(object, "name_raw", json_string(person->name_raw));
	if (person->other_names.count > 0)
		put(object, "other_names", words(&person->other_names));
	put(object, "markers", marks(person->marks));
	put(object, "email", text_or_null(person->email));
	put(object, "upn", text_or_null(person->upn));
	if (report->has_registration)
		put(object, "registration_email",
		    text_or_null(person->registration_email));
	put(object, "role", text_or_null(roles[person->role]));
	put(object, "rows", json_integer(person->rows));
	put_times(object, person);
	if (person->anomalies.count > 0)
		put(object, "anomalies", words(&person->anomalies));
	if (person->needs_review)
		put(object, "needs_review", json_string(person->needs_review));
	return object;
}

static json_t *report_object(const struct report *report)
{
	json_t *const object = json_object();
	json_t *const people = json_array();

	put(object, "file", json_string(report->file));
	put(object, "kind", json_string(report->kind));
	put(object, "generation", json_string(report->generation));
	put(object, "language", text_or_null(report->language));
	put(object, "encoding", json_string(report->encoding));
	put(object, "line_end", text_or_null(report->line_end));
	put(object, "final_line_end", json_boolean(report->final_line_end));
	put(object, "delimiter", text_or_null(report->delimiter));
	if (report->rows_cut_off != REPORT_UNKNOWN)
		put(object, "rows_cut_off", json_integer(report->rows_cut_off));
	put(object, "date_order", dates(report));
	put(object, "meeting", meeting(report));
	if (report->contradictions.count > 0)
		put(object, "contradictions", words(&report->contradictions));
	for (size_t i = 0; i < report->participant_count; i++)
		json_array_append_new(people,
				      participant(report, &report->participants[i]));
	put(object, "participants", people);
	return object;
}

static json_t *outcome_object(const struct report_outcome *outcome)
{
	json_t *const object = json_object();
	struct text file = { 0 };

	encoding_repair(outcome->file, strlen(outcome->file), &file);
	put(object, "file", json_string(text_string(&file)));
	text_finish(&file);
	put(object, "ok", json_boolean(outcome->report != NULL));
	if (outcome->report) {
		put(object, "report", report_object(outcome->report));
		return object;
	}
	json_t *const error = json_object();
	struct text message = { 0 };
	encoding_repair(outcome->fault.message, strlen(outcome->fault.message), &message);
	put(error, "code", json_string(outcome->fault.code));
	put(error, "message", json_string(text_string(&message)));
	text_finish(&message);
	put(object, "error", error);
	return object;
}

char *report_outcomes_json(const struct report_outcome *outcomes, size_t count)
{
	json_t *const object = json_object();
	json_t *const files = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(files, outcome_object(&outcomes[i]));
	put(object, "files", files);
	char *const text = json_dumps(object, JSON_INDENT(1));

	assert(text != NULL);
	json_decref(object);
	return text;
}
