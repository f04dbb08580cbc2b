/* SPDX-License-Identifier: MIT */
#include "daemon/decode/call_event.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/clock.h"
#include "daemon/decode/guest_match.h"
#include "daemon/decode/json.h"
#include "daemon/store/directory.h"
#include "daemon/wire/auth.h"
#include "handlers/session.h"
#include "handlers/transcript.h"

enum { NAME_BYTES = 32 };

enum what { WHAT_OTHER, WHAT_STARTED, WHAT_ENDED, WHAT_ROSTER };

struct reading {
	const struct call_event_of *of;
	call_event_fn *fn;
	void *context;
	int64_t occurred_ms;
	size_t people;
};

struct participant {
	const char *name, *object_id; /* object_id "": not signed in */
	uint64_t leg;
	bool in_lobby, removed;
};

/* "callStarted", "Microsoft.Communication.CallStarted" */
static enum what what_of(const json_t *root)
{
	static const char prefix[] = "Microsoft.Communication.";
	static const struct {
		const char *word;
		enum what what;
	} words[] = { { "callStarted", WHAT_STARTED },
		      { "callEnded", WHAT_ENDED },
		      { "rosterUpdated", WHAT_ROSTER },
		      { "callRosterUpdate", WHAT_ROSTER },
		      { "callRosterUpdated", WHAT_ROSTER } };
	const char *word = json_text(root, "eventType");

	/* The schema's name for it. */
	if (word[0] == '\0')
		word = json_text(root, "callEventType");
	if (strncasecmp(word, prefix, sizeof(prefix) - 1) == 0)
		word += sizeof(prefix) - 1;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(word, words[i].word) == 0)
			return words[i].what;
	}
	return WHAT_OTHER;
}

/* -- who is it? ---------------------------------------------------------------------------- */

/* What is not there, and what is there as null. */
static const json_t *something(const json_t *object, const char *name)
{
	const json_t *const value = json_member(object, name);

	return json_is_null(value) ? NULL : value;
}

/* Only these have an object id that the bot and the reports know, too. */
static bool is_signed_in(const json_t *user)
{
	static const char *const types[] = {
		"",          "aadUser",           "federatedUser", "onPremiseAadUser",
		"skypeUser", "unknownFutureValue"
	};
	const char *const type = json_text(user, "userIdentityType");

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcasecmp(type, types[i]) == 0)
			return true;
	}
	return false;
}

/* False for what is not a person. */
static bool who(const json_t *identity, struct participant *participant)
{
	static const char *const guests[] = {
		"guest",      "phone",     "azureCommunicationServicesUser",
		"onPremises", "encrypted", "assertedIdentity",
		"device",
	};
	const json_t *const user = something(identity, "user");

	participant->object_id = participant->name = "";
	if (json_is_object(user)) {
		participant->name = json_text(user, "displayName");
		if (is_signed_in(user))
			participant->object_id = json_text(user, "id");
		return true;
	}
	for (size_t i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		const json_t *const guest = something(identity, guests[i]);

		if (!json_is_object(guest))
			continue;
		participant->name = json_text(guest, "displayName");
		return true;
	}
	return something(identity, "application") == NULL &&
	       something(identity, "applicationInstance") == NULL;
}

static uint64_t leg_of(const char *id)
{
	uint8_t digest[32];
	uint64_t leg = 0;

	auth_sha256(id, strlen(id), digest);
	for (int i = 0; i < 8; i++)
		leg = leg << 8 | digest[i];
	return leg != 0 ? leg : 1; /* 0: not told */
}

static const struct span *span_of_leg(const struct reading *reading, uint64_t leg)
{
	const struct session *const session = reading->of->session;

	for (uint32_t i = session->spans; i > 0; i--) {
		const struct span *const span = &session->span[i - 1];

		if (span->leg == leg && span->place == reading->of->place)
			return span;
	}
	return NULL;
}

/* Not to be called somebody whom the reader might take for another. */
static const char *name_of(const struct participant *participant, char made[NAME_BYTES])
{
	if (participant->name[0] != '\0')
		return participant->name;
	snprintf(made, NAME_BYTES, "Unnamed guest %04x",
		 (unsigned)(participant->leg & 0xffff));
	return made;
}

static uint32_t guest(const struct reading *reading,
		      const struct participant *participant)
{
	const struct call_event_of *const of = reading->of;
	struct guest_match match = { .directory = of->directory,
				     .session = of->session,
				     .place = of->place };
	const struct stretch now = { reading->occurred_ms - GUEST_SEEN_MS,
				     reading->occurred_ms + GUEST_SEEN_MS };
	char made[NAME_BYTES];
	const char *const name = name_of(participant, made);
	const struct span *const span =
		participant->leg != 0 ? span_of_leg(reading, participant->leg) : NULL;

	if (span != NULL)
		return span->person;
	for (uint32_t i = 0; i < of->session->spans; i++) {
		const struct span *const other = &of->session->span[i];

		/* Who is in the call with another leg is another guest. */
		if (other->leg != 0 && other->place == of->place &&
		    other->closed == SPAN_OPEN)
			match.found[other->person / 64] |= UINT64_C(1)
							   << (other->person % 64);
	}
	uint32_t seen = guest_find(&match, name, &now, 1);
	if (seen == PERSON_NONE)
		seen = guest_expected(&match, name, reading->occurred_ms);
	const struct identity identity = { .name = name };

	return seen != PERSON_NONE ? seen
				   : directory_meet(of->directory, of->batch,
						    of->session->number, &identity);
}

static uint32_t person_of(const struct reading *reading,
			  const struct participant *participant)
{
	const struct identity identity = { .name = participant->name,
					   .object_id = participant->object_id };

	if (participant->object_id[0] == '\0')
		return guest(reading, participant);
	return directory_meet(reading->of->directory, reading->of->batch,
			      reading->of->session->number, &identity);
}

/* -- what happened ------------------------------------------------------------------------- */

static void tell(const struct reading *reading, enum event_kind kind, uint32_t person,
		 uint64_t leg)
{
	struct event event = event_blank(kind);

	event.session = reading->of->session->number;
	event.source = SOURCE_GRAPH;
	event.person = person;
	event.place = reading->of->place;
	event.presence.occurred_ms = reading->occurred_ms;
	event.presence.leg = leg;
	reading->fn(reading->context, &event);
}

/* Back to the lobby: only of interest when this leg was in the call. */
static bool was_in(const struct reading *reading, uint64_t leg)
{
	const struct span *const span = leg != 0 ? span_of_leg(reading, leg) : NULL;

	return span != NULL && span->closed == SPAN_OPEN &&
	       span->from_ms < reading->occurred_ms;
}

static bool read_participant(const json_t *entry, struct participant *participant)
{
	const json_t *identity = json_at(entry, "info.identity");
	const char *const id = json_text(entry, "id");

	/* As it was in 2022. */
	if (identity == NULL)
		identity = json_member(entry, "identity");
	if (!json_is_object(entry) || !json_is_object(identity))
		return false;
	participant->leg = id[0] != '\0' ? leg_of(id) : 0;
	participant->in_lobby = json_is_true(json_member(entry, "isInLobby"));
	participant->removed = something(entry, "removedState") != NULL;
	return who(identity, participant);
}

/* out: this list is of those who left, whatever they are called. */
static void roster(struct reading *reading, const json_t *list, bool out)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (list, i, entry) {
		struct participant participant;

		if (reading->people == CALL_EVENT_PEOPLE)
			return;
		if (!read_participant(entry, &participant))
			continue;
		reading->people++;
		const bool leaves = out || participant.removed;

		if (!leaves && participant.in_lobby && !was_in(reading, participant.leg))
			continue;
		const uint32_t person = person_of(reading, &participant);

		if (person != PERSON_NONE)
			tell(reading,
			     leaves || participant.in_lobby ? EVENT_PERSON_LEFT
							    : EVENT_PERSON_JOINED,
			     person, participant.leg);
	}
}

static void rosters(struct reading *reading, const json_t *root)
{
	roster(reading, json_member(root, "participants@delta"), false);
	/* 2023, then 2022 */
	roster(reading, json_member(root, "activeParticipants@joined"), false);
	roster(reading, json_member(root, "activeParticipants@exited"), true);
	roster(reading, json_member(root, "activeParticipants@delta"), false);
	roster(reading, json_member(root, "activeParticipants@remove"), true);
}

static enum call_event_verdict means(struct reading *reading, const json_t *root)
{
	const enum what what = what_of(root);

	if (what == WHAT_OTHER)
		return CALL_EVENT_OTHER;
	if (clock_parse(json_text(root, "eventDateTime"), &reading->occurred_ms) < 0)
		reading->occurred_ms = 0;
	if (what == WHAT_ROSTER)
		rosters(reading, root);
	else
		tell(reading,
		     what == WHAT_STARTED ? EVENT_MEETING_STARTED : EVENT_MEETING_ENDED,
		     PERSON_NONE, 0);
	return CALL_EVENT_TAKEN;
}

enum call_event_verdict call_event_means(const char *content, size_t bytes,
					 const struct call_event_of *of,
					 call_event_fn *fn, void *context)
{
	struct reading reading = { .of = of, .fn = fn, .context = context };
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(content, bytes, fault);
	enum call_event_verdict verdict = CALL_EVENT_UNREADABLE;

	if (json_is_object(root))
		verdict = means(&reading, root);
	json_decref(root);
	return verdict;
}
