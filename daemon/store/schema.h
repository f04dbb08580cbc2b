/* SPDX-License-Identifier: MIT */
/*
 * schema - the tables of a Plenary database, and how an older file becomes a newer one.
 *
 * A file is ours when its application_id says so; its user_version counts the steps of
 * schema.c it has taken.  A step is one transaction, so a file is never between two.
 * docs/schema.md is what a reader may rely on.
 */
#ifndef PLENARY_SCHEMA_H
#define PLENARY_SCHEMA_H

struct sqlite;

enum { SCHEMA_APPLICATION_ID = 0x506c6e79 }; /* "Plny" */

/* What user_version is after all steps of this program. */
int schema_version(void);

/*
 * Makes the tables in an empty database, or brings an older one up to date, and tunes the
 * connection.  -EINVAL, logged, for a database of another program, which is left as it
 * was; -ENOTSUP for one written by a newer Plenary.
 */
int schema_prepare(struct sqlite *sqlite);
/* For readers: ours, and of this version?  The same errors; nothing is written. */
int schema_check(struct sqlite *sqlite);

#endif
