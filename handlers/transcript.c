/* SPDX-License-Identifier: MIT */
/* Tables first: which fields an event and an effect have; then four functions over them. */
#include "handlers/transcript.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "handlers/session.h"
#include "handlers/words.h"

enum type { TYPE_U16, TYPE_U32, TYPE_U64, TYPE_I32, TYPE_I64, TYPES };

struct field {
	const char *name;
	uint16_t offset;
	uint16_t type;
	uint32_t ours;  /* 1: set by us alone, never by what a sender says */
	uint64_t unset; /* as the bytes of an unset field, left out in writing */
	const struct words *words; /* written as words instead of numbers */
};

#define FIELD(name, member, type) \
	{ \
		name, offsetof(struct event, member), type, 0, 0, NULL \
	}

static const struct field common[] = {
	{ "at", offsetof(struct event, at_ms), TYPE_I64, 1, 0, NULL },
	{ "session", offsetof(struct event, session), TYPE_U32, 1, 0, NULL },
	{ "seed", offsetof(struct event, seed), TYPE_U64, 1, 0, NULL },
	{ "source", offsetof(struct event, source), TYPE_U16, 1, 0, &source_words },
	{ "by", offsetof(struct event, by), TYPE_U32, 0, PERSON_NONE, NULL },
	{ "person", offsetof(struct event, person), TYPE_U32, 0, PERSON_NONE, NULL },
	{ "place", offsetof(struct event, place), TYPE_U16, 0, PLACE_NONE, NULL },
	FIELD("block", block, TYPE_U16),
	FIELD("poll", poll, TYPE_U16),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field scheduled[] = {
	FIELD("starts", scheduled.starts_ms, TYPE_I64),
	FIELD("grace", scheduled.grace_ms, TYPE_I32),
	FIELD("transfer", scheduled.transfer_ms, TYPE_I32),
	FIELD("minimum_answers", scheduled.minimum_answers, TYPE_U32),
	FIELD("presume", scheduled.presume, TYPE_U32),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field block[] = {
	{ "kind", offsetof(struct event, block_planned.kind), TYPE_U16, 0, 0,
	  &block_kind_words },
	FIELD("length", block_planned.length_ms, TYPE_I32),
	{ "fixed", offsetof(struct event, block_planned.fixed_ms), TYPE_I32, 0,
	  UINT32_MAX, NULL },
	FIELD("warning1", block_planned.warnings_ms[0], TYPE_I32),
	FIELD("warning2", block_planned.warnings_ms[1], TYPE_I32),
	FIELD("warning3", block_planned.warnings_ms[2], TYPE_I32),
	FIELD("warning4", block_planned.warnings_ms[3], TYPE_I32),
	FIELD("creditable", block_planned.creditable, TYPE_U16),
	FIELD("room_size", block_planned.room_size, TYPE_U16),
	FIELD("room_count", block_planned.room_count, TYPE_U16),
	{ "way", offsetof(struct event, block_planned.way), TYPE_U16, 0, 0, &way_words },
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field poll[] = {
	FIELD("choices", poll_planned.choices, TYPE_U16),
	FIELD("likert", poll_planned.likert, TYPE_U16),
	FIELD("changeable", poll_planned.changeable, TYPE_U16),
	FIELD("shown", poll_planned.shown, TYPE_U16),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field enrolled[] = {
	{ "role", offsetof(struct event, enrolled.role), TYPE_U32, 0, 0, &role_words },
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field opened[] = {
	FIELD("spare", opened.spare, TYPE_U32),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field presence[] = {
	FIELD("occurred", presence.occurred_ms, TYPE_I64),
	FIELD("leg", presence.leg, TYPE_U64),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field checked[] = {
	FIELD("occurred", checked.occurred_ms, TYPE_I64),
	FIELD("inside", checked.inside, TYPE_U64),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field interval[] = {
	FIELD("from", interval.from_ms, TYPE_I64),
	FIELD("to", interval.to_ms, TYPE_I64),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field report[] = {
	FIELD("digest", report.digest, TYPE_U64),
	FIELD("people", report.people, TYPE_U32),
	FIELD("final", report.final, TYPE_U32),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field hearing[] = {
	FIELD("since", hearing.since_ms, TYPE_I64),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field extended[] = {
	FIELD("by_ms", extended.by_ms, TYPE_I64),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field vote[] = {
	FIELD("choice", vote.choice, TYPE_U32),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field delivery[] = {
	{ "what", offsetof(struct event, delivery.what), TYPE_U32, 0, 0, &effect_words },
	FIELD("status", delivery.status, TYPE_U32),
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct field none[] = {
	{ NULL, 0, 0, 0, 0, NULL },
};

static const struct {
	const char *name;
	const struct field *fields;
} kinds[EVENT_KINDS] = {
	[EVENT_NONE] = { "none", none },
	[EVENT_SESSION_SCHEDULED] = { "session_scheduled", scheduled },
	[EVENT_BLOCK_PLANNED] = { "block_planned", block },
	[EVENT_POLL_PLANNED] = { "poll_planned", poll },
	[EVENT_PERSON_ENROLLED] = { "person_enrolled", enrolled },
	[EVENT_PERSON_WITHDRAWN] = { "person_withdrawn", none },
	[EVENT_SESSION_OPENED] = { "session_opened", opened },
	[EVENT_MEETING_STARTED] = { "meeting_started", presence },
	[EVENT_MEETING_ENDED] = { "meeting_ended", presence },
	[EVENT_PERSON_JOINED] = { "person_joined", presence },
	[EVENT_PERSON_LEFT] = { "person_left", presence },
	[EVENT_INTERVAL_REPORTED] = { "interval_reported", interval },
	[EVENT_REPORT_READ] = { "report_read", report },
	[EVENT_WITNESS_FOUND] = { "witness_found", none },
	[EVENT_PRESENCE_CHECKED] = { "presence_checked", checked },
	[EVENT_MEETING_CHANGED] = { "meeting_changed", none },
	[EVENT_HEARING_LOST] = { "hearing_lost", hearing },
	[EVENT_HEARING_RESUMED] = { "hearing_resumed", hearing },
	[EVENT_RUNSHEET_STARTED] = { "runsheet_started", none },
	[EVENT_RUNSHEET_HELD] = { "runsheet_held", none },
	[EVENT_RUNSHEET_RESUMED] = { "runsheet_resumed", none },
	[EVENT_RUNSHEET_EXTENDED] = { "runsheet_extended", extended },
	[EVENT_RUNSHEET_SKIPPED] = { "runsheet_skipped", none },
	[EVENT_ALARM_RANG] = { "alarm_rang", none },
	[EVENT_ROOM_READY] = { "room_ready", none },
	[EVENT_BREAKOUT_RECALLED] = { "breakout_recalled", none },
	[EVENT_HELP_CALLED] = { "help_called", none },
	[EVENT_POLL_OPENED] = { "poll_opened", none },
	[EVENT_POLL_VOTED] = { "poll_voted", vote },
	[EVENT_POLL_CLOSED] = { "poll_closed", none },
	[EVENT_POLL_SHOWN] = { "poll_shown", none },
	[EVENT_DELIVERY_FAILED] = { "delivery_failed", delivery },
	[EVENT_DELIVERY_UNRESOLVED] = { "delivery_unresolved", delivery },
};

static const struct {
	uint8_t bytes, is_signed;
} types[TYPES] = {
	[TYPE_U16] = { 2, 0 }, [TYPE_U32] = { 4, 0 }, [TYPE_U64] = { 8, 0 },
	[TYPE_I32] = { 4, 1 }, [TYPE_I64] = { 8, 1 },
};

const char *event_name(enum event_kind kind)
{
	assert(kind < EVENT_KINDS);
	return kinds[kind].name;
}

enum event_kind event_kind_of(const char *name)
{
	for (int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++) {
		if (strcmp(kinds[kind].name, name) == 0)
			return (enum event_kind)kind;
	}
	return EVENT_NONE;
}

/* The field's bytes as a number: little more than memcpy, and right for either endian. */
static uint64_t field_get(const struct event *event, const struct field *field)
{
	const char *const at = (const char *)event + field->offset;
	uint16_t half;
	uint32_t word;
	uint64_t all;

	switch (types[field->type].bytes) {
	case 2:
		memcpy(&half, at, sizeof(half));
		return half;
	case 4:
		memcpy(&word, at, sizeof(word));
		return word;
	default:
		memcpy(&all, at, sizeof(all));
		return all;
	}
}

static void field_set(struct event *event, const struct field *field, uint64_t value)
{
	char *const at = (char *)event + field->offset;
	const uint16_t half = (uint16_t)value;
	const uint32_t word = (uint32_t)value;

	switch (types[field->type].bytes) {
	case 2:
		memcpy(at, &half, sizeof(half));
		break;
	case 4:
		memcpy(at, &word, sizeof(word));
		break;
	default:
		memcpy(at, &value, sizeof(value));
		break;
	}
}

struct event event_blank(enum event_kind kind)
{
	struct event event;

	assert(kind < EVENT_KINDS);
	memset(&event, 0, sizeof(event));
	event.kind = (uint16_t)kind;
	for (const struct field *field = common; field->name; field++)
		field_set(&event, field, field->unset);
	for (const struct field *field = kinds[kind].fields; field->name; field++)
		field_set(&event, field, field->unset);
	return event;
}

static size_t write_fields(const struct event *event, const struct field *fields,
			   char *line, size_t length)
{
	for (const struct field *field = fields; field->name; field++) {
		const uint64_t value = field_get(event, field);
		char *const at = line + length;
		const size_t room = EVENT_LINE_BYTES - length;
		int written;

		if (value == field->unset)
			continue;
		assert(!field->words || value < field->words->count);
		if (field->words)
			written = snprintf(at, room, " %s=%s", field->name,
					   field->words->list[value]);
		else if (field->type == TYPE_I32)
			written = snprintf(at, room, " %s=%ld", field->name,
					   (long)(int32_t)(uint32_t)value);
		else if (field->type == TYPE_I64)
			written = snprintf(at, room, " %s=%lld", field->name,
					   (long long)value);
		else
			written = snprintf(at, room, " %s=%llu", field->name,
					   (unsigned long long)value);
		assert(written > 0 && (size_t)written < room);
		length += (size_t)written;
	}
	return length;
}

size_t event_write(const struct event *event, char line[EVENT_LINE_BYTES])
{
	assert(event->kind < EVENT_KINDS);
	size_t length = strlen(kinds[event->kind].name);
	memcpy(line, kinds[event->kind].name, length + 1);
	length = write_fields(event, common, line, length);
	return write_fields(event, kinds[event->kind].fields, line, length);
}

static const struct field *field_named(enum event_kind kind, const char *name,
				       size_t length)
{
	const struct field *const tables[] = { common, kinds[kind].fields };

	for (int i = 0; i < 2; i++) {
		for (const struct field *field = tables[i]; field->name; field++) {
			if (strlen(field->name) == length &&
			    strncmp(field->name, name, length) == 0)
				return field;
		}
	}
	return NULL;
}

/* Whether a number with this sign fits the field. */
static int field_fits(const struct field *field, int negative, uint64_t magnitude)
{
	const unsigned bits = types[field->type].bytes * 8u;
	const uint64_t all = UINT64_MAX >> (64 - bits);

	if (field->words)
		return !negative && magnitude < field->words->count;
	if (!types[field->type].is_signed)
		return !negative && magnitude <= all;
	return magnitude <= all / 2 + (negative ? 1 : 0);
}

static int read_number(const struct field *field, const char *word, size_t length,
		       uint64_t *value)
{
	const int negative = length > 0 && word[0] == '-';
	uint64_t magnitude = 0;
	size_t i = (size_t)negative;

	if (i == length)
		return -1;
	for (; i < length; i++) {
		const unsigned digit = (unsigned)word[i] - '0';
		if (digit > 9 || magnitude > (UINT64_MAX - digit) / 10)
			return -1;
		magnitude = magnitude * 10 + digit;
	}
	if (!field_fits(field, negative, magnitude))
		return -1;
	*value = negative ? 0 - magnitude : magnitude;
	return 0;
}

static int read_value(const struct field *field, const char *word, size_t length,
		      uint64_t *value)
{
	if (!field->words)
		return read_number(field, word, length, value);
	for (uint32_t i = 0; i < field->words->count; i++) {
		if (strlen(field->words->list[i]) == length &&
		    strncmp(field->words->list[i], word, length) == 0) {
			*value = i;
			return 0;
		}
	}
	return -1;
}

static size_t word_length(const char *word, char stop)
{
	size_t length = 0;

	while (word[length] && word[length] != ' ' && word[length] != stop)
		length++;
	return length;
}

static int read_field(struct event *event, const char *word)
{
	const size_t name_bytes = word_length(word, '=');
	const struct field *const field =
		field_named((enum event_kind)event->kind, word, name_bytes);
	uint64_t value;

	if (!field || word[name_bytes] != '=')
		return -1;
	const char *const text = word + name_bytes + 1;
	if (read_value(field, text, word_length(text, ' '), &value) < 0)
		return -1;
	field_set(event, field, value);
	return 0;
}

int event_read(const char *line, struct event *event, const char **wrong)
{
	char name[64] = { 0 };
	const size_t length = word_length(line, ' ');

	*wrong = line;
	if (length == 0 || length >= sizeof(name))
		return -1;
	memcpy(name, line, length);
	const enum event_kind kind = event_kind_of(name);
	if (kind == EVENT_NONE)
		return -1;
	struct event read = event_blank(kind);
	for (const char *word = line + length; *word; word += word_length(word, ' ')) {
		word++;
		*wrong = word;
		if (read_field(&read, word) < 0)
			return -1;
	}
	*event = read;
	*wrong = NULL;
	return 0;
}

int event_set(struct event *event, const char *name, int64_t value)
{
	assert(event->kind < EVENT_KINDS);
	const struct field *const field =
		field_named((enum event_kind)event->kind, name, strlen(name));
	const uint64_t bits = (uint64_t)value;

	if (!field || field->ours)
		return -1;
	if (!field_fits(field, value < 0, value < 0 ? 0 - bits : bits))
		return -2;
	field_set(event, field, bits);
	return 0;
}
