/* SPDX-License-Identifier: MIT */
#include "handlers/register.h"

#include <string.h>

#include "handlers/arena.h"
#include "handlers/effect.h"
#include "handlers/hearing.h"
#include "handlers/session.h"

/* What is the same for everybody. */
struct frame {
	struct stretch blocks[BLOCKS_MAX]; /* creditable time */
	struct stretches creditable;
	struct stretch window;
	struct reconcile_policy policy;
	const struct gap *gaps[GAPS_MAX]; /* those that count */
	size_t gap_count;
};

static bool is_report(const struct span *span)
{
	return span->source == SOURCE_REPORT || span->source == SOURCE_IMPORT;
}

static int64_t session_end_ms(const struct session *session)
{
	return session->ended_ms ? session->ended_ms : session->now_ms;
}

static struct stretch block_stretch(const struct session *session,
				    const struct block *block)
{
	const int64_t end_ms = session_end_ms(session);
	struct stretch stretch = { block->started_ms, block->ended_ms };

	if (!stretch.to_ms || stretch.to_ms > end_ms)
		stretch.to_ms = end_ms;
	return stretch;
}

static void frame_make(const struct session *session, struct frame *frame)
{
	frame->creditable.list = frame->blocks;
	frame->creditable.count = 0;
	for (uint32_t i = 0; i < session->blocks; i++) {
		const struct block *const block = &session->block[i];
		if (block->started_ms && block->creditable)
			frame->blocks[frame->creditable.count++] =
				block_stretch(session, block);
	}
	stretches_join(&frame->creditable, 0);
	frame->window.from_ms = session->blocks && session->block[0].started_ms
					? session->block[0].started_ms
					: session->starts_ms;
	frame->window.to_ms = session_end_ms(session);
	frame->gap_count = 0;
	for (uint32_t i = 0; i < session->gaps; i++) {
		if (gap_counts(session, &session->gap[i]))
			frame->gaps[frame->gap_count++] = &session->gap[i];
	}
	frame->policy = reconcile_policy_default();
	frame->policy.grace_ms = session->grace_ms;
	frame->policy.transfer_ms = session->transfer_ms;
	frame->policy.presume = session->presume;
}

static void weigh(const struct session *session, const struct span *span,
		  const bool reported[PLACES_MAX], struct reconcile_case *it)
{
	struct stretch stretch = { span->from_ms, span->to_ms };

	if (span->place == PLACE_PAGE)
		return;
	if (span->from_ms == UNKNOWN_START) {
		it->doubtful = 1;
		return;
	}
	if (span->closed != SPAN_LEFT && reported[span->place])
		return;
	if (span->closed == SPAN_OPEN)
		stretch.to_ms = session_end_ms(session);
	it->present.list[it->present.count++] = stretch;
	if (span->place != PLACE_MAIN)
		it->in_rooms.list[it->in_rooms.count++] = stretch;
}

static void present_make(const struct session *session, const struct member *member,
			 struct arena *arena, struct reconcile_case *it)
{
	bool reported[PLACES_MAX] = { false };
	size_t spans = 0;

	for (uint32_t link = member->last_span; link; spans++) {
		const struct span *const span = &session->span[link - 1];
		if (is_report(span) && span->place != PLACE_PAGE)
			reported[span->place] = true;
		link = span->previous;
	}
	it->present.list = arena_take(arena, spans * sizeof(*it->present.list));
	it->in_rooms.list = arena_take(arena, spans * sizeof(*it->in_rooms.list));
	for (uint32_t link = member->last_span; link;) {
		const struct span *const span = &session->span[link - 1];
		weigh(session, span, reported, it);
		link = span->previous;
	}
}

/* The list has room for all of them. */
static void unheard_make(const struct session *session, const struct frame *frame,
			 uint32_t person, struct stretches *unheard)
{
	for (size_t i = 0; i < frame->gap_count; i++) {
		const struct gap *const gap = frame->gaps[i];
		struct stretch stretch = { gap->from_ms, gap->to_ms };
		if (!gap_may_hide(session, gap, person))
			continue;
		if (stretch.to_ms == OPEN_END)
			stretch.to_ms = session_end_ms(session);
		unheard->list[unheard->count++] = stretch;
	}
}

static void judge(const struct session *session, const struct frame *frame,
		  uint32_t person, struct arena *arena, struct reconcile_result *result)
{
	const struct member *const member = &session->member[person];
	struct stretch rounds[BLOCKS_MAX], gaps[GAPS_MAX];
	struct reconcile_case it;

	memset(&it, 0, sizeof(it));
	present_make(session, member, arena, &it);
	it.rounds.list = rounds;
	for (uint32_t i = 0; i < session->blocks; i++) {
		if (member->rounds & UINT64_C(1) << i)
			rounds[it.rounds.count++] =
				block_stretch(session, &session->block[i]);
	}
	it.unheard.list = gaps;
	unheard_make(session, frame, person, &it.unheard);
	it.creditable = frame->creditable;
	it.window = frame->window;
	it.enrolled = member->known & 1;
	reconcile(&frame->policy, &it, result);
}

static bool result_differs(const struct result *held,
			   const struct reconcile_result *found)
{
	return held->version == 0 || held->attended_ms != found->attended_ms ||
	       held->presumed_ms != found->presumed_ms ||
	       held->absent_ms != found->absent_ms ||
	       held->longest_absence_ms != found->longest_absence_ms ||
	       held->first_ms != found->first_ms || held->last_ms != found->last_ms ||
	       held->unheard_ms != found->unheard_ms || held->verdict != found->verdict;
}

static void result_take(struct result *held, const struct reconcile_result *found,
			uint32_t version)
{
	held->attended_ms = found->attended_ms;
	held->presumed_ms = found->presumed_ms;
	held->absent_ms = found->absent_ms;
	held->longest_absence_ms = found->longest_absence_ms;
	held->first_ms = found->first_ms;
	held->last_ms = found->last_ms;
	held->unheard_ms = found->unheard_ms;
	held->verdict = (uint32_t)found->verdict;
	held->version = version;
}

void register_write(struct session *session, struct effects *effects)
{
	const uint32_t next = session->register_version + 1;
	struct reconcile_result found;
	struct frame frame;

	frame_make(session, &frame);
	session->creditable_ms = 0;
	for (size_t i = 0; i < frame.creditable.count; i++)
		session->creditable_ms += frame.blocks[i].to_ms - frame.blocks[i].from_ms;
	for (uint32_t i = 0; i < session->people; i++) {
		/* Who withdrew after a first version has a line to be corrected. */
		if (!session->member[i].known && !session->results[i].version)
			continue;
		judge(session, &frame, i, effects->arena, &found);
		if (!result_differs(&session->results[i], &found))
			continue;
		result_take(&session->results[i], &found, next);
		session->register_version = next;

		struct effect effect = effect_blank(RECORD_REGISTER);
		effect.person = i;
		effect.number = next;
		effect_add(effects, &effect);
	}
}
