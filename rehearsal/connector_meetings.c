/* SPDX-License-Identifier: MIT */
/*
 * The connector's half of meetings: what a meeting is, whether somebody is in it, and what
 * they are shown inside it.
 */
#include "rehearsal/routes.h"
#include "rehearsal/stage.h"

#include <string.h>

enum { RECIPIENTS_MOST = 50 };

/* The meeting of parts[2], NULL after having answered 404. */
static const struct meeting *meeting_named(struct exchange *exchange, uint32_t *number)
{
	const struct world *const world = &exchange->stage->world;

	for (uint32_t i = 0; i < world->meetings_count; i++) {
		if (strcmp(world->meetings[i].bot_id, exchange->parts[2]) != 0)
			continue;
		*number = i;
		return &world->meetings[i];
	}
	answer_connector_error(exchange, 404, "MeetingNotFound", "Meeting not found.");
	return NULL;
}

void connector_meeting(struct exchange *exchange)
{
	uint32_t number;
	const struct meeting *const meeting = meeting_named(exchange, &number);

	if (meeting == NULL)
		return;
	answer_json(exchange->stage, &exchange->back, 200,
		    json_pack("{s:{s:s,s:s,s:s,s:s,s:s},s:{s:b,s:s},s:{s:s,s:s}}",
			      "details", "id", meeting->bot_id, "msGraphResourceId",
			      meeting->graph_id, "joinUrl", meeting->join_url, "title",
			      meeting->subject, "type", "Scheduled", "conversation",
			      "isGroup", 1, "id", meeting->thread_id, "organizer",
			      "aadObjectId", meeting->organiser_id, "tenantId",
			      exchange->stage->plan.tenant_id));
}

/* Whoever has this object id in the session of the meeting; NULL when nobody has. */
static const struct person *person_in(const struct exchange *exchange,
				      const struct meeting *meeting,
				      const char *object_id)
{
	const struct world *const world = &exchange->stage->world;

	for (size_t i = 0; i < world->people_count; i++) {
		if (world->people[i].session == meeting->session &&
		    strcmp(world->people[i].object_id, object_id) == 0)
			return &world->people[i];
	}
	return NULL;
}

void connector_participant(struct exchange *exchange)
{
	uint32_t number;
	const struct meeting *const meeting = meeting_named(exchange, &number);

	if (meeting == NULL)
		return;
	const struct person *const person =
		person_in(exchange, meeting, exchange->parts[4]);

	if (person == NULL) {
		answer_connector_error(exchange, 404, "MemberNotFoundInConversation",
				       "The member was not found.");
		return;
	}
	/* A printed example has a blank behind the name of the role. */
	answer_json(exchange->stage, &exchange->back, 200,
		    json_pack("{s:{s:s,s:s},s:{s:s,s:b},s:{s:b,s:s}}", "user", "id",
			      person->teams_id, "aadObjectId", person->object_id,
			      "meeting", "role ", "Attendee", "inMeeting",
			      person->where == number, "conversation", "isGroup", 1, "id",
			      meeting->thread_id));
}

void connector_notification(struct exchange *exchange)
{
	uint32_t number;
	const struct meeting *const meeting = meeting_named(exchange, &number);
	const json_t *const value = json_object_get(exchange->json, "value");
	const size_t recipients = json_array_size(json_object_get(value, "recipients"));

	if (meeting == NULL)
		return;
	if (recipients == 0 || recipients > RECIPIENTS_MOST ||
	    json_array_size(json_object_get(value, "surfaces")) == 0)
		answer_connector_error(exchange, 400, "BadArgument",
				       "A notification has recipients and surfaces.");
	else if (!meeting->live)
		answer_connector_error(exchange, 404, "MeetingNotFound",
				       "The meeting has no call.");
	else
		answer_json(exchange->stage, &exchange->back, 202, NULL);
}
