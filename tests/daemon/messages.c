/* SPDX-License-Identifier: MIT */
/* POST /api/messages of the real program: who is let in, and what everybody is answered. */
#include <time.h>

#include "tests/check.h"
#include "tests/daemon/house.h"

static struct house house;
static unsigned next_id = 1;

/* -- tokens ----------------------------------------------------------------------------------- */

struct claims {
	const char *issuer, *audience, *service_url, *more;
	long not_before, expires; /* seconds from now */
};

static struct claims good_claims(void)
{
	return (struct claims){
		.issuer = "https://api.botframework.com",
		.audience = "\"" OUTSIDE_APP "\"",
		.service_url = house.outside.service_url,
		.more = "",
		.not_before = -60,
		.expires = 3600,
	};
}

static char *token_of(enum outside_key key, const struct claims *claims)
{
	const long now = time(NULL);
	struct text text = { 0 };

	text_addf(&text, "{\"iss\":\"%s\",\"aud\":%s,\"nbf\":%ld", claims->issuer,
		  claims->audience, now + claims->not_before);
	if (claims->expires != 0)
		text_addf(&text, ",\"exp\":%ld", now + claims->expires);
	if (claims->service_url != NULL)
		text_addf(&text, ",\"serviceurl\":\"%s\"", claims->service_url);
	text_addf(&text, "%s}", claims->more);
	char *const token = outside_sign(&house.outside, key, text_string(&text));

	text_finish(&text);
	return token;
}

/* -- activities ------------------------------------------------------------------------------- */

/* An activity with an id of its own; drop: members to leave out, ","-separated words. */
static json_t *activity(const char *type)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", next_id++);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s},s:{s:s,s:s},s:{s:s}}",
			 "type", type, "id", id, "timestamp", "2026-11-24T09:00:01Z",
			 "serviceUrl", house.outside.service_url, "channelId", "msteams",
			 "from", "id", "29:u3", "name", "Person 03", "aadObjectId",
			 "00000000-0000-0000-0000-0000000000b3", "conversation", "id",
			 HOUSE_THREAD, "tenantId", OUTSIDE_TENANT, "recipient", "id",
			 "28:" OUTSIDE_APP);
}

static int send_body(const char *body, const char *token, struct reply *reply)
{
	struct text headers = { 0 };

	text_addf(&headers, HOUSE_JSON);
	if (token != NULL)
		text_addf(&headers, "Authorization: Bearer %s\r\n", token);
	const int status = house_ask(&house, "POST", "/api/messages",
				     text_string(&headers), body, reply);

	text_finish(&headers);
	return status;
}

/* Takes the activity. */
static int send_with(json_t *sent, enum outside_key key, const struct claims *claims,
		     struct reply *reply)
{
	char *const token = token_of(key, claims);
	char *const body = json_dumps(sent, JSON_COMPACT);
	const int status = send_body(body, token, reply);

	free(token);
	free(body);
	json_decref(sent);
	return status;
}

static int send_activity(json_t *sent, struct reply *reply)
{
	const struct claims claims = good_claims();

	return send_with(sent, KEY_TEAMS, &claims, reply);
}

static int send_claims(const struct claims *claims)
{
	return send_with(activity("typing"), KEY_TEAMS, claims, NULL);
}

static json_t *event_activity(const char *name)
{
	json_t *const sent = activity("event");
	char full[96];

	snprintf(full, sizeof(full), "application/vnd.microsoft.%s", name);
	json_object_set_new(sent, "name", json_string(full));
	json_object_set_new(sent, "value", json_object());
	return sent;
}

static json_t *invoke(const char *name, const char *value)
{
	json_t *const sent = activity("invoke");

	json_object_set_new(sent, "name", json_string(name));
	json_object_set_new(sent, "value", json_loads(value, 0, NULL));
	return sent;
}

/* -- tests ------------------------------------------------------------------------------------ */

static void test_good_token(void)
{
	struct claims claims = good_claims();
	struct reply reply = { 0 };

	CHECK_INT(200, send_activity(activity("typing"), &reply));
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	claims.audience = "[\"else\",\"" OUTSIDE_APP "\"]";
	CHECK_INT(200, send_claims(&claims));
	claims = good_claims();
	claims.expires = -240;
	CHECK_INT(200, send_claims(&claims));
	claims = good_claims();
	claims.not_before = 240;
	CHECK_INT(200, send_claims(&claims));
	claims = good_claims();
	CHECK_INT(200, send_with(activity("typing"), KEY_PLAIN, &claims, NULL));
}

static void test_no_token(void)
{
	struct reply reply = { 0 };

	CHECK_INT(401, send_body("{\"type\":\"typing\"}", NULL, &reply));
	CHECK(strstr(reply.head.data, "WWW-Authenticate: Bearer\r\n") != NULL);
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	CHECK_INT(401, send_body("{\"type\":\"typing\"}", "", NULL));
	CHECK_INT(401, send_body("{\"type\":\"typing\"}", "a.b.c", NULL));
	CHECK_INT(401, send_body("{\"type\":\"typing\"}", "no token", NULL));
	CHECK_INT(401,
		  house_ask(&house, "POST", "/api/messages",
			    "Authorization: Basic YTpi\r\n", "{\"type\":\"t\"}", NULL));
}

static void test_bad_tokens(void)
{
	struct claims claims = good_claims();

	claims.issuer = "https://api.example.test";
	CHECK_INT(401, send_claims(&claims));
	claims = good_claims();
	claims.audience = "\"api://" OUTSIDE_APP "\"";
	CHECK_INT(401, send_claims(&claims));
	claims.audience = "\"another\"";
	CHECK_INT(401, send_claims(&claims));
	claims = good_claims();
	claims.expires = -360;
	CHECK_INT(401, send_claims(&claims));
	claims.expires = 0;
	CHECK_INT(401, send_claims(&claims));
	claims = good_claims();
	claims.not_before = 360;
	CHECK_INT(401, send_claims(&claims));
}

static void test_forged_tokens(void)
{
	const struct claims claims = good_claims();
	char *const token = token_of(KEY_TEAMS, &claims);
	const char *const body = "{\"type\":\"typing\"}";

	CHECK_INT(401, send_with(activity("typing"), KEY_UNKNOWN, &claims, NULL));
	token[strlen(token) - 2] = token[strlen(token) - 2] == 'A' ? 'B' : 'A';
	CHECK_INT(401, send_body(body, token, NULL));
	*strrchr(token, '.') = '\0';
	CHECK_INT(401, send_body(body, token, NULL));
	/* {"alg":"none","typ":"JWT"} */
	CHECK_INT(401, send_body(body, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.e30.", NULL));
	free(token);
}

static void test_long_token(void)
{
	char *const token = memory_zeroed(7 * 1024 + 1);

	memset(token, 'a', 7 * 1024);
	CHECK_INT(401, send_body("{\"type\":\"typing\"}", token, NULL));
	free(token);
}

/* A good token that does not fit what it brings: 403. */
static void test_binding(void)
{
	struct claims claims = good_claims();
	json_t *sent;

	CHECK_INT(403, send_with(activity("typing"), KEY_OTHER_CHANNEL, &claims, NULL));
	claims.service_url = NULL;
	CHECK_INT(403, send_claims(&claims));
	claims.service_url = "https://smba.trafficmanager.net/emea/";
	CHECK_INT(403, send_claims(&claims));
	sent = activity("typing");
	json_object_del(sent, "serviceUrl");
	CHECK_INT(403, send_activity(sent, NULL));
	sent = activity("typing");
	json_object_del(sent, "channelId");
	CHECK_INT(403, send_activity(sent, NULL));
	sent = activity("typing");
	json_object_set_new(sent, "channelId", json_string("webchat"));
	CHECK_INT(403, send_activity(sent, NULL));
}

static void test_other_tenant(void)
{
	json_t *sent = activity("typing");

	json_object_set_new(json_object_get(sent, "conversation"), "tenantId",
			    json_string("00000000-0000-0000-0000-0000000000ff"));
	CHECK_INT(403, send_activity(sent, NULL));
	sent = activity("typing");
	json_object_del(json_object_get(sent, "conversation"), "tenantId");
	json_object_set_new(sent, "channelData",
			    json_pack("{s:{s:s}}", "tenant", "id",
				      "00000000-0000-0000-0000-0000000000ff"));
	CHECK_INT(403, send_activity(sent, NULL));
}

static void test_service_url_alike(void)
{
	struct claims claims = good_claims();
	char without[64];

	snprintf(without, sizeof(without), "%s", claims.service_url);
	without[strlen(without) - 1] = '\0';
	claims.service_url = without;
	CHECK_INT(200, send_claims(&claims));
	memcpy(without, "HTTP", 4);
	CHECK_INT(200, send_claims(&claims));
	without[strlen(without) - 1] = 'T'; /* "/boT": a path has its case */
	CHECK_INT(403, send_claims(&claims));
}

static void test_no_activity(void)
{
	const struct claims claims = good_claims();
	char *const token = token_of(KEY_TEAMS, &claims);
	struct reply reply = { 0 };

	CHECK_INT(400, send_body("{", token, &reply));
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	CHECK_INT(400, send_body("[]", token, NULL));
	CHECK_INT(400, send_body("{\"id\":\"1\"}", token, NULL));
	CHECK_INT(400, send_body("", token, NULL));
	free(token);
}

static void test_too_large(void)
{
	const struct claims claims = good_claims();
	char *const token = token_of(KEY_TEAMS, &claims);
	struct text body = { 0 };

	text_addf(&body, "{\"type\":\"typing\",\"text\":\"");
	while (body.length < 1024 * 1024)
		text_addf(&body, "%064d", 7);
	text_addf(&body, "\"}");
	CHECK_INT(413, send_body(text_string(&body), token, NULL));
	while (body.length <= 4 * 1024 * 1024)
		text_addf(&body, "%064d", 7);
	CHECK_INT(413, send_body(text_string(&body), token, NULL));
	text_finish(&body);
	free(token);
}

static void test_other_methods(void)
{
	static const char *const methods[] = { "GET", "PUT", "DELETE", "PATCH" };
	struct reply reply = { 0 };

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		CHECK_INT(405,
			  house_ask(&house, methods[i], "/api/messages", "", "", &reply));
		CHECK(strstr(reply.head.data, "\r\nAllow: POST\r\n") != NULL);
		reply_finish(&reply);
	}
}

static void test_unknown_is_taken(void)
{
	CHECK_INT(200, send_activity(activity("somethingNew"), NULL));
	CHECK_INT(200, send_activity(event_activity("somethingNew"), NULL));
	CHECK_INT(200, send_activity(activity("conversationUpdate"), NULL));
	CHECK_INT(200, send_activity(activity("messageReaction"), NULL));
}

/* The same activity twice: the same answer, and one event. */
static void test_repeats(void)
{
	json_t *const started = event_activity("meetingStart");
	const long long before = house_figure(&house, "events_total");
	const long long repeats = house_figure(&house, "repeats_total");

	CHECK_INT(200, send_activity(json_incref(started), NULL));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(200, send_activity(json_incref(started), NULL));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(repeats + 1, house_figure(&house, "repeats_total"));
	json_object_set_new(started, "id", json_string("another"));
	CHECK_INT(200, send_activity(started, NULL));
	CHECK_INT(before + 2, house_figure(&house, "events_total"));
}

static void answers(json_t *sent, int status, int code, const char *words)
{
	struct reply reply = { 0 };

	CHECK_INT(status, send_activity(sent, &reply));
	json_t *const answer = json_loads(text_string(&reply.body), 0, NULL);

	CHECK(json_is_object(answer));
	CHECK_INT(code, json_integer_value(json_object_get(answer, "statusCode")));
	CHECK(strstr(text_string(&reply.body), words) != NULL);
	CHECK(strstr(reply.head.data, "application/json") != NULL);
	json_decref(answer);
	reply_finish(&reply);
}

static void test_invokes(void)
{
	const char *const vote = "{\"action\":{\"verb\":\"poll.vote\",\"data\":{"
				 "\"session\":\"leep-1\",\"poll\":0,\"choice\":\"1\"}}}";
	json_t *stranger = invoke("adaptiveCard/action", vote);

	answers(invoke("adaptiveCard/action", vote), 200, 200,
		"application/vnd.microsoft.activity.message");
	json_object_set_new(stranger, "from", json_pack("{s:s}", "id", "29:unknown"));
	answers(stranger, 200, 200, "application/vnd.microsoft.activity.message");
	answers(invoke("adaptiveCard/action",
		       "{\"action\":{\"verb\":\"poll.vote\",\"data\":{\"session\":"
		       "\"somebody's\"}}}"),
		200, 400, "application/vnd.microsoft.error");
	answers(invoke("adaptiveCard/action", "{}"), 400, 400,
		"application/vnd.microsoft.error");
	answers(invoke("adaptiveCard/action",
		       "{\"action\":{\"verb\":\"poll.vote\",\"data\":{\"session\":"
		       "\"leep-1\",\"poll\":99}}}"),
		400, 400, "application/vnd.microsoft.error");
}

static void test_unknown_invokes(void)
{
	json_t *const unknown = invoke("somethingNew/doIt", "{\"x\":1}");
	struct reply reply = { 0 };

	CHECK_INT(501, send_activity(json_incref(unknown), &reply));
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	/* A repeat is answered like the first. */
	CHECK_INT(501, send_activity(unknown, NULL));
	CHECK_INT(501, send_activity(invoke("task/fetch", "{}"), NULL));
	CHECK_INT(501, send_activity(invoke("adaptiveCard/action",
					    "{\"action\":{\"verb\":\"dance\",\"data\":{"
					    "\"session\":\"leep-1\"}}}"),
				     NULL));
}

#define CHAT "POST /bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/activities"
#define TEXT(words) "\n{\"type\":\"message\",\"textFormat\":\"plain\",\"text\":\"" words

static json_t *typed_help_as(const char *id)
{
	json_t *const sent = activity("message");

	json_object_set_new(sent, "id", json_string(id));

	json_object_set_new(sent, "text", json_string("<at>Plenary</at> help"));
	json_object_set_new(sent, "entities",
			    json_pack("[{s:s,s:s,s:{s:s}}]", "type", "mention", "text",
				      "<at>Plenary</at>", "mentioned", "id",
				      "28:" OUTSIDE_APP));
	return sent;
}

/* Words typed at us are answered in the chat, through the connector. */
static void test_typed_words(void)
{
	json_t *sent = typed_help_as("typed-1");
	struct reply reply = { 0 };

	CHECK_INT(200, send_activity(sent, NULL));
	outside_wait(&house.outside, CHAT "/typed-1" TEXT("You can say"), 1);
	/* Testers ask for replies in the body; through the connector is as good. */
	sent = typed_help_as("typed-2");
	json_object_set_new(sent, "deliveryMode", json_string("expectReplies"));
	CHECK_INT(200, send_activity(sent, &reply));
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	outside_wait(&house.outside, CHAT "/typed-2" TEXT("You can say"), 1);
}

/* What only its sender sees is answered so that only its sender sees it. */
static void test_targeted(void)
{
	json_t *const sent = typed_help_as("targeted-1");

	json_object_set_new(json_object_get(sent, "recipient"), "isTargeted",
			    json_true());
	json_object_set_new(sent, "text", json_string("<at>Plenary</at> my room"));
	CHECK_INT(200, send_activity(sent, NULL));
	outside_wait(&house.outside,
		     CHAT "?isTargetedActivity=true" TEXT(
			     "There is no room for you at the moment.\",\"recipient\":"
			     "{\"id\":\"29:u3\"}}"),
		     1);
}

static json_t *personal(const char *type, const char *id)
{
	json_t *const sent = activity(type);

	json_object_set_new(sent, "id", json_string(id));
	json_object_set_new(sent, "conversation",
			    json_pack("{s:s,s:s,s:s}", "id", "a:1-three",
				      "conversationType", "personal", "tenantId",
				      OUTSIDE_TENANT));
	return sent;
}

#define ALONE "POST /bot/v3/conversations/a%3A1-three/activities"

/* Whoever installs the app is greeted, once: the conversationUpdate says nothing more. */
static void test_personal_chat(void)
{
	json_t *sent = personal("installationUpdate", "install-1");

	json_object_set_new(sent, "action", json_string("add"));
	CHECK_INT(200, send_activity(sent, NULL));
	sent = personal("conversationUpdate", "update-1");
	json_object_set_new(sent, "membersAdded",
			    json_pack("[{s:s},{s:s}]", "id", "29:u3", "id",
				      "28:" OUTSIDE_APP));
	CHECK_INT(200, send_activity(sent, NULL));
	sent = personal("message", "alone-1");
	json_object_set_new(sent, "text", json_string("status\n"));
	CHECK_INT(200, send_activity(sent, NULL));
	outside_wait(&house.outside, ALONE "/alone-1" TEXT(""), 1);
	CHECK_INT(1, outside_heard(&house.outside, ALONE TEXT("Hello, I am Plenary.")));
	CHECK_INT(1, outside_heard(&house.outside, "Hello, I am Plenary."));
}

static json_t *submit(const char *id, const char *value)
{
	json_t *const sent = activity("message");

	json_object_set_new(sent, "id", json_string(id));
	json_object_set_new(sent, "value", json_loads(value, 0, NULL));
	json_object_set_new(sent, "replyToId", json_string("card-1"));
	return sent;
}

/* An old client's press of an old card: said to whoever pressed, in a chat of all. */
static void test_old_card_in_old_client(void)
{
	CHECK_INT(200,
		  send_activity(submit("submit-1", "{\"verb\":\"room.help\",\"session\":"
						   "\"leep-1\",\"room\":2}"),
				NULL));
	outside_wait(&house.outside,
		     "There is no breakout round open for "
		     "you.\",\"recipient\":{\"id\":\"29:u3\"}",
		     1);
	CHECK_INT(200,
		  send_activity(submit("submit-2", "{\"verb\":\"poll.vote\",\"session\":"
						   "\"of yesterday\",\"poll\":0}"),
				NULL));
	outside_wait(&house.outside,
		     "This card is not from a session I know.\",\"recipient\":{", 1);
}

static json_t *installation(const char *id, const char *action)
{
	json_t *const sent = activity("installationUpdate");

	json_object_set_new(sent, "id", json_string(id));
	json_object_set_new(sent, "action", json_string(action));
	return sent;
}

/* Where the bot was removed nothing is sent, until it is added again; an upgrade is neither. */
static void test_removed_and_added(void)
{
	const long long given_up = house_figure(&house, "outbox_given_up_total");

	CHECK_INT(200, send_activity(installation("gone-1", "remove"), NULL));
	CHECK_INT(1, house_figure(&house, "chats_uninstalled"));
	CHECK_INT(200, send_activity(typed_help_as("typed-gone"), NULL));
	house_until(&house, "outbox_given_up_total", given_up + 1);
	CHECK_INT(0, outside_heard(&house.outside, "typed-gone"));
	CHECK_INT(200, send_activity(installation("gone-2", "remove-upgrade"), NULL));
	CHECK_INT(200, send_activity(installation("gone-3", "Add-Upgrade"), NULL));
	CHECK_INT(0, house_figure(&house, "chats_uninstalled"));
	CHECK_INT(200, send_activity(typed_help_as("typed-back"), NULL));
	outside_wait(&house.outside, CHAT "/typed-back" TEXT("You can say"), 1);
}

/* The token vouches for it, so what it says counts; but nothing is ever sent there, and what
 * is to be sent goes where it went before. */
static void test_foreign_service(void)
{
	const long long given_up = house_figure(&house, "outbox_given_up_total");
	const long long before = house_figure(&house, "events_total");
	struct claims claims = good_claims();
	json_t *sent = event_activity("meetingEnd");

	claims.service_url = "https://smba.evil.example.test/";
	json_object_set_new(sent, "serviceUrl", json_string(claims.service_url));
	CHECK_INT(200, send_with(sent, KEY_TEAMS, &claims, NULL));
	CHECK(house_figure(&house, "events_total") > before);
	sent = typed_help_as("typed-3");
	json_object_set_new(sent, "serviceUrl", json_string(claims.service_url));
	CHECK_INT(200, send_with(sent, KEY_TEAMS, &claims, NULL));
	outside_wait(&house.outside, CHAT "/typed-3" TEXT("You can say"), 1);
	CHECK_INT(given_up, house_figure(&house, "outbox_given_up_total"));
	char *const log = house_log(&house);

	CHECK(strstr(log, "service_host_not_allowed") != NULL);
	free(log);
}

static void test_nothing_secret_is_logged(void)
{
	char *const log = house_log(&house);

	CHECK(strstr(log, "verdict=") != NULL);
	CHECK(strstr(log, "eyJ") == NULL);
	CHECK(strstr(log, "Person 03") == NULL);
	CHECK(strstr(log, "the secret") == NULL);
	CHECK(strstr(log, "token-of-the-test") == NULL);
	free(log);
}

/* Without keys nobody can be judged: come again, which Teams does; 401 would be final. */
static void test_no_keys_yet(void)
{
	const struct claims claims = good_claims();
	char *const token = token_of(KEY_TEAMS, &claims);
	struct reply reply = { 0 };

	CHECK_INT(503, send_body("{\"type\":\"typing\"}", token, &reply));
	CHECK(strstr(reply.head.data, "\r\nRetry-After: ") != NULL);
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	free(token);
}

/* A house to which nobody gives the keys. */
static void open_without_keys(void)
{
	char config[8192] = "";

	house_begin(&house);
	FILE *const file = fopen(house_path(&house, "plenary.yaml"), "r");

	CHECK(file != NULL);
	CHECK(fread(config, 1, sizeof(config) - 1, file) > 0);
	fclose(file);
	char *const bot = strstr(config, "bot:");
	char *const address = bot != NULL ? strstr(bot, "/metadata") : NULL;

	CHECK(address != NULL);
	address[1] = 'n';
	house_write(&house, "plenary.yaml", config);
	house_open(&house);
}

int main(void)
{
	house_begin(&house);
	house_start(&house);
	house_schedule(&house, "leep-1");
	RUN(test_good_token);
	RUN(test_no_token);
	RUN(test_bad_tokens);
	RUN(test_forged_tokens);
	RUN(test_long_token);
	RUN(test_binding);
	RUN(test_other_tenant);
	RUN(test_service_url_alike);
	RUN(test_no_activity);
	RUN(test_too_large);
	RUN(test_other_methods);
	RUN(test_unknown_is_taken);
	RUN(test_repeats);
	RUN(test_invokes);
	RUN(test_unknown_invokes);
	RUN(test_typed_words);
	RUN(test_targeted);
	RUN(test_personal_chat);
	RUN(test_old_card_in_old_client);
	RUN(test_removed_and_added);
	RUN(test_foreign_service);
	RUN(test_nothing_secret_is_logged);
	house_end(&house);
	open_without_keys();
	RUN(test_no_keys_yet);
	house_end(&house);
	return check_done();
}
