/* SPDX-License-Identifier: MIT */
#include "daemon/wire/graph_words.h"

#include "daemon/wire/backoff.h"

#include <assert.h>
#include <ctype.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { INNER_ERRORS = 8 };

static const struct {
	const char *permission, *loss;
} tasks[GRAPH_TASKS] = {
	[GRAPH_TASK_OTHER] = { "", "" },
	[GRAPH_TASK_MEETING_WRITE] = { "OnlineMeetings.ReadWrite.All",
				       "rooms cannot be made" },
	[GRAPH_TASK_MEETING_READ] = { "OnlineMeetings.Read.All",
				      "meetings cannot be looked up" },
	[GRAPH_TASK_CALL_EVENTS] = { "OnlineMeetings.Read.All",
				     "who comes and goes is not told live" },
	[GRAPH_TASK_REPORTS] = { "OnlineMeetingArtifact.Read.All",
				 "attendance reports cannot be read" },
	[GRAPH_TASK_WEBINARS] = { "VirtualEvent.Read.All",
				  "registrations of webinars cannot be read" },
	[GRAPH_TASK_USERS] = { "User.ReadBasic.All",
			       "the doctor cannot check the organiser" },
	[GRAPH_TASK_MAIL] = { "Mail.Send", "no mail can be sent" },
	[GRAPH_TASK_MAIL_DRAFT] = { "Mail.ReadWrite",
				    "attachments of 3 MB and more cannot be sent" },
};

const char *graph_task_permission(enum graph_task task)
{
	assert(task < GRAPH_TASKS);
	return tasks[task].permission;
}

const char *graph_task_loss(enum graph_task task)
{
	assert(task < GRAPH_TASKS);
	return tasks[task].loss;
}

static enum graph_task subscription_task(const char *body)
{
	if (body && strstr(body, "meetingCallEvents"))
		return GRAPH_TASK_CALL_EVENTS;
	if (body && strcasestr(body, "solutions/virtualEvents"))
		return GRAPH_TASK_WEBINARS;
	return GRAPH_TASK_OTHER;
}

enum graph_task graph_task_of(const char *method, const char *path, const char *body)
{
	static const struct {
		const char *part;
		enum graph_task task;
	} parts[] = {
		{ "/attendanceReports", GRAPH_TASK_REPORTS },
		{ "/virtualEvents/", GRAPH_TASK_WEBINARS },
		{ "/sendMail", GRAPH_TASK_MAIL },
		{ "/messages", GRAPH_TASK_MAIL_DRAFT },
		{ "/users", GRAPH_TASK_USERS },
	};

	if (strcasestr(path, "/subscriptions"))
		return subscription_task(body);
	if (strcasestr(path, "/onlineMeetings") &&
	    !strcasestr(path, "/attendanceReports"))
		return strcmp(method, "GET") == 0 ? GRAPH_TASK_MEETING_READ
						  : GRAPH_TASK_MEETING_WRITE;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcasestr(path, parts[i].part))
			return parts[i].task;
	}
	return GRAPH_TASK_OTHER;
}

/* -- what the answer says ------------------------------------------------------------------ */

void graph_words_clean(struct text *text, const char *value, size_t most)
{
	for (; *value && most > 0; value++, most--) {
		const char letter = *value == '"' ? '\'' : *value;

		if (letter >= 0x20 && letter < 0x7f)
			text_add(text, &letter, 1);
	}
}

/* Letters of ids and dates alone: what is shown may be copied into a shell. */
static void id_copy(char *to, size_t room, const char *from)
{
	size_t count = 0;

	for (; from && *from && count + 1 < room; from++) {
		if (isalnum((unsigned char)*from) || strchr("-:._+@,", *from))
			to[count++] = *from;
	}
	to[count] = '\0';
}

static const char *member_text(const json_t *object, const char *name)
{
	const char *const text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static const json_t *inner_error(const json_t *error)
{
	const json_t *const inner = json_object_get(error, "innerError");

	return inner ? inner : json_object_get(error, "innererror");
}

/* The first that has one, from the outside in. */
static void read_inner(struct graph_refusal *refusal, const json_t *error)
{
	for (int depth = 0; depth < INNER_ERRORS && error; depth++) {
		if (refusal->request_id[0] == '\0')
			id_copy(refusal->request_id, GRAPH_ID_BYTES,
				member_text(error, "request-id"));
		if (refusal->request_id[0] == '\0')
			id_copy(refusal->request_id, GRAPH_ID_BYTES,
				member_text(error, "requestId"));
		if (refusal->date[0] == '\0')
			id_copy(refusal->date, GRAPH_ID_BYTES,
				member_text(error, "date"));
		error = inner_error(error);
	}
}

/* "API requires one of 'A, B'": the first of those, where Graph names them. */
static void read_permission(struct graph_refusal *refusal, const char *message)
{
	const char *const named = strstr(message, "requires one of '");

	if (named) {
		char first[GRAPH_USER_BYTES];

		snprintf(first, sizeof(first), "%.*s", (int)strcspn(named + 17, ",'"),
			 named + 17);
		id_copy(refusal->permission, GRAPH_USER_BYTES, first);
	}
	if (refusal->permission[0] == '\0')
		snprintf(refusal->permission, GRAPH_USER_BYTES, "%s",
			 graph_task_permission(refusal->task));
}

/* Microsoft has no codes for these; the words are all there is. */
static enum graph_lack lack_of(int status, const char *message)
{
	if (status != 401 && status != 403)
		return GRAPH_LACK_NOTHING;
	if (strcasestr(message, "application access policy") ||
	    strcasestr(message, "on behalf of user"))
		return GRAPH_LACK_POLICY;
	if (status == 401)
		return GRAPH_LACK_NOTHING;
	if (strcasestr(message, "tenant does not match"))
		return GRAPH_LACK_TENANT;
	if (strcasestr(message, "quota") || strcasestr(message, "exceeded"))
		return GRAPH_LACK_QUOTA;
	return GRAPH_LACK_PERMISSION;
}

/* "/users/{id}/…" */
static void read_user(struct graph_refusal *refusal, const char *path)
{
	const char *const user = strcasestr(path, "/users/");
	char segment[GRAPH_USER_BYTES];

	if (user == NULL)
		return;
	snprintf(segment, sizeof(segment), "%.*s", (int)strcspn(user + 7, "/?"),
		 user + 7);
	id_copy(refusal->user, GRAPH_USER_BYTES, segment);
}

void graph_refusal_read(struct graph_refusal *refusal, enum graph_task task,
			const char *path, int status, const char *body, size_t bytes)
{
	json_t *const root = json_loadb(body, bytes, 0, NULL);
	const json_t *const error = json_object_get(root, "error");
	const char *const message = member_text(error, "message");

	*refusal = (struct graph_refusal){ .task = task, .status = status };
	reply_judge(PARTY_GRAPH, status, 0, body, bytes, refusal->code);
	refusal->lack = lack_of(status, message);
	read_inner(refusal, error);
	read_permission(refusal, message);
	read_user(refusal, path);
	json_decref(root);
}

void graph_refusal_headers(struct graph_refusal *refusal, const char *request_id,
			   const char *date)
{
	if (request_id[0] != '\0')
		id_copy(refusal->request_id, GRAPH_ID_BYTES, request_id);
	if (date[0] != '\0')
		id_copy(refusal->date, GRAPH_ID_BYTES, date);
}

/* -- what to do ----------------------------------------------------------------------------- */

void graph_words_policy(struct text *text, const char *client_id, const char *user,
			const char *separator)
{
	text_addf(text, "Connect-MicrosoftTeams%s", separator);
	text_addf(text,
		  "New-CsApplicationAccessPolicy -Identity Plenary-Policy -AppIds \"%s\" "
		  "-Description \"Plenary\"%s",
		  client_id, separator);
	text_addf(text,
		  "Grant-CsApplicationAccessPolicy -PolicyName Plenary-Policy "
		  "-Identity \"%s\"",
		  user[0] != '\0' ? user : "<object id of the organiser>");
}

static void permission_words(struct text *text, const struct graph_refusal *refusal,
			     const struct graph_self *self, const char *separator)
{
	text_addf(text, "the application permission %s is missing",
		  refusal->permission[0] != '\0' ? refusal->permission
						 : "for this request");
	if (graph_task_loss(refusal->task)[0] != '\0')
		text_addf(text, ": without it %s", graph_task_loss(refusal->task));
	text_addf(text,
		  "%sAn administrator grants it in the app registration (API "
		  "permissions, Microsoft Graph) and consents: "
		  "%s/%s/adminconsent?client_id=%s%s"
		  "It counts from the next token: up to an hour, or restart",
		  separator,
		  self->sign_in ? self->sign_in : "https://login.microsoftonline.com",
		  self->tenant_id, self->client_id, separator);
}

static void policy_words(struct text *text, const struct graph_refusal *refusal,
			 const struct graph_self *self, const char *separator)
{
	text_addf(text,
		  "no application access policy lets this app act for the organiser");
	if (graph_task_loss(refusal->task)[0] != '\0')
		text_addf(text, ": without it %s", graph_task_loss(refusal->task));
	text_addf(text,
		  "%sA Teams administrator runs these, then waits up to 30 minutes:%s",
		  separator, separator);
	graph_words_policy(text, self->client_id, refusal->user, separator);
}

void graph_words_add(struct text *text, const struct graph_refusal *refusal,
		     const struct graph_self *self, const char *separator)
{
	switch (refusal->lack) {
	case GRAPH_LACK_PERMISSION:
		permission_words(text, refusal, self, separator);
		break;
	case GRAPH_LACK_POLICY:
		policy_words(text, refusal, self, separator);
		break;
	case GRAPH_LACK_TENANT:
		text_addf(text, "the meeting belongs to another tenant than %s",
			  self->tenant_id);
		break;
	case GRAPH_LACK_QUOTA:
		text_addf(text, "a quota of Microsoft Graph is used up: wait, or remove "
				"what is not needed");
		break;
	default:
		text_addf(text, "Microsoft Graph has refused this");
	}
	text_addf(text, "%s(status %d, code %s, request-id %s, date %s)", separator,
		  refusal->status, refusal->code,
		  refusal->request_id[0] != '\0' ? refusal->request_id : "-",
		  refusal->date[0] != '\0' ? refusal->date : "-");
}
