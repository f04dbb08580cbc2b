/* SPDX-License-Identifier: MIT */
#include "daemon/graph/webinar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/decode/json.h"
#include "daemon/outbox/outbox.h"
#include "daemon/sessions.h"
#include "daemon/settings/config.h"
#include "daemon/turn.h"
#include "daemon/graph/webinar_parts.h"
#include "daemon/wire/auth.h"

int64_t webinar_now_ms(const struct webinars *webinars)
{
	return clock_now_ms(webinars->turn->clock);
}

const struct webinar_row *webinar_row_of(const struct webinar_life *life)
{
	return webinar_book_get(life->webinars->words->book, life->session);
}

void webinar_url(const struct webinar_life *life, const char *rest, struct text *url)
{
	const char *const id = webinar_row_of(life)->event_id;

	text_addf(url, "%s/v1.0/solutions/virtualEvents/webinars/",
		  life->webinars->reader.base_url);
	text_add_percent(url, id, strlen(id));
	text_addf(url, "%s", rest);
}

/* -- one reading: three lists, one after the other ------------------------------------------------ */

static void read_list(struct webinar_life *life, const char *rest, graph_pages_fn *on_end)
{
	struct text url = { 0 };

	webinar_url(life, rest, &url);
	graph_pages_read(&life->webinars->reader, text_string(&url), NULL, &life->pages,
			 on_end, life);
	text_finish(&url);
}

static void read_ended(struct webinar_life *life, const struct graph_pages_end *end)
{
	const int64_t now_ms = webinar_now_ms(life->webinars);

	life->reading = false;
	life->read_ms = now_ms;
	if (end->class == REPLY_DONE) {
		if (life->due_ms == 0)
			life->due_ms = now_ms + WEBINAR_AGAIN_S * 1000;
		return;
	}
	log_warning("webinar", "unreadable session=%u status=%d", life->session,
		    end->status);
	life->due_ms = now_ms + WEBINAR_FAILED_S * 1000;
	if (end->retry_after_ms > WEBINAR_FAILED_S * 1000)
		life->due_ms = now_ms + end->retry_after_ms;
}

static void on_registrations(void *context, const struct graph_pages_end *end)
{
	struct webinar_life *const life = context;

	if (end->class == REPLY_DONE)
		webinar_take_registrations(life, end->items);
	read_ended(life, end);
}

/* A webinar without registration has no questions: that is no fault. */
static void on_questions(void *context, const struct graph_pages_end *end)
{
	struct webinar_life *const life = context;

	if (end->class == REPLY_RETRY) {
		read_ended(life, end);
		return;
	}
	json_decref(life->questions);
	life->questions = end->class == REPLY_DONE ? json_incref(end->items) : NULL;
	read_list(life, "/registrations", on_registrations);
}

static void on_sessions(void *context, const struct graph_pages_end *end)
{
	struct webinar_life *const life = context;

	if (end->class != REPLY_DONE) {
		read_ended(life, end);
		return;
	}
	webinar_take_sessions(life, end->items);
	read_list(life, "/registrationConfiguration/questions", on_questions);
}

/* -- when ------------------------------------------------------------------------------------------ */

static struct webinar_life *life_of(struct webinars *webinars, uint32_t session)
{
	char key[16];

	snprintf(key, sizeof(key), "%u", session);
	struct webinar_life *life = map_get(&webinars->lives, key);

	if (life != NULL)
		return life;
	life = memory_zeroed(sizeof(*life));
	life->webinars = webinars;
	life->session = session;
	map_put(&webinars->lives, key, life);
	return life;
}

static bool is_of_interest(const struct session *session)
{
	return session != NULL && session->state >= SESSION_PLANNED &&
	       session->state <= SESSION_OVER;
}

static void look_at(struct webinars *webinars, uint32_t session)
{
	struct webinar_life *const life = life_of(webinars, session);
	const int64_t now_ms = webinar_now_ms(webinars);

	const enum session_state state =
		(enum session_state)sessions_get(webinars->sessions, session)->state;

	if (life->read_ms != 0 || state == SESSION_OVER)
		webinar_watch(life);
	/* Once it is over nobody registers any more; only its reports are waited for. */
	if (life->reading || now_ms < life->due_ms || state == SESSION_OVER)
		return;
	life->reading = true;
	life->due_ms = 0;
	read_list(life, "/sessions", on_sessions);
}

static void on_look(uv_timer_t *timer)
{
	struct webinars *const webinars = container_of(timer, struct webinars, timer);

	for (uint32_t i = 1;
	     webinars->reader.graph != NULL && i <= webinars->sessions->highest; i++) {
		if (webinar_book_get(webinars->words->book, i) != NULL &&
		    is_of_interest(sessions_get(webinars->sessions, i)))
			look_at(webinars, i);
	}
}

/* -- notifications ----------------------------------------------------------------------------------- */

static struct webinar_watch *watch_of(const struct webinars *webinars, const char *id)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&webinars->lives, &at)) != NULL) {
		struct webinar_life *const life = slot->value;

		for (int kind = 0; kind < WATCHES; kind++) {
			if (life->watches[kind].id != NULL &&
			    strcmp(life->watches[kind].id, id) == 0)
				return &life->watches[kind];
		}
	}
	return NULL;
}

static void look_soon(struct webinar_life *life)
{
	const int64_t earliest_ms = life->read_ms + WEBINAR_GATHER_S * 1000;

	if (life->due_ms == 0 || life->due_ms > earliest_ms)
		life->due_ms = earliest_ms;
}

/* A report was made: once the session is over it is read now and not at the next turn. */
static void read_reports(struct webinar_life *life)
{
	struct webinars *const webinars = life->webinars;
	const struct session *const session =
		sessions_get(webinars->sessions, life->session);
	const struct effect fetch = { .kind = DELIVER_REPORT_FETCH,
				      .person = PERSON_NONE,
				      .place = PLACE_MAIN };

	if (session != NULL && session->state == SESSION_OVER &&
	    !outbox_has(webinars->outbox, DELIVER_REPORT_FETCH, life->session,
			PLACE_MAIN))
		outbox_freeze(webinars->outbox, life->session, &fetch);
}

/* Only "look there", and only where we asked to be told of. */
static bool take_item(struct webinars *webinars, const json_t *item)
{
	struct webinar_watch *const watch =
		watch_of(webinars, json_text(item, "subscriptionId"));
	const json_t *const data = json_member(item, "resourceData");
	struct webinar_pointer pointer;

	if (watch == NULL ||
	    !auth_same(watch->client_state, json_text(item, "clientState")))
		return false;
	if (json_text(item, "lifecycleEvent")[0] != '\0') {
		watch->next_ms = 0;
		watch->ends_ms = webinar_now_ms(webinars);
		look_soon(watch->life);
		return true;
	}
	webinar_pointer_read(json_string_value(json_member(data, "@odata.id")) != NULL
				     ? json_string_value(json_member(data, "@odata.id"))
				     : json_text(data, "id"),
			     &pointer);
	if (strcmp(pointer.event_id, webinar_row_of(watch->life)->event_id) != 0)
		return true;
	if (watch->kind == WATCH_REPORTS)
		read_reports(watch->life);
	else
		look_soon(watch->life);
	return true;
}

size_t webinars_notified(struct webinars *webinars, const char *body, size_t bytes)
{
	char fault[JSON_FAULT_BYTES];
	json_t *root;
	const json_t *item;
	size_t i, count = 0;

	if (webinars->lives.count == 0)
		return 0;
	root = json_read(body, bytes, fault);
	json_array_foreach (json_member(root, "value"), i, item) {
		count += take_item(webinars, item);
	}
	json_decref(root);
	return count;
}

/* -- life ---------------------------------------------------------------------------------------------- */

void webinars_init(struct webinars *webinars, uv_loop_t *loop, struct turn *turn,
		   struct outbox *outbox, const struct words_source *words,
		   struct sessions *sessions)
{
	const uint64_t every_ms = (uint64_t)(WEBINAR_LOOK_S * 1000 / turn->clock->speed);

	*webinars = (struct webinars){
		.turn = turn, .outbox = outbox, .words = words, .sessions = sessions
	};
	uv_timer_init(loop, &webinars->timer);
	uv_timer_start(&webinars->timer, on_look, every_ms + 1, every_ms + 1);
}

void webinars_use(struct webinars *webinars, const struct graph_reader *reader)
{
	webinars->reader = *reader;
}

void webinars_finish(struct webinars *webinars)
{
	const struct map_slot *slot;
	size_t at = 0;

	uv_close((uv_handle_t *)&webinars->timer, NULL);
	while ((slot = map_next(&webinars->lives, &at)) != NULL) {
		struct webinar_life *const life = slot->value;

		graph_pages_drop(life->pages);
		webinar_watches_finish(life);
		json_decref(life->questions);
		free(life);
	}
	map_finish(&webinars->lives);
}
