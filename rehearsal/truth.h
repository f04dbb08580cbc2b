/* SPDX-License-Identifier: MIT */
/*
 * truth - DIR/truth.json: what the cohort really did and what Plenary was seen to do, for
 * whoever compares it with the register.  Spans are half open, in UTC milliseconds,
 * merged over a person's devices; what still runs ends now.
 */
#ifndef PLENARY_STAGE_TRUTH_H
#define PLENARY_STAGE_TRUTH_H

struct stage;

/* 0 or a negative errno, logged.  The file is whole or not there. */
int truth_write(const struct stage *stage);

#endif
