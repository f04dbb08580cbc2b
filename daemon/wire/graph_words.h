/* SPDX-License-Identifier: MIT */
/*
 * graph_words - what Microsoft Graph refuses, and what an administrator does about it.
 *
 * A refusal for want of a right names the permission, or the three lines of PowerShell
 * that grant an application access policy, and the request id that Microsoft's support
 * asks for.  Daemon and doctor say it with the same words.  Rules: Microsoft Graph
 * "errors", "permissions reference", "application access policy for online meetings".
 * Pure, but for memory.
 */
#ifndef PLENARY_GRAPH_WORDS_H
#define PLENARY_GRAPH_WORDS_H

#include <stddef.h>

#include "daemon/common/text.h"

/* What a request is for: each is a permission of its own. */
enum graph_task {
	GRAPH_TASK_OTHER,
	GRAPH_TASK_MEETING_WRITE, /* room meetings */
	GRAPH_TASK_MEETING_READ,
	GRAPH_TASK_CALL_EVENTS, /* the live roster */
	GRAPH_TASK_REPORTS,
	GRAPH_TASK_WEBINARS,
	GRAPH_TASK_USERS, /* the doctor's only */
	GRAPH_TASK_MAIL,
	GRAPH_TASK_MAIL_DRAFT, /* attachments of 3 MB and more */
	GRAPH_TASKS
};

/* path: with or without the base; body may be NULL (a subscription says what it is for). */
enum graph_task graph_task_of(const char *method, const char *path, const char *body);
/* "OnlineMeetings.ReadWrite.All"; "" for GRAPH_TASK_OTHER. */
const char *graph_task_permission(enum graph_task task);
/* What does not work without it, a few words: "rooms cannot be made". */
const char *graph_task_loss(enum graph_task task);

enum graph_lack {
	GRAPH_LACK_NOTHING,    /* another kind of refusal */
	GRAPH_LACK_PERMISSION, /* not consented, or not in the token yet */
	GRAPH_LACK_POLICY,     /* no application access policy for this organiser */
	GRAPH_LACK_TENANT,     /* the meeting is another tenant's */
	GRAPH_LACK_QUOTA,
	GRAPH_LACKS
};

enum { GRAPH_CODE_BYTES = 64, GRAPH_ID_BYTES = 64, GRAPH_USER_BYTES = 80 };

/* One refusal; texts are cut, and hold nothing that could upset a log line. */
struct graph_refusal {
	enum graph_task task;
	enum graph_lack lack;
	int status;
	char code[GRAPH_CODE_BYTES]; /* the innermost */
	char request_id[GRAPH_ID_BYTES], date[GRAPH_ID_BYTES];
	char permission[GRAPH_USER_BYTES]; /* as Graph or our table names it */
	char user[GRAPH_USER_BYTES];       /* whose meeting, from the path; "" */
};

/* From the answer's body; path as in graph_task_of(). */
void graph_refusal_read(struct graph_refusal *refusal, enum graph_task task,
			const char *path, int status, const char *body, size_t bytes);

/* The answer's headers know better than its body; "" where there are none. */
void graph_refusal_headers(struct graph_refusal *refusal, const char *request_id,
			   const char *date);

/* Who we are, for the words. */
struct graph_self {
	const char *client_id, *tenant_id;
	const char *sign_in; /* "https://login.microsoftonline.com"; NULL for that */
};

/* Appends what is wrong and what to do, in lines parted by separator ("\n", or "; " for a
 * log line). */
void graph_words_add(struct text *text, const struct graph_refusal *refusal,
		     const struct graph_self *self, const char *separator);
/* The three lines alone. */
void graph_words_policy(struct text *text, const char *client_id, const char *user,
			const char *separator);

/* Appends what is printable of it, at most so many bytes, quotes as apostrophes. */
void graph_words_clean(struct text *text, const char *value, size_t most);

#endif
