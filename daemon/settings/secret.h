/* SPDX-License-Identifier: MIT */
/*
 * secret - what a reference of the settings means: an absolute path, or "credential:NAME",
 * which systemd passed (LoadCredential=).
 *
 * A secret is read when it is needed and kept by nobody here.
 */
#ifndef PLENARY_SECRET_H
#define PLENARY_SECRET_H

#include "daemon/common/text.h"

enum { CONFIG_SECRET_BYTES = 4096 };

/*
 * Appends the secret to *out without its final newline.  -EACCES when others may read or
 * write the file (mode & 007), -EMSGSIZE above CONFIG_SECRET_BYTES, -ENODATA when empty,
 * -EINVAL for a reference that is neither kind, -ENOKEY for a credential that systemd did
 * not pass, else the errno of opening.  Logs nothing; config_secret_problem() has the
 * words.
 */
int config_secret(const char *reference, struct text *out);
/* Appends the path that a reference means: 0, -EINVAL or -ENOKEY. */
int config_secret_path(const char *reference, struct text *path);
void config_secret_problem(const char *reference, int error, struct text *words);

#endif
