/* SPDX-License-Identifier: MIT */
#include "tests/imports/files.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool file_read(const char *path, struct text *bytes)
{
	FILE *const file = fopen(path, "rb");
	char buffer[4096];
	size_t count;

	if (file == NULL)
		return false;
	while ((count = fread(buffer, 1, sizeof(buffer), file)) > 0)
		text_add(bytes, buffer, count);
	fclose(file);
	return true;
}

bool ends_with(const char *string, const char *ending)
{
	const size_t length = strlen(string), more = strlen(ending);

	return length >= more && strcmp(string + length - more, ending) == 0;
}

static int is_sample(const struct dirent *entry)
{
	return !ends_with(entry->d_name, EXPECTED_ENDING) &&
	       (ends_with(entry->d_name, ".csv") || ends_with(entry->d_name, ".json"));
}

size_t files_each(const char *folder, void (*call)(const char *folder, const char *name))
{
	struct dirent **entries;
	const int count = scandir(folder, &entries, is_sample, alphasort);

	for (int i = 0; i < count; i++) {
		call(folder, entries[i]->d_name);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return count > 0 ? (size_t)count : 0;
}
