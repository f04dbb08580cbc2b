/* SPDX-License-Identifier: MIT */
#include "handlers/reconcile.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Shell sort: a person's stretches are few, and mostly in order already. */
static void sort_by_start(struct stretches *stretches)
{
	static const size_t gaps[] = {
		9001, 4001, 1750, 701, 301, 132, 57, 23, 10, 4, 1
	};
	struct stretch *const list = stretches->list;

	for (size_t pass = 0; pass < sizeof(gaps) / sizeof(gaps[0]); pass++) {
		const size_t gap = gaps[pass];
		for (size_t i = gap; i < stretches->count; i++) {
			const struct stretch moving = list[i];
			size_t hole = i;
			while (hole >= gap && moving.from_ms < list[hole - gap].from_ms) {
				list[hole] = list[hole - gap];
				hole -= gap;
			}
			list[hole] = moving;
		}
	}
}

void stretches_join(struct stretches *stretches, int64_t gap_ms)
{
	struct stretch *const list = stretches->list;
	size_t kept = 0;

	sort_by_start(stretches);
	for (size_t i = 0; i < stretches->count; i++) {
		if (list[i].to_ms <= list[i].from_ms)
			continue;
		if (kept > 0 && list[i].from_ms - list[kept - 1].to_ms <= gap_ms)
			list[kept - 1].to_ms = later(list[kept - 1].to_ms, list[i].to_ms);
		else
			list[kept++] = list[i];
	}
	stretches->count = kept;
}

int64_t stretches_inside(const struct stretches *stretches, struct stretch stretch)
{
	int64_t inside_ms = 0;

	for (size_t i = 0; i < stretches->count; i++) {
		const int64_t from_ms =
			later(stretches->list[i].from_ms, stretch.from_ms);
		const int64_t to_ms = earlier(stretches->list[i].to_ms, stretch.to_ms);
		if (from_ms < to_ms)
			inside_ms += to_ms - from_ms;
	}
	return inside_ms;
}

/* On the way into a room or out of it, in a round in which a room has seen the person. */
static bool is_moving(const struct reconcile_policy *policy,
		      const struct stretches *in_rooms, struct stretch round,
		      struct stretch hole)
{
	bool adjacent = false;

	if (hole.to_ms - hole.from_ms > policy->transfer_ms ||
	    stretches_inside(in_rooms, round) == 0)
		return false;
	for (size_t i = 0; i < in_rooms->count; i++)
		adjacent = adjacent || in_rooms->list[i].to_ms == hole.from_ms ||
			   in_rooms->list[i].from_ms == hole.to_ms;
	return adjacent;
}

static bool is_presumed(const struct reconcile_policy *policy,
			const struct reconcile_case *it, struct stretch hole)
{
	for (size_t i = 0; i < it->rounds.count; i++) {
		const struct stretch round = it->rounds.list[i];
		if (hole.from_ms < round.from_ms - policy->transfer_ms ||
		    hole.to_ms > round.to_ms + policy->transfer_ms)
			continue;
		if (policy->presume || is_moving(policy, &it->in_rooms, round, hole))
			return true;
	}
	return false;
}

/* Fills the holes of rounds; returns how much creditable time that presumes. */
static int64_t presume(const struct reconcile_policy *policy, struct reconcile_case *it)
{
	struct stretch *const list = it->present.list;
	int64_t presumed_ms = 0;
	size_t kept = 0;

	stretches_join(&it->rounds, 0);
	stretches_join(&it->in_rooms, 0);
	for (size_t i = 1; i < it->present.count; i++) {
		const struct stretch hole = { list[kept].to_ms, list[i].from_ms };
		if (is_presumed(policy, it, hole)) {
			presumed_ms += stretches_inside(&it->creditable, hole);
			list[kept].to_ms = list[i].to_ms;
		} else {
			list[++kept] = list[i];
		}
	}
	if (it->present.count > 0)
		it->present.count = kept + 1;
	return presumed_ms;
}

static void clip(struct stretches *stretches, struct stretch window)
{
	size_t kept = 0;

	for (size_t i = 0; i < stretches->count; i++) {
		struct stretch part = stretches->list[i];
		part.from_ms = later(part.from_ms, window.from_ms);
		part.to_ms = earlier(part.to_ms, window.to_ms);
		if (part.from_ms < part.to_ms)
			stretches->list[kept++] = part;
	}
	stretches->count = kept;
}

/* The longest part of one creditable stretch that no presence touches. */
static int64_t longest_absence(const struct stretches *present, struct stretch creditable)
{
	int64_t longest_ms = 0, seen_until_ms = creditable.from_ms;

	for (size_t i = 0; i < present->count; i++) {
		const struct stretch *const part = &present->list[i];
		if (part->to_ms <= creditable.from_ms ||
		    part->from_ms >= creditable.to_ms)
			continue;
		longest_ms = later(longest_ms, part->from_ms - seen_until_ms);
		seen_until_ms = part->to_ms;
	}
	return later(longest_ms, creditable.to_ms - seen_until_ms);
}

static enum verdict by_share(const struct reconcile_policy *policy,
			     const struct reconcile_result *result, int64_t attended_ms)
{
	if (attended_ms == 0)
		return VERDICT_ABSENT;
	if (attended_ms * 1000 >= result->creditable_ms * policy->attended_per_mille)
		return VERDICT_ATTENDED;
	return VERDICT_PARTLY;
}

/* Of one creditable stretch, what was unheard and has no presence in it. */
static int64_t unheard_in(const struct reconcile_policy *policy,
			  const struct reconcile_case *it, struct stretch creditable)
{
	int64_t unheard_ms = 0;

	for (size_t i = 0; i < it->unheard.count; i++) {
		const struct stretch gap = it->unheard.list[i];
		const struct stretch part = { later(gap.from_ms, creditable.from_ms),
					      earlier(gap.to_ms, creditable.to_ms) };
		if (gap.to_ms - gap.from_ms <= policy->grace_ms ||
		    part.from_ms >= part.to_ms)
			continue;
		unheard_ms +=
			part.to_ms - part.from_ms - stretches_inside(&it->present, part);
	}
	return unheard_ms;
}

static enum verdict judge(const struct reconcile_policy *policy,
			  const struct reconcile_case *it,
			  const struct reconcile_result *result)
{
	if (result->creditable_ms == 0)
		return VERDICT_UNCLEAR;
	if (result->attended_ms == 0 && it->doubtful)
		return VERDICT_UNCLEAR;
	if (result->attended_ms == 0 && !it->enrolled)
		return VERDICT_NONE;
	const enum verdict heard = by_share(policy, result, result->attended_ms);
	const int64_t at_most_ms = result->attended_ms + result->unheard_ms;

	return by_share(policy, result, at_most_ms) == heard ? heard : VERDICT_UNCLEAR;
}

struct reconcile_policy reconcile_policy_default(void)
{
	return (struct reconcile_policy){ .grace_ms = 120 * 1000,
					  .transfer_ms = 180 * 1000,
					  .presume = 0,
					  .attended_per_mille = ATTENDED_PER_MILLE };
}

void reconcile(const struct reconcile_policy *policy, struct reconcile_case *it,
	       struct reconcile_result *result)
{
	memset(result, 0, sizeof(*result));
	stretches_join(&it->present, policy->grace_ms);
	result->presumed_ms = presume(policy, it);
	clip(&it->present, it->window);
	stretches_join(&it->unheard, 0);
	for (size_t i = 0; i < it->creditable.count; i++) {
		const struct stretch stretch = it->creditable.list[i];
		assert(stretch.from_ms < stretch.to_ms);
		result->creditable_ms += stretch.to_ms - stretch.from_ms;
		result->attended_ms += stretches_inside(&it->present, stretch);
		result->unheard_ms += unheard_in(policy, it, stretch);
		result->longest_absence_ms =
			later(result->longest_absence_ms,
			      longest_absence(&it->present, stretch));
	}
	result->absent_ms = result->creditable_ms - result->attended_ms;
	assert(result->absent_ms >= 0);
	if (it->present.count > 0) {
		result->first_ms = it->present.list[0].from_ms;
		result->last_ms = it->present.list[it->present.count - 1].to_ms;
	}
	result->verdict = judge(policy, it, result);
}

/* "3 h 15 min", "12 min", "40 s": seconds only where minutes would say nothing. */
static void duration_write(int64_t ms, char words[32])
{
	const long long seconds = ms / 1000;

	if (seconds < 60)
		snprintf(words, 32, "%lld s", seconds);
	else if (seconds < 3600)
		snprintf(words, 32, "%lld min", seconds / 60);
	else
		snprintf(words, 32, "%lld h %lld min", seconds / 3600, seconds / 60 % 60);
}

size_t reconcile_sentence(const struct reconcile_result *result,
			  char sentence[RECONCILE_SENTENCE_BYTES])
{
	char attended[32], creditable[32], away[32], presumed[32], unheard[32];
	const size_t bytes = RECONCILE_SENTENCE_BYTES;
	int length;

	duration_write(result->attended_ms, attended);
	duration_write(result->creditable_ms, creditable);
	duration_write(result->longest_absence_ms, away);
	duration_write(result->presumed_ms, presumed);
	duration_write(result->unheard_ms, unheard);
	if (result->creditable_ms == 0)
		length = snprintf(sentence, bytes,
				  "The run-sheet was never started, so nothing can be "
				  "counted.");
	else if (result->verdict == VERDICT_UNCLEAR && result->unheard_ms > 0)
		length = snprintf(
			sentence, bytes,
			"Seen for %s of %s; for %s nobody told Plenary who was "
			"there, and no report covers it: somebody has to look at "
			"this.",
			attended, creditable, unheard);
	else if (result->verdict == VERDICT_UNCLEAR)
		length = snprintf(sentence, bytes,
				  "Seen leaving but never joining: somebody has to "
				  "look at this.");
	else if (result->attended_ms == 0)
		length = snprintf(sentence, bytes, "Not seen in %s of creditable time.",
				  creditable);
	else if (result->presumed_ms > 0)
		length = snprintf(sentence, bytes,
				  "Attended %s of %s; away %s at most; %s of a breakout "
				  "round is presumed.",
				  attended, creditable, away, presumed);
	else
		length = snprintf(sentence, bytes, "Attended %s of %s; away %s at most.",
				  attended, creditable, away);
	assert(length > 0 && (size_t)length < bytes);
	return (size_t)length;
}
