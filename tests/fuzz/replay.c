/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target without a fuzzer: every file of the named folders is put to it once; of a
 * folder named as X=FOLDER with a byte X in front.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES = 8 * 1024 * 1024, PATH_BYTES = 1024 };

static void put_file(const char *path, char first)
{
	FILE *const file = fopen(path, "rb");
	uint8_t *const room = malloc(INPUT_BYTES);

	if (file == NULL || room == NULL) {
		fprintf(stderr, "%s cannot be read\n", path);
		exit(1);
	}
	size_t bytes = first != '\0';

	room[0] = (uint8_t)first;
	bytes += fread(room + bytes, 1, INPUT_BYTES - bytes, file);

	fclose(file);
	/* exactly as large as it is, so that the sanitizer sees a read behind it */
	uint8_t *const input = malloc(bytes > 0 ? bytes : 1);

	if (input == NULL)
		exit(1);
	memcpy(input, room, bytes);
	free(room);
	LLVMFuzzerTestOneInput(input, bytes);
	free(input);
}

static unsigned put_folder(const char *path)
{
	const char first = path[1] == '=' ? path[0] : '\0';

	path += first != '\0' ? 2 : 0;
	DIR *const folder = opendir(path);
	unsigned count = 0;
	char below[PATH_BYTES];

	if (folder == NULL)
		return 0;
	for (const struct dirent *entry = readdir(folder); entry != NULL;
	     entry = readdir(folder)) {
		if (entry->d_type != DT_REG)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		put_file(below, first);
		count++;
	}
	closedir(folder);
	return count;
}

int main(int count, char **folders)
{
	unsigned inputs = 0;

	for (int i = 1; i < count; i++)
		inputs += put_folder(folders[i]);
	fprintf(stderr, "%u inputs\n", inputs);
	return inputs > 0 ? 0 : 1;
}
