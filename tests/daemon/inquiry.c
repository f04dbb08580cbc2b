/* SPDX-License-Identifier: MIT */
/* What is asked of the connector, when, and what the answers teach. */
#include "daemon/teams/inquiry.h"

#include <time.h>
#include <unistd.h>

#include "daemon/common/clock.h"
#include "daemon/decode/activity.h"
#include "daemon/sessions.h"
#include "tests/check.h"
#include "tests/daemon/world.h"
#include "tests/wire/script.h"

#define MEETING "MCMxOTptZWV0aW5nIzA="
#define MEMBERS \
	"/bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/pagedmembers?pageSize=500"
#define MEMBER "/bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/members/"
#define DETAILS "/bot/v1/meetings/MCMxOTptZWV0aW5nIzA%3D"
#define BATCH "/bot/v3/batch/conversation/"

enum { ANSWERS_MAX = 16 };

static struct world world;
static uv_loop_t script_loop;
static struct script script;
static struct text asked; /* one line for each question */
static uint32_t session;

/* What is answered to a path; the first that fits and has turns left. */
static struct planned {
	const char *path;
	struct script_reply reply;
	int turns;
} planned[ANSWERS_MAX];
static size_t planned_count;

static void forget(void)
{
	planned_count = 0;
	text_clear(&asked);
}

static void plan(const char *path, int status, const char *body, int turns)
{
	CHECK(planned_count < ANSWERS_MAX);
	planned[planned_count++] = (struct planned){
		.path = path, .reply = { .status = status, .body = body }, .turns = turns
	};
}

static void play(void *context, const struct script_request *request,
		 struct script_reply *reply)
{
	(void)context;
	if (strcmp(request->path, "/token") == 0) {
		reply->body = "{\"token_type\":\"Bearer\",\"expires_in\":3600,"
			      "\"access_token\":\"t\"}";
		return;
	}
	reply->status = 404;
	if (strncmp(request->path, "/bot/", 5) != 0)
		return;
	if (strcmp(request->method, "GET") != 0) {
		reply->status = 201;
		reply->body = "{\"id\":\"1\"}";
		text_addf(&asked, "%s %s %s\n", request->method, request->path,
			  request->body);
		return;
	}
	CHECK(strstr(request->head, "Authorization: Bearer t") != NULL);
	text_addf(&asked, "%s\n", request->path);
	for (size_t i = 0; i < planned_count; i++) {
		if (planned[i].turns == 0 || strcmp(planned[i].path, request->path) != 0)
			continue;
		planned[i].turns--;
		*reply = planned[i].reply;
		return;
	}
}

static void wait_done(void)
{
	const struct timespec moment = { .tv_nsec = 500 * 1000 };
	const int64_t until_ms = clock_real_ms() + 60 * 1000;
	const struct plenary *const plenary = world.plenary;

	do {
		uv_run(&script_loop, UV_RUN_NOWAIT);
		uv_run(world.loop, UV_RUN_NOWAIT);
		nanosleep(&moment, NULL);
		CHECK(clock_real_ms() < until_ms);
	} while (plenary->inquiries.waiting > 0 || plenary->outbox.counts.waiting > 0 ||
		 !turn_is_quiet(&plenary->turn));
}

/* -- activities ------------------------------------------------------------------------------- */

static void hears(const char *type, const char *more)
{
	struct plenary *const plenary = world.plenary;
	struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
	struct problem problem = { 0 };
	struct activity activity;
	struct text body = { 0 };

	text_addf(
		&body,
		"{\"type\":\"%s\",\"conversation\":{\"id\":\"" WORLD_THREAD "\"},"
		"\"recipient\":{\"id\":\"28:bot\"},\"channelData\":{\"meeting\":{\"id\":"
		"\"" MEETING "\"}}%s}",
		type, more);
	CHECK_INT(0, activity_read(body.data, body.length, &activity, &problem));
	activity_means(&activity, plenary->directory, journal_batch(plenary->journal),
		       meaning);
	for (size_t i = 0; i < meaning->count; i++)
		turn_take(&plenary->turn, &meaning->events[i]);
	inquiries_hear(&plenary->inquiries, &activity, meaning);
	activity_finish(&activity);
	text_finish(&body);
	free(meaning);
	wait_done();
}

#define EVENT(name) ",\"name\":\"application/vnd.microsoft." name "\""

static const struct person_row *person(uint32_t number)
{
	return directory_person(world.plenary->directory, session, number);
}

/* -- tests -------------------------------------------------------------------------------------- */

/* Page by page; people we know become known by more, others do not become people. */
static void test_members(void)
{
	const uint32_t before = directory_people(world.plenary->directory, session);

	forget();
	plan(MEMBERS, 200,
	     "{\"continuationToken\":\"a/b==\",\"members\":[{\"id\":\"29:new-1\","
	     "\"objectId\":\"00000000-0000-0000-0000-0000000000b1\",\"name\":\"Person "
	     "01\","
	     "\"email\":\"first@example.test\",\"userRole\":\"user\"},{\"id\":\"29:x\","
	     "\"aadObjectId\":\"00000000-0000-0000-0000-0000000000ff\",\"name\":\"X\"}]}",
	     1);
	plan(MEMBERS "&continuationToken=a%2Fb%3D%3D", 200,
	     "{\"members\":[{\"id\":\"29:new-2\",\"objectId\":\"00000000-0000-0000-0000-"
	     "0000000000b2\",\"email\":\"P02@example.test\","
	     "\"userRole\":\"guest\"},{\"id\":\"29:anon-1\",\"name\":\"Guest\","
	     "\"userRole\":\"anonymous\"},null,7]}",
	     1);
	hears("conversationUpdate", ",\"membersAdded\":[{\"id\":\"28:bot\"}]");
	CHECK_TEXT(MEMBERS "\n" MEMBERS "&continuationToken=a%2Fb%3D%3D\n",
		   text_string(&asked));
	CHECK_TEXT("29:new-1", person(0)->teams_id);
	CHECK_TEXT("first@example.test", person(0)->email);
	CHECK_TEXT("29:new-2", person(1)->teams_id);
	CHECK_INT(before, directory_people(world.plenary->directory, session));
	CHECK_INT(0, sessions_get(&world.plenary->sessions, session)->spans);
}

/* A token that leads in a circle ends. */
static void test_endless_members(void)
{
	forget();
	plan(MEMBERS, 200, "{\"continuationToken\":\"t\",\"members\":[]}", -1);
	plan(MEMBERS "&continuationToken=t", 200,
	     "{\"continuationToken\":\"t\",\"members\":[]}", -1);
	hears("conversationUpdate", ",\"membersAdded\":[{\"id\":\"28:bot\"}]");
	CHECK_TEXT(MEMBERS "\n" MEMBERS "&continuationToken=t\n", text_string(&asked));
}

/* The details fill what nobody has told, and leave what Graph has. */
static void test_meeting(void)
{
	const char *const details = "{\"details\":{\"id\":\"x\",\"msGraphResourceId\":"
				    "\"from-teams\",\"joinUrl\":"
				    "\"https://teams.example.test/l/"
				    "other\"},\"organizer\":{\"id\":\"29:o\"}}";

	forget();
	plan(MEMBERS, 200, "{\"members\":[]}", 1);
	hears("event", EVENT("meetingStart"));
	CHECK_TEXT(MEMBERS "\n", text_string(&asked));
	const struct place_row unknown = { .session = session,
					   .place = PLACE_MAIN,
					   .meeting_id = "" };

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &unknown);
	forget();
	plan(MEMBERS, 200, "{\"members\":[]}", 1);
	plan(DETAILS, 200, details, 1);
	hears("event", EVENT("MeetingStart "));
	CHECK_TEXT(MEMBERS "\n" DETAILS "\n", text_string(&asked));
	const struct place_row *const main =
		directory_place(world.plenary->directory, session, PLACE_MAIN);

	CHECK_TEXT("from-teams", main->meeting_id);
	CHECK_TEXT(WORLD_JOIN, main->join_url);
}

/* Of somebody new the chat may know more; they are asked about once. */
static void test_member(void)
{
	static const char joined[] = EVENT(
		"meetingParticipantJoin") ",\"value\":{\"members\":[{\"user\":{"
					  "\"id\":\"29:late\",\"name\":\"Late\"}}]}";

	forget();
	plan(MEMBER "29%3Alate", 200,
	     "{\"id\":\"29:late\",\"objectId\":\"00000000-0000-0000-0000-0000000000d1\","
	     "\"userPrincipalName\":\"late@example.test\",\"name\":\"Person 44\"}",
	     1);
	hears("event", joined);
	CHECK_TEXT(MEMBER "29%3Alate\n", text_string(&asked));
	const struct identity late = { .email = "late@example.test" };
	const uint32_t number = directory_find(world.plenary->directory, session, &late);

	CHECK(number != PERSON_NONE);
	CHECK_TEXT("29:late", person(number)->teams_id);
	CHECK_TEXT("00000000-0000-0000-0000-0000000000d1", person(number)->object_id);
	forget();
	hears("event", joined);
	CHECK_TEXT("", text_string(&asked));
}

#define THERE \
	DETAILS "/participants/" \
		"00000000-0000-0000-0000-0000000000b1?tenantId=" WORLD_TENANT

static bool is_here(uint32_t number)
{
	const struct session *const of = sessions_get(&world.plenary->sessions, session);

	return of->member[number].here == PLACE_MAIN;
}

static void look(uint32_t number)
{
	inquire_presence(&world.plenary->inquiries, session, PLACE_MAIN, number);
	wait_done();
}

/* A lost leave: the register hears of it when two answers say so. */
static void test_presence(void)
{
	forget();
	world_take(&world, session, "person_joined person=0 place=0 source=bot");
	CHECK(is_here(0));
	plan(THERE, 200, "{\"meeting\":{\"role \":\"Attendee\",\"inMeeting\":true}}", 1);
	plan(THERE, 200, "{\"meeting\":{\"role\":\"Attendee\",\"InMeeting\":false}}", 2);
	look(0);
	look(0);
	CHECK(is_here(0));
	look(0);
	CHECK(!is_here(0));
	CHECK_TEXT(THERE "\n" THERE "\n" THERE "\n", text_string(&asked));
	/* Who has no object id cannot be asked after, and an answer that says nothing is
	 * none. */
	forget();
	const struct identity guest = { .name = "Guest", .teams_id = "29:anon-9" };
	const uint32_t number =
		directory_meet(world.plenary->directory,
			       journal_batch(world.plenary->journal), session, &guest);

	look(number);
	CHECK_TEXT("", text_string(&asked));
	world_take(&world, session, "person_joined person=0 place=0 source=bot");
	plan(THERE, 200, "{\"meeting\":{}}", 1);
	plan(THERE, 200, "<html>", 1);
	look(0);
	look(0);
	CHECK(is_here(0));
}

/* 429 and 503 are waited out; a fresh token is tried once. */
static void test_patience(void)
{
	forget();
	plan(THERE, 429, "{\"error\":{\"code\":\"Throttled\"}}", 1);
	plan(THERE, 503, "<html>", 1);
	plan(THERE, 401, "", 1);
	plan(THERE, 200, "{\"meeting\":{\"inMeeting\":true}}", 1);
	look(0);
	CHECK_TEXT(THERE "\n" THERE "\n" THERE "\n" THERE "\n", text_string(&asked));
	CHECK(is_here(0));
}

/* -- batches ------------------------------------------------------------------------------------ */

static void test_batch(void)
{
	forget();
	plan(BATCH "op%2F1", 200,
	     "{\"state\":\"Provisioning\",\"retryAfter\":"
	     "\"2026-01-01T00:00:00Z\"}",
	     1);
	plan(BATCH "op%2F1", 200,
	     "{\"state\":\"Ongoing\",\"statusMap\":{\"201\":1},"
	     "\"retryAfter\":\"2026-01-01T00:00:00Z\"}",
	     1);
	plan(BATCH "op%2F1", 200,
	     "{\"state\":\"Completed\",\"statusMap\":{\"201\":60,"
	     "\"202\":1,\"404\":2},\"totalEntriesCount\":63}",
	     1);
	plan(BATCH "failedentries/op%2F1", 200,
	     "{\"continuationToken\":\"more\",\"failedEntries\":[{\"entryId\":\"29:u2\","
	     "\"error\":\"BotNotInConversationRoster\"}]}",
	     1);
	plan(BATCH "failedentries/op%2F1?continuationToken=more", 200,
	     "{\"continuationToken\":null,\"failedEntryResponses\":[{\"id\":\"29:u3\"}]}",
	     1);
	inquire_batch(&world.plenary->inquiries, session, "op/1", WORLD_THREAD);
	wait_done();
	CHECK(strstr(text_string(&asked), BATCH "failedentries/op%2F1?continuationToken="
						"more\n") != NULL);
	CHECK(strstr(text_string(&asked),
		     "Your announcement has reached 61 of 63 people.") != NULL);
}

/* -- exchanges that others made ------------------------------------------------------------------- */

#define SHARED "../shared/protocols/samples/bot/"

static json_t *exchanges[ANSWERS_MAX];
static size_t exchange_count;

/* Our question must be the one of this file, to be given its answer. */
static const char *shared(const char *name)
{
	static char paths[ANSWERS_MAX][256];
	static char *bodies[ANSWERS_MAX];
	char file[256];

	snprintf(file, sizeof(file), SHARED "%s.json", name);
	json_t *const exchange = json_load_file(file, 0, NULL);
	const json_t *const request = json_object_get(exchange, "request");
	const json_t *const reply = json_object_get(exchange, "response");
	const char *const path = json_string_value(json_object_get(request, "path"));

	CHECK(exchange != NULL && exchange_count < ANSWERS_MAX);
	CHECK_TEXT("GET", json_string_value(json_object_get(request, "method")));
	snprintf(paths[exchange_count], sizeof(paths[0]), "/bot%s",
		 path + strlen("/emea"));
	free(bodies[exchange_count]);
	bodies[exchange_count] = json_dumps(json_object_get(reply, "body"), JSON_COMPACT);
	plan(paths[exchange_count],
	     (int)json_integer_value(json_object_get(reply, "status")),
	     bodies[exchange_count], 1);
	exchanges[exchange_count] = exchange;
	return paths[exchange_count++];
}

static void forget_exchanges(void)
{
	forget();
	while (exchange_count > 0)
		json_decref(exchanges[--exchange_count]);
}

static void shared_members(void)
{
	shared("http-pagedmembers-1");
	const char *const last = shared("http-pagedmembers-2");

	hears("conversationUpdate", ",\"membersAdded\":[{\"id\":\"28:bot\"}]");
	CHECK(strstr(text_string(&asked), last) != NULL);
	CHECK_TEXT("u1@example.test", person(0)->email);
	CHECK_TEXT("29:u2", person(1)->teams_id);
	CHECK_TEXT("u2@example.test", person(1)->email);
	forget_exchanges();
}

static void shared_meeting(void)
{
	const struct place_row unknown = { .session = session,
					   .place = PLACE_MAIN,
					   .meeting_id = "" };

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &unknown);
	shared("http-meeting");
	hears("event", EVENT("meetingStart"));
	CHECK_TEXT("MSo1N2Y5ZGFjYy03MWJmLTQ3NDMtYjQxMy01M2E=",
		   directory_place(world.plenary->directory, session, PLACE_MAIN)
			   ->meeting_id);
	forget_exchanges();
}

static void shared_participant(void)
{
	const uint64_t taken = world.plenary->turn.taken;
	const char *const path = shared("http-meeting-participant");

	inquire_presence(&world.plenary->inquiries, session, PLACE_MAIN, 0);
	wait_done();
	CHECK(strstr(text_string(&asked), path) != NULL);
	CHECK_INT(taken + 1, world.plenary->turn.taken);
	forget_exchanges();
}

static void shared_batch(void)
{
	shared("http-batch-state-completed");
	const char *const unreached = shared("http-batch-failedentries");

	inquire_batch(&world.plenary->inquiries, session,
		      "00000000-0000-0000-0000-00000000op01", WORLD_THREAD);
	wait_done();
	CHECK(strstr(text_string(&asked), unreached) != NULL);
	CHECK(strstr(text_string(&asked), "has reached 1 of 2 people.") != NULL);
	forget_exchanges();
}

/* First, while everybody has the ids of those files. */
static void test_shared_exchanges(void)
{
	struct inquiries *const inquiries = &world.plenary->inquiries;
	char key[24];

	if (access(SHARED, R_OK) != 0) {
		fprintf(stderr, "    skipped: %s is not there\n", SHARED);
		return;
	}
	forget();
	snprintf(key, sizeof(key), "%u %u", session, PLACE_MAIN);
	free(map_put(&inquiries->meetings, key,
		     memory_string("MCMxOTptZWV0aW5nX01EQXdAdGhyZWFkLnYyIzA=")));
	shared_members();
	shared_meeting();
	shared_participant();
	shared_batch();
	free(map_remove(&inquiries->meetings, key));
	const struct place_row as_before = { .session = session,
					     .place = PLACE_MAIN,
					     .meeting_id = "meeting-main" };

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &as_before);
}

/* -- refusals ------------------------------------------------------------------------------------ */

/* Last: after three denials the meeting is not asked any more. */
static void test_denials(void)
{
	forget();
	for (int i = 0; i < 5; i++) {
		plan(THERE, 403, "{\"error\":{\"code\":\"NotEnoughPermissions\"}}", 1);
		look(0);
	}
	CHECK_TEXT(THERE "\n" THERE "\n" THERE "\n", text_string(&asked));
	hears("typing", "");
	look(0);
	CHECK_TEXT(THERE "\n" THERE "\n" THERE "\n", text_string(&asked));
	CHECK(is_here(0));
}

/* The token stays at home. */
static void test_foreign_host(void)
{
	forget();
	directory_set_service(world.plenary->directory,
			      journal_batch(world.plenary->journal), session,
			      "https://smba.evil.example.test/");
	hears("conversationUpdate", ",\"membersAdded\":[{\"id\":\"28:bot\"}]");
	CHECK_TEXT("", text_string(&asked));
}

int main(void)
{
	CHECK_INT(0, uv_loop_init(&script_loop));
	script_init(&script, &script_loop, play, NULL);
	world_begin(&world);
	world.more = "outbox:\n  attempts: 1\n";
	world_open(&world, script.port);
	json_t *const wanted = world_plan(&world);

	session = world_schedule(&world, wanted);
	json_decref(wanted);
	wait_done();
	RUN(test_shared_exchanges);
	RUN(test_members);
	RUN(test_endless_members);
	RUN(test_meeting);
	RUN(test_member);
	RUN(test_presence);
	RUN(test_patience);
	RUN(test_batch);
	RUN(test_denials);
	RUN(test_foreign_host);
	world_close(&world);
	world_end(&world);
	script_finish(&script);
	uv_run(&script_loop, UV_RUN_DEFAULT);
	CHECK_INT(0, uv_loop_close(&script_loop));
	text_finish(&asked);
	return check_done();
}
