/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/lanes.h"
#include "daemon/outbox/lost.h"
#include "daemon/outbox/mail_upload.h"
#include "daemon/outbox/parcel.h"
#include "daemon/settings/config.h"
#include "daemon/turn.h"
#include "daemon/wire/graph.h"
#include "daemon/wire/hosts.h"
#include "daemon/wire/token.h"
#include "handlers/transcript.h"

static const char hole_conversation[] = "{conversation}";
static const char hole_activity[] = "{activity}";

const char *parcel_base(const struct parcel *parcel, char base[512])
{
	const struct outbox *const outbox = parcel->outbox;
	const struct session_row *row;
	const char *url = outbox->config->graph.base_url;

	if (parcel->delivery.party == PARTY_CONNECTOR) {
		row = directory_session(outbox->words->directory,
					parcel->delivery.session);
		url = row != NULL ? row->service_url : NULL;
	}
	if (url == NULL || url[0] == '\0' || strlen(url) >= 512)
		return NULL;
	snprintf(base, 512, "%s", url);
	const size_t length = strlen(base);

	if (base[length - 1] == '/')
		base[length - 1] = '\0';
	return base;
}

bool parcel_may_go(const struct parcel *parcel, const char *url)
{
	const struct config *const config = parcel->outbox->config;

	if (parcel->delivery.party == PARTY_GRAPH)
		return host_same(url, config->graph.base_url);
	return host_may_receive(url, config->bot.service_hosts,
				config->allow_loopback_peers);
}

/* Puts a value in a hole of the path; 0, or -1 when there is no value for it. */
static int fill(struct text *url, const char **rest, const char *hole, const char *value)
{
	const size_t length = strlen(hole);

	if (strncmp(*rest, hole, length) != 0)
		return 1;
	if (value == NULL || value[0] == '\0')
		return -1;
	text_add_percent(url, value, strlen(value));
	*rest += length;
	return 0;
}

bool parcel_is_update(const struct parcel *parcel)
{
	return strstr(parcel->path, hole_activity) != NULL;
}

uint16_t parcel_updates(uint16_t what)
{
	return what == DELIVER_POLL_UPDATE      ? DELIVER_POLL_CARD
	       : what == DELIVER_HELP_OVER      ? DELIVER_HELP
	       : what == DELIVER_WHISPER_CLOSED ? DELIVER_ROOM_WHISPER
						: DELIVER_ROOM_CARD;
}

static const char *remote_of(const struct parcel *parcel)
{
	char key[64];

	parcel_remote_key(&parcel->delivery, parcel_updates(parcel->delivery.what), key);
	return map_get(&parcel->outbox->remote, key);
}

static int make_url(const struct parcel *parcel, const char *conversation,
		    struct text *url)
{
	char base[512];

	if (parcel_base(parcel, base) == NULL)
		return -1;
	text_addf(url, "%s", base);
	for (const char *rest = parcel->path; *rest != '\0';) {
		int rc = fill(url, &rest, hole_conversation, conversation);

		if (rc == 1)
			rc = fill(url, &rest, hole_activity, remote_of(parcel));
		if (rc < 0)
			return -1;
		if (rc == 1)
			text_add(url, rest++, 1);
	}
	return 0;
}

bool parcel_is_personal(const struct parcel *parcel)
{
	return strstr(parcel->path, hole_conversation) != NULL;
}

static const char *conversation_of(const struct parcel *parcel)
{
	const struct person_row *const person =
		directory_person(parcel->outbox->words->directory,
				 parcel->delivery.session, parcel->delivery.person);

	return person != NULL && person->conversation_id != NULL ? person->conversation_id
								 : "";
}

/* One segment of a path that we have percent-encoded ourselves. */
static void decode_segment(const char *from, char id[PARCEL_CHAT_BYTES])
{
	size_t length = 0;

	while (*from != '\0' && *from != '/' && *from != '?' &&
	       length + 1 < PARCEL_CHAT_BYTES) {
		char digits[3] = { 0 };
		char *end = digits;
		unsigned long byte = 0;

		if (*from == '%') {
			strncpy(digits, from + 1, 2);
			byte = strtoul(digits, &end, 16);
		}
		id[length++] = end == digits + 2 ? (char)byte : *from;
		from += end == digits + 2 ? 3 : 1;
	}
	id[length] = '\0';
}

bool parcel_chat(const struct parcel *parcel, char id[PARCEL_CHAT_BYTES])
{
	static const char conversations[] = "/v3/conversations/";
	const size_t length = sizeof(conversations) - 1;

	id[0] = '\0';
	if (parcel->delivery.party != PARTY_CONNECTOR)
		return false;
	if (parcel_is_personal(parcel))
		snprintf(id, PARCEL_CHAT_BYTES, "%s", conversation_of(parcel));
	else if (strncmp(parcel->path, conversations, length) == 0)
		decode_segment(parcel->path + length, id);
	return id[0] != '\0';
}

void parcel_say_anew(struct parcel *parcel)
{
	char *const hole = strstr(parcel->path, "/{activity}");

	assert(hole != NULL);
	*hole = '\0';
	parcel->delivery.method = "POST";
}

/* Why it would be refused, as a status; 0 when nothing is known against it. */
static int known_refusal(const struct parcel *parcel)
{
	const struct outbox *const outbox = parcel->outbox;
	char id[PARCEL_CHAT_BYTES];

	if (parcel->lane->tenant->stopped_until_ms > outbox_now_ms(outbox))
		return 403;
	if (!parcel_chat(parcel, id))
		return 0;
	const enum chat_state state = chats_state(&outbox->chats, id);

	return state == CHAT_UNINSTALLED || state == CHAT_BLOCKED ? 403 : 0;
}

/* A subscription that is there is answered 409 and adopted; the others say it themselves. */
bool parcel_may_repeat(const struct parcel *parcel)
{
	static const char *const harmless[] = { "/createOrGet", "/subscriptions",
						"/$batch" };
	const size_t length = strlen(parcel->path);

	if (parcel->opens_chat || strcmp(parcel->delivery.method, "POST") != 0)
		return true;
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		const size_t tail = strlen(harmless[i]);

		if (length >= tail &&
		    strcmp(parcel->path + length - tail, harmless[i]) == 0)
			return true;
	}
	return false;
}

/* -- the request ---------------------------------------------------------------------------- */

/* What may arrive twice: an envelope's lost answer leaves open which of it did. */
static bool may_repeat(const char *method, const char *url)
{
	return strcmp(method, "POST") != 0 || strstr(url, "/createOrGet") != NULL;
}

static void go_to_graph(struct parcel *parcel, const char *method, const char *url,
			const char *body)
{
	const struct graph_request request = {
		.method = method,
		.url = url,
		.authorization = parcel->authorization,
		.body = body,
		.body_bytes = strlen(body),
		.together = may_repeat(method, url),
		.once = !parcel_may_repeat(parcel),
	};

	if (mail_needs_upload(parcel))
		mail_upload_start(parcel);
	else
		graph_send(parcel->outbox->graph, &request, parcel_answered, parcel);
}

static enum pace_rule rule_of(const struct parcel *parcel, const char *method)
{
	if (parcel->opens_chat)
		return PACE_CREATE;
	return strcmp(method, "GET") == 0 ? PACE_READ : PACE_SEND;
}

static void go(struct parcel *parcel, const char *method, const char *url,
	       const char *body)
{
	char id[64], guid[GRAPH_GUID_BYTES];
	const struct client_request request = {
		.method = method,
		.url = url,
		.headers = { parcel->authorization,
			     "Content-Type: application/json; charset=utf-8", id },
		.body = body[0] != '\0' ? body : NULL,
		.body_bytes = strlen(body),
		.once = !parcel_may_repeat(parcel),
	};

	struct outbox *const outbox = parcel->outbox;

	graph_guid(guid);
	snprintf(id, sizeof(id), "x-ms-client-request-id: %s", guid);
	if (!parcel_may_go(parcel, url)) {
		log_error("outbox", "forbidden_host what=%s",
			  effect_name(parcel->delivery.what));
		parcel_failed(parcel, 0);
		return;
	}
	if (!parcel->paced && !lanes_may_leave(parcel, rule_of(parcel, method))) {
		lanes_pump(outbox);
		return;
	}
	parcel->paced = true;
	if (request.once && !parcel->noted) {
		parcel_note(parcel);
		return;
	}
	parcel->paced = false;
	parcel->delivery.attempts++;
	outbox->counts.sent++;
	if (parcel->delivery.party == PARTY_GRAPH)
		go_to_graph(parcel, method, url, body);
	else
		client_send(outbox->client, &request, parcel_answered, parcel);
}

static void open_chat(struct parcel *parcel)
{
	const struct outbox *const outbox = parcel->outbox;
	char *const body = encode_conversation(outbox->words, parcel->delivery.session,
					       parcel->delivery.person);
	char base[512];
	struct text url = { 0 };

	if (body == NULL || parcel_base(parcel, base) == NULL) {
		parcel_failed(parcel, 0);
	} else {
		parcel->opens_chat = true;
		text_addf(&url, "%s/v3/conversations", base);
		go(parcel, "POST", text_string(&url), body);
	}
	text_finish(&url);
	free(body);
}

static void send_with_token(struct parcel *parcel)
{
	const struct delivery *const delivery = &parcel->delivery;
	const char *const conversation = conversation_of(parcel);
	struct text url = { 0 };

	if (parcel_is_personal(parcel) && conversation[0] == '\0')
		open_chat(parcel);
	else if (make_url(parcel, conversation, &url) < 0)
		parcel_failed(parcel, 0);
	else
		go(parcel, delivery->method, text_string(&url), parcel->body);
	text_finish(&url);
}

void parcel_leaves(struct parcel *parcel)
{
	send_with_token(parcel);
}

/* Refused until somebody mends the registration or the secret. */
enum { TOKEN_REFUSED_MS = 60 * 1000 };

static void on_token(void *context, int error, const char *token)
{
	struct parcel *const parcel = context;

	if (error != 0) {
		parcel->delivery.attempts++;
		parcel_rest_for_token(
			parcel,
			error == -EACCES
				? TOKEN_REFUSED_MS
				: token_wait_ms(
					  parcel->outbox
						  ->tokens[parcel->delivery.party]));
		return;
	}
	struct text header = { 0 };

	text_addf(&header, "Authorization: Bearer %s", token);
	free(parcel->authorization);
	parcel->authorization = header.data;
	send_with_token(parcel);
}

/* An update of a card that was never shown has nothing to update. */
static bool has_nothing_to_update(const struct parcel *parcel)
{
	return parcel_is_update(parcel) && remote_of(parcel) == NULL;
}

void parcel_send(struct parcel *parcel)
{
	struct token_source *const tokens =
		parcel->outbox->tokens[parcel->delivery.party];
	const int refusal = known_refusal(parcel);

	if (parcel->first_ms == 0)
		parcel->first_ms = outbox_now_ms(parcel->outbox);
	parcel->opens_chat = false;
	if (parcel->doomed || tokens == NULL)
		parcel_failed(parcel, 0);
	else if (refusal != 0)
		parcel_failed(parcel, refusal);
	else if (!has_nothing_to_update(parcel))
		token_take(tokens, on_token, parcel);
	else if (!parcel_awaits_card(parcel))
		parcel_done(parcel, 0, "");
}
