/* SPDX-License-Identifier: MIT */
#include "rehearsal/plan.h"

#include "daemon/common/text.h"
#include "rehearsal/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copied(const json_t *object, const char *key)
{
	return memory_string(json_string_at(object, key));
}

static enum part part_read(const char *name)
{
	if (strcmp(name, "facilitator") == 0)
		return PART_FACILITATOR;
	return strcmp(name, "producer") == 0 ? PART_PRODUCER : PART_PARTICIPANT;
}

static void person_read(struct plan_person *person, const json_t *from)
{
	person->name = copied(from, "name");
	person->object_id = copied(from, "object_id");
	person->teams_id = copied(from, "teams_id");
	person->email = copied(from, "email");
	person->profession = copied(from, "profession");
	person->part = part_read(json_string_at(from, "role"));
}

static void person_finish(struct plan_person *person)
{
	free(person->name);
	free(person->object_id);
	free(person->teams_id);
	free(person->email);
	free(person->profession);
}

static int session_read(struct plan_session *session, const json_t *from)
{
	const json_t *const people = json_object_get(from, "people");
	const size_t count = json_array_size(people);

	session->uid = copied(from, "uid");
	session->title = copied(from, "title");
	session->organiser_id = copied(from, "organiser_id");
	session->main_thread_id = copied(from, "main_thread_id");
	session->main_join_url = copied(from, "main_join_url");
	session->main_meeting_id = copied(from, "main_meeting_id");
	session->starts_ms = json_number_at(from, "starts_ms");
	session->ends_ms = json_number_at(from, "ends_ms");
	if (count > PLAN_PEOPLE)
		return -E2BIG;
	session->people = memory_zeroed((count + 1) * sizeof(*session->people));
	for (size_t i = 0; i < count; i++)
		person_read(&session->people[session->people_count++],
			    json_array_get(people, i));
	if (session->uid[0] == '\0' || session->main_thread_id[0] == '\0' ||
	    session->main_join_url[0] == '\0')
		return -EINVAL;
	return session->ends_ms > session->starts_ms ? 0 : -EINVAL;
}

static void session_finish(struct plan_session *session)
{
	for (size_t i = 0; i < session->people_count; i++)
		person_finish(&session->people[i]);
	free(session->people);
	free(session->uid);
	free(session->title);
	free(session->organiser_id);
	free(session->main_thread_id);
	free(session->main_join_url);
	free(session->main_meeting_id);
}

static int sessions_read(struct plan *plan, const json_t *sessions)
{
	const size_t count = json_array_size(sessions);

	if (count == 0 || count > PLAN_SESSIONS)
		return count == 0 ? -EINVAL : -E2BIG;
	plan->sessions = memory_zeroed(count * sizeof(*plan->sessions));
	for (size_t i = 0; i < count; i++) {
		const int rc = session_read(&plan->sessions[plan->sessions_count++],
					    json_array_get(sessions, i));

		if (rc < 0)
			return rc;
	}
	return 0;
}

static int script_read(struct plan *plan, const json_t *script)
{
	const size_t count = json_array_size(script);

	if (count > PLAN_LINES)
		return -E2BIG;
	plan->script = memory_zeroed((count + 1) * sizeof(*plan->script));
	for (size_t i = 0; i < count; i++) {
		const json_t *const line = json_array_get(script, i);

		plan->script[plan->script_count++] = (struct plan_line){
			.at_ms = json_number_at(line, "at_ms"),
			.say = copied(line, "say"),
		};
	}
	return 0;
}

static void trouble_read_from(struct plan_trouble *trouble, const json_t *from)
{
	trouble->throttle_every = json_number_at(from, "throttle_every");
	trouble->fail_every = json_number_at(from, "fail_every");
	trouble->lose_every = json_number_at(from, "lose_every");
	trouble->cut_every = json_number_at(from, "cut_every");
	trouble->idle_every = json_number_at(from, "idle_every");
	trouble->disorder = json_number_at(from, "disorder");
	trouble->keys_every_ms = json_number_at(from, "keys_every_ms");
	trouble->forget_every_ms = json_number_at(from, "forget_every_ms");
	trouble->reports = json_number_at(from, "reports");
}

static void settings_read(struct plan *plan, const json_t *root)
{
	const json_t *const clock = json_object_get(root, "clock");
	const int64_t speed = json_number_at(clock, "speed");

	plan->listen = copied(root, "listen");
	plan->plenary = copied(root, "plenary");
	plan->ca_file = copied(root, "ca_file");
	plan->app_id = copied(root, "app_id");
	plan->tenant_id = copied(root, "tenant_id");
	plan->client_secret = copied(root, "client_secret");
	plan->events_secret = copied(root, "events_secret");
	plan->live_key = copied(root, "live_key");
	plan->seed = (uint64_t)json_number_at(root, "seed");
	plan_witness_read(json_string_at(root, "witness"), &plan->witness);
	plan->clock.from_ms = json_number_at(clock, "from_ms");
	plan->clock.anchor_ms = json_number_at(clock, "anchor_ms");
	plan->clock.speed = speed > 0 && speed <= INT32_MAX ? (int32_t)speed : 1;
	trouble_read_from(&plan->trouble, json_object_get(root, "trouble"));
}

static const char *const witnesses[WITNESSES] = { "both", "bot", "graph", "mixed" };

bool plan_witness_read(const char *name, enum witness *witness)
{
	for (int i = 0; i < WITNESSES; i++) {
		if (strcmp(witnesses[i], name) != 0)
			continue;
		*witness = (enum witness)i;
		return true;
	}
	return false;
}

const char *plan_witness_name(enum witness witness)
{
	return witnesses[witness];
}

int plan_parse(struct plan *plan, const char *json, size_t bytes)
{
	json_t *const root = json_parsed(json, bytes);
	struct plan made = { 0 };

	if (root == NULL)
		return -EINVAL;
	settings_read(&made, root);
	int rc = sessions_read(&made, json_object_get(root, "sessions"));
	if (rc == 0)
		rc = script_read(&made, json_object_get(root, "facilitator"));
	if (rc == 0 && (made.listen[0] == '\0' || made.app_id[0] == '\0'))
		rc = -EINVAL;
	json_decref(root);
	if (rc < 0)
		plan_finish(&made);
	else
		*plan = made;
	return rc;
}

int plan_read(struct plan *plan, const char *path)
{
	FILE *const file = fopen(path, "re");
	struct text text = { 0 };
	char piece[4096];
	size_t count;

	if (file == NULL)
		return -errno;
	while ((count = fread(piece, 1, sizeof(piece), file)) > 0)
		text_add(&text, piece, count);
	int rc = ferror(file) ? -EIO : 0;
	fclose(file);
	if (rc == 0)
		rc = plan_parse(plan, text_string(&text), text.length);
	text_finish(&text);
	return rc;
}

void plan_finish(struct plan *plan)
{
	if (plan == NULL)
		return;
	for (size_t i = 0; i < plan->sessions_count; i++)
		session_finish(&plan->sessions[i]);
	for (size_t i = 0; i < plan->script_count; i++)
		free(plan->script[i].say);
	free(plan->sessions);
	free(plan->script);
	free(plan->listen);
	free(plan->plenary);
	free(plan->ca_file);
	free(plan->app_id);
	free(plan->tenant_id);
	free(plan->client_secret);
	free(plan->events_secret);
	free(plan->live_key);
	*plan = (struct plan){ 0 };
}
