/* SPDX-License-Identifier: MIT */
#include "daemon/door/arrival.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/door/door.h"
#include "daemon/decode/json.h"

bool arrivals_full(const struct door *door, size_t body_bytes)
{
	return door->arrivals_count >= DOOR_PENDING ||
	       door->arrivals_bytes + body_bytes > DOOR_PENDING_BYTES;
}

struct arrival *arrival_create(struct door *door, const struct edge_request *request)
{
	struct arrival *const arrival = memory_zeroed(sizeof(*arrival));

	arrival->door = door;
	arrival->request = request->number;
	arrival->body = memory_zeroed(request->body_bytes + 1);
	arrival->body_bytes = request->body_bytes;
	memcpy(arrival->body, request->body, request->body_bytes);
	arrival->next = door->arrivals;
	arrival->place = &door->arrivals;
	if (arrival->next != NULL)
		arrival->next->place = &arrival->next;
	door->arrivals = arrival;
	door->arrivals_count++;
	door->arrivals_bytes += arrival->body_bytes;
	return arrival;
}

void arrival_destroy(struct arrival *arrival)
{
	*arrival->place = arrival->next;
	if (arrival->next != NULL)
		arrival->next->place = arrival->place;
	arrival->door->arrivals_count--;
	arrival->door->arrivals_bytes -= arrival->body_bytes;
	json_decref(arrival->attributes);
	free(arrival->body);
	free(arrival);
}

void arrivals_finish(struct door *door)
{
	for (struct arrival *arrival = door->arrivals, *next; arrival != NULL;
	     arrival = next) {
		next = arrival->next;
		arrival_destroy(arrival);
	}
}
