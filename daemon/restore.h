/* SPDX-License-Identifier: MIT */
/*
 * restore - after a start: the directory as it was, every session told again from the
 * journal, what was still to be delivered, and which requests were taken already.
 */
#ifndef PLENARY_RESTORE_H
#define PLENARY_RESTORE_H

struct plenary;

/* 0 or negative errno, logged. */
int restore(struct plenary *plenary);

#endif
