/* SPDX-License-Identifier: MIT */
/* What the tables say of a session, asked from outside while the journal writes. */
#include "daemon/common/text.h"
#include "daemon/store/ledger.h"

#include <errno.h>

#include "daemon/store/directory.h"
#include "handlers/effect.h"
#include "handlers/session.h"
#include "tests/check.h"
#include "tests/store/scratch.h"

enum { START_MS = 1000000 };

struct school {
	struct scratch scratch;
	struct directory *directory;
	struct session *session;
	struct ledger *ledger;
	char told[4096];
	size_t length;
};

static struct batch *batch(struct school *school)
{
	return journal_batch(school->scratch.journal);
}

static void school_begin(struct school *school)
{
	const struct session_row row = { .uid = "leep-1",
					 .title = "LEEP 1",
					 .module = 1,
					 .programme = "name: LEEP",
					 .starts_ms = START_MS };
	int is_new = 0;

	*school = (struct school){ 0 };
	scratch_begin(&school->scratch);
	scratch_open(&school->scratch);
	school->directory = directory_create();
	directory_add_session(school->directory, batch(school), &row, &is_new);
	school->session = session_create(1);
	school->session->number = 1;
	school->session->minimum_answers = 2;
	journal_flush(school->scratch.journal);
	CHECK_INT(0, ledger_open(&school->ledger, school->scratch.path));
}

static void school_end(struct school *school)
{
	ledger_close(school->ledger);
	scratch_close(&school->scratch);
	scratch_end(&school->scratch);
	session_destroy(school->session);
	directory_destroy(school->directory);
}

static void records(struct school *school, struct effect effect)
{
	batch_record(batch(school), school->session, &effect);
	journal_flush(school->scratch.journal);
}

static void tell(struct school *school, const char *text)
{
	const size_t bytes = strlen(text);

	CHECK(school->length + bytes < sizeof(school->told));
	memcpy(school->told + school->length, text, bytes + 1);
	school->length += bytes;
}

#define TELL(...) \
	do { \
		char line_[512]; \
		snprintf(line_, sizeof(line_), __VA_ARGS__); \
		tell(context, line_); \
	} while (0)

#define EXPECT(school, text) \
	do { \
		CHECK_TEXT(text, (school)->told); \
		(school)->told[(school)->length = 0] = '\0'; \
	} while (0)

static void tell_session(void *context, const struct ledger_session *session)
{
	TELL("%u %s %s module %u starts %d state %u opened %d ended %d people %u blocks "
	     "%u\n",
	     session->number, session->uid, session->title, session->module,
	     (int)session->starts_ms, session->state, (int)session->opened_ms,
	     (int)session->ended_ms, session->people, session->blocks);
}

static void test_a_session_and_its_blocks(void)
{
	struct school school;

	school_begin(&school);
	school.session->block[2].kind = BLOCK_ROUND;
	school.session->block[2].creditable = 1;
	records(&school, (struct effect){ .kind = RECORD_BLOCK,
					  .block = 2,
					  .number = BLOCK_AHEAD,
					  .from_ms = 5,
					  .to_ms = 9 });
	records(&school, (struct effect){ .kind = RECORD_BLOCK,
					  .block = 2,
					  .number = BLOCK_CURRENT,
					  .from_ms = 6,
					  .to_ms = 10 });
	records(&school, (struct effect){ .kind = RECORD_SESSION,
					  .number = SESSION_RUNNING,
					  .from_ms = 4 });
	CHECK_INT(0, ledger_sessions(school.ledger, tell_session, &school));
	EXPECT(&school,
	       "1 leep-1 LEEP 1 module 1 starts 1000000 state 3 opened 4 ended 0 "
	       "people 0 blocks 1\n");
	CHECK_INT(1,
		  scratch_ask(&school.scratch,
			      "SELECT kind = 'round' AND state = 'current' AND begins ="
			      " '1970-01-01T00:00:00.006Z' FROM block_view"));
	school_end(&school);
}

static void tell_result(void *context, const struct ledger_result *result)
{
	TELL("%u %s %s %s v%u verdict %u role %u attended %d presumed %d absent %d "
	     "longest %d of %d first %d last %d\n",
	     result->person, result->name, result->email, result->profession,
	     result->version, result->verdict, result->role, (int)result->attended_ms,
	     (int)result->presumed_ms, (int)result->absent_ms,
	     (int)result->longest_absence_ms, (int)result->creditable_ms,
	     (int)result->first_ms, (int)result->last_ms);
}

static void test_the_newest_line_of_the_register(void)
{
	struct school school;

	school_begin(&school);
	directory_meet(school.directory, batch(&school), 1,
		       &(struct identity){ .name = "Person 00",
					   .email = "0@example.test" });
	directory_set_profession(school.directory, batch(&school), 1, 0, "midwife");
	school.session->creditable_ms = 600;
	school.session->member[0].role = ROLE_FACILITATOR;
	school.session->results[0] = (struct result){ .attended_ms = 300,
						      .absent_ms = 300,
						      .longest_absence_ms = 200,
						      .first_ms = 10,
						      .last_ms = 400,
						      .verdict = VERDICT_PARTLY };
	records(&school,
		(struct effect){ .kind = RECORD_REGISTER, .person = 0, .number = 1 });
	school.session->results[0].attended_ms = 594;
	school.session->results[0].presumed_ms = 20;
	school.session->results[0].verdict = VERDICT_ATTENDED;
	records(&school,
		(struct effect){ .kind = RECORD_REGISTER, .person = 0, .number = 2 });
	CHECK_INT(0, ledger_register(school.ledger, 1, tell_result, &school));
	EXPECT(&school,
	       "0 Person 00 0@example.test midwife v2 verdict 1 role 1 attended "
	       "594 presumed 20 absent 300 longest 200 of 600 first 10 last 400\n");
	CHECK_INT(2, scratch_ask(&school.scratch, "SELECT count(*) FROM register"));
	CHECK_INT(99, scratch_ask(&school.scratch, "SELECT share_percent FROM"
						   " attendance_view"
						   " WHERE verdict = 'attended'"
						   " AND role = 'facilitator'"));
	school_end(&school);
}

static void tell_votes(void *context, const struct ledger_votes *votes)
{
	TELL("poll %u choice %u votes %u state %u\n", votes->poll, votes->choice,
	     votes->votes, votes->state);
}

static void votes(struct school *school, uint32_t person, uint32_t choice)
{
	school->session->poll[1].counts[choice]++;
	school->session->poll[1].answers++;
	records(school, (struct effect){ .kind = RECORD_VOTE,
					 .poll = 1,
					 .person = person,
					 .number = choice });
}

static void test_poll_results_and_what_is_withheld(void)
{
	struct school school;

	school_begin(&school);
	school.session->poll[1] =
		(struct poll){ .choices = 3, .state = POLL_OPEN, .block = 4 };
	records(&school,
		(struct effect){ .kind = RECORD_POLL, .poll = 1, .number = POLL_OPEN });
	votes(&school, 5, 2);
	CHECK_INT(0, scratch_ask(&school.scratch,
				 "SELECT count(votes) FROM poll_result WHERE poll = 1"));
	votes(&school, 6, 0);
	CHECK_INT(2, scratch_ask(&school.scratch,
				 "SELECT sum(votes) FROM poll_result WHERE poll = 1"));
	CHECK_INT(0, ledger_polls(school.ledger, 1, tell_votes, &school));
	EXPECT(&school, "poll 1 choice 0 votes 1 state 2\n"
			"poll 1 choice 1 votes 0 state 2\n"
			"poll 1 choice 2 votes 1 state 2\n");
	CHECK_INT(2, scratch_ask(&school.scratch, "SELECT choice FROM vote"
						  " WHERE person = 5"));
	school_end(&school);
}

static void tell_allocation(void *context, const struct ledger_allocation *allocation)
{
	TELL("block %u room %u person %u %s\n", allocation->block, allocation->place,
	     allocation->person, allocation->name);
}

static void test_rooms_and_presence(void)
{
	struct school school;

	school_begin(&school);
	directory_meet(school.directory, batch(&school), 1,
		       &(struct identity){ .name = "Person 00" });
	records(&school,
		(struct effect){
			.kind = RECORD_ALLOCATION, .block = 3, .person = 0, .place = 2 });
	records(&school,
		(struct effect){
			.kind = RECORD_ALLOCATION, .block = 3, .person = 0, .place = 5 });
	CHECK_INT(0, ledger_allocations(school.ledger, 1, tell_allocation, &school));
	EXPECT(&school, "block 3 room 5 person 0 Person 00\n");
	school.session->span[8].source = SOURCE_BOT;
	records(&school, (struct effect){ .kind = RECORD_SPAN,
					  .number = 8,
					  .person = 0,
					  .place = 5,
					  .from_ms = 7,
					  .to_ms = OPEN_END });
	CHECK_INT(1, scratch_ask(&school.scratch,
				 "SELECT left_at IS NULL AND source = 'bot' AND"
				 " place_name = 'room 5' FROM presence_view"));
	records(&school, (struct effect){ .kind = RECORD_SPAN,
					  .number = 8,
					  .person = 0,
					  .place = 5,
					  .from_ms = UNKNOWN_START,
					  .to_ms = 70 });
	CHECK_INT(1, scratch_ask(&school.scratch,
				 "SELECT from_ms IS NULL AND to_ms = 70 FROM presence"));
	school_end(&school);
}

static void tell_event(void *context, uint64_t number, const char *line)
{
	TELL("%d %s\n", (int)number, line);
}

static void count_event(void *context, uint64_t number, const char *line)
{
	uint64_t *const expected = context;

	(void)line;
	CHECK_INT(++*expected, number);
}

/* Every question sees a whole number of commits, however many are under way. */
static void test_asking_while_the_journal_writes(void)
{
	struct school school;
	uint64_t number = 0;

	school_begin(&school);
	for (int commit = 1; commit <= 200; commit++) {
		uint64_t seen = 0;

		for (int i = 0; i < 10; i++)
			batch_event(batch(&school), ++number, 1, 5, "x");
		journal_commit(school.scratch.journal);
		CHECK_INT(0, ledger_events(school.ledger, 1, count_event, &seen));
		CHECK_INT(0, seen % 10);
		CHECK(seen == number || seen == number - 10);
		scratch_wait(&school.scratch, commit + 1);
	}
	school_end(&school);
}

static void on_digest(void *context, uint64_t event_number, const uint8_t digest[32])
{
	text_addf(context, "%llu: %u\n", (unsigned long long)event_number, digest[0]);
}

static void test_digests_and_programme(void)
{
	const uint8_t first[32] = { 1 }, second[32] = { 2 };
	struct text told = { 0 };
	struct school school;
	uint32_t module = 0;
	char *programme = NULL;

	school_begin(&school);
	CHECK_INT(0, ledger_digests(school.ledger, 1, on_digest, &told));
	CHECK_TEXT("", text_string(&told));
	batch_digest(batch(&school), 1, 400, second);
	batch_digest(batch(&school), 1, 20, first);
	journal_flush(school.scratch.journal);
	CHECK_INT(0, ledger_digests(school.ledger, 1, on_digest, &told));
	CHECK_TEXT("20: 1\n400: 2\n", text_string(&told));
	text_finish(&told);
	CHECK_INT(0, ledger_programme(school.ledger, 1, &programme, &module));
	CHECK_TEXT("name: LEEP", programme);
	CHECK_INT(1, module);
	free(programme);
	CHECK_INT(-ENOENT, ledger_programme(school.ledger, 2, &programme, &module));
	school_end(&school);
}

static void test_what_is_not_there(void)
{
	struct school school;
	struct ledger *none = NULL;
	uint32_t session = 0;

	school_begin(&school);
	CHECK_INT(-ENOENT, ledger_open(&none, "/nowhere/plenary.db"));
	CHECK(none == NULL);
	CHECK_INT(-ENOENT, ledger_events(school.ledger, 9, tell_event, &school));
	CHECK_INT(0, ledger_events(school.ledger, 1, tell_event, &school));
	EXPECT(&school, "");
	CHECK_INT(0, ledger_find(school.ledger, "1", &session));
	CHECK_INT(1, session);
	session = 0;
	CHECK_INT(0, ledger_find(school.ledger, "leep-1", &session));
	CHECK_INT(1, session);
	CHECK_INT(-ENOENT, ledger_find(school.ledger, "01", &session));
	school_end(&school);
}

int main(void)
{
	RUN(test_a_session_and_its_blocks);
	RUN(test_the_newest_line_of_the_register);
	RUN(test_poll_results_and_what_is_withheld);
	RUN(test_rooms_and_presence);
	RUN(test_asking_while_the_journal_writes);
	RUN(test_digests_and_programme);
	RUN(test_what_is_not_there);
	return check_done();
}
