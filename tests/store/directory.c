/* SPDX-License-Identifier: MIT */
/* Who is who, and what survives a restart. */
#include "daemon/store/directory.h"

#include "handlers/event.h"
#include "tests/check.h"
#include "tests/store/scratch.h"

#define NOBODY UINT32_MAX

struct hall {
	struct scratch scratch;
	struct directory *directory;
	uint32_t session;
};

static struct batch *batch(struct hall *hall)
{
	return journal_batch(hall->scratch.journal);
}

static void hall_begin(struct hall *hall)
{
	const struct session_row row = { .uid = "session-1", .title = "LEEP 1" };
	int is_new = 0;

	scratch_begin(&hall->scratch);
	scratch_open(&hall->scratch);
	hall->directory = directory_create();
	hall->session =
		directory_add_session(hall->directory, batch(hall), &row, &is_new);
	CHECK_INT(1, hall->session);
	CHECK_INT(1, is_new);
}

static void hall_end(struct hall *hall)
{
	journal_flush(hall->scratch.journal);
	scratch_close(&hall->scratch);
	scratch_end(&hall->scratch);
	directory_destroy(hall->directory);
}

static void restore_session(void *context, const struct session_row *row)
{
	directory_restore_session(context, row);
}

static void restore_person(void *context, const struct person_row *row)
{
	directory_restore_person(context, row);
}

static void restore_place(void *context, const struct place_row *row)
{
	directory_restore_place(context, row);
}

static void hall_restart(struct hall *hall)
{
	journal_flush(hall->scratch.journal);
	scratch_close(&hall->scratch);
	directory_destroy(hall->directory);
	hall->directory = directory_create();
	scratch_open(&hall->scratch);
	const struct journal_reader reader = { .session = restore_session,
					       .person = restore_person,
					       .place = restore_place,
					       .context = hall->directory };
	CHECK_INT(0, journal_read(hall->scratch.journal, &reader));
}

/* One line of the table: who comes, and which number is expected. */
struct meeting {
	struct identity identity; /* name, object id, teams id, e-mail */
	uint32_t number;
	const char *why;
};

static const struct meeting meetings[] = {
	{ { "Person 00", "", "", "" }, 0, "the first" },
	{ { "Person 00", NULL, NULL, NULL }, 0, "the same name, nothing else" },
	{ { "person 00", "", "", "" }, 1, "alike but for case: another" },
	{ { "Person 02", "", "29:two", "" }, 2, "teams id" },
	{ { "Person 02", "aad-2", "29:two", "" }, 2, "teams id, and its object id" },
	{ { "", "aad-2", "", "" }, 2, "by the object id alone" },
	{ { "Person 02", "aad-2", "29:other", "" }, 2, "a new teams id, same object id" },
	{ { "Person 02", "", "", "" }, 3, "a name somebody with ids has: not them" },
	{ { "Person 04", "", "", "Four@Example.test" }, 4, "e-mail" },
	{ { "Person 04 (home)", "", "", "four@example.TEST" },
	  4,
	  "e-mail in other case" },
	{ { "Person 04", "aad-4", "", "four@example.test" }, 4, "e-mail, and object id" },
	{ { "Person 05", "aad-5", "", "five@example.test" }, 5, "a sixth" },
	{ { "Person 05", "aad-5", "", "four@example.test" }, 5, "object id wins" },
	{ { "", "", "", "four@example.test" }, 4, "and the mailbox stayed where it was" },
	{ { "Person 06", "aad-6", "", "five@example.test" },
	  6,
	  "shared mailbox: another" },
	{ { "", "aad-6", "", "" }, 6, "known by object id afterwards" },
	{ { "Person 07", "", "29:seven", "" }, 7, "teams id only" },
	{ { "Person 08", "aad-8", "29:seven", "" }, 7, "which learns its object id" },
	{ { "Person 09", "aad-9", "29:seven", "" }, 8, "teams id under a new object id" },
	{ { "", "", "", "" }, NOBODY, "nobody can be told from nothing" },
};

static void test_identity_table(void)
{
	struct hall hall;

	hall_begin(&hall);
	for (size_t i = 0; i < sizeof(meetings) / sizeof(meetings[0]); i++) {
		const struct meeting *const row = &meetings[i];
		const uint32_t number = directory_meet(hall.directory, batch(&hall),
						       hall.session, &row->identity);

		if (number != row->number)
			fprintf(stderr, "row %d: %s\n", (int)i, row->why);
		CHECK_INT(row->number, number);
	}
	CHECK_INT(9, directory_people(hall.directory, hall.session));
	hall_end(&hall);
}

/* What was met before must be found after a restart, under the same numbers. */
static void test_identities_survive_a_restart(void)
{
	static const struct identity again[] = {
		{ "Person 00", "", "", "" },
		{ "person 00", "", "", "" },
		{ "", "aad-2", "", "" },
		{ "Person 02", "", "", "" },
		{ "", "", "", "FOUR@example.test" },
		{ "", "aad-5", "", "" },
		{ "", "aad-6", "", "" },
		{ "", "", "29:seven", "" },
		{ "", "aad-9", "", "" },
	};
	struct hall hall;

	hall_begin(&hall);
	for (size_t i = 0; i < sizeof(meetings) / sizeof(meetings[0]); i++)
		directory_meet(hall.directory, batch(&hall), hall.session,
			       &meetings[i].identity);
	hall_restart(&hall);
	CHECK_INT(9, directory_people(hall.directory, hall.session));
	for (uint32_t i = 0; i < 9; i++)
		CHECK_INT(i, directory_find(hall.directory, hall.session, &again[i]));
	CHECK_TEXT("Person 08", directory_person(hall.directory, hall.session, 7)->name);
	CHECK_TEXT("Four@Example.test",
		   directory_person(hall.directory, hall.session, 4)->email);
	CHECK_INT(NOBODY, directory_find(hall.directory, hall.session,
					 &(struct identity){ .name = "Person 99" }));
	hall_end(&hall);
}

static void test_one_more_than_the_session_holds(void)
{
	struct hall hall;
	char name[32];

	hall_begin(&hall);
	for (uint32_t i = 0; i < PEOPLE_MAX; i++) {
		snprintf(name, sizeof(name), "Person %u", i);
		CHECK_INT(i, directory_meet(hall.directory, batch(&hall), hall.session,
					    &(struct identity){ .name = name }));
	}
	CHECK_INT(NOBODY, directory_meet(hall.directory, batch(&hall), hall.session,
					 &(struct identity){ .name = "one more" }));
	CHECK_INT(17, directory_meet(hall.directory, batch(&hall), hall.session,
				     &(struct identity){ .name = "Person 17" }));
	hall_end(&hall);
}

static void test_nothing_new_writes_nothing(void)
{
	const struct identity identity = { "Person 01", "aad-1", "29:1",
					   "1@example.test" };
	struct hall hall;

	hall_begin(&hall);
	directory_meet(hall.directory, batch(&hall), hall.session, &identity);
	directory_set_conversation(hall.directory, batch(&hall), hall.session, 0, "a:1");
	directory_set_profession(hall.directory, batch(&hall), hall.session, 0, "nurse");
	journal_flush(hall.scratch.journal);
	directory_meet(hall.directory, batch(&hall), hall.session, &identity);
	directory_set_conversation(hall.directory, batch(&hall), hall.session, 0, "a:1");
	directory_set_profession(hall.directory, batch(&hall), hall.session, 0, "nurse");
	CHECK(batch_is_empty(batch(&hall)));
	hall_restart(&hall);
	CHECK_TEXT("a:1",
		   directory_person(hall.directory, hall.session, 0)->conversation_id);
	CHECK_TEXT("nurse",
		   directory_person(hall.directory, hall.session, 0)->profession);
	hall_end(&hall);
}

static void test_long_values_are_cut_between_characters(void)
{
	char name[DIRECTORY_TEXT + 8];
	struct hall hall;

	memset(name, 'x', sizeof(name));
	memcpy(name + DIRECTORY_TEXT - 1, "\xc3\xa9", 3); /* é across the limit */
	hall_begin(&hall);
	CHECK_INT(0, directory_meet(hall.directory, batch(&hall), hall.session,
				    &(struct identity){ .name = name }));
	CHECK_INT(DIRECTORY_TEXT - 1,
		  strlen(directory_person(hall.directory, hall.session, 0)->name));
	CHECK_INT(0, directory_meet(hall.directory, batch(&hall), hall.session,
				    &(struct identity){ .name = name }));
	hall_end(&hall);
}

static void check_place(const struct hall *hall, uint16_t expected)
{
	uint32_t session = 0;
	uint16_t place = 0;

	CHECK_INT(0,
		  directory_place_of_thread(hall->directory, "19:b", &session, &place));
	CHECK_INT(hall->session, session);
	CHECK_INT(expected, place);
	CHECK_INT(-1,
		  directory_place_of_thread(hall->directory, "19:a", &session, &place));
	CHECK_INT(0,
		  directory_place_of_join_url(hall->directory, "https://example.test/j",
					      &session, &place));
	CHECK_INT(0, directory_place_of_subscription(hall->directory, "sub-1", &session,
						     &place));
	CHECK_INT(-1, directory_place_of_thread(hall->directory, "", &session, &place));
	const struct place_row *const row =
		directory_place(hall->directory, hall->session, expected);
	CHECK(row != NULL);
	CHECK_TEXT("Room 3", row->name);
	CHECK_TEXT("meeting-3", row->meeting_id);
	CHECK_INT(77, row->subscription_ends_ms);
}

static void test_places_are_found_by_what_the_world_calls_them(void)
{
	struct hall hall;

	hall_begin(&hall);
	struct place_row row = { .session = hall.session,
				 .place = 3,
				 .name = "Room 3",
				 .thread_id = "19:a",
				 .meeting_id = "meeting-3" };
	directory_set_place(hall.directory, batch(&hall), &row);
	row = (struct place_row){ .session = hall.session,
				  .place = 3,
				  .thread_id = "19:b",
				  .join_url = "https://example.test/j",
				  .subscription_id = "sub-1",
				  .subscription_ends_ms = 77 };
	directory_set_place(hall.directory, batch(&hall), &row);
	check_place(&hall, 3);
	CHECK(directory_place(hall.directory, hall.session, 4) == NULL);
	hall_restart(&hall);
	check_place(&hall, 3);
	hall_end(&hall);
}

static void test_sessions_are_known_by_uid(void)
{
	const struct session_row row = {
		.uid = "session-2", .title = "LEEP 2", .programme = "name: x", .module = 2
	};
	struct hall hall;
	int is_new = 0;

	hall_begin(&hall);
	CHECK_INT(2, directory_add_session(hall.directory, batch(&hall), &row, &is_new));
	CHECK_INT(2, directory_add_session(hall.directory, batch(&hall), &row, &is_new));
	CHECK_INT(0, is_new);
	directory_set_service(hall.directory, batch(&hall), 2, "https://example.test/");
	hall_restart(&hall);
	CHECK_INT(2, directory_sessions(hall.directory));
	CHECK_INT(2, directory_session_of_uid(hall.directory, "session-2"));
	CHECK_INT(0, directory_session_of_uid(hall.directory, "session-3"));
	CHECK_TEXT("name: x", directory_session(hall.directory, 2)->programme);
	CHECK_TEXT("https://example.test/",
		   directory_session(hall.directory, 2)->service_url);
	CHECK(directory_session(hall.directory, 3) == NULL);
	hall_end(&hall);
}

int main(void)
{
	RUN(test_identity_table);
	RUN(test_identities_survive_a_restart);
	RUN(test_one_more_than_the_session_holds);
	RUN(test_nothing_new_writes_nothing);
	RUN(test_long_values_are_cut_between_characters);
	RUN(test_places_are_found_by_what_the_world_calls_them);
	RUN(test_sessions_are_known_by_uid);
	return check_done();
}
