/* SPDX-License-Identifier: MIT */
#include "daemon/turn.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/container.h"
#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "daemon/edge/edge.h"
#include "daemon/edge/feed.h"
#include "daemon/wire/auth.h"
#include "handlers/handlers.h"
#include "handlers/transcript.h"

enum { ALARM_LOOK_MS = 5000 };

/* Something to be said once the batch is on disk: an HTTP answer or a websocket text. */
struct waiting {
	struct waiting *next;
	uint64_t number;
	char *content_type, *headers, *body;
	size_t body_bytes;
	int status; /* 0: a websocket text */
	bool close;
	struct promptness *promptness; /* or NULL */
	uint64_t begun_ns;
};

static struct waiting *waiting_create(uint64_t number, const char *body, size_t bytes)
{
	struct waiting *const waiting = memory_zeroed(sizeof(*waiting));

	waiting->number = number;
	waiting->body = memory_zeroed(bytes + 1);
	waiting->body_bytes = bytes;
	if (bytes > 0)
		memcpy(waiting->body, body, bytes);
	return waiting;
}

static void waiting_destroy(struct waiting *waiting)
{
	free(waiting->content_type);
	free(waiting->headers);
	free(waiting->body);
	free(waiting);
}

/* The lists grow at their head; what leaves first was put in first. */
static struct waiting *in_order(struct waiting *list)
{
	struct waiting *turned = NULL;

	while (list != NULL) {
		struct waiting *const next = list->next;

		list->next = turned;
		turned = list;
		list = next;
	}
	return turned;
}

void promptness_count(struct promptness *promptness, uint64_t begun_ns)
{
	const uint64_t took_us = (uv_hrtime() - begun_ns) / 1000;

	promptness->answers++;
	promptness->over_100_ms += took_us > 100 * 1000;
	promptness->over_3_s += took_us > 3000 * 1000;
	if (took_us > promptness->slowest_us)
		promptness->slowest_us = took_us;
}

static void waiting_leave(struct turn *turn, const struct waiting *waiting)
{
	if (waiting->status == 0) {
		feed_send(turn->feed, waiting->number, waiting->body,
			  waiting->body_bytes);
		return;
	}
	const struct edge_answer answer = {
		.status = waiting->status,
		.content_type = waiting->content_type,
		.headers = waiting->headers,
		.body = waiting->body,
		.body_bytes = waiting->body_bytes,
		.close = waiting->close,
	};
	edge_answer(turn->edge, waiting->number, &answer);
	if (waiting->promptness != NULL)
		promptness_count(waiting->promptness, waiting->begun_ns);
}

static void let_go(struct turn *turn, struct waiting *list)
{
	for (list = in_order(list); list != NULL;) {
		struct waiting *const next = list->next;

		waiting_leave(turn, list);
		waiting_destroy(list);
		list = next;
	}
	turn->events.durable(turn->events.context);
}

void turn_answer(struct turn *turn, uint64_t request, const struct edge_answer *answer)
{
	struct waiting *const waiting =
		waiting_create(request, answer->body, answer->body_bytes);

	assert(answer->status != 0);
	waiting->status = answer->status;
	waiting->close = answer->close;
	if (answer->content_type != NULL)
		waiting->content_type = memory_string(answer->content_type);
	if (answer->headers != NULL)
		waiting->headers = memory_string(answer->headers);
	waiting->next = turn->gathering;
	turn->gathering = waiting;
}

void turn_answer_timed(struct turn *turn, uint64_t request,
		       const struct edge_answer *answer, struct promptness *promptness,
		       uint64_t begun_ns)
{
	turn_answer(turn, request, answer);
	turn->gathering->promptness = promptness;
	turn->gathering->begun_ns = begun_ns;
}

void turn_say(struct turn *turn, uint64_t viewer, const char *text, size_t bytes)
{
	struct waiting *const waiting = waiting_create(viewer, text, bytes);

	waiting->next = turn->gathering;
	turn->gathering = waiting;
}

void turn_committed(void *context)
{
	struct turn *const turn = context;
	struct waiting *const list = turn->committing;

	turn->committing = NULL;
	let_go(turn, list);
}

static void digest(struct turn *turn, const struct session *session)
{
	uint8_t bytes[32];

	auth_sha256(session, session_bytes(session), bytes);
	batch_digest(journal_batch(turn->journal), session->number, turn->next_event - 1,
		     bytes);
}

static void apply(struct turn *turn, const struct session *session,
		  const struct event *event, const struct effect *effect,
		  struct effect *answer)
{
	switch (effect_verb(effect->kind)) {
	case VERB_ANSWER:
		*answer = *effect;
		break;
	case VERB_RECORD:
		batch_record(journal_batch(turn->journal), session, effect);
		break;
	case VERB_DELIVER:
		turn->events.freeze(turn->events.context, event, effect);
		break;
	case VERB_SIGNAL:
		turn->events.signalled(turn->events.context, session->number, effect);
		break;
	}
}

static void unknown(struct effect *answer)
{
	answer->kind = ANSWER;
	answer->number = ANSWER_UNKNOWN;
}

struct effect turn_take(struct turn *turn, const struct event *given)
{
	struct effect answer = { .place = PLACE_NONE, .person = PERSON_NONE };
	struct session *const session = sessions_get(turn->sessions, given->session);
	struct effects effects = { .arena = &turn->arena };
	struct event event = *given;
	char line[EVENT_LINE_BYTES];
	bool state_changed = false;

	if (session == NULL) {
		turn->refused++;
		unknown(&answer);
		return answer;
	}
	if (event.at_ms == 0)
		event.at_ms = clock_now_ms(turn->clock);
	if (event.seed == 0)
		auth_random(&event.seed, sizeof(event.seed));
	event_write(&event, line);
	batch_event(journal_batch(turn->journal), turn->next_event++, event.session,
		    event.at_ms, line);
	handle(session, &event, &effects);
	for (size_t i = 0; i < effects.count; i++) {
		apply(turn, session, &event, &effects.list[i], &answer);
		state_changed |= effects.list[i].kind == RECORD_SESSION;
		if (effects.list[i].kind == RECORD_SESSION &&
		    effects.list[i].number == SESSION_CLOSED)
			turn->events.closed(turn->events.context, session->number);
	}
	if (state_changed)
		digest(turn, session);
	arena_reset(&turn->arena);
	turn->taken++;
	return answer;
}

void turn_digest_all(struct turn *turn)
{
	for (uint32_t i = 1; i <= turn->sessions->highest; i++) {
		const struct session *const session = turn->sessions->list[i];

		if (session != NULL && session->state != SESSION_ABSENT)
			digest(turn, session);
	}
}

static void on_alarm(uv_timer_t *timer)
{
	struct turn *const turn = container_of(timer, struct turn, alarm);
	const int64_t now_ms = clock_now_ms(turn->clock);

	turn->alarm_ms = 0;
	for (uint32_t i = 1; i <= turn->sessions->highest; i++) {
		const struct session *const session = turn->sessions->list[i];

		if (session == NULL || session->alarm_ms == 0 ||
		    session->alarm_ms > now_ms)
			continue;
		struct event event = event_blank(EVENT_ALARM_RANG);

		event.session = i;
		event.at_ms = now_ms;
		event.source = SOURCE_CLOCK;
		turn_take(turn, &event);
	}
}

/* The timer knows nothing of a clock that is set, or of a machine that was asleep: it looks
 * at the clock often enough. */
static void set_alarm(struct turn *turn)
{
	const int64_t alarm_ms = turn->stopping ? 0 : sessions_alarm_ms(turn->sessions);

	if (alarm_ms == turn->alarm_ms)
		return;
	turn->alarm_ms = alarm_ms;
	if (alarm_ms == 0) {
		uv_timer_stop(&turn->alarm);
		return;
	}
	const int64_t wait_ms = clock_wait_ms(turn->clock, alarm_ms);

	uv_timer_start(&turn->alarm, on_alarm,
		       (uint64_t)(wait_ms < ALARM_LOOK_MS ? wait_ms : ALARM_LOOK_MS), 0);
}

static void before_sleep(uv_prepare_t *prepare)
{
	struct turn *const turn = container_of(prepare, struct turn, prepare);

	set_alarm(turn);
	if (journal_is_busy(turn->journal))
		return;
	if (!batch_is_empty(journal_batch(turn->journal))) {
		turn->committing = turn->gathering;
		turn->gathering = NULL;
		turn->events.sealed(turn->events.context);
		journal_commit(turn->journal);
	} else if (turn->gathering != NULL) {
		struct waiting *const list = turn->gathering;

		turn->gathering = NULL;
		let_go(turn, list);
	}
}

void turn_init(struct turn *turn, uv_loop_t *loop, const struct clock *clock,
	       struct sessions *sessions, const struct turn_events *events)
{
	*turn = (struct turn){ 0 };
	turn->clock = clock;
	turn->sessions = sessions;
	turn->events = *events;
	turn->next_event = 1;
	uv_timer_init(loop, &turn->alarm);
	uv_prepare_init(loop, &turn->prepare);
	uv_prepare_start(&turn->prepare, before_sleep);
}

bool turn_is_quiet(const struct turn *turn)
{
	return turn->gathering == NULL && turn->committing == NULL &&
	       !journal_is_busy(turn->journal) &&
	       batch_is_empty(journal_batch(turn->journal));
}

void turn_stop(struct turn *turn)
{
	turn->stopping = true;
}

static void drop(struct waiting *list)
{
	while (list != NULL) {
		struct waiting *const next = list->next;

		waiting_destroy(list);
		list = next;
	}
}

void turn_finish(struct turn *turn)
{
	uv_close((uv_handle_t *)&turn->alarm, NULL);
	uv_close((uv_handle_t *)&turn->prepare, NULL);
	drop(turn->gathering);
	drop(turn->committing);
	arena_finish(&turn->arena);
	turn->gathering = turn->committing = NULL;
}
