/* SPDX-License-Identifier: MIT */
#include "imports/people.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "imports/identity.h"
#include "imports/names.h"
#include "imports/unicode.h"
#include "imports/visits.h"

/* Rows of one owner stand together: items[starts[p]] up to items[starts[p + 1]]. */
struct grouped {
	const struct sheet_row **items;
	size_t *starts;
};

struct work {
	struct sheet *sheet;
	const struct order_choice *choice;
	struct pool *pool;
	struct report *report;
	struct identities identities;
	struct grouped people, visits;
};

static void group(const struct sheet_rows *rows, const uint32_t *owners, uint32_t persons,
		  struct grouped *grouped)
{
	grouped->items = memory_zeroed((rows->count + 1) * sizeof(void *));
	grouped->starts = memory_zeroed(((size_t)persons + 2) * sizeof(*grouped->starts));
	size_t *const ends = grouped->starts + 1;

	for (size_t i = 0; i < rows->count; i++) {
		if (owners[i] != MAP_ABSENT)
			ends[owners[i] + 1]++;
	}
	for (uint32_t person = 0; person < persons; person++)
		ends[person + 1] += ends[person];
	for (size_t i = 0; i < rows->count; i++) {
		if (owners[i] != MAP_ABSENT)
			grouped->items[ends[owners[i]]++] = &rows->items[i];
	}
}

static void add_word(struct report_words *words, const char *text, struct pool *pool)
{
	const char **const more = pool_take(pool, (words->count + 1) * sizeof(*more));

	if (words->count > 0)
		memcpy(more, words->items, words->count * sizeof(*more));
	more[words->count++] = text;
	words->items = more;
}

void report_contradict(struct report *report, struct pool *pool, const char *text)
{
	add_word(&report->contradictions, text, pool);
}

static bool has_word(const struct report_words *words, const char *text)
{
	for (size_t i = 0; i < words->count; i++) {
		if (strcmp(words->items[i], text) == 0)
			return true;
	}
	return false;
}

static const char *keep(const char *string, struct pool *pool)
{
	return pool_string(pool, string, strlen(string));
}

static void take_name(struct work *work, const struct sheet_row *row,
		      struct report_participant *person)
{
	enum { OTHER_NAMES_MAX = 32 };
	unsigned marks;
	const char *const name = name_clean(row->name, &marks, work->pool);

	person->marks |= marks;
	if (person->name == NULL) {
		person->name = name;
		person->name_raw = keep(row->name, work->pool);
	} else if (strcmp(row->name, person->name_raw) != 0 &&
		   person->other_names.count < OTHER_NAMES_MAX &&
		   !has_word(&person->other_names, row->name)) {
		add_word(&person->other_names, keep(row->name, work->pool), work->pool);
	}
}

static void take_addresses(struct work *work, const struct sheet_row *row,
			   struct report_participant *person, struct visits *visits)
{
	const char *const email = address_trim(row->email, work->pool);
	const char *const upn = address_trim(row->upn, work->pool);
	const char *const registration = address_trim(row->registration, work->pool);

	if (address_is_valid(email)) {
		if (person->email == NULL)
			person->email = email;
	} else if (*email && strspn(email, "-") != strlen(email)) {
		visits->anomalies |= 1u << ANOMALY_EMAIL;
	}
	if (person->upn == NULL && strchr(upn, '@'))
		person->upn = upn;
	if (person->registration_email == NULL && address_is_valid(registration))
		person->registration_email = registration;
	if (person->object_id == NULL && *row->object_id)
		person->object_id = keep(row->object_id, work->pool);
	if (person->role == REPORT_NO_ROLE)
		person->role = row->role;
}

static void take_stated(const struct sheet_row *row, struct report_participant *person)
{
	if (row->stated == REPORT_UNKNOWN)
		return;
	person->stated_seconds =
		(person->stated_seconds == REPORT_UNKNOWN ? 0 : person->stated_seconds) +
		row->stated;
	person->stated_to_minute |= row->to_minute;
}

/* Visits listed for a person are better than first join and last leave. */
static void take_times(struct work *work, uint32_t index, struct visits *visits)
{
	const struct grouped *const rows = &work->people, *const listed = &work->visits;
	const size_t first = rows->starts[index], end = rows->starts[index + 1];
	const size_t first_visit = listed->starts[index],
		     end_visit = listed->starts[index + 1];
	const enum order order = work->choice->order;

	if (work->sheet->means == ROW_IS_EVENT) {
		visits_add_events(visits, rows->items + first, end - first, order);
		return;
	}
	for (size_t i = first_visit; i < end_visit; i++)
		visits_add_row(visits, listed->items[i], order, false);
	if (first_visit < end_visit)
		return;
	for (size_t i = first; i < end; i++)
		visits_add_row(visits, rows->items[i], order,
			       work->sheet->means == ROW_IS_PERSON);
}

/* With visits listed, their sum must be what the person's row states. */
static void compare_with_stated(struct work *work, uint32_t index,
				const struct report_participant *person,
				struct visits *visits)
{
	const size_t listed = work->visits.starts[index + 1] - work->visits.starts[index];
	const int64_t slack = (int64_t)listed + person->rows;

	if (listed == 0 || visits->count != listed ||
	    person->stated_seconds == REPORT_UNKNOWN)
		return;
	if (llabs(visits->counted - person->stated_seconds) > slack)
		visits->anomalies |= 1u << ANOMALY_MISFIT;
}

static void conclude(struct work *work, struct visits *visits,
		     struct report_participant *person)
{
	const bool only_stated = visits->gaps_unknown && person->stated_seconds >= 0;

	visits_sort(visits);
	if (visits->count > 0 && !only_stated) {
		person->interval_count = visits->count;
		person->intervals =
			pool_take(work->pool, visits->count * sizeof(*person->intervals));
		memcpy(person->intervals, visits->items,
		       visits->count * sizeof(*person->intervals));
		person->basis = REPORT_INTERVALS;
		person->attended_seconds = visits_attended(visits, REPORT_NEVER);
	} else if (person->stated_seconds > 0) {
		person->basis = REPORT_STATED;
		person->attended_seconds = person->stated_seconds;
		visits->count = 0;
	} else if (visits->open_since != REPORT_NEVER) {
		person->basis = REPORT_OPEN;
	}
	person->open_since = visits->open_since;
	person->first_seen = visits->first_seen;
	person->last_seen = visits->last_seen;
	for (int i = 0; i < ANOMALIES; i++) {
		if (visits->anomalies & 1u << i)
			add_word(&person->anomalies, anomaly_text((enum anomaly)i),
				 work->pool);
	}
}

/* The end of the meeting may only be known once everybody has been read. */
static void estimate_open(const struct report *report, struct report_participant *person)
{
	struct visits visits = { .items = person->intervals,
				 .count = person->interval_count,
				 .open_since = person->open_since };

	if (person->open_since == REPORT_NEVER || report->meeting.end == REPORT_NEVER)
		return;
	person->attended_if_open =
		visits_attended(&visits, report->meeting.end > person->open_since
						 ? report->meeting.end
						 : REPORT_NEVER);
}

static void make_person(struct work *work, uint32_t index)
{
	struct report_participant *const person = &work->report->participants[index];
	const struct grouped *const rows = &work->people;
	struct visits visits;

	*person = (struct report_participant){ .stated_seconds = REPORT_UNKNOWN,
					       .open_since = REPORT_NEVER,
					       .attended_if_open = REPORT_UNKNOWN };
	visits_init(&visits);
	for (size_t i = rows->starts[index]; i < rows->starts[index + 1]; i++) {
		take_name(work, rows->items[i], person);
		take_addresses(work, rows->items[i], person, &visits);
		take_stated(rows->items[i], person);
		person->rows++;
	}
	assert(person->name != NULL);
	take_times(work, index, &visits);
	compare_with_stated(work, index, person, &visits);
	conclude(work, &visits, person);
	visits_finish(&visits);
}

/* Start and end from the people, where the file states neither. */
static void make_meeting(struct work *work)
{
	struct report *const report = work->report;
	const enum kind kind = work->sheet->kind;

	if (report->meeting.start != REPORT_NEVER || report->meeting.end != REPORT_NEVER)
		return;
	for (size_t i = 0; i < report->participant_count; i++) {
		const struct report_participant *const person = &report->participants[i];

		if (person->first_seen == REPORT_NEVER)
			continue;
		if (report->meeting.start == REPORT_NEVER ||
		    person->first_seen < report->meeting.start)
			report->meeting.start = person->first_seen;
		if (report->meeting.end == REPORT_NEVER ||
		    person->last_seen > report->meeting.end)
			report->meeting.end = person->last_seen;
	}
	report->meeting.basis =
		kind == KIND_LIST ? "first and last event; the file states neither"
		: kind == KIND_LIVE
			? "first and last event; the file states neither and holds "
			  "visits on earlier days"
			: "first join and last leave; the file states neither";
}

static void review(struct report_participant *person, const char *reason,
		   struct pool *pool)
{
	person->needs_review =
		person->needs_review
			? pool_format(pool, "%s; %s", person->needs_review, reason)
			: reason;
}

/* Entries that look alike, and rows of one name that may be two people. */
static void find_doubts(struct work *work)
{
	struct report *const report = work->report;
	struct map first = { 0 };
	const bool one_row_each = work->sheet->kind == KIND_REPORT2021 ||
				  work->sheet->means == ROW_IS_PERSON;

	for (uint32_t i = 0; i < report->participant_count; i++) {
		struct report_participant *const person = &report->participants[i];
		const char *const likeness = name_likeness(person->name_raw, work->pool);
		static const char alike[] = "another entry differs only in spaces, case, "
					    "marks or address: may be "
					    "the same person";

		if (*likeness) {
			const uint32_t other = lookup_find(&first, likeness);

			if (other == MAP_ABSENT) {
				lookup_put(&first, likeness, i);
			} else {
				review(person, alike, work->pool);
				if (report->participants[other].needs_review == NULL ||
				    !strstr(report->participants[other].needs_review,
					    alike))
					review(&report->participants[other], alike,
					       work->pool);
			}
		}
		if (one_row_each && work->identities.by_name_only[i] && person->rows > 1)
			review(person,
			       "several rows under one name with no address: may be one "
			       "person "
			       "or several",
			       work->pool);
	}
	lookup_finish(&first);
}

/* Who registered and never came is listed, and not counted by the file. */
static size_t count_present(const struct report *report)
{
	size_t present = 0;

	for (size_t i = 0; i < report->participant_count; i++)
		present += report->participants[i].basis != REPORT_NONE;
	return present;
}

static void find_contradictions(struct work *work)
{
	struct report *const report = work->report;
	const int64_t stated = report->meeting.stated_participants;

	if (report->participant_count == 0)
		report_contradict(report, work->pool,
				  "the people are missing: the file lists nobody");
	else if (stated != REPORT_UNKNOWN && work->sheet->kind != KIND_ZOOM &&
		 stated != (int64_t)report->participant_count &&
		 stated != (int64_t)count_present(report) &&
		 stated != (int64_t)work->sheet->people.count)
		report_contradict(report, work->pool,
				  pool_format(work->pool,
					      "the file states %" PRId64
					      " participants and lists %zu",
					      stated, report->participant_count));
	if (work->identities.strangers > 0)
		report_contradict(
			report, work->pool,
			pool_format(work->pool,
				    "%zu %s to nobody in the list of participants and "
				    "%s left out",
				    work->identities.strangers,
				    work->identities.strangers == 1 ? "visit belongs"
								    : "visits belong",
				    work->identities.strangers == 1 ? "is" : "are"));
}

void people_make(struct sheet *sheet, const struct order_choice *choice,
		 struct pool *pool, struct report *report)
{
	struct work work = {
		.sheet = sheet, .choice = choice, .pool = pool, .report = report
	};
	struct identities *const identities = &work.identities;

	if (sheet->means == ROW_IS_EVENT)
		events_infer(sheet, choice->order);
	identities_find(sheet, pool, identities);
	group(&sheet->people, identities->people_owner, identities->count, &work.people);
	group(&sheet->visits, identities->visit_owner, identities->count, &work.visits);
	report->participant_count = identities->count;
	report->participants =
		pool_take(pool, (identities->count + 1) * sizeof(*report->participants));
	for (uint32_t i = 0; i < identities->count; i++)
		make_person(&work, i);
	make_meeting(&work);
	for (uint32_t i = 0; i < identities->count; i++)
		estimate_open(report, &report->participants[i]);
	find_doubts(&work);
	find_contradictions(&work);
	identities_finish(identities);
	free(work.people.items);
	free(work.people.starts);
	free(work.visits.items);
	free(work.visits.starts);
}
