/* SPDX-License-Identifier: MIT */
/* POST /api/messages of the real program: what everybody is answered, and where. */
#include "tests/check.h"
#include "tests/daemon/speaker.h"

static struct house house;

static void test_unknown_is_taken(void)
{
	CHECK_INT(200, send_activity(&house, activity(&house, "somethingNew"), NULL));
	CHECK_INT(200,
		  send_activity(&house, event_activity(&house, "somethingNew"), NULL));
	CHECK_INT(200,
		  send_activity(&house, activity(&house, "conversationUpdate"), NULL));
	CHECK_INT(200, send_activity(&house, activity(&house, "messageReaction"), NULL));
}

static json_t *invoke(const char *name, const char *value)
{
	json_t *const sent = activity(&house, "invoke");

	json_object_set_new(sent, "name", json_string(name));
	json_object_set_new(sent, "value", json_loads(value, 0, NULL));
	return sent;
}

/* The same activity twice: the same answer, and one event. */
static void test_repeats(void)
{
	json_t *const started = event_activity(&house, "meetingStart");
	const long long before = house_figure(&house, "events_total");
	const long long repeats = house_figure(&house, "repeats_total");

	CHECK_INT(200, send_activity(&house, json_incref(started), NULL));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(200, send_activity(&house, json_incref(started), NULL));
	CHECK_INT(before + 1, house_figure(&house, "events_total"));
	CHECK_INT(repeats + 1, house_figure(&house, "repeats_total"));
	json_object_set_new(started, "id", json_string("another"));
	CHECK_INT(200, send_activity(&house, started, NULL));
	CHECK_INT(before + 2, house_figure(&house, "events_total"));
}

static void answers(json_t *sent, int status, int code, const char *words)
{
	struct reply reply = { 0 };

	CHECK_INT(status, send_activity(&house, sent, &reply));
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

	CHECK_INT(501, send_activity(&house, json_incref(unknown), &reply));
	CHECK_TEXT("", text_string(&reply.body));
	reply_finish(&reply);
	/* A repeat is answered like the first. */
	CHECK_INT(501, send_activity(&house, unknown, NULL));
	CHECK_INT(501, send_activity(&house, invoke("task/fetch", "{}"), NULL));
	CHECK_INT(501, send_activity(&house,
				     invoke("adaptiveCard/action",
					    "{\"action\":{\"verb\":\"dance\",\"data\":{"
					    "\"session\":\"leep-1\"}}}"),
				     NULL));
}

#define CHAT "POST /bot/v3/conversations/19%3Ameeting_MDAw%40thread.v2/activities"
#define TEXT(words) "\n{\"type\":\"message\",\"textFormat\":\"plain\",\"text\":\"" words

static json_t *typed_help_as(const char *id)
{
	json_t *const sent = activity(&house, "message");

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

	CHECK_INT(200, send_activity(&house, sent, NULL));
	outside_wait(&house.outside, CHAT "/typed-1" TEXT("You can say"), 1);
	/* Testers ask for replies in the body; through the connector is as good. */
	sent = typed_help_as("typed-2");
	json_object_set_new(sent, "deliveryMode", json_string("expectReplies"));
	CHECK_INT(200, send_activity(&house, sent, &reply));
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
	CHECK_INT(200, send_activity(&house, sent, NULL));
	outside_wait(&house.outside,
		     CHAT "?isTargetedActivity=true" TEXT(
			     "There is no room for you at the moment.\",\"recipient\":"
			     "{\"id\":\"29:u3\"}}"),
		     1);
}

static json_t *personal(const char *type, const char *id)
{
	json_t *const sent = activity(&house, type);

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
	CHECK_INT(200, send_activity(&house, sent, NULL));
	sent = personal("conversationUpdate", "update-1");
	json_object_set_new(sent, "membersAdded",
			    json_pack("[{s:s},{s:s}]", "id", "29:u3", "id",
				      "28:" OUTSIDE_APP));
	CHECK_INT(200, send_activity(&house, sent, NULL));
	sent = personal("message", "alone-1");
	json_object_set_new(sent, "text", json_string("status\n"));
	CHECK_INT(200, send_activity(&house, sent, NULL));
	outside_wait(&house.outside, ALONE "/alone-1" TEXT(""), 1);
	CHECK_INT(1, outside_heard(&house.outside, ALONE TEXT("Hello, I am Plenary.")));
	CHECK_INT(1, outside_heard(&house.outside, "Hello, I am Plenary."));
}

static json_t *submit(const char *id, const char *value)
{
	json_t *const sent = activity(&house, "message");

	json_object_set_new(sent, "id", json_string(id));
	json_object_set_new(sent, "value", json_loads(value, 0, NULL));
	json_object_set_new(sent, "replyToId", json_string("card-1"));
	return sent;
}

/* An old client's press of an old card: said to whoever pressed, in a chat of all. */
static void test_old_card_in_old_client(void)
{
	CHECK_INT(200,
		  send_activity(&house,
				submit("submit-1", "{\"verb\":\"room.help\",\"session\":"
						   "\"leep-1\",\"room\":2}"),
				NULL));
	outside_wait(&house.outside,
		     "There is no breakout round open for "
		     "you.\",\"recipient\":{\"id\":\"29:u3\"}",
		     1);
	CHECK_INT(200,
		  send_activity(&house,
				submit("submit-2", "{\"verb\":\"poll.vote\",\"session\":"
						   "\"of yesterday\",\"poll\":0}"),
				NULL));
	outside_wait(&house.outside,
		     "This card is not from a session I know.\",\"recipient\":{", 1);
}

static json_t *installation(const char *id, const char *action)
{
	json_t *const sent = activity(&house, "installationUpdate");

	json_object_set_new(sent, "id", json_string(id));
	json_object_set_new(sent, "action", json_string(action));
	return sent;
}

/* Where the bot was removed nothing is sent, until it is added again; an upgrade is neither. */
static void test_removed_and_added(void)
{
	const long long given_up = house_figure(&house, "outbox_given_up_total");

	CHECK_INT(200, send_activity(&house, installation("gone-1", "remove"), NULL));
	CHECK_INT(1, house_figure(&house, "chats_uninstalled"));
	CHECK_INT(200, send_activity(&house, typed_help_as("typed-gone"), NULL));
	house_until(&house, "outbox_given_up_total", given_up + 1);
	CHECK_INT(0, outside_heard(&house.outside, "typed-gone"));
	CHECK_INT(200,
		  send_activity(&house, installation("gone-2", "remove-upgrade"), NULL));
	CHECK_INT(200,
		  send_activity(&house, installation("gone-3", "Add-Upgrade"), NULL));
	CHECK_INT(0, house_figure(&house, "chats_uninstalled"));
	CHECK_INT(200, send_activity(&house, typed_help_as("typed-back"), NULL));
	outside_wait(&house.outside, CHAT "/typed-back" TEXT("You can say"), 1);
}

/* The token vouches for it, so what it says counts; but nothing is ever sent there, and what
 * is to be sent goes where it went before. */
static void test_foreign_service(void)
{
	const long long given_up = house_figure(&house, "outbox_given_up_total");
	const long long before = house_figure(&house, "events_total");
	struct claims claims = good_claims(&house);
	json_t *sent = event_activity(&house, "meetingEnd");

	claims.service_url = "https://smba.evil.example.test/";
	json_object_set_new(sent, "serviceUrl", json_string(claims.service_url));
	CHECK_INT(200, send_with(&house, sent, KEY_TEAMS, &claims, NULL));
	CHECK(house_figure(&house, "events_total") > before);
	sent = typed_help_as("typed-3");
	json_object_set_new(sent, "serviceUrl", json_string(claims.service_url));
	CHECK_INT(200, send_with(&house, sent, KEY_TEAMS, &claims, NULL));
	outside_wait(&house.outside, CHAT "/typed-3" TEXT("You can say"), 1);
	CHECK_INT(given_up, house_figure(&house, "outbox_given_up_total"));
	char *const log = house_log(&house);

	CHECK(strstr(log, "service_host_not_allowed") != NULL);
	free(log);
}

static void test_nothing_secret_is_logged(void)
{
	check_log_is_discreet(&house);
}

int main(void)
{
	house_begin(&house);
	house_start(&house);
	house_schedule(&house, "leep-1");
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
	return check_done();
}
