/* SPDX-License-Identifier: MIT */
#include "rehearsal/activity.h"

#include "daemon/common/text.h"
#include "rehearsal/stage.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static json_t *bot_json(const struct stage *stage)
{
	char id[128];

	snprintf(id, sizeof(id), "28:%s", stage->plan.app_id);
	return json_pack("{s:s,s:s}", "id", id, "name", "Plenary");
}

/* from: an account; guests have no object id. */
static json_t *account_json(const struct person *person)
{
	json_t *const account =
		json_pack("{s:s,s:s}", "id", person->teams_id, "name", person->name);

	if (person->object_id[0] != '\0' && !person->guest)
		json_object_set_new(account, "aadObjectId",
				    json_string(person->object_id));
	return account;
}

/* Whoever organised the meeting stands behind the events of its call. */
static json_t *organiser_json(const struct stage *stage, const struct meeting *meeting)
{
	const uint32_t number =
		world_find(&stage->world.by_object_id, meeting->organiser_id);

	if (number != NOBODY)
		return account_json(&stage->world.people[number]);
	return json_pack("{s:s,s:s,s:s}", "id", "29:organiser", "name", "Organiser",
			 "aadObjectId", meeting->organiser_id);
}

static json_t *conversation_json(const struct stage *stage, uint32_t number)
{
	const struct conversation *const conversation =
		&stage->world.conversations[number];
	const bool personal = conversation->person != NOBODY;
	json_t *const json = json_pack("{s:s,s:s,s:s}", "conversationType",
				       personal ? "personal" : "groupChat", "tenantId",
				       stage->plan.tenant_id, "id", conversation->id);

	if (!personal)
		json_object_set_new(json, "isGroup", json_true());
	return json;
}

static json_t *channel_data_json(const struct stage *stage, uint32_t conversation)
{
	const uint32_t meeting = stage->world.conversations[conversation].meeting;
	json_t *const data = json_pack("{s:{s:s},s:n}", "tenant", "id",
				       stage->plan.tenant_id, "source");

	if (meeting != NOWHERE)
		json_object_set_new(data, "meeting",
				    json_pack("{s:s}", "id",
					      stage->world.meetings[meeting].bot_id));
	return data;
}

static json_t *client_info_json(void)
{
	return json_pack("{s:s,s:s,s:s,s:s,s:s}", "type", "clientInfo", "locale", "en-GB",
			 "country", "GB", "platform", "Windows", "timezone",
			 "Europe/London");
}

/* What every activity has; takes from over. */
static json_t *activity_json(struct stage *stage, const char *type, uint32_t conversation,
			     json_t *from, int64_t at_ms)
{
	char id[32], timestamp[40], local[40];

	assert(conversation < stage->world.conversations_count);
	assert(at_ms > 0);
	clock_iso(at_ms, timestamp);
	snprintf(local, sizeof(local), "%.23s+00:00", timestamp);
	snprintf(id, sizeof(id), "%" PRIu64, 1790000000000u + stage->activities++);
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o,s:o,s:s,s:o,s:[o]}",
			 "type", type, "id", id, "timestamp", timestamp, "localTimestamp",
			 local, "localTimezone", "Europe/London", "serviceUrl",
			 stage->service_url, "channelId", "msteams", "from", from,
			 "conversation", conversation_json(stage, conversation),
			 "recipient", bot_json(stage), "locale", "en-GB", "channelData",
			 channel_data_json(stage, conversation), "entities",
			 client_info_json());
}

static uint32_t lane_of(const struct stage *stage, uint32_t lane)
{
	return stage->plan.trouble.disorder || lane >= LANES ? LANE_NONE : lane;
}

static uint32_t person_lane(const struct stage *stage, uint32_t person)
{
	return lane_of(stage, person);
}

static uint32_t meeting_lane(const struct stage *stage, uint32_t meeting)
{
	return lane_of(stage, (uint32_t)stage->world.people_count + meeting);
}

/* Takes the activity over. */
static void post(struct stage *stage, json_t *activity, uint32_t lane,
		 courier_answer_fn *answered, uint64_t subject)
{
	courier_send(&stage->courier, &(struct delivery){
					      .url = stage->messages_url,
					      .body = json_written(activity),
					      .lane = lane,
					      .activity = true,
					      .answered = answered,
					      .subject = subject,
				      });
	json_decref(activity);
}

void activity_bot_added(struct stage *stage, uint32_t number, int64_t at_ms)
{
	const struct meeting *const meeting = &stage->world.meetings[number];
	json_t *const activity =
		activity_json(stage, "conversationUpdate", meeting->conversation,
			      organiser_json(stage, meeting), at_ms);

	json_object_set_new(activity, "membersAdded", json_pack("[o]", bot_json(stage)));
	post(stage, activity, meeting_lane(stage, number), NULL, 0);
}

void activity_installed(struct stage *stage, uint32_t number, int64_t at_ms)
{
	const struct person *const person = &stage->world.people[number];
	const uint32_t chat = world_chat_with(&stage->world, number);
	json_t *const activity = activity_json(stage, "installationUpdate", chat,
					       account_json(person), at_ms);

	json_object_set_new(activity, "action", json_string("add"));
	json_object_set_new(json_object_get(activity, "channelData"), "settings",
			    json_pack("{s:{s:s}}", "selectedChannel", "id",
				      stage->world.conversations[chat].id));
	post(stage, activity, person_lane(stage, number), NULL, 0);
}

static void event_named(json_t *activity, const char *name, json_t *value)
{
	json_object_set_new(activity, "name", json_string(name));
	json_object_set_new(activity, "value", value);
}

void activity_meeting(struct stage *stage, uint32_t number, bool started, int64_t at_ms)
{
	const struct meeting *const meeting = &stage->world.meetings[number];
	json_t *const activity = activity_json(stage, "event", meeting->conversation,
					       organiser_json(stage, meeting), at_ms);
	char moment[40];

	clock_iso(at_ms, moment);
	memcpy(moment + strlen(moment) - 1, "0000Z", 6);
	event_named(activity,
		    started ? "application/vnd.microsoft.meetingStart"
			    : "application/vnd.microsoft.meetingEnd",
		    json_pack("{s:s,s:s,s:s,s:s,s:s}", "MeetingType", "Scheduled",
			      "Title", meeting->subject, "Id", meeting->bot_id, "JoinUrl",
			      meeting->join_url, started ? "StartTime" : "EndTime",
			      moment));
	post(stage, activity, meeting_lane(stage, number), NULL, 0);
}

static json_t *member_json(const struct stage *stage, const struct person *person,
			   bool joined)
{
	json_t *const user = json_pack("{s:s,s:s,s:s}", "id", person->teams_id, "name",
				       person->name, "tenantId", stage->plan.tenant_id);

	if (person->guest) {
		json_object_set_new(user, "userRole", json_string("anonymous"));
	} else {
		json_object_set_new(user, "objectId", json_string(person->object_id));
		json_object_set_new(user, "aadObjectId", json_string(person->object_id));
	}
	return json_pack("{s:o,s:{s:b,s:s}}", "user", user, "meeting", "inMeeting",
			 joined, "role",
			 person->part == PART_PARTICIPANT ? "Attendee" : "Presenter");
}

void activity_participant(struct stage *stage, uint32_t number, uint32_t person,
			  bool joined, int64_t at_ms)
{
	const struct meeting *const meeting = &stage->world.meetings[number];
	json_t *const activity = activity_json(stage, "event", meeting->conversation,
					       organiser_json(stage, meeting), at_ms);

	event_named(activity,
		    joined ? "application/vnd.microsoft.meetingParticipantJoin"
			   : "application/vnd.microsoft.meetingParticipantLeave",
		    json_pack("{s:[o]}", "members",
			      member_json(stage, &stage->world.people[person], joined)));
	post(stage, activity, person_lane(stage, person), NULL, 0);
}

void activity_message(struct stage *stage, uint32_t number, const char *words,
		      int64_t at_ms)
{
	const struct person *const person = &stage->world.people[number];
	const struct stage_session *const session =
		&stage->world.sessions[person->session];
	const struct meeting *const meeting = &stage->world.meetings[session->main];
	json_t *const activity = activity_json(stage, "message", meeting->conversation,
					       account_json(person), at_ms);
	struct text text = { 0 }, html = { 0 };

	text_addf(&text, "<at>Plenary</at> %s\n", words);
	text_addf(
		&html,
		"<div><div><span itemscope=\"\" "
		"itemtype=\"http://schema.skype.com/Mention\" itemid=\"0\">Plenary</span>"
		"&nbsp;%s</div></div>",
		words);
	json_object_set_new(activity, "text", json_string(text_string(&text)));
	json_object_set_new(activity, "textFormat", json_string("plain"));
	json_object_set_new(activity, "attachments",
			    json_pack("[{s:s,s:s}]", "contentType", "text/html",
				      "content", text_string(&html)));
	json_array_insert_new(json_object_get(activity, "entities"), 0,
			      json_pack("{s:s,s:o,s:s}", "type", "mention", "mentioned",
					bot_json(stage), "text", "<at>Plenary</at>"));
	post(stage, activity, meeting_lane(stage, session->main), NULL, 0);
	text_finish(&text);
	text_finish(&html);
}

void activity_press(struct stage *stage, const struct press *press)
{
	const struct person *const person = &stage->world.people[press->person];
	json_t *const activity = activity_json(stage, "invoke", press->conversation,
					       account_json(person), press->at_ms);
	json_t *const action = json_deep_copy(press->action);
	json_t *data = json_object_get(action, "data");

	assert(press->post < stage->world.posts_count);
	assert(json_is_object(action));
	if (data == NULL) {
		data = json_object();
		json_object_set_new(action, "data", data);
	}
	if (press->choice != NULL)
		json_object_set_new(data, "choice", json_string(press->choice));
	json_object_del(action, "fallback");
	event_named(activity, "adaptiveCard/action",
		    json_pack("{s:o,s:s}", "action", action, "trigger", "manual"));
	json_object_set_new(activity, "replyToId",
			    json_string(stage->world.posts[press->post].id));
	post(stage, activity, person_lane(stage, press->person), press->answered,
	     press->subject);
}
