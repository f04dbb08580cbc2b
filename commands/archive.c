/* SPDX-License-Identifier: MIT */
#include "commands/archive.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <zip.h>

enum {
	DOS_DATE_FIRST = (1 << 5) | 1, /* 1980-01-01 */
	UNIX_FILE = 0100644,           /* a plain file that everybody may read */
	UNIX_SHIFT = 16,
	DEFLATE_HARDEST = 9,
};

static bool add_member(zip_t *zip, const struct archive_member *member)
{
	zip_source_t *const source =
		zip_source_buffer(zip, member->bytes, member->count, 0);

	if (source == NULL)
		return false;
	const zip_int64_t index =
		zip_file_add(zip, member->name, source, ZIP_FL_ENC_UTF_8);
	if (index < 0) {
		zip_source_free(source);
		return false;
	}
	const zip_uint64_t at = (zip_uint64_t)index;
	return zip_file_set_dostime(zip, at, 0, DOS_DATE_FIRST, 0) == 0 &&
	       zip_set_file_compression(zip, at, ZIP_CM_DEFLATE, DEFLATE_HARDEST) == 0 &&
	       zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX,
						(zip_uint32_t)UNIX_FILE << UNIX_SHIFT) ==
		       0;
}

static int take_bytes(zip_source_t *packed, struct text *out)
{
	zip_stat_t status;

	if (zip_source_stat(packed, &status) < 0 || zip_source_open(packed) < 0)
		return -EIO;
	char *const bytes = memory_zeroed(status.size + 1);
	const zip_int64_t got = zip_source_read(packed, bytes, status.size);

	zip_source_close(packed);
	if (got == (zip_int64_t)status.size)
		text_add(out, bytes, status.size);
	free(bytes);
	return got == (zip_int64_t)status.size ? 0 : -EIO;
}

int archive_make(const struct archive_member *members, size_t count, struct text *out)
{
	zip_source_t *const packed = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *const zip =
		packed != NULL ? zip_open_from_source(packed, ZIP_TRUNCATE, NULL) : NULL;
	bool good = zip != NULL;

	if (!good) {
		zip_source_free(packed);
		return -EIO;
	}
	zip_source_keep(packed); /* zip_close() would let go of what it has written */
	for (size_t i = 0; good && i < count; i++)
		good = add_member(zip, &members[i]);
	if (!good || zip_close(zip) < 0) {
		zip_discard(zip);
		good = false;
	}
	const int rc = good ? take_bytes(packed, out) : -EIO;

	zip_source_free(packed);
	return rc;
}

static int read_member(zip_t *zip, const char *name, struct text *out)
{
	zip_stat_t status;

	if (zip_stat(zip, name, 0, &status) < 0)
		return -EBADMSG;
	if (status.size > ARCHIVE_MEMBER_BYTES)
		return -EMSGSIZE;
	zip_file_t *const file = zip_fopen(zip, name, 0);

	if (file == NULL)
		return -EBADMSG;
	char *const bytes = memory_zeroed(status.size + 1);
	const zip_int64_t got = zip_fread(file, bytes, status.size);

	zip_fclose(file);
	if (got == (zip_int64_t)status.size)
		text_add(out, bytes, status.size);
	free(bytes);
	return got == (zip_int64_t)status.size ? 0 : -EBADMSG;
}

int archive_read(const char *path, const char *name, struct text *out)
{
	int error = 0;
	zip_t *const zip = zip_open(path, ZIP_RDONLY, &error);

	if (zip == NULL)
		return error == ZIP_ER_NOENT ? -ENOENT : -EBADMSG;
	const int rc = read_member(zip, name, out);

	zip_discard(zip);
	return rc;
}
