/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_said.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "rehearsal/json.h"
#include "rehearsal/reading.h"

static uint32_t poll_of(const struct reading *reading)
{
	char key[128], *end;

	if (reading->vote == NULL)
		return UINT32_MAX;
	reading_poll_key(reading->vote, key, sizeof(key));
	const unsigned long poll = strtoul(key, &end, 10);
	return key[0] == '\0' || *end != '\0' || poll > UINT32_MAX ? UINT32_MAX
								   : (uint32_t)poll;
}

static void add_line(struct said *said, const json_t *json)
{
	const json_t *const activity = json_object_get(json, "activity");
	struct reading reading;

	if ((said->count & (said->count - 1)) == 0)
		said->lines =
			memory_resized(said->lines, (said->count ? said->count * 2 : 1) *
							    sizeof(*said->lines));
	reading_of(&reading, activity);
	said->lines[said->count++] = (struct said_line){
		.id = memory_string(json_string_at(json, "id")),
		.conversation = memory_string(json_string_at(json, "conversation")),
		.at_ms = json_number_at(json, "at_ms"),
		.poll = poll_of(&reading),
		.changes = strcmp(json_string_at(json, "method"), "POST") != 0,
		.leads = reading.links_count > 0,
		.time_left = reading_says(activity, " left."),
		.goes_on = reading_says(activity, " goes on until "),
	};
}

static int by_id(const void *a, const void *b)
{
	const struct said_line *const x = a, *const y = b;
	const int order = strcmp(x->id, y->id);

	if (order != 0)
		return order;
	if (x->changes != y->changes)
		return x->changes ? 1 : -1;
	return x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
}

int said_read(struct said *said, const char *path)
{
	FILE *const file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	*said = (struct said){ 0 };
	if (file == NULL)
		return -errno;
	while (getline(&line, &room, file) >= 0) {
		json_t *const json = json_parsed(line, strlen(line));

		if (json != NULL)
			add_line(said, json);
		json_decref(json);
	}
	free(line);
	const int rc = ferror(file) ? -EIO : 0;
	fclose(file);
	if (said->count > 0)
		qsort(said->lines, said->count, sizeof(*said->lines), by_id);
	return rc;
}

void said_finish(struct said *said)
{
	for (size_t i = 0; i < said->count; i++) {
		free(said->lines[i].id);
		free(said->lines[i].conversation);
	}
	free(said->lines);
	*said = (struct said){ 0 };
}

const struct said_line *said_find(const struct said *said, const char *id, size_t *count)
{
	size_t from = 0, to = said->count;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (strcmp(said->lines[middle].id, id) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (*count = 0; from + *count < said->count &&
			 strcmp(said->lines[from + *count].id, id) == 0;)
		(*count)++;
	return *count > 0 ? &said->lines[from] : NULL;
}
