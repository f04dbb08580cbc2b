/* SPDX-License-Identifier: MIT */
#include "daemon/store/people.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/common/text.h"
#include "handlers/event.h"

enum { KIND_OBJECT, KIND_TEAMS, KIND_EMAIL, KIND_NAME, KINDS };

static const char letters[KINDS] = { 'o', 't', 'e', 'n' };
static const char *const kind_names[KINDS] = { "object_id", "teams_id", "email", "name" };

enum { KEY_BYTES = DIRECTORY_TEXT + 2 };

/* -- owned strings ------------------------------------------------------------------ */

/* Never in the middle of a UTF-8 character. */
static size_t cut_length(const char *value)
{
	size_t length = strnlen(value, DIRECTORY_TEXT + 1);

	if (length <= DIRECTORY_TEXT)
		return length;
	length = DIRECTORY_TEXT;
	while (length > 0 && ((unsigned char)value[length] & 0xc0) == 0x80)
		length--;
	return length;
}

bool owned_set(const char **owned, const char *value)
{
	const char *const text = value != NULL ? value : "";
	const size_t length = cut_length(text);

	if (*owned != NULL && strlen(*owned) == length &&
	    memcmp(*owned, text, length) == 0)
		return false;
	char *const copy = memory_resized(NULL, length + 1);
	memcpy(copy, text, length);
	copy[length] = '\0';
	free((char *)*owned);
	*owned = copy;
	return true;
}

void owned_free(const char **owned)
{
	free((char *)*owned);
	*owned = NULL;
}

/* -- identities ---------------------------------------------------------------------- */

static const char *told(const struct identity *identity, int kind)
{
	const char *const values[KINDS] = { identity->object_id, identity->teams_id,
					    identity->email, identity->name };

	return values[kind] != NULL ? values[kind] : "";
}

static const char **held(struct person_row *row, int kind)
{
	const char **const values[KINDS] = { &row->object_id, &row->teams_id, &row->email,
					     &row->name };

	return values[kind];
}

static const char *key_of(int kind, const char *value, char key[KEY_BYTES])
{
	const size_t length = cut_length(value);

	key[0] = letters[kind];
	for (size_t i = 0; i < length; i++) {
		const char byte = value[i];
		const bool upper = byte >= 'A' && byte <= 'Z';

		key[i + 1] = kind == KIND_EMAIL && upper ? (char)(byte + 32) : byte;
	}
	key[length + 1] = '\0';
	return key;
}

static uint32_t owner_of(const struct people *people, int kind, const char *value)
{
	char key[KEY_BYTES];

	if (*value == '\0')
		return UINT32_MAX;
	const uintptr_t number =
		(uintptr_t)map_get(&people->known, key_of(kind, value, key));
	return number == 0 ? UINT32_MAX : (uint32_t)(number - 1);
}

static void put_key(struct people *people, uint32_t number, int kind, const char *value)
{
	char key[KEY_BYTES];

	map_put(&people->known, key_of(kind, value, key),
		(void *)((uintptr_t)number + 1));
}

static bool same_value(int kind, const char *one, const char *other)
{
	char first[KEY_BYTES], second[KEY_BYTES];

	return strcmp(key_of(kind, one, first), key_of(kind, other, second)) == 0;
}

/* Found by e-mail, but under another object id: somebody else uses the same mailbox. */
static bool contradicts(const struct people *people, uint32_t number, int found_by,
			const struct identity *identity)
{
	for (int kind = 0; kind < found_by; kind++) {
		const char *const theirs = *held(&people->rows[number], kind);
		const char *const value = told(identity, kind);

		if (*theirs != '\0' && *value != '\0' && !same_value(kind, theirs, value))
			return true;
	}
	return false;
}

static bool is_nameless(const struct identity *identity)
{
	return *told(identity, KIND_OBJECT) == '\0' &&
	       *told(identity, KIND_TEAMS) == '\0' && *told(identity, KIND_EMAIL) == '\0';
}

uint32_t people_find(const struct people *people, const struct identity *identity)
{
	for (int kind = 0; kind < KIND_NAME; kind++) {
		const uint32_t owner = owner_of(people, kind, told(identity, kind));

		if (owner != UINT32_MAX && !contradicts(people, owner, kind, identity))
			return owner;
	}
	if (!is_nameless(identity))
		return UINT32_MAX;
	return owner_of(people, KIND_NAME, told(identity, KIND_NAME));
}

/* -- persons ------------------------------------------------------------------------- */

static void make_room(struct people *people, uint32_t wanted)
{
	const uint32_t room = people->room == 0 ? 16 : people->room * 2;

	assert(wanted <= PEOPLE_MAX);
	if (wanted <= people->room)
		return;
	people->room = room > wanted ? room : wanted;
	people->rows =
		memory_resized(people->rows, people->room * sizeof(people->rows[0]));
}

static void begin_row(struct person_row *row, uint32_t session, uint32_t number)
{
	*row = (struct person_row){ .session = session, .number = number };
	for (int kind = 0; kind < KINDS; kind++)
		owned_set(held(row, kind), "");
	owned_set(&row->conversation_id, "");
	owned_set(&row->profession, "");
}

uint32_t people_add(struct people *people, uint32_t session)
{
	const uint32_t number = people->count;

	if (number == PEOPLE_MAX)
		return UINT32_MAX;
	make_room(people, number + 1);
	begin_row(&people->rows[number], session, number);
	people->count++;
	return number;
}

static void forget_key(struct people *people, uint32_t number, int kind,
		       const char *value)
{
	char key[KEY_BYTES];

	if (owner_of(people, kind, value) == number)
		map_remove(&people->known, key_of(kind, value, key));
}

/* Names lead to a person only while nothing stronger does. */
static void index_name(struct people *people, uint32_t number)
{
	const struct person_row *const row = &people->rows[number];

	if (*row->name == '\0')
		return;
	if (*row->object_id != '\0' || *row->teams_id != '\0' || *row->email != '\0')
		forget_key(people, number, KIND_NAME, row->name);
	else if (owner_of(people, KIND_NAME, row->name) == UINT32_MAX)
		put_key(people, number, KIND_NAME, row->name);
}

static bool learn_key(struct people *people, uint32_t number, int kind, const char *value)
{
	const char **const theirs = held(&people->rows[number], kind);
	const uint32_t owner = owner_of(people, kind, value);

	if (*value == '\0' || owner == number)
		return false;
	if (owner != UINT32_MAX) {
		log_warning("directory", "identity=%s of person=%u belongs to person=%u",
			    kind_names[kind], number, owner);
		return false;
	}
	if (**theirs != '\0')
		forget_key(people, number, kind, *theirs);
	owned_set(theirs, value);
	put_key(people, number, kind, value);
	return true;
}

static bool learn_name(struct people *people, uint32_t number, const char *value)
{
	struct person_row *const row = &people->rows[number];

	if (*value == '\0' || strncmp(row->name, value, DIRECTORY_TEXT) == 0)
		return false;
	forget_key(people, number, KIND_NAME, row->name);
	return owned_set(&row->name, value);
}

bool people_learn(struct people *people, uint32_t number, const struct identity *identity)
{
	bool changed = false;

	assert(number < people->count);
	for (int kind = 0; kind < KIND_NAME; kind++) {
		if (learn_key(people, number, kind, told(identity, kind)))
			changed = true;
	}
	if (learn_name(people, number, told(identity, KIND_NAME)))
		changed = true;
	index_name(people, number);
	return changed;
}

/* Numbers come in order, but a gap in a damaged table must not shift anybody. */
void people_restore(struct people *people, const struct person_row *row)
{
	const struct identity identity = { row->name, row->object_id, row->teams_id,
					   row->email };

	if (row->number >= PEOPLE_MAX) {
		log_warning("directory", "left out session=%u person=%u: too many",
			    row->session, row->number);
		return;
	}
	while (people->count <= row->number)
		people_add(people, row->session);
	people_learn(people, row->number, &identity);
	owned_set(&people->rows[row->number].conversation_id, row->conversation_id);
	owned_set(&people->rows[row->number].profession, row->profession);
}

void people_finish(struct people *people)
{
	for (uint32_t i = 0; i < people->count; i++) {
		for (int kind = 0; kind < KINDS; kind++)
			owned_free(held(&people->rows[i], kind));
		owned_free(&people->rows[i].conversation_id);
		owned_free(&people->rows[i].profession);
	}
	free(people->rows);
	map_finish(&people->known);
	*people = (struct people){ 0 };
}
