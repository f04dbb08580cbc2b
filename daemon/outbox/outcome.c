/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/encode/graph.h"
#include "daemon/common/log.h"
#include "daemon/teams/inquiry.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/parcel.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "handlers/transcript.h"

void outbox_tally(struct outbox *outbox, const struct delivery *delivery)
{
	const struct session_row *const row =
		directory_session(outbox->words->directory, delivery->session);

	if (delivery->what == DELIVER_ROOM_MEETING && delivery->status == 201 &&
	    strcmp(delivery->method, "POST") == 0 && row != NULL)
		meeting_tally_add(&outbox->meetings, row->organiser_id,
				  delivery->made_ms);
}

/* createOrGet takes no options: they are set behind it, in the same lane. */
static void set_room_options(struct parcel *parcel)
{
	struct request_draft draft;

	if (encode_room_options(parcel->outbox->words, parcel->delivery.session,
				parcel->delivery.place, &draft) == 0)
		outbox_post(parcel->outbox, &draft);
	else
		request_draft_finish(&draft);
}

static int room_is_made(struct parcel *parcel, const json_t *root)
{
	struct turn *const turn = parcel->outbox->turn;
	const struct place_row row = {
		.session = parcel->delivery.session,
		.place = parcel->delivery.place,
		.meeting_id = json_text(root, "id"),
		.join_url = json_text(root, "joinWebUrl"),
		.thread_id = json_text(root, "chatInfo.threadId"),
	};
	struct event event = event_blank(EVENT_ROOM_READY);

	if (row.join_url[0] == '\0' || row.thread_id[0] == '\0')
		return -1;
	directory_set_place(parcel->outbox->words->directory,
			    journal_batch(turn->journal), &row);
	event.session = row.session;
	event.place = row.place;
	event.source = SOURCE_GRAPH;
	outbox_tally(parcel->outbox, &parcel->delivery);
	set_room_options(parcel);
	turn_take(turn, &event);
	return 0;
}

/* What is asked for later: an object, or in older services the bare string. */
static void batch_is_taken(struct parcel *parcel, const struct client_reply *reply)
{
	struct outbox *const outbox = parcel->outbox;
	const struct person_row *const by =
		directory_person(outbox->words->directory, parcel->delivery.session,
				 parcel->delivery.person);
	json_t *const root =
		json_loadb(reply->body, reply->body_bytes, JSON_DECODE_ANY, NULL);
	const char *const id = json_is_string(root) ? json_string_value(root)
						    : json_text(root, "operationId");

	if (strstr(parcel->path, "/v3/batch/") != NULL && id[0] != '\0')
		inquire_batch(outbox->inquiries, parcel->delivery.session, id,
			      by != NULL ? by->conversation_id : "");
	json_decref(root);
}

/* 207: some of the people were not reached; the chat has told them all. */
static void call_is_taken(const struct parcel *parcel, const json_t *root)
{
	const size_t missed = json_array_size(json_member(root, "recipientsFailureInfo"));

	if (missed > 0)
		log_info("outbox", "call_in_missed session=%u place=%u people=%zu",
			 parcel->delivery.session, parcel->delivery.place, missed);
}

int parcel_learn(struct parcel *parcel, const struct client_reply *reply,
		 const char **remote_id)
{
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	int rc = 0;

	*remote_id = "";
	if (parcel->delivery.what == DELIVER_ROOM_MEETING &&
	    strcmp(parcel->delivery.method, "POST") == 0)
		rc = room_is_made(parcel, root);
	else if (parcel->delivery.what == DELIVER_SUBSCRIPTION)
		rc = subscription_made(parcel, root);
	else if (parcel->delivery.what == DELIVER_RENEWAL)
		subscription_renewed(parcel, root);
	else if (parcel->delivery.what == DELIVER_SUBSCRIPTION_END)
		subscription_ended(parcel);
	else if (parcel->delivery.what == DELIVER_ANNOUNCEMENT)
		batch_is_taken(parcel, reply);
	else if (parcel->delivery.what == DELIVER_CALL_IN)
		call_is_taken(parcel, root);
	json_decref(root);
	return rc;
}
