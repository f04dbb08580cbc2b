/* SPDX-License-Identifier: MIT */
/*
 * doctor_user - root looks at files as the service's user would.
 *
 * Root may read and write everything, so that what root sees says nothing of the service.
 * Between doctor_become() and doctor_return() the kernel judges for the service's user:
 * --user, else `plenary`, else the owner of data_dir.  Whoever is not root judges for
 * himself, and both do nothing.  Judge with faccessat(…, AT_EACCESS), not with access().
 */
#ifndef PLENARY_DOCTOR_USER_H
#define PLENARY_DOCTOR_USER_H

#include "commands/doctor.h"

/* A check: chooses the user, and says for whom files are judged. */
struct finding doctor_user(struct doctor *doctor, const void *about);
void doctor_become(const struct doctor *doctor);
void doctor_return(const struct doctor *doctor);
/* 0 or -errno, for that user; mode as of access(). */
int doctor_may(const struct doctor *doctor, const char *path, int mode);

#endif
