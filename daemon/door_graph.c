/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/decode_notification.h"
#include "daemon/door.h"
#include "daemon/outbox.h"
#include "daemon/sessions.h"
#include "daemon/subscription.h"
#include "daemon/turn.h"

enum { VALIDATION_TOKEN_BYTES = 1024 };

/*
 * Graph asks whether this address is ours by having us echo a token, at any time and
 * without credentials.  Its documentation warns that others may send a script to be
 * echoed: a token that could be one is refused, and nothing is ever sent as HTML.
 */
static void handshake(struct door *door, const struct edge_request *request)
{
	char token[VALIDATION_TOKEN_BYTES + 1];
	struct problem problem;
	bool sound =
		form_value(request->query, "validationToken", token, sizeof(token)) &&
		token[0] != '\0';

	for (const unsigned char *at = (unsigned char *)token; sound && *at != '\0'; at++)
		sound = *at >= 0x20 && *at != 0x7f && strchr("<>\"'&", *at) == NULL;
	if (!sound) {
		problem_say(&problem, 400,
			    "validationToken is not one that can be echoed");
		door_refuse(door, request->number, &problem);
		return;
	}
	const struct edge_answer answer = { .status = 200,
					    .content_type = "text/plain",
					    .body = token,
					    .body_bytes = strlen(token) };
	edge_answer(door->edge, request->number, &answer);
}

/* "Something changed there": once the meeting is over, its reports are read again. */
static void look_again(struct door *door, const struct notification *notification)
{
	const struct session *const session =
		sessions_get(door->sessions, notification->session);
	const struct effect fetch = { .kind = DELIVER_REPORT_FETCH,
				      .person = PERSON_NONE,
				      .place = notification->place };

	if (session == NULL || session->state != SESSION_OVER ||
	    outbox_has(door->outbox, DELIVER_REPORT_FETCH, notification->session,
		       notification->place))
		return;
	outbox_freeze(door->outbox, notification->session, &fetch);
}

static void on_notification(void *context, const struct notification *notification)
{
	struct door *const door = context;

	switch (notification->kind) {
	case NOTIFIED_CHANGE:
	case NOTIFIED_MISSED:
		look_again(door, notification);
		break;
	case NOTIFIED_REAUTHORIZE:
		subscription_renew(door->outbox, door->words, notification->session,
				   notification->place, clock_now_ms(door->turn->clock));
		break;
	case NOTIFIED_REMOVED:
		subscription_make(door->outbox, notification->session,
				  notification->place);
		break;
	case NOTIFIED_UNVERIFIED:
		door->counts.unverified++;
		break;
	default:
		door->counts.strange++;
	}
}

void door_notifications(struct door *door, const struct edge_request *request)
{
	struct problem problem = { 0 };

	if (strstr(request->query, "validationToken=") != NULL) {
		handshake(door, request);
		return;
	}
	door->counts.notifications++;
	if (notifications_read(request->body, request->body_bytes, door->words->directory,
			       on_notification, door, &problem) < 0)
		door_refuse(door, request->number, &problem);
	else
		door_answer(door, request->number, 202, NULL, NULL);
}
