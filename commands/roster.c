/* SPDX-License-Identifier: MIT */
#include "commands/roster.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "daemon/common/text.h"
#include "imports/encoding.h"
#include "imports/table.h"

enum column { NAME, EMAIL, OBJECT_ID, TEAMS_ID, ROLE, PROFESSION, COLUMNS };

static const char *const headings[COLUMNS] = { "name",     "email", "object_id",
					       "teams_id", "role",  "profession" };

/* What is being read, for what is said about it. */
struct reading {
	struct roster_file *roster;
	const char *path, *command;
	int column[COLUMNS]; /* -1: there is none */
};

static int wrong(const struct reading *reading, size_t line, const char *words)
{
	fprintf(stderr, "plenary %s: %s:%zu: %s\n", reading->command, reading->path, line,
		words);
	return -1;
}

static int read_bytes(const char *path, struct text *bytes)
{
	FILE *const file = fopen(path, "re");
	char piece[4096];
	size_t count;

	if (file == NULL)
		return -errno;
	while (bytes->length <= ROSTER_BYTES &&
	       (count = fread(piece, 1, sizeof(piece), file)) > 0)
		text_add(bytes, piece, count);
	const int rc = ferror(file) ? -EIO : bytes->length > ROSTER_BYTES ? -EFBIG : 0;
	fclose(file);
	return rc;
}

static int find_columns(struct reading *reading, const struct row *header)
{
	for (int i = 0; i < COLUMNS; i++) {
		reading->column[i] = -1;
		for (uint32_t at = 0; at < header->count; at++) {
			if (strcasecmp(row_cell(header, (int)at), headings[i]) == 0)
				reading->column[i] = (int)at;
		}
	}
	return reading->column[NAME] < 0 ? wrong(reading, 1, "there is no column `name`")
					 : 0;
}

static bool is_role(const char *word)
{
	return strcmp(word, "participant") == 0 || strcmp(word, "facilitator") == 0 ||
	       strcmp(word, "producer") == 0 || strcmp(word, "observer") == 0;
}

static int read_person(const struct reading *reading, const struct row *row, size_t line)
{
	struct roster_file *const roster = reading->roster;
	const int *const column = reading->column;
	struct schedule_person person = {
		.name = row_cell(row, column[NAME]),
		.email = row_cell(row, column[EMAIL]),
		.object_id = row_cell(row, column[OBJECT_ID]),
		.teams_id = row_cell(row, column[TEAMS_ID]),
		.role = row_cell(row, column[ROLE]),
		.profession = row_cell(row, column[PROFESSION]),
	};

	if (person.name[0] == '\0')
		return wrong(reading, line, "this person has no name");
	if (person.role[0] == '\0')
		person.role = "participant";
	if (!is_role(person.role))
		return wrong(reading, line,
			     "the role is one of participant, facilitator, producer, "
			     "observer");
	if (roster->count == ROSTER_PEOPLE)
		return wrong(reading, line, "more people than a session can hold");
	roster->people[roster->count++] = person;
	return 0;
}

static int read_rows(struct reading *reading, const struct table *table)
{
	if (table->count == 0)
		return wrong(reading, 1, "the file is empty");
	if (find_columns(reading, &table->rows[0]) < 0)
		return -1;
	reading->roster->people =
		pool_take(&reading->roster->pool,
			  ROSTER_PEOPLE * sizeof(*reading->roster->people));
	for (size_t i = 1; i < table->count; i++) {
		if (!row_is_blank(&table->rows[i]) &&
		    read_person(reading, &table->rows[i], i + 1) < 0)
			return -1;
	}
	return 0;
}

static int read_text(struct reading *reading, const char *text)
{
	struct table table = { 0 };
	char delimiters[3];

	table_guess_delimiters(text, delimiters);
	int rc = table_read(text, delimiters[0], &reading->roster->pool, &table);
	if (rc < 0)
		rc = wrong(reading, 1, strerror(-rc));
	else
		rc = read_rows(reading, &table);
	table_finish(&table);
	return rc;
}

int roster_read(struct roster_file *roster, const char *path, const char *command)
{
	struct reading reading = { .roster = roster, .path = path, .command = command };
	struct text bytes = { 0 }, text = { 0 };
	enum encoding encoding;

	*roster = (struct roster_file){ 0 };
	int rc = read_bytes(path, &bytes);
	if (rc == 0)
		rc = encoding_decode(bytes.data, bytes.length, &encoding, &text);
	if (rc < 0)
		fprintf(stderr, "plenary %s: %s: %s\n", command, path, strerror(-rc));
	else
		rc = read_text(&reading, text_string(&text));
	text_finish(&bytes);
	text_finish(&text);
	if (rc < 0)
		roster_finish(roster);
	return rc < 0 ? -1 : 0;
}

void roster_finish(struct roster_file *roster)
{
	pool_finish(&roster->pool);
	*roster = (struct roster_file){ 0 };
}
