/* SPDX-License-Identifier: MIT */
#include "daemon/teams/inquiry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/decode/activity.h"
#include "daemon/turn.h"
#include "daemon/wire/auth.h"
#include "daemon/wire/backoff.h"
#include "daemon/wire/client.h"
#include "daemon/wire/token.h"
#include "handlers/transcript.h"

enum { KEY_BYTES = 48 };

static const char *const names[INQUIRY_KINDS] = {
	[INQUIRE_MEMBERS] = "members", [INQUIRE_MEMBER] = "member",
	[INQUIRE_MEETING] = "meeting", [INQUIRE_PRESENCE] = "presence",
	[INQUIRE_BATCH] = "batch",     [INQUIRE_UNREACHED] = "unreached",
};

static void pump(struct inquiries *inquiries);

/* -- the queue ---------------------------------------------------------------------------- */

static void inquiry_destroy(struct inquiry *inquiry)
{
	free(inquiry->id);
	free(inquiry->conversation_id);
	free(inquiry->continuation);
	free(inquiry);
}

static void append(struct inquiries *inquiries, struct inquiry *inquiry)
{
	inquiry->next = NULL;
	if (inquiries->first == NULL)
		inquiries->first = inquiry;
	else
		inquiries->last->next = inquiry;
	inquiries->last = inquiry;
	inquiries->waiting++;
}

static struct inquiry *take_first(struct inquiries *inquiries)
{
	struct inquiry *const inquiry = inquiries->first;

	inquiries->first = inquiry->next;
	inquiries->waiting--;
	return inquiry;
}

/* One like this is asked; its texts are copied. */
static void inquire(struct inquiries *inquiries, const struct inquiry *wanted)
{
	if (inquiries->tokens == NULL || inquiries->stopped)
		return;
	if (inquiries->waiting >= INQUIRIES_WAITING) {
		inquiries->dropped_count++;
		return;
	}
	struct inquiry *const inquiry = memory_zeroed(sizeof(*inquiry));

	*inquiry = *wanted;
	inquiry->id = memory_string(wanted->id != NULL ? wanted->id : "");
	inquiry->conversation_id = memory_string(
		wanted->conversation_id != NULL ? wanted->conversation_id : "");
	inquiry->continuation = memory_string("");
	append(inquiries, inquiry);
	pump(inquiries);
}

static void inquire_place(struct inquiries *inquiries, enum inquiry_kind kind,
			  const struct meaning *meaning)
{
	const struct inquiry inquiry = { .kind = kind,
					 .session = meaning->session,
					 .place = meaning->place,
					 .person = PERSON_NONE };

	inquire(inquiries, &inquiry);
}

static void inquire_person(struct inquiries *inquiries, enum inquiry_kind kind,
			   uint32_t session, uint16_t place, uint32_t person)
{
	const struct inquiry inquiry = {
		.kind = kind, .session = session, .place = place, .person = person
	};

	inquire(inquiries, &inquiry);
}

/* -- the answer --------------------------------------------------------------------------- */

static int64_t loop_now_ms(const struct inquiries *inquiries)
{
	return (int64_t)uv_now(inquiries->timer.loop);
}

static void on_gap(uv_timer_t *timer)
{
	struct inquiries *const inquiries = container_of(timer, struct inquiries, timer);

	inquiries->busy = false;
	pump(inquiries);
}

/* The next question, after a breath. */
static void breathe(struct inquiries *inquiries, int64_t wait_ms)
{
	inquiries->busy = true;
	uv_timer_start(&inquiries->timer, on_gap, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void drop(struct inquiries *inquiries, struct inquiry *inquiry)
{
	inquiries->dropped_count++;
	inquiry_destroy(inquiry);
}

/* Who does not answer about a meeting will not: it is not asked again. */
static void denied(struct inquiries *inquiries, const struct inquiry *inquiry, int status)
{
	char key[KEY_BYTES];

	if (inquiry->kind != INQUIRE_PRESENCE || (status != 403 && status != 404))
		return;
	snprintf(key, sizeof(key), "d %u %u", inquiry->session, inquiry->place);
	const uintptr_t count = (uintptr_t)map_get(&inquiries->asked, key) + 1;

	map_put(&inquiries->asked, key, (void *)count);
	if (count != INQUIRY_DENIALS)
		return;
	log_warning(
		"inquiry",
		"participants_denied session=%u place=%u status=%d: does the app have "
		"OnlineMeetingParticipant.Read.Chat?",
		inquiry->session, inquiry->place, status);
	snprintf(key, sizeof(key), "%u %u", inquiry->session, inquiry->place);
	free(map_put(&inquiries->meetings, key, memory_string("")));
}

static void again(struct inquiries *inquiries, struct inquiry *inquiry, int64_t wait_ms)
{
	inquiry->due_ms = loop_now_ms(inquiries) + wait_ms;
	append(inquiries, inquiry);
}

static void retry(struct inquiries *inquiries, struct inquiry *inquiry,
		  int64_t retry_after_ms)
{
	uint64_t random;

	auth_random(&random, sizeof(random));
	if (++inquiry->tries >= INQUIRY_TRIES)
		drop(inquiries, inquiry);
	else
		again(inquiries, inquiry,
		      backoff_ms(inquiry->tries - 1u, random, retry_after_ms));
}

static void fresh_token(struct inquiries *inquiries, struct inquiry *inquiry,
			const char *challenge)
{
	token_challenge(inquiries->tokens, challenge);
	if (inquiry->fresh_token) {
		drop(inquiries, inquiry);
		return;
	}
	inquiry->fresh_token = true;
	again(inquiries, inquiry, 0);
}

static void answered(struct inquiries *inquiries, struct inquiry *inquiry,
		     const struct client_reply *reply)
{
	inquiries->answered_count++;
	inquiry->tries = 0;
	if (inquiry_answered(inquiries, inquiry, reply->body, reply->body_bytes))
		append(inquiries, inquiry);
	else
		inquiry_destroy(inquiry);
}

static void on_reply(void *context, const struct client_reply *reply)
{
	struct inquiries *const inquiries = context;
	struct inquiry *const inquiry = take_first(inquiries);
	char code[REPLY_CODE_BYTES];
	const enum reply_class class =
		reply_judge(PARTY_CONNECTOR, reply->status, reply->error, reply->body,
			    reply->body_bytes, code);

	inquiries->request = 0;
	breathe(inquiries, INQUIRY_GAP_MS);
	if (class == REPLY_DONE) {
		answered(inquiries, inquiry, reply);
		return;
	}
	log_info("inquiry", "refused what=%s status=%d code=%s", names[inquiry->kind],
		 reply->status, code);
	if (class == REPLY_RETRY) {
		retry(inquiries, inquiry, reply->retry_after_ms);
	} else if (class == REPLY_FRESH_TOKEN) {
		fresh_token(inquiries, inquiry, reply->challenge);
	} else {
		denied(inquiries, inquiry, reply->status);
		drop(inquiries, inquiry);
	}
}

static void on_token(void *context, int error, const char *token)
{
	struct inquiries *const inquiries = context;
	struct inquiry *const inquiry = inquiries->first;
	struct text url = { 0 }, header = { 0 };

	inquiries->token = 0;
	if (error != 0) {
		take_first(inquiries);
		breathe(inquiries, INQUIRY_GAP_MS);
		retry(inquiries, inquiry, -1);
	} else if (!inquiry_url(inquiries, inquiry, &url)) {
		take_first(inquiries);
		breathe(inquiries, 0);
		drop(inquiries, inquiry);
	} else {
		text_addf(&header, "Authorization: Bearer %s", token);
		const struct client_request request = {
			.method = "GET",
			.url = text_string(&url),
			.headers = { text_string(&header) },
		};
		inquiries->asked_count++;
		inquiries->request =
			client_send(inquiries->client, &request, on_reply, inquiries);
	}
	text_finish(&url);
	text_finish(&header);
}

/* The first that is due comes to the front; when none is, the earliest is waited for. */
static bool bring_due(struct inquiries *inquiries)
{
	const int64_t now_ms = loop_now_ms(inquiries);
	int64_t earliest_ms = INT64_MAX;

	for (size_t i = 0; i < inquiries->waiting; i++) {
		if (inquiries->first->due_ms <= now_ms)
			return true;
		if (inquiries->first->due_ms < earliest_ms)
			earliest_ms = inquiries->first->due_ms;
		append(inquiries, take_first(inquiries));
	}
	if (inquiries->waiting > 0)
		breathe(inquiries, earliest_ms - now_ms);
	inquiries->busy = false; /* what comes new need not wait for that */
	return false;
}

static void pump(struct inquiries *inquiries)
{
	if (inquiries->busy || inquiries->stopped || !bring_due(inquiries))
		return;
	inquiries->busy = true;
	uv_timer_stop(&inquiries->timer);
	inquiries->token = token_take(inquiries->tokens, on_token, inquiries);
	if (inquiries->request != 0)
		inquiries->token = 0;
}

/* -- reasons to ask ------------------------------------------------------------------------ */

const char *inquiries_meeting(const struct inquiries *inquiries, uint32_t session,
			      uint16_t place)
{
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "%u %u", session, place);
	const char *const meeting = map_get(&inquiries->meetings, key);

	return meeting != NULL ? meeting : "";
}

/* Every activity of a meeting's chat names the meeting; a denial outlasts that. */
static void learn_meeting(struct inquiries *inquiries, const struct activity *activity,
			  const struct meaning *meaning)
{
	struct event event = event_blank(EVENT_WITNESS_FOUND);
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "%u %u", meaning->session, meaning->place);
	if (activity->meeting_id[0] == '\0' || map_get(&inquiries->meetings, key) != NULL)
		return;
	free(map_put(&inquiries->meetings, key, memory_string(activity->meeting_id)));
	event.session = meaning->session;
	event.place = meaning->place;
	event.source = SOURCE_BOT;
	turn_take(inquiries->turn, &event);
}

static void ask_about_meeting(struct inquiries *inquiries, const struct meaning *meaning)
{
	const struct place_row *const row =
		directory_place(inquiries->words->directory, meaning->session,
				meaning->place);

	if (row != NULL && row->meeting_id[0] != '\0' && row->join_url[0] != '\0')
		return;
	inquire_place(inquiries, INQUIRE_MEETING, meaning);
}

/* Somebody of whom the chat may know more than the event said; once. */
static void ask_about_person(struct inquiries *inquiries, const struct event *event)
{
	const struct person_row *const row =
		directory_person(inquiries->words->directory, event->session,
				 event->person);
	char key[KEY_BYTES];

	if (row == NULL || row->teams_id[0] == '\0' || row->email[0] != '\0')
		return;
	snprintf(key, sizeof(key), "p %u %u", event->session, event->person);
	if (map_get(&inquiries->asked, key) != NULL)
		return;
	map_put(&inquiries->asked, key, (void *)(uintptr_t)1);
	inquire_person(inquiries, INQUIRE_MEMBER, event->session, event->place,
		       event->person);
}

void inquiries_hear(struct inquiries *inquiries, const struct activity *activity,
		    const struct meaning *meaning)
{
	if (meaning->session == 0 || meaning->place == PLACE_NONE ||
	    inquiries->tokens == NULL)
		return;
	learn_meeting(inquiries, activity, meaning);
	if (meaning->bot == BOT_ADDED)
		inquire_place(inquiries, INQUIRE_MEMBERS, meaning);
	for (size_t i = 0; i < meaning->count; i++) {
		const struct event *const event = &meaning->events[i];

		if (event->kind == EVENT_PERSON_JOINED)
			ask_about_person(inquiries, event);
		if (event->kind != EVENT_MEETING_STARTED)
			continue;
		inquire_place(inquiries, INQUIRE_MEMBERS, meaning);
		ask_about_meeting(inquiries, meaning);
	}
}

void inquire_presence(struct inquiries *inquiries, uint32_t session, uint16_t place,
		      uint32_t person)
{
	if (inquiries_meeting(inquiries, session, place)[0] != '\0')
		inquire_person(inquiries, INQUIRE_PRESENCE, session, place, person);
}

void inquire_batch(struct inquiries *inquiries, uint32_t session,
		   const char *operation_id, const char *conversation_id)
{
	const struct inquiry inquiry = { .kind = INQUIRE_BATCH,
					 .session = session,
					 .place = PLACE_NONE,
					 .person = PERSON_NONE,
					 .id = (char *)operation_id,
					 .conversation_id = (char *)conversation_id };

	inquire(inquiries, &inquiry);
}

const char *inquiries_batch(const struct inquiries *inquiries, uint32_t session)
{
	const struct inquiry *inquiry = inquiries->first;

	for (size_t i = 0; i < inquiries->waiting; i++, inquiry = inquiry->next) {
		if (inquiry->kind == INQUIRE_BATCH && inquiry->session == session)
			return inquiry->id;
	}
	return "";
}

/* -- life ---------------------------------------------------------------------------------- */

void inquiries_init(struct inquiries *inquiries, uv_loop_t *loop, struct turn *turn,
		    const struct words_source *words, const struct config *config)
{
	*inquiries = (struct inquiries){ .turn = turn, .words = words, .config = config };
	uv_timer_init(loop, &inquiries->timer);
}

void inquiries_finish(struct inquiries *inquiries)
{
	const struct map_slot *slot;
	size_t at = 0;

	inquiries->stopped = true;
	if (inquiries->token != 0)
		token_cancel(inquiries->tokens, inquiries->token);
	if (inquiries->request != 0)
		client_cancel(inquiries->client, inquiries->request);
	while (inquiries->first != NULL)
		inquiry_destroy(take_first(inquiries));
	while ((slot = map_next(&inquiries->meetings, &at)) != NULL)
		free(slot->value);
	map_finish(&inquiries->meetings);
	map_finish(&inquiries->asked);
	uv_close((uv_handle_t *)&inquiries->timer, NULL);
}
