/* SPDX-License-Identifier: MIT */
/*
 * truth_read - DIR/truth.json (truth.h) for whoever judges Plenary by it, and the lines the
 * stage says while it plays.
 *
 * Strings belong to the struct they are in.  Polls and choices are Plenary's own indexes;
 * UINT32_MAX for what is none.
 */
#ifndef PLENARY_STAGE_TRUTH_READ_H
#define PLENARY_STAGE_TRUTH_READ_H

#include "rehearsal/json.h"
#include "rehearsal/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct truth_span {
	int64_t from_ms, to_ms;
};

struct truth_vote {
	uint32_t poll, choice;
	int64_t at_ms;
	int status;         /* what the vote was answered with; 0: it was not */
	const char *answer; /* in words */
};

struct truth_card {       /* that led somebody to a room */
	const char *kind; /* the way it came: "room", "targeted", "notice", "mail" */
	const char *url;
	int64_t at_ms;
	bool unheard; /* Plenary was not told that it had come */
};

struct truth_person {
	const char *name, *email;
	enum part part;
	bool guest, relay, came;
	struct truth_span *spans; /* of all places, in no order */
	struct truth_span *rooms; /* those of them that are not of the main meeting */
	struct truth_vote *votes;
	struct truth_card *cards;
	size_t spans_count, rooms_count, votes_count, cards_count;
};

struct truth_session {
	const char *uid;
	struct truth_person *people;
	size_t people_count;
	uint32_t repeats;   /* things said twice in the same words, answers not counted */
	uint32_t different; /* … in other words, when the first were known to be there */
	bool over;
};

struct truth {
	json_t *source;
	struct truth_session *sessions;
	size_t sessions_count;
	int64_t activities, activities_repeated, refused, unanswered;
	int64_t notifications, notifications_answered;
	int64_t cloudevents, cloudevents_acknowledged;
	int64_t snapshots, deltas, misplaced, posts;
	int64_t slowest_ms; /* really: until Plenary had taken what was told */
	bool finished;
};

/* 0; -ENOENT and the like; -EINVAL when it is no truth.  Untouched on failure. */
int truth_read(struct truth *truth, const char *path);
void truth_finish(struct truth *truth);

/* One line of the stage: {"at_ms":…,"what":"joined","session":…,"who":…,"text":…} */
struct told_line {
	json_t *source;
	int64_t at_ms;
	const char *what, *session, *who, *text;
};

/* False when the line is not one of these; told_line_finish() either way is harmless. */
bool told_line_read(struct told_line *told, const char *line);
void told_line_finish(struct told_line *told);

#endif
