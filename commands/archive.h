/* SPDX-License-Identifier: MIT */
/*
 * archive - a zip of a few files, in memory: the same files make the same bytes, whenever and
 * wherever they are packed (their time is 1980-01-01, the first that a zip can say).
 *
 * The only file that knows libzip.  Format: APPNOTE.TXT, as far as Teams takes app packages:
 * deflated, names at the root.
 */
#ifndef PLENARY_ARCHIVE_H
#define PLENARY_ARCHIVE_H

#include <stddef.h>

#include "daemon/common/text.h"

enum { ARCHIVE_MEMBER_BYTES = 1024 * 1024 }; /* of one that is read back */

struct archive_member {
	const char *name;
	const char *bytes;
	size_t count;
};

/* Appends the archive to out.  0 or -EIO. */
int archive_make(const struct archive_member *members, size_t count, struct text *out);

/* Appends the member's bytes to out.  0, -ENOENT when there is no such file, -EBADMSG when it
 * is no archive or has no such member, -EMSGSIZE when the member is larger than the limit. */
int archive_read(const char *path, const char *name, struct text *out);

#endif
