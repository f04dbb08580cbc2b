/* SPDX-License-Identifier: MIT */
#include "daemon/encode/announce.h"
#include "daemon/encode/encode.h"

#include <stdio.h>
#include <string.h>

#include "daemon/common/map.h"
#include "daemon/settings/config.h"
#include "daemon/wire/backoff.h"

static void begin(uint32_t session, const struct effect *effect,
		  struct request_draft *draft)
{
	*draft = (struct request_draft){ 0 };
	draft->delivery = (struct delivery){
		.session = session,
		.what = effect->kind,
		.person = effect->person,
		.place = effect->place,
		.block = effect->block,
		.poll = effect->poll,
		.method = "POST",
		.remote_id = "",
	};
}

void request_draft_end(struct request_draft *draft)
{
	draft->delivery.lane = map_hash(draft->lane);
	draft->delivery.path = text_string(&draft->path);
	draft->delivery.body = text_string(&draft->body);
}

static bool goes_to_graph(uint16_t kind)
{
	return kind == DELIVER_ROOM_MEETING || kind == DELIVER_SUBSCRIPTION ||
	       kind == DELIVER_SUBSCRIPTION_END || kind == DELIVER_REPORT_FETCH ||
	       kind == DELIVER_ROOM_MAIL;
}

int encode_delivery(const struct words_source *words, struct batch *batch,
		    uint32_t session, int64_t now_ms, const struct effect *effect,
		    struct request_draft *draft)
{
	const struct config *const config = words->config;
	int rc = 0;

	if (effect->kind == DELIVER_CALL_IN) {
		*draft = (struct request_draft){ 0 };
		return config->bot.app_id == NULL
			       ? 1
			       : encode_call_in(words, session, effect, draft);
	}
	begin(session, effect, draft);
	draft->delivery.made_ms = now_ms;
	if (goes_to_graph(effect->kind)) {
		draft->delivery.party = PARTY_GRAPH;
		rc = config->graph.client_id == NULL
			     ? -1
			     : encode_graph_delivery(words, batch, session, now_ms,
						     effect, draft);
	} else {
		draft->delivery.party = PARTY_CONNECTOR;
		if (config->bot.app_id == NULL)
			rc = -1;
		else
			rc = encode_card_delivery(words, session, effect, draft);
	}
	request_draft_end(draft);
	return rc;
}

/* In the lane of what else is said there. */
static void lane_of_chat(const struct words_source *words,
			 const struct reply_target *target, struct request_draft *draft)
{
	uint32_t session;
	uint16_t place;

	if (directory_place_of_thread(words->directory, target->conversation_id, &session,
				      &place) == 0)
		snprintf(draft->lane, sizeof(draft->lane), "chat %u %u", session, place);
	else
		snprintf(draft->lane, sizeof(draft->lane), "conversation %.80s",
			 target->conversation_id);
}

static void reply_path(const struct reply_target *target, struct text *path)
{
	text_addf(path, "/v3/conversations/");
	text_add_percent(path, target->conversation_id, strlen(target->conversation_id));
	text_addf(path, "/activities");
	if (target->only != NULL) {
		text_addf(path, "?isTargetedActivity=true");
	} else if (target->activity_id[0] != '\0') {
		text_addf(path, "/");
		text_add_percent(path, target->activity_id, strlen(target->activity_id));
	}
}

int encode_reply(const struct words_source *words, const struct reply_target *target,
		 const char *reply, struct request_draft *draft)
{
	const struct effect effect = { .kind = ANSWER,
				       .person = PERSON_NONE,
				       .place = PLACE_NONE };

	begin(target->session, &effect, draft);
	draft->delivery.party = PARTY_CONNECTOR;
	if (target->conversation_id[0] == '\0' || words->config->bot.app_id == NULL)
		return -1;
	reply_path(target, &draft->path);
	text_addf(&draft->body,
		  "{\"type\":\"message\",\"textFormat\":\"plain\",\"text\":");
	text_add_json(&draft->body, reply);
	if (target->only != NULL) {
		text_addf(&draft->body, ",\"recipient\":{\"id\":");
		text_add_json(&draft->body, target->only);
		text_addf(&draft->body, "}");
	} else if (target->activity_id[0] != '\0') {
		text_addf(&draft->body, ",\"replyToId\":");
		text_add_json(&draft->body, target->activity_id);
	}
	text_addf(&draft->body, "}");
	lane_of_chat(words, target, draft);
	request_draft_end(draft);
	return 0;
}

void request_draft_finish(struct request_draft *draft)
{
	text_finish(&draft->path);
	text_finish(&draft->body);
}
