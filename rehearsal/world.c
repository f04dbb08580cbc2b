/* SPDX-License-Identifier: MIT */
#include "rehearsal/world.h"

#include "daemon/common/text.h"
#include "rehearsal/chance.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t world_find(const struct map *map, const char *key)
{
	const uintptr_t value = (uintptr_t)map_get(map, key);

	return value == 0 ? UINT32_MAX : (uint32_t)(value - 1);
}

/* Room for one more; doubles, so that the list is copied seldom. */
static void *grown(void *list, size_t count, size_t bytes)
{
	if (count != 0 && (count & (count - 1)) != 0)
		return list;
	return memory_resized(list, (count ? count * 2 : 1) * bytes);
}

struct call *world_call(struct meeting *meeting)
{
	assert(meeting->live);
	assert(meeting->calls_count > 0);
	return &meeting->calls[meeting->calls_count - 1];
}

void world_call_begins(struct world *world, uint32_t number, int64_t at_ms)
{
	struct meeting *const meeting = &world->meetings[number];
	struct text label = { 0 };

	assert(number < world->meetings_count);
	assert(!meeting->live);
	assert(meeting->present == 0);
	text_addf(&label, "report %s %zu", meeting->thread_id, meeting->calls_count);
	struct chance chance = chance_of(world->plan->seed, text_string(&label));
	text_finish(&label);
	meeting->calls =
		grown(meeting->calls, meeting->calls_count, sizeof(*meeting->calls));
	struct call *const call = &meeting->calls[meeting->calls_count++];
	*call = (struct call){ .started_ms = at_ms };
	chance_guid(&chance, call->id);
	meeting->live = true;
	meeting->recalled = false;
	meeting->version++;
}

void world_call_ends(struct world *world, uint32_t number, int64_t at_ms)
{
	struct meeting *const meeting = &world->meetings[number];

	assert(number < world->meetings_count);
	assert(meeting->present == 0);
	assert(at_ms >= world_call(meeting)->started_ms);
	world_call(meeting)->ended_ms = at_ms;
	meeting->live = false;
}

void world_device_in(struct world *world, uint32_t number, uint32_t device,
		     uint32_t meeting_number, int64_t at_ms)
{
	struct person *const person = &world->people[number];
	struct meeting *const meeting = &world->meetings[meeting_number];
	struct call *const call = world_call(meeting);

	assert(number < world->people_count);
	assert(device < DEVICES);
	assert(person->legs[device] == 0);
	assert(person->where == NOWHERE || person->where == meeting_number);
	call->legs = grown(call->legs, call->legs_count, sizeof(*call->legs));
	call->legs[call->legs_count++] =
		(struct leg){ .person = number, .device = device, .from_ms = at_ms };
	person->legs[device] = call->legs_count;
	person->comings[device]++;
	person->where = meeting_number;
	person->came = true;
	meeting->present++;
}

void world_device_out(struct world *world, uint32_t number, uint32_t device,
		      int64_t at_ms)
{
	struct person *const person = &world->people[number];
	struct meeting *const meeting = &world->meetings[person->where];
	struct call *const call = world_call(meeting);

	assert(person->legs[device] != 0);
	assert(meeting->present > 0);
	assert(device < DEVICES);
	assert(person->legs[device] <= call->legs_count);
	assert(call->legs[person->legs[device] - 1].person == number);
	assert(call->legs[person->legs[device] - 1].from_ms <= at_ms);
	call->legs[person->legs[device] - 1].to_ms = at_ms;
	person->legs[device] = 0;
	meeting->present--;
	if (person->legs[0] == 0 && person->legs[1] == 0)
		person->where = NOWHERE;
}

void world_card_seen(struct world *world, uint32_t number, const struct card *card)
{
	struct person *const person = &world->people[number];

	person->cards = grown(person->cards, person->cards_count, sizeof(*card));
	person->cards[person->cards_count++] = *card;
}

size_t world_vote_cast(struct world *world, uint32_t number, const char *poll,
		       const char *choice, int64_t at_ms)
{
	struct person *const person = &world->people[number];

	person->votes = grown(person->votes, person->votes_count, sizeof(*person->votes));
	person->votes[person->votes_count] = (struct vote){
		.poll = memory_string(poll),
		.choice = memory_string(choice),
		.at_ms = at_ms,
	};
	return person->votes_count++;
}

uint32_t world_posted(struct world *world, const struct post *said)
{
	struct conversation *const conversation =
		&world->conversations[said->conversation];
	const uint32_t post_number = (uint32_t)world->posts_count;

	world->posts = grown(world->posts, world->posts_count, sizeof(*world->posts));
	struct post *const post = &world->posts[world->posts_count++];
	*post = (struct post){
		.conversation = said->conversation,
		.only = said->only,
		.what = memory_string(said->what),
		.digest = said->digest,
		.at_ms = said->at_ms,
	};
	/* Teams counts milliseconds; two posts never share one here */
	snprintf(post->id, sizeof(post->id), "%llu",
		 (unsigned long long)(1795600000000u + post_number));
	map_put(&world->by_post, post->id, world_value(post_number));
	conversation->posts = grown(conversation->posts, conversation->posts_count,
				    sizeof(*conversation->posts));
	conversation->posts[conversation->posts_count++] = post_number;
	return post_number;
}

static void person_finish(struct person *person)
{
	for (size_t i = 0; i < person->votes_count; i++) {
		free(person->votes[i].poll);
		free(person->votes[i].choice);
		free(person->votes[i].answer);
	}
	free(person->votes);
	free(person->cards);
	free(person->name);
	free(person->object_id);
	free(person->teams_id);
	free(person->email);
}

static void meeting_finish(struct meeting *meeting)
{
	for (size_t i = 0; i < meeting->calls_count; i++)
		free(meeting->calls[i].legs);
	free(meeting->calls);
	free(meeting->thread_id);
	free(meeting->join_url);
	free(meeting->graph_id);
	free(meeting->bot_id);
	free(meeting->external_id);
	free(meeting->organiser_id);
	free(meeting->subject);
}

static void lists_finish(struct world *world)
{
	for (size_t i = 0; i < world->people_count; i++)
		person_finish(&world->people[i]);
	for (size_t i = 0; i < world->meetings_count; i++)
		meeting_finish(&world->meetings[i]);
	for (size_t i = 0; i < world->conversations_count; i++) {
		free(world->conversations[i].id);
		free(world->conversations[i].posts);
	}
	for (size_t i = 0; i < world->posts_count; i++)
		free(world->posts[i].what);
	free(world->people);
	free(world->meetings);
	free(world->conversations);
	free(world->posts);
	free(world->sessions);
}

void world_finish(struct world *world)
{
	if (world == NULL)
		return;
	lists_finish(world);
	map_finish(&world->by_object_id);
	map_finish(&world->by_teams_id);
	map_finish(&world->by_email);
	map_finish(&world->by_join_url);
	map_finish(&world->by_graph_id);
	map_finish(&world->by_external_id);
	map_finish(&world->by_conversation);
	map_finish(&world->by_post);
	*world = (struct world){ 0 };
}
