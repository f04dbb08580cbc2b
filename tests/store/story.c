/* SPDX-License-Identifier: MIT */
#include "tests/store/story.h"

#include <unistd.h>

#include "daemon/store/directory.h"
#include "daemon/wire/auth.h"
#include "handlers/arena.h"
#include "handlers/handlers.h"
#include "handlers/session.h"
#include "handlers/transcript.h"
#include "tests/check.h"

struct story {
	struct scratch *scratch;
	struct directory *directory;
	struct session *session;
	struct arena arena;
	uint64_t events;
};

/* What the daemon does with an event, without anybody to answer. */
static void happens(struct story *story, int minute, const char *line)
{
	struct effects effects = { .arena = &story->arena };
	struct batch *const batch = journal_batch(story->scratch->journal);
	char whole[EVENT_LINE_BYTES];
	struct event event;
	const char *wrong = NULL;

	CHECK_INT(0, event_read(line, &event, &wrong));
	event.at_ms = STORY_STARTS + minute * STORY_MINUTE;
	event.session = 1;
	event.seed = 7 + story->events;
	event_write(&event, whole);
	batch_event(batch, ++story->events, 1, event.at_ms, whole);
	handle(story->session, &event, &effects);
	for (size_t i = 0; i < effects.count; i++)
		batch_record(batch, story->session, &effects.list[i]);
	arena_reset(&story->arena);
}

static void digest(struct story *story)
{
	uint8_t bytes[32];

	auth_sha256(story->session, session_bytes(story->session), bytes);
	batch_digest(journal_batch(story->scratch->journal), 1, story->events, bytes);
}

static void meets(struct story *story, uint32_t number, struct identity identity)
{
	CHECK_INT(number,
		  directory_meet(story->directory, journal_batch(story->scratch->journal),
				 1, &identity));
}

static void people_enrol(struct story *story)
{
	meets(story, 0,
	      (struct identity){ .name = "Person 00",
				 .object_id = "aad-0",
				 .email = "0@example.test" });
	meets(story, 1,
	      (struct identity){ .name = "Person 01", .email = "1@example.test" });
	meets(story, 2, (struct identity){ .name = "=Person 02" });
	directory_set_profession(story->directory, journal_batch(story->scratch->journal),
				 1, 0, "nurse, \"senior\"");
	happens(story, -60, "person_enrolled person=0 role=facilitator");
	happens(story, -60, "person_enrolled person=1");
	happens(story, -60, "person_enrolled person=2");
}

static void session_is_held(struct story *story)
{
	char scheduled[EVENT_LINE_BYTES];

	snprintf(scheduled, sizeof(scheduled),
		 "session_scheduled starts=%lld grace=120000 transfer=180000",
		 (long long)STORY_STARTS);
	happens(story, -60, scheduled);
	happens(story, -60,
		"block_planned block=0 kind=plenary length=3600000 creditable=1");
	people_enrol(story);
	happens(story, -60, "session_opened");
	digest(story);
	happens(story, 0, "meeting_started place=0");
	happens(story, 0, "person_joined person=0 place=0");
	happens(story, 0, "person_joined person=1 place=0");
	happens(story, 0, "runsheet_started");
	happens(story, 30, "person_left person=1 place=0");
	digest(story);
	happens(story, 60, "alarm_rang");
	happens(story, 60, "meeting_ended place=0");
	digest(story);
}

void story_begin(struct scratch *scratch)
{
	const struct session_row row = { .uid = "leep-1-autumn",
					 .title = "LEEP 1: Self",
					 .module = 1,
					 .starts_ms = STORY_STARTS };
	struct story story = { .scratch = scratch };
	int is_new = 0;

	scratch_begin(scratch);
	scratch_open(scratch);
	story.directory = directory_create();
	story.session = session_create(1);
	CHECK_INT(1,
		  directory_add_session(story.directory, journal_batch(scratch->journal),
					&row, &is_new));
	session_is_held(&story);
	CHECK_INT(STORY_EVENTS, story.events);
	CHECK(story.session->state >= SESSION_OVER);
	journal_flush(scratch->journal);
	scratch_close(scratch);
	session_destroy(story.session);
	directory_destroy(story.directory);
	arena_finish(&story.arena);
}

int story_runs(const struct scratch *scratch, command_fn *command, char *out,
	       size_t bytes, const char *const words[])
{
	char *argv[16] = { 0 };
	char path[SCRATCH_BYTES + 8];
	int argc = 0;

	for (; words[argc] != NULL; argc++)
		argv[argc] = (char *)words[argc];
	argv[argc++] = (char *)"--database";
	argv[argc++] = (char *)scratch->path;
	snprintf(path, sizeof(path), "%s/out", scratch->folder);
	fflush(stdout);
	const int kept = dup(STDOUT_FILENO);
	FILE *const file = fopen(path, "w+");
	CHECK(file != NULL);
	dup2(fileno(file), STDOUT_FILENO);
	const int status = command(argc, argv);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	rewind(file);
	out[fread(out, 1, bytes - 1, file)] = '\0';
	fclose(file);
	return status;
}
