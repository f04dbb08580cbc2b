/* SPDX-License-Identifier: MIT */
/*
 * schedule_event - one session as the CloudEvent that plans it (plenary.session_scheduled),
 * and its way to the daemon.  decode/schedule.h describes what the daemon makes of it.
 *
 * Strings are borrowed; "" or NULL for what is not known.
 */
#ifndef PLENARY_SCHEDULE_EVENT_H
#define PLENARY_SCHEDULE_EVENT_H

#include <stddef.h>
#include <stdint.h>

struct schedule_person {
	const char *name, *object_id, *teams_id, *email, *profession;
	const char *role; /* participant, facilitator, producer or observer */
};

struct schedule_event {
	const char *uid, *title; /* title: NULL for the module's own */
	const char *programme;   /* the YAML text */
	int module;
	int64_t starts_ms;
	const char *organiser_id, *tenant_id, *service_url;
	const char *thread_id, *join_url, *meeting_id;
	const char *webinar_id, *webinar_session_id; /* instead of a meeting */
	const struct schedule_person *people;
	size_t people_count;
};

struct schedule_to {
	const char *base;    /* https://host:port, without a final slash */
	const char *secret;  /* of POST /events */
	const char *ca_file; /* NULL: the system's authorities */
};

/* 0 when the daemon has it on disk; -1, said on standard error in the name of command. */
int schedule_event_post(const struct schedule_event *event, const struct schedule_to *to,
			const char *command);

#endif
