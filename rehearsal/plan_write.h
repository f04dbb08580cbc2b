/* SPDX-License-Identifier: MIT */
/*
 * plan_write - DIR/stage.json as plan_read() takes it, readable by its owner only: the
 * secrets of the rehearsal are in it.
 */
#ifndef PLENARY_STAGE_PLAN_WRITE_H
#define PLENARY_STAGE_PLAN_WRITE_H

#include "rehearsal/plan.h"

/* 0 or a negative errno.  The file must not be there. */
int plan_write(const struct plan *plan, const char *path);

#endif
