/* SPDX-License-Identifier: MIT */
/*
 * importing - one session, brought up to date from its journal, to which files are added.
 *
 * Nothing is written before importing_commit(), and then all in one transaction.  A dry
 * run opens no journal and can be made while the daemon runs.  What each file says is
 * told on standard output: who was matched to whom and how, and what is new.  A file whose
 * every stretch is known adds nothing, not even an event.
 */
#ifndef PLENARY_IMPORTING_H
#define PLENARY_IMPORTING_H

#include <uv.h>

#include "commands/files.h"
#include "daemon/store/batch.h"
#include "daemon/store/directory.h"
#include "daemon/store/journal.h"
#include "handlers/arena.h"
#include "handlers/session.h"

struct importing {
	bool dry_run;
	uv_loop_t loop;
	struct journal *journal; /* NULL in a dry run */
	struct batch unwritten;  /* of a dry run */
	struct directory *directory;
	struct session *session;
	struct arena arena;
	uint64_t next_event, added, deliveries;
	uint32_t unclear, unreadable;
};

/* 0 or negative errno, said on standard error except -EBUSY (another process writes). */
int importing_begin(struct importing *importing, const char *database, uint32_t session,
		    bool dry_run);
void importing_take(struct importing *importing, const struct file *file, uint16_t place);
void importing_commit(struct importing *importing);
void importing_finish(struct importing *importing);

#endif
