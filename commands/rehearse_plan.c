/* SPDX-License-Identifier: MIT */
#include "commands/rehearse_plan.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/common/text.h"
#include "daemon/settings/programme.h"
#include "rehearsal/chance.h"

enum {
	FACILITATORS = 2,
	FACILITATORS_OF_MANY = 3,
	MANY = 24,   /* participants */
	RELAYED = 2, /* participants on another platform */
	GUID_BYTES = 37,
};

static const char *const professions[] = {
	"nurse",           "doctor",    "paramedic",    "pharmacist", "midwife",
	"physiotherapist", "dietitian", "radiographer", "counsellor", "support worker",
};

static char *formatted(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *formatted(const char *format, ...)
{
	struct text text = { 0 };
	va_list arguments;

	va_start(arguments, format);
	text_vaddf(&text, format, arguments);
	va_end(arguments);
	return text.data;
}

static char *guid_of(uint64_t seed, const char *label)
{
	struct chance chance = chance_of(seed, label);
	char text[GUID_BYTES];

	chance_guid(&chance, text);
	return memory_string(text);
}

static int digits_of(uint32_t count)
{
	int digits = 2;

	for (uint32_t limit = 99; count > limit; limit = limit * 10 + 9)
		digits++;
	return digits;
}

/* What Teams knows a person by; nothing of those who come through a relay. */
static void make_ids(struct plan_person *person, uint64_t seed, const char *label,
		     bool relayed)
{
	struct chance chance = chance_of(seed, label);
	const unsigned long long high = chance_next(&chance), low = chance_next(&chance);

	person->object_id = relayed ? memory_string("") : guid_of(seed, label);
	person->teams_id =
		relayed ? memory_string("") : formatted("29:1%016llx%016llx", high, low);
}

struct casting {
	const struct rehearse_wish *wish;
	struct plan_session *session;
	uint32_t number; /* of the session, from 1 */
};

static void add_person(const struct casting *casting, enum part part, uint32_t index,
		       bool relayed)
{
	static const char *const titles[PARTS] = { "Person", "Facilitator", "Producer" };
	static const char *const users[PARTS] = { "person", "facilitator", "producer" };
	struct plan_session *const session = casting->session;
	struct plan_person *const person = &session->people[session->people_count++];
	const int digits =
		part == PART_PARTICIPANT ? digits_of(casting->wish->people) : 1;

	person->part = part;
	person->name = formatted("%s %0*u", titles[part], digits, index);
	person->email = formatted("%s%0*u.s%u@example.test", users[part], digits, index,
				  casting->number);
	const size_t kinds = sizeof(professions) / sizeof(professions[0]);
	person->profession = memory_string(
		part == PART_PARTICIPANT ? professions[index * 7 % kinds] : "educator");
	make_ids(person, casting->wish->seed, person->email, relayed);
}

static void add_people(const struct casting *casting)
{
	const uint32_t people = casting->wish->people;
	const uint32_t facilitators = people < MANY ? FACILITATORS : FACILITATORS_OF_MANY;

	casting->session->people = memory_zeroed((people + facilitators + 2) *
						 sizeof(*casting->session->people));
	for (uint32_t i = 1; i <= facilitators; i++)
		add_person(casting, PART_FACILITATOR, i, false);
	add_person(casting, PART_PRODUCER, 1, false);
	for (uint32_t i = 1; i <= people; i++)
		add_person(casting, PART_PARTICIPANT, i,
			   people > 2 * RELAYED && i > people - RELAYED);
}

static void make_meeting(struct plan_session *session, const struct plan *plan)
{
	struct chance chance = chance_of(plan->seed, session->uid);
	const unsigned long long high = chance_next(&chance), low = chance_next(&chance);

	session->main_thread_id =
		formatted("19:meeting_%016llx%016llx@thread.v2", high, low);
	session->main_join_url = formatted(
		"https://teams.microsoft.com/l/meetup-join/"
		"19%%3ameeting_%016llx%016llx%%40thread.v2/0?context="
		"%%7b%%22Tid%%22%%3a%%22%s%%22%%2c%%22Oid%%22%%3a%%22%s%%22%%7d",
		high, low, plan->tenant_id, session->organiser_id);
	session->main_meeting_id = formatted("MSp%016llx%016llx", high, low);
}

static void add_session(struct plan *plan, const struct rehearse_wish *wish,
			const struct programme *programme, int64_t starts_ms)
{
	const struct module *const module = programme_module(programme, wish->module);
	struct plan_session *const session = &plan->sessions[plan->sessions_count++];
	const struct casting casting = { wish, session, (uint32_t)plan->sessions_count };

	session->uid = formatted("%s-module-%d-rehearsal-%0*u", programme->id,
				 wish->module, digits_of(wish->sessions), casting.number);
	session->title = memory_string(module->title);
	session->starts_ms = starts_ms;
	session->ends_ms = starts_ms + module->length_s * INT64_C(1000);
	add_people(&casting);
	session->organiser_id = memory_string(session->people[0].object_id);
	make_meeting(session, plan);
}

void rehearse_plan_make(struct plan *plan, const struct rehearse_wish *wish,
			const struct programme *programme,
			const struct rehearse_meeting_point *point,
			const struct clock *clock, int64_t starts_ms)
{
	*plan = (struct plan){
		.listen = memory_string("127.0.0.1:0"),
		.plenary = formatted("https://127.0.0.1:%d", point->port),
		.ca_file = memory_string(point->ca_file),
		.app_id = guid_of(wish->seed, "application"),
		.tenant_id = guid_of(wish->seed, "tenant"),
		.client_secret = memory_string(point->client_secret),
		.events_secret = memory_string(point->events_secret),
		.live_key = memory_string(point->live_key),
		.clock = *clock,
		.seed = wish->seed,
		.trouble = wish->trouble,
		.witness = wish->witness,
		.sessions = memory_zeroed(wish->sessions * sizeof(*plan->sessions)),
	};
	for (uint32_t i = 0; i < wish->sessions; i++)
		add_session(plan, wish, programme, starts_ms);
}
