/* SPDX-License-Identifier: MIT */
/*
 * webinar_book - which sessions are sessions of a Teams webinar, and who registered there.
 *
 * Beside the directory, whose people it names by number: a registration joins an attendance
 * record to a person without a name or an address.  Everything is in memory, restored after
 * a start, and written through the journal's batch with what taught it.  Strings returned
 * belong to the book and live until it learns something new about the same row.
 */
#ifndef PLENARY_WEBINAR_BOOK_H
#define PLENARY_WEBINAR_BOOK_H

#include <stdint.h>

enum registration_status {
	REGISTRATION_UNKNOWN, /* a word we do not know: changes nothing */
	REGISTRATION_REGISTERED,
	REGISTRATION_CANCELED,
	REGISTRATION_WAITLISTED,
	REGISTRATION_PENDING,
	REGISTRATION_REJECTED,
	REGISTRATION_STATUSES
};

struct webinar_row {
	uint32_t session;
	const char *event_id;   /* the webinar */
	const char *session_id; /* its session; "" until it is known */
};

struct registration_row {
	uint32_t session, person;
	enum registration_status status;
	const char *registration_id, *employer;
};

struct batch;
struct webinar_book;

struct webinar_book *webinar_book_create(void);
void webinar_book_destroy(struct webinar_book *book);

/* batch NULL: restored, nothing is written. */
void webinar_book_set(struct webinar_book *book, struct batch *batch,
		      const struct webinar_row *row);
void webinar_book_register(struct webinar_book *book, struct batch *batch,
			   const struct registration_row *row);

/* NULL when the session is no webinar's. */
const struct webinar_row *webinar_book_get(const struct webinar_book *book,
					   uint32_t session);
/* NULL when there is no such registration. */
const struct registration_row *webinar_book_registration(const struct webinar_book *book,
							 uint32_t session,
							 const char *registration_id);

#endif
