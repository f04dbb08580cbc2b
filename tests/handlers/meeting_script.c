/* SPDX-License-Identifier: MIT */
#include "tests/handlers/meeting_script.h"

#include <ctype.h>

#include "handlers/arena.h"
#include "handlers/handlers.h"
#include "handlers/transcript.h"
#include "tests/check.h"

enum { STORY_BYTES = 4 * 1024 * 1024 };

static struct {
	struct session *session;
	struct arena arena;
	struct event event;
	int64_t now_ms;
	uint64_t seed;
	size_t length;
	char story[STORY_BYTES];
} script;

struct session *the_session(void)
{
	return script.session;
}

int64_t clock_time(int hour, int minute, int second)
{
	return SCRIPT_MIDNIGHT + hour * SCRIPT_HOUR + minute * SCRIPT_MINUTE +
	       second * SCRIPT_SECOND;
}

static void script_ends(void)
{
	session_destroy(script.session);
	arena_finish(&script.arena);
}

/* Copies the line, writing what looks like a time of the script's day as one. */
static void tell(const char *line)
{
	while (*line) {
		char *end = NULL;
		const long long number = isdigit(*line) ? strtoll(line, &end, 10) : 0;
		const long long ms = number - SCRIPT_MIDNIGHT;
		char *const to = script.story + script.length;
		int written = 1;

		if (number < SCRIPT_MIDNIGHT || ms >= 240LL * SCRIPT_HOUR) {
			*to = *line++;
		} else {
			written =
				sprintf(to, "%02lld:%02lld:%02lld", ms / SCRIPT_HOUR,
					ms / SCRIPT_MINUTE % 60, ms / SCRIPT_SECOND % 60);
			if (ms % 1000)
				written += sprintf(to + written, ".%03lld", ms % 1000);
			line = end;
		}
		script.length += (size_t)written;
		CHECK(script.length < STORY_BYTES - 1024);
	}
	script.story[script.length++] = '\n';
	script.story[script.length] = '\0';
}

struct event *something(enum event_kind kind)
{
	script.event = event_blank(kind);
	return &script.event;
}

void it_happens(void)
{
	struct effects effects = { &script.arena, NULL, 0, 0 };
	char line[EVENT_LINE_BYTES];

	script.event.at_ms = script.now_ms;
	script.event.seed = ++script.seed;
	handle(script.session, &script.event, &effects);
	tell(event_name(script.event.kind));
	for (size_t i = 0; i < effects.count; i++) {
		effect_write(&effects.list[i], line);
		tell(line);
	}
	arena_reset(&script.arena);
}

void session_is_planned(void)
{
	if (script.session)
		session_destroy(script.session);
	else
		atexit(script_ends);
	script.session = session_create(1);
	script.now_ms = clock_time(8, 0, 0);
	script.seed = 0;
	struct event *const event = something(EVENT_SESSION_SCHEDULED);
	event->scheduled.starts_ms = clock_time(10, 0, 0);
	event->scheduled.grace_ms = 120 * SCRIPT_SECOND;
	event->scheduled.transfer_ms = 180 * SCRIPT_SECOND;
	event->scheduled.minimum_answers = 3;
	it_happens();
}

struct event *block(enum block_kind kind, int minutes)
{
	struct event *const event = something(EVENT_BLOCK_PLANNED);

	event->block = (uint16_t)script.session->blocks;
	event->block_planned.kind = (uint16_t)kind;
	event->block_planned.length_ms = minutes * SCRIPT_MINUTE;
	event->block_planned.creditable = kind != BLOCK_BREAK;
	return event;
}

struct event *round_of(int room_size, int minutes)
{
	struct event *const event = block(BLOCK_ROUND, minutes);

	event->block_planned.room_size = (uint16_t)room_size;
	event->block_planned.warnings_ms[0] = 5 * SCRIPT_MINUTE;
	event->block_planned.warnings_ms[1] = SCRIPT_MINUTE;
	event->block_planned.warnings_ms[2] = 30 * SCRIPT_SECOND;
	return event;
}

struct event *poll(int of_block, int choices)
{
	struct event *const event = something(EVENT_POLL_PLANNED);

	event->poll = (uint16_t)script.session->polls;
	event->block = (uint16_t)of_block;
	event->poll_planned.choices = (uint16_t)choices;
	event->poll_planned.changeable = 1;
	event->poll_planned.shown = 1;
	return event;
}

void block_is_kept(void)
{
	const uint32_t kept = script.session->blocks + script.session->polls;

	it_happens();
	CHECK_INT(kept + 1, script.session->blocks + script.session->polls);
}

void people_enrol(int first, int count, enum role role)
{
	for (int i = 0; i < count; i++) {
		struct event *const event = something(EVENT_PERSON_ENROLLED);
		event->person = (uint32_t)(first + i);
		event->enrolled.role = role;
		it_happens();
	}
}

void session_opens_without_rooms(void)
{
	something(EVENT_SESSION_OPENED);
	it_happens();
}

void session_opens(void)
{
	session_opens_without_rooms();
	for (uint32_t i = 0; i < PLACES_MAX; i++) {
		if (script.session->place[i].state != PLACE_ASKED)
			continue;
		something(EVENT_ROOM_READY)->place = (uint16_t)i;
		it_happens();
	}
}

static void ring_until(int64_t moment)
{
	while (script.session->alarm_ms && script.session->alarm_ms <= moment) {
		script.now_ms = script.session->alarm_ms;
		something(EVENT_ALARM_RANG);
		it_happens();
		CHECK(script.session->alarm_ms == 0 ||
		      script.session->alarm_ms > script.now_ms);
	}
	script.now_ms = moment;
}

void at(int hour, int minute, int second)
{
	CHECK(clock_time(hour, minute, second) >= script.now_ms);
	ring_until(clock_time(hour, minute, second));
}

void wait_ms(int64_t ms)
{
	ring_until(script.now_ms + ms);
}

static void happens_at(enum event_kind kind, int person, int place)
{
	struct event *const event = something(kind);

	event->source = SOURCE_BOT;
	event->person = person < 0 ? PERSON_NONE : (uint32_t)person;
	event->place = (uint16_t)place;
	event->presence.occurred_ms = script.now_ms;
	it_happens();
}

void meeting_starts(void)
{
	happens_at(EVENT_MEETING_STARTED, -1, PLACE_MAIN);
}

void meeting_ends(void)
{
	happens_at(EVENT_MEETING_ENDED, -1, PLACE_MAIN);
}

void joins(int person, int place)
{
	happens_at(EVENT_PERSON_JOINED, person, place);
}

void leaves(int person, int place)
{
	happens_at(EVENT_PERSON_LEFT, person, place);
}

void all_join(int first, int count)
{
	for (int i = 0; i < count; i++)
		joins(first + i, PLACE_MAIN);
}

void reports(int person, int place, int64_t from_ms, int64_t to_ms)
{
	struct event *const event = something(EVENT_INTERVAL_REPORTED);

	event->source = SOURCE_REPORT;
	event->person = (uint32_t)person;
	event->place = (uint16_t)place;
	event->interval.from_ms = from_ms;
	event->interval.to_ms = to_ms;
	it_happens();
}

void somebody(int person, enum event_kind kind)
{
	something(kind)->by = (uint32_t)person;
	it_happens();
}

void facilitator(enum event_kind kind)
{
	somebody(0, kind);
}

void extends_by(int64_t ms)
{
	struct event *const event = something(EVENT_RUNSHEET_EXTENDED);

	event->by = 0;
	event->extended.by_ms = ms;
	it_happens();
}

void votes(int person, int of_poll, int choice)
{
	struct event *const event = something(EVENT_POLL_VOTED);

	event->by = (uint32_t)person;
	event->person = (uint32_t)person;
	event->poll = (uint16_t)of_poll;
	event->vote.choice = (uint32_t)choice;
	it_happens();
}

void so_far(void)
{
	script.length = 0;
	script.story[0] = '\0';
}

void expect_all(const char *file, int line, const char *transcript)
{
	expect_only(file, line, NULL, transcript);
	so_far();
}

static int is_effect(const char *line, const char *verb)
{
	const size_t bytes = strlen(verb);

	return strncmp(line, "  ", 2) == 0 && strncmp(line + 2, verb, bytes) == 0 &&
	       (line[2 + bytes] == ' ' || line[2 + bytes] == '\n');
}

void expect_only(const char *file, int line, const char *verb, const char *transcript)
{
	static char picked[STORY_BYTES];
	size_t length = 0;

	for (const char *from = script.story; *from;) {
		const size_t bytes = strcspn(from, "\n") + 1;
		if (!verb || is_effect(from, verb)) {
			memcpy(picked + length, from, bytes);
			length += bytes;
		}
		from += bytes;
	}
	picked[length] = '\0';
	check_count++;
	if (strcmp(picked, transcript) == 0)
		return;
	fprintf(stderr, "%s:%d: the meeting did\n%s\nexpected\n%s\n", file, line, picked,
		transcript);
	exit(1);
}

int count_of(const char *verb)
{
	int count = 0;

	for (const char *line = script.story; *line; line += strcspn(line, "\n") + 1)
		count += is_effect(line, verb);
	return count;
}

void sentence_of(uint32_t person, char sentence[RECONCILE_SENTENCE_BYTES])
{
	const struct session *const session = the_session();
	const struct result *const held = &session->results[person];
	const struct reconcile_result result = {
		.creditable_ms = session->creditable_ms,
		.attended_ms = held->attended_ms,
		.presumed_ms = held->presumed_ms,
		.absent_ms = held->absent_ms,
		.longest_absence_ms = held->longest_absence_ms,
		.first_ms = held->first_ms,
		.last_ms = held->last_ms,
		.unheard_ms = held->unheard_ms,
		.verdict = held->verdict,
	};

	reconcile_sentence(&result, sentence);
}
