/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_seen.h"

#include <inttypes.h>
#include <stdlib.h>

#include "commands/rehearse_record.h"
#include "commands/rehearse_verdict.h"
#include "daemon/common/text.h"
#include "handlers/states.h"

enum { ENOUGH_PERCENT = 80 };

/* Does this hole count as presence?  As creditable time of its own it is then attended. */
static bool is_bridged(const struct seen_case *it, struct truth_span hole)
{
	const struct attended_time only = { &hole, 1 };

	return attended_ms(it->rules, it->spans, &only, it->rounds, it->rooms) > 0;
}

/* Where the person was there without a hole that counts; the list is malloc'd. */
static struct attended_time joined(const struct seen_case *it)
{
	struct attended_time present = {
		memory_zeroed((it->spans->count + 1) * sizeof(*present.list)), 0
	};

	for (size_t i = 0; i < it->spans->count; i++) {
		const struct truth_span *const span = &it->spans->list[i];

		if (span->to_ms <= span->from_ms)
			continue;
		struct truth_span *const last =
			present.count > 0 ? &present.list[present.count - 1] : NULL;
		if (last != NULL &&
		    (span->from_ms <= last->to_ms ||
		     is_bridged(it, (struct truth_span){ last->to_ms, span->from_ms })))
			last->to_ms =
				span->to_ms > last->to_ms ? span->to_ms : last->to_ms;
		else
			present.list[present.count++] = *span;
	}
	return present;
}

/* What lies inside the window; what lies outside does not count. */
static void clip(struct attended_time *present, struct truth_span window)
{
	size_t kept = 0;

	for (size_t i = 0; i < present->count; i++) {
		struct truth_span part = present->list[i];

		part.from_ms =
			part.from_ms > window.from_ms ? part.from_ms : window.from_ms;
		part.to_ms = part.to_ms < window.to_ms ? part.to_ms : window.to_ms;
		if (part.from_ms < part.to_ms)
			present->list[kept++] = part;
	}
	present->count = kept;
}

/* The longest part of this time in which the person was not there. */
static int64_t longest_in(const struct attended_time *present, struct truth_span time)
{
	int64_t longest_ms = 0, until_ms = time.from_ms;

	for (size_t i = 0; i < present->count && until_ms < time.to_ms; i++) {
		const struct truth_span *const part = &present->list[i];
		const int64_t from_ms =
			part->from_ms < time.to_ms ? part->from_ms : time.to_ms;

		if (from_ms - until_ms > longest_ms)
			longest_ms = from_ms - until_ms;
		if (part->to_ms > until_ms)
			until_ms = part->to_ms;
	}
	return time.to_ms - until_ms > longest_ms ? time.to_ms - until_ms : longest_ms;
}

/* Blocks that follow each other are one time without a break. */
static int64_t longest_absence(const struct attended_time *present,
			       const struct attended_time *creditable)
{
	int64_t longest_ms = 0;

	for (size_t i = 0; i < creditable->count;) {
		struct truth_span time = creditable->list[i++];

		while (i < creditable->count && creditable->list[i].from_ms <= time.to_ms)
			time.to_ms = creditable->list[i++].to_ms;
		const int64_t away_ms = longest_in(present, time);
		longest_ms = away_ms > longest_ms ? away_ms : longest_ms;
	}
	return longest_ms;
}

/* A block that began after the session was over has no time. */
static int64_t length_of(const struct attended_time *time)
{
	int64_t length_ms = 0;

	for (size_t i = 0; i < time->count; i++) {
		const struct truth_span *const span = &time->list[i];

		length_ms +=
			span->to_ms > span->from_ms ? span->to_ms - span->from_ms : 0;
	}
	return length_ms;
}

static enum verdict verdict_due(const struct seen_case *it, int64_t creditable_ms)
{
	if (creditable_ms == 0)
		return VERDICT_UNCLEAR;
	if (it->attended_ms == 0)
		return it->person->guest ? VERDICT_NONE : VERDICT_ABSENT;
	return it->attended_ms * 100 >= creditable_ms * ENOUGH_PERCENT ? VERDICT_ATTENDED
								       : VERDICT_PARTLY;
}

static void hold(const struct seen_case *it, const struct rehearse_record *record,
		 const char *what, int64_t due, int64_t said,
		 struct verdict_list *verdict)
{
	if (due != said)
		verdict_fault(verdict, CHECK_REGISTER,
			      "%s: %s: %s is %" PRId64 ", the register says %" PRId64,
			      record->truth->uid, it->person->name, what, due, said);
}

void seen_hold(const struct seen_case *it, const struct rehearse_record *record,
	       const struct ledger_result *line, struct verdict_list *verdict)
{
	const struct truth_span window = { record->blocks[0].from_ms,
					   record->session.ended_ms };
	struct attended_time present = joined(it);
	const int64_t creditable_ms = length_of(it->creditable);

	clip(&present, window);
	hold(it, record, "first seen", present.count > 0 ? present.list[0].from_ms : 0,
	     line->first_ms, verdict);
	hold(it, record, "last seen",
	     present.count > 0 ? present.list[present.count - 1].to_ms : 0, line->last_ms,
	     verdict);
	hold(it, record, "the longest absence", longest_absence(&present, it->creditable),
	     line->longest_absence_ms, verdict);
	hold(it, record, "creditable time", creditable_ms, line->creditable_ms, verdict);
	hold(it, record, "absence", creditable_ms - it->attended_ms, line->absent_ms,
	     verdict);
	hold(it, record, "the verdict", verdict_due(it, creditable_ms), line->verdict,
	     verdict);
	free(present.list);
}
