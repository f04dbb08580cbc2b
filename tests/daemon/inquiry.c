/* SPDX-License-Identifier: MIT */
/* What is asked of the connector, when, and what the answers teach. */
#include "daemon/teams/inquiry.h"

#include "daemon/sessions.h"
#include "tests/check.h"
#include "tests/daemon/inquired.h"

#define MEMBERS \
	"/bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/pagedmembers?pageSize=500"
#define MEMBER "/bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/members/"
#define DETAILS "/bot/v1/meetings/MCMxOTptZWV0aW5nIzA%3D"
#define BATCH "/bot/v3/batch/conversation/"

/* Page by page; people we know become known by more, others do not become people. */
static void test_members(void)
{
	const uint32_t before =
		directory_people(connector.world.plenary->directory, connector.session);

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
		   text_string(&connector.asked));
	CHECK_TEXT("29:new-1", person(0)->teams_id);
	CHECK_TEXT("first@example.test", person(0)->email);
	CHECK_TEXT("29:new-2", person(1)->teams_id);
	CHECK_INT(before, directory_people(connector.world.plenary->directory,
					   connector.session));
	CHECK_INT(0, sessions_get(&connector.world.plenary->sessions, connector.session)
			     ->spans);
}

/* A token that leads in a circle ends. */
static void test_endless_members(void)
{
	forget();
	plan(MEMBERS, 200, "{\"continuationToken\":\"t\",\"members\":[]}", -1);
	plan(MEMBERS "&continuationToken=t", 200,
	     "{\"continuationToken\":\"t\",\"members\":[]}", -1);
	hears("conversationUpdate", ",\"membersAdded\":[{\"id\":\"28:bot\"}]");
	CHECK_TEXT(MEMBERS "\n" MEMBERS "&continuationToken=t\n",
		   text_string(&connector.asked));
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
	CHECK_TEXT(MEMBERS "\n", text_string(&connector.asked));
	const struct place_row unknown = { .session = connector.session,
					   .place = PLACE_MAIN,
					   .meeting_id = "" };

	directory_set_place(connector.world.plenary->directory,
			    journal_batch(connector.world.plenary->journal), &unknown);
	forget();
	plan(MEMBERS, 200, "{\"members\":[]}", 1);
	plan(DETAILS, 200, details, 1);
	hears("event", EVENT("MeetingStart "));
	CHECK_TEXT(MEMBERS "\n" DETAILS "\n", text_string(&connector.asked));
	const struct place_row *const main =
		directory_place(connector.world.plenary->directory, connector.session,
				PLACE_MAIN);

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
	CHECK_TEXT(MEMBER "29%3Alate\n", text_string(&connector.asked));
	const struct identity late = { .email = "late@example.test" };
	const uint32_t number = directory_find(connector.world.plenary->directory,
					       connector.session, &late);

	CHECK(number != PERSON_NONE);
	CHECK_TEXT("29:late", person(number)->teams_id);
	CHECK_TEXT("00000000-0000-0000-0000-0000000000d1", person(number)->object_id);
	forget();
	hears("event", joined);
	CHECK_TEXT("", text_string(&connector.asked));
}

#define THERE \
	DETAILS "/participants/" \
		"00000000-0000-0000-0000-0000000000b1?tenantId=" WORLD_TENANT

static bool is_here(uint32_t number)
{
	const struct session *const of =
		sessions_get(&connector.world.plenary->sessions, connector.session);

	return of->member[number].here == PLACE_MAIN;
}

static void look(uint32_t number)
{
	inquire_presence(&connector.world.plenary->inquiries, connector.session,
			 PLACE_MAIN, number);
	wait_done();
}

/* A lost leave: the register hears of it when two answers say so. */
static void test_presence(void)
{
	forget();
	world_take(&connector.world, connector.session,
		   "person_joined person=0 place=0 source=bot");
	CHECK(is_here(0));
	plan(THERE, 200, "{\"meeting\":{\"role \":\"Attendee\",\"inMeeting\":true}}", 1);
	plan(THERE, 200, "{\"meeting\":{\"role\":\"Attendee\",\"InMeeting\":false}}", 2);
	look(0);
	look(0);
	CHECK(is_here(0));
	look(0);
	CHECK(!is_here(0));
	CHECK_TEXT(THERE "\n" THERE "\n" THERE "\n", text_string(&connector.asked));
	/* Who has no object id cannot be asked after, and an answer that says nothing is
	 * none. */
	forget();
	const struct identity guest = { .name = "Guest", .teams_id = "29:anon-9" };
	const uint32_t number =
		directory_meet(connector.world.plenary->directory,
			       journal_batch(connector.world.plenary->journal),
			       connector.session, &guest);

	look(number);
	CHECK_TEXT("", text_string(&connector.asked));
	world_take(&connector.world, connector.session,
		   "person_joined person=0 place=0 source=bot");
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
	CHECK_TEXT(THERE "\n" THERE "\n" THERE "\n" THERE "\n",
		   text_string(&connector.asked));
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
	inquire_batch(&connector.world.plenary->inquiries, connector.session, "op/1",
		      WORLD_THREAD);
	wait_done();
	CHECK(strstr(text_string(&connector.asked),
		     BATCH "failedentries/op%2F1?continuationToken="
			   "more\n") != NULL);
	CHECK(strstr(text_string(&connector.asked),
		     "Your announcement has reached 61 of 63 people.") != NULL);
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
	CHECK_TEXT(THERE "\n" THERE "\n" THERE "\n", text_string(&connector.asked));
	hears("typing", "");
	look(0);
	CHECK_TEXT(THERE "\n" THERE "\n" THERE "\n", text_string(&connector.asked));
	CHECK(is_here(0));
}

/* The token stays at home. */
static void test_foreign_host(void)
{
	forget();
	directory_set_service(connector.world.plenary->directory,
			      journal_batch(connector.world.plenary->journal),
			      connector.session, "https://smba.evil.example.test/");
	hears("conversationUpdate", ",\"membersAdded\":[{\"id\":\"28:bot\"}]");
	CHECK_TEXT("", text_string(&connector.asked));
}

int main(void)
{
	inquired_begin();
	RUN(test_members);
	RUN(test_endless_members);
	RUN(test_meeting);
	RUN(test_member);
	RUN(test_presence);
	RUN(test_patience);
	RUN(test_batch);
	RUN(test_denials);
	RUN(test_foreign_host);
	inquired_end();
	return check_done();
}
