/* SPDX-License-Identifier: MIT */
/* The stand-in tenant over real sockets: sign-in, Graph, mail, and trouble. */
#include "daemon/wire/auth.h"
#include "daemon/common/text.h"
#include "rehearsal/routes.h"
#include "rehearsal/trouble.h"
#include "tests/check.h"
#include "tests/rehearsal/theatre.h"

#define ORGANISER "00000000-0000-0000-0000-000000000000"
#define MEETINGS "/v1.0/users/" ORGANISER "/onlineMeetings"

static int token_status(struct theatre *theatre, const char *tenant, const char *form)
{
	char url[128];

	snprintf(url, sizeof(url), "/%s/oauth2/v2.0/token", tenant);
	return theatre_status(theatre, "POST", url, NULL, form);
}

#define FORM(id, secret, scope) \
	"grant_type=client_credentials&client_id=" id "&client_secret=" secret \
	"&scope=" scope
#define GOOD_SCOPE "https%3A%2F%2Fgraph.microsoft.com%2F.default"
#define GOOD_SECRET "s%7E%2B%2Fecret"

static void test_sign_in_refuses_what_is_wrong(void)
{
	struct theatre *const theatre = theatre_quiet(2);

	CHECK_INT(200, token_status(theatre, TENANT, FORM(APP, GOOD_SECRET, GOOD_SCOPE)));
	CHECK_INT(200, token_status(theatre, "botframework.com",
				    FORM(APP, GOOD_SECRET, GOOD_SCOPE)));
	CHECK_INT(401, token_status(theatre, TENANT, FORM(APP, "wrong", GOOD_SCOPE)));
	CHECK_INT(400,
		  token_status(theatre, TENANT, FORM("other", GOOD_SECRET, GOOD_SCOPE)));
	CHECK_INT(400, token_status(theatre, TENANT, FORM(APP, GOOD_SECRET, "nothing")));
	CHECK_INT(400,
		  token_status(theatre, "elsewhere", FORM(APP, GOOD_SECRET, GOOD_SCOPE)));
	const struct asked asked =
		theatre_ask(theatre, "POST", "/" TENANT "/oauth2/v2.0/token", NULL,
			    FORM(APP, "wrong", GOOD_SCOPE));
	CHECK_TEXT("invalid_client", json_string_at(asked.json, "error"));
	json_decref(asked.json);
	theatre_close(theatre);
}

static void test_what_teams_signs_can_be_verified(void)
{
	struct theatre *const theatre = theatre_quiet(2);
	const struct asked metadata =
		theatre_ask(theatre, "GET", "/v1/.well-known/openidconfiguration", NULL,
			    NULL);
	const struct asked keys =
		theatre_ask(theatre, "GET", json_string_at(metadata.json, "jwks_uri"),
			    NULL, NULL);
	char *const text = json_written(keys.json);
	struct auth_keys *const set = auth_keys_read(text, strlen(text));
	const struct auth_expected expected = {
		.issuer = json_string_at(metadata.json, "issuer"),
		.audience = APP,
		.now_s = stage_now_ms(&theatre->stage) / 1000,
	};
	struct auth_claims claims;

	CHECK(set != NULL);
	CHECK_INT(AUTH_GOOD, auth_verify(set,
					 theatre->stage.courier.authorization +
						 strlen("Authorization: Bearer "),
					 &expected, &claims));
	CHECK_TEXT(theatre->stage.service_url, claims.service_url);
	CHECK_TEXT("msteams", claims.endorsements);
	auth_keys_destroy(set);
	free(text);
	json_decref(keys.json);
	json_decref(metadata.json);
	theatre_close(theatre);
}

static void test_tokens_open_their_own_door_only(void)
{
	struct theatre *const theatre = theatre_quiet(2);
	const struct asked asked = theatre_ask(theatre, "GET", "/v1.0/users", NULL, NULL);

	CHECK_INT(401, asked.status);
	CHECK_TEXT("InvalidAuthenticationToken", asked_error(&asked));
	json_decref(asked.json);
	CHECK_INT(401, theatre_status(theatre, "GET", "/v1.0/users", theatre->connector,
				      NULL));
	CHECK_INT(401, theatre_status(theatre, "GET", "/v1.0/users",
				      "Authorization: Bearer eyJub25l", NULL));
	CHECK_INT(401, theatre_status(theatre, "POST", "/emea/v3/conversations",
				      theatre->graph, "{}"));
	CHECK_INT(404,
		  theatre_status(theatre, "GET", "/v1.0/groups", theatre->graph, NULL));
	CHECK_INT(405,
		  theatre_status(theatre, "DELETE", "/v1.0/users", theatre->graph, NULL));
	CHECK_INT(404, theatre_status(theatre, "GET", "/", NULL, NULL));
	theatre_close(theatre);
}

static void test_users_come_in_pages(void)
{
	struct theatre *const theatre = theatre_quiet(150);
	struct asked asked =
		theatre_ask(theatre, "GET", "/v1.0/users", theatre->graph, NULL);

	CHECK_INT(100, json_array_size(json_object_get(asked.json, "value")));
	const struct asked rest =
		theatre_ask(theatre, "GET", json_string_at(asked.json, "@odata.nextLink"),
			    theatre->graph, NULL);
	CHECK_INT(50, json_array_size(json_object_get(rest.json, "value")));
	CHECK(json_object_get(rest.json, "@odata.nextLink") == NULL);
	json_decref(rest.json);
	json_decref(asked.json);
	asked = theatre_ask(theatre, "GET", "/v1.0/users/p7@example.test", theatre->graph,
			    NULL);
	CHECK_TEXT("Person 07", json_string_at(asked.json, "displayName"));
	json_decref(asked.json);
	asked = theatre_ask(theatre, "GET", "/v1.0/users/nobody", theatre->graph, NULL);
	CHECK_INT(404, asked.status);
	CHECK_TEXT("Request_ResourceNotFound", asked_error(&asked));
	json_decref(asked.json);
	theatre_close(theatre);
}

static const char room[] =
	"{\"externalId\":\"day-1-room-2\",\"subject\":\"Day 1 - Room 2\","
	"\"startDateTime\":\"2026-11-24T09:00:00Z\","
	"\"endDateTime\":\"2026-11-24T11:00:00Z\"}";

static void find_by_join_url(struct theatre *theatre, const char *join_url,
			     const char *id)
{
	struct text url = { 0 };

	text_addf(&url, MEETINGS "?$filter=JoinWebUrl%%20eq%%20'");
	text_add_percent(&url, join_url, strlen(join_url));
	text_addf(&url, "'");
	const struct asked asked =
		theatre_ask(theatre, "GET", text_string(&url), theatre->graph, NULL);
	const json_t *const found = json_object_get(asked.json, "value");
	CHECK_INT(1, json_array_size(found));
	CHECK_TEXT(id, json_string_at(json_array_get(found, 0), "id"));
	json_decref(asked.json);
	text_finish(&url);
}

static void test_a_meeting_is_made_once(void)
{
	struct theatre *const theatre = theatre_quiet(2);
	const struct asked made = theatre_ask(theatre, "POST", MEETINGS "/createOrGet",
					      theatre->graph, room);
	const struct asked again = theatre_ask(theatre, "POST", MEETINGS "/createOrGet",
					       theatre->graph, room);
	const char *const id = json_string_at(made.json, "id");
	const char *const thread =
		json_string_at(json_object_get(made.json, "chatInfo"), "threadId");
	char url[512];

	CHECK_INT(201, made.status);
	CHECK_INT(200, again.status);
	CHECK_TEXT(id, json_string_at(again.json, "id"));
	CHECK(strncmp(thread, "19:meeting_", 11) == 0 &&
	      strstr(thread, "@thread.v2") != NULL);
	find_by_join_url(theatre, json_string_at(made.json, "joinWebUrl"), id);
	snprintf(url, sizeof(url), MEETINGS "/%s", id);
	CHECK_INT(200, theatre_status(theatre, "GET", url, theatre->graph, NULL));
	CHECK_INT(200, theatre_status(theatre, "GET", MEETINGS "/MSpNQUlO",
				      theatre->graph, NULL));
	CHECK_INT(400, theatre_status(theatre, "GET", MEETINGS, theatre->graph, NULL));
	CHECK_INT(201, theatre_status(theatre, "POST", MEETINGS, theatre->graph, room));
	CHECK_INT(400, theatre_status(theatre, "POST", MEETINGS, theatre->graph, "{}"));
	CHECK_INT(400, theatre_status(theatre, "POST", MEETINGS "/createOrGet",
				      theatre->graph, "{\"subject\":\"x\"}"));
	CHECK_INT(204, theatre_status(theatre, "DELETE", url, theatre->graph, NULL));
	CHECK_INT(404, theatre_status(theatre, "GET", url, theatre->graph, NULL));
	json_decref(again.json);
	json_decref(made.json);
	theatre_close(theatre);
}

static void test_a_batch_answers_each(void)
{
	static const char batch[] =
		"{\"requests\":[{\"id\":\"1\",\"method\":\"GET\",\"url\":\"/"
		"users/" ORGANISER "\"},{\"id\":\"2\",\"method\":\"GET\",\"url\":\"/"
		"users/nobody\"},{\"id\":\"3\","
		"\"dependsOn\":[\"2\"],\"method\":\"GET\",\"url\":\"/"
		"users\"},{\"id\":\"4\","
		"\"dependsOn\":[\"1\"],\"method\":\"POST\",\"url\":\"/users/" ORGANISER
		"/onlineMeetings/createOrGet\",\"headers\":{\"Content-Type\":"
		"\"application/"
		"json\"},\"body\":{\"externalId\":\"e\",\"subject\":\"s\"}}]}";
	static const int expected[] = { 201, 424, 404, 200 };
	struct theatre *const theatre = theatre_quiet(2);
	const struct asked asked =
		theatre_ask(theatre, "POST", "/v1.0/$batch", theatre->graph, batch);
	const json_t *const responses = json_object_get(asked.json, "responses");

	CHECK_INT(200, asked.status);
	CHECK_INT(4, json_array_size(responses));
	for (size_t i = 0; i < 4; i++)
		CHECK_INT(expected[i],
			  json_number_at(json_array_get(responses, i), "status"));
	json_decref(asked.json);
	CHECK_INT(400, theatre_status(theatre, "POST", "/v1.0/$batch", theatre->graph,
				      "{\"requests\":[]}"));
	theatre_close(theatre);
}

static void test_trouble_comes_as_ordered(void)
{
	struct theatre *const theatre =
		theatre_open(&(struct theatre_plan){ .people = 2,
						     .speed = 1,
						     .before_ms = 3600000,
						     .lasts_ms = 3600000,
						     .throttle_every = 3 });

	theatre_sign_in(theatre);
	theatre->stage.calls = 0;
	CHECK_INT(200,
		  theatre_status(theatre, "GET", "/v1.0/users", theatre->graph, NULL));
	CHECK_INT(200,
		  theatre_status(theatre, "GET", "/v1.0/users", theatre->graph, NULL));
	CHECK_INT(429,
		  theatre_status(theatre, "GET", "/v1.0/users", theatre->graph, NULL));
	CHECK_INT(200,
		  theatre_status(theatre, "GET", "/v1.0/users", theatre->graph, NULL));
	theatre_close(theatre);
}

#define SEND "/v1.0/users/" ORGANISER "/sendMail"

static int mail(struct theatre *theatre, const char *type, const char *recipients)
{
	char body[512];

	snprintf(body, sizeof(body),
		 "{\"message\":{\"subject\":\"Room\",\"body\":{\"contentType\":\"%s\","
		 "\"content\":\"You are expected.\"},\"toRecipients\":[%s]},"
		 "\"saveToSentItems\":false}",
		 type, recipients);
	return theatre_status(theatre, "POST", SEND, theatre->graph, body);
}

static void test_mail_arrives_at_who_is_known(void)
{
	struct theatre *const theatre = theatre_quiet(3);
	const char *const known = "{\"emailAddress\":{\"address\":\"p1@example.test\"}}";

	CHECK_INT(202, mail(theatre, "text", known));
	CHECK_INT(202, mail(theatre, "HTML", known));
	CHECK_INT(202, mail(theatre, "text",
			    "{\"emailAddress\":{\"address\":\"x@example.test\"}}"));
	CHECK_INT(400, mail(theatre, "text", ""));
	CHECK_INT(400, mail(theatre, "rtf", known));
	CHECK_INT(2, theatre->stage.world.posts_count);
	CHECK_INT(404, theatre_status(theatre, "POST",
				      "/emea/v3/conversations/mail%3Ap1%40example.test"
				      "/activities",
				      theatre->connector, "{\"type\":\"message\"}"));
	theatre_close(theatre);
}

/* What was signed before a change of keys is good until the next one. */
static void test_keys_change(void)
{
	struct theatre *const theatre = theatre_quiet(2);
	char *const token = memory_string(theatre->stage.courier.authorization +
					  strlen("Authorization: Bearer "));
	const struct auth_expected expected = { .issuer = "https://api.botframework.com",
						.audience = APP,
						.now_s = stage_now_ms(&theatre->stage) /
							 1000 };

	for (int changes = 0; changes < 3; changes++) {
		const struct asked keys =
			theatre_ask(theatre, "GET", "/v1/.well-known/keys", NULL, NULL);
		char *const text = json_written(keys.json);
		struct auth_keys *const set = auth_keys_read(text, strlen(text));
		struct auth_claims claims;

		CHECK_INT(changes < 2 ? AUTH_GOOD : AUTH_UNKNOWN_KEY,
			  auth_verify(set, token, &expected, &claims));
		CHECK_INT(AUTH_GOOD, auth_verify(set,
						 theatre->stage.courier.authorization +
							 strlen("Authorization: Bearer "),
						 &expected, &claims));
		entra_new_keys(&theatre->stage);
		/* The next one was shown before it signed. */
		CHECK_INT(AUTH_GOOD, auth_verify(set,
						 theatre->stage.courier.authorization +
							 strlen("Authorization: Bearer "),
						 &expected, &claims));
		auth_keys_destroy(set);
		free(text);
		json_decref(keys.json);
	}
	free(token);
	theatre_close(theatre);
}

static void test_troubles_have_names(void)
{
	struct plan_trouble trouble = { 0 };

	CHECK(trouble_read(&trouble, "cut,disorder"));
	CHECK(trouble.cut_every > 0 && trouble.disorder == 1);
	CHECK_INT(0, trouble.throttle_every);
	CHECK(!trouble_read(&trouble, "cuts"));
	CHECK(!trouble_read(&trouble, ""));
	CHECK(!trouble_read(&trouble, "cut,"));
	CHECK(trouble_read(&trouble, "all"));
	CHECK(trouble.throttle_every > 0 && trouble.fail_every > 0);
	CHECK(trouble.lose_every > 0 && trouble.cut_every > 0);
}

int main(void)
{
	CHECK(freopen("/dev/null", "w", stdout) != NULL);
	RUN(test_sign_in_refuses_what_is_wrong);
	RUN(test_what_teams_signs_can_be_verified);
	RUN(test_tokens_open_their_own_door_only);
	RUN(test_users_come_in_pages);
	RUN(test_a_meeting_is_made_once);
	RUN(test_a_batch_answers_each);
	RUN(test_trouble_comes_as_ordered);
	RUN(test_mail_arrives_at_who_is_known);
	RUN(test_keys_change);
	RUN(test_troubles_have_names);
	return check_done();
}
