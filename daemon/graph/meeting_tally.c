/* SPDX-License-Identifier: MIT */
#include "daemon/graph/meeting_tally.h"

#include <stdlib.h>

#include "daemon/common/log.h"
#include "daemon/common/map.h"
#include "daemon/common/text.h"

struct made {
	uint64_t organiser; /* hash */
	int64_t at_ms;
};

static const int64_t month_ms = INT64_C(30) * 86400 * 1000;

static size_t count_of(const struct meeting_tally *tally, uint64_t organiser,
		       int64_t now_ms)
{
	size_t count = 0;

	for (size_t i = 0; i < tally->count; i++)
		count += tally->list[i].organiser == organiser &&
			 tally->list[i].at_ms > now_ms - month_ms;
	return count;
}

/* What is older than a month counts for nobody any more. */
static void forget(struct meeting_tally *tally, int64_t now_ms)
{
	size_t kept = 0;

	for (size_t i = 0; i < tally->count; i++) {
		if (tally->list[i].at_ms > now_ms - month_ms)
			tally->list[kept++] = tally->list[i];
	}
	tally->count = kept;
}

size_t meeting_tally_add(struct meeting_tally *tally, const char *organiser,
			 int64_t at_ms)
{
	const struct made made = { .organiser = map_hash(organiser), .at_ms = at_ms };

	if (tally->count == tally->room) {
		forget(tally, at_ms);
		if (tally->count * 2 > tally->room || tally->room == 0) {
			tally->room = tally->room * 2 + 64;
			tally->list =
				memory_resized(tally->list, tally->room * sizeof(made));
		}
	}
	tally->list[tally->count++] = made;
	const size_t count = count_of(tally, made.organiser, at_ms);

	if (count >= MEETINGS_WARNED && count % MEETINGS_EACH == 0)
		log_warning("graph",
			    "%zu meetings were made for one organiser in 30 days, of %d "
			    "that Microsoft allows in a month: name another organiser "
			    "for further sessions",
			    count, MEETINGS_A_MONTH);
	return count;
}

size_t meeting_tally_most(const struct meeting_tally *tally, int64_t now_ms)
{
	size_t most = 0;

	for (size_t i = 0; i < tally->count; i++) {
		const size_t count = count_of(tally, tally->list[i].organiser, now_ms);

		most = count > most ? count : most;
	}
	return most;
}

void meeting_tally_finish(struct meeting_tally *tally)
{
	free(tally->list);
	*tally = (struct meeting_tally){ 0 };
}
