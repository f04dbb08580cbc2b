/* SPDX-License-Identifier: MIT */
#include "handlers/reports.h"

#include <assert.h>

#include "handlers/answer.h"
#include "handlers/hearing.h"
#include "handlers/meeting.h"
#include "handlers/register.h"

enum { REPORT_EDGE_MS = 3 * 3600 * 1000, SEEN_MS = 5 * 60 * 1000 };

static const int64_t minute_ms = 60 * 1000, hour_ms = 3600 * 1000, day_ms = 86400 * 1000;

/* When try number `tries` (from 0) is made; the one after the last is the closing. */
static int64_t try_ms(const struct session *session, uint32_t tries)
{
	static const uint8_t minutes[] = { 1, 2, 5, 10, 20, 40 };

	assert(tries <= REPORT_TRIES);
	if (tries < 6)
		return session->reports_from_ms + minutes[tries] * minute_ms;
	const int64_t hours_from = session->reports_from_ms + 40 * minute_ms;
	if (tries < 6 + 24)
		return hours_from + (tries - 5) * hour_ms;
	return hours_from + (tries - 6 - 24 + 2) * day_ms;
}

void reports_start(struct session *session)
{
	for (uint32_t i = 0; i < PLACES_MAX; i++) {
		session->place[i].report_reads = 0;
		session->place[i].report_agrees = 0;
		session->place[i].report_again = 0;
	}
	session->reports_from_ms = session->now_ms;
	session->report_tries = 0;
	session->next_report_ms = try_ms(session, 0);
}

void reports_stop(struct session *session)
{
	session->next_report_ms = 0;
	session->report_tries = 0;
}

static bool has_reports(const struct session *session, uint32_t place)
{
	return place == PLACE_MAIN || session->place[place].started_ms != 0 ||
	       session->place[place].state == PLACE_READY;
}

static void session_closes(struct session *session, struct effects *effects)
{
	session_move(session, SESSION_CLOSED);
	session->next_report_ms = 0;
	register_write(session, effects);
	record_session(session, effects);
}

static void report_ask(struct session *session, struct effects *effects, uint16_t place)
{
	struct effect effect = effect_blank(DELIVER_REPORT_FETCH);

	effect.place = place;
	effect_add(effects, &effect);
	if (session->place[place].report_asked < UINT16_MAX)
		session->place[place].report_asked++;
}

/* A change says nothing of what it was: one fetch that begins after the last is enough. */
void reports_changed(struct session *session, const struct event *event,
		     struct effects *effects)
{
	struct place *const place = place_use(session, event, effects);

	if (!place || session->state != SESSION_OVER)
		return;
	if (place->report_asked)
		place->report_again = 1;
	else
		report_ask(session, effects, event->place);
}

static void fetch_is_over(struct session *session, struct effects *effects,
			  uint16_t number)
{
	struct place *const place = &session->place[number];

	if (place->report_asked)
		place->report_asked--;
	if (place->report_asked || !place->report_again)
		return;
	place->report_again = 0;
	if (session->state == SESSION_OVER)
		report_ask(session, effects, number);
}

void reports_failed(struct session *session, const struct event *event,
		    struct effects *effects)
{
	if (event->place < PLACES_MAX)
		fetch_is_over(session, effects, event->place);
}

void reports_due(struct session *session, const struct event *event,
		 struct effects *effects, int64_t moment)
{
	(void)event;
	(void)moment;
	if (session->report_tries == REPORT_TRIES) {
		session_closes(session, effects);
		return;
	}
	for (uint32_t i = 0; i < session->places; i++) {
		if (!has_reports(session, i) || session->place[i].report_agrees)
			continue;
		report_ask(session, effects, (uint16_t)i);
	}
	do {
		session->report_tries++;
		session->next_report_ms = try_ms(session, session->report_tries);
	} while (session->report_tries < REPORT_TRIES &&
		 session->next_report_ms <= session->now_ms);
}

static bool is_long(const struct span *span)
{
	return span->from_ms != UNKNOWN_START && span->to_ms != OPEN_END &&
	       span->to_ms - span->from_ms >= SEEN_MS;
}

/* Seen by Teams itself: of people on other platforms its reports know nothing.  *longer:
 * how many of them were there long enough to be in any report. */
static uint32_t seen_live(const struct session *session, uint32_t place, uint32_t *longer)
{
	uint64_t seen[PEOPLE_MAX / 64] = { 0 };
	uint32_t spans = 0;

	*longer = 0;
	for (uint32_t i = 0; i < session->spans; i++) {
		const struct span *const span = &session->span[i];
		const uint64_t bit = UINT64_C(1) << span->person % 64;

		if (span->place != place ||
		    (span->source != SOURCE_BOT && span->source != SOURCE_GRAPH))
			continue;
		spans++;
		if (!is_long(span) || seen[span->person / 64] & bit)
			continue;
		seen[span->person / 64] |= bit;
		++*longer;
	}
	return spans;
}

/* It is not there yet, or not all of it; after a day what is there has to do. */
static bool is_missing(const struct session *session, uint16_t place, uint32_t people)
{
	uint32_t longer;
	const uint32_t spans = seen_live(session, place, &longer);

	/* Where nobody was heard it may be on its way: believed late. */
	if (people == 0)
		return spans > 0 || (gaps_uncovered(session, place) &&
				     session->place[place].report_reads < EMPTY_READS);
	return people < longer && session->report_tries < 6 + 24;
}

static bool all_agree(const struct session *session)
{
	for (uint32_t i = 0; i < session->places; i++) {
		if (has_reports(session, i) && !session->place[i].report_agrees)
			return false;
	}
	return true;
}

static void read_is_noted(struct session *session, struct place *place,
			  const struct event *event, struct effects *effects)
{
	const bool same =
		place->report_reads > 0 && place->report_digest == event->report.digest;
	const bool missing = is_missing(session, event->place, event->report.people);

	if (place->report_reads < UINT16_MAX)
		place->report_reads++;
	place->report_digest = event->report.digest;
	place->report_agrees = event->report.final != 0 || (same && !missing);
	if (place->report_agrees)
		gaps_cover(session, effects, event->place);
}

/* A file that names no meeting covers those it has lines of. */
static void file_is_noted(struct session *session, struct effects *effects)
{
	for (uint32_t i = 0; i < session->spans; i++) {
		const struct span *const span = &session->span[i];
		if (span->source == SOURCE_IMPORT && span->place < PLACES_MAX)
			gaps_cover(session, effects, span->place);
	}
}

void reports_read(struct session *session, const struct event *event,
		  struct effects *effects)
{
	if (event->place != PLACE_NONE) {
		struct place *const place = place_use(session, event, effects);
		if (!place)
			return;
		read_is_noted(session, place, event, effects);
		if (event->source == SOURCE_REPORT)
			fetch_is_over(session, effects, event->place);
	} else if (event->report.final) {
		file_is_noted(session, effects);
	}
	if (session->state == SESSION_OVER && all_agree(session))
		session_closes(session, effects);
	else if (session->state == SESSION_CLOSED ||
		 (session->state == SESSION_OVER && event->report.final))
		register_write(session, effects);
}

bool report_touches(const struct session *session, int64_t from_ms, int64_t to_ms)
{
	const int64_t seen_ms = session->place[PLACE_MAIN].started_ms;
	int64_t first_ms = session->starts_ms;

	if (seen_ms != 0 && seen_ms < first_ms)
		first_ms = seen_ms;
	const int64_t last_ms = session->ended_ms ? session->ended_ms : session->now_ms;

	return to_ms >= first_ms - REPORT_EDGE_MS &&
	       from_ms <= (last_ms > first_ms ? last_ms : first_ms) + REPORT_EDGE_MS;
}
