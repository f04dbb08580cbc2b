/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/decode/notification.h"
#include "daemon/door/door_parts.h"
#include "daemon/door/inbox.h"
#include "daemon/outbox/outbox.h"
#include "daemon/sessions.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "daemon/graph/webinar.h"
#include "handlers/transcript.h"

enum { VALIDATION_TOKEN_BYTES = 1024 };

/*
 * Graph asks whether this address is ours by having us echo a token, at any time and
 * without credentials; it costs us no more than any request, and a limit on it would be a
 * way for others to keep Graph out.  Its documentation warns that others may send a script to be
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

/* "Something changed there": whether to look is the core's decision. */
static void tell_change(struct door *door, const struct notification *notification)
{
	struct event event = event_blank(EVENT_MEETING_CHANGED);

	event.session = notification->session;
	event.place = notification->place;
	event.source = SOURCE_GRAPH;
	turn_take(door->turn, &event);
}

static void act(struct door *door, const struct notification *notification)
{
	if (notification->kind != NOTIFIED_STRANGE)
		subscription_lives(door->outbox->subscriptions, notification->session,
				   notification->place);
	switch (notification->kind) {
	case NOTIFIED_CHANGE:
	case NOTIFIED_MISSED:
		tell_change(door, notification);
		break;
	case NOTIFIED_REAUTHORIZE:
		subscription_remind(door->outbox->subscriptions, notification->session,
				    notification->place);
		break;
	case NOTIFIED_REMOVED:
		subscription_gone(door->outbox->subscriptions, notification->session,
				  notification->place);
		break;
	case NOTIFIED_SEALED:
		break; /* the inbox has it */
	default:
		door->counts.strange++;
	}
}

/* What a collection brings, before any of it is acted on. */
struct brought {
	size_t count, sealed;
	struct notification items[NOTIFICATION_ITEMS];
	struct sealed_whose whose[NOTIFICATION_ITEMS];
};

static void on_notification(void *context, const struct notification *notification)
{
	struct brought *const brought = context;

	assert(brought->count < NOTIFICATION_ITEMS);
	brought->items[brought->count++] = *notification;
	if (notification->kind == NOTIFIED_SEALED)
		brought->whose[brought->sealed++] =
			(struct sealed_whose){ .index = notification->index,
					       .session = notification->session,
					       .place = notification->place };
}

static int keep(struct door *door, const struct edge_request *request,
		const struct brought *brought, struct problem *problem)
{
	if (brought->sealed == 0)
		return 0;
	if (door->inbox == NULL) {
		door->counts.unverified += brought->sealed;
		return 0;
	}
	if (inbox_is_full(door->inbox, request->body_bytes))
		return problem_say(problem, 503,
				   "too many notifications wait: send it again");
	inbox_put(door->inbox, request->body, request->body_bytes, brought->whose,
		  brought->sealed);
	return 0;
}

/* The answer leaves behind the commit of what it acknowledges. */
static void acknowledge(struct door *door, uint64_t request, uint64_t begun_ns)
{
	const struct edge_answer answer = { .status = 202 };

	turn_answer_timed(door->turn, request, &answer, &door->graph, begun_ns);
}

void door_notifications(struct door *door, const struct edge_request *request)
{
	const uint64_t begun_ns = uv_hrtime();
	struct problem problem = { 0 };

	if (strstr(request->query, "validationToken=") != NULL) {
		handshake(door, request);
		promptness_count(&door->graph, begun_ns);
		return;
	}
	struct brought *const brought = memory_zeroed(sizeof(*brought));

	door->counts.notifications++;
	int rc = notifications_read(request->body, request->body_bytes,
				    door->words->directory, on_notification, brought,
				    &problem);
	if (rc == 0)
		rc = keep(door, request, brought, &problem);
	for (size_t i = 0; rc == 0 && i < brought->count; i++)
		act(door, &brought->items[i]);
	if (rc == 0) {
		acknowledge(door, request->number, begun_ns);
	} else {
		door_refuse(door, request->number, &problem);
		promptness_count(&door->graph, begun_ns);
	}
	free(brought);
	if (rc == 0 && door->webinars != NULL)
		webinars_notified(door->webinars, request->body, request->body_bytes);
}
