/* SPDX-License-Identifier: MIT */
/*
 * Every documented sample has its meaning: each file of the two folders is named in a table
 * here, with the test that reads it, or with what is asserted about it in this one.  A file
 * that nobody names fails, and so does a name without its file.
 *
 * Without the folders there is nothing to hold anything against: the test is skipped.
 */
#include <dirent.h>
#include <fnmatch.h>
#include <unistd.h>

#include "handlers/transcript.h"
#include "tests/check.h"
#include "tests/daemon/samples.h"

#define FOLDER "../shared/protocols/samples/"

enum { SKIPPED = 77, PATH_BYTES = 512 };

/* -- where the others are read ---------------------------------------------------------------- */

static const struct elsewhere {
	const char *pattern, *test, *named; /* named: how that test calls it */
} elsewheres[] = {
	{ "bot/in-*", "tests/daemon/activity.c", "in-" },
	{ "bot/playground-*", "tests/daemon/activity.c", "playground-custom" },
	{ "bot/http-error-*", "tests/wire/refusal.c", "http-error-" },
	{ "bot/card-poll.json", "tests/rehearsal/test_reading.c", "card-poll" },
	{ "bot/card-room.json", "tests/rehearsal/test_reading.c", "card-room" },
	{ "bot/out-message-mention.json", "tests/rehearsal/test_reading.c",
	  "out-message-mention" },
	{ "bot/http-batch-failedentries.json", "tests/daemon/inquiry_shared.c",
	  "http-batch-failedentries" },
	{ "bot/http-batch-state-completed.json", "tests/daemon/inquiry_shared.c",
	  "http-batch-state-completed" },
	{ "bot/http-meeting.json", "tests/daemon/inquiry_shared.c", "http-meeting" },
	{ "bot/http-meeting-participant.json", "tests/daemon/inquiry_shared.c",
	  "http-meeting-participant" },
	{ "bot/http-pagedmembers-?.json", "tests/daemon/inquiry_shared.c",
	  "http-pagedmembers-1" },
	{ "bot/http-create-conversation.json", "tests/daemon/encode_shared.c",
	  "http-create-conversation" },
	{ "bot/http-delete.json", "tests/daemon/encode_shared.c", "http-delete" },
	{ "bot/http-reply.json", "tests/daemon/encode_shared.c", "http-reply" },
	{ "bot/http-send.json", "tests/daemon/encode_shared.c", "http-send" },
	{ "bot/http-send-targeted.json", "tests/daemon/encode_shared.c",
	  "http-send-targeted" },
	{ "bot/http-update.json", "tests/daemon/encode_shared.c", "http-update" },
	{ "bot/resp-invoke-bad-request.json", "tests/daemon/encode_shared.c",
	  "resp-invoke-bad-request" },
	{ "bot/resp-invoke-card.json", "tests/daemon/encode_shared.c",
	  "resp-invoke-card" },
	{ "bot/resp-invoke-error.json", "tests/daemon/encode_shared.c",
	  "resp-invoke-error" },
	{ "bot/resp-invoke-message.json", "tests/daemon/encode_shared.c",
	  "resp-invoke-message" },
	{ "graph/attendance*", "tests/daemon/reports.c", "attendanceReport" },
	{ "graph/batch-*", "tests/wire/graph_batch.c", "batch-response" },
	{ "graph/client-assertion.json", "tests/wire/assertion.c", "client-assertion" },
	{ "graph/decrypted.*", "tests/daemon/call_event.c", "decrypted." },
	{ "graph/error-4*-ap*", "tests/wire/graph_words.c", "error-401-app" },
	{ "graph/error-403-no-*", "tests/wire/graph_words.c", "error-403-no" },
	{ "graph/error-429-throttled.json", "tests/wire/graph_batch.c",
	  "error-429-throttled" },
	{ "graph/error-generic.json", "tests/wire/graph_words.c", "error-generic" },
	{ "graph/error-subscription-*", "tests/daemon/adoption.c",
	  "error-subscription-409" },
	{ "graph/join-url-encoding.json", "tests/daemon/encode_graph.c",
	  "join-url-encoding" },
	{ "graph/lifecycle.*", "tests/daemon/graph_samples.c", "lifecycle.missed" },
	{ "graph/notification*", "tests/daemon/graph_samples.c", "notification" },
	{ "graph/onlineMeeting-by-joinWebUrl-response.json", "tests/daemon/reports.c",
	  "onlineMeeting-by-joinWebUrl" },
	{ "graph/onlineMeeting-create*", "tests/daemon/room_meetings.c",
	  "onlineMeeting-create" },
	{ "graph/sendMail-request.attachment.json", "tests/daemon/encode_mail.c",
	  "sendMail-request" },
	{ "graph/subscription-create-request.meetingCallEvents.json",
	  "tests/daemon/subscriptions.c", "subscription-create-request" },
	{ "graph/subscription-create-request.webinar-*", "tests/daemon/webinar.c",
	  "subscription-create-request.webinar" },
	{ "graph/subscription-create-response.rich.json", "tests/daemon/subscriptions.c",
	  "subscription-create-response" },
	{ "graph/subscription-renew-*", "tests/daemon/subscriptions.c",
	  "subscription-renew" },
	{ "graph/token-429.json", "tests/wire/token_proof.c", "token-429" },
	{ "graph/token-error-400.json", "tests/wire/token_grant.c", "token-error-400" },
	{ "graph/token-response.json", "tests/wire/token_grant.c", "token-response" },
	{ "graph/users-*", "tests/daemon/graph_pages.c", "users-" },
	{ "graph/validation-handshake.json", "tests/daemon/handshake.c",
	  "validation-handshake" },
	{ "graph/validation-token-claims.*", "tests/wire/vouch.c",
	  "validation-token-claims" },
	{ "graph/vector-encrypted-content.json", "tests/wire/envelope_vectors.c",
	  "vector-encrypted-content" },
	{ "graph/vector-microsoft-*", "tests/wire/envelope_vectors.c",
	  "vector-microsoft" },
	{ "graph/vector-notification-*", "tests/wire/envelope_vectors.c",
	  "vector-notification" },
	{ "graph/vector-jwks.json", "tests/wire/vouch.c", "vector-jwks" },
	{ "graph/vector-validation-tokens.json", "tests/wire/vouch.c",
	  "vector-validation-tokens" },
	{ "graph/virtualEventRegistrations-list.json", "tests/daemon/graph_pages.c",
	  "virtualEventRegistrations" },
	{ "graph/virtualEventSession-get.json", "tests/daemon/graph_pages.c",
	  "virtualEventSession" },
	{ "*/README.md", "tests/daemon/every_sample.c", "README" },
};

static const struct row {
	const char *name;
	void (*means)(const char *name);
} rows[] = {
	{ "bot/card-poll-voted.json", means_voted },
	{ "bot/card-results-chart.json", means_results },
	{ "bot/http-batch-cancel.json", means_cancel },
	{ "bot/http-batch-state-ongoing.json", means_ongoing },
	{ "bot/http-batch-users.json", means_batch },
	{ "bot/http-create-conversation-channel-thread.json", means_no_channels },
	{ "bot/http-jwks.json", means_keys },
	{ "bot/http-meeting-notification-202.json", means_notification },
	{ "bot/http-meeting-notification-207.json", means_notification },
	{ "bot/http-member.json", means_member },
	{ "bot/http-openid-metadata.json", means_metadata },
	{ "bot/http-token.json", means_token },
	{ "bot/jwt-channel.json", means_channel_token },
	{ "bot/manifest.json", means_manifest },
	{ "bot/out-message-alert.json", means_not_said },
	{ "bot/out-message-card.json", means_poll_card },
	{ "bot/out-message-content-bubble.json", means_not_said },
	{ "bot/out-message-file-consent.json", means_not_said },
	{ "bot/out-message-file-info.json", means_not_said },
	{ "bot/out-message-targeted.json", means_targeted },
	{ "bot/out-message-text.json", means_text },
	{ "bot/out-typing.json", means_not_said },
	{ "bot/resp-composeExtension-result.json", means_not_answered },
	{ "bot/resp-invoke-precondition.json", means_not_answered },
	{ "bot/resp-task-continue-card.json", means_not_answered },
	{ "bot/resp-task-continue-url.json", means_not_answered },
	{ "bot/resp-task-message.json", means_not_answered },
	{ "graph/call-create-response.json", means_not_asked },
	{ "graph/call-join-meeting-request.json", means_not_asked },
	{ "graph/call-transfer-request.json", means_not_asked },
	{ "graph/chatMessage-send-request.json", means_not_asked },
	{ "graph/commsNotification.call-established.json", means_strange },
	{ "graph/commsNotification.roster.json", means_strange },
	{ "graph/participant-invite-request.json", means_not_asked },
	{ "graph/participant-invite-response.json", means_not_asked },
	{ "graph/sendActivityNotification-request.entityUrl.json", means_not_asked },
	{ "graph/sendActivityNotification-request.text-joinlink.json", means_not_asked },
	{ "graph/subscription-create-request.basic.json", means_subscription },
	{ "graph/virtualEventRegistration-create-request.application.json",
	  means_registration },
};

static void test_meanings(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fprintf(stderr, "    %s\n", rows[i].name);
		rows[i].means(rows[i].name);
	}
}

/* -- none is forgotten -------------------------------------------------------------------------- */

static bool is_named(const char *name)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return true;
	}
	for (size_t i = 0; i < sizeof(elsewheres) / sizeof(elsewheres[0]); i++) {
		if (fnmatch(elsewheres[i].pattern, name, 0) == 0)
			return true;
	}
	return false;
}

static void all_named(const char *folder)
{
	char path[PATH_BYTES], name[PATH_BYTES];

	snprintf(path, sizeof(path), FOLDER "%s", folder);
	DIR *const directory = opendir(path);

	CHECK(directory != NULL);
	for (const struct dirent *entry = readdir(directory); entry != NULL;
	     entry = readdir(directory)) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%.200s", folder, entry->d_name);
		if (!is_named(name))
			fprintf(stderr, "    %s has no test\n", name);
		CHECK(is_named(name));
	}
	closedir(directory);
}

static void test_none_is_forgotten(void)
{
	all_named("bot");
	all_named("graph");
}

/* The tests named here do name what they are said to read. */
static void test_others_read_theirs(void)
{
	for (size_t i = 0; i < sizeof(elsewheres) / sizeof(elsewheres[0]); i++) {
		char *const text = world_file(elsewheres[i].test);

		if (strstr(text, elsewheres[i].named) == NULL)
			fprintf(stderr, "    %s: %s\n", elsewheres[i].test,
				elsewheres[i].named);
		CHECK(strstr(text, elsewheres[i].named) != NULL);
		free(text);
	}
}

int main(void)
{
	if (access(FOLDER "bot", R_OK) != 0) {
		fprintf(stderr, FOLDER " is not there\n");
		return SKIPPED;
	}
	world_begin(&sample_world);
	world_open(&sample_world, 0);
	json_t *const plan = world_plan(&sample_world);

	sample_session = world_schedule(&sample_world, plan);
	json_decref(plan);
	RUN(test_none_is_forgotten);
	RUN(test_others_read_theirs);
	RUN(test_meanings);
	world_settle(&sample_world);
	world_close(&sample_world);
	world_end(&sample_world);
	return check_done();
}
