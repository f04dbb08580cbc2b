/* SPDX-License-Identifier: MIT */
/*
 * reader - what a database holds, told row by row; journal_read() for who has no journal.
 *
 * A connection of its own, read-only, one transaction.  0 or negative errno, logged but for
 * -ENOENT.
 */
#ifndef PLENARY_READER_H
#define PLENARY_READER_H

struct journal_reader;

int reader_read(const char *path, const struct journal_reader *reader);

#endif
