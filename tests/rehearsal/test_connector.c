/* SPDX-License-Identifier: MIT */
/* The connector of the stand-in tenant, over real sockets: chats, what is said in them. */
#include "daemon/common/text.h"
#include "tests/check.h"
#include "tests/rehearsal/theatre.h"

#define MAIN_CHAT "19%3Ameeting_MDAw%40thread.v2"

static struct asked chat_with(struct theatre *theatre, const char *id)
{
	char body[256];

	snprintf(body, sizeof(body),
		 "{\"isGroup\":false,\"bot\":{\"id\":\"28:" APP
		 "\"},\"members\":[{\"id\":\"%s\"}],"
		 "\"tenantId\":\"" TENANT "\"}",
		 id);
	return theatre_ask(theatre, "POST", "/emea/v3/conversations", theatre->connector,
			   body);
}

static void test_a_chat_is_opened_once(void)
{
	struct theatre *const theatre = theatre_quiet(19);
	const struct asked first = chat_with(theatre, "29:u1"),
			   again = chat_with(theatre, "29:u1"),
			   guest = chat_with(theatre, "29:anon-1-1"),
			   nobody = chat_with(theatre, "29:u99");

	CHECK_INT(201, first.status);
	CHECK(strncmp(json_string_at(first.json, "id"), "a:1", 3) == 0);
	CHECK_TEXT(json_string_at(first.json, "id"), json_string_at(again.json, "id"));
	CHECK_INT(400, guest.status);
	CHECK_TEXT("BadArgument", asked_error(&guest));
	CHECK_INT(400, nobody.status);
	json_decref(first.json);
	json_decref(again.json);
	json_decref(guest.json);
	json_decref(nobody.json);
	theatre_close(theatre);
}

static void test_what_is_said_can_be_changed_and_taken_back(void)
{
	struct theatre *const theatre = theatre_quiet(2);
	const char *const chat = "/emea/v3/conversations/" MAIN_CHAT "/activities";
	const char *const hello = "{\"type\":\"message\",\"text\":\"hello\"}";
	const struct asked asked =
		theatre_ask(theatre, "POST", chat, theatre->connector, hello);
	char url[256];

	CHECK_INT(201, asked.status);
	snprintf(url, sizeof(url), "%s/%s", chat, json_string_at(asked.json, "id"));
	CHECK_INT(200, theatre_status(theatre, "PUT", url, theatre->connector, hello));
	CHECK_INT(200, theatre_status(theatre, "DELETE", url, theatre->connector, NULL));
	CHECK_INT(404, theatre_status(theatre, "PUT", url, theatre->connector, hello));
	CHECK_INT(400, theatre_status(theatre, "POST", chat, theatre->connector, "{}"));
	CHECK_INT(404, theatre_status(theatre, "POST",
				      "/emea/v3/conversations/19%3Anone/activities",
				      theatre->connector, hello));
	CHECK_INT(1, theatre->stage.world.posts_count);
	CHECK_INT(1, theatre->stage.world.posts[0].edits);
	CHECK(theatre->stage.world.posts[0].deleted);
	json_decref(asked.json);
	theatre_close(theatre);
}

#define TARGETED "?isTargetedActivity=true"

static int targeted(struct theatre *theatre, const char *chat, const char *recipient)
{
	char url[256], body[256];

	snprintf(url, sizeof(url), "/emea/v3/conversations/%s/activities" TARGETED, chat);
	snprintf(body, sizeof(body),
		 "{\"type\":\"message\",\"text\":\"hello\",\"recipient\":{%s}}",
		 recipient);
	return theatre_status(theatre, "POST", url, theatre->connector, body);
}

static void test_a_targeted_message_is_for_one_member(void)
{
	struct theatre *const theatre = theatre_quiet(19);
	const struct asked chat = chat_with(theatre, "29:u1");
	struct text own = { 0 };
	const char *const id = json_string_at(chat.json, "id");
	const struct post *const posts = theatre->stage.world.posts;

	CHECK(posts == NULL);
	CHECK_INT(201, targeted(theatre, MAIN_CHAT, "\"id\":\"29:u1\""));
	CHECK_INT(400, targeted(theatre, MAIN_CHAT, ""));
	CHECK_INT(400, targeted(theatre, MAIN_CHAT, "\"id\":\"p1@example.test\""));
	CHECK_INT(404, targeted(theatre, MAIN_CHAT, "\"id\":\"29:u99\""));
	/* a guest who has not come is in no chat */
	CHECK_INT(404, targeted(theatre, MAIN_CHAT, "\"id\":\"29:anon-1-1\""));
	text_add_percent(&own, id, strlen(id));
	CHECK_INT(400, targeted(theatre, text_string(&own), "\"id\":\"29:u1\""));
	text_finish(&own);
	json_decref(chat.json);
	CHECK_INT(1, theatre->stage.world.posts_count);
	CHECK(theatre->stage.world.posts[0].only != NOBODY);
	theatre_close(theatre);
}

static void test_a_targeted_message_is_changed_as_one(void)
{
	struct theatre *const theatre = theatre_quiet(3);
	const char *const hello = "{\"type\":\"message\",\"text\":\"hello\","
				  "\"recipient\":{\"id\":\"29:u1\"}}";
	const char *const chat = "/emea/v3/conversations/" MAIN_CHAT "/activities";
	char plain[256], url[300];
	struct asked asked =
		theatre_ask(theatre, "POST",
			    "/emea/v3/conversations/" MAIN_CHAT "/activities" TARGETED,
			    theatre->connector, hello);

	snprintf(plain, sizeof(plain), "%s/%s", chat, json_string_at(asked.json, "id"));
	snprintf(url, sizeof(url), "%s" TARGETED, plain);
	json_decref(asked.json);
	CHECK_INT(404, theatre_status(theatre, "PUT", plain, theatre->connector, hello));
	CHECK_INT(200, theatre_status(theatre, "PUT", url, theatre->connector, hello));
	CHECK_INT(404,
		  theatre_status(theatre, "DELETE", plain, theatre->connector, NULL));
	CHECK_INT(200, theatre_status(theatre, "DELETE", url, theatre->connector, NULL));
	CHECK_INT(1, theatre->stage.world.posts[0].edits);
	CHECK(theatre->stage.world.posts[0].deleted);
	theatre_close(theatre);
}

static void test_members_come_in_pages(void)
{
	struct theatre *const theatre = theatre_quiet(60);
	const char *const members =
		"/emea/v3/conversations/" MAIN_CHAT "/pagedMembers?pageSize=50";
	const struct asked first =
		theatre_ask(theatre, "GET", members, theatre->connector, NULL);
	char url[256];

	CHECK_INT(50, json_array_size(json_object_get(first.json, "members")));
	snprintf(url, sizeof(url), "%s&continuationToken=%s", members,
		 json_string_at(first.json, "continuationToken"));
	const struct asked rest =
		theatre_ask(theatre, "GET", url, theatre->connector, NULL);
	CHECK_INT(10, json_array_size(json_object_get(rest.json, "members")));
	CHECK(json_object_get(rest.json, "continuationToken") == NULL);
	const struct asked one =
		theatre_ask(theatre, "GET",
			    "/emea/v3/conversations/" MAIN_CHAT "/members/29%3Au3",
			    theatre->connector, NULL);
	CHECK_TEXT("p3@example.test", json_string_at(one.json, "email"));
	CHECK_INT(404,
		  theatre_status(theatre, "GET",
				 "/emea/v3/conversations/" MAIN_CHAT "/members/29%3Anone",
				 theatre->connector, NULL));
	json_decref(first.json);
	json_decref(rest.json);
	json_decref(one.json);
	theatre_close(theatre);
}

/* What was done and not answered is done; what was cut is not. */
static void test_answers_are_lost_and_calls_cut(void)
{
	struct theatre *const theatre = theatre_quiet(2);
	const char *const chat = "/emea/v3/conversations/" MAIN_CHAT "/activities";
	const char *const hello = "{\"type\":\"message\",\"text\":\"hello\"}";
	struct plan_trouble *const trouble = &theatre->stage.plan.trouble;

	trouble->lose_every = 1;
	CHECK(theatre_status(theatre, "POST", chat, theatre->connector, hello) < 200);
	CHECK_INT(1, theatre->stage.world.posts_count);
	CHECK(theatre->stage.world.posts[0].unheard);
	trouble->cut_every = 1;
	CHECK(theatre_status(theatre, "POST", chat, theatre->connector, hello) < 200);
	CHECK_INT(1, theatre->stage.world.posts_count);
	*trouble = (struct plan_trouble){ .idle_every = 1 };
	CHECK_INT(201, theatre_status(theatre, "POST", chat, theatre->connector, hello));
	CHECK_INT(201, theatre_status(theatre, "POST", chat, theatre->connector, hello));
	CHECK_INT(3, theatre->stage.world.posts_count);
	CHECK(!theatre->stage.world.posts[2].unheard);
	theatre_close(theatre);
}

int main(void)
{
	CHECK(freopen("/dev/null", "w", stdout) != NULL);
	RUN(test_a_chat_is_opened_once);
	RUN(test_what_is_said_can_be_changed_and_taken_back);
	RUN(test_a_targeted_message_is_for_one_member);
	RUN(test_a_targeted_message_is_changed_as_one);
	RUN(test_members_come_in_pages);
	RUN(test_answers_are_lost_and_calls_cut);
	return check_done();
}
