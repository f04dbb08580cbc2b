/* SPDX-License-Identifier: MIT */
/*
 * lock - one writing process per database.
 *
 * A file beside the database (its path + "-lock") is held with flock(2), which the kernel
 * lets go of when the process ends however it ends.  SQLite's own exclusive mode would
 * keep readers out; this does not.
 */
#ifndef PLENARY_LOCK_H
#define PLENARY_LOCK_H

/* The descriptor that holds it, -EBUSY when another process does, or negative errno. */
int lock_take(const char *database);
/* -1 is accepted */
void lock_release(int lock);

#endif
