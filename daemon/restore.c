/* SPDX-License-Identifier: MIT */
#include "daemon/restore.h"

#include <errno.h>
#include <inttypes.h>

#include "daemon/common/log.h"
#include "daemon/door/inbox.h"
#include "daemon/plenary.h"
#include "daemon/store/directory.h"
#include "handlers/handlers.h"
#include "handlers/transcript.h"

/* What a session's events asked for was committed with them: only its state is rebuilt. */
struct retelling {
	struct plenary *plenary;
	uint64_t events, unreadable;
};

static void on_session(void *context, const struct session_row *row)
{
	struct retelling *const retelling = context;

	directory_restore_session(retelling->plenary->directory, row);
	sessions_need(&retelling->plenary->sessions, row->number);
}

static void on_person(void *context, const struct person_row *row)
{
	struct retelling *const retelling = context;

	directory_restore_person(retelling->plenary->directory, row);
}

static void on_place(void *context, const struct place_row *row)
{
	struct retelling *const retelling = context;

	directory_restore_place(retelling->plenary->directory, row);
}

static void on_webinar(void *context, const struct webinar_row *row)
{
	struct retelling *const retelling = context;

	webinar_book_set(retelling->plenary->book, NULL, row);
}

static void on_registration(void *context, const struct registration_row *row)
{
	struct retelling *const retelling = context;

	webinar_book_register(retelling->plenary->book, NULL, row);
}

static void on_event(void *context, uint64_t number, uint32_t session_number,
		     const char *line)
{
	struct retelling *const retelling = context;
	struct turn *const turn = &retelling->plenary->turn;
	struct session *const session =
		sessions_need(&retelling->plenary->sessions, session_number);
	struct effects effects = { .arena = &turn->arena };
	struct event event;
	const char *wrong;

	if (number >= turn->next_event)
		turn->next_event = number + 1;
	if (session == NULL || event_read(line, &event, &wrong) < 0) {
		log_error("restore", "unreadable number=%" PRIu64, number);
		retelling->unreadable++;
		return;
	}
	handle(session, &event, &effects);
	arena_reset(&turn->arena);
	retelling->events++;
}

static void on_delivery(void *context, const struct delivery *delivery)
{
	struct retelling *const retelling = context;

	outbox_restore(&retelling->plenary->outbox, delivery);
}

static void on_chat(void *context, const char *id, uint16_t state)
{
	struct retelling *const retelling = context;

	if (state < CHAT_STATES)
		chats_restore(&retelling->plenary->outbox.chats, id,
			      (enum chat_state)state);
}

static void on_seen(void *context, const char *key, int64_t at_ms)
{
	struct retelling *const retelling = context;

	door_restore_seen(&retelling->plenary->door, key, at_ms);
}

static void on_inbox(void *context, const struct inbox_row *row)
{
	struct retelling *const retelling = context;

	if (retelling->plenary->inbox != NULL)
		inbox_restore(retelling->plenary->inbox, row);
}

int restore(struct plenary *plenary)
{
	struct retelling retelling = { .plenary = plenary };
	const struct journal_reader reader = {
		.session = on_session,
		.person = on_person,
		.place = on_place,
		.webinar = on_webinar,
		.registration = on_registration,
		.event = on_event,
		.delivery = on_delivery,
		.chat = on_chat,
		.seen = on_seen,
		.inbox = on_inbox,
		.context = &retelling,
		.seen_since_ms = clock_now_ms(&plenary->clock) - DOOR_SEEN_MS,
	};
	const int rc = journal_read(plenary->journal, &reader);

	if (rc == 0 && retelling.unreadable > 0) {
		log_error("restore",
			  "the journal has %" PRIu64
			  " lines that this program cannot read: "
			  "is the database from a newer version?",
			  retelling.unreadable);
		return -EILSEQ;
	}
	if (rc == 0 && retelling.events > 0)
		log_info("restore",
			 "sessions=%u events=%" PRIu64 " deliveries_waiting=%" PRIu64,
			 plenary->sessions.highest, retelling.events,
			 plenary->outbox.counts.waiting);
	return rc;
}
