/* SPDX-License-Identifier: MIT */
/*
 * directory - what the world calls people, meetings and sessions, and our small numbers.
 *
 * The only place that keeps personal data: events and records carry numbers, so a person
 * can be erased while the journal keeps its proof.  Everything is in memory, loaded by
 * restore.c and written through the journal's batch with the event that taught it.
 *
 * Identity, strongest first (domain rule): object id, teams id, e-mail (case does not
 * count), then the exact name for people who have none of these.  Two names alike but for
 * case stay two people.  Strings returned belong to the directory and live until it learns
 * something new about the same row.
 */
#ifndef PLENARY_DIRECTORY_H
#define PLENARY_DIRECTORY_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/store/journal.h"

enum { DIRECTORY_SESSIONS = 4096, DIRECTORY_TEXT = 2048 }; /* longer values are cut */

struct directory;

struct directory *directory_create(void);
void directory_destroy(struct directory *directory);
/* Takes what journal_read() gives; no rows are written. */
void directory_restore_session(struct directory *directory,
			       const struct session_row *row);
void directory_restore_person(struct directory *directory, const struct person_row *row);
void directory_restore_place(struct directory *directory, const struct place_row *row);

/* -- sessions: numbers from 1 ---------------------------------------------------------- */

/* A new number for this uid, or the number it has (*is_new says which); 0 when full. */
uint32_t directory_add_session(struct directory *directory, struct batch *batch,
			       const struct session_row *row, int *is_new);
uint32_t directory_session_of_uid(const struct directory *directory, const char *uid);
const struct session_row *directory_session(const struct directory *directory,
					    uint32_t number);
uint32_t directory_sessions(const struct directory *directory); /* the highest number */
/* The service URL that the bot's activities of this session come from. */
void directory_set_service(struct directory *directory, struct batch *batch,
			   uint32_t session, const char *service_url);

/* -- places ---------------------------------------------------------------------------- */

/* NULL and 0 in the row leave what is known; others replace it. */
void directory_set_place(struct directory *directory, struct batch *batch,
			 const struct place_row *row);
const struct place_row *directory_place(const struct directory *directory,
					uint32_t session, uint16_t place);
/* 0 found (session and place written) or -1 */
int directory_place_of_thread(const struct directory *directory, const char *thread_id,
			      uint32_t *session, uint16_t *place);
int directory_place_of_join_url(const struct directory *directory, const char *join_url,
				uint32_t *session, uint16_t *place);
int directory_place_of_subscription(const struct directory *directory, const char *id,
				    uint32_t *session, uint16_t *place);

/* -- people ---------------------------------------------------------------------------- */

struct identity { /* "" or NULL for what is not known */
	const char *name, *object_id, *teams_id, *email;
};
/*
 * Who this is in this session; learns what is new about them.  An unknown person is given
 * the next number.  UINT32_MAX when the session already has PEOPLE_MAX.
 */
uint32_t directory_meet(struct directory *directory, struct batch *batch,
			uint32_t session, const struct identity *identity);
/* The same, without making anybody: UINT32_MAX when unknown. */
uint32_t directory_find(const struct directory *directory, uint32_t session,
			const struct identity *identity);
/* This identity is of somebody known; what others have is left to them. */
void directory_learn(struct directory *directory, struct batch *batch, uint32_t session,
		     uint32_t number, const struct identity *identity);
const struct person_row *directory_person(const struct directory *directory,
					  uint32_t session, uint32_t number);
uint32_t directory_people(const struct directory *directory, uint32_t session);
void directory_set_conversation(struct directory *directory, struct batch *batch,
				uint32_t session, uint32_t number,
				const char *conversation_id);
void directory_set_profession(struct directory *directory, struct batch *batch,
			      uint32_t session, uint32_t number, const char *profession);

#endif
