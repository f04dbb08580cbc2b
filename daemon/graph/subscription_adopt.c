/* SPDX-License-Identifier: MIT */
/*
 * Graph has one for this meeting already: its answer to our first try was lost, or another
 * life of ours made it.  One delivery, several requests; after a crash it begins again with
 * the same POST, and finds the same.
 *
 *	id in the message ──► GET ──┬─ ours ──► PATCH ──► done
 *	no id ──► the list ─────────┴─ not ───► DELETE ──► the POST again
 *
 * Ours is what tells our address and carries the clientState that we hold (or none that is
 * shown, after a try whose answer we did not get): anything else would be discarded here
 * whenever it came, and hearing nothing for ever is worse than missing the call that is on.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/graph/graph_pages.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/parcel.h"
#include "daemon/settings/config.h"
#include "daemon/graph/subscription.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/graph.h"
#include "daemon/wire/token.h"

enum { GUID_LETTERS = 36, ADOPTIONS = 3, LIST_AGAIN_MS = 2000 };

struct adoption {
	struct parcel *parcel;
	struct graph_pages *pages; /* while the list is read */
	const char *method;        /* of the request under way */
	char id[GUID_LETTERS + 1];
	unsigned tries; /* POSTs after the first */
};

static void ask(struct adoption *adoption, const char *method);

void adoption_destroy(struct adoption *adoption)
{
	if (adoption == NULL)
		return;
	graph_pages_drop(adoption->pages);
	free(adoption);
}

/* 8-4-4-4-12 hexadecimal digits somewhere in the words. */
static bool guid_in(const char *words, char id[GUID_LETTERS + 1])
{
	for (; *words != '\0'; words++) {
		size_t i = 0;

		while (i < GUID_LETTERS &&
		       (i == 8 || i == 13 || i == 18 || i == 23
				? words[i] == '-'
				: isxdigit((unsigned char)words[i]) != 0))
			i++;
		if (i == GUID_LETTERS) {
			snprintf(id, GUID_LETTERS + 1, "%.36s", words);
			return true;
		}
	}
	return false;
}

static bool is_ours(const struct adoption *adoption, const json_t *found)
{
	const struct parcel *const parcel = adoption->parcel;
	const struct words_source *const words = parcel->outbox->words;
	const struct place_row *const place =
		directory_place(words->directory, parcel->delivery.session,
				parcel->delivery.place);
	const char *const state = json_text(found, "clientState");
	struct text url = { 0 };

	text_addf(&url, "%s/graph/notifications", words->config->public_url);
	const bool here =
		strcmp(json_text(found, "notificationUrl"), text_string(&url)) == 0;

	text_finish(&url);
	if (!here || place == NULL)
		return false;
	return state[0] != '\0' ? auth_same(state, place->client_state)
				: parcel->delivery.attempts > 1;
}

static void judge(struct adoption *adoption, const json_t *found)
{
	const bool ours = is_ours(adoption, found);

	log_info("subscription", "there_already session=%u place=%u ours=%d",
		 adoption->parcel->delivery.session, adoption->parcel->delivery.place,
		 ours);
	ask(adoption, ours ? "PATCH" : "DELETE");
}

/* It is gone, or never was what it seemed: the same POST once more.  Only this counts: what
 * could not be asked is asked again with the patience of every delivery. */
static void post_again(struct adoption *adoption)
{
	if (++adoption->tries < ADOPTIONS)
		parcel_send(adoption->parcel);
	else
		parcel_failed(adoption->parcel, 409);
}

static void adopted(struct adoption *adoption, const struct client_reply *reply)
{
	struct parcel *const parcel = adoption->parcel;
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);

	if (json_is_object(root))
		json_object_set_new(root, "id", json_string(adoption->id));
	if (parcel->outbox->subscriptions != NULL)
		subscription_prolonged(parcel->outbox->subscriptions,
				       parcel->delivery.session, parcel->delivery.place);
	if (subscription_made(parcel, root) == 0)
		parcel_done(parcel, reply->status, adoption->id);
	else
		parcel_failed(parcel, reply->status);
	json_decref(root);
}

static void on_done(struct adoption *adoption, const struct client_reply *reply)
{
	if (strcmp(adoption->method, "GET") == 0) {
		json_t *const found = json_loadb(reply->body, reply->body_bytes, 0, NULL);

		judge(adoption, found);
		json_decref(found);
	} else if (strcmp(adoption->method, "PATCH") == 0) {
		adopted(adoption, reply);
	} else {
		post_again(adoption);
	}
}

static void on_reply(void *context, const struct client_reply *reply)
{
	struct adoption *const adoption = context;
	struct parcel *const parcel = adoption->parcel;
	char code[REPLY_CODE_BYTES];
	const enum reply_class class =
		reply_judge(PARTY_GRAPH, reply->status, reply->error, reply->body,
			    reply->body_bytes, code);

	parcel->delivery.status = (uint32_t)reply->status;
	if (class == REPLY_DONE)
		on_done(adoption, reply);
	else if (reply->error == 0 && reply->status == 404)
		post_again(adoption);
	else if (class == REPLY_FRESH_TOKEN)
		token_challenge(parcel->outbox->tokens[PARTY_GRAPH], reply->challenge);
	if (class == REPLY_FRESH_TOKEN || class == REPLY_RETRY)
		parcel_rest(parcel, reply->retry_after_ms);
	else if (class == REPLY_GIVE_UP && reply->status != 404)
		parcel_failed(parcel, reply->status);
}

static void on_token(void *context, int error, const char *token)
{
	struct adoption *const adoption = context;
	const struct outbox *const outbox = adoption->parcel->outbox;
	const struct config_graph *const graph = &outbox->config->graph;
	struct text url = { 0 }, header = { 0 }, body = { 0 };

	if (error != 0) {
		parcel_rest(adoption->parcel, -1);
		return;
	}
	text_addf(&url, "%s/%s/subscriptions/%s", graph->base_url, graph->call_events_api,
		  adoption->id);
	text_addf(&header, "Authorization: Bearer %s", token);
	if (strcmp(adoption->method, "PATCH") == 0)
		encode_prolonging(outbox->words, true, clock_now_ms(outbox->turn->clock),
				  &body);
	const struct graph_request request = {
		.method = adoption->method,
		.url = text_string(&url),
		.authorization = text_string(&header),
		.body = text_string(&body),
		.body_bytes = body.length,
	};

	graph_send(outbox->graph, &request, on_reply, adoption);
	explicit_bzero(header.data, header.length);
	text_finish(&url);
	text_finish(&header);
	text_finish(&body);
}

static void ask(struct adoption *adoption, const char *method)
{
	adoption->method = method;
	token_take(adoption->parcel->outbox->tokens[PARTY_GRAPH], on_token, adoption);
}

/* -- when the message names none --------------------------------------------------------- */

static const json_t *of_this_meeting(const struct parcel *parcel, const json_t *items)
{
	json_t *const body = json_loads(parcel->body, 0, NULL);
	const char *const resource = json_text(body, "resource");
	const json_t *item, *found = NULL;
	size_t i;

	json_array_foreach (items, i, item) {
		const char *const theirs = json_text(item, "resource");

		if (strcmp(theirs + (theirs[0] == '/'), resource) == 0)
			found = item;
	}
	json_decref(body);
	return found;
}

static void on_list(void *context, const struct graph_pages_end *end)
{
	struct adoption *const adoption = context;
	struct parcel *const parcel = adoption->parcel;

	if (parcel->outbox->subscriptions != NULL)
		parcel->outbox->subscriptions->listing = false;
	const json_t *const found =
		end->class == REPLY_DONE ? of_this_meeting(parcel, end->items) : NULL;

	if (found == NULL || strlen(json_text(found, "id")) > GUID_LETTERS) {
		parcel_rest(parcel, end->retry_after_ms);
		return;
	}
	snprintf(adoption->id, sizeof(adoption->id), "%s", json_text(found, "id"));
	judge(adoption, found);
}

/* Graph allows 25 lists in 20 seconds: one at a time, each page after the one before. */
static void list(struct adoption *adoption)
{
	struct outbox *const outbox = adoption->parcel->outbox;
	const struct config_graph *const graph = &outbox->config->graph;
	const struct graph_reader reader = { .graph = outbox->graph,
					     .tokens = outbox->tokens[PARTY_GRAPH],
					     .base_url = graph->base_url,
					     .loop = outbox->timer.loop,
					     .speed = outbox_speed(outbox) };
	struct text url = { 0 };

	if (outbox->subscriptions == NULL || outbox->subscriptions->listing) {
		parcel_rest(adoption->parcel, LIST_AGAIN_MS);
		return;
	}
	outbox->subscriptions->listing = true;
	text_addf(&url, "%s/%s/subscriptions", graph->base_url, graph->call_events_api);
	graph_pages_read(&reader, text_string(&url), NULL, &adoption->pages, on_list,
			 adoption);
	text_finish(&url);
}

void subscription_adopt(struct parcel *parcel, const struct client_reply *reply)
{
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	struct adoption *adoption = parcel->adoption;

	if (adoption == NULL) {
		adoption = memory_zeroed(sizeof(*adoption));
		adoption->parcel = parcel;
		parcel->adoption = adoption;
	}
	const bool named = guid_in(json_text(root, "error.message"), adoption->id);

	json_decref(root);
	if (named)
		ask(adoption, "GET");
	else
		list(adoption);
}
