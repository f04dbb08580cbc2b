/* SPDX-License-Identifier: MIT */
/*
 * Notifications that say they are sealed for us, and what decrypted ones might say.  The
 * first byte tells: 'c' is content of a meeting, anything else a collection as it came.
 * Nobody here knows our key, so nothing opens.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/decode/call_event.h"
#include "daemon/decode/sealed.h"
#include "daemon/store/batch.h"
#include "daemon/store/directory.h"
#include "handlers/arena.h"
#include "handlers/handlers.h"
#include "handlers/session.h"
#include "handlers/transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct envelopes *ours(void)
{
	static struct envelopes *envelopes;
	char folder[] = "/tmp/plenary-fuzz-XXXXXX", path[256];

	if (envelopes != NULL)
		return envelopes;
	if (mkdtemp(folder) == NULL ||
	    envelopes_open(&envelopes, folder, 1795600000000) < 0)
		abort();
	snprintf(path, sizeof(path), "%s/%s.pem", folder, envelopes_id(envelopes));
	unlink(path);
	rmdir(folder);
	return envelopes;
}

static void as_collection(const char *body, size_t bytes)
{
	const struct sealed_whose whose[] = { { 0, 1, 0 }, { 1, 1, 2 } };
	struct sealed *const sealed = sealed_read(body, bytes, whose, 2);

	if (sealed == NULL)
		return;
	for (size_t i = 0; i < sealed->count; i++)
		sealed->items[i].vouched = true;
	sealed_open(sealed, ours());
	for (size_t i = 0; i < sealed->count; i++)
		assert(sealed->items[i].verdict != ENVELOPE_OPENED ||
		       sealed->items[i].settled);
	assert(sealed->tokens <= SEALED_TOKENS);
	sealed_destroy(sealed);
}

static void as_whose(const char *text)
{
	struct sealed_whose *list = NULL;
	struct text again = { 0 };
	size_t count = 0;

	if (sealed_whose_read(text, &list, &count) == 0)
		sealed_whose_write(&again, list, count);
	text_finish(&again);
	free(list);
}

/* -- content -------------------------------------------------------------------------------- */

struct stand {
	struct directory *directory;
	struct batch batch;
	struct arena arena;
	struct session *session;
	int64_t now_ms;
};

static void take(void *context, const struct event *told)
{
	struct stand *const stand = context;
	struct effects effects = { .arena = &stand->arena };
	struct event event = *told;
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
	take(stand, &event);
}

static void as_content(const char *content, size_t bytes)
{
	const struct session_row row = { .uid = "s", .starts_ms = 4099194000000 };
	struct stand stand = { .now_ms = 4099194000000 };
	int is_new;

	stand.directory = directory_create();
	stand.session = session_create(1);
	directory_add_session(stand.directory, &stand.batch, &row, &is_new);
	tell(&stand,
	     "session_scheduled starts=4099194000000 grace=120000 transfer=180000");
	tell(&stand, "block_planned kind=round length=600000 fixed=-1 room_size=2");
	tell(&stand, "session_opened");
	const struct call_event_of of = { .directory = stand.directory,
					  .batch = &stand.batch,
					  .session = stand.session };

	/* twice: a repeat is harmless too */
	call_event_means(content, bytes, &of, take, &stand);
	call_event_means(content, bytes, &of, take, &stand);
	directory_destroy(stand.directory);
	session_destroy(stand.session);
	batch_finish(&stand.batch);
	arena_finish(&stand.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = { 0 };

	if (size == 0)
		return 0;
	text_add(&text, (const char *)data + 1, size - 1);
	if (data[0] == 'c') {
		as_content(text_string(&text), text.length);
	} else {
		as_whose(text_string(&text));
		as_collection(text_string(&text), text.length);
	}
	text_finish(&text);
	return 0;
}

/* What is made once goes with the program. */
__attribute__((destructor)) static void finish(void)
{
	envelopes_destroy(ours());
}
