/* SPDX-License-Identifier: MIT */
#include "daemon/decode_activity.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/clock.h"
#include "daemon/json.h"
#include "daemon/store/directory.h"
#include "daemon/wire/auth.h"
#include "handlers/transcript.h"

enum { COMMAND_BYTES = 256, COMMAND_WORDS = 4 };

/* Teams gives every activity an id; of one without, only the same bytes are a repeat. */
static void write_key(const char *body, size_t bytes, struct activity *activity)
{
	const char *id = activity->id;
	char digest[2 * 32 + 1];
	uint8_t sha256[32];

	if (id[0] == '\0') {
		auth_sha256(body, bytes, sha256);
		for (size_t i = 0; i < sizeof(sha256); i++)
			snprintf(digest + 2 * i, 3, "%02x", sha256[i]);
		id = digest;
	}
	snprintf(activity->key, sizeof(activity->key), "bot|%.255s|%.127s|%.31s|%.63s",
		 activity->conversation_id, id, activity->type,
		 json_text((json_t *)activity->root, "timestamp"));
}

int activity_read(const char *body, size_t bytes, struct activity *activity,
		  struct problem *problem)
{
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(body, bytes, fault);

	if (root == NULL)
		return problem_say(problem, 400, "the body is not JSON: %s", fault);
	*activity = (struct activity){
		.root = (struct json_t *)root,
		.type = json_text(root, "type"),
		.id = json_text(root, "id"),
		.name = json_text(root, "name"),
		.service_url = json_text(root, "serviceUrl"),
		.channel_id = json_text(root, "channelId"),
		.conversation_id = json_text(root, "conversation.id"),
		.tenant_id = json_text(root, "conversation.tenantId"),
	};
	if (activity->tenant_id[0] == '\0')
		activity->tenant_id = json_text(root, "channelData.tenant.id");
	if (!json_is_object(root) || activity->type[0] == '\0') {
		activity_finish(activity);
		return problem_say(problem, 400,
				   "the body is not an activity: it has no type");
	}
	if (clock_parse(json_text(root, "timestamp"), &activity->occurred_ms) < 0)
		activity->occurred_ms = 0;
	activity->is_invoke = strcmp(activity->type, "invoke") == 0;
	write_key(body, bytes, activity);
	return 0;
}

void activity_finish(struct activity *activity)
{
	json_decref((json_t *)activity->root);
	activity->root = NULL;
}

static struct identity identity_of(const json_t *account)
{
	struct identity identity = {
		.name = json_text(account, "name"),
		.object_id = json_text(account, "aadObjectId"),
		.teams_id = json_text(account, "id"),
		.email = json_text(account, "email"),
	};

	if (identity.object_id[0] == '\0')
		identity.object_id = json_text(account, "objectId");
	return identity;
}

static struct event *add_event(struct meaning *meaning, enum event_kind kind)
{
	if (meaning->count == ACTIVITY_MEMBERS)
		return NULL;
	struct event *const event = &meaning->events[meaning->count++];

	*event = event_blank(kind);
	event->session = meaning->session;
	event->source = SOURCE_BOT;
	meaning->kind = MEANS_EVENTS;
	return event;
}

/* "application/vnd.microsoft.meetingStart", whatever its case and the blanks around it. */
static bool is_named(const char *name, const char *wanted)
{
	static const char prefix[] = "application/vnd.microsoft.";

	while (isspace((unsigned char)*name))
		name++;
	if (strncasecmp(name, prefix, sizeof(prefix) - 1) != 0)
		return false;
	name += sizeof(prefix) - 1;
	const size_t length = strlen(wanted);

	return strncasecmp(name, wanted, length) == 0 &&
	       strspn(name + length, " \t\n") == strlen(name + length);
}

static void meeting_event(const struct activity *activity, enum event_kind kind,
			  struct meaning *meaning)
{
	struct event *const event = add_event(meaning, kind);

	event->place = meaning->place;
	event->presence.occurred_ms = activity->occurred_ms;
}

static void presence_events(const struct activity *activity, enum event_kind kind,
			    struct directory *directory, struct batch *batch,
			    struct meaning *meaning)
{
	const json_t *const members = json_at((json_t *)activity->root, "value.members");
	const json_t *member;
	size_t i;

	json_array_foreach (members, i, member) {
		const struct identity identity = identity_of(json_member(member, "user"));
		const uint32_t person =
			directory_meet(directory, batch, meaning->session, &identity);
		struct event *const event =
			person != PERSON_NONE ? add_event(meaning, kind) : NULL;

		if (event == NULL)
			return;
		event->person = person;
		event->place = meaning->place;
		event->presence.occurred_ms = activity->occurred_ms;
	}
}

static void event_means(const struct activity *activity, struct directory *directory,
			struct batch *batch, struct meaning *meaning)
{
	if (is_named(activity->name, "meetingStart"))
		meeting_event(activity, EVENT_MEETING_STARTED, meaning);
	else if (is_named(activity->name, "meetingEnd"))
		meeting_event(activity, EVENT_MEETING_ENDED, meaning);
	else if (is_named(activity->name, "meetingParticipantJoin"))
		presence_events(activity, EVENT_PERSON_JOINED, directory, batch, meaning);
	else if (is_named(activity->name, "meetingParticipantLeave"))
		presence_events(activity, EVENT_PERSON_LEFT, directory, batch, meaning);
}

/* -- what people type --------------------------------------------------------------- */

/* A blank in its place: "poll<nbsp>open" stays two words. */
static void blank_out(char *text, const char *part)
{
	const size_t length = strlen(part);

	for (char *at = length ? strstr(text, part) : NULL; at != NULL;
	     at = strstr(at + 1, part)) {
		*at = ' ';
		memmove(at + 1, at + length, strlen(at + length) + 1);
	}
}

/* The text without mentions of the bot, in lower case.  False when it is not mentioned:
 * with consent to read the chat, Teams sends every message, and the others are not for us. */
static bool command_text(const struct activity *activity, char command[COMMAND_BYTES])
{
	const json_t *const root = (json_t *)activity->root;
	const json_t *const entities = json_member(root, "entities");
	const char *const bot = json_text(root, "recipient.id");
	const json_t *entity;
	bool is_for_us = false;
	size_t i;

	snprintf(command, COMMAND_BYTES, "%s", json_text(root, "text"));
	json_array_foreach (entities, i, entity) {
		if (strcmp(json_text(entity, "type"), "mention") == 0 &&
		    strcmp(json_text(entity, "mentioned.id"), bot) == 0) {
			blank_out(command, json_text(entity, "text"));
			is_for_us = true;
		}
	}
	blank_out(command, "\xc2\xa0");
	for (char *at = command; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	return is_for_us;
}

struct words {
	char *word[COMMAND_WORDS];
	size_t count;
};

static void split(char *command, struct words *words)
{
	char *rest = NULL;

	words->count = 0;
	for (char *word = strtok_r(command, " \t\r\n", &rest);
	     word != NULL && words->count < COMMAND_WORDS;
	     word = strtok_r(NULL, " \t\r\n", &rest))
		words->word[words->count++] = word;
}

/* A whole number from 1 to most, or 0. */
static long counted(const struct words *words, size_t at, long most)
{
	char *end;

	if (at >= words->count)
		return 0;
	const long number = strtol(words->word[at], &end, 10);
	return *end == '\0' && number >= 1 && number <= most ? number : 0;
}

static enum event_kind poll_command(const struct words *words)
{
	static const struct {
		const char *word;
		enum event_kind kind;
	} commands[] = { { "open", EVENT_POLL_OPENED },
			 { "close", EVENT_POLL_CLOSED },
			 { "show", EVENT_POLL_SHOWN } };

	if (words->count != 3 || counted(words, 2, POLLS_MAX) == 0)
		return EVENT_NONE;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(words->word[1], commands[i].word) == 0)
			return commands[i].kind;
	}
	return EVENT_NONE;
}

static enum event_kind plain_command(const struct words *words)
{
	static const struct {
		const char *word;
		enum event_kind kind;
	} commands[] = { { "start", EVENT_RUNSHEET_STARTED },
			 { "hold", EVENT_RUNSHEET_HELD },
			 { "resume", EVENT_RUNSHEET_RESUMED },
			 { "skip", EVENT_RUNSHEET_SKIPPED },
			 { "next", EVENT_RUNSHEET_SKIPPED },
			 { "recall", EVENT_BREAKOUT_RECALLED } };

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (words->count == 1 && strcmp(words->word[0], commands[i].word) == 0)
			return commands[i].kind;
	}
	return EVENT_NONE;
}

static void command_event(const struct words *words, uint32_t by, struct meaning *meaning)
{
	enum event_kind kind = plain_command(words);
	struct event *event;

	if (strcmp(words->word[0], "poll") == 0)
		kind = poll_command(words);
	if (strcmp(words->word[0], "extend") == 0 && counted(words, 1, 240) > 0)
		kind = EVENT_RUNSHEET_EXTENDED;
	if (kind == EVENT_NONE) {
		meaning->kind = MEANS_NOT_UNDERSTOOD;
		return;
	}
	event = add_event(meaning, kind);
	event->by = by;
	if (kind == EVENT_RUNSHEET_EXTENDED)
		event->extended.by_ms = counted(words, 1, 240) * 60 * 1000;
	if (strcmp(words->word[0], "poll") == 0)
		event->poll = (uint16_t)(counted(words, 2, POLLS_MAX) - 1);
}

static void message_means(const struct activity *activity, struct directory *directory,
			  struct batch *batch, struct meaning *meaning)
{
	const struct identity from =
		identity_of(json_member((json_t *)activity->root, "from"));
	char command[COMMAND_BYTES];
	struct words words;

	if (!command_text(activity, command))
		return;
	split(command, &words);
	meaning->reply_in_chat = true;
	if (words.count == 0 || strcmp(words.word[0], "help") == 0) {
		meaning->kind = MEANS_HELP;
	} else if (strcmp(words.word[0], "status") == 0) {
		meaning->kind = MEANS_STATUS;
	} else {
		const uint32_t by =
			directory_meet(directory, batch, meaning->session, &from);

		command_event(&words, by, meaning);
	}
}

/* -- what people press ---------------------------------------------------------------- */

static void vote(const json_t *data, uint32_t person, struct meaning *meaning)
{
	int64_t poll, choice;

	if (json_number(data, "poll", &poll) < 0 ||
	    json_number(data, "choice", &choice) < 0 || poll < 0 || poll >= POLLS_MAX ||
	    choice < 0 || choice >= CHOICES_MAX) {
		meaning->kind = MEANS_BAD_INVOKE;
		return;
	}
	struct event *const event = add_event(meaning, EVENT_POLL_VOTED);

	event->person = event->by = person;
	event->poll = (uint16_t)poll;
	event->vote.choice = (uint32_t)choice;
}

static void help(const json_t *data, uint32_t person, struct meaning *meaning)
{
	int64_t room;

	if (json_number(data, "room", &room) < 0 || room < 1 || room > ROOMS_MAX) {
		meaning->kind = MEANS_BAD_INVOKE;
		return;
	}
	struct event *const event = add_event(meaning, EVENT_HELP_CALLED);

	event->person = event->by = person;
	event->place = (uint16_t)room;
}

/* data is what the card carried and the person chose; who pressed comes from the token's
 * side of the message, never from data. */
static void press_means(const struct activity *activity, const char *verb,
			const json_t *data, const struct directory *directory,
			struct meaning *meaning)
{
	const struct identity from =
		identity_of(json_member((json_t *)activity->root, "from"));

	const char *const uid = json_text(data, "session");

	meaning->session = directory_session_of_uid(directory, uid);
	if (meaning->session == 0) {
		meaning->kind = uid[0] != '\0' ? MEANS_OTHER_CARD : MEANS_BAD_INVOKE;
		return;
	}
	const uint32_t person = directory_find(directory, meaning->session, &from);

	if (person == PERSON_NONE)
		meaning->kind = MEANS_STRANGER;
	else if (strcmp(verb, "poll.vote") == 0)
		vote(data, person, meaning);
	else if (strcmp(verb, "room.help") == 0)
		help(data, person, meaning);
	else
		meaning->kind = MEANS_UNKNOWN_INVOKE;
}

static void invoke_means(const struct activity *activity,
			 const struct directory *directory, struct meaning *meaning)
{
	const json_t *const root = (json_t *)activity->root;

	if (strcasecmp(activity->name, "adaptiveCard/action") != 0) {
		meaning->kind = MEANS_UNKNOWN_INVOKE;
		return;
	}
	press_means(activity, json_text(root, "value.action.verb"),
		    json_at(root, "value.action.data"), directory, meaning);
}

/* A press of Action.Submit, or of a card in an old client, comes as a message.  It is not
 * answered: an answer would be read by the whole chat. */
static void submit_means(const struct activity *activity,
			 const struct directory *directory, struct meaning *meaning)
{
	const json_t *const value = json_member((json_t *)activity->root, "value");

	press_means(activity, json_text(value, "verb"), value, directory, meaning);
}

void activity_means(const struct activity *activity, struct directory *directory,
		    struct batch *batch, struct meaning *meaning)
{
	const json_t *const root = (json_t *)activity->root;

	meaning->kind = MEANS_NOTHING;
	meaning->count = 0;
	meaning->reply_in_chat = false;
	if (activity->is_invoke) {
		invoke_means(activity, directory, meaning);
		return;
	}
	if (strcmp(activity->type, "message") == 0 &&
	    json_is_object(json_member(root, "value"))) {
		submit_means(activity, directory, meaning);
		return;
	}
	if (directory_place_of_thread(directory, activity->conversation_id,
				      &meaning->session, &meaning->place) < 0)
		return;
	if (strcmp(activity->type, "event") == 0)
		event_means(activity, directory, batch, meaning);
	else if (strcmp(activity->type, "message") == 0 && meaning->place == PLACE_MAIN)
		message_means(activity, directory, batch, meaning);
}
