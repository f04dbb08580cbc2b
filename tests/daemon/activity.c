/* SPDX-License-Identifier: MIT */
/* Every documented shape of activity, and what it means for a session that is planned. */
#include <dirent.h>

#include "daemon/decode/activity.h"
#include "daemon/store/directory.h"
#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/daemon/world.h"

static struct world world;
static uint32_t session;

static const char *kind_name(enum meaning_kind kind)
{
	static const char *const names[] = {
		[MEANS_NOTHING] = "nothing",
		[MEANS_EVENTS] = "events",
		[MEANS_STATUS] = "status",
		[MEANS_HELP] = "help",
		[MEANS_MY_ROOM] = "my room",
		[MEANS_ANNOUNCE] = "announce",
		[MEANS_GREETING] = "greeting",
		[MEANS_NOT_UNDERSTOOD] = "not understood",
		[MEANS_STRANGER] = "stranger",
		[MEANS_OTHER_CARD] = "other card",
		[MEANS_UNKNOWN_INVOKE] = "unknown invoke",
		[MEANS_BAD_INVOKE] = "bad invoke",
	};

	return names[kind];
}

/* "events\n person_joined …\n", "nothing\n", "status in chat\n" */
static const char *const replies[] = { [REPLY_NOT] = "",
				       [REPLY_IN_CHAT] = " in chat",
				       [REPLY_ALONE] = " alone",
				       [REPLY_REFUSAL_ALONE] = " refusal alone" };
static const char *const bots[] = {
	[BOT_AS_BEFORE] = "", [BOT_ADDED] = " bot added", [BOT_REMOVED] = " bot removed"
};

static void retell(const struct meaning *meaning, struct text *told)
{
	char line[EVENT_LINE_BYTES];

	text_addf(told, "%s%s%s\n", kind_name(meaning->kind), replies[meaning->reply],
		  bots[meaning->bot]);
	for (size_t i = 0; meaning->kind == MEANS_EVENTS && i < meaning->count; i++) {
		struct event event = meaning->events[i];

		CHECK_INT(session, event.session);
		CHECK_INT(SOURCE_BOT, event.source);
		event.session = 0;
		event.source = SOURCE_NONE;
		event_write(&event, line);
		text_addf(told, "%s\n", line);
	}
}

static void means(const char *path, struct text *told)
{
	struct plenary *const plenary = world.plenary;
	struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
	char *const body = world_file(path);
	struct problem problem = { 0 };
	struct activity activity;

	CHECK_INT(0, activity_read(body, strlen(body), &activity, &problem));
	activity_means(&activity,
		       &(struct activity_of){ plenary->directory,
					      journal_batch(plenary->journal),
					      &plenary->sessions },
		       meaning);
	retell(meaning, told);
	CHECK_INT(strcmp(activity.type, "invoke") == 0, activity.is_invoke);
	activity_finish(&activity);
	free(body);
	free(meaning);
}

#define NOTHING "nothing\n"
#define AT " occurred=1795510801123\n"
#define THEN " occurred=1795424400123\n"

struct expected {
	const char *file, *told;
};

/* In this order: who is new gets the next number. */
static const struct expected ours[] = {
	{ "meeting-start", "events\nmeeting_started place=0" AT },
	{ "meeting-start-blank-camel", "events\nmeeting_started place=0" AT },
	{ "meeting-start-no-timestamp", "events\nmeeting_started place=0\n" },
	{ "meeting-start-elsewhere", NOTHING },
	{ "meeting-end", "events\nmeeting_ended place=0" AT },
	{ "meeting-end-camel", "events\nmeeting_ended place=0" AT },
	{ "join", "events\nperson_joined person=0 place=0" AT },
	{ "join-three",
	  "events\nperson_joined person=0 place=0" AT "person_joined person=1 place=0" AT
	  "person_joined person=2 place=0" AT },
	{ "join-object-id-only", "events\nperson_joined person=1 place=0" AT },
	{ "join-other-case", "events\nperson_joined person=0 place=0" AT },
	{ "join-anonymous", "events\nperson_joined person=3 place=0" AT },
	{ "join-stranger", "events\nperson_joined person=4 place=0" AT },
	{ "join-nobody", NOTHING },
	{ "join-members-missing", NOTHING },
	{ "leave", "events\nperson_left person=0 place=0" AT },
	{ "leave-in-meeting", "events\nperson_left person=0 place=0" AT },
	{ "leave-two",
	  "events\nperson_left person=1 place=0" AT "person_left person=0 place=0" AT },
	{ "event-read-receipt", NOTHING },
	{ "event-unknown", NOTHING },
	{ "message-start", "events in chat\nrunsheet_started by=2\n" },
	{ "message-hold-upper", "events in chat\nrunsheet_held by=2\n" },
	{ "message-resume", "events in chat\nrunsheet_resumed by=2\n" },
	{ "message-skip", "events in chat\nrunsheet_skipped by=2\n" },
	{ "message-extend", "events in chat\nrunsheet_extended by=2 by_ms=180000\n" },
	{ "message-extend-too-much", "not understood in chat\n" },
	{ "message-extend-nothing", "not understood in chat\n" },
	{ "message-poll-open-nbsp", "events in chat\npoll_opened by=2 poll=1\n" },
	{ "message-poll-close", "events in chat\npoll_closed by=2\n" },
	{ "message-poll-show", "events in chat\npoll_shown by=2\n" },
	{ "message-poll-zero", "not understood in chat\n" },
	{ "message-recall", "events in chat\nbreakout_recalled by=2\n" },
	{ "message-status", "status in chat\n" },
	{ "message-help", "help in chat\n" },
	{ "message-empty", "help in chat\n" },
	{ "message-nonsense", "not understood in chat\n" },
	{ "message-two-mentions", "not understood in chat\n" },
	{ "message-not-to-us", NOTHING },
	{ "message-elsewhere", NOTHING },
	{ "message-attachment-only", NOTHING },
	{ "message-submit-vote",
	  "events refusal alone\npoll_voted by=2 person=2 poll=1\n" },
	{ "message-submit-foreign", "other card refusal alone\n" },
	{ "invoke-vote", "events\npoll_voted by=2 person=2 choice=2\n" },
	{ "invoke-vote-for-another", "events\npoll_voted by=2 person=2 choice=2\n" },
	{ "invoke-vote-teams-id", "events\npoll_voted by=0 person=0 choice=2\n" },
	{ "invoke-vote-choice-missing", "bad invoke\n" },
	{ "invoke-vote-choice-large", "bad invoke\n" },
	{ "invoke-vote-choice-negative", "bad invoke\n" },
	{ "invoke-vote-poll-large", "bad invoke\n" },
	{ "invoke-vote-unknown-session", "other card\n" },
	{ "invoke-vote-stranger", "stranger\n" },
	{ "invoke-help", "events\nhelp_called by=2 person=2 place=2\n" },
	{ "invoke-help-main", "bad invoke\n" },
	{ "invoke-verb-unknown", "unknown invoke\n" },
	{ "invoke-action-missing", "bad invoke\n" },
	{ "invoke-value-missing", "bad invoke\n" },
	{ "invoke-task-fetch", "unknown invoke\n" },
	{ "invoke-unknown", "unknown invoke\n" },
	{ "conversation-update-added", "nothing bot added\n" },
	{ "conversation-update-removed", NOTHING },
	{ "conversation-update-renamed", NOTHING },
	{ "installation-update-add", "greeting in chat bot added\n" },
	{ "installation-update-remove", "nothing bot removed\n" },
	{ "installation-update-add-upgrade", "nothing bot added\n" },
	{ "message-update", NOTHING },
	{ "message-delete", NOTHING },
	{ "message-reaction", NOTHING },
	{ "typing", NOTHING },
	{ "type-unknown", NOTHING },
	{ "message-submit-bad", "bad invoke refusal alone\n" },
	{ "message-newline", "status in chat\n" },
	{ "message-mention-renamed", "status in chat\n" },
	{ "message-mention-person", "not understood in chat\n" },
	{ "message-announce", "announce in chat\n" },
	{ "message-announce-nothing", "not understood in chat\n" },
	{ "message-thread", "status in chat\n" },
	{ "message-expect-replies", "status in chat\n" },
	{ "message-targeted-room", "my room alone\n" },
	{ "message-nobody", "stranger in chat\n" },
	{ "message-personal-status", "status in chat\n" },
	{ "message-personal-room", "my room alone\n" },
	{ "message-personal-start", "events in chat\nrunsheet_started by=2\n" },
	{ "message-personal-stranger", NOTHING },
	{ "message-personal-file", NOTHING },
	{ "installation-update-add-personal", "greeting in chat bot added\n" },
	{ "installation-update-remove-upgrade", NOTHING },
	{ "conversation-update-people", NOTHING },
	{ "conversation-update-bot-removed", "nothing bot removed\n" },
	{ "conversation-update-personal", "nothing bot added\n" },
	{ "conversation-update-team-renamed", NOTHING },
	{ "conversation-update-team-archived", NOTHING },
	{ "conversation-update-channel-shared", NOTHING },
	{ "message-undelete", NOTHING },
	{ "invoke-task-submit", "unknown invoke\n" },
	{ "invoke-file-consent", "unknown invoke\n" },
	{ "invoke-compose-query", "unknown invoke\n" },
	{ "invoke-signin-verify", "unknown invoke\n" },
	{ "invoke-config-fetch", "unknown invoke\n" },
	{ "invoke-tab-fetch", "unknown invoke\n" },
	{ "invoke-refresh", "unknown invoke\n" },
	{ "invoke-foreign-card", "other card\n" },
};

/* Files that others made; in this order. */
static const struct expected theirs[] = {
	{ "in-conversationUpdate-added-personal", NOTHING },
	{ "in-conversationUpdate-bot-added-groupchat", "nothing bot added\n" },
	{ "in-conversationUpdate-bot-removed", "nothing bot removed\n" },
	{ "in-conversationUpdate-channelCreated", NOTHING },
	{ "in-conversationUpdate-channelDeleted", NOTHING },
	{ "in-conversationUpdate-channelRenamed", NOTHING },
	{ "in-conversationUpdate-teamDeleted", NOTHING },
	{ "in-conversationUpdate-teamMemberAdded", NOTHING },
	{ "in-conversationUpdate-teamRenamed", NOTHING },
	{ "in-conversationUpdate-user-added", NOTHING },
	{ "in-conversationUpdate-user-removed", NOTHING },
	{ "in-event-meetingEnd", "events\nmeeting_ended place=0" THEN },
	{ "in-event-meetingParticipantJoin", "events\nperson_joined person=0 place=0" THEN
					     "person_joined person=1 place=0" THEN },
	{ "in-event-meetingParticipantJoin-anonymous",
	  "events\nperson_joined person=3 place=0" THEN },
	{ "in-event-meetingParticipantLeave",
	  "events\nperson_left person=0 place=0" THEN },
	{ "in-event-meetingParticipantLeave-variant",
	  "events\nperson_left person=0 place=0" THEN },
	{ "in-event-meetingStart", "events\nmeeting_started place=0" THEN },
	{ "in-event-meetingStart-variant", "events\nmeeting_started place=0" THEN },
	{ "in-event-readReceipt", NOTHING },
	{ "in-installationUpdate-add-groupchat", "greeting in chat bot added\n" },
	{ "in-installationUpdate-add-personal", NOTHING },
	{ "in-installationUpdate-add-team", NOTHING },
	{ "in-installationUpdate-add-upgrade", NOTHING },
	{ "in-installationUpdate-remove", "nothing bot removed\n" },
	{ "in-invoke-adaptiveCard-action", "other card\n" },
	{ "in-invoke-adaptiveCard-action-manual", "other card\n" },
	{ "in-invoke-adaptiveCard-refresh", "other card\n" },
	{ "in-invoke-composeExtension-query", "unknown invoke\n" },
	{ "in-invoke-fileConsent-accept", "unknown invoke\n" },
	{ "in-invoke-fileConsent-decline", "unknown invoke\n" },
	{ "in-invoke-task-fetch", "unknown invoke\n" },
	{ "in-invoke-task-submit", "unknown invoke\n" },
	{ "in-invoke-unknown", "unknown invoke\n" },
	{ "in-message-action-submit", "other card refusal alone\n" },
	{ "in-message-channel-mention", NOTHING },
	{ "in-message-file-attachment", NOTHING },
	{ "in-message-groupchat-mention", "status in chat\n" },
	{ "in-message-meetingchat", "status in chat\n" },
	{ "in-message-personal", NOTHING },
	{ "in-message-targeted", "my room alone\n" },
	{ "in-messageDelete", NOTHING },
	{ "in-messageReaction-added", NOTHING },
	{ "in-messageUpdate-edit", NOTHING },
	{ "in-messageUpdate-undelete", NOTHING },
	{ "in-unknown-type", NOTHING },
	{ "playground-custom-meetingStart",
	  "events\nmeeting_started place=0 occurred=1795424400000\n" },
};

static void test_our_samples(void)
{
	char path[128];

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		struct text told = { 0 };

		snprintf(path, sizeof(path), "tests/daemon/samples/%s.json",
			 ours[i].file);
		means(path, &told);
		if (strcmp(ours[i].told, text_string(&told)) != 0)
			fprintf(stderr, "%s:\n", path);
		CHECK_TEXT(ours[i].told, text_string(&told));
		text_finish(&told);
	}
}

static bool ends_in(const char *name, const char *end)
{
	const size_t length = strlen(name), tail = strlen(end);

	return length >= tail && strcmp(name + length - tail, end) == 0;
}

static void test_no_sample_is_forgotten(void)
{
	DIR *const folder = opendir("tests/daemon/samples");
	size_t found = 0;

	CHECK(folder != NULL);
	for (const struct dirent *file = readdir(folder); file != NULL;
	     file = readdir(folder))
		found += ends_in(file->d_name, ".json");
	closedir(folder);
	CHECK_INT(sizeof(ours) / sizeof(ours[0]), found);
}

static bool is_named_by_us(const char *name)
{
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++) {
		if (strncmp(name, theirs[i].file, strlen(theirs[i].file)) == 0 &&
		    strcmp(name + strlen(theirs[i].file), ".json") == 0)
			return true;
	}
	return false;
}

static void test_no_shared_sample_is_forgotten(DIR *folder)
{
	for (const struct dirent *file = readdir(folder); file != NULL;
	     file = readdir(folder)) {
		if (strncmp(file->d_name, "in-", 3) == 0 && !is_named_by_us(file->d_name))
			CHECK_TEXT("a file whose meaning is said here", file->d_name);
	}
}

static void test_shared_samples(void)
{
	static const char where[] = "../shared/protocols/samples/bot";
	DIR *const folder = opendir(where);
	char path[512];

	if (folder == NULL) {
		fprintf(stderr, "    skipped: %s is not there\n", where);
		return;
	}
	test_no_shared_sample_is_forgotten(folder);
	closedir(folder);
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++) {
		struct text told = { 0 };

		snprintf(path, sizeof(path), "%s/%s.json", where, theirs[i].file);
		means(path, &told);
		if (strcmp(theirs[i].told, text_string(&told)) != 0)
			fprintf(stderr, "%s:\n", path);
		CHECK_TEXT(theirs[i].told, text_string(&told));
		text_finish(&told);
	}
}

/* Samples before this one have taught the directory. */
static void test_what_is_learned(void)
{
	struct directory *const directory = world.plenary->directory;

	CHECK_TEXT("29:new-02", directory_person(directory, session, 1)->teams_id);
	CHECK_TEXT("a:1-person-03",
		   directory_person(directory, session, 2)->conversation_id);
	CHECK_TEXT(WORLD_JOIN, directory_place(directory, session, PLACE_MAIN)->join_url);
	/* Strangers who write or are invited are not made people of the session. */
	CHECK_INT(5, directory_people(directory, session));
}

static uint32_t scheduled_at(const char *uid, const char *starts)
{
	json_t *const plan = world_plan(&world);

	json_object_set_new(plan, "uid", json_string(uid));
	json_object_set_new(plan, "starts", json_string(starts));
	const uint32_t number = world_schedule(&world, plan);

	json_decref(plan);
	return number;
}

static void session_at(const char *time, uint32_t wanted)
{
	struct plenary *const plenary = world.plenary;
	struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
	struct problem problem = { 0 };
	struct activity activity;
	char body[512];

	snprintf(body, sizeof(body),
		 "{\"type\":\"message\",\"text\":\"status\",\"timestamp\":\"%s\","
		 "\"from\":{\"id\":\"29:u1\"},\"conversation\":{\"id\":\"a:1\","
		 "\"conversationType\":\"Personal\"}}",
		 time);
	CHECK_INT(0, activity_read(body, strlen(body), &activity, &problem));
	activity_means(&activity,
		       &(struct activity_of){ plenary->directory,
					      journal_batch(plenary->journal),
					      &plenary->sessions },
		       meaning);
	CHECK_INT(MEANS_STATUS, meaning->kind);
	CHECK_INT(wanted, meaning->session);
	CHECK_INT(0, meaning->by);
	activity_finish(&activity);
	free(meaning);
}

/* Alone with the bot: the session that is on, then the next, then the last. */
static void test_session_of_person(void)
{
	const uint32_t morning = scheduled_at("morning", "2026-11-24T09:00:00Z");
	const uint32_t tomorrow = scheduled_at("tomorrow", "2026-11-25T09:00:00Z");

	session_at("2026-11-24T07:00:00Z", morning);
	session_at("2026-11-24T08:45:00Z", morning);
	session_at("2026-11-24T12:00:00Z", morning);
	session_at("2026-11-24T18:00:00Z", tomorrow);
	session_at("2026-11-25T09:10:00Z", tomorrow);
	session_at("2026-11-26T09:10:00Z", session); /* in 2099: the next */
	CHECK_TEXT("a:1", directory_person(world.plenary->directory, tomorrow, 0)
				  ->conversation_id);
}

/* A crowd in one event: what does not fit is left, nothing is broken. */
static void test_many_members(void)
{
	struct plenary *const plenary = world.plenary;
	struct meaning *const meaning = memory_zeroed(sizeof(*meaning));
	struct problem problem = { 0 };
	struct activity activity;
	struct text body = { 0 };

	text_addf(&body, "{\"type\":\"event\",\"name\":\"application/vnd.microsoft."
			 "meetingParticipantJoin\",\"conversation\":{\"id\":"
			 "\"" WORLD_THREAD "\"},\"value\":{\"members\":[");
	for (int i = 0; i < ACTIVITY_MEMBERS + 50; i++)
		text_addf(&body, "%s{\"user\":{\"id\":\"29:crowd-%d\"}}", i ? "," : "",
			  i);
	text_addf(&body, "]}}");
	CHECK_INT(0, activity_read(body.data, body.length, &activity, &problem));
	activity_means(&activity,
		       &(struct activity_of){ plenary->directory,
					      journal_batch(plenary->journal),
					      &plenary->sessions },
		       meaning);
	CHECK_INT(MEANS_EVENTS, meaning->kind);
	CHECK_INT(ACTIVITY_MEMBERS, meaning->count);
	CHECK(meaning->events[0].person != meaning->events[255].person);
	activity_finish(&activity);
	text_finish(&body);
	free(meaning);
}

int main(void)
{
	world_begin(&world);
	world_open(&world, 0);
	json_t *const plan = world_plan(&world);

	session = world_schedule(&world, plan);
	json_decref(plan);
	RUN(test_our_samples);
	RUN(test_no_sample_is_forgotten);
	RUN(test_what_is_learned);
	RUN(test_shared_samples);
	RUN(test_many_members);
	RUN(test_session_of_person);
	world_settle(&world);
	world_close(&world);
	world_end(&world);
	return check_done();
}
