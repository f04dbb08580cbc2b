/* SPDX-License-Identifier: MIT */
/* The life of Graph's subscriptions, against a Graph that does as the test says. */
#include "daemon/graph/subscription.h"

#include <sys/stat.h>
#include <time.h>

#include "daemon/common/clock.h"
#include "daemon/encode/live.h"
#include "daemon/settings/config.h"
#include "daemon/wire/envelope.h"
#include "tests/check.h"
#include "tests/daemon/subscribed.h"

#define CREATED "POST\n"

static void test_created(void)
{
	world_of_one();
	CHECK_TEXT(CREATED, asked());
	json_t *const body = json_loads(graph.body, 0, NULL);
	const struct envelopes *const keys = graph.world.plenary->words.envelopes;
	const struct place_row *const place = place_of();

	CHECK_TEXT("updated", text_of(body, "changeType"));
	CHECK_TEXT("https://plenary.example.test/graph/notifications",
		   text_of(body, "notificationUrl"));
	CHECK_TEXT("https://plenary.example.test/graph/lifecycle",
		   text_of(body, "lifecycleNotificationUrl"));
	CHECK(json_is_true(json_object_get(body, "includeResourceData")));
	CHECK_TEXT(envelopes_certificate(keys), text_of(body, "encryptionCertificate"));
	CHECK_TEXT(envelopes_id(keys), text_of(body, "encryptionCertificateId"));
	CHECK_TEXT("v1_3", text_of(body, "latestSupportedTlsVersion"));
	CHECK_INT(64, strlen(text_of(body, "clientState")));
	CHECK_TEXT(text_of(body, "clientState"), place->client_state);
	CHECK_TEXT(graph.id, place->subscription_id);
	CHECK_TEXT(envelopes_id(keys), place->certificate_id);
	CHECK_INT(HEARING_HEARD, hearing());
	/* Half of the life, give or take a tenth. */
	const int64_t left_ms = place->subscription_renew_ms - session_now();

	CHECK(left_ms > SUBSCRIPTION_LIFE_MS * 2ll / 5 - 60000);
	CHECK(left_ms <= SUBSCRIPTION_LIFE_MS * 3ll / 5);
	json_decref(body);
	world_of_none();
}

/* What the page of Microsoft's documentation shows, member by member. */
static void test_shape_of_the_samples(void)
{
	json_t *const wanted = shared("subscription-create-request.meetingCallEvents");
	json_t *const renewal = shared("subscription-renew-request");
	const char *name;
	json_t *value;

	if (wanted == NULL || renewal == NULL) {
		json_decref(wanted);
		json_decref(renewal);
		return;
	}
	world_of_one();
	json_t *body = json_loads(graph.body, 0, NULL);

	json_object_foreach (wanted, name, value) {
		CHECK_INT(json_typeof(value), json_typeof(json_object_get(body, name)));
	}
	CHECK_TEXT(text_of(wanted, "changeType"), text_of(body, "changeType"));
	json_decref(body);
	forget();
	half_its_life_passes();
	CHECK_TEXT("PATCH\n", asked());
	body = json_loads(graph.body, 0, NULL);
	CHECK_INT(json_object_size(renewal), json_object_size(body));
	CHECK(text_of(body, "expirationDateTime")[0] != '\0');
	json_decref(body);
	world_of_none();
	json_decref(wanted);
	json_decref(renewal);
}

static void test_renewed_at_half_its_life(void)
{
	world_of_one();
	const int64_t ends_ms = place_of()->subscription_ends_ms;

	forget();
	look();
	CHECK_TEXT("", asked());
	half_its_life_passes();
	CHECK_TEXT("PATCH\n", asked());
	CHECK(place_of()->subscription_ends_ms >
	      ends_ms + SUBSCRIPTION_LIFE_MS * 2ll / 5 - 60000);
	forget();
	look();
	CHECK_TEXT("", asked());
	/* Reminders do not make it more, until ten minutes have gone by. */
	subscription_remind(&graph.world.plenary->subscriptions, graph.session, 0);
	settle();
	CHECK_TEXT("", asked());
	time_passes(SUBSCRIPTION_REST_MS);
	subscription_remind(&graph.world.plenary->subscriptions, graph.session, 0);
	settle();
	CHECK_TEXT("PATCH\n", asked());
	CHECK_INT(HEARING_HEARD, hearing());
	world_of_none();
}

/* Failing for hours, with its half life behind it, it is tried again at every look. */
static void test_renewal_that_fails_is_tried_again(void)
{
	world_of_one();
	graph.world.config->outbox.attempts = 1;
	answer_next("PATCH", 503, "<html>Service Unavailable</html>", 1);
	forget();
	half_its_life_passes();
	CHECK_TEXT("PATCH\n", asked());
	CHECK_INT(HEARING_HEARD, hearing()); /* it lives on meanwhile */
	look();
	CHECK_TEXT("PATCH\nPATCH\n", asked());
	world_of_none();
}

static void test_schedule_survives_a_restart(void)
{
	world_of_one();
	const int64_t renew_ms = place_of()->subscription_renew_ms;

	world_again();
	CHECK_INT(renew_ms, place_of()->subscription_renew_ms);
	CHECK_TEXT(graph.id, place_of()->subscription_id);
	CHECK_INT(HEARING_HEARD, hearing());
	forget();
	half_its_life_passes();
	CHECK_TEXT("PATCH\n", asked());
	world_of_none();
}

/* -- gone ------------------------------------------------------------------------------ */

static void test_renewal_finds_nothing(void)
{
	char state[65], id[64];

	world_of_one();
	meeting_runs();
	snprintf(state, sizeof(state), "%s", place_of()->client_state);
	snprintf(id, sizeof(id), "%s", graph.id);
	graph_forgets();
	forget();
	half_its_life_passes();
	CHECK_TEXT("PATCH\n" CREATED, asked());
	CHECK(strcmp(id, place_of()->subscription_id) != 0);
	CHECK(strcmp(state, place_of()->client_state) != 0);
	/* Deaf to the call that is on. */
	CHECK_INT(HEARING_LATE, hearing());
	CHECK_INT(GAP_OPEN, the_session()->gap[0].state);
	world_of_none();
}

static void live_says(const char *words)
{
	const struct words_source *const source = &graph.world.plenary->words;
	struct text text = { 0 };

	encode_snapshot(source, the_session(), session_now(), 1, &text);
	CHECK(strstr(text_string(&text), words) != NULL);
	text_finish(&text);
}

/* Forgotten without a word: found within minutes while the session runs. */
static void test_silent_loss_is_found(void)
{
	world_of_one();
	meeting_runs();
	forget();
	time_passes(SUBSCRIPTION_CHECK_MS);
	look();
	CHECK_TEXT("GET\n", asked());
	CHECK_INT(0, the_session()->gaps);
	const int64_t seen_ms = session_now();

	graph_forgets();
	time_passes(SUBSCRIPTION_CHECK_MS);
	look();
	CHECK_TEXT("GET\nGET\n" CREATED, asked());
	CHECK_INT(1, the_session()->gaps);
	/* From when it was last known to be there. */
	CHECK(the_session()->gap[0].from_ms >= seen_ms - 1000);
	CHECK(the_session()->gap[0].from_ms <= seen_ms + 1000);
	live_says("\"unheard\":\"Nobody tells Plenary who comes and goes: Main meeting "
		  "since ");
	/* The bot does, and then nothing is amiss. */
	world_take(&graph.world, graph.session,
		   "person_joined source=bot person=0 place=0");
	live_says("\"unheard\":\"\"");
	world_of_none();
}

static void test_looked_for_seldom_when_nothing_runs(void)
{
	world_of_one();
	forget();
	time_passes(SUBSCRIPTION_CHECK_MS);
	look();
	CHECK_TEXT("", asked());
	time_passes(SUBSCRIPTION_IDLE_MS);
	look();
	CHECK_TEXT("GET\n", asked());
	world_of_none();
}

/* An answer that is none says nothing of the subscription. */
static void test_a_look_that_fails_changes_nothing(void)
{
	world_of_one();
	meeting_runs();
	forget();
	answer_next("GET", 502, "<html>Bad Gateway</html>", 1);
	time_passes(SUBSCRIPTION_CHECK_MS);
	look();
	CHECK_TEXT("GET\n", asked());
	CHECK_INT(HEARING_HEARD, hearing());
	look();
	CHECK_TEXT("GET\nGET\n", asked());
	world_of_none();
}

static void test_lapsed(void)
{
	world_of_one();
	forget();
	graph_forgets();
	time_passes(SUBSCRIPTION_LIFE_MS + 60000ll);
	look();
	CHECK_TEXT(CREATED, asked());
	world_of_none();
}

/* -- the rest of a life ---------------------------------------------------------------------- */

/* What Microsoft shows of the answers: no certificate is echoed, times have seven digits. */
static void test_answers_of_the_samples(void)
{
	json_t *const made = shared("subscription-create-response.rich");
	json_t *const renewed = shared("subscription-renew-response");

	if (made == NULL || renewed == NULL) {
		json_decref(made);
		json_decref(renewed);
		return;
	}
	char *const renewal = json_dumps(renewed, 0);

	CHECK(json_object_get(made, "encryptionCertificate") == NULL);
	json_object_set_new(made, "id", json_string("sub-of-the-sample"));
	char *const creation = json_dumps(made, 0);

	world_begins();
	graph.world.plenary->clock.anchor_ms = 0;
	graph.world.plenary->clock.from_ms =
		INT64_C(1568800000000) - clock_real_ms(); /* the day before */
	answer_next("POST", 201, creation, 1);
	schedule();
	CHECK_TEXT("sub-of-the-sample", place_of()->subscription_id);
	CHECK_INT(INT64_C(1568890800000), place_of()->subscription_ends_ms);
	CHECK_TEXT(envelopes_id(graph.world.plenary->words.envelopes),
		   place_of()->certificate_id);
	answer_next("PATCH", 200, renewal, 1);
	subscription_remind(&graph.world.plenary->subscriptions, graph.session, 0);
	settle();
	/* Its expiry, to the millisecond; whose it is does not change by an answer. */
	CHECK_INT(INT64_C(1479839025935), place_of()->subscription_ends_ms);
	CHECK_TEXT("sub-of-the-sample", place_of()->subscription_id);
	world_of_none();
	free(creation);
	free(renewal);
	json_decref(made);
	json_decref(renewed);
}

static void test_made_after_the_call_began(void)
{
	world_begins();
	answer_next("POST", 403, "{}", 1);
	schedule();
	meeting_runs();
	time_passes(SUBSCRIPTION_AGAIN_MS);
	look();
	CHECK_INT(HEARING_LATE, hearing());
	CHECK_INT(1, the_session()->gaps);
	world_of_none();
}

static void test_a_new_key(void)
{
	char id[ENVELOPE_ID_BYTES], folder[WORLD_BYTES];

	world_of_one();
	forget();
	snprintf(folder, sizeof(folder), "%s/data/graph-keys", graph.world.folder);
	CHECK_INT(0, envelope_make(folder, clock_real_ms(), id));
	CHECK_INT(0, envelopes_add(graph.world.plenary->subscriptions.envelopes, id));
	look();
	CHECK_TEXT("PATCH\n", asked());
	json_t *const body = json_loads(graph.body, 0, NULL);

	CHECK_TEXT(id, text_of(body, "encryptionCertificateId"));
	CHECK_TEXT(envelopes_certificate(graph.world.plenary->words.envelopes),
		   text_of(body, "encryptionCertificate"));
	CHECK(text_of(body, "expirationDateTime")[0] != '\0');
	json_decref(body);
	CHECK_TEXT(id, place_of()->certificate_id);
	forget();
	look();
	CHECK_TEXT("", asked());
	world_of_none();
}

static void test_ended_with_the_session(void)
{
	world_of_one();
	meeting_runs();
	meeting_closes();
	CHECK_INT(SESSION_CLOSED, the_session()->state);
	forget();
	time_passes(31 * 60000ll);
	world_take(&graph.world, graph.session, "alarm_rang source=clock");
	settle();
	CHECK_TEXT("DELETE\n", asked());
	CHECK_TEXT("", place_of()->subscription_id);
	CHECK_INT(HEARING_NONE, hearing());
	time_passes(SUBSCRIPTION_LIFE_MS);
	look();
	CHECK_TEXT("DELETE\n", asked());
	world_of_none();
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	subscribed_begin();
	RUN(test_created);
	RUN(test_shape_of_the_samples);
	RUN(test_renewed_at_half_its_life);
	RUN(test_renewal_that_fails_is_tried_again);
	RUN(test_schedule_survives_a_restart);
	RUN(test_renewal_finds_nothing);
	RUN(test_silent_loss_is_found);
	RUN(test_looked_for_seldom_when_nothing_runs);
	RUN(test_a_look_that_fails_changes_nothing);
	RUN(test_lapsed);
	RUN(test_answers_of_the_samples);
	RUN(test_made_after_the_call_began);
	RUN(test_a_new_key);
	RUN(test_ended_with_the_session);
	subscribed_end();
	return check_done();
}
