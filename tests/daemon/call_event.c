/* SPDX-License-Identifier: MIT */
/* What decrypted notifications of meetings say. */
#include "daemon/decode/call_event.h"

#include "daemon/common/clock.h"
#include "daemon/sessions.h"
#include "daemon/store/directory.h"
#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

static struct world world;
static uint32_t session;

static const char shared[] = "../shared/protocols/samples/graph/";

struct said {
	struct text text;
	uint64_t legs[8];
	size_t legs_told;
	bool takes; /* each event is taken, as the inbox does */
};

static unsigned leg_number(struct said *said, uint64_t leg)
{
	size_t i = 0;

	if (leg == 0)
		return 0;
	while (i < said->legs_told && said->legs[i] != leg)
		i++;
	CHECK(i < 8);
	if (i == said->legs_told)
		said->legs[said->legs_told++] = leg;
	return (unsigned)i + 1;
}

/* "joined Person 01 leg 1 10:00:00.000"; legs are numbered as they are first named. */
static void on_event(void *context, const struct event *event)
{
	struct said *const said = context;
	char time[32] = "           no time";
	const struct person_row *const person =
		event->person != PERSON_NONE ? directory_person(world.plenary->directory,
								session, event->person)
					     : NULL;

	CHECK_INT(SOURCE_GRAPH, event->source);
	CHECK_INT(session, event->session);
	CHECK_INT(PLACE_MAIN, event->place);
	if (event->presence.occurred_ms != 0)
		clock_iso(event->presence.occurred_ms, time);
	text_addf(&said->text, "%s", event_name(event->kind));
	if (person != NULL)
		text_addf(&said->text, " %s leg %u", person->name,
			  leg_number(said, event->presence.leg));
	text_addf(&said->text, " %s\n", time + 11);
	if (said->takes)
		turn_take(&world.plenary->turn, event);
}

static enum call_event_verdict hear(struct said *said, const char *content)
{
	const struct call_event_of of = {
		.directory = world.plenary->directory,
		.batch = journal_batch(world.plenary->journal),
		.session = sessions_get(&world.plenary->sessions, session),
		.place = PLACE_MAIN,
	};

	return call_event_means(content, strlen(content), &of, on_event, said);
}

static void means(const char *content, const char *wanted)
{
	struct said said = { 0 };

	CHECK_INT(CALL_EVENT_TAKEN, hear(&said, content));
	CHECK_TEXT(wanted, text_string(&said.text));
	text_finish(&said.text);
}

static void is_nothing(const char *content, enum call_event_verdict verdict)
{
	struct said said = { 0 };

	CHECK_INT(verdict, hear(&said, content));
	CHECK_TEXT("", text_string(&said.text));
	text_finish(&said.text);
}

#define AT "\"eventDateTime\":\"2099-11-24T10:00:00.0000000Z\""
#define ROSTER(entries) \
	"{\"eventType\":\"rosterUpdated\"," AT ",\"participants@delta\":[" entries "]}"
#define USER1 \
	"\"user\":{\"id\":\"00000000-0000-0000-0000-0000000000b1\"," \
	"\"displayName\":\"Person 01\"}"
#define ENTRY(leg, identity, more) \
	"{\"id\":\"" leg "\",\"info\":{\"identity\":{" identity "}}" more "}"
#define LEFT ",\"removedState\":{\"reason\":\"Participant has left the meeting call.\"}"

static void test_begun_and_ended(void)
{
	means("{\"eventType\":\"callStarted\"," AT "}",
	      "meeting_started 10:00:00.000Z\n");
	means("{\"EventType\":\"CALLENDED\"," AT "}", "meeting_ended 10:00:00.000Z\n");
	means("{\"callEventType\":\"callEnded\"," AT "}",
	      "meeting_ended 10:00:00.000Z\n");
	means("{\"eventType\":\"Microsoft.Communication.CallStarted\"," AT
	      ",\"state\":\"active\"}",
	      "meeting_started 10:00:00.000Z\n");
	means("{\"eventType\":\"Microsoft.Communication.CallEnded\"," AT "}",
	      "meeting_ended 10:00:00.000Z\n");
}

static void test_times(void)
{
#define STARTED(time) "{\"eventType\":\"callStarted\",\"eventDateTime\":\"" time "\"}"
	means(STARTED("2099-11-24T10:00:01Z"), "meeting_started 10:00:01.000Z\n");
	means(STARTED("2099-11-24T10:00:01"), "meeting_started 10:00:01.000Z\n");
	means(STARTED("2099-11-24T10:00:01.2Z"), "meeting_started 10:00:01.200Z\n");
	means(STARTED("2099-11-24T10:00:01.2345678Z"), "meeting_started 10:00:01.234Z\n");
	means(STARTED("2099-11-24T11:00:01+01:00"), "meeting_started 10:00:01.000Z\n");
	/* Then the arrival stands. */
	means(STARTED("yesterday"), "meeting_started no time\n");
	means("{\"eventType\":\"callStarted\"}", "meeting_started no time\n");
}

static void test_in_out_and_lobby(void)
{
	means(ROSTER(ENTRY("leg-a", USER1, ",\"isInLobby\":false")),
	      "person_joined Person 01 leg 1 10:00:00.000Z\n");
	means(ROSTER(ENTRY("leg-a", USER1, "")),
	      "person_joined Person 01 leg 1 10:00:00.000Z\n");
	means(ROSTER(ENTRY("leg-a", USER1, ",\"removedState\":null")),
	      "person_joined Person 01 leg 1 10:00:00.000Z\n");
	means(ROSTER(ENTRY("leg-a", USER1, LEFT)),
	      "person_left Person 01 leg 1 10:00:00.000Z\n");
	means(ROSTER(ENTRY("leg-a", USER1, ",\"removedState\":{}")),
	      "person_left Person 01 leg 1 10:00:00.000Z\n");
	/* Whatever the reason: presence of the member decides. */
	means(ROSTER(ENTRY("leg-a", USER1, ",\"RemovedState\":{\"Reason\":\"Another\"}")),
	      "person_left Person 01 leg 1 10:00:00.000Z\n");
	means(ROSTER(ENTRY("leg-b", USER1, ",\"isInLobby\":true")), "");
	means(ROSTER(ENTRY("leg-a", USER1, "") "," ENTRY("leg-b", USER1, "") "," ENTRY(
		      "leg-a", USER1, LEFT) "," ENTRY("", USER1, "")),
	      "person_joined Person 01 leg 1 10:00:00.000Z\n"
	      "person_joined Person 01 leg 2 10:00:00.000Z\n"
	      "person_left Person 01 leg 1 10:00:00.000Z\n"
	      "person_joined Person 01 leg 0 10:00:00.000Z\n");
}

static void test_pascal_case(void)
{
	means("{\"EventType\":\"RosterUpdated\",\"EventDateTime\":\"2099-11-24T10:00:"
	      "00Z\","
	      "\"Participants@Delta\":[{\"Id\":\"leg-a\",\"IsInLobby\":false,\"Info\":"
	      "{\"Identity\":{\"User\":{\"Id\":\"00000000-0000-0000-0000-0000000000b1\","
	      "\"DisplayName\":\"Person 01\",\"TenantId\":\"t\"}}}}]}",
	      "person_joined Person 01 leg 1 10:00:00.000Z\n");
}

static void test_what_it_was_called(void)
{
#define OLD(list, entry) \
	"{\"eventType\":\"Microsoft.Communication.CallRosterUpdate\"," AT ",\"" list \
	"\":[" entry "]}"
#define OLD_ENTRY "{\"Id\":\"leg-a\",\"Identity\":{" USER1 "}}"
	means(OLD("activeParticipants@joined", OLD_ENTRY),
	      "person_joined Person 01 leg 1 10:00:00.000Z\n");
	means(OLD("activeParticipants@exited", OLD_ENTRY),
	      "person_left Person 01 leg 1 10:00:00.000Z\n");
	means(OLD("activeParticipants@delta", OLD_ENTRY),
	      "person_joined Person 01 leg 1 10:00:00.000Z\n");
	means(OLD("activeParticipants@remove", OLD_ENTRY),
	      "person_left Person 01 leg 1 10:00:00.000Z\n");
	means(OLD("activeParticipants@delta", "\"{list of users}\""), "");
}

static void test_kinds_of_identity(void)
{
	static const char *const kinds[] = {
		"guest",      "phone",     "azureCommunicationServicesUser",
		"onPremises", "encrypted", "assertedIdentity",
		"device"
	};
	char content[512], wanted[128];

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(content, sizeof(content),
			 ROSTER("{\"id\":\"leg-%zu\",\"info\":{\"identity\":{\"user\":"
				"null,"
				"\"%s\":{\"id\":\"x\",\"displayName\":\"Guest %zu\"}}}}"),
			 i, kinds[i], i);
		snprintf(wanted, sizeof(wanted),
			 "person_joined Guest %zu leg 1 10:00:00.000Z\n", i);
		means(content, wanted);
	}
	/* Programs and queues are nobody; what is new may be somebody. */
	means(ROSTER(ENTRY("a", "\"application\":{\"id\":\"x\",\"displayName\":\"Bot\"}",
			   "")),
	      "");
	means(ROSTER(ENTRY("a", "\"applicationInstance\":{\"displayName\":\"Queue\"}",
			   "")),
	      "");
	means(ROSTER(ENTRY("leg-n", "\"somethingNew\":{\"id\":\"x\"}", "")),
	      "person_joined Unnamed guest ea7a leg 1 10:00:00.000Z\n");
	means(ROSTER(ENTRY("a", "", "") ",null,7,\"text\",{},{\"info\":null}"),
	      "person_joined Unnamed guest bdca leg 1 10:00:00.000Z\n");
}

static uint32_t people(void)
{
	return directory_people(world.plenary->directory, session);
}

static void take(const char *content, const char *wanted)
{
	struct said said = { .takes = true };

	CHECK_INT(CALL_EVENT_TAKEN, hear(&said, content));
	CHECK_TEXT(wanted, text_string(&said.text));
	text_finish(&said.text);
	world_settle(&world);
}

/* Somebody who types a name, seen by the bot as well; and another of the same name. */
static void test_a_guest_is_one_person(void)
{
	const struct identity visitor = { .name = "Visitor", .teams_id = "29:visitor" };
	const uint32_t person =
		directory_meet(world.plenary->directory,
			       journal_batch(world.plenary->journal), session, &visitor);
	struct event event = event_blank(EVENT_PERSON_JOINED);
	event.session = session;
	event.source = SOURCE_BOT;
	event.person = person;
	event.place = PLACE_MAIN;
	CHECK_INT(0, clock_parse("2099-11-24T09:59:50Z", &event.presence.occurred_ms));
	event.at_ms = event.presence.occurred_ms;
	turn_take(&world.plenary->turn, &event);

	const uint32_t before = people();
#define GUEST "\"guest\":{\"displayName\":\"Visitor\"}"
	take(ROSTER(ENTRY("v-1", GUEST, "")),
	     "person_joined Visitor leg 1 10:00:00.000Z\n");
	CHECK_INT(before, people());
	/* A second one, whom the bot has not seen, is somebody new; each keeps its leg. */
	take(ROSTER(ENTRY("v-2", GUEST, "")),
	     "person_joined Visitor leg 1 10:00:00.000Z\n");
	CHECK_INT(before + 1, people());
	take(ROSTER(ENTRY("v-1", GUEST, LEFT)),
	     "person_left Visitor leg 1 10:00:00.000Z\n");
	take(ROSTER(ENTRY("v-2", GUEST, LEFT)),
	     "person_left Visitor leg 1 10:00:00.000Z\n");
	CHECK_INT(before + 1, people());
}

/* Not signed in although it says user: the id is no object id. */
static void test_users_who_are_not_signed_in(void)
{
	const uint32_t before = people();

	take(ROSTER(ENTRY("u-1",
			  "\"user\":{\"id\":\"8:visitor:1\",\"displayName\":\"Caller\","
			  "\"userIdentityType\":\"anonymousGuest\"}",
			  "")),
	     "person_joined Caller leg 1 10:00:00.000Z\n");
	take(ROSTER(ENTRY("u-1", "\"user\":{\"id\":null,\"displayName\":null}", LEFT)),
	     "person_left Caller leg 1 10:00:00.000Z\n");
	CHECK_INT(before + 1, people());
	CHECK_TEXT("", directory_person(world.plenary->directory, session, before)
			       ->object_id);
}

/* Put back into the lobby: out, if this leg was in. */
static void test_back_to_the_lobby(void)
{
	take(ROSTER(ENTRY("l-1", USER1, "")),
	     "person_joined Person 01 leg 1 10:00:00.000Z\n");
	take("{\"eventType\":\"rosterUpdated\",\"eventDateTime\":\"2099-11-24T10:00:"
	     "09Z\","
	     "\"participants@delta\":[" ENTRY("l-1", USER1, ",\"isInLobby\":true") "]}",
	     "person_left Person 01 leg 1 10:00:09.000Z\n");
	take("{\"eventType\":\"rosterUpdated\",\"eventDateTime\":\"2099-11-24T10:00:"
	     "12Z\","
	     "\"participants@delta\":[" ENTRY("l-1", USER1, ",\"isInLobby\":true") "]}",
	     "");
}

static void test_what_is_of_no_interest(void)
{
	is_nothing("{\"@odata.type\":\"#microsoft.graph.presence\",\"id\":\"x\","
		   "\"availability\":\"Busy\",\"activity\":\"InAMeeting\"}",
		   CALL_EVENT_OTHER);
	is_nothing("{\"eventType\":\"recordingStarted\"," AT "}", CALL_EVENT_OTHER);
	is_nothing("{}", CALL_EVENT_OTHER);
	is_nothing("[]", CALL_EVENT_UNREADABLE);
	is_nothing("", CALL_EVENT_UNREADABLE);
	is_nothing("this is not json", CALL_EVENT_UNREADABLE);
	is_nothing("{\"eventType\":\"callStarted\"", CALL_EVENT_UNREADABLE);
	means("{\"eventType\":\"rosterUpdated\"," AT "}", "");
	means("{\"eventType\":\"rosterUpdated\"," AT ",\"participants@delta\":{}}", "");
}

/* -- the documents' own -------------------------------------------------------------------- */

static void test_samples(void)
{
	static const struct {
		const char *name, *wanted;
	} table[] = {
		{ "decrypted.callStarted.json", "meeting_started 00:00:00.000Z\n" },
		{ "decrypted.callEnded.json", "meeting_ended 00:00:00.000Z\n" },
		{ "decrypted.rosterUpdated.joined-and-lobby.json",
		  "person_joined A user roster update in the call leg 1 "
		  "00:00:00.000Z\n" },
		{ "decrypted.rosterUpdated.inactive.json",
		  "person_left A user change within the meeting call leg 1 "
		  "00:00:00.000Z\n" },
		{ "decrypted.rosterUpdated.left.json",
		  "person_left User that is leaving the call leg 1 00:00:00.000Z\n" },
		{ "decrypted.rosterUpdated.pascal-case.json",
		  "person_left User that is leaving the call leg 1 02:05:04.000Z\n" },
		{ "decrypted.legacy2022.callStarted.json",
		  "meeting_started 00:00:00.000Z\n" },
		{ "decrypted.legacy2022.callEnded.json",
		  "meeting_ended 00:00:00.000Z\n" },
		{ "decrypted.legacy2022.callRosterUpdate.joined-exited.json",
		  "person_joined user display name leg 1 00:00:00.000Z\n"
		  "person_left acs user display name leg 2 00:00:00.000Z\n" },
		{ "decrypted.legacy2022.callRosterUpdate.delta-remove.json", "" },
	};
	char path[256];

	snprintf(path, sizeof(path), "%s%s", shared, table[0].name);
	FILE *const there = fopen(path, "r");
	if (there == NULL) {
		fprintf(stderr, "    left out: no %s\n", shared);
		return;
	}
	fclose(there);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", shared, table[i].name);
		char *const content = world_file(path);

		means(content, table[i].wanted);
		free(content);
	}
	snprintf(path, sizeof(path), "%sdecrypted.presence.json", shared);
	char *const presence = world_file(path);
	is_nothing(presence, CALL_EVENT_OTHER);
	free(presence);
}

int main(void)
{
	world_begin(&world);
	world_open(&world, 0);
	json_t *const plan = world_plan(&world);

	session = world_schedule(&world, plan);
	json_decref(plan);
	RUN(test_begun_and_ended);
	RUN(test_times);
	RUN(test_in_out_and_lobby);
	RUN(test_pascal_case);
	RUN(test_what_it_was_called);
	RUN(test_kinds_of_identity);
	RUN(test_a_guest_is_one_person);
	RUN(test_users_who_are_not_signed_in);
	RUN(test_back_to_the_lobby);
	RUN(test_what_is_of_no_interest);
	RUN(test_samples);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
