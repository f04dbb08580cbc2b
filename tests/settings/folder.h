/* SPDX-License-Identifier: MIT */
/*
 * folder - a directory of a test's own, with files in it; gone at the end.
 */
#ifndef PLENARY_TEST_FOLDER_H
#define PLENARY_TEST_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	char path[64];
};

static inline struct folder folder_create(void)
{
	struct folder folder = { "/tmp/plenary-settings-XXXXXX" };

	CHECK(mkdtemp(folder.path) != NULL);
	return folder;
}

/* The path, in storage of the caller's. */
static inline const char *folder_file(const struct folder *folder, const char *name,
				      char path[128])
{
	snprintf(path, 128, "%s/%s", folder->path, name);
	return path;
}

static inline void folder_write(const struct folder *folder, const char *name,
				const char *bytes, size_t count, mode_t mode)
{
	char path[128];
	FILE *file = fopen(folder_file(folder, name, path), "w");

	CHECK(file != NULL);
	CHECK(fwrite(bytes, 1, count, file) == count);
	CHECK(fclose(file) == 0);
	CHECK(chmod(path, mode) == 0);
}

static inline void folder_remove(const struct folder *folder, const char *const names[])
{
	char path[128];

	for (int i = 0; names[i] != NULL; i++)
		CHECK(unlink(folder_file(folder, names[i], path)) == 0);
	CHECK(rmdir(folder->path) == 0);
}

#endif
