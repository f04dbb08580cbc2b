/* SPDX-License-Identifier: MIT */
/* Websockets: who may open one, and what comes over it. */
#include <stdio.h>
#include <string.h>

#include "daemon/common/map.h"
#include "daemon/door/door_parts.h"
#include "daemon/live.h"

static bool offers(const struct edge_request *request, const char *subprotocol)
{
	const char *offered = edge_header(request, "Sec-WebSocket-Protocol");
	const size_t length = strlen(subprotocol);

	while (offered != NULL && *offered != '\0') {
		offered += strspn(offered, ", \t");
		const size_t word = strcspn(offered, ", \t");

		if (word == length && strncmp(offered, subprotocol, length) == 0)
			return true;
		offered += word;
	}
	return false;
}

struct edge_welcome door_upgrade(void *context, const struct edge_request *request)
{
	struct door *const door = context;
	struct edge_welcome welcome = { .status = 404 };

	if (door->stopping) {
		welcome.status = 503;
	} else if (strcmp(request->path, "/events") == 0) {
		welcome.subprotocol = "cloudevents.json";
		welcome.channel = CHANNEL_EVENTS;
		welcome.status = door_events_upgrade(door, request);
		if (welcome.status == 101 && !offers(request, welcome.subprotocol))
			welcome.status = 400;
	} else if (strcmp(request->path, "/live") == 0) {
		const uint32_t session = door_session_of_query(door, request->query);

		welcome.subprotocol =
			offers(request, "plenary.live") ? "plenary.live" : NULL;
		welcome.channel = CHANNEL_LIVE + session;
		welcome.status = !door_viewer_allowed(door, request) ? 401
				 : session == 0                      ? 404
								     : 101;
	}
	if (welcome.status != 101)
		door->counts.refused++;
	return welcome;
}

void door_opened(void *context, uint64_t viewer, unsigned channel)
{
	struct door *const door = context;

	if (channel >= CHANNEL_LIVE)
		live_opened(door->live, viewer, channel - CHANNEL_LIVE);
}

void door_message(void *context, uint64_t viewer, const char *text, size_t bytes)
{
	struct door *const door = context;
	char key[24];

	snprintf(key, sizeof(key), "%llu", (unsigned long long)viewer);
	if (map_get(&door->live->viewers, key) == NULL)
		door_cloudevent_text(door, viewer, text, bytes);
}

void door_drained(void *context, uint64_t viewer)
{
	live_drained(((struct door *)context)->live, viewer);
}

void door_closed(void *context, uint64_t viewer)
{
	live_closed(((struct door *)context)->live, viewer);
}
