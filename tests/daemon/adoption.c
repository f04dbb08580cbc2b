/* SPDX-License-Identifier: MIT */
/* Subscriptions that are there already, or that cannot be had. */
#include "daemon/graph/subscription.h"

#include "daemon/common/clock.h"
#include "daemon/settings/config.h"
#include "daemon/wire/envelope.h"
#include "tests/check.h"
#include "tests/daemon/subscribed.h"

#define CREATED "POST\n"

/* -- there already ------------------------------------------------------------------------ */

static void test_adopted_after_a_lost_answer(void)
{
	world_begins();
	graph.loses_answer = true;
	schedule();
	CHECK_TEXT(CREATED CREATED "GET\nPATCH\n", asked());
	CHECK_TEXT(graph.id, place_of()->subscription_id);
	CHECK_INT(HEARING_HEARD, hearing());
	json_t *const body = json_loads(graph.body, 0, NULL);

	CHECK_TEXT(envelopes_id(graph.world.plenary->words.envelopes),
		   text_of(body, "encryptionCertificateId"));
	json_decref(body);
	world_of_none();
}

static void test_of_another_life(void)
{
	world_begins();
	graph_has("https://plenary.example.test/graph/notifications", "another state");
	schedule();
	CHECK_TEXT(CREATED "GET\nDELETE\n" CREATED, asked());
	CHECK_INT(HEARING_HEARD, hearing());
	world_of_none();
}

static void test_of_somebody_else(void)
{
	world_begins();
	graph_has("https://elsewhere.example.test/hook", "");
	schedule();
	CHECK_TEXT(CREATED "GET\nDELETE\n" CREATED, asked());
	world_of_none();
}

/* Gone between the refusal and our look at it. */
static void test_adopted_one_goes_away(void)
{
	world_begins();
	graph_has("https://plenary.example.test/graph/notifications", "");
	graph.vanishes = true;
	schedule();
	CHECK_TEXT(CREATED "GET\n" CREATED, asked());
	CHECK_INT(HEARING_HEARD, hearing());
	world_of_none();
}

/* Graph has trouble of its own each time we look: that says nothing of the subscription. */
static void test_looked_at_until_it_is_seen(void)
{
	world_begins();
	graph_has("https://plenary.example.test/graph/notifications", "");
	graph.headers = "Retry-After: 0.128\r\n";
	answer_next("GET", 503, "", 4);
	schedule();
	CHECK_TEXT(CREATED "GET\n" CREATED "GET\n" CREATED "GET\n" CREATED "GET\n" CREATED
			   "GET\nPATCH\n",
		   asked());
	CHECK_INT(HEARING_HEARD, hearing());
	world_of_none();
}

/* The message names nobody: the list does, on its second page. */
static void test_found_in_the_list(void)
{
	world_begins();
	graph_has("https://elsewhere.example.test/hook", "");
	graph.unnamed = true;
	schedule();
	CHECK_TEXT(CREATED "LIST\nLIST\nDELETE\n" CREATED, asked());
	world_of_none();
}

static void test_conflict_sample(void)
{
	json_t *const sample = shared("error-subscription-409-duplicate");

	if (sample == NULL)
		return;
	char *const body = json_dumps(sample, 0);

	world_begins();
	answer_next("POST", 409, body, 1);
	schedule();
	/* The id of the sample's message, which this Graph does not know. */
	CHECK_TEXT("/7f105c7d-2dc5-4530-97cd-4e7ae6534c07", graph.unknown);
	CHECK_TEXT(CREATED "GET\n" CREATED, asked());
	world_of_none();
	free(body);
	json_decref(sample);
}

/* -- refused ------------------------------------------------------------------------------- */

static void refused(const char *name, int status, const char *posts, int times)
{
	json_t *const sample = shared(name);

	if (sample == NULL)
		return;
	char *const body = json_dumps(sample, 0);

	world_begins();
	answer_next("POST", status, body, times);
	schedule();
	CHECK_TEXT(posts, asked());
	CHECK_INT(HEARING_LOST, hearing());
	forget();
	look();
	CHECK_TEXT("", asked());
	time_passes(SUBSCRIPTION_IDLE_MS);
	look();
	CHECK_TEXT(CREATED, asked());
	CHECK_INT(HEARING_HEARD, hearing());
	world_of_none();
	free(body);
	json_decref(sample);
}

/* Said once, asked again after minutes. */
static void test_refused_for_good(void)
{
	refused("error-subscription-403-tenant-mismatch", 403, CREATED, 1);
	refused("error-403-no-application-access-policy", 403, CREATED, 1);
}

/* Seconds apart, and five times. */
static void test_our_address_was_not_validated(void)
{
	refused("error-subscription-400-validation-timeout", 400,
		CREATED CREATED CREATED CREATED CREATED, SUBSCRIPTION_TRIES);
}

/* One new token, then it is given up. */
static void test_unauthorized_sample(void)
{
	refused("error-401-app-not-authorized-on-behalf-of-user", 401, CREATED CREATED,
		2);
}

static void test_throttled(void)
{
	world_begins();
	graph.headers = "Retry-After: 0.128\r\n";
	answer_next("POST", 429, "{\"error\":{\"code\":\"TooManyRequests\"}}", 1);
	schedule();
	CHECK_TEXT(CREATED CREATED, asked());
	CHECK_INT(HEARING_HEARD, hearing());
	world_of_none();
}

static void test_a_cloud_without(void)
{
	world_begins();
	graph.world.config->graph.call_events_api = "none";
	schedule();
	CHECK_TEXT("", asked());
	CHECK_INT(HEARING_LOST, hearing());
	time_passes(SUBSCRIPTION_IDLE_MS);
	look();
	CHECK_TEXT("", asked());
	world_of_none();
}

int main(void)
{
	log_threshold(LOG_LEVEL_ERROR);
	subscribed_begin();
	RUN(test_adopted_after_a_lost_answer);
	RUN(test_of_another_life);
	RUN(test_of_somebody_else);
	RUN(test_adopted_one_goes_away);
	RUN(test_looked_at_until_it_is_seen);
	RUN(test_found_in_the_list);
	RUN(test_conflict_sample);
	RUN(test_refused_for_good);
	RUN(test_our_address_was_not_validated);
	RUN(test_unauthorized_sample);
	RUN(test_throttled);
	RUN(test_a_cloud_without);
	subscribed_end();
	return check_done();
}
