/* SPDX-License-Identifier: MIT */
#include "handlers/ladder.h"

#include <assert.h>

#include "handlers/answer.h"
#include "handlers/breakout.h"
#include "handlers/timeline.h"

/* Which effect a rung is, and which says that it no longer holds. */
static const struct {
	uint16_t tells, closes;
} rungs[RUNGS] = {
	[RUNG_WHISPER] = { DELIVER_ROOM_WHISPER, DELIVER_WHISPER_CLOSED },
	[RUNG_CARD] = { DELIVER_ROOM_CARD, DELIVER_CARD_CLOSED },
	[RUNG_NOTICE] = { DELIVER_ROOM_NOTICE, EFFECT_NONE },
	[RUNG_MAIL] = { DELIVER_ROOM_MAIL, EFFECT_NONE },
	[RUNG_AGAIN] = { DELIVER_ROOM_AGAIN, EFFECT_NONE },
};

static enum rung rung_of(uint32_t what)
{
	uint32_t rung = 0;

	while (rung < RUNGS && rungs[rung].tells != what)
		rung++;
	return (enum rung)rung;
}

static uint16_t bit(uint32_t rung)
{
	return (uint16_t)(1u << rung);
}

/* -- doubts: one place to count them, so that having none costs nothing ------------------- */

static void doubt_set(struct session *session, int64_t *doubt_ms, int64_t until_ms)
{
	if (*doubt_ms == 0)
		session->doubts++;
	*doubt_ms = until_ms;
}

static void doubt_clear(struct session *session, int64_t *doubt_ms)
{
	if (*doubt_ms == 0)
		return;
	assert(session->doubts > 0);
	session->doubts--;
	*doubt_ms = 0;
}

static void earlier(int64_t *next_ms, int64_t at_ms)
{
	if (at_ms != 0 && (*next_ms == 0 || at_ms < *next_ms))
		*next_ms = at_ms;
}

int64_t doubt_next_ms(const struct session *session)
{
	int64_t next_ms = 0;

	if (session->doubts == 0)
		return 0;
	for (uint32_t i = 0; i < session->people; i++)
		earlier(&next_ms, session->member[i].doubt_ms);
	for (uint32_t i = 0; i < session->places; i++)
		earlier(&next_ms, session->place[i].doubt_ms);
	for (uint32_t i = 0; i < session->polls; i++)
		earlier(&next_ms, session->poll[i].doubt_ms);
	assert(next_ms != 0);
	return next_ms;
}

/* How many were told, and how many not, is on the live page. */
static void signal_round(const struct session *session, struct effects *effects)
{
	struct effect effect = effect_blank(SIGNAL_ROUND);

	effect.block = session->current;
	effect_add(effects, &effect);
}

/* -- the rungs ------------------------------------------------------------------------------ */

static void take_rung(struct session *session, struct effects *effects, uint32_t person,
		      uint32_t rung)
{
	struct member *const member = &session->member[person];

	doubt_clear(session, &member->doubt_ms);
	/* only to whom the notice may not have come; who has read it, reads that it is again */
	if (rung >= RUNGS || (rung == RUNG_AGAIN && !(member->told & bit(RUNG_NOTICE)))) {
		member->card = CARD_FAILED;
		signal_round(session, effects);
		return;
	}
	member->card = CARD_ASKED;
	member->asked = (uint16_t)rung;
	member->told = (uint16_t)(member->told | bit(rung));

	struct effect effect = effect_blank((enum effect_kind)rungs[rung].tells);
	effect.person = person;
	effect.place = member->room;
	effect.block = session->current;
	effect.to_ms = session_block_ends(session, session->current);
	effect_add(effects, &effect);
}

void ladder_tell(struct session *session, struct effects *effects, uint32_t person,
		 uint32_t crowded)
{
	const uint32_t lowest = crowded ? RUNG_CARD : RUNG_WHISPER;
	struct member *const member = &session->member[person];

	assert(member->room != 0);
	/* no way is left: by now one of them may work again */
	if (member->rung >= RUNG_AGAIN)
		member->rung = 0;
	const uint32_t known = member->rung;
	take_rung(session, effects, person, known > lowest ? known : lowest);
}

void ladder_close(struct session *session, struct effects *effects, uint32_t person,
		  uint32_t block)
{
	struct member *const member = &session->member[person];

	for (uint32_t rung = 0; rung < RUNGS; rung++) {
		if (!(member->told & bit(rung)) || rungs[rung].closes == EFFECT_NONE)
			continue;
		struct effect effect = effect_blank((enum effect_kind)rungs[rung].closes);
		effect.person = person;
		effect.block = (uint16_t)block;
		effect_add(effects, &effect);
	}
	doubt_clear(session, &member->doubt_ms);
	member->card = CARD_NONE;
	member->told = 0;
	member->asked = 0;
}

void ladder_reached(struct session *session, struct effects *effects, uint32_t person)
{
	struct member *const member = &session->member[person];

	doubt_clear(session, &member->doubt_ms);
	if (member->card != CARD_DOUBT && member->card != CARD_FAILED)
		return;
	member->card = CARD_ASKED;
	signal_round(session, effects);
}

/* Does the event speak of what this person was last told, in the round that is open? */
static int is_last_word(const struct session *session, const struct event *event,
			enum rung rung)
{
	const struct member *const member = session_member(session, event->person);

	return member && event->block < session->blocks &&
	       event->block == session->current &&
	       session->block[event->block].round == ROUND_OPEN &&
	       member->room == event->place && member->room != 0 &&
	       (member->card == CARD_ASKED || member->card == CARD_DOUBT) &&
	       member->asked == rung && member->told & bit(rung);
}

/* Who says no will say no in the next round too; who is busy, may not. */
static int is_refusal(uint32_t status)
{
	return status == 0 || (status >= 400 && status < 500 && status != 429);
}

/* One below it only lost an answer in this round: the next round may well start there. */
static int skips_a_lost_one(const struct member *member, uint32_t rung)
{
	return member->rung > rung ||
	       (member->told & (bit(rung) - 1)) >> member->rung != 0;
}

void ladder_failed(struct session *session, const struct event *event,
		   struct effects *effects)
{
	const enum rung rung = rung_of(event->delivery.what);

	if (rung >= RUNGS || !session_member(session, event->person))
		return;
	struct member *const member = &session->member[event->person];
	const int last = is_last_word(session, event, rung);

	if (is_refusal(event->delivery.status) && !skips_a_lost_one(member, rung))
		member->rung = (uint16_t)(rung + 1);
	if (!last)
		return;
	member->told = (uint16_t)(member->told & ~bit(rung));
	take_rung(session, effects, event->person, rung + 1u);
}

/* In their room, and not left in it by the round before: they know where to be. */
static int has_come(const struct session *session, const struct member *member)
{
	const int64_t since_ms = session->block[session->current].started_ms;

	if (member->here != member->room)
		return 0;
	for (uint32_t at = member->last_span; at != 0;
	     at = session->span[at - 1].previous) {
		const struct span *const span = &session->span[at - 1];

		if (span->place == member->room && span->closed == SPAN_OPEN)
			return span->from_ms >= since_ms;
	}
	return 1;
}

void delivery_unresolved(struct session *session, const struct event *event,
			 struct effects *effects)
{
	const enum rung rung = rung_of(event->delivery.what);

	if (rung < RUNGS && is_last_word(session, event, rung)) {
		struct member *const member = &session->member[event->person];

		if (member->card == CARD_DOUBT || has_come(session, member))
			return;
		member->card = CARD_DOUBT;
		signal_round(session, effects);
		doubt_set(session, &member->doubt_ms, session->now_ms + DOUBT_MS);
	} else if (event->delivery.what == DELIVER_RECALL &&
		   event->place < session->places) {
		doubt_set(session, &session->place[event->place].doubt_ms,
			  session->now_ms + RECALL_DOUBT_MS);
	} else if (event->delivery.what == DELIVER_HELP) {
		help_unheard(session, event);
	} else if (event->delivery.what == DELIVER_POLL_CARD &&
		   event->poll < session->polls) {
		doubt_set(session, &session->poll[event->poll].doubt_ms,
			  session->now_ms + POLL_DOUBT_MS);
	}
}

/* -- without evidence ----------------------------------------------------------------------- */

static void word_goes_on(struct session *session, struct effects *effects,
			 uint32_t person)
{
	struct member *const member = &session->member[person];

	if (member->card != CARD_DOUBT || has_come(session, member)) {
		ladder_reached(session, effects, person);
		return;
	}
	take_rung(session, effects, person, member->asked + 1u);
	if (member->card != CARD_FAILED)
		signal_round(session, effects);
}

static void recall_goes_on(struct session *session, struct effects *effects,
			   uint32_t place)
{
	doubt_clear(session, &session->place[place].doubt_ms);
	if (session->place[place].here == 0 || session->place[place].round != 0)
		return;
	struct effect effect = effect_blank(DELIVER_REMINDER);
	effect.place = (uint16_t)place;
	effect_add(effects, &effect);
}

static void poll_goes_on(struct session *session, struct effects *effects, uint32_t index)
{
	const struct poll *const poll = &session->poll[index];

	doubt_clear(session, &session->poll[index].doubt_ms);
	if (poll->state != POLL_OPEN || poll->answers != 0)
		return;
	struct effect effect = effect_blank(DELIVER_POLL_AGAIN);
	effect.poll = (uint16_t)index;
	effect_add(effects, &effect);
}

void doubt_ends(struct session *session, const struct event *event,
		struct effects *effects, int64_t moment)
{
	(void)event;
	for (uint32_t i = 0; i < session->people; i++) {
		const int64_t doubt_ms = session->member[i].doubt_ms;
		if (doubt_ms != 0 && doubt_ms <= moment)
			word_goes_on(session, effects, i);
	}
	for (uint32_t i = 0; i < session->places; i++) {
		const int64_t doubt_ms = session->place[i].doubt_ms;
		if (doubt_ms != 0 && doubt_ms <= moment)
			recall_goes_on(session, effects, i);
	}
	for (uint32_t i = 0; i < session->polls; i++) {
		const int64_t doubt_ms = session->poll[i].doubt_ms;
		if (doubt_ms != 0 && doubt_ms <= moment)
			poll_goes_on(session, effects, i);
	}
}
