/* SPDX-License-Identifier: MIT */
#include "tests/wire/key_folder.h"

#include "daemon/common/text.h"
#include "tests/check.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

void place_begin(struct place *place)
{
	*place = (struct place){ .above = "/tmp/plenary-envelope-XXXXXX" };
	CHECK(mkdtemp(place->above) != NULL);
	snprintf(place->folder, sizeof(place->folder), "%s/graph-keys", place->above);
}

void place_open(struct place *place, int64_t at_ms)
{
	CHECK_INT(0, envelopes_open(&place->envelopes, place->folder, at_ms));
}

void place_close(struct place *place)
{
	envelopes_destroy(place->envelopes);
	place->envelopes = NULL;
}

void place_end(struct place *place)
{
	char command[160];

	place_close(place);
	snprintf(command, sizeof(command), "rm -rf %s", place->above);
	CHECK_INT(0, system(command));
}

void put(const struct place *place, const char *name, const char *content)
{
	char path[256];

	mkdir(place->folder, 0700);
	snprintf(path, sizeof(path), "%s/%s", place->folder, name);
	FILE *const file = fopen(path, "w");
	CHECK(file != NULL);
	fputs(content, file);
	fclose(file);
}

unsigned files_in(const struct place *place)
{
	DIR *const folder = opendir(place->folder);
	const struct dirent *entry;
	unsigned count = 0;

	CHECK(folder != NULL);
	while ((entry = readdir(folder)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

enum envelope_verdict verdict_of(const struct place *place,
				 const struct envelope_item *item)
{
	struct text plain = { 0 };
	const enum envelope_verdict verdict =
		envelope_open(place->envelopes, item, &plain);

	CHECK((verdict == ENVELOPE_OPENED) == (plain.data != NULL));
	envelope_wipe(&plain);
	CHECK(plain.data == NULL);
	return verdict;
}
