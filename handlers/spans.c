/* SPDX-License-Identifier: MIT */
#include "handlers/spans.h"

#include <assert.h>

#include "handlers/answer.h"

static struct span *span_at(struct session *session, uint32_t link)
{
	assert(link <= session->spans);
	return link ? &session->span[link - 1] : NULL;
}

struct span *span_last(struct session *session, uint32_t person)
{
	return span_at(session, session->member[person].last_span);
}

struct span *span_before(struct session *session, const struct span *span)
{
	return span_at(session, span->previous);
}

void span_record(const struct session *session, struct effects *effects,
		 const struct span *span)
{
	struct effect effect = effect_blank(RECORD_SPAN);

	effect.number = (uint32_t)(span - session->span);
	effect.person = span->person;
	effect.place = span->place;
	effect.from_ms = span->from_ms;
	effect.to_ms = span->to_ms;
	effect_add(effects, &effect);
}

struct span *span_add(struct session *session, const struct event *event,
		      struct effects *effects)
{
	if (session->spans == SPANS_MAX) {
		refuse(session, event, effects, ANSWER_FULL);
		return NULL;
	}
	struct member *const member = &session->member[event->person];
	struct span *const span = &session->span[session->spans++];
	span->person = event->person;
	span->place = event->place;
	span->source = event->source;
	span->previous = member->last_span;
	member->last_span = session->spans;
	return span;
}

void span_reopen(struct session *session, struct span *span)
{
	span->to_ms = OPEN_END;
	span->closed = SPAN_OPEN;
	if (span->place == PLACE_PAGE)
		return;
	const struct place *const place = &session->place[span->place];
	if (span->from_ms < place->ended_ms) {
		span->to_ms = place->ended_ms;
		span->closed = SPAN_MEETING_ENDED;
	}
}

struct span *span_open(struct session *session, const struct event *event,
		       struct effects *effects, int64_t from_ms)
{
	struct span *const span = span_add(session, event, effects);

	if (!span)
		return NULL;
	span->leg = event->presence.leg;
	span->from_ms = span->told_ms = from_ms;
	span_reopen(session, span);
	return span;
}

struct span *span_end_alone(struct session *session, const struct event *event,
			    struct effects *effects, int64_t to_ms)
{
	struct span *const span = span_add(session, event, effects);

	if (!span)
		return NULL;
	span->leg = event->presence.leg;
	span->from_ms = span->told_ms = UNKNOWN_START;
	span->to_ms = to_ms;
	span->closed = SPAN_LEFT;
	return span;
}

bool source_reports(uint16_t source)
{
	return source == SOURCE_REPORT || source == SOURCE_IMPORT;
}
