/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/json.h"
#include "daemon/parcel.h"
#include "daemon/subscription.h"
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
	json_decref(root);
	return rc;
}
