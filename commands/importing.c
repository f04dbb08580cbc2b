/* SPDX-License-Identifier: MIT */
#include "commands/importing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands/evidence.h"
#include "commands/listing.h"
#include "daemon/common/clock.h"
#include "daemon/store/reader.h"
#include "daemon/wire/auth.h"
#include "handlers/effect.h"
#include "handlers/handlers.h"
#include "handlers/transcript.h"

/* -- from the journal ---------------------------------------------------------------------- */

static void restore_session(void *context, const struct session_row *row)
{
	const struct importing *const importing = context;

	directory_restore_session(importing->directory, row);
}

static void restore_person(void *context, const struct person_row *row)
{
	const struct importing *const importing = context;

	directory_restore_person(importing->directory, row);
}

static void restore_event(void *context, uint64_t number, uint32_t session,
			  const char *line)
{
	struct importing *const importing = context;
	struct effects effects = { .arena = &importing->arena };
	struct event event;
	const char *wrong = NULL;

	importing->next_event = number + 1;
	if (session != importing->session->number)
		return;
	if (event_read(line, &event, &wrong) < 0) {
		importing->unreadable++;
		return;
	}
	event.session = session;
	handle(importing->session, &event, &effects);
	arena_reset(&importing->arena);
}

static int read_journal(struct importing *importing, const char *database)
{
	const struct journal_reader reader = { .session = restore_session,
					       .person = restore_person,
					       .event = restore_event,
					       .context = importing };
	const int rc = reader_read(database, &reader);

	if (rc == 0 && importing->unreadable > 0) {
		fprintf(stderr, "plenary import: %u events cannot be read\n",
			importing->unreadable);
		return -EBADMSG;
	}
	return rc;
}

int importing_begin(struct importing *importing, const char *database, uint32_t session,
		    enum importing_way way)
{
	int rc = uv_loop_init(&importing->loop);

	importing->way = way;
	importing->next_event = 1;
	importing->directory = directory_create();
	importing->session = session_create(session);
	if (rc == 0 && way == IMPORTING_WRITES)
		rc = journal_open(&importing->journal, &importing->loop, database, NULL,
				  NULL);
	if (rc == 0)
		rc = read_journal(importing, database);
	importing->people_known = directory_people(importing->directory, session);
	return rc;
}

/* -- events -------------------------------------------------------------------------------- */

static struct batch *batch_of(struct importing *importing)
{
	return importing->way == IMPORTING_WRITES ? journal_batch(importing->journal)
						  : &importing->unwritten;
}

static void post_event(struct importing *importing, const struct event *event)
{
	const struct directory *const directory = importing->directory;
	const uint32_t session = importing->session->number;
	const bool is_new =
		event->person != PERSON_NONE && event->person >= importing->people_known;

	posting_add(&importing->posting, directory_session(directory, session)->uid,
		    importing->file_digest, event,
		    is_new ? directory_person(directory, session, event->person) : NULL);
}

static void take_event(struct importing *importing, struct event *event)
{
	struct session *const session = importing->session;
	struct effects effects = { .arena = &importing->arena };
	char line[EVENT_LINE_BYTES];

	event->session = session->number;
	event->source = SOURCE_IMPORT;
	event->at_ms = clock_real_ms();
	if (event->at_ms < session->now_ms) /* rehearsed in a time of its own */
		event->at_ms = session->now_ms;
	auth_random(&event->seed, sizeof(event->seed));
	if (importing->way == IMPORTING_POSTS)
		post_event(importing, event);
	event_write(event, line);
	batch_event(batch_of(importing), importing->next_event++, session->number,
		    event->at_ms, line);
	handle(session, event, &effects);
	for (size_t i = 0; i < effects.count; i++) {
		const struct effect *const effect = &effects.list[i];

		batch_record(batch_of(importing), session, effect);
		if (effect_verb(effect->kind) == VERB_DELIVER)
			importing->deliveries++;
	}
	arena_reset(&importing->arena);
	importing->added++;
}

static uint32_t take_stretches(struct importing *importing, const struct report *report,
			       const struct report_participant *participant,
			       uint32_t person, uint16_t place)
{
	uint32_t added = 0;

	for (size_t i = 0; i < participant->interval_count; i++) {
		const struct evidence_stretch stretch =
			evidence_utc(report, &participant->intervals[i]);
		struct event event = event_blank(EVENT_INTERVAL_REPORTED);

		if (evidence_is_known(importing->session, person, place, &stretch))
			continue;
		event.person = person;
		event.place = place;
		event.interval.from_ms = stretch.from_ms;
		event.interval.to_ms = stretch.to_ms;
		take_event(importing, &event);
		added++;
	}
	return added;
}

/* -- one file -------------------------------------------------------------------------------- */

static const char *remark_of(const struct report_participant *participant)
{
	if (participant->basis == REPORT_STATED)
		return "a total only, no times: cannot be used";
	if (participant->open_since != REPORT_NEVER)
		return "a visit without an end is left out";
	return participant->needs_review != NULL ? participant->needs_review : "";
}

static uint32_t take_participant(struct importing *importing, const struct report *report,
				 size_t index, uint16_t place, struct listing *listing)
{
	const struct report_participant *const participant = &report->participants[index];
	struct directory *const directory = importing->directory;
	const uint32_t session = importing->session->number;
	uint32_t person = UINT32_MAX, added = 0;
	enum match match = evidence_match(directory, session, report, index, &person);

	if (match == MATCH_NEW) {
		person = evidence_meet(directory, batch_of(importing), session,
				       participant);
		match = person == UINT32_MAX ? MATCH_FULL : MATCH_NEW;
	}
	if (person != UINT32_MAX)
		added = take_stretches(importing, report, participant, person, place);
	else
		importing->unclear++;
	listing_cell(listing, participant->name);
	listing_cell(listing,
		     person == UINT32_MAX
			     ? ""
			     : directory_person(directory, session, person)->name);
	listing_cell(listing, match_words(match));
	listing_cellf(listing, "%zu", participant->interval_count);
	listing_cellf(listing, "%u", added);
	listing_cell(listing, remark_of(participant));
	return added;
}

static void note_report(struct importing *importing, const struct file *file,
			uint16_t place)
{
	struct event event = event_blank(EVENT_REPORT_READ);

	event.place = place;
	event.report.digest = file->digest;
	event.report.people = (uint32_t)file->report->participant_count;
	event.report.final = 1;
	take_event(importing, &event);
}

void importing_take(struct importing *importing, const struct file *file, uint16_t place)
{
	static const char *const headings[] = { "in the file", "is",   "by",
						"visits|",     "new|", "remark" };
	const struct report *const report = file->report;
	struct listing listing;
	struct text out = { 0 };
	uint32_t added = 0;

	importing->file_digest = file->digest;
	listing_begin(&listing, 6, headings);
	for (size_t i = 0; i < report->participant_count; i++)
		added += take_participant(importing, report, i, place, &listing);
	if (added > 0)
		note_report(importing, file, place);
	listing_write(&listing, &out);
	printf("%s: %zu %s, %u new %s\n%s", file->path, report->participant_count,
	       report->participant_count == 1 ? "person" : "people", added,
	       added == 1 ? "visit" : "visits", text_string(&out));
	for (size_t i = 0; i < report->contradictions.count; i++)
		printf("the file contradicts itself: %s\n",
		       report->contradictions.items[i]);
	listing_finish(&listing);
	text_finish(&out);
}

/* -- the end ----------------------------------------------------------------------------------- */

static void write_all(struct importing *importing)
{
	uint8_t digest[32];

	auth_sha256(importing->session, session_bytes(importing->session), digest);
	batch_digest(batch_of(importing), importing->session->number,
		     importing->next_event - 1, digest);
	journal_flush(importing->journal);
	if (importing->deliveries > 0)
		printf("%llu messages that the daemon would have sent were not sent.\n",
		       (unsigned long long)importing->deliveries);
}

int importing_commit(struct importing *importing, const struct posting_to *to)
{
	if (importing->added == 0) {
		puts("Nothing new: nothing was changed.");
		return 0;
	}
	if (importing->way == IMPORTING_DRY) {
		puts("A dry run: nothing was changed.");
		return 0;
	}
	if (importing->way == IMPORTING_WRITES)
		write_all(importing);
	else if (posting_send(&importing->posting, to) < 0)
		return -1;
	printf("Imported: %llu events%s.\n", (unsigned long long)importing->added,
	       importing->way == IMPORTING_POSTS ? ", taken by the daemon" : "");
	return 0;
}

void importing_finish(struct importing *importing)
{
	journal_close(importing->journal);
	uv_run(&importing->loop, UV_RUN_DEFAULT);
	uv_loop_close(&importing->loop);
	batch_finish(&importing->unwritten);
	posting_finish(&importing->posting);
	directory_destroy(importing->directory);
	session_destroy(importing->session);
	arena_finish(&importing->arena);
}
