/* SPDX-License-Identifier: MIT */
#include "rehearsal/relay.h"

#include "daemon/common/text.h"
#include "rehearsal/json.h"
#include "rehearsal/stage.h"
#include "rehearsal/websocket.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char source[] = "/rehearsal/relay";

struct told {
	struct told *next;
	char id[32];
	char *text;
	bool sent; /* on the connection that is open now */
	unsigned tries;
};

struct relay {
	struct stage *stage;
	struct websocket *websocket;
	struct told *first, **last;
	struct relay_counts counts;
};

static void send_unsent(struct relay *relay)
{
	for (struct told *told = relay->first; told != NULL; told = told->next) {
		if (told->sent)
			continue;
		if (websocket_send(relay->websocket, told->text) < 0)
			return;
		told->sent = true;
		relay->counts.repeated += told->tries++ > 0;
	}
}

static void on_opened(void *context)
{
	struct relay *const relay = context;

	for (struct told *told = relay->first; told != NULL; told = told->next)
		told->sent = false;
	send_unsent(relay);
}

static void acknowledged(struct relay *relay, const char *id)
{
	struct told **link = &relay->first;

	while (*link != NULL && strcmp((*link)->id, id) != 0)
		link = &(*link)->next;
	struct told *const told = *link;
	if (told == NULL)
		return;
	*link = told->next;
	if (relay->last == &told->next)
		relay->last = link;
	relay->counts.acknowledged++;
	free(told->text);
	free(told);
}

static void on_message(void *context, const char *text, size_t bytes)
{
	struct relay *const relay = context;
	json_t *const json = json_parsed(text, bytes);
	const json_t *const data = json_object_get(json, "data");

	if (strcmp(json_string_at(json, "type"), "plenary.acknowledged") == 0 &&
	    strcmp(json_string_at(data, "source"), source) == 0)
		acknowledged(relay, json_string_at(data, "id"));
	json_decref(json);
	send_unsent(relay);
}

int relay_create(struct relay **relay, struct stage *stage)
{
	struct relay *const made = memory_zeroed(sizeof(*made));

	*made = (struct relay){ .stage = stage };
	made->last = &made->first;
	const struct websocket_config config = {
		.base = stage->plan.plenary,
		.path = "/events",
		.subprotocol = "cloudevents.json",
		.bearer = stage->plan.events_secret,
		.opened = on_opened,
		.message = on_message,
		.context = made,
	};
	const int rc = websocket_create(&made->websocket, stage->websockets, &config);
	if (rc < 0)
		free(made);
	else
		*relay = made;
	return rc;
}

void relay_tell(struct relay *relay, uint32_t number, bool joined, uint32_t place,
		int64_t at_ms)
{
	const struct stage *const stage = relay->stage;
	const struct person *const person = &stage->world.people[number];
	struct told *const told = memory_zeroed(sizeof(*told));
	char at[32];

	assert(person->relay);
	assert(person->email[0] != '\0' || person->name[0] != '\0');
	clock_iso(at_ms, at);
	snprintf(told->id, sizeof(told->id), "relay-%" PRIu64, ++relay->counts.sent);
	json_t *const json =
		json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:{s:s,s:{s:s,s:s},s:i}}",
			  "specversion", "1.0", "type",
			  joined ? "plenary.person_joined" : "plenary.person_left",
			  "source", source, "id", told->id, "time", at, "datacontenttype",
			  "application/json", "data", "session",
			  stage->world.sessions[person->session].plan->uid, "person",
			  "name", person->name, "email", person->email, "place",
			  (int)place);
	told->text = json_written(json);
	json_decref(json);
	*relay->last = told;
	relay->last = &told->next;
	send_unsent(relay);
}

struct relay_counts relay_count(const struct relay *relay)
{
	return relay != NULL ? relay->counts : (struct relay_counts){ 0 };
}

void relay_destroy(struct relay *relay)
{
	if (relay == NULL)
		return;
	while (relay->first != NULL) {
		struct told *const told = relay->first;

		relay->first = told->next;
		free(told->text);
		free(told);
	}
	free(relay);
}
