/* SPDX-License-Identifier: MIT */
#include "rehearsal/graph.h"

#include "rehearsal/batch.h"
#include "rehearsal/stage.h"

#include <stdlib.h>
#include <string.h>

const struct route graph_routes[] = {
	{ "POST", "$batch", graph_batch },
	{ "GET", "users", graph_users },
	{ "GET", "users/*", graph_user },
	{ "POST", "users/*/sendMail", graph_send_mail },
	{ "POST", "users/*/onlineMeetings", graph_meeting_create },
	{ "POST", "users/*/onlineMeetings/createOrGet", graph_meeting_create_or_get },
	{ "GET", "users/*/onlineMeetings", graph_meetings_find },
	{ "GET", "users/*/onlineMeetings/*", graph_meeting },
	{ "PATCH", "users/*/onlineMeetings/*", graph_meeting_change },
	{ "DELETE", "users/*/onlineMeetings/*", graph_meeting_delete },
	{ "GET", "users/*/onlineMeetings/*/attendanceReports", graph_reports },
	{ "GET", "users/*/onlineMeetings/*/attendanceReports/*", graph_report },
	{ "GET", "users/*/onlineMeetings/*/attendanceReports/*/attendanceRecords",
	  graph_records },
	{ "POST", "subscriptions", graph_subscribe },
	{ "GET", "subscriptions", graph_subscriptions },
	{ "GET", "subscriptions/*", graph_subscription },
	{ "PATCH", "subscriptions/*", graph_subscription_change },
	{ "DELETE", "subscriptions/*", graph_subscription_delete },
	{ "POST", "subscriptions/*/reauthorize", graph_subscription_reauthorize },
	{ NULL, NULL, NULL },
};

uint32_t graph_user_named(struct exchange *exchange)
{
	const struct world *const world = &exchange->stage->world;
	uint32_t number = world_find(&world->by_object_id, exchange->parts[1]);

	if (number == NOBODY)
		number = world_find(&world->by_email, exchange->parts[1]);
	if (number != NOBODY && world->people[number].object_id[0] == '\0')
		number = NOBODY;
	if (number == NOBODY)
		answer_graph_error(exchange, 404, "Request_ResourceNotFound",
				   "Resource does not exist or one of its queried "
				   "reference-property objects are not present.");
	return number;
}

static json_t *user_json(const struct person *person)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:n,s:n,s:n,s:n,s:[]}", "id",
			 person->object_id, "displayName", person->name, "mail",
			 person->email, "userPrincipalName", person->email, "givenName",
			 "surname", "jobTitle", "mobilePhone", "businessPhones");
}

size_t graph_offset(const struct exchange *exchange)
{
	struct text token = { 0 };

	query_read(exchange->query, "$skiptoken", &token);
	const size_t offset = strtoul(text_string(&token), NULL, 10);
	text_finish(&token);
	return offset;
}

void graph_next_link(struct exchange *exchange, json_t *page, const char *path,
		     size_t offset)
{
	struct text link = { 0 };

	text_addf(&link, "http://127.0.0.1:%d/%s/%s?$skiptoken=%zu",
		  exchange->stage->port, exchange->region, path, offset);
	json_object_set_new(page, "@odata.nextLink", json_string(text_string(&link)));
	text_finish(&link);
}

void graph_users(struct exchange *exchange)
{
	const struct world *const world = &exchange->stage->world;
	json_t *const users = json_array();
	json_t *const page = json_pack("{s:o}", "value", users);
	size_t at = graph_offset(exchange);

	for (; at < world->people_count && json_array_size(users) < USERS_PER_PAGE;
	     at++) {
		const struct person *const person = &world->people[at];

		if (!person->guest &&
		    world_find(&world->by_object_id, person->object_id) == at)
			json_array_append_new(users, user_json(person));
	}
	if (at < world->people_count)
		graph_next_link(exchange, page, "users", at);
	answer_json(exchange->stage, &exchange->back, 200, page);
}

void graph_user(struct exchange *exchange)
{
	const uint32_t number = graph_user_named(exchange);

	if (number != NOBODY)
		answer_json(exchange->stage, &exchange->back, 200,
			    user_json(&exchange->stage->world.people[number]));
}
