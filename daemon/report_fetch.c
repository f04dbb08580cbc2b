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
#include "daemon/guest_match.h"
#include "daemon/json.h"
#include "daemon/parcel.h"
#include "daemon/sessions.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/hosts.h"
#include "daemon/wire/token.h"
#include "handlers/transcript.h"

enum { REPORTS_OF_MEETING = 50, PAGES_OF_REPORT = 200, STRETCHES = 256 };

struct report_fetch {
	struct parcel *parcel;
	json_t *list;    /* the reply to the first request */
	json_t *records; /* of each report, the list of its records */
	size_t report;   /* which of the list is being read */
	unsigned pages;
	struct text url;
};

void report_fetch_destroy(struct report_fetch *fetch)
{
	if (fetch == NULL)
		return;
	fetch->parcel->fetch = NULL;
	json_decref(fetch->list);
	json_decref(fetch->records);
	text_finish(&fetch->url);
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

static uint32_t person_of(const struct parcel *parcel, const json_t *record,
			  struct guest_match *match, const struct stretch *stretches,
			  size_t count)
{
	const struct identity identity = {
		.name = json_text(record, "identity.displayName"),
		.object_id = json_text(record, "identity.id"),
		.email = json_text(record, "emailAddress"),
	};
	struct outbox *const outbox = parcel->outbox;
	uint32_t person = PERSON_NONE;

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

static void take_record(const struct parcel *parcel, const json_t *record,
			struct guest_match *match, struct text *said)
{
	struct stretch stretches[STRETCHES];
	const size_t count = stretches_of(parcel, record, stretches);
	const uint32_t person = person_of(parcel, record, match, stretches, count);

	for (size_t i = 0; person != PERSON_NONE && i < count; i++)
		take_stretch(parcel, person, &stretches[i], said);
}

/* A guest is in one report once; the next report is of another call of the meeting. */
static void take_report(const struct parcel *parcel, const json_t *records,
			struct event *read, struct text *said)
{
	const struct words_source *const words = parcel->outbox->words;
	struct guest_match match = { .directory = words->directory,
				     .session = sessions_get(words->sessions,
							     parcel->delivery.session),
				     .place = parcel->delivery.place };
	const json_t *record;
	size_t i;

	json_array_foreach (records, i, record) {
		take_record(parcel, record, &match, said);
	}
	read->report.people += (uint32_t)json_array_size(records);
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
		take_report(parcel, records, &event, &said);
	}
	auth_sha256(text_string(&said), said.length, digest);
	memcpy(&event.report.digest, digest, sizeof(event.report.digest));
	text_finish(&said);
	turn_take(parcel->outbox->turn, &event);
}

/* -- page after page ------------------------------------------------------------------------ */

static void next_report(struct report_fetch *fetch);
static void ask(struct report_fetch *fetch);

/* nextLink is a complete URL of the sender's choice: only our own Graph gets the token.
 * 1: there is a next page; 0: that was the last; -1: the rest is not to be had. */
static int follow(struct report_fetch *fetch, const char *link)
{
	if (link == NULL)
		return 0;
	if (!parcel_may_go(fetch->parcel, link) || ++fetch->pages >= PAGES_OF_REPORT) {
		log_warning("reports", "pages_endless_or_foreign session=%u place=%u",
			    fetch->parcel->delivery.session,
			    fetch->parcel->delivery.place);
		return -1;
	}
	text_clear(&fetch->url);
	text_addf(&fetch->url, "%s", link);
	return 1;
}

static void take_page(struct report_fetch *fetch, const struct client_reply *reply)
{
	char fault[JSON_FAULT_BYTES];
	json_t *const page = json_read(reply->body, reply->body_bytes, fault);
	json_t *const read = json_array_get(fetch->records, fetch->report);
	const json_t *const records = json_member(page, "value");

	if (!json_is_array(records)) {
		json_decref(page);
		fetch_failed(fetch, REPLY_RETRY, reply->status, -1);
		return;
	}
	json_array_extend(read, (json_t *)records);
	const int more =
		follow(fetch, json_string_value(json_member(page, "@odata.nextLink")));

	json_decref(page);
	if (more < 0) {
		/* Half a report would be taken for a whole one. */
		fetch_failed(fetch, REPLY_GIVE_UP, reply->status, -1);
	} else if (more > 0) {
		ask(fetch);
	} else {
		fetch->report++;
		next_report(fetch);
	}
}

static void on_page(void *context, const struct client_reply *reply)
{
	struct report_fetch *const fetch = context;
	char code[REPLY_CODE_BYTES];
	const enum reply_class class =
		reply_judge(PARTY_GRAPH, reply->status, reply->error, reply->body,
			    reply->body_bytes, code);

	if (class == REPLY_DONE) {
		take_page(fetch, reply);
		return;
	}
	if (class == REPLY_FRESH_TOKEN)
		token_challenge(fetch->parcel->outbox->tokens[PARTY_GRAPH],
				reply->challenge);
	fetch_failed(fetch, class, reply->status, reply->retry_after_ms);
}

static void on_token(void *context, int error, const char *token)
{
	struct report_fetch *const fetch = context;
	struct text header = { 0 };

	if (error != 0) {
		fetch_failed(fetch, REPLY_RETRY, 0, -1);
		return;
	}
	text_addf(&header, "Authorization: Bearer %s", token);
	const struct client_request request = {
		.method = "GET",
		.url = text_string(&fetch->url),
		.headers = { text_string(&header),
			     "Prefer: include-unknown-enum-members" },
	};
	client_send(fetch->parcel->outbox->client, &request, on_page, fetch);
	text_finish(&header);
}

static void ask(struct report_fetch *fetch)
{
	token_take(fetch->parcel->outbox->tokens[PARTY_GRAPH], on_token, fetch);
}

static void next_report(struct report_fetch *fetch)
{
	struct parcel *const parcel = fetch->parcel;
	const json_t *const report =
		json_array_get(json_member(fetch->list, "value"), fetch->report);
	char base[512];

	if (report == NULL || fetch->report >= REPORTS_OF_MEETING) {
		take_records(fetch);
		report_fetch_destroy(fetch);
		parcel_done(parcel, 200, "");
		return;
	}
	const char *const id = json_text(report, "id");

	fetch->pages = 0;
	json_array_append_new(fetch->records, json_array());
	text_clear(&fetch->url);
	text_addf(&fetch->url, "%s%s/", parcel_base(parcel, base), parcel->path);
	text_add_percent(&fetch->url, id, strlen(id));
	text_addf(&fetch->url, "/attendanceRecords");
	ask(fetch);
}

void report_fetch_start(struct parcel *parcel, const char *list, size_t bytes)
{
	struct report_fetch *const fetch = memory_zeroed(sizeof(*fetch));
	char fault[JSON_FAULT_BYTES];

	fetch->parcel = parcel;
	parcel->fetch = fetch;
	fetch->list = json_read(list, bytes, fault);
	fetch->records = json_array();
	if (!json_is_array(json_member(fetch->list, "value")))
		fetch_failed(fetch, REPLY_RETRY, 200, -1);
	else
		next_report(fetch);
}
