/* SPDX-License-Identifier: MIT */
#include "rehearsal/truth_read.h"

#include "daemon/common/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void *list_for(const json_t *array, size_t item_bytes)
{
	return memory_zeroed((json_array_size(array) + 1) * item_bytes);
}

static uint32_t index_read(const char *text)
{
	char *end;
	const unsigned long value = strtoul(text, &end, 10);

	return *text == '\0' || *end != '\0' || value >= UINT32_MAX ? UINT32_MAX
								    : (uint32_t)value;
}

static void spans_read(struct truth_person *person, const json_t *spans)
{
	const json_t *span;
	size_t i;

	person->spans = list_for(spans, sizeof(*person->spans));
	person->rooms = list_for(spans, sizeof(*person->rooms));
	json_array_foreach (spans, i, span) {
		const struct truth_span read = { json_number_at(span, "from_ms"),
						 json_number_at(span, "to_ms") };

		person->spans[person->spans_count++] = read;
		if (strcmp(json_string_at(span, "place"), "main") != 0)
			person->rooms[person->rooms_count++] = read;
	}
}

static void votes_read(struct truth_person *person, const json_t *votes)
{
	const json_t *vote;
	size_t i;

	person->votes = list_for(votes, sizeof(*person->votes));
	json_array_foreach (votes, i, vote) {
		person->votes[person->votes_count++] = (struct truth_vote){
			.poll = index_read(json_string_at(vote, "poll")),
			.choice = index_read(json_string_at(vote, "choice")),
			.at_ms = json_number_at(vote, "at_ms"),
			.status = (int)json_number_at(vote, "status"),
			.answer = json_string_at(vote, "answer"),
		};
	}
}

static void cards_read(struct truth_person *person, const json_t *cards)
{
	const json_t *card;
	size_t i;

	person->cards = list_for(cards, sizeof(*person->cards));
	json_array_foreach (cards, i, card) {
		person->cards[person->cards_count++] = (struct truth_card){
			.kind = json_string_at(card, "kind"),
			.url = json_string_at(card, "url"),
			.at_ms = json_number_at(card, "at_ms"),
			.unheard = json_is_true(json_object_get(card, "unheard")),
		};
	}
}

static enum part part_read(const char *role)
{
	if (strcmp(role, "facilitator") == 0)
		return PART_FACILITATOR;
	return strcmp(role, "producer") == 0 ? PART_PRODUCER : PART_PARTICIPANT;
}

static void person_read(struct truth_person *person, const json_t *from)
{
	person->name = json_string_at(from, "name");
	person->email = json_string_at(from, "email");
	person->part = part_read(json_string_at(from, "role"));
	person->guest = json_is_true(json_object_get(from, "guest"));
	person->relay = json_is_true(json_object_get(from, "relay"));
	person->came = json_is_true(json_object_get(from, "came"));
	spans_read(person, json_object_get(from, "spans"));
	votes_read(person, json_object_get(from, "votes"));
	cards_read(person, json_object_get(from, "cards"));
}

/* Answers to people repeat themselves: two who ask for the same are told the same.  What
 * Plenary could not know to have arrived it says once more, in other words. */
static void repeat_read(struct truth_session *session, const json_t *item)
{
	const bool different = json_is_true(json_object_get(item, "different"));

	if (different)
		session->different += !json_is_true(json_object_get(item, "unheard"));
	else
		session->repeats +=
			strncmp(json_string_at(item, "what"), "text ", 5) != 0;
}

static void session_read(struct truth_session *session, const json_t *from)
{
	const json_t *const people = json_object_get(from, "people");
	const json_t *const repeats = json_object_get(from, "duplicates");
	const json_t *item;
	size_t i;

	session->uid = json_string_at(from, "uid");
	session->over = json_is_true(json_object_get(from, "over"));
	session->people = list_for(people, sizeof(*session->people));
	json_array_foreach (people, i, item) {
		person_read(&session->people[session->people_count++], item);
	}
	json_array_foreach (repeats, i, item) {
		repeat_read(session, item);
	}
}

static void counts_read(struct truth *truth, const json_t *root)
{
	const json_t *const activities = json_object_get(root, "activities");
	const json_t *const notifications = json_object_get(root, "notifications");
	const json_t *const events = json_object_get(root, "cloudevents");
	const json_t *const live = json_object_get(root, "live");

	truth->activities = json_number_at(activities, "sent");
	truth->activities_repeated = json_number_at(activities, "repeated");
	truth->refused = (int64_t)json_array_size(json_object_get(activities, "refused"));
	truth->unanswered = json_number_at(root, "unanswered");
	truth->notifications = json_number_at(notifications, "sent");
	truth->notifications_answered = json_number_at(notifications, "answered");
	truth->cloudevents = json_number_at(events, "sent");
	truth->cloudevents_acknowledged = json_number_at(events, "acknowledged");
	truth->snapshots = json_number_at(live, "snapshots");
	truth->deltas = json_number_at(live, "deltas");
	truth->misplaced = json_number_at(live, "misplaced");
	truth->posts = json_number_at(root, "posts");
	truth->slowest_ms = json_number_at(root, "slowest_ms");
	truth->finished = json_is_true(json_object_get(root, "finished"));
}

int truth_read(struct truth *truth, const char *path)
{
	json_t *const root = json_load_file(path, 0, NULL);
	const json_t *const sessions = json_object_get(root, "sessions");
	struct truth made = { .source = root };
	const json_t *session;
	size_t i;

	if (root == NULL)
		return errno == ENOENT ? -ENOENT : -EINVAL;
	if (!json_is_array(sessions) || !json_is_object(json_object_get(root, "live"))) {
		json_decref(root);
		return -EINVAL;
	}
	counts_read(&made, root);
	made.sessions = list_for(sessions, sizeof(*made.sessions));
	json_array_foreach (sessions, i, session) {
		session_read(&made.sessions[made.sessions_count++], session);
	}
	*truth = made;
	return 0;
}

static void person_finish(struct truth_person *person)
{
	free(person->spans);
	free(person->rooms);
	free(person->votes);
	free(person->cards);
}

void truth_finish(struct truth *truth)
{
	for (size_t i = 0; i < truth->sessions_count; i++) {
		struct truth_session *const session = &truth->sessions[i];

		for (size_t j = 0; j < session->people_count; j++)
			person_finish(&session->people[j]);
		free(session->people);
	}
	free(truth->sessions);
	json_decref(truth->source);
	*truth = (struct truth){ 0 };
}

bool told_line_read(struct told_line *told, const char *line)
{
	json_t *const root = json_parsed(line, strlen(line));

	*told = (struct told_line){ .source = root };
	if (root == NULL || json_string_at(root, "what")[0] == '\0')
		return false;
	told->at_ms = json_number_at(root, "at_ms");
	told->what = json_string_at(root, "what");
	told->session = json_string_at(root, "session");
	told->who = json_string_at(root, "who");
	told->text = json_string_at(root, "text");
	return true;
}

void told_line_finish(struct told_line *told)
{
	json_decref(told->source);
	*told = (struct told_line){ 0 };
}
