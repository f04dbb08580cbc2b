/* SPDX-License-Identifier: MIT */
#include "rehearsal/plan_write.h"

#include "rehearsal/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *person_json(const struct plan_person *person)
{
	static const char *const roles[PARTS] = { "participant", "facilitator",
						  "producer" };

	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "name", person->name, "object_id",
			 person->object_id, "teams_id", person->teams_id, "email",
			 person->email, "profession", person->profession, "role",
			 roles[person->part]);
}

static json_t *session_json(const struct plan_session *session)
{
	json_t *const people = json_array();

	for (size_t i = 0; i < session->people_count; i++)
		json_array_append_new(people, person_json(&session->people[i]));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:I,s:o}", "uid", session->uid,
			 "title", session->title, "organiser_id", session->organiser_id,
			 "main_thread_id", session->main_thread_id, "main_join_url",
			 session->main_join_url, "main_meeting_id",
			 session->main_meeting_id, "starts_ms",
			 (json_int_t)session->starts_ms, "ends_ms",
			 (json_int_t)session->ends_ms, "people", people);
}

static json_t *script_json(const struct plan *plan)
{
	json_t *const script = json_array();

	for (size_t i = 0; i < plan->script_count; i++)
		json_array_append_new(script, json_pack("{s:I,s:s}", "at_ms",
							(json_int_t)plan->script[i].at_ms,
							"say", plan->script[i].say));
	return script;
}

static json_t *trouble_json(const struct plan_trouble *trouble)
{
	return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "throttle_every",
			 (json_int_t)trouble->throttle_every, "fail_every",
			 (json_int_t)trouble->fail_every, "lose_every",
			 (json_int_t)trouble->lose_every, "cut_every",
			 (json_int_t)trouble->cut_every, "idle_every",
			 (json_int_t)trouble->idle_every, "disorder",
			 (json_int_t)trouble->disorder, "keys_every_ms",
			 (json_int_t)trouble->keys_every_ms, "reports",
			 (json_int_t)trouble->reports, "forget_every_ms",
			 (json_int_t)trouble->forget_every_ms);
}

static json_t *plan_json(const struct plan *plan)
{
	json_t *const sessions = json_array();

	for (size_t i = 0; i < plan->sessions_count; i++)
		json_array_append_new(sessions, session_json(&plan->sessions[i]));
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:I,s:{s:I,s:I,s:i},"
			 "s:o,s:s,s:o,s:o}",
			 "listen", plan->listen, "plenary", plan->plenary, "ca_file",
			 plan->ca_file, "app_id", plan->app_id, "tenant_id",
			 plan->tenant_id, "client_secret", plan->client_secret,
			 "events_secret", plan->events_secret, "live_key", plan->live_key,
			 "seed", (json_int_t)plan->seed, "clock", "from_ms",
			 (json_int_t)plan->clock.from_ms, "anchor_ms",
			 (json_int_t)plan->clock.anchor_ms, "speed",
			 (int)plan->clock.speed, "trouble", trouble_json(&plan->trouble),
			 "witness", plan_witness_name(plan->witness), "sessions",
			 sessions, "facilitator", script_json(plan));
}

static int write_all(int file, const char *bytes, size_t count)
{
	while (count > 0) {
		const ssize_t written = write(file, bytes, count);

		if (written < 0)
			return -errno;
		bytes += written;
		count -= (size_t)written;
	}
	return 0;
}

int plan_write(const struct plan *plan, const char *path)
{
	const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (file < 0)
		return -errno;
	json_t *const json = plan_json(plan);
	char *const text = json_dumps(json, JSON_INDENT(1));
	int rc = text != NULL ? write_all(file, text, strlen(text)) : -EILSEQ;
	free(text);
	json_decref(json);
	if (close(file) < 0 && rc == 0)
		rc = -errno;
	return rc;
}
