/* SPDX-License-Identifier: MIT */
#include "daemon/decode/activity.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/clock.h"
#include "daemon/decode/command.h"
#include "daemon/decode/guest_match.h"
#include "daemon/decode/json.h"
#include "daemon/sessions.h"
#include "daemon/store/directory.h"
#include "daemon/wire/auth.h"
#include "handlers/transcript.h"

enum { SESSION_LASTS_MS = 8 * 3600 * 1000, SESSION_SOON_MS = 30 * 60 * 1000 };

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
		.from_id = json_text(root, "from.id"),
		.meeting_id = json_text(root, "channelData.meeting.id"),
		.is_personal =
			strcasecmp(json_text(root, "conversation.conversationType"),
				   "personal") == 0,
		.is_targeted = json_is_true(json_at(root, "recipient.isTargeted")),
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

static struct identity from_of(const struct activity *activity)
{
	return identity_of(json_member((json_t *)activity->root, "from"));
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
			    const struct activity_of *of, struct meaning *meaning)
{
	const json_t *const members = json_at((json_t *)activity->root, "value.members");
	const struct guest_arrival arrival = {
		.directory = of->directory,
		.batch = of->batch,
		.session = sessions_get(of->sessions, meaning->session),
		.place = meaning->place,
		.at_ms = activity->occurred_ms,
	};
	const json_t *member;
	size_t i;

	if (arrival.session == NULL)
		return;
	json_array_foreach (members, i, member) {
		const struct identity identity = identity_of(json_member(member, "user"));
		const uint32_t person = guest_meet(&arrival, &identity);
		struct event *const event =
			person != PERSON_NONE ? add_event(meaning, kind) : NULL;

		if (event == NULL)
			return;
		event->person = person;
		event->place = meaning->place;
		event->presence.occurred_ms = activity->occurred_ms;
	}
}

static void event_means(const struct activity *activity, const struct activity_of *of,
			struct meaning *meaning)
{
	if (is_named(activity->name, "meetingStart"))
		meeting_event(activity, EVENT_MEETING_STARTED, meaning);
	else if (is_named(activity->name, "meetingEnd"))
		meeting_event(activity, EVENT_MEETING_ENDED, meaning);
	else if (is_named(activity->name, "meetingParticipantJoin"))
		presence_events(activity, EVENT_PERSON_JOINED, of, meaning);
	else if (is_named(activity->name, "meetingParticipantLeave"))
		presence_events(activity, EVENT_PERSON_LEFT, of, meaning);
}

/* -- what people type ------------------------------------------------------------------ */

/* Of somebody who is not in the session no rights are known, and the core would take them
 * for an operator; whoever is, is known by more ids from now on. */
static uint32_t speaker_of(const struct activity *activity, struct directory *directory,
			   struct batch *batch, uint32_t session)
{
	const struct identity from = from_of(activity);
	const uint32_t person = directory_find(directory, session, &from);

	if (person != PERSON_NONE)
		directory_meet(directory, batch, session, &from);
	return person;
}

static void message_means(const struct activity *activity, struct directory *directory,
			  struct batch *batch, struct meaning *meaning)
{
	struct event typed = event_blank(EVENT_NONE);
	struct words words;

	if (!command_read(activity, &words))
		return;
	meaning->reply = activity->is_targeted ? REPLY_ALONE : REPLY_IN_CHAT;
	meaning->by = speaker_of(activity, directory, batch, meaning->session);
	meaning->kind = command_means(&words, &typed);
	if (meaning->kind == MEANS_MY_ROOM)
		meaning->reply = REPLY_ALONE; /* with the link, which is theirs */
	if (meaning->kind != MEANS_EVENTS && meaning->kind != MEANS_ANNOUNCE)
		return;
	if (meaning->by == PERSON_NONE) {
		meaning->kind = MEANS_STRANGER;
		return;
	}
	if (meaning->kind == MEANS_ANNOUNCE)
		return;
	struct event *const event = add_event(meaning, (enum event_kind)typed.kind);

	event->by = meaning->by;
	event->poll = typed.poll;
	event->extended = typed.extended;
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
	const struct identity from = from_of(activity);
	const char *const uid = json_text(data, "session");

	const uint32_t session = directory_session_of_uid(directory, uid);

	if (session == 0) {
		meaning->kind = verb[0] != '\0' || json_is_object(data)
					? MEANS_OTHER_CARD
					: MEANS_BAD_INVOKE;
		return;
	}
	meaning->session = session;
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

/* A press of Action.Submit, or of a card in an old client, comes as a message.  What was
 * refused is said to whoever pressed and to nobody else. */
static void submit_means(const struct activity *activity,
			 const struct directory *directory, struct meaning *meaning)
{
	const json_t *const value = json_member((json_t *)activity->root, "value");

	press_means(activity, json_text(value, "verb"), value, directory, meaning);
	meaning->reply = REPLY_REFUSAL_ALONE;
}

/* -- chats that the bot comes to and leaves --------------------------------------------- */

static bool is_bot(const struct activity *activity, const json_t *member)
{
	const char *const bot = json_text((json_t *)activity->root, "recipient.id");

	return bot[0] != '\0' && strcmp(json_text(member, "id"), bot) == 0;
}

/* The roster of a chat is who was invited, not who is there: nobody becomes present, and
 * nobody is added; ids of people we know are learned. */
static void chat_member(const struct json_t *member, struct directory *directory,
			struct batch *batch, uint32_t session)
{
	const struct identity identity = identity_of((const json_t *)member);

	if (directory_find(directory, session, &identity) != PERSON_NONE)
		directory_meet(directory, batch, session, &identity);
}

static void roster_means(const struct activity *activity, struct directory *directory,
			 struct batch *batch, struct meaning *meaning)
{
	const json_t *const root = (json_t *)activity->root;
	const json_t *member;
	size_t i;

	json_array_foreach (json_member(root, "membersAdded"), i, member) {
		if (is_bot(activity, member))
			meaning->bot = BOT_ADDED;
		else
			chat_member((const struct json_t *)member, directory, batch,
				    meaning->session);
	}
	json_array_foreach (json_member(root, "membersRemoved"), i, member) {
		if (is_bot(activity, member))
			meaning->bot = BOT_REMOVED;
	}
}

/* The greeting comes with this one, not with the conversationUpdate that follows it. */
static void installation_means(const struct activity *activity, struct meaning *meaning)
{
	const char *const action = json_text((json_t *)activity->root, "action");

	if (strncasecmp(action, "remove", 6) == 0) {
		/* of an upgrade: the old version goes, the new one is there */
		if (strcasecmp(action, "remove-upgrade") != 0)
			meaning->bot = BOT_REMOVED;
		return;
	}
	if (strncasecmp(action, "add", 3) != 0)
		return;
	meaning->bot = BOT_ADDED;
	if (strcasecmp(action, "add") == 0) {
		meaning->kind = MEANS_GREETING;
		meaning->reply = REPLY_IN_CHAT;
	}
}

/* -- whose is it ---------------------------------------------------------------------------- */

/* A thread of a channel is part of the channel. */
static int place_of_chat(const struct activity *activity,
			 const struct directory *directory, struct meaning *meaning)
{
	const char *const id = activity->conversation_id;
	const char *const thread = strstr(id, ";messageid=");

	if (directory_place_of_thread(directory, id, &meaning->session,
				      &meaning->place) == 0)
		return 0;
	if (thread == NULL)
		return -1;
	char *const channel = memory_string(id);

	channel[thread - id] = '\0';
	const int rc = directory_place_of_thread(directory, channel, &meaning->session,
						 &meaning->place);

	free(channel);
	return rc;
}

/* How far a session is from now, as far as somebody who writes to the bot cares: the one
 * that is on, then the next, then the last. */
static int64_t distance_ms(const struct session_row *row, int64_t now_ms)
{
	const int64_t since_ms = now_ms - row->starts_ms;

	if (since_ms >= -SESSION_SOON_MS && since_ms < SESSION_LASTS_MS)
		return since_ms + SESSION_SOON_MS;
	return since_ms < 0 ? SESSION_LASTS_MS * 2LL - since_ms
			    : INT64_MAX / 2 + since_ms;
}

/* In a chat of two: the nearest session that the person is in, and where all of them can
 * reach the person from now on. */
static int session_of_person(const struct activity *activity, struct directory *directory,
			     struct batch *batch, struct meaning *meaning)
{
	const struct identity from = from_of(activity);
	int64_t nearest_ms = INT64_MAX;

	meaning->session = 0;
	meaning->place = PLACE_NONE;
	for (uint32_t i = 1; i <= directory_sessions(directory); i++) {
		const struct session_row *const row = directory_session(directory, i);
		const uint32_t person =
			row != NULL ? directory_find(directory, i, &from) : PERSON_NONE;

		if (person == PERSON_NONE)
			continue;
		directory_meet(directory, batch, i, &from);
		directory_set_conversation(directory, batch, i, person,
					   activity->conversation_id);
		if (distance_ms(row, activity->occurred_ms) < nearest_ms) {
			nearest_ms = distance_ms(row, activity->occurred_ms);
			meaning->session = i;
			meaning->by = person;
		}
	}
	return meaning->session != 0 ? 0 : -1;
}

/* Meetings are told by what happens in their chat. */
static void learn_meeting(const struct activity *activity, struct directory *directory,
			  struct batch *batch, const struct meaning *meaning)
{
	const struct place_row *const held =
		directory_place(directory, meaning->session, meaning->place);
	const char *const url = json_text((json_t *)activity->root, "value.joinUrl");
	const struct place_row row = { .session = meaning->session,
				       .place = meaning->place,
				       .join_url = url };

	if (strncmp(url, "https://", 8) == 0 &&
	    (held == NULL || held->join_url == NULL || held->join_url[0] == '\0'))
		directory_set_place(directory, batch, &row);
}

static void chat_means(const struct activity *activity, const struct activity_of *of,
		       struct meaning *meaning)
{
	struct directory *const directory = of->directory;
	struct batch *const batch = of->batch;

	if (strcmp(activity->type, "event") == 0 && meaning->place != PLACE_NONE) {
		learn_meeting(activity, directory, batch, meaning);
		event_means(activity, of, meaning);
	} else if (strcmp(activity->type, "message") == 0) {
		message_means(activity, directory, batch, meaning);
	} else if (strcmp(activity->type, "conversationUpdate") == 0) {
		roster_means(activity, directory, batch, meaning);
	} else if (strcmp(activity->type, "installationUpdate") == 0) {
		installation_means(activity, meaning);
	}
}

void activity_means(const struct activity *activity, const struct activity_of *of,
		    struct meaning *meaning)
{
	struct directory *const directory = of->directory;
	const json_t *const root = (json_t *)activity->root;

	*meaning = (struct meaning){ .kind = MEANS_NOTHING,
				     .by = PERSON_NONE,
				     .place = PLACE_NONE };
	if (activity->is_invoke) {
		invoke_means(activity, directory, meaning);
		return;
	}
	const int rc =
		activity->is_personal
			? session_of_person(activity, directory, of->batch, meaning)
			: place_of_chat(activity, directory, meaning);

	if (strcmp(activity->type, "message") == 0 &&
	    json_is_object(json_member(root, "value")))
		submit_means(activity, directory, meaning);
	else if (rc == 0)
		chat_means(activity, of, meaning);
}
