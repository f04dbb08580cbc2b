/* SPDX-License-Identifier: MIT */
#include "daemon/store/webinar_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/map.h"
#include "daemon/common/text.h"
#include "daemon/store/batch.h"
#include "daemon/store/people.h"

struct entry {
	struct webinar_row row; /* strings owned */
	struct map registrations;
};

struct webinar_book {
	struct map entries; /* by the session's number */
};

struct webinar_book *webinar_book_create(void)
{
	return memory_zeroed(sizeof(struct webinar_book));
}

static void entry_destroy(struct entry *entry)
{
	const struct map_slot *slot;
	size_t at = 0;

	while ((slot = map_next(&entry->registrations, &at)) != NULL) {
		struct registration_row *const row = slot->value;

		owned_free(&row->registration_id);
		owned_free(&row->employer);
		free(row);
	}
	map_finish(&entry->registrations);
	owned_free(&entry->row.event_id);
	owned_free(&entry->row.session_id);
	free(entry);
}

void webinar_book_destroy(struct webinar_book *book)
{
	const struct map_slot *slot;
	size_t at = 0;

	if (book == NULL)
		return;
	while ((slot = map_next(&book->entries, &at)) != NULL)
		entry_destroy(slot->value);
	map_finish(&book->entries);
	free(book);
}

static struct entry *entry_of(const struct webinar_book *book, uint32_t session)
{
	char key[16];

	snprintf(key, sizeof(key), "%u", session);
	return map_get(&book->entries, key);
}

const struct webinar_row *webinar_book_get(const struct webinar_book *book,
					   uint32_t session)
{
	const struct entry *const entry = entry_of(book, session);

	return entry != NULL ? &entry->row : NULL;
}

const struct registration_row *webinar_book_registration(const struct webinar_book *book,
							 uint32_t session,
							 const char *registration_id)
{
	const struct entry *const entry = entry_of(book, session);

	return entry != NULL ? map_get(&entry->registrations, registration_id) : NULL;
}

static void write_webinar(struct batch *batch, const struct webinar_row *row)
{
	batch_row(batch, ROW_WEBINAR);
	batch_number(batch, row->session);
	batch_string(batch, row->event_id);
	batch_string(batch, row->session_id);
}

void webinar_book_set(struct webinar_book *book, struct batch *batch,
		      const struct webinar_row *row)
{
	struct entry *entry = entry_of(book, row->session);
	char key[16];

	if (entry == NULL) {
		entry = memory_zeroed(sizeof(*entry));
		entry->row.session = row->session;
		snprintf(key, sizeof(key), "%u", row->session);
		map_put(&book->entries, key, entry);
	}
	const bool renamed = owned_set(&entry->row.event_id, row->event_id);
	const bool moved = owned_set(&entry->row.session_id, row->session_id);

	if (batch != NULL && (renamed || moved))
		write_webinar(batch, &entry->row);
}

static void write_registration(struct batch *batch, const struct registration_row *row)
{
	batch_row(batch, ROW_REGISTRATION);
	batch_number(batch, row->session);
	batch_string(batch, row->registration_id);
	batch_number(batch, row->person);
	batch_number(batch, (int64_t)row->status);
	batch_string(batch, row->employer);
}

void webinar_book_register(struct webinar_book *book, struct batch *batch,
			   const struct registration_row *row)
{
	struct entry *const entry = entry_of(book, row->session);
	struct registration_row *held;

	if (entry == NULL || row->registration_id[0] == '\0')
		return;
	held = map_get(&entry->registrations, row->registration_id);
	if (held == NULL) {
		held = memory_zeroed(sizeof(*held));
		held->session = row->session;
		owned_set(&held->registration_id, row->registration_id);
		owned_set(&held->employer, "");
		held->person = UINT32_MAX;
		map_put(&entry->registrations, row->registration_id, held);
	}
	const bool changed = held->status != row->status || held->person != row->person;

	held->status = row->status;
	held->person = row->person;
	if ((owned_set(&held->employer, row->employer) || changed) && batch != NULL)
		write_registration(batch, held);
}
