/* SPDX-License-Identifier: MIT */
/*
 * The half of world.h that makes what there is: people from the plan, guests from the
 * cohort, meetings and chats as they are asked for.  Identifiers come from the seed and
 * from what the thing is, never from when it was asked for.
 */
#include "rehearsal/chance.h"
#include "rehearsal/world.h"

#include "daemon/common/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The first of that name keeps it: a facilitator of many sessions is found once. */
static void index_once(struct map *map, const char *key, size_t number)
{
	if (key[0] != '\0' && map_get(map, key) == NULL)
		map_put(map, key, world_value(number));
}

static void add_base64_group(struct text *text, const char *bytes, size_t count)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t group = 0;
	char four[4];

	for (size_t i = 0; i < 3; i++)
		group = group << 8 | (i < count ? (unsigned char)bytes[i] : 0u);
	for (size_t i = 0; i < 4; i++)
		four[i] = digits[group >> (18 - 6 * i) & 63];
	if (count < 3)
		four[3] = '=';
	if (count < 2)
		four[2] = '=';
	text_add(text, four, 4);
}

static char *base64(const char *bytes)
{
	const size_t length = strlen(bytes);
	struct text text = { 0 };

	assert(length > 0);
	for (size_t i = 0; i < length; i += 3)
		add_base64_group(&text, bytes + i, length - i < 3 ? length - i : 3);
	return text.data;
}

static uint32_t conversation_made(struct world *world, const char *id, uint32_t person,
				  uint32_t meeting)
{
	const size_t count = world->conversations_count;

	if ((count & (count - 1)) == 0)
		world->conversations =
			memory_resized(world->conversations,
				       (count ? count * 2 : 1) *
					       sizeof(*world->conversations));
	world->conversations[world->conversations_count++] = (struct conversation){
		.id = memory_string(id),
		.person = person,
		.meeting = meeting,
	};
	map_put(&world->by_conversation, id, world_value(count));
	return (uint32_t)count;
}

uint32_t world_chat_with(struct world *world, uint32_t number)
{
	struct person *const person = &world->people[number];
	struct text id = { 0 };

	assert(person->teams_id[0] != '\0');
	if (person->chat != NOWHERE)
		return person->chat;
	struct chance chance = chance_of(world->plan->seed, person->teams_id);
	const unsigned long long high = chance_next(&chance), low = chance_next(&chance);
	text_addf(&id, "a:1%016llx%016llx", high, low);
	person->chat = world_find(&world->by_conversation, text_string(&id));
	if (person->chat == NOWHERE)
		person->chat =
			conversation_made(world, text_string(&id), number, NOWHERE);
	text_finish(&id);
	return person->chat;
}

uint32_t world_mailbox_of(struct world *world, uint32_t number)
{
	struct text id = { 0 };

	text_addf(&id, "mail:%s", world->people[number].email);
	uint32_t mailbox = world_find(&world->by_conversation, text_string(&id));
	if (mailbox == NOWHERE) {
		mailbox = conversation_made(world, text_string(&id), number, NOWHERE);
		world->conversations[mailbox].mailbox = true;
	}
	text_finish(&id);
	return mailbox;
}

static uint32_t number_at_end(const char *subject)
{
	size_t from = strlen(subject);

	while (from > 0 && subject[from - 1] >= '0' && subject[from - 1] <= '9')
		from--;
	return (uint32_t)strtoul(subject + from, NULL, 10);
}

static uint32_t meeting_added(struct world *world, const struct meeting *meeting)
{
	const size_t count = world->meetings_count;

	if ((count & (count - 1)) == 0)
		world->meetings =
			memory_resized(world->meetings,
				       (count ? count * 2 : 1) * sizeof(*meeting));
	struct meeting *const added = &world->meetings[world->meetings_count++];
	*added = *meeting;
	added->conversation =
		conversation_made(world, added->thread_id, NOBODY, (uint32_t)count);
	index_once(&world->by_join_url, added->join_url, count);
	index_once(&world->by_graph_id, added->graph_id, count);
	return (uint32_t)count;
}

static char *bot_id_of(const char *thread_id)
{
	struct text plain = { 0 };

	text_addf(&plain, "0#%s#0", thread_id);
	char *const id = base64(text_string(&plain));
	text_finish(&plain);
	return id;
}

static char *graph_id_of(const char *organiser_id, const char *thread_id)
{
	struct text plain = { 0 };

	text_addf(&plain, "1*%s*0**%s", organiser_id, thread_id);
	char *const id = base64(text_string(&plain));
	text_finish(&plain);
	return id;
}

/* The form real ones have; whoever takes it apart is wrong, and soon finds out. */
static char *join_url_of(const struct world *world, const char *thread_part,
			 const char *organiser_id)
{
	struct text url = { 0 };

	text_addf(
		&url,
		"https://teams.microsoft.com/l/meetup-join/19%%3ameeting_%s%%40thread.v2"
		"/0?context=%%7b%%22Tid%%22%%3a%%22%s%%22%%2c%%22Oid%%22%%3a%%22%s"
		"%%22%%7d",
		thread_part, world->plan->tenant_id, organiser_id);
	return url.data;
}

uint32_t world_meeting_made(struct world *world, const struct meeting_wish *wish)
{
	struct meeting meeting = {
		.session = wish->session,
		.external_id = memory_string(wish->external_id),
		.organiser_id = memory_string(wish->organiser_id),
		.subject = memory_string(wish->subject),
		.created_ms = wish->now_ms,
		.starts_ms = wish->starts_ms,
		.ends_ms = wish->ends_ms,
	};
	struct text label = { 0 }, thread = { 0 };
	char guid[37];

	/* without an id of the asker's own, each asking makes another meeting */
	text_addf(&label, "meeting %s %s", wish->organiser_id, wish->external_id);
	if (wish->external_id[0] == '\0')
		text_addf(&label, " %llu", (unsigned long long)world->ids++);
	struct chance chance = chance_of(world->plan->seed, text_string(&label));
	chance_guid(&chance, guid);
	char *const part = base64(guid);
	text_addf(&thread, "19:meeting_%s@thread.v2", part);
	meeting.thread_id = memory_string(text_string(&thread));
	meeting.join_url = join_url_of(world, part, wish->organiser_id);
	meeting.graph_id = graph_id_of(wish->organiser_id, meeting.thread_id);
	meeting.bot_id = bot_id_of(meeting.thread_id);
	meeting.room = number_at_end(wish->external_id);
	if (meeting.room == 0)
		meeting.room = number_at_end(wish->subject);
	free(part);
	text_finish(&thread);
	text_finish(&label);
	const uint32_t number = meeting_added(world, &meeting);
	if (wish->external_id[0] != '\0') {
		struct text key = { 0 };

		text_addf(&key, "%s %s", wish->organiser_id, wish->external_id);
		map_put(&world->by_external_id, text_string(&key), world_value(number));
		text_finish(&key);
	}
	return number;
}

static uint32_t main_meeting_made(struct world *world, const struct plan_session *plan,
				  uint32_t session)
{
	struct meeting meeting = {
		.session = session,
		.main = true,
		.thread_id = memory_string(plan->main_thread_id),
		.join_url = memory_string(plan->main_join_url),
		.external_id = memory_string(""),
		.organiser_id = memory_string(plan->organiser_id),
		.subject = memory_string(plan->title),
		.starts_ms = plan->starts_ms,
		.ends_ms = plan->ends_ms,
	};

	meeting.bot_id = bot_id_of(meeting.thread_id);
	meeting.graph_id =
		plan->main_meeting_id[0] != '\0'
			? memory_string(plan->main_meeting_id)
			: graph_id_of(plan->organiser_id, plan->main_thread_id);
	return meeting_added(world, &meeting);
}

static void person_added(struct world *world, const struct person *person)
{
	const size_t count = world->people_count;

	if ((count & (count - 1)) == 0)
		world->people = memory_resized(world->people,
					       (count ? count * 2 : 1) * sizeof(*person));
	world->people[world->people_count++] = *person;
	if (!person->guest)
		index_once(&world->by_object_id, person->object_id, count);
	index_once(&world->by_teams_id, person->teams_id, count);
	index_once(&world->by_email, person->email, count);
}

static void enrolled_added(struct world *world, uint32_t session,
			   const struct plan_person *plan,
			   const struct behaviour *behaviour)
{
	struct person person = {
		.session = session,
		.name = memory_string(plan->name),
		.object_id = memory_string(plan->object_id),
		.teams_id = memory_string(plan->teams_id),
		.email = memory_string(plan->email),
		.part = plan->part,
		.relay = plan->teams_id[0] == '\0',
		.guest_of = NOBODY,
		.behaviour = *behaviour,
		.where = NOWHERE,
		.wanted = NOWHERE,
		.chat = NOWHERE,
	};

	if (behaviour->as_guest)
		person.behaviour.comes = false;
	person_added(world, &person);
}

static void guest_added(struct world *world, uint32_t session, uint32_t guest_of)
{
	struct stage_session *const held = &world->sessions[session];
	struct text id = { 0 }, name = { 0 };

	assert(guest_of < world->people_count);
	assert(!world->people[guest_of].guest);
	/* the first of every session has the name all guests' phones have */
	text_addf(&id, "29:anon-%u-%u", session + 1, ++held->guests_count);
	text_addf(&name, "iPhone (Guest)");
	if (held->guests_count > 1)
		text_addf(&name, " %u", held->guests_count);
	const struct person person = {
		.session = session,
		.name = name.data,
		.object_id = memory_string(""),
		.teams_id = id.data,
		.email = memory_string(""),
		.guest = true,
		.guest_of = guest_of,
		.behaviour = world->people[guest_of].behaviour,
		.where = NOWHERE,
		.wanted = NOWHERE,
		.chat = NOWHERE,
	};
	person_added(world, &person);
	struct behaviour *const behaviour =
		&world->people[world->people_count - 1].behaviour;
	behaviour->comes = true;
	behaviour->as_guest = false;
}

static void session_added(struct world *world, const struct plan_session *plan,
			  uint32_t number)
{
	struct stage_session *const session = &world->sessions[number];
	struct behaviour *const behaviours =
		memory_zeroed((plan->people_count + 1) * sizeof(*behaviours));

	*session = (struct stage_session){
		.plan = plan,
		.facilitator = NOBODY,
		.first_person = (uint32_t)world->people_count,
		.people_count = (uint32_t)plan->people_count,
	};
	session->main = main_meeting_made(world, plan, number);
	cohort_draw(plan, world->plan->seed, behaviours);
	for (size_t i = 0; i < plan->people_count; i++) {
		enrolled_added(world, number, &plan->people[i], &behaviours[i]);
		if (plan->people[i].part == PART_FACILITATOR &&
		    session->facilitator == NOBODY)
			session->facilitator = session->first_person + (uint32_t)i;
	}
	for (size_t i = 0; i < plan->people_count; i++) {
		if (behaviours[i].as_guest)
			guest_added(world, number, session->first_person + (uint32_t)i);
	}
	free(behaviours);
}

void world_init(struct world *world, const struct plan *plan)
{
	*world = (struct world){ .plan = plan };
	world->sessions =
		memory_zeroed((plan->sessions_count + 1) * sizeof(*world->sessions));
	for (size_t i = 0; i < plan->sessions_count; i++) {
		session_added(world, &plan->sessions[i], (uint32_t)i);
		world->sessions_count++;
	}
}
