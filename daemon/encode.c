/* SPDX-License-Identifier: MIT */
#include "daemon/encode.h"

#include <stdio.h>
#include <string.h>

#include "daemon/common/map.h"
#include "daemon/settings/config.h"
#include "daemon/wire/backoff.h"

int encode_fit(const char *text, int most)
{
	const int length = (int)strnlen(text, (size_t)most + 1);
	int fit = length < most ? length : most;

	while (fit > 0 && ((unsigned char)text[fit] & 0xc0) == 0x80)
		fit--;
	return fit;
}

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

static void end(struct request_draft *draft)
{
	draft->delivery.lane = map_hash(draft->lane);
	draft->delivery.path = text_string(&draft->path);
	draft->delivery.body = text_string(&draft->body);
}

static bool goes_to_graph(uint16_t kind)
{
	return kind == DELIVER_ROOM_MEETING || kind == DELIVER_SUBSCRIPTION ||
	       kind == DELIVER_REPORT_FETCH || kind == DELIVER_ROOM_MAIL;
}

int encode_delivery(const struct words_source *words, struct batch *batch,
		    uint32_t session, int64_t now_ms, const struct effect *effect,
		    struct request_draft *draft)
{
	const struct config *const config = words->config;
	int rc = 0;

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
	end(draft);
	return rc;
}

int encode_reply(const struct words_source *words, uint32_t session, uint16_t place,
		 const char *reply, struct request_draft *draft)
{
	const struct effect effect = { .kind = ANSWER,
				       .person = PERSON_NONE,
				       .place = place };
	const struct place_row *const row =
		directory_place(words->directory, session, place);

	begin(session, &effect, draft);
	draft->delivery.party = PARTY_CONNECTOR;
	if (row == NULL || row->thread_id == NULL || words->config->bot.app_id == NULL)
		return -1;
	text_addf(&draft->path, "/v3/conversations/");
	text_add_percent(&draft->path, row->thread_id, strlen(row->thread_id));
	text_addf(&draft->path, "/activities");
	text_addf(&draft->body,
		  "{\"type\":\"message\",\"textFormat\":\"plain\",\"text\":");
	text_add_json(&draft->body, reply);
	text_addf(&draft->body, "}");
	snprintf(draft->lane, sizeof(draft->lane), "chat %u %u", session, place);
	end(draft);
	return 0;
}

void request_draft_finish(struct request_draft *draft)
{
	text_finish(&draft->path);
	text_finish(&draft->body);
}
