/* SPDX-License-Identifier: MIT */
#include "daemon/store/directory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/log.h"
#include "daemon/common/map.h"
#include "daemon/common/text.h"
#include "daemon/store/people.h"
#include "handlers/event.h"

struct entry {
	struct session_row row; /* strings owned, "" when not known */
	struct people people;
	struct place_row *places; /* by number; PLACES_MAX of them once one is known */
};

struct directory {
	struct entry *entries[DIRECTORY_SESSIONS + 1]; /* by number, from 1 */
	uint32_t highest;
	struct map uids;
	struct map threads, join_urls, subscriptions; /* to session << 16 | place */
};

/* A map keeps pointers: numbers go in as they are, and none of ours is 0. */
static uint64_t number_in(const struct map *map, const char *key)
{
	return (uintptr_t)map_get(map, key);
}

static void put_number(struct map *map, const char *key, uint64_t number)
{
	map_put(map, key, (void *)(uintptr_t)number);
}

struct directory *directory_create(void)
{
	return memory_zeroed(sizeof(struct directory));
}

/* -- rows ---------------------------------------------------------------------------- */

enum { PLACE_STRINGS = 7, SESSION_STRINGS = 5 };

struct strings {
	const char **list[PLACE_STRINGS];
};

static struct strings place_strings(struct place_row *row)
{
	return (struct strings){ { &row->name, &row->thread_id, &row->meeting_id,
				   &row->join_url, &row->subscription_id,
				   &row->client_state, &row->certificate_id } };
}

static struct strings session_strings(struct session_row *row)
{
	return (struct strings){ { &row->uid, &row->title, &row->organiser_id,
				   &row->tenant_id, &row->service_url } };
}

static void finish_entry(struct entry *entry)
{
	const struct strings own = session_strings(&entry->row);

	for (int i = 0; i < SESSION_STRINGS; i++)
		owned_free(own.list[i]);
	owned_free(&entry->row.programme);
	for (uint32_t place = 0; entry->places != NULL && place < PLACES_MAX; place++) {
		const struct strings strings = place_strings(&entry->places[place]);

		for (int i = 0; i < PLACE_STRINGS; i++)
			owned_free(strings.list[i]);
	}
	free(entry->places);
	people_finish(&entry->people);
	free(entry);
}

void directory_destroy(struct directory *directory)
{
	if (directory == NULL)
		return;
	for (uint32_t number = 1; number <= directory->highest; number++) {
		if (directory->entries[number] != NULL)
			finish_entry(directory->entries[number]);
	}
	map_finish(&directory->uids);
	map_finish(&directory->threads);
	map_finish(&directory->join_urls);
	map_finish(&directory->subscriptions);
	free(directory);
}

static struct entry *entry_of(const struct directory *directory, uint32_t session)
{
	return session <= directory->highest ? directory->entries[session] : NULL;
}

/* -- sessions ------------------------------------------------------------------------ */

static void set_session(struct directory *directory, const struct session_row *row)
{
	struct entry *const entry = memory_zeroed(sizeof(*entry));
	struct session_row from = *row;
	const struct strings to = session_strings(&entry->row);
	const struct strings given = session_strings(&from);

	for (int i = 0; i < SESSION_STRINGS; i++)
		owned_set(to.list[i], *given.list[i]);
	/* A programme is a whole text: the limit is for what people are called. */
	entry->row.programme =
		memory_string(row->programme != NULL ? row->programme : "");
	entry->row.number = row->number;
	entry->row.module = row->module;
	entry->row.starts_ms = row->starts_ms;
	directory->entries[row->number] = entry;
	if (row->number > directory->highest)
		directory->highest = row->number;
	put_number(&directory->uids, entry->row.uid, row->number);
}

void directory_restore_session(struct directory *directory, const struct session_row *row)
{
	if (row->number == 0 || row->number > DIRECTORY_SESSIONS ||
	    directory->entries[row->number] != NULL) {
		log_warning("directory", "left out session=%u", row->number);
		return;
	}
	set_session(directory, row);
}

uint32_t directory_add_session(struct directory *directory, struct batch *batch,
			       const struct session_row *row, int *is_new)
{
	const uint32_t known = directory_session_of_uid(directory, row->uid);
	struct session_row numbered = *row;

	if (known != 0) {
		*is_new = 0;
		return known;
	}
	if (directory->highest == DIRECTORY_SESSIONS)
		return 0;
	*is_new = 1;
	numbered.number = directory->highest + 1;
	set_session(directory, &numbered);
	batch_session(batch, &directory->entries[numbered.number]->row);
	return numbered.number;
}

uint32_t directory_session_of_uid(const struct directory *directory, const char *uid)
{
	return (uint32_t)number_in(&directory->uids, uid);
}

const struct session_row *directory_session(const struct directory *directory,
					    uint32_t number)
{
	const struct entry *const entry = entry_of(directory, number);

	return entry != NULL ? &entry->row : NULL;
}

uint32_t directory_sessions(const struct directory *directory)
{
	return directory->highest;
}

void directory_set_service(struct directory *directory, struct batch *batch,
			   uint32_t session, const char *service_url)
{
	struct entry *const entry = entry_of(directory, session);

	assert(entry != NULL);
	if (owned_set(&entry->row.service_url, service_url))
		batch_session(batch, &entry->row);
}

/* -- places -------------------------------------------------------------------------- */

static void begin_places(struct entry *entry)
{
	if (entry->places != NULL)
		return;
	entry->places = memory_zeroed(PLACES_MAX * sizeof(entry->places[0]));
}

static void index_place(struct map *map, const char *old, const char *now, uint64_t value)
{
	if (old != NULL && *old != '\0' && number_in(map, old) == value)
		map_remove(map, old);
	if (*now != '\0')
		put_number(map, now, value);
}

static void set_indexed(struct map *map, const char **held, const char *told,
			uint64_t value, bool *changed)
{
	char *const old = memory_string(*held != NULL ? *held : "");

	if (told != NULL && owned_set(held, told)) {
		index_place(map, old, *held, value);
		*changed = true;
	}
	free(old);
}

static bool set_time(int64_t *held_ms, int64_t told_ms)
{
	if (told_ms == 0 || told_ms == *held_ms)
		return false;
	*held_ms = told_ms;
	return true;
}

static bool set_place(struct directory *directory, struct place_row *held,
		      const struct place_row *told)
{
	const uint64_t value = (uint64_t)told->session << 16 | told->place;
	bool changed = false;

	held->session = told->session;
	held->place = told->place;
	set_indexed(&directory->threads, &held->thread_id, told->thread_id, value,
		    &changed);
	set_indexed(&directory->join_urls, &held->join_url, told->join_url, value,
		    &changed);
	set_indexed(&directory->subscriptions, &held->subscription_id,
		    told->subscription_id, value, &changed);
	if (told->name != NULL && owned_set(&held->name, told->name))
		changed = true;
	if (told->meeting_id != NULL && owned_set(&held->meeting_id, told->meeting_id))
		changed = true;
	if (told->client_state != NULL &&
	    owned_set(&held->client_state, told->client_state))
		changed = true;
	if (told->certificate_id != NULL &&
	    owned_set(&held->certificate_id, told->certificate_id))
		changed = true;
	changed |= set_time(&held->subscription_ends_ms, told->subscription_ends_ms);
	changed |= set_time(&held->subscription_renew_ms, told->subscription_renew_ms);
	return changed;
}

static struct place_row *place_row_of(struct directory *directory,
				      const struct place_row *row)
{
	struct entry *const entry = entry_of(directory, row->session);

	if (entry == NULL || row->place >= PLACES_MAX)
		return NULL;
	begin_places(entry);
	struct place_row *const held = &entry->places[row->place];
	const struct strings strings = place_strings(held);
	for (int i = 0; i < PLACE_STRINGS; i++) {
		if (*strings.list[i] == NULL)
			owned_set(strings.list[i], "");
	}
	return held;
}

void directory_restore_place(struct directory *directory, const struct place_row *row)
{
	struct place_row *const held = place_row_of(directory, row);

	if (held == NULL) {
		log_warning("directory", "left out session=%u place=%u", row->session,
			    row->place);
		return;
	}
	set_place(directory, held, row);
}

void directory_set_place(struct directory *directory, struct batch *batch,
			 const struct place_row *row)
{
	struct place_row *const held = place_row_of(directory, row);

	assert(held != NULL);
	if (set_place(directory, held, row))
		batch_place(batch, held);
}

const struct place_row *directory_place(const struct directory *directory,
					uint32_t session, uint16_t place)
{
	const struct entry *const entry = entry_of(directory, session);

	if (entry == NULL || entry->places == NULL || place >= PLACES_MAX ||
	    entry->places[place].name == NULL)
		return NULL;
	return &entry->places[place];
}

static int place_in(const struct map *map, const char *key, uint32_t *session,
		    uint16_t *place)
{
	const uint64_t value = number_in(map, key);

	if (value == 0)
		return -1;
	*session = (uint32_t)(value >> 16);
	*place = (uint16_t)value;
	return 0;
}

int directory_place_of_thread(const struct directory *directory, const char *thread_id,
			      uint32_t *session, uint16_t *place)
{
	return place_in(&directory->threads, thread_id, session, place);
}

int directory_place_of_join_url(const struct directory *directory, const char *join_url,
				uint32_t *session, uint16_t *place)
{
	return place_in(&directory->join_urls, join_url, session, place);
}

int directory_place_of_subscription(const struct directory *directory, const char *id,
				    uint32_t *session, uint16_t *place)
{
	return place_in(&directory->subscriptions, id, session, place);
}

/* -- people -------------------------------------------------------------------------- */

void directory_restore_person(struct directory *directory, const struct person_row *row)
{
	struct entry *const entry = entry_of(directory, row->session);

	if (entry == NULL) {
		log_warning("directory", "left out session=%u person=%u", row->session,
			    row->number);
		return;
	}
	people_restore(&entry->people, row);
}

static bool is_nobody(const struct identity *identity)
{
	const char *const values[] = { identity->name, identity->object_id,
				       identity->teams_id, identity->email };

	for (int i = 0; i < 4; i++) {
		if (values[i] != NULL && *values[i] != '\0')
			return false;
	}
	return true;
}

uint32_t directory_meet(struct directory *directory, struct batch *batch,
			uint32_t session, const struct identity *identity)
{
	struct entry *const entry = entry_of(directory, session);

	if (entry == NULL || is_nobody(identity))
		return UINT32_MAX;
	uint32_t number = people_find(&entry->people, identity);
	const bool is_new = number == UINT32_MAX;
	if (is_new)
		number = people_add(&entry->people, session);
	if (number == UINT32_MAX)
		return UINT32_MAX;
	if (people_learn(&entry->people, number, identity) || is_new)
		batch_person(batch, &entry->people.rows[number]);
	return number;
}

uint32_t directory_find(const struct directory *directory, uint32_t session,
			const struct identity *identity)
{
	const struct entry *const entry = entry_of(directory, session);

	return entry != NULL ? people_find(&entry->people, identity) : UINT32_MAX;
}

const struct person_row *directory_person(const struct directory *directory,
					  uint32_t session, uint32_t number)
{
	const struct entry *const entry = entry_of(directory, session);

	if (entry == NULL || number >= entry->people.count)
		return NULL;
	return &entry->people.rows[number];
}

uint32_t directory_people(const struct directory *directory, uint32_t session)
{
	const struct entry *const entry = entry_of(directory, session);

	return entry != NULL ? entry->people.count : 0;
}

static struct person_row *known_person(struct directory *directory, uint32_t session,
				       uint32_t number)
{
	struct entry *const entry = entry_of(directory, session);

	assert(entry != NULL && number < entry->people.count);
	return &entry->people.rows[number];
}

void directory_learn(struct directory *directory, struct batch *batch, uint32_t session,
		     uint32_t number, const struct identity *identity)
{
	const struct person_row *const row = known_person(directory, session, number);

	if (people_learn(&entry_of(directory, session)->people, number, identity))
		batch_person(batch, row);
}

void directory_set_conversation(struct directory *directory, struct batch *batch,
				uint32_t session, uint32_t number,
				const char *conversation_id)
{
	struct person_row *const row = known_person(directory, session, number);

	if (owned_set(&row->conversation_id, conversation_id))
		batch_person(batch, row);
}

void directory_set_profession(struct directory *directory, struct batch *batch,
			      uint32_t session, uint32_t number, const char *profession)
{
	struct person_row *const row = known_person(directory, session, number);

	if (owned_set(&row->profession, profession))
		batch_person(batch, row);
}
