/* SPDX-License-Identifier: MIT */
/* Requests to Graph: the right meeting, the right subscription. */
#include "daemon/encode/encode.h"

#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/store/directory.h"
#include "tests/check.h"
#include "tests/daemon/string_of.h"
#include "tests/daemon/world.h"

static struct world world;
static uint32_t session;

static struct effect effect_of(enum effect_kind kind)
{
	struct effect effect = effect_blank(kind);

	effect.person = 0;
	effect.place = 2;
	effect.block = 1;
	effect.poll = 0;
	effect.to_ms = 4099194600000;
	effect.amount_ms = 120000;
	return effect;
}

static void draft_of(const struct effect *effect, struct request_draft *draft)
{
	CHECK_INT(0, encode_delivery(&world.plenary->words,
				     journal_batch(world.plenary->journal), session,
				     4099194000000, effect, draft));
	CHECK(draft->delivery.path[0] == '/');
	CHECK_INT(session, draft->delivery.session);
	CHECK_INT(effect->kind, draft->delivery.what);
	CHECK(draft->delivery.made_ms == 4099194000000);
	CHECK(strlen(draft->delivery.body) <= CARD_BYTES);
}

static json_t *body_of(const struct request_draft *draft)
{
	json_error_t error;
	json_t *const body = json_loads(draft->delivery.body, 0, &error);

	if (body == NULL)
		fprintf(stderr, "%s\n%s\n", error.text, draft->delivery.body);
	CHECK(json_is_object(body));
	return body;
}

static uint32_t scheduled_as(const char *uid)
{
	json_t *const plan = world_plan(&world);

	json_object_set_new(plan, "uid", json_string(uid));
	const uint32_t number = world_schedule(&world, plan);

	json_decref(plan);
	return number;
}

static void external_id(uint16_t place, char id[256])
{
	struct effect effect = effect_of(DELIVER_ROOM_MEETING);
	struct request_draft draft;

	effect.place = place;
	draft_of(&effect, &draft);
	json_t *const body = body_of(&draft);

	CHECK_INT(PARTY_GRAPH, draft.delivery.party);
	CHECK_TEXT("/v1.0/users/00000000-0000-0000-0000-0000000000b0/onlineMeetings/"
		   "createOrGet",
		   draft.delivery.path);
	snprintf(id, 256, "%s", string_of(body, "externalId"));
	json_decref(body);
	request_draft_finish(&draft);
}

/* Two rooms are two meetings, whatever the session is called. */
static void test_rooms_are_different_meetings(void)
{
	const uint32_t before = session;
	char uid[128], one[256], other[256];

	external_id(2, one);
	CHECK_TEXT("leep-1-room-2", one);
	memset(uid, 'u', sizeof(uid) - 1);
	uid[sizeof(uid) - 1] = '\0';
	session = scheduled_as(uid);
	external_id(1, one);
	external_id(12, other);
	CHECK(strcmp(one, other) != 0);
	session = before;
}

static void subscription_for(const char *join_url, char resource[2048])
{
	struct effect effect = effect_of(DELIVER_SUBSCRIPTION);
	const struct place_row row = { .session = session,
				       .place = 7,
				       .join_url = join_url };
	struct request_draft draft;

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &row);
	effect.place = 7;
	draft_of(&effect, &draft);
	json_t *const body = body_of(&draft);
	const struct place_row *const place =
		directory_place(world.plenary->directory, session, 7);

	CHECK_TEXT("/beta/subscriptions", draft.delivery.path);
	CHECK_TEXT("https://plenary.example.test/graph/notifications",
		   string_of(body, "notificationUrl"));
	CHECK_TEXT("https://plenary.example.test/graph/lifecycle",
		   string_of(body, "lifecycleNotificationUrl"));
	CHECK_TEXT("2099-11-27T07:00:00.000Z", string_of(body, "expirationDateTime"));
	CHECK_TEXT(place->client_state, string_of(body, "clientState"));
	CHECK_INT(64, strlen(place->client_state));
	snprintf(resource, 2048, "%s", string_of(body, "resource"));
	json_decref(body);
	request_draft_finish(&draft);
}

static void test_subscription(void)
{
	static const char sample[] =
		"../shared/protocols/samples/graph/join-url-encoding.json";
	char resource[2048];

	subscription_for("https://x.test/l/19%3am%40t/0?c=%7b'q'%7d", resource);
	CHECK_TEXT("communications/onlineMeetings(joinWebUrl='https%3A%2F%2Fx.test%2Fl%2F"
		   "19%253am%2540t%2F0%3Fc%3D%257b%27%27q%27%27%257d')/meetingCallEvents",
		   resource);
	FILE *const file = fopen(sample, "r");

	if (file == NULL) {
		fprintf(stderr, "    skipped: %s is not there\n", sample);
		return;
	}
	json_t *const wanted = json_loadf(file, 0, NULL);

	fclose(file);
	subscription_for(string_of(wanted, "joinWebUrl"), resource);
	CHECK_TEXT(string_of(wanted, "subscriptionResource"), resource);
	/* The same link in a filter; the user's id is another one. */
	struct effect effect = effect_of(DELIVER_REPORT_FETCH);
	struct request_draft draft;

	effect.place = 7;
	draft_of(&effect, &draft);
	CHECK_TEXT(strstr(string_of(wanted, "filterQuery"), "/onlineMeetings"),
		   strstr(draft.delivery.path, "/onlineMeetings"));
	request_draft_finish(&draft);
	json_decref(wanted);
}

static void test_states_differ(void)
{
	char resource[2048], state[65];

	subscription_for("https://x.test/1", resource);
	snprintf(state, sizeof(state), "%s",
		 directory_place(world.plenary->directory, session, 7)->client_state);
	subscription_for("https://x.test/1", resource);
	CHECK(strcmp(state, directory_place(world.plenary->directory, session, 7)
				    ->client_state) != 0);
}

static void test_reports(void)
{
	struct effect effect = effect_of(DELIVER_REPORT_FETCH);
	struct request_draft draft;

	effect.place = PLACE_MAIN;
	draft_of(&effect, &draft);
	CHECK_TEXT("GET", draft.delivery.method);
	CHECK_TEXT("/v1.0/users/00000000-0000-0000-0000-0000000000b0/onlineMeetings/"
		   "meeting-main/attendanceReports",
		   draft.delivery.path);
	CHECK_TEXT("", draft.delivery.body);
	request_draft_finish(&draft);
	/* Its id has not been told: it is looked up by its link. */
	const struct place_row row = { .session = session,
				       .place = 41,
				       .join_url = "https://x.test/l/19%3am'?c" };

	directory_set_place(world.plenary->directory,
			    journal_batch(world.plenary->journal), &row);
	effect.place = 41;
	draft_of(&effect, &draft);
	CHECK_TEXT("/v1.0/users/00000000-0000-0000-0000-0000000000b0/onlineMeetings"
		   "?$filter=JoinWebUrl%20eq%20'https%3A%2F%2Fx.test%2Fl%2F19%253am%27%27"
		   "%3Fc'",
		   draft.delivery.path);
	request_draft_finish(&draft);
	effect.place = 40;
	CHECK_INT(-1, encode_delivery(&world.plenary->words,
				      journal_batch(world.plenary->journal), session, 1,
				      &effect, &draft));
	request_draft_finish(&draft);
}

int main(void)
{
	world_begin(&world);
	world_open(&world, 0);
	session = scheduled_as("leep-1");
	RUN(test_rooms_are_different_meetings);
	RUN(test_subscription);
	RUN(test_states_differ);
	RUN(test_reports);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
