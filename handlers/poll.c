/* SPDX-License-Identifier: MIT */
#include "handlers/poll.h"

#include <assert.h>

#include "handlers/answer.h"

static void poll_effect(struct effects *effects, enum effect_kind kind, uint32_t poll)
{
	struct effect effect = effect_blank(kind);

	effect.poll = (uint16_t)poll;
	effect_add(effects, &effect);
}

static void record_poll(const struct session *session, struct effects *effects,
			uint32_t poll)
{
	struct effect effect = effect_blank(RECORD_POLL);

	effect.poll = (uint16_t)poll;
	effect.number = session->poll[poll].state;
	effect_add(effects, &effect);
	poll_effect(effects, SIGNAL_POLL, poll);
}

static void open_one(struct session *session, struct effects *effects, uint32_t index)
{
	struct poll *const poll = &session->poll[index];

	poll_move(poll, POLL_OPEN);
	poll->broken_off = 0;
	record_poll(session, effects, index);
	poll_effect(effects, poll->card ? DELIVER_POLL_UPDATE : DELIVER_POLL_CARD, index);
	poll->card = 1;
}

static void close_one(struct session *session, struct effects *effects, uint32_t index,
		      bool show)
{
	struct poll *const poll = &session->poll[index];

	if (poll->state == POLL_OPEN)
		poll_move(poll, POLL_CLOSED);
	poll->broken_off = 0;
	if (show)
		poll_move(poll, POLL_SHOWN);
	record_poll(session, effects, index);
	poll_effect(effects, DELIVER_POLL_UPDATE, index);
}

void polls_open(struct session *session, struct effects *effects, uint32_t block)
{
	for (uint32_t i = 0; i < session->polls; i++) {
		if (session->poll[i].block == block &&
		    session->poll[i].state == POLL_DRAFT)
			open_one(session, effects, i);
	}
}

void polls_close(struct session *session, struct effects *effects, uint32_t block)
{
	for (uint32_t i = 0; i < session->polls; i++) {
		const struct poll *const poll = &session->poll[i];
		if (poll->block == block && poll->state == POLL_OPEN)
			close_one(session, effects, i, poll->may_show);
	}
}

void polls_break_off(struct session *session, struct effects *effects)
{
	for (uint32_t i = 0; i < session->polls; i++) {
		if (session->poll[i].state != POLL_OPEN)
			continue;
		close_one(session, effects, i, false);
		session->poll[i].broken_off = 1;
	}
}

void polls_take_up(struct session *session, struct effects *effects)
{
	for (uint32_t i = 0; i < session->polls; i++) {
		if (session->poll[i].broken_off)
			open_one(session, effects, i);
	}
}

/* The poll a facilitator means, or NULL after the answer that says why not. */
static struct poll *poll_led(struct session *session, const struct event *event,
			     struct effects *effects)
{
	if (event->poll >= session->polls) {
		refuse(session, event, effects, ANSWER_POLL_UNKNOWN);
		return NULL;
	}
	return &session->poll[event->poll];
}

void poll_opened(struct session *session, const struct event *event,
		 struct effects *effects)
{
	const struct poll *const poll = poll_led(session, event, effects);

	if (!poll)
		return;
	answer(effects, event, poll->state == POLL_SHOWN ? ANSWER_NOT_NOW : ANSWER_DONE);
	if (poll->state == POLL_DRAFT || poll->state == POLL_CLOSED)
		open_one(session, effects, event->poll);
}

void poll_closed(struct session *session, const struct event *event,
		 struct effects *effects)
{
	const struct poll *const poll = poll_led(session, event, effects);

	if (!poll)
		return;
	answer(effects, event, poll->state == POLL_DRAFT ? ANSWER_NOT_NOW : ANSWER_DONE);
	if (poll->state == POLL_OPEN)
		close_one(session, effects, event->poll, false);
}

void poll_shown(struct session *session, const struct event *event,
		struct effects *effects)
{
	const struct poll *const poll = poll_led(session, event, effects);

	if (!poll)
		return;
	const bool can = poll->may_show && poll->state != POLL_DRAFT;
	answer(effects, event, can ? ANSWER_DONE : ANSWER_NOT_NOW);
	if (can && poll->state != POLL_SHOWN)
		close_one(session, effects, event->poll, true);
}

static enum answer vote_judged(const struct session *session, const struct event *event)
{
	const struct member *const member = session_member(session, event_asker(event));

	if (event->poll >= session->polls)
		return ANSWER_POLL_UNKNOWN;
	if (!member)
		return ANSWER_NOT_EXPECTED;
	if (member->role != ROLE_PARTICIPANT)
		return ANSWER_NOT_ALLOWED;
	const struct poll *const poll = &session->poll[event->poll];
	if (event->vote.choice >= poll->choices)
		return ANSWER_CHOICE_UNKNOWN;
	if (poll->state != POLL_OPEN)
		return ANSWER_POLL_CLOSED;
	const uint32_t before = member->votes[event->poll];
	if (before == 0 || before == event->vote.choice + 1)
		return ANSWER_VOTE_COUNTED;
	return poll->changeable ? ANSWER_VOTE_CHANGED : ANSWER_ALREADY_VOTED;
}

void poll_voted(struct session *session, const struct event *event,
		struct effects *effects)
{
	const enum answer judged = vote_judged(session, event);

	answer(effects, event, judged);
	if (answer_is_refusal(judged))
		return;
	const uint32_t person = event_asker(event);
	uint8_t *const vote = &session->member[person].votes[event->poll];
	struct poll *const poll = &session->poll[event->poll];
	if (*vote == event->vote.choice + 1)
		return;
	if (*vote > 0) {
		assert(poll->counts[*vote - 1] > 0);
		poll->counts[*vote - 1]--;
	} else {
		poll->answers++;
	}
	poll->counts[event->vote.choice]++;
	*vote = (uint8_t)(event->vote.choice + 1);

	struct effect effect = effect_blank(RECORD_VOTE);
	effect.poll = event->poll;
	effect.person = person;
	effect.number = event->vote.choice;
	effect_add(effects, &effect);
	poll_effect(effects, SIGNAL_POLL, event->poll);
}

bool poll_may_tell(const struct session *session, uint32_t poll)
{
	assert(poll < session->polls);
	return session->poll[poll].may_show &&
	       session->poll[poll].answers >= session->minimum_answers;
}

/* The point of the answer that is number `rank` (from 1) from below. */
static uint32_t point_at(const struct poll *poll, uint32_t rank)
{
	uint32_t point = 0;

	for (uint32_t passed = 0; passed < rank && point < poll->choices; point++)
		passed += poll->counts[point];
	return point;
}

struct poll_summary poll_summary(const struct poll *poll)
{
	struct poll_summary summary = { poll->answers, 0, 0, 0 };
	uint64_t sum = 0;

	if (poll->answers == 0)
		return summary;
	for (uint32_t i = 0; i < poll->choices; i++)
		sum += (uint64_t)poll->counts[i] * (i + 1);
	const uint64_t n = poll->answers;
	const uint64_t top = poll->counts[poll->choices - 1] +
			     (uint64_t)poll->counts[poll->choices - 2];
	summary.median_twice = point_at(poll, (poll->answers + 1) / 2) +
			       point_at(poll, poll->answers / 2 + 1);
	summary.mean_thousandths = (uint32_t)((sum * 2000 + n) / (2 * n));
	summary.top_two_per_mille = (uint32_t)((top * 2000 + n) / (2 * n));
	return summary;
}
