/* SPDX-License-Identifier: MIT */
/* Subscriptions: the handshake, its failures, renewal, reminders, what is notified. */
#include "daemon/common/text.h"
#include "tests/check.h"
#include "tests/rehearsal/theatre.h"

static struct theatre *quiet(int speed)
{
	struct theatre *const theatre = theatre_open(&(struct theatre_plan){
		.people = 2, .speed = speed, .before_ms = 3600000, .lasts_ms = 3600000 });

	theatre_sign_in(theatre);
	return theatre;
}

static void body_of(const struct theatre *theatre, const char *change_type,
		    struct text *body)
{
	const struct meeting *const meeting = &theatre->stage.world.meetings[0];
	char expires[32];

	clock_iso(stage_now_ms(&theatre->stage) + 50 * 60 * 1000, expires);
	text_addf(body,
		  "{\"changeType\":\"%s\",\"resource\":\"communications/onlineMeetings("
		  "joinWebUrl='",
		  change_type);
	text_add_percent(body, meeting->join_url, strlen(meeting->join_url));
	text_addf(body,
		  "')/meetingCallEvents\",\"notificationUrl\":\"http://127.0.0.1:%d/n\","
		  "\"lifecycleNotificationUrl\":\"http://127.0.0.1:%d/l\","
		  "\"expirationDateTime\":\"%s\",\"clientState\":\"secret state\"}",
		  theatre->house.port, theatre->house.port, expires);
}

static struct asked subscribe(struct theatre *theatre, const char *version)
{
	struct text body = { 0 }, url = { 0 };

	body_of(theatre, "updated", &body);
	text_addf(&url, "/%s/subscriptions", version);
	const struct asked asked = theatre_ask(theatre, "POST", text_string(&url),
					       theatre->graph, text_string(&body));
	text_finish(&body);
	text_finish(&url);
	return asked;
}

static const char *error_code(const struct asked *asked)
{
	return json_string_at(json_object_get(asked->json, "error"), "code");
}

static void test_both_addresses_are_asked(void)
{
	struct theatre *const theatre = quiet(1);
	const struct asked made = subscribe(theatre, "beta"),
			   again = subscribe(theatre, "beta");
	char url[128];

	CHECK_INT(201, made.status);
	CHECK_INT(2, theatre->house.handshakes);
	CHECK_INT(409, again.status);
	CHECK(strstr(json_string_at(json_object_get(again.json, "error"), "message"),
		     json_string_at(made.json, "id")) != NULL);
	snprintf(url, sizeof(url), "/beta/subscriptions/%s",
		 json_string_at(made.json, "id"));
	CHECK_INT(200, theatre_status(theatre, "GET", url, theatre->graph, NULL));
	CHECK_INT(200,
		  theatre_status(theatre, "PATCH", url, theatre->graph,
				 "{\"expirationDateTime\":\"2026-11-25T00:00:00Z\"}"));
	CHECK_INT(400, theatre_status(theatre, "PATCH", url, theatre->graph, "{}"));
	CHECK_INT(204, theatre_status(theatre, "DELETE", url, theatre->graph, NULL));
	CHECK_INT(404, theatre_status(theatre, "GET", url, theatre->graph, NULL));
	json_decref(made.json);
	json_decref(again.json);
	theatre_close(theatre);
}

static void test_a_wrong_echo_makes_none(void)
{
	struct theatre *const theatre = quiet(1);

	theatre->house.wrong_echo = true;
	const struct asked asked = subscribe(theatre, "beta");
	CHECK_INT(400, asked.status);
	CHECK_TEXT("InvalidRequest", error_code(&asked));
	json_decref(asked.json);
	theatre->house.wrong_echo = false;
	const struct asked after = subscribe(theatre, "beta");
	CHECK_INT(201, after.status);
	json_decref(after.json);
	theatre_close(theatre);
}

static void test_only_beta_and_only_meetings(void)
{
	struct theatre *const theatre = quiet(1);
	const struct asked asked = subscribe(theatre, "v1.0");

	CHECK_INT(400, asked.status);
	CHECK_INT(0, theatre->house.handshakes);
	json_decref(asked.json);
	CHECK_INT(400, theatre_status(theatre, "POST", "/beta/subscriptions",
				      theatre->graph, "{\"resource\":\"/users\"}"));
	theatre_close(theatre);
}

/* The first notification with this member, NULL when none has come. */
static const json_t *notified(const struct theatre *theatre, const char *member)
{
	for (size_t i = 0; i < json_array_size(theatre->house.notifications); i++) {
		const json_t *const item = json_array_get(
			json_object_get(json_array_get(theatre->house.notifications, i),
					"value"),
			0);

		if (json_object_get(item, member) != NULL)
			return item;
	}
	return NULL;
}

static bool reminded(struct theatre *theatre)
{
	return notified(theatre, "lifecycleEvent") != NULL;
}

static bool the_call_began(struct theatre *theatre)
{
	return notified(theatre, "changeType") != NULL;
}

static void test_the_end_of_its_life_is_announced(void)
{
	struct theatre *const theatre = quiet(3000);
	const struct asked made = subscribe(theatre, "beta");

	CHECK_INT(201, made.status);
	CHECK(theatre_until(theatre, reminded, 20000));
	const json_t *const item = notified(theatre, "lifecycleEvent");
	CHECK_TEXT("reauthorizationRequired", json_string_at(item, "lifecycleEvent"));
	CHECK_TEXT("secret state", json_string_at(item, "clientState"));
	CHECK_TEXT(json_string_at(made.json, "id"),
		   json_string_at(item, "subscriptionId"));
	CHECK_TEXT(TENANT, json_string_at(item, "tenantId"));
	json_decref(made.json);
	theatre_close(theatre);
}

static void test_a_call_that_begins_is_notified(void)
{
	struct theatre *const theatre = quiet(3000);
	const struct asked made = subscribe(theatre, "beta");

	CHECK_INT(201, made.status);
	CHECK(theatre_until(theatre, the_call_began, 20000));
	CHECK(theatre->stage.world.meetings[0].calls_count == 1);
	json_decref(made.json);
	theatre_close(theatre);
}

int main(void)
{
	CHECK(freopen("/dev/null", "w", stdout) != NULL);
	RUN(test_both_addresses_are_asked);
	RUN(test_a_wrong_echo_makes_none);
	RUN(test_only_beta_and_only_meetings);
	RUN(test_the_end_of_its_life_is_announced);
	RUN(test_a_call_that_begins_is_notified);
	return check_done();
}
