/* SPDX-License-Identifier: MIT */
/*
 * The connector: where the bot opens chats, says things, changes and takes back what it
 * said, and asks who is in a chat.
 */
#include "rehearsal/crowd.h"
#include "rehearsal/routes.h"
#include "rehearsal/said.h"
#include "rehearsal/stage.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MEMBERS_PER_PAGE = 200, MEMBERS_MOST = 500, MESSAGE_BYTES = 100 * 1024 };

static void conversation_open(struct exchange *exchange);
static void activity_post(struct exchange *exchange);
static void activity_change(struct exchange *exchange);
static void activity_delete(struct exchange *exchange);
static void members_page(struct exchange *exchange);
static void member_one(struct exchange *exchange);

const struct route connector_routes[] = {
	{ "POST", "v3/conversations", conversation_open },
	{ "POST", "v3/conversations/*/activities", activity_post },
	{ "POST", "v3/conversations/*/activities/*", activity_post },
	{ "PUT", "v3/conversations/*/activities/*", activity_change },
	{ "DELETE", "v3/conversations/*/activities/*", activity_delete },
	{ "GET", "v3/conversations/*/pagedmembers", members_page },
	{ "GET", "v3/conversations/*/members/*", member_one },
	{ "GET", "v1/meetings/*", connector_meeting },
	{ "GET", "v1/meetings/*/participants/*", connector_participant },
	{ "POST", "v1/meetings/*/notification", connector_notification },
	{ NULL, NULL, NULL },
};

static void bad_argument(struct exchange *exchange, const char *message)
{
	answer_connector_error(exchange, 400, "BadArgument", message);
}

static uint32_t person_named(const struct world *world, const char *id)
{
	const uint32_t number = world_find(&world->by_teams_id, id);

	return number != NOBODY ? number : world_find(&world->by_object_id, id);
}

/* The chat that exists is the one that is answered: one per person and bot. */
static void conversation_open(struct exchange *exchange)
{
	struct world *const world = &exchange->stage->world;
	const json_t *const members = json_object_get(exchange->json, "members");
	const char *const id = json_string_at(json_array_get(members, 0), "id");
	const uint32_t person = person_named(world, id);

	if (json_is_true(json_object_get(exchange->json, "isGroup")) ||
	    json_array_size(members) != 1) {
		bad_argument(exchange, "Only conversations of two can be created.");
		return;
	}
	if (strncmp(id, "29:anon", 7) == 0) {
		bad_argument(exchange,
			     "Bot cannot create a conversation with an anonymous user");
		return;
	}
	if (person == NOBODY || world->people[person].teams_id[0] == '\0') {
		bad_argument(exchange, "Unknown user.");
		return;
	}
	const uint32_t chat = world_chat_with(world, person);
	answer_json(exchange->stage, &exchange->back, 201,
		    json_pack("{s:s}", "id", world->conversations[chat].id));
}

/* The conversation of parts[2], NOWHERE after having answered 404. */
static uint32_t conversation_named(struct exchange *exchange)
{
	const struct world *const world = &exchange->stage->world;
	uint32_t number = world_find(&world->by_conversation, exchange->parts[2]);

	if (number != NOWHERE && world->conversations[number].mailbox)
		number = NOWHERE;
	if (number == NOWHERE)
		answer_connector_error(exchange, 404, "ConversationNotFound",
				       "Conversation not found.");
	return number;
}

/* The roster of a meeting chat: who was invited, and guests once they have joined. */
static bool is_member(const struct stage *stage, const struct conversation *conversation,
		      uint32_t number)
{
	const struct person *const person = &stage->world.people[number];

	if (conversation->person != NOBODY)
		return conversation->person == number;
	return person->teams_id[0] != '\0' && (!person->guest || person->came) &&
	       stage->world.meetings[conversation->meeting].session == person->session;
}

/* Whoever of a chat's members has this id; of people who are in several sessions, the one
 * who is in this chat. */
static uint32_t member_named(const struct stage *stage, uint32_t number, const char *id)
{
	const struct world *const world = &stage->world;
	const struct conversation *const conversation = &world->conversations[number];
	const uint32_t first = person_named(world, id);

	if (first == NOBODY || is_member(stage, conversation, first))
		return first;
	for (uint32_t i = 0; i < world->people_count; i++) {
		if (is_member(stage, conversation, i) &&
		    strcmp(world->people[i].teams_id, world->people[first].teams_id) == 0)
			return i;
	}
	return NOBODY;
}

static bool is_targeted(const struct exchange *exchange)
{
	struct text value = { 0 };
	const bool targeted = query_read(exchange->query, "isTargetedActivity", &value) &&
			      strcasecmp(text_string(&value), "true") == 0;

	text_finish(&value);
	return targeted;
}

/* For whom alone a targeted message is; false after having answered that it cannot be. */
static bool reader_of(struct exchange *exchange, uint32_t conversation, uint32_t *reader)
{
	const json_t *const recipient = json_object_get(exchange->json, "recipient");
	const char *const id = json_string_at(recipient, "id");

	*reader = NOBODY;
	if (!is_targeted(exchange))
		return true;
	if (exchange->stage->world.conversations[conversation].person != NOBODY) {
		bad_argument(exchange, "Targeted messages are for chats of several.");
		return false;
	}
	if (strncmp(id, "29:", 3) != 0) {
		bad_argument(exchange, "A targeted message has a recipient.id.");
		return false;
	}
	*reader = member_named(exchange->stage, conversation, id);
	if (*reader == NOBODY)
		answer_connector_error(exchange, 404, "MemberNotFoundInConversation",
				       "The recipient is not in the conversation.");
	return *reader != NOBODY;
}

static void activity_post(struct exchange *exchange)
{
	struct stage *const stage = exchange->stage;
	const uint32_t conversation = conversation_named(exchange);
	uint32_t reader;

	if (conversation == NOWHERE || !reader_of(exchange, conversation, &reader))
		return;
	if (json_string_at(exchange->json, "type")[0] == '\0') {
		answer_connector_error(exchange, 400, "BadSyntax",
				       "An activity has a type.");
		return;
	}
	if (strlen(exchange->body) > MESSAGE_BYTES) {
		answer_connector_error(exchange, 413, "MessageSizeTooBig",
				       "Message size too large.");
		return;
	}
	char *const text = json_canonical(exchange->json);
	const struct hearers hearers = { .conversation = conversation, .only = reader };
	const uint32_t post = crowd_hears(stage, &hearers, exchange->json, text);
	const char *const id = stage->world.posts[post].id;
	stage->world.posts[post].unheard = exchange->back.lost;
	said_keep(stage, exchange->method, post, text);
	free(text);
	answer_json(stage, &exchange->back, 201, json_pack("{s:s}", "id", id));
}

/* The post of parts[4] in that conversation, NOWHERE after having answered 404.  A post
 * that one person sees is found only by who says that it is such. */
static uint32_t post_named(struct exchange *exchange)
{
	const struct world *const world = &exchange->stage->world;
	const uint32_t conversation = conversation_named(exchange);
	const uint32_t number = world_find(&world->by_post, exchange->parts[4]);

	if (conversation == NOWHERE)
		return NOWHERE;
	if (number != NOWHERE && world->posts[number].conversation == conversation &&
	    (world->posts[number].only != NOBODY) == is_targeted(exchange) &&
	    !world->posts[number].deleted)
		return number;
	answer_connector_error(exchange, 404, "ActivityNotFoundInConversation",
			       "Activity not found.");
	return NOWHERE;
}

static void activity_change(struct exchange *exchange)
{
	const uint32_t number = post_named(exchange);

	if (number == NOWHERE)
		return;
	struct post *const post = &exchange->stage->world.posts[number];
	const struct hearers hearers = { .conversation = post->conversation,
					 .only = post->only };
	char *const text = json_canonical(exchange->json);
	said_keep(exchange->stage, exchange->method, number, text);
	free(text);
	post->edits++;
	crowd_sees_change(exchange->stage, &hearers, exchange->json);
	answer_json(exchange->stage, &exchange->back, 200,
		    json_pack("{s:s}", "id", post->id));
}

static void activity_delete(struct exchange *exchange)
{
	const uint32_t number = post_named(exchange);

	if (number == NOWHERE)
		return;
	said_keep(exchange->stage, exchange->method, number, "null");
	exchange->stage->world.posts[number].deleted = true;
	exchange->stage->world.posts[number].deleted_at =
		(uint32_t)exchange->stage->world.posts_count;
	answer_json(exchange->stage, &exchange->back, 200, NULL);
}

static json_t *member_json(const struct stage *stage, const struct person *person)
{
	if (person->guest)
		return json_pack("{s:s,s:s,s:s,s:s}", "id", person->teams_id, "name",
				 person->name, "tenantId", stage->plan.tenant_id,
				 "userRole", "anonymous");
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id", person->teams_id,
			 "objectId", person->object_id, "aadObjectId", person->object_id,
			 "name", person->name, "email", person->email,
			 "userPrincipalName", person->email, "tenantId",
			 stage->plan.tenant_id, "userRole", "user");
}

static size_t page_size(const struct exchange *exchange)
{
	struct text value = { 0 };

	query_read(exchange->query, "pageSize", &value);
	const size_t size = strtoul(text_string(&value), NULL, 10);
	text_finish(&value);
	if (size == 0)
		return MEMBERS_PER_PAGE;
	return size < MEMBERS_MOST ? size : MEMBERS_MOST;
}

static size_t continued_from(const struct exchange *exchange)
{
	struct text value = { 0 };

	query_read(exchange->query, "continuationToken", &value);
	const size_t from = strtoul(text_string(&value), NULL, 10);
	text_finish(&value);
	return from;
}

static void members_page(struct exchange *exchange)
{
	const struct stage *const stage = exchange->stage;
	const uint32_t number = conversation_named(exchange);

	if (number == NOWHERE)
		return;
	const struct conversation *const conversation =
		&stage->world.conversations[number];
	const size_t most = page_size(exchange);
	json_t *const members = json_array();
	json_t *const page = json_pack("{s:o}", "members", members);
	size_t at = continued_from(exchange);
	for (; at < stage->world.people_count && json_array_size(members) < most; at++) {
		if (is_member(stage, conversation, (uint32_t)at))
			json_array_append_new(members,
					      member_json(stage,
							  &stage->world.people[at]));
	}
	if (at < stage->world.people_count) {
		char token[24];

		snprintf(token, sizeof(token), "%zu", at);
		json_object_set_new(page, "continuationToken", json_string(token));
	}
	answer_json(exchange->stage, &exchange->back, 200, page);
}

static void member_one(struct exchange *exchange)
{
	const struct stage *const stage = exchange->stage;
	const uint32_t number = conversation_named(exchange);

	if (number == NOWHERE)
		return;
	uint32_t person = person_named(&stage->world, exchange->parts[4]);
	if (person == NOBODY)
		person = world_find(&stage->world.by_email, exchange->parts[4]);
	if (person != NOBODY &&
	    is_member(stage, &stage->world.conversations[number], person))
		answer_json(exchange->stage, &exchange->back, 200,
			    member_json(stage, &stage->world.people[person]));
	else
		answer_connector_error(exchange, 404, "MemberNotFoundInConversation",
				       "The member was not found.");
}
