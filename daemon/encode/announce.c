/* SPDX-License-Identifier: MIT */
/* Words for everybody: to each in their own chat, to many at once, or inside the meeting. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/utf8.h"
#include "daemon/encode/card.h"
#include "daemon/teams/inquiry.h"
#include "daemon/settings/config.h"
#include "daemon/wire/backoff.h"
#include "daemon/encode/announce.h"
#include "handlers/breakout.h"
#include "handlers/session.h"

static void begin(uint32_t session, enum effect_kind what, struct request_draft *draft)
{
	*draft = (struct request_draft){ 0 };
	draft->delivery = (struct delivery){ .session = session,
					     .what = (uint16_t)what,
					     .party = PARTY_CONNECTOR,
					     .person = PERSON_NONE,
					     .place = PLACE_NONE,
					     .method = "POST",
					     .remote_id = "" };
}

static void end(json_t *body, struct request_draft *draft)
{
	char *const text = json_dumps(body, JSON_COMPACT);

	text_add(&draft->body, text, strlen(text));
	free(text);
	json_decref(body);
	request_draft_end(draft);
}

static json_t *message_of(const char *words)
{
	const int fit = utf8_fit(words, ANNOUNCEMENT_BYTES);

	return json_pack("{s:s,s:s,s:o}", "type", "message", "textFormat", "plain",
			 "text", json_stringn(words, (size_t)fit));
}

static const char *id_of(const struct words_source *words, uint32_t session,
			 uint32_t person)
{
	const struct person_row *const row =
		directory_person(words->directory, session, person);

	if (row == NULL)
		return "";
	return row->teams_id[0] != '\0' ? row->teams_id : row->object_id;
}

bool encode_can_reach(const struct words_source *words, uint32_t session, uint32_t person)
{
	return id_of(words, session, person)[0] != '\0';
}

void encode_announcement(const struct announcement *announcement, uint32_t person,
			 struct request_draft *draft)
{
	begin(announcement->session, DELIVER_ANNOUNCEMENT, draft);
	draft->delivery.person = person;
	text_addf(&draft->path, "/v3/conversations/{conversation}/activities");
	snprintf(draft->lane, sizeof(draft->lane), "person %u %u", announcement->session,
		 person);
	end(message_of(announcement->said), draft);
}

void encode_announcement_batch(const struct words_source *words,
			       const struct announcement *announcement,
			       struct request_draft *draft)
{
	const uint32_t session = announcement->session;
	const struct session_row *const row =
		directory_session(words->directory, session);
	json_t *const members = json_array();

	for (size_t i = 0; i < announcement->count; i++)
		json_array_append_new(members, json_pack("{s:s}", "id",
							 id_of(words, session,
							       announcement->people[i])));
	begin(session, DELIVER_ANNOUNCEMENT, draft);
	draft->delivery.person = announcement->by;
	text_addf(&draft->path, "/v3/batch/conversation/users");
	snprintf(draft->lane, sizeof(draft->lane), "batch %u", session);
	end(json_pack("{s:o,s:s,s:o}", "activity", message_of(announcement->said),
		      "tenantId", card_or_empty(row->tenant_id), "members", members),
	    draft);
}

void encode_batch_cancel(uint32_t session, const char *operation_id,
			 struct request_draft *draft)
{
	begin(session, DELIVER_ANNOUNCEMENT, draft);
	draft->delivery.method = "DELETE";
	text_addf(&draft->path, "/v3/batch/conversation/");
	text_add_percent(&draft->path, operation_id, strlen(operation_id));
	snprintf(draft->lane, sizeof(draft->lane), "batch %u", session);
	request_draft_end(draft);
}

/* -- inside the meeting --------------------------------------------------------------------- */

/* The Teams ids of one part of who is there. */
static json_t *recipients_of(const struct card *card)
{
	json_t *const ids = json_array();
	uint32_t skip = card->effect->number * CALL_IN_PEOPLE;

	for (uint32_t i = 0; i < card->session->people; i++) {
		const struct person_row *const row =
			directory_person(card->words->directory, card->row->number, i);

		if (card->session->member[i].here != card->effect->place)
			continue;
		if (skip > 0) {
			skip--;
			continue;
		}
		if (row != NULL && strncmp(row->teams_id, "29:", 3) == 0)
			json_array_append_new(ids, json_string(row->teams_id));
		if (json_array_size(ids) == CALL_IN_PEOPLE)
			break;
	}
	return ids;
}

int encode_call_in(const struct words_source *words, uint32_t session,
		   const struct effect *effect, struct request_draft *draft)
{
	const struct card card = card_of(words, session, effect);
	const char *const url = words->config->public_url;
	const char *const meeting =
		words->inquiries != NULL
			? inquiries_meeting(words->inquiries, session, effect->place)
			: "";
	json_t *const ids = card.session != NULL ? recipients_of(&card) : json_array();

	if (url == NULL || meeting[0] == '\0' || json_array_size(ids) == 0) {
		json_decref(ids);
		return 1;
	}
	begin(session, DELIVER_CALL_IN, draft);
	draft->delivery.place = effect->place;
	draft->delivery.block = effect->block;
	text_addf(&draft->path, "/v1/meetings/");
	text_add_percent(&draft->path, meeting, strlen(meeting));
	text_addf(&draft->path, "/notification");
	snprintf(draft->lane, sizeof(draft->lane), "meeting %u %u", session,
		 effect->place);
	end(json_pack("{s:s,s:{s:o,s:[{s:s,s:s,s:{s:{s:s,s:s,s:s,s:o}}}]}}", "type",
		      "targetedMeetingNotification", "value", "recipients", ids,
		      "surfaces", "surface", "meetingStage", "contentType", "task",
		      "content", "value", "height", "200", "width", "400", "title",
		      "Time is up", "url", json_sprintf("%s/come-back", url)),
	    draft);
	return 0;
}
