/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_kills.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE_BYTES = 32 };

int rehearse_kills_note(const char *path, int64_t at_ms)
{
	FILE *const file = fopen(path, "ae");

	if (file == NULL)
		return -errno;
	const bool written = fprintf(file, "%" PRId64 "\n", at_ms) > 0;
	return fclose(file) != 0 || !written ? -EIO : 0;
}

int rehearse_kills_read(struct rehearse_kills *kills, const char *path)
{
	FILE *const file = fopen(path, "re");
	char line[LINE_BYTES];
	int rc = 0;

	*kills = (struct rehearse_kills){ 0 };
	if (file == NULL)
		return errno == ENOENT ? 0 : -errno;
	while (rc == 0 && fgets(line, sizeof(line), file) != NULL) {
		char *end;
		const long long at_ms = strtoll(line, &end, 10);

		if (end == line || *end != '\n' || kills->count == REHEARSE_KILLS)
			rc = -EBADMSG;
		else
			kills->at_ms[kills->count++] = at_ms;
	}
	fclose(file);
	return rc;
}

bool rehearse_kills_between(const struct rehearse_kills *kills, int64_t from_ms,
			    int64_t to_ms)
{
	for (uint32_t i = 0; i < kills->count; i++) {
		if (kills->at_ms[i] >= from_ms && kills->at_ms[i] <= to_ms)
			return true;
	}
	return false;
}
