/* SPDX-License-Identifier: MIT */
/*
 * plan - what a rehearsal is told to play: DIR/stage.json, written by `plenary rehearse`.
 *
 * Strings are owned by the plan and never NULL; "" where the file has none.  A person
 * without a Teams id is on another platform and reaches Plenary through the relay.
 */
#ifndef PLENARY_STAGE_PLAN_H
#define PLENARY_STAGE_PLAN_H

#include "daemon/common/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PLAN_SESSIONS = 1024,
	PLAN_PEOPLE = 2048, /* of one session */
	PLAN_LINES = 256,   /* of the facilitator's script */
};

enum part { PART_PARTICIPANT, PART_FACILITATOR, PART_PRODUCER, PARTS };

struct plan_person {
	char *name, *object_id, *teams_id, *email, *profession;
	enum part part;
};

struct plan_session {
	char *uid, *title, *organiser_id;
	char *main_thread_id, *main_join_url, *main_meeting_id;
	int64_t starts_ms, ends_ms;
	struct plan_person *people;
	size_t people_count;
};

struct plan_line {
	int64_t at_ms;
	char *say;
};

/* Who sees people come and go; MIXED: of some both, of some one alone. */
enum witness { WITNESS_BOTH, WITNESS_BOT, WITNESS_GRAPH, WITNESS_MIXED, WITNESSES };

/* What goes wrong on purpose; 0: nothing. */
struct plan_trouble {
	int64_t throttle_every; /* each so-many-th call of Plenary gets 429 */
	int64_t fail_every;     /* … 5xx */
	int64_t lose_every;     /* … is done, and the answer is lost */
	int64_t cut_every;      /* … is not even read */
	int64_t idle_every; /* … is answered, and the connection closed unannounced */
	int64_t disorder;   /* 1: what one person does may arrive in any order */
	int64_t keys_every_ms;   /* so often the keys that sign are others */
	int64_t forget_every_ms; /* so often a subscription is no more */
	int64_t reports; /* 1: they come empty, then in half, and in short pages */
};

struct plan {
	char *listen, *plenary, *ca_file;
	char *app_id, *tenant_id, *client_secret, *events_secret, *live_key;
	struct clock clock;
	uint64_t seed;
	struct plan_session *sessions;
	size_t sessions_count;
	struct plan_line *script; /* empty: the facilitators improvise (cohort.h) */
	size_t script_count;
	struct plan_trouble trouble;
	enum witness witness;
};

/* 0; -ENOENT and the like when it cannot be read, -EINVAL when it is no plan, -E2BIG when
 * it is over a limit.  *plan is untouched on failure. */
int plan_read(struct plan *plan, const char *path);
int plan_parse(struct plan *plan, const char *json, size_t bytes);
void plan_finish(struct plan *plan);

/* "both", "bot", "graph", "mixed"; false: none of them. */
bool plan_witness_read(const char *name, enum witness *witness);
const char *plan_witness_name(enum witness witness);

#endif
