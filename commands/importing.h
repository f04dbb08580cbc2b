/* SPDX-License-Identifier: MIT */
/*
 * importing - one session, brought up to date from its journal, to which files are added.
 *
 * Nothing is written before importing_commit(), and then all in one transaction.  A dry
 * run opens no journal and can be made while the daemon runs.  What each file says is
 * told on standard output: who was matched to whom and how, and what is new.  A file whose
 * every stretch is known adds nothing, not even an event.
 *
 * Beside a running daemon the same is done without a journal, and what would have been
 * written is gathered as CloudEvents for the daemon to take (posting.h).
 */
#ifndef PLENARY_IMPORTING_H
#define PLENARY_IMPORTING_H

#include <uv.h>

#include "commands/files.h"
#include "commands/posting.h"
#include "daemon/store/batch.h"
#include "daemon/store/directory.h"
#include "daemon/store/journal.h"
#include "handlers/arena.h"
#include "handlers/session.h"

enum importing_way { IMPORTING_WRITES, IMPORTING_DRY, IMPORTING_POSTS };

struct importing {
	enum importing_way way;
	uv_loop_t loop;
	struct journal *journal; /* only when it writes */
	struct batch unwritten;  /* otherwise */
	struct directory *directory;
	struct session *session;
	struct arena arena;
	struct posting posting;
	uint64_t file_digest;  /* of the file being taken */
	uint32_t people_known; /* before the first file */
	uint64_t next_event, added, deliveries;
	uint32_t unclear, unreadable;
};

/* 0 or negative errno, said on standard error except -EBUSY (another process writes). */
int importing_begin(struct importing *importing, const char *database, uint32_t session,
		    enum importing_way way);
void importing_take(struct importing *importing, const struct file *file, uint16_t place);
/* to: of IMPORTING_POSTS, else NULL.  0, or -1 said on standard error. */
int importing_commit(struct importing *importing, const struct posting_to *to);
void importing_finish(struct importing *importing);

#endif
