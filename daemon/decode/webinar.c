/* SPDX-License-Identifier: MIT */
#include "daemon/decode/webinar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/text.h"
#include "daemon/common/utf8.h"
#include "daemon/words.h"
#include "daemon/decode/json.h"

enum { GUID_BYTES = 36 };

/* -- sessions ---------------------------------------------------------------------------------- */

/* "2099-…Z", or {"dateTime":"2099-…","timeZone":"UTC"}; other zones are not told. */
static int64_t time_of(const json_t *object, const char *name)
{
	const json_t *const time = json_member(object, name);
	const char *const zone = json_text(time, "timeZone");
	const char *const text = json_is_string(time) ? json_string_value(time)
						      : json_text(time, "dateTime");
	int64_t at_ms = 0;

	if (zone[0] != '\0' && strcasecmp(zone, "UTC") != 0)
		return 0;
	return clock_parse(text, &at_ms) == 0 ? at_ms : 0;
}

static const json_t *unwrapped(const json_t *object)
{
	const json_t *const value = json_member(object, "value");

	return json_is_object(value) ? value : object;
}

int webinar_session_read(const json_t *object, struct webinar_session *session)
{
	const json_t *const it = unwrapped(object);

	session->id = json_text(it, "id");
	session->join_url = json_text(it, "joinWebUrl");
	session->thread_id = json_text(it, "chatInfo.threadId");
	session->starts_ms = time_of(it, "startDateTime");
	return session->id[0] != '\0' && session->join_url[0] != '\0' &&
			       session->thread_id[0] != '\0'
		       ? 0
		       : -1;
}

const json_t *webinar_session_choose(const json_t *list, const char *id,
				     int64_t starts_ms)
{
	const json_t *item, *chosen = NULL;
	int64_t nearest_ms = INT64_MAX;
	size_t i;

	json_array_foreach (list, i, item) {
		struct webinar_session session;

		if (webinar_session_read(item, &session) < 0)
			continue;
		if (id[0] != '\0') {
			if (strcmp(id, session.id) == 0)
				return item;
			continue;
		}
		const int64_t away_ms = llabs(session.starts_ms - starts_ms);

		if (chosen == NULL || away_ms < nearest_ms) {
			chosen = item;
			nearest_ms = away_ms;
		}
	}
	return chosen;
}

/* -- registrations ------------------------------------------------------------------------------ */

enum about { ABOUT_NOTHING, ABOUT_PROFESSION, ABOUT_EMPLOYER, ABOUT_INDUSTRY };

/* Predefined questions have labels; people's own are known by the words in them. */
static enum about about_of(const char *label, const char *name)
{
	static const struct {
		const char *words;
		enum about about;
		int is_label;
	} known[] = {
		{ "jobTitle", ABOUT_PROFESSION, 1 },
		{ "organization", ABOUT_EMPLOYER, 1 },
		{ "industry", ABOUT_INDUSTRY, 1 },
		{ "profession", ABOUT_PROFESSION, 0 },
		{ "job title", ABOUT_PROFESSION, 0 },
		{ "job role", ABOUT_PROFESSION, 0 },
		{ "occupation", ABOUT_PROFESSION, 0 },
		{ "employer", ABOUT_EMPLOYER, 0 },
		{ "organisation", ABOUT_EMPLOYER, 0 },
		{ "organization", ABOUT_EMPLOYER, 0 },
		{ "place of work", ABOUT_EMPLOYER, 0 },
		{ "industry", ABOUT_INDUSTRY, 0 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].is_label ? strcasecmp(label, known[i].words) == 0
				      : strcasestr(name, known[i].words) != NULL)
			return known[i].about;
	}
	return ABOUT_NOTHING;
}

static enum about question_about(const json_t *answer, const json_t *questions)
{
	const char *const id = json_text(answer, "questionId");
	const json_t *question;
	size_t i;

	json_array_foreach (questions, i, question) {
		if (id[0] != '\0' && strcmp(json_text(question, "id"), id) == 0)
			return about_of(json_text(question, "label"),
					json_text(question, "displayName"));
	}
	return about_of("", json_text(answer, "displayName"));
}

/* One of value, booleanValue and multiChoiceValues is there; of many choices all count. */
static void answer_copy(const json_t *answer, char to[WEBINAR_TEXT_BYTES])
{
	const json_t *choice;
	struct text words = { 0 };
	size_t i;

	text_addf(&words, "%s", json_text(answer, "value"));
	if (words.length == 0) {
		json_array_foreach (json_member(answer, "multiChoiceValues"), i, choice) {
			if (json_is_string(choice))
				text_addf(&words, "%s%s", i > 0 ? ", " : "",
					  json_string_value(choice));
		}
	}
	snprintf(to, WEBINAR_TEXT_BYTES, "%.*s",
		 utf8_fit(text_string(&words), WEBINAR_TEXT_BYTES - 1),
		 text_string(&words));
	text_finish(&words);
}

static void read_answers(const json_t *object, const json_t *questions,
			 struct webinar_registration *registration)
{
	char industry[WEBINAR_TEXT_BYTES] = "";
	const json_t *answer;
	size_t i;

	json_array_foreach (json_member(object, "registrationQuestionAnswers"), i,
			    answer) {
		switch (question_about(answer, questions)) {
		case ABOUT_PROFESSION:
			answer_copy(answer, registration->profession);
			break;
		case ABOUT_EMPLOYER:
			answer_copy(answer, registration->employer);
			break;
		case ABOUT_INDUSTRY:
			answer_copy(answer, industry);
			break;
		default:
			break;
		}
	}
	if (registration->employer[0] == '\0')
		memcpy(registration->employer, industry, sizeof(industry));
}

static enum registration_status status_of(const char *word)
{
	static const char *const words[REGISTRATION_STATUSES] = {
		[REGISTRATION_UNKNOWN] = "",
		[REGISTRATION_REGISTERED] = "registered",
		[REGISTRATION_CANCELED] = "canceled",
		[REGISTRATION_WAITLISTED] = "waitlisted",
		[REGISTRATION_PENDING] = "pendingApproval",
		[REGISTRATION_REJECTED] = "rejectedByOrganizer",
	};

	for (int status = 1; status < REGISTRATION_STATUSES; status++) {
		if (strcasecmp(word, words[status]) == 0)
			return (enum registration_status)status;
	}
	return REGISTRATION_UNKNOWN;
}

/* Microsoft's own example says "String": such a thing is nobody's object id. */
static const char *guid_or_nothing(const char *id)
{
	const bool is_guid = strlen(id) == GUID_BYTES &&
			     strspn(id, "0123456789abcdefABCDEF-") == GUID_BYTES &&
			     id[8] == '-' && id[13] == '-' && id[18] == '-' &&
			     id[23] == '-';

	return is_guid ? id : "";
}

int webinar_registration_read(const json_t *object, const json_t *questions,
			      struct webinar_registration *registration)
{
	struct text name = { 0 };
	const char *const first = json_text(object, "firstName");
	const char *const last = json_text(object, "lastName");

	*registration = (struct webinar_registration){
		.id = json_text(object, "id"),
		.email = json_text(object, "email"),
		.object_id = guid_or_nothing(json_text(object, "userId")),
		.status = status_of(json_text(object, "status")),
	};
	text_addf(&name, "%s%s%s", first, first[0] != '\0' && last[0] != '\0' ? " " : "",
		  last);
	snprintf(registration->name, sizeof(registration->name), "%.*s",
		 utf8_fit(text_string(&name), WEBINAR_TEXT_BYTES - 1),
		 text_string(&name));
	text_finish(&name);
	read_answers(object, questions, registration);
	return registration->id[0] != '\0' ? 0 : -1;
}

/* -- notifications ------------------------------------------------------------------------------- */

bool webinar_id_is_sound(const char *id)
{
	if (id[0] == '\0' || strlen(id) >= WEBINAR_ID_BYTES || strcmp(id, ".") == 0 ||
	    strcmp(id, "..") == 0)
		return false;
	for (const unsigned char *at = (const unsigned char *)id; *at != '\0'; at++) {
		if (*at <= 0x20 || *at == 0x7f || strchr("/?#%\\", *at) != NULL)
			return false;
	}
	return true;
}

/* The segment behind this word, whatever its case; "" when there is none that can be an id. */
static void segment_behind(const char *path, const char *word,
			   char segment[WEBINAR_ID_BYTES])
{
	const char *const at = strcasestr(path, word);

	segment[0] = '\0';
	if (at == NULL)
		return;
	const size_t length = strcspn(at + strlen(word), "/");

	if (length >= WEBINAR_ID_BYTES)
		return;
	memcpy(segment, at + strlen(word), length);
	segment[length] = '\0';
	if (!webinar_id_is_sound(segment))
		segment[0] = '\0';
}

void webinar_pointer_read(const char *resource, struct webinar_pointer *pointer)
{
	static const struct {
		const char *word;
		enum webinar_kind kind;
	} words[] = { { "/attendanceReports/", WEBINAR_REPORT },
		      { "/registrations/", WEBINAR_REGISTRATION },
		      { "/sessions/", WEBINAR_SESSION },
		      { "virtualEvents/webinars/", WEBINAR_EVENT } };

	*pointer = (struct webinar_pointer){ 0 };
	segment_behind(resource, "virtualEvents/webinars/", pointer->event_id);
	segment_behind(resource, "/sessions/", pointer->session_id);
	if (pointer->event_id[0] == '\0')
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		segment_behind(resource, words[i].word, pointer->id);
		if (pointer->id[0] != '\0') {
			pointer->kind = words[i].kind;
			return;
		}
	}
}
