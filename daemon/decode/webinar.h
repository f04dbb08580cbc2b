/* SPDX-License-Identifier: MIT */
/*
 * webinar - sessions, questions and registrations of a Teams webinar as Graph has them.
 *
 * The documents and the schema differ: a session comes as it is or wrapped in "value", its
 * times as strings or as dateTimeTimeZone; both are read.  Members that are missing are "".
 * Rules: Microsoft Graph "virtualEventSession", "virtualEventRegistration",
 * "virtualEventRegistrationQuestionBase", "change notifications for virtual events".
 */
#ifndef PLENARY_DECODE_WEBINAR_H
#define PLENARY_DECODE_WEBINAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/store/webinar_book.h"

struct json_t;

enum { WEBINAR_ID_BYTES = 200, WEBINAR_TEXT_BYTES = 256 };

/* Strings are the object's. */
struct webinar_session {
	const char *id, *join_url, *thread_id;
	int64_t starts_ms; /* 0 when it does not tell */
};
/* 0, or -1 when there is no id, link or chat: it is not published yet. */
int webinar_session_read(const struct json_t *object, struct webinar_session *session);
/* Of a list: the one of this id; without an id the one that starts nearest to then. */
const struct json_t *webinar_session_choose(const struct json_t *list, const char *id,
					    int64_t starts_ms);

/* What a person's answers tell; cut at WEBINAR_TEXT_BYTES. */
struct webinar_registration {
	const char *id, *email;
	const char *object_id; /* "" for outsiders */
	char name[WEBINAR_TEXT_BYTES];
	char profession[WEBINAR_TEXT_BYTES], employer[WEBINAR_TEXT_BYTES];
	enum registration_status status;
};
/* questions: the list of the registration's configuration, NULL when it is not known; it
 * says what an answer without a name is about.  0, or -1 when it has no id. */
int webinar_registration_read(const struct json_t *object, const struct json_t *questions,
			      struct webinar_registration *registration);

enum webinar_kind {
	WEBINAR_OTHER,
	WEBINAR_EVENT,
	WEBINAR_SESSION,
	WEBINAR_REGISTRATION,
	WEBINAR_REPORT,
	WEBINAR_KINDS
};

/* What a notification points to: "solutions/virtualEvents/webinars/{w}/sessions/{s}". */
struct webinar_pointer {
	enum webinar_kind kind;
	char event_id[WEBINAR_ID_BYTES];
	char session_id[WEBINAR_ID_BYTES]; /* of a session or a report, "" otherwise */
	char id[WEBINAR_ID_BYTES];         /* the last segment */
};
void webinar_pointer_read(const char *resource, struct webinar_pointer *pointer);

/* An id that can be one segment of a path: no slash, query, fragment, percent, control. */
bool webinar_id_is_sound(const char *id);

#endif
