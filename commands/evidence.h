/* SPDX-License-Identifier: MIT */
/*
 * evidence - an attendance file as evidence for one session: whose it is, and which
 * stretches are new.
 *
 * A person of the file is, strongest first: the one with that object id, the one with one
 * of those e-mail addresses, the only one with exactly that name.  Two with that name, or
 * two lines of the file that claim one person by name: unclear, left out, and said.  Whoever
 * is none of these is new.
 *
 * Wall-clock times are taken in the program's time zone (where.h).  In the hour that comes
 * twice a stretch is read as short as it can have been: nobody is credited with time that
 * the file does not show.
 */
#ifndef PLENARY_EVIDENCE_H
#define PLENARY_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/store/directory.h"
#include "handlers/session.h"
#include "imports/report.h"

enum match {
	MATCH_OBJECT_ID,
	MATCH_EMAIL,
	MATCH_NAME,
	MATCH_NEW,
	MATCH_UNCLEAR, /* more than one could be meant */
	MATCH_FULL,    /* the session has as many people as it can hold */
	MATCHES
};

const char *match_words(enum match match);

/* Who the participant is; *number is written unless the match is one of the last three. */
enum match evidence_match(const struct directory *directory, uint32_t session,
			  const struct report *report, size_t participant,
			  uint32_t *number);

/* Makes a new person of whom nobody could be found; UINT32_MAX when full. */
uint32_t evidence_meet(struct directory *directory, struct batch *batch, uint32_t session,
		       const struct report_participant *participant);

struct evidence_stretch {
	int64_t from_ms, to_ms;
};

struct evidence_stretch evidence_utc(const struct report *report,
				     const struct report_interval *interval);
/* Has this very stretch been imported before? */
bool evidence_is_known(const struct session *session, uint32_t person, uint16_t place,
		       const struct evidence_stretch *stretch);

#endif
