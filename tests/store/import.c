/* SPDX-License-Identifier: MIT */
/* Files as evidence: whose they are, when it was, and twice is once. */
#include "commands/importing.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/evidence.h"
#include "tests/check.h"
#include "tests/store/story.h"

/* Wall-clock seconds as a report has them, on the day of the story. */
#define WALL(hour, minute) (1795564800 + (hour)*3600 + (minute)*60)

static char out[32768];

/* Evidence for Person 01's second half hour, and for two people not known before. */
static struct report_interval second_half = { WALL(10, 30), WALL(11, 0), 0, 0 };
static struct report_interval whole = { WALL(10, 0), WALL(11, 0), 0, 0 };

static struct report_participant people[] = {
	{ .name = "One, Person",
	  .email = "1@EXAMPLE.test",
	  .intervals = &second_half,
	  .interval_count = 1,
	  .basis = REPORT_INTERVALS,
	  .open_since = REPORT_NEVER },
	{ .name = "=Person 02",
	  .intervals = &whole,
	  .interval_count = 1,
	  .basis = REPORT_INTERVALS,
	  .open_since = REPORT_NEVER },
	{ .name = "Person 77",
	  .email = "77@example.test",
	  .intervals = &whole,
	  .interval_count = 1,
	  .basis = REPORT_INTERVALS,
	  .open_since = REPORT_NEVER },
};

static struct report report = { .file = "attendance.csv",
				.participants = people,
				.participant_count = 3 };

static struct file file = { .path = "attendance.csv", .report = &report, .digest = 77 };

static void use_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static int silent(int fd)
{
	fflush(stdout);
	const int kept = dup(STDOUT_FILENO);
	dup2(fd, STDOUT_FILENO);
	return kept;
}

static int imports(const struct scratch *scratch, bool dry_run, uint64_t *added)
{
	struct importing importing = { 0 };
	FILE *const nowhere = fopen("/dev/null", "w");

	CHECK(nowhere != NULL);
	const int kept = silent(fileno(nowhere));
	const int rc = importing_begin(&importing, scratch->path, 1,
				       dry_run ? IMPORTING_DRY : IMPORTING_WRITES);
	if (rc == 0) {
		importing_take(&importing, &file, PLACE_MAIN);
		*added = importing.added;
		CHECK_INT(0, importing_commit(&importing, NULL));
	}
	importing_finish(&importing);
	close(silent(kept));
	close(kept);
	fclose(nowhere);
	return rc;
}

static void test_a_file_changes_the_register_once(void)
{
	struct scratch scratch;
	uint64_t added = 0;

	use_zone("UTC");
	story_begin(&scratch);
	CHECK_INT(0, imports(&scratch, false, &added));
	CHECK_INT(4, added); /* three stretches and the end of the file */
	CHECK_INT(60, scratch_ask(&scratch, "SELECT attended_minutes FROM attendance_view"
					    " WHERE name = 'Person 01'"));
	CHECK_INT(2, scratch_ask(&scratch, "SELECT version FROM register_current"
					   " WHERE person = 1"));
	CHECK_INT(1, scratch_ask(&scratch, "SELECT verdict = 'attended'"
					   " FROM attendance_view WHERE person = 2"));
	CHECK_INT(1, scratch_ask(&scratch, "SELECT count(*) FROM person"
					   " WHERE number = 3 AND name = 'Person 77'"));
	CHECK_INT(STORY_EVENTS + 4,
		  scratch_ask(&scratch, "SELECT max(number) FROM journal"));

	CHECK_INT(0, imports(&scratch, false, &added));
	CHECK_INT(0, added);
	CHECK_INT(STORY_EVENTS + 4,
		  scratch_ask(&scratch, "SELECT max(number) FROM journal"));
	CHECK_INT(4, scratch_ask(&scratch, "SELECT count(*) FROM person"));
	CHECK_INT(0, story_runs(&scratch, command_replay, out, sizeof(out),
				(const char *const[]){ "replay", "1", "--quiet", NULL }));
	CHECK(strstr(out, "after 17 events, compared at 4 of them") != NULL);
	scratch_end(&scratch);
}

static void test_a_dry_run_changes_nothing(void)
{
	struct scratch scratch;
	uint64_t added = 0;

	use_zone("UTC");
	story_begin(&scratch);
	scratch_open(&scratch); /* as the daemon would have it */
	CHECK_INT(0, imports(&scratch, true, &added));
	CHECK_INT(4, added);
	CHECK_INT(-EBUSY, imports(&scratch, false, &added));
	CHECK_INT(STORY_EVENTS, scratch_ask(&scratch, "SELECT max(number) FROM journal"));
	CHECK_INT(3, scratch_ask(&scratch, "SELECT count(*) FROM person"));
	scratch_close(&scratch);
	scratch_end(&scratch);
}

/* -- who ------------------------------------------------------------------------------- */

struct claim {
	struct report_participant sought;
	enum match match;
	uint32_t number;
};

static const struct claim claims[] = {
	{ { .name = "Anybody", .object_id = "aad-0" }, MATCH_OBJECT_ID, 0 },
	{ { .name = "Anybody", .upn = "0@Example.test" }, MATCH_EMAIL, 0 },
	{ { .name = "Person 01", .object_id = "aad-1" }, MATCH_NAME, 1 },
	{ { .name = "Person 01", .email = "other@example.test" }, MATCH_NEW, 9 },
	{ { .name = "Person 00", .object_id = "aad-9" }, MATCH_NEW, 9 },
	{ { .name = "Person 00" }, MATCH_NAME, 0 },
	{ { .name = "person 00" }, MATCH_NEW, 9 },
	{ { .name = "Twin" }, MATCH_UNCLEAR, 9 },
	{ { .name = "" }, MATCH_UNCLEAR, 9 },
};

static struct directory *directory_of_four(struct batch *batch)
{
	static const struct identity identities[] = {
		{ "Person 00", "aad-0", "", "0@example.test" },
		{ "Person 01", "", "", "1@example.test" },
		{ "Twin", "aad-2", "", "" },
		{ "Twin", "aad-3", "", "" },
	};
	struct directory *const directory = directory_create();
	int is_new = 0;

	directory_add_session(directory, batch, &(struct session_row){ .uid = "x" },
			      &is_new);
	for (uint32_t i = 0; i < 4; i++)
		CHECK_INT(i, directory_meet(directory, batch, 1, &identities[i]));
	return directory;
}

static void test_who_a_line_of_a_file_is(void)
{
	struct batch batch = { 0 };
	struct directory *const directory = directory_of_four(&batch);

	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		struct report_participant sought = claims[i].sought;
		const struct report one = { .participants = &sought,
					    .participant_count = 1 };
		uint32_t number = 9;

		CHECK_TEXT(match_words(claims[i].match),
			   match_words(evidence_match(directory, 1, &one, 0, &number)));
		CHECK_INT(claims[i].number, number);
	}
	directory_destroy(directory);
	batch_finish(&batch);
}

static void test_two_lines_cannot_be_one_person_by_name(void)
{
	struct report_participant both[] = { { .name = "Person 00" },
					     { .name = "Person 00" } };
	const struct report two = { .participants = both, .participant_count = 2 };
	struct batch batch = { 0 };
	struct directory *const directory = directory_of_four(&batch);
	uint32_t number = 9;

	CHECK_INT(MATCH_UNCLEAR, evidence_match(directory, 1, &two, 0, &number));
	CHECK_INT(MATCH_UNCLEAR, evidence_match(directory, 1, &two, 1, &number));
	directory_destroy(directory);
	batch_finish(&batch);
}

/* -- when ------------------------------------------------------------------------------ */

/* Minutes of the shortest reading, on the night the clocks change. */
static int64_t minutes_of(int64_t midnight, int from, int to)
{
	const struct report_interval interval = { midnight + from * 60,
						  midnight + to * 60, 0, 0 };
	const struct report local = { 0 };
	const struct evidence_stretch stretch = evidence_utc(&local, &interval);

	return (stretch.to_ms - stretch.from_ms) / 60000;
}

static void test_the_nights_the_clocks_change(void)
{
	const int64_t october = 1792886400; /* 25 October 2026, as if it were UTC */
	const int64_t march = 1774742400;   /* 29 March 2026 */

	use_zone("Europe/London");
	CHECK_INT(180, minutes_of(october, 30, 150)); /* 00:30 to 02:30 */
	CHECK_INT(40,
		  minutes_of(october, 70, 110));    /* inside the hour that comes twice */
	CHECK_INT(60, minutes_of(october, 30, 90)); /* into it */
	CHECK_INT(80, minutes_of(october, 70, 150)); /* out of it */
	CHECK_INT(20, minutes_of(october, 110, 70)); /* from the first to the second */
	CHECK_INT(60, minutes_of(march, 30, 150));   /* over the hour that is missing */
	CHECK_INT(60, minutes_of(october + 43200, 0, 60));
}

static void test_times_are_local_unless_the_file_says_utc(void)
{
	const struct report_interval interval = { WALL(10, 0), WALL(11, 0), 250, 750 };
	const struct report utc = { .meeting = { .utc = true } };
	const struct report local = { 0 };

	use_zone("Europe/Berlin");
	CHECK_INT(WALL(10, 0) * INT64_C(1000) + 250,
		  evidence_utc(&utc, &interval).from_ms);
	CHECK_INT(WALL(9, 0) * INT64_C(1000) + 250,
		  evidence_utc(&local, &interval).from_ms);
	CHECK_INT(WALL(10, 0) * INT64_C(1000) + 750,
		  evidence_utc(&local, &interval).to_ms);
}

int main(void)
{
	RUN(test_a_file_changes_the_register_once);
	RUN(test_a_dry_run_changes_nothing);
	RUN(test_who_a_line_of_a_file_is);
	RUN(test_two_lines_cannot_be_one_person_by_name);
	RUN(test_the_nights_the_clocks_change);
	RUN(test_times_are_local_unless_the_file_says_utc);
	return check_done();
}
