/* SPDX-License-Identifier: MIT */
#include "rehearsal/graph.h"

#include "rehearsal/stage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Milliseconds told with seven digits, as Graph does. */
static json_t *moment(int64_t at_ms)
{
	char text[40];

	clock_iso(at_ms, text);
	memcpy(text + strlen(text) - 1, "0000Z", 6);
	return json_string(text);
}

/* One call of a meeting, as its report would show it. */
struct report {
	struct exchange *exchange;
	const struct meeting *meeting;
	struct call *call;
};

static bool is_out(const struct stage *stage, const struct call *call)
{
	return call->ended_ms != 0 &&
	       stage_now_ms(stage) >= call->ended_ms + REPORT_DELAY_MS;
}

/* How much of a report is there: with the trouble `reports`, nothing at first, then every
 * other person. */
enum extent { EXTENT_EMPTY, EXTENT_HALF, EXTENT_WHOLE };

static enum extent extent_of(const struct report *report)
{
	const struct stage *const stage = report->exchange->stage;
	const int64_t age_ms = stage_now_ms(stage) - report->call->ended_ms;

	if (!stage->plan.trouble.reports || age_ms >= REPORT_WHOLE_MS)
		return EXTENT_WHOLE;
	return age_ms < REPORT_HALF_MS ? EXTENT_EMPTY : EXTENT_HALF;
}

static bool in_report(const struct report *report, const struct leg *leg)
{
	const enum extent extent = extent_of(report);

	return !report->exchange->stage->world.people[leg->person].relay &&
	       extent != EXTENT_EMPTY && (extent == EXTENT_WHOLE || leg->person % 2 == 0);
}

/* What has been read to its end counts when it was all there. */
static void note_read(const struct report *report)
{
	report->call->reads += extent_of(report) == EXTENT_WHOLE;
}

/* A record is a person; the first leg of each stands for it. */
static bool is_first_leg(const struct call *call, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (call->legs[i].person == call->legs[index].person)
			return false;
	}
	return true;
}

static json_t *intervals_of(const struct call *call, uint32_t person, int64_t *total_s)
{
	json_t *const intervals = json_array();

	*total_s = 0;
	for (size_t i = 0; i < call->legs_count; i++) {
		const struct leg *const leg = &call->legs[i];
		const int64_t seconds = (leg->to_ms - leg->from_ms) / 1000;

		if (leg->person != person)
			continue;
		assert(leg->to_ms >= leg->from_ms);
		*total_s += seconds;
		json_array_append_new(intervals,
				      json_pack("{s:o,s:o,s:I}", "joinDateTime",
						moment(leg->from_ms), "leaveDateTime",
						moment(leg->to_ms), "durationInSeconds",
						(json_int_t)seconds));
	}
	return intervals;
}

static const char *role_of(const struct report *report, const struct person *person)
{
	if (strcmp(person->object_id, report->meeting->organiser_id) == 0 &&
	    person->object_id[0] != '\0')
		return "Organizer";
	return person->part == PART_PARTICIPANT ? "Attendee" : "Presenter";
}

static const char *or_null(const char *string)
{
	return string[0] != '\0' ? string : NULL;
}

static json_t *record_json(const struct report *report, uint32_t number)
{
	const struct stage *const stage = report->exchange->stage;
	const struct person *const person = &stage->world.people[number];
	int64_t total_s;
	json_t *const intervals = intervals_of(report->call, number, &total_s);

	return json_pack("{s:s?,s:I,s:s,s:{s:s?,s:s,s:s?},s:o}", "emailAddress",
			 or_null(person->email), "totalAttendanceInSeconds",
			 (json_int_t)total_s, "role", role_of(report, person), "identity",
			 "id", or_null(person->object_id), "displayName", person->name,
			 "tenantId", person->guest ? NULL : stage->plan.tenant_id,
			 "attendanceIntervals", intervals);
}

/* Appends the records from an offset on; returns the offset of what is left, 0:
 * nothing. */
static size_t add_records(const struct report *report, json_t *records, size_t from,
			  size_t most)
{
	const struct call *const call = report->call;

	for (size_t i = from; i < call->legs_count; i++) {
		if (!in_report(report, &call->legs[i]) || !is_first_leg(call, i))
			continue;
		if (json_array_size(records) == most)
			return i;
		json_array_append_new(records, record_json(report, call->legs[i].person));
	}
	return 0;
}

static size_t people_in(const struct report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->call->legs_count; i++)
		count += in_report(report, &report->call->legs[i]) &&
			 is_first_leg(report->call, i);
	return count;
}

static json_t *report_json(const struct report *report)
{
	return json_pack("{s:s,s:I,s:o,s:o,s:[]}", "id", report->call->id,
			 "totalParticipantCount", (json_int_t)people_in(report),
			 "meetingStartDateTime", moment(report->call->started_ms),
			 "meetingEndDateTime", moment(report->call->ended_ms),
			 "attendanceRecords");
}

/* Pages are as long as the service likes. */
static size_t page_of(const struct exchange *exchange, size_t usual)
{
	return exchange->stage->plan.trouble.reports ? PAGE_OF_TROUBLE : usual;
}

static void reports_path(const struct exchange *exchange, struct text *path)
{
	text_addf(path, "users/%s/onlineMeetings/", exchange->parts[1]);
	text_add_percent(path, exchange->parts[3], strlen(exchange->parts[3]));
	text_addf(path, "/attendanceReports");
}

/* The latest first. */
void graph_reports(struct exchange *exchange)
{
	const uint32_t number = graph_meeting_named(exchange);

	if (number == NOWHERE)
		return;
	struct meeting *const meeting = &exchange->stage->world.meetings[number];
	json_t *const list = json_array();
	json_t *const page = json_pack("{s:o}", "value", list);
	const size_t most = page_of(exchange, REPORTS_PER_PAGE);
	size_t at = graph_offset(exchange);
	for (; at < meeting->calls_count && json_array_size(list) < most; at++) {
		const struct report report = {
			exchange, meeting, &meeting->calls[meeting->calls_count - 1 - at]
		};

		if (is_out(exchange->stage, report.call))
			json_array_append_new(list, report_json(&report));
	}
	if (at < meeting->calls_count) {
		struct text path = { 0 };

		reports_path(exchange, &path);
		graph_next_link(exchange, page, text_string(&path), at);
		text_finish(&path);
	}
	answer_json(exchange->stage, &exchange->back, 200, page);
}

/* The report of parts[5]; false after having answered 404. */
static bool report_named(struct exchange *exchange, struct report *report)
{
	const uint32_t number = graph_meeting_named(exchange);

	if (number == NOWHERE)
		return false;
	struct meeting *const meeting = &exchange->stage->world.meetings[number];
	for (size_t i = 0; i < meeting->calls_count; i++) {
		struct call *const call = &meeting->calls[i];

		if (is_out(exchange->stage, call) &&
		    strcmp(call->id, exchange->parts[5]) == 0) {
			*report = (struct report){ exchange, meeting, call };
			return true;
		}
	}
	answer_graph_error(exchange, 404, "NotFound", "Report not found.");
	return false;
}

void graph_report(struct exchange *exchange)
{
	struct report report;
	struct text expand = { 0 };

	if (!report_named(exchange, &report))
		return;
	json_t *const body = report_json(&report);
	if (query_read(exchange->query, "$expand", &expand) &&
	    strstr(text_string(&expand), "attendanceRecords") != NULL) {
		add_records(&report, json_object_get(body, "attendanceRecords"), 0,
			    SIZE_MAX);
		note_read(&report);
	}
	text_finish(&expand);
	answer_json(exchange->stage, &exchange->back, 200, body);
}

void graph_records(struct exchange *exchange)
{
	struct report report;
	struct text path = { 0 };
	json_t *const records = json_array();
	json_t *const page = json_pack("{s:o}", "value", records);

	if (!report_named(exchange, &report)) {
		json_decref(page);
		return;
	}
	const size_t left = add_records(&report, records, graph_offset(exchange),
					page_of(exchange, RECORDS_PER_PAGE));
	reports_path(exchange, &path);
	text_addf(&path, "/%s/attendanceRecords", report.call->id);
	if (left > 0)
		graph_next_link(exchange, page, text_string(&path), left);
	else
		note_read(&report);
	text_finish(&path);
	answer_json(exchange->stage, &exchange->back, 200, page);
}
