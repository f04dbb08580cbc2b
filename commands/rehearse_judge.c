/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_judge.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands/rehearse_facts.h"
#include "commands/rehearse_kills.h"
#include "commands/rehearse_play.h"
#include "commands/rehearse_record.h"
#include "commands/rehearse_report.h"
#include "commands/rehearse_said.h"
#include "commands/rehearse_tables.h"
#include "commands/rehearse_told.h"
#include "commands/rehearse_verdict.h"
#include "handlers/states.h"

enum {
	NOTHING_TO_JUDGE = 3,
	PROVES_NOTHING = 4,
	/* In the session's time: who hears so late of what happens decides otherwise. */
	TOO_SLOW_MS = 90 * 1000,
};

/* Everything a judgement is made from. */
struct court {
	const struct rehearse_judging *judging;
	struct plan plan;
	struct truth truth;
	struct said said;
	struct rehearse_kills kills;
	struct ledger *ledger;
	struct verdict_list verdict;
	struct report_sums sums;
};

static int cannot(const char *path, int error)
{
	fprintf(stderr, "plenary rehearse: %s: %s\n", path, strerror(-error));
	return -1;
}

static int court_open(struct court *court, const struct rehearse_judging *judging)
{
	struct text plan = { 0 }, truth = { 0 }, said = { 0 }, kills = { 0 };

	*court = (struct court){ .judging = judging };
	text_addf(&plan, "%s/stage.json", judging->directory);
	text_addf(&truth, "%s/truth.json", judging->directory);
	text_addf(&said, "%s/said.jsonl", judging->directory);
	text_addf(&kills, "%s/kills.txt", judging->directory);
	int rc = plan_read(&court->plan, text_string(&plan));
	if (rc < 0)
		rc = cannot(text_string(&plan), rc);
	else if ((rc = truth_read(&court->truth, text_string(&truth))) < 0)
		rc = cannot(text_string(&truth), rc);
	else if ((rc = said_read(&court->said, text_string(&said))) < 0)
		rc = cannot(text_string(&said), rc);
	else if ((rc = rehearse_kills_read(&court->kills, text_string(&kills))) < 0)
		rc = cannot(text_string(&kills), rc);
	else if ((rc = ledger_open(&court->ledger, judging->database)) < 0)
		rc = cannot(judging->database, rc);
	text_finish(&plan);
	text_finish(&truth);
	text_finish(&said);
	text_finish(&kills);
	return rc;
}

static void court_close(struct court *court)
{
	ledger_close(court->ledger);
	said_finish(&court->said);
	truth_finish(&court->truth);
	plan_finish(&court->plan);
	verdict_finish(&court->verdict);
}

/* -- one session ------------------------------------------------------------------------------ */

static void judge_session(struct court *court, const struct truth_session *truth)
{
	struct verdict_list *const verdict = &court->verdict;
	struct rehearse_record record;
	const int rc = rehearse_record_read(&record, court->ledger, truth);

	verdict_looked(verdict, CHECK_ENDED, 1);
	if (rc < 0) {
		verdict_fault(verdict, CHECK_ENDED, "%s: %s", truth->uid,
			      rc == -ENOENT ? "Plenary knows no such session"
					    : strerror(-rc));
		return;
	}
	if (record.session.state != SESSION_CLOSED)
		verdict_fault(verdict, CHECK_ENDED, "%s is not closed", truth->uid);
	facts_register(&record, verdict);
	facts_rooms(&record, verdict);
	facts_cards(&record, &court->plan, &court->kills, verdict);
	facts_told(&record, &court->said, court->plan.clock.speed, verdict);
	facts_votes(&record, verdict);
	facts_outbox(&record, verdict);
	facts_replay(&record, verdict);
	facts_tables(&record, verdict);
	report_add(&court->sums, &record);
	if (court->truth.sessions_count == 1 && !court->judging->quiet)
		report_print(&record);
	rehearse_record_finish(&record);
}

/* -- what is not of one session --------------------------------------------------------------- */

static void judge_answers(struct court *court)
{
	const struct truth *const truth = &court->truth;
	struct verdict_list *const verdict = &court->verdict;

	verdict_looked(verdict, CHECK_ANSWERED,
		       (uint64_t)(truth->activities + truth->notifications));
	if (truth->unanswered != 0)
		verdict_fault(verdict, CHECK_ANSWERED,
			      "%" PRId64 " activities were not answered",
			      truth->unanswered);
	if (truth->refused != 0)
		verdict_fault(verdict, CHECK_ANSWERED,
			      "%" PRId64 " activities were refused", truth->refused);
	if (truth->notifications != truth->notifications_answered)
		verdict_fault(verdict, CHECK_ANSWERED,
			      "of %" PRId64 " notifications %" PRId64 " were answered",
			      truth->notifications, truth->notifications_answered);
}

static void judge_repeats(struct court *court)
{
	struct verdict_list *const verdict = &court->verdict;

	verdict_looked(verdict, CHECK_REPEATS, (uint64_t)court->truth.posts);
	for (size_t i = 0; i < court->truth.sessions_count; i++) {
		const struct truth_session *const session = &court->truth.sessions[i];

		if (session->repeats != 0)
			verdict_fault(verdict, CHECK_REPEATS,
				      "%s: %u were said again in the same words",
				      session->uid, session->repeats);
		if (session->different != 0)
			verdict_fault(verdict, CHECK_REPEATS,
				      "%s: %u were said again in other words",
				      session->uid, session->different);
	}
}

static void judge_streams(struct court *court)
{
	const struct truth *const truth = &court->truth;
	struct verdict_list *const verdict = &court->verdict;

	verdict_looked(verdict, CHECK_RELAY, (uint64_t)truth->cloudevents);
	if (truth->cloudevents != truth->cloudevents_acknowledged)
		verdict_fault(verdict, CHECK_RELAY,
			      "of %" PRId64 " events %" PRId64 " are acknowledged",
			      truth->cloudevents, truth->cloudevents_acknowledged);
	verdict_looked(verdict, CHECK_LIVE, (uint64_t)(truth->snapshots + truth->deltas));
	if (truth->snapshots == 0)
		verdict_fault(verdict, CHECK_LIVE, "there was no snapshot");
	if (truth->misplaced != 0)
		verdict_fault(verdict, CHECK_LIVE,
			      "%" PRId64 " changes came before the snapshot",
			      truth->misplaced);
}

static void judge_processes(struct court *court)
{
	const struct rehearse_played *const played = court->judging->played;
	struct verdict_list *const verdict = &court->verdict;

	if (!court->truth.finished)
		verdict_fault(verdict, CHECK_ENDED, "the cohort was not finished");
	if (played == NULL)
		return;
	verdict_looked(verdict, CHECK_PROCESSES, 2);
	if (played->end != REHEARSE_OVER)
		verdict_fault(verdict, CHECK_ENDED, "the rehearsal was broken off");
	if (!played->daemon_ended_well)
		verdict_fault(verdict, CHECK_PROCESSES,
			      "the daemon did not end with status 0");
	if (!played->stage_ended_well)
		verdict_fault(verdict, CHECK_PROCESSES,
			      "the stand-in tenant did not end with status 0");
}

/* -- all of it ---------------------------------------------------------------------------------- */

static void say_how_long(const struct rehearse_played *played)
{
	if (played == NULL)
		return;
	printf("\nIt took %.1f s", (double)played->took_ms / 1000);
	if (played->kills > 0)
		printf("; the daemon was killed %u times", played->kills);
	putchar('\n');
}

static int64_t slowest_ms(const struct court *court)
{
	return court->truth.slowest_ms * court->plan.clock.speed;
}

/* Then the machine is judged, not Plenary. */
static bool is_too_fast(const struct court *court)
{
	return slowest_ms(court) > TOO_SLOW_MS;
}

static void say_too_fast(const struct court *court)
{
	printf("\nIt took up to %" PRId64
	       " ms until Plenary had taken what happened; at this "
	       "speed that is %" PRId64
	       " s\nof the session.  That proves nothing: choose a "
	       "lower --speed.\n",
	       court->truth.slowest_ms, slowest_ms(court) / 1000);
}

static void say(struct court *court)
{
	const struct rehearse_judging *const judging = court->judging;
	const bool good = verdict_is_good(&court->verdict);

	if (judging->quiet && good)
		return;
	if (court->truth.sessions_count > 1)
		report_print_sums(&court->sums);
	say_how_long(judging->played);
	putchar('\n');
	verdict_print(&court->verdict);
	if (!good && is_too_fast(court))
		say_too_fast(court);
	printf("\n%s\n  register   plenary register 1 --database %s\n"
	       "  retold     plenary replay 1 --database %s\n"
	       "  the truth  %s/truth.json\n  what was said  %s/said.jsonl\n",
	       good ? "All is as it should be.  To look closer:"
		    : "NOT everything is as it should be.  To look closer:",
	       judging->database, judging->database, judging->directory,
	       judging->directory);
}

int rehearse_judge(const struct rehearse_judging *judging)
{
	struct court court;
	int status = NOTHING_TO_JUDGE;

	if (court_open(&court, judging) == 0) {
		for (size_t i = 0; i < court.truth.sessions_count; i++)
			judge_session(&court, &court.truth.sessions[i]);
		judge_answers(&court);
		judge_repeats(&court);
		judge_streams(&court);
		judge_processes(&court);
		say(&court);
		status = verdict_is_good(&court.verdict) ? 0
			 : is_too_fast(&court)           ? PROVES_NOTHING
							 : 1;
	}
	court_close(&court);
	return status;
}
