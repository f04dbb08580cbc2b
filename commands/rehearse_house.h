/* SPDX-License-Identifier: MIT */
/*
 * rehearse_house - the directory of one rehearsal and what stands in it before it starts.
 *
 *	stage.json    what the stand-in tenant plays       plenary.yaml  how Plenary is set
 *	*.secret      made afresh, readable by their owner tls.crt .key  for this machine only
 *	data/         Plenary's own                        *.log         what both wrote
 *	truth.json    what the cohort did                  said.jsonl    what Plenary posted
 *
 * Everything that fails is said on standard error; the answer is then -1.
 */
#ifndef PLENARY_REHEARSE_HOUSE_H
#define PLENARY_REHEARSE_HOUSE_H

#include "commands/rehearse_plan.h"
#include "daemon/common/text.h"

struct rehearse_house {
	char *directory; /* absolute */
	char *database, *configuration, *certificate;
	struct text client_secret, events_secret, live_key;
	int port; /* free a moment ago */
};

/* Makes the directory, which must be new. */
int rehearse_house_make(struct rehearse_house *house, const struct rehearse_wish *wish);
/* One that is there already: only the paths are set. */
int rehearse_house_find(struct rehearse_house *house, const char *directory);
/* Writes plenary.yaml, for a stand-in tenant that answers at this port. */
int rehearse_house_configure(const struct rehearse_house *house, const struct plan *plan,
			     int stage_port);
/* Takes away what a start that came too late has left, so that it can be made again. */
void rehearse_house_clear(const struct rehearse_house *house);
/* DIR/name, malloc'd. */
char *rehearse_house_path(const struct rehearse_house *house, const char *name);
void rehearse_house_finish(struct rehearse_house *house);

#endif
