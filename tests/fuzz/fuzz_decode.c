/* SPDX-License-Identifier: MIT */
/*
 * What parties say: activities, CloudEvents and notifications of anybody.  Whatever they
 * are taken for, the core can handle it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/common/utf8.h"
#include "daemon/decode/activity.h"
#include "daemon/decode/cloudevent.h"
#include "daemon/decode/notification.h"
#include "daemon/decode/json.h"
#include "daemon/sessions.h"
#include "daemon/store/batch.h"
#include "daemon/store/directory.h"
#include "handlers/arena.h"
#include "handlers/handlers.h"
#include "handlers/session.h"
#include "handlers/transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct stand {
	struct directory *directory;
	struct batch batch;
	struct arena arena;
	struct session *session;
	struct sessions *sessions;
	int64_t now_ms;
};

static void take(struct stand *stand, struct event event)
{
	struct effects effects = { .arena = &stand->arena };
	char line[EVENT_LINE_BYTES];

	assert(event.session == 1);
	event.at_ms = stand->now_ms += 1000;
	event.seed = 7;
	event_write(&event, line);
	handle(stand->session, &event, &effects);
	arena_reset(&stand->arena);
}

static void tell(struct stand *stand, const char *line)
{
	struct event event;
	const char *wrong;
	const int rc = event_read(line, &event, &wrong);

	assert(rc == 0);
	event.session = 1;
	take(stand, event);
}

/* One session under way, with one person, one round and one poll. */
static void begin(struct stand *stand)
{
	const struct session_row row = { .uid = "s", .starts_ms = 4099194000000 };
	const struct place_row place = { .session = 1,
					 .thread_id = "t",
					 .subscription_id = "u",
					 .client_state = "c" };
	const struct identity identity = { .name = "N", .teams_id = "29:u1" };
	int is_new;

	stand->directory = directory_create();
	stand->session = session_create(1);
	stand->sessions = memory_zeroed(sizeof(*stand->sessions));
	stand->sessions->list[1] = stand->session;
	stand->now_ms = 4099194000000;
	directory_add_session(stand->directory, &stand->batch, &row, &is_new);
	directory_set_place(stand->directory, &stand->batch, &place);
	directory_meet(stand->directory, &stand->batch, 1, &identity);
	tell(stand,
	     "session_scheduled starts=4099194000000 grace=120000 transfer=180000");
	tell(stand, "block_planned kind=round length=600000 fixed=-1 room_size=2");
	tell(stand, "poll_planned choices=3 changeable=1 shown=1");
	tell(stand, "person_enrolled person=0");
	tell(stand, "session_opened");
	tell(stand, "meeting_started place=0");
}

static void finish(struct stand *stand)
{
	directory_destroy(stand->directory);
	session_destroy(stand->session);
	free(stand->sessions);
	batch_finish(&stand->batch);
	arena_finish(&stand->arena);
}

static void as_activity(struct stand *stand, const char *text, size_t bytes)
{
	struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
	struct problem problem = { 0 };
	struct activity activity;

	if (activity_read(text, bytes, &activity, &problem) == 0) {
		activity_means(&activity,
			       &(struct activity_of){ stand->directory, &stand->batch,
						      stand->sessions },
			       meaning);
		for (size_t i = 0; i < meaning->count; i++)
			take(stand, meaning->events[i]);
		activity_finish(&activity);
	} else {
		assert(problem.status == 400);
	}
	free(meaning);
}

/* The value of a ce- header: what is taken is UTF-8 and no longer than it was. */
static void as_header(const char *value)
{
	struct text text = { 0 };

	if (cloudevent_header(value, &text) == 0) {
		assert(text.length <= strlen(value));
		assert(strlen(text_string(&text)) == text.length);
		assert(utf8_is_valid(text_string(&text), text.length, NULL));
	}
	text_finish(&text);
}

static void as_cloudevent(struct stand *stand, const char *text, size_t bytes)
{
	char fault[JSON_FAULT_BYTES];
	json_t *const root = json_read(text, bytes, fault);
	struct problem problem = { 0 };
	struct cloudevent cloudevent;
	struct event event;

	if (root == NULL)
		return;
	if (cloudevent_read((struct json_t *)root, &cloudevent, &problem) == 0 &&
	    cloudevent_means(&cloudevent, stand->directory, &stand->batch, &event,
			     &problem) == 0)
		take(stand, event);
	else
		assert(problem.status == 400 || problem.status == 422);
	json_decref(root);
}

static void on_notification(void *context, const struct notification *notification)
{
	(void)context;
	assert(notification->kind == NOTIFIED_STRANGE || notification->session == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stand stand = { 0 };
	struct problem problem = { 0 };
	const char *const text = (const char *)data;

	char *const value = memory_zeroed(size + 1);

	if (size > 0)
		memcpy(value, data, size);
	as_header(value);
	free(value);
	begin(&stand);
	as_activity(&stand, text, size);
	as_cloudevent(&stand, text, size);
	if (notifications_read(text, size, stand.directory, on_notification, NULL,
			       &problem) < 0)
		assert(problem.status == 400 || problem.status == 413);
	finish(&stand);
	return 0;
}
