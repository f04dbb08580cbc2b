/* SPDX-License-Identifier: MIT */
/*
 * rows - the statements that the journal's thread can run, one per kind of row.
 *
 * Every one is safe to repeat: what is told again replaces what was told before.
 */
#ifndef PLENARY_ROWS_H
#define PLENARY_ROWS_H

struct batch;
struct rows;
struct sqlite;

enum row_kind {
	ROW_EVENT,
	ROW_DIGEST,
	ROW_SEEN,
	ROW_FORGET_SEEN,
	ROW_SESSION,
	ROW_SESSION_STATE,
	ROW_PERSON,
	ROW_PLACE,
	ROW_BLOCK,
	ROW_SPAN,
	ROW_ALLOCATION,
	ROW_POLL,
	ROW_VOTE,
	ROW_REGISTER,
	ROW_GAP,
	ROW_WEBINAR,
	ROW_REGISTRATION,
	ROW_DELIVERY,
	ROW_DELIVERY_OUTCOME,
	ROW_DELIVERY_LEFT,
	ROW_INBOX,
	ROW_INBOX_DONE,
	ROW_CHAT,
	ROW_KINDS
};

/* Prepares all of them; the connection must outlive it. */
int rows_create(struct rows **rows, struct sqlite *sqlite);
void rows_destroy(struct rows *rows);
/* All rows of the batch in one transaction; 0 when they are on disk. */
int rows_commit(struct rows *rows, const struct batch *batch);

#endif
