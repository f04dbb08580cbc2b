/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_retold.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/store/ledger.h"
#include "daemon/wire/auth.h"
#include "handlers/answer.h"
#include "handlers/arena.h"
#include "handlers/effect.h"
#include "handlers/handlers.h"
#include "handlers/transcript.h"

struct proof {
	uint64_t event_number;
	uint8_t digest[32];
};

struct telling {
	struct retold *retold;
	struct arena arena;
	struct proof *proofs;
	size_t count, room, next;
	uint64_t latest; /* number of the event before */
};

static void take_proof(void *context, uint64_t event_number, const uint8_t digest[32])
{
	struct telling *const telling = context;

	if (telling->count == telling->room) {
		telling->room = telling->room == 0 ? 16 : telling->room * 2;
		telling->proofs =
			memory_resized(telling->proofs,
				       telling->room * sizeof(telling->proofs[0]));
	}
	struct proof *const proof = &telling->proofs[telling->count++];
	proof->event_number = event_number;
	memcpy(proof->digest, digest, 32);
}

static void check_proofs(struct telling *telling, uint64_t before)
{
	struct retold *const retold = telling->retold;
	uint8_t digest[32];

	for (; telling->next < telling->count &&
	       telling->proofs[telling->next].event_number < before;
	     telling->next++) {
		const struct proof *const proof = &telling->proofs[telling->next];

		auth_sha256(retold->session, session_bytes(retold->session), digest);
		retold->proofs++;
		if (memcmp(digest, proof->digest, 32) != 0 && retold->differs_after == 0)
			retold->differs_after = proof->event_number;
	}
}

static void note_opening(struct retold_round *round, const struct session *session)
{
	round->opened_ms = session->now_ms;
	for (uint32_t i = 0; i < session->people; i++) {
		const struct member *const member = &session->member[i];

		if (!member->known || member->role != ROLE_PARTICIPANT ||
		    member->here == PLACE_NONE)
			continue;
		round->here++;
		round->was_here[i] = 1;
	}
}

/* The event that opens a round may also be the one by which somebody leaves. */
static void note_allocation(struct retold *retold, const struct effect *effect)
{
	struct retold_round *const round = &retold->rounds[effect->block];

	if (effect->person >= PEOPLE_MAX)
		return;
	round->allocations[effect->person]++;
	round->allocated_ms[effect->person] = retold->session->now_ms;
	round->room[effect->person] = effect->place;
	if (round->opened_ms == 0)
		round->here_room[effect->person] = effect->place;
	else
		round->late++;
}

/* -- what rooms are to be told -------------------------------------------------------- */

static int64_t end_of(const struct block *block)
{
	return block->started_ms + block->length_ms;
}

/* The warnings whose time has come by then, as bits; those of no use count as come. */
static uint32_t warnings_come(const struct block *block, int64_t now_ms)
{
	uint32_t come = 0;

	for (uint32_t i = 0; i < WARNINGS_MAX; i++) {
		if (block->warnings_ms[i] <= 0 ||
		    end_of(block) - block->warnings_ms[i] <= now_ms)
			come |= 1u << i;
	}
	return come;
}

/* Before the event is handled: what became due up to its time.  Several at once are told
 * as one, and none once the round is over. */
static void note_warnings(struct retold *retold, int64_t now_ms)
{
	const struct session *const session = retold->session;
	const struct block *const block = &session->block[session->current];
	struct retold_round *const round = &retold->rounds[session->current];

	if (block->round != ROUND_OPEN || session->clock != CLOCK_RUNNING)
		return;
	const uint32_t come = warnings_come(block, now_ms);
	if ((come & ~round->warned) != 0 && now_ms < end_of(block))
		round->warnings++;
	round->warned |= come;
}

/* After it was: warnings are planned when a round opens, and anew when its end moves; a
 * meeting that is started again takes up the round, which is then recalled once more. */
static void note_plan(struct retold *retold, uint32_t index, bool was_open,
		      int64_t end_before_ms)
{
	const struct session *const session = retold->session;
	const struct block *const block = &session->block[index];
	struct retold_round *const round = &retold->rounds[index];
	const bool moved = was_open && end_of(block) != end_before_ms;

	round->recalls += was_open && block->round != ROUND_OPEN;
	if (block->round != ROUND_OPEN || (was_open && !moved))
		return;
	round->extensions += moved;
	round->warned = warnings_come(block, session->now_ms);
}

static void note_failures(struct retold_round *round, const struct session *session)
{
	for (uint32_t i = 0; i < session->people; i++)
		round->failed[i] |= session->member[i].card == CARD_FAILED;
}

static void note(struct retold *retold, const struct effects *effects)
{
	const struct session *const session = retold->session;

	for (size_t i = 0; i < effects->count; i++) {
		if (effects->list[i].kind == RECORD_ALLOCATION)
			note_allocation(retold, &effects->list[i]);
	}
	for (uint32_t i = 0; i < session->blocks; i++) {
		struct retold_round *const round = &retold->rounds[i];

		if (session->block[i].round == ROUND_OPEN && round->opened_ms == 0)
			note_opening(round, session);
		if (session->block[i].round == ROUND_OPEN)
			note_failures(round, session);
		if (session->block[i].round == ROUND_RECALLED && round->opened_ms != 0 &&
		    round->recalled_ms == 0)
			round->recalled_ms = session->now_ms;
	}
}

static void note_vote(struct retold *retold, const struct event *event)
{
	const struct session *const session = retold->session;

	if (event->kind != EVENT_POLL_VOTED || event->poll >= session->polls)
		return;
	const struct poll *const poll = &session->poll[event->poll];
	const struct member *const member = session_member(session, event_asker(event));
	retold->voted[event->poll] += member != NULL &&
				      member->role == ROLE_PARTICIPANT &&
				      event->vote.choice < poll->choices &&
				      session->block[poll->block].state == BLOCK_CURRENT;
}

static void tell(struct retold *retold, const struct event *event,
		 struct effects *effects)
{
	struct session *const session = retold->session;
	int64_t ends_ms[BLOCKS_MAX];
	bool open[BLOCKS_MAX];

	note_warnings(retold,
		      event->at_ms > session->now_ms ? event->at_ms : session->now_ms);
	for (uint32_t i = 0; i < BLOCKS_MAX; i++) {
		ends_ms[i] = end_of(&session->block[i]);
		open[i] = session->block[i].round == ROUND_OPEN;
	}
	handle(session, event, effects);
	note(retold, effects);
	note_vote(retold, event);
	for (uint32_t i = 0; i < BLOCKS_MAX; i++)
		note_plan(retold, i, open[i], ends_ms[i]);
	retold->events++;
}

static void take_event(void *context, uint64_t number, const char *line)
{
	struct telling *const telling = context;
	struct retold *const retold = telling->retold;
	struct effects effects = { .arena = &telling->arena };
	struct event event;
	const char *wrong;

	if (retold->unreadable)
		return;
	check_proofs(telling, number);
	retold->disordered |= number <= telling->latest;
	telling->latest = number;
	if (event_read(line, &event, &wrong) < 0) {
		retold->unreadable = true;
		return;
	}
	event.session = retold->session->number;
	tell(retold, &event, &effects);
	arena_reset(&telling->arena);
}

int retold_make(struct retold *retold, struct ledger *ledger, uint32_t session)
{
	struct telling telling = { .retold = retold };

	*retold = (struct retold){
		.session = session_create(session),
		.rounds = memory_zeroed(BLOCKS_MAX * sizeof(*retold->rounds)),
	};
	int rc = ledger_digests(ledger, session, take_proof, &telling);
	if (rc == 0)
		rc = ledger_events(ledger, session, take_event, &telling);
	if (rc == 0)
		check_proofs(&telling, UINT64_MAX);
	arena_finish(&telling.arena);
	free(telling.proofs);
	return rc;
}

void retold_finish(struct retold *retold)
{
	session_destroy(retold->session);
	free(retold->rounds);
	*retold = (struct retold){ 0 };
}
