/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_start.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands/schedule_event.h"
#include "daemon/settings/fault.h"
#include "daemon/settings/yaml.h"
#include "daemon/wire/client.h"

enum { READY_BYTES = 64, LOOK_MS = 30 };

static int said(const char *words)
{
	fprintf(stderr, "plenary rehearse: %s\n", words);
	return -1;
}

/* The stage's first line, byte by byte, because what follows it is read by others. */
static int read_port(const struct rehearse_child *stage, int *port)
{
	struct pollfd ready = { .fd = stage->said, .events = POLLIN };
	char line[READY_BYTES];
	size_t bytes = 0;

	while (bytes < sizeof(line) - 1) {
		if (poll(&ready, 1, REHEARSE_READY_MS) <= 0 ||
		    read(stage->said, line + bytes, 1) != 1)
			return -1;
		if (line[bytes] == '\n')
			break;
		bytes++;
	}
	line[bytes] = '\0';
	if (strncmp(line, "ready port=", 11) != 0)
		return -1;
	*port = (int)strtol(line + 11, NULL, 10);
	return *port > 0 ? 0 : -1;
}

int rehearse_start_stage(struct rehearse_child *stage, const struct rehearse_house *house,
			 int *port)
{
	char word[] = "stage", option[] = "--directory";
	char *const words[] = { word, option, house->directory, NULL };
	char *const log = rehearse_house_path(house, "stage.log");
	const int rc = rehearse_child_start(stage, words, log, true);

	free(log);
	if (rc < 0)
		return said(strerror(-rc));
	if (read_port(stage, port) < 0)
		return said("the stand-in tenant does not start; stage.log says why");
	return 0;
}

int rehearse_start_daemon(struct rehearse_child *daemon,
			  const struct rehearse_house *house)
{
	char word[] = "serve", option[] = "--config";
	char *const words[] = { word, option, house->configuration, NULL };
	char *const log = rehearse_house_path(house, "plenary.log");
	const int rc = rehearse_child_start(daemon, words, log, false);

	free(log);
	return rc < 0 ? said(strerror(-rc)) : 0;
}

static int ask_ready(const char *url, const char *ca_file)
{
	const struct client_request request = { .method = "GET", .url = url };
	char *body = NULL;
	const int status = client_ask(&request, ca_file, &body);

	free(body);
	return status;
}

int rehearse_await_daemon(struct rehearse_child *daemon,
			  const struct rehearse_house *house)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	const int64_t until_ms = clock_real_ms() + REHEARSE_READY_MS;
	struct text url = { 0 };
	int status = 0;

	text_addf(&url, "https://127.0.0.1:%d/readyz", house->port);
	while (rehearse_child_runs(daemon) && clock_real_ms() < until_ms) {
		status = ask_ready(text_string(&url), house->certificate);
		if (status == 200)
			break;
		nanosleep(&pause, NULL);
	}
	text_finish(&url);
	if (status != 200)
		return said("the daemon does not get ready; plenary.log says why");
	return 0;
}

static int schedule_one(const struct plan *plan, const struct plan_session *session,
			const struct schedule_event *common, const struct schedule_to *to)
{
	static const char *const roles[PARTS] = { "participant", "facilitator",
						  "producer" };
	struct schedule_person *const people =
		memory_zeroed((session->people_count + 1) * sizeof(*people));
	struct schedule_event event = *common;

	for (size_t i = 0; i < session->people_count; i++) {
		const struct plan_person *const person = &session->people[i];

		people[i] = (struct schedule_person){
			.name = person->name,
			.object_id = person->object_id,
			.teams_id = person->teams_id,
			.email = person->email,
			.profession = person->profession,
			.role = roles[person->part],
		};
	}
	event.uid = session->uid;
	event.title = session->title;
	event.starts_ms = session->starts_ms;
	event.organiser_id = session->organiser_id;
	event.tenant_id = plan->tenant_id;
	event.thread_id = session->main_thread_id;
	event.join_url = session->main_join_url;
	event.meeting_id = session->main_meeting_id;
	event.people = people;
	event.people_count = session->people_count;
	const int rc = schedule_event_post(&event, to, "rehearse");
	free(people);
	return rc;
}

int rehearse_schedule(const struct rehearse_house *house, const struct plan *plan,
		      const struct rehearse_wish *wish, int stage_port)
{
	struct fault_list faults = { 0 };
	struct text service = { 0 };
	char *programme = NULL;
	size_t bytes = 0;
	int rc = yaml_file(wish->programme, &programme, &bytes, &faults);

	if (rc < 0)
		return said(strerror(-rc));
	text_addf(&service, "http://127.0.0.1:%d/emea/", stage_port);
	const struct schedule_event common = { .programme = programme,
					       .module = wish->module,
					       .service_url = text_string(&service) };
	const struct schedule_to to = { .base = plan->plenary,
					.secret = text_string(&house->events_secret),
					.ca_file = house->certificate };
	for (size_t i = 0; rc == 0 && i < plan->sessions_count; i++)
		rc = schedule_one(plan, &plan->sessions[i], &common, &to);
	text_finish(&service);
	free(programme);
	if (rc == 0 && clock_now_ms(&plan->clock) >
			       plan->sessions[0].starts_ms - REHEARSE_FIRST_ACT_MS)
		rc = -ETIME;
	return rc;
}
