/* SPDX-License-Identifier: MIT */
/* What an education centre types: sessions, register, replay. */
#include "commands/commands.h"

#include "daemon/store/sqlite.h"
#include "tests/check.h"
#include "tests/store/story.h"

#define WORDS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

static char out[32768];

static void test_sessions_are_listed(void)
{
	struct scratch scratch;

	story_begin(&scratch);
	CHECK_INT(0, story_runs(&scratch, command_sessions, out, sizeof(out),
				WORDS("sessions")));
	CHECK_TEXT(
		"number  uid            title         module  start             state  "
		"people\n"
		"     1  leep-1-autumn  LEEP 1: Self       1  2026-11-25 10:00  over   "
		"     3\n",
		out);
	CHECK_INT(2, story_runs(&scratch, command_sessions, out, sizeof(out),
				WORDS("sessions", "superfluous")));
	scratch_end(&scratch);
}

static void test_the_register_as_csv(void)
{
	struct scratch scratch;

	story_begin(&scratch);
	CHECK_INT(0, story_runs(&scratch, command_register, out, sizeof(out),
				WORDS("register", "leep-1-autumn", "--format", "csv")));
	CHECK_TEXT(
		"name,email,role,profession,first_seen,last_seen,attended_minutes,"
		"creditable_minutes,share_percent,longest_absence_minutes,"
		"presumed_minutes,verdict,why,version\r\n"
		"\"'=Person 02\",\"\",participant,\"\",,,0.000,60.000,0.000,60.000,0.000,"
		"did not attend,\"Not seen in 1 h 0 min of creditable time.\",1\r\n"
		"\"Person 00\",\"0@example.test\",facilitator,\"nurse, \"\"senior\"\"\","
		"2026-11-25 10:00:00,2026-11-25 11:00:00,60.000,60.000,100.000,0.000,"
		"0.000,attended,\"Attended 1 h 0 min of 1 h 0 min; away 0 s at "
		"most.\",1\r\n"
		"\"Person 01\",\"1@example.test\",participant,\"\",2026-11-25 10:00:00,"
		"2026-11-25 10:30:00,30.000,60.000,50.000,30.000,0.000,partly,"
		"\"Attended 30 min of 1 h 0 min; away 30 min at most.\",1\r\n",
		out);
	scratch_end(&scratch);
}

static void test_the_register_for_people_and_programs(void)
{
	struct scratch scratch;

	story_begin(&scratch);
	CHECK_INT(0, story_runs(&scratch, command_register, out, sizeof(out),
				WORDS("register", "1", "--time-zone", "Europe/Berlin")));
	CHECK(strstr(out, "Person 01   participant  ") != NULL);
	CHECK(strstr(out, "11:00:00    11:30:00    0:30:00   50.0 %") != NULL);
	CHECK(strstr(out, "never") != NULL);
	CHECK_INT(0, story_runs(&scratch, command_register, out, sizeof(out),
				WORDS("register", "1", "--format", "json")));
	CHECK(strstr(out, "{\"person\":0,\"name\":\"Person 00\"") != NULL);
	CHECK(strstr(out, "\"profession\":\"nurse, \\\"senior\\\"\"") != NULL);
	CHECK(strstr(out, "\"first_seen\":\"2026-11-25T10:00:00.000Z\"") != NULL);
	CHECK(strstr(out, "\"attended_ms\":1800000,\"creditable_ms\":3600000") != NULL);
	CHECK_INT(1, story_runs(&scratch, command_register, out, sizeof(out),
				WORDS("register", "2")));
	CHECK_INT(2, story_runs(&scratch, command_register, out, sizeof(out),
				WORDS("register", "1", "--format", "xml")));
	scratch_end(&scratch);
}

static void test_replay_proves_the_journal(void)
{
	struct scratch scratch;

	story_begin(&scratch);
	CHECK_INT(0, story_runs(&scratch, command_replay, out, sizeof(out),
				WORDS("replay", "1", "--quiet")));
	CHECK(strstr(out, "replay gives the same state: SHA-256 ") == out);
	CHECK(strstr(out, " after 13 events, compared at 3 of them\n") != NULL);
	CHECK_INT(0, story_runs(&scratch, command_replay, out, sizeof(out),
				WORDS("replay", "1")));
	CHECK(strstr(out, "\n10:30:00.000  person_left at=") != NULL);
	CHECK(strstr(out, "  record_register person=1 version=1\n") != NULL);
	CHECK_INT(0, story_runs(&scratch, command_replay, out, sizeof(out),
				WORDS("replay", "1", "--events")));
	CHECK(strstr(out, "\n10:30:00.000  person_left at=") != NULL);
	CHECK(strstr(out, "record_register") == NULL);
	scratch_end(&scratch);
}

static void tamper(const struct scratch *scratch, const char *sql)
{
	struct sqlite *sqlite = NULL;

	CHECK_INT(0, sqlite_open(&sqlite, scratch->path));
	CHECK_INT(0, sqlite_run(sqlite, sql));
	sqlite_close(sqlite);
}

static void test_replay_finds_a_changed_journal(void)
{
	struct scratch scratch;

	story_begin(&scratch);
	tamper(&scratch, "UPDATE journal SET line = replace(line, 'person=1', 'person=2')"
			 " WHERE line LIKE 'person_left%'");
	CHECK_INT(1, story_runs(&scratch, command_replay, out, sizeof(out),
				WORDS("replay", "1", "--quiet")));
	CHECK_TEXT(
		"replay differs: the state after event 11 is not what the daemon had\n",
		out);
	tamper(&scratch, "UPDATE journal SET line = 'nonsense' WHERE number = 5");
	CHECK_INT(1, story_runs(&scratch, command_replay, out, sizeof(out),
				WORDS("replay", "1", "--quiet")));
	CHECK_TEXT("", out);
	scratch_end(&scratch);
}

int main(void)
{
	RUN(test_sessions_are_listed);
	RUN(test_the_register_as_csv);
	RUN(test_the_register_for_people_and_programs);
	RUN(test_replay_proves_the_journal);
	RUN(test_replay_finds_a_changed_journal);
	return check_done();
}
