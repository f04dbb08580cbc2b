/* SPDX-License-Identifier: MIT */
#include "commands/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/clock.h"
#include "daemon/common/text.h"
#include "daemon/wire/auth.h"

enum { CHUNK_BYTES = 64 * 1024 };

/* One byte more than a report may have is enough to know that it is too large. */
static int read_bytes(const char *path, struct text *bytes)
{
	FILE *const file = fopen(path, "rb");
	char chunk[CHUNK_BYTES];

	if (file == NULL)
		return -errno;
	while (bytes->length <= REPORT_BYTES_MAX && !feof(file) && !ferror(file))
		text_add(bytes, chunk, fread(chunk, 1, sizeof(chunk), file));
	const int rc = ferror(file) ? -EIO : 0;
	fclose(file);
	return rc;
}

static int read_file(struct file *file, int64_t session_day)
{
	const struct report_options options = {
		.session_day = session_day,
		.now_day = clock_real_ms() / (24 * 3600 * 1000),
	};
	struct report_fault fault = { 0 };
	struct text bytes = { 0 };
	uint8_t digest[32];
	int rc = read_bytes(file->path, &bytes);

	if (rc < 0) {
		fprintf(stderr, "%s: %s\n", file->path, strerror(-rc));
	} else {
		rc = report_read(file->path, text_string(&bytes), bytes.length, &options,
				 &file->report, &fault);
		if (rc < 0)
			fprintf(stderr, "%s: %s\n", file->path, fault.message);
	}
	auth_sha256(text_string(&bytes), bytes.length, digest);
	memcpy(&file->digest, digest, sizeof(file->digest));
	file->digest >>= 1; /* JSON numbers of others are signed */
	text_finish(&bytes);
	return rc < 0 ? -1 : 0;
}

int files_read(struct files *files, char **paths, size_t count, int64_t session_day)
{
	int rc = 0;

	files->list = memory_zeroed(count * sizeof(files->list[0]));
	files->count = count;
	for (size_t i = 0; i < count; i++) {
		files->list[i].path = paths[i];
		if (read_file(&files->list[i], session_day) < 0)
			rc = -1;
	}
	return rc;
}

void files_finish(struct files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		if (files->list[i].report != NULL)
			report_destroy(files->list[i].report);
	}
	free(files->list);
	*files = (struct files){ 0 };
}
