/* SPDX-License-Identifier: MIT */
#include "handlers/transcript.h"

#include <stdbool.h>

#include "handlers/words.h"
#include "tests/check.h"

static uint64_t chance = 1;

static uint64_t any(void)
{
	chance ^= chance << 13;
	chance ^= chance >> 7;
	chance ^= chance << 17;
	return chance >> (chance % 64);
}

static const char *const fields[] = {
	"by",
	"person",
	"place",
	"block",
	"poll",
	"starts",
	"grace",
	"transfer",
	"presume",
	"length",
	"fixed",
	"warning1",
	"warning2",
	"warning3",
	"warning4",
	"kind",
	"creditable",
	"room_size",
	"way",
	"room_count",
	"choices",
	"likert",
	"changeable",
	"shown",
	"role",
	"occurred",
	"leg",
	"from",
	"to",
	"digest",
	"people",
	"final",
	"by_ms",
	"choice",
	"what",
	"status",
	"minimum_answers",
};

/* Whatever fields this kind has, with values that fit, some of them negative. */
static struct event some_event(enum event_kind kind)
{
	struct event event = event_blank(kind);

	event.at_ms = (int64_t)any();
	event.seed = any();
	event.session = (uint32_t)any();
	event.source = (uint16_t)(any() % SOURCES);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		for (int tries = 0; tries < 4; tries++)
			event_set(&event, fields[i],
				  (int64_t)(any() % 2 ? any() : 0 - any()));
	}
	return event;
}

/* Events have no padding: also the bytes that a kind does not use are alike. */
static bool same_bytes(const void *one, const void *other)
{
	return memcmp(one, other, sizeof(struct event)) == 0;
}

static void reads_back(const struct event *event)
{
	char line[EVENT_LINE_BYTES], again[EVENT_LINE_BYTES];
	const char *wrong;
	struct event read;

	memset(&read, 0x55, sizeof(read));
	const size_t length = event_write(event, line);
	CHECK_INT(strlen(line), length);
	CHECK_INT(0, event_read(line, &read, &wrong));
	CHECK(same_bytes(event, &read));
	event_write(&read, again);
	CHECK_TEXT(line, again);
}

static void test_every_kind_reads_back(void)
{
	for (int kind = EVENT_NONE + 1; kind < EVENT_KINDS; kind++) {
		CHECK_INT(kind, event_kind_of(event_name((enum event_kind)kind)));
		for (int i = 0; i < 3000; i++) {
			const struct event event = some_event((enum event_kind)kind);

			reads_back(&event);
		}
	}
}

static void test_a_line_looks_like_this(void)
{
	struct event event = event_blank(EVENT_PERSON_JOINED);
	char line[EVENT_LINE_BYTES];

	event.at_ms = 1795600000000;
	event.source = SOURCE_BOT;
	event.person = 7;
	event.place = PLACE_MAIN;
	event.presence.occurred_ms = 1795599999870;
	const size_t length = event_write(&event, line);
	CHECK_TEXT("person_joined at=1795600000000 source=bot person=7 place=0 "
		   "occurred=1795599999870",
		   line);
	CHECK_INT(strlen(line), length);
}

static void test_the_longest_line_fits(void)
{
	char line[EVENT_LINE_BYTES];
	struct event event = event_blank(EVENT_BLOCK_PLANNED);

	event.at_ms = INT64_MIN;
	event.seed = UINT64_MAX;
	event.session = UINT32_MAX;
	event.source = SOURCE_REPORT;
	event.by = UINT32_MAX - 1;
	event.person = UINT32_MAX - 1;
	event.place = UINT16_MAX - 1;
	event.block = event.poll = UINT16_MAX;
	event.block_planned.kind = BLOCK_INDIVIDUAL;
	event.block_planned.length_ms = INT32_MIN;
	event.block_planned.fixed_ms = INT32_MIN;
	for (int i = 0; i < WARNINGS_MAX; i++)
		event.block_planned.warnings_ms[i] = INT32_MIN;
	event.block_planned.creditable = UINT16_MAX;
	event.block_planned.room_size = UINT16_MAX;
	event.block_planned.room_count = UINT16_MAX;
	event.block_planned.way = DELIVERY_PRODUCER_SHEET;
	CHECK(event_write(&event, line) < EVENT_LINE_BYTES);
}

static void is_refused(const char *line, const char *at_word)
{
	struct event event, before;
	const char *wrong = NULL;

	memset(&event, 0x55, sizeof(event));
	before = event;
	CHECK_INT(-1, event_read(line, &event, &wrong));
	CHECK_TEXT(at_word, wrong);
	CHECK(same_bytes(&event, &before));
}

static void test_what_cannot_be_read(void)
{
	is_refused("", "");
	is_refused("person_jumped at=1", "person_jumped at=1");
	is_refused("none", "none");
	is_refused("poll_voted choice=1 role=producer", "role=producer");
	is_refused("poll_voted choice", "choice");
	is_refused("poll_voted choice=", "choice=");
	is_refused("poll_voted choice=-", "choice=-");
	is_refused("poll_voted choice=1x at=2", "choice=1x at=2");
	is_refused("poll_voted choice=4294967296", "choice=4294967296");
	is_refused("poll_voted choice=-1", "choice=-1");
	is_refused("poll_voted at=9223372036854775808", "at=9223372036854775808");
	is_refused("poll_voted seed=18446744073709551616", "seed=18446744073709551616");
	is_refused("poll_voted  at=1", " at=1");
	is_refused("poll_voted at=1 ", "");
	is_refused("poll_voted source=fax", "source=fax");
	is_refused("person_enrolled role=1", "role=1");
	is_refused("block_planned length=2147483648", "length=2147483648");
	is_refused("block_planned length=-2147483649", "length=-2147483649");
}

static void test_the_ends_of_the_ranges(void)
{
	const char *wrong;
	struct event event;

	CHECK_INT(0, event_read("runsheet_extended by_ms=-9223372036854775808", &event,
				&wrong));
	CHECK_INT(INT64_MIN, event.extended.by_ms);
	CHECK_INT(0, event_read("block_planned length=-2147483648", &event, &wrong));
	CHECK_INT(INT32_MIN, event.block_planned.length_ms);
	CHECK_INT(-1, event.block_planned.fixed_ms);
	CHECK_INT(0,
		  event_read("report_read digest=18446744073709551615", &event, &wrong));
	CHECK(event.report.digest == UINT64_MAX);
}

static void test_setting_one_field(void)
{
	struct event event = event_blank(EVENT_POLL_VOTED);

	CHECK_INT(0, event_set(&event, "choice", 3));
	CHECK_INT(3, event.vote.choice);
	CHECK_INT(0, event_set(&event, "person", 9));
	CHECK_INT(9, event.person);
	CHECK_INT(-2, event_set(&event, "choice", -1));
	CHECK_INT(-2, event_set(&event, "place", 65536));
	CHECK_INT(-1, event_set(&event, "occurred", 1));
	CHECK_INT(-1, event_set(&event, "at", 1));
	CHECK_INT(-1, event_set(&event, "seed", 1));
	CHECK_INT(-1, event_set(&event, "session", 1));
	CHECK_INT(-1, event_set(&event, "source", 1));
	CHECK_INT(3, event.vote.choice);

	event = event_blank(EVENT_PERSON_ENROLLED);
	CHECK_INT(-2, event_set(&event, "role", ROLES));
	CHECK_INT(0, event_set(&event, "role", ROLE_PRODUCER));
	event = event_blank(EVENT_RUNSHEET_EXTENDED);
	CHECK_INT(0, event_set(&event, "by_ms", -60000));
	CHECK_INT(-60000, event.extended.by_ms);
}

/* Databases hold these numbers. */
static void test_deliveries_keep_their_numbers(void)
{
	CHECK_INT(9, DELIVER_ROOM_MEETING);
	CHECK_INT(13, DELIVER_WARNING);
	CHECK_INT(20, DELIVER_REPORT_FETCH);
}

static void test_the_name_begins_with_the_verb(void)
{
	static const char *const verbs[] = { [VERB_ANSWER] = "answer",
					     [VERB_RECORD] = "record_",
					     [VERB_DELIVER] = "deliver_",
					     [VERB_SIGNAL] = "signal_" };

	for (int kind = EFFECT_NONE + 1; kind < EFFECT_KINDS; kind++) {
		const char *const verb = verbs[effect_verb((enum effect_kind)kind)];

		CHECK(strncmp(effect_name((enum effect_kind)kind), verb, strlen(verb)) ==
		      0);
	}
}

static void test_every_effect_has_words(void)
{
	char line[EFFECT_LINE_BYTES];

	for (int kind = EFFECT_NONE + 1; kind < EFFECT_KINDS; kind++) {
		struct effect effect = effect_blank((enum effect_kind)kind);
		effect.number = 1;
		effect.person = UINT32_MAX - 1;
		effect.place = UINT16_MAX - 2;
		effect.from_ms = effect.to_ms = effect.amount_ms = INT64_MIN + 1;
		CHECK(effect_write(&effect, line) < EFFECT_LINE_BYTES);
		CHECK(strncmp(line, "  ", 2) == 0);
		CHECK(strstr(line, effect_name((enum effect_kind)kind)) == line + 2);
	}
	for (int i = ANSWER_NONE + 1; i < ANSWERS; i++) {
		CHECK(answer_words.list[i][0] != '\0');
		CHECK(strlen(answer_sentence((enum answer)i)) > 4);
	}
	CHECK(!answer_is_refusal(ANSWER_ROOM));
	CHECK(answer_is_refusal(ANSWER_POLL_CLOSED));
}

int main(void)
{
	RUN(test_every_kind_reads_back);
	RUN(test_a_line_looks_like_this);
	RUN(test_the_longest_line_fits);
	RUN(test_what_cannot_be_read);
	RUN(test_the_ends_of_the_ranges);
	RUN(test_setting_one_field);
	RUN(test_deliveries_keep_their_numbers);
	RUN(test_the_name_begins_with_the_verb);
	RUN(test_every_effect_has_words);
	return check_done();
}
