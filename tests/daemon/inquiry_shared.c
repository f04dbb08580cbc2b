/* SPDX-License-Identifier: MIT */
/* What is asked of the connector, beside exchanges that others made. */
#include <unistd.h>

#include "daemon/teams/inquiry.h"
#include "tests/check.h"
#include "tests/daemon/inquired.h"

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

static void test_members(void)
{
	shared("http-pagedmembers-1");
	const char *const last = shared("http-pagedmembers-2");

	hears("conversationUpdate", ",\"membersAdded\":[{\"id\":\"28:bot\"}]");
	CHECK(strstr(text_string(&connector.asked), last) != NULL);
	CHECK_TEXT("u1@example.test", person(0)->email);
	CHECK_TEXT("29:u2", person(1)->teams_id);
	CHECK_TEXT("u2@example.test", person(1)->email);
	forget_exchanges();
}

static void test_meeting(void)
{
	const struct place_row unknown = { .session = connector.session,
					   .place = PLACE_MAIN,
					   .meeting_id = "" };

	directory_set_place(connector.world.plenary->directory,
			    journal_batch(connector.world.plenary->journal), &unknown);
	shared("http-meeting");
	hears("event", EVENT("meetingStart"));
	CHECK_TEXT("MSo1N2Y5ZGFjYy03MWJmLTQ3NDMtYjQxMy01M2E=",
		   directory_place(connector.world.plenary->directory, connector.session,
				   PLACE_MAIN)
			   ->meeting_id);
	forget_exchanges();
}

static void test_participant(void)
{
	const uint64_t taken = connector.world.plenary->turn.taken;
	const char *const path = shared("http-meeting-participant");

	inquire_presence(&connector.world.plenary->inquiries, connector.session,
			 PLACE_MAIN, 0);
	wait_done();
	CHECK(strstr(text_string(&connector.asked), path) != NULL);
	CHECK_INT(taken + 1, connector.world.plenary->turn.taken);
	forget_exchanges();
}

static void test_batch(void)
{
	shared("http-batch-state-completed");
	const char *const unreached = shared("http-batch-failedentries");

	inquire_batch(&connector.world.plenary->inquiries, connector.session,
		      "00000000-0000-0000-0000-00000000op01", WORLD_THREAD);
	wait_done();
	CHECK(strstr(text_string(&connector.asked), unreached) != NULL);
	CHECK(strstr(text_string(&connector.asked), "has reached 1 of 2 people.") !=
	      NULL);
	forget_exchanges();
}

/* Those files have a meeting of another id. */
static void knows_their_meeting(void)
{
	char key[24];

	snprintf(key, sizeof(key), "%u %u", connector.session, PLACE_MAIN);
	free(map_put(&connector.world.plenary->inquiries.meetings, key,
		     memory_string("MCMxOTptZWV0aW5nX01EQXdAdGhyZWFkLnYyIzA=")));
}

int main(void)
{
	if (access(SHARED, R_OK) != 0) {
		fprintf(stderr, "skipped: %s is not there\n", SHARED);
		return 77;
	}
	inquired_begin();
	forget();
	knows_their_meeting();
	RUN(test_members);
	RUN(test_meeting);
	RUN(test_participant);
	RUN(test_batch);
	inquired_end();
	return check_done();
}
