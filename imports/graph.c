/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "imports/readers.h"

static const char *text_of(json_t *object, const char *key, struct pool *pool)
{
	json_t *const value = json_object_get(object, key);

	if (!json_is_string(value))
		return "";
	return pool_string(pool, json_string_value(value), json_string_length(value));
}

static int64_t number_of(json_t *object, const char *key)
{
	json_t *const value = json_object_get(object, key);

	return json_is_integer(value) && json_integer_value(value) >= 0
		       ? json_integer_value(value)
		       : REPORT_UNKNOWN;
}

static int refuse(struct report_fault *fault, const char *code, const char *message)
{
	fault->code = code;
	snprintf(fault->message, sizeof(fault->message), "%s", message);
	return -EINVAL;
}

static bool is_record(json_t *value)
{
	return json_is_object(value) &&
	       json_object_get(value, "attendanceIntervals") != NULL;
}

/* The records of a report, of a list of one report, or of a list of records. */
static json_t *find_records(json_t *root, json_t **report)
{
	json_t *const value = json_is_array(root) ? root : json_object_get(root, "value");
	json_t *const records = json_object_get(root, "attendanceRecords");

	*report = root;
	if (json_is_array(records))
		return records;
	if (!json_is_array(value))
		return NULL;
	if (is_record(json_array_get(value, 0)))
		return value;
	if (json_array_size(value) != 1)
		return NULL;
	*report = json_array_get(value, 0);
	json_t *const nested = json_object_get(*report, "attendanceRecords");
	return json_is_array(nested) ? nested : NULL;
}

static bool is_list_of_objects(json_t *list)
{
	json_t *item;
	size_t index;

	json_array_foreach (list, index, item) {
		if (!json_is_object(item))
			return false;
	}
	return list == NULL || json_is_null(list) || json_is_array(list);
}

/* Without any of these there is nobody to tell of. */
static bool tells_of_somebody(json_t *record)
{
	return json_is_object(json_object_get(record, "identity")) ||
	       json_is_string(json_object_get(record, "emailAddress")) ||
	       json_array_size(json_object_get(record, "attendanceIntervals")) > 0;
}

static int check_records(json_t *records, struct report_fault *fault)
{
	json_t *record;
	size_t index;

	json_array_foreach (records, index, record) {
		const char *wrong = NULL;

		if (!json_is_object(record) || !tells_of_somebody(record))
			wrong = "tells of nobody";
		if (!is_list_of_objects(json_object_get(record, "attendanceIntervals")))
			wrong = "has attendanceIntervals that are no list of intervals";
		if (wrong == NULL)
			continue;
		fault->code = "broken-records";
		snprintf(fault->message, sizeof(fault->message),
			 "attendance record %zu %s: ask Graph for the report again",
			 index + 1, wrong);
		return -EINVAL;
	}
	return 0;
}

static void add_interval(json_t *interval, uint32_t owner, struct sheet *sheet)
{
	struct sheet_row *const visit = sheet_add(&sheet->visits);

	visit->owner = owner;
	visit->stated = number_of(interval, "durationInSeconds");
	sheet_time(visit, text_of(interval, "joinDateTime", sheet->pool), &visit->join);
	sheet_time(visit, text_of(interval, "leaveDateTime", sheet->pool), &visit->leave);
}

static void add_record(json_t *record, struct sheet *sheet)
{
	json_t *identity = json_object_get(record, "identity");
	json_t *const user = json_object_get(identity, "user");
	const uint32_t owner = (uint32_t)sheet->people.count;
	struct sheet_row *const person = sheet_add(&sheet->people);
	json_t *interval;
	size_t index;

	if (json_is_object(user))
		identity = user;
	person->name = text_of(identity, "displayName", sheet->pool);
	person->object_id = text_of(identity, "id", sheet->pool);
	person->email = text_of(record, "emailAddress", sheet->pool);
	person->role = sheet_role(text_of(record, "role", sheet->pool), &sheet->tally);
	person->stated = number_of(record, "totalAttendanceInSeconds");
	json_array_foreach (json_object_get(record, "attendanceIntervals"), index,
			    interval)
		add_interval(interval, owner, sheet);
}

static int read_root(json_t *root, struct sheet *sheet, struct report_fault *fault)
{
	json_t *report, *record;
	json_t *const records = find_records(root, &report);
	struct sheet_row ignored = { 0 };
	size_t index;

	if (records == NULL) {
		if (json_object_get(root, "Workload") ||
		    json_object_get(root, "AuditData"))
			return refuse(fault, "audit-log",
				      "this looks like an audit log of the admin centre, "
				      "not an "
				      "attendance report");
		if (json_object_get(root, "totalParticipantCount"))
			return refuse(
				fault, "not-attendance",
				"this is a Graph attendance report without its records: "
				"ask for it with $expand=attendanceRecords");
		return refuse(fault, "not-attendance",
			      "this is JSON, but not one Graph attendance report with "
			      "attendanceRecords");
	}
	if (check_records(records, fault) < 0)
		return -EINVAL;
	sheet->tally.counts[LANGUAGE_EN]++;
	sheet->stated_participants = number_of(report, "totalParticipantCount");
	sheet_time(&ignored, text_of(report, "meetingStartDateTime", sheet->pool),
		   &sheet->start);
	sheet_time(&ignored, text_of(report, "meetingEndDateTime", sheet->pool),
		   &sheet->end);
	json_array_foreach (records, index, record)
		add_record(record, sheet);
	return 0;
}

int graph_read(const char *text, size_t length, struct sheet *sheet,
	       struct report_fault *fault)
{
	json_error_t error;
	json_t *const root = json_loadb(text, length, JSON_ALLOW_NUL, &error);

	if (root == NULL) {
		fault->code = "broken-json";
		snprintf(fault->message, sizeof(fault->message),
			 "this begins like JSON but cannot be read (line %d): download "
			 "it again",
			 error.line);
		return -EINVAL;
	}
	sheet->means = ROW_IS_PERSON;
	sheet->has_visits = true;
	sheet->utc = true;
	sheet->generation =
		"Graph meetingAttendanceReport with $expand=attendanceRecords";
	const int rc = read_root(root, sheet, fault);
	json_decref(root);
	return rc;
}
