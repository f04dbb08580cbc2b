/* SPDX-License-Identifier: MIT */
/* A session as it is scheduled: all of it or nothing, and errors with their place. */
#include "daemon/decode/schedule.h"

#include "daemon/settings/programme.h"
#include "daemon/store/directory.h"
#include "handlers/poll.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

static struct world world;

static void set(json_t *plan, const char *name, const char *value)
{
	json_object_set_new(plan, name, value != NULL ? json_string(value) : json_null());
}

/* Nothing may be left of it. */
static void refused_json(json_t *plan, int status, const char *detail)
{
	const struct plenary *const plenary = world.plenary;
	const uint32_t sessions = directory_sessions(plenary->directory);
	const uint64_t taken = plenary->turn.taken;
	struct problem problem;

	CHECK_INT(-1, world_try_schedule(&world, plan, &problem));
	if (strstr(problem.detail, detail) == NULL)
		CHECK_TEXT(detail, problem.detail);
	CHECK_INT(status, problem.status);
	CHECK_INT(sessions, directory_sessions(plenary->directory));
	CHECK_INT(taken, plenary->turn.taken);
	CHECK(batch_is_empty(journal_batch(plenary->journal)));
	json_decref(plan);
}

static void refused(const char *name, const char *value, int status, const char *detail)
{
	json_t *const plan = world_plan(&world);

	set(plan, name, value);
	refused_json(plan, status, detail);
}

static void test_what_is_needed(void)
{
	refused("uid", NULL, 422, "data.uid");
	refused("uid", "", 422, "data.uid");
	refused("module", "none", 422, "data.module");
	refused("module", "0", 422, "data.module");
	refused("module", "5", 422, "no module 5");
	refused("starts", "tomorrow", 422, "data.starts");
	refused("starts", NULL, 422, "data.starts");
	refused("meeting", NULL, 422, "data.meeting");
	refused("organiser_id", NULL, 422, "data.organiser_id");
	refused("people", "everybody", 422, "data.people is a list");
}

static void test_wrong_people(void)
{
	json_t *plan = world_plan(&world);

	json_array_append_new(json_object_get(plan, "people"),
			      json_pack("{s:s}", "email", "x@y.test"));
	refused_json(plan, 422, "data.people[3] has no name");
	plan = world_plan(&world);
	json_array_append_new(json_object_get(plan, "people"),
			      json_pack("{s:s,s:s}", "name", "N", "role", "king"));
	refused_json(plan, 422, "data.people[3].role: `king`");
	plan = world_plan(&world);
	for (int i = 0; i < PEOPLE_MAX; i++)
		json_array_append_new(json_object_get(plan, "people"),
				      json_pack("{s:s}", "name", "N"));
	refused_json(plan, 422, "more than");
}

static void test_long_uid(void)
{
	json_t *const plan = world_plan(&world);
	char uid[129];

	memset(uid, 'u', sizeof(uid) - 1);
	uid[sizeof(uid) - 1] = '\0';
	set(plan, "uid", uid);
	refused_json(plan, 422, "data.uid");
}

static void test_errors_have_a_place(void)
{
	refused("programme", "", 422, "programme:");
	refused("programme", "id: leep\ntitle: T\nmodules:\n  - number: one\n", 422,
		"programme:4:5:");
	refused("programme", "id: [", 422, "programme:");
	refused("programme", NULL, 422, "programme:");
}

/* What the programme says, block by block, is what the core has been told. */
static void check_blocks(const struct module *module, const struct session *session)
{
	CHECK_INT(module->block_count, session->blocks);
	for (int i = 0; i < module->block_count; i++) {
		const struct planned_block *const said = &module->blocks[i];
		const struct block *const block = &session->block[i];

		CHECK_INT(said->kind, block->kind);
		CHECK_INT(said->creditable, block->creditable);
		CHECK_INT(said->length_s * 1000, block->planned_ms);
		CHECK_INT(said->fixed_s < 0 ? -1 : said->fixed_s * 1000, block->fixed_ms);
		CHECK_INT(said->round.size, block->room_size);
		CHECK_INT(said->round.rooms, block->room_count);
		for (int w = 0; w < said->round.warning_count; w++)
			CHECK_INT(said->round.warnings_s[w] * 1000,
				  block->warnings_ms[w]);
	}
}

static void check_polls(const struct module *module, const struct session *session)
{
	CHECK_INT(module->poll_count, session->polls);
	for (int i = 0; i < module->poll_count; i++) {
		const struct planned_poll *const said = &module->polls[i];
		const struct poll *const poll = &session->poll[i];

		CHECK_INT(said->choice_count, poll->choices);
		CHECK_INT(said->kind == POLL_LIKERT, poll->likert);
		CHECK_INT(said->changeable, poll->changeable);
		CHECK_INT(said->shown, poll->may_show);
		CHECK_INT(said->block < 0 ? BLOCKS_MAX : said->block, poll->block);
	}
}

static void check_people(uint32_t number, const struct session *session)
{
	static const uint16_t roles[] = { ROLE_PARTICIPANT, ROLE_PARTICIPANT,
					  ROLE_FACILITATOR };
	const struct person_row *const person =
		directory_person(world.plenary->directory, number, 1);

	CHECK_INT(3, session->people);
	for (uint32_t i = 0; i < 3; i++)
		CHECK_INT(roles[i], session_member(session, i)->role);
	CHECK_TEXT("Person 02", person->name);
	CHECK_TEXT("29:u2", person->teams_id);
	CHECK_TEXT("p02@example.test", person->email);
}

static void module_is_planned(int module_number)
{
	json_t *const plan = world_plan(&world);
	struct fault_list faults = { 0 };
	struct programme *programme;
	char *const text = world_file("config/programmes/leep.yaml");
	char uid[16];

	snprintf(uid, sizeof(uid), "leep-%d", module_number);
	set(plan, "uid", uid);
	json_object_set_new(plan, "module", json_integer(module_number));
	const uint32_t number = world_schedule(&world, plan);
	const struct session *const session =
		sessions_get(&world.plenary->sessions, number);

	CHECK_INT(0, programme_read(text, strlen(text), &programme, &faults));
	const struct module *const module = programme_module(programme, module_number);

	CHECK(session != NULL);
	CHECK_INT(0, session->refused);
	CHECK_INT(SESSION_OPEN, session->state);
	CHECK_INT(4099194000000, session->starts_ms);
	CHECK_INT(module->policy.grace_s * 1000, session->grace_ms);
	CHECK_INT(module->policy.transfer_s * 1000, session->transfer_ms);
	CHECK_INT(module->policy.minimum_answers, session->minimum_answers);
	CHECK_INT(module->policy.presume, session->presume);
	check_blocks(module, session);
	check_polls(module, session);
	check_people(number, session);
	programme_destroy(programme);
	free(text);
	json_decref(plan);
}

static void test_modules(void)
{
	for (int module = 1; module <= 4; module++)
		module_is_planned(module);
}

static void test_main_meeting(void)
{
	struct directory *const directory = world.plenary->directory;
	const uint32_t number = directory_session_of_uid(directory, "leep-1");
	const struct place_row *const main =
		directory_place(directory, number, PLACE_MAIN);
	uint32_t session = 0;
	uint16_t place = 9;

	CHECK_TEXT(WORLD_THREAD, main->thread_id);
	CHECK_TEXT(WORLD_JOIN, main->join_url);
	CHECK_TEXT("meeting-main", main->meeting_id);
	CHECK_TEXT("Leading yourself", directory_session(directory, number)->title);
	CHECK_INT(0,
		  directory_place_of_join_url(directory, WORLD_JOIN, &session, &place));
	CHECK_INT(PLACE_MAIN, place);
}

static void test_twice(void)
{
	refused_json(world_plan(&world), 409, "there is a session called `leep-1`");
}

/* The next module in the same recurring meeting, while this one is still to come. */
static void test_same_meeting(void)
{
	json_t *const plan = world_plan(&world);

	set(plan, "uid", "leep-2-same-meeting");
	refused_json(plan, 409, "session `leep-1` has this meeting");
}

/* The same person in two lines of a list is one person, and no refusal. */
static void test_listed_twice(void)
{
	json_t *const plan = world_plan(&world);
	json_t *const people = json_object_get(plan, "people");

	set(plan, "uid", "twice");
	json_array_append(people, json_array_get(people, 0));
	const uint32_t number = world_schedule(&world, plan);
	const struct session *const session =
		sessions_get(&world.plenary->sessions, number);

	CHECK_INT(3, session->people);
	CHECK_INT(0, session->refused);
	CHECK_INT(SESSION_OPEN, session->state);
	json_decref(plan);
}

/* What was scheduled is there after a restart, to the byte. */
static void test_restart(void)
{
	const uint32_t number =
		directory_session_of_uid(world.plenary->directory, "leep-3");
	const struct session *session = sessions_get(&world.plenary->sessions, number);
	const size_t bytes = session_bytes(session);
	char *const before = memory_zeroed(bytes);

	memcpy(before, session, bytes);
	world_settle(&world);
	world_close(&world);
	world_open(&world, 0);
	session = sessions_get(&world.plenary->sessions, number);
	CHECK_INT(bytes, session_bytes(session));
	CHECK_INT(0, memcmp(before, session, bytes));
	CHECK_INT(number, directory_session_of_uid(world.plenary->directory, "leep-3"));
	free(before);
	refused_json(world_plan(&world), 409, "there is a session called `leep-1`");
}

int main(void)
{
	world_begin(&world);
	world_open(&world, 0);
	RUN(test_what_is_needed);
	RUN(test_wrong_people);
	RUN(test_long_uid);
	RUN(test_errors_have_a_place);
	RUN(test_modules);
	RUN(test_main_meeting);
	RUN(test_twice);
	RUN(test_same_meeting);
	RUN(test_listed_twice);
	RUN(test_restart);
	world_close(&world);
	world_end(&world);
	return check_done();
}
