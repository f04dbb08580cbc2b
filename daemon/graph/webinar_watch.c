/* SPDX-License-Identifier: MIT */
/*
 * Three subscriptions for each webinar: its sessions, its registrations, its attendance
 * reports.  They are kept in memory alone: after a restart Graph answers 409 and names the
 * old one, which is removed, because its clientState is forgotten.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/log.h"
#include "daemon/encode/encode.h"
#include "daemon/decode/json.h"
#include "daemon/settings/config.h"
#include "daemon/graph/webinar_parts.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/graph.h"
#include "daemon/wire/token.h"

enum { STATE_BYTES = 32, GUID_LETTERS = 36, REFUSED_S = 3600, RETRY_S = 60 };

static const struct {
	const char *list, *changes;
} kinds[WATCHES] = {
	[WATCH_SESSIONS] = { "sessions", "created,updated" },
	[WATCH_REGISTRATIONS] = { "registrations", "created,updated" },
	[WATCH_REPORTS] = { "getAttendanceReports", "created" },
};

static int64_t now_of(const struct webinar_watch *watch)
{
	return webinar_now_ms(watch->life->webinars);
}

static void wait_s(struct webinar_watch *watch, int64_t seconds)
{
	watch->next_ms = now_of(watch) + seconds * 1000;
}

static void forget(struct webinar_watch *watch)
{
	free(watch->id);
	watch->id = NULL;
}

/* -- answers ---------------------------------------------------------------------------------------- */

static void learn(struct webinar_watch *watch, const struct client_reply *reply)
{
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	const char *const id = json_text(root, "id");

	if (id[0] != '\0') {
		free(watch->id);
		watch->id = memory_string(id);
	}
	if (clock_parse(json_text(root, "expirationDateTime"), &watch->ends_ms) < 0)
		watch->ends_ms = now_of(watch) + WATCH_LIFE_S * 1000ll;
	json_decref(root);
}

/* "Subscription Id <id> already exists …": there is no member for it. */
static void learn_of_other(struct webinar_watch *watch, const struct client_reply *reply)
{
	json_t *const root = json_loadb(reply->body, reply->body_bytes, 0, NULL);
	const char *at = json_text(root, "error.message");

	for (; *at != '\0' && watch->id == NULL; at++) {
		if (strspn(at, "0123456789abcdefABCDEF-") == GUID_LETTERS) {
			watch->id = memory_string(at);
			watch->id[GUID_LETTERS] = '\0';
			watch->ends_ms = 0; /* to be removed */
		}
	}
	if (watch->id == NULL)
		wait_s(watch, REFUSED_S);
	json_decref(root);
}

static bool is_old(const struct webinar_watch *watch)
{
	return watch->id != NULL && watch->ends_ms == 0;
}

static void on_answer(void *context, const struct client_reply *reply)
{
	struct webinar_watch *const watch = context;
	char code[REPLY_CODE_BYTES];
	const enum reply_class class =
		reply_judge(PARTY_GRAPH, reply->status, reply->error, reply->body,
			    reply->body_bytes, code);

	watch->asked = false;
	if (is_old(watch)) {
		if (class == REPLY_DONE || reply->status == 404)
			forget(watch);
		else
			wait_s(watch, RETRY_S);
	} else if (class == REPLY_DONE) {
		learn(watch, reply);
	} else if (reply->status == 404 && watch->id != NULL) {
		forget(watch);
	} else if (reply->status == 409 && watch->id == NULL) {
		learn_of_other(watch, reply);
	} else if (class == REPLY_FRESH_TOKEN) {
		token_challenge(watch->life->webinars->reader.tokens, reply->challenge);
		wait_s(watch, RETRY_S);
	} else {
		wait_s(watch, class == REPLY_RETRY ? RETRY_S : REFUSED_S);
		log_warning("webinar", "watch_refused session=%u of=%s status=%d code=%s",
			    watch->life->session, kinds[watch->kind].list, reply->status,
			    code);
	}
}

/* -- requests --------------------------------------------------------------------------------------- */

static void write_creation(struct webinar_watch *watch, struct text *body)
{
	const char *const base = watch->life->webinars->words->config->public_url;
	struct text resource = { 0 };
	char ends[32];

	auth_random_hex(watch->client_state, STATE_BYTES);
	clock_iso(now_of(watch) + WATCH_LIFE_S * 1000ll, ends);
	text_addf(&resource, "solutions/virtualEvents/webinars/%s/%s",
		  webinar_row_of(watch->life)->event_id, kinds[watch->kind].list);
	text_addf(body,
		  "{\"changeType\":\"%s\",\"notificationUrl\":\"%s/graph/notifications\","
		  "\"lifecycleNotificationUrl\":\"%s/graph/lifecycle\",\"resource\":",
		  kinds[watch->kind].changes, base, base);
	text_add_json(body, text_string(&resource));
	text_addf(body, ",\"expirationDateTime\":\"%s\",\"clientState\":\"%s\"}", ends,
		  watch->client_state);
	text_finish(&resource);
}

static void ask(struct webinar_watch *watch, const char *authorization)
{
	const struct graph_reader *const reader = &watch->life->webinars->reader;
	struct graph_request request = { .method = "POST",
					 .authorization = authorization };
	struct text url = { 0 }, body = { 0 };
	char ends[32];

	text_addf(&url, "%s/v1.0/subscriptions", reader->base_url);
	if (watch->id == NULL) {
		write_creation(watch, &body);
	} else {
		text_addf(&url, "/%s", watch->id);
		request.method = is_old(watch) ? "DELETE" : "PATCH";
		request.together = !is_old(watch);
		clock_iso(now_of(watch) + WATCH_LIFE_S * 1000ll, ends);
		if (!is_old(watch))
			text_addf(&body, "{\"expirationDateTime\":\"%s\"}", ends);
	}
	request.url = text_string(&url);
	request.body = text_string(&body);
	request.body_bytes = body.length;
	graph_send(reader->graph, &request, on_answer, watch);
	text_finish(&url);
	text_finish(&body);
}

static void on_token(void *context, int error, const char *token)
{
	struct webinar_watch *const watch = context;
	struct text header = { 0 };

	if (error != 0) {
		watch->asked = false;
		wait_s(watch, RETRY_S);
		return;
	}
	text_addf(&header, "Authorization: Bearer %s", token);
	ask(watch, text_string(&header));
	text_finish(&header);
}

void webinar_watch(struct webinar_life *life)
{
	const struct webinars *const webinars = life->webinars;
	const int64_t now_ms = webinar_now_ms(webinars);

	if (webinars->words->config->public_url == NULL)
		return;
	for (int kind = 0; kind < WATCHES; kind++) {
		struct webinar_watch *const watch = &life->watches[kind];

		watch->life = life;
		watch->kind = (enum watch_kind)kind;
		if (watch->asked || now_ms < watch->next_ms ||
		    (watch->id != NULL &&
		     watch->ends_ms - now_ms > WATCH_LIFE_S * 1000ll / 2))
			continue;
		watch->asked = true;
		token_take(webinars->reader.tokens, on_token, watch);
	}
}

void webinar_watches_finish(struct webinar_life *life)
{
	for (int kind = 0; kind < WATCHES; kind++)
		forget(&life->watches[kind]);
}
