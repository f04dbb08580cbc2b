/* SPDX-License-Identifier: MIT */
/*
 * Reading attendance reports is many requests and one delivery: the list of a meeting's
 * reports, then the records of each, page by page.  Nothing is told to the session before
 * all has been read; what breaks off is read again from the beginning, later.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/graph/graph_pages.h"
#include "daemon/decode/guest_match.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/parcel.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "handlers/reports.h"
#include "handlers/transcript.h"

enum { REPORTS_OF_MEETING = 50, STRETCHES = 256, MISSED_AFTER = 7 /* tries */ };

struct report_fetch {
	struct parcel *parcel;
	struct graph_pages *pages; /* what is being read */
	json_t *list;              /* of reports */
	json_t *records;  /* of each report that counts, the list of its records */
	size_t report;    /* which of the list is being read */
	struct text path; /* of the list, behind the base */
	unsigned lines, nameless; /* lines read, and those that name nobody */
};

void report_fetch_destroy(struct report_fetch *fetch)
{
	if (fetch == NULL)
		return;
	fetch->parcel->fetch = NULL;
	json_decref(fetch->list);
	json_decref(fetch->records);
	graph_pages_drop(fetch->pages);
	text_finish(&fetch->path);
	free(fetch);
}

static void fetch_failed(struct report_fetch *fetch, enum reply_class class, int status,
			 int64_t retry_after_ms)
{
	struct parcel *const parcel = fetch->parcel;

	report_fetch_destroy(fetch);
	parcel->delivery.status = (uint32_t)status;
	if (class == REPLY_GIVE_UP)
		parcel_failed(parcel, status);
	else
		parcel_rest(parcel, retry_after_ms);
}

/* -- what was read ------------------------------------------------------------------------- */

/* 0, or -1 for a stretch that cannot be read. */
static int stretch_of(const json_t *interval, struct stretch *stretch)
{
	if (clock_parse(json_text(interval, "joinDateTime"), &stretch->from_ms) < 0 ||
	    clock_parse(json_text(interval, "leaveDateTime"), &stretch->to_ms) < 0 ||
	    stretch->from_ms > stretch->to_ms)
		return -1;
	return 0;
}

static size_t stretches_of(const struct parcel *parcel, const json_t *record,
			   struct stretch stretches[STRETCHES])
{
	const json_t *interval;
	size_t count = 0, i;

	json_array_foreach (json_member(record, "attendanceIntervals"), i, interval) {
		if (count < STRETCHES && stretch_of(interval, &stretches[count]) == 0)
			count++;
		else
			log_warning("reports", "interval_unreadable session=%u place=%u",
				    parcel->delivery.session, parcel->delivery.place);
	}
	return count;
}

/* Where the tenant or the organiser makes attendance anonymous, lines name nobody: making a
 * person of each would make another one at each reading. */
static uint32_t person_of(struct report_fetch *fetch, const json_t *record,
			  struct guest_match *match, const struct stretch *stretches,
			  size_t count)
{
	const struct parcel *const parcel = fetch->parcel;
	const struct identity identity = {
		.name = json_text(record, "identity.displayName"),
		.object_id = json_text(record, "identity.id"),
		.email = json_text(record, "emailAddress"),
	};
	struct outbox *const outbox = parcel->outbox;
	uint32_t person = PERSON_NONE;

	const struct registration_row *const registration =
		webinar_book_registration(outbox->words->book, parcel->delivery.session,
					  json_text(record, "registrationId"));

	if (registration != NULL && registration->person != PERSON_NONE)
		return registration->person;
	if (identity.object_id[0] == '\0' && identity.email[0] == '\0' &&
	    identity.name[0] == '\0') {
		fetch->nameless++;
		return PERSON_NONE;
	}
	if (identity.object_id[0] == '\0' && identity.email[0] == '\0')
		person = guest_find(match, identity.name, stretches, count);
	if (person != PERSON_NONE)
		return person;
	return directory_meet(outbox->words->directory,
			      journal_batch(outbox->turn->journal),
			      parcel->delivery.session, &identity);
}

static void take_stretch(const struct parcel *parcel, uint32_t person,
			 const struct stretch *stretch, struct text *said)
{
	struct event event = event_blank(EVENT_INTERVAL_REPORTED);

	event.session = parcel->delivery.session;
	event.place = parcel->delivery.place;
	event.source = SOURCE_REPORT;
	event.person = person;
	event.interval.from_ms = stretch->from_ms;
	event.interval.to_ms = stretch->to_ms;
	text_addf(said, "%u %lld %lld\n", person, (long long)stretch->from_ms,
		  (long long)stretch->to_ms);
	turn_take(parcel->outbox->turn, &event);
}

static void take_record(struct report_fetch *fetch, const json_t *record,
			struct guest_match *match, struct text *said)
{
	const struct parcel *const parcel = fetch->parcel;
	struct stretch stretches[STRETCHES];
	const size_t count = stretches_of(parcel, record, stretches);
	const uint32_t person = person_of(fetch, record, match, stretches, count);

	fetch->lines++;
	for (size_t i = 0; person != PERSON_NONE && i < count; i++)
		take_stretch(parcel, person, &stretches[i], said);
}

/* A guest is in one report once; the next report is of another call of the meeting. */
static void take_report(struct report_fetch *fetch, const json_t *records,
			struct event *read, struct text *said)
{
	const struct parcel *const parcel = fetch->parcel;
	const struct words_source *const words = parcel->outbox->words;
	struct guest_match match = { .directory = words->directory,
				     .session = sessions_get(words->sessions,
							     parcel->delivery.session),
				     .place = parcel->delivery.place };
	const json_t *record;
	size_t i;

	json_array_foreach (records, i, record) {
		take_record(fetch, record, &match, said);
	}
	read->report.people += (uint32_t)json_array_size(records);
}

/* What only an administrator or the organiser can change is said in words. */
static void complain(const struct report_fetch *fetch)
{
	const struct delivery *const delivery = &fetch->parcel->delivery;
	const struct session *const session =
		sessions_get(fetch->parcel->outbox->words->sessions, delivery->session);

	if (fetch->nameless > 0)
		log_warning(
			"reports",
			"anonymous session=%u place=%u: %u of %u lines name nobody: "
			"the meeting policy of the tenant or the organiser's settings "
			"make attendance anonymous",
			delivery->session, delivery->place, fetch->nameless,
			fetch->lines);
	if (json_array_size(fetch->list) == 0 && session->report_tries > MISSED_AFTER)
		log_warning("reports",
			    "missing session=%u place=%u: an hour after the end there is "
			    "no attendance report: it may be switched off (Teams admin "
			    "centre, meeting policies, attendance report; or the "
			    "meeting's options)",
			    delivery->session, delivery->place);
}

static void take_records(struct report_fetch *fetch)
{
	const struct parcel *const parcel = fetch->parcel;
	struct event event = event_blank(EVENT_REPORT_READ);
	struct text said = { 0 };
	const json_t *records;
	uint8_t digest[32];
	size_t i;

	if (sessions_get(parcel->outbox->words->sessions, parcel->delivery.session) ==
	    NULL)
		return;
	event.session = parcel->delivery.session;
	event.place = parcel->delivery.place;
	event.source = SOURCE_REPORT;
	json_array_foreach (fetch->records, i, records) {
		take_report(fetch, records, &event, &said);
	}
	auth_sha256(text_string(&said), said.length, digest);
	memcpy(&event.report.digest, digest, sizeof(event.report.digest));
	text_finish(&said);
	complain(fetch);
	turn_take(parcel->outbox->turn, &event);
}

/* -- list after list ------------------------------------------------------------------------ */

static void next_report(struct report_fetch *fetch);

static struct graph_reader reader_of(const struct report_fetch *fetch)
{
	const struct outbox *const outbox = fetch->parcel->outbox;

	return (struct graph_reader){ .graph = outbox->graph,
				      .tokens = outbox->tokens[PARTY_GRAPH],
				      .base_url = outbox->config->graph.base_url,
				      .loop = outbox->timer.loop,
				      .speed = outbox_speed(outbox) };
}

static void on_records(void *context, const struct graph_pages_end *end)
{
	struct report_fetch *const fetch = context;

	if (end->class != REPLY_DONE) {
		fetch_failed(fetch, end->class, end->status, end->retry_after_ms);
		return;
	}
	json_array_append(fetch->records, end->items);
	fetch->report++;
	next_report(fetch);
}

/* The next that touches the event; NULL behind the last. */
static const json_t *report_wanted(struct report_fetch *fetch)
{
	const struct parcel *const parcel = fetch->parcel;
	const struct session *const session =
		sessions_get(parcel->outbox->words->sessions, parcel->delivery.session);
	const json_t *report;

	while (fetch->report < REPORTS_OF_MEETING &&
	       (report = json_array_get(fetch->list, fetch->report)) != NULL) {
		struct stretch times = { INT64_MIN, INT64_MAX };

		/* Without times it may well be ours. */
		if (clock_parse(json_text(report, "meetingStartDateTime"),
				&times.from_ms) < 0 ||
		    clock_parse(json_text(report, "meetingEndDateTime"), &times.to_ms) <
			    0 ||
		    session == NULL ||
		    report_touches(session, times.from_ms, times.to_ms))
			return report;
		fetch->report++;
	}
	return NULL;
}

static void next_report(struct report_fetch *fetch)
{
	struct parcel *const parcel = fetch->parcel;
	const json_t *const report = report_wanted(fetch);
	struct text url = { 0 };
	char base[512];

	if (report == NULL) {
		take_records(fetch);
		report_fetch_destroy(fetch);
		parcel_done(parcel, 200, "");
		return;
	}
	const struct graph_reader reader = reader_of(fetch);
	const char *const id = json_text(report, "id");

	text_addf(&url, "%s%s/", parcel_base(parcel, base), text_string(&fetch->path));
	text_add_percent(&url, id, strlen(id));
	text_addf(&url, "/attendanceRecords");
	graph_pages_read(&reader, text_string(&url), NULL, &fetch->pages, on_records,
			 fetch);
	text_finish(&url);
}

static void on_list(void *context, const struct graph_pages_end *end)
{
	struct report_fetch *const fetch = context;

	if (end->class != REPLY_DONE) {
		fetch_failed(fetch, end->class, end->status, end->retry_after_ms);
		return;
	}
	fetch->list = json_incref(end->items);
	next_report(fetch);
}

/* -- which meeting -------------------------------------------------------------------------- */

/* The list was that of the meetings with this link: one or none. */
static void meeting_is_found(struct report_fetch *fetch, const json_t *found)
{
	struct parcel *const parcel = fetch->parcel;
	const struct graph_reader reader = reader_of(fetch);
	const struct place_row row = {
		.session = parcel->delivery.session,
		.place = parcel->delivery.place,
		.meeting_id =
			json_text(json_array_get(json_member(found, "value"), 0), "id"),
	};
	struct text url = { 0 };
	char base[512];

	if (row.meeting_id[0] == '\0') {
		log_warning(
			"reports",
			"no_meeting session=%u place=%u: the organiser has no meeting "
			"with this link: plan the session with --meeting-id",
			row.session, row.place);
		fetch_failed(fetch, REPLY_GIVE_UP, 404, -1);
		return;
	}
	directory_set_place(parcel->outbox->words->directory,
			    journal_batch(parcel->outbox->turn->journal), &row);
	text_clear(&fetch->path);
	text_addf(&fetch->path, "%.*s/", (int)strcspn(parcel->path, "?"), parcel->path);
	text_add_percent(&fetch->path, row.meeting_id, strlen(row.meeting_id));
	text_addf(&fetch->path, "/attendanceReports");
	text_addf(&url, "%s%s", parcel_base(parcel, base), text_string(&fetch->path));
	graph_pages_read(&reader, text_string(&url), NULL, &fetch->pages, on_list, fetch);
	text_finish(&url);
}

void report_fetch_start(struct parcel *parcel, const char *list, size_t bytes)
{
	struct report_fetch *const fetch = memory_zeroed(sizeof(*fetch));
	char fault[JSON_FAULT_BYTES];
	json_t *const first = json_read(list, bytes, fault);

	fetch->parcel = parcel;
	parcel->fetch = fetch;
	fetch->records = json_array();
	text_addf(&fetch->path, "%s", parcel->path);
	const struct graph_reader reader = reader_of(fetch);

	if (first == NULL)
		fetch_failed(fetch, REPLY_RETRY, 200, -1);
	else if (strstr(parcel->path, "?$filter=") != NULL)
		meeting_is_found(fetch, first);
	else
		graph_pages_read(&reader, "", first, &fetch->pages, on_list, fetch);
	json_decref(first);
}
